"""Permutation inside patients: the group varies from row to row of one patient.

Only patients with rows in more than one group inform; everything that differs
between patients is conditioned away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from procohort.stats.arrays import (
    as_float,
    as_group,
    encode,
    midranks,
    midranks_in_cluster,
    same_length,
)
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable
from procohort.stats.permutation_labels import TIE_TOLERANCE, permutation_p
from procohort.stats.quadratic_form import QuadraticForm
from procohort.stats.subset_sums import (
    SumDistribution,
    subset_sums,
    subset_sums_affordable,
    tail_probabilities,
)

RankScope = Literal["pooled", "within_patient"]

# The convolution runs below this many additions, about two seconds.
MAX_ADDITIONS = 2_000_000_000
# Random keys drawn at a time: 1 MB, which stays near the processor while it is sorted and summed.
CHUNK_CELLS = 131_072
# Bits of a double's fraction, and how many of them a draw needs to hardly ever tie.
_FRACTION_BITS, _DRAW_BITS = 52, 24


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of the informative patients, sorted by patient: scores, group codes, starts."""

    scores: IntArray
    group: IntArray
    starts: IntArray

    @property
    def sizes(self) -> IntArray:
        return np.diff(self.starts, append=self.scores.size)

    def blocks(self) -> Iterator[tuple[IntArray, IntArray]]:
        """Yield scores and group codes patient by patient."""
        return zip(
            np.split(self.scores, self.starts[1:]),
            np.split(self.group, self.starts[1:]),
            strict=True,
        )


def permute_within_patient(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    ranks: RankScope = "pooled",
    seed: int = 0,
    n_permutations: int = 10_000,
) -> Inference:
    r"""Two groups inside patients: exact conditional permutation of pooled midranks.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        Group of the row; may vary inside a patient.
    cluster : array_like of labels, shape (n,)
        Patient.
    ranks : {"pooled", "within_patient"}
        Midranks of all rows together, or of each patient alone (method name and p
        change). Pooled ranks let patients with a wide spread weigh more.
    seed, n_permutations : int
        Used only where the exact distribution is too large to compute.

    Returns
    -------
    Inference
        `statistic` is Z of the blocked rank sum; `p` = P(\|W - E W\| >= \|w - E W\|), W the
        rank sum of group 1 in the informative patients. `extra` holds ``w``,
        ``expected``, ``variance``, ``p_asymptotic``, ``p_less``, ``p_greater``,
        ``n_informative_patients``, ``n_informative_rows``, ``n_informative_group_1``
        and ``exact`` (1 or 0).

    Notes
    -----
    The rank sums of the patients are independent given their ties and group sizes;
    their distributions (`subset_sums`) are convolved. Van Elteren (1960) without
    weights: ranks come from the pooled sample, as R's coin takes them.
    """
    method = "permute_within_patient" + ("" if ranks == "pooled" else "_own_ranks")
    values, in_group = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    same_length(y=values, group=in_group, cluster=codes)
    n, n_patients = values.size, levels.size
    ranked = midranks(values) if ranks == "pooled" else midranks_in_cluster(values, codes)
    rows = _informative_rows(ranked, in_group.astype(np.int64), codes)
    if isinstance(rows, str):
        return not_estimable(method, rows, n=n, n_clusters=n_patients)
    observed = int(rows.scores[rows.group == 1].sum())
    mean, variance = _blocked_moments(rows)
    z = float(observed - mean) / float(np.sqrt(variance))
    result = Inference(
        method=method,
        statistic=z,
        n=n,
        n_clusters=n_patients,
        extra={
            "w": observed / 2.0,
            "expected": float(mean / 2),
            "variance": variance / 4.0,
            "p_asymptotic": 2.0 * float(ndtr(-abs(z))),
            "n_informative_patients": float(rows.starts.size),
            "n_informative_rows": float(rows.scores.size),
            "n_informative_group_1": float(rows.group.sum()),
        },
    )
    distribution = _convolved(rows)
    if distribution is None:
        return _drawn_within(
            result, rows, float(observed - mean), seed=seed, n_permutations=n_permutations
        )
    tails = tail_probabilities(distribution, observed, mean)
    extra = {**result.extra, "p_less": tails.less, "p_greater": tails.greater, "exact": 1.0}
    return result.with_(method=f"{method}_exact", p=tails.two_sided, extra=extra)


