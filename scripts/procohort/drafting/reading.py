"""An export as it lies there: which sheet, which row has the headers, how numbers are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from procohort.data.findings import Finding
from procohort.data.formats import Grid, UnreadableFileError
from procohort.data.ingest import READERS
from procohort.data.spreadsheets import read_parquet, read_spreadsheet
from procohort.drafting.texts import find_date_format, find_number_signs, is_no_value
from procohort.jobs import EXIT_DATA, UserError
from procohort.study import Format

# Lines above the headers (a title, the date of the export) are looked for so far down.
_MOST_LINES_ABOVE = 15


class ExportError(UserError):
    """An export that cannot be read; one line says where, what and what to do."""

    exit_code = EXIT_DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export as read, and how it is written.

    Attributes
    ----------
    grid : Grid
        All cells as text, with their rows.
    fmt : Format
        What the configuration must declare to read it so.
    swapped_dates : bool
        Whether the dates would also be dates with day and month swapped.
    sheet : str
        The sheet that was read, of a workbook with several.
    other_sheets : tuple of str
        Other sheets that hold tables too.
    """

    grid: Grid
    fmt: Format
    swapped_dates: bool
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    def values(self, place: int) -> pd.Series:
        """Return the cells of a column, trimmed."""
        return self.grid.cells[place].str.strip()


def read_export(path: Path, shown: str) -> Export:
    """Read an export with the readers of the pipeline and find out how it is written.

    Parameters
    ----------
    path : Path
        The file; it is only read.
    shown : str
        How messages call it.

    Raises
    ------
    ExportError
        If it is no table with headers and rows.
    """
    try:
        grid, fmt, others = _read(path)
    except UnreadableFileError as error:
        raise ExportError([_line(shown, error.message, error.remedy)]) from None
    except OSError as error:
        message = f"cannot be opened ({error.strerror})"
        raise ExportError([_line(shown, message, "Check its path and permissions.")]) from None
    _require_headers(grid, shown)
    _require_table(grid, shown)
    columns = [grid.cells[place].str.strip() for place in grid.cells.columns]
    distinct = [[text for text in column.unique() if not is_no_value(text)] for column in columns]
    signs = find_number_signs(text for values in distinct for text in values)
    date, swapped = find_date_format(distinct)
    found = replace(fmt, decimal=signs.decimal, thousands=signs.thousands, date=date)
    if grid.from_sheet or path.suffix.lower() in (".parquet", ".pq"):
        # Cells that hold numbers and dates themselves are written in the format declared.
        grid = READERS[path.suffix.lower()](path, found)
    return Export(
        grid=grid, fmt=found, swapped_dates=swapped, sheet=fmt.sheet or "", other_sheets=others
    )


def _line(shown: str, message: str, remedy: str, row: int | None = None) -> str:
    return Finding(
        file=shown, row=row, rule="unreadable_file", action="stop", message=message, remedy=remedy
    ).line()


def _read(path: Path) -> tuple[Grid, Format, tuple[str, ...]]:
    """Return the cells, how they are read, and the names of other sheets with tables."""
    reader = READERS.get(path.suffix.lower())
    if path.is_dir():
        raise UnreadableFileError("this is a folder", "Give the path of one file with a table.")
    if not path.is_file():
        raise UnreadableFileError("the file does not exist", "Check its path and permissions.")
    if reader is None:
        raise UnreadableFileError(
            f"files ending in {path.suffix!r} cannot be read", f"Use one of {', '.join(READERS)}."
        )
    fmt = Format()
    others: tuple[str, ...] = ()
    if reader is read_spreadsheet:
        sheet, others = _sheets(path)
        fmt = replace(fmt, sheet=sheet)
    grid, fmt = _below_the_title(reader, path, fmt)
    return grid, fmt, others


def _below_the_title(
    reader: Callable[[Path, Format], Grid], path: Path, fmt: Format
) -> tuple[Grid, Format]:
    """Return the cells from the first row on that looks like headers."""
    first: tuple[Grid, Format] | None = None
    for n_lines in range(_MOST_LINES_ABOVE + 1):
        tried = replace(fmt, skip_rows=n_lines)
        try:
            grid = reader(path, tried)
        except UnreadableFileError:
            if first is None:
                raise
            break
        first = first or (grid, tried)
        if _is_table(grid) or reader is read_parquet:
            return grid, tried
    assert first is not None
    return first


def _is_table(grid: Grid) -> bool:
    """Whether the first row looks like the headers of the rows below."""
    filled = (grid.cells.apply(lambda column: column.str.strip()) != "").sum(axis=1)
    usual = float(filled.median()) if len(filled) else 0.0
    headers = sum(1 for header in grid.headers if header)
    return headers >= max(2.0, usual * 0.6) and len(grid.damaged) <= len(grid.cells) / 2


def _sheets(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the first sheet with two rows and columns, and the others that have them.

    The name is "" where it need not be said: the first sheet, and no other has a table.
    """
    import python_calamine

    try:
        names = python_calamine.CalamineWorkbook.from_path(path).sheet_names
    except (python_calamine.CalamineError, OSError, ValueError):
        return "", ()  # the reader says what is wrong
    tables = []
    for name in names:
        try:
            grid = read_spreadsheet(path, Format(sheet=name))
        except UnreadableFileError:
            continue
        if len(grid.headers) >= 2 and len(grid.cells) >= 2:
            tables.append(name)
    if not tables:
        return "", ()
    first, *others = tables
    return (first if others or first != names[0] else ""), tuple(others)


def _require_headers(grid: Grid, shown: str) -> None:
    if grid.cells.empty:
        raise ExportError(
            [_line(shown, "there is a header but no row below it", "Export the table again.")]
        )
    numeric = [bool(re.fullmatch(r"[+-]?\d+(?:[.,]\d+)*", header)) for header in grid.headers]
    if grid.headers and sum(numeric) > len(numeric) / 2:
        message = f"the first row looks like values, not headers: {', '.join(grid.headers[:6])}"
        remedy = "Put a row with the names of the columns above it."
        raise ExportError([_line(shown, message, remedy, grid.header_row)])


def _require_table(grid: Grid, shown: str) -> None:
    """Refuse a letter or a list, which no study can be drafted from."""
    n_columns, n_rows = len(grid.headers), len(grid.cells)
    if n_columns < 2 or n_rows < 2 or len(grid.damaged) > n_rows / 2:
        found = f"{counted(n_columns, 'column')} and {counted(n_rows, 'row')} below the headers"
        message = f"this is no table: {found}"
        if n_columns >= 2 and n_rows >= 2:
            message += f", {len(grid.damaged)} of them with another number of cells"
        remedy = "Give a table with headers, one row for each record and at least two columns."
        raise ExportError([_line(shown, message, remedy)])


def counted(number: int, word: str) -> str:
    """Return a number with its word.

    Examples
    --------
    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
