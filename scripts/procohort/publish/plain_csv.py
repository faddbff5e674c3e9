"""CSV for downloads: numbers raw, text safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(value: object) -> str:
    """Write a value as the text of a CSV cell.

    Absent values are empty, floats read back as the same double, booleans are
    ``true`` and ``false``, and text that a spreadsheet would run is quoted with an
    apostrophe (numbers never are).

    Examples
    --------
    >>> csv_text("=1+1"), csv_text(-0.5), csv_text(float("nan")), csv_text(None)
    ("'=1+1", '-0.5', '', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))
    text = str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def write_records(
    path: str | Path, columns: Sequence[str], records: Iterable[Mapping[str, object]]
) -> None:
    """Write records as UTF-8 CSV with the columns given; a missing key is an empty cell."""
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for record in records:
            writer.writerow([csv_text(record.get(column)) for column in columns])
