"""Which header of a file is which column of the configuration."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from procohort.study import Table

ROW_NUMBER = "@row"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMatch:
    """The headers of one file, sorted out.

    Attributes
    ----------
    places : dict
        Variable to (place in the file, accepted header as declared).
    unknown : dict
        Place to header of the columns that no variable reads and none may be ignored.
    missing : dict
        Variable to the header that looks most like it ("" if none does).
    repeated : dict
        Place to header of columns whose header stood further left already.
    """

    places: dict[str, tuple[int, str]]
    unknown: dict[int, str]
    missing: dict[str, str]
    repeated: dict[int, str]


def loose(header: str) -> str:
    r"""Return a header without case, surplus white space and ways to compose letters.

    Examples
    --------
    >>> loose("  Pat \n ID ")
    'pat id'
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", header)).strip().casefold()


def match_headers(headers: Sequence[str], table: Table) -> HeaderMatch:
    """Match headers with the columns of a table: exactly, else by `loose`."""
    repeated = {
        place: header
        for place, header in enumerate(headers)
        if header and header in headers[:place]
    }
    places: dict[str, tuple[int, str]] = {}
    taken: set[int] = set(repeated)
    for name, column in table.columns.items():
        if ROW_NUMBER in column.sources:
            continue
        found = _find(headers, column.sources, taken)
        if found is not None:
            places[name] = found
            taken.add(found[0])
    ignored = {loose(header) for header in table.ignore}
    unknown = {
        place: header
        for place, header in enumerate(headers)
        if place not in taken and loose(header) not in ignored
    }
    lacking = [
        name
        for name, column in table.columns.items()
        if name not in places and ROW_NUMBER not in column.sources
    ]
    missing = {name: _nearest(table.columns[name].sources, unknown) for name in lacking}
    return HeaderMatch(places=places, unknown=unknown, missing=missing, repeated=repeated)


def _find(
    headers: Sequence[str], sources: Sequence[str], taken: set[int]
) -> tuple[int, str] | None:
    for source in sources:
        for place, header in enumerate(headers):
            if header == source and place not in taken:
                return place, source
    for source in sources:
        for place, header in enumerate(headers):
            if loose(header) == loose(source) and place not in taken:
                return place, source
    return None


def _nearest(sources: Sequence[str], unknown: dict[int, str]) -> str:
    by_loose = {loose(header): header for header in unknown.values() if header}
    for source in sources:
        near = difflib.get_close_matches(loose(source), list(by_loose), n=1, cutoff=0.6)
        if near:
            return by_loose[near[0]]
    return ""
