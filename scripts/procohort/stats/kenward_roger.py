"""Small-sample inference for the random-intercept model: Kenward-Roger and Satterthwaite.

With V = sigma_b^2 G1 + sigma^2 G2 (G1 block diagonal of ones, G2 the identity) all matrices of a
cluster share their eigenvectors, so every product in the formulas is a weighted sum of the
sufficient statistics that the fit already holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc, stdtr

from procohort.stats.inference import NAN, FloatArray
from procohort.stats.random_intercept import RandomInterceptFit

DfMethod = Literal["kenward_roger", "satterthwaite"]


@dataclass(frozen=True, slots=True)
class ContrastTest:
    """t test of one linear combination of coefficients; NaN where it has no answer."""

    estimate: float
    se: float
    df: float
    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class JointTest:
    """F test of several linear combinations being zero; NaN where it has no answer."""

    statistic: float
    df1: int
    df2: float
    p: float


@dataclass(frozen=True, slots=True)
class _Pieces:
    """What both methods need, in the orthonormal basis of the fit.

    phi : (p, p) covariance of the coefficients; slope[i] : (p, p) X'V^-1 G_i V^-1 X, the P_i of
    Kenward and Roger with its sign changed; product[i][j] : (p, p) Q_ij; uncertainty : (2, 2)
    covariance of (sigma_b^2, sigma^2).
    """

    phi: FloatArray
    slope: FloatArray
    product: FloatArray
    uncertainty: FloatArray


def contrast_test(
    fit: RandomInterceptFit, contrast: npt.ArrayLike, *, df_method: DfMethod = "kenward_roger"
) -> ContrastTest:
    """Test one linear combination of the coefficients.

    Kenward and Roger (1997, Biometrics 53: 983): covariance adjusted for the estimation of the
    variances and df = 2 / A2; Satterthwaite: df = 2 v^2 / var(v) with the observed information,
    as in lmerTest (Kuznetsova et al. 2017).

    Parameters
    ----------
    fit : RandomInterceptFit
        A REML fit.
    contrast : array_like, shape (p,)
        Weights of the coefficients.
    df_method : {"kenward_roger", "satterthwaite"}

    Returns
    -------
    ContrastTest

    Raises
    ------
    ValueError
        If the fit is not REML: the adjustments are derived for REML only.
    """
    weights = np.asarray(contrast, dtype=np.float64)
    estimate = float(weights @ fit.coef)
    rows = (weights @ fit.basis)[None, :]
    if _one_row_each(fit):
        se = float(np.sqrt(weights @ fit.cov @ weights))
        return _t_test(estimate, se, fit.n - len(fit.coef))
    pieces = _pieces(fit, observed=df_method == "satterthwaite")
    if pieces is None:
        return ContrastTest(estimate, NAN, NAN, NAN, NAN)
    covariance = _adjusted(pieces) if df_method == "kenward_roger" else pieces.phi
    se = float(np.sqrt((rows @ covariance @ rows.T).item()))
    return _t_test(estimate, se, _single_df(pieces, rows[0]))


def joint_test(
    fit: RandomInterceptFit, contrasts: npt.ArrayLike, *, df_method: DfMethod = "kenward_roger"
) -> JointTest:
    """Test several linear combinations at once.

    Parameters
    ----------
    fit : RandomInterceptFit
        A REML fit.
    contrasts : array_like, shape (q, p)
        Linearly independent rows of weights.
    df_method : {"kenward_roger", "satterthwaite"}
        The scaled F of Kenward and Roger (1997, section 2.2 to 2.4), or the unscaled F with
        denominator df from the eigen-contrasts (Fai and Cornelius 1996), as in lmerTest.

    Returns
    -------
    JointTest

    Raises
    ------
    ValueError
        If the fit is not REML.
    """
    weights = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
    effect = weights @ fit.coef
    q = len(effect)
    if _one_row_each(fit):
        f = float(effect @ np.linalg.solve(weights @ fit.cov @ weights.T, effect)) / q
        return _f_test(f, q, fit.n - len(fit.coef))
    pieces = _pieces(fit, observed=df_method == "satterthwaite")
    if pieces is None:
        return JointTest(NAN, q, NAN, NAN)
    rows = weights @ fit.basis
    if df_method == "satterthwaite":
        f = float(effect @ np.linalg.solve(rows @ pieces.phi @ rows.T, effect)) / q
        return _f_test(f, q, _fai_cornelius_df(pieces, rows))
    f = float(effect @ np.linalg.solve(rows @ _adjusted(pieces) @ rows.T, effect)) / q
    scale, df2 = _kenward_roger_f(pieces, rows)
    return _f_test(scale * f, q, df2)


def _one_row_each(fit: RandomInterceptFit) -> bool:
    """Tell whether no cluster has two rows: then the model is least squares with N - p df."""
    if not fit.reml:
        raise ValueError("fit: Kenward-Roger and Satterthwaite need a REML fit")
    return bool(fit.cluster_sizes.max(initial=0) == 1)


def _t_test(estimate: float, se: float, df: float) -> ContrastTest:
    if not (np.isfinite(df) and df > 0 and se > 0):
        return ContrastTest(estimate, se, NAN, NAN, NAN)
    t = estimate / se
    return ContrastTest(estimate, se, df, t, float(2.0 * stdtr(df, -abs(t))))


def _f_test(f: float, df1: int, df2: float) -> JointTest:
    if not (np.isfinite(f) and np.isfinite(df2) and df2 > 0):
        return JointTest(NAN, df1, NAN, NAN)
    return JointTest(float(f), df1, float(df2), float(fdtrc(df1, df2, f)))


def _pieces(fit: RandomInterceptFit, *, observed: bool) -> _Pieces | None:
    """Assemble Phi, P_i, Q_ij and the covariance of the two variances."""
    moments = fit.moments
    if moments is None:
        return None
    sigma2 = fit.sigma2_within
    shrink = sigma2 / (sigma2 + fit.sigma2_between * moments.sizes)
    # Eigenvalues of G1 and G2 along and across the mean of a cluster.
    along = (moments.sizes, np.ones_like(moments.sizes))
    across = (0.0, 1.0)
    pairs = [(i, j) for i in range(2) for j in range(2)]

    gram = moments.weighted(shrink / sigma2, 1.0 / sigma2)
    single = [
        moments.weighted(along[i] * (shrink / sigma2) ** 2, across[i] / sigma2**2) for i in range(2)
    ]
    double = {
        (i, j): moments.weighted(
            along[i] * along[j] * (shrink / sigma2) ** 3, across[i] * across[j] / sigma2**3
        )
        for i, j in pairs
    }
    phi = np.asarray(np.linalg.inv(gram[:-1, :-1]), dtype=np.float64)
    slope = np.stack([matrix[:-1, :-1] for matrix in single])
    product = np.stack([double[pair][:-1, :-1] for pair in pairs]).reshape(2, 2, *phi.shape)

    information = np.empty((2, 2))
    for i, j in pairs:
        trace = float(moments.counts @ ((shrink / sigma2) ** 2 * along[i] * along[j]))
        trace += float(moments.counts @ (moments.sizes - 1.0)) * across[i] * across[j] / sigma2**2
        trace -= 2.0 * float(np.trace(phi @ product[i, j]))
        trace += float(np.trace(phi @ slope[i] @ phi @ slope[j]))
        information[i, j] = 0.5 * trace
    if observed and not fit.boundary:
        residual = np.append(-fit.gls, 1.0)
        information = _observed_information(information, single, double, phi, residual)
    uncertainty = _inverse(information)
    return None if uncertainty is None else _Pieces(phi, slope, product, uncertainty)


def _inverse(information: FloatArray) -> FloatArray | None:
    """Invert a 2 x 2 information; None unless it is safely positive definite."""
    scale = np.sqrt(np.abs(np.diag(information)))
    if not (scale > 0).all():
        return None
    correlation = information / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] <= 1e-12:
        return None
    inverse: FloatArray = np.linalg.inv(correlation) / np.outer(scale, scale)
    return inverse


def _observed_information(
    expected: FloatArray,
    single: list[FloatArray],
    double: dict[tuple[int, int], FloatArray],
    phi: FloatArray,
    residual: FloatArray,
) -> FloatArray:
    """Return y'P G_i P G_j P y - tr(P G_i P G_j) / 2, the curvature of the REML likelihood."""
    information = -expected
    for i in range(2):
        for j in range(2):
            left = (single[i] @ residual)[:-1]
            right = (single[j] @ residual)[:-1]
            information[i, j] += residual @ double[i, j] @ residual - left @ phi @ right
    return information


