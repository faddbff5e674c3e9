"""Specification curve: every answer of the multiverse, sorted, above the choices that led to it.

After Simonsohn, Simmons and Nelson (2020, Nature Human Behaviour 4:1208-14).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, block_height
from procohort.publish.figures.common import footer, use_log_scale
from procohort.publish.figures.specification_layout import (
    CURVE,
    NUMBERS,
    Layout,
    Line,
    Strip,
    layout_of,
)
from procohort.publish.figures.specification_panel import Panel, has_choice, panel_of
from procohort.publish.numbers import PERCENT_ESTIMANDS, RATIO_ESTIMANDS, format_effect
from procohort.publish.selection import refusal
from procohort.publish.specified import (
    SpecifiedView,
    answers,
    excludes_no_difference,
    share_below,
    specified,
)
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, capitalise
from procohort.results import ResultRow
from procohort.specifications import Specification
from procohort.vocabulary import neutral_value


def draw(view: View) -> Drawing:
    """Draw a panel for each outcome: estimates with intervals, and the choices below them.

    Parameters
    ----------
    view : SpecifiedView
        spec: the analysis, with ``decisions`` (id, label, choices) and ``readings``.
    """
    mine = specified(view)
    panels = [panel_of(mine, outcome) for outcome in mine.outcomes()]
    panels = [panel for panel in panels if panel.blocks]
    title = f"{mine.spec['label']}: specification curve"
    said = [(mine.book.label_with_unit(panel.outcome), _counts(mine, panel)) for panel in panels]
    layout = layout_of(panels, said, mine.width - 2 * style.MARGIN)
    sheet = Sheet(title, _footer(mine, panels, layout), layout.height or 0.2, mine.width)
    for top, strip in zip(layout.tops, layout.strips, strict=True):
        _draw_strip(sheet, sheet.top + top, strip, layout, mine)
    if not panels:
        sheet.text(sheet.left, sheet.top, "No specification gave an estimate.")
    decisions = [decision["id"] for decision in mine.spec["decisions"]]
    columns = (
        *("outcome", "estimand", "place", "main", "specification", "reading"),
        *decisions,
        *("n_set", "perspective", "method", "estimate", "ci_low", "ci_high", "p"),
        *("n_procedures", "n_patients", "status", "note"),
    )
    records = [_record(place, item, mine) for panel in panels for place, item in panel.placed] + [
        _record(math.nan, item, mine)
        for panel in panels
        for item in mine.about(panel.outcome)
        if item.row in panel.silent
    ]
    return Drawing(sheet.figure, title, _alt(title, panels, mine), columns, records)


def _draw_strip(
    sheet: Sheet, top: float, strip: Strip, layout: Layout, view: SpecifiedView
) -> None:
    """Draw panels beside each other, and the labels of their choices once."""
    below = top + strip.head_height
    for line in strip.lines:
        is_choice = line.row is not None
        sheet.text(
            sheet.left + (0.08 if is_choice else 0.0), below + CURVE + line.middle,
            "\n".join(line.texts), size=style.SMALL_SIZE,
            color=style.MUTED if is_choice else style.INK,
            weight="normal" if is_choice else "bold",
            va="center_baseline" if len(line.texts) == 1 else "center",
        )  # fmt: skip
    for position, panel in enumerate(strip.panels):
        left = sheet.left + layout.labels + position * layout.step
        curve = sheet.axes(left, below, strip.width, CURVE)
        matrix = sheet.axes(left, below + CURVE, strip.width, strip.matrix_height or 0.01)
        start = sheet.left if layout.n_columns == 1 else left - NUMBERS
        _draw_head(sheet, (start, top), strip, position)
        _label_axis(sheet, (left, below), panel, view)
        _draw_panel((curve, matrix), strip.width, strip, panel, view)


def _draw_head(sheet: Sheet, place: tuple[float, float], strip: Strip, position: int) -> None:
    """Write the outcome and, behind the mark of each perspective, what it came to."""
    left, top = place
    panel, sentences = strip.panels[position], strip.heads[position]
    title = "\n".join(strip.titles[position])
    sheet.text(left, top, title, size=style.TITLE_SIZE, weight="bold")
    axes = sheet.blank_axes()
    y = top + strip.title_height(position)
    for (perspective, _), texts in zip(panel.blocks, sentences, strict=True):
        mark = style.PERSPECTIVE_MARKS[perspective]
        axes.plot(
            left + 0.04, y + 0.058, marker=mark.marker, color=mark.color, markersize=4.0,
            markerfacecolor=mark.color if mark.filled else "white", linestyle="none",
        )  # fmt: skip
        sheet.text(left + 0.13, y, "\n".join(texts), color=style.MUTED)
        y += block_height(len(texts), style.TEXT_SIZE)


def _label_axis(
    sheet: Sheet, place: tuple[float, float], panel: Panel, view: SpecifiedView
) -> None:
    label, unit = capitalise(view.words.estimand(panel.estimand)), _unit(panel, view)
    sheet.text(
        place[0], place[1] - 0.05, label + (f" ({unit})" if unit else ""), va="baseline",
        size=style.SMALL_SIZE,
    )  # fmt: skip


def _draw_panel(
    both: tuple[Axes, Axes], width: float, strip: Strip, panel: Panel, view: SpecifiedView
) -> None:
    """Draw the curve and the choices below it on axes of a width in inches."""
    curve, matrix = both
    placed = panel.placed
    limits = (-1.5, max(place for place, _ in placed) + 1.5)
    mains = [place for place, item in placed if view.is_main(item)]
    for axes in both:
        axes.set_xlim(*limits)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        for place in mains:
            axes.axvspan(place - 0.5, place + 0.5, color="#e3dfd3", linewidth=0, zorder=0)
    # The distance of neighbouring specifications in points.
    pitch = 72 * width / (limits[1] - limits[0])
    _draw_curve(curve, panel, view, pitch)
    _draw_matrix(matrix, strip, panel, view, pitch)


def _unit(panel: Panel, view: SpecifiedView) -> str:
    if panel.estimand in PERCENT_ESTIMANDS:
        return "percentage points"
    if panel.estimand in RATIO_ESTIMANDS:
        return "log scale"
    unit = view.book[panel.outcome].unit
    # "count" and ranges such as "0 to 100" explain a scale; they are no unit of a difference.
    named = panel.estimand != "spearman_rho" and unit != "count" and not unit[:1].isdigit()
    return unit if named else ""


def _draw_curve(axes: Axes, panel: Panel, view: SpecifiedView, pitch: float) -> None:
    factor = 100.0 if panel.estimand in PERCENT_ESTIMANDS else 1.0
    middle = neutral_value(panel.estimand)
    low, high = _limits([item.row for _, item in panel.placed], middle, panel.estimand)
    if panel.estimand in RATIO_ESTIMANDS:
        use_log_scale(axes, np.array([low, high]))
    axes.set_ylim(factor * low, factor * high)
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    axes.axhline(factor * middle, color=style.MUTED, linewidth=0.8)
    # Marks that crowd grow smaller, lines thinner, so that neighbours stay apart.
    size = min(3.6, max(1.6, 0.95 * pitch))
    width = min(1.0, max(0.35, 0.6 * pitch))
    for perspective, _ in panel.blocks:
        mine = [
            (place, item) for place, item in panel.placed if item.row.perspective == perspective
        ]
        _draw_intervals(axes, mine, (low, high), factor, width)
        _draw_estimates(axes, mine, view, factor, size)


def _draw_intervals(
    axes: Axes,
    placed: Sequence[tuple[float, Specification]],
    limits: tuple[float, float],
    factor: float,
    width: float,
) -> None:
    """Draw the intervals of one perspective as one artist: one for each would cost seconds."""
    low, high = limits
    color = style.PERSPECTIVE_MARKS[placed[0][1].row.perspective].color
    segments, colors = [], []
    heads: dict[str, list[tuple[float, float]]] = {"v": [], "^": []}
    for place, item in placed:
        row = item.row
        if math.isnan(row.ci_low) or math.isnan(row.ci_high):
            continue
        start, end = factor * max(row.ci_low, low), factor * min(row.ci_high, high)
        segments.append([(place, start), (place, end)])
        colors.append(to_rgba(color, 1.0 if excludes_no_difference(row) else 0.4))
        if row.ci_low < low:
            heads["v"].append((place, start))
        if row.ci_high > high:
            heads["^"].append((place, end))
    lines = LineCollection(segments, colors=colors, linewidths=width, capstyle="butt", zorder=2)
    axes.add_collection(lines, autolim=False)
    for head, ends in heads.items():
        if ends:
            axes.plot(
                *zip(*ends, strict=True), marker=head, linestyle="none", color=color,
                markersize=2.2,
            )  # fmt: skip


def _draw_estimates(
    axes: Axes,
    placed: Sequence[tuple[float, Specification]],
    view: SpecifiedView,
    factor: float,
    size: float,
) -> None:
    """Draw the estimates of one perspective, those of the main analysis larger and on top."""
    mark = style.PERSPECTIVE_MARKS[placed[0][1].row.perspective]
    for main in (False, True):
        shown = [
            (place, factor * item.row.estimate)
            for place, item in placed
            if view.is_main(item) == main
        ]
        if shown:
            axes.plot(
                *zip(*shown, strict=True), marker=mark.marker, linestyle="none",
                color=mark.color, markerfacecolor=mark.color if mark.filled else "white",
                markeredgewidth=0.7, markersize=size * (1.35 if main else 1.0),
                zorder=4 if main else 3,
            )  # fmt: skip


def _limits(rows: Sequence[ResultRow], middle: float, estimand: str) -> tuple[float, float]:
    """Return how far the axis reaches: all estimates, and intervals up to thrice their spread."""
    estimates = [row.estimate for row in rows] + [middle]
    ends = [x for row in rows for x in (row.ci_low, row.ci_high) if math.isfinite(x)]
    if estimand in RATIO_ESTIMANDS:
        low, high = _reach([math.log(x) for x in estimates], [math.log(x) for x in ends if x > 0])
        return math.exp(low), math.exp(high)
    return _reach(estimates, ends)


def _reach(estimates: Sequence[float], ends: Sequence[float]) -> tuple[float, float]:
    """Return limits that hold the estimates, and most intervals unless a few are very wide."""
    low, high = min(estimates), max(estimates)
    usual = float(np.median([abs(end) for end in ends])) if ends else 0.0
    spread = max(high - low, usual) or 1.0
    low = max(min([low, *ends]), low - 3 * spread)
    high = min(max([high, *ends]), high + 3 * spread)
    room = 0.06 * ((high - low) or 1.0)
    return low - room, high + room


def _draw_matrix(axes: Axes, strip: Strip, panel: Panel, view: SpecifiedView, pitch: float) -> None:
    axes.set_ylim(strip.matrix_height or 1.0, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    lines = [line for line in strip.lines if line.row is not None]
    _draw_bands(axes, lines)
    own = {row for _, rows in panel.groups for row in rows}
    for perspective, _ in panel.blocks:
        chosen = [
            (place, line.middle)
            for line in lines
            for place, item in panel.placed
            # A neighbour's decision that changes nothing here has no marks; a method always has.
            if line.row is not None
            and (line.row in own or line.row.decision == "method")
            and item.row.perspective == perspective
            and has_choice(item, line.row, view)
        ]
        if chosen:
            axes.plot(
                *zip(*chosen, strict=True), linestyle="none", marker="|",
                color=style.PERSPECTIVE_MARKS[perspective].color, markersize=4.6,
                markeredgewidth=min(1.0, max(0.35, 0.7 * pitch)), zorder=2,
            )  # fmt: skip


def _draw_bands(axes: Axes, lines: Sequence[Line]) -> None:
    """Shade every other choice of a decision over the whole width."""
    corners = []
    for _, choices in groupby(lines, key=lambda line: line.row.decision if line.row else ""):
        for line in list(choices)[::2]:
            low, high = line.top, line.top + line.height
            corners.append([(0, low), (0, high), (1, high), (1, low)])
    bands = PolyCollection(
        corners, facecolors=style.BAND, edgecolors="none", zorder=-1,
        transform=axes.get_yaxis_transform(which="grid"),
    )  # fmt: skip
    axes.add_collection(bands, autolim=False)


def _counts(view: SpecifiedView, panel: Panel) -> list[str]:
    """Return for each perspective how many intervals and p values speak of a difference."""
    said = []
    parts = answers(view, panel.outcome)
    for perspective, items in panel.blocks:
        known = [item.row for item in items if not math.isnan(item.row.ci_low)]
        clear = sum(excludes_no_difference(row) for row in known)
        n_below, n_p = share_below(parts, perspective)
        said.append(
            f"{capitalise(PERSPECTIVE_NAMES[perspective])}: {len(items)} specifications drawn, "
            f"{clear} of {len(known)} intervals leave out {neutral_value(panel.estimand):g}; "
            f"p < 0.05 in {n_below} of {n_p}"
        )
    return said


def _footer(view: SpecifiedView, panels: Sequence[Panel], layout: Layout) -> str:
    rows = [item.row for panel in panels for _, item in panel.placed]
    sizes = [(row.n_procedures or 0, row.n_patients or 0) for row in rows]
    levels = sorted({row.ci_level for row in rows if not math.isnan(row.ci_level)})
    interval = f"{100 * levels[0]:g} % confidence intervals" if levels else "intervals"
    silent = [row for panel in panels for row in panel.silent]
    reasons = "; ".join(dict.fromkeys(refusal(row) for row in silent if refusal(row)))
    return footer(
        view.words,
        f"{len(rows)} of {len(view.specifications)} specifications are drawn, those of one "
        "estimand for each outcome; the table shows all of them",
        f"n up to {view.words.counts(*max(sizes))}; {view.words.units_text(rows)}" if sizes else "",
        f"bars: {interval}, pale where they include the value of no difference; an arrow head "
        "marks one that leaves the axis",
        "sorted by estimate within each perspective; shaded: the first choice of every decision, "
        "which is the main analysis",
        *(view.words.perspective(name) for name in PERSPECTIVES),
        "counts of p are over all methods; p values are not adjusted",
        "no marks in a row: the decision changes nothing for that outcome"
        if layout.n_columns > 1
        else "",
        f"{len(silent)} specifications without an estimate: {reasons}" if silent else "",
    )


def _record(place: float, item: Specification, view: SpecifiedView) -> dict[str, object]:
    row = item.row
    names = ("outcome", "estimand", "perspective", "method", "estimate", "ci_low", "ci_high", "p",
             "n_procedures", "n_patients", "status", "note")  # fmt: skip
    record: dict[str, object] = {name: getattr(row, name) for name in names}
    return record | {
        "place": None if math.isnan(place) else int(place),
        "main": view.is_main(item),
        "specification": item.id,
        "reading": item.reading,
        "n_set": item.n_set,
        **item.choices,
    }


def _alt(title: str, panels: Sequence[Panel], view: SpecifiedView) -> str:
    parts = [f"{title}: estimates with confidence intervals, sorted, above the choices taken."]
    for panel in panels:
        variable = view.book[panel.outcome]
        said = []
        for perspective, items in panel.blocks:
            first, last = (format_effect(items[i].row, variable) for i in (0, -1))
            said.append(f"{PERSPECTIVE_NAMES[perspective]} from {first} to {last}")
        name = capitalise(view.words.estimand(panel.estimand))
        counts = ". ".join(_counts(view, panel))
        parts.append(f"{view.book.label(panel.outcome)}. {name}: {'; '.join(said)}. {counts}.")
    parts.append(f"{view.words.data_note}.")
    return " ".join(parts)
