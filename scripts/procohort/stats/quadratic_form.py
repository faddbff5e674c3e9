"""Quadratic forms with a singular covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from procohort.stats.inference import FloatArray

# Eigenvalues below this share of the largest are rounding noise of an exact zero.
RELATIVE_RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class QuadraticForm:
    """``d' V^- d`` with the Moore-Penrose inverse of a covariance V.

    Group sums that add up to a constant have a singular covariance; the generalised
    inverse treats all groups alike, where dropping one would single it out.
    """

    half_inverse: FloatArray
    rank: int

    @classmethod
    def of(cls, covariance: FloatArray) -> QuadraticForm:
        """Factorise a symmetric covariance, shape (m, m)."""
        values, vectors = np.linalg.eigh(covariance)
        kept = values > RELATIVE_RANK_TOLERANCE * max(float(values[-1]), 0.0)
        return cls(vectors[:, kept] / np.sqrt(values[kept]), int(kept.sum()))

    def __call__(self, deviations: FloatArray) -> FloatArray:
        """Return the form of each row of `deviations`, shape (b, m)."""
        squared: FloatArray = ((deviations @ self.half_inverse) ** 2).sum(axis=1)
        return squared
