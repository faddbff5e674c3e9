"""The Brunner-Munzel test: probability of superiority without equal variances."""

from __future__ import annotations

import math

import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from procohort.stats.arrays import as_float, as_group, midranks, same_length
from procohort.stats.inference import FloatArray, Inference, not_estimable


def brunner_munzel(y: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Probability that a row of group 1 exceeds one of group 0, P(Y1 > Y0) + P(Y1 = Y0) / 2.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        1 = group of interest, 0 = reference.
    ci_level : float
        Level of the interval.

    Returns
    -------
    Inference
        The probability with Wald limits cut at 0 and 1, t, Satterthwaite degrees of freedom
        and p; ``se`` in `extra`. Not estimable at complete separation, where the variance is
        0 (SciPy returns NaN there): the exact Mann-Whitney test answers instead.

    Notes
    -----
    Brunner and Munzel (2000), Biometrical Journal 42, 17-25. Rows count as independent.

    Examples
    --------
    >>> brunner_munzel([1.0, 3.0, 5.0, 2.0, 4.0, 6.0], [0, 0, 0, 1, 1, 1]).estimate
    0.6666666666666666
    """
    method = "brunner_munzel"
    values, in_group = as_float(y, "y"), as_group(group)
    n = same_length(y=values, group=in_group)
    n1 = int(in_group.sum())
    n0 = n - n1
    if min(n1, n0) == 0:
        return not_estimable(method, "One of the two groups has no rows.", n=n)
    if min(n1, n0) < 2:
        return not_estimable(method, "A group of one row has no variance.", n=n)
    ranks = midranks(values)
    part1 = _placement_variance(ranks[in_group], values[in_group]) / n0**2 / n1
    part0 = _placement_variance(ranks[~in_group], values[~in_group]) / n1**2 / n0
    if part1 + part0 <= 1e-20:
        reason = "The groups do not overlap, or all rows have the same value."
        return not_estimable(method, reason, n=n)
    probability = (float(ranks[in_group].mean()) - (n1 + 1) / 2.0) / n0
    se = math.sqrt(part1 + part0)
    df = (part1 + part0) ** 2 / (part1**2 / (n1 - 1) + part0**2 / (n0 - 1))
    t = (probability - 0.5) / se
    margin = float(stdtrit(df, 0.5 + ci_level / 2.0)) * se
    return Inference(
        method=method,
        estimate=probability,
        ci_low=max(0.0, probability - margin),
        ci_high=min(1.0, probability + margin),
        ci_level=ci_level,
        statistic=t,
        df=df,
        p=2.0 * float(stdtr(df, -abs(t))),
        n=n,
        extra={"se": se},
    )


def _placement_variance(pooled_ranks: FloatArray, values: FloatArray) -> float:
    """Return the variance of the number of rows of the other group below each row."""
    return float((pooled_ranks - midranks(values)).var(ddof=1))
