"""Outcomes against another variable: points shaded by cluster, or a thin line per cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, frame_height, shorten, text_width
from procohort.publish.figures.common import (
    RASTER_ABOVE,
    FloatArray,
    as_numbers,
    footer,
    jitter,
    panel_title,
    points,
    refusals_sentence,
    result_text,
    use_log_scale,
)
from procohort.publish.figures.panels import PanelSize, lay_out
from procohort.publish.selection import pick
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
    uncapitalise,
)
from procohort.results import ResultRow

COLUMNS = ("outcome", "x_variable", "cluster", "x", "y")

_SIZE = PanelSize(least=1.0, most=1.75, head=0.52, foot=0.38)
_AXIS_ROOM = 0.5
# The part of the colour map used: its ends are too near to white and black.
_SHADES = (0.05, 0.9)


@dataclass(frozen=True, slots=True)
class Cloud:
    """Complete pairs of one panel, sorted by cluster and x.

    Attributes
    ----------
    x, y, shade : ndarray of shape (n,)
        Values, and the cluster's rank of median outcome between 0 and 1.
    cluster : ndarray of str, shape (n,)
    """

    x: FloatArray
    y: FloatArray
    shade: FloatArray
    cluster: np.ndarray[Any, np.dtype[np.object_]]


def draw_panels(view: View, *, lines: bool) -> Drawing:
    """Draw a panel for each outcome: points, joined within clusters if `lines`."""
    spec, book, words = view.spec, view.book, view.words
    analysis, mine = view.points(), view.own_rows
    x_name = str(spec["x"])
    outcomes = [str(name) for name in spec["outcomes"] if name in analysis]
    title = str(spec.get("label") or f"Outcomes against {uncapitalise(book.label(x_name))}")
    footing = _footer(mine, spec, words, lines=lines)
    grid = lay_out(len(outcomes), view.width, _SIZE, frame_height(title, footing, view.width))
    sheet = Sheet(title, footing, grid.height, view.width)
    width = grid.panel_width
    records: list[dict[str, object]] = []
    for outcome, (left, top) in zip(outcomes, grid.places(sheet), strict=True):
        _head(sheet, (left, top, width), outcome, mine, book)
        cloud = _cloud(analysis, x_name, outcome)
        axes = sheet.axes(left + _AXIS_ROOM, top + _SIZE.head, width - _AXIS_ROOM, grid.axes_height)
        _panel(axes, cloud, book, x_name, outcome, lines=lines)
        records.extend(
            dict(zip(COLUMNS, (outcome, x_name, str(c), float(x), float(y)), strict=True))
            for c, x, y in zip(cloud.cluster, cloud.x, cloud.y, strict=True)
        )
    alt = _alt(title, x_name, outcomes, mine, book=book, words=words, lines=lines)
    return Drawing(sheet.figure, title, alt, COLUMNS, records)


def _cloud(analysis: pd.DataFrame, x_name: str, outcome: str) -> Cloud:
    table = pd.DataFrame(
        {
            "cluster": analysis["cluster"].astype(str),
            "x": as_numbers(analysis[x_name]),
            "y": as_numbers(analysis[outcome]),
        }
    ).dropna()
    table = table.sort_values(["cluster", "x", "y"], kind="stable")
    medians = table.groupby("cluster")["y"].median()
    places = medians.rank(method="first") - 1
    shades = places / max(len(medians) - 1, 1)
    return Cloud(
        table["x"].to_numpy(dtype=np.float64),
        table["y"].to_numpy(dtype=np.float64),
        table["cluster"].map(shades).to_numpy(dtype=np.float64),
        table["cluster"].to_numpy(dtype=object),
    )


def _head(
    sheet: Sheet,
    place: tuple[float, float, float],
    outcome: str,
    rows: list[ResultRow],
    book: VariableBook,
) -> None:
    left, top, width = place
    heading = panel_title(book, outcome, width)
    sheet.text(left, top, heading, size=style.TITLE_SIZE, weight="bold")
    for position, perspective in enumerate(PERSPECTIVES):
        row = pick(rows, outcome=outcome, perspective=perspective)
        text = f"{PERSPECTIVE_NAMES[perspective]}: {result_text(row, 'rho')}"
        fits = text_width(text, style.TEXT_SIZE) <= width
        size = style.TEXT_SIZE if fits else style.SMALLEST_SIZE
        sheet.text(
            left, top + 0.17 + 0.125 * position, shorten(text, width, size), size=size,
            color=style.MUTED,
        )  # fmt: skip


def _panel(
    axes: Axes, cloud: Cloud, book: VariableBook, x_name: str, outcome: str, *, lines: bool
) -> None:
    axes.set_xlabel(book.label_with_unit(x_name))
    axes.set_ylabel(book[outcome].unit or "value")
    if cloud.x.size == 0:
        axes.text(0.5, 0.5, "no values", ha="center", va="center", transform=axes.transAxes)
        return
    if _is_skewed(cloud.y):
        use_log_scale(axes, cloud.y)
        axes.set_ylim(cloud.y.min() / 1.12, cloud.y.max() * 1.12)
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    colors = mpl.colormaps["cividis"](_SHADES[0] + cloud.shade * (_SHADES[1] - _SHADES[0]))
    many = cloud.x.size > 1_500
    if lines:
        _cluster_lines(axes, cloud, colors)
        size = 2.5 if many else 4.5
        points(axes, cloud.x, cloud.y, s=size, c=colors, edgecolors="none", zorder=3)
    else:
        counted = book[x_name].type == "integer"
        x = cloud.x + (0.3 * jitter(cloud.x.size, outcome) if counted else 0.0)
        points(
            axes, x, cloud.y, s=4.0 if many else 10.0, c=colors, edgecolors="white",
            alpha=0.85, zorder=2,
        )  # fmt: skip
    if book[x_name].type == "integer":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))


def _cluster_lines(axes: Axes, cloud: Cloud, colors: FloatArray) -> None:
    starts = np.flatnonzero(np.r_[True, cloud.cluster[1:] != cloud.cluster[:-1]])
    stops = np.r_[starts[1:], cloud.cluster.size]
    pairs = np.column_stack([cloud.x, cloud.y])
    axes.add_collection(
        LineCollection(
            [pairs[a:b] for a, b in zip(starts, stops, strict=True)],
            colors=colors[starts],
            linewidths=0.55,
            alpha=0.65,
            zorder=2,
            rasterized=cloud.x.size > RASTER_ABOVE,
        )
    )


def _is_skewed(values: FloatArray) -> bool:
    """Whether a logarithmic axis suits: positive values over more than a factor of five."""
    return bool(values.min() > 0 and values.max() > 5 * values.min())


def _footer(
    rows: list[ResultRow], spec: Mapping[str, Any], words: StudyWords, *, lines: bool
) -> str:
    shown = [row for row in rows if row.headline]
    sizes = [(row.n_procedures or 0, row.n_patients or 0) for row in shown]
    thing = f"each line joins the {words.rows} of one {words.cluster}" if lines else ""
    shade = (
        f"each point is one {words.row}; {thing or 'points'}"
        f"{'' if lines else f' of one {words.cluster} share a shade'}"
        f", from dark to light in the order of the {words.clusters}' medians"
    )
    if words.row_is_cluster:
        shade = f"each point is one {words.row}"
    meaning = "; ".join(words.perspective(name) for name in PERSPECTIVES)
    return footer(
        words,
        f"n = {words.counts(*max(sizes))}; {words.units_text(shown)}" if sizes else "",
        shade,
        f"rho: Spearman's rank correlation with 95 % confidence interval; {meaning}"
        if not shown
        else f"rho: Spearman's rank correlation with {100 * shown[0].ci_level:g} % confidence "
        f"interval; {meaning}",
        str(spec.get("note") or ""),
        refusals_sentence(shown),
    )


def _alt(
    title: str,
    x_name: str,
    outcomes: list[str],
    rows: list[ResultRow],
    *,
    book: VariableBook,
    words: StudyWords,
    lines: bool,
) -> str:
    kind = f"Line plots, one line per {words.cluster}" if lines else "Scatter plots"
    parts = [f"{kind}. {title}, against {book.label_with_unit(x_name)}."]
    for outcome in outcomes:
        said = [
            f"{PERSPECTIVE_NAMES[name]} "
            f"{result_text(pick(rows, outcome=outcome, perspective=name), 'Spearman rho')}"
            for name in PERSPECTIVES
        ]
        parts.append(f"{book.label_with_unit(outcome)}: {'; '.join(said)}.")
    parts.append(f"{words.data_note}.")
    return " ".join(parts)
