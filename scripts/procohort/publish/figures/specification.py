"""Specification curve: every answer of the multiverse, sorted, above the choices that led to it.

After Simonsohn, Simmons and Nelson (2020, Nature Human Behaviour 4:1208-14).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, shorten, text_width
from procohort.publish.figures.common import footer, panel_title, perspective_handles, use_log_scale
from procohort.publish.figures.specification_panel import (
    BLOCK_GAP,
    CURVE,
    HEAD,
    ROW,
    Panel,
    Row,
    has_choice,
    panel_of,
)
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
from procohort.publish.wording import PERSPECTIVE_NAMES, capitalise
from procohort.results import ResultRow
from procohort.specifications import Specification
from procohort.vocabulary import neutral_value

_PANEL_GAP = 0.22
_LABELS = 2.2
_LEGEND = 0.3


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
    content = _LEGEND + sum(panel.height + _PANEL_GAP for panel in panels)
    sheet = Sheet(title, _footer(mine, panels), content)
    sheet.figure.legend(
        handles=perspective_handles(mine.words),
        loc="upper left",
        bbox_to_anchor=sheet.fraction(sheet.left, sheet.top - 0.02),
        ncols=2,
        borderpad=0,
        borderaxespad=0,
        handlelength=2.6,
        columnspacing=2.2,
    )
    top = sheet.top + _LEGEND
    for panel in panels:
        _draw_panel(sheet, top, panel, mine)
        top += panel.height + _PANEL_GAP
    if not panels:
        sheet.text(sheet.left, top, "No specification gave an estimate.")
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


def _short(label: str, width: float) -> str:
    """Return a label without what stands in brackets or after a comma, if it is too wide."""
    if text_width(label, style.SMALL_SIZE) > width:
        label = label.split(" (", maxsplit=1)[0].split(", ", maxsplit=1)[0]
    return shorten(label, width, style.SMALL_SIZE)


def _draw_panel(sheet: Sheet, top: float, panel: Panel, view: SpecifiedView) -> None:
    width = sheet.right - sheet.left
    sheet.text(
        sheet.left, top, panel_title(view.book, panel.outcome, width),
        size=style.TITLE_SIZE, weight="bold",
    )  # fmt: skip
    for position, text in enumerate(_counts(view, panel)):
        sheet.text(
            sheet.left, top + 0.17 + 0.125 * position, shorten(text, width, style.TEXT_SIZE),
            color=style.MUTED,
        )  # fmt: skip
    left = sheet.left + _LABELS
    placed = panel.placed
    curve = sheet.axes(left, top + HEAD, sheet.right - left, CURVE)
    matrix = sheet.axes(left, top + HEAD + CURVE, sheet.right - left, panel.matrix_height)
    limits = (-1.5, max(place for place, _ in placed) + 1.5)
    mains = [place for place, item in placed if view.is_main(item)]
    for axes in (curve, matrix):
        axes.set_xlim(*limits)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        for place in mains:
            axes.axvspan(place - 0.5, place + 0.5, color="#e3dfd3", linewidth=0, zorder=0)
    _draw_curve(curve, panel, view)
    label = view.words.estimand(panel.estimand)
    unit = _unit(panel, view)
    sheet.text(
        sheet.left, top + HEAD + 0.02,
        capitalise(label) + (f" ({unit})" if unit else ""), size=style.TEXT_SIZE,
    )  # fmt: skip
    _draw_matrix(sheet, top + HEAD + CURVE, matrix, panel, view)


def _unit(panel: Panel, view: SpecifiedView) -> str:
    if panel.estimand in PERCENT_ESTIMANDS:
        return "percentage points"
    if panel.estimand in RATIO_ESTIMANDS:
        return "log scale"
    unit = view.book[panel.outcome].unit
    # "count" and ranges such as "0 to 100" explain a scale; they are no unit of a difference.
    named = panel.estimand != "spearman_rho" and unit != "count" and not unit[:1].isdigit()
    return unit if named else ""


def _draw_curve(axes: Axes, panel: Panel, view: SpecifiedView) -> None:
    factor = 100.0 if panel.estimand in PERCENT_ESTIMANDS else 1.0
    middle = neutral_value(panel.estimand)
    low, high = _limits([item.row for _, item in panel.placed], middle, panel.estimand)
    if panel.estimand in RATIO_ESTIMANDS:
        use_log_scale(axes, np.array([low, high]))
    axes.set_ylim(factor * low, factor * high)
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    axes.axhline(factor * middle, color=style.MUTED, linewidth=0.8)
    size = 3.6 if len(panel.placed) <= 80 else 2.6
    for perspective, _ in panel.blocks:
        mine = [
            (place, item) for place, item in panel.placed if item.row.perspective == perspective
        ]
        _draw_intervals(axes, mine, (low, high), factor)
        _draw_estimates(axes, mine, view, factor, size)


def _draw_intervals(
    axes: Axes,
    placed: Sequence[tuple[float, Specification]],
    limits: tuple[float, float],
    factor: float,
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
    lines = LineCollection(segments, colors=colors, linewidths=1.0, capstyle="butt", zorder=2)
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


def _draw_matrix(sheet: Sheet, top: float, axes: Axes, panel: Panel, view: SpecifiedView) -> None:
    axes.set_ylim(panel.matrix_height, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    y = 0.0
    bands: list[float] = []
    lines: list[tuple[float, Row]] = []
    for name, rows in panel.groups:
        y += BLOCK_GAP
        sheet.text(
            sheet.left, top + y + ROW / 2,
            shorten(name, _LABELS - 0.1, style.SMALL_SIZE, bold=True),
            size=style.SMALL_SIZE, weight="bold", va="center_baseline",
        )  # fmt: skip
        y += ROW
        for position, row in enumerate(rows):
            middle = y + ROW / 2
            sheet.text(
                sheet.left + 0.08, top + middle,
                _short(row.label, _LABELS - 0.18), size=style.SMALL_SIZE, color=style.MUTED,
                va="center_baseline",
            )  # fmt: skip
            if position % 2 == 0:
                bands.append(y)
            lines.append((middle, row))
            y += ROW
    _draw_bands(axes, bands)
    placed = panel.placed
    for perspective, _ in panel.blocks:
        chosen = [
            (place, middle)
            for middle, row in lines
            for place, item in placed
            if item.row.perspective == perspective and has_choice(item, row, view)
        ]
        color = style.PERSPECTIVE_MARKS[perspective].color
        axes.plot(
            *zip(*chosen, strict=True), linestyle="none", marker="|", color=color,
            markersize=4.6, markeredgewidth=1.0, zorder=2,
        )  # fmt: skip


def _draw_bands(axes: Axes, tops: Sequence[float]) -> None:
    """Shade rows of the dot matrix over the whole width."""
    corners = [[(0, top), (0, top + ROW), (1, top + ROW), (1, top)] for top in tops]
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
            f"{clear} of {len(known)} confidence intervals leave out "
            f"{neutral_value(panel.estimand):g}; "
            f"p < 0.05 in {n_below} of {n_p} by all methods"
        )
    return said


def _footer(view: SpecifiedView, panels: Sequence[Panel]) -> str:
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
        "p values are not adjusted",
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
