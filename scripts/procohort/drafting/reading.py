"""An export as it lies there: which sheet, which row has the headers, how numbers are written."""

from __future__ import annotations

import re
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
    """

    grid: Grid
    fmt: Format
    swapped_dates: bool

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
        grid, fmt = _read(path)
    except UnreadableFileError as error:
        raise ExportError([_line(shown, error.message, error.remedy)]) from None
    except OSError as error:
        message = f"cannot be opened ({error.strerror})"
        raise ExportError([_line(shown, message, "Check the file's permissions.")]) from None
    _require_headers(grid, shown)
    columns = [grid.cells[place].str.strip() for place in grid.cells.columns]
    distinct = [[text for text in column.unique() if not is_no_value(text)] for column in columns]
    signs = find_number_signs(text for values in distinct for text in values)
    date, swapped = find_date_format(distinct)
    found = replace(fmt, decimal=signs.decimal, thousands=signs.thousands, date=date)
    if grid.from_sheet or path.suffix.lower() in (".parquet", ".pq"):
        # Cells that hold numbers and dates themselves are written in the format declared.
        grid = READERS[path.suffix.lower()](path, found)
    return Export(grid=grid, fmt=found, swapped_dates=swapped)


def _line(shown: str, message: str, remedy: str, row: int | None = None) -> str:
    return Finding(
        file=shown, row=row, rule="unreadable_file", action="stop", message=message, remedy=remedy
    ).line()


def _read(path: Path) -> tuple[Grid, Format]:
    reader = READERS.get(path.suffix.lower())
    if not path.is_file():
        raise UnreadableFileError("the file does not exist", "Correct the path.")
    if reader is None:
        raise UnreadableFileError(
            f"files ending in {path.suffix!r} cannot be read", f"Use one of {', '.join(READERS)}."
        )
    fmt = Format()
    if reader is read_spreadsheet:
        fmt = replace(fmt, sheet=_first_table(path))
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


def _first_table(path: Path) -> str:
    """Return the name of the first sheet with two rows and columns; "" where it is the first."""
    import python_calamine

    try:
        names = python_calamine.CalamineWorkbook.from_path(path).sheet_names
    except (python_calamine.CalamineError, OSError, ValueError):
        return ""  # the reader says what is wrong
    for place, name in enumerate(names):
        try:
            grid = read_spreadsheet(path, Format(sheet=name))
        except UnreadableFileError:
            continue
        if len(grid.headers) >= 2 and len(grid.cells) >= 2:
            return name if place else ""
    return ""


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
