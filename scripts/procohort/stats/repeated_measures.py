"""Visits of patients in one linear mixed model: changes from baseline, and groups at each visit.

Visit is a factor, so no course over time is assumed. Two covariances of a patient's visits: a
random intercept (all visits alike and equally correlated; several rows per patient and visit may
stand side by side), and an unstructured one (any variances and correlations; one row per patient
and visit). Patients with missing visits take part with those they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from procohort.stats.arrays import as_float, as_group, encode, same_length
from procohort.stats.inference import Array, FloatArray, Inference, IntArray, not_estimable
from procohort.stats.kenward_roger import DfMethod
from procohort.stats.mixed_results import NO_ANSWER, effect_of_contrast
from procohort.stats.multiplicity import holm
from procohort.stats.random_intercept import fit_random_intercept
from procohort.stats.unstructured import UnstructuredFit, fit_unstructured
from procohort.stats.unstructured_inference import unstructured_contrast

Covariance = Literal["random_intercept", "unstructured"]


@dataclass(frozen=True, slots=True)
class VisitContrast:
    """One visit's answer; `p_holm` is adjusted over the visits of the same call."""

    visit: str
    inference: Inference
    p_holm: float


@dataclass(frozen=True, slots=True)
class _Model:
    """A design, the codes of visits and patients, and how to ask it."""

    y: FloatArray
    design: FloatArray
    visit: IntArray
    patient: IntArray
    covariance: Covariance
    df_method: DfMethod
    ci_level: float

    def ask(self, method: str, contrasts: Sequence[FloatArray | str]) -> list[Inference]:
        """Answer contrasts of the coefficients; a sentence instead of one is a reason."""
        n, k = len(self.y), int(self.patient.max()) + 1
        if self.covariance == "random_intercept":
            fit = fit_random_intercept(self.y, self.design, self.patient)
            return [
                not_estimable(method, contrast, n=n, n_clusters=k)
                if isinstance(contrast, str)
                else effect_of_contrast(
                    method, fit, contrast, self.df_method, self.ci_level, log=False
                )
                for contrast in contrasts
            ]
        any_fit = fit_unstructured(self.y, self.design, self.visit, self.patient)
        return [
            not_estimable(method, contrast, n=n, n_clusters=k)
            if isinstance(contrast, str)
            else _unstructured_effect(method, any_fit, contrast, self.df_method, self.ci_level)
            for contrast in contrasts
        ]


