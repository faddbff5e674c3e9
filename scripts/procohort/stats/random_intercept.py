"""Random-intercept linear model by one-parameter REML or ML.

The variance of a cluster of size m depends on the data only through m, so the whole fit needs no
more than the within-cluster cross-products and, for each distinct cluster size, the cross-products
of the cluster sums. After one pass over the rows every evaluation costs a few microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular
from scipy.optimize import brentq

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import NAN, FloatArray, IntArray, Status

_EXACT = 1e-24  # squared relative size below which a sum of squares is rounding noise
_COLLINEAR = 1e-9
# Ratios sigma_b^2 / sigma^2 scanned for the best bracket; zero is the boundary.
_RATIO_GRID = np.concatenate([[0.0], np.logspace(-7, 9, 49)])


@dataclass(frozen=True, slots=True)
class Moments:
    """Sufficient statistics of [Q, e]: orthonormal design columns and OLS residuals.

    Attributes
    ----------
    sizes, counts : ndarray, shape (M,)
        Distinct cluster sizes m and how many clusters have each.
    between : ndarray, shape (M, p + 1, p + 1)
        Sum over the clusters of size m of s s' / m, with s the cluster's column sums.
    within : ndarray, shape (p + 1, p + 1)
        Cross-products of the columns centred inside clusters.
    """

    sizes: FloatArray
    counts: FloatArray
    between: FloatArray
    within: FloatArray

    def weighted(self, between_weights: FloatArray, within_weight: float) -> FloatArray:
        """Return sum_m f_m between_m + f_w within.

        For any matrix F that is block diagonal with eigenvalue f_m along the mean of a cluster of
        size m and f_w across it, this is [Q, e]' F [Q, e].
        """
        # A plain product of a flat view: `tensordot` costs more than the few sums themselves.
        combined: FloatArray = between_weights @ self.between.reshape(len(self.sizes), -1)
        return combined.reshape(self.within.shape) + within_weight * self.within


@dataclass(frozen=True, slots=True)
class RandomInterceptFit:
    """A fitted random-intercept model y_ik = x_ik' coef + b_i + e_ik.

    Attributes
    ----------
    coef, cov : ndarray, shapes (p,), (p, p)
        Generalised least squares coefficients and their model-based covariance.
    sigma2_between, sigma2_within, icc : float
        Variance of b, variance of e, and the share of the former in the sum.
    loglik : float
        Restricted (REML) or full log-likelihood, with the constants of lme4.
    boundary : bool
        True if the between-cluster variance is estimated as zero (coefficients are then OLS).
    reml : bool
    n, n_clusters : int
    cluster_sizes : ndarray of int, shape (K,)
    status, note
        As in `Inference`; unless ``ok`` every number is NaN.
    moments, basis, gls : Moments, ndarray (p, p), ndarray (p,)
        For inference: sufficient statistics in an orthonormal basis, the map from that basis to
        `coef` (inverse of R in X = Q R), and the GLS correction to OLS in that basis.
    """

    coef: FloatArray
    cov: FloatArray
    sigma2_between: float
    sigma2_within: float
    icc: float
    loglik: float
    boundary: bool
    reml: bool
    n: int
    n_clusters: int
    cluster_sizes: IntArray
    status: Status
    note: str
    moments: Moments | None
    basis: FloatArray
    gls: FloatArray

    @property
    def standard_errors(self) -> FloatArray:
        """Model-based standard errors of the coefficients, shape (p,)."""
        return np.sqrt(np.diag(self.cov))


def fit_random_intercept(
    y: npt.ArrayLike,
    X: npt.ArrayLike,  # noqa: N803 (the model's own notation)
    cluster: npt.ArrayLike,
    *,
    reml: bool = True,
) -> RandomInterceptFit:
    """Fit a linear model with one random intercept per cluster.

    The variance ratio r = sigma_b^2 / sigma^2 minimises the profiled deviance (Laird and Ware
    1982; Lindstrom and Bates 1988, eq. 2.6 for REML); its score is set to zero by a bracketed root
    search, and r = 0 is kept when the deviance rises from there.

    Parameters
    ----------
    y : array_like, shape (N,)
        Outcome, in its own unit.
    X : array_like, shape (N, p)
        Design matrix, the intercept column included.
    cluster : array_like, shape (N,)
        Patient of each row.
    reml : bool
        Restricted instead of full maximum likelihood.

    Returns
    -------
    RandomInterceptFit
        With status ``not_estimable`` and a reason where the data do not determine the model.

    Raises
    ------
    ValueError
        If a value is missing or lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> y = [1.0, 1.2, 2.0, 2.3, 3.1, 3.0]
    >>> fit = fit_random_intercept(y, np.ones((6, 1)), ["a", "a", "b", "b", "c", "c"])
    >>> round(float(fit.coef[0]), 3)
    2.1
    """
    outcome = as_float(y, "y")
    design = np.asarray(X, dtype=np.float64)
    if design.ndim != 2:
        raise ValueError(f"X: expected two dimensions, got {design.ndim}")
    if not np.isfinite(design).all():
        raise ValueError("X: holds NaN or infinite values; drop incomplete rows first")
    codes, levels = encode(cluster)
    same_length(y=outcome, X=design, cluster=codes)
    sizes = np.bincount(codes, minlength=len(levels))

    reason = _shape_problem(len(outcome), design.shape[1], len(levels))
    if reason:
        return _unfitted(design.shape[1], sizes, reml, reason)
    basis_columns, triangle = np.linalg.qr(design)
    lengths = np.sqrt(np.einsum("np,np->p", design, design))
    if (np.abs(np.diag(triangle)) <= _COLLINEAR * lengths).any():
        return _unfitted(design.shape[1], sizes, reml, "The columns of the model are collinear.")
    ols = basis_columns.T @ outcome
    moments = _moments(basis_columns, outcome - basis_columns @ ols, codes, sizes)
    reason = _variance_problem(moments, len(outcome), float(outcome @ outcome))
    if reason:
        return _unfitted(design.shape[1], sizes, reml, reason)

    profile = Profile(moments, reml)
    ratio = profile.best_ratio()
    if not np.isfinite(ratio):
        return _unfitted(
            design.shape[1],
            sizes,
            reml,
            "The outcome hardly varies inside patients: the variance ratio has no finite estimate.",
        )
    return _assemble(profile, ratio, ols, triangle, sizes)


def _shape_problem(n_rows: int, n_coef: int, n_clusters: int) -> str:
    if n_clusters < 2:
        return "Fewer than two patients: variation between patients cannot be estimated."
    if n_rows <= n_coef:
        return "Not more rows than coefficients."
    return ""


def _variance_problem(moments: Moments, n_rows: int, scale: float) -> str:
    """Say which part of the variance the data do not determine, if any."""
    total = moments.between.sum(axis=0) + moments.within
    residual = total[-1, -1]
    if residual <= _EXACT * scale:
        return "The outcome does not vary around the model."
    if moments.sizes.max() == 1:
        return ""
    cluster_sums = np.tensordot(moments.sizes, moments.between, axes=1)
    if n_rows - np.trace(cluster_sums[:-1, :-1]) <= _COLLINEAR * n_rows:
        return (
            "The model leaves no degrees of freedom between patients (too few patients per group)."
        )
    inside = moments.within
    fitted = inside[:-1, -1] @ np.linalg.pinv(inside[:-1, :-1], rcond=1e-10) @ inside[:-1, -1]
    if inside[-1, -1] - fitted <= _EXACT * scale + 1e-20 * residual:
        return "The outcome does not vary inside patients: there is no within-patient variance."
    return ""


def _moments(basis: FloatArray, residual: FloatArray, codes: IntArray, sizes: IntArray) -> Moments:
    """Reduce the rows to sums: one pass per column."""
    columns = np.vstack([basis.T, residual])
    sums = np.stack([np.bincount(codes, weights=c, minlength=len(sizes)) for c in columns], axis=1)
    means = sums / sizes[:, None]
    for number in range(len(columns)):
        columns[number] -= means[:, number].take(codes)
    distinct, size_code, counts = np.unique(sizes, return_inverse=True, return_counts=True)
    width = len(columns)
    between = np.empty((len(distinct), width, width))
    for a in range(width):
        for b in range(a, width):
            total = np.bincount(size_code, weights=sums[:, a] * means[:, b])
            between[:, a, b] = between[:, b, a] = total
    return Moments(
        sizes=distinct.astype(np.float64),
        counts=counts.astype(np.float64),
        between=between,
        within=columns @ columns.T,
    )


class Profile:
    """Profiled deviance of the variance ratio r = sigma_b^2 / sigma^2 and its derivative."""

    def __init__(self, moments: Moments, reml: bool) -> None:
        self.moments = moments
        self.reml = reml
        self.n_rows = float(moments.counts @ moments.sizes)
        self.n_coef = moments.within.shape[0] - 1
        self.df = self.n_rows - self.n_coef if reml else self.n_rows

    def deviances(self, ratios: FloatArray) -> FloatArray:
        """Return -2 log-likelihood at each ratio, up to the constant of `loglik`."""
        m = self.moments
        shrink = 1.0 / (1.0 + np.outer(ratios, m.sizes))
        cross = shrink @ m.between.reshape(len(m.sizes), -1)
        cross = cross.reshape(-1, *m.within.shape) + m.within
        inner, side = cross[:, :-1, :-1], cross[:, :-1, -1]
        explained = np.einsum("ri,ri->r", side, np.linalg.solve(inner, side[..., None])[..., 0])
        deviance: FloatArray = self.df * np.log(cross[:, -1, -1] - explained)
        deviance += -np.log(shrink) @ m.counts
        if self.reml:
            deviance += np.linalg.slogdet(inner)[1]
        return deviance

    def solution(self, ratio: float) -> tuple[FloatArray, FloatArray, float]:
        """Return the GLS correction (p,), Q'V^-1 Q (p, p) and sigma^2 at one ratio."""
        cross = self.moments.weighted(1.0 / (1.0 + ratio * self.moments.sizes), 1.0)
        inner, side = cross[:-1, :-1], cross[:-1, -1]
        correction = np.asarray(np.linalg.solve(inner, side), dtype=np.float64)
        return correction, inner, float(cross[-1, -1] - side @ correction) / self.df

    def score(self, ratio: float) -> float:
        """Return the derivative of the deviance in the ratio."""
        m = self.moments
        shrink = 1.0 / (1.0 + ratio * m.sizes)
        correction, inner, sigma2 = self.solution(ratio)
        squared = m.weighted(m.sizes * shrink**2, 0.0)
        residual = np.append(-correction, 1.0)
        trace = float(m.counts @ (m.sizes * shrink))
        if self.reml:
            trace -= float(np.trace(np.linalg.solve(inner, squared[:-1, :-1])))
        return trace - float(residual @ squared @ residual) / sigma2

    def best_ratio(self) -> float:
        """Return the minimiser of the deviance; 0 at the boundary, infinity if it has none."""
        if self.moments.sizes.max() == 1:
            return 0.0
        deviances = self.deviances(_RATIO_GRID)
        best = int(np.argmin(deviances))
        if best == len(_RATIO_GRID) - 1:
            return float("inf")
        low, high = _RATIO_GRID[max(best - 1, 0)], _RATIO_GRID[best + 1]
        if low == 0.0 and self.score(0.0) >= 0.0:
            return 0.0
        if self.score(low) >= 0.0 or self.score(high) <= 0.0:
            # Several optima inside one grid step: the scanned minimum is the safest answer.
            return float(_RATIO_GRID[best])
        return float(brentq(self.score, low, high, xtol=1e-300, rtol=1e-13))

    def loglik(self, ratio: float, log_det_triangle: float) -> float:
        """Return the log-likelihood, given log|det R| of X = Q R."""
        deviance = float(self.deviances(np.array([ratio]))[0])
        deviance += self.df * float(1.0 + np.log(2.0 * np.pi / self.df))
        return float(-0.5 * (deviance + (2.0 * log_det_triangle if self.reml else 0.0)))


