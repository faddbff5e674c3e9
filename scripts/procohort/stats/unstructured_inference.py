"""Small-sample inference for the unstructured model: Kenward-Roger and Satterthwaite."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from procohort.stats.inference import NAN, FloatArray
from procohort.stats.kenward_roger import ContrastTest, DfMethod
from procohort.stats.unstructured import (
    Evaluation,
    UnstructuredFit,
    invert_information,
    spread_over_entries,
)


def unstructured_contrast(
    fit: UnstructuredFit, contrast: npt.ArrayLike, *, df_method: DfMethod = "kenward_roger"
) -> ContrastTest:
    """Test one linear combination of the coefficients.

    Kenward and Roger (1997, Biometrics 53: 983) with the covariances themselves as parameters, in
    which V is linear (as SAS takes them; parameters of a Cholesky factor give a slightly other
    standard error); Satterthwaite: df = 2 v^2 / var(v) with the observed information.

    Parameters
    ----------
    fit : UnstructuredFit
        With status ``ok``.
    contrast : array_like, shape (p,)
    df_method : {"kenward_roger", "satterthwaite"}

    Returns
    -------
    ContrastTest
        NaN where it has no answer.

    Raises
    ------
    ValueError
        If the model was not fitted.
    """
    if fit.evaluation is None:
        raise ValueError("fit: the model has no estimate")
    point = fit.evaluation
    weights = np.asarray(contrast, dtype=np.float64)
    estimate = float(weights @ fit.coef)
    row = weights @ point.sums.basis
    kenward_roger = df_method == "kenward_roger"
    uncertainty = invert_information(
        point.expected_information if kenward_roger else point.observed_information
    )
    if uncertainty is None:
        return ContrastTest(estimate, NAN, NAN, NAN, NAN)
    covariance = _adjusted(point, uncertainty) if kenward_roger else point.phi
    df = _df(point, uncertainty, row)
    variance = float(row @ covariance @ row)
    if not (variance > 0 and df > 0):
        return ContrastTest(estimate, NAN, NAN, NAN, NAN)
    se = float(np.sqrt(variance))
    t = estimate / se
    return ContrastTest(estimate, se, df, t, 2.0 * float(stdtr(df, -abs(t))))


def _adjusted(point: Evaluation, uncertainty: FloatArray) -> FloatArray:
    """Return Phi + 2 Phi (sum w_ij (Q_ij - P_i Phi P_j)) Phi, w the covariance of covariances."""
    levers = point.levers[..., :-1, :-1]
    entries = spread_over_entries(uncertainty, point.sums.n_visits)
    # Q_ij of two matrix entries (a, b) and (c, d) is V^-1[b, c] times the lever of (a, d).
    weights = np.einsum("abcd,mbc->mad", entries, point.inverses, optimize=True)
    middle = np.einsum("mad,madpq->pq", weights, levers, optimize=True)
    slopes = point.slopes[:, :-1, :-1]
    blended = np.tensordot(uncertainty, slopes, axes=1)
    middle = middle - np.einsum("ipq,qr,irs->ps", slopes, point.phi, blended, optimize=True)
    adjusted: FloatArray = point.phi + 2.0 * point.phi @ middle @ point.phi
    return adjusted


def _df(point: Evaluation, uncertainty: FloatArray, row: FloatArray) -> float:
    lever = point.phi @ row
    gradient = point.slopes[:, :-1, :-1] @ lever @ lever
    spread = float(gradient @ uncertainty @ gradient)
    return 2.0 * float(row @ lever) ** 2 / spread if spread > 0 else NAN
