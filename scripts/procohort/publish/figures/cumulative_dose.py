"""Effective dose of many procedures: each patient so far, and over the years of a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    block_height,
    is_narrow,
    shorten,
    wrap,
)
from procohort.publish.figures.common import footer, jitter, level_texts
from procohort.publish.numbers import format_number
from procohort.publish.selection import ordered
from procohort.publish.tables.cumulative_dose import dose_text, name_of
from procohort.publish.tables.model import with_columns
from procohort.publish.view import View
from procohort.results import ResultRow

COLUMNS = (
    "panel", "group", "level", "label", "years", "n_procedures", "dose_msv", "low_msv", "high_msv",
)  # fmt: skip
# Room in inches: for numbers of an axis, above it, for the names at the ends of lines.
LEFT, TOP, LABELS, AXIS_NAME = 0.5, 0.24, 1.6, 0.38
LABEL_STEP = 0.30


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the two panels lie, in inches from the content's top left corner.

    Attributes
    ----------
    so_far, planned : tuple of float
        Left end, top and width of the axes.
    height : float
        Of either axes.
    room : float
        For the names at the ends of the lines.
    total : float
        Of everything.
    """

    so_far: tuple[float, float, float]
    planned: tuple[float, float, float]
    height: float
    room: float
    total: float


def _place(width: float, names: Sequence[str]) -> _Place:
    """Put the panels beside each other, or one below the other on a single column."""
    inner = width - 2 * style.MARGIN
    narrow = is_narrow(width)
    first = inner - LEFT if narrow else 0.35 * inner - LEFT
    deepest = max((len(_wrapped(name, _share(first, len(names)))) for name in names), default=1)
    foot = 0.08 + block_height(deepest + 1, style.TEXT_SIZE)
    if narrow:
        height, room = 1.9, 1.32
        second = TOP + height + foot + 0.1
        planned = (LEFT, second + TOP, inner - LEFT - room)
        return _Place((LEFT, TOP, first), planned, height, room, second + TOP + height + AXIS_NAME)
    height, start = 2.5, LEFT + first + 0.62
    planned = (start, TOP, inner - LABELS - start)
    total = TOP + height + max(foot, AXIS_NAME)
    return _Place((LEFT, TOP, first), planned, height, LABELS, total)


def _share(width: float, n_groups: int) -> float:
    """Return the inches from one group to the next, with a little air at both ends."""
    return width / (n_groups + 0.2)


def _wrapped(name: str, width: float) -> list[str]:
    """Wrap the name of a group to its share of the axis; longer words are cut."""
    room = width - 0.06
    return [shorten(line, room, style.TEXT_SIZE) for line in wrap(name, room, style.TEXT_SIZE)]


def draw(view: View) -> Drawing:
    """Draw the patients' doses so far beside what the schedule adds up to.

    Parameters
    ----------
    view : View
        As for the table; frame: the doses of the patients so far.
    """
    columns = ("level", "n_procedures", "dose_msv", "low_msv", "high_msv")
    sums = with_columns(view.frame, columns, "dose so far")
    planned = [row for row in view.rows if row.estimand == "cumulative_dose_planned"]
    words = view.words
    title = f"Effective dose of many {words.rows}: so far, and over the schedule"
    names = [view.book.level(view.spec["patients_by"], level) for level in _levels(view, sums)]
    place = _place(view.width, names)
    sheet = Sheet(title, _footer(view, sums), place.total, view.width)
    headings = (f"So far, per {words.cluster}", "Projected over the schedule")
    axes = []
    for heading, (left, top, width) in zip(headings, (place.so_far, place.planned), strict=True):
        x, y = sheet.left + left, sheet.top + top
        axes.append(sheet.axes(x, y, width, place.height))
        sheet.text(x - LEFT, y - TOP, heading, weight="bold")
    _draw_so_far(axes[0], view, sums, place.so_far[2])
    _draw_planned(sheet, axes[1], view, planned, place)
    records = [*_points(view, sums), *_projected(view, planned)]
    return Drawing(sheet.figure, title, _alt(title, view, sums, planned), COLUMNS, records)