def _assemble(
    profile: Profile, ratio: float, ols: FloatArray, triangle: FloatArray, sizes: IntArray
) -> RandomInterceptFit:
    correction, inner, sigma2 = profile.solution(ratio)
    n_coef = len(ols)
    inverse = solve_triangular(triangle, np.eye(n_coef))
    boundary = ratio == 0.0
    note = ""
    if boundary and profile.moments.sizes.max() == 1:
        note = "One row per patient: ordinary least squares."
    elif boundary:
        note = "Variance between patients estimated as zero: coefficients of least squares."
    return RandomInterceptFit(
        coef=inverse @ (ols + correction),
        cov=sigma2 * inverse @ np.linalg.inv(inner) @ inverse.T,
        sigma2_between=ratio * sigma2,
        sigma2_within=sigma2,
        icc=ratio / (1.0 + ratio),
        loglik=profile.loglik(ratio, float(np.log(np.abs(np.diag(triangle))).sum())),
        boundary=boundary,
        reml=profile.reml,
        n=int(profile.n_rows),
        n_clusters=len(sizes),
        cluster_sizes=sizes,
        status="ok",
        note=note,
        moments=profile.moments,
        basis=inverse,
        gls=correction,
    )


def _unfitted(n_coef: int, sizes: IntArray, reml: bool, reason: str) -> RandomInterceptFit:
    return RandomInterceptFit(
        coef=np.full(n_coef, NAN),
        cov=np.full((n_coef, n_coef), NAN),
        sigma2_between=NAN,
        sigma2_within=NAN,
        icc=NAN,
        loglik=NAN,
        boundary=False,
        reml=reml,
        n=int(sizes.sum()),
        n_clusters=len(sizes),
        cluster_sizes=sizes,
        status="not_estimable",
        note=reason,
        moments=None,
        basis=np.full((n_coef, n_coef), NAN),
        gls=np.full(n_coef, NAN),
    )
