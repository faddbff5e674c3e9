"""One-way analysis of variance of independent rows, with equal and with unequal variances."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable, refused


def anova(y: npt.ArrayLike, group: npt.ArrayLike, *, log: bool = False) -> Inference:
    """Test that all groups share one mean, taking their variances as equal (Fisher 1925).

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of labels, shape (n,)
        Group of each row, two or more levels.
    log : bool
        Compare means of log y; outcomes of zero or below are then refused.

    Returns
    -------
    Inference
        F in `statistic`, denominator degrees of freedom in `df`, p; in `extra` ``df1`` and
        ``eta_squared`` (share of the sum of squares between groups). Rows count as independent.

    Examples
    --------
    >>> anova([1.0, 2.0, 3.0, 3.0, 4.0, 5.0], ["a", "a", "a", "b", "b", "b"]).statistic
    6.0
    """
    method = "anova_log" if log else "anova"
    prepared = _groups(method, y, group, log)
    if isinstance(prepared, Inference):
        return prepared
    values, codes, n_levels = prepared
    sizes = np.bincount(codes)
    means = np.bincount(codes, weights=values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum())
    within = float(((values - means[codes]) ** 2).sum())
    df1, df2 = n_levels - 1, values.size - n_levels
    if df2 < 1 or within <= 1e-28 * float(values @ values):
        return not_estimable(method, _NO_SPREAD, n=values.size)
    statistic = (between / df1) / (within / df2)
    return Inference(
        method=method,
        statistic=statistic,
        df=float(df2),
        p=float(fdtrc(df1, df2, statistic)),
        n=values.size,
        extra={"df1": float(df1), "eta_squared": between / (between + within)},
    )


def anova_welch(y: npt.ArrayLike, group: npt.ArrayLike, *, log: bool = False) -> Inference:
    """Test that all groups share one mean, whatever their variances (Welch 1951).

    Parameters and caveat as `anova`; every group needs two rows and some spread.

    Returns
    -------
    Inference
        F in `statistic`, Welch's denominator degrees of freedom in `df`, p; ``df1`` in `extra`.
    """
    method = "anova_welch_log" if log else "anova_welch"
    prepared = _groups(method, y, group, log)
    if isinstance(prepared, Inference):
        return prepared
    values, codes, n_levels = prepared
    sizes = np.bincount(codes)
    if sizes.min() < 2:
        return not_estimable(method, "A group of one row has no variance.", n=values.size)
    means = np.bincount(codes, weights=values) / sizes
    squares = np.bincount(codes, weights=(values - means[codes]) ** 2)
    if (squares <= 1e-28 * np.bincount(codes, weights=values**2)).any():
        return not_estimable(method, "The outcome does not vary inside a group.", n=values.size)
    weights = sizes * (sizes - 1) / squares
    total = float(weights.sum())
    centre = float(weights @ means) / total
    df1 = n_levels - 1
    lost = float(((1.0 - weights / total) ** 2 / (sizes - 1)).sum())
    numerator = float((weights * (means - centre) ** 2).sum()) / df1
    statistic = numerator / (1.0 + 2.0 * (n_levels - 2) * lost / (n_levels**2 - 1))
    df2 = (n_levels**2 - 1) / (3.0 * lost)
    return Inference(
        method=method,
        statistic=statistic,
        df=df2,
        p=float(fdtrc(df1, df2, statistic)),
        n=values.size,
        extra={"df1": float(df1)},
    )


_NO_SPREAD = "The outcome does not vary inside the groups."


def _groups(
    method: str, y: npt.ArrayLike, group: npt.ArrayLike, log: bool
) -> tuple[FloatArray, IntArray, int] | Inference:
    values = as_float(y, "y")
    codes, levels = encode(group, "group")
    n = same_length(y=values, group=codes)
    if len(levels) < 2:
        return not_estimable(method, "There are fewer than two groups.", n=n)
    if log and (values <= 0.0).any():
        return refused(method, "The outcome has values of zero or below.", n=n)
    return (np.log(values) if log else values), codes, len(levels)
