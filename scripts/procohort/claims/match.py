"""Find the one result row that should show a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procohort.claims.claim import Claim
from procohort.messages import did_you_mean
from procohort.results import ResultRow

_AS_PUBLISHED_KINDS = (
    *("p_value", "p_bound", "direction"),
    *("effect", "interval", "test_statistic"),
)
_ESTIMAND_OF_KIND = {
    "mean": "mean",
    "median": "median",
    "sd": "sd",
    "at_least": "min",
    "at_most": "max",
    "frequency_class": "proportion",
}


class AmbiguousClaimError(Exception):
    """Several result rows fit a claim and none stands out; the text says which differ."""


@dataclass(frozen=True, slots=True)
class Match:
    """The row that should show a claim, or one sentence why there is none."""

    row: ResultRow | None
    reason: str = ""


def find_row(claim: Claim, rows: Sequence[ResultRow], *, estimand: str = "") -> Match:
    """Find the result row a claim speaks of.

    A claim that names no analysis has no row. A claim about p, an effect or a direction
    is judged as published unless it says otherwise, a mean by the row of the mean, and
    so on; every selector that is given must fit.

    Parameters
    ----------
    claim : Claim
        With its selectors.
    rows : sequence of ResultRow
        All result rows of the run.
    estimand : str
        Overrides the claim's estimand.

    Raises
    ------
    AmbiguousClaimError
        If several rows fit and not exactly one of them is the headline.
    """
    if not claim.analysis:
        return Match(None, claim.note or "No analysis is named for this statement.")
    wanted = _wanted(claim, estimand)
    fitting: list[ResultRow] = list(rows)
    for name, value in wanted.items():
        kept = [row for row in fitting if str(getattr(row, name)) == value]
        if not kept:
            return Match(None, _nothing_fits(name, value, fitting, wanted))
        fitting = kept
    return Match(_the_one(fitting))


def _wanted(claim: Claim, estimand: str) -> Mapping[str, str]:
    wanted = dict(claim.selectors)
    if claim.kind in _AS_PUBLISHED_KINDS:
        wanted.setdefault("perspective", "as_published")
    if estimand:
        wanted["estimand"] = estimand
    elif claim.kind in _ESTIMAND_OF_KIND:
        wanted.setdefault("estimand", _ESTIMAND_OF_KIND[claim.kind])
    return wanted


def _the_one(fitting: Sequence[ResultRow]) -> ResultRow:
    if len(fitting) == 1:
        return fitting[0]
    headlines = [row for row in fitting if row.headline]
    if len(headlines) == 1:
        return headlines[0]
    names = ("analysis", "outcome", "group", "level", "reference", "estimand", "perspective")
    differing = {
        name: sorted({str(getattr(row, name)) for row in fitting}) for name in (*names, "method")
    }
    listed = "; ".join(
        f"{name}: {', '.join(repr(value) for value in values[:4])}"
        for name, values in differing.items()
        if len(values) > 1
    )
    hint = f" They differ in {listed}." if listed else ""
    raise AmbiguousClaimError(f"ambiguous: {len(fitting)} rows match.{hint} Fill in a selector.")


def _nothing_fits(
    name: str, value: str, fitting: Sequence[ResultRow], wanted: Mapping[str, str]
) -> str:
    there = {str(getattr(row, name)) for row in fitting} - {""}
    before = [f"{other} {wanted[other]!r}" for other in wanted]
    before = before[: list(wanted).index(name)]
    among = f" among those of {', '.join(before)}" if before else ""
    return f"No result row has {name} {value!r}{among}.{did_you_mean(value, there)}"


def cluster_aware_counterpart(row: ResultRow, rows: Sequence[ResultRow]) -> ResultRow | None:
    """Return the headline row that answers the same question with patients as the unit.

    Same analysis, outcome, subset, group, level and reference; None when there is
    none, or when `row` is itself cluster-aware.
    """
    if row.perspective == "cluster_aware":
        return None
    names = ("analysis", "outcome", "subset", "group", "level", "reference")
    found = [
        other
        for other in rows
        if other.perspective == "cluster_aware"
        and other.headline
        and all(getattr(other, name) == getattr(row, name) for name in names)
    ]
    return found[0] if len(found) == 1 else None
