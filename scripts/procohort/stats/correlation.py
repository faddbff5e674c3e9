"""Correlations: over all procedures, inside patients, between patients."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtr

from procohort.stats.arrays import as_float, encode, midranks, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable

_CONSTANT = "One of the two variables is constant: it has no correlation."
_PERFECT = 1.0 - 1e-12


def spearman(x: npt.ArrayLike, y: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Spearman's rho over all rows, as if they were independent.

    Midranks; p from t with n - 2 df; limits on Fisher's scale with the standard error
    sqrt((1 + rho^2 / 2) / (n - 3)) of Bonett and Wright (2000). Patients are ignored: the
    cluster-aware interval is `bootstrap_spearman`.

    Parameters
    ----------
    x, y : array_like, shape (n,)
    ci_level : float

    Returns
    -------
    Inference
        `statistic` is t; ``extra["s"]`` is the sum (n^3 - n)(1 - rho) / 6 that R prints.

    Examples
    --------
    >>> round(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).estimate, 6)
    0.8
    """
    first, second = _pair(x, y)
    n = len(first)
    rho = _pearson(midranks(first), midranks(second)) if n else None
    result = _inference(
        "spearman",
        rho,
        df=n - 2,
        fisher_variance=(1.0 + (rho or 0.0) ** 2 / 2.0) / (n - 3) if n > 3 else None,
        ci_level=ci_level,
        n=n,
    )
    if rho is None:
        return result
    return result.with_(extra={"s": (n**3 - n) * (1.0 - rho) / 6.0})


