"""Rates with intervals, as published and cluster-aware."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procohort.analyses.sample import Question, in_level, numbers
from procohort.results import ResultRow
from procohort.stats import patient_means, proportions
from procohort.stats.influence import leave_one_patient_out


def rates(question: Question) -> list[ResultRow]:
    """Estimate every outcome's rate, for all rows and for each level of `by`."""
    by = question.spec.get("by", "")
    parts = [("all", pd.Series(True, index=question.table.index))]
    if by:
        parts += [(level, in_level(question, by, level)) for level in question.variables[by].labels]
    return [
        row
        for outcome in question.each_outcome()
        for level, keep in parts
        for row in rate(question, outcome, keep, group=by, level=level)
    ]


def rate(
    question: Question, outcome: str, keep: pd.Series, *, group: str, level: str
) -> list[ResultRow]:
    """Estimate one rate in one part of the table, with every interval."""
    column = question.table[outcome]
    used = keep & column.notna()
    events = numbers(column[used])
    patients, sampling = question.clusters(question.table.loc[used])
    n_events = int(np.sum(events))
    base = question.row(
        "proportion",
        outcome,
        unit="1",
        group=group,
        level=level,
        n_missing=int((keep & column.isna()).sum()),
        n_events=n_events,
        **question.count(used),
    )
    level_of = {"ci_level": question.ci_level}
    pooled = [
        proportions.clopper_pearson(n_events, len(events), **level_of),
        proportions.wilson(n_events, len(events), **level_of),
    ]
    aware = proportions.korn_graubard(events, sampling, **level_of)
    rows = [
        base.answered(result, "as_published", headline=result is pooled[0]) for result in pooled
    ]
    rows.append(base.answered(aware, "cluster_aware", headline=True))
    if len(events) > len(np.unique(patients)):
        by_patient = patient_means.patient_proportion_t(events, patients, **level_of)
        rows.append(base.answered(by_patient, "cluster_aware", estimand="proportion_by_patient"))
        influence = leave_one_patient_out(
            lambda keep: proportions.wilson(int(events[keep].sum()), int(keep.sum())), patients
        )
        rows.append(base.answered(influence, "cluster_aware"))
    return rows
