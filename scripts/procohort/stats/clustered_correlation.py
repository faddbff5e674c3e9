"""Correlations over clustered rows in which every patient counts once, however many rows."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable

Ties = Literal["as_larger", "half"]

# Kendall's tau needs a matrix of all pairs of rows: 8 bytes times this squared.
_LARGEST_PAIRS = 10_000


def clustered_pearson(
    x: npt.ArrayLike, y: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Pearson's correlation of one row drawn from each patient (Lorenz, Datta and Harkema 2011).

    Parameters
    ----------
    x, y : array_like, shape (N,)
    cluster : array_like, shape (N,)
        Patient of each row.
    ci_level : float
        Level of the Wald interval, cut at -1 and 1.

    Returns
    -------
    Inference
        Correlation with weights 1 / n_i, z in `statistic`, normal p; ``se`` in `extra`.

    Notes
    -----
    Lorenz, Datta and Harkema (2011), Statistics in Medicine 30, 3181-3191: moments averaged
    inside patients, then over patients; delta method with the variance over patients.
    """
    first, second, codes, n_clusters = _rows(x, y, cluster)
    return _by_moments(
        "clustered_pearson", first, second, codes, n_clusters=n_clusters, ci_level=ci_level
    )


def clustered_spearman(
    x: npt.ArrayLike, y: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Spearman's rho of one row drawn from each patient (Lorenz, Levy and Datta 2018).

    `clustered_pearson` of the patient-weighted distribution functions, ties at one half; their
    own estimation does not enter the standard error. Arguments and result as there.
    """
    first, second, codes, n_clusters = _rows(x, y, cluster)
    ranks = [_weighted_ecdf(values, codes, n_clusters) for values in (first, second)]
    return _by_moments(
        "clustered_spearman", ranks[0], ranks[1], codes, n_clusters=n_clusters, ci_level=ci_level
    )


def clustered_kendall(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    ties: Ties = "as_larger",
    ci_level: float = 0.95,
) -> Inference:
    """Kendall's tau of rows of two different patients (Lorenz, Datta and Harkema 2011).

    Parameters
    ----------
    x, y, cluster : array_like, shape (N,)
    ties : {"as_larger", "half"}
        How tied pairs enter the standard error (never the estimate, where they count 0):
        ``as_larger`` is the published computation, written for data without ties (R's
        htestClust), and depends on the direction of the scales; ``half`` does not.
    ci_level : float
        Level of the Wald interval, cut at -1 and 1.

    Returns
    -------
    Inference
        tau-a over pairs of patients, z, normal p; ``se`` in `extra`. Refused above 10,000 rows.
    """
    method = "clustered_kendall"
    first, second, codes, n_clusters = _rows(x, y, cluster)
    n = len(first)
    if n > _LARGEST_PAIRS:
        reason = f"{n} rows are too many for a comparison of all pairs."
        return Inference(method, n=n, n_clusters=n_clusters, status="refused", note=reason)
    if (problem := _degenerate(method, first, second, n_clusters)) is not None:
        return problem
    sizes = np.bincount(codes).astype(np.float64)
    signs = np.sign(np.subtract.outer(first, first)) * np.sign(np.subtract.outer(second, second))
    order = np.argsort(codes, kind="stable")
    starts = (np.cumsum(sizes) - sizes).astype(np.int64)
    by_pair = np.add.reduceat(np.add.reduceat(signs[order][:, order], starts, 0), starts, 1)
    np.fill_diagonal(by_pair, 0.0)
    tau = float(((by_pair / sizes).T / sizes).sum()) / (n_clusters * (n_clusters - 1.0))
    if ties == "half":
        agreement = (1.0 + signs) / 2.0
    else:
        below = [np.less.outer(values, values) for values in (first, second)]
        agreement = (below[0] == below[1]).astype(np.float64)
    projection = np.bincount(codes, weights=agreement.mean(axis=0)) / sizes
    variance = 16.0 * float(projection.var(ddof=1)) / n_clusters
    return _wald(method, tau, variance, n=n, n_clusters=n_clusters, ci_level=ci_level)


def _rows(
    x: npt.ArrayLike, y: npt.ArrayLike, cluster: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, IntArray, int]:
    first, second = as_float(x, "x"), as_float(y, "y")
    codes, levels = encode(cluster)
    same_length(x=first, y=second, cluster=codes)
    return first, second, codes, len(levels)


def _degenerate(method: str, x: FloatArray, y: FloatArray, n_clusters: int) -> Inference | None:
    reason = ""
    if n_clusters < 3:
        reason = "Fewer than three patients do not determine a variance over patients."
    elif (x == x[0]).all() or (y == y[0]).all():
        reason = "One of the two variables is constant: it has no correlation."
    if not reason:
        return None
    return not_estimable(method, reason, n=len(x), n_clusters=n_clusters)


def _weighted_ecdf(values: FloatArray, codes: IntArray, n_clusters: int) -> FloatArray:
    """Return the mean of the patients' distribution functions at each row, ties at one half."""
    sizes = np.bincount(codes)
    _, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights=1.0 / sizes[codes]) / n_clusters
    ecdf: FloatArray = (np.cumsum(mass) - mass / 2.0)[place]
    return ecdf


def _by_moments(
    method: str, x: FloatArray, y: FloatArray, codes: IntArray, *, n_clusters: int, ci_level: float
) -> Inference:
    if (problem := _degenerate(method, x, y, n_clusters)) is not None:
        return problem
    sizes = np.bincount(codes)

    def per_patient(values: FloatArray) -> FloatArray:
        return np.bincount(codes, weights=values) / sizes

    # Centred first: the correlation does not change, and large means do not cancel.
    x, y = x - per_patient(x).mean(), y - per_patient(y).mean()
    spread_x, spread_y = float(per_patient(x * x).mean()), float(per_patient(y * y).mean())
    x, y = x / np.sqrt(spread_x), y / np.sqrt(spread_y)
    r = float(per_patient(x * y).mean())
    # Influence of one patient on the correlation of standardised variables.
    influence = per_patient(x * y - r / 2.0 * (x * x + y * y))
    variance = float(influence.var(ddof=1)) / n_clusters
    return _wald(method, r, variance, n=len(x), n_clusters=n_clusters, ci_level=ci_level)


def _wald(
    method: str, estimate: float, variance: float, *, n: int, n_clusters: int, ci_level: float
) -> Inference:
    if variance <= 1e-28:
        reason = "The variance over patients is zero."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    se = float(np.sqrt(variance))
    margin = float(ndtri(0.5 + ci_level / 2.0)) * se
    z = estimate / se
    return Inference(
        method=method,
        estimate=max(-1.0, min(1.0, estimate)),
        ci_low=max(-1.0, estimate - margin),
        ci_high=min(1.0, estimate + margin),
        ci_level=ci_level,
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=n,
        n_clusters=n_clusters,
        extra={"se": se},
    )
