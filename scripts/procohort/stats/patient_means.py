"""Two-stage comparison: one mean per patient, then a t test over patients."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from procohort.stats.arrays import as_float, as_group, constant_in_cluster, encode, same_length
from procohort.stats.inference import FloatArray, Inference, not_estimable, refused


def patient_mean_t(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    log: bool = True,
    equal_variances: bool = False,
    ci_level: float = 0.95,
) -> Inference:
    """Compare patient means by a t test, group 1 against group 0 (Welch 1947, or pooled).

    Every patient counts the same, however many procedures: a sensitivity analysis where cluster
    size may inform the outcome. The group must be a fact of the patient.

    Parameters
    ----------
    y : array_like, shape (N,)
    group : array_like of bool or 0/1, shape (N,)
    cluster : array_like, shape (N,)
    log : bool
        Take means of log y; the estimate is then a ratio of geometric means.
    equal_variances : bool
        Pooled variance with K - 2 df instead of Welch.
    ci_level : float

    Returns
    -------
    Inference
        With `log`, `extra` holds ``log_estimate`` and ``log_se``.
    """
    method = "patient_mean_t_" + ("pooled" if equal_variances else "welch")
    values, arm = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    n, k = same_length(y=values, group=arm, cluster=codes), len(levels)
    patient_arm = constant_in_cluster(arm.astype(np.int64), codes, k)
    if patient_arm is None:
        reason = "The group varies inside patients: patient means mix both groups."
        return refused(method, reason, n=n, n_clusters=k)
    if log and (values <= 0).any():
        reason = "The log scale needs positive values: the outcome holds zero or negative ones."
        return refused(method, reason, n=n, n_clusters=k)
    scaled = np.log(values) if log else values
    means = np.bincount(codes, weights=scaled, minlength=k) / np.bincount(codes, minlength=k)
    ones, zeros = means[patient_arm == 1], means[patient_arm == 0]
    if min(len(ones), len(zeros)) < 2:
        reason = "A group has fewer than two patients."
        return not_estimable(method, reason, n=n, n_clusters=k)
    difference = float(ones.mean() - zeros.mean())
    se, df = _error(ones, zeros, equal_variances)
    if se <= 1e-12 * float(np.abs(means).max()):
        reason = "The patient means do not vary inside the groups."
        return not_estimable(method, reason, n=n, n_clusters=k)
    t = difference / se
    reach = float(stdtrit(df, 0.5 + ci_level / 2.0)) * se
    shown = np.array([difference, difference - reach, difference + reach])
    if log:
        with np.errstate(over="ignore"):
            shown = np.exp(shown)
        if not np.isfinite(shown).all():
            reason = "The interval is too wide to be written as a ratio."
            return not_estimable(method, reason, n=n, n_clusters=k)
    prefix = "log_" if log else ""
    return Inference(
        method=method,
        estimate=float(shown[0]),
        ci_low=float(shown[1]),
        ci_high=float(shown[2]),
        ci_level=ci_level,
        statistic=t,
        df=df,
        p=float(2.0 * stdtr(df, -abs(t))),
        n=n,
        n_clusters=k,
        extra={f"{prefix}estimate": difference, f"{prefix}se": se},
    )


def _error(ones: FloatArray, zeros: FloatArray, equal_variances: bool) -> tuple[float, float]:
    """Return standard error and degrees of freedom of the difference of two means."""
    sizes = np.array([len(ones), len(zeros)], dtype=np.float64)
    variances = np.array([ones.var(ddof=1), zeros.var(ddof=1)])
    if equal_variances:
        df = float(sizes.sum() - 2.0)
        pooled = float((sizes - 1.0) @ variances) / df
        return float(np.sqrt(pooled * np.sum(1.0 / sizes))), df
    parts = variances / sizes
    total = float(parts.sum())
    if total == 0.0:
        return 0.0, float(sizes.sum() - 2.0)
    return float(np.sqrt(total)), total**2 / float(np.sum(parts**2 / (sizes - 1.0)))


def patient_proportion_t(
    events: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Return the mean of the patients' proportions with t limits.

    Every patient counts the same; where it differs from the proportion of rows,
    the number of a patient's rows informs the outcome (Williamson, Datta and
    Satten 2003).

    Parameters
    ----------
    events : array_like of 0/1, shape (N,)
    cluster : array_like, shape (N,)
    ci_level : float

    Returns
    -------
    Inference
        Limits are kept within 0 and 1.
    """
    method = "patient_proportion_t"
    event = as_group(events, "events")
    codes, levels = encode(cluster)
    n, k = same_length(events=event, cluster=codes), len(levels)
    if k < 2:
        return not_estimable(method, "Fewer than two patients.", n=n, n_clusters=k)
    shares = np.bincount(codes, weights=event, minlength=k) / np.bincount(codes, minlength=k)
    estimate, spread = float(shares.mean()), float(shares.std(ddof=1))
    if spread == 0.0:
        reason = "All patients have the same proportion: no limits from their spread."
        return not_estimable(method, reason, n=n, n_clusters=k)
    margin = float(stdtrit(k - 1.0, 0.5 + ci_level / 2.0)) * spread / float(np.sqrt(k))
    return Inference(
        method=method,
        estimate=estimate,
        ci_low=max(0.0, estimate - margin),
        ci_high=min(1.0, estimate + margin),
        ci_level=ci_level,
        df=k - 1.0,
        n=n,
        n_clusters=k,
    )
