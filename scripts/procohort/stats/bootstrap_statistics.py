"""Statistics of many patient-weighted samples at once.

A replicate of the cluster bootstrap is a vector of whole-number weights, one per patient. Each
class below reduces the rows to sums per patient once and then evaluates a (b, K) matrix of weights
by matrix products; a replicate for which the statistic does not exist is NaN.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from procohort.stats.inference import BoolArray, FloatArray, IntArray
from procohort.stats.weighted_median import Floats, WeightedMedian

_DENSE_ENTRIES = 5_000_000
_SIGN_MATRIX_CLUSTERS = 2_000
_EXACT_FLOAT32 = 2**24  # whole numbers below are exact in single precision


class ClusterStatistic(Protocol):
    """A statistic of patient-weighted samples."""

    n_clusters: int
    numbers_per_replicate: int

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights; returns shape (b,), NaN where undefined."""
        ...


class ValueCounts:
    """Weighted counts of each distinct value, and the values' weighted midranks."""

    def __init__(self, values: FloatArray, codes: IntArray, n_clusters: int) -> None:
        self.values, self.inverse = np.unique(values, return_inverse=True)
        n_values = len(self.values)
        largest = int(np.bincount(codes, minlength=n_clusters).max(initial=0)) * n_clusters
        # Midranks come in halves.
        self.precision: type[np.floating[Any]] = (
            np.float32 if 2 * largest < _EXACT_FLOAT32 else np.float64
        )
        self.is_dense = n_values * n_clusters <= _DENSE_ENTRIES
        self.table: Floats
        self._rank_table: Floats
        if self.is_dense:
            flat = np.bincount(self.inverse * n_clusters + codes, minlength=n_values * n_clusters)
            counts = flat.reshape(n_values, n_clusters)
            self.table = counts.astype(self.precision)
            self._rank_table = _centred_midranks(counts).astype(self.precision)
        else:
            from scipy.sparse import csr_array  # costs 0.1 s, needed by large data only

            ones = np.ones(len(codes), dtype=self.precision)
            self.table = csr_array((ones, (self.inverse, codes)), shape=(n_values, n_clusters))

    def counts(self, columns: Floats) -> Floats:
        """Return the weighted number of rows at each value, (u, b), for (K, b) weights."""
        result: Floats = self.table @ columns
        return result

    def midranks(self, columns: Floats, counts: Floats) -> Floats:
        """Return the midrank of each value less the mean rank, (u, b): linear in the weights."""
        if self.is_dense:
            result: Floats = self._rank_table @ columns
            return result
        return _centred_midranks(counts)


