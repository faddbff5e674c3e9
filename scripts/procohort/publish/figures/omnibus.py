"""Tests of three or more levels at once: a grid of p values below the forest."""

from __future__ import annotations

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, is_narrow, shorten
from procohort.publish.numbers import ABSENT, format_p, format_p_equation
from procohort.publish.selection import Contrast
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, VariableBook
from procohort.results import ResultRow

_LINE = 0.14
_HEAD = 0.52
_FOOT = 0.08
# Width for the names of outcomes, and comparisons side by side, by width of the sheet.
_LABEL_WIDTHS = {True: 1.55, False: 2.0}
_PER_GRID = {True: 1, False: 3}


def p_text(row: ResultRow | None) -> str:
    """Return a p value for a column headed p, or the status in words."""
    if row is None:
        return ABSENT
    return row.status.replace("_", " ") if row.status != "ok" else format_p(row.p)


def p_words(row: ResultRow | None) -> str:
    """Return ``p = 0.04`` or ``no p``."""
    return format_p_equation(row.p) if row is not None and row.status == "ok" else "no p"


def _grids(tests: list[Contrast], *, narrow: bool) -> list[list[list[Contrast]]]:
    """Return grids of as many comparisons as stand side by side, each the list of its lines."""
    by_analysis: dict[str, list[Contrast]] = {}
    for line in tests:
        by_analysis.setdefault(line.analysis, []).append(line)
    found, many = list(by_analysis.values()), _PER_GRID[narrow]
    return [found[start : start + many] for start in range(0, len(found), many)]


def _outcomes(grid: list[list[Contrast]]) -> list[str]:
    return list(dict.fromkeys(line.outcome for lines in grid for line in lines))


def omnibus_height(tests: list[Contrast], width: float) -> float:
    """Return the inches that the grids take on a sheet of a width."""
    grids = _grids(tests, narrow=is_narrow(width))
    return sum(_HEAD + _LINE * len(_outcomes(grid)) + _FOOT for grid in grids)


def draw_omnibus(sheet: Sheet, top: float, tests: list[Contrast], book: VariableBook) -> None:
    """Write a grid: outcomes down, comparisons across, p as published and cluster-aware."""
    label_width = _LABEL_WIDTHS[sheet.narrow]
    column = (sheet.inner - label_width) / (2 * _PER_GRID[sheet.narrow])
    for number_of_grid, grid in enumerate(_grids(tests, narrow=sheet.narrow)):
        if number_of_grid == 0:
            sheet.text(
                sheet.left, top, "Three or more groups: p of one test of all groups",
                size=style.TITLE_SIZE, weight="bold",
            )  # fmt: skip
        outcomes = _outcomes(grid)
        for position, lines in enumerate(grid):
            left = sheet.left + label_width + 2 * position * column
            _heads(sheet, (left, top), column, lines[0], book)
        for number, outcome in enumerate(outcomes):
            y = top + _HEAD + _LINE * (number + 0.5)
            label = shorten(book.label(outcome), label_width - 0.2, style.TEXT_SIZE)
            sheet.text(sheet.left + 0.1, y, label, va="center_baseline")
            for position, lines in enumerate(grid):
                line = next((item for item in lines if item.outcome == outcome), None)
                for side, perspective in enumerate(PERSPECTIVES):
                    x = sheet.left + label_width + (2 * position + side + 0.5) * column
                    text = p_text(line.p_row(perspective)) if line else ABSENT
                    written = sheet.text(x, y, text, ha="center", va="center_baseline")
                    sheet.tag(written, perspective)
        top += _HEAD + _LINE * len(outcomes) + _FOOT


def _heads(
    sheet: Sheet, place: tuple[float, float], column: float, line: Contrast, book: VariableBook
) -> None:
    left, top = place
    text = shorten(book.label(line.group), 2 * column - 0.1, style.TEXT_SIZE, bold=True)
    options = {"ha": "center", "va": "center_baseline"}
    sheet.text(left + column, top + 0.26, text, weight="bold", **options)
    for side, perspective in enumerate(PERSPECTIVES):
        head = sheet.text(
            left + (side + 0.5) * column, top + 0.42, f"p {PERSPECTIVE_NAMES[perspective]}",
            size=style.SMALL_SIZE, color=style.MUTED, **options,
        )  # fmt: skip
        sheet.tag(head, perspective)
