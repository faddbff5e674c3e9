"""Percentile and BCa limits from the replicates of a cluster bootstrap."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from procohort.stats.bootstrap_statistics import ClusterStatistic
from procohort.stats.bootstrap_weights import weight_chunks
from procohort.stats.inference import FloatArray, Inference, not_estimable

# Above this many patients the acceleration, of order 1/sqrt(K), is taken as zero: its
# leave-one-out replicates would cost K evaluations for a shift of the limits that cannot be seen.
_JACKKNIFE_CLUSTERS = 2_000


def replicates(
    statistic: ClusterStatistic,
    *,
    seed: int | None,
    n_resamples: int,
    index: npt.ArrayLike | None,
) -> FloatArray:
    """Return the statistic of every replicate, shape (B,), NaN where it does not exist."""
    chunks = weight_chunks(
        statistic.n_clusters,
        statistic.numbers_per_replicate,
        seed=seed,
        n_resamples=n_resamples,
        index=index,
    )
    return np.concatenate([np.empty(0), *[statistic(weights) for weights in chunks]])


def leave_one_out(statistic: ClusterStatistic) -> FloatArray:
    """Return the statistic without each patient in turn, shape (K,)."""
    n_clusters = statistic.n_clusters
    step = max(1, 4_000_000 // max(n_clusters, statistic.numbers_per_replicate))
    parts = []
    for start in range(0, n_clusters, step):
        stop = min(start + step, n_clusters)
        weights = np.ones((stop - start, n_clusters), dtype=np.int64)
        weights[np.arange(stop - start), np.arange(start, stop)] = 0
        parts.append(statistic(weights))
    return np.concatenate(parts)


def bca_limits(
    estimate: float,
    drawn: FloatArray,
    jackknife: FloatArray | None,
    ci_level: float,
    *,
    tie_tolerance: float = 1e-12,
) -> tuple[float, float] | None:
    """Return the bias-corrected and accelerated limits, or None where they do not exist.

    Efron and Tibshirani (1993), eq. 14.10 to 14.15; replicates equal to the estimate count half,
    since a tied outcome gives many of them.

    Parameters
    ----------
    estimate : float
    drawn : ndarray, shape (B,)
        Replicates, without NaN.
    jackknife : ndarray, shape (K,), or None
        Leave-one-patient-out values; None takes the acceleration as zero.
    ci_level : float
    tie_tolerance : float
        Relative distance below which a replicate ties with the estimate: 1.1 - 0.8 and 0.9 - 0.6
        are one difference of medians, but two floats. Zero compares bit by bit.
    """
    tolerance = tie_tolerance * max(abs(estimate), float(np.abs(drawn).max()))
    below = np.count_nonzero(drawn < estimate - tolerance)
    tied = np.count_nonzero(np.abs(drawn - estimate) <= tolerance)
    share = (below + tied / 2.0) / len(drawn)
    if not 0.0 < share < 1.0:
        return None
    acceleration = 0.0
    if jackknife is not None:
        if not np.isfinite(jackknife).all():
            return None
        deviation = jackknife.mean() - jackknife
        squares = float(np.sum(deviation**2))
        acceleration = float(np.sum(deviation**3)) / (6.0 * squares**1.5) if squares > 0 else 0.0
    bias = float(ndtri(share))
    target = bias + ndtri(np.array([0.5 - ci_level / 2.0, 0.5 + ci_level / 2.0]))
    low, high = np.quantile(drawn, ndtr(bias + target / (1.0 - acceleration * target)))
    return float(low), float(high)


def bootstrap_inference(
    method: str,
    statistic: ClusterStatistic,
    *,
    seed: int | None,
    n_resamples: int,
    index: npt.ArrayLike | None,
    ci_level: float,
    n: int,
    transform: Callable[[FloatArray], FloatArray] | None = None,
) -> Inference:
    """Return estimate, percentile limits (quantile type 7), and BCa limits and SE in `extra`.

    Parameters
    ----------
    method : str
    statistic : ClusterStatistic
    seed, n_resamples, index
        How to draw, as in `weight_chunks`.
    ci_level : float
    n : int
        Rows.
    transform : callable, optional
        Monotone map from the scale of the statistic to that of the result.

    Returns
    -------
    Inference
        Replicates in which the statistic does not exist are dropped and counted in
        ``extra["n_dropped"]`` and in the note. There is no p value. Replicates that all
        equal the estimate (separation, say) give no limits: NaN, and a note says why.
    """
    n_clusters = statistic.n_clusters
    estimate = float(statistic(np.ones((1, n_clusters), dtype=np.int64))[0])
    drawn = replicates(statistic, seed=seed, n_resamples=n_resamples, index=index)
    usable = drawn[np.isfinite(drawn)]
    if not np.isfinite(estimate) or len(usable) < 2:
        reason = "The statistic does not exist in the sample or in hardly any replicate."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    n_dropped = len(drawn) - len(usable)
    if np.ptp(usable) <= 1e-12 * max(1.0, abs(estimate)):
        return Inference(
            method=method,
            estimate=float(transform(np.array([estimate]))[0]) if transform else estimate,
            n=n,
            n_clusters=n_clusters,
            n_resamples=len(usable),
            note="Every replicate repeats the estimate: they tell nothing about its precision.",
            extra={"n_dropped": float(n_dropped)},
        )
    tail = 0.5 - ci_level / 2.0
    numbers = [estimate, *np.quantile(usable, [tail, 1.0 - tail])]
    jackknife = leave_one_out(statistic) if n_clusters <= _JACKKNIFE_CLUSTERS else None
    bca = bca_limits(estimate, usable, jackknife, ci_level)
    shown = np.array([*numbers, *(bca or ())])
    standard_error = float(usable.std(ddof=1))
    extra = {"n_dropped": float(n_dropped)}
    if transform is None:
        extra["se"] = standard_error
    else:
        extra |= {"log_estimate": estimate, "log_se": standard_error}
        shown = transform(shown)
    notes = []
    if n_dropped:
        notes.append(f"{n_dropped} of {len(drawn)} replicates without a value were dropped.")
    if bca is None:
        notes.append("BCa limits do not exist here.")
    else:
        extra |= {"bca_low": float(shown[3]), "bca_high": float(shown[4])}
    return Inference(
        method=method,
        estimate=float(shown[0]),
        ci_low=float(shown[1]),
        ci_high=float(shown[2]),
        ci_level=ci_level,
        n=n,
        n_clusters=n_clusters,
        n_resamples=len(usable),
        note=" ".join(notes),
        extra=extra,
    )
