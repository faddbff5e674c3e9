"""Mean change within patients: the paired t test, and its kin for several changes per patient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable
from procohort.stats.limits import t_fields
from procohort.stats.permutation_labels import CHUNK_CELLS, TIE_TOLERANCE, permutation_p
from procohort.stats.sign_flip_sums import positive_sum_tails, sign_flips_affordable
from procohort.stats.signed_rank import ALL_ZERO, rank_changes

FlipStatistic = Literal["mean", "signed_rank"]

NO_VARIATION = "The change does not vary: it has no standard error."
ONE_PATIENT = "Fewer than two patients: variation between patients cannot be estimated."


def paired_t(change: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Mean change with Student's t on n - 1 degrees of freedom: the paired t test (Student 1908).

    Parameters
    ----------
    change : array_like, shape (n,)
        Follow-up minus baseline, one value per patient.
    ci_level : float

    Returns
    -------
    Inference
        Mean change with limits, in the unit of `change`; `extra` holds ``se``, ``sd`` and the mean
        in standard deviations of the change (``standardised_mean``).

    Examples
    --------
    >>> result = paired_t([1.0, 2.0, 3.0])
    >>> result.estimate, result.df
    (2.0, 2.0)
    """
    method = "paired_t"
    values = as_float(change, "change")
    if values.size < 2:
        return not_estimable(method, "Fewer than two changes.", n=values.size)
    sd = float(values.std(ddof=1))
    if np.ptp(values) == 0.0 or sd == 0.0:
        return not_estimable(method, NO_VARIATION, n=values.size)
    mean, se = float(values.mean()), sd / math.sqrt(values.size)
    return Inference(
        method=method,
        n=values.size,
        extra={"se": se, "sd": sd, "standardised_mean": mean / sd},
        **t_fields(mean, se, values.size - 1.0, ci_level),
    )


