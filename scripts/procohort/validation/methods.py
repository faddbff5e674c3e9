"""The methods that are tried, by kind of cell; each is called as an analysis calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from procohort.stats import (
    bootstrap,
    clustered_ranks,
    firth,
    mixed,
    patient_means,
    permutation,
    proportions,
    ranks,
    risk_difference,
    robust,
    welch,
)
from procohort.stats.inference import Inference
from procohort.validation.cohorts import Cohort
from procohort.validation.plan import Kind

# recommended: a default of the analyses; sensitivity: valid, beside it;
# naive: rows taken as independent; not_used: shown to say why.
Role = Literal["recommended", "sensitivity", "naive", "not_used"]
Measure = Literal["type_1_error", "power", "coverage"]
Answer = Callable[[Cohort, int], Inference]


@dataclass(frozen=True, slots=True)
class Method:
    """One method on trial.

    Attributes
    ----------
    name : str
        Words for people.
    role : Role
    answer : callable
        From a cohort and a number of resamples to the method's result.
    estimand : str
        What the interval should cover; empty where the test is tried.
    """

    name: str
    role: Role
    answer: Answer
    estimand: str = ""

    def measure(self, kind: Kind) -> Measure:
        """Return what is counted in cells of a kind."""
        if self.estimand:
            return "coverage"
        return "power" if kind == "power" else "type_1_error"


def _two_groups(function: Callable[..., Inference], **options: Any) -> Answer:
    return lambda cohort, _: function(cohort.y, cohort.group, cohort.patient, **options)


def _pooled(function: Callable[..., Inference]) -> Answer:
    return lambda cohort, _: function(cohort.y, cohort.group)


def _labels(cohort: Cohort, n_resamples: int) -> Inference:
    return permutation.permute_patient_labels(
        cohort.y, cohort.group, cohort.patient, seed=cohort.seed, n_permutations=n_resamples
    )


def _label_risks(cohort: Cohort, n_resamples: int) -> Inference:
    return permutation.permute_patient_labels(
        cohort.events.astype(np.float64),
        cohort.group,
        cohort.patient,
        seed=cohort.seed,
        n_permutations=n_resamples,
        statistic="mean",
    )


def _cr2(cohort: Cohort, _: int, *, of_events: bool = False) -> Inference:
    group = cohort.events if of_events else cohort.group
    design = np.column_stack([np.ones(cohort.y.size), group])
    return robust.ols_cr2(np.log(cohort.y), design, cohort.patient)


def _bootstrapped(function: Callable[..., Inference]) -> Answer:
    return lambda cohort, n_resamples: function(
        cohort.y, cohort.group, cohort.patient, seed=cohort.seed, n_resamples=n_resamples
    )


def _of_counts(function: Callable[..., Inference]) -> Answer:
    return lambda cohort, _: function(*proportions.count_2x2(cohort.events, cohort.group))


def _of_rate(function: Callable[..., Inference]) -> Answer:
    return lambda cohort, _: function(int(cohort.events.sum()), cohort.events.size)


_RECOMMENDED_TESTS = (
    Method(
        "Random-intercept model (Kenward-Roger)",
        "recommended",
        _two_groups(mixed.geometric_mean_ratio),
    ),
    Method("Permutation of patient labels", "recommended", _labels),
)

_SENSITIVITY_TESTS = (
    Method("Datta-Satten, t", "sensitivity", _two_groups(clustered_ranks.datta_satten)),
    Method("Rosner-Glynn-Lee", "sensitivity", _two_groups(clustered_ranks.rosner_glynn_lee)),
    Method("Welch t on patient means", "sensitivity", _two_groups(patient_means.patient_mean_t)),
    Method("Least squares, CR2", "sensitivity", _cr2),
)

METHODS: dict[Kind, tuple[Method, ...]] = {
    "between": (
        *_RECOMMENDED_TESTS,
        *_SENSITIVITY_TESTS,
        Method("Mann-Whitney", "naive", _pooled(ranks.mann_whitney)),
    ),
    "power": (*_RECOMMENDED_TESTS, *_SENSITIVITY_TESTS),
    "within": (
        Method(
            "Exact permutation within patients",
            "recommended",
            lambda cohort, _: permutation.permute_within_patient(
                cohort.y, cohort.events, cohort.patient
            ),
        ),
        Method(
            "Random-intercept model (Kenward-Roger)",
            "recommended",
            lambda cohort, _: mixed.geometric_mean_ratio(cohort.y, cohort.events, cohort.patient),
        ),
        Method(
            "Mann-Whitney",
            "naive",
            lambda cohort, _: ranks.mann_whitney(cohort.y, cohort.events),
        ),
        Method("Least squares, CR2", "not_used", partial(_cr2, of_events=True)),
    ),
    "rare": (
        Method(
            "Exact permutation of patient labels",
            "sensitivity",
            lambda cohort, _: permutation.permute_patient_events(
                cohort.events, cohort.group, cohort.patient
            ),
        ),
        Method("Permutation of patient labels, risk difference", "recommended", _label_risks),
        Method("Fisher's exact test", "naive", _of_counts(proportions.fisher_exact_2x2)),
        Method(
            "Firth logistic",
            "naive",
            lambda cohort, _: firth.firth_odds_ratio(cohort.events, cohort.group),
        ),
    ),
    "coverage": (
        Method(
            "Random-intercept model: ratio of geometric means",
            "recommended",
            _two_groups(mixed.geometric_mean_ratio),
            "geometric_mean_ratio",
        ),
        Method(
            "Patient bootstrap: median difference",
            "recommended",
            _bootstrapped(bootstrap.bootstrap_median_difference),
            "median_difference",
        ),
        Method(
            "Patient bootstrap: Cliff's delta",
            "recommended",
            _bootstrapped(bootstrap.bootstrap_cliffs_delta),
            "cliffs_delta",
        ),
        Method(
            "Patient bootstrap: Hodges-Lehmann shift",
            "recommended",
            _bootstrapped(bootstrap.bootstrap_hodges_lehmann),
            "hodges_lehmann_shift",
        ),
        Method(
            "Patient bootstrap: ratio of geometric means",
            "sensitivity",
            _bootstrapped(bootstrap.bootstrap_geometric_mean_ratio),
            "geometric_mean_ratio",
        ),
        Method(
            "Welch t on logs: ratio of geometric means",
            "naive",
            _pooled(welch.geometric_mean_ratio_welch),
            "geometric_mean_ratio",
        ),
        Method(
            "Rank-sum limits: Hodges-Lehmann shift",
            "naive",
            _pooled(ranks.hodges_lehmann),
            "hodges_lehmann_shift",
        ),
    ),
    "rate": (
        Method(
            "Korn-Graubard",
            "recommended",
            lambda cohort, _: proportions.korn_graubard(cohort.events, cohort.patient),
            "proportion",
        ),
        Method("Clopper-Pearson", "naive", _of_rate(proportions.clopper_pearson), "proportion"),
        Method("Wilson", "naive", _of_rate(proportions.wilson), "proportion"),
    ),
    "difference": (
        Method(
            "MOVER on Korn-Graubard limits",
            "recommended",
            lambda cohort, _: risk_difference.mover_korn_graubard(
                cohort.events, cohort.group, cohort.patient
            ),
            "risk_difference",
        ),
        Method("Newcombe", "naive", _of_counts(risk_difference.newcombe), "risk_difference"),
    ),
}
