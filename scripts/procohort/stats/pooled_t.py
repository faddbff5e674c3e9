"""Student's comparison of two groups of independent rows, with one common variance."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float, as_group, same_length
from procohort.stats.inference import FloatArray, Inference, not_estimable, refused
from procohort.stats.limits import t_fields


def mean_difference_student(
    y: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Difference of means, group 1 minus group 0, by Student's t test (Student 1908).

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
        Difference in the unit of `y` with limits, t with n - 2 degrees of freedom and p;
        ``se`` in `extra`. It takes the variances as equal and the rows as independent;
        `mean_difference_welch` needs only the second.

    Examples
    --------
    >>> result = mean_difference_student([1.0, 2.0, 3.0, 4.0, 6.0, 8.0], [0, 0, 0, 1, 1, 1])
    >>> result.estimate, result.df
    (4.0, 4.0)
    """
    values, in_group = as_float(y, "y"), as_group(group)
    same_length(y=values, group=in_group)
    return _student("mean_difference_student", values[in_group], values[~in_group], ci_level)


def geometric_mean_ratio_student(
    y: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Ratio of geometric means, group 1 over group 0, by Student's t test on logarithms.

    Parameters and caveat as `mean_difference_student` (Student 1908); zero and negative
    outcomes are refused.

    Returns
    -------
    Inference
        Ratio with limits, t, degrees of freedom and p; ``log_ratio`` and
        ``se_log_ratio`` in `extra`.
    """
    method = "geometric_mean_ratio_student"
    values, in_group = as_float(y, "y"), as_group(group)
    same_length(y=values, group=in_group)
    if (values <= 0.0).any():
        return refused(method, "The outcome has values of zero or below.", n=values.size)
    logs = np.log(values)
    found = _student(method, logs[in_group], logs[~in_group], ci_level)
    if found.status != "ok":
        return found
    return found.with_(
        estimate=math.exp(found.estimate),
        ci_low=math.exp(found.ci_low),
        ci_high=math.exp(found.ci_high),
        extra={"log_ratio": found.estimate, "se_log_ratio": found.extra["se"]},
    )


def _student(method: str, ones: FloatArray, zeros: FloatArray, ci_level: float) -> Inference:
    n1, n0 = ones.size, zeros.size
    if min(n1, n0) == 0:
        return not_estimable(method, "One of the two groups has no rows.", n=n1 + n0)
    if n1 + n0 < 3:
        return not_estimable(method, "Two rows leave no degrees of freedom.", n=n1 + n0)
    if (ones == ones[0]).all() and (zeros == zeros[0]).all():
        return not_estimable(method, "The outcome does not vary inside the groups.", n=n1 + n0)
    squares = float(((ones - ones.mean()) ** 2).sum() + ((zeros - zeros.mean()) ** 2).sum())
    df = float(n1 + n0 - 2)
    se = math.sqrt(squares / df * (1.0 / n1 + 1.0 / n0))
    difference = float(ones.mean() - zeros.mean())
    return Inference(
        method=method, n=n1 + n0, extra={"se": se}, **t_fields(difference, se, df, ci_level)
    )
