"""What must hold for any data: rank tests, clustered rank tests and permutation tests."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procohort.stats.clustered_ranks import (
    datta_satten,
    datta_satten_many,
    obuchowski_auc,
    rosner_glynn_lee,
)
from procohort.stats.pair_differences import pair_difference_order_statistics
from procohort.stats.permutation import (
    blocked_kruskal_wallis,
    permute_patient_events,
    permute_patient_labels,
    permute_patient_labels_many,
    permute_within_patient,
)
from procohort.stats.ranks import (
    cliffs_delta,
    hodges_lehmann,
    mann_whitney,
    mann_whitney_exact,
    median_difference,
)
from procohort.stats.ranks_many import dunn, kruskal_wallis
from procohort.stats.welch import geometric_mean_ratio_welch

quick = settings(deadline=None, max_examples=50, derandomize=True)

POOLED = (
    mann_whitney,
    mann_whitney_exact,
    hodges_lehmann,
    cliffs_delta,
    median_difference,
    geometric_mean_ratio_welch,
)


@st.composite
def two_group_rows(draw, max_rows=9):
    """Small samples with many ties; either group may be empty."""
    n = draw(st.integers(2, max_rows))
    y = draw(st.lists(st.integers(1, 6), min_size=n, max_size=n))
    group = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    return np.array(y, dtype=float), np.array(group)


@st.composite
def clustered_rows(draw, *, between, n_groups=2, max_patients=6, max_size=3):
    """Patients of unequal size; the group is a fact of the patient, or of the row."""
    sizes = draw(st.lists(st.integers(1, max_size), min_size=3, max_size=max_patients))
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    n_labels = len(sizes) if between else cluster.size
    labels = draw(st.lists(st.integers(0, n_groups - 1), min_size=n_labels, max_size=n_labels))
    group = np.array(labels)[cluster] if between else np.array(labels)
    y = draw(st.lists(st.integers(1, 6), min_size=cluster.size, max_size=cluster.size))
    return np.array(y, dtype=float), group, cluster


def ranks_of(y):
    """Midranks by counting, independent of the implementation."""
    return np.array([(y < v).sum() + ((y == v).sum() + 1) / 2 for v in y])


def same(first, second):
    """Equal results: same status, and numbers equal up to summation order."""
    assert first.status == second.status
    for field in ("estimate", "ci_low", "ci_high", "statistic", "df", "p"):
        a, b = getattr(first, field), getattr(second, field)
        assert a == pytest.approx(b, rel=1e-9, abs=1e-9, nan_ok=True), field


def assert_honest(result):
    """Numbers only where the status is ok, a reason elsewhere."""
    if result.status == "ok":
        assert not np.isnan(result.p) or not np.isnan(result.estimate)
        assert np.isnan(result.p) or 0.0 <= result.p <= 1.0
    else:
        assert result.note
        assert np.isnan([result.p, result.estimate, result.ci_low, result.statistic]).all()


@quick
@given(two_group_rows())
def test_exact_mann_whitney_counts_every_assignment(rows):
    """The shift algorithm against listing all subsets, ties included."""
    y, group = rows
    result = mann_whitney_exact(y, group)
    if result.status != "ok":
        return
    ranks, m = ranks_of(y), int(group.sum())
    sums = np.array([ranks[list(chosen)].sum() for chosen in combinations(range(y.size), m)])
    expected = m * (y.size + 1) / 2
    observed = ranks[group == 1].sum()
    extreme = np.abs(sums - expected) >= abs(observed - expected) - 1e-9
    assert result.p == pytest.approx(extreme.mean(), rel=1e-12)
    assert result.extra["p_less"] == pytest.approx((sums <= observed + 1e-9).mean(), rel=1e-12)


@quick
@given(two_group_rows())
def test_swapping_the_groups_mirrors_the_effect_and_keeps_p(rows):
    """The reference level is a matter of presentation."""
    y, group = rows
    for method in (mann_whitney, mann_whitney_exact):
        first, second = method(y, group), method(y, 1 - group)
        assert first.p == pytest.approx(second.p, nan_ok=True)
        n_pairs = group.sum() * (1 - group).sum()
        assert first.statistic == pytest.approx(n_pairs - second.statistic, nan_ok=True)
    for method in (hodges_lehmann, cliffs_delta, median_difference):
        first, second = method(y, group), method(y, 1 - group)
        assert first.estimate == pytest.approx(-second.estimate, nan_ok=True)
        assert first.ci_low == pytest.approx(-second.ci_high, nan_ok=True)


@quick
@given(two_group_rows(), st.randoms(use_true_random=False))
def test_row_order_does_not_matter_to_pooled_methods(rows, random):
    """Exports come in any order."""
    y, group = rows
    order = np.array(random.sample(range(y.size), y.size))
    for method in POOLED:
        same(method(y, group), method(y[order], group[order]))
    same(kruskal_wallis(y, group), kruskal_wallis(y[order], group[order]))


@quick
@given(two_group_rows())
def test_rank_tests_see_only_the_order_of_the_values(rows):
    """Dose = k x DLP: a monotone recoding must give the identical test."""
    y, group = rows
    for method in (mann_whitney, mann_whitney_exact, cliffs_delta):
        same(method(y, group), method(np.exp(y) * 0.019, group))


@quick
@given(two_group_rows(), st.integers(-50, 50))
def test_hodges_lehmann_moves_with_a_shift_of_one_group(rows, shift):
    """It estimates a shift, in the unit of the outcome."""
    y, group = rows
    before, after = hodges_lehmann(y, group), hodges_lehmann(y + shift * group, group)
    if before.status == "ok" and after.status == "ok":
        assert after.estimate == pytest.approx(before.estimate + shift)


@quick
@given(two_group_rows(max_rows=14))
def test_order_statistics_of_differences_are_those_of_the_list(rows):
    """Including both ends, where an off-by-one hides."""
    y, group = rows
    first, second = y[group == 1], y[group == 0]
    if first.size == 0 or second.size == 0:
        return
    listed = np.sort(np.subtract.outer(first, second).ravel())
    positions = list(range(listed.size))
    assert pair_difference_order_statistics(first, second, positions) == listed.tolist()


@quick
@given(two_group_rows())
def test_pooled_methods_are_honest(rows):
    """No NaN labelled ok, no number beside a refusal, p inside [0, 1]."""
    y, group = rows
    for method in POOLED:
        assert_honest(method(y, group))
    assert_honest(kruskal_wallis(y, group))
    for test in dunn(y, group):
        assert_honest(test.inference)


@quick
@given(two_group_rows())
def test_kruskal_wallis_of_two_groups_is_the_square_of_mann_whitneys_z(rows):
    """One family of tests, whatever the number of groups."""
    y, group = rows
    two, many = mann_whitney(y, group), kruskal_wallis(y, group)
    if two.status == "ok":
        assert many.statistic == pytest.approx(two.extra["z"] ** 2, abs=1e-12)
        assert many.p == pytest.approx(two.p)


@quick
@given(clustered_rows(between=False), st.randoms(use_true_random=False))
def test_clustered_methods_ignore_row_order_and_patient_names(rows, random):
    """Renamed, reordered, non-contiguous patients are the same patients."""
    y, group, cluster = rows
    order = np.array(random.sample(range(y.size), y.size))
    names = np.array(random.sample([f"P{code:03d}" for code in range(50)], 6))[cluster]
    for method in (datta_satten, datta_satten_many, obuchowski_auc, permute_within_patient):
        same(method(y, group, cluster), method(y[order], group[order], names[order]))


@quick
@given(clustered_rows(between=True), st.randoms(use_true_random=False))
def test_patient_level_methods_ignore_row_order_and_patient_names(rows, random):
    """As above for a group that is a fact of the patient (enumerated, so without draws)."""
    y, group, cluster = rows
    order = np.array(random.sample(range(y.size), y.size))
    names = np.array(random.sample([f"P{code:03d}" for code in range(50)], 6))[cluster]

    def labels(y, group, cluster):
        return permute_patient_labels(y, group, cluster, seed=1)

    def many(y, group, cluster):
        return permute_patient_labels_many(y, group, cluster, seed=1)

    for method in (rosner_glynn_lee, labels, many):
        same(method(y, group, cluster), method(y[order], group[order], names[order]))


@quick
@given(clustered_rows(between=False, n_groups=3), st.permutations(["a", "b", "c"]))
def test_group_names_do_not_matter_to_tests_of_many_groups(rows, names):
    """R's clusrank fails this for Datta-Satten."""
    y, group, cluster = rows
    renamed = np.array(names)[group]
    same(datta_satten_many(y, group, cluster), datta_satten_many(y, renamed, cluster))
    first = blocked_kruskal_wallis(y, group, cluster, seed=1, n_permutations=20)
    second = blocked_kruskal_wallis(y, renamed, cluster, seed=1, n_permutations=20)
    assert first.statistic == pytest.approx(second.statistic, nan_ok=True)
    assert first.df == pytest.approx(second.df, nan_ok=True)


