"""Adjustment of p values for multiple testing, with an explicit family size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from procohort.stats.inference import FloatArray, IntArray


def bonferroni(p_values: npt.ArrayLike, *, family_size: int | None = None) -> FloatArray:
    """Return Bonferroni-adjusted p values (see `holm` for the arguments)."""
    p, present, size = _family(p_values, family_size)
    p[present] = np.minimum(1.0, p[present] * size)
    return p


def holm(p_values: npt.ArrayLike, *, family_size: int | None = None) -> FloatArray:
    """Return Holm-adjusted p values (Holm 1979).

    Controls the familywise error under any dependence.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        Two-sided p values; NaN marks a test that gave none.
    family_size : int, optional
        Number of tests in the family. Default: the number of p values that
        exist. A refused test drops out of the family unless this says otherwise.

    Returns
    -------
    ndarray, shape (m,)
        Adjusted p values in the order given; NaN stays NaN in its place.

    Raises
    ------
    ValueError
        If a p value lies outside [0, 1] or `family_size` is smaller than the
        number of p values.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    p, present, size = _family(p_values, family_size)
    values, order = _ascending(p[present])
    factors = size - np.arange(len(values))
    adjusted = np.minimum(1.0, np.maximum.accumulate(factors * values))
    return _put_back(p, present, adjusted, order)


def hochberg(p_values: npt.ArrayLike, *, family_size: int | None = None) -> FloatArray:
    """Return Hochberg-adjusted p values (Hochberg 1988; see `holm` for the arguments)."""
    p, present, size = _family(p_values, family_size)
    values, order = _ascending(p[present])
    factors = size - np.arange(len(values))
    return _put_back(p, present, _step_up(factors * values), order)


def hommel(p_values: npt.ArrayLike) -> FloatArray:
    """Return Hommel-adjusted p values (Hommel 1988, in the form of Wright 1992).

    Tests without a p value drop out of the family.
    """
    p, present, size = _family(p_values, None)
    values, order = _ascending(p[present])
    adjusted = np.zeros(size)
    rank = np.arange(1, size + 1)
    # Largest critical value of the Simes test over the last m hypotheses, for
    # every size m of the intersections a hypothesis takes part in.
    for m in range(size, 0, -1):
        largest = values[size - m :]
        simes = float(np.min(m * largest / rank[:m]))
        adjusted[size - m :] = np.maximum(adjusted[size - m :], simes)
        smaller = np.minimum(m * values[: size - m], simes)
        adjusted[: size - m] = np.maximum(adjusted[: size - m], smaller)
    return _put_back(p, present, np.minimum(1.0, np.maximum(adjusted, values)), order)


def benjamini_hochberg(p_values: npt.ArrayLike, *, family_size: int | None = None) -> FloatArray:
    """Return Benjamini-Hochberg adjusted p values, or false discovery rates.

    Source: Benjamini & Hochberg 1995. Arguments and NaN as in `holm`.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    p, present, size = _family(p_values, family_size)
    values, order = _ascending(p[present])
    factors = size / np.arange(1, len(values) + 1)
    return _put_back(p, present, _step_up(factors * values), order)


def benjamini_yekutieli(p_values: npt.ArrayLike, *, family_size: int | None = None) -> FloatArray:
    """Return Benjamini-Yekutieli adjusted p values, valid under any dependence.

    Source: Benjamini & Yekutieli 2001, theorem 1.3. Arguments as in `holm`.
    """
    p, present, size = _family(p_values, family_size)
    values, order = _ascending(p[present])
    harmonic = float(np.sum(1.0 / np.arange(1, size + 1)))
    factors = harmonic * size / np.arange(1, len(values) + 1)
    return _put_back(p, present, _step_up(factors * values), order)


def _family(
    p_values: npt.ArrayLike, family_size: int | None
) -> tuple[FloatArray, npt.NDArray[np.bool_], int]:
    """Return a copy of the p values, the mask of those that exist, and the family size."""
    p = np.array(p_values, dtype=np.float64)
    if p.ndim != 1:
        raise ValueError(f"p_values: expected one dimension, got {p.ndim}")
    present = ~np.isnan(p)
    outside = present & ~((p >= 0.0) & (p <= 1.0))
    if outside.any():
        raise ValueError(f"p_values: {float(p[outside][0])} lies outside [0, 1]")
    n_present = int(present.sum())
    size = n_present if family_size is None else family_size
    if size < n_present:
        raise ValueError(f"family_size: {size} is smaller than the {n_present} p values given")
    return p, present, size


def _ascending(values: FloatArray) -> tuple[FloatArray, IntArray]:
    order = np.argsort(values, kind="stable")
    return values[order], order


def _step_up(scaled: FloatArray) -> FloatArray:
    """Return the running minimum from the largest p value down, at most 1."""
    minima: FloatArray = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(1.0, minima)


def _put_back(
    p: FloatArray, present: npt.NDArray[np.bool_], adjusted: FloatArray, order: IntArray
) -> FloatArray:
    restored = np.empty_like(adjusted)
    restored[order] = adjusted
    p[present] = restored
    return p
