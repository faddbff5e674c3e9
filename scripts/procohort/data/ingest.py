"""Raw files of a table to one frame of text, each row with its file and row number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from procohort.data.delimited import read_delimited
from procohort.data.findings import FindingLog
from procohort.data.formats import Grid, UnreadableFileError
from procohort.data.headers import ROW_NUMBER, HeaderMatch, match_headers
from procohort.data.spreadsheets import read_parquet, read_spreadsheet
from procohort.study import Format, Table

_TEXT, _SHEETS, _PARQUET = (
    (".csv", ".tsv", ".tab", ".txt"),
    (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    (".parquet", ".pq"),
)
READERS: dict[str, Callable[[Path, Format], Grid]] = {
    **dict.fromkeys(_TEXT, read_delimited),
    **dict.fromkeys(_SHEETS, read_spreadsheet),
    **dict.fromkeys(_PARQUET, read_parquet),
}
_NO_ORIGIN = pd.DataFrame({"file": [], "row": []})


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A raw table as read: nothing converted, nothing left out but empty rows.

    Attributes
    ----------
    cells : DataFrame of text, n rows
        Every column of the files by its header (the declared spelling where one
        matched); missing where a file lacks the column.
    origin : DataFrame, n rows
        Columns file and row (line of the file, or row of the sheet; the header
        of a text file is row 1).
    sources : mapping
        Variable to the headers it is read from.
    headers : mapping
        File to its headers and the row they stand in, as found.
    from_sheets : bool
        Whether dates may be serial numbers of a spreadsheet.
    complete : bool
        Whether every file was read.
    """

    table: Table
    cells: pd.DataFrame
    origin: pd.DataFrame
    sources: dict[str, tuple[str, ...]]
    headers: dict[str, tuple[int, list[str]]]
    from_sheets: bool
    complete: bool

    def has(self, names: Iterable[str]) -> bool:
        """Whether the table is complete and has values for these variables."""
        return self.complete and all(
            self.sources[name] or ROW_NUMBER in self.table.columns[name].sources for name in names
        )

    def text(self, name: str) -> pd.Series:
        """Return the cells of a variable as written ("" where the file has none)."""
        if ROW_NUMBER in self.table.columns[name].sources:
            return pd.Series(np.arange(1, len(self.cells) + 1), index=self.cells.index).astype(
                "str"
            )
        found = pd.Series(np.nan, index=self.cells.index, dtype="str")
        for header in self.sources[name]:
            cells = self.cells[header]
            found = cells if header == self.sources[name][0] else found.fillna(cells)
        return found.fillna("")

    def header(self, name: str) -> str | pd.Series:
        """Return the header of a variable: one text, or one for each row where files differ."""
        headers = self.sources[name]
        if not headers:
            return self.table.columns[name].sources[0]
        if len(headers) == 1:
            return headers[0]
        shown = pd.Series(headers[0], index=self.cells.index, dtype="str")
        for header in headers[1:]:
            later = self.cells[header].notna() & self.cells[headers[0]].isna()
            shown = shown.mask(later, header)
        return shown


def read_table(table: Table, base: Path, log: FindingLog) -> RawTable:
    """Read all files of a table, each cell as the text that was written.

    Parameters
    ----------
    table : Table
        What the configuration declares.
    base : Path
        Folder to which the file names are relative. Files are only read.
    log : FindingLog
        Takes what is wrong with a file, its headers or the shape of its rows.

    Returns
    -------
    RawTable
        Without rows when no file could be read.
    """
    read = [_read_matched(file, table, base, log) for file in table.files]
    found = [part for part in read if part is not None]
    sources: dict[str, dict[str, None]] = {name: {} for name in table.columns}
    damaged: dict[int, str] = {}
    n_rows = 0
    for _, grid, match in found:
        for name, (_, source) in match.places.items():
            sources[name][source] = None
        damaged.update({n_rows + place: why for place, why in grid.damaged.items()})
        n_rows += len(grid.cells)
    parts = [_named(grid, match) for _, grid, match in found]
    origins = [pd.DataFrame({"file": file, "row": grid.rows}) for file, grid, _ in found]
    origin = pd.concat(origins, ignore_index=True) if origins else _NO_ORIGIN
    raw = RawTable(
        table=table,
        cells=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(),
        origin=origin.astype({"file": "str", "row": "int64"}),
        sources={name: tuple(headers) for name, headers in sources.items()},
        headers={file: (grid.header_row, grid.headers) for file, grid, _ in found},
        from_sheets=any(grid.from_sheet for _, grid, _ in found),
        complete=len(found) == len(table.files) and n_rows > 0,
    )
    _log_rows(raw, damaged, log)
    return raw


