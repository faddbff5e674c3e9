"""Further limits of a proportion of independent trials, beside Clopper-Pearson and Wilson."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtri, xlog1py, xlogy

from procohort.stats.conditional_odds import ConditionalCount
from procohort.stats.exact_two_sided import blaker_limits
from procohort.stats.inference import Inference, not_estimable


def wilson_continuity(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with Wilson's limits, continuity corrected (Newcombe 1998, method 4).

    Parameters
    ----------
    events, trials : int
        Number of events among independent trials.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Proportion (0 to 1) and limits; not estimable without trials.

    Raises
    ------
    ValueError
        If the counts are not whole numbers with 0 <= events <= trials.

    Examples
    --------
    >>> round(wilson_continuity(0, 458).ci_high, 4)
    0.0104
    """
    method = "wilson_continuity"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    z = _normal_quantile(ci_level)

    def upper(hits: int) -> float:
        if hits == trials:
            return 1.0
        p = hits / trials
        inside = z**2 + 2.0 - 1.0 / trials + 4.0 * p * (trials * (1.0 - p) - 1.0)
        return min(1.0, (2.0 * hits + z**2 + 1.0 + z * math.sqrt(inside)) / (2.0 * (trials + z**2)))

    limits = 1.0 - upper(trials - events), upper(events)
    return _rate(method, events, trials, limits, ci_level)


def jeffreys(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with Jeffreys's limits (Brown, Cai & DasGupta 2001).

    Quantiles of Beta(x + 1/2, n - x + 1/2), the lower limit 0 without events and the upper
    1 with only events. Arguments as in `wilson_continuity`.
    """
    method = "jeffreys"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    tail = (1.0 - ci_level) / 2.0
    a, b = events + 0.5, trials - events + 0.5
    low = float(betaincinv(a, b, tail)) if events > 0 else 0.0
    high = float(betaincinv(a, b, 1.0 - tail)) if events < trials else 1.0
    return _rate(method, events, trials, (low, high), ci_level)


def agresti_coull(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with Agresti-Coull limits (Agresti & Coull 1998), cut at 0 and 1.

    Wald limits after adding z^2 / 2 events and as many non-events. Arguments as in
    `wilson_continuity`; the estimate stays the observed proportion.
    """
    method = "agresti_coull"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    z = _normal_quantile(ci_level)
    n = trials + z**2
    p = (events + z**2 / 2.0) / n
    half_width = z * math.sqrt(p * (1.0 - p) / n)
    limits = max(0.0, p - half_width), min(1.0, p + half_width)
    return _rate(method, events, trials, limits, ci_level)


def mid_p(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with mid-p limits (Lancaster 1961; Berry & Armitage 1995).

    Clopper-Pearson's tails with half the probability of the observed count. Arguments as in
    `wilson_continuity`.
    """
    method = "mid_p"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    odds = _binomial_count(events, trials).limits(ci_level, mid=True)
    return _rate(method, events, trials, _from_odds(odds), ci_level)


def blaker(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with Blaker's exact limits (Blaker 2000), inside Clopper-Pearson's.

    Arguments as in `wilson_continuity`.
    """
    method = "blaker"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    odds = blaker_limits(_binomial_count(events, trials), ci_level)
    return _rate(method, events, trials, _from_odds(odds), ci_level)


def likelihood(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with likelihood-ratio limits (Brown, Cai & DasGupta 2001).

    The proportions whose log-likelihood lies within z^2 / 2 of the maximum. Arguments as in
    `wilson_continuity`.
    """
    method = "likelihood"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    estimate = events / trials
    drop = _normal_quantile(ci_level) ** 2 / 2.0

    def log_likelihood(p: float) -> float:
        return float(xlogy(events, p) + xlog1py(trials - events, -p))

    target = log_likelihood(estimate) - drop
    low, high = 0.0, 1.0
    if events > 0:
        low = float(brentq(lambda p: log_likelihood(p) - target, 1e-300, estimate, xtol=1e-15))
    if events < trials:
        high = float(
            brentq(lambda p: log_likelihood(p) - target, estimate, 1.0 - 1e-16, xtol=1e-15)
        )
    return _rate(method, events, trials, (low, high), ci_level)


def logit_wald(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with Wald limits on the log odds (Brown, Cai & DasGupta 2001).

    Not estimable without events or with only events, where the log odds are infinite.
    Arguments as in `wilson_continuity`.
    """
    method = "logit_wald"
    if (problem := _problem(method, events, trials)) is not None:
        return problem
    if events in (0, trials):
        absent = "events" if events == 0 else "rows without event"
        return not_estimable(method, f"Without {absent} the log odds are infinite.", n=trials)
    centre = math.log(events / (trials - events))
    half_width = _normal_quantile(ci_level) * math.sqrt(trials / (events * (trials - events)))
    odds = math.exp(centre - half_width), math.exp(centre + half_width)
    return _rate(method, events, trials, _from_odds(odds), ci_level)


def _normal_quantile(ci_level: float) -> float:
    return float(ndtri((1.0 + ci_level) / 2.0))


def _binomial_count(events: int, trials: int) -> ConditionalCount:
    """Return the binomial count as an exponential family in the log odds of an event."""
    support = np.arange(trials + 1)
    steps = np.log(np.arange(trials, 0, -1)) - np.log(np.arange(1, trials + 1))
    log_weights = np.concatenate([[0.0], np.cumsum(steps)])
    return ConditionalCount(support, log_weights - log_weights.max(), events)


def _from_odds(odds: tuple[float, float]) -> tuple[float, float]:
    low, high = odds
    return low / (1.0 + low), 1.0 if math.isinf(high) else high / (1.0 + high)


def _problem(method: str, events: int, trials: int) -> Inference | None:
    """Return the result for no trials, or None; raise for impossible counts."""
    if int(events) != events or int(trials) != trials or not 0 <= events <= trials:
        raise ValueError(f"events {events}, trials {trials}: expected counts, events <= trials")
    return not_estimable(method, "There are no trials.") if trials == 0 else None


def _rate(
    method: str, events: int, trials: int, limits: tuple[float, float], ci_level: float
) -> Inference:
    return Inference(
        method=method,
        estimate=events / trials,
        ci_low=limits[0],
        ci_high=limits[1],
        ci_level=ci_level,
        n=trials,
        extra={"n_events": float(events)},
    )
