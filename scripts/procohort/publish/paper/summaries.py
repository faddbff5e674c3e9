"""Groups described in a table: median with quartiles, mean with SD, percentages with counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.number_style import NumberStyle
from procohort.publish.selection import estimate_of, n_trials, pick
from procohort.results import ResultRow
from procohort.study import Variable


def summary_text(
    rows: Sequence[ResultRow], variable: Variable, summary: str, style: NumberStyle
) -> str:
    """Write one summary of a quantity from the rows that describe it in one group.

    Parameters
    ----------
    rows : sequence of ResultRow
        Descriptive rows of one outcome and one level.
    variable : Variable
    summary : str
        ``median`` or ``mean``.
    style : NumberStyle
    """
    if summary == "mean":
        mean, sd = (estimate_of(rows, estimand=name) for name in ("mean", "sd"))
        return ABSENT if math.isnan(mean) else style.mean_sd(mean, sd, variable)
    median, q1, q3 = (estimate_of(rows, estimand=name) for name in ("median", "q1", "q3"))
    return ABSENT if math.isnan(median) else style.median_iqr(median, q1, q3, variable)


def share_text(rows: Sequence[ResultRow], value: str, style: NumberStyle) -> str:
    """Write the percentage of a value with its counts."""
    row = pick(rows, reference=value, estimand="proportion")
    return ABSENT if row is None else style.percent_count(row.n_events, n_trials(row))


def described(rows: Sequence[ResultRow], outcome: str, level: str) -> list[ResultRow]:
    """Return the rows that describe an outcome in one level."""
    return [
        row
        for row in rows
        if row.outcome == outcome and row.level == level and row.perspective == "descriptive"
    ]
