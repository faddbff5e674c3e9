"""How often each patient is drawn in each bootstrap replicate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from procohort.stats.inference import IntArray

# Numbers held at once by one chunk of replicates: 8 MB of doubles, near what a cache holds.
_CHUNK_NUMBERS = 1_000_000


def draw_weights(n_clusters: int, n_resamples: int, seed: int) -> IntArray:
    """Draw K of K patients with replacement, B times.

    Parameters
    ----------
    n_clusters, n_resamples : int
        K and B.
    seed : int
        Seed of `numpy.random.default_rng`.

    Returns
    -------
    ndarray of int, shape (B, K)
        How often each patient, in sorted order of the labels, was drawn; rows sum to K.

    Examples
    --------
    >>> draw_weights(3, 2, seed=1).sum(axis=1).tolist()
    [3, 3]
    """
    return _counts(_draw(np.random.default_rng(seed), n_clusters, n_resamples), n_clusters)


def weights_from_index(index: npt.ArrayLike) -> IntArray:
    """Turn drawn positions into counts.

    Parameters
    ----------
    index : array_like of int, shape (B, K)
        Zero-based positions of the drawn patients in sorted order of the labels.

    Returns
    -------
    ndarray of int, shape (B, K)

    Raises
    ------
    ValueError
        If `index` is not a table of whole numbers between 0 and K - 1.
    """
    return _counts(_checked_index(index), np.asarray(index).shape[1])


def weight_chunks(
    n_clusters: int,
    numbers_per_replicate: int,
    *,
    seed: int | None,
    n_resamples: int,
    index: npt.ArrayLike | None,
) -> Iterator[IntArray]:
    """Yield the (b, K) weights in chunks of bounded memory; the draws do not depend on the size.

    Parameters
    ----------
    n_clusters : int
    numbers_per_replicate : int
        Numbers that the statistic holds per replicate.
    seed, n_resamples
        As in `draw_weights`; unused with `index`.
    index : array_like of int, shape (B, K), optional
        As in `weights_from_index`.

    Raises
    ------
    ValueError
        If neither a seed nor an index is given, or the index has another number of patients.
    """
    step = max(1, _CHUNK_NUMBERS // max(n_clusters, numbers_per_replicate, 1))
    if index is not None:
        table = _checked_index(index)
        if table.shape[1] != n_clusters:
            raise ValueError(f"index: draws {table.shape[1]} patients, the data have {n_clusters}")
        for start in range(0, len(table), step):
            yield _counts(table[start : start + step], n_clusters)
        return
    if seed is None:
        raise ValueError("seed: needed unless an index is given")
    rng = np.random.default_rng(seed)
    for start in range(0, n_resamples, step):
        yield _counts(_draw(rng, n_clusters, min(step, n_resamples - start)), n_clusters)


def _draw(rng: np.random.Generator, n_clusters: int, n_resamples: int) -> IntArray:
    return rng.integers(0, n_clusters, size=(n_resamples, n_clusters), dtype=np.int64)


def _counts(index: IntArray, n_clusters: int) -> IntArray:
    n_resamples = len(index)
    flat = index + (np.arange(n_resamples, dtype=np.int64) * n_clusters)[:, None]
    counts = np.bincount(flat.ravel(), minlength=n_resamples * n_clusters)
    return counts.reshape(n_resamples, n_clusters).astype(np.int64, copy=False)


def _checked_index(index: npt.ArrayLike) -> IntArray:
    table = np.asarray(index)
    if table.ndim != 2 or table.dtype.kind not in "iu":
        raise ValueError("index: expected a two-dimensional table of whole numbers")
    if table.size and (table.min() < 0 or table.max() >= table.shape[1]):
        raise ValueError("index: positions must lie between 0 and the number of patients - 1")
    return table.astype(np.int64, copy=False)
