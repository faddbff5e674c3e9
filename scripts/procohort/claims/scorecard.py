"""The scorecard: every printed statement with its verdict."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from procohort.claims.claim import Claim, ClaimsError
from procohort.claims.forensics.check import Check
from procohort.claims.match import AmbiguousClaimError
from procohort.claims.robustness import Robustness
from procohort.claims.robustness_record import FLAT_COLUMNS, flat_record, nested_record
from procohort.claims.stated import as_stated
from procohort.claims.verdict import VERDICTS, StudyContext, Verdict, judge, to_record
from procohort.results import ResultRow

_EMPTY = Verdict(
    claim=Claim(id="", source="", sentence="", printed="", kind="text"),
    verdict="not_testable",
    why="",
)
RECORD_COLUMNS: tuple[str, ...] = tuple(to_record(_EMPTY))


def judge_all(
    claims: Sequence[Claim],
    rows: Sequence[ResultRow],
    study: StudyContext,
    *,
    file: str = "claims.csv",
    checks: Sequence[Check] | None = None,
) -> list[Verdict]:
    """Judge every claim, in the order of the file.

    Parameters
    ----------
    claims : sequence of Claim
        In the order of the file.
    rows : sequence of ResultRow
        All result rows of the run.
    study : StudyContext
        Origin of the tables, reading, words.
    file : str
        What messages call the table of claims.
    checks : sequence of Check, optional
        The checks of the printed figures; made here if left out.

    Raises
    ------
    ClaimsError
        With a line for every claim that several result rows fit equally.
    """
    made = examine_claims(claims, study.reading) if checks is None else checks
    naming: dict[str, list[Check]] = {}
    for check in made:
        for name in dict.fromkeys(check.claims):
            naming.setdefault(name, []).append(check)
    verdicts: list[Verdict] = []
    mistakes: list[str] = []
    by_id = {claim.id: claim for claim in claims}
    for claim in claims:
        try:
            found = judge(as_stated(claim, by_id), rows, study, checks=naming.get(claim.id, ()))
            verdicts.append(replace(found, claim=claim))
        except AmbiguousClaimError as error:
            mistakes.append(f"{file}:{claim.line}:analysis: claim {claim.id!r} is {error}")
    if mistakes:
        raise ClaimsError(mistakes)
    return verdicts


def examine_claims(claims: Sequence[Claim], reading: str = "") -> list[Check]:
    """Return the checks of the printed figures against each other."""
    # Some checks need distribution functions; a job that brings its own checks does not.
    from procohort.claims.forensics.examine import examine

    return examine(claims, reading=reading)


def count_verdicts(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Return how many claims have each verdict; verdicts that do not occur count 0."""
    found = Counter(verdict.verdict for verdict in verdicts)
    return {name: found[name] for name in VERDICTS}


def write_csv(
    path: str | Path,
    verdicts: Sequence[Verdict],
    robustness: Mapping[str, Robustness] | None = None,
) -> None:
    """Write the verdicts as UTF-8 CSV, one line per claim, with what is left of it if given."""
    columns = RECORD_COLUMNS if robustness is None else (*RECORD_COLUMNS, *FLAT_COLUMNS)
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        for verdict in verdicts:
            left = flat_record((robustness or {}).get(verdict.claim.id))
            record = {**to_record(verdict), **left}
            writer.writerow([_cell(record[name]) for name in columns])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return " | ".join(_check_text(check) for check in value)
    text = str(value)
    # A spreadsheet would run a cell that begins like a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _check_text(check: Mapping[str, str]) -> str:
    sentences = f"{check['statement']} {check['harmless']}".strip()
    return f"{check['name']}, {check['outcome']}: {sentences}"


def write_json(
    path: str | Path,
    verdicts: Sequence[Verdict],
    *,
    study: Mapping[str, Any],
    reading: str = "",
    provenance: Mapping[str, Any] | None = None,
    robustness: Mapping[str, Robustness] | None = None,
) -> None:
    """Write the verdicts with the study, the counts and the provenance as JSON.

    Where `robustness` is given, each verdict carries what is left of its claim.
    """
    document = {
        "study": dict(study),
        "reading": reading,
        "provenance": dict(provenance or {}),
        "counts": count_verdicts(verdicts),
        "verdicts": [_whole_record(verdict, robustness or {}) for verdict in verdicts],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


def _whole_record(verdict: Verdict, robustness: Mapping[str, Robustness]) -> Mapping[str, Any]:
    found = robustness.get(verdict.claim.id)
    record = to_record(verdict)
    return record if found is None else {**record, "robustness": nested_record(found)}


def study_context(study: Mapping[str, Any], reading: str = "") -> StudyContext:
    """Build the context of the verdicts from the `study` mapping of the configuration."""
    return StudyContext(
        data_origin=str(study["data_origin"]),
        reading=reading,
        row=str(study["row"]["singular"]),
        cluster=str(study["cluster"]["singular"]),
        clusters=str(study["cluster"]["plural"]),
    )
