"""Permutation of patient labels for rare events: exact, over the patients with events."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_group, constant_in_cluster, encode, same_length
from procohort.stats.inference import (
    BoolArray,
    FloatArray,
    Inference,
    IntArray,
    not_estimable,
    refused,
)
from procohort.stats.subset_sums import SumDistribution, tail_probabilities

# C(1000, 500) is the last central binomial coefficient well inside double range.
MAX_EVENT_PATIENTS = 1_000
MAX_ADDITIONS = 2_000_000_000


def permute_patient_events(
    events: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike
) -> Inference:
    r"""Binary outcome, two groups of patients: exact permutation of the patients' labels.

    Parameters
    ----------
    events : array_like of 0/1, shape (n,)
        Event of each row.
    group : array_like of 0/1, shape (n,)
        Group, constant within each patient (refused otherwise).
    cluster : array_like of labels, shape (n,)
        Patient.

    Returns
    -------
    Inference
        `statistic` = rarer outcomes (events, or non-events where events are the rule)
        in group 1; `p` = P(\|X - E X\| >= \|x - E X\|) over all C(K, m) arrangements;
        `estimate` = risk difference of the rows. `extra` holds ``counted_events`` (1 if
        events were counted, 0 if non-events), ``expected``, ``p_less``, ``p_greater``,
        ``p_by_probability`` (sum over outcomes at most as probable, as Fisher's test
        counts) and ``n_event_patients``.

    Notes
    -----
    Only patients with events move the statistic: the number j of them in group 1 is
    hypergeometric, and given j every j-subset of their event counts is equally likely.
    With one event per patient this is Fisher's exact test on patients. The rarer
    outcome is counted because the number of a frequent one follows the number of
    rows in a group, whatever the group does; so success and failure have one p.
    """
    method = "permute_patient_events_exact"
    occurred, in_group = as_group(events, "events"), as_group(group)
    codes, levels = encode(cluster)
    same_length(events=occurred, group=in_group, cluster=codes)
    n, n_patients = occurred.size, levels.size
    label = constant_in_cluster(in_group.astype(np.int64), codes, n_patients)
    if label is None:
        reason = "The group varies within a patient; permute inside patients instead."
        return refused(method, reason, n=n, n_clusters=n_patients)
    if (problem := _degenerate(method, occurred, in_group, n_patients)) is not None:
        return problem
    counted = occurred if 2 * int(occurred.sum()) <= n else ~occurred
    per_patient = np.bincount(codes[counted], minlength=n_patients)
    counts = per_patient[per_patient > 0]
    if counts.size > MAX_EVENT_PATIENTS or counts.size**2 * int(counts.sum()) > MAX_ADDITIONS:
        reason = (
            f"Events in {counts.size} patients are too many to enumerate;"
            " permute the patient labels by random draws instead."
        )
        return refused(method, reason, n=n, n_clusters=n_patients)
    result = _result(
        method, counted, in_group, counts, n_patients=n_patients, n_in_group=int(label.sum())
    )
    difference = float(occurred[in_group].mean() - occurred[~in_group].mean())
    events_counted = float(counted is occurred)
    return result.with_(
        estimate=difference, extra={**result.extra, "counted_events": events_counted}
    )


def _result(
    method: str,
    counted: BoolArray,
    in_group: BoolArray,
    counts: IntArray,
    *,
    n_patients: int,
    n_in_group: int,
) -> Inference:
    distribution = _events_in_group(counts, n_patients, n_in_group)
    observed = int((counted & in_group).sum())
    mean = Fraction(n_in_group * int(counts.sum()), n_patients)
    tails = tail_probabilities(distribution, observed, mean)
    # Relative slack as in R's fisher.test, so that equal probabilities count as equal.
    at_most = distribution.probability[observed] * (1.0 + 1e-7)
    as_rare = distribution.probability[distribution.probability <= at_most]
    return Inference(
        method=method,
        statistic=float(observed),
        p=tails.two_sided,
        n=counted.size,
        n_clusters=n_patients,
        extra={
            "expected": float(mean),
            "p_less": tails.less,
            "p_greater": tails.greater,
            "p_by_probability": min(1.0, float(as_rare.sum())),
            "n_event_patients": float(counts.size),
        },
    )


def _degenerate(
    method: str, occurred: BoolArray, in_group: BoolArray, n_patients: int
) -> Inference | None:
    reason = ""
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no patients."
    elif occurred.all() or not occurred.any():
        reason = "All rows have the same outcome."
    if not reason:
        return None
    return not_estimable(method, reason, n=occurred.size, n_clusters=n_patients)


def _events_in_group(counts: IntArray, n_patients: int, n_in_group: int) -> SumDistribution:
    """Return the distribution of the events in group 1 under permuted labels."""
    by_size = _subset_sum_table(counts)
    probability = np.zeros(by_size.shape[1])
    n_without = n_patients - counts.size
    arrangements = comb(n_patients, n_in_group)
    for n_chosen in range(max(0, n_in_group - n_without), min(counts.size, n_in_group) + 1):
        ways = comb(counts.size, n_chosen) * comb(n_without, n_in_group - n_chosen)
        sums = by_size[n_chosen]
        probability += ways / arrangements * (sums / sums.sum())
    return SumDistribution(probability, 0)


def _subset_sum_table(counts: IntArray) -> FloatArray:
    """Return the number of subsets by size (rows) and sum (columns)."""
    table = np.zeros((counts.size + 1, int(counts.sum()) + 1))
    table[0, 0] = 1.0
    for count in np.sort(counts).tolist():
        table[1:, count:] += table[:-1, :-count]
    return table
