"""Two or more independent groups of rows: Kruskal-Wallis and Dunn's pairwise tests."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from procohort.stats.arrays import as_float, encode, midranks, same_length
from procohort.stats.inference import Array, FloatArray, Inference, IntArray, not_estimable
from procohort.stats.multiplicity import holm


@dataclass(frozen=True, slots=True)
class PairwiseRankTest:
    """One pair of a Dunn test.

    Attributes
    ----------
    level, reference : str
        Labels of the pair; the statistic is `level` minus `reference`.
    inference : Inference
        z in `statistic`, raw two-sided `p`, difference of mean ranks in `estimate`.
    p_holm : float
        p adjusted over all pairs by Holm's method; NaN where the test does not exist.
    """

    level: str
    reference: str
    inference: Inference
    p_holm: float


def kruskal_wallis(y: npt.ArrayLike, group: npt.ArrayLike) -> Inference:
    """Kruskal-Wallis test, corrected for ties.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of labels, shape (n,)
        Group of each row, two or more levels.

    Returns
    -------
    Inference
        H in `statistic`, `df` = levels - 1, chi-square `p`; `extra` holds
        ``epsilon_squared`` = H / (n - 1) and ``eta_squared_h`` (Tomczak and Tomczak 2014).

    Notes
    -----
    H = (n - 1) sum_g n_g (mean rank_g - mean rank)^2 / sum (r - mean rank)^2, which
    equals the textbook form with its tie correction (Kruskal and Wallis 1952).

    Examples
    --------
    >>> round(kruskal_wallis([1.0, 2.0, 3.0, 4.0], ["a", "a", "b", "b"]).statistic, 6)
    2.4
    """
    method = "kruskal_wallis"
    values, codes, levels = _groups(y, group)
    if (problem := _degenerate(method, values, levels)) is not None:
        return problem
    n, n_levels = values.size, levels.size
    ranks = midranks(values)
    counts, means = _mean_ranks(ranks, codes)
    between = float((counts * (means - (n + 1) / 2.0) ** 2).sum())
    h = (n - 1) * between / float(((ranks - (n + 1) / 2.0) ** 2).sum())
    eta_squared = (h - n_levels + 1) / (n - n_levels) if n > n_levels else float("nan")
    return Inference(
        method=method,
        statistic=h,
        df=float(n_levels - 1),
        p=float(chdtrc(n_levels - 1, h)),
        n=n,
        extra={"epsilon_squared": h / (n - 1), "eta_squared_h": eta_squared},
    )


def dunn(y: npt.ArrayLike, group: npt.ArrayLike) -> tuple[PairwiseRankTest, ...]:
    """Dunn's pairwise comparisons of mean ranks, corrected for ties, adjusted by Holm.

    Parameters
    ----------
    y, group : array_like, shape (n,)
        Outcome and group labels.

    Returns
    -------
    tuple of PairwiseRankTest
        All pairs in sorted order of the labels; the earlier label is the reference.
        Empty when there are fewer than two levels.

    Notes
    -----
    z = difference of mean ranks / sqrt(S^2 (1/n_a + 1/n_b)), S^2 the variance of all
    midranks; Dunn (1964), Technometrics 6, 241-252. Ranks are those of all groups.
    """
    values, codes, levels = _groups(y, group)
    method = "dunn"
    pairs = list(combinations(range(levels.size), 2))
    if (problem := _degenerate(method, values, levels)) is not None:
        tests = [problem] * len(pairs)
    else:
        ranks = midranks(values)
        counts, means = _mean_ranks(ranks, codes)
        variance = float(ranks.var(ddof=1))
        tests = [
            _dunn_pair(counts[[first, second]], means[second] - means[first], variance)
            for first, second in pairs
        ]
    adjusted = holm([test.p for test in tests])
    return tuple(
        PairwiseRankTest(str(levels[second]), str(levels[first]), test, float(p_holm))
        for (first, second), test, p_holm in zip(pairs, tests, adjusted, strict=True)
    )


def _dunn_pair(counts: FloatArray, difference: float, variance: float) -> Inference:
    z = float(difference / np.sqrt(variance * (1.0 / counts).sum()))
    return Inference(
        method="dunn",
        estimate=float(difference),
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=int(counts.sum()),
    )


def _groups(y: npt.ArrayLike, group: npt.ArrayLike) -> tuple[FloatArray, IntArray, Array]:
    values = as_float(y, "y")
    codes, levels = encode(group, "group")
    same_length(y=values, group=codes)
    return values, codes, levels


def _degenerate(method: str, values: FloatArray, levels: Array) -> Inference | None:
    if levels.size < 2:
        return not_estimable(method, "There are fewer than two groups.", n=values.size)
    if (values == values[0]).all():
        return not_estimable(method, "All rows have the same value.", n=values.size)
    return None


def _mean_ranks(ranks: FloatArray, codes: IntArray) -> tuple[FloatArray, FloatArray]:
    counts = np.bincount(codes).astype(np.float64)
    return counts, np.bincount(codes, weights=ranks) / counts
