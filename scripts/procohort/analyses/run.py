"""One door to every kind of analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any

import pandas as pd

from procohort.analyses.sample import Question, ask
from procohort.progress import Report, unheard
from procohort.results import ResultRow
from procohort.study import Variable


def run_analysis(
    kind: Mapping[str, str],
    spec: Mapping[str, Any],
    table: pd.DataFrame,
    variables: Mapping[str, Variable],
    *,
    parameters: Mapping[str, float],
    methods: Mapping[str, Any],
    report: Report = unheard,
) -> list[ResultRow]:
    """Answer one declared analysis.

    Parameters
    ----------
    kind : mapping
        ``name`` (as result rows call it), ``module`` and ``function`` that
        answer it: see `procohort.plan.ANSWERS`. The module is imported here by
        name so that a job depends on the code of its own kind only.
    spec : mapping
        The analysis as declared, defaults filled in.
    table : DataFrame
        The analysis table: a row per row of the study, column ``cluster``.
    variables : mapping of str to Variable
        At least those that the analysis names.
    parameters, methods : mapping
        Named numbers for expressions; confidence level and number of resamples.
    report : callable
        Told how many outcomes are done.

    Returns
    -------
    list of ResultRow
        In a fixed order.
    """
    question = ask(kind["name"], spec, table, variables, parameters=parameters, methods=methods)
    return answer(kind, replace(question, report=report))


def answer(kind: Mapping[str, str], question: Question) -> list[ResultRow]:
    """Answer a question by the module and function of its kind, as `run_analysis` does."""
    function = getattr(import_module(kind["module"]), kind["function"])
    rows: list[ResultRow] = function(question)
    return rows
