"""Exact medians of many weighted samples at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from procohort.stats.inference import FloatArray, IntArray

# Single precision where the numbers are whole and small, double otherwise.
Floats = npt.NDArray[np.floating[Any]]

_EXACT_FLOAT32 = 2**24  # whole numbers below are exact in single precision
_TABLE_ENTRIES = 4_000_000
_SINGLE_PASS_VALUES = 512


class WeightedMedian:
    """Median of values that belong to units, for many vectors of whole unit weights.

    The values are sorted once and cut into bins. The product of (bins x units) counts with the
    weights says in which bin the median of each weighted sample lies; only that bin is cut
    further, until a bin is one distinct value. With few distinct values one product is enough.

    Parameters
    ----------
    values : ndarray, shape (n,)
    units : ndarray of int, shape (n,)
        Unit (a patient, or a pair of patients) of each value, 0..n_units - 1.
    n_units : int
    largest_total : int
        Upper bound of a weighted number of values; decides the precision of the products.
    """

    def __init__(
        self, values: FloatArray, units: IntArray, n_units: int, largest_total: int
    ) -> None:
        order = np.argsort(values, kind="stable")
        self.values, starts = np.unique(values[order], return_index=True)
        # The u-th distinct value fills the sorted positions starts[u]:starts[u + 1].
        self._starts = np.append(starts, len(values))
        self._units = units[order]
        self._sizes = np.bincount(units, minlength=n_units)
        self.n_units = n_units
        self.precision: type[np.floating[Any]] = (
            np.float32 if largest_total < _EXACT_FLOAT32 else np.float64
        )
        self._tables: dict[tuple[int, int], tuple[IntArray, IntArray, Floats]] = {}

    @property
    def numbers_per_sample(self) -> int:
        """Numbers held at once per weighted sample."""
        return self.n_units + 2 * len(self._edges(0, len(self.values), self.n_units))

    def __call__(self, weights: Floats | IntArray) -> FloatArray:
        """Return the medians, means of the two middle values; NaN for an empty sample.

        Parameters
        ----------
        weights : ndarray, shape (b, n_units)

        Returns
        -------
        ndarray, shape (b,)
        """
        drawn = np.asarray(weights, dtype=self.precision)
        total = (drawn @ self._sizes.astype(self.precision)).astype(np.float64)
        medians = np.full(len(drawn), np.nan)
        present = np.flatnonzero(total > 0)
        if len(present) == 0:
            return medians
        if len(present) < len(drawn):
            drawn, total = drawn[present], total[present]
        upper_rank = np.floor(total / 2.0) + 1.0
        lower, reached = self._select(drawn, np.floor((total + 1.0) / 2.0))
        upper = lower.copy()
        split = np.flatnonzero(reached < upper_rank)
        if len(split):
            upper[split] = self._select(drawn[split], upper_rank[split])[0]
        medians[present] = (self.values[lower] + self.values[upper]) / 2.0
        return medians

    def _select(self, drawn: Floats, ranks: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return the position of the rank-th value, and how many lie up to and with it."""
        position = np.empty(len(ranks), dtype=np.int64)
        reached = np.empty(len(ranks))
        pending = [(0, len(self.values), np.arange(len(ranks)), np.zeros(len(ranks)))]
        while pending:
            low, high, rows, below = pending.pop()
            edges, units, table = self._table(low, high)
            # The first pass holds all rows and units: no copy of the weights.
            part = drawn if (low, high) == (0, len(self.values)) else drawn[np.ix_(rows, units)]
            cumulative = table @ part.T
            bins = np.count_nonzero(
                cumulative < (ranks[rows] - below).astype(self.precision), axis=0
            )
            columns = np.arange(len(rows))
            before = below + np.where(bins > 0, cumulative[bins - 1, columns], 0.0)
            single = np.diff(edges)[bins] == 1
            position[rows[single]] = edges[bins[single]]
            reached[rows[single]] = (below + cumulative[bins, columns])[single]
            for number in np.unique(bins[~single]):
                inside = np.flatnonzero((bins == number) & ~single)
                pending.append(
                    (int(edges[number]), int(edges[number + 1]), rows[inside], before[inside])
                )
        return position, reached

    def _table(self, low: int, high: int) -> tuple[IntArray, IntArray, Floats]:
        """Return bin edges, the units inside, and cumulative counts (bins x units)."""
        if (low, high) not in self._tables:
            rows = self._units[self._starts[low] : self._starts[high]]
            if (low, high) == (0, len(self.values)):
                units, codes = np.arange(self.n_units), rows
            else:
                units, codes = np.unique(rows, return_inverse=True)
            edges = self._edges(low, high, len(units))
            number = np.repeat(np.arange(len(edges) - 1), np.diff(self._starts[edges]))
            shape = (len(edges) - 1, len(units))
            flat = np.bincount(number * shape[1] + codes, minlength=shape[0] * shape[1])
            table = np.cumsum(flat.reshape(shape), axis=0).astype(self.precision)
            self._tables[low, high] = (edges, units, table)
        return self._tables[low, high]

    @staticmethod
    def _edges(low: int, high: int, n_units: int) -> IntArray:
        """Cut the positions low..high: into single values if few, else into about sqrt(u) bins."""
        width = high - low
        n_bins = width if width <= _SINGLE_PASS_VALUES else int(np.sqrt(width)) + 1
        n_bins = max(2, min(n_bins, _TABLE_ENTRIES // n_units))
        return np.unique(np.linspace(low, high, n_bins + 1).astype(np.int64))
