"""Welch's comparison of two groups of independent rows, of means or of geometric means."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float, as_group, same_length
from procohort.stats.inference import FloatArray, Inference, not_estimable, refused
from procohort.stats.limits import t_fields


def mean_difference_welch(
    y: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Difference of means, group 1 minus group 0, by Welch's t test.

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
        Difference in the unit of `y` with limits, t, Welch-Satterthwaite degrees
        of freedom (Welch 1947) and p; ``se`` in `extra`. It treats rows as
        independent: with clustered rows its interval is far too narrow.
    """
    values, in_group = as_float(y, "y"), as_group(group)
    same_length(y=values, group=in_group)
    return _welch("mean_difference_welch", values[in_group], values[~in_group], ci_level)


def geometric_mean_ratio_welch(
    y: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Ratio of geometric means, group 1 over group 0, by Welch's t test on logarithms.

    Parameters and caveat as `mean_difference_welch`; zero and negative outcomes
    are refused.

    Returns
    -------
    Inference
        Ratio with limits, t, degrees of freedom and p; ``log_ratio`` and
        ``se_log_ratio`` in `extra`.
    """
    method = "geometric_mean_ratio_welch"
    values, in_group = as_float(y, "y"), as_group(group)
    same_length(y=values, group=in_group)
    if (values <= 0.0).any():
        return refused(method, "The outcome has values of zero or below.", n=values.size)
    logs = np.log(values)
    found = _welch(method, logs[in_group], logs[~in_group], ci_level)
    if found.status != "ok":
        return found
    return found.with_(
        estimate=math.exp(found.estimate),
        ci_low=math.exp(found.ci_low),
        ci_high=math.exp(found.ci_high),
        extra={"log_ratio": found.estimate, "se_log_ratio": found.extra["se"]},
    )


def _welch(method: str, ones: FloatArray, zeros: FloatArray, ci_level: float) -> Inference:
    n1, n0 = ones.size, zeros.size
    if min(n1, n0) == 0:
        return not_estimable(method, "One of the two groups has no rows.", n=n1 + n0)
    if min(n1, n0) < 2:
        return not_estimable(method, "A group of one row has no variance.", n=n1 + n0)
    part1, part0 = float(ones.var(ddof=1)) / n1, float(zeros.var(ddof=1)) / n0
    constant = bool((ones == ones[0]).all() and (zeros == zeros[0]).all())
    if constant or part1 + part0 == 0.0:
        return not_estimable(method, "The outcome does not vary inside the groups.", n=n1 + n0)
    difference = float(ones.mean() - zeros.mean())
    se = math.sqrt(part1 + part0)
    df = (part1 + part0) ** 2 / (part1**2 / (n1 - 1) + part0**2 / (n0 - 1))
    return Inference(
        method=method, n=n1 + n0, extra={"se": se}, **t_fields(difference, se, df, ci_level)
    )
