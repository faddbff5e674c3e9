"""Order statistics of the Walsh averages (x_i + x_j) / 2, i <= j, of one sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from procohort.stats.inference import FloatArray, IntArray

# Up to this many pairs (32 MB) they are listed.
MAX_LISTED_PAIRS = 4_000_000


def walsh_order_statistics(values: FloatArray, positions: Sequence[int]) -> list[float]:
    """Return chosen order statistics of the Walsh averages.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The sample.
    positions : sequence of int
        Zero-based positions in the sorted list of the n (n + 1) / 2 averages.

    Returns
    -------
    list of float

    Notes
    -----
    Few pairs are listed. Else the value is bracketed by counting, row by row of the sorted sums,
    until the pairs inside the bracket can be listed: memory stays small for any n.

    Examples
    --------
    >>> walsh_order_statistics(np.array([1.0, 2.0, 6.0]), [0, 2, 5])
    [1.0, 2.0, 6.0]
    """
    ascending = np.sort(values)
    n = ascending.size
    if n * (n + 1) // 2 <= MAX_LISTED_PAIRS:
        first, second = np.triu_indices(n)
        sums = ascending[first] + ascending[second]
        sums.partition(sorted(set(positions)))
        return [float(sums[position]) / 2.0 for position in positions]
    return [_select(ascending, position) / 2.0 for position in positions]


def _select(ascending: FloatArray, position: int) -> float:
    """Return the sum at one position; sums of row i are ascending[i] + ascending[i:]."""
    low, high = _below(2.0 * ascending[0]), 2.0 * float(ascending[-1])
    rows_low = np.arange(ascending.size)
    rows_high = np.full(ascending.size, ascending.size, dtype=np.int64)
    while int((rows_high - rows_low).sum()) > MAX_LISTED_PAIRS:
        middle = low + (high - low) / 2.0
        if not low < middle < high:
            # Neighbouring numbers: all pairs left are this one sum, many times over.
            return high
        ends = _ends(ascending, middle)
        if int((ends - np.arange(ascending.size)).sum()) > position:
            high, rows_high = middle, ends
        else:
            low, rows_low = middle, ends
    width = rows_high - rows_low
    starts = np.cumsum(width) - width
    column = np.arange(int(width.sum())) + np.repeat(rows_low - starts, width)
    sums = np.repeat(ascending, width) + ascending[column]
    rank = position - int((rows_low - np.arange(ascending.size)).sum())
    sums.partition(rank)
    return float(sums[rank])


def _below(value: float) -> float:
    return float(np.nextafter(value, -np.inf))


def _ends(ascending: FloatArray, limit: float) -> IntArray:
    """Return for every row the first column whose sum exceeds the limit, at least its own."""
    found = np.searchsorted(ascending, limit - ascending, side="right")
    return np.maximum(found, np.arange(ascending.size)).astype(np.int64)
