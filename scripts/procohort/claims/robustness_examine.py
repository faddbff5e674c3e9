"""Join what other analyses show to each claim, and say in one word what is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from procohort.claims.judgement import StudyContext, Verdict
from procohort.claims.robustness import Choice, Decision, Robustness
from procohort.claims.robustness_choices import count_specifications, find_decisions
from procohort.claims.robustness_parts import (
    by_key,
    draws_conclusion,
    find_left_out,
    find_readings,
    find_tipping,
    is_news,
    key_of,
)
from procohort.results import ResultRow
from procohort.specifications import Specification

_PERSPECTIVES = {"as_published": "as published", "cluster_aware": "cluster-aware"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What stands beside the result rows that verdicts rest on; all of it may be absent.

    Attributes
    ----------
    rows : sequence of ResultRow
        All result rows of this run.
    tipping : sequence of ResultRow
        Tipping points and p at the estimated intraclass correlation.
    readings : mapping of str to sequence of Verdict
        The claims judged under each other reading.
    specifications : sequence of Specification
        The multiverse, all readings.
    decisions : sequence of mapping
        Its decisions: ``id``, ``label``, ``choices`` (label by id, the main one first).
    """

    rows: Sequence[ResultRow] = ()
    tipping: Sequence[ResultRow] = ()
    readings: Mapping[str, Sequence[Verdict]] = field(default_factory=dict)
    specifications: Sequence[Specification] = ()
    decisions: Sequence[Mapping[str, Any]] = ()


def examine_robustness(
    verdicts: Sequence[Verdict], material: Material, study: StudyContext
) -> dict[str, Robustness]:
    """Return by id what other analyses leave of each claim.

    Parameters
    ----------
    verdicts : sequence of Verdict
        Those of this run.
    material : Material
        Only result rows and verdicts; nothing is computed from tables here.
    study : StudyContext
        Reading and words.
    """
    rows, tipping = by_key(material.rows), by_key(material.tipping)
    specified: dict[tuple[str, ...], list[Specification]] = {}
    for item in material.specifications:
        specified.setdefault(key_of(item.row), []).append(item)
    others = {
        name: {verdict.claim.id: verdict for verdict in judged}
        for name, judged in material.readings.items()
    }
    found = {}
    for verdict in verdicts:
        if verdict.row is None:
            found[verdict.claim.id] = Robustness(
                word="not_examined", why="No result stands beside it."
            )
            continue
        key = key_of(verdict.row)
        readings = find_readings(verdict, others)
        mine, left_out = specified.get(key, []), find_left_out(rows.get(key, []))
        if not draws_conclusion(verdict):
            shown = left_out if verdict.row.estimand == "proportion" else ()
            plain = Robustness(word="survives", why="", left_out=shown, readings=readings)
            found[verdict.claim.id] = _concluded(plain, verdict, study)
            continue
        whole = Robustness(
            word="survives",
            why="",
            tipping=find_tipping(verdict, tipping.get(key, [])),
            left_out=left_out,
            readings=readings,
            decisions=find_decisions(verdict, mine, material.decisions, study.reading),
            counted=count_specifications(verdict, mine, material.decisions, study.reading),
        )
        found[verdict.claim.id] = _concluded(whole, verdict, study)
    return found


def _concluded(found: Robustness, verdict: Verdict, study: StudyContext) -> Robustness:
    """Return the same with its word, its sentence, and what changes the conclusion."""
    changed_by = tuple(_changes(found, verdict))
    tested = draws_conclusion(verdict)
    if changed_by:
        what = "Another conclusion" if tested else "Another verdict"
        why = f"{what} {'; '.join(changed_by)}."
        return replace(found, word="changes", why=why, changed_by=changed_by)
    gap = _gap(found, verdict, study)
    if gap:
        return replace(found, word="not_examined", why=gap)
    return replace(found, why=_survives(found, verdict))


def _changes(found: Robustness, verdict: Verdict) -> Iterator[str]:
    """Yield what changes the conclusion; of a combination only what its parts do not."""
    tested = draws_conclusion(verdict)
    if tested and verdict.conclusion_changes:
        yield "already in the tables, analysed as published"
    if verdict.cluster_aware_changes:
        yield "cluster-aware"
    for reading in found.readings:
        if reading.changes:
            shown = "" if tested else f", which shows {reading.verdict.found}"
            yield f"under the reading {reading.name.replace('_', ' ')}{shown}"
    single = [
        _with_choice(decision, choice, answer.row)
        for decision in found.decisions
        for choice in decision.choices
        for answer in choice.answers
        if answer.changes and not choice.is_main and is_news(answer.row, verdict)
    ]
    yield from single
    if not single and not found.readings_differ:
        yield from _combinations(found, verdict)


def _with_choice(decision: Decision, choice: Choice, row: ResultRow) -> str:
    named = [f"{label[:1].lower()}{label[1:]}" for label in (decision.label, choice.label)]
    return f"with {': '.join(named)} ({_PERSPECTIVES[row.perspective]})"


def _combinations(found: Robustness, verdict: Verdict) -> Iterator[str]:
    for part in found.counted:
        settled = part.perspective == "cluster_aware" and verdict.cluster_aware_changes
        if part.n_other and not settled:
            shown = _PERSPECTIVES[part.perspective]
            yield f"in {part.n_other} of {part.n_headline} combinations of choices ({shown})"


def _gap(found: Robustness, verdict: Verdict, study: StudyContext) -> str:
    """Return why a claim that nothing changes was not examined, nothing if it was."""
    row = verdict.row
    assert row is not None
    if not draws_conclusion(verdict):
        if found.readings_differ is not None:
            return ""
        return "A figure without a test; the tables have one reading."
    one_each = row.unit_of_analysis == "patient" or row.n_procedures == row.n_patients
    if verdict.cluster_aware_changes is None and not one_each:
        said = verdict.cluster_aware_found
        return f"The cluster-aware analysis draws no conclusion{f' ({said})' if said else ''}."
    if one_each and found.readings_differ is None and not found.counted:
        return f"Each {study.cluster} counts once, and no alternative is declared."
    return ""


def _survives(found: Robustness, verdict: Verdict) -> str:
    if not draws_conclusion(verdict):
        return "The same verdict on the figure under every reading."
    parts = []
    if verdict.cluster_aware_changes is False:
        parts.append("cluster-aware")
    if found.readings_differ is False:
        parts.append("under every reading")
    if any(part.n_headline for part in found.counted):
        parts.append("under every combination of choices")
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"The same conclusion {listed}."
