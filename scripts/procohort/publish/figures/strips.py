"""Where the values of a comparison stand: levels side by side, a column for each cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procohort.publish import style
from procohort.publish.figures.canvas import text_width, wrap
from procohort.publish.figures.common import FloatArray, as_numbers, level_texts
from procohort.publish.selection import ordered
from procohort.publish.wording import StudyWords, VariableBook

# The narrowest share of a panel that a level may have.
_MIN_SHARE = 0.16


@dataclass(frozen=True, slots=True)
class Strip:
    """The values of one level of the group, a column per cluster.

    Attributes
    ----------
    level : str
    x, y : ndarray of shape (n,)
        Position of the cluster's column, and the value.
    cluster : ndarray of str, shape (n,)
    median_x, median_y : ndarray of shape (n_clusters,)
        Each cluster's column and median, ascending.
    start, stop : float
        Where the level's part of the panel begins and ends.
    """

    level: str
    x: FloatArray
    y: FloatArray
    cluster: np.ndarray[Any, np.dtype[np.object_]]
    median_x: FloatArray
    median_y: FloatArray
    start: float
    stop: float


def strips_of(analysis: pd.DataFrame, outcome: str, group: str, levels: list[str]) -> list[Strip]:
    """Lay the values out: levels side by side, clusters by median, no cluster twice per level."""
    table = pd.DataFrame(
        {
            "level": level_texts(analysis[group]),
            "cluster": analysis["cluster"].astype(str),
            "y": as_numbers(analysis[outcome]),
        }
    )
    table = table[(table["level"] != "") & table["y"].notna()]
    names = [level for level in ordered(table["level"], levels) if not levels or level in levels]
    parts = {name: table[table["level"] == name] for name in names}
    sizes = {name: part["cluster"].nunique() for name, part in parts.items()}
    least = _MIN_SHARE * sum(sizes.values())
    start = 0.0
    strips = []
    for name, part in parts.items():
        width = max(float(sizes[name]), least)
        medians = part.groupby("cluster")["y"].median().reset_index()
        medians = medians.sort_values(["y", "cluster"], kind="stable")
        step = width / max(len(medians), 1)
        places = start + step * (np.arange(len(medians)) + 0.5)
        column_of = dict(zip(medians["cluster"], places, strict=True))
        part = part.sort_values(["cluster", "y"], kind="stable")  # noqa: PLW2901 (same rows, ordered)
        x = part["cluster"].map(column_of).to_numpy(dtype=np.float64)
        strips.append(
            Strip(
                name, x, part["y"].to_numpy(dtype=np.float64),
                part["cluster"].to_numpy(dtype=object), places,
                medians["y"].to_numpy(dtype=np.float64), start, start + width,
            )
        )  # fmt: skip
        start += width + 0.06 * sum(sizes.values())
    return strips


def level_labels(
    strips: list[Strip], book: VariableBook, group: str, words: StudyWords, room: float
) -> list[str]:
    """Return the level with its counts; counts in full where all levels have the room.

    `room` is the width of the axes in inches.
    """
    if not strips:
        return []
    scale = room / (strips[-1].stop - strips[0].start)
    widths = [max(scale * (s.stop - s.start), 0.4) for s in strips]
    centres = [scale * (s.start + s.stop) / 2 for s in strips]
    counts = [(len(s.y), len(s.median_x)) for s in strips]
    ways = [[words.counts(*pair) for pair in counts]]
    if words.row_is_cluster:
        ways.append([f"n = {k}" for _, k in counts])
    else:
        ways += [[f"{n} in {k}" for n, k in counts], [f"{n}\nin {k}" for n, k in counts]]
    chosen = next((texts for texts in ways if _fit_beside(texts, centres)), ways[-1])
    return [
        "\n".join([*wrap(book.level(group, s.level), width, style.TEXT_SIZE)[:2], n_text])
        for s, width, n_text in zip(strips, widths, chosen, strict=True)
    ]


def _fit_beside(texts: list[str], centres: list[float]) -> bool:
    """Tell whether texts at centres in inches have a letter's room between them."""
    halves = [max(text_width(s, style.TEXT_SIZE) for s in text.split("\n")) / 2 for text in texts]
    return all(
        halves[i] + halves[i + 1] + 0.08 <= centres[i + 1] - centres[i]
        for i in range(len(texts) - 1)
    )