def _adjusted(pieces: _Pieces) -> FloatArray:
    """Return Phi + 2 Phi (sum W_ij (Q_ij - P_i Phi P_j)) Phi; V is linear in the variances."""
    phi, slope = pieces.phi, pieces.slope
    middle = np.zeros_like(phi)
    for i in range(2):
        for j in range(2):
            middle += pieces.uncertainty[i, j] * (pieces.product[i, j] - slope[i] @ phi @ slope[j])
    adjusted: FloatArray = phi + 2.0 * phi @ middle @ phi
    return adjusted


def _single_df(pieces: _Pieces, row: FloatArray) -> float:
    """Return 2 v^2 / var(v) for v = row Phi row'; Kenward-Roger's df when q = 1."""
    lever = pieces.phi @ row
    variance = float(row @ lever)
    gradient = np.array([lever @ slope @ lever for slope in pieces.slope])
    spread = float(gradient @ pieces.uncertainty @ gradient)
    return 2.0 * variance**2 / spread if spread > 0 else NAN


def _fai_cornelius_df(pieces: _Pieces, rows: FloatArray) -> float:
    _, vectors = np.linalg.eigh(rows @ pieces.phi @ rows.T)
    dfs = np.array([_single_df(pieces, vector @ rows) for vector in vectors.T])
    if len(dfs) == 1:
        return float(dfs[0])
    if not (dfs > 2).all():
        return NAN
    mean_f = float((dfs / (dfs - 2.0)).sum())
    return 2.0 * mean_f / (mean_f - len(dfs))


