"""The verdict on one printed statement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from procohort.claims.beside import put_beside
from procohort.claims.claim import Claim
from procohort.claims.finding import ENDS, Finding, class_remark, find, find_ends
from procohort.claims.forensics.check import Check
from procohort.claims.judgement import VERDICTS, Outcome, StudyContext, Verdict
from procohort.claims.match import Match, cluster_aware_counterpart, find_row
from procohort.claims.verdict_record import to_record
from procohort.results import ResultRow

__all__ = ["VERDICTS", "Outcome", "StudyContext", "Verdict", "judge", "to_record"]

# Estimands that count patients whatever the unit of the table they stand in.
_COUNTS_OF_UNITS = ("n_rows", "n_patients")


def judge(
    claim: Claim,
    rows: Sequence[ResultRow],
    study: StudyContext,
    *,
    checks: Sequence[Check] = (),
) -> Verdict:
    """Judge one claim by the printed figures around it and the result rows of a run.

    Parameters
    ----------
    claim : Claim
        The printed statement.
    rows : sequence of ResultRow
        All result rows.
    study : StudyContext
        Origin of the tables, reading, words.
    checks : sequence of Check
        The checks that name the claim. An impossible one decides the verdict whatever
        the rows show; a doubtful one is a remark.

    Raises
    ------
    AmbiguousClaimError
        If several rows fit the claim equally.
    """
    if claim.reading and claim.reading != study.reading:
        why = f"Belongs to the reading {claim.reading!r}; this run shows {study.reading!r}."
        return Verdict(claim=claim, verdict="not_testable", why=why)
    match, finding = _best(claim, rows)
    impossible = [check for check in checks if check.outcome == "impossible"]
    doubtful = [check for check in checks if check.outcome == "doubtful"]
    verdict = "impossible_as_printed" if impossible else _outcome(claim, finding, study)
    other = cluster_aware_counterpart(match.row, rows) if match.row else None
    shown, changes = put_beside(claim, match.row, other)
    parts = [
        *map(_say, impossible),
        _reason(verdict, finding, match),
        _unit_remark(claim, match.row, study),
        _class_remark(claim, finding, match.row, other),
        *map(_say, doubtful),
    ]
    return Verdict(
        claim=claim,
        verdict=verdict,
        # Two checks may come to the same sentence.
        why=study.fill(" ".join(dict.fromkeys(part for part in parts if part))),
        found=study.fill(finding.found),
        found_exact=finding.found_exact,
        conclusion_changes=finding.conclusion_changes,
        rounding=finding.rounding,
        row=match.row,
        cluster_aware_row=other if shown else None,
        cluster_aware_found=study.fill(shown),
        cluster_aware_changes=changes,
        checks=tuple(checks),
    )


def _best(claim: Claim, rows: Sequence[ResultRow]) -> tuple[Match, Finding]:
    """Return the row that shows a claim, and what it shows."""
    if claim.kind == "text":
        return _nothing(claim.note or "A statement without a figure.")
    if claim.kind in ENDS:
        return _both_ends(claim, rows)
    if claim.kind in ("mean", "median"):
        match, finding = _one(claim, rows)
        return match, _with_sibling(claim, rows, finding)
    if claim.kind == "centre":
        return _mean_or_median(claim, rows)
    return _one(claim, rows)


def _mean_or_median(claim: Claim, rows: Sequence[ResultRow]) -> tuple[Match, Finding]:
    """Return whichever agrees; where neither does, the mean, with both in the reason."""
    tried = [_one(claim, rows, estimand) for estimand in ("mean", "median")]
    for match, finding in tried:
        if finding.matches:
            return match, finding
    (match, finding), (_, other) = tried
    if finding.matches is None:
        return tried[1]
    if other.matches is False:
        finding = replace(finding, why=f"{finding.why} {other.why}")
    return match, finding


def _nothing(reason: str) -> tuple[Match, Finding]:
    return Match(None, reason), Finding(None, "", math.nan, reason)


def _one(claim: Claim, rows: Sequence[ResultRow], estimand: str = "") -> tuple[Match, Finding]:
    match = find_row(claim, rows, estimand=estimand)
    if match.row is None:
        return _nothing(match.reason)
    return match, find(claim, match.row)


def _both_ends(claim: Claim, rows: Sequence[ResultRow]) -> tuple[Match, Finding]:
    """Return the row of the lower end, and the finding on both."""
    low, high = (find_row(claim, rows, estimand=name) for name in ENDS[claim.kind])
    if low.row is None or high.row is None:
        return _nothing(low.reason or high.reason)
    return low, find_ends(claim, low.row, high.row)


def _with_sibling(claim: Claim, rows: Sequence[ResultRow], finding: Finding) -> Finding:
    """Say so when a printed mean is the median of the data, or the other way round."""
    if finding.matches is not False or claim.method:
        return finding
    other = "median" if claim.kind == "mean" else "mean"
    _, sibling = _one(claim, rows, other)
    if not sibling.matches:
        return finding
    return replace(finding, why=f"{finding.why} The {other}, {sibling.found}, would agree.")


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


def _say(check: Check) -> str:
    """Return a check's statement and its probably harmless explanation as sentences."""
    statement = check.statement[:1].upper() + check.statement[1:]
    return f"{statement} {check.harmless}".strip()


def _class_remark(
    claim: Claim, finding: Finding, row: ResultRow | None, other: ResultRow | None
) -> str:
    """Say so when the interval of a frequency reaches into another class."""
    if claim.kind != "frequency_class" or finding.matches is None or row is None:
        return ""
    wider = other if other is not None and other.status == "ok" else row
    return class_remark(claim, wider, finding.matches)


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
    return f"Mind the unit: the result counts each {shown}, the sentence each {meant}."
