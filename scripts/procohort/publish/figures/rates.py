"""Rates with their intervals: overall and by group, as published beside cluster-aware."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    block_height,
    inner_width,
    is_narrow,
    shorten,
    text_width,
    wrap,
)
from procohort.publish.figures.common import (
    footer,
    legend_height,
    mark_interval,
    perspective_legend,
    refusals_sentence,
)
from procohort.publish.numbers import format_count_percent, format_effect
from procohort.publish.selection import n_trials, ordered, pick, refusal
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
    uncapitalise,
)
from procohort.results import ResultRow

COLUMNS = (
    "outcome", "level", "perspective", "method", "estimate", "ci_low", "ci_high", "ci_level",
    "n_events", "n_procedures", "n_patients", "unit_of_analysis", "design_effect", "n_effective",
    "status", "note",
)  # fmt: skip

_LINE = 0.27
_PANEL_FOOT = 0.3
_OFFSET = 0.055


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a line stand, in inches.

    Attributes
    ----------
    axes_left, axes_width : float
    label_room : float
        Width for the name of a level.
    text_left : float
        Where k/n begins: beside the axes, or at the right above them.
    above : float
        Height of the text that stands above the marks; none where it stands beside.
    """

    axes_left: float
    axes_width: float
    label_room: float
    text_left: float
    above: float

    @property
    def line(self) -> float:
        """Height of a line."""
        return _LINE + self.above


@dataclass(frozen=True, slots=True)
class Panel:
    """The lines of an outcome: each a level, its name, and what stands beside its marks.

    `head` is the height of the title in inches, `height` that of the whole.
    """

    outcome: str
    title: str
    lines: tuple[tuple[str, str, tuple[str, str]], ...]
    head: float
    height: float


def layout_of(width: float, labels: Iterable[str], texts: Iterable[tuple[str, str]]) -> Layout:
    """Return the places for a sheet of a width.

    Parameters
    ----------
    width : float
    labels : iterable of str
        Names of levels.
    texts : iterable of (str, str)
        k/n of a line, and what it rests on.
    """
    pairs = [tuple(text_width(text, style.TEXT_SIZE) for text in pair) for pair in texts]
    beside = max((first + second for first, second in pairs), default=0.0) + 0.2
    label = max((text_width(text, style.TEXT_SIZE) for text in labels), default=0.0) + 0.1
    right = width - style.MARGIN
    if is_narrow(width):
        # Labels of ticks reach a little beyond the axes.
        room = inner_width(width) - 0.1 - beside - 0.1
        axes_width = inner_width(width) - 0.1
        return Layout(style.MARGIN + 0.02, axes_width, room, right - 0.1 - beside, above=0.16)
    left = style.MARGIN + 0.1 + min(label, 1.9)
    text_left = right - min(beside, 2.35)
    return Layout(left, text_left - 0.15 - left, min(label, 1.9), text_left, above=0.0)


def draw(view: View) -> Drawing:
    """Draw one panel per outcome, one line for all and one per level, two marks per line.

    Parameters
    ----------
    view : View
        spec: id, label, outcomes, by; rows: those of the rates.
    """
    spec, book, words = view.spec, view.book, view.words
    mine = [row for row in view.own_rows if row.estimand == "proportion"]
    outcomes = ordered((row.outcome for row in mine), [str(o) for o in spec.get("outcomes") or ()])
    by = _grouping(view, mine)
    title = str(spec.get("label") or _title(outcomes, by, book))
    lines = {
        outcome: ordered(
            (row.level for row in mine if row.outcome == outcome), ["all", *book[by].labels]
        )
        for outcome in outcomes
    }
    layout = layout_of(
        view.width,
        [book.level(by, level) for levels in lines.values() for level in levels],
        [
            _line_text(mine, outcome, level, words)
            for outcome, levels in lines.items()
            for level in levels
        ],
    )
    panels = [_panel(outcome, levels, view, layout) for outcome, levels in lines.items()]
    content = legend_height(view.width) + sum(panel.height for panel in panels)
    sheet = Sheet(title, _footer(mine, words), content if outcomes else 0.3, view.width)
    if outcomes:
        perspective_legend(sheet, words)
    else:
        sheet.text(sheet.left, sheet.top, "There is no rate to show.")
    y = sheet.top + legend_height(view.width)
    for panel in panels:
        panel_rows = [row for row in mine if row.outcome == panel.outcome]
        _draw_panel(sheet, y, panel, panel_rows, layout)
        y += panel.height
    records = [{key: getattr(row, key) for key in COLUMNS} for row in mine if row.headline]
    return Drawing(
        sheet.figure,
        title,
        _alt(title, lines, mine, by=by, book=book, words=words),
        COLUMNS,
        records,
    )


