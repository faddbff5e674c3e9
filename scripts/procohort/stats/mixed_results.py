"""From a fitted random-intercept model to the result that callers see."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from scipy.special import stdtrit

from procohort.stats.design_effect import design_effect, effective_n
from procohort.stats.inference import FloatArray, Inference, not_estimable
from procohort.stats.kenward_roger import DfMethod, contrast_test
from procohort.stats.random_intercept import RandomInterceptFit

NOT_POSITIVE = "The log scale needs positive values: the outcome holds zero or negative ones."
NO_ANSWER = "The degrees of freedom of this effect are not determined by the data."


class SampleContext(TypedDict):
    """Fields of `Inference` that describe the sample."""

    n: int
    n_clusters: int
    design_effect: float
    n_effective: float


def effect_of_contrast(
    method: str,
    fit: RandomInterceptFit,
    contrast: FloatArray,
    df_method: DfMethod,
    ci_level: float,
    *,
    log: bool,
) -> Inference:
    """Turn one contrast of a fit into a result, back on the scale of the outcome."""
    if fit.status != "ok":
        return not_estimable(method, fit.note, n=fit.n, n_clusters=fit.n_clusters)
    test = contrast_test(fit, contrast, df_method=df_method)
    if not np.isfinite(test.p):
        return not_estimable(method, NO_ANSWER, n=fit.n, n_clusters=fit.n_clusters)
    reach = float(stdtrit(test.df, 0.5 + ci_level / 2.0)) * test.se
    points = np.array([test.estimate, test.estimate - reach, test.estimate + reach])
    with np.errstate(over="ignore"):
        shown = np.exp(points) if log else points
    if not np.isfinite(shown).all():
        reason = "The interval is too wide to be written as a ratio."
        return not_estimable(method, reason, n=fit.n, n_clusters=fit.n_clusters)
    prefix = "log_" if log else ""
    return Inference(
        method=method,
        estimate=float(shown[0]),
        ci_low=float(shown[1]),
        ci_high=float(shown[2]),
        ci_level=ci_level,
        statistic=test.statistic,
        df=test.df,
        p=test.p,
        note=fit.note,
        extra={f"{prefix}estimate": test.estimate, f"{prefix}se": test.se, **variance_numbers(fit)},
        **sample_context(fit),
    )


def variance_numbers(fit: RandomInterceptFit) -> dict[str, float]:
    """Return the variance part of the fit by name."""
    return {
        "icc": fit.icc,
        "sigma2_between": fit.sigma2_between,
        "sigma2_within": fit.sigma2_within,
        "loglik": fit.loglik,
        "boundary": float(fit.boundary),
    }


def sample_context(fit: RandomInterceptFit) -> SampleContext:
    """Return the sample's size and what clustering leaves of it."""
    return {
        "n": fit.n,
        "n_clusters": fit.n_clusters,
        "design_effect": design_effect(fit.cluster_sizes, fit.icc),
        "n_effective": effective_n(fit.cluster_sizes, fit.icc),
    }
