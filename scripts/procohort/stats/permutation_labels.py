"""Permutation of patient labels: the group is a property of the patient.

Patients are exchangeable under the null hypothesis, their rows are not; so whole
patients change group, and each keeps all of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import lgamma, log
from typing import Literal

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import (
    as_float,
    as_group,
    constant_in_cluster,
    encode,
    midranks,
    same_length,
)
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable, refused

LabelStatistic = Literal["midrank_mean", "mean", "log_mean"]

# Sums that are equal in exact arithmetic differ in the last digits when added in another
# order; such ties with the observed value count as "at least as extreme".
TIE_TOLERANCE = 1e-9
# Labels held at a time: 32 MB.
CHUNK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class _Patients:
    """Score sum, number of rows and group code of each patient, and the number of groups."""

    score_sum: FloatArray
    n_rows: FloatArray
    label: IntArray
    n_groups: int

    def group_means(self, labels: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return row counts and mean scores per group, for labels of shape (b, K)."""
        members = [(labels == code).astype(np.float64) for code in range(self.n_groups)]
        counts = np.stack([member @ self.n_rows for member in members], axis=1)
        sums = np.stack([member @ self.score_sum for member in members], axis=1)
        return counts, sums / counts


def permute_patient_labels(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    seed: int,
    n_permutations: int = 10_000,
    max_enumerate: int = 20_000,
    statistic: LabelStatistic = "midrank_mean",
) -> Inference:
    r"""Two groups of patients: permute the patients' labels.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome; 0/1 with ``statistic="mean"`` permutes the risk difference.
    group : array_like of 0/1, shape (n,)
        Group, constant within each patient (refused otherwise).
    cluster : array_like of labels, shape (n,)
        Patient.
    seed : int
        Seed of the draws; unused when all arrangements are enumerated.
    n_permutations, max_enumerate : int
        Number of draws, and the number of arrangements C(K, m) up to which all are
        enumerated instead.
    statistic : {"midrank_mean", "mean", "log_mean"}
        Score of a row: pooled midrank, value, or logarithm of the value.

    Returns
    -------
    Inference
        `statistic` is T, the difference of the pooled row means of the scores;
        `estimate` the same (its exponential, a ratio of geometric means, for
        ``log_mean``); `p` = P(\|T\| >= \|t\|), from draws as (count + 1) / (B + 1),
        Davison and Hinkley (1997), eq. 4.11. `extra` holds ``enumerated`` (1 or 0),
        ``log10_arrangements`` and the one-sided ``p_greater``.
    """
    method = f"permute_patient_labels_{statistic}"
    values, in_group = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    same_length(y=values, group=in_group, cluster=codes)
    if statistic == "log_mean" and (values <= 0.0).any():
        reason = "Logarithms need values above zero in every row."
        return refused(method, reason, n=values.size, n_clusters=levels.size)
    scores = _scores(values, statistic)
    patients = _patients(method, scores, in_group.astype(np.int64), 2, codes)
    if isinstance(patients, Inference):
        return patients
    tolerance = TIE_TOLERANCE * float(np.ptp(scores))
    observed = float(_difference(patients, patients.label[None, :])[0])
    null = _null_distribution(patients, _difference, seed, n_permutations, max_enumerate)
    p, mc_error = null.p_value(np.abs(null.values) >= abs(observed) - tolerance)
    return Inference(
        method=method,
        estimate=float(np.exp(observed)) if statistic == "log_mean" else observed,
        statistic=observed,
        p=p,
        n=values.size,
        n_clusters=levels.size,
        n_resamples=null.values.size,
        mc_error=mc_error,
        extra={
            "enumerated": float(null.enumerated),
            "log10_arrangements": null.log10_arrangements,
            "p_greater": null.p_value(null.values >= observed - tolerance)[0],
        },
    )


def permute_patient_labels_many(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    seed: int,
    n_permutations: int = 10_000,
    max_enumerate: int = 20_000,
) -> Inference:
    """Two or more groups of patients: permute labels, Kruskal-Wallis on pooled midranks.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group, cluster : array_like of labels, shape (n,)
        Group, constant within each patient (refused otherwise), and patient.
    seed, n_permutations, max_enumerate : int
        As in `permute_patient_labels`; arrangements are counted by the multinomial
        coefficient.

    Returns
    -------
    Inference
        `statistic` is the Kruskal-Wallis H of the rows (its chi-square law does not hold
        for clustered rows, hence the permutation); `extra` holds ``enumerated`` and
        ``log10_arrangements``.
    """
    method = "permute_patient_labels_kruskal"
    values = as_float(y, "y")
    group_codes, group_levels = encode(group, "group")
    codes, levels = encode(cluster)
    same_length(y=values, group=group_codes, cluster=codes)
    scores = _scores(values, "midrank_mean")
    patients = _patients(method, scores, group_codes, group_levels.size, codes)
    if isinstance(patients, Inference):
        return patients
    scale = (values.size - 1) / float((scores**2).sum())
    observed = scale * float(_between_sum(patients, patients.label[None, :])[0])
    null = _null_distribution(patients, _between_sum, seed, n_permutations, max_enumerate)
    p, mc_error = null.p_value(scale * null.values >= observed - TIE_TOLERANCE * max(1.0, observed))
    return Inference(
        method=method,
        statistic=observed,
        p=p,
        n=values.size,
        n_clusters=levels.size,
        n_resamples=null.values.size,
        mc_error=mc_error,
        extra={
            "enumerated": float(null.enumerated),
            "log10_arrangements": null.log10_arrangements,
        },
    )


