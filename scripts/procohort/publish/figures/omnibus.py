"""Tests of three or more levels at once: a grid of p values below the forest."""

from __future__ import annotations

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, shorten
from procohort.publish.numbers import ABSENT, format_p, format_p_equation
from procohort.publish.selection import Contrast
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, VariableBook
from procohort.results import ResultRow

_LINE = 0.18
_HEAD = 0.56
_LABEL_WIDTH = 2.0
_PER_GRID = 3
_COLUMN = (style.PAGE_WIDTH - 2 * style.MARGIN - _LABEL_WIDTH) / (2 * _PER_GRID)


def p_text(row: ResultRow | None) -> str:
    """Return a p value for a column headed p, or the status in words."""
    if row is None:
        return ABSENT
    return row.status.replace("_", " ") if row.status != "ok" else format_p(row.p)


def p_words(row: ResultRow | None) -> str:
    """Return ``p = 0.04`` or ``no p``."""
    return format_p_equation(row.p) if row is not None and row.status == "ok" else "no p"


def _grids(tests: list[Contrast]) -> list[list[list[Contrast]]]:
    """Return grids of at most three comparisons, each the list of its lines."""
    by_analysis: dict[str, list[Contrast]] = {}
    for line in tests:
        by_analysis.setdefault(line.analysis, []).append(line)
    found = list(by_analysis.values())
    return [found[start : start + _PER_GRID] for start in range(0, len(found), _PER_GRID)]


def _outcomes(grid: list[list[Contrast]]) -> list[str]:
    return list(dict.fromkeys(line.outcome for lines in grid for line in lines))


def omnibus_height(tests: list[Contrast]) -> float:
    """Return the inches that the grids take."""
    return sum(_HEAD + _LINE * len(_outcomes(grid)) + 0.1 for grid in _grids(tests))


def draw_omnibus(sheet: Sheet, top: float, tests: list[Contrast], book: VariableBook) -> None:
    """Write a grid: outcomes down, comparisons across, p as published and cluster-aware."""
    for grid in _grids(tests):
        sheet.text(
            sheet.left, top, "Three or more groups: p of one test of all groups",
            size=style.TITLE_SIZE, weight="bold",
        )  # fmt: skip
        outcomes = _outcomes(grid)
        for position, lines in enumerate(grid):
            left = sheet.left + _LABEL_WIDTH + 2 * position * _COLUMN
            _heads(sheet, left, top, lines[0], book)
        for number, outcome in enumerate(outcomes):
            y = top + _HEAD + _LINE * (number + 0.5)
            label = shorten(book.label(outcome), _LABEL_WIDTH - 0.2, style.TEXT_SIZE)
            sheet.text(sheet.left + 0.1, y, label, va="center_baseline")
            for position, lines in enumerate(grid):
                line = next((item for item in lines if item.outcome == outcome), None)
                for column, perspective in enumerate(PERSPECTIVES):
                    x = sheet.left + _LABEL_WIDTH + (2 * position + column + 0.5) * _COLUMN
                    text = p_text(line.p_row(perspective)) if line else ABSENT
                    sheet.text(x, y, text, ha="center", va="center_baseline")
        top += _HEAD + _LINE * len(outcomes) + 0.1


def _heads(sheet: Sheet, left: float, top: float, line: Contrast, book: VariableBook) -> None:
    text = shorten(book.label(line.group), 2 * _COLUMN - 0.1, style.TEXT_SIZE, bold=True)
    sheet.text(left + _COLUMN, top + 0.22, text, ha="center", weight="bold")
    for column, perspective in enumerate(PERSPECTIVES):
        sheet.text(
            left + (column + 0.5) * _COLUMN, top + 0.4, f"p {PERSPECTIVE_NAMES[perspective]}",
            size=style.SMALL_SIZE, ha="center", color=style.MUTED,
        )  # fmt: skip
