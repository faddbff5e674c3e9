"""What stands on the sheets of the workbook: tables as their CSV files hold them."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from procohort.publish.workbook_columns import is_number_column

MAX_LINES = 20_000  # of a table; a longer one is slow to open and is left to its CSV
LONGEST_NAME = 31  # of a sheet
_LONGEST_TEXT = 32767  # of a cell
_EXACT_BELOW = 1e15  # a spreadsheet keeps 15 digits
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")

Value = str | float | int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for the workbook.

    Attributes
    ----------
    table : str
        Its name; columns are explained by it.
    title : str
    settings : str
        n, unit of analysis, methods; may be empty.
    file : str
        The CSV with the same content.
    columns : tuple of str
    lines : tuple of tuple
        Numbers as numbers, everything else as text.
    n_lines : int
        How many lines the file has: more than `lines` where it is too long for a sheet.
    """

    table: str
    title: str
    settings: str
    file: str
    columns: tuple[str, ...]
    lines: tuple[tuple[Value, ...], ...]
    n_lines: int

    @property
    def is_whole(self) -> bool:
        """Whether all lines of the file are here."""
        return len(self.lines) == self.n_lines


def read_sheet(
    path: str | Path, *, title: str = "", stored: str | Path = "", longest: int | None = None
) -> Sheet:
    """Read a table from its CSV.

    Parameters
    ----------
    path : path
        The CSV; its name is the name of the table.
    title : str
        What it shows, where no file says so.
    stored : path
        The same table as `procohort.publish.tables.stored` keeps it: title and settings.
    longest : int
        Of a file with more lines the lines are counted, and none is read.
    """
    known = json.loads(Path(stored).read_text(encoding="utf-8")) if stored else {}
    with Path(path).open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        columns = tuple(next(reader))
        records = list(reader)
    are_numbers = [is_number_column(column) for column in columns]
    lines = tuple(
        tuple(
            cell_value(text, is_number=number)
            for text, number in zip(record, are_numbers, strict=True)
        )
        for record in (records if longest is None or len(records) <= longest else ())
    )
    return Sheet(
        table=Path(path).stem,
        title=known.get("title") or title,
        settings="; ".join(known.get("settings", ())),
        file=Path(path).as_posix(),
        columns=columns,
        lines=lines,
        n_lines=len(records),
    )


def cell_value(text: str, *, is_number: bool) -> Value:
    """Return what a cell of a CSV means: a number, or the text without its quoting.

    Examples
    --------
    >>> cell_value("0.50", is_number=True), cell_value("0.50", is_number=False)
    (0.5, '0.50')
    >>> cell_value("'=1+1", is_number=False)
    '=1+1'
    """
    if is_number and _NUMBER.fullmatch(text):
        value = float(text)
        # Beyond 15 digits a spreadsheet would round in silence.
        if math.isfinite(value) and (abs(value) < _EXACT_BELOW or not text.lstrip("-").isdigit()):
            return int(text) if text.lstrip("-").isdigit() else value
    if text.startswith("'") and is_formula_like(text[1:]):
        text = text[1:]
    return text[:_LONGEST_TEXT]


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet would run a text once somebody edits it."""
    return text.startswith(_FORMULA_STARTS)


def sheet_names(tables: Iterable[str], taken: Sequence[str] = ()) -> list[str]:
    """Return names that a spreadsheet allows, no two alike: short, without its signs.

    Examples
    --------
    >>> sheet_names(["rates", "a" * 40, "a" * 41])
    ['rates', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa~2']
    """
    used = {name.lower() for name in (*taken, "history")}  # a word that Excel keeps for itself
    found = []
    for table in tables:
        plain = _FORBIDDEN.sub("_", table).strip("'") or "table"
        name, number = plain[:LONGEST_NAME], 1
        while name.lower() in used:
            number += 1
            ending = f"~{number}"
            name = plain[: LONGEST_NAME - len(ending)] + ending
        used.add(name.lower())
        found.append(name)
    return found
