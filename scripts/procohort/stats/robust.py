"""Least squares with a cluster-robust covariance for few clusters (CR2)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.special import stdtr, stdtrit

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable

_COLLINEAR = 1e-9
_SATURATED = 1e-10  # leverage this close to one: the cluster determines a coefficient alone


def ols_cr2(
    y: npt.ArrayLike,
    X: npt.ArrayLike,  # noqa: N803 (the model's own notation)
    cluster: npt.ArrayLike,
    *,
    coefficient: int = 1,
    ci_level: float = 0.95,
) -> Inference:
    """Coefficient of a linear model with CR2 standard error and Satterthwaite degrees of freedom.

    Bell and McCaffrey (2002), as in Pustejovsky and Tipton (2018, eq. 4 to 12) with an identity
    working covariance: residuals of a cluster are multiplied by (I - H_ii)^(-1/2), df are
    (sum lambda)^2 / sum lambda^2. With X = Q R, all of it reduces to p x p blocks
    T_i = Q_i'Q_i, since Q_i'(I - Q_i Q_i')^(-1/2) = (I - T_i)^(-1/2) Q_i'.

    Valid for a group between patients. Uncorrected sandwiches (CR0, CR1) reject too often with
    a few events inside patients; CR2 with these df leans to the other side there.

    Parameters
    ----------
    y : array_like, shape (N,)
    X : array_like, shape (N, p)
        Design matrix with the intercept.
    cluster : array_like, shape (N,)
    coefficient : int
        Column of X to report.
    ci_level : float

    Returns
    -------
    Inference
        `extra` holds the standard errors CR0, CR1, CR1S, CR2 and CR3.

    Raises
    ------
    ValueError
        If a value is missing, lengths differ, or the column does not exist.
    """
    method = "ols_cr2"
    outcome = as_float(y, "y")
    design = np.asarray(X, dtype=np.float64)
    if design.ndim != 2 or not np.isfinite(design).all():
        raise ValueError("X: expected two dimensions without NaN or infinite values")
    if not -design.shape[1] <= coefficient < design.shape[1]:
        raise ValueError(f"coefficient: X has {design.shape[1]} columns, asked for {coefficient}")
    codes, levels = encode(cluster)
    n, k = same_length(y=outcome, X=design, cluster=codes), len(levels)
    p = design.shape[1]
    solved = _least_squares(outcome, design, k)
    if isinstance(solved, str):
        return not_estimable(method, solved, n=n, n_clusters=k)
    columns, triangle, fitted, residual = solved

    pick = np.zeros(p)
    pick[coefficient] = 1.0
    lever = solve_triangular(triangle, pick, trans="T")
    blocks, scores = _blocks(columns, residual, codes, k)
    leverages, vectors = np.linalg.eigh(blocks)
    if leverages.max() >= 1.0 - _SATURATED:
        reason = "One patient alone determines a coefficient: CR2 does not exist."
        return not_estimable(method, reason, n=n, n_clusters=k)
    weighted = _adjusted_lever(leverages, vectors, lever, -0.5)
    variance = float(np.sum(np.einsum("kp,kp->k", weighted, scores) ** 2))
    df = _satterthwaite(blocks, weighted)
    if not variance > 0 or not df > 0:
        reason = "The robust variance is zero."
        return not_estimable(method, reason, n=n, n_clusters=k)
    estimate, se = float(lever @ fitted), float(np.sqrt(variance))
    reach = float(stdtrit(df, 0.5 + ci_level / 2.0)) * se
    t = estimate / se
    cr0 = float(np.sqrt(np.sum((scores @ lever) ** 2)))
    cr3 = _adjusted_lever(leverages, vectors, lever, -1.0)
    return Inference(
        method=method,
        estimate=estimate,
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        ci_level=ci_level,
        statistic=t,
        df=df,
        p=float(2.0 * stdtr(df, -abs(t))),
        n=n,
        n_clusters=k,
        extra={
            "se_cr0": cr0,
            "se_cr1": cr0 * float(np.sqrt(k / (k - 1.0))),
            "se_cr1s": cr0 * float(np.sqrt(k * (n - 1.0) / ((k - 1.0) * (n - p)))),
            "se_cr2": se,
            "se_cr3": float(np.sqrt(np.sum(np.einsum("kp,kp->k", cr3, scores) ** 2))),
        },
    )


def _least_squares(
    outcome: FloatArray, design: FloatArray, k: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray] | str:
    """Return Q, R, Q'y and the residuals of y on X = Q R, or why there are none."""
    if k < 2 or len(outcome) <= design.shape[1]:
        return "Fewer than two patients, or not more rows than coefficients."
    columns, triangle = np.linalg.qr(design)
    if (np.abs(np.diag(triangle)) <= _COLLINEAR * np.linalg.norm(design, axis=0)).any():
        return "The columns of the model are collinear."
    fitted = columns.T @ outcome
    residual = outcome - columns @ fitted
    if residual @ residual <= 1e-24 * (outcome @ outcome):
        return "The outcome does not vary around the model."
    return columns, triangle, fitted, residual


def _blocks(
    columns: FloatArray, residual: FloatArray, codes: IntArray, k: int
) -> tuple[FloatArray, FloatArray]:
    """Return T_i = Q_i'Q_i, shape (K, p, p), and Q_i'e_i, shape (K, p)."""
    p = columns.shape[1]
    blocks = np.empty((k, p, p))
    scores = np.empty((k, p))
    for a in range(p):
        scores[:, a] = np.bincount(codes, weights=columns[:, a] * residual, minlength=k)
        for b in range(a, p):
            total = np.bincount(codes, weights=columns[:, a] * columns[:, b], minlength=k)
            blocks[:, a, b] = blocks[:, b, a] = total
    return blocks, scores


def _adjusted_lever(
    leverages: FloatArray, vectors: FloatArray, lever: FloatArray, power: float
) -> FloatArray:
    """Return (I - T_i)^power lever for every cluster, shape (K, p)."""
    turned = np.einsum("kpq,p->kq", vectors, lever) * (1.0 - leverages) ** power
    adjusted: FloatArray = np.einsum("kpq,kq->kp", vectors, turned)
    return adjusted


def _satterthwaite(blocks: FloatArray, weighted: FloatArray) -> float:
    """Return (tr G)^2 / tr G^2, G = diag(d) - t t' over clusters, never formed."""
    t = np.einsum("kpq,kq->kp", blocks, weighted)
    d = np.einsum("kp,kp->k", weighted, t)
    t_squared = np.einsum("kp,kp->k", t, t)
    trace = float(np.sum(d - t_squared))
    squares = float(np.sum(d**2) - 2.0 * np.sum(d * t_squared) + np.sum((t.T @ t) ** 2))
    return trace**2 / squares if squares > 0 else 0.0
