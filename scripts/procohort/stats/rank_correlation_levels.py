"""Spearman's rho over all rows of clustered data, and how far ranks agree inside patients."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable

Weights = Literal["patients", "rows"]


def total_rank_correlation(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    weights: Weights = "patients",
    projection: Weights = "rows",
    ci_level: float = 0.95,
) -> Inference:
    """Spearman's rho of clustered rows with an analytic standard error over patients.

    Parameters
    ----------
    x, y : array_like, shape (N,)
    cluster : array_like, shape (N,)
        Patient of each row.
    weights : {"patients", "rows"}
        Whether patients or rows weigh equally.
    projection : {"rows", "patients"}
        How the part of the standard error that stems from estimating the ranks is averaged.
        ``rows`` is what R's rankCorr computes; ``patients`` fits ``weights="patients"``. With
        equally large patients they agree.
    ci_level : float
        Level of the Wald interval, cut at -1 and 1.

    Returns
    -------
    Inference
        rho, z in `statistic`, normal p; ``se`` in `extra`. Unlike `clustered_spearman`, the
        standard error counts that the ranks are estimated too.

    Notes
    -----
    Shih and Fay (2017), Biometrics 73, 822-834; Tu, Li and Shepherd (2025),
    Statistics in Medicine 44, e10326.
    """
    method = "total_rank_correlation"
    first, second = as_float(x, "x"), as_float(y, "y")
    codes, levels = encode(cluster)
    n = same_length(x=first, y=second, cluster=codes)
    n_clusters = len(levels)
    if n_clusters < 3:
        reason = "Fewer than three patients do not determine a variance over patients."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if (first == first[0]).all() or (second == second[0]).all():
        reason = "One of the two variables is constant: it has no correlation."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    mass = _row_mass(codes, weights)
    rank_x, rank_y = _mass_below(first, mass), _mass_below(second, mass)
    moments = np.array(
        [
            mass @ ((rank_x - 0.5) * (rank_y - 0.5)),
            mass @ (rank_x - 0.5) ** 2,
            mass @ (rank_y - 0.5) ** 2,
        ]
    )
    rho = float(moments[0] / np.sqrt(moments[1] * moments[2]))
    average = mass if weights == "rows" else _row_mass(codes, projection)
    residuals = _projections(first, second, rank_x, rank_y, mass=mass, average=average) - moments
    # One sum over a patient's rows each, scaled so that the patients' mean is the estimate's.
    per_patient = n_clusters * np.stack(
        [np.bincount(codes, weights=mass * column) for column in residuals.T], axis=1
    )
    gradient = rho * np.array([1.0 / moments[0], -0.5 / moments[1], -0.5 / moments[2]])
    if moments[0] == 0.0:
        gradient = np.array([1.0 / np.sqrt(moments[1] * moments[2]), 0.0, 0.0])
    variance = 9.0 * float(((per_patient @ gradient) ** 2).sum()) / n_clusters**2
    if variance <= 1e-28:
        reason = "The variance over patients is zero."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    se = float(np.sqrt(variance))
    margin = float(ndtri(0.5 + ci_level / 2.0)) * se
    return Inference(
        method=method,
        estimate=max(-1.0, min(1.0, rho)),
        ci_low=max(-1.0, rho - margin),
        ci_high=min(1.0, rho + margin),
        ci_level=ci_level,
        statistic=rho / se,
        p=2.0 * float(ndtr(-abs(rho / se))),
        n=n,
        n_clusters=n_clusters,
        extra={"se": se},
    )


def rank_icc(
    y: npt.ArrayLike, cluster: npt.ArrayLike, *, weights: Weights = "patients"
) -> Inference:
    """Rank intraclass correlation: Spearman's rho of two rows drawn from one patient.

    Parameters
    ----------
    y : array_like, shape (N,)
    cluster : array_like, shape (N,)
        Patient of each row; patients with one row shape the ranks only.
    weights : {"patients", "rows"}
        ``patients``: a patient is drawn first, then two rows; ``rows``: all pairs alike.

    Returns
    -------
    Inference
        The correlation, which needs no logarithm; a point estimate only.

    Notes
    -----
    Tu, Li, Zeng and Shepherd (2023), Statistics in Medicine 42, 4333-4348.

    Examples
    --------
    >>> rank_icc([1.0, 2.0, 3.0, 4.0], ["a", "a", "b", "b"]).estimate > 0
    True
    """
    method = "rank_icc"
    values = as_float(y, "y")
    codes, levels = encode(cluster)
    n = same_length(y=values, cluster=codes)
    sizes = np.bincount(codes, minlength=len(levels)).astype(np.float64)
    reason = ""
    if len(levels) < 2 or not (sizes > 1).any():
        reason = "It takes two patients, and one of them with two rows."
    elif (values == values[0]).all():
        reason = "All rows have the same value."
    if reason:
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    mass = _row_mass(codes, weights)
    centred = _mass_below(values, mass) - 0.5
    sums = np.bincount(codes, weights=centred)
    products = (sums**2 - np.bincount(codes, weights=centred**2))[sizes > 1]
    pairs = (sizes * (sizes - 1.0))[sizes > 1]
    of_pairs = products.sum() / pairs.sum() if weights == "rows" else (products / pairs).mean()
    return Inference(
        method=method,
        estimate=float(of_pairs / (mass @ centred**2)),
        n=n,
        n_clusters=len(levels),
        extra={"n_clusters_with_pairs": float(len(pairs))},
    )


def _row_mass(codes: IntArray, weights: Weights) -> FloatArray:
    """Return the probability of drawing each row."""
    sizes = np.bincount(codes)
    if weights == "rows":
        return np.full(len(codes), 1.0 / len(codes))
    return np.asarray(1.0 / (sizes[codes] * float(len(sizes))), dtype=np.float64)


def _mass_below(values: FloatArray, mass: FloatArray) -> FloatArray:
    """Return the mass of the rows below each row, ties at one half."""
    _, place = np.unique(values, return_inverse=True)
    at = np.bincount(place, weights=mass)
    below: FloatArray = (np.cumsum(at) - at / 2.0)[place]
    return below


def _projections(
    x: FloatArray,
    y: FloatArray,
    rank_x: FloatArray,
    rank_y: FloatArray,
    *,
    mass: FloatArray,
    average: FloatArray,
) -> FloatArray:
    """Return each row's Hajek projection of the three moments of the ranks, shape (N, 3)."""

    def mass_above(values: FloatArray, weight: FloatArray) -> FloatArray:
        return float(weight.sum()) - _mass_below(values, weight)

    # Means over the other variable of the joint distribution function F(x_i, Y) and F(X, y_i).
    joint_x = _mass_below(x, mass * mass_above(y, average))
    joint_y = _mass_below(y, mass * mass_above(x, average))
    covariance = (rank_x * rank_y + joint_x + joint_y + 1.0 - rank_x - rank_y) / 3.0 - 0.25
    variances = [
        (rank**2 + 2.0 * mass_above(values, average * rank)) / 3.0 - 0.25
        for values, rank in ((x, rank_x), (y, rank_y))
    ]
    return np.stack([covariance, *variances], axis=1)
