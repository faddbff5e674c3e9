"""The other readings of a study: the same analyses on the other version of its raw tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from procohort.analyses.adherence import answer_schedule
from procohort.analyses.adjust import adjust
from procohort.analyses.run import run_analysis
from procohort.analyses.safety import answer_safety
from procohort.claims.claim import Claim
from procohort.claims.scorecard import judge_all, study_context
from procohort.claims.verdict import Verdict
from procohort.results import ResultRow
from procohort.study import Variable


def estimate_all(
    analyses: Sequence[Mapping[str, Any]],
    table: pd.DataFrame,
    multiplicity: Mapping[str, Any],
    *,
    schedule: Mapping[str, Any] | None = None,
    safety: Mapping[str, Any] | None = None,
) -> list[ResultRow]:
    """Answer all declared analyses on one analysis table and adjust their p-values.

    Parameters
    ----------
    analyses : sequence of mapping
        As `procohort.plan.analysis_parameters` gives them, in the order of the study.
    table : DataFrame
        The analysis table of a reading.
    multiplicity : mapping
        The confirmatory family, and tests that count once.
    schedule, safety : mapping, optional
        What the schedule of doses and the frequency classes are computed from, where the
        study declares them.

    Returns
    -------
    list of ResultRow
        The rows that a run of the reading itself would gather.
    """
    rows: list[ResultRow] = []
    for asked in analyses:
        variables = {
            name: Variable.from_analysis(name, variable)
            for name, variable in asked["variables"].items()
        }
        rows += run_analysis(
            asked["kind"],
            asked["spec"],
            table,
            variables,
            parameters=asked["parameters"],
            methods=asked["methods"],
        )
    rows += answer_schedule(schedule, table) if schedule else []
    rows += answer_safety(safety, table) if safety else []
    return adjust(rows, multiplicity)


def judge_readings(
    claims: Sequence[Claim],
    rows: Mapping[str, Sequence[ResultRow]],
    study: Mapping[str, Any],
    *,
    file: str = "claims.csv",
) -> dict[str, list[Verdict]]:
    """Judge every claim under each reading.

    Parameters
    ----------
    claims : sequence of Claim
    rows : mapping of str to sequence of ResultRow
        Result rows by reading.
    study : mapping
        What pages say about the study.
    file : str
        How messages call the table of claims.

    Returns
    -------
    dict of str to list of Verdict
        In the order of the claims.
    """
    return {
        reading: judge_all(claims, mine, study_context(study, reading), file=file)
        for reading, mine in rows.items()
    }
