"""Exact medians of many weighted samples at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from procohort.stats.inference import FloatArray, IntArray

# Single precision where the numbers are whole and small, double otherwise.
Floats = npt.NDArray[np.floating[Any]]

_EXACT_FLOAT32 = 2**24  # whole numbers below are exact in single precision
_TABLE_ENTRIES = 4_000_000
# One product serves all samples, whereas the last few rows are read for each sample by itself;
# measured at 458 rows in 44 patients, tied and untied, the sum is least near these numbers.
_FEWEST_BINS = 16
_MOST_BINS = 64  # below 256: see `_count_true`
_WINDOW_ROWS = 64
_SINGLE_PASS_VALUES = 64


@dataclass(frozen=True, slots=True)
class _Table:
    """A stretch of the sorted rows, cut into bins.

    Attributes
    ----------
    edges : ndarray of int, shape (n_bins + 1,)
        Rows at which the bins start, and where the last one ends.
    units : ndarray of int, shape (U,), or None
        Units that have rows here; None if nearly all have, and all are counted.
    cumulative : ndarray, shape (n_bins, U)
        Rows of each unit up to the end of each bin.
    is_single : ndarray of bool, shape (n_bins,)
        Whether all rows of a bin have one value.
    """

    edges: IntArray
    units: IntArray | None
    cumulative: Floats
    is_single: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Short stretches of the sorted rows, one per sample that ends in it.

    Attributes
    ----------
    samples, start, stop : ndarray of int, shape (s,)
        The sample, and the rows between which its lower rank lies.
    below : ndarray, shape (s,)
        Weighted rows before the stretch.
    """

    samples: IntArray
    start: IntArray
    stop: IntArray
    below: Floats


@dataclass(slots=True)
class _Search:
    """Where two ranks lie in each weighted sample: rows found so far.

    Attributes
    ----------
    lower_rank, upper_rank : ndarray, shape (b,)
        Ranks of the two middle values.
    lower, upper : ndarray of int, shape (b,)
        Their rows; `upper` is -1 while unknown.
    """

    lower_rank: Floats
    upper_rank: Floats
    lower: IntArray
    upper: IntArray


