"""Whether small series find something else than large ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from procohort.stats.arrays import as_float, same_length
from procohort.stats.inference import NAN, Status

# Below ten series the test has too little power to tell anything (Sterne et al. 2011).
FEWEST_SERIES = 10


@dataclass(frozen=True, kw_only=True)
class SmallStudyTest:
    """Regression of the series' log odds on the inverse of their sizes.

    Attributes
    ----------
    slope, se : float
        Change of the log odds per unit of 1 / trials, and its standard error.
    statistic, df, p : float
        t of the slope on K - 2 degrees of freedom, two-sided p.
    n_series : int
    status, note : str
    """

    slope: float = NAN
    se: float = NAN
    statistic: float = NAN
    df: float = NAN
    p: float = NAN
    n_series: int = 0
    status: Status = "ok"
    note: str = ""


def peters_regression(events: npt.ArrayLike, trials: npt.ArrayLike) -> SmallStudyTest:
    """Test for small-study effects among proportions.

    The log odds of each series are regressed on 1 / trials, weighted by the
    inverse of their variance 1 / events + 1 / misses. Where a series has no
    event or no miss, 0.5 is added to both counts of every series.

    Parameters
    ----------
    events, trials : array_like of int, shape (K,)
        Counts of each series.

    Returns
    -------
    SmallStudyTest
        Refused with fewer than ten series, or where all are of one size.

    Notes
    -----
    Peters, Sutton, Jones, Abrams & Rushton 2006, for one proportion per series.

    Examples
    --------
    >>> peters_regression([1, 2], [10, 20]).status
    'refused'
    """
    k, n = as_float(events, "events"), as_float(trials, "trials")
    same_length(events=k, trials=n)
    k, n = k[n > 0], n[n > 0]
    count = len(k)
    if count < FEWEST_SERIES:
        reason = (
            f"{count} series: the check for small-study effects needs at least {FEWEST_SERIES} "
            "to tell anything."
        )
        return SmallStudyTest(n_series=count, status="refused", note=reason)
    if np.ptp(n) == 0:
        reason = "All series are of one size: there are no smaller ones."
        return SmallStudyTest(n_series=count, status="not_estimable", note=reason)
    corrected = bool(((k == 0) | (k == n)).any())
    hits, misses = k + 0.5 * corrected, n - k + 0.5 * corrected
    y, x = np.log(hits / misses), 1.0 / n
    weight = 1.0 / (1.0 / hits + 1.0 / misses)
    design = np.column_stack([np.ones(count), x])
    inverse = np.linalg.inv(design.T @ (weight[:, None] * design))
    coef = inverse @ (design.T @ (weight * y))
    df = float(count - 2)
    scale = float((weight * (y - design @ coef) ** 2).sum()) / df
    se = float(np.sqrt(scale * inverse[1, 1]))
    statistic = float(coef[1]) / se if se > 0 else NAN
    return SmallStudyTest(
        slope=float(coef[1]),
        se=se,
        statistic=statistic,
        df=df,
        p=float(2.0 * stdtr(df, -abs(statistic))),
        n_series=count,
        note="0.5 was added to both counts of every series." if corrected else "",
    )
