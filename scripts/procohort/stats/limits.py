"""Confidence limits of a proportion and of a difference, as numbers."""

from __future__ import annotations

import math
from typing import Any

from scipy.special import betaincinv, ndtri, stdtr, stdtrit


def beta_limits(events: float, trials: float, ci_level: float) -> tuple[float, float]:
    """Return Clopper-Pearson limits; `events` and `trials` need not be whole numbers.

    Source: Clopper & Pearson 1934, by the Beta quantiles of Brown, Cai &
    DasGupta 2001, section 4.2.1.
    """
    tail = (1.0 - ci_level) / 2.0
    misses = trials - events
    low = float(betaincinv(events, misses + 1.0, tail)) if events > 0 else 0.0
    high = float(betaincinv(events + 1.0, misses, 1.0 - tail)) if misses > 0 else 1.0
    return low, high


def wilson_limits(events: int, trials: int, ci_level: float) -> tuple[float, float]:
    """Return Wilson score limits (Wilson 1927), exactly 0 or 1 at the ends."""
    z2 = float(ndtri((1.0 + ci_level) / 2.0)) ** 2
    centre = events + z2 / 2.0
    half_width = math.sqrt(z2 * (events * (trials - events) / trials + z2 / 4.0))
    low = (centre - half_width) / (trials + z2) if events > 0 else 0.0
    high = (centre + half_width) / (trials + z2) if events < trials else 1.0
    return low, high


def t_ratio_squared(n: int, n_clusters: int, ci_level: float) -> float:
    """Return (t_{N-1} / t_{K-1})^2, the price of estimating a variance from K patients."""
    tail = (1.0 + ci_level) / 2.0
    return float((stdtrit(n - 1.0, tail) / stdtrit(n_clusters - 1.0, tail)) ** 2)


def t_fields(difference: float, se: float, df: float, ci_level: float) -> dict[str, Any]:
    """Return the fields of an `Inference` about a difference with a t reference distribution."""
    margin = float(stdtrit(df, 0.5 + ci_level / 2.0)) * se
    return {
        "estimate": difference,
        "ci_low": difference - margin,
        "ci_high": difference + margin,
        "ci_level": ci_level,
        "statistic": difference / se,
        "df": df,
        "p": 2.0 * float(stdtr(df, -abs(difference / se))),
    }
