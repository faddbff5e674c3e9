"""Ratios of two proportions, of risks and of odds: score, Wald and adjusted limits."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.optimize import brentq
from scipy.special import chdtrc, ndtri

from procohort.stats.counts import constant_table
from procohort.stats.inference import Inference, refused

_LARGEST_LOG_RATIO = 600.0


def risk_ratio_score(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return a risk ratio with score limits (Koopman 1984; Miettinen & Nurminen 1985).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Risk of group 1 over that of group 0 (inf when group 0 has no events), limits, and the
        score z and p of no difference. Variance at the restricted maximum likelihood estimates,
        with the factor N / (N - 1). Not estimable without events or with only events.

    Examples
    --------
    >>> round(risk_ratio_score(15, 25, 7, 29).ci_low, 4)
    1.2526
    """
    method = "risk_ratio_score"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem

    def score(log_ratio: float) -> float:
        ratio = math.exp(log_ratio)
        b = n1 * ratio + events1 + n0 + events0 * ratio
        total = events1 + events0
        root = math.sqrt(max(0.0, b * b - 4.0 * (n1 + n0) * ratio * total))
        # The smaller root of the quadratic, in the form that does not cancel.
        p0 = min(1.0, 2.0 * total / (b + root))
        p1 = min(1.0, ratio * p0)
        variance = p1 * (1.0 - p1) / n1 + ratio**2 * p0 * (1.0 - p0) / n0
        return _standardised(events1 / n1 - ratio * events0 / n0, variance, n1 + n0)

    estimate = (events1 / n1) / (events0 / n0) if events0 else math.inf
    limits = _ratio_limits(score, events1 > 0, events0 > 0, ci_level)
    return _ratio(method, estimate, limits=limits, ci_level=ci_level, z=score(0.0), n=n1 + n0)


def odds_ratio_score(
    events1: int,
    n1: int,
    events0: int,
    n0: int,
    *,
    corrected: bool = True,
    ci_level: float = 0.95,
) -> Inference:
    """Return an odds ratio with score limits (Miettinen & Nurminen 1985; Laud 2018).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    corrected : bool
        Take Laud's correction for the bias of the score, which also moves the estimate.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        The odds ratio at which the score is 0 (inf or 0 with an empty cell), limits, z and p.
        Not estimable without events or with only events.
    """
    method = "odds_ratio_score_corrected" if corrected else "odds_ratio_score"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem

    def score(log_ratio: float) -> float:
        p1, p0 = _restricted_by_odds_ratio(math.exp(log_ratio), events1, n1, events0, n0)
        spread1, spread0 = p1 * (1.0 - p1), p0 * (1.0 - p0)
        if spread1 <= 0.0 or spread0 <= 0.0:
            return math.copysign(math.inf, events1 / n1 - p1 - (events0 / n0 - p0))
        distance = (events1 / n1 - p1) / spread1 - (events0 / n0 - p0) / spread0
        if corrected:
            distance -= (p1 - p0) / (n1 * spread1 + n0 * spread0)
        return _standardised(distance, 1.0 / (n1 * spread1) + 1.0 / (n0 * spread0), n1 + n0)

    finite_low = events1 > 0 and events0 < n0
    finite_high = events0 > 0 and events1 < n1
    if finite_low and finite_high:
        estimate = math.exp(_falling_root(score, 0.0))
    else:
        estimate = math.inf if finite_low else 0.0
    limits = _ratio_limits(score, finite_low, finite_high, ci_level)
    return _ratio(method, estimate, limits=limits, ci_level=ci_level, z=score(0.0), n=n1 + n0)


def odds_ratio_woolf(
    events1: int,
    n1: int,
    events0: int,
    n0: int,
    *,
    add_half: bool = False,
    ci_level: float = 0.95,
) -> Inference:
    """Return the sample odds ratio with Wald limits on the log scale (Woolf 1955).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    add_half : bool
        Add 1/2 to every cell first (Haldane 1956; Anscombe 1956), so that empty cells can be
        borne.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Odds ratio, limits, z and p; refused with an empty cell unless `add_half`.
    """
    method = "odds_ratio_haldane_anscombe" if add_half else "odds_ratio_woolf"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem
    cells = [float(cell) for cell in (events1, n1 - events1, events0, n0 - events0)]
    if add_half:
        cells = [cell + 0.5 for cell in cells]
    elif min(cells) == 0.0:
        reason = "A cell of the table is empty, so the log odds ratio has no standard error."
        return refused(method, reason, n=n1 + n0)
    log_ratio = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    se = math.sqrt(sum(1.0 / cell for cell in cells))
    half_width = float(ndtri((1.0 + ci_level) / 2.0)) * se
    limits = math.exp(log_ratio - half_width), math.exp(log_ratio + half_width)
    return _ratio(
        method,
        math.exp(log_ratio),
        limits=limits,
        ci_level=ci_level,
        z=log_ratio / se,
        n=n1 + n0,
    ).with_(extra={"log_odds_ratio": log_ratio, "se": se})


def _restricted_by_odds_ratio(
    ratio: float, events1: int, n1: int, events0: int, n0: int
) -> tuple[float, float]:
    """Return the maximum likelihood p1 and p0 under a fixed odds ratio."""
    total = events1 + events0
    a = n0 * (ratio - 1.0)
    b = n1 * ratio + n0 - total * (ratio - 1.0)
    root = math.sqrt(max(0.0, b * b + 4.0 * a * total))
    p0 = 2.0 * total / (b + root) if b > 0 else (root - b) / (2.0 * a)
    p0 = min(1.0, max(0.0, p0))
    return p0 * ratio / (1.0 + p0 * (ratio - 1.0)), p0


def _standardised(distance: float, variance: float, n: int) -> float:
    if variance <= 0.0:
        return math.copysign(math.inf, distance) if distance else 0.0
    return distance / math.sqrt(variance * n / (n - 1))


def _ratio_limits(
    score: Callable[[float], float], finite_low: bool, finite_high: bool, ci_level: float
) -> tuple[float, float]:
    """Return the ratios at which the falling score equals z and -z."""
    z = float(ndtri((1.0 + ci_level) / 2.0))
    low = math.exp(_falling_root(score, z)) if finite_low else 0.0
    high = math.exp(_falling_root(score, -z)) if finite_high else math.inf
    return low, high


def _falling_root(score: Callable[[float], float], target: float) -> float:
    low, high = -1.0, 1.0
    while score(low) < target and low > -_LARGEST_LOG_RATIO:
        low *= 2.0
    while score(high) > target and high < _LARGEST_LOG_RATIO:
        high *= 2.0

    def bounded(log_ratio: float) -> float:
        return max(-1e9, min(1e9, score(log_ratio) - target))

    return float(brentq(bounded, low, high, xtol=1e-14, rtol=1e-14))


def _ratio(
    method: str,
    estimate: float,
    *,
    limits: tuple[float, float],
    ci_level: float,
    z: float,
    n: int,
) -> Inference:
    return Inference(
        method=method,
        estimate=estimate,
        ci_low=limits[0],
        ci_high=limits[1],
        ci_level=ci_level,
        statistic=z,
        p=float(chdtrc(1, z * z)),
        n=n,
    )