def blocked_kruskal_wallis(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    seed: int,
    n_permutations: int = 10_000,
) -> Inference:
    """Two or more groups inside patients: Kruskal-Wallis with labels permuted in patients.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group, cluster : array_like of labels, shape (n,)
        Group of the row, and patient.
    seed, n_permutations : int
        Seed and number of the draws.

    Returns
    -------
    Inference
        `statistic` is the quadratic form of the group rank sums, `p` its Monte Carlo
        value (count + 1) / (B + 1), `df` the rank of the covariance; `extra` holds the
        chi-square ``p_asymptotic`` and the informative counts.

    Notes
    -----
    Strasser and Weber (1999), stratified: expectation and covariance of the group rank
    sums (pooled midranks) add up over patients; the generalised inverse makes the
    result independent of the order of the groups.
    """
    method = "blocked_kruskal_wallis"
    values = as_float(y, "y")
    group_codes, group_levels = encode(group, "group")
    codes, levels = encode(cluster)
    same_length(y=values, group=group_codes, cluster=codes)
    rows = _informative_rows(midranks(values), group_codes, codes)
    if isinstance(rows, str):
        return not_estimable(method, rows, n=values.size, n_clusters=levels.size)
    indicator = (rows.group[:, None] == np.arange(group_levels.size)).astype(np.float64)
    centred = _centred_in_patients(rows)
    form = QuadraticForm.of(_blocked_covariance(rows, indicator, centred))
    observed = float(form(centred[None, :] @ indicator)[0])
    n_extreme = sum(
        int((form(permuted @ indicator) >= observed * (1.0 - TIE_TOLERANCE)).sum())
        for permuted in _permuted_scores(centred, rows.sizes, seed, n_permutations)
    )
    p, mc_error = permutation_p(n_extreme, n_permutations, enumerated=False)
    return Inference(
        method=method,
        statistic=observed,
        df=float(form.rank),
        p=p,
        n=values.size,
        n_clusters=levels.size,
        n_resamples=n_permutations,
        mc_error=mc_error,
        extra={
            "p_asymptotic": float(chdtrc(form.rank, observed)),
            "n_informative_patients": float(rows.starts.size),
            "n_informative_rows": float(rows.scores.size),
        },
    )


def _informative_rows(ranks: FloatArray, group: IntArray, codes: IntArray) -> _Rows | str:
    """Keep the patients with rows in more than one group, or say why none informs."""
    doubled = np.rint(2.0 * ranks).astype(np.int64)
    order = np.lexsort((doubled, group, codes))
    doubled, group, codes = doubled[order], group[order], codes[order]
    n_patients = int(codes.max()) + 1 if codes.size else 0
    groups_differ = _differs_within(group, codes, n_patients)
    if not groups_differ.any():
        return "No patient has rows in more than one group."
    kept = groups_differ[codes]
    doubled, group, codes = doubled[kept], group[kept], codes[kept]
    if not _differs_within(doubled, codes, n_patients).any():
        return "The outcome does not vary inside any patient with rows in more than one group."
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    return _Rows(doubled, group, starts)


def _differs_within(values: IntArray, codes: IntArray, n_patients: int) -> npt.NDArray[np.bool_]:
    low = np.full(n_patients, np.iinfo(np.int64).max)
    high = np.full(n_patients, np.iinfo(np.int64).min)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    return low < high


def _blocked_moments(rows: _Rows) -> tuple[Fraction, float]:
    """Return expectation (exact) and variance of the sum of doubled ranks in group 1."""
    mean, variance = Fraction(0), 0.0
    for scores, group in rows.blocks():
        n, m = scores.size, int(group.sum())
        mean += Fraction(m * int(scores.sum()), n)
        variance += m * (n - m) / n * float(scores.var(ddof=1))
    return mean, variance


