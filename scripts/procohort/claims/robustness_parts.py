"""Tipping points, answers without single patients, other readings: found among result rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from procohort.claims.beside import put_beside
from procohort.claims.gate import HOLDING
from procohort.claims.judgement import Verdict
from procohort.claims.robustness import Answer, LeftOut, OtherReading, Tipping
from procohort.results import ResultRow

PERSPECTIVES = ("as_published", "cluster_aware")
_TABLES, _EQUAL_SIZES = "design_effect_tables", "design_effect_equal_sizes"
_PRINTED_P = ("p_value", "p_bound")
# Written by procohort.stats.influence; a test holds the two together.
_TURNED = re.compile(r"conclusion turns for (\d+) of (\d+) patients")

Key = tuple[str, ...]


def key_of(row: ResultRow) -> Key:
    """Return what question a row answers: rows of all methods and perspectives share it."""
    return row.analysis, row.outcome, row.subset, row.group, row.level, row.reference


def by_key(rows: Sequence[ResultRow]) -> dict[Key, list[ResultRow]]:
    """Return rows by the question they answer."""
    found: dict[Key, list[ResultRow]] = {}
    for row in rows:
        found.setdefault(key_of(row), []).append(row)
    return found


def conclusion_changes(verdict: Verdict, row: ResultRow | None) -> bool | None:
    """Return whether a row concludes otherwise than the one a verdict rests on."""
    return put_beside(verdict.claim, verdict.row, row)[1]


def draws_conclusion(verdict: Verdict) -> bool:
    """Whether the claim's own result concludes anything at 5 %, or on a direction."""
    return conclusion_changes(verdict, verdict.row) is not None


def find_tipping(verdict: Verdict, rows: Sequence[ResultRow]) -> Tipping | None:
    """Return the tipping point of a claim: of its printed p, else of the p that was found.

    Parameters
    ----------
    verdict : Verdict
    rows : sequence of ResultRow
        Those of kind ``tipping`` that answer the claim's question.
    """
    printed = verdict.claim.kind in _PRINTED_P
    for ending in ("", "_found") if printed else ("_found",):
        row = _first(rows, f"tipping_icc{ending}", _TABLES)
        if row is not None:
            return Tipping(
                row,
                _first(rows, f"tipping_icc{ending}", _EQUAL_SIZES),
                _first(rows, f"p_at_estimated_icc{ending}", _TABLES),
            )
    return None


def _first(rows: Sequence[ResultRow], estimand: str, method: str) -> ResultRow | None:
    return next((row for row in rows if (row.estimand, row.method) == (estimand, method)), None)


def find_left_out(rows: Sequence[ResultRow]) -> tuple[LeftOut, ...]:
    """Return the headline answer of each perspective without one patient at a time.

    Parameters
    ----------
    rows : sequence of ResultRow
        All that answer the claim's question. Where several answers of a perspective were
        repeated, that of the headline's estimand counts.
    """
    found = []
    for perspective in PERSPECTIVES:
        mine = [row for row in rows if row.perspective == perspective]
        headlines = {row.estimand for row in mine if row.headline}
        repeated = [
            row for row in mine if row.method == "leave_one_patient_out" and row.status == "ok"
        ]
        repeated.sort(key=lambda row: row.estimand not in headlines)
        if repeated:
            found.append(_left_out(repeated[0]))
    return tuple(found)


def _left_out(row: ResultRow) -> LeftOut:
    said = _TURNED.search(row.note)
    return LeftOut(row, int(said[1]), int(said[2])) if said else LeftOut(row)


def find_readings(
    verdict: Verdict, others: Mapping[str, Mapping[str, Verdict]]
) -> tuple[OtherReading, ...]:
    """Return the claim as judged under each other reading.

    Parameters
    ----------
    verdict : Verdict
        That of this run.
    others : mapping of str to mapping
        By reading, the verdicts by id of the claim.
    """
    return tuple(
        _reading(verdict, name, judged[verdict.claim.id]) for name, judged in others.items()
    )


def _reading(verdict: Verdict, name: str, other: Verdict) -> OtherReading:
    if not draws_conclusion(verdict):
        return OtherReading(name, other, (), _figure_changes(verdict, other))
    rows = [row for row in (other.row, other.cluster_aware_row) if row is not None]
    answers = tuple(Answer(row, conclusion_changes(verdict, row)) for row in rows)
    return OtherReading(name, other, answers, any_changes(answers, verdict))


def any_changes(answers: Sequence[Answer], verdict: Verdict) -> bool | None:
    """Return whether answers change a conclusion that the main analysis does not change."""
    known = [answer for answer in answers if answer.changes is not None]
    if not known:
        return None
    return any(answer.changes for answer in known if is_news(answer.row, verdict))


def is_news(row: ResultRow, verdict: Verdict) -> bool:
    """Whether a change in a row's perspective is not already one of the main analysis."""
    return row.perspective != "cluster_aware" or verdict.cluster_aware_changes is not True


def _figure_changes(verdict: Verdict, other: Verdict) -> bool | None:
    if "not_testable" in (verdict.verdict, other.verdict):
        return None
    return _is_shown(verdict) != _is_shown(other)


def _is_shown(verdict: Verdict) -> bool:
    """Whether the tables show the printed figure, also where its own arithmetic fails."""
    if verdict.verdict == "impossible_as_printed":
        return bool(verdict.rounding)
    return verdict.verdict in HOLDING
