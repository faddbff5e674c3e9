"""What an outcome was at each visit, and its change from baseline in paired values."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from procohort.analyses.describe import summary
from procohort.analyses.trajectory_sample import Course
from procohort.results import ResultRow
from procohort.stats.imputation import last_value_carried_forward, worst_observed
from procohort.stats.inference import BoolArray, FloatArray, Inference, IntArray, refused
from procohort.stats.paired import mean_change_clustered, paired_t, sign_flip
from procohort.stats.signed_rank import (
    pseudo_median,
    pseudo_median_exact,
    signed_rank,
    signed_rank_exact,
)

# Below this the normal approximation is replaced, as R's wilcox.test does it.
FEWEST_FOR_APPROXIMATION = 50


def at_visits(course: Course) -> Iterator[ResultRow]:
    """Yield size, centre and spread at every visit; the mean with its interval."""
    for visit in range(len(course.visits)):
        known = ~np.isnan(course.y[:, visit])
        values = course.y[known, visit]
        for estimand, number in summary(values).items():
            unit = "count" if estimand == "n" else course.unit
            row = course.row(estimand, visit, known, unit=unit, method=estimand, estimate=number)
            if estimand == "mean":
                mean = _mean(course, values, course.cluster[known])
                row = row.answered(mean, "descriptive", method="mean", estimate=number)
            yield row


def _mean(course: Course, values: FloatArray, cluster: IntArray) -> Inference:
    """Return a mean with t limits over patients; nothing but itself where there is no interval."""
    level = course.question.ci_level
    if course.one_row_each:
        found = paired_t(values, ci_level=level)
    else:
        found = mean_change_clustered(values, cluster, ci_level=level)
    if found.status != "ok":
        return Inference("mean", note=found.note)
    # A test of the mean itself against zero answers no question.
    return Inference("mean", ci_low=found.ci_low, ci_high=found.ci_high, ci_level=level)


def from_baseline(course: Course) -> Iterator[ResultRow]:
    """Yield the change of every later visit from baseline in those who have both values."""
    for visit in range(1, len(course.visits)):
        change, known = course.change(visit)
        base = course.row("", visit, known, unit=course.unit, reference=course.visits[0])
        yield from _described(course, change, visit, known)
        yield from _as_published(course, change, base)
        if not course.one_row_each:
            yield from _of_patients(course, change, course.cluster[known], base)


def _described(
    course: Course, change: FloatArray, visit: int, known: BoolArray
) -> Iterator[ResultRow]:
    found = summary(change)
    for estimand in ("median", "sd"):
        if estimand in found:
            yield course.row(
                f"{estimand}_of_changes",
                visit,
                known,
                unit=course.unit,
                reference=course.visits[0],
                method=estimand,
                estimate=found[estimand],
            )


def _as_published(course: Course, change: FloatArray, base: ResultRow) -> Iterator[ResultRow]:
    level = course.question.ci_level
    exact = signed_rank_exact(change)
    usual = signed_rank(change)
    small = len(change) < FEWEST_FOR_APPROXIMATION
    test, other = (exact, usual) if small else (usual, exact)
    limits = pseudo_median_exact if small else pseudo_median
    yield base.answered(
        _joined(test, limits(change, ci_level=level)),
        "as_published",
        headline=True,
        estimand="hodges_lehmann_change",
    )
    yield base.answered(other, "as_published", estimand="signed_rank_sum", unit="1")
    yield base.answered(paired_t(change, ci_level=level), "as_published", estimand="mean_change")


def _joined(test: Inference, centre: Inference) -> Inference:
    """Put the effect of the rank test beside its p, so that one line holds both."""
    if test.status != "ok":
        return test
    if centre.status != "ok":
        return test.with_(note=f"{test.note} {centre.note}".strip())
    return test.with_(
        method=f"{test.method}+{centre.method}",
        estimate=centre.estimate,
        ci_low=centre.ci_low,
        ci_high=centre.ci_high,
        ci_level=centre.ci_level,
        note=f"{test.note} {centre.note}".strip(),
    )


def _of_patients(
    course: Course, change: FloatArray, cluster: IntArray, base: ResultRow
) -> Iterator[ResultRow]:
    """Yield the answers for several rows per patient: patients vary, not rows."""
    question = course.question
    yield base.answered(
        mean_change_clustered(change, cluster, ci_level=question.ci_level),
        "cluster_aware",
        headline=True,
        estimand="mean_change",
    )
    for statistic, estimand, unit in (
        ("mean", "mean_change", course.unit),
        ("signed_rank", "signed_rank_sum", "1"),
    ):
        found = sign_flip(
            change,
            cluster,
            seed=question.seed,
            n_permutations=question.n_resamples,
            statistic="mean" if statistic == "mean" else "signed_rank",
        )
        yield base.answered(
            found, "cluster_aware", seed=question.seed, estimand=estimand, unit=unit
        )


def if_missing(course: Course) -> Iterator[ResultRow]:
    """Yield the change at the last visit under other treatments of missing values.

    Only lines with a baseline enter. Complete cases are those seen at every visit.
    """
    last = len(course.visits) - 1
    started = ~np.isnan(course.y[:, 0])
    y = course.y[started]
    cluster = course.cluster[started]
    complete = np.asarray(~np.isnan(y).any(axis=1))
    yield from _change(course, "complete_cases", np.where(complete[:, None], y, np.nan), started)
    carried = last_value_carried_forward(y)
    note = _set(int(carried.n_set[last]))
    yield from _change(course, "carried_forward", carried.values, started, note)
    if course.better in ("lower", "higher") and len(cluster):
        worst = worst_observed(y, better="lower" if course.better == "lower" else "higher")
        note = _set(int(worst.n_set[last]))
        yield from _change(course, "worst_case", worst.values, started, note)
        return
    reason = "Which direction is the good one is not declared (better: lower or higher)."
    known = np.zeros(course.n_lines, dtype=bool)
    base = course.row("mean_change_worst_case", last, known, unit=course.unit)
    yield base.answered(
        refused("paired_t_worst_case", reason), "as_published", reference=course.visits[0]
    )


def _set(number: int) -> str:
    return f"{number} {'value' if number == 1 else 'values'} filled in."


def _change(
    course: Course, case: str, y: FloatArray, started: BoolArray, note: str = ""
) -> Iterator[ResultRow]:
    """Yield the mean change at the last visit of values that were chosen or filled in."""
    last = len(course.visits) - 1
    change = course.rounded(y[:, last] - y[:, 0])
    has = ~np.isnan(change)
    known = started.copy()
    known[started] = has
    level = course.question.ci_level
    base = course.row(
        f"mean_change_{case}", last, known, unit=course.unit, reference=course.visits[0]
    )
    found = paired_t(change[has], ci_level=level)
    yield base.answered(_of_case(found, f"paired_t_{case}", note), "as_published")
    if not course.one_row_each:
        cluster = course.cluster[known]
        found = mean_change_clustered(change[has], cluster, ci_level=level)
        yield base.answered(_of_case(found, f"mean_change_clustered_{case}", note), "cluster_aware")


def _of_case(found: Inference, method: str, note: str) -> Inference:
    return found.with_(method=method, note=f"{found.note} {note}".strip())
