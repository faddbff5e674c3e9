"""Slopes from the random-intercept model: overall, inside patients, between patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import Inference, not_estimable, refused
from procohort.stats.kenward_roger import DfMethod
from procohort.stats.mixed_results import NOT_POSITIVE, effect_of_contrast
from procohort.stats.random_intercept import fit_random_intercept

_PARTS = ("within", "between", "contextual")
_PART_WEIGHTS = {
    "within": {"within": 1.0},
    "between": {"between": 1.0},
    "contextual": {"between": 1.0, "within": -1.0},
}
_ABSENT = {
    "within": "The exposure does not vary inside any patient.",
    "between": "All patients have the same mean exposure.",
    "contextual": "The exposure varies at one level only.",
}


@dataclass(frozen=True, slots=True)
class WithinBetweenSlopes:
    """Mundlak's decomposition: within patients, between patients, and between over within.

    `contextual` is the ratio (log scale) or difference of the two slopes; 1 (or 0) would mean that
    one slope describes both levels.
    """

    within: Inference
    between: Inference
    contextual: Inference


def slope(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    log: bool = True,
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> Inference:
    """Effect of one more unit of `x`: exp(slope) of log y, or the plain slope of y.

    Parameters
    ----------
    y, x, cluster : array_like, shape (N,)
    log : bool
        Model log y; the estimate is then the factor by which y rises per unit of x.
    df_method : {"kenward_roger", "satterthwaite"}
    ci_level : float
    """
    method = "lmm_slope_ratio" if log else "lmm_slope"
    outcome = as_float(y, "y")
    exposure = as_float(x, "x")
    codes, levels = encode(cluster)
    n = same_length(y=outcome, x=exposure, cluster=codes)
    if log and (outcome <= 0).any():
        return refused(method, NOT_POSITIVE, n=n, n_clusters=len(levels))
    if n == 0 or np.ptp(exposure) == 0:
        reason = "The exposure is constant: it has no slope."
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    design = np.column_stack([np.ones(n), exposure])
    fit = fit_random_intercept(np.log(outcome) if log else outcome, design, codes)
    return effect_of_contrast(method, fit, np.array([0.0, 1.0]), df_method, ci_level, log=log)


def within_between_slopes(
    y: npt.ArrayLike,
    x: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    log: bool = True,
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> WithinBetweenSlopes:
    """Slope inside patients and slope between patient means (Mundlak 1978), in one model.

    log y = b0 + b_w (x - mean of the patient) + b_b (mean of the patient) + patient + error. The
    within slope is free of everything that distinguishes one patient from another.

    Parameters
    ----------
    y, x, cluster : array_like, shape (N,)
        `x` may be a 0/1 group that varies inside patients.
    log : bool
        As in `slope`.
    df_method : {"kenward_roger", "satterthwaite"}
    ci_level : float

    Returns
    -------
    WithinBetweenSlopes
        A part that does not exist (x constant inside every patient, or equal means) is
        ``not_estimable`` and leaves the other one.
    """
    names = [f"lmm_{part}_slope" + ("_ratio" if log else "") for part in _PARTS]
    outcome = as_float(y, "y")
    exposure = as_float(x, "x")
    codes, levels = encode(cluster)
    n, k = same_length(y=outcome, x=exposure, cluster=codes), len(levels)
    if log and (outcome <= 0).any():
        return WithinBetweenSlopes(
            *[refused(name, NOT_POSITIVE, n=n, n_clusters=k) for name in names]
        )
    if n == 0:
        reason = "No rows."
        return WithinBetweenSlopes(*[not_estimable(name, reason) for name in names])
    means = np.bincount(codes, weights=exposure) / np.bincount(codes)
    parts = {"within": exposure - means[codes], "between": means[codes]}
    tolerance = 1e-12 * max(float(np.abs(exposure).max()), 1e-300)
    present = [part for part, column in parts.items() if np.ptp(column) > tolerance]
    design = np.column_stack([np.ones(n), *[parts[part] for part in present]])
    fit = fit_random_intercept(np.log(outcome) if log else outcome, design, codes)
    results = []
    for name, part in zip(names, _PARTS, strict=True):
        needed = {"within", "between"} if part == "contextual" else {part}
        if not needed <= set(present):
            results.append(not_estimable(name, _ABSENT[part], n=n, n_clusters=k))
            continue
        contrast = np.zeros(1 + len(present))
        for column, sign in _PART_WEIGHTS[part].items():
            contrast[1 + present.index(column)] = sign
        results.append(effect_of_contrast(name, fit, contrast, df_method, ci_level, log=log))
    return WithinBetweenSlopes(*results)
