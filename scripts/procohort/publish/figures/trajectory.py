"""Outcomes over time: mean with interval at each visit, patients behind it, n below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, is_narrow, shorten, text_width
from procohort.publish.figures.common import (
    FloatArray,
    footer,
    jitter,
    panel_title,
    refusals_sentence,
)
from procohort.publish.figures.trajectory_attendance import (
    ABOVE,
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
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, capitalise
from procohort.results import ResultRow
from procohort.study import Variable

_PANEL_HEIGHT = 1.75
_PANEL_HEAD = 0.46
_AXIS_ROOM = 0.5
_GAP = 0.3
_BETWEEN = 0.16
# With more patients than this their lines are a grey cloud that says nothing.
MOST_LINES = 200
# Groups at one visit stand beside each other by so many inches.
_ASIDE = 0.05
_MEDIAN_ASIDE = 0.06
# The most room in inches for the name of a group, at the end of its line and before its counts.
_MOST_RIGHT = 1.1
_MOST_LEFT = 0.7
_BETWEEN_COUNTS = 0.03
# Room in inches for a mark before the name of its group.
_MARK_ROOM = 0.12


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
    count_rows : list of int
        The row of the count at each visit: counts that would touch stand in two.
    names_lines : bool
        Whether groups are named at the ends of their lines; else their marks stand
        beside their counts.
    """

    n_columns: int
    width: float
    left: float
    right: float
    foot: float
    count_rows: list[int]
    names_lines: bool

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
    points = view.points()
    has_lines = points["cluster"].nunique() <= MOST_LINES
    panels = [
        panel_of(shown, outcome, book, points if has_lines else None) for outcome in shown.outcomes
    ]
    layout = _layout(axis, panels, view.width)
    n_lines = -(-len(panels) // layout.n_columns)
    height = n_lines * layout.height + (n_lines - 1) * _BETWEEN
    # A free place beside the last panel takes who was seen; else it stands below.
    beside = layout.n_columns == 2 and len(panels) % 2 == 1
    beside = beside and attendance_height(shown, n_columns=1) <= layout.height
    n_blocks = 1 if beside or is_narrow(view.width) else 2
    room = 0.05 if beside else attendance_height(shown, n_columns=n_blocks)
    footing = _footer(view, axis, has_lines=has_lines)
    sheet = Sheet(str(view.spec["label"]), footing, height + room, view.width)
    for position, panel in enumerate(panels):
        line, column = divmod(position, layout.n_columns)
        left = sheet.left + column * (layout.width + _GAP)
        top = sheet.top + line * (layout.height + _BETWEEN)
        _head(sheet, (left, top, layout.width), panel)
        _panel(sheet, (left + layout.left, top + _PANEL_HEAD), axis, panel, layout)
    inner = sheet.right - sheet.left
    block_width = inner if is_narrow(view.width) else (inner - _GAP) / 2
    place = (sheet.left, sheet.top + height + ABOVE, block_width)
    if beside:
        place = (sheet.left + layout.width + _GAP, sheet.top + height - layout.height, block_width)
    draw_attendance(sheet, place, shown, book, n_columns=n_blocks)
    records = [record for panel in panels for record in panel_records(panel)]
    return Drawing(
        sheet.figure,
        str(view.spec["label"]),
        alt_text(panels, str(view.spec["label"]), words),
        COLUMNS,
        records + attendance_records(shown),
    )


def _layout(axis: VisitAxis, panels: Sequence[Panel], width: float) -> Layout:
    """Put two panels side by side where the labels of visits have room in one row or two."""
    shown, book = panels[0].shown, panels[0].book
    narrow, inner = is_narrow(width), width - 2 * style.MARGIN
    names = [book.level(shown.by, level) for level in shown.levels]
    bold = max((text_width(name, style.TEXT_SIZE, bold=True) for name in names), default=0.0)
    usual = max((text_width(name, style.TEXT_SIZE) for name in names), default=0.0)
    # Half of the last label lies beyond the axis.
    beyond = text_width(axis.labels[-1], style.TEXT_SIZE) / 2
    names_lines = bool(names) and not narrow
    right = max(0.12 + min(bold, _MOST_RIGHT), beyond) if names_lines else beyond
    mark = 0.0 if names_lines or not names else _MARK_ROOM
    left = max(_AXIS_ROOM, 0.2 + mark + min(usual, _MOST_LEFT))
    counts = _widest_counts(panels)
    layouts = []
    for n_columns in (1,) if narrow else (2, 1):
        of_panel = (inner - _GAP * (n_columns - 1)) / n_columns
        of_axis = of_panel - left - right
        rows = 1 + max(axis.rows_of_labels(of_axis))
        count_rows = axis.rows_of(counts, of_axis, _BETWEEN_COUNTS, style.SMALL_SIZE)
        n_counts = max(1, len(shown.levels)) * (1 + max(count_rows))
        foot = 0.1 + ROW_HEIGHT * (rows + n_counts + 1)
        layouts.append(
            (rows, Layout(n_columns, of_panel, left, right, foot, count_rows, names_lines))
        )
    rows_of_first, first = layouts[0]
    return first if rows_of_first <= 2 and len(panels) > 1 else layouts[-1][1]


def _widest_counts(panels: Sequence[Panel]) -> list[str]:
    """Return the longest number that stands below each visit."""
    counts = [found.n for panel in panels for found in panel.summaries.values()]
    return [max((f"{n:.0f}" for n in of_visit), key=len) for of_visit in zip(*counts, strict=True)]


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


def _panel(
    sheet: Sheet, corner: tuple[float, float], axis: VisitAxis, panel: Panel, layout: Layout
) -> None:
    """Draw one outcome; the corner is the upper left one of its axes."""
    (left, top), width = corner, layout.axes_width
    shown, variable = panel.shown, panel.variable
    axes = sheet.axes(left, top, width, _PANEL_HEIGHT)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks(axis.places, [""] * len(axis.places))
    axes.set_ylabel(variable.unit or "value")
    axes.grid(axis="y", color=style.RULE, linewidth=0.4)
    _curves_behind(axes, axis, panel)
    n_levels = len(panel.summaries)
    for position, found in enumerate(panel.summaries.values()):
        x = axis.places + _ASIDE / width * (position - (n_levels - 1) / 2)
        _means(axes, x, found, position)
        if not shown.by:
            _medians(axes, x + _MEDIAN_ASIDE / width, found)
    _limits(axes, panel)
    if layout.names_lines:
        _name_lines(sheet, axes, (left, top, width), panel)
    below = top + _PANEL_HEIGHT
    below += write_labels(sheet, axis, (left, below, width))
    below = _counts(sheet, axis, (left, below), panel, layout)
    sheet.text(
        left + width / 2, below + 0.01, axis.title(str(shown.spec["time_unit"])), ha="center",
        color=style.MUTED,
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


def _means(axes: Axes, x: FloatArray, found: Summary, position: int) -> None:
    mark = style.group_mark(position)
    axes.plot(x, found.mean, color=mark.color, linestyle=mark.line, linewidth=1.2, zorder=3,
              clip_on=False)  # fmt: skip
    axes.vlines(x, found.low, found.high, color=mark.color, linewidth=1.3, zorder=3,
                clip_on=False)  # fmt: skip
    axes.plot(x, found.mean, linestyle="none", marker=mark.marker, color=mark.color,
              markersize=4.2, zorder=4, clip_on=False)  # fmt: skip


def _medians(axes: Axes, x: FloatArray, found: Summary) -> None:
    """Draw medians beside the means, which would cover them where both are alike."""
    axes.plot(x, found.median, linestyle="none", marker="D", color=style.INK,
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


def _name_lines(sheet: Sheet, axes: Axes, place: tuple[float, float, float], panel: Panel) -> None:
    """Write the name of each group beside the end of its line; names keep apart."""
    left, top, width = place
    low, high = axes.get_ylim()
    ends = []
    for level, found in panel.summaries.items():
        known = found.mean[~np.isnan(found.mean)]
        if known.size:
            down = _PANEL_HEIGHT * (high - float(known[-1])) / (high - low)
            ends.append((down, level))
    lowest = -1.0
    levels = list(panel.summaries)
    for down, level in sorted(ends):
        lowest = max(down, lowest + 0.13)
        name = panel.book.level(panel.shown.by, level)
        sheet.text(
            left + width + 0.1, top + lowest, shorten(name, _MOST_RIGHT, style.TEXT_SIZE),
            va="center", weight="bold",
        )  # fmt: skip
        if lowest - down > 0.03:
            # A name that had to move keeps a line to the end of its own line.
            per_inch = (high - low) / _PANEL_HEIGHT
            axes.plot(
                (1.01, 1.0 + 0.085 / width),
                (high - down * per_inch, high - lowest * per_inch),
                color=style.group_mark(levels.index(level)).color, linewidth=0.6, clip_on=False,
            )  # fmt: skip


def _counts(
    sheet: Sheet, axis: VisitAxis, corner: tuple[float, float], panel: Panel, layout: Layout
) -> float:
    """Write how many values are known at each visit, and return where that ends."""
    left, top = corner
    by, n_rows = panel.shown.by, 1 + max(layout.count_rows)
    marks = sheet.blank_axes()
    for position, (level, found) in enumerate(panel.summaries.items()):
        y = top + ROW_HEIGHT * n_rows * position + 0.09
        name = shorten(panel.book.level(by, level) if by else "n", _MOST_LEFT, style.TEXT_SIZE)
        sheet.text(left - 0.16, y, name, ha="right", va="baseline", color=style.MUTED)
        if by and not layout.names_lines:
            mark = style.group_mark(position)
            x = left - 0.16 - text_width(name, style.TEXT_SIZE) - 0.08
            marks.plot(x, y - 0.033, marker=mark.marker, color=mark.color, markersize=4.2)
        for where, n, row in zip(axis.places, found.n, layout.count_rows, strict=True):
            x = left + layout.axes_width * float(where)
            sheet.text(
                x, y + ROW_HEIGHT * row, f"{n:.0f}", ha="center", va="baseline",
                color=style.MUTED, size=style.SMALL_SIZE,
            )  # fmt: skip
    return top + ROW_HEIGHT * n_rows * len(panel.summaries)


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
