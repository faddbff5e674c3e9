"""The conditional distribution behind exact odds ratios: one table, or a product over strata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from procohort.stats.inference import FloatArray, IntArray

# Tables as probable as the observed one count as equally extreme up to this
# factor, as in R's fisher.test: rounding must not split ties.
TIE_FACTOR = 1.0 + 1e-7


@dataclass(frozen=True)
class ConditionalCount:
    """Count of events in group 1, given all margins, as a function of the odds ratio.

    P(S = s | odds ratio) is proportional to weight(s) * odds_ratio**s
    (Fisher's noncentral hypergeometric; Breslow & Day 1980).

    Attributes
    ----------
    support : ndarray of int, shape (m,)
        Possible counts, ascending and without gaps.
    log_weights : ndarray, shape (m,)
        Logarithm of the weights; any common constant may be missing.
    observed : int
        The count seen.
    """

    support: IntArray
    log_weights: FloatArray
    observed: int

    def probabilities(self, log_odds_ratio: float = 0.0) -> FloatArray:
        """Return the probability of each count in `support`, shape (m,)."""
        # Measured from the observed count, so that large odds ratios do not overflow.
        exponent = self.log_weights + log_odds_ratio * (self.support - self.observed)
        weights: FloatArray = np.exp(exponent - exponent.max())
        weights /= weights.sum()
        return weights

    def mean(self, log_odds_ratio: float) -> float:
        """Return the expected count."""
        return float(self.probabilities(log_odds_ratio) @ self.support)

    def variance(self, log_odds_ratio: float) -> float:
        """Return the variance of the count, which is also the Fisher information."""
        probability = self.probabilities(log_odds_ratio)
        centred = self.support - float(probability @ self.support)
        return float(probability @ centred**2)

    def log_likelihood(self, log_odds_ratio: float) -> float:
        """Return the conditional log-likelihood of the observed count."""
        probability = self.probabilities(log_odds_ratio)
        return float(np.log(probability[self.support == self.observed][0]))

    def tail(self, log_odds_ratio: float, *, upper: bool, mid: bool) -> float:
        """Return P(S >= s) or P(S <= s); with `mid`, the observed count enters by half."""
        probability = self.probabilities(log_odds_ratio)
        beyond = self.support > self.observed if upper else self.support < self.observed
        at_observed = float(probability[self.support == self.observed][0])
        return float(probability[beyond].sum()) + (0.5 if mid else 1.0) * at_observed

    def odds_ratio(self) -> float:
        """Return the conditional maximum likelihood estimate; 0 or inf at the ends of the support.

        Solves E[S | odds ratio] = s (Breslow & Day 1980).
        """
        if self.observed == self.support[0]:
            return 0.0
        if self.observed == self.support[-1]:
            return float("inf")
        return float(np.exp(_increasing_root(lambda theta: self.mean(theta) - self.observed)))

    def limits(self, ci_level: float, *, mid: bool = False) -> tuple[float, float]:
        """Return central exact (or mid-p) limits of the odds ratio (Cornfield 1956).

        Each limit is the odds ratio under which a count as extreme as the
        observed one has probability (1 - ci_level) / 2.
        """
        target = (1.0 - ci_level) / 2.0
        low, high = 0.0, float("inf")
        if self.observed > self.support[0]:
            root = _increasing_root(
                lambda theta: self.tail(theta, upper=True, mid=mid) - target,
            )
            low = float(np.exp(root))
        if self.observed < self.support[-1]:
            root = _increasing_root(
                lambda theta: target - self.tail(theta, upper=False, mid=mid),
            )
            high = float(np.exp(root))
        return low, high

    def p_minlike(self) -> float:
        """Return the two-sided p: all counts at most as probable as the observed one."""
        probability = self.probabilities()
        at_observed = probability[self.support == self.observed][0]
        return min(1.0, float(probability[probability <= at_observed * TIE_FACTOR].sum()))

    def p_central(self, *, mid: bool = False) -> float:
        """Return twice the smaller tail, at most 1; it agrees with `limits`."""
        smaller = min(
            self.tail(0.0, upper=True, mid=mid),
            self.tail(0.0, upper=False, mid=mid),
        )
        return min(1.0, 2.0 * smaller)


def one_table(events1: int, n1: int, events0: int, n0: int) -> ConditionalCount:
    """Return the conditional distribution of `events1` in one 2 x 2 table."""
    support, log_weights = _table_weights(events1 + events0, n1, n0)
    return ConditionalCount(support, log_weights, events1)


def many_tables(tables: list[tuple[int, int, int, int]]) -> ConditionalCount:
    """Return the distribution of the sum of `events1` over independent 2 x 2 tables.

    Parameters
    ----------
    tables : list of (events1, n1, events0, n0)
        One entry per stratum.

    Notes
    -----
    The weights of a sum are the convolution of the strata's weights (Gart
    1970). All terms are positive, so nothing cancels in linear space. The
    strata are tilted to about the common odds ratio first, so that the
    counts near the observed one cannot underflow, however many strata there are.
    """
    tilt = _crude_log_odds_ratio(tables)
    low, observed = 0, 0
    weights: FloatArray = np.ones(1)
    for events1, n1, events0, n0 in tables:
        support, log_weights = _table_weights(events1 + events0, n1, n0)
        exponent = log_weights + tilt * support
        weights = np.convolve(weights, np.exp(exponent - exponent.max()))
        weights = weights / weights.max()
        low += int(support[0])
        observed += events1
    total = np.arange(low, low + len(weights))
    log_total = np.where(weights > 0, np.log(np.where(weights > 0, weights, 1.0)), -np.inf)
    return ConditionalCount(total, log_total - tilt * total, observed)


def _crude_log_odds_ratio(tables: list[tuple[int, int, int, int]]) -> float:
    """Return about the Mantel-Haenszel log odds ratio, finite for empty cells too."""
    numerator = sum(a * (n0 - c) / max(1, n1 + n0) for a, n1, c, n0 in tables)
    denominator = sum(c * (n1 - a) / max(1, n1 + n0) for a, n1, c, n0 in tables)
    return float(np.log((numerator + 0.5) / (denominator + 0.5)))


def _table_weights(n_events: int, n1: int, n0: int) -> tuple[IntArray, FloatArray]:
    """Return support and log C(n1, s) C(n0, n_events - s), up to a constant.

    Summing logarithms of the ratios of neighbours keeps full precision where
    differences of log-gamma values of large margins would lose it.
    """
    support = np.arange(max(0, n_events - n0), min(n1, n_events) + 1)
    s = support[:-1].astype(np.float64)
    steps = np.log((n1 - s) * (n_events - s)) - np.log((s + 1) * (n0 - n_events + s + 1))
    log_weights = np.concatenate([[0.0], np.cumsum(steps)])
    return support, log_weights - log_weights.max()


def _increasing_root(function: Callable[[float], float]) -> float:
    """Return the root of an increasing function of a log odds ratio."""
    low, high = -1.0, 1.0
    while function(low) > 0:
        low *= 2.0
    while function(high) < 0:
        high *= 2.0
    return float(brentq(function, low, high, xtol=1e-14, rtol=1e-14, maxiter=500))
