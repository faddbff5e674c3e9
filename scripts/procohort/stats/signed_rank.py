"""Wilcoxon's signed-rank test of one change per patient, and the pseudo-median that belongs to it.

Changes are independent here: one value per patient. Several per patient need `sign_flip`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from procohort.stats.arrays import as_float, midranks
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable, refused
from procohort.stats.sign_flip_sums import positive_sum_tails, positive_sums, sign_flips_affordable
from procohort.stats.walsh_averages import walsh_order_statistics

Zeros = Literal["drop", "pratt"]

ALL_ZERO = "No value changed: there is nothing to rank."
TOO_FEW_FOR_LIMITS = "There are too few values for limits at this level."


@dataclass(frozen=True, slots=True)
class SignedRanks:
    """Ranks of the sizes of the changes that are not zero, doubled to whole numbers, and signs."""

    doubled: IntArray
    positive: npt.NDArray[np.bool_]
    n_zero: int

    @property
    def numbers(self) -> dict[str, float]:
        """Counts, moments and effect size of the positive rank sum, by name."""
        total = float(self.doubled.sum()) / 2.0
        v = float(self.doubled[self.positive].sum()) / 2.0
        return {
            "expected": total / 2.0,
            # With midranks the sum of squares holds the correction for ties.
            "variance": float((self.doubled.astype(np.float64) ** 2).sum()) / 16.0,
            "rank_biserial": (2.0 * v - total) / total,
            "n_zero": float(self.n_zero),
            "n_positive": float(self.positive.sum()),
            "n_negative": float((~self.positive).sum()),
        }


def rank_changes(change: FloatArray, zeros: Zeros) -> SignedRanks:
    """Rank the sizes of changes; zeros are dropped before (Wilcoxon) or after ranking (Pratt)."""
    moved = change != 0.0
    if zeros == "pratt" and change.size:
        ranks = midranks(np.abs(change))[moved]
    else:
        ranks = midranks(np.abs(change[moved]))
    doubled = np.rint(2.0 * ranks).astype(np.int64)
    return SignedRanks(doubled, change[moved] > 0.0, int((~moved).sum()))


def signed_rank(
    change: npt.ArrayLike, *, zeros: Zeros = "drop", continuity: bool = False
) -> Inference:
    """Signed-rank test, normal approximation with the variance corrected for ties.

    Parameters
    ----------
    change : array_like, shape (n,)
        Follow-up minus baseline, one value per patient, rounded to the scale's resolution.
    zeros : {"drop", "pratt"}
        Unchanged patients are dropped before ranking (Wilcoxon 1945; R's ``wilcox.test``), or
        ranked and then dropped (Pratt 1959).
    continuity : bool
        Move the rank sum by one half towards its expectation (R's ``correct = TRUE``).

    Returns
    -------
    Inference
        `statistic` is V, the sum of the ranks of positive changes; `extra` holds z, ``expected``,
        ``variance``, counts, and the matched-pairs rank-biserial correlation (Kerby 2014).

    Notes
    -----
    Given the ties, E V = sum r / 2 and Var V = sum r^2 / 4 over the ranks r of nonzero changes.

    Examples
    --------
    >>> signed_rank([1.0, 2.0, -3.0, 4.0, 0.0]).statistic
    7.0
    """
    method = _name("asymptotic_cc" if continuity else "asymptotic", zeros)
    values = as_float(change, "change")
    ranked = rank_changes(values, zeros)
    if (problem := _degenerate(method, values, ranked)) is not None:
        return problem
    numbers = ranked.numbers
    v = float(ranked.doubled[ranked.positive].sum()) / 2.0
    deviation = v - numbers["expected"]
    if continuity:
        deviation -= 0.5 * float(np.sign(deviation))
    z = deviation / float(np.sqrt(numbers["variance"]))
    return Inference(
        method=method,
        statistic=v,
        p=min(1.0, 2.0 * float(ndtr(-abs(z)))),
        n=values.size,
        extra={"z": z, **numbers},
    )


def signed_rank_exact(change: npt.ArrayLike, *, zeros: Zeros = "drop") -> Inference:
    """Signed-rank test, exact given ties and zeros.

    Parameters
    ----------
    change : array_like, shape (n,)
    zeros : {"drop", "pratt"}
        As in `signed_rank`.

    Returns
    -------
    Inference
        `statistic` is V, `p` = P(|V - E V| >= |v - E V|) over all signs of the nonzero changes;
        `extra` as in `signed_rank`, with the one-sided ``p_less`` and ``p_greater``. Refused
        beyond about a thousand patients.

    Notes
    -----
    Streitberg and Roehmel (1986) on doubled midranks, see `positive_sums`. Without ties and zeros
    it is R's ``wilcox.test(exact = TRUE)``; with them R falls back to the approximation.

    Examples
    --------
    >>> signed_rank_exact([1.0, 2.0, 3.0, 4.0, 5.0]).p
    0.0625
    """
    method = _name("exact", zeros)
    values = as_float(change, "change")
    ranked = rank_changes(values, zeros)
    if (problem := _degenerate(method, values, ranked)) is not None:
        return problem
    if not sign_flips_affordable(ranked.doubled):
        reason = (
            f"The exact distribution for {values.size} changes is too large to compute;"
            " only the normal approximation is available."
        )
        return refused(method, reason, n=values.size)
    observed = int(ranked.doubled[ranked.positive].sum())
    tails = positive_sum_tails(ranked.doubled, observed)
    return Inference(
        method=method,
        statistic=observed / 2.0,
        p=tails.two_sided,
        n=values.size,
        extra={**ranked.numbers, "p_less": tails.less, "p_greater": tails.greater},
    )


def pseudo_median(
    change: npt.ArrayLike, *, ci_level: float = 0.95, continuity: bool = False
) -> Inference:
    """Pseudo-median: the median of all Walsh averages, with limits by normal approximation.

    Parameters
    ----------
    change : array_like, shape (n,)
        Follow-up minus baseline, one value per patient; zeros stay (R's ``wilcox.test`` drops
        them, which moves the estimate away from no change).
    ci_level : float
    continuity : bool
        Widen the interval by the continuity correction.

    Returns
    -------
    Inference
        Estimate and limits in the unit of `change`; limits are NaN, with a note, where there are
        too few values for the level.

    Notes
    -----
    Hodges and Lehmann (1963); limits are the order statistics k + 1 and M - k of the
    M = n (n + 1) / 2 averages, k = floor(M / 2 - z sqrt(n (n + 1) (2 n + 1) / 24)) (Tukey's limits,
    Hollander and Wolfe 1973, chapter 3). Up to 100,000 values take seconds.

    Examples
    --------
    >>> pseudo_median([1.0, 2.0, 6.0]).estimate
    2.75
    """
    method = "pseudo_median_asymptotic_cc" if continuity else "pseudo_median_asymptotic"
    values = as_float(change, "change")
    n = values.size
    n_pairs = n * (n + 1) // 2
    half_width = float(ndtri(0.5 + ci_level / 2.0)) * float(
        np.sqrt(n * (n + 1.0) * (2.0 * n + 1.0) / 24.0)
    )
    k = int(np.floor(n_pairs / 2.0 - 0.5 * continuity - half_width))
    return _pseudo_median(method, values, k, ci_level)


def pseudo_median_exact(change: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Pseudo-median with limits from the exact distribution of the signed-rank statistic.

    Parameters
    ----------
    change : array_like, shape (n,)
        As in `pseudo_median`.
    ci_level : float

    Returns
    -------
    Inference
        As `pseudo_median`; ``achieved_level`` in `extra` is the coverage for values without ties,
        at least `ci_level`. With ties the closed interval covers at least as often. Refused beyond
        about a thousand values.

    Notes
    -----
    Hodges and Lehmann (1963); limits k + 1 and M - k with the largest k for which
    P(V <= k) <= (1 - level) / 2 (Hollander and Wolfe 1973, chapter 3; R's ``wilcox.test`` with
    ``conf.int = TRUE, exact = TRUE``).
    """
    method = "pseudo_median_exact"
    values = as_float(change, "change")
    ranks = np.arange(1, values.size + 1)
    if not sign_flips_affordable(ranks):
        reason = (
            f"Exact limits for {values.size} changes are too large to compute;"
            " only approximate ones are available."
        )
        return refused(method, reason, n=values.size)
    cumulative = np.cumsum(positive_sums(ranks).probability)
    # P(V <= k) = tail is a matter of whole numbers over 2^n: rounding must not decide it.
    tail = (1.0 - ci_level) / 2.0 * (1.0 + 1e-12)
    k = int(np.searchsorted(cumulative, tail, side="right")) - 1
    found = _pseudo_median(method, values, k, ci_level)
    if not np.isfinite(found.ci_low):
        return found
    return found.with_(extra={"achieved_level": 1.0 - 2.0 * float(cumulative[k])})


def _pseudo_median(method: str, values: FloatArray, k: int, ci_level: float) -> Inference:
    """Return the estimate and, where k >= 0, order statistics k + 1 and M - k as limits."""
    n_pairs = values.size * (values.size + 1) // 2
    if values.size == 0:
        return not_estimable(method, "There are no values.")
    if values.size == 1 or np.ptp(values) == 0.0:
        return not_estimable(method, "The change does not vary.", n=values.size)
    positions = [(n_pairs - 1) // 2, n_pairs // 2]
    if k >= 0:
        positions += [k, n_pairs - k - 1]
    found = walsh_order_statistics(values, positions)
    result = Inference(
        method=method, estimate=(found[0] + found[1]) / 2.0, ci_level=ci_level, n=values.size
    )
    if k < 0:
        return result.with_(note=TOO_FEW_FOR_LIMITS)
    if found[2] == found[3]:
        return result.with_(note="Both limits are this value: too many changes are equal.")
    return result.with_(ci_low=found[2], ci_high=found[3])


def _name(kind: str, zeros: Zeros) -> str:
    if zeros not in ("drop", "pratt"):
        raise ValueError(f"zeros: expected 'drop' or 'pratt', got {zeros!r}")
    return f"signed_rank_{kind}" if zeros == "drop" else f"signed_rank_pratt_{kind}"


def _degenerate(method: str, values: FloatArray, ranked: SignedRanks) -> Inference | None:
    if values.size == 0:
        return not_estimable(method, "There are no values.")
    if ranked.doubled.size == 0:
        return not_estimable(method, ALL_ZERO, n=values.size)
    return None
