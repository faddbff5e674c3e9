"""Exact two-sided limits of an odds ratio that invert one p value instead of two tails.

Central limits (Cornfield) spend half of the error on each side. The two-sided p of Fisher's
test adds the less probable counts of both sides, and Blaker's the less extreme tail of the
other side; their limits agree with the p that is printed. Both p are step functions of the
odds ratio, smooth between known break points, which are walked here from the outside inwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from procohort.stats.conditional_odds import TIE_FACTOR, ConditionalCount
from procohort.stats.inference import FloatArray, IntArray

# A break point is approached to this distance on the log scale: beyond the width over which
# `TIE_FACTOR` takes two counts as equally probable.
_BESIDE = 3e-7


def minlike_limits(count: ConditionalCount, ci_level: float) -> tuple[float, float]:
    """Return the limits that agree with Fisher's two-sided p (Baptista & Pike 1977; Fay 2010).

    Parameters
    ----------
    count : ConditionalCount
        Distribution of the count given the margins.
    ci_level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Smallest and largest odds ratio that the test keeps, 0 or inf at the ends of the
        support. The kept set may have gaps; its hull is returned.
    """

    def breaks(above: bool) -> FloatArray:
        others = _other_side(count, above)
        at_others = count.log_weights[np.isin(count.support, others)]
        at_observed = float(count.log_weights[count.support == count.observed][0])
        points: FloatArray = (at_others - at_observed) / (count.observed - others)
        return points

    return _limits(count, ci_level, minlike_p, breaks)


def blaker_limits(count: ConditionalCount, ci_level: float) -> tuple[float, float]:
    """Return the limits that agree with Blaker's p (Blaker 2000); see `minlike_limits`."""

    def breaks(above: bool) -> FloatArray:
        others = _other_side(count, above)
        # Only tails that could matter: those not negligible within twice the exact limits.
        low, high = count.limits(1.0 - (1.0 - ci_level) / 4.0)
        reach = math.log(high) if above else -math.log(low)
        points = []
        for other in others if above else others[::-1]:
            point = _equal_tails(count, int(other))
            points.append(point)
            if (point if above else -point) > reach:
                break
        return np.array(points)

    return _limits(count, ci_level, blaker_p, breaks)


def minlike_p(count: ConditionalCount, log_odds_ratio: float) -> float:
    """Return the probability of all counts at most as probable as the observed one."""
    probability = count.probabilities(log_odds_ratio)
    at_observed = probability[count.support == count.observed][0]
    return min(1.0, float(probability[probability <= at_observed * TIE_FACTOR].sum()))


def blaker_p(count: ConditionalCount, log_odds_ratio: float) -> float:
    """Return the smaller tail plus the largest tail of the other side that does not exceed it."""
    probability = count.probabilities(log_odds_ratio)
    lower, upper = np.cumsum(probability), np.cumsum(probability[::-1])[::-1]
    at = int(np.flatnonzero(count.support == count.observed)[0])
    own, other = (lower[at], upper) if lower[at] <= upper[at] else (upper[at], lower)
    eligible = other[other <= own * TIE_FACTOR]
    return min(1.0, float(own + (eligible.max() if eligible.size else 0.0)))


def _other_side(count: ConditionalCount, above: bool) -> IntArray:
    """Return the counts above (or below) the observed one."""
    side = count.support > count.observed if above else count.support < count.observed
    return count.support[side]


def _equal_tails(count: ConditionalCount, other: int) -> float:
    """Return the log odds ratio at which the tails beyond `other` and the observed count agree."""
    low, high = sorted((other, count.observed))

    def excess(log_odds_ratio: float) -> float:
        probability = count.probabilities(log_odds_ratio)
        upper = float(probability[count.support >= high].sum())
        return upper - float(probability[count.support <= low].sum())

    left, right = -1.0, 1.0
    while excess(left) > 0:
        left *= 2.0
    while excess(right) < 0:
        right *= 2.0
    return float(brentq(excess, left, right, xtol=1e-13, rtol=1e-13))


def _limits(
    count: ConditionalCount,
    ci_level: float,
    p_value: Callable[[ConditionalCount, float], float],
    breaks: Callable[[bool], FloatArray],
) -> tuple[float, float]:
    alpha = 1.0 - ci_level
    low, high = 0.0, math.inf
    if count.observed < count.support[-1]:
        high = math.exp(_outermost(lambda x: p_value(count, x) - alpha, breaks(True), 1.0))
    if count.observed > count.support[0]:
        low = math.exp(_outermost(lambda x: p_value(count, x) - alpha, breaks(False), -1.0))
    return low, high


def _outermost(excess: Callable[[float], float], breaks: FloatArray, direction: float) -> float:
    """Return the outermost log odds ratio whose p exceeds alpha, going outwards by `direction`.

    Between two break points the p is a sum of two opposite tails, which has no interior
    maximum; so an interval without p above alpha at its ends has none inside.
    """
    points = np.sort(breaks * direction)
    far = max(1.0, float(points[-1]) + 1.0)
    while excess(direction * far) > 0:
        far *= 2.0
    outer = far
    for point in points[::-1]:
        inner = float(point) + _BESIDE
        if inner < outer:
            if excess(direction * inner) > 0:
                return _crossing(excess, inner, outer, direction)
            outer = float(point)
        if excess(direction * (float(point) - _BESIDE)) > 0:
            return direction * float(point)
        outer = float(point) - _BESIDE
    near = outer
    while excess(direction * near) <= 0:
        near -= 1.0
    return _crossing(excess, near, outer, direction)


def _crossing(
    excess: Callable[[float], float], inner: float, outer: float, direction: float
) -> float:
    root = brentq(lambda x: excess(direction * x), inner, outer, xtol=1e-13, rtol=1e-13)
    return direction * float(root)
