"""Finding result rows: the headline of a perspective, the lines of a comparison."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procohort.results import ResultRow

NAN = float("nan")

# What stands in for a headline that gives no p value, in this order.
_P_FALLBACK = ("midrank_difference", "risk_difference", "odds_ratio", "omnibus")


def pick(rows: Iterable[ResultRow], **criteria: object) -> ResultRow | None:
    """Return the row whose fields equal the criteria: the headline, else the first.

    Examples
    --------
    >>> rows = [ResultRow(analysis="a", kind="rate", estimand="proportion", outcome="y")]
    >>> pick(rows, outcome="y").analysis
    'a'
    >>> pick(rows, outcome="z") is None
    True
    """
    found = [
        row
        for row in rows
        if all(getattr(row, name) == wanted for name, wanted in criteria.items())
    ]
    for row in found:
        if row.headline:
            return row
    return found[0] if found else None


def estimate_of(rows: Iterable[ResultRow], **criteria: object) -> float:
    """Return the estimate of the picked row, NaN when there is none."""
    row = pick(rows, **criteria)
    return NAN if row is None else row.estimate


def ordered(values: Iterable[str], first: Sequence[str] = ()) -> list[str]:
    """Return the distinct values: those of `first` in its order, then as they come.

    Examples
    --------
    >>> ordered(["b", "c", "a", "b"], first=["a", "b"])
    ['a', 'b', 'c']
    """
    distinct = list(dict.fromkeys(values))
    return [v for v in first if v in distinct] + [v for v in distinct if v not in first]


def refusal(row: ResultRow | None) -> str:
    """Return in words why a row has no estimate, nothing when it has one."""
    if row is None:
        return "not computed"
    if row.status == "ok":
        return ""
    reason = row.note.rstrip(".")
    status = row.status.replace("_", " ")
    return f"{status}: {reason}" if reason else status


@dataclass(frozen=True, slots=True)
class Contrast:
    """One line of a comparison: an outcome, a level against a reference, its rows.

    Attributes
    ----------
    analysis, group, outcome, level, reference : str
        As in the result rows; level and reference are empty for an omnibus test.
    rows : tuple of ResultRow
        Every effect row of the line, both perspectives.
    """

    analysis: str
    group: str
    outcome: str
    level: str
    reference: str
    rows: tuple[ResultRow, ...]

    @property
    def is_omnibus(self) -> bool:
        """Whether the line tests all levels at once."""
        return not self.reference

    def headline(self, perspective: str) -> ResultRow | None:
        """Return the row that stands for a perspective."""
        return pick(self.rows, perspective=perspective)

    def p_row(self, perspective: str) -> ResultRow | None:
        """Return the row whose p value is shown: the headline, else one that has p."""
        mine = [row for row in self.rows if row.perspective == perspective]
        headline = pick(mine)
        if headline is None or not math.isnan(headline.p):
            return headline
        for estimand in _P_FALLBACK:
            for row in mine:
                if row.estimand == estimand and not math.isnan(row.p):
                    return row
        return headline

    def effect(self, perspective: str, estimand: str) -> ResultRow | None:
        """Return the row of an estimand in a perspective."""
        return pick(self.rows, perspective=perspective, estimand=estimand)


def contrasts(rows: Iterable[ResultRow]) -> list[Contrast]:
    """Gather the effect rows of comparisons into lines, in the order of the rows.

    A line without a reference level tests all levels of a group at once; it precedes
    the lines of the pairs of levels of the same outcome.
    """
    lines: dict[tuple[str, str, str, str, str], list[ResultRow]] = {}
    for row in rows:
        if row.kind != "compare" or row.perspective == "descriptive":
            continue
        key = (row.analysis, row.group, row.outcome, row.level, row.reference)
        lines.setdefault(key, []).append(row)
    found = [Contrast(*key, rows=tuple(members)) for key, members in lines.items()]
    first_seen: dict[tuple[str, str], int] = {}
    for position, line in enumerate(found):
        first_seen.setdefault((line.analysis, line.outcome), position)
    return sorted(
        found, key=lambda line: (first_seen[line.analysis, line.outcome], not line.is_omnibus)
    )


def n_trials(row: ResultRow) -> int | None:
    """Return the denominator of a proportion: what was counted, patients or rows.

    Where patients are the unit, `n_procedures` still counts the rows behind them.
    """
    return row.n_patients if row.unit_of_analysis == "patient" else row.n_procedures
