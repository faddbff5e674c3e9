"""Exact distribution of the sum of a random subset: the shift algorithm.

Streitberg and Roehmel (1986), "Exact distributions for permutation and rank
tests", Statistical Software Newsletter 12, 10-17: the number of subsets of a
given size with a given sum follows by adding one score after the other.
Ties need no special care, because only the scores enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np

from procohort.stats.inference import FloatArray, IntArray

# A table of 2e7 doubles is 160 MB; 2e9 additions take about two seconds. Within both
# limits the number of subsets stays far below the largest double (1.8e308).
MAX_CELLS = 20_000_000
MAX_ADDITIONS = 2_000_000_000
# Tables above this many cells are filled row by row: a call more for each row, half the cells.
_WIDE = 20_000


@dataclass(frozen=True, slots=True)
class SumDistribution:
    """Probabilities of the sums ``offset``, ``offset + 1``, ... (integer scores)."""

    probability: FloatArray
    offset: int


@dataclass(frozen=True, slots=True)
class Tails:
    """Tail probabilities of an observed sum.

    Attributes
    ----------
    two_sided : float
        P(|W - E W| >= |w - E W|).
    less, greater : float
        P(W <= w) and P(W >= w).
    """

    two_sided: float
    less: float
    greater: float


def reduce_scores(scores: IntArray) -> IntArray:
    """Shift and scale integer scores to start at 0 with greatest common divisor 1.

    Subset sums of a fixed size change by an affine map only, so probabilities of
    ordered events stay; doubled midranks without ties halve their table this way.
    """
    shifted: IntArray = scores - scores.min()
    divisor = max(1, int(np.gcd.reduce(shifted)))
    reduced: IntArray = shifted // divisor
    return reduced


def subset_sums_affordable(scores: IntArray, size: int) -> bool:
    """Return whether the table of subset sums fits into memory and a few seconds."""
    size = min(size, scores.size - size)
    cells = (size + 1) * (_largest_sum(scores - scores.min(), size) + 1)
    return cells <= MAX_CELLS and cells * scores.size <= MAX_ADDITIONS


def subset_sums(scores: IntArray, size: int) -> SumDistribution:
    """Return the distribution of the sum of `size` scores drawn without replacement.

    Parameters
    ----------
    scores : ndarray of int, shape (n,)
        Integer scores, for example doubled midranks.
    size : int
        Number of scores drawn, ``0 <= size <= n``.

    Returns
    -------
    SumDistribution
        Probabilities of all integer sums between the smallest and the largest.

    Examples
    --------
    >>> subset_sums(np.array([2, 4, 6]), 1).probability.tolist()
    [0.3333333333333333, 0.0, 0.3333333333333333, 0.0, 0.3333333333333333]
    """
    if size > scores.size - size:
        # Drawing n - size scores is the same draw seen from the other side, with a smaller table.
        rest = subset_sums(scores, scores.size - size)
        largest = int(scores.sum()) - rest.offset
        return SumDistribution(rest.probability[::-1], largest - rest.probability.size + 1)
    lowest = int(scores.min()) if scores.size else 0
    ascending = np.sort(scores - lowest).tolist()
    counts = _counted_sums(ascending, size)
    return SumDistribution(counts / counts.sum(), size * lowest)


def _counted_sums(ascending: list[int], size: int) -> FloatArray:
    """Return how many subsets of a size have each sum; scores ascend from 0."""
    # Sums of the first scores: those of the smallest and of the largest so far follow.
    total = [0, *accumulate(ascending)]
    support = total[-1] - total[len(ascending) - size]
    counts = np.zeros((size + 1, support + 1))
    counts[0, 0] = 1.0
    is_wide = counts.size > _WIDE
    for n_added, score in enumerate(ascending, start=1):
        n_rows = min(n_added, size)
        if not is_wide:
            # Scores ascend, so sums so far are at most those of the scores just added.
            width = total[n_added] - total[n_added - n_rows] + 1
            counts[1 : n_rows + 1, score:width] += counts[:n_rows, : width - score]
            continue
        # Row by row, each only where it has subsets; from above, so that none is counted twice.
        for row in range(n_rows, 0, -1):
            start, stop = total[row - 1] + score, total[n_added] - total[n_added - row] + 1
            counts[row, start:stop] += counts[row - 1, start - score : stop - score]
    largest: FloatArray = counts[size]
    return largest


def tail_probabilities(distribution: SumDistribution, observed: int, mean: Fraction) -> Tails:
    """Return the tail probabilities of `observed`, with integer arithmetic at the borders.

    The mirror image of the observed sum is a fraction in general; comparing it with
    the integer sums exactly spares a tolerance.
    """
    mirrored = 2 * mean - observed
    if observed >= mean:
        low, high = mirrored.numerator // mirrored.denominator, observed
    else:
        low, high = observed, -(-mirrored.numerator // mirrored.denominator)
    less = _mass_up_to(distribution, observed)
    greater = _mass_from(distribution, observed)
    # An observation at the mean is both tails at once, hence the cap.
    two_sided = _mass_up_to(distribution, low) + _mass_from(distribution, high)
    return Tails(min(1.0, two_sided), less, greater)


def _largest_sum(ascending_or_not: IntArray, size: int) -> int:
    ordered = np.sort(ascending_or_not)
    return int(ordered[ordered.size - size :].sum())


def _mass_up_to(distribution: SumDistribution, total: int) -> float:
    stop = max(0, total - distribution.offset + 1)
    return min(1.0, float(distribution.probability[:stop].sum()))


def _mass_from(distribution: SumDistribution, total: int) -> float:
    start = max(0, total - distribution.offset)
    return min(1.0, float(distribution.probability[start:].sum()))