def _grouping(view: View, rows: list[ResultRow]) -> str:
    """Return the variable whose levels have lines."""
    return str(view.spec.get("by") or next((row.group for row in rows if row.group), ""))


def _title(outcomes: list[str], by: str, book: VariableBook) -> str:
    labels = [book.label(outcome) for outcome in outcomes]
    text = " · ".join(labels[:4])
    return f"{text}, by {uncapitalise(book.label(by))}" if by else text


def _panel(outcome: str, levels: list[str], view: View, layout: Layout) -> Panel:
    size = style.TITLE_SIZE
    title = wrap(view.book.label(outcome), inner_width(view.width), size, bold=True)
    mine = [row for row in view.own_rows if row.estimand == "proportion"]
    by = _grouping(view, mine)
    head = 0.06 + block_height(len(title), size)
    texts = [_line_text(mine, outcome, level, view.words) for level in levels]
    names = [view.book.level(by, level) for level in levels]
    height = head + layout.line * len(levels) + _PANEL_FOOT
    lines = tuple(zip(levels, names, texts, strict=True))
    return Panel(outcome, "\n".join(title), lines, head, height)


def _draw_panel(
    sheet: Sheet, y: float, panel: Panel, rows: list[ResultRow], layout: Layout
) -> None:
    sheet.text(sheet.left, y, panel.title, size=style.TITLE_SIZE, weight="bold")
    axes = _axes(sheet, y + panel.head, len(panel.lines), rows, layout)
    for position, (level, name, texts) in enumerate(panel.lines):
        below = layout.line * position
        _line_words(sheet, y + panel.head + below, name, texts, layout)
        here = [row for row in rows if row.level == level]
        _line_marks(sheet, axes, below, here, layout)


def _axes(sheet: Sheet, top: float, n_lines: int, rows: list[ResultRow], layout: Layout) -> Axes:
    """Return the axes of a panel, every other line shaded."""
    height = layout.line * n_lines
    axes = sheet.axes(layout.axes_left, top, layout.axes_width, height)
    axes.set_xlim(*_limits(rows))
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.locator_params(axis="x", nbins=6)
    for position in range(0, n_lines, 2):
        y = layout.line * position
        axes.axhspan(y, y + layout.line, facecolor=style.BAND, zorder=0)
    return axes


def _line_marks(sheet: Sheet, axes: Axes, y: float, rows: list[ResultRow], layout: Layout) -> None:
    """Draw the two marks of a line, or say why there is none."""
    for perspective, offset in zip(PERSPECTIVES, (-_OFFSET, _OFFSET), strict=True):
        row = pick(rows, perspective=perspective)
        if row is None:
            continue
        middle = y + layout.above + _LINE / 2 + offset
        if row.status == "ok":
            limits = axes.get_xlim()
            sheet.tag(
                mark_interval(axes, middle, row, perspective, limits, factor=100.0), perspective
            )
            continue
        text = f"{PERSPECTIVE_NAMES[perspective]}: {refusal(row)}"
        said = axes.text(
            0.01, middle, shorten(text, layout.axes_width - 0.1, style.SMALLEST_SIZE),
            transform=axes.get_yaxis_transform(), fontsize=style.SMALLEST_SIZE, style="italic",
            color=style.MUTED, va="center_baseline",
        )  # fmt: skip
        sheet.tag(said, perspective)


