"""Declared alternatives of the analysis: each by itself, and all combinations counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from procohort.claims.finding_base import ALPHA, shows_higher
from procohort.claims.judgement import Verdict
from procohort.claims.robustness import Answer, Choice, Counted, Decision
from procohort.claims.robustness_parts import PERSPECTIVES, conclusion_changes
from procohort.results import ResultRow
from procohort.specifications import Specification


def find_decisions(
    verdict: Verdict,
    specifications: Sequence[Specification],
    declared: Sequence[Mapping[str, Any]],
    reading: str,
) -> tuple[Decision, ...]:
    """Return each decision with its choices by themselves, the others at their main choice.

    Parameters
    ----------
    verdict : Verdict
    specifications : sequence of Specification
        Those that answer the claim's question.
    declared : sequence of mapping
        ``id``, ``label`` and ``choices`` (label by id, the main one first) of each decision.
    reading : str
        The reading of this run.
    """
    if not specifications:
        return ()
    mains = {decision["id"]: next(iter(decision["choices"])) for decision in declared}
    here = [item for item in specifications if item.reading == reading and item.row.headline]
    found = []
    for decision in declared:
        choices = []
        for name, label in decision["choices"].items():
            wanted = {**mains, decision["id"]: name}
            items = [item for item in here if dict(item.choices) == wanted]
            if items:
                is_main = name == mains[decision["id"]]
                choices.append(_choice(verdict, name, label, items, is_main=is_main))
        matters = any(not choice.is_main for choice in choices)
        found.append(Decision(decision["id"], decision["label"], tuple(choices if matters else ())))
    return tuple(found)


def _choice(
    verdict: Verdict, name: str, label: str, items: Sequence[Specification], *, is_main: bool
) -> Choice:
    ordered = sorted(items, key=lambda item: PERSPECTIVES.index(item.row.perspective))
    answers = tuple(Answer(item.row, conclusion_changes(verdict, item.row)) for item in ordered)
    return Choice(name, label, is_main, max(item.n_set for item in items), answers)


def count_specifications(
    verdict: Verdict,
    specifications: Sequence[Specification],
    declared: Sequence[Mapping[str, Any]],
    reading: str,
) -> tuple[Counted, ...]:
    """Count all specifications of a claim's question, by perspective."""
    mains = {decision["id"]: next(iter(decision["choices"])) for decision in declared}
    published = 0
    for item in specifications:
        is_main = item.reading == reading and dict(item.choices) == mains
        if is_main and item.row.headline and item.row.perspective == "as_published":
            published = shows_higher(item.row)
    counted = []
    for perspective in PERSPECTIVES:
        rows = [item.row for item in specifications if item.row.perspective == perspective]
        answered = [row for row in rows if _has_answer(row)]
        sides = [side for row in answered if (side := shows_higher(row))] if published else []
        p_values = [row.p for row in answered if not math.isnan(row.p)]
        headlines = [conclusion_changes(verdict, row) for row in answered if row.headline]
        if answered:
            counted.append(
                Counted(
                    perspective=perspective,
                    n=len(answered),
                    n_directed=len(sides),
                    n_agree=sides.count(published),
                    n_p=len(p_values),
                    n_below=sum(p < ALPHA for p in p_values),
                    n_headline=sum(changes is not None for changes in headlines),
                    n_other=sum(changes is True for changes in headlines),
                )
            )
    return tuple(counted)


def _has_answer(row: ResultRow) -> bool:
    return row.status == "ok" and not (math.isnan(row.estimate) and math.isnan(row.p))
