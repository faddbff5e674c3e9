"""Where a curve of p against the intraclass correlation begins, and for which claims."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from procohort.results import ResultRow

Origin = Literal["printed", "found"]
Bound = Literal["", "largest", "smallest"]

COLUMNS = (
    "analysis", "outcome", "group", "level", "reference", "origin", "printed", "p", "claims",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingStart:
    """A p value that pools rows, and what the statement it stands for leaves open.

    Attributes
    ----------
    row : ResultRow
        The row as published that the p belongs to.
    origin : {"printed", "found"}
        Whether p is what the paper prints or what the tables give.
    p : float
        Two-sided, above 0.
    printed : str
        The print, letter by letter; empty for a p that was found.
    bound : {"", "largest", "smallest"}
        For a bound, which of the p values it allows `p` is.
    is_undecided : bool
        Whether the print allows p values on both sides of 5 %.
    claims : tuple of str
        Ids of the claims that rest on it; none where nothing is claimed.
    n_rows, n_clusters : int or None
        Sizes as printed.
    """

    row: ResultRow
    origin: Origin
    p: float
    printed: str = ""
    bound: Bound = ""
    is_undecided: bool = False
    claims: tuple[str, ...] = ()
    n_rows: int | None = None
    n_clusters: int | None = None


def write_starts(path: str | Path, starts: Iterable[TippingStart]) -> None:
    """Write one line for each start as UTF-8 CSV; ids of claims are parted by spaces."""
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for start in starts:
            row = start.row
            where = (row.analysis, row.outcome, row.group, row.level, row.reference)
            claims = " ".join(start.claims)
            writer.writerow((*where, start.origin, start.printed, repr(start.p), claims))
