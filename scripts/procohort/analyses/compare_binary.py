"""Comparison of an event (yes or no) between groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from procohort.analyses import sensitivity
from procohort.analyses.compare_quantity import many_permutation
from procohort.analyses.groups import Groups, left_out
from procohort.analyses.sample import Question
from procohort.results import ResultRow
from procohort.stats import permutation, proportions, risk_difference
from procohort.stats.inference import Inference, IntArray, not_estimable
from procohort.stats.influence import leave_one_patient_out


def compare(question: Question, groups: Groups) -> Iterator[ResultRow]:
    """Yield every result about one event."""
    if len(groups.levels) == 2:
        yield from _two(question, groups)
    else:
        yield from _many(question, groups)


def _two(question: Question, groups: Groups) -> Iterator[ResultRow]:
    base, first = groups.base, groups.is_first
    counts = proportions.count_2x2(groups.y, first)
    ci_level = question.ci_level
    yield base.answered(
        proportions.fisher_exact_2x2(*counts, ci_level=ci_level),
        "as_published",
        headline=True,
        estimand="odds_ratio",
        unit="ratio",
    )
    yield base.answered(
        proportions.chi_square(contingency(groups)), "as_published", estimand="omnibus", unit="1"
    )
    yield base.answered(
        risk_difference.newcombe(*counts, ci_level=ci_level),
        "as_published",
        estimand="risk_difference",
        unit="1",
    )
    test = _permutation(question, groups)
    limits = risk_difference.mover_korn_graubard(
        groups.y, first, groups.sampling, ci_level=ci_level
    )
    # Limits by MOVER and p by permutation answer one question: one line.
    said = test.note if test.status != "ok" else _of_p(test.note)
    note = " ".join(part for part in (limits.note, said) if part)
    joined = limits.with_(
        method=f"{limits.method}+{test.method}",
        p=test.p,
        n_resamples=test.n_resamples,
        mc_error=test.mc_error,
        note=note,
    )
    yield base.answered(
        joined,
        "cluster_aware",
        headline=True,
        seed=question.seed,
        estimand="risk_difference",
        unit="1",
    )
    yield from sensitivity.of_event(question, groups)
    if question.influence and not groups.one_row_each:
        influence = leave_one_patient_out(
            lambda keep: _permutation(question, groups.only(keep)), groups.cluster
        )
        yield base.answered(
            influence,
            "cluster_aware",
            estimand="risk_difference",
            unit="1",
        )


def _of_p(note: str) -> str:
    """Say that a note is about p only: the interval beside it may rest on other rows."""
    return f"For p, {note}" if note else ""


def _permutation(question: Question, groups: Groups) -> Inference:
    y, first, cluster = groups.y, groups.is_first, groups.cluster
    if groups.design == "within":
        return permutation.permute_within_patient(
            y, first, cluster, seed=question.seed, n_permutations=question.n_resamples
        )
    keep = groups.fixed_patients()
    if not keep.any():
        return not_estimable("label_permutation", "No patient keeps one group throughout.")
    # Of the difference of proportions, not of the number of events: the latter is
    # exact but far too cautious with few of them (docs/validation.md).
    found = permutation.permute_patient_labels(
        y[keep],
        first[keep],
        cluster[keep],
        seed=question.seed,
        n_permutations=question.n_resamples,
        statistic="mean",
    )
    return left_out(found, groups)


def _many(question: Question, groups: Groups) -> Iterator[ResultRow]:
    table = contingency(groups)
    yield groups.base.answered(
        proportions.chi_square_or_fisher(table, ci_level=question.ci_level),
        "as_published",
        headline=True,
        estimand="omnibus",
        unit="1",
    )
    yield groups.base.answered(
        many_permutation(question, groups),
        "cluster_aware",
        headline=True,
        seed=question.seed,
        estimand="omnibus",
        unit="1",
    )


def contingency(groups: Groups) -> IntArray:
    """Return the table of events and non-events by level, shape (levels, 2)."""
    outcomes = [groups.y[groups.level == level] for level in groups.levels]
    return np.array([[(y == 1).sum(), (y == 0).sum()] for y in outcomes], dtype=np.int64)
