"""Sandwich standard errors of estimating equations, corrected for few clusters."""

from __future__ import annotations

import numpy as np

from procohort.stats.inference import FloatArray

_FAY_GRAUBARD_BOUND = 0.75
# A leverage this close to 1 means that one cluster fits a coefficient exactly.
_FULL_LEVERAGE = 1.0 - 1e-9


def sandwich_standard_errors(
    scores: FloatArray, information: FloatArray, phi: float
) -> dict[str, FloatArray] | None:
    """Return five standard errors per coefficient, or None if a cluster has leverage 1.

    Parameters
    ----------
    scores : ndarray, shape (K, p)
        D'V^-1 r of each cluster, at scale 1.
    information : ndarray, shape (K, p, p)
        D'V^-1 D of each cluster, at scale 1.
    phi : float
        Scale, which enters the model-based standard error only.

    Returns
    -------
    dict of str to ndarray, shape (p,)
        ``model``, ``liang_zeger``, ``kauermann_carroll`` ((I-H)^-1/2),
        ``mancl_derouen`` ((I-H)^-1), ``fay_graubard``.

    Notes
    -----
    The leverage matrix H_i = D B D'V^-1 of a cluster has n_i rows but rank p.
    With M_i = B^1/2 (D'V^-1 D) B^1/2, a function f of H_i acts on the score as
    s + G B^1/2 g(M) B^1/2 s, g(m) = (f(m) - 1) / m: matrices of order p
    suffice, whatever the cluster's size.
    """
    bread = np.linalg.inv(information.sum(axis=0))
    values, vectors = np.linalg.eigh(bread)
    if values[0] <= 0:
        return None
    root = vectors @ (np.sqrt(values)[:, None] * vectors.T)
    leverage, axes = np.linalg.eigh(root @ information @ root)
    leverage = np.maximum(leverage, 0.0)
    if float(leverage.max()) > _FULL_LEVERAGE:
        return None

    # ((1-m)^-1/2 - 1) / m, written so that m = 0 needs no special case.
    remaining = np.sqrt(1.0 - leverage)
    half_gain = 1.0 / (remaining * (1.0 + remaining))
    full_gain = 1.0 / (1.0 - leverage)
    diagonal = np.einsum("kij,ji->ki", information, bread)
    stretched = scores / np.sqrt(1.0 - np.minimum(_FAY_GRAUBARD_BOUND, diagonal))

    def corrected(gain: FloatArray) -> FloatArray:
        rotated = np.einsum("kji,kj->ki", axes, scores @ root)
        spread = np.einsum("kij,kj->ki", axes, gain * rotated) @ root
        return np.asarray(scores + np.einsum("kij,kj->ki", information, spread))

    return {
        "model": np.sqrt(phi * np.diag(bread)),
        "liang_zeger": _standard_error(bread, scores),
        "kauermann_carroll": _standard_error(bread, corrected(half_gain)),
        "mancl_derouen": _standard_error(bread, corrected(full_gain)),
        "fay_graubard": _standard_error(bread, stretched),
    }


def _standard_error(bread: FloatArray, scores: FloatArray) -> FloatArray:
    influence = scores @ bread
    standard_error: FloatArray = np.sqrt((influence**2).sum(axis=0))
    return standard_error