def _levels(view: View, sums: pd.DataFrame) -> list[str]:
    known = list(view.book[view.spec["patients_by"]].labels) if view.spec["patients_by"] else []
    return ordered(level_texts(sums["level"]), known)


def _so_far(view: View, name: str, level: str) -> float:
    """Return a figure of the doses so far of a group: ``min``, ``median``, ``max``."""
    # Without groups the only rows are those of everybody.
    sought = (f"cumulative_dose_so_far_{name}", level if view.spec["patients_by"] else "all")
    return next(r.estimate for r in view.rows if (r.estimand, r.level) == sought)


def _draw_so_far(axes: Axes, view: View, sums: pd.DataFrame, width: float) -> None:
    levels = _levels(view, sums)
    texts = level_texts(sums["level"])
    for position, level in enumerate(levels):
        mark = style.group_mark(position)
        y = sums.loc[texts == level, "dose_msv"].to_numpy(dtype=float)
        x = position + 0.22 * jitter(len(y), level)
        axes.scatter(
            x, y, s=11, marker=mark.marker, facecolors="none", edgecolors=mark.color,
            linewidths=0.7,
        )  # fmt: skip
        middle = _so_far(view, "median", level)
        axes.plot((position - 0.32, position + 0.32), (middle, middle), color=style.INK, lw=1.4)
    axes.set_xlim(-0.6, len(levels) - 0.4)
    axes.set_ylim(bottom=0)
    axes.set_xticks(range(len(levels)))
    names = [view.book.level(view.spec["patients_by"], level) for level in levels]
    counts = [int((texts == level).sum()) for level in levels]
    axes.set_xticklabels(
        [
            "\n".join([*_wrapped(name, _share(width, len(levels))), f"n = {n}"])
            for name, n in zip(names, counts, strict=True)
        ]
    )
    axes.set_ylabel("Effective dose (mSv)")
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)