@quick
@given(clustered_rows(between=False), st.randoms(use_true_random=False))
def test_row_order_does_not_change_the_draws(rows, random):
    """A seed must mean the same draws for the same patients in another file order."""
    y, group, cluster = rows
    order = np.array(random.sample(range(y.size), y.size))
    first = blocked_kruskal_wallis(y, group, cluster, seed=4, n_permutations=50)
    second = blocked_kruskal_wallis(
        y[order], group[order], cluster[order], seed=4, n_permutations=50
    )
    same(first, second)


@quick
@given(clustered_rows(between=False))
def test_datta_satten_equals_its_definition_by_double_loops(rows):
    """The published sums, pair of rows by pair of rows."""
    y, group, cluster = rows
    result = datta_satten(y, group, cluster)
    if result.status != "ok":
        return
    patients = np.unique(cluster)
    k = patients.size
    share = {i: group[cluster == i].mean() for i in patients}

    def ecdf(values, at):
        return ((values < at).sum() + 0.5 * (values == at).sum()) / values.size

    s, w = 0.0, dict.fromkeys(patients, 0.0)
    for value, g, i in zip(y, group, cluster, strict=True):
        weight = 1.0 / ((cluster == i).sum() * (k + 1))
        s += g * weight * (1.0 + sum(ecdf(y[cluster == j], value) for j in patients if j != i))
        elsewhere = sum(share[j] for j in patients if j != i)
        w[i] += ((k - 1) * g - elsewhere) * ecdf(y, value) * weight
    mean_share = np.mean(list(share.values()))
    variance = sum((w[i] - k / (2 * (k + 1)) * (share[i] - mean_share)) ** 2 for i in patients)
    assert result.extra["s"] == pytest.approx(s)
    assert result.extra["variance"] == pytest.approx(variance)
    assert result.statistic == pytest.approx((s - k * mean_share / 2) / np.sqrt(variance))