def _line_text(
    rows: list[ResultRow], outcome: str, level: str, words: StudyWords
) -> tuple[str, str]:
    """Return k/n with the percentage, and what it rests on."""
    mine = [row for row in rows if row.outcome == outcome]
    row = pick(mine, level=level, perspective="as_published") or pick(mine, level=level)
    if row is None:
        return "", ""
    rate = format_count_percent(row.n_events, n_trials(row))
    return rate, words.count_clusters(row.n_patients)


def _line_words(
    sheet: Sheet, top: float, name: str, texts: tuple[str, str], layout: Layout
) -> None:
    """Write the level, k/n and what it rests on: beside the marks, or above them."""
    middle = top + (layout.above * 0.6 or _LINE / 2)
    label = shorten(name, layout.label_room, style.TEXT_SIZE)
    sheet.text(sheet.left + 0.1, middle, label, va="center_baseline")
    sheet.text(layout.text_left, middle, texts[0], va="center_baseline")
    right = sheet.right - 0.1 * sheet.narrow
    sheet.text(right, middle, texts[1], ha="right", va="center_baseline", color=style.MUTED)


def _limits(rows: list[ResultRow]) -> tuple[float, float]:
    """Return limits in percent that hold all intervals, with 0 or 100 on the near side."""
    values = [
        100 * value
        for row in rows
        for value in (row.estimate, row.ci_low, row.ci_high)
        if row.headline and math.isfinite(value)
    ]
    if not values:
        return 0.0, 100.0
    low, high = min(values), max(values)
    room = max(0.04 * (high - low), 0.2)
    if low >= 50:
        return max(0.0, low - room), 100.0 + 0.3 * room
    return -0.3 * room, min(100.0 + 0.3 * room, high + room)


def _footer(rows: list[ResultRow], words: StudyWords) -> str:
    headlines = [row for row in rows if row.headline]
    sizes = [(row.n_procedures or 0, row.n_patients or 0) for row in headlines]
    levels = sorted({row.ci_level for row in headlines if not math.isnan(row.ci_level)})
    methods = "; ".join(
        f"{PERSPECTIVE_NAMES[name]} {words.methods(r for r in headlines if r.perspective == name)}"
        for name in PERSPECTIVES
        if any(r.perspective == name for r in headlines)
    )
    return footer(
        words,
        f"n = {words.counts(*max(sizes))}; {words.units_text(headlines)}" if sizes else "",
        f"Bars: {100 * levels[0]:g} % confidence intervals ({methods})" if levels else "",
        "Each panel has an axis of its own",
        refusals_sentence(headlines),
    )


def _alt(
    title: str,
    lines: Mapping[str, list[str]],
    rows: list[ResultRow],
    *,
    by: str,
    book: VariableBook,
    words: StudyWords,
) -> str:
    parts = [f"Rates with confidence intervals. {title}."]
    for outcome, levels in lines.items():
        for level in levels:
            said = []
            for perspective in PERSPECTIVES:
                row = pick(rows, outcome=outcome, level=level, perspective=perspective)
                if row is not None and row.status == "ok":
                    said.append(
                        f"{PERSPECTIVE_NAMES[perspective]} {format_effect(row, book[outcome])}"
                    )
            row = pick(rows, outcome=outcome, level=level)
            if row is not None:
                trials = n_trials(row)
                said.append(f"{row.n_events} of {trials}")
            parts.append(f"{book.label(outcome)}, {book.level(by, level)}: {'; '.join(said)}.")
    parts.append(f"{words.data_note}.")
    return " ".join(parts)
