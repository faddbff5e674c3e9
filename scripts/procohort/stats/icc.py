"""Intraclass correlation: how alike the procedures of one patient are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import chdtri, fdtrc, fdtri

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.design_effect import design_effect, effective_n
from procohort.stats.inference import FloatArray, Inference, not_estimable, refused
from procohort.stats.random_intercept import Profile, RandomInterceptFit, fit_random_intercept

__all__ = ["design_effect", "effective_n", "icc_anova", "icc_reml"]

_FEWEST_EVENTS = 10


def icc_anova(y: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """One-way analysis-of-variance ICC with Searle's limits.

    icc = (MSB - MSW) / (MSB + (n0 - 1) MSW), n0 = (N - sum n_i^2 / N) / (K - 1); limits from the F
    distribution with n0 in place of the common size (Searle 1971; Thomas and Hultquist 1978;
    Donner 1979). The estimate may be negative.

    Parameters
    ----------
    y : array_like, shape (N,)
        Outcome; a logarithm is taken by the caller. A two-valued outcome needs 10 rows of each
        value: below that its ICC is refused.
    cluster : array_like, shape (N,)
    ci_level : float

    Returns
    -------
    Inference
        `statistic` is F with `df` N - K below and ``extra["df1"]`` K - 1 above; `design_effect` and
        `n_effective` take a negative ICC as zero.

    Examples
    --------
    >>> round(icc_anova([1, 2, 4, 5, 9, 8], ["a", "a", "b", "b", "c", "c"]).estimate, 3)
    0.96
    """
    method = "icc_anova"
    values = as_float(y, "y")
    codes, levels = encode(cluster)
    n, k = same_length(y=values, cluster=codes), len(levels)
    problem = _problem(method, values, n, k)
    if problem is not None:
        return problem
    sizes = np.bincount(codes).astype(np.float64)
    centred = values - values.mean()
    means = np.bincount(codes, weights=centred) / sizes
    msb = float(sizes @ means**2) / (k - 1)
    msw = float(np.sum((centred - means[codes]) ** 2)) / (n - k)
    if msw <= 1e-24 * float(values @ values) / n:
        reason = "The outcome does not vary inside patients."
        return not_estimable(method, reason, n=n, n_clusters=k)
    n0 = (n - float(sizes @ sizes) / n) / (k - 1)
    f = msb / msw
    icc = (msb - msw) / (msb + (n0 - 1.0) * msw)
    upper_tail = 0.5 + ci_level / 2.0
    f_low = f / float(fdtri(k - 1, n - k, upper_tail))
    f_high = f * float(fdtri(n - k, k - 1, upper_tail))
    return Inference(
        method=method,
        estimate=icc,
        ci_low=(f_low - 1.0) / (f_low + n0 - 1.0),
        ci_high=(f_high - 1.0) / (f_high + n0 - 1.0),
        ci_level=ci_level,
        statistic=f,
        df=n - k,
        p=float(fdtrc(k - 1, n - k, f)),
        n=n,
        n_clusters=k,
        design_effect=design_effect(sizes, icc),
        n_effective=effective_n(sizes, icc),
        note="Negative estimate: the design effect takes it as zero." if icc < 0 else "",
        extra={"df1": k - 1.0, "msb": msb, "msw": msw, "n0": n0, "mean_size": n / k},
    )


def icc_reml(y: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """REML ICC of the random-intercept model, with profile-likelihood limits.

    The limits are the ratios sigma_b^2 / sigma^2 at which the restricted deviance exceeds its
    minimum by the chi-square quantile on 1 df (Pawitan 2001, chapter 3), turned into r / (1 + r).

    Parameters
    ----------
    y : array_like, shape (N,)
        Outcome; a logarithm is taken by the caller.
    cluster : array_like, shape (N,)
    ci_level : float

    Returns
    -------
    Inference
        `extra` holds both variances and the log-likelihood.
    """
    method = "icc_reml"
    values = as_float(y, "y")
    codes, levels = encode(cluster)
    n, k = same_length(y=values, cluster=codes), len(levels)
    problem = _problem(method, values, n, k)
    if problem is not None:
        return problem
    fit = fit_random_intercept(values, np.ones((n, 1)), codes)
    if fit.status != "ok":
        return not_estimable(method, fit.note, n=n, n_clusters=k)
    low, high = _profile_limits(fit, ci_level)
    return Inference(
        method=method,
        estimate=fit.icc,
        ci_low=low,
        ci_high=high,
        ci_level=ci_level,
        n=n,
        n_clusters=k,
        design_effect=design_effect(fit.cluster_sizes, fit.icc),
        n_effective=effective_n(fit.cluster_sizes, fit.icc),
        note="Variance between patients estimated as zero." if fit.boundary else "",
        extra={
            "sigma2_between": fit.sigma2_between,
            "sigma2_within": fit.sigma2_within,
            "loglik": fit.loglik,
        },
    )


def _problem(method: str, values: FloatArray, n: int, k: int) -> Inference | None:
    """Say why no ICC exists, if so."""
    if k < 2:
        return not_estimable(method, "Fewer than two patients.", n=n, n_clusters=k)
    if n == k:
        reason = "Every patient has a single row: nothing varies inside patients."
        return not_estimable(method, reason, n=n, n_clusters=k)
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) == 1:
        return not_estimable(method, "The outcome is constant.", n=n, n_clusters=k)
    if len(distinct) == 2 and counts.min() < _FEWEST_EVENTS:
        reason = (
            f"A two-valued outcome with {counts.min()} rows of the rarer value does not determine "
            f"an ICC; at least {_FEWEST_EVENTS} are needed."
        )
        return refused(method, reason, n=n, n_clusters=k)
    return None


def _profile_limits(fit: RandomInterceptFit, ci_level: float) -> tuple[float, float]:
    """Return the ICCs at which the restricted deviance crosses the chi-square quantile."""
    assert fit.moments is not None  # an estimable fit keeps its moments
    profile = Profile(fit.moments, reml=True)
    ratio = fit.sigma2_between / fit.sigma2_within
    ceiling = float(profile.deviances(np.array([ratio]))[0] + chdtri(1, 1.0 - ci_level))

    def excess(icc: float) -> float:
        return float(profile.deviances(np.array([icc / (1.0 - icc)]))[0]) - ceiling

    # The deviance grows without bound towards icc = 1, but not towards icc = 0.
    high = brentq(excess, fit.icc, 1.0 - 1e-12, xtol=1e-12)
    low = 0.0 if excess(0.0) <= 0.0 else brentq(excess, 0.0, fit.icc, xtol=1e-12)
    return float(low), float(high)