class WeightedMedian:
    """Median of values that belong to units, for many vectors of whole unit weights.

    The values are sorted once and cut into bins. The product of (bins x units) counts with the
    weights says in which bin the median of each weighted sample lies; only that bin is cut
    further, until it holds one value, or so few rows that each sample walks along its own.

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
        self._values = values[order]
        self._units = units[order]
        changes = self._values[1:] != self._values[:-1]
        # The u-th distinct value fills the sorted rows starts[u]:starts[u + 1].
        self._starts = np.flatnonzero(np.concatenate([[True], changes, [True]]))
        self._sizes = np.bincount(units, minlength=n_units)
        self.n_units = n_units
        self.precision: type[np.floating[Any]] = (
            np.float32 if largest_total < _EXACT_FLOAT32 else np.float64
        )
        self._tables: dict[tuple[int, int], _Table] = {}

    @property
    def numbers_per_sample(self) -> int:
        """Numbers held at once per weighted sample."""
        return self.n_units + 2 * _MOST_BINS + 3 * _WINDOW_ROWS

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
        total = drawn @ self._sizes.astype(self.precision)
        medians = np.full(len(drawn), np.nan)
        present = np.flatnonzero(total > 0)
        if len(present) == 0:
            return medians
        if len(present) < len(drawn):
            drawn, total = drawn[present], total[present]
        search = _Search(
            lower_rank=np.floor((total + 1) / 2),
            upper_rank=np.floor(total / 2) + 1,
            lower=np.empty(len(total), dtype=np.int64),
            upper=np.full(len(total), -1, dtype=np.int64),
        )
        self._select(drawn, search)
        split = np.flatnonzero(search.upper < 0)
        if len(split):
            again = _Search(
                lower_rank=search.upper_rank[split],
                upper_rank=search.upper_rank[split],
                lower=np.empty(len(split), dtype=np.int64),
                upper=np.full(len(split), -1, dtype=np.int64),
            )
            self._select(drawn[split], again)
            search.upper[split] = again.lower
        medians[present] = (self._values[search.lower] + self._values[search.upper]) / 2.0
        return medians

    def _select(self, drawn: Floats, search: _Search) -> None:
        """Find the row of each lower rank, and of the upper one where it lies nearby."""
        n_samples, n_rows = drawn.shape[0], len(self._values)
        columns = np.arange(n_samples)
        pending = [(0, n_rows, columns, np.zeros(n_samples, dtype=self.precision))]
        while pending:
            low, high, samples, below = pending.pop()
            table = self._table(low, high)
            # The first pass holds all samples: no copy of the weights.
            part = drawn if len(samples) == n_samples else drawn[samples]
            if table.units is not None:
                part = np.take(part, table.units, axis=1)
            cumulative = table.cumulative @ part.T
            rank = search.lower_rank[samples] - below
            bins = _count_true(cumulative < rank)
            local = columns[: len(samples)]
            start, stop = table.edges[bins], table.edges[bins + 1]
            before = below + np.where(bins > 0, cumulative[bins - 1, local], 0)
            single = table.is_single[bins]
            found = samples[single]
            search.lower[found] = start[single]
            up_to = (below + cumulative[bins, local])[single]
            reached = search.upper_rank[found] <= up_to
            search.upper[found[reached]] = start[single][reached]
            short = ~single & (stop - start <= _WINDOW_ROWS)
            if short.any():
                ends = _Stretches(samples[short], start[short], stop[short], before[short])
                self._walk(drawn, search, ends)
            for number in np.unique(bins[~single & ~short]):
                inside = np.flatnonzero(bins == number)
                edges = int(table.edges[number]), int(table.edges[number + 1])
                pending.append((*edges, samples[inside], before[inside]))

    def _walk(self, drawn: Floats, search: _Search, ends: _Stretches) -> None:
        """Finish the samples whose ranks lie in a short stretch of rows, each in its own."""
        width = int((ends.stop - ends.start).max())
        # Rows beyond the stretch are counted too, which does no harm: the rank lies before.
        rows = ends.start[:, None] + np.arange(width)
        np.minimum(rows, len(self._values) - 1, out=rows)
        taken = self._units[rows]
        taken += (ends.samples * self.n_units)[:, None]
        cumulative = np.cumsum(drawn.ravel()[taken], axis=1, dtype=self.precision)
        local = np.arange(len(rows))
        for rank, row, n_inside in (
            (search.lower_rank, search.lower, ends.stop - ends.start),
            (search.upper_rank, search.upper, np.full(len(rows), width)),
        ):
            sought = (rank[ends.samples] - ends.below)[:, None]
            steps = np.count_nonzero(cumulative < sought, axis=1)
            inside = steps < n_inside
            row[ends.samples[inside]] = rows[local, np.minimum(steps, width - 1)][inside]

    def _table(self, low: int, high: int) -> _Table:
        """Return the bins of the sorted rows low..high."""
        if (low, high) not in self._tables:
            self._tables[low, high] = self._cut(low, high)
        return self._tables[low, high]

    def _cut(self, low: int, high: int) -> _Table:
        rows = self._units[low:high]
        units: IntArray | None = None
        n_units, codes = self.n_units, rows
        if high - low < self.n_units // 2:
            units, codes = np.unique(rows, return_inverse=True)
            n_units = len(units)
        first, last = np.searchsorted(self._starts, [low, high])
        edges = self._starts[self._edges(int(first), int(last), n_units)]
        n_bins = len(edges) - 1
        number = np.repeat(np.arange(n_bins), np.diff(edges))
        flat = np.bincount(number * n_units + codes, minlength=n_bins * n_units)
        return _Table(
            edges=edges,
            units=units,
            cumulative=np.cumsum(flat.reshape(n_bins, n_units), axis=0).astype(self.precision),
            is_single=self._values[edges[:-1]] == self._values[edges[1:] - 1],
        )

    def _edges(self, first: int, last: int, n_units: int) -> IntArray:
        """Cut the distinct values first..last into bins of as many, within memory."""
        n_values = last - first
        n_rows = self._starts[last] - self._starts[first]
        n_windows = max(2.0, n_rows / _WINDOW_ROWS)
        n_levels = np.ceil(np.log(n_windows) / np.log(_MOST_BINS))
        n_bins = max(_FEWEST_BINS, int(np.ceil(n_windows ** (1.0 / n_levels))))
        if n_values <= _SINGLE_PASS_VALUES:
            n_bins = n_values
        n_bins = max(2, min(n_bins, _TABLE_ENTRIES // n_units))
        return np.unique(np.linspace(first, last, n_bins + 1).astype(np.int64))


def _count_true(matrix: npt.NDArray[np.bool_]) -> IntArray:
    """Return the number of true entries in each column of fewer than 256 rows."""
    # Adding bytes is many times faster than `count_nonzero` down the columns.
    counts: npt.NDArray[np.uint8] = np.add.reduce(matrix.view(np.uint8), axis=0, dtype=np.uint8)
    return counts.astype(np.int64)