def pearson(x: npt.ArrayLike, y: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Pearson's correlation over all rows, with t and Fisher's limits; patients are ignored.

    Parameters
    ----------
    x, y : array_like, shape (n,)
    ci_level : float
    """
    first, second = _pair(x, y)
    n = len(first)
    return _inference(
        "pearson",
        _pearson(first, second) if n else None,
        df=n - 2,
        fisher_variance=1.0 / (n - 3) if n > 3 else None,
        ci_level=ci_level,
        n=n,
    )


def rmcorr(
    x: npt.ArrayLike, y: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Repeated-measures correlation: how x and y move together inside patients.

    The correlation of both after subtracting the patient's mean, which is the analysis of
    covariance of Bland and Altman (1995a) with N - K - 1 df; limits on Fisher's scale with
    variance 1 / (df - 1), as Bakdash and Marusich (2017).

    Parameters
    ----------
    x, y : array_like, shape (N,)
        Logarithms are taken by the caller.
    cluster : array_like, shape (N,)
    ci_level : float

    Returns
    -------
    Inference
        `n` and `n_clusters` count all rows; patients with one row add nothing.
    """
    first, second = _pair(x, y)
    return _within("rmcorr", first, second, cluster, ci_level)


def within_rank_correlation(
    x: npt.ArrayLike, y: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Correlation inside patients of the pooled midranks, each less its patient's mean rank.

    The rank version of `rmcorr`: it needs no logarithm and resists outliers.

    Parameters
    ----------
    x, y, cluster : array_like, shape (N,)
    ci_level : float
    """
    first, second = _pair(x, y)
    if len(first):
        first, second = midranks(first), midranks(second)
    return _within("within_rank_correlation", first, second, cluster, ci_level)


def between_patient_correlation(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    weighted: bool = False,
    summary: Literal["mean", "median"] = "mean",
    ranks: bool = False,
    ci_level: float = 0.95,
) -> Inference:
    """Correlation of one summary per patient (Bland and Altman 1995b), with K - 2 df.

    Parameters
    ----------
    x, y : array_like, shape (N,)
    cluster : array_like, shape (N,)
    weighted : bool
        Weight each patient by the number of rows.
    summary : {"mean", "median"}
        What stands for a patient.
    ranks : bool
        Spearman instead of Pearson: the summaries are ranked. Excludes `weighted`.
    ci_level : float

    Returns
    -------
    Inference
        Limits on Fisher's scale with variance 1 / (K - 3), for ranks that of Bonett and Wright.

    Raises
    ------
    ValueError
        If both `weighted` and `ranks` are asked for.
    """
    if weighted and ranks:
        raise ValueError("weighted, ranks: a weighted rank correlation is not defined here")
    first, second = _pair(x, y)
    codes, levels = encode(cluster)
    n, k = same_length(x=first, y=second, cluster=codes), len(levels)
    parts = [_summaries(values, codes, k, summary) for values in (first, second)]
    if ranks and k:
        parts = [midranks(part) for part in parts]
    weights = np.bincount(codes, minlength=k).astype(np.float64) if weighted else None
    r = _pearson(parts[0], parts[1], weights) if k else None
    inflation = 1.0 + (r or 0.0) ** 2 / 2.0 if ranks else 1.0
    return _inference(
        "between_patient_" + ("spearman" if ranks else "pearson"),
        r,
        df=k - 2,
        fisher_variance=inflation / (k - 3) if k > 3 else None,
        ci_level=ci_level,
        n=n,
        n_clusters=k,
    )


def _pair(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    first, second = as_float(x, "x"), as_float(y, "y")
    same_length(x=first, y=second)
    return first, second


def _summaries(
    values: FloatArray, codes: IntArray, k: int, summary: Literal["mean", "median"]
) -> FloatArray:
    sizes = np.bincount(codes, minlength=k)
    if summary == "mean":
        return np.bincount(codes, weights=values, minlength=k) / sizes
    ordered = values[np.lexsort((values, codes))]
    starts = np.cumsum(sizes) - sizes
    medians: FloatArray = (ordered[starts + (sizes - 1) // 2] + ordered[starts + sizes // 2]) / 2.0
    return medians


def _pearson(x: FloatArray, y: FloatArray, weights: FloatArray | None = None) -> float | None:
    """Return the (weighted) correlation, or None where a variable is constant."""
    share = np.full(len(x), 1.0 / len(x)) if weights is None else weights / weights.sum()
    centred = [values - share @ values for values in (x, y)]
    variances = [float(share @ part**2) for part in centred]
    for variance, values in zip(variances, (x, y), strict=True):
        # Rounding leaves a constant with a spread of some units in the last place.
        if variance <= 1e-28 * float(share @ values**2):
            return None
    r = float(share @ (centred[0] * centred[1])) / float(np.sqrt(variances[0] * variances[1]))
    return max(-1.0, min(1.0, r))


def _within(
    method: str, x: FloatArray, y: FloatArray, cluster: npt.ArrayLike, ci_level: float
) -> Inference:
    codes, levels = encode(cluster)
    n, k = same_length(x=x, y=y, cluster=codes), len(levels)
    residuals = []
    for values in (x, y):
        means = np.bincount(codes, weights=values, minlength=k) / np.bincount(codes, minlength=k)
        residual = values - means[codes]
        if residual @ residual <= 1e-26 * (values @ values):
            reason = "One of the two variables does not vary inside any patient."
            return not_estimable(method, reason, n=n, n_clusters=k)
        residuals.append(residual)
    df = n - k - 1
    r = float(residuals[0] @ residuals[1]) / float(
        np.sqrt((residuals[0] @ residuals[0]) * (residuals[1] @ residuals[1]))
    )
    return _inference(
        method,
        max(-1.0, min(1.0, r)),
        df=df,
        fisher_variance=1.0 / (df - 1) if df > 1 else None,
        ci_level=ci_level,
        n=n,
        n_clusters=k,
    )


def _inference(
    method: str,
    r: float | None,
    *,
    df: int,
    fisher_variance: float | None,
    ci_level: float,
    n: int,
    n_clusters: int = 0,
) -> Inference:
    """Turn a correlation into a result with t test and Fisher limits."""
    if r is None:
        return not_estimable(method, _CONSTANT, n=n, n_clusters=n_clusters)
    if df < 1 or fisher_variance is None:
        reason = "Too few rows or patients for a test and an interval."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if abs(r) >= _PERFECT:
        return Inference(
            method=method,
            estimate=r,
            ci_level=ci_level,
            df=df,
            n=n,
            n_clusters=n_clusters,
            note="The correlation is perfect: its test and interval do not exist.",
        )
    t = r * float(np.sqrt(df / (1.0 - r * r)))
    reach = float(ndtri(0.5 + ci_level / 2.0) * np.sqrt(fisher_variance))
    centre = float(np.arctanh(r))
    return Inference(
        method=method,
        estimate=r,
        ci_low=float(np.tanh(centre - reach)),
        ci_high=float(np.tanh(centre + reach)),
        ci_level=ci_level,
        statistic=t,
        df=df,
        p=float(2.0 * stdtr(df, -abs(t))),
        n=n,
        n_clusters=n_clusters,
    )
