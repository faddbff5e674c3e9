"""Simple imputations for sensitivity analyses: what if the missing visits had been so or so.

None of them is an analysis of its own: last value carried forward is biased even where values are
missing completely at random (Molenberghs et al. 2004, Biostatistics 5: 445). They show how far an
answer depends on the patients who did not return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from procohort.stats.inference import FloatArray, IntArray

Better = Literal["lower", "higher"]
Scope = Literal["visit", "patient"]


@dataclass(frozen=True, slots=True)
class ImputedVisits:
    """Values with missing visits filled in, and how many were.

    Attributes
    ----------
    values : ndarray, shape (n, T)
        A row per patient (or treated unit), a column per visit in time order.
    n_set, n_missing : ndarray of int, shape (T,)
        Values that were filled in, and that are still missing, by visit.
    """

    values: FloatArray
    n_set: IntArray
    n_missing: IntArray


def last_value_carried_forward(values: npt.ArrayLike) -> ImputedVisits:
    """Fill every missing visit with the last value seen before it.

    Parameters
    ----------
    values : array_like, shape (n, T)
        NaN marks a missing visit; the first column is the baseline. What is missing from the
        start stays missing.

    Returns
    -------
    ImputedVisits

    Examples
    --------
    >>> last_value_carried_forward([[7.0, float("nan"), 3.0, float("nan")]]).values.tolist()
    [[7.0, 7.0, 3.0, 3.0]]
    """
    before = _visits(values)
    seen = ~np.isnan(before)
    last = np.maximum.accumulate(np.where(seen, np.arange(before.shape[1]), 0), axis=1)
    return _counted(before, np.take_along_axis(before, last, axis=1))


def baseline_carried_forward(values: npt.ArrayLike) -> ImputedVisits:
    """Fill every missing visit with the patient's first column: nothing changed for the missing."""
    before = _visits(values)
    return _counted(before, np.where(np.isnan(before), before[:, :1], before))


def worst_observed(
    values: npt.ArrayLike, *, better: Better, scope: Scope = "visit"
) -> ImputedVisits:
    """Fill every missing visit with the worst value that was seen.

    Parameters
    ----------
    values : array_like, shape (n, T)
        NaN marks a missing visit.
    better : {"lower", "higher"}
        Which direction of the scale is the good one.
    scope : {"visit", "patient"}
        Worst of all patients at the same visit, or of the same patient at any visit.

    Examples
    --------
    >>> worst_observed([[7.0, float("nan")], [6.0, 2.0]], better="lower").values.tolist()
    [[7.0, 2.0], [6.0, 2.0]]
    """
    return _extreme(values, largest=better == "lower", scope=scope)


def best_observed(
    values: npt.ArrayLike, *, better: Better, scope: Scope = "visit"
) -> ImputedVisits:
    """Fill every missing visit with the best value that was seen; see `worst_observed`."""
    return _extreme(values, largest=better == "higher", scope=scope)


def _extreme(values: npt.ArrayLike, *, largest: bool, scope: Scope) -> ImputedVisits:
    before = _visits(values)
    missing = np.isnan(before)
    axis = 0 if scope == "visit" else 1
    # The neutral element makes NaN invisible; a line without any value stays NaN.
    neutral = -np.inf if largest else np.inf
    shown = np.where(missing, neutral, before)
    extreme = (
        shown.max(axis=axis, keepdims=True, initial=-np.inf)
        if largest
        else shown.min(axis=axis, keepdims=True, initial=np.inf)
    )
    extreme = np.where(np.isfinite(extreme), extreme, np.nan)
    return _counted(before, np.where(missing, extreme, before))


def _counted(before: FloatArray, after: FloatArray) -> ImputedVisits:
    was, still = np.isnan(before), np.isnan(after)
    return ImputedVisits(
        values=after,
        n_set=(was & ~still).sum(axis=0).astype(np.int64),
        n_missing=still.sum(axis=0).astype(np.int64),
    )


def _visits(values: npt.ArrayLike) -> FloatArray:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError(
            f"values: expected a row per patient and a column per visit, got shape {table.shape}"
        )
    if np.isinf(table).any():
        raise ValueError("values: holds infinite values")
    return table
