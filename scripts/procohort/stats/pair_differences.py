"""Order statistics of all pairwise differences between two samples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from procohort.stats.inference import FloatArray, IntArray

# Below this many pairs (32 MB) listing them is faster than searching.
MAX_LISTED_PAIRS = 4_000_000


def pair_difference_order_statistics(
    first: FloatArray, second: FloatArray, positions: Sequence[int]
) -> list[float]:
    """Return chosen order statistics of ``first[i] - second[j]`` over all pairs.

    Parameters
    ----------
    first, second : ndarray, shapes (m,) and (n,)
        The two samples.
    positions : sequence of int
        Zero-based positions in the sorted list of the m n differences.

    Returns
    -------
    list of float
        The order statistics, exact as computed differences.

    Notes
    -----
    Up to `MAX_LISTED_PAIRS` the differences are listed; above, a selection in the
    implicit sorted matrix (Johnson and Mizoguchi 1978) needs O((m + n) log^2) steps.
    """
    if first.size * second.size <= MAX_LISTED_PAIRS:
        listed = np.subtract.outer(first, second).ravel()
        listed.partition(sorted(set(positions)))
        return [float(listed[position]) for position in positions]
    rows = np.sort(first)
    columns = np.sort(second)[::-1]
    return [_select(rows, columns, position) for position in positions]


def _select(rows: FloatArray, columns: FloatArray, position: int) -> float:
    """Select in the matrix ``rows[i] - columns[j]``; columns descend, so each row ascends."""
    low = np.zeros(rows.size, dtype=np.int64)
    high = np.full(rows.size, columns.size, dtype=np.int64)
    while int((high - low).sum()) > MAX_LISTED_PAIRS:
        pivot = _weighted_median_of_middles(rows, columns, low, high)
        less = _count_in_rows(rows, columns, pivot, inclusive=False)
        if position < int(less.sum()):
            high = np.minimum(high, less)
            continue
        up_to = _count_in_rows(rows, columns, pivot, inclusive=True)
        if position < int(up_to.sum()):
            return pivot
        low = np.maximum(low, up_to)
    width = high - low
    starts = np.cumsum(width) - width
    column = np.arange(int(width.sum())) + np.repeat(low - starts, width)
    candidates = np.repeat(rows, width) - columns[column]
    rank = position - int(low.sum())
    candidates.partition(rank)
    return float(candidates[rank])


def _weighted_median_of_middles(
    rows: FloatArray, columns: FloatArray, low: IntArray, high: IntArray
) -> float:
    """Return a pivot with at least a quarter of the candidates on either side."""
    active = np.flatnonzero(high > low)
    weight = (high - low)[active]
    middle = rows[active] - columns[(low + high)[active] // 2]
    order = np.argsort(middle)
    cumulative = np.cumsum(weight[order])
    return float(middle[order[np.searchsorted(cumulative, cumulative[-1] / 2.0)]])


def _count_in_rows(
    rows: FloatArray, columns: FloatArray, pivot: float, *, inclusive: bool
) -> IntArray:
    """Count, row by row, the differences below (or up to) the pivot, by bisection.

    The computed differences themselves are compared: rearranging the inequality
    would round differently and break ties between equal differences.
    """
    low = np.zeros(rows.size, dtype=np.int64)
    high = np.full(rows.size, columns.size, dtype=np.int64)
    while (open_rows := low < high).any():
        middle = (low + high) // 2
        value = rows - columns[np.minimum(middle, columns.size - 1)]
        inside = (value <= pivot if inclusive else value < pivot) & open_rows
        low = np.where(inside, middle + 1, low)
        high = np.where(open_rows & ~inside, middle, high)
    return low
