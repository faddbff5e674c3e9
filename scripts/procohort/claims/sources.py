"""The texts that claims were taken from: one line each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from procohort.claims.csv_records import ClaimsError, read_records, shown_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One text.

    Attributes
    ----------
    source_file : str
        What the claims call it.
    title, citation, url : str
        For people; how to find it.
    note : str
        What kind of text it is.
    """

    source_file: str
    title: str
    citation: str = ""
    url: str = ""
    note: str = ""


SOURCE_COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Source))
_NEEDED = ("source_file", "title")


def read_sources(path: str | Path) -> dict[str, Source]:
    """Read and check a table of sources.

    Parameters
    ----------
    path : path
        UTF-8 CSV with the columns of `Source`; all but the first two may be left out.

    Returns
    -------
    dict of str to Source
        By `source_file`, in the order of the file; fit for ``read_claims(sources=...)``.

    Raises
    ------
    ClaimsError
        With every mistake, one line each: file, row, column, what is wrong, what to do.
    """
    file = Path(path)
    found: dict[str, Source] = {}
    first_line: dict[str, int] = {}
    mistakes: list[str] = []
    records = read_records(file, columns=SOURCE_COLUMNS, needed=_NEEDED, key="sources")
    for line, record in records:
        wrong = list(_mistakes(record, line, first_line))
        mistakes += [f"{shown_path(file)}:{line}:{column}: {text}" for column, text in wrong]
        if not wrong:
            found[record["source_file"]] = Source(**record)
    if mistakes:
        raise ClaimsError(mistakes)
    return found


def _mistakes(
    record: Mapping[str, str], line: int, first_line: dict[str, int]
) -> Iterable[tuple[str, str]]:
    for column in _NEEDED:
        if not record[column]:
            yield column, "empty. Fill it in."
    name = record["source_file"]
    before = first_line.setdefault(name, line)
    if name and before != line:
        yield "source_file", f"{name!r} is already in row {before}. List each text once."
    url = record.get("url", "")
    if url and not re.fullmatch(r"https?://[^\s/]+\S*", url):
        yield "url", f"{url!r} is not an address. Begin with https://, or leave it empty."
