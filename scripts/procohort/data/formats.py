"""How a text file is written: its encoding and its delimiter, found or as declared."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy.typing as npt
import pandas as pd

DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_CHARACTERS = 200_000
_SAMPLE_RECORDS = 100
# The longer mark first: that of UTF-32 (little endian) begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableFileError(Exception):
    """A file that is not a table; holds what is wrong and what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The cells of one file, all text.

    Attributes
    ----------
    headers : list of str, k
        Header cells, trimmed.
    header_row : int
        Row of the header as a person sees it.
    cells : DataFrame, n rows, columns 0 to k - 1
        Cells as written; rows without any text are left out.
    rows : int array, n
        Line number (text files), row number (sheets) or record number (Parquet).
    damaged : dict of int to str
        Position of rows whose number of cells is wrong, and what is wrong.
    from_sheet : bool
        Whether dates may be serial numbers of a spreadsheet.
    """

    headers: list[str]
    header_row: int
    cells: pd.DataFrame
    rows: npt.NDArray[Any]
    damaged: dict[int, str]
    from_sheet: bool = False


def find_encoding(data: bytes) -> str:
    """Return the encoding of a text file.

    A byte order mark decides; else UTF-16 shows by its zero bytes; else UTF-8
    when every byte fits; else Windows-1252, or Latin-1 where a byte has no
    meaning in Windows-1252.

    Examples
    --------
    >>> find_encoding("Größe".encode("cp1252"))
    'cp1252'
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:4096]
    if head.count(0) > len(head) / 4:
        return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    for name in ("utf-8", "cp1252"):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def decode(data: bytes, encoding: str) -> str:
    r"""Return the text of a file with line ends as ``\n`` and without byte order mark.

    Raises
    ------
    UnreadableFileError
        If the declared encoding is unknown or does not fit.
    """
    name = find_encoding(data) if encoding == "auto" else encoding
    try:
        text = data.decode(name)
    except LookupError:
        raise UnreadableFileError(
            f"the encoding {encoding!r} is not known",
            "Set format.encoding to auto, utf-8, latin-1, cp1252 or utf-16 in config.yaml.",
        ) from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFileError(
            f"line {line} is not written in the encoding {encoding}",
            "Set format.encoding to auto in config.yaml, or save the file again.",
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def find_delimiter(text: str) -> str:
    r"""Return the delimiter on which the header and most rows agree.

    A delimiter counts when the header has it; the one that gives most rows as
    many cells as the header wins, and among equals the one with most cells. A
    table of one column has none: a semicolon is returned.

    Examples
    --------
    >>> find_delimiter("dose;time\n1,5;2,5\n")
    ';'
    """
    best, winner = (0.0, 0), DELIMITERS[0]
    for delimiter in DELIMITERS:
        records = _sample(text, delimiter)
        n_cells = len(records[0]) if records else 0
        if n_cells < 2:
            continue
        agreement = sum(len(record) == n_cells for record in records) / len(records)
        if (agreement, n_cells) > best:
            best, winner = (agreement, n_cells), delimiter
    return winner


def _sample(text: str, delimiter: str) -> list[list[str]]:
    """Return the first records that are not empty, without one cut by the end of the sample."""
    reader = csv.reader(io.StringIO(text[:_SAMPLE_CHARACTERS], newline=""), delimiter=delimiter)
    try:
        records = list(islice(reader, _SAMPLE_RECORDS))
    except csv.Error:
        return []
    if len(text) > _SAMPLE_CHARACTERS and 1 < len(records) < _SAMPLE_RECORDS:
        records.pop()
    return [record for record in records if any(cell.strip() for cell in record)]