class MedianDifference:
    """Median of group 1 minus median of group 0."""

    def __init__(self, y: FloatArray, group: BoolArray, codes: IntArray, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self._medians = []
        for arm in (group, ~group):
            largest = n_clusters * int(np.bincount(codes[arm]).max(initial=0))
            self._medians.append(WeightedMedian(y[arm], codes[arm], n_clusters, largest))
        self.numbers_per_replicate = max(m.numbers_per_sample for m in self._medians)

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights."""
        return self._medians[0](weights) - self._medians[1](weights)


class MeanDifference:
    """Mean of group 1 minus mean of group 0."""

    def __init__(self, y: FloatArray, group: BoolArray, codes: IntArray, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self.numbers_per_replicate = 2 * n_clusters
        # Centring keeps the difference exact when the mean is large against the spread.
        centred = y - y.mean()
        self._arms = [
            (
                np.bincount(codes[arm], weights=centred[arm], minlength=n_clusters),
                np.bincount(codes[arm], minlength=n_clusters).astype(np.float64),
            )
            for arm in (group, ~group)
        ]

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights."""
        drawn = weights.astype(np.float64)
        means = [_ratio(drawn @ sums, drawn @ sizes) for sums, sizes in self._arms]
        return means[0] - means[1]


class Proportion:
    """Share of rows with the event."""

    def __init__(self, events: BoolArray, codes: IntArray, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self.numbers_per_replicate = n_clusters
        self._events = np.bincount(codes[events], minlength=n_clusters).astype(np.float64)
        self._sizes = np.bincount(codes, minlength=n_clusters).astype(np.float64)

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights."""
        drawn = weights.astype(np.float64)
        return _ratio(drawn @ self._events, drawn @ self._sizes)


class CliffsDelta:
    """P(Y1 > Y0) - P(Y1 < Y0) over all pairs of rows from different groups.

    With M_ij the sum of the signs over rows of patient i in group 1 and of patient j in group 0,
    a replicate is w'Mw / ((w'n1)(w'n0)). Registries too large for M are ranked instead.
    """

    def __init__(self, y: FloatArray, group: BoolArray, codes: IntArray, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self._sizes = [
            np.bincount(codes[arm], minlength=n_clusters).astype(np.float64)
            for arm in (group, ~group)
        ]
        values, ranks = np.unique(y, return_inverse=True)
        n_values = len(values)
        self._signs: FloatArray | None = None
        if n_clusters <= _SIGN_MATRIX_CLUSTERS and n_values * n_clusters <= 4 * _DENSE_ENTRIES:
            self.numbers_per_replicate = 3 * n_clusters
            tables = [
                np.bincount(
                    ranks[arm] * n_clusters + codes[arm], minlength=n_values * n_clusters
                ).reshape(n_values, n_clusters)
                for arm in (group, ~group)
            ]
            below_minus_above = 2 * np.cumsum(tables[1], axis=0) - tables[1] - tables[1].sum(axis=0)
            self._signs = tables[0].T.astype(np.float64) @ below_minus_above.astype(np.float64)
        else:
            self.numbers_per_replicate = 4 * n_values
            # Every value gets a row in both arms, so that the counts align.
            self._arms = [
                _aligned_counts(ranks, arm, codes, (n_values, n_clusters))
                for arm in (group, ~group)
            ]

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights."""
        drawn = weights.astype(np.float64)
        n_pairs = (drawn @ self._sizes[0]) * (drawn @ self._sizes[1])
        if self._signs is not None:
            signs = np.einsum("bk,bk->b", drawn @ self._signs, drawn)
        else:
            columns = np.ascontiguousarray(drawn.T)
            ones, zeros = (arm @ columns for arm in self._arms)
            below_minus_above = 2.0 * np.cumsum(zeros, axis=0) - zeros - zeros.sum(axis=0)
            signs = np.einsum("ub,ub->b", ones, below_minus_above)
        return _ratio(signs, n_pairs)


class Spearman:
    """Correlation of the midranks of the weighted sample."""

    def __init__(self, x: FloatArray, y: FloatArray, codes: IntArray, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self._margins = [ValueCounts(values, codes, n_clusters) for values in (x, y)]
        n_y = len(self._margins[1].values)
        cell = (self._margins[0].inverse * n_y + self._margins[1].inverse).astype(np.float64)
        self._cells = ValueCounts(cell, codes, n_clusters)
        labels = self._cells.values.astype(np.int64)
        self._cell_codes = (labels // n_y, labels % n_y)
        self.numbers_per_replicate = 4 * len(labels)

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights."""
        columns = np.ascontiguousarray(weights.T, dtype=self._cells.precision)
        product = self._cells.counts(columns).astype(np.float64)
        variances = []
        for margin, cell_codes in zip(self._margins, self._cell_codes, strict=True):
            counts = margin.counts(columns)
            # Double precision before any product: its halves and quarters stay exact.
            ranks = margin.midranks(columns, counts).astype(np.float64)
            product *= ranks.take(cell_codes, axis=0)
            ranks *= ranks
            ranks *= counts
            variances.append(ranks.sum(axis=0))
        return _ratio(product.sum(axis=0), np.sqrt(variances[0] * variances[1]))


def _centred_midranks(counts: Floats | IntArray) -> FloatArray:
    """Return (rows below + rows up to each value) / 2 - n / 2 down the columns of counts."""
    up_to = np.cumsum(counts, axis=0, dtype=np.float64)
    midranks: FloatArray = up_to - counts / 2.0 - up_to[-1] / 2.0
    return midranks


def _aligned_counts(
    ranks: IntArray, arm: BoolArray, codes: IntArray, shape: tuple[int, int]
) -> Floats:
    from scipy.sparse import csr_array  # costs 0.1 s, needed by large data only

    table: Floats = csr_array((np.ones(int(arm.sum())), (ranks[arm], codes[arm])), shape=shape)
    return table


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Divide where possible; NaN where the denominator is zero."""
    result = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result