@quick
@given(clustered_rows(between=True))
def test_label_permutation_counts_every_arrangement_of_patients(rows):
    """Listing all choices of patients, with unequal patients."""
    y, group, cluster = rows
    result = permute_patient_labels(y, group, cluster, seed=1)
    if result.status != "ok":
        return
    ranks, patients = ranks_of(y), np.unique(cluster)
    m = np.unique(cluster[group == 1]).size
    values = []
    for chosen in combinations(patients, m):
        inside = np.isin(cluster, chosen)
        values.append(ranks[inside].mean() - ranks[~inside].mean())
    observed = ranks[group == 1].mean() - ranks[group == 0].mean()
    assert result.statistic == pytest.approx(observed, abs=1e-9)
    assert result.p == pytest.approx((np.abs(values) >= abs(observed) - 1e-8).mean())


@quick
@given(clustered_rows(between=True))
def test_event_permutation_counts_every_arrangement_of_patients(rows):
    """The enumeration over event-carrying patients against all choices of patients."""
    y, group, cluster = rows
    events = (y >= 5).astype(int)
    result = permute_patient_events(events, group, cluster)
    if result.status != "ok":
        return
    patients, m = np.unique(cluster), np.unique(cluster[group == 1]).size
    counted = events if 2 * events.sum() <= events.size else 1 - events
    totals = np.array(
        [counted[np.isin(cluster, chosen)].sum() for chosen in combinations(patients, m)]
    )
    expected = counted.sum() * m / patients.size
    extreme = np.abs(totals - expected) >= abs(counted[group == 1].sum() - expected) - 1e-9
    assert result.p == pytest.approx(extreme.mean())


@quick
@given(clustered_rows(between=True))
def test_event_permutation_says_the_same_of_success_and_failure(rows):
    """449 successes of 458 are 9 failures: one question, one p, opposite differences."""
    y, group, cluster = rows
    events = (y >= 3).astype(int)
    assume(2 * events.sum() != events.size)
    one = permute_patient_events(events, group, cluster)
    other = permute_patient_events(1 - events, group, cluster)
    assert one.status == other.status
    if one.status == "ok":
        assert one.p == other.p
        assert one.estimate == pytest.approx(-other.estimate)


@quick
@given(clustered_rows(between=False, max_patients=4))
def test_within_patient_permutation_counts_every_relabelling_inside_patients(rows):
    """Listing the product of all choices inside each patient."""
    y, group, cluster = rows
    result = permute_within_patient(y, group, cluster)
    if result.status != "ok":
        return
    ranks = ranks_of(y)
    choices = []
    for patient in np.unique(cluster):
        members = np.flatnonzero(cluster == patient)
        m = int(group[members].sum())
        choices.append([ranks[list(chosen)].sum() for chosen in combinations(members, m)])
    sums = np.array([sum(chosen) for chosen in product(*choices)])
    observed, expected = ranks[group == 1].sum(), sums.mean()
    extreme = np.abs(sums - expected) >= abs(observed - expected) - 1e-9
    assert result.p == pytest.approx(extreme.mean())
    assert result.statistic == pytest.approx((observed - expected) / sums.std(), abs=1e-9)


@quick
@given(clustered_rows(between=False))
def test_clustered_methods_are_honest(rows):
    """Whatever the pattern of groups and ties: a number or a reason."""
    y, group, cluster = rows
    for method in (
        datta_satten,
        datta_satten_many,
        rosner_glynn_lee,
        obuchowski_auc,
        permute_within_patient,
    ):
        assert_honest(method(y, group, cluster))
    assert_honest(permute_patient_labels(y, group, cluster, seed=1))
    assert_honest(blocked_kruskal_wallis(y, group, cluster, seed=1, n_permutations=20))
