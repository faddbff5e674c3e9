"""What a result row says about a printed statement, kind by kind."""

from __future__ import annotations

from collections.abc import Callable

from procohort.claims.claim import Claim
from procohort.claims.finding_base import (
    ALPHA,
    Finding,
    count_of,
    shows_higher,
    silent,
    total_of,
    write_estimate,
    write_p,
)
from procohort.claims.finding_compound import (
    ENDS,
    class_remark,
    find_class,
    find_ends,
    find_interval,
)
from procohort.claims.finding_dates import find_date
from procohort.claims.finding_figures import (
    find_count,
    find_limit,
    find_percent,
    find_presence,
    find_quantity,
)
from procohort.claims.finding_tests import (
    find_direction,
    find_p_bound,
    find_p_value,
    find_statistic,
)
from procohort.results import ResultRow

__all__ = [
    "ALPHA",
    "ENDS",
    "Finding",
    "class_remark",
    "count_of",
    "find",
    "find_ends",
    "shows_higher",
    "total_of",
    "write_estimate",
    "write_p",
]


def find(claim: Claim, row: ResultRow) -> Finding:
    """Compare a claim with its result row.

    Ranges and quartiles have a row for each end: see `find_ends`.
    """
    if row.status != "ok":
        return silent(f"The analysis gives no figure: {row.note or row.status}")
    return _BY_KIND[claim.kind](claim, row)


def _text(claim: Claim, row: ResultRow) -> Finding:
    return silent(claim.note or "A statement without a figure.")


_BY_KIND: dict[str, Callable[[Claim, ResultRow], Finding]] = {
    "count": find_count,
    "percent": find_percent,
    "mean": find_quantity,
    "median": find_quantity,
    "centre": find_quantity,
    "sd": find_quantity,
    "effect": find_quantity,
    "fixed": find_quantity,
    "p_value": find_p_value,
    "p_bound": find_p_bound,
    "test_statistic": find_statistic,
    "direction": find_direction,
    "date": find_date,
    "at_least": find_limit,
    "at_most": find_limit,
    "present": find_presence,
    "interval": find_interval,
    "frequency_class": find_class,
    "text": _text,
}
