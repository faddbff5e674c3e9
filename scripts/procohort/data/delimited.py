"""Text tables (CSV, TSV and their relatives) as grids of text."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from procohort.data.formats import Grid, UnreadableFileError, decode, find_delimiter
from procohort.study import Format

_BLOCK_LIMIT = 1 << 30
_NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"PAR1", b"\x1f\x8b")


def read_delimited(path: Path, fmt: Format) -> Grid:
    """Read a delimited text file; every cell stays the text that was written.

    Quoted cells may hold delimiters, quotes and line breaks; row numbers count
    the lines of the file, so they are those of an editor. Excel's first line
    ``sep=;`` and empty lines before the header are passed over.

    Raises
    ------
    UnreadableFileError
        If the file is empty, not text, or not in the declared encoding.
    """
    data = path.read_bytes()
    if data.startswith(_NOT_TEXT):
        raise UnreadableFileError(
            "is not a text file, whatever its name says",
            "Give the file the ending of what it is (.xlsx, .xls, .ods, .parquet) or export "
            "it again as CSV.",
        )
    text, n_skipped, declared = _body(decode(data, fmt.encoding), fmt.skip_rows)
    if not text.strip():
        raise UnreadableFileError("the file is empty", "Export the table again.")
    delimiter = declared if fmt.delimiter == "auto" else fmt.delimiter
    delimiter = delimiter or find_delimiter(text)
    # Cells such as `1, "a, b"`: a space before the quote would make it part of the text.
    if re.search(re.escape(delimiter) + r' +"', text):
        text = _without_space_before_quotes(text, delimiter)
    if "\0" in text:
        raise UnreadableFileError(
            "is not a text table (it has zero bytes)",
            "Set format.encoding in config.yaml, or export the table again.",
        )
    return _grid(text, delimiter, n_skipped)


def _body(text: str, skip_rows: int) -> tuple[str, int, str]:
    """Return the text from the header on, lines before it, and the delimiter of a ``sep=`` line."""
    lines = text.split("\n", skip_rows)
    text, n_skipped, declared = (lines[-1] if len(lines) > skip_rows else ""), skip_rows, ""
    found = re.match(r"sep=(.)\n", text, re.IGNORECASE)
    if found:
        declared, text, n_skipped = found.group(1), text[found.end() :], n_skipped + 1
    blank = re.match(r"(?:[^\S\n]*\n)+", text)
    if blank:
        text, n_skipped = text[blank.end() :], n_skipped + blank.group().count("\n")
    return text, n_skipped, declared


def _without_space_before_quotes(text: str, delimiter: str) -> str:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(reader)
    return out.getvalue()


def _grid(text: str, delimiter: str, n_skipped: int) -> Grid:
    cells, damaged_text = _parse(text, delimiter)
    headers = [str(cell).strip() for cell in cells.iloc[0]]
    rows = n_skipped + _first_lines(cells, damaged_text, text)
    damaged = {
        position: _why_damaged(damaged_text[position], delimiter, len(headers))
        for position in damaged_text
    }
    if _is_open(text, int(rows[-1]) - n_skipped, delimiter):
        damaged[len(cells) - 1] = "a quotation mark is not closed; rows below may be lost in it"
    keep = ~_blank(cells)
    keep[0] = False
    kept = np.flatnonzero(keep)
    place = {int(old): new for new, old in enumerate(kept)}
    return Grid(
        headers=headers,
        header_row=int(rows[0]),
        cells=cells.iloc[kept].reset_index(drop=True),
        rows=rows[kept],
        damaged={place[old]: why for old, why in damaged.items() if why and old in place},
    )


def _parse(text: str, delimiter: str) -> tuple[pd.DataFrame, dict[int, str]]:
    """Return all records (header first), and the text of those with a wrong number of cells."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    damaged: dict[int, str] = {}

    def keep_aside(row: pa_csv.InvalidRow) -> str:
        damaged[row.number - 1] = row.text
        return "skip"

    data = text.encode("utf-8")
    first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(data),
            # One block in one thread: only then are record numbers known.
            read_options=pa_csv.ReadOptions(
                use_threads=False,
                autogenerate_column_names=True,
                block_size=min(len(data) + 1, _BLOCK_LIMIT),
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={f"f{place}": pa.string() for place in range(len(first))},
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, csv.Error) as error:
        raise UnreadableFileError(
            f"is not a text table ({str(error).splitlines()[0]})",
            "Check format.delimiter in config.yaml, or export the table again.",
        ) from None
    cells = table.to_pandas().set_axis(range(table.num_columns), axis=1)
    return _with_damaged(cells, damaged, delimiter), damaged


def _with_damaged(cells: pd.DataFrame, damaged: dict[int, str], delimiter: str) -> pd.DataFrame:
    """Put records with a wrong number of cells back in their places, cut or filled up."""
    if not damaged:
        return cells
    width = cells.shape[1]
    extra = pd.DataFrame(
        [(_split(text, delimiter) + [""] * width)[:width] for text in damaged.values()],
        index=list(damaged),
        dtype="str",
    )
    n_records = len(cells) + len(damaged)
    cells.index = np.setdiff1d(np.arange(n_records), np.fromiter(damaged, dtype=np.int64))
    return pd.concat([cells, extra]).sort_index()


def _split(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])


def _why_damaged(text: str, delimiter: str, width: int) -> str:
    """Say what is wrong with a record; nothing is when only empty cells are too many."""
    found = _split(text, delimiter)
    if len(found) > width and not any(cell.strip() for cell in found[width:]):
        return ""
    unclosed = " (a quotation mark may be unclosed)" if "\n" in text else ""
    cells = "1 cell" if len(found) == 1 else f"{len(found)} cells"
    return f"the row has {cells}, the header has {width}{unclosed}"


def _is_open(text: str, line: int, delimiter: str) -> bool:
    """Whether the last record, which begins on a line, ends inside a quoted cell."""
    # Split from the end, where the last record is, not into a million lines.
    n_breaks = text.count("\n") - line + 2
    last = text if line == 1 else "\n".join(text.rsplit("\n", n_breaks)[1:])
    try:
        list(csv.reader(io.StringIO(last, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error) or "field larger" in str(error)
    return False


def _blank(cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    blank = np.ones(len(cells), dtype=bool)
    for name in cells.columns:
        column = cells[name]
        blank &= (column.str.strip() == "").to_numpy(dtype=bool)
        if not blank.any():
            break
    return blank


def _first_lines(cells: pd.DataFrame, damaged: dict[int, str], text: str) -> npt.NDArray[np.int64]:
    """Return the line (from 1) on which each record begins."""
    n_lines = np.ones(len(cells), dtype=np.int64)
    if text.removesuffix("\n").count("\n") + 1 != len(cells):
        for name in cells.columns:
            n_lines += cells[name].str.count("\n").to_numpy(dtype=np.int64)
        for position, record in damaged.items():
            n_lines[position] = 1 + record.count("\n")
    return 1 + np.concatenate([[0], np.cumsum(n_lines)[:-1]])
