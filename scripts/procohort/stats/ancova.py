"""Follow-up compared between two groups, with the baseline used in three ways.

Analysis of covariance estimates how much of the baseline to subtract; the change score subtracts
all of it and the follow-up alone nothing. In a randomised comparison all three estimate the same
effect and ANCOVA most precisely (Vickers and Altman 2001, BMJ 323: 1123); where groups differ at
baseline they answer different questions (Lord 1967, Psychol Bull 68: 304).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float, as_group, same_length
from procohort.stats.inference import BoolArray, FloatArray, Inference, not_estimable
from procohort.stats.limits import t_fields
from procohort.stats.pooled_t import mean_difference_student
from procohort.stats.robust import ols_cr2

NOT_POSSIBLE = "One of the two groups has no rows."
_COLLINEAR = 1e-9
_FULL_LEVERAGE = 1.0 - 1e-9


def ancova(
    follow_up: npt.ArrayLike,
    baseline: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    robust: bool = False,
    ci_level: float = 0.95,
) -> Inference:
    """Difference of follow-up, group 1 minus group 0, at equal baseline: least squares.

    Parameters
    ----------
    follow_up, baseline : array_like, shape (n,)
        One row per patient.
    group : array_like of 0/1, shape (n,)
        1 = group of interest, 0 = reference.
    robust : bool
        HC3 standard error (MacKinnon and White 1985) instead of a common variance.
    ci_level : float

    Returns
    -------
    Inference
        Adjusted difference with limits; t with n - 3 degrees of freedom. `extra` holds ``se``,
        ``slope`` of the baseline, ``sd_residual``, and the adjusted means of both groups at the
        mean baseline (``mean_1``, ``mean_0``).

    Notes
    -----
    Fisher (1932), Statistical Methods for Research Workers, section 49.1. One slope serves both
    groups.

    Examples
    --------
    >>> result = ancova([2.0, 3.1, 4.0, 6.1, 6.9, 8.0], [1, 2, 3, 1, 2, 3], [0, 0, 0, 1, 1, 1])
    >>> round(result.estimate, 2)
    3.97
    """
    method = "ancova_hc3" if robust else "ancova"
    prepared = _prepared(method, follow_up, baseline, group)
    if isinstance(prepared, Inference):
        return prepared
    outcome, before, in_group = prepared
    n = outcome.size
    if n < 4:
        return not_estimable(method, "Three rows leave no degrees of freedom.", n=n)
    design = _design(before, in_group)
    columns, triangle = np.linalg.qr(design)
    if (np.abs(np.diag(triangle)) <= _COLLINEAR * np.linalg.norm(design, axis=0)).any():
        reason = "The baseline does not vary within the groups: it cannot be adjusted for."
        return not_estimable(method, reason, n=n)
    projected = columns.T @ outcome
    residual = outcome - columns @ projected
    if residual @ residual <= 1e-24 * (outcome @ outcome):
        return not_estimable(method, "The outcome does not vary around the model.", n=n)
    coefficients = np.linalg.solve(triangle, projected)
    # Row of (X'X)^-1 X' for the group: its effect is a weighted sum of the outcomes.
    weights = np.linalg.solve(triangle, columns.T)[1]
    sd_residual = math.sqrt(float(residual @ residual) / (n - 3))
    if robust:
        leverage = np.einsum("np,np->n", columns, columns)
        if leverage.max() >= _FULL_LEVERAGE:
            reason = "One row alone determines a coefficient: HC3 does not exist."
            return not_estimable(method, reason, n=n)
        se = float(np.linalg.norm(weights * residual / (1.0 - leverage)))
    else:
        se = sd_residual * float(np.linalg.norm(weights))
    return Inference(
        method=method,
        n=n,
        extra={
            "se": se,
            "slope": float(coefficients[2]),
            "sd_residual": sd_residual,
            "mean_1": float(coefficients[0] + coefficients[1]),
            "mean_0": float(coefficients[0]),
        },
        **t_fields(float(coefficients[1]), se, n - 3.0, ci_level),
    )


def ancova_clustered(
    follow_up: npt.ArrayLike,
    baseline: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    ci_level: float = 0.95,
) -> Inference:
    """ANCOVA with several rows per patient: CR2 standard error and Satterthwaite df (`ols_cr2`).

    Parameters
    ----------
    follow_up, baseline, group : array_like, shape (n,)
        As in `ancova`.
    cluster : array_like, shape (n,)
        Patient of each row.
    ci_level : float
    """
    method = "ancova_cr2"
    prepared = _prepared(method, follow_up, baseline, group)
    if isinstance(prepared, Inference):
        # The patients are of interest too, and a broken array must not pass unnoticed.
        same_length(follow_up=np.asarray(follow_up), cluster=np.asarray(cluster))
        return prepared
    outcome, before, in_group = prepared
    found = ols_cr2(outcome, _design(before, in_group), cluster, ci_level=ci_level)
    return found.with_(method=method)


def change_score(
    follow_up: npt.ArrayLike,
    baseline: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    ci_level: float = 0.95,
) -> Inference:
    """Difference of mean changes from baseline, group 1 minus group 0: Student's t on changes.

    Arguments as in `ancova`; Student (1908).

    Returns
    -------
    Inference
        That of `mean_difference_student` on the changes: n - 2 degrees of freedom.
    """
    method = "change_score"
    prepared = _prepared(method, follow_up, baseline, group)
    if isinstance(prepared, Inference):
        return prepared
    outcome, before, in_group = prepared
    found = mean_difference_student(outcome - before, in_group, ci_level=ci_level)
    return found.with_(method=method)


def follow_up_only(
    follow_up: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Difference of mean follow-up without regard to the baseline (`mean_difference_student`).

    Arguments as in `ancova`.
    """
    outcome, in_group = as_float(follow_up, "follow_up"), as_group(group)
    same_length(follow_up=outcome, group=in_group)
    found = mean_difference_student(outcome, in_group, ci_level=ci_level)
    return found.with_(method="follow_up_only")


def _design(baseline: FloatArray, in_group: BoolArray) -> FloatArray:
    """Return intercept, group and the baseline centred at its mean."""
    return np.column_stack([np.ones(baseline.size), in_group, baseline - baseline.mean()])


def _prepared(
    method: str, follow_up: npt.ArrayLike, baseline: npt.ArrayLike, group: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, BoolArray] | Inference:
    outcome, before = as_float(follow_up, "follow_up"), as_float(baseline, "baseline")
    in_group = as_group(group)
    n = same_length(follow_up=outcome, baseline=before, group=in_group)
    if in_group.all() or not in_group.any():
        return not_estimable(method, NOT_POSSIBLE, n=n)
    return outcome, before, in_group
