"""Effects from the random-intercept model, with small-sample degrees of freedom.

The outcome is analysed on the log scale where a ratio of geometric means is wanted, and as it is
where a difference of means is. `fit_random_intercept` and `RandomInterceptFit` are offered here
too, and so are the slopes, so that a caller needs one module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float, as_group, encode, same_length
from procohort.stats.inference import Array, FloatArray, Inference, not_estimable, refused
from procohort.stats.kenward_roger import DfMethod, joint_test
from procohort.stats.mixed_results import (
    NO_ANSWER,
    NOT_POSITIVE,
    effect_of_contrast,
    sample_context,
    variance_numbers,
)
from procohort.stats.mixed_slopes import WithinBetweenSlopes, slope, within_between_slopes
from procohort.stats.multiplicity import holm
from procohort.stats.random_intercept import RandomInterceptFit, fit_random_intercept

__all__ = [
    "PairwiseContrast",
    "RandomInterceptFit",
    "WithinBetweenSlopes",
    "fit_random_intercept",
    "geometric_mean_ratio",
    "joint_group_test",
    "mean_difference",
    "pairwise_group_contrasts",
    "slope",
    "within_between_slopes",
]


@dataclass(frozen=True, slots=True)
class PairwiseContrast:
    """Comparison of two levels: `level` over (or minus) `reference`, raw and Holm-adjusted p."""

    level: str
    reference: str
    inference: Inference
    p_holm: float


def geometric_mean_ratio(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    covariates: npt.ArrayLike | Sequence[npt.ArrayLike] | None = None,
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> Inference:
    """Ratio of geometric means, group 1 over group 0, adjusted for clustering.

    log y = b0 + b1 group + covariates + patient + error by REML; the estimate is exp(b1), its test
    and limits use t with Kenward-Roger (1997) or Satterthwaite degrees of freedom.

    Parameters
    ----------
    y : array_like, shape (N,)
        Positive outcome in any unit.
    group : array_like of bool or 0/1, shape (N,)
    cluster : array_like, shape (N,)
        Patient of each row.
    covariates : array_like, shape (N, q), optional
        Further numeric columns.
    df_method : {"kenward_roger", "satterthwaite"}
    ci_level : float

    Returns
    -------
    Inference
        `design_effect` and `n_effective` are those of a mean of log y, for context; `extra` holds
        the log estimate and its standard error, the ICC and both variances.

    Examples
    --------
    >>> y = [1.0, 2.0, 1.5, 4.0, 5.0, 7.0, 2.0, 1.0, 5.0, 3.5]
    >>> group = [0, 0, 0, 1, 1, 1, 0, 0, 1, 1]
    >>> patient = [1, 1, 1, 2, 2, 2, 3, 3, 4, 4]
    >>> round(geometric_mean_ratio(y, group, patient).estimate, 2)
    3.33
    """
    return _two_groups(
        "lmm_geometric_mean_ratio",
        y,
        group,
        cluster,
        covariates=covariates,
        df_method=df_method,
        ci_level=ci_level,
        log=True,
    )


def mean_difference(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    covariates: npt.ArrayLike | Sequence[npt.ArrayLike] | None = None,
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> Inference:
    """Difference of means, group 1 minus group 0, in the unit of `y`.

    As `geometric_mean_ratio`, without the logarithm.
    """
    return _two_groups(
        "lmm_mean_difference",
        y,
        group,
        cluster,
        covariates=covariates,
        df_method=df_method,
        ci_level=ci_level,
        log=False,
    )


def joint_group_test(
    y: npt.ArrayLike, group_labels: npt.ArrayLike, cluster: npt.ArrayLike, *, log: bool = True
) -> Inference:
    """Test that all groups share one (geometric) mean, adjusted for clustering.

    Scaled F of Kenward and Roger (1997); `df` is the denominator, ``extra["df1"]`` the numerator.

    Parameters
    ----------
    y : array_like, shape (N,)
    group_labels : array_like, shape (N,)
        Group of each row, two or more levels.
    cluster : array_like, shape (N,)
    log : bool
        Model log y.
    """
    method = "lmm_joint_f"
    prepared = _groups_model(method, y, group_labels, cluster, log)
    if isinstance(prepared, Inference):
        return prepared
    fit, levels = prepared
    if fit.status != "ok":
        return not_estimable(method, fit.note, n=fit.n, n_clusters=fit.n_clusters)
    test = joint_test(fit, np.eye(len(levels))[1:])
    if not np.isfinite(test.p):
        return not_estimable(method, NO_ANSWER, n=fit.n, n_clusters=fit.n_clusters)
    return Inference(
        method=method,
        statistic=test.statistic,
        df=test.df2,
        p=test.p,
        extra={"df1": float(test.df1), **variance_numbers(fit)},
        **sample_context(fit),
    )


def pairwise_group_contrasts(
    y: npt.ArrayLike,
    group_labels: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    log: bool = True,
    df_method: DfMethod = "kenward_roger",
    ci_level: float = 0.95,
) -> tuple[PairwiseContrast, ...]:
    """Compare every two groups in one model; p adjusted by Holm over the pairs.

    Parameters
    ----------
    y, group_labels, cluster : array_like, shape (N,)
    log : bool
        Ratio of geometric means instead of difference of means.
    df_method : {"kenward_roger", "satterthwaite"}
    ci_level : float

    Returns
    -------
    tuple of PairwiseContrast
        Pairs in sorted order of the labels: (second over first), (third over first) ...
    """
    method = "lmm_pairwise_ratio" if log else "lmm_pairwise_difference"
    codes, levels = encode(group_labels, "group_labels")
    pairs = [(i, j) for i in range(len(levels)) for j in range(i + 1, len(levels))]
    prepared = _groups_model(method, y, codes, cluster, log)
    results = []
    for i, j in pairs:
        if isinstance(prepared, Inference):
            results.append(prepared)
            continue
        contrast = np.zeros(len(levels))
        contrast[j] = 1.0
        contrast[i] -= 1.0
        contrast[0] = 0.0
        results.append(
            effect_of_contrast(method, prepared[0], contrast, df_method, ci_level, log=log)
        )
    adjusted = holm([result.p for result in results])
    return tuple(
        PairwiseContrast(str(levels[j]), str(levels[i]), result, float(p_holm))
        for (i, j), result, p_holm in zip(pairs, results, adjusted, strict=True)
    )


def _groups_model(
    method: str, y: npt.ArrayLike, group_labels: npt.ArrayLike, cluster: npt.ArrayLike, log: bool
) -> tuple[RandomInterceptFit, Array] | Inference:
    """Fit intercept plus one indicator per further level, or say why not."""
    outcome = as_float(y, "y")
    group_codes, levels = encode(group_labels, "group_labels")
    codes, patients = encode(cluster)
    n = same_length(y=outcome, group_labels=group_codes, cluster=codes)
    if len(levels) < 2:
        reason = "Fewer than two groups: there is nothing to compare."
        return not_estimable(method, reason, n=n, n_clusters=len(patients))
    if log and (outcome <= 0).any():
        return refused(method, NOT_POSITIVE, n=n, n_clusters=len(patients))
    indicators = (group_codes[:, None] == np.arange(1, len(levels))).astype(np.float64)
    design = np.column_stack([np.ones(n), indicators])
    return fit_random_intercept(np.log(outcome) if log else outcome, design, codes), levels


def _two_groups(
    method: str,
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    covariates: npt.ArrayLike | Sequence[npt.ArrayLike] | None,
    df_method: DfMethod,
    ci_level: float,
    log: bool,
) -> Inference:
    outcome = as_float(y, "y")
    indicator = as_group(group)
    codes, levels = encode(cluster)
    n = same_length(y=outcome, group=indicator, cluster=codes)
    if indicator.all() or not indicator.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    if log and (outcome <= 0).any():
        return refused(method, NOT_POSITIVE, n=n, n_clusters=len(levels))
    columns = [np.ones(n), indicator.astype(np.float64)]
    if covariates is not None:
        columns += _covariate_columns(covariates, n)
    design = np.column_stack(columns)
    fit = fit_random_intercept(np.log(outcome) if log else outcome, design, codes)
    contrast = np.zeros(design.shape[1])
    contrast[1] = 1.0
    return effect_of_contrast(method, fit, contrast, df_method, ci_level, log=log)


def _covariate_columns(
    covariates: npt.ArrayLike | Sequence[npt.ArrayLike], n_rows: int
) -> list[FloatArray]:
    """Return the columns of an (N, q) array; a single column may come as (N,)."""
    table = np.asarray(covariates, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or table.shape[0] != n_rows:
        raise ValueError(f"covariates: expected shape ({n_rows}, q), got {table.shape}")
    return [as_float(column, f"covariates[:, {i}]") for i, column in enumerate(table.T)]
