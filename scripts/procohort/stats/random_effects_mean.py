"""Pooling the means of several series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import stdtrit

from procohort.stats.arrays import as_float, same_length
from procohort.stats.inference import NAN, FloatArray, Status


@dataclass(frozen=True, kw_only=True)
class PooledMean:
    """What the means of several series say together.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : float
        Mean over series with Hartung-Knapp limits, in the unit of the means.
    tau : float
        Standard deviation between series (Paule-Mandel).
    ci_level : float
    n_series : int
    n : int
        Values behind all means.
    status, note : str
    """

    estimate: float = NAN
    se: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    tau: float = NAN
    ci_level: float = 0.95
    n_series: int = 0
    n: int = 0
    status: Status = "ok"
    note: str = ""


def pool_means(
    means: npt.ArrayLike, sds: npt.ArrayLike, sizes: npt.ArrayLike, *, ci_level: float = 0.95
) -> PooledMean:
    """Pool means by inverse variance with a random effect of the series.

    Parameters
    ----------
    means, sds, sizes : array_like, shape (K,)
        Mean, standard deviation and number of values of each series.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    PooledMean
        Refused with fewer than two series.

    Raises
    ------
    ValueError
        If a standard deviation or a size is not positive.

    Notes
    -----
    Spread between series by Paule & Mandel 1982; limits by Hartung & Knapp 2001
    (t on K - 1 degrees of freedom, squared scale not below 1 so that agreement
    by chance does not narrow them: Röver, Knapp & Friede 2015).

    Examples
    --------
    >>> round(pool_means([10.0, 12.0, 11.0], [2.0, 2.0, 2.0], [20, 20, 20]).estimate, 2)
    11.0
    """
    y, sd, size = as_float(means, "means"), as_float(sds, "sds"), as_float(sizes, "sizes")
    count = same_length(means=y, sds=sd, sizes=size)
    if (sd <= 0).any() or (size <= 0).any():
        raise ValueError("sds, sizes: expected positive numbers")
    known: dict[str, Any] = {"ci_level": ci_level, "n_series": count, "n": int(size.sum())}
    if count < 2:
        reason = "Fewer than two series give a mean with SD and n."
        return PooledMean(**known, status="refused", note=reason)
    variance = sd**2 / size
    tau2 = _paule_mandel(y, variance)
    weight = 1.0 / (variance + tau2)
    centre = float((weight * y).sum() / weight.sum())
    scale = max(1.0, float((weight * (y - centre) ** 2).sum()) / (count - 1))
    se = float(np.sqrt(scale / weight.sum()))
    half = float(stdtrit(count - 1.0, (1.0 + ci_level) / 2.0)) * se
    return PooledMean(
        **known,
        estimate=centre,
        se=se,
        ci_low=centre - half,
        ci_high=centre + half,
        tau=float(np.sqrt(tau2)),
    )


def _paule_mandel(y: FloatArray, variance: FloatArray) -> float:
    """Return the variance between series at which Cochran's Q equals its expectation."""

    def excess(tau2: float) -> float:
        weight = 1.0 / (variance + tau2)
        centre = (weight * y).sum() / weight.sum()
        return float((weight * (y - centre) ** 2).sum()) - (len(y) - 1)

    if excess(0.0) <= 0.0:
        return 0.0
    upper = float(np.ptp(y)) ** 2 + float(variance.max())
    return float(brentq(excess, 0.0, upper, xtol=1e-14, rtol=1e-13))
