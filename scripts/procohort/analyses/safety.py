"""How often complications happen, as classes, and which classes the data cannot tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from procohort.analyses.sample import Question, ask, numbers
from procohort.frequency_classes import FrequencyClass, read_classes
from procohort.results import ResultRow
from procohort.stats import proportions

# Between the classes that an interval reaches, in the column `reference`.
BETWEEN_CLASSES = "+"


def safety(question: Question, classes: Sequence[FrequencyClass]) -> list[ResultRow]:
    """Estimate how often each outcome happens, by row and by patient, with its classes.

    Parameters
    ----------
    question : Question
        In its declaration `outcomes`, and in `of_patients` those that are facts of the
        patient: they are counted by patient only.
    classes : sequence of FrequencyClass
        From the most frequent down; they leave no gap.

    Returns
    -------
    list of ResultRow
        For each outcome: ``proportion`` of rows with exact binomial limits (as published)
        and limits for clustered rows (cluster-aware); ``proportion_of_patients`` with at
        least one event, where patients have several rows; and beside each of them
        ``frequency_class``: `level` is the class of the observed share (empty where nothing
        was seen: a share of 0 is of no class), `reference` holds all classes that the
        interval reaches, joined by ``+``.

    Notes
    -----
    The conventional classes are those of CIOMS Working Groups III and V (1999, Guidelines
    for Preparing Core Clinical-Safety Information on Drugs), kept by the European guideline
    on summaries of product characteristics (2009): very common at least 1/10, common at
    least 1/100, uncommon at least 1/1,000, rare at least 1/10,000, very rare below.
    """
    rows: list[ResultRow] = []
    for outcome in question.spec["outcomes"]:
        for answer in _shares(question, outcome):
            rows.append(answer)
            if answer.status == "ok":
                rows.append(_classified(answer, classes))
    return rows


def _shares(question: Question, outcome: str) -> list[ResultRow]:
    column = question.table[outcome]
    used = column.notna()
    events = numbers(column[used])
    patients, sampling = question.clusters(question.table.loc[used])
    base = question.row(
        "proportion",
        outcome,
        unit="1",
        level="all",
        n_missing=int(column.isna().sum()),
        n_events=int(events.sum()),
        **question.count(used),
    )
    level = question.ci_level
    exact = proportions.clopper_pearson(int(events.sum()), len(events), ci_level=level)
    clustered = proportions.korn_graubard(events, sampling, ci_level=level)
    found = [
        base.answered(exact, "as_published", headline=True),
        base.answered(clustered, "cluster_aware", headline=True),
    ]
    _, first, code = np.unique(patients, return_index=True, return_inverse=True)
    of_patients = outcome in question.spec["of_patients"]
    if len(first) == len(events) and not of_patients:
        return found
    ever = np.bincount(code, weights=events) > 0
    by_patient = replace(
        base,
        estimand="proportion_of_patients",
        unit_of_analysis="patient",
        n_events=int(ever.sum()),
        n_missing=int(question.table["cluster"].nunique()) - len(first),
    )
    # Patients of one centre are alike too, where a study declares centres.
    limits = (
        proportions.korn_graubard(ever, sampling[first], ci_level=level)
        if question.highest
        else proportions.clopper_pearson(int(ever.sum()), len(ever), ci_level=level)
    )
    answer = by_patient.answered(limits, "cluster_aware")
    return [answer] if of_patients else [*found, answer]


def _classified(answer: ResultRow, classes: Sequence[FrequencyClass]) -> ResultRow:
    """Return the row of the classes: that of the observed share, and all that are possible."""
    total = answer.n_patients if answer.unit_of_analysis == "patient" else answer.n_procedures
    assert total and answer.n_events is not None
    observed = Fraction(answer.n_events, total)
    reached = [
        item.id
        for item in classes
        if item.holds(observed) or item.is_reached(answer.ci_low, answer.ci_high)
    ]
    return replace(
        answer,
        estimand="frequency_class",
        group="frequency_class",
        level=next(item.id for item in classes if item.holds(observed)) if observed else "",
        reference=BETWEEN_CLASSES.join(reached),
        headline=False,
    )


def answer_safety(asked: Mapping[str, Any], table: pd.DataFrame) -> list[ResultRow]:
    """Return the result rows of the frequency classes for an analysis table.

    Parameters
    ----------
    asked : mapping
        As `procohort.plan_safety.parameters` gives it.
    table : DataFrame
        The analysis table.
    """
    question = ask(
        "safety",
        asked["spec"],
        table,
        {},
        parameters=asked["parameters"],
        methods=asked["methods"],
    )
    return safety(question, read_classes(asked["classes"]))
