"""Rank tests and AUC for clustered rows, by their asymptotic variance over clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri, stdtr

from procohort.stats.arrays import (
    as_float,
    as_group,
    constant_in_cluster,
    encode,
    midranks,
    midranks_in_cluster,
    same_length,
)
from procohort.stats.inference import (
    BoolArray,
    FloatArray,
    Inference,
    IntArray,
    not_estimable,
    refused,
)
from procohort.stats.quadratic_form import QuadraticForm

# Variances below this share of the expected scale are rounding noise of an exact zero.
RELATIVE_ZERO = 1e-20


def datta_satten(y: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike) -> Inference:
    """Datta-Satten rank sum test: each cluster counts once, whatever its size.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        Group; may or may not vary inside a cluster.
    cluster : array_like of labels, shape (n,)
        Patient.

    Returns
    -------
    Inference
        Z in `statistic`, referred to t with K - 2 degrees of freedom in `p` (the normal
        law is slightly anticonservative at 44 clusters); `extra` holds the normal
        ``p_z``, ``s``, ``expected`` and ``variance``.

    Notes
    -----
    Datta and Satten (2005), JASA 100, 908-915: expectation of the Wilcoxon statistic
    of one row drawn from each cluster, with the variance of its projection.
    """
    method = "datta_satten"
    values, in_group = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    same_length(y=values, group=in_group, cluster=codes)
    n, n_clusters = values.size, levels.size
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if (problem := _degenerate(method, values, n_clusters)) is not None:
        return problem
    s, expected, projections = _datta_satten_parts(values, in_group[:, None], codes)
    variance = float((projections**2).sum())
    if variance <= RELATIVE_ZERO * n_clusters:
        reason = "The variance over patients is zero."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    z = float(s[0] - expected[0]) / float(np.sqrt(variance))
    df = n_clusters - 2
    return Inference(
        method=method,
        statistic=z,
        df=float(df),
        p=2.0 * float(stdtr(df, -abs(z))),
        n=n,
        n_clusters=n_clusters,
        extra={
            "p_z": 2.0 * float(ndtr(-abs(z))),
            "s": float(s[0]),
            "expected": float(expected[0]),
            "variance": variance,
        },
    )


def datta_satten_many(y: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike) -> Inference:
    """Datta-Satten test of two or more groups, independent of the groups' order.

    Parameters
    ----------
    y, group, cluster : array_like, shape (n,)
        Outcome, group labels and patients.

    Returns
    -------
    Inference
        Chi-square in `statistic`, `df` = groups - 1.

    Notes
    -----
    The vectors of `datta_satten` for all groups; their covariance is singular because
    the groups share a constant total, hence the generalised inverse. An
    implementation that drops one group by its label gives results that depend on the
    order (R's clusrank 1.0-4 does).
    """
    method = "datta_satten_many"
    values = as_float(y, "y")
    group_codes, group_levels = encode(group, "group")
    codes, levels = encode(cluster)
    same_length(y=values, group=group_codes, cluster=codes)
    n, n_clusters, n_groups = values.size, levels.size, group_levels.size
    if n_groups < 2:
        reason = "There are fewer than two groups."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if (problem := _degenerate(method, values, n_clusters)) is not None:
        return problem
    members = group_codes[:, None] == np.arange(n_groups)
    s, expected, projections = _datta_satten_parts(values, members, codes)
    covariance = projections.T @ projections
    form = QuadraticForm.of(covariance)
    if float(np.trace(covariance)) <= RELATIVE_ZERO * n_clusters or form.rank < n_groups - 1:
        reason = "The patients do not determine the covariance of all groups."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    chi_square = float(form((s - expected)[None, :])[0])
    return Inference(
        method=method,
        statistic=chi_square,
        df=float(n_groups - 1),
        p=float(chdtrc(n_groups - 1, chi_square)),
        n=n,
        n_clusters=n_clusters,
    )


def rosner_glynn_lee(y: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike) -> Inference:
    """Rosner-Glynn-Lee clustered rank sum test, group constant within each cluster.

    Parameters
    ----------
    y : array_like, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        Group, constant within each patient (refused otherwise).
    cluster : array_like of labels, shape (n,)
        Patient.

    Returns
    -------
    Inference
        Z in `statistic`, normal `p`; `extra` holds the rank sum ``w`` of group 1, its
        ``expected`` value and ``variance``.

    Notes
    -----
    Rosner, Glynn and Lee (2003), Biometrics 59, 1089-1098: labels are exchangeable
    among clusters of the same size, so clusters whose size occurs once inform nothing;
    with unequal sizes this costs much power.
    """
    method = "rosner_glynn_lee"
    values, in_group = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    same_length(y=values, group=in_group, cluster=codes)
    n, n_clusters = values.size, levels.size
    label = constant_in_cluster(in_group.astype(np.int64), codes, n_clusters)
    if label is None:
        reason = "The group varies within a patient; this test needs whole patients in one group."
        return refused(method, reason, n=n, n_clusters=n_clusters)
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if (problem := _degenerate(method, values, n_clusters)) is not None:
        return problem
    rank_sums = np.bincount(codes, weights=midranks(values)).astype(np.float64)
    expected, variance = _size_stratified_moments(rank_sums, label, np.bincount(codes))
    if variance <= RELATIVE_ZERO * float((rank_sums**2).sum()):
        reason = "No two patients with equally many rows are in different groups."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    w = float(rank_sums[label == 1].sum())
    z = (w - expected) / float(np.sqrt(variance))
    return Inference(
        method=method,
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=n,
        n_clusters=n_clusters,
        extra={"w": w, "expected": expected, "variance": variance},
    )


def obuchowski_auc(
    y: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Area under the ROC curve, P(Y1 > Y0) + P(Y1 = Y0) / 2, for clustered rows.

    Parameters
    ----------
    y, group, cluster : array_like, shape (n,)
        Outcome, 0/1 group (may vary inside a patient) and patient.
    ci_level : float
        Level of the Wald interval, cut at 0 and 1.

    Returns
    -------
    Inference
        AUC, Wald z against 1/2 and its p; `extra` holds ``se``, ``variance`` and
        ``cliffs_delta`` = 2 AUC - 1.

    Notes
    -----
    Obuchowski (1997), Biometrics 53, 567-578: structural components summed by
    cluster, with their cross term; DeLong's variance when each cluster is one row.
    """
    method = "obuchowski_auc"
    values, in_group = as_float(y, "y"), as_group(group)
    codes, levels = encode(cluster)
    same_length(y=values, group=in_group, cluster=codes)
    n, n_clusters = values.size, levels.size
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    if (problem := _degenerate(method, values, n_clusters)) is not None:
        return problem
    auc, variance = _obuchowski_parts(values, in_group, codes, n_clusters)
    if not variance > RELATIVE_ZERO:
        reason = "The variance over patients is zero, or a group lies in one patient only."
        return not_estimable(method, reason, n=n, n_clusters=n_clusters)
    se = float(np.sqrt(variance))
    margin = float(ndtri(0.5 + ci_level / 2.0)) * se
    z = (auc - 0.5) / se
    return Inference(
        method=method,
        estimate=auc,
        ci_low=max(0.0, auc - margin),
        ci_high=min(1.0, auc + margin),
        ci_level=ci_level,
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=n,
        n_clusters=n_clusters,
        extra={"se": se, "variance": variance, "cliffs_delta": 2.0 * auc - 1.0},
    )


def _degenerate(method: str, values: FloatArray, n_clusters: int) -> Inference | None:
    reason = ""
    if n_clusters < 3:
        reason = "Fewer than three patients do not determine a variance over patients."
    elif (values == values[0]).all():
        reason = "All rows have the same value."
    if not reason:
        return None
    return not_estimable(method, reason, n=values.size, n_clusters=n_clusters)


def _datta_satten_parts(
    values: FloatArray, members: BoolArray, codes: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return S, E S (per group) and the projections W_i - E W_i (clusters x groups)."""
    sizes = np.bincount(codes).astype(np.float64)
    n_clusters, n = sizes.size, values.size
    own = _ecdf_in_cluster(values, codes, sizes)
    others = _sum_of_cluster_ecdfs(values, codes, sizes) - own
    weight = 1.0 / (sizes[codes] * (n_clusters + 1))
    pooled = (midranks(values) - 0.5) / n
    indicator = members.astype(np.float64)
    s = indicator.T @ (weight * (1.0 + others))
    share = _sum_by_cluster(indicator, codes, n_clusters) / sizes[:, None]
    share_elsewhere = share.sum(axis=0) - share
    in_group = _sum_by_cluster(indicator * (weight * pooled)[:, None], codes, n_clusters)
    everywhere = np.bincount(codes, weights=weight * pooled)
    w = (n_clusters - 1) * in_group - share_elsewhere * everywhere[:, None]
    expected_w = n_clusters / (2.0 * (n_clusters + 1)) * (share - share.mean(axis=0))
    return s, share.sum(axis=0) / 2.0, w - expected_w


def _sum_by_cluster(columns: FloatArray, codes: IntArray, n_clusters: int) -> FloatArray:
    summed = [np.bincount(codes, weights=column, minlength=n_clusters) for column in columns.T]
    return np.stack(summed, axis=1)


def _ecdf_in_cluster(values: FloatArray, codes: IntArray, sizes: FloatArray) -> FloatArray:
    """Return each row's own-cluster distribution function, ties at one half."""
    ecdf: FloatArray = (midranks_in_cluster(values, codes) - 0.5) / sizes[codes]
    return ecdf


def _sum_of_cluster_ecdfs(values: FloatArray, codes: IntArray, sizes: FloatArray) -> FloatArray:
    """Return the sum over clusters of their distribution functions at each row's value."""
    _, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights=1.0 / sizes[codes])
    summed: FloatArray = (np.cumsum(mass) - mass / 2.0)[place]
    return summed


def _size_stratified_moments(
    rank_sums: FloatArray, label: IntArray, sizes: IntArray
) -> tuple[float, float]:
    """Return expectation and variance of group 1's rank sum, strata = cluster sizes."""
    _, stratum = np.unique(sizes, return_inverse=True)
    n_in = np.bincount(stratum)
    m_in = np.bincount(stratum, weights=label)
    mean = np.bincount(stratum, weights=rank_sums) / n_in
    squares = np.bincount(stratum, weights=(rank_sums - mean[stratum]) ** 2)
    several = n_in > 1
    factor = m_in[several] * (n_in - m_in)[several] / (n_in * (n_in - 1.0))[several]
    return float((m_in * mean).sum()), float((factor * squares[several]).sum())


def _obuchowski_parts(
    values: FloatArray, in_group: BoolArray, codes: IntArray, n_clusters: int
) -> tuple[float, float]:
    """Return AUC and its variance; NaN where a group lies in one cluster only."""
    n1 = int(in_group.sum())
    n0 = values.size - n1
    component = np.where(
        in_group,
        _placements(values, values[~in_group]),
        1.0 - _placements(values, values[in_group]),
    )
    auc = float(component[in_group].mean())
    deviation = component - auc
    sums1 = np.bincount(codes, weights=deviation * in_group, minlength=n_clusters)
    sums0 = np.bincount(codes, weights=deviation * ~in_group, minlength=n_clusters)
    with1, with0 = np.unique(codes[in_group]).size, np.unique(codes[~in_group]).size
    if min(with1, with0) < 2:
        return auc, float("nan")
    s10 = with1 / ((with1 - 1.0) * n1) * float((sums1**2).sum())
    s01 = with0 / ((with0 - 1.0) * n0) * float((sums0**2).sum())
    s11 = n_clusters / (n_clusters - 1.0) * float((sums1 * sums0).sum())
    return auc, s10 / n1 + s01 / n0 + 2.0 * s11 / (n1 * n0)


def _placements(values: FloatArray, others: FloatArray) -> FloatArray:
    """Return the share of `others` below each value, ties at one half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return (below + up_to) / (2.0 * others.size)
