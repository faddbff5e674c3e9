"""Checks and small array tools shared by the statistics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from procohort.stats.inference import Array, BoolArray, FloatArray, IntArray


def as_float(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return a one-dimensional float64 array without NaN or infinities.

    Raises
    ------
    ValueError
        If `values` is not one-dimensional or holds NaN or infinities. Missing
        values are dropped and counted once, by the caller, so that every
        method of a comparison sees the same rows.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name}: expected one dimension, got {array.ndim}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: holds NaN or infinite values; drop incomplete rows first")
    return array


def encode(labels: npt.ArrayLike, name: str = "cluster") -> tuple[IntArray, Array]:
    """Map labels to codes 0..K-1, in sorted order of the labels.

    Returns
    -------
    codes : ndarray of int, shape (n,)
        Number of each row's label.
    levels : ndarray, shape (K,)
        The distinct labels.

    Raises
    ------
    ValueError
        If a label is missing: a row without a patient would vanish silently
        from any grouping.
    """
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"{name}: expected one dimension, got {array.ndim}")
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise ValueError(f"{name}: holds missing labels")
    if array.dtype.kind == "O":
        objects = array.tolist()
        # Texts are never missing, so that the usual labels need no look at each.
        if set(map(type, objects)) != {str} and any(map(_is_missing, objects)):
            raise ValueError(f"{name}: holds missing labels")
        array = array.astype(str)
    if array.dtype.kind in "iu" and array.size:
        lowest, highest = int(array.min()), int(array.max())
        if highest - lowest < 4 * array.size + 1_000 and highest <= np.iinfo(np.int64).max:
            return _encode_dense(array, lowest, highest)
    levels, codes = np.unique(array, return_inverse=True)
    return codes.astype(np.int64, copy=False), levels


def _is_missing(label: object) -> bool:
    try:
        return label is None or bool(label != label)  # noqa: PLR0124 (NaN test)
    except TypeError:
        return True  # pandas.NA does not say whether it equals itself


def _encode_dense(array: Array, lowest: int, highest: int) -> tuple[IntArray, Array]:
    """Encode whole numbers without sorting: their range is not much longer than the rows."""
    shifted = array.astype(np.int64) - lowest
    occurs = np.zeros(highest - lowest + 1, dtype=bool)
    occurs[shifted] = True
    codes = (np.cumsum(occurs, dtype=np.int64) - 1)[shifted]
    levels = np.flatnonzero(occurs) + lowest
    return codes, levels.astype(array.dtype)


def same_length(**arrays: Array) -> int:
    """Return the common length of the named arrays, or raise ValueError naming the odd one."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"arrays differ in length: {shown}")
    return next(iter(lengths.values()))


def midranks(values: npt.ArrayLike) -> FloatArray:
    """Return ranks 1..n, ties sharing their mean rank.

    Examples
    --------
    >>> midranks([10.0, 30.0, 10.0]).tolist()
    [1.5, 3.0, 1.5]
    """
    array = as_float(values, "values")
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    upper = np.cumsum(counts)
    return ((2 * upper - counts + 1) / 2.0)[inverse]


def as_group(values: npt.ArrayLike, name: str = "group") -> BoolArray:
    """Return a two-group code as booleans: True is the group of interest, False the reference.

    Raises
    ------
    ValueError
        If `values` is not one-dimensional or holds anything but 0/1 or booleans.
    """
    array = as_float(values, name)
    if not np.isin(array, (0.0, 1.0)).all():
        raise ValueError(f"{name}: expected 0/1 or booleans")
    in_group: BoolArray = array == 1.0
    return in_group


def constant_in_cluster(values: IntArray, codes: IntArray, n_clusters: int) -> IntArray | None:
    """Return the one value of each cluster, or None if any cluster holds two."""
    first = np.zeros(n_clusters, dtype=np.int64)
    first[codes] = values
    return first if np.array_equal(first[codes], values) else None


def midranks_in_cluster(values: FloatArray, codes: IntArray) -> FloatArray:
    """Return ranks 1..n_i inside each cluster, ties sharing their mean rank.

    Examples
    --------
    >>> midranks_in_cluster(np.array([5.0, 9.0, 1.0]), np.array([0, 1, 0])).tolist()
    [2.0, 1.0, 1.0]
    """
    sizes = np.bincount(codes)
    # Clusters set apart by more than any rank: one ranking of all rows ranks inside each.
    joint = midranks(midranks(values) + codes * (2.0 * values.size))
    ranks: FloatArray = joint - (np.cumsum(sizes) - sizes)[codes]
    return ranks
