"""Exact distribution of a sum in which every score keeps or loses its sign by a fair coin.

The shift algorithm of Streitberg and Roehmel (1986, Statistical Software Newsletter 12: 10-17) for
one sample: adding a score of size s averages the distribution with itself, moved by s. Ties and
zeros need no special care, because only the scores enter.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from procohort.stats.inference import IntArray
from procohort.stats.subset_sums import SumDistribution, Tails, tail_probabilities

# 1e9 additions take about a second: some 1200 patients with ties, 1500 without.
MAX_ADDITIONS = 1_000_000_000


def sign_flips_affordable(scores: IntArray) -> bool:
    """Return whether the distribution of the positive sum can be computed in about a second."""
    reduced = _reduced(scores)
    return int(reduced.sum()) * reduced.size <= MAX_ADDITIONS


def positive_sums(scores: IntArray) -> SumDistribution:
    """Return the distribution of the sum of the scores that fall on the positive side.

    Parameters
    ----------
    scores : ndarray of int, shape (n,)
        Sizes without sign, each positive with probability 1/2; zeros change nothing.

    Returns
    -------
    SumDistribution
        Probabilities of 0, 1, ... up to the sum of all scores.

    Examples
    --------
    >>> positive_sums(np.array([1, 2])).probability.tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    ascending = np.sort(scores[scores > 0])
    probability = np.zeros(int(ascending.sum()) + 1)
    probability[0] = 1.0
    reached = 0
    for score in ascending.tolist():
        moved = probability[: reached + 1] / 2.0
        probability[: reached + 1] = moved
        probability[score : score + reached + 1] += moved
        reached += score
    return SumDistribution(probability, 0)


def positive_sum_tails(scores: IntArray, observed: int) -> Tails:
    """Return the tail probabilities of an observed sum of the positive scores."""
    divisor = max(1, int(np.gcd.reduce(scores))) if scores.size else 1
    reduced = _reduced(scores)
    return tail_probabilities(
        positive_sums(reduced), observed // divisor, Fraction(int(reduced.sum()), 2)
    )


def _reduced(scores: IntArray) -> IntArray:
    """Divide the scores by what they have in common: the table shrinks, the order stays."""
    divisor = max(1, int(np.gcd.reduce(scores))) if scores.size else 1
    reduced: IntArray = scores // divisor
    return reduced