def _convolved(rows: _Rows) -> SumDistribution | None:
    """Convolve the patients' distributions, or return None where that is unaffordable."""
    parts: list[SumDistribution] = []
    n_additions, support = 0, 1
    for scores, group in rows.blocks():
        m = int(group.sum())
        if not subset_sums_affordable(scores, m):
            return None
        parts.append(subset_sums(scores, m))
        n_terms = int(np.count_nonzero(parts[-1].probability))
        n_additions += n_terms * support
        support += parts[-1].probability.size - 1
        if n_additions > MAX_ADDITIONS:
            return None
    # Short distributions first: the running sum stays short as long as possible.
    parts.sort(key=lambda part: part.probability.size)
    total = np.ones(1)
    for part in parts:
        grown = np.zeros(total.size + part.probability.size - 1)
        for shift in np.flatnonzero(part.probability):
            grown[shift : shift + total.size] += part.probability[shift] * total
        total = grown
    return SumDistribution(total, sum(part.offset for part in parts))


def _drawn_within(
    result: Inference,
    rows: _Rows,
    deviation: float,
    *,
    seed: int,
    n_permutations: int,
) -> Inference:
    """Complete the result by random permutations inside the patients."""
    centred = _centred_in_patients(rows)
    in_group = rows.group.astype(np.float64)
    # Doubled ranks are integers, so deviations differ by far more than this when they differ.
    slack = TIE_TOLERANCE * float(np.abs(centred).sum())
    n_extreme = n_less = n_greater = 0
    for permuted in _permuted_scores(centred, rows.sizes, seed, n_permutations):
        drawn = permuted @ in_group
        n_extreme += int((np.abs(drawn) >= abs(deviation) - slack).sum())
        n_less += int((drawn <= deviation + slack).sum())
        n_greater += int((drawn >= deviation - slack).sum())
    p, mc_error = permutation_p(n_extreme, n_permutations, enumerated=False)
    return result.with_(
        method=f"{result.method}_monte_carlo",
        p=p,
        n_resamples=n_permutations,
        mc_error=mc_error,
        extra={
            **result.extra,
            "p_less": permutation_p(n_less, n_permutations, enumerated=False)[0],
            "p_greater": permutation_p(n_greater, n_permutations, enumerated=False)[0],
            "exact": 0.0,
        },
    )


def _centred_in_patients(rows: _Rows) -> FloatArray:
    """Return scores minus their patient's mean: group sums then have expectation 0."""
    scores = rows.scores.astype(np.float64)
    means = np.add.reduceat(scores, rows.starts) / rows.sizes
    return scores - np.repeat(means, rows.sizes)


def _blocked_covariance(rows: _Rows, indicator: FloatArray, centred: FloatArray) -> FloatArray:
    """Add up SS / (n - 1) (diag(m) - m m' / n) over patients; m their rows per group."""
    counts = np.add.reduceat(indicator, rows.starts, axis=0)
    weight = np.add.reduceat(centred**2, rows.starts) / (rows.sizes - 1)
    covariance: FloatArray = (
        np.diag(weight @ counts) - (counts * (weight / rows.sizes)[:, None]).T @ counts
    )
    return covariance


def _permuted_scores(
    scores: FloatArray, sizes: IntArray, seed: int, n_permutations: int
) -> Iterator[FloatArray]:
    """Yield scores permuted inside patients, in chunks of shape (b, n_rows)."""
    rng = np.random.default_rng(seed)
    # Patients are contiguous, so sorting patient number + uniform key shuffles each alone.
    patient = np.repeat(np.arange(1.0, sizes.size + 1.0), sizes)
    n_at_once = max(1, CHUNK_CELLS // scores.size)
    for start in range(0, n_permutations, n_at_once):
        n_rows = min(n_at_once, n_permutations - start)
        keys = rng.random((n_rows, scores.size))
        keys += patient
        yield scores.take(_sorted_columns(keys, sizes.size))


def _sorted_columns(keys: FloatArray, n_patients: int) -> IntArray:
    """Return the columns of positive keys in ascending order, row by row; overwrites `keys`."""
    n_columns = keys.shape[1]
    column_bits = n_columns.bit_length()
    if column_bits + n_patients.bit_length() + _DRAW_BITS > _FRACTION_BITS:
        return np.argsort(keys, axis=1)
    # The bits of positive doubles sort as whole numbers. The column stands in the lowest ones:
    # sorting values is several times quicker than sorting their places.
    bits = keys.view(np.int64)
    low = (1 << column_bits) - 1
    bits &= ~low
    bits |= np.arange(n_columns)
    bits.sort(axis=1)
    bits &= low
    return bits
