"""Risk differences with Jeffreys, skewness-corrected and Bayesian limits."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv, betaln, ndtri

from procohort.stats.counts import constant_table, empty_group
from procohort.stats.inference import FloatArray, Inference
from procohort.stats.restricted_difference import restricted_p0

_BEYOND_ANY_Z = 1e9
_PANELS, _POINTS = 40, 20


def mover_jeffreys(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return a risk difference with MOVER limits from Jeffreys limits of each group (Laud 2017).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        `estimate` is the difference of the posterior medians, around which the limits are
        built; the observed difference is ``observed`` in `extra`.

    Examples
    --------
    >>> round(mover_jeffreys(5, 180, 0, 278).ci_low, 4)
    0.0081
    """
    method = "mover_jeffreys"
    if (problem := empty_group(method, events1, n1, events0, n0)) is not None:
        return problem
    tail = (1.0 - ci_level) / 2.0
    shares = np.array([tail, 0.5, 1.0 - tail])
    low1, p1, high1 = betaincinv(events1 + 0.5, n1 - events1 + 0.5, shares).tolist()
    low0, p0, high0 = betaincinv(events0 + 0.5, n0 - events0 + 0.5, shares).tolist()
    difference = p1 - p0
    return Inference(
        method=method,
        estimate=difference,
        ci_low=max(-1.0, difference - math.hypot(p1 - low1, high0 - p0)),
        ci_high=min(1.0, difference + math.hypot(high1 - p1, p0 - low0)),
        ci_level=ci_level,
        n=n1 + n0,
        extra={"observed": events1 / n1 - events0 / n0},
    )


def skewness_corrected_score(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return a risk difference with skewness-corrected score limits (SCAS; Laud 2017).

    The score of `miettinen_nurminen` with the Cornish-Fisher term of its third moment, which
    makes the two tails of equal size in skewed tables. Arguments as in `mover_jeffreys`.

    Returns
    -------
    Inference
        `estimate` is the difference at which the corrected score is 0; the observed difference
        is ``observed`` in `extra`. Not estimable when both groups show one constant outcome.
    """
    method = "skewness_corrected_score"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem
    z = float(ndtri((1.0 + ci_level) / 2.0))
    score = partial(_corrected_score, table=(events1, n1, events0, n0))

    def difference_at(target: float) -> float:
        # The score falls with the difference tested; near +-1 it may not reach the target.
        low, high = -1.0 + 1e-12, 1.0 - 1e-12
        if score(low) <= target:
            return -1.0
        if score(high) >= target:
            return 1.0
        return float(brentq(lambda d: score(d) - target, low, high, xtol=1e-15, rtol=1e-14))

    return Inference(
        method=method,
        estimate=difference_at(0.0),
        ci_low=difference_at(z),
        ci_high=difference_at(-z),
        ci_level=ci_level,
        n=n1 + n0,
        extra={"observed": events1 / n1 - events0 / n0},
    )


def bayes_risk_difference(
    events1: int,
    n1: int,
    events0: int,
    n0: int,
    *,
    prior: float = 0.5,
    ci_level: float = 0.95,
) -> Inference:
    """Return the posterior of a risk difference under independent Beta priors.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    prior : float
        Both parameters of each group's Beta prior, at least 1/2: 0.5 is Jeffreys (1946), 1
        uniform.
    ci_level : float
        Probability of the equal-tailed posterior interval.

    Returns
    -------
    Inference
        Posterior median and interval; in `extra` the posterior ``mean`` and
        ``prob_greater`` = P(p1 > p0). No p value: this is no test.

    Notes
    -----
    P(p1 - p0 <= d) = integral of f0(p) F1(p + d) dp, with p = sin^2 t so that the density has
    no pole, by Gauss-Legendre panels; Altham (1969) for the two Beta posteriors.
    """
    method = "bayes_risk_difference"
    if prior < 0.5:
        raise ValueError(f"prior {prior}: expected at least 0.5")
    if (problem := empty_group(method, events1, n1, events0, n0)) is not None:
        return problem
    first = (events1 + prior, n1 - events1 + prior)
    second = (events0 + prior, n0 - events0 + prior)
    tail = (1.0 - ci_level) / 2.0

    def quantile(share: float) -> float:
        return float(
            brentq(lambda d: _difference_cdf(d, first, second) - share, -1.0, 1.0, xtol=1e-13)
        )

    return Inference(
        method=method,
        estimate=quantile(0.5),
        ci_low=quantile(tail),
        ci_high=quantile(1.0 - tail),
        ci_level=ci_level,
        n=n1 + n0,
        extra={
            "mean": first[0] / sum(first) - second[0] / sum(second),
            "prob_greater": 1.0 - _difference_cdf(0.0, first, second),
        },
    )


def _corrected_score(difference: float, table: tuple[int, int, int, int]) -> float:
    """Return the skewness-corrected score z of a tested difference (Laud 2017)."""
    events1, n1, events0, n0 = table
    p0 = restricted_p0(difference, events1, n1, events0, n0)
    p1 = min(1.0, max(0.0, p0 + difference))
    spread1, spread0 = p1 * (1.0 - p1), p0 * (1.0 - p0)
    n = n1 + n0
    variance = (spread1 / n1 + spread0 / n0) * n / (n - 1)
    distance = events1 / n1 - events0 / n0 - difference
    if variance <= 0.0:
        return math.copysign(_BEYOND_ANY_Z, distance) if distance else 0.0
    plain = distance / math.sqrt(variance)
    third = spread1 * (1.0 - 2.0 * p1) / n1**2 - spread0 * (1.0 - 2.0 * p0) / n0**2
    skewness = third / (6.0 * variance**1.5)
    if abs(skewness) < 1e-12:
        return plain
    # Root of skewness z^2 + z = plain + skewness, in the form that does not cancel.
    constant = plain + skewness
    return float(2.0 * constant / (1.0 + math.sqrt(max(0.0, 1.0 + 4.0 * skewness * constant))))


def _difference_cdf(
    difference: float, first: tuple[float, float], second: tuple[float, float]
) -> float:
    """Return P(p1 - p0 <= difference) for two independent Beta variables."""
    # Outside this range of p0 the other variable is surely above or below.
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    surely = float(1.0 - betainc(*second, high))
    # Nothing of p0 lies outside these quantiles.
    low = max(low, float(betaincinv(*second, 1e-17)))
    high = min(high, 1.0 - float(betaincinv(second[1], second[0], 1e-17)))
    if low >= high:
        return surely
    angle, weight = _panels(math.asin(math.sqrt(low)), math.asin(math.sqrt(high)))
    p0 = np.sin(angle) ** 2
    log_density = (
        (2.0 * second[0] - 1.0) * np.log(np.sin(angle))
        + (2.0 * second[1] - 1.0) * np.log(np.cos(angle))
        + math.log(2.0)
        - betaln(*second)
    )
    inside = np.exp(log_density) * betainc(*first, np.clip(p0 + difference, 0.0, 1.0))
    return min(1.0, surely + float(weight @ inside))


def _panels(low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Return nodes and weights of a composite Gauss-Legendre rule."""
    nodes, weights = np.polynomial.legendre.leggauss(_POINTS)
    edges = np.linspace(low, high, _PANELS + 1)
    half = (edges[1:] - edges[:-1]) / 2.0
    middle = (edges[1:] + edges[:-1]) / 2.0
    return (
        (middle[:, None] + half[:, None] * nodes).ravel(),
        (half[:, None] * weights).ravel(),
    )
