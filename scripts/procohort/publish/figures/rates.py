"""Rates with their intervals: overall and by group, as published beside cluster-aware."""

from __future__ import annotations

import math
from collections.abc import Mapping

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, shorten
from procohort.publish.figures.common import (
    footer,
    mark_interval,
    perspective_handles,
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
_PANEL_HEAD = 0.25
_PANEL_FOOT = 0.3
_LABEL_WIDTH = 1.75
_TEXT_WIDTH = 2.35
_AXES_LEFT = style.MARGIN + _LABEL_WIDTH + 0.1
_AXES_WIDTH = style.PAGE_WIDTH - style.MARGIN - _TEXT_WIDTH - _AXES_LEFT - 0.15


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
    by = str(spec.get("by") or next((row.group for row in mine if row.group), ""))
    title = str(spec.get("label") or _title(outcomes, by, book))
    lines = {
        outcome: ordered(
            (row.level for row in mine if row.outcome == outcome), ["all", *book[by].labels]
        )
        for outcome in outcomes
    }
    content = 0.36 + sum(_PANEL_HEAD + _LINE * len(n) + _PANEL_FOOT for n in lines.values())
    sheet = Sheet(title, _footer(mine, words), content if outcomes else 0.3)
    if outcomes:
        sheet.figure.legend(
            handles=perspective_handles(words), loc="upper left", ncols=2, borderpad=0,
            borderaxespad=0, handlelength=2.6, columnspacing=2.2,
            bbox_to_anchor=sheet.fraction(sheet.left, sheet.top - 0.02),
        )  # fmt: skip
    else:
        sheet.text(sheet.left, sheet.top, "There is no rate to show.")
    y = sheet.top + 0.36
    for outcome, levels in lines.items():
        panel_rows = [row for row in mine if row.outcome == outcome]
        name = book.label(outcome)
        _panel(sheet, y, levels, panel_rows, title=name, by=by, book=book, words=words)
        y += _PANEL_HEAD + _LINE * len(levels) + _PANEL_FOOT
    records = [{key: getattr(row, key) for key in COLUMNS} for row in mine if row.headline]
    return Drawing(
        sheet.figure,
        title,
        _alt(title, lines, mine, by=by, book=book, words=words),
        COLUMNS,
        records,
    )


def _title(outcomes: list[str], by: str, book: VariableBook) -> str:
    labels = [book.label(outcome) for outcome in outcomes]
    text = " · ".join(labels[:4])
    return f"{text}, by {uncapitalise(book.label(by))}" if by else text


def _panel(
    sheet: Sheet,
    top: float,
    levels: list[str],
    rows: list[ResultRow],
    *,
    title: str,
    by: str,
    book: VariableBook,
    words: StudyWords,
) -> None:
    sheet.text(sheet.left, top, title, size=style.TITLE_SIZE, weight="bold")
    top += _PANEL_HEAD
    height = _LINE * len(levels)
    axes = sheet.axes(_AXES_LEFT, top, _AXES_WIDTH, height)
    limits = _limits(rows)
    axes.set_xlim(*limits)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}%")
    axes.locator_params(axis="x", nbins=6)
    for position, level in enumerate(levels):
        y = _LINE * position
        if position % 2 == 0:
            axes.axhspan(y, y + _LINE, facecolor=style.BAND, zorder=0)
        middle = top + y + _LINE / 2
        label = shorten(book.level(by, level), _LABEL_WIDTH - 0.1, style.TEXT_SIZE)
        sheet.text(sheet.left + 0.1, middle, label, va="center_baseline")
        for perspective, offset in zip(PERSPECTIVES, (-0.055, 0.055), strict=True):
            row = pick(rows, level=level, perspective=perspective)
            if row is None:
                continue
            if row.status == "ok":
                mark_interval(axes, y + _LINE / 2 + offset, row, perspective, limits, factor=100.0)
            else:
                axes.text(
                    0.01, y + _LINE / 2 + offset,
                    shorten(
                        f"{PERSPECTIVE_NAMES[perspective]}: {refusal(row)}", _AXES_WIDTH - 0.1, 5.4
                    ),
                    transform=axes.get_yaxis_transform(), fontsize=5.4, style="italic",
                    color=style.MUTED, va="center_baseline",
                )  # fmt: skip
        _line_text(sheet, middle, level, rows, words)


def _line_text(
    sheet: Sheet, middle: float, level: str, rows: list[ResultRow], words: StudyWords
) -> None:
    """Write k/n with the percentage, and what it rests on."""
    row = pick(rows, level=level, perspective="as_published") or pick(rows, level=level)
    if row is None:
        return
    left = _AXES_LEFT + _AXES_WIDTH + 0.15
    trials = n_trials(row)
    sheet.text(left, middle, format_count_percent(row.n_events, trials), va="center_baseline")
    sheet.text(
        sheet.right, middle, f"{words.count_clusters(row.n_patients)}", ha="right",
        va="center_baseline", color=style.MUTED,
    )  # fmt: skip


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