def _read_matched(
    file: str, table: Table, base: Path, log: FindingLog
) -> tuple[str, Grid, HeaderMatch] | None:
    """Read a file and match its headers; None (and a finding) when it is no such table."""
    grid = _read(file, table, base, log)
    if grid is None:
        return None
    match = match_headers(grid.headers, table)
    needs_headers = any(ROW_NUMBER not in column.sources for column in table.columns.values())
    if needs_headers and not match.places:
        _log_strange(file, table, grid, log)
        return None
    _log_headers(file, table, grid, match, log)
    return file, grid, match


def _read(file: str, table: Table, base: Path, log: FindingLog) -> Grid | None:
    path = base / file
    reader = READERS.get(path.suffix.lower())
    try:
        if not path.is_file():
            raise UnreadableFileError(
                "the file does not exist", "Put it there, or correct the path in config.yaml."
            )
        if reader is None:
            raise UnreadableFileError(
                f"files ending in {path.suffix!r} cannot be read",
                f"Use one of {', '.join(READERS)}.",
            )
        return reader(path, table.format)
    except UnreadableFileError as error:
        message, remedy = error.message, error.remedy
    except OSError as error:
        message, remedy = f"cannot be opened ({error.strerror})", "Check the file's permissions."
    log.add(file=file, table=table.name, rule="unreadable_file", message=message, remedy=remedy)
    return None


def _log_strange(file: str, table: Table, grid: Grid, log: FindingLog) -> None:
    log.add(
        file=file,
        table=table.name,
        row=grid.header_row,
        rule="unreadable_file",
        message=f"none of the declared headers is here; found: {', '.join(grid.headers[:12])}",
        remedy="Check that it is the right file, and format.delimiter, format.sheet and "
        "format.skip_rows in config.yaml.",
    )


def _log_headers(file: str, table: Table, grid: Grid, match: HeaderMatch, log: FindingLog) -> None:
    place_of: dict[str, Any] = {"file": file, "table": table.name, "row": grid.header_row}
    for header in match.repeated.values():
        log.add(
            **place_of,
            column=header,
            rule="duplicate_header",
            message=f"the header {header!r} stands here twice",
            remedy="Rename or remove one of the columns.",
        )
    for name, near in match.missing.items():
        column = table.columns[name]
        wanted = " or ".join(repr(source) for source in column.sources)
        hint = f" Did you mean {near!r}?" if near else ""
        log.add(
            **place_of,
            column=column.sources[0],
            rule="missing_column",
            action=log.action("missing_column", column),
            message=f"no column has the header {wanted} (for {name})",
            remedy=f"Add the column, or correct its source in config.yaml.{hint}",
        )
    for place, header in match.unknown.items():
        empty = not header and (grid.cells[place].str.strip() == "").all()
        if empty:
            continue
        log.add(
            **place_of,
            column=header or f"(column {place + 1})",
            rule="unknown_column",
            message="the column is not in the configuration and is not used",
            remedy="Declare it in config.yaml, or list it under ignore.",
        )


def _named(grid: Grid, match: HeaderMatch) -> pd.DataFrame:
    """Return the cells under declared headers where matched, else under the file's own."""
    declared = dict(match.places.values())
    names: list[str] = []
    for place, header in enumerate(grid.headers):
        name = declared.get(place) or header or f"(column {place + 1})"
        while name in names or (place not in declared and name in declared.values()):
            name += " (again)"
        names.append(name)
    return grid.cells.set_axis(names, axis=1)


def _log_rows(raw: RawTable, damaged: dict[int, str], log: FindingLog) -> None:
    table = raw.table
    if raw.headers and raw.cells.empty:
        log.add(
            file=table.files[0],
            table=table.name,
            rule="unreadable_file",
            message="the table has a header but no rows",
            remedy="Export the table again.",
        )
    if damaged:
        message = pd.Series(damaged, dtype="str")
        log.add_rows(
            raw.origin,
            raw.origin.index.isin(message.index),
            table=table.name,
            rule="damaged_row",
            action=log.action("damaged_row"),
            message=message,
            remedy="Repair the row: a delimiter may be missing, or stand in an unquoted text.",
        )