def permutation_p(n_extreme: int, n_used: int, *, enumerated: bool) -> tuple[float, float]:
    """Return a permutation p value and its Monte Carlo standard error (NaN if enumerated)."""
    if enumerated:
        return n_extreme / n_used, float("nan")
    p = (n_extreme + 1) / (n_used + 1)
    return p, float(np.sqrt(p * (1.0 - p) / n_used))


@dataclass(frozen=True, slots=True)
class _Null:
    """Values of a statistic over all arrangements, or over drawn ones."""

    values: FloatArray
    enumerated: bool
    log10_arrangements: float

    def p_value(self, extreme: npt.NDArray[np.bool_]) -> tuple[float, float]:
        return permutation_p(int(extreme.sum()), self.values.size, enumerated=self.enumerated)


def _null_distribution(
    patients: _Patients,
    statistic: Callable[[_Patients, IntArray], FloatArray],
    seed: int,
    n_permutations: int,
    max_enumerate: int,
) -> _Null:
    sizes = np.bincount(patients.label, minlength=patients.n_groups).tolist()
    log_arrangements = lgamma(sum(sizes) + 1) - sum(lgamma(size + 1) for size in sizes)
    # Half an arrangement of slack: the logarithm is rounded, the number is whole.
    enumerated = log_arrangements <= log(max_enumerate + 0.5)
    chunks = (
        _all_labels(sizes) if enumerated else _drawn_labels(patients.label, n_permutations, seed)
    )
    values = np.concatenate([statistic(patients, labels) for labels in chunks])
    return _Null(values, enumerated, log_arrangements / log(10.0))


def _scores(values: FloatArray, statistic: LabelStatistic) -> FloatArray:
    """Return centred scores: differences of means stay, and cancellation is avoided."""
    if statistic == "midrank_mean":
        scores = midranks(values)
    else:
        scores = np.log(values) if statistic == "log_mean" else values
    return scores - scores.mean() if scores.size else scores


def _patients(
    method: str, scores: FloatArray, group_codes: IntArray, n_groups: int, codes: IntArray
) -> _Patients | Inference:
    """Collect the patients, or say why their labels cannot be permuted."""
    n, n_patients = scores.size, int(codes.max()) + 1 if codes.size else 0
    label = constant_in_cluster(group_codes, codes, n_patients)
    if label is None:
        reason = "The group varies within a patient; permute inside patients instead."
        return refused(method, reason, n=n, n_clusters=n_patients)
    if n_groups < 2 or (np.bincount(label, minlength=n_groups) == 0).any():
        reason = "There are not two groups with at least one patient each."
        return not_estimable(method, reason, n=n, n_clusters=n_patients)
    if np.ptp(scores) == 0.0:
        reason = "All rows have the same value."
        return not_estimable(method, reason, n=n, n_clusters=n_patients)
    score_sum = np.bincount(codes, weights=scores).astype(np.float64)
    return _Patients(score_sum, np.bincount(codes).astype(np.float64), label, n_groups)


def _difference(patients: _Patients, labels: IntArray) -> FloatArray:
    _, means = patients.group_means(labels)
    difference: FloatArray = means[:, 1] - means[:, 0]
    return difference


def _between_sum(patients: _Patients, labels: IntArray) -> FloatArray:
    """Return sum_g n_g (mean score_g)^2 of centred scores."""
    counts, means = patients.group_means(labels)
    between: FloatArray = (counts * means**2).sum(axis=1)
    return between


def _drawn_labels(label: IntArray, n_permutations: int, seed: int) -> Iterator[IntArray]:
    rng = np.random.default_rng(seed)
    n_at_once = max(1, CHUNK_CELLS // label.size)
    for start in range(0, n_permutations, n_at_once):
        n_rows = min(n_at_once, n_permutations - start)
        yield rng.permuted(np.tile(label, (n_rows, 1)), axis=1)


def _all_labels(sizes: list[int]) -> Iterator[IntArray]:
    """Yield every distinct arrangement of the labels, in chunks of rows."""
    n_patients = sum(sizes)
    n_at_once = max(1, CHUNK_CELLS // n_patients)
    placements = _placements(tuple(range(n_patients)), sizes[1:])
    while chunk := list(islice(placements, n_at_once)):
        labels = np.zeros((len(chunk), n_patients), dtype=np.int64)
        for code in range(1, len(sizes)):
            members = np.array([placed[code - 1] for placed in chunk], dtype=np.int64)
            np.put_along_axis(labels, members, code, axis=1)
        yield labels


def _placements(free: tuple[int, ...], sizes: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the positions of each group in turn, out of those still free."""
    for chosen in combinations(free, sizes[0]):
        if len(sizes) == 1:
            yield (chosen,)
            continue
        rest = tuple(sorted(set(free) - set(chosen)))
        for others in _placements(rest, sizes[1:]):
            yield (chosen, *others)