def _draw_planned(
    sheet: Sheet, axes: Axes, view: View, planned: Sequence[ResultRow], place: _Place
) -> None:
    # In the order of the labels, as in the other panel: one colour for one group.
    by = view.spec["by"]
    first = [f"{by}\n{level}" for level in view.book[by].labels] if by else []
    groups = ordered((f"{row.group}\n{row.level}" for row in planned), first)
    ends: list[tuple[float, str]] = []
    last = max((_years(row) for row in planned), default=1.0)
    for position, key in enumerate(groups):
        rows = [row for row in planned if f"{row.group}\n{row.level}" == key]
        mark = style.group_mark(position)
        x = [0.0, *(_years(row) for row in rows)]
        y = [0.0, *(row.estimate for row in rows)]
        low = [0.0, *(row.ci_low for row in rows)]
        high = [0.0, *(row.ci_high for row in rows)]
        axes.fill_between(x, low, high, color=mark.color, alpha=0.18, linewidth=0)
        axes.plot(
            x, y, color=mark.color, linestyle=mark.line, marker=mark.marker, markersize=3.6,
            markevery=range(1, len(x)), clip_on=False,
        )  # fmt: skip
        ends.append((rows[-1].estimate, f"{name_of(view, rows[-1])}: {dose_text(rows[-1])}"))
    top = 1.06 * max([row.ci_high for row in planned], default=1.0)
    axes.set_xlim(0, last)
    axes.set_ylim(0, top or 1.0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("Years of treatment")
    axes.set_ylabel("Effective dose (mSv)")
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    _label_ends(sheet, axes, ends, top or 1.0, place)


def _label_ends(
    sheet: Sheet, axes: Axes, ends: Sequence[tuple[float, str]], top: float, place: _Place
) -> None:
    """Write names at the ends of the lines, two lines of text each, none over another."""
    left, upper, width = place.planned
    x0 = axes.get_xlim()[1]
    start = sheet.left + left + width + 0.1
    base = sheet.top + upper + place.height
    heights = _spread([place.height * value / top for value, _ in ends], place.height)
    for i, ((value, text), height) in enumerate(zip(ends, heights, strict=True)):
        name, said = text.split(": ", 1)
        name = shorten(name, place.room - 0.16, style.SMALL_SIZE)
        sheet.text(
            start + 0.06, base - height, f"{name}\n{said} mSv", size=style.SMALL_SIZE, va="center"
        )
        # From the end of the line to its name, in the colour of the line.
        axes.plot(
            (x0, x0 * (1 + 0.1 / width)), (value, height * top / place.height),
            color=style.group_mark(i).color, linewidth=0.6, clip_on=False,
        )  # fmt: skip
    axes.set_xlim(0, x0)


def _spread(places: Sequence[float], height: float) -> list[float]:
    """Push places apart from the lowest up, and down again from the top where they leave it.

    Examples
    --------
    >>> [round(place, 2) for place in _spread([0.0, 0.1, 2.0], 2.0)]
    [0.0, 0.3, 2.0]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    found = list(places)
    floor = 0.0
    for i in order:
        found[i] = max(found[i], floor)
        floor = found[i] + LABEL_STEP
    ceiling = height
    for i in reversed(order):
        found[i] = min(found[i], ceiling)
        ceiling = found[i] - LABEL_STEP
    return found


def _years(row: ResultRow) -> float:
    return float(row.subset.removeprefix("years="))


def _footer(view: View, sums: pd.DataFrame) -> str:
    words = view.words
    missing = int(sums["n_missing"].sum()) if "n_missing" in sums else 0
    return footer(
        words,
        f"Points: {words.clusters}, {int(sums['n_procedures'].sum())} {words.rows}; bars: medians",
        f"{missing} {words.rows} without a recorded dose add nothing" if missing else "",
        "Lines: planned number times mean dose of one (median where a source prints no mean); "
        "bands: range over conversion factors, no confidence interval",
        "Doses obtained in different ways are not interchangeable; no risk is derived from them",
    )


def _points(view: View, sums: pd.DataFrame) -> list[dict[str, object]]:
    by = view.spec["patients_by"]
    return [
        {
            "panel": "so_far", "group": by, "level": row["level"],
            "label": view.book.level(by, str(row["level"])), "n_procedures": row["n_procedures"],
            **{name: row[name] for name in ("dose_msv", "low_msv", "high_msv")},
        }
        for row in sums.assign(level=level_texts(sums["level"])).to_dict("records")
    ]  # fmt: skip


def _projected(view: View, planned: Sequence[ResultRow]) -> list[dict[str, object]]:
    return [
        {
            "panel": "planned", "group": row.group, "level": row.level,
            "label": name_of(view, row), "years": _years(row), "n_procedures": row.n_procedures,
            "dose_msv": row.estimate, "low_msv": row.ci_low, "high_msv": row.ci_high,
        }
        for row in planned
    ]  # fmt: skip


def _alt(title: str, view: View, sums: pd.DataFrame, planned: Sequence[ResultRow]) -> str:
    parts = [f"Two panels. {title}."]
    texts = level_texts(sums["level"])
    for level in _levels(view, sums):
        n = int((texts == level).sum())
        low, middle, high = (
            format_number(_so_far(view, name, level), 1) for name in ("min", "median", "max")
        )
        name = view.book.level(view.spec["patients_by"], level)
        parts.append(
            f"So far, {name}: {view.words.count_clusters(n)}, median {middle} mSv, {low} to {high}."
        )
    for key in ordered(f"{row.group}\n{row.level}" for row in planned):
        rows = [row for row in planned if f"{row.group}\n{row.level}" == key]
        said = ", ".join(f"{_years(row):g} years {dose_text(row)} mSv" for row in rows)
        parts.append(f"Projected, {name_of(view, rows[0])}: {said}.")
    parts.append(f"{view.words.data_note}.")
    return " ".join(parts)
