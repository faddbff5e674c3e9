"""The multiverse: the same question under every combination of declared choices.

Steegen, Tuerlinckx, Gelman and Vanpaemel (2016) call each combination a universe.
All of them are computed and all answers are kept: nothing is selected.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from procohort.analyses.alternatives import (
    Universe,
    fill_missing,
    missing_of,
    under,
    universes,
)
from procohort.analyses.run import answer
from procohort.analyses.sample import CLUSTER, Question, ask
from procohort.progress import Report, unheard
from procohort.results import ResultRow
from procohort.specifications import Specification
from procohort.study import Variable

NO_READING = "main"


@dataclass(frozen=True, slots=True)
class Asked:
    """One outcome of one analysis: what is needed to answer it.

    Attributes
    ----------
    kind, spec, methods : mapping
        As for `procohort.analyses.run.run_analysis`; one outcome in `spec`.
    variables : mapping of str to Variable
    parameters : mapping
        Named numbers for expressions.
    outcome : str
    """

    kind: Mapping[str, str]
    spec: Mapping[str, Any]
    variables: Mapping[str, Variable]
    parameters: Mapping[str, float]
    methods: Mapping[str, Any]
    outcome: str

    def question(self, table: pd.DataFrame) -> Question:
        """Return the question as asked of a table."""
        return ask(
            self.kind["name"],
            self.spec,
            table,
            self.variables,
            parameters=self.parameters,
            methods=self.methods,
        )

    def used(self, question: Question) -> pd.DataFrame:
        """Return the rows and columns that the answer depends on."""
        spec = self.spec
        named = (spec.get("group"), spec.get("x"), self.outcome, *(spec.get("adjust_for") or ()))
        names = [CLUSTER, *(name for name in named if name), *question.highest]
        return question.table[list(dict.fromkeys(names))]

    def answer(self, question: Question) -> list[ResultRow]:
        """Return the effect rows; how single patients weigh is not asked again."""
        return [
            row
            for row in answer(self.kind, question)
            if row.perspective != "descriptive" and row.method != "leave_one_patient_out"
        ]


def run_multiverse(
    analyses: Sequence[Mapping[str, Any]],
    alternatives: Sequence[Mapping[str, Any]],
    table: pd.DataFrame,
    *,
    replaced: Mapping[str, Variable],
    parameters: Mapping[str, float],
    reading: str = "",
    report: Report = unheard,
) -> list[Specification]:
    """Answer analyses under every combination of choices, on one reading of the tables.

    Parameters
    ----------
    analyses : sequence of mapping
        As `procohort.plan.analysis_parameters` gives them, with the wanted outcomes.
    alternatives : sequence of mapping
        Decisions with their choices; the first choice of each is the main analysis.
    table : DataFrame
        The analysis table.
    replaced : mapping of str to Variable
        The variables that a choice replaces.
    parameters : mapping
        Named numbers for the expressions of the choices.
    reading : str
        Name of the reading, empty if the study has none.
    report : callable
        Told how many combinations of outcome and choices are done.

    Returns
    -------
    list of Specification
        By analysis, outcome, universe, and the order of the methods. A universe whose
        rows are those of an earlier one (a choice that touches nothing the outcome
        uses) is the same analysis and stands there once.
    """
    worlds = [
        (universe, under(universe, table, replaced, parameters))
        for universe in universes(alternatives)
    ]
    questions = [
        _asked(analysis, outcome, parameters)
        for analysis in analyses
        for outcome in analysis["spec"]["outcomes"]
    ]
    found: list[Specification] = []
    for place, asked in enumerate(questions):
        for number, (universe, n_set, rows) in enumerate(_answers(asked, worlds), start=1):
            choices = {choice.decision: choice.id for choice in universe}
            for row in rows:
                name = f"{reading or NO_READING}-{len(found) + 1:05d}"
                found.append(Specification(name, reading, choices, n_set, row))
            report(place * len(worlds) + number, len(questions) * len(worlds))
    return found


def _asked(analysis: Mapping[str, Any], outcome: str, parameters: Mapping[str, float]) -> Asked:
    return Asked(
        kind=analysis["kind"],
        spec={**analysis["spec"], "outcomes": [outcome]},
        variables={
            name: Variable.from_analysis(name, variable)
            for name, variable in analysis["variables"].items()
        },
        parameters=parameters,
        methods={**analysis["methods"], "influence": False, "described": False},
        outcome=outcome,
    )


def _answers(
    asked: Asked, worlds: Sequence[tuple[Universe, pd.DataFrame]]
) -> Iterator[tuple[Universe, int, list[ResultRow]]]:
    """Yield each universe that has rows of its own, with the values set and its answers."""
    seen: set[bytes] = set()
    published: int | None = None
    for universe, world in worlds:
        table, n_set = world, 0
        missing = missing_of(universe)
        if missing != "left_out" and published:
            sign = published if missing == "in_favour" else -published
            table, n_set = fill_missing(
                world, asked.spec, asked.outcome, sign=sign, parameters=asked.parameters
            )
        question = asked.question(table)
        digest = _digest(asked.used(question))
        if digest in seen:
            continue
        seen.add(digest)
        rows = asked.answer(question)
        if published is None:
            # The first universe is the main analysis.
            published = direction(rows)
        yield universe, n_set, rows


def direction(rows: Sequence[ResultRow]) -> int:
    """Return 1 or -1, the direction of the as-published headline; 0 where it has none.

    Examples
    --------
    >>> direction([ResultRow(analysis="a", kind="compare", estimand="odds_ratio", outcome="y",
    ...                      perspective="as_published", headline=True, estimate=0.5)])
    -1
    """
    for row in rows:
        if row.headline and row.perspective == "as_published" and not math.isnan(row.estimate):
            neutral = 1.0 if "ratio" in row.estimand.split("_") else 0.0
            return (row.estimate > neutral) - (row.estimate < neutral)
    return 0


def _digest(frame: pd.DataFrame) -> bytes:
    """Return a digest of the values of a table, in order."""
    digest = hashlib.sha256()
    for name in frame.columns:
        column = pd.util.hash_pandas_object(frame[name], index=False)
        digest.update(f"{name}:{len(column)}:".encode())
        digest.update(column.to_numpy().tobytes())
    return digest.digest()