def mean_change_clustered(
    change: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Mean change over all rows with a variance between patients and t on K - 1.

    Parameters
    ----------
    change : array_like, shape (n,)
        Follow-up minus baseline of each row (a treated unit, say).
    cluster : array_like, shape (n,)
        Patient of each row.
    ci_level : float

    Returns
    -------
    Inference
        With `design_effect` and `n_effective` of the mean; ``se`` in `extra`.

    Notes
    -----
    Linearised variance of a mean of clusters, v = K / (K - 1) sum_i (sum_k (d_ik - mean))^2 / N^2
    (Cochran 1977, clusters of unequal size; the CR1 variance of an intercept).
    """
    method = "mean_change_clustered"
    values = as_float(change, "change")
    codes, levels = encode(cluster)
    n, k = same_length(change=values, cluster=codes), len(levels)
    if k < 2:
        return not_estimable(method, ONE_PATIENT, n=n, n_clusters=k)
    mean = float(values.mean())
    sums = np.bincount(codes, weights=values - mean)
    variance = k / (k - 1.0) * float((sums**2).sum()) / n**2
    simple = float(values.var(ddof=1)) / n
    # Sums that cancel in every patient leave rounding noise only.
    if np.ptp(values) == 0.0 or variance <= 1e-24 * simple:
        reason = "The mean change does not vary between patients: it has no standard error."
        return not_estimable(method, reason, n=n, n_clusters=k)
    se = math.sqrt(variance)
    return Inference(
        method=method,
        n=n,
        n_clusters=k,
        design_effect=variance / simple,
        n_effective=n * simple / variance,
        extra={"se": se},
        **t_fields(mean, se, k - 1.0, ci_level),
    )


def sign_flip(
    change: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    seed: int,
    n_permutations: int = 10_000,
    max_enumerate: int = 20_000,
    statistic: FlipStatistic = "mean",
) -> Inference:
    r"""Several changes per patient: change the sign of whole patients.

    Under no effect a patient's changes are as likely with all signs reversed; nothing is assumed
    about how alike they are.

    Parameters
    ----------
    change : array_like, shape (n,)
        Follow-up minus baseline of each row.
    cluster : array_like, shape (n,)
        Patient of each row; one row each gives the one-sample permutation test of Fisher (1935).
    seed : int
        Seed of the draws; unused where the answer is exact.
    n_permutations, max_enumerate : int
        Number of draws, and the number of sign patterns 2^K up to which all are enumerated.
    statistic : {"mean", "signed_rank"}
        Mean change, or the sum of signed midranks of the sizes (zeros dropped). The latter is exact
        for any usual K: its patient sums are whole numbers, see `positive_sums`.

    Returns
    -------
    Inference
        `estimate` is the mean change (``mean`` only), `statistic` the statistic; `p` =
        P(\|T\| >= \|t\|), from draws as (count + 1) / (B + 1) (Davison and Hinkley 1997, eq. 4.11).
        `extra` holds ``exact`` (1 or 0), and the number of patients whose changes do not cancel.
    """
    method = f"sign_flip_{statistic}"
    values = as_float(change, "change")
    codes, levels = encode(cluster)
    n, k = same_length(change=values, cluster=codes), len(levels)
    if k < 2:
        return not_estimable(method, ONE_PATIENT, n=n, n_clusters=k)
    if statistic == "signed_rank":
        sums = _signed_rank_sums(values, codes, k)
    else:
        sums = _sums(values, codes, k)
        # What cancels within a patient leaves rounding noise only.
        sums[np.abs(sums) <= 1e-12 * _sums(np.abs(values), codes, k)] = 0.0
    informative = sums[sums != 0.0]
    if informative.size == 0:
        return not_estimable(method, ALL_ZERO, n=n, n_clusters=k)
    result = Inference(
        method=method,
        statistic=float(values.mean()) if statistic == "mean" else float(sums.sum()) / 2.0,
        n=n,
        n_clusters=k,
        extra={"n_informative_patients": float(informative.size), "exact": 1.0},
    )
    if statistic == "mean":
        result = result.with_(estimate=result.statistic)
    else:
        whole = np.rint(np.abs(informative)).astype(np.int64)
        if sign_flips_affordable(whole):
            tails = positive_sum_tails(whole, int(whole[informative > 0].sum()))
            return result.with_(p=tails.two_sided)
    return _flipped(result, informative, seed, n_permutations, max_enumerate)


def _signed_rank_sums(values: FloatArray, codes: IntArray, k: int) -> FloatArray:
    """Return each patient's sum of doubled signed midranks: whole numbers."""
    ranked = rank_changes(values, "drop")
    signed = np.where(ranked.positive, ranked.doubled, -ranked.doubled)
    return _sums(signed, codes[values != 0.0], k)


def _sums(values: FloatArray | IntArray, codes: IntArray, k: int) -> FloatArray:
    return np.bincount(codes, weights=values, minlength=k).astype(np.float64)


def _flipped(
    result: Inference, sums: FloatArray, seed: int, n_permutations: int, max_enumerate: int
) -> Inference:
    """Fill in p from all sign patterns of the patients' sums, or from drawn ones."""
    enumerated = 2.0**sums.size <= max_enumerate
    tolerance = TIE_TOLERANCE * float(np.abs(sums).sum())
    least = abs(float(sums.sum())) - tolerance
    chunks = _all_signs(sums.size) if enumerated else _drawn_signs(sums.size, n_permutations, seed)
    n_extreme = n_used = 0
    for signs in chunks:
        n_extreme += int((np.abs(signs @ sums) >= least).sum())
        n_used += len(signs)
    p, mc_error = permutation_p(n_extreme, n_used, enumerated=enumerated)
    return result.with_(
        p=p,
        mc_error=mc_error,
        n_resamples=n_used,
        extra={**result.extra, "exact": float(enumerated)},
    )


def _all_signs(k: int) -> Iterator[FloatArray]:
    """Yield the sign patterns with a positive first patient: the others are their mirror images."""
    n_patterns = 2 ** (k - 1)
    n_at_once = max(1, CHUNK_CELLS // k)
    for start in range(0, n_patterns, n_at_once):
        number = np.arange(start, min(start + n_at_once, n_patterns))
        bits = (number[:, None] >> np.arange(k)) & 1
        # The bit above all used ones is zero, which makes one patient positive throughout.
        yield (1.0 - 2.0 * bits).astype(np.float64)


def _drawn_signs(k: int, n_permutations: int, seed: int) -> Iterator[FloatArray]:
    rng = np.random.default_rng(seed)
    n_at_once = max(1, CHUNK_CELLS // k)
    for start in range(0, n_permutations, n_at_once):
        n_rows = min(n_at_once, n_permutations - start)
        yield (1.0 - 2.0 * rng.integers(0, 2, size=(n_rows, k))).astype(np.float64)
