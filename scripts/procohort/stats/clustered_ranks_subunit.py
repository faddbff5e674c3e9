"""The Rosner-Glynn-Lee rank sum test for groups that vary inside patients."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from procohort.stats.arrays import as_float, as_group, encode, midranks, same_length
from procohort.stats.icc import icc_anova
from procohort.stats.inference import BoolArray, FloatArray, Inference, IntArray, not_estimable


def rosner_glynn_lee_subunit(
    y: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    score_icc: float | None = None,
) -> Inference:
    """Rosner-Glynn-Lee rank sum test with the group a property of the row, not of the patient.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        Group; may vary inside a patient.
    cluster : array_like of labels, shape (n,)
        Patient.
    score_icc : float, optional
        Intraclass correlation of the normal scores; estimated by analysis of variance if absent.

    Returns
    -------
    Inference
        `estimate` is the pooled probability that a row of group 1 exceeds one of group 0 among
        patients with equally many rows; Z against 1/2 and normal p. ``score_icc`` in `extra`.
        Not estimable when no two patients with equally many rows carry both groups.

    Notes
    -----
    Rosner, Glynn and Lee (2006), Biometrics 62, 1251-1259: one Mann-Whitney probability per
    cluster size, its variance from the correlation of the ranks, pooled by inverse variance.
    R's clusrank 1.0-4 pairs the scores, sorted by cluster size, with patients in another order
    when it estimates the correlation; given that correlation, the results agree.
    """
    method = "rosner_glynn_lee_subunit"
    values, in_group = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    n = same_length(y=values, group=in_group, cluster=codes)
    n_clusters = len(levels)
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if n_clusters < 6:
        reason = "Fewer than six patients do not determine the correlation of the ranks."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if n == n_clusters or (values == values[0]).all():
        reason = "All rows have the same value, or every patient has one row."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)

    sizes = np.bincount(codes)
    strata = [sizes[codes] == size for size in np.unique(sizes)]
    ranks = np.empty(n)
    for rows in strata:
        ranks[rows] = midranks(values[rows])
    if score_icc is None:
        scores = np.concatenate([ndtri(ranks[rows] / (rows.sum() + 1)) for rows in strata])
        order = np.concatenate([np.flatnonzero(rows) for rows in strata])
        found = icc_anova(scores, codes[order])
        if found.status != "ok":
            return not_estimable(method, found.note, n=n, n_clusters=n_clusters)
        score_icc = found.estimate
    rank_icc = _rank_correlation(max(0.0, score_icc), n_clusters)
    parts = [_stratum(ranks[rows], in_group[rows], codes[rows], rank_icc) for rows in strata]
    usable = np.array([part for part in parts if part is not None])
    if not usable.size:
        reason = "No two patients with equally many rows carry both groups."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    weights = 1.0 / usable[:, 1]
    estimate = float(weights @ usable[:, 0] / weights.sum())
    z = (estimate - 0.5) * float(np.sqrt(weights.sum()))
    return Inference(
        method=method,
        estimate=estimate,
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=n,
        n_clusters=n_clusters,
        extra={"score_icc": score_icc, "n_strata_used": float(len(usable))},
    )


def _rank_correlation(score_icc: float, n_clusters: int) -> float:
    """Return the correlation of ranks from that of normal scores, bias corrected."""
    corrected = score_icc * (1.0 + (1.0 - score_icc**2) / (2.0 * (n_clusters - 4)))
    return 6.0 / np.pi * float(np.arcsin(min(1.0, corrected) / 2.0))


def _stratum(
    ranks: FloatArray, in_group: BoolArray, codes: IntArray, rank_icc: float
) -> tuple[float, float] | None:
    """Return the probability of superiority in one cluster size and its variance."""
    _, own = np.unique(codes, return_inverse=True)
    per_cluster = np.bincount(own, weights=in_group)
    n_clusters, size = len(per_cluster), len(ranks) // len(per_cluster)
    m = float(per_cluster.sum())
    if n_clusters < 2 or m in (0.0, float(len(ranks))):
        return None
    spread = float(ranks.var())
    between = size * spread * (1.0 + (size - 1) * rank_icc)
    within = spread * (1.0 - rank_icc)
    variance = (
        n_clusters / (n_clusters - 1) * float(per_cluster.var()) * between / size**2
        + float((per_cluster * (size - per_cluster)).mean()) * within / size
    )
    n_pairs = m * (len(ranks) - m)
    if variance <= 0.0:
        return None
    probability = (float(ranks[in_group].sum()) - m * (m + 1.0) / 2.0) / n_pairs
    return probability, n_clusters * variance / n_pairs**2
