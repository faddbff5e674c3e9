"""Outcomes over time: mean with interval at each visit, patients behind it, n below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, shorten, text_width
from procohort.publish.figures.common import (
    FloatArray,
    footer,
    jitter,
    panel_title,
    refusals_sentence,
)
from procohort.publish.figures.trajectory_attendance import (
    attendance_height,
    attendance_records,
    draw_attendance,
)
from procohort.publish.figures.trajectory_data import (
    COLUMNS,
    Panel,
    Summary,
    alt_text,
    panel_of,
    panel_records,
)
from procohort.publish.figures.visit_axis import ROW_HEIGHT, VisitAxis, visit_axis, write_labels
from procohort.publish.numbers import format_effect, format_p_equation
from procohort.publish.selection import refusal
from procohort.publish.trajectory_rows import Trajectory, headline
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, VariableBook, capitalise
from procohort.results import ResultRow
from procohort.study import Variable

_PANEL_HEIGHT = 1.75
_PANEL_HEAD = 0.46
_AXIS_ROOM = 0.5
_GAP = 0.3
_BETWEEN = 0.16
# With more patients than this their lines are a grey cloud that says nothing.
MOST_LINES = 200
# Groups at one visit stand beside each other by this share of the axis.
_ASIDE = 0.012
_MEDIAN_ASIDE = 0.026
# The most room in inches for the name of a group, at the end of its line and before its counts.
_MOST_RIGHT = 1.1
_MOST_LEFT = 0.7


@dataclass(frozen=True, slots=True)
class Layout:
    """Where panels lie.

    Attributes
    ----------
    n_columns : int
    width : float
        Inches of a panel.
    left, right : float
        Inches kept at both sides of its axes: for numbers, and for the names of groups.
    foot : float
        Inches below its axes.
    """

    n_columns: int
    width: float
    left: float
    right: float
    foot: float

    @property
    def axes_width(self) -> float:
        """Inches from the first visit to the last."""
        return self.width - self.left - self.right

    @property
    def height(self) -> float:
        """Inches of a panel with everything that belongs to it."""
        return _PANEL_HEAD + _PANEL_HEIGHT + self.foot


def draw(view: View) -> Drawing:
    """Draw a panel for each outcome, and who was seen at which visit below all panels.

    Parameters
    ----------
    view : View
        spec: the trajectory; rows: its rows, from which means, intervals, medians and numbers
        are taken; frame: the analysis table, for the lines of patients.
    """
    shown, book, words = Trajectory.of(view), view.book, view.words
    visits = view.spec["visits"]
    axis = visit_axis([v["time"] for v in visits], [str(v["label"]) for v in visits])
    inner = style.PAGE_WIDTH - 2 * style.MARGIN
    layout = _layout(axis, shown, book, inner)
    n_lines = -(-len(shown.outcomes) // layout.n_columns)
    height = n_lines * layout.height + (n_lines - 1) * _BETWEEN
    points = view.points()
    has_lines = points["cluster"].nunique() <= MOST_LINES
    panels = [
        panel_of(shown, outcome, book, points if has_lines else None) for outcome in shown.outcomes
    ]
    # A free place beside the last panel takes who was seen; else it stands below.
    beside = layout.n_columns == 2 and len(panels) % 2 == 1
    beside = beside and attendance_height(shown, n_columns=1) <= layout.height
    room = 0.05 if beside else attendance_height(shown)
    footing = _footer(view, axis, has_lines=has_lines)
    sheet = Sheet(str(view.spec["label"]), footing, height + room)
    for position, panel in enumerate(panels):
        line, column = divmod(position, layout.n_columns)
        left = sheet.left + column * (layout.width + _GAP)
        top = sheet.top + line * (layout.height + _BETWEEN)
        _head(sheet, (left, top, layout.width), panel)
        _panel(sheet, (left + layout.left, top + _PANEL_HEAD, layout.axes_width), axis, panel)
    place = (sheet.left, sheet.top + height)
    if beside:
        place = (sheet.left + layout.width + _GAP, sheet.top + height - layout.height)
    draw_attendance(sheet, place, shown, book, n_columns=1 if beside else 2)
    records = [record for panel in panels for record in panel_records(panel)]
    return Drawing(
        sheet.figure,
        str(view.spec["label"]),
        alt_text(panels, str(view.spec["label"]), words),
        COLUMNS,
        records + attendance_records(shown),
    )


def _layout(axis: VisitAxis, shown: Trajectory, book: VariableBook, inner: float) -> Layout:
    """Put two panels side by side where the labels of visits have room in one row or two."""
    names = [book.level(shown.by, level) for level in shown.levels]
    bold = max((text_width(name, style.TEXT_SIZE, bold=True) for name in names), default=0.0)
    usual = max((text_width(name, style.TEXT_SIZE) for name in names), default=0.0)
    # Half of the last label lies beyond the axis.
    beyond = text_width(axis.labels[-1], style.TEXT_SIZE) / 2
    right = max(0.12 + min(bold, _MOST_RIGHT), beyond)
    left = max(_AXIS_ROOM, 0.2 + min(usual, _MOST_LEFT))
    n_counts = max(1, len(shown.levels))
    layouts = []
    for n_columns in (2, 1):
        width = (inner - _GAP * (n_columns - 1)) / n_columns
        rows = 1 + max(axis.rows_of_labels(width - left - right))
        foot = 0.1 + ROW_HEIGHT * (rows + n_counts + 1)
        layouts.append((rows, Layout(n_columns, width, left, right, foot)))
    (rows_of_two, two), (_, one) = layouts
    return two if rows_of_two <= 2 and len(shown.outcomes) > 1 else one


def _head(sheet: Sheet, place: tuple[float, float, float], panel: Panel) -> None:
    """Write the outcome, and below it what it came to at the last visit in both perspectives."""
    left, top, width = place
    shown, outcome = panel.shown, panel.outcome
    heading = panel_title(panel.book, outcome, width)
    sheet.text(left, top, heading, size=style.TITLE_SIZE, weight="bold")
    pair = _contrasted(shown)
    last = shown.visits[-1]
    rows = shown.between(outcome, last, pair) if pair else shown.at(outcome, last)
    for position, perspective in enumerate(PERSPECTIVES):
        said = _result(headline(rows, perspective), panel.variable)
        text = shorten(
            f"{capitalise(PERSPECTIVE_NAMES[perspective])}: {said}", width, style.TEXT_SIZE
        )
        sheet.text(left, top + 0.16 + 0.12 * position, text, color=style.MUTED)


def _contrasted(shown: Trajectory) -> tuple[str, str] | None:
    """Return the two groups whose difference stands above a panel; none but with two groups."""
    return shown.pairs[0] if len(shown.pairs) == 1 else None


def _result(row: ResultRow | None, variable: Variable) -> str:
    if row is None or row.status != "ok":
        return refusal(row)
    return f"{format_effect(row, variable, unit=False)}, {format_p_equation(row.p)}"


def _panel(sheet: Sheet, place: tuple[float, float, float], axis: VisitAxis, panel: Panel) -> None:
    """Draw one outcome; the place is left end, top and width of its axes."""
    left, top, width = place
    shown, variable = panel.shown, panel.variable
    axes = sheet.axes(left, top, width, _PANEL_HEIGHT)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks(axis.places, [""] * len(axis.places))
    axes.set_ylabel(variable.unit or "value")
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    _curves_behind(axes, axis, panel)
    n_levels = len(panel.summaries)
    for position, found in enumerate(panel.summaries.values()):
        aside = _ASIDE * (position - (n_levels - 1) / 2)
        _means(axes, axis.places + aside, found, position, medians=not shown.by)
    _limits(axes, panel)
    if shown.by:
        _name_lines(sheet, axes, (left + width, top), panel)
    below = top + _PANEL_HEIGHT
    below += write_labels(sheet, axis, (left, below, width))
    _counts(sheet, axis, (left, below, width), panel)
    sheet.text(
        left + width / 2, below + ROW_HEIGHT * n_levels + 0.01,
        axis.title(str(shown.spec["time_unit"])), ha="center", color=style.MUTED,
    )  # fmt: skip


def _curves_behind(axes: Axes, axis: VisitAxis, panel: Panel) -> None:
    """Draw the lines of patients; whole numbers are moved a little so that lines part."""
    curves, levels = panel.curves, list(panel.summaries)
    if not curves:
        return
    moved = 0.18 * jitter(len(curves), "curves") * (panel.variable.type == "integer")
    lines, colors = [], []
    for curve, offset in zip(curves, moved, strict=True):
        known = ~np.isnan(curve.values)
        lines.append(np.column_stack([axis.places[known], curve.values[known] + offset]))
        mark = style.group_mark(levels.index(curve.level))
        colors.append(mark.color if panel.shown.by else style.MUTED)
    alpha = 0.28 if len(curves) <= 60 else 0.16
    axes.add_collection(LineCollection(lines, colors=colors, linewidths=0.4, alpha=alpha, zorder=1))


def _means(axes: Axes, x: FloatArray, found: Summary, position: int, *, medians: bool) -> None:
    mark = style.group_mark(position)
    axes.plot(x, found.mean, color=mark.color, linestyle=mark.line, linewidth=1.2, zorder=3,
              clip_on=False)  # fmt: skip
    axes.vlines(x, found.low, found.high, color=mark.color, linewidth=1.3, zorder=3,
                clip_on=False)  # fmt: skip
    axes.plot(x, found.mean, linestyle="none", marker=mark.marker, color=mark.color,
              markersize=4.2, zorder=4, clip_on=False)  # fmt: skip
    if medians:
        # Beside the mean, which it would cover where both are alike.
        axes.plot(x + _MEDIAN_ASIDE, found.median, linestyle="none", marker="D", color=style.INK,
                  markerfacecolor="white", markeredgewidth=0.6, markersize=2.8, zorder=5,
                  clip_on=False)  # fmt: skip


def _limits(axes: Axes, panel: Panel) -> None:
    """Show everything that is drawn, with a little room."""
    drawn = [x for s in panel.summaries.values() for x in (s.mean, s.low, s.high, s.median)]
    values = np.concatenate(drawn + [curve.values for curve in panel.curves])
    values = values[~np.isnan(values)]
    if not values.size:
        axes.set_ylim(0.0, 1.0)
        return
    low, high = float(values.min()), float(values.max())
    room = 0.05 * ((high - low) or 1.0)
    axes.set_ylim(low - room, high + room)


def _name_lines(sheet: Sheet, axes: Axes, corner: tuple[float, float], panel: Panel) -> None:
    """Write the name of each group beside the end of its line; names keep apart."""
    low, high = axes.get_ylim()
    ends = []
    for level, found in panel.summaries.items():
        known = found.mean[~np.isnan(found.mean)]
        if known.size:
            down = _PANEL_HEIGHT * (high - float(known[-1])) / (high - low)
            ends.append((down, level))
    lowest = -1.0
    for down, level in sorted(ends):
        lowest = max(down, lowest + 0.13)
        name = panel.book.level(panel.shown.by, level)
        sheet.text(
            corner[0] + 0.1, corner[1] + lowest, shorten(name, _MOST_RIGHT, style.TEXT_SIZE),
            va="center", weight="bold",
        )  # fmt: skip


def _counts(sheet: Sheet, axis: VisitAxis, place: tuple[float, float, float], panel: Panel) -> None:
    """Write how many values are known at each visit, a line for each group."""
    left, top, width = place
    for row, (level, found) in enumerate(panel.summaries.items()):
        y = top + ROW_HEIGHT * row + 0.09
        by = panel.shown.by
        name = panel.book.level(by, level) if by else "n"
        sheet.text(
            left - 0.16, y, shorten(name, _MOST_LEFT, style.TEXT_SIZE), ha="right",
            va="baseline", color=style.MUTED,
        )  # fmt: skip
        for where, n in zip(axis.places, found.n, strict=True):
            x = left + width * float(where)
            sheet.text(x, y, f"{n:.0f}", ha="center", va="baseline", color=style.MUTED)


def _footer(view: View, axis: VisitAxis, *, has_lines: bool) -> str:
    shown, words = Trajectory.of(view), view.words
    heads = [row for row in shown.rows if row.headline and row.reference]
    sizes = [(row.n_procedures or 0, row.n_patients or 0) for row in shown.rows]
    levels = sorted({row.ci_level for row in heads if not np.isnan(row.ci_level)})
    level = f"{100 * levels[0]:g} %" if levels else "95 %"
    pair = _contrasted(shown)
    contrast = view.book.contrast(shown.by, *pair) if pair else "change"
    last = shown.label(shown.visits[-1])
    adjusted = " adjusted for the baseline," if pair else ""
    methods = []
    for name in PERSPECTIVES:
        mine = [row for row in heads if row.perspective == name]
        if mine:
            methods.append(f"{words.perspective(name)}: {words.methods(mine)}")
    return footer(
        words,
        f"largest n = {words.counts(*max(sizes))}; {words.units_text(shown.rows)}" if sizes else "",
        f"above a panel: {contrast} at {last},{adjusted} with {level} interval",
        f"filled marks: mean with {level} confidence interval of the known values at a visit"
        + ("" if shown.by else "; diamonds beside them: median"),
        f"thin lines: one {words.row} each" if has_lines else "",
        "below the axis: how many values are known",
        "distances on the time axis are square roots, so that early visits part"
        if axis.is_root
        else "",
        *methods,
        refusals_sentence(heads),
        str(shown.spec.get("note") or ""),
    )
