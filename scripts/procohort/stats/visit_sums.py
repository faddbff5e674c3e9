"""Repeated visits of patients as sums: what a model with an unstructured covariance needs.

The covariance of a patient's visits depends on the patient only through which visits were seen. So
cross-products are summed over the patients with one pattern of seen visits, and no evaluation of
the likelihood looks at a patient again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from procohort.stats.inference import BoolArray, FloatArray, IntArray

_COLLINEAR = 1e-9


@dataclass(frozen=True, slots=True)
class VisitSums:
    """Sums over patients, by pattern of seen visits.

    Attributes
    ----------
    seen : ndarray of bool, shape (M, T)
        The patterns.
    counts : ndarray, shape (M,)
        Patients with each pattern.
    cross : ndarray, shape (M, T, T, p + 1, p + 1)
        Sum over the patients of z_a z_b' for visits a and b, where z holds a row of the
        orthonormal design columns Q of X = Q R and the residual of least squares; zero where a
        visit was not seen.
    basis : ndarray, shape (p, p)
        Inverse of R: maps coefficients of Q to those of X.
    ols : ndarray, shape (p,)
        Q'y.
    log_det_triangle : float
        log |det R|.
    n_rows, n_patients : int
    """

    seen: BoolArray
    counts: FloatArray
    cross: FloatArray
    basis: FloatArray
    ols: FloatArray
    log_det_triangle: float
    n_rows: int
    n_patients: int

    @property
    def n_visits(self) -> int:
        """Number of visits T."""
        return int(self.seen.shape[1])

    @property
    def residual_variances(self) -> FloatArray:
        """Mean square of the least-squares residuals at each visit, shape (T,)."""
        squares = np.einsum("maa->a", self.cross[..., -1, -1])
        variances: FloatArray = squares / (self.counts @ self.seen)
        return variances


def sum_visits(
    y: FloatArray, design: FloatArray, visit: IntArray, patient: IntArray
) -> VisitSums | str:
    """Reduce rows to sums, or say in a sentence why the model has no answer.

    Parameters
    ----------
    y : ndarray, shape (N,)
    design : ndarray, shape (N, p)
    visit, patient : ndarray of int, shape (N,)
        Codes 0 .. T - 1 and 0 .. K - 1, each of which occurs.
    """
    n_visits, n_patients = int(visit.max()) + 1, int(patient.max()) + 1
    place = patient * n_visits + visit
    if np.bincount(place).max() > 1:
        return (
            "A patient has several rows at one visit: the unstructured covariance takes one row per"
            " patient and visit."
        )
    if len(y) <= design.shape[1]:
        return "Not more rows than coefficients."
    columns, triangle = np.linalg.qr(design)
    if (np.abs(np.diag(triangle)) <= _COLLINEAR * np.linalg.norm(design, axis=0)).any():
        return "The columns of the model are collinear."
    ols = columns.T @ y
    rows = np.column_stack([columns, y - columns @ ols])
    width = rows.shape[1]
    table = np.zeros((n_patients * n_visits, width))
    table[place] = rows
    occupied = np.zeros(n_patients * n_visits, dtype=bool)
    occupied[place] = True
    seen, pattern = np.unique(occupied.reshape(n_patients, n_visits), axis=0, return_inverse=True)
    pattern = pattern.reshape(-1)
    by_patient = table.reshape(n_patients, n_visits * width)
    cross = np.empty((len(seen), n_visits, n_visits, width, width))
    for number in range(len(seen)):
        part = by_patient[pattern == number]
        square = (part.T @ part).reshape(n_visits, width, n_visits, width)
        cross[number] = square.transpose(0, 2, 1, 3)
    return VisitSums(
        seen=seen,
        counts=np.bincount(pattern).astype(np.float64),
        cross=cross,
        basis=np.asarray(np.linalg.inv(triangle), dtype=np.float64),
        ols=ols,
        log_det_triangle=float(np.log(np.abs(np.diag(triangle))).sum()),
        n_rows=len(y),
        n_patients=n_patients,
    )
