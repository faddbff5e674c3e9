"""Likelihood-ratio inference for a fixed effect of the random-intercept model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import chdtrc, ndtri

from procohort.stats.arrays import as_float, as_group, encode, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable, refused
from procohort.stats.mixed_results import NOT_POSITIVE
from procohort.stats.random_intercept import fit_random_intercept


def geometric_mean_ratio_profile(
    y: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Ratio of geometric means by maximum likelihood, with profile limits and likelihood ratio.

    log y = b0 + b1 group + patient + error. The limits are the ratios that a likelihood-ratio
    test keeps (Wilks 1938; Pinheiro and Bates 2000). With few patients they are a
    little too narrow; `geometric_mean_ratio` with Kenward-Roger is the recommended analysis.

    Parameters
    ----------
    y : array_like, shape (N,)
        Positive outcome.
    group : array_like of 0/1, shape (N,)
    cluster : array_like, shape (N,)
        Patient of each row.
    ci_level : float

    Returns
    -------
    Inference
        Ratio, profile limits, chi-square of the likelihood-ratio test with 1 degree of freedom
        in `statistic`, p; ``log_estimate`` in `extra`.
    """
    method = "lmm_profile_ratio"
    in_group = as_group(group)
    outcome = as_float(y, "y")
    codes, levels = encode(cluster)
    n = same_length(y=outcome, group=in_group, cluster=codes)
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    return _profiled(
        method, outcome, in_group.astype(np.float64), codes, log=True, ci_level=ci_level
    )


def slope_profile(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    log: bool = True,
    ci_level: float = 0.95,
) -> Inference:
    """Slope of the random-intercept model by maximum likelihood, with profile limits.

    Parameters
    ----------
    y, x, cluster : array_like, shape (N,)
    log : bool
        Model log y and report the factor per unit of `x`; else the slope in units of y.
    ci_level : float

    Returns
    -------
    Inference
        As `geometric_mean_ratio_profile` (Wilks 1938).
    """
    method = "lmm_profile_slope_ratio" if log else "lmm_profile_slope"
    outcome, covariate = as_float(y, "y"), as_float(x, "x")
    codes, levels = encode(cluster)
    n = same_length(y=outcome, x=covariate, cluster=codes)
    if n == 0 or (covariate == covariate[0]).all():
        reason = "The covariate is constant."
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    return _profiled(method, outcome, covariate, codes, log=log, ci_level=ci_level)


@dataclass(frozen=True)
class _Profile:
    """Deviance of the model with the slope of one covariate held at a value."""

    y: FloatArray
    x: FloatArray
    codes: IntArray
    best: float
    loglik: float

    def excess(self, value: float) -> float:
        """Return the likelihood-ratio chi-square of a slope."""
        held = fit_random_intercept(
            self.y - value * self.x, np.ones((len(self.y), 1)), self.codes, reml=False
        )
        return 2.0 * (self.loglik - held.loglik)

    def limit(self, target: float, step: float) -> float:
        """Return the slope, going by `step` from the best, whose chi-square is `target`."""
        reach = step
        while self.excess(self.best + reach) < target:
            reach *= 2.0
        low, high = sorted((self.best, self.best + reach))
        return float(brentq(lambda value: self.excess(value) - target, low, high, xtol=1e-12))


def _profiled(
    method: str, y: FloatArray, x: FloatArray, codes: IntArray, *, log: bool, ci_level: float
) -> Inference:
    n, n_clusters = len(y), int(codes.max()) + 1
    if log and (y <= 0.0).any():
        return refused(method, NOT_POSITIVE, n=n, n_clusters=n_clusters)
    outcome = np.log(y) if log else y
    # Centred, the held and the free model differ in nothing but the slope.
    centred = x - x.mean()
    full = fit_random_intercept(outcome, np.column_stack([np.ones(n), centred]), codes, reml=False)
    if full.status != "ok":
        return not_estimable(method, full.note, n=n, n_clusters=n_clusters)
    best, se = float(full.coef[1]), float(full.standard_errors[1])
    if not se > 1e-12 * max(1.0, abs(best)):
        return not_estimable(
            method, "The model fits every row exactly.", n=n, n_clusters=n_clusters
        )
    profile = _Profile(outcome, centred, codes, best, full.loglik)
    target = float(ndtri(0.5 + ci_level / 2.0)) ** 2
    limits = profile.limit(target, -2.0 * se), profile.limit(target, 2.0 * se)
    chi_square = max(0.0, profile.excess(0.0))
    shown = np.exp([best, *limits]) if log else np.array([best, *limits])
    return Inference(
        method=method,
        estimate=float(shown[0]),
        ci_low=float(shown[1]),
        ci_high=float(shown[2]),
        ci_level=ci_level,
        statistic=chi_square,
        df=1.0,
        p=float(chdtrc(1, chi_square)),
        n=n,
        n_clusters=n_clusters,
        extra={"log_estimate" if log else "slope": best, "se": se},
    )
