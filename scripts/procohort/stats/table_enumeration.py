"""Enumeration of all tables that share their margins with an observed one."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from procohort.stats.conditional_odds import TIE_FACTOR
from procohort.stats.inference import NAN, FloatArray, IntArray


def same_margin_p(counts: IntArray, max_tables: int) -> tuple[float, int]:
    """Return the two-sided exact p of a table and the number of tables enumerated.

    Parameters
    ----------
    counts : ndarray of int, shape (r, c)
        Observed table with no empty row or column.
    max_tables : int
        Give up beyond this number of tables.

    Returns
    -------
    p : float
        Probability, given the margins, of all tables at most as probable as
        the observed one (Freeman & Halton 1951); NaN when given up.
    n_tables : int
        Tables enumerated; 0 when given up.
    """
    # The wider side becomes the rows: each row then has few cells.
    oriented = counts if counts.shape[0] >= counts.shape[1] else counts.T
    rows, columns = oriented.sum(axis=1), oriented.sum(axis=0)
    log_p = _log_probabilities(rows, columns, max_tables)
    if log_p is None:
        return NAN, 0
    constant = (
        gammaln(rows + 1.0).sum()
        + gammaln(columns + 1.0).sum()
        - gammaln(float(counts.sum()) + 1.0)
    )
    observed = -gammaln(oriented + 1.0).sum()
    extreme = log_p[log_p <= observed + np.log(TIE_FACTOR)]
    return min(1.0, float(np.exp(extreme + constant).sum())), len(log_p)


def _log_probabilities(rows: IntArray, columns: IntArray, max_tables: int) -> FloatArray | None:
    """Return -sum log(cell!) of every table with these margins, or None if there are too many."""
    left = columns[None, :].copy()  # what each partial table has left of the columns
    log_p = np.zeros(1)
    for total in rows[:-1]:
        filled = _fill_row(left, log_p, int(total), max_tables)
        if filled is None:
            return None
        left, log_p = filled
    # The last row is what is left.
    return np.asarray(log_p - gammaln(left + 1.0).sum(axis=1))


def _fill_row(
    left: IntArray, log_p: FloatArray, total: int, max_tables: int
) -> tuple[IntArray, FloatArray] | None:
    """Extend every partial table by every way to fill one row, cell by cell."""
    row_left = np.full(len(left), total)
    for column in range(left.shape[1]):
        later = left[:, column + 1 :].sum(axis=1)
        smallest = np.maximum(0, row_left - later)
        n_choices = np.minimum(row_left, left[:, column]) - smallest + 1
        n_tables = int(n_choices.sum())
        if n_tables > max_tables:
            return None
        parent = np.repeat(np.arange(len(left)), n_choices)
        first = np.repeat(np.cumsum(n_choices) - n_choices, n_choices)
        cell = smallest[parent] + np.arange(n_tables) - first
        left = left[parent]
        left[:, column] -= cell
        row_left = row_left[parent] - cell
        log_p = log_p[parent] - gammaln(cell + 1.0)
    return left, log_p
