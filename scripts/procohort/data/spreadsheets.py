"""Spreadsheets and Parquet files as grids of text.

Numbers and dates are written the way the table's format says, so that one
conversion serves every kind of file and a message shows what a person sees.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from procohort.data.formats import Grid, UnreadableFileError
from procohort.messages import did_you_mean
from procohort.study import Format


def read_spreadsheet(path: Path, fmt: Format) -> Grid:
    """Read one sheet of an XLSX, XLS, XLSB or ODS file.

    The first sheet is read unless the format names one. The header is the first
    row with any text after `skip_rows`.

    Raises
    ------
    UnreadableFileError
        If the file is not a spreadsheet, lacks the sheet, or the sheet is empty.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        if fmt.sheet and fmt.sheet not in book.sheet_names:
            raise UnreadableFileError(
                f"there is no sheet {fmt.sheet!r}",
                f"Correct format.sheet in config.yaml.{did_you_mean(fmt.sheet, book.sheet_names)}",
            )
        sheet = book.get_sheet_by_name(fmt.sheet) if fmt.sheet else book.get_sheet_by_index(0)
        records = sheet.to_python(skip_empty_area=False)
    except UnreadableFileError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise UnreadableFileError(
            f"cannot be opened as a spreadsheet ({str(error).splitlines()[0]})",
            "Open it in a spreadsheet program and save it as .xlsx or CSV.",
        ) from None
    return _grid(records, fmt)


def _grid(records: list[list[Any]], fmt: Format) -> Grid:
    # By column, because the kind of cell rarely changes within one.
    columns = [
        [cell if isinstance(cell, str) else cell_text(cell, fmt) for cell in column]
        for column in zip(*records[fmt.skip_rows :], strict=True)
    ]
    cells = pd.DataFrame(dict(enumerate(columns)), dtype="str")
    filled = np.zeros(len(cells), dtype=bool)
    for name in cells.columns:
        filled |= (cells[name].str.strip() != "").to_numpy(dtype=bool)
    kept = np.flatnonzero(filled)
    if kept.size == 0:
        raise UnreadableFileError("the sheet is empty", "Name the right one in format.sheet.")
    rows = kept + 1 + fmt.skip_rows
    return Grid(
        headers=[str(cell).strip() for cell in cells.iloc[kept[0]]],
        header_row=int(rows[0]),
        cells=cells.iloc[kept[1:]].reset_index(drop=True),
        rows=rows[1:],
        damaged={},
        from_sheet=True,
    )


def cell_text(cell: object, fmt: Format) -> str:
    """Write the value of a spreadsheet cell as text in the table's format.

    Numbers have at most 15 digits, as spreadsheets show them; whole numbers have
    no decimals. Dates without a time of day are written in the declared format.

    Examples
    --------
    >>> cell_text(2.0, Format()), cell_text(12.5, Format(decimal=","))
    ('2', '12,5')
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return format(cell, ".15g").replace(".", fmt.decimal)
    if isinstance(cell, dt.datetime):
        if cell.time() == dt.time() or "%H" in fmt.date:
            return cell.strftime(fmt.date)
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.date):
        return cell.strftime(fmt.date)
    return str(cell)


def read_parquet(path: Path, fmt: Format) -> Grid:
    """Read a Parquet file; rows are numbered as records, from 1.

    Raises
    ------
    UnreadableFileError
        If the file is not Parquet.
    """
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as error:  # ArrowInvalid is a ValueError
        raise UnreadableFileError(
            f"cannot be read as Parquet ({str(error).splitlines()[0]})",
            "Export the table again.",
        ) from None
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    texts = [_column_text(frame.iloc[:, place], fmt) for place in range(frame.shape[1])]
    cells = pd.DataFrame(dict(enumerate(texts)), dtype="str")
    return Grid(
        headers=[str(name).strip() for name in frame.columns],
        header_row=0,
        cells=cells,
        rows=np.arange(1, len(frame) + 1),
        damaged={},
        from_sheet=False,
    )


def _column_text(column: pd.Series, fmt: Format) -> pd.Series:
    """Write a typed column as text: distinct values once each, missing ones empty."""
    codes, distinct = pd.factorize(column)
    texts = [
        cell_text(value.to_pydatetime() if isinstance(value, pd.Timestamp) else value, fmt)
        for value in distinct.tolist()
    ]
    # The code -1 (missing) picks the last entry.
    return pd.Series(np.array([*texts, ""], dtype=object)[codes], dtype="str")