def visit_changes(
    y: npt.ArrayLike,
    visit: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    reference: object = None,
    covariance: Covariance = "random_intercept",
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> tuple[VisitContrast, ...]:
    """Mean change of every visit from the reference visit, in one model of all visits.

    Parameters
    ----------
    y : array_like, shape (N,)
        Outcome of each row, the baseline among them; rows without a value are left out.
    visit : array_like, shape (N,)
        Visit of each row; numbers in time order keep the answers in time order.
    cluster : array_like, shape (N,)
        Patient of each row.
    reference : label, optional
        The visit that others are compared with; the first in sorted order unless given.
    covariance : {"random_intercept", "unstructured"}
        Of the visits of a patient. The first has one variance and one correlation; if changes
        differ in spread from visit to visit, only the second is right about each visit.
    df_method : {"kenward_roger", "satterthwaite"}
    ci_level : float

    Returns
    -------
    tuple of VisitContrast
        A visit each, without the reference; Holm over the visits. Empty with fewer than two visits.

    Raises
    ------
    ValueError
        If a value is missing, lengths differ, or no row is of the reference visit.

    Notes
    -----
    REML; Kenward and Roger (1997) or Satterthwaite. With complete data and an unstructured
    covariance every change is that of the paired t test.

    Examples
    --------
    >>> y, visit, patient = [5.0, 3.0, 6.0, 2.0, 7.0, 5.0], [0, 1, 0, 1, 0, 1], [1, 1, 2, 2, 3, 3]
    >>> [round(found.inference.estimate, 2) for found in visit_changes(y, visit, patient)]
    [-2.67]
    """
    outcome = as_float(y, "y")
    visits, labels = encode(visit, "visit")
    patients, _ = encode(cluster)
    same_length(y=outcome, visit=visits, cluster=patients)
    first = _place(reference, labels)
    others = [number for number in range(len(labels)) if number != first]
    if not others:
        return ()
    indicators = (visits[:, None] == np.array(others)).astype(np.float64)
    design = np.column_stack([np.ones(len(outcome)), indicators])
    model = _Model(outcome, design, visits, patients, covariance, df_method, ci_level)
    method = _name("", covariance, df_method)
    answers = model.ask(method, list(np.eye(len(labels))[1:]))
    return _with_holm([str(labels[number]) for number in others], answers)


def visit_group_differences(
    y: npt.ArrayLike,
    visit: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    baseline: npt.ArrayLike | None = None,
    covariance: Covariance = "random_intercept",
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> tuple[VisitContrast, ...]:
    """Difference of two groups at every visit after the baseline, group 1 minus group 0.

    y = visit + visit x group (+ baseline): the longitudinal form of `ancova`.

    Parameters
    ----------
    y, visit, cluster : array_like, shape (N,)
        As in `visit_changes`, without the rows of the baseline visit.
    group : array_like of 0/1, shape (N,)
        1 = group of interest.
    baseline : array_like, shape (N,), optional
        Value at baseline of each row's patient (or treated unit), as a covariate.
    covariance, df_method, ci_level
        As in `visit_changes`.

    Returns
    -------
    tuple of VisitContrast
        A visit each, Holm over the visits. A visit at which only one group was seen is not
        estimable; it keeps its place.

    Notes
    -----
    REML; Kenward and Roger (1997) or Satterthwaite; the model of Mallinckrodt et al. (2001).
    """
    outcome = as_float(y, "y")
    visits, labels = encode(visit, "visit")
    in_group = as_group(group)
    patients, _ = encode(cluster)
    same_length(y=outcome, visit=visits, group=in_group, cluster=patients)
    columns = []
    if baseline is not None:
        before = as_float(baseline, "baseline")
        same_length(y=outcome, baseline=before)
        columns = [before - before.mean()] if before.size else []
    if not len(labels):
        return ()
    at_visit = visits[:, None] == np.arange(len(labels))
    sizes = np.stack([at_visit[in_group].sum(axis=0), at_visit[~in_group].sum(axis=0)])
    both = np.flatnonzero((sizes > 0).all(axis=0))
    design = np.column_stack(
        [at_visit.astype(np.float64), (at_visit & in_group[:, None])[:, both], *columns]
    )
    contrasts: list[FloatArray | str] = ["Only one group has values at this visit."] * len(labels)
    for place, number in enumerate(both):
        contrasts[number] = np.eye(design.shape[1])[len(labels) + place]
    model = _Model(outcome, design, visits, patients, covariance, df_method, ci_level)
    answers = model.ask(_name("_group", covariance, df_method), contrasts)
    return _with_holm([str(label) for label in labels], answers)


def _place(reference: object, labels: Array) -> int:
    if reference is None or not len(labels):
        return 0
    found = [number for number, label in enumerate(labels) if str(label) == str(reference)]
    if not found:
        raise ValueError(f"reference: no row is of the visit {reference!r}")
    return found[0]


def _name(kind: str, covariance: Covariance, df_method: DfMethod) -> str:
    if covariance not in ("random_intercept", "unstructured"):
        raise ValueError(f"covariance: {covariance!r} is neither random_intercept nor unstructured")
    return f"mmrm_{covariance}{kind}" + ("_satterthwaite" if df_method == "satterthwaite" else "")


def _with_holm(visits: list[str], answers: list[Inference]) -> tuple[VisitContrast, ...]:
    adjusted = holm([answer.p for answer in answers])
    return tuple(
        VisitContrast(visit, answer, float(p_holm))
        for visit, answer, p_holm in zip(visits, answers, adjusted, strict=True)
    )


def _unstructured_effect(
    method: str,
    fit: UnstructuredFit,
    contrast: FloatArray,
    df_method: DfMethod,
    ci_level: float,
) -> Inference:
    if fit.evaluation is None:
        return not_estimable(method, fit.note, n=fit.n, n_clusters=fit.n_clusters)
    test = unstructured_contrast(fit, contrast, df_method=df_method)
    if not np.isfinite(test.p):
        return not_estimable(method, NO_ANSWER, n=fit.n, n_clusters=fit.n_clusters)
    reach = float(stdtrit(test.df, 0.5 + ci_level / 2.0)) * test.se
    return Inference(
        method=method,
        estimate=test.estimate,
        ci_low=test.estimate - reach,
        ci_high=test.estimate + reach,
        ci_level=ci_level,
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        n=fit.n,
        n_clusters=fit.n_clusters,
        extra={"estimate": test.estimate, "se": test.se, "loglik": fit.evaluation.loglik},
    )
