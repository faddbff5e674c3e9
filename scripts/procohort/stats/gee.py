"""Generalised estimating equations with small-sample sandwich standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, stdtr, stdtrit

from procohort.stats.arrays import as_float, as_group, encode, same_length
from procohort.stats.few_events import too_few_events
from procohort.stats.inference import (
    NAN,
    FloatArray,
    Inference,
    IntArray,
    Status,
    not_estimable,
    refused,
)
from procohort.stats.sandwich import sandwich_standard_errors

Family = Literal["binomial", "poisson", "gaussian"]
Correlation = Literal["independence", "exchangeable"]

_MAX_ITERATIONS = 200
# A fitted log odds or log mean beyond this is separation, not an estimate.
_LARGEST_LINEAR_PREDICTOR = 30.0


class _NoFitError(Exception):
    """The estimating equations have no usable solution; the message says why."""


@dataclass(frozen=True)
class GeeFit:
    """Coefficients of a marginal model with several standard errors.

    Attributes
    ----------
    coef : ndarray, shape (p,)
        Estimates on the link scale.
    se : Mapping of str to ndarray, shape (p,)
        ``model``, ``liang_zeger``, ``kauermann_carroll``, ``mancl_derouen``,
        ``fay_graubard``.
    p : Mapping of str to ndarray, shape (p,)
        Two-sided p of each, from t with `df` degrees of freedom.
    df : float
        Clusters minus coefficients.
    alpha, phi : float
        Working correlation and scale.
    n, n_clusters : int
        Rows and clusters.
    status, note : str
        As in `Inference`; arrays are empty unless ``ok``.
    """

    coef: FloatArray
    se: Mapping[str, FloatArray]
    p: Mapping[str, FloatArray]
    df: float
    alpha: float
    phi: float
    n: int
    n_clusters: int
    status: Status = "ok"
    note: str = ""


@dataclass(frozen=True)
class _Data:
    """Rows sorted by cluster, so that sums over clusters are sums over slices."""

    y: FloatArray
    x: FloatArray
    starts: IntArray
    sizes: IntArray
    family: Family
    parameters_subtracted: int = field(default=0)

    def mean_and_variance(self, eta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and variance function of the canonical link, per row."""
        if self.family == "gaussian":
            return eta, np.ones_like(eta)
        if self.family == "poisson":
            mean = np.exp(eta)
            return mean, mean
        mean = np.asarray(expit(eta))
        return mean, mean * np.asarray(expit(-eta))

    def cluster_sums(self, rows: FloatArray) -> FloatArray:
        """Sum rows within clusters, shape (K, ...)."""
        sums: FloatArray = np.add.reduceat(rows, self.starts, axis=0)
        return sums


def gee(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    family: Family = "binomial",
    correlation: Correlation = "independence",
    subtract_parameters: bool = False,
) -> GeeFit:
    """Fit a marginal model with its canonical link and sandwich standard errors.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    x : array_like, shape (n, p)
        Design matrix, with its intercept column.
    cluster : array_like, shape (n,)
        Patient of each row, in any order.
    family : {"binomial", "poisson", "gaussian"}
        Variance function and link (logit, log, identity).
    correlation : {"independence", "exchangeable"}
        Working correlation within a cluster.
    subtract_parameters : bool
        Divide the moment estimates of scale and correlation by counts minus p
        (R's gee and statsmodels) instead of the plain counts (R's geepack).

    Returns
    -------
    GeeFit
        Status ``not_estimable`` with a reason under separation, a rank
        deficient design, too few clusters, or a working correlation that is
        no correlation.

    Notes
    -----
    Liang & Zeger 1986; Mancl & DeRouen 2001; Kauermann & Carroll 2001; Fay &
    Graubard 2001 with bound 0.75. All referred to t with K - p degrees of freedom.

    Examples
    --------
    >>> fit = gee([1, 2, 3, 6, 5, 7], [[1.0]] * 6, [1, 1, 2, 2, 3, 3], family="gaussian")
    >>> round(float(fit.coef[0]), 6), fit.df
    (4.0, 2.0)
    """
    outcome = as_float(y, "y")
    design = np.asarray(x, dtype=np.float64)
    codes, levels = encode(cluster)
    if design.ndim != 2 or not np.isfinite(design).all():
        raise ValueError("x: expected a matrix without NaN or infinite values")
    n = same_length(y=outcome, x=design, cluster=codes)
    n_clusters, n_coef = len(levels), design.shape[1]
    try:
        if n_clusters <= n_coef:
            raise _NoFitError(f"{n_clusters} clusters cannot carry {n_coef} coefficients.")
        data = _sorted_data(outcome, design, codes, family, n_coef * subtract_parameters)
        coef, alpha, phi = _solve(data, correlation)
        eta = data.x @ coef
        if family != "gaussian" and float(np.abs(eta).max()) > _LARGEST_LINEAR_PREDICTOR:
            raise _NoFitError("Separation: a fitted value runs to the end of its range.")
        scores, information = _cluster_pieces(data, coef, alpha)
        se = sandwich_standard_errors(scores, information, phi)
    except _NoFitError as problem:
        return _no_fit(str(problem), n, n_clusters)
    if se is None:
        return _no_fit("One patient alone determines a coefficient.", n, n_clusters)
    if min(float(value.min()) for value in se.values()) < 1e-12 * max(
        1.0, float(np.abs(coef).max())
    ):
        return _no_fit("The model fits every row exactly.", n, n_clusters)
    df = float(n_clusters - n_coef)
    return GeeFit(
        coef=coef,
        se=se,
        p={name: 2.0 * stdtr(df, -np.abs(coef / value)) for name, value in se.items()},
        df=df,
        alpha=alpha,
        phi=phi,
        n=n,
        n_clusters=n_clusters,
    )


