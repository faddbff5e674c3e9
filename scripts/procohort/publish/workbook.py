"""All tables and result rows of a run as one Excel workbook, every column explained."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from procohort.publish.packages import FIXED_TIME, write_package
from procohort.publish.paper.notes import as_sentence, is_loud
from procohort.publish.wording import StudyWords
from procohort.publish.workbook_columns import meaning
from procohort.publish.workbook_sheets import Sheet, is_formula_like, sheet_names

CONTENTS, COLUMNS = "Contents", "Columns"
_NARROW, _WIDE, _NUMBER_WIDTH = 7, 60, 12  # characters
_LOOKED_AT = 300  # lines that decide on the width of a column
_HEADER = 4  # title, settings, origin of the data and the way back stand above


def write_workbook(path: str | Path, sheets: Sequence[Sheet], words: StudyWords) -> None:
    """Write sheets as a workbook; the same sheets give the same bytes.

    Parameters
    ----------
    path : path
        Ends in ``.xlsx``.
    sheets : sequence of Sheet
        One after the other, behind the contents and the explanation of columns. Of a sheet
        that is not whole only the file is named.
    words : StudyWords

    Raises
    ------
    ValueError
        If nobody has explained a column.
    """
    shown = [sheet for sheet in sheets if sheet.is_whole]
    names = sheet_names([sheet.table for sheet in shown], taken=(CONTENTS, COLUMNS))
    data = BytesIO()
    # No text becomes a formula, a number or a link by itself.
    book = xlsxwriter.Workbook(
        data,
        {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    book.set_properties({"title": words.title, "comments": words.data_note, "created": FIXED_TIME})
    writer = _Writer(book, words)
    places = list(zip(names, shown, strict=True))
    writer.contents(places, [sheet for sheet in sheets if not sheet.is_whole])
    writer.columns(places)
    for name, sheet in places:
        writer.table(name, sheet)
    book.close()
    write_package(data.getvalue(), path)


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, words: StudyWords) -> None:
        loud = {"font_color": "#9C0006", "bg_color": "#FFE7E7"} if is_loud(words.data_note) else {}
        self._book, self._words = book, words
        self._note = as_sentence(words.data_note)
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._bold = book.add_format({"bold": True})
        self._loud = book.add_format({"bold": bool(loud), **loud})
        self._head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._top = book.add_format({"valign": "top"})
        self._link = book.add_format({"font_color": "#0B5394", "underline": 1, "valign": "top"})
        # Without it a text such as "=A1" would become a formula once somebody edits its cell.
        self._quoted = book.add_format({"quote_prefix": True})

    def contents(self, places: Sequence[tuple[str, Sheet]], left_out: Sequence[Sheet]) -> None:
        page = self._page(
            CONTENTS,
            self._words.title,
            "Every table of the run, with all digits that a spreadsheet keeps.",
        )
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 80)
        page.set_column(2, 2, 8)
        page.set_column(3, 3, 50)
        for i, heading in enumerate(("Sheet", "What it shows", "Lines", "The same as CSV")):
            page.write_string(_HEADER, i, heading, self._head)
        page.write_url(_HEADER + 1, 0, f"internal:'{COLUMNS}'!A1", self._link, COLUMNS)
        page.write_string(_HEADER + 1, 1, "What every column of every sheet means", self._wrap)
        at = _HEADER + 2
        for name, sheet in places:
            page.write_url(at, 0, f"internal:'{name}'!A1", self._link, name)
            page.write_string(at, 1, sheet.title, self._wrap)
            page.write_number(at, 2, sheet.n_lines, self._top)
            page.write_string(at, 3, sheet.file, self._top)
            at += 1
        page.write_string(at + 1, 0, "Not in this workbook", self._bold)
        for i, sentence in enumerate(_not_here(left_out, self._words)):
            page.write_string(at + 2 + i, 0, sentence)
        page.freeze_panes(_HEADER + 1, 0)

    def columns(self, places: Sequence[tuple[str, Sheet]]) -> None:
        page = self._page(COLUMNS, "What the columns mean", "A column is named as in its CSV.")
        for i, (heading, width) in enumerate((("Sheet", 34), ("Column", 34), ("Meaning", 100))):
            page.set_column(i, i, width)
            page.write_string(_HEADER, i, heading, self._head)
        at = _HEADER
        for name, sheet in places:
            for column in sheet.columns:
                at += 1
                page.write_string(at, 0, name, self._top)
                page.write_string(at, 1, column, self._top)
                page.write_string(at, 2, meaning(sheet.table, column, self._words), self._wrap)
        page.autofilter(_HEADER, 0, at, 2)
        page.freeze_panes(_HEADER + 1, 0)

    def table(self, name: str, sheet: Sheet) -> None:
        page = self._page(name, sheet.title, sheet.settings)
        for i, column in enumerate(sheet.columns):
            page.set_column(i, i, _width(sheet, i))
            page.write_string(_HEADER, i, column, self._head)
        for at, line in enumerate(sheet.lines, start=_HEADER + 1):
            for i, value in enumerate(line):
                if isinstance(value, str):
                    if value:
                        style = self._quoted if is_formula_like(value) else None
                        page.write_string(at, i, value, style)
                else:
                    page.write_number(at, i, value)
        page.autofilter(_HEADER, 0, _HEADER + len(sheet.lines), len(sheet.columns) - 1)
        page.freeze_panes(_HEADER + 1, 0)

    def _page(self, name: str, title: str, settings: str) -> Any:
        """Add a sheet with its opening lines, ready to print."""
        page = self._book.add_worksheet(name)
        page.write_string(0, 0, title, self._title)
        page.write_string(1, 0, settings)
        page.write_string(2, 0, self._note, self._loud)
        if name != CONTENTS:
            page.write_url(3, 0, f"internal:'{CONTENTS}'!A1", self._link, "Contents")
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(_HEADER)
        page.set_footer("&L&A&RPage &P of &N")
        return page


def _not_here(left_out: Sequence[Sheet], words: StudyWords) -> list[str]:
    """Return sentences about what is kept elsewhere, and why."""
    single = (
        f"Values of single {words.clusters}: the analysis table (results/clean/analysis.csv) "
        "and rows in quarantine stay where they are."
    )
    cells = (
        f"Small cells, counts that could single out a {words.cluster}: "
        "results/tables/small_cells.csv. Look there before you pass this workbook on."
    )
    long = [
        f"Too long for a sheet, {sheet.n_lines} lines: {sheet.title} ({sheet.file})."
        for sheet in left_out
    ]
    return [single, cells, *long]


def _width(sheet: Sheet, column: int) -> int:
    """Return the width of a column: numbers keep their digits, long texts are cut on screen."""
    values = [line[column] for line in sheet.lines[:_LOOKED_AT]]
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    if any(not isinstance(value, str) for value in values):
        longest = max(longest, _NUMBER_WIDTH)
    # The button of the filter covers the end of a heading.
    return min(_WIDE, max(_NARROW, longest + 1, len(sheet.columns[column]) + 3))