def _kenward_roger_f(pieces: _Pieces, rows: FloatArray) -> tuple[float, float]:
    """Return the scale and the denominator df of the F statistic, matching two moments."""
    q = len(rows)
    phi = pieces.phi
    theta = rows.T @ np.linalg.solve(rows @ phi @ rows.T, rows)
    blocks = [theta @ phi @ slope @ phi for slope in pieces.slope]
    a1 = a2 = 0.0
    for i in range(2):
        for j in range(2):
            weight = pieces.uncertainty[i, j]
            a1 += weight * float(np.trace(blocks[i]) * np.trace(blocks[j]))
            a2 += weight * float(np.trace(blocks[i] @ blocks[j]))
    if q == 1:
        return 1.0, 2.0 / a2 if a2 > 0 else NAN
    if not 0 < a2 < q:
        return NAN, NAN
    b = (a1 + 6.0 * a2) / (2.0 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3.0 * q + 2.0 * (1.0 - g)
    c1, c2, c3 = g / base, (q - g) / base, (q + 2 - g) / base
    mean = 1.0 / (1.0 - a2 / q)
    if not (c3 * b < 1.0 and c2 * b < 1.0):
        return NAN, NAN
    variance = (2.0 / q) * (1.0 + c1 * b) / ((1.0 - c2 * b) ** 2 * (1.0 - c3 * b))
    rho = variance / (2.0 * mean**2)
    if q * rho <= 1.0:
        return NAN, NAN
    df2 = 4.0 + (q + 2.0) / (q * rho - 1.0)
    return df2 / (mean * (df2 - 2.0)), df2
