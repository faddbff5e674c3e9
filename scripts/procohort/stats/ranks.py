"""Two independent groups of rows: rank tests and their effect sizes.

These treat every row as independent, as published tables do; clustered rows need
`clustered_ranks`, `permutation` or the cluster bootstrap.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from procohort.stats.arrays import as_float, as_group, midranks, same_length
from procohort.stats.inference import (
    BoolArray,
    FloatArray,
    Inference,
    not_estimable,
    refused,
)
from procohort.stats.pair_differences import pair_difference_order_statistics
from procohort.stats.subset_sums import (
    reduce_scores,
    subset_sums,
    subset_sums_affordable,
    tail_probabilities,
)


def mann_whitney(y: npt.ArrayLike, group: npt.ArrayLike, *, continuity: bool = False) -> Inference:
    """Mann-Whitney test, normal approximation with the variance corrected for ties.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        1 = group of interest, 0 = reference.
    continuity : bool
        Move U by one half towards its expectation (R's ``correct=TRUE``).

    Returns
    -------
    Inference
        `statistic` is U of group 1; `extra` holds z, expected, variance and the
        probability of superiority U / (n1 n0) as ``auc``.

    Notes
    -----
    Var U = n1 n0 / (N (N - 1)) sum (r - mean r)^2 with midranks r; Lehmann (1975),
    Nonparametrics, eq. 1.35 in another form.

    Examples
    --------
    >>> mann_whitney([1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1]).statistic
    4.0
    """
    method = "mann_whitney_asymptotic_cc" if continuity else "mann_whitney_asymptotic"
    values, in_group = _two_groups(y, group)
    if (problem := _degenerate(method, values, in_group)) is not None:
        return problem
    ranks = midranks(values)
    n1, n0 = _sizes(in_group)
    u = float(ranks[in_group].sum()) - n1 * (n1 + 1) / 2.0
    expected = n1 * n0 / 2.0
    variance = _u_variance(ranks, n1, n0)
    deviation = u - expected
    if continuity:
        deviation -= 0.5 * float(np.sign(deviation))
    z = deviation / float(np.sqrt(variance))
    return Inference(
        method=method,
        statistic=u,
        p=min(1.0, 2.0 * float(ndtr(-abs(z)))),
        n=values.size,
        extra={"z": z, "expected": expected, "variance": variance, "auc": u / (n1 * n0)},
    )


def mann_whitney_exact(y: npt.ArrayLike, group: npt.ArrayLike) -> Inference:
    """Mann-Whitney test, exact given the ties (conditional permutation distribution).

    Parameters
    ----------
    y, group : array_like, shape (n,)
        Outcome and 0/1 group.

    Returns
    -------
    Inference
        `statistic` is U of group 1, `p` = P(|U - E U| >= |u - E U|); `extra` holds
        the one-sided ``p_less`` and ``p_greater`` (of group 1), z and expected.
        Refused when the table of rank sums would be too large.

    Notes
    -----
    Streitberg and Roehmel (1986) on doubled midranks, see `subset_sums`. SciPy's
    ``method="exact"`` ignores ties without a warning.
    """
    method = "mann_whitney_exact"
    values, in_group = _two_groups(y, group)
    if (problem := _degenerate(method, values, in_group)) is not None:
        return problem
    ranks = midranks(values)
    scores = reduce_scores(np.rint(2.0 * ranks).astype(np.int64))
    n1, n0 = _sizes(in_group)
    if not subset_sums_affordable(scores, n1):
        return refused(
            method,
            f"The exact distribution for {n1} against {n0} rows is too large to compute;"
            " only the normal approximation is available.",
            n=values.size,
        )
    tails = tail_probabilities(
        subset_sums(scores, n1),
        int(scores[in_group].sum()),
        Fraction(n1 * int(scores.sum()), values.size),
    )
    u = float(ranks[in_group].sum()) - n1 * (n1 + 1) / 2.0
    z = (u - n1 * n0 / 2.0) / float(np.sqrt(_u_variance(ranks, n1, n0)))
    return Inference(
        method=method,
        statistic=u,
        p=tails.two_sided,
        n=values.size,
        extra={
            "z": z,
            "expected": n1 * n0 / 2.0,
            "p_less": tails.less,
            "p_greater": tails.greater,
        },
    )


def hodges_lehmann(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    ci_level: float = 0.95,
    continuity: bool = False,
) -> Inference:
    """Hodges-Lehmann shift: the median of all differences group 1 minus group 0.

    Parameters
    ----------
    y, group : array_like, shape (n,)
        Outcome and 0/1 group.
    ci_level : float
        Level of the interval.
    continuity : bool
        Widen the interval by the continuity correction.

    Returns
    -------
    Inference
        Estimate and limits in the unit of `y`; limits are NaN, with a note, where
        the groups are too small for the level.

    Notes
    -----
    Limits are the order statistics k + 1 and n1 n0 - k of the differences with
    k = floor(n1 n0 / 2 - z sqrt(Var U)), variance corrected for ties; Hodges and
    Lehmann (1963), Lehmann (1975), section 2.6. R's ``wilcox.test`` searches a root
    instead and need not return the median.
    """
    method = "hodges_lehmann"
    values, in_group = _two_groups(y, group)
    if (problem := _degenerate(method, values, in_group)) is not None:
        return problem
    n1, n0 = _sizes(in_group)
    n_pairs = n1 * n0
    half_width = float(ndtri(0.5 + ci_level / 2.0)) * float(
        np.sqrt(_u_variance(midranks(values), n1, n0))
    )
    k = int(np.floor(n_pairs / 2.0 - 0.5 * continuity - half_width))
    positions = [(n_pairs - 1) // 2, n_pairs // 2]
    if k >= 0:
        positions += [k, n_pairs - k - 1]
    found = pair_difference_order_statistics(values[in_group], values[~in_group], positions)
    result = Inference(
        method=method, estimate=(found[0] + found[1]) / 2.0, ci_level=ci_level, n=values.size
    )
    if k < 0:
        return result.with_(note="The groups are too small for limits at this level.")
    return result.with_(ci_low=found[2], ci_high=found[3])


def cliffs_delta(y: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Cliff's delta, P(Y1 > Y0) - P(Y1 < Y0), with Cliff's asymmetric interval.

    Parameters
    ----------
    y, group : array_like, shape (n,)
        Outcome and 0/1 group.
    ci_level : float
        Level of the interval.

    Returns
    -------
    Inference
        `estimate` in [-1, 1]; `extra` holds ``auc`` = (delta + 1) / 2 and ``se``.

    Notes
    -----
    Cliff (1996), Ordinal Methods for Behavioral Data Analysis, chapter 5: unbiased
    variance and the interval that is asymmetric around delta. At complete separation
    the variance is 0 and the limit is (n - z^2) / (n + z^2), n the smaller group.

    Examples
    --------
    >>> cliffs_delta([1.0, 2.0, 2.0, 4.0], [0, 0, 1, 1]).estimate
    0.75
    """
    method = "cliffs_delta"
    values, in_group = _two_groups(y, group)
    if (problem := _degenerate(method, values, in_group)) is not None:
        return problem
    n1, n0 = _sizes(in_group)
    rows1, n_tied = _dominance(values[in_group], values[~in_group])
    rows0, _ = _dominance(values[~in_group], values[in_group])
    delta = float(rows1.mean())
    result = Inference(
        method=method,
        estimate=delta,
        ci_level=ci_level,
        n=values.size,
        extra={"auc": (delta + 1.0) / 2.0},
    )
    if min(n1, n0) < 2:
        return result.with_(note="A group of one row gives no variance, hence no limits.")
    squares = n1 * n0 - n_tied - n1 * n0 * delta**2
    variance = (
        n0**2 * float(((rows1 - delta) ** 2).sum())
        + n1**2 * float(((rows0 + delta) ** 2).sum())
        - squares
    ) / (n1 * n0 * (n1 - 1) * (n0 - 1))
    low, high = _cliff_limits(delta, max(0.0, variance), min(n1, n0), ci_level)
    return result.with_(
        ci_low=low,
        ci_high=high,
        extra={"auc": (delta + 1.0) / 2.0, "se": float(np.sqrt(max(0.0, variance)))},
    )


def median_difference(y: npt.ArrayLike, group: npt.ArrayLike) -> Inference:
    """Difference of the medians, group 1 minus group 0, in the unit of `y`.

    A point estimate only: intervals come from the bootstrap. `extra` holds both medians.

    Examples
    --------
    >>> median_difference([1.0, 2.0, 3.0, 9.0], [0, 0, 1, 1]).estimate
    4.5
    """
    method = "median_difference"
    values, in_group = _two_groups(y, group)
    if (problem := _empty_group(method, in_group)) is not None:
        return problem
    median1, median0 = float(np.median(values[in_group])), float(np.median(values[~in_group]))
    return Inference(
        method=method,
        estimate=median1 - median0,
        n=values.size,
        extra={"median_1": median1, "median_0": median0},
    )


def _two_groups(y: npt.ArrayLike, group: npt.ArrayLike) -> tuple[FloatArray, BoolArray]:
    values, in_group = as_float(y, "y"), as_group(group)
    same_length(y=values, group=in_group)
    return values, in_group


def _sizes(in_group: BoolArray) -> tuple[int, int]:
    n1 = int(in_group.sum())
    return n1, in_group.size - n1


def _empty_group(method: str, in_group: BoolArray) -> Inference | None:
    if min(_sizes(in_group)) == 0:
        return not_estimable(method, "One of the two groups has no rows.", n=in_group.size)
    return None


def _degenerate(method: str, values: FloatArray, in_group: BoolArray) -> Inference | None:
    if (problem := _empty_group(method, in_group)) is not None:
        return problem
    if (values == values[0]).all():
        return not_estimable(method, "All rows have the same value.", n=values.size)
    return None


def _u_variance(ranks: FloatArray, n1: int, n0: int) -> float:
    n = n1 + n0
    return n1 * n0 / (n * (n - 1.0)) * float(((ranks - (n + 1) / 2.0) ** 2).sum())


def _dominance(values: FloatArray, others: FloatArray) -> tuple[FloatArray, int]:
    """Return the mean sign of each value minus all others, and the number of tied pairs."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return (below + up_to) / others.size - 1.0, int((up_to - below).sum())


def _cliff_limits(
    delta: float, variance: float, smaller: int, ci_level: float
) -> tuple[float, float]:
    z = float(ndtri(0.5 + ci_level / 2.0))
    if abs(delta) >= 1.0:
        limit = max(-1.0, (smaller - z**2) / (smaller + z**2))
        return (limit, 1.0) if delta > 0 else (-1.0, -limit)
    root = float(np.sqrt((1.0 - delta**2) ** 2 + z**2 * variance))
    scale = 1.0 - delta**2 + z**2 * variance
    margin = z * float(np.sqrt(variance)) * root
    centre = delta - delta**3
    return max(-1.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale)