def gee_odds_ratio(
    events: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    correlation: Correlation = "exchangeable",
    standard_error: str = "mancl_derouen",
    ci_level: float = 0.95,
) -> Inference:
    """Return the marginal odds ratio of group 1 against group 0 by GEE, or refuse.

    Parameters
    ----------
    events, group : array_like of 0/1, shape (n,)
        Whether the row is an event; 1 = group of interest, 0 = reference.
    cluster : array_like, shape (n,)
        Patient of each row.
    correlation : {"independence", "exchangeable"}
        Working correlation.
    standard_error : str
        One of the names in `GeeFit.se`.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Odds ratio, limits and p on t with K - 2 degrees of freedom; every
        standard error of the log odds ratio in `extra` (``se_...``), with
        ``alpha``. Refused with fewer than 10 events (or non-events) in a
        group: there the estimate or its standard error is an artefact.
    """
    event, in_group = as_group(events, "events"), as_group(group, "group")
    codes, levels = encode(cluster)
    n = same_length(events=event, group=in_group, cluster=codes)
    method = f"gee_{correlation}_{standard_error}"
    reason = too_few_events(event, in_group)
    if reason:
        return refused(method, reason, n=n, n_clusters=len(levels))
    design = np.column_stack([np.ones(n), in_group])
    fit = gee(event.astype(np.float64), design, codes, correlation=correlation)
    if fit.status != "ok":
        return not_estimable(method, fit.note, n=n, n_clusters=len(levels))
    log_odds_ratio, se = float(fit.coef[1]), float(fit.se[standard_error][1])
    half_width = float(stdtrit(fit.df, (1.0 + ci_level) / 2.0)) * se
    extra = {f"se_{name}": float(value[1]) for name, value in fit.se.items()}
    return Inference(
        method=method,
        estimate=float(np.exp(log_odds_ratio)),
        ci_low=float(np.exp(log_odds_ratio - half_width)),
        ci_high=float(np.exp(log_odds_ratio + half_width)),
        ci_level=ci_level,
        statistic=log_odds_ratio / se,
        df=fit.df,
        p=float(fit.p[standard_error][1]),
        n=n,
        n_clusters=len(levels),
        extra={"log_odds_ratio": log_odds_ratio, "alpha": fit.alpha, **extra},
    )


def _no_fit(reason: str, n: int, n_clusters: int) -> GeeFit:
    return GeeFit(np.empty(0), {}, {}, NAN, NAN, NAN, n, n_clusters, "not_estimable", reason)


def _sorted_data(
    y: FloatArray, x: FloatArray, codes: IntArray, family: Family, parameters_subtracted: int
) -> _Data:
    if family == "binomial" and not ((y == 0) | (y == 1)).all():
        raise ValueError("y: a binomial outcome must be 0 or 1")
    if family == "poisson" and (y < 0).any():
        raise ValueError("y: a Poisson outcome must not be negative")
    if family != "gaussian" and (y == y[0]).all():
        raise _NoFitError("The outcome is constant.")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise _NoFitError("The columns of the design matrix are linearly dependent.")
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    return _Data(y[order], x[order], starts, sizes, family, parameters_subtracted)


