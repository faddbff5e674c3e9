"""Every value of a comparison's outcomes: one panel per outcome, one column per cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    block_height,
    frame_height,
    shorten,
    text_width,
)
from procohort.publish.figures.common import (
    FloatArray,
    footer,
    jitter,
    panel_title,
    points,
    refusals_sentence,
    use_log_scale,
)
from procohort.publish.figures.panels import PanelSize, lay_out, panel_width
from procohort.publish.figures.strips import Strip, level_labels, strips_of
from procohort.publish.numbers import format_mean_sd, format_p_equation, format_quantile
from procohort.publish.selection import Contrast, contrasts, estimate_of, ordered
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, StudyWords, VariableBook
from procohort.results import ResultRow
from procohort.study import Variable

COLUMNS = ("outcome", "group", "level", "cluster", "column", "value")

_AXES_HEIGHTS = (0.9, 1.55)
_PANEL_HEAD = 0.37
_AXIS_ROOM = 0.5
_NO_OUTCOME = "This comparison has no measured or counted outcome."


def draw(view: View) -> Drawing:
    """Draw every value by group: clusters as columns in the order of their medians.

    Parameters
    ----------
    view : View
        spec: the comparison (id, group, levels, outcomes); rows: its rows, from which
        medians, quartiles and p values are taken; frame: the analysis table.
    """
    spec, book, words = view.spec, view.book, view.words
    analysis, mine = view.points(), view.own_rows
    group = str(spec["group"])
    outcomes = [name for name in spec["outcomes"] if book[name].is_quantity and name in analysis]
    levels = _levels(spec, book)
    title, footing = book.comparison(group, levels), _footer(words, mine, outcomes)
    strips = {outcome: strips_of(analysis, outcome, group, levels) for outcome in outcomes}
    room = panel_width(view.width) - _AXIS_ROOM
    labels = {name: level_labels(strips[name], book, group, words, room) for name in outcomes}
    n_lines = max((text.count("\n") + 1 for texts in labels.values() for text in texts), default=1)
    size = PanelSize(
        *_AXES_HEIGHTS, head=_PANEL_HEAD, foot=0.08 + block_height(n_lines, style.TEXT_SIZE)
    )
    grid = lay_out(len(outcomes), view.width, size, frame_height(title, footing, view.width))
    sheet = Sheet(title, footing, grid.height if outcomes else 0.2, view.width)
    shown = _shown_lines(mine, outcomes)
    records: list[dict[str, object]] = []
    for outcome, (left, top) in zip(outcomes, grid.places(sheet), strict=True):
        axes = sheet.axes(left + _AXIS_ROOM, top + _PANEL_HEAD, room, grid.axes_height)
        heading = panel_title(book, outcome, grid.panel_width)
        _panel_head(sheet, (left, top, grid.panel_width), heading, shown.get(outcome))
        summaries = [row for row in mine if row.outcome == outcome and not row.reference]
        _panel(axes, strips[outcome], summaries, book[outcome], labels[outcome])
        records.extend(_records(outcome, group, strips[outcome]))
    if not outcomes:
        sheet.text(sheet.left, sheet.top, _NO_OUTCOME)
    alt = _alt(title, outcomes, group, mine, book=book, words=words)
    return Drawing(sheet.figure, title, alt, COLUMNS, records)


def _levels(spec: Mapping[str, Any], book: VariableBook) -> list[str]:
    """Return the compared levels; more than two in the order that the variable gives them.

    A comparison may name its reference last, where an axis would not expect it.
    """
    known = book[str(spec["group"])].labels
    levels = [str(level) for level in spec.get("levels") or known]
    return ordered(levels, list(known)) if len(levels) > 2 else levels


def _panel_head(
    sheet: Sheet, place: tuple[float, float, float], title: str, shown: Contrast | None
) -> None:
    """Write the outcome, and p as published and cluster-aware beneath it."""
    left, top, width = place
    sheet.text(left, top, title, size=style.TITLE_SIZE, weight="bold")
    if shown is None:
        return
    parts = []
    for perspective in PERSPECTIVES:
        row = shown.p_row(perspective)
        name = PERSPECTIVE_NAMES[perspective]
        if row is None:
            continue
        text = row.status.replace("_", " ") if row.status != "ok" else format_p_equation(row.p)
        parts.append(f"{name}: {text}")
    text = "   ".join(parts)
    fits = text_width(text, style.TEXT_SIZE) <= width
    size = style.TEXT_SIZE if fits else style.SMALLEST_SIZE
    sheet.text(left, top + 0.17, shorten(text, width, size), size=size, color=style.MUTED)


def _panel(
    axes: Axes,
    strips: list[Strip],
    summaries: list[ResultRow],
    variable: Variable,
    labels: list[str],
) -> None:
    values = np.concatenate([s.y for s in strips]) if strips else np.array([])
    if values.size == 0:
        axes.text(0.5, 0.5, "no values", ha="center", va="center", transform=axes.transAxes)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    logarithmic = _is_skewed(summaries, values)
    if logarithmic:
        use_log_scale(axes, values)
    elif variable.type == "integer":
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    room = 0.012 * strips[-1].stop
    axes.set_xlim(strips[0].start - room, strips[-1].stop + room)
    axes.set_ylim(*_limits(values, logarithmic=logarithmic))
    axes.set_ylabel(variable.unit or "value")
    axes.tick_params(axis="x", length=0, pad=3)
    axes.spines["bottom"].set_visible(False)
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    size = 9.0 if values.size < 1_500 else 4.0
    for position, strip in enumerate(strips):
        _strip(axes, strip, position, size, jitter_y=0.12 * (variable.type == "integer"))
        _summary_band(axes, strip, summaries)
    axes.set_xticks([(s.start + s.stop) / 2 for s in strips], labels)


def _strip(axes: Axes, strip: Strip, position: int, size: float, jitter_y: float) -> None:
    mark = style.group_mark(position)
    half = 0.32 * (strip.stop - strip.start) / max(len(strip.median_x), 1)
    offset = min(half, 0.4 * (strip.stop - strip.start))
    x = strip.x + offset * jitter(len(strip.x), strip.level)
    y = strip.y + jitter_y * jitter(len(strip.y), strip.level + " vertical")
    points(
        axes, x, y, s=size, marker=mark.marker, facecolors=mark.color,
        edgecolors="white", alpha=0.6, zorder=2,
    )  # fmt: skip
    if len(strip.y) == len(strip.median_y):
        return  # One value for each cluster: it is its own median.
    axes.hlines(
        strip.median_y, strip.median_x - 1.35 * half, strip.median_x + 1.35 * half,
        color=style.INK, linewidth=0.8, zorder=3,
    )  # fmt: skip


def _summary_band(axes: Axes, strip: Strip, summaries: list[ResultRow]) -> None:
    """Shade the interquartile range and draw the median, both from result rows."""
    q1 = estimate_of(summaries, estimand="q1", level=strip.level)
    q3 = estimate_of(summaries, estimand="q3", level=strip.level)
    median = estimate_of(summaries, estimand="median", level=strip.level)
    width = strip.stop - strip.start
    if not (np.isnan(q1) or np.isnan(q3)):
        axes.add_patch(
            Rectangle((strip.start, q1), width, q3 - q1, facecolor="#d9d9d9", alpha=0.55, zorder=1)
        )
    if not np.isnan(median):
        axes.hlines(
            median,
            strip.start,
            strip.stop,
            color=style.INK,
            linewidth=1.3,
            linestyle="--",
            zorder=4,
        )


def _is_skewed(summaries: list[ResultRow], values: FloatArray) -> bool:
    """Whether a logarithmic axis shows the values better: positive, with mean above median."""
    if values.min() <= 0 or values.max() < 3 * values.min():
        return False
    for level in {row.level for row in summaries}:
        mean = estimate_of(summaries, estimand="mean", level=level)
        if mean > 1.05 * estimate_of(summaries, estimand="median", level=level):
            return True
    return False


def _limits(values: FloatArray, *, logarithmic: bool) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if logarithmic:
        return low / 1.15, high * 1.15
    room = 0.06 * ((high - low) or 1.0)
    return low - room, high + room


def _footer(words: StudyWords, rows: list[ResultRow], outcomes: list[str]) -> str:
    if not outcomes:
        return footer(words)
    lines = _shown_lines(rows, outcomes)
    effects = [row for line in lines.values() for row in line.rows]
    sizes = [(row.n_procedures or 0, row.n_patients or 0) for row in effects]
    n_text = f"n = {words.counts(*max(sizes))}; {words.units_text(effects)}" if sizes else ""
    key = f"Each point is one {words.row}"
    if words.row_is_cluster:
        key += ", in ascending order"
    else:
        key += f", each column one {words.cluster} (in the order of their medians, short lines)"
    tests = []
    for name in PERSPECTIVES:
        shown = [row for line in lines.values() if (row := line.p_row(name)) is not None]
        if shown:
            tests.append(f"{words.perspective(name)}: {words.methods(shown)}")
    return footer(
        words,
        n_text,
        key,
        "Dashed line and grey band: median and interquartile range of the group",
        "" if words.row_is_cluster else f"Under the groups: {words.rows} in {words.clusters}",
        *tests,
        refusals_sentence(line.p_row(name) for line in lines.values() for name in PERSPECTIVES),
    )


def _shown_lines(rows: list[ResultRow], outcomes: list[str]) -> dict[str, Contrast]:
    """Return the line whose p each panel shows: of all levels at once, else of the pair."""
    found: dict[str, Contrast] = {}
    for line in contrasts(rows):
        if line.outcome in outcomes:
            found.setdefault(line.outcome, line)
    return found


def _records(outcome: str, group: str, strips: list[Strip]) -> list[dict[str, object]]:
    return [
        {
            "outcome": outcome,
            "group": group,
            "level": strip.level,
            "cluster": str(cluster),
            "column": float(x),
            "value": float(y),
        }
        for strip in strips
        for cluster, x, y in zip(strip.cluster, strip.x, strip.y, strict=True)
    ]


def _alt(
    title: str,
    outcomes: list[str],
    group: str,
    rows: list[ResultRow],
    *,
    book: VariableBook,
    words: StudyWords,
) -> str:
    parts = [f"Strip plots, one panel per outcome. {title}."]
    for outcome in outcomes:
        variable = book[outcome]
        medians = [
            f"{book.level(group, row.level)} {format_quantile(row.estimate, variable)}"
            for row in rows
            if row.outcome == outcome and row.estimand == "median" and not row.reference
        ]
        means = [
            f"{book.level(group, row.level)} {_mean(row.estimate, variable)}"
            for row in rows
            if row.outcome == outcome and row.estimand == "mean" and not row.reference
        ]
        tests = []
        for line in _shown_lines(rows, [outcome]).values():
            for perspective in PERSPECTIVES:
                row = line.p_row(perspective)
                if row is not None and row.status == "ok":
                    tests.append(f"{PERSPECTIVE_NAMES[perspective]} {format_p_equation(row.p)}")
        said = [f"medians {', '.join(medians)}", f"means {', '.join(means)}", *tests]
        parts.append(f"{book.label_with_unit(outcome)}: {'; '.join(said)}.")
    parts.append(f"{words.data_note}.")
    return " ".join(parts)


def _mean(value: float, variable: Variable) -> str:
    return format_mean_sd(value, value, variable)[0]
