"""The verdict on one printed statement."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from procohort.claims.claim import Claim
from procohort.claims.finding import (
    ALPHA,
    Finding,
    find,
    neutral_value,
    shows_higher,
    write_estimate,
    write_p,
)
from procohort.claims.match import Match, cluster_aware_counterpart, find_row
from procohort.claims.own_arithmetic import percent_mistake
from procohort.claims.printed import read_printed
from procohort.results import ResultRow
from procohort.vocabulary import fill, methods_name

Outcome = Literal[
    "reproduced",
    "by_construction",
    "consistent",
    "differs",
    "impossible_as_printed",
    "not_testable",
]
VERDICTS: dict[Outcome, str] = {
    "impossible_as_printed": "The printed figures contradict each other.",
    "differs": "The data show something else.",
    "reproduced": "The data show the printed figure.",
    "by_construction": "The tables were reconstructed to show this figure, so it proves nothing.",
    "consistent": "Reconstructed tables show it although they were not made to.",
    "not_testable": "No result of this run can confirm or refute it.",
}
# Estimands that count patients whatever the unit of the table they stand in.
_COUNTS_OF_UNITS = ("n_rows", "n_patients")
_TESTED_KINDS = ("p_value", "p_bound", "direction")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyContext:
    """What a verdict must know of the study.

    Attributes
    ----------
    data_origin : str
        ``real`` or ``reconstructed``; only real tables can reproduce a claim.
    reading : str
        The reading of this run, empty when the study has none.
    row, cluster, clusters : str
        What the study calls one row, one patient and several.
    """

    data_origin: str
    reading: str = ""
    row: str = "row"
    cluster: str = "patient"
    clusters: str = "patients"

    def name_of(self, unit_of_analysis: str) -> str:
        """Return the study's word for a unit of analysis."""
        return self.cluster if unit_of_analysis == "patient" else self.row

    def fill(self, text: str) -> str:
        """Put the study's word for patients into the name of a method."""
        return fill(text, self.cluster, self.clusters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One claim, what was found, and the judgement.

    Attributes
    ----------
    claim : Claim
        The statement as printed.
    verdict : str
        One of `VERDICTS`.
    why : str
        Plain sentences.
    found, found_exact : str, float
        The figure to the printed precision, and unrounded.
    conclusion_changes : bool or None
        Whether a reader would conclude otherwise.
    rounding : str
        Rounding rules under which printed and found agree.
    row : ResultRow or None
        The result row the verdict rests on.
    cluster_aware_row : ResultRow or None
        The row that answers the same question with patients as the unit of sampling.
    cluster_aware_found : str
        What it shows.
    cluster_aware_changes : bool or None
        Whether the 5 % conclusion is another one there.
    """

    claim: Claim
    verdict: Outcome
    why: str
    found: str = ""
    found_exact: float = math.nan
    conclusion_changes: bool | None = None
    rounding: str = ""
    row: ResultRow | None = None
    cluster_aware_row: ResultRow | None = None
    cluster_aware_found: str = ""
    cluster_aware_changes: bool | None = None


def judge(
    claim: Claim, rows: Sequence[ResultRow], study: StudyContext, *, mistake: str = ""
) -> Verdict:
    """Judge one claim by the result rows of a run.

    Parameters
    ----------
    claim : Claim
        The printed statement.
    rows : sequence of ResultRow
        All result rows.
    study : StudyContext
        Origin of the tables, reading, words.
    mistake : str
        What is wrong with the claim in the light of other claims, if anything.

    Raises
    ------
    AmbiguousClaimError
        If several rows fit the claim equally.
    """
    if claim.reading and claim.reading != study.reading:
        why = f"Belongs to the reading {claim.reading!r}; this run shows {study.reading!r}."
        return Verdict(claim=claim, verdict="not_testable", why=why)
    if claim.kind == "text":
        why = claim.note or "A statement without a figure."
        return Verdict(claim=claim, verdict="not_testable", why=why)
    match, finding = _best(claim, rows)
    wrong = arithmetic_mistake(claim) or mistake
    verdict = "impossible_as_printed" if wrong else _outcome(claim, finding, study)
    why = " ".join(part for part in (_capital(wrong), _reason(verdict, finding, match)) if part)
    other = cluster_aware_counterpart(match.row, rows) if match.row else None
    shown, changes = _beside(claim, match.row, other)
    return Verdict(
        claim=claim,
        verdict=verdict,
        why=study.fill(why) + _unit_remark(claim, match.row, study),
        found=study.fill(finding.found),
        found_exact=finding.found_exact,
        conclusion_changes=finding.conclusion_changes,
        rounding=finding.rounding,
        row=match.row,
        cluster_aware_row=other if shown else None,
        cluster_aware_found=study.fill(shown),
        cluster_aware_changes=changes,
    )


def arithmetic_mistake(claim: Claim) -> str:
    """Return what is wrong with a claim's own percentage and fraction, or nothing."""
    if claim.kind != "percent" or claim.numerator is None or not claim.denominator:
        return ""
    return percent_mistake(read_printed(claim.printed), claim.numerator, claim.denominator)


def _best(claim: Claim, rows: Sequence[ResultRow]) -> tuple[Match, Finding]:
    """Return the row and the finding; for a centre, mean or median, whichever agrees."""
    if claim.kind not in ("centre", "mean", "median"):
        return _one(claim, rows)
    if claim.kind != "centre":
        match, finding = _one(claim, rows)
        return match, _with_sibling(claim, rows, finding)
    tried = [_one(claim, rows, estimand) for estimand in ("mean", "median")]
    for match, finding in tried:
        if finding.matches:
            return match, finding
    (match, finding), (_, other) = tried
    if finding.matches is None:
        return tried[1]
    if other.matches is False:
        finding = _reworded(finding, f"{finding.why} {other.why}")
    return match, finding


def _one(claim: Claim, rows: Sequence[ResultRow], estimand: str = "") -> tuple[Match, Finding]:
    match = find_row(claim, rows, estimand=estimand)
    if match.row is None:
        return match, Finding(None, "", math.nan, match.reason)
    return match, find(claim, match.row)


def _with_sibling(claim: Claim, rows: Sequence[ResultRow], finding: Finding) -> Finding:
    """Say so when a printed mean is the median of the data, or the other way round."""
    if finding.matches is not False or claim.method:
        return finding
    other = "median" if claim.kind == "mean" else "mean"
    _, sibling = _one(claim, rows, other)
    if not sibling.matches:
        return finding
    return _reworded(finding, f"{finding.why} The {other}, {sibling.found}, would agree.")


def _reworded(finding: Finding, why: str) -> Finding:
    return Finding(
        finding.matches,
        finding.found,
        finding.found_exact,
        why,
        finding.conclusion_changes,
        finding.rounding,
    )


def _outcome(claim: Claim, finding: Finding, study: StudyContext) -> Outcome:
    if finding.matches is None:
        return "not_testable"
    if not finding.matches:
        return "differs"
    if study.data_origin == "real":
        return "reproduced"
    return "by_construction" if claim.built_in else "consistent"


def _reason(verdict: Outcome, finding: Finding, match: Match) -> str:
    if verdict == "consistent":
        return f"{finding.why} The reconstruction was not told this figure."
    return finding.why or match.reason


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unit_remark(claim: Claim, row: ResultRow | None, study: StudyContext) -> str:
    """Say so when the sentence counts patients and the row counts rows, or the reverse."""
    said = claim.unit_of_analysis
    if row is None or not said or row.estimand in _COUNTS_OF_UNITS:
        return ""
    if row.unit_of_analysis == said:
        return ""
    shown, meant = study.name_of(row.unit_of_analysis), study.name_of(said)
    if shown == meant:
        return ""
    return f" Mind the unit: the result counts each {shown}, the sentence each {meant}."


def _beside(
    claim: Claim, row: ResultRow | None, other: ResultRow | None
) -> tuple[str, bool | None]:
    """Return what the cluster-aware row shows, and whether the conclusion changes there."""
    if row is None or other is None or claim.kind not in (*_TESTED_KINDS, "percent"):
        return "", None
    if other.status != "ok":
        return f"{other.status.replace('_', ' ')}: {other.note}".rstrip(": "), None
    if claim.kind == "percent":
        return _percent_with_interval(other), None
    return _tested(other), _other_conclusion(claim, row, other)


def _tested(row: ResultRow) -> str:
    """Write estimate, interval and p of a row, whichever of them it has."""
    parts = []
    if math.isfinite(row.estimate):
        parts.append(write_estimate(row))
    if math.isfinite(row.ci_low) and math.isfinite(row.ci_high):
        low, high = f"{Decimal(f'{row.ci_low:.3g}'):f}", f"{Decimal(f'{row.ci_high:.3g}'):f}"
        parts.append(f"{_level(row)}interval {low} to {high}")
    if not math.isnan(row.p):
        parts.append(write_p(row.p))
    return ", ".join(parts) + (f"; {methods_name(row.method)}" if parts and row.method else "")


def _level(row: ResultRow) -> str:
    return "" if math.isnan(row.ci_level) else f"{100 * row.ci_level:.3g} % "


def _other_conclusion(claim: Claim, row: ResultRow, other: ResultRow) -> bool | None:
    flips = (
        claim.kind == "direction"
        and math.isfinite(other.estimate)
        and math.isfinite(row.estimate)
        and shows_higher(other) * shows_higher(row) < 0
    )
    if flips:
        return True
    before, after = _significant(row), _significant(other)
    return None if before is None or after is None else before != after


def _significant(row: ResultRow) -> bool | None:
    """Return whether a row rejects "no difference" at 5 %: by its p, else by its 95 % interval."""
    if not math.isnan(row.p):
        return row.p < ALPHA
    if math.isnan(row.ci_low) or math.isnan(row.ci_high) or row.ci_level != 1 - ALPHA:
        return None
    neutral = neutral_value(row.estimand)
    return not row.ci_low <= neutral <= row.ci_high


def _percent_with_interval(row: ResultRow) -> str:
    if math.isnan(row.ci_low) or math.isnan(row.ci_high):
        return ""
    return (
        f"{100 * row.estimate:.1f}% ({_level(row)}interval "
        f"{100 * row.ci_low:.1f}% to {100 * row.ci_high:.1f}%)"
    )


def to_record(verdict: Verdict) -> Mapping[str, Any]:
    """Return a verdict as one flat record: the claim, the judgement, the rows it rests on."""
    claim, row, other = verdict.claim, verdict.row, verdict.cluster_aware_row
    record: dict[str, Any] = {
        name: getattr(claim, name) for name in claim.__dataclass_fields__ if name != "line"
    }
    record |= {
        "verdict": verdict.verdict,
        "why": verdict.why,
        "found": verdict.found,
        "found_exact": _or_none(verdict.found_exact),
        "conclusion_changes": verdict.conclusion_changes,
        "rounding": verdict.rounding,
        "n_procedures": row.n_procedures if row else None,
        "n_patients": row.n_patients if row else None,
    }
    names = ("unit_of_analysis", "analysis", "outcome", "group", "level", "reference")
    for name in (*names, "estimand", "perspective", "method"):
        record[f"row_{name}"] = getattr(row, name) if row else ""
    record |= {
        "cluster_aware_found": verdict.cluster_aware_found,
        "cluster_aware_estimand": other.estimand if other else "",
        "cluster_aware_method": other.method if other else "",
        "cluster_aware_estimate": _or_none(other.estimate) if other else None,
        "cluster_aware_p": _or_none(other.p) if other else None,
        "cluster_aware_changes": verdict.cluster_aware_changes,
    }
    return record


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