def _solve(data: _Data, correlation: Correlation) -> tuple[FloatArray, float, float]:
    """Alternate scoring steps and moment estimates until the coefficients stand still."""
    coef = _start(data)
    alpha = 0.0
    for _ in range(_MAX_ITERATIONS):
        scores, information = _cluster_pieces(data, coef, alpha)
        step = _solved(information.sum(axis=0), scores.sum(axis=0))
        coef = coef + step
        previous = alpha
        alpha, phi = _moments(data, coef, correlation)
        moved = float(np.abs(step).max()) / max(1.0, float(np.abs(coef).max()))
        if moved < 1e-13 and abs(alpha - previous) < 1e-13:
            return coef, alpha, phi
    # Rounding can keep the last digits moving in large data.
    if moved < 1e-8 and abs(alpha - previous) < 1e-8:
        return coef, alpha, phi
    raise _NoFitError("The estimating equations did not converge.")


def _start(data: _Data) -> FloatArray:
    """Return one weighted least squares step from means drawn towards the middle."""
    if data.family == "gaussian":
        eta = data.y
    elif data.family == "poisson":
        eta = np.log(data.y + 0.1)
    else:
        eta = np.log((data.y + 0.5) / (1.5 - data.y))
    _, variance = data.mean_and_variance(eta)
    weighted = data.x * variance[:, None]
    return _solved(data.x.T @ weighted, weighted.T @ eta)


def _solved(matrix: FloatArray, vector: FloatArray) -> FloatArray:
    if not (np.isfinite(matrix).all() and np.isfinite(vector).all()):
        raise _NoFitError("The estimating equations did not converge.")
    try:
        return np.asarray(np.linalg.solve(matrix, vector), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise _NoFitError("Separation: the information matrix is singular.") from None


def _standardised(data: _Data, coef: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Pearson residuals, and square roots of the variance function."""
    eta = data.x @ coef
    if data.family != "gaussian":
        eta = np.clip(eta, -2 * _LARGEST_LINEAR_PREDICTOR, 2 * _LARGEST_LINEAR_PREDICTOR)
    mean, variance = data.mean_and_variance(eta)
    root = np.sqrt(variance)
    return (data.y - mean) / root, root


def _moments(data: _Data, coef: FloatArray, correlation: Correlation) -> tuple[float, float]:
    """Return working correlation and scale by moments (Liang & Zeger 1986)."""
    residual, _ = _standardised(data, coef)
    subtracted = data.parameters_subtracted
    phi = float(residual @ residual) / (len(residual) - subtracted)
    n_pairs = float((data.sizes * (data.sizes - 1)).sum()) / 2.0
    if correlation == "independence" or n_pairs <= subtracted or phi == 0.0:
        return 0.0, phi
    of_sums, of_squares = data.cluster_sums(residual), data.cluster_sums(residual**2)
    products = float((of_sums**2 - of_squares).sum()) / 2.0
    alpha = products / (n_pairs - subtracted) / phi
    if not -1.0 / (data.sizes.max() - 1) < alpha < 1.0:
        raise _NoFitError(f"The working correlation {alpha:.3f} is outside its range.")
    return alpha, phi


def _cluster_pieces(data: _Data, coef: FloatArray, alpha: float) -> tuple[FloatArray, FloatArray]:
    """Return D'V^-1 r, shape (K, p), and D'V^-1 D, shape (K, p, p), both at scale 1.

    The inverse of an exchangeable matrix is (I - c 11') / (1 - alpha) with
    c = alpha / (1 + (n_i - 1) alpha), so sums over clusters are all it takes.
    """
    residual, root = _standardised(data, coef)
    derivative = root[:, None] * data.x
    products = derivative[:, :, None] * derivative[:, None, :]
    column_sums = data.cluster_sums(derivative)
    shrink = alpha / (1.0 + (data.sizes - 1) * alpha)
    crossed = column_sums[:, :, None] * column_sums[:, None, :]
    information = data.cluster_sums(products) - shrink[:, None, None] * crossed
    residual_sums = data.cluster_sums(residual)
    scores = data.cluster_sums(derivative * residual[:, None])
    scores = scores - (shrink * residual_sums)[:, None] * column_sums
    return scores / (1.0 - alpha), information / (1.0 - alpha)
