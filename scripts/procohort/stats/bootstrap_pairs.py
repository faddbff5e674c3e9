"""Hodges-Lehmann shift of many patient-weighted samples at once."""

from __future__ import annotations

import numpy as np

from procohort.stats.inference import BoolArray, FloatArray, IntArray
from procohort.stats.weighted_median import WeightedMedian

# Differences that are held at once; 3,000 against 3,000 rows stay below.
MAX_DIFFERENCES = 10_000_000
MAX_PATIENT_PAIRS = 1_000_000


def affordable(y: FloatArray, group: BoolArray, codes: IntArray) -> bool:
    """Tell whether the pair differences of the two groups fit in memory."""
    n_differences = int(group.sum()) * int((~group).sum())
    n_pairs = len(np.unique(codes[group])) * len(np.unique(codes[~group]))
    return n_differences <= MAX_DIFFERENCES and n_pairs <= MAX_PATIENT_PAIRS


class HodgesLehmann:
    """Median of all differences (row of group 1) - (row of group 0).

    In a replicate the differences between rows of patients i and j count w_i w_j times.
    """

    def __init__(self, y: FloatArray, group: BoolArray, codes: IntArray, n_clusters: int) -> None:
        self.n_clusters = n_clusters
        self._patients1, code1 = np.unique(codes[group], return_inverse=True)
        self._patients0, code0 = np.unique(codes[~group], return_inverse=True)
        n_pairs = len(self._patients1) * len(self._patients0)
        sizes = [int(np.bincount(code).max(initial=0)) for code in (code1, code0)]
        self._median = WeightedMedian(
            (y[group][:, None] - y[~group][None, :]).ravel(),
            (code1[:, None] * len(self._patients0) + code0[None, :]).ravel(),
            n_pairs,
            n_clusters**2 * sizes[0] * sizes[1],
        )
        self.numbers_per_replicate = self._median.numbers_per_sample

    def __call__(self, weights: IntArray) -> FloatArray:
        """Evaluate (b, K) weights."""
        # `take` keeps the rows contiguous, where indexing would turn the matrix round.
        drawn = weights.astype(self._median.precision)
        first, second = (drawn.take(p, axis=1) for p in (self._patients1, self._patients0))
        return self._median((first[:, :, None] * second[:, None, :]).reshape(len(weights), -1))
