"""What must hold for any data: the cluster bootstrap and the correlations."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.stats import (
    bootstrap,
    bootstrap_pairs,
    bootstrap_statistics,
    bootstrap_weights,
    weighted_median,
)
from procohort.stats.correlation import (
    between_patient_correlation,
    pearson,
    rmcorr,
    spearman,
    within_rank_correlation,
)

quick = settings(deadline=None, max_examples=40, derandomize=True)


def by_duplication(name, first, second, cluster, index):
    """The bootstrap as the textbook says it: copy the rows of every drawn patient."""
    levels = np.unique(cluster)
    values = []
    for draw in index:
        rows = np.concatenate([np.flatnonzero(cluster == levels[k]) for k in draw])
        values.append(STATISTICS[name](first[rows], second[rows]))
    return np.array(values)


def two_arms(function):
    def evaluate(y, group):
        if group.all() or not group.any():
            return np.nan
        return function(y[group == 1], y[group == 0])

    return evaluate


def rho(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    return np.corrcoef(*(np.array([rank(v) for v in (x, y)])))[0, 1]


def rank(values):
    return [(np.sum(values < v) + np.sum(values <= v)) / 2 for v in values]


STATISTICS = {
    "median_difference": two_arms(lambda a, b: np.median(a) - np.median(b)),
    "mean_difference": two_arms(lambda a, b: a.mean() - b.mean()),
    "geometric_mean_ratio": two_arms(lambda a, b: np.exp(np.log(a).mean() - np.log(b).mean())),
    "cliffs_delta": two_arms(lambda a, b: np.sign(a[:, None] - b).mean()),
    "hodges_lehmann": two_arms(lambda a, b: np.median(a[:, None] - b)),
    "spearman": rho,
}
TWO_ARMS = [name for name in STATISTICS if name != "spearman"]


@st.composite
def samples(draw):
    """Few patients, ties or none, group between or within patients."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    k = draw(st.integers(2, 6))
    cluster = np.concatenate([np.arange(k), rng.integers(0, k, size=draw(st.integers(4, 20)))])
    y = rng.lognormal(size=len(cluster))
    if draw(st.booleans()):
        y = np.ceil(2 * y)
    group = rng.integers(0, 2, size=len(cluster)) if draw(st.booleans()) else cluster % 2
    group[:2] = (0, 1)
    return y, group, cluster, rng.integers(0, k, size=(12, k))


@pytest.mark.parametrize("name", STATISTICS)
@quick
@given(samples())
def test_replicates_equal_copying_the_rows_of_drawn_patients(name, sample):
    """Weights and matrix products against the definition, empty arms included."""
    y, group, cluster, index = sample
    first, second = (group.astype(float), y) if name == "spearman" else (y, group)
    replicates = getattr(bootstrap, f"replicates_{name}")(first, second, cluster, index=index)
    expected = by_duplication(name, first, second, cluster, index)
    np.testing.assert_allclose(replicates, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "name", ["median_difference", "cliffs_delta", "hodges_lehmann", "spearman"]
)
def test_paths_for_large_registries_give_the_replicates_of_the_small_path(name, monkeypatch):
    """Thresholds choose speed, never the answer."""
    rng = np.random.default_rng(8)
    cluster = rng.integers(0, 12, size=90)
    group = rng.integers(0, 2, size=90)
    for y in (rng.lognormal(size=90), np.ceil(rng.lognormal(size=90) * 3)):
        first, second = (group, y) if name == "spearman" else (y, group)
        function = getattr(bootstrap, f"replicates_{name}")
        small = function(first, second, cluster, seed=4, n_resamples=60)
        monkeypatch.setattr(bootstrap_statistics, "_DENSE_ENTRIES", 0)
        monkeypatch.setattr(bootstrap_statistics, "_SIGN_MATRIX_CLUSTERS", 0)
        monkeypatch.setattr(weighted_median, "_SINGLE_PASS_VALUES", 2)
        monkeypatch.setattr(weighted_median, "_EXACT_FLOAT32", 0)
        large = function(first, second, cluster, seed=4, n_resamples=60)
        monkeypatch.undo()
        np.testing.assert_allclose(large, small, rtol=1e-12, atol=1e-14)


def test_chunks_do_not_change_the_draw(monkeypatch):
    """Memory decides the chunk; a seed must mean one set of replicates on every machine."""
    whole = bootstrap.draw_weights(7, 100, seed=5)
    monkeypatch.setattr(bootstrap_weights, "_CHUNK_NUMBERS", 25)
    parts = list(bootstrap_weights.weight_chunks(7, 1, seed=5, n_resamples=100, index=None))
    assert len(parts) > 10
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_weights_count_the_index():
    """Position 0 is the first patient in sorted order."""
    weights = bootstrap.weights_from_index(np.array([[0, 0, 2], [1, 1, 1]]))
    assert weights.tolist() == [[2, 0, 1], [0, 3, 0]]
    assert (bootstrap.draw_weights(9, 50, seed=1).sum(axis=1) == 9).all()


@pytest.mark.parametrize("name", STATISTICS)
@quick
@given(samples(), st.randoms(use_true_random=False))
def test_row_order_and_label_kind_do_not_change_an_interval(name, sample, random):
    """Patients are drawn in sorted label order; rows may come in any order."""
    y, group, cluster, _ = sample
    first, second = (group.astype(float), y) if name == "spearman" else (y, group)
    order = list(range(len(y)))
    random.shuffle(order)
    labels = np.array([f"patient-{c}" for c in cluster])
    function = getattr(bootstrap, f"bootstrap_{name}")
    one = function(first, second, cluster, seed=2, n_resamples=80)
    two = function(first[order], second[order], labels[order], seed=2, n_resamples=80)
    assert one.status == two.status
    for field in ("estimate", "ci_low", "ci_high"):
        expected = getattr(one, field)
        assert getattr(two, field) == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True)


@quick
@given(samples())
def test_swapping_groups_mirrors_the_interval(sample):
    """Same draws, opposite sign."""
    y, group, cluster, index = sample
    for name in ("median_difference", "cliffs_delta", "hodges_lehmann", "mean_difference"):
        function = getattr(bootstrap, f"replicates_{name}")
        one = function(y, group, cluster, index=index)
        two = function(y, 1 - group, cluster, index=index)
        np.testing.assert_allclose(one, -two, atol=1e-12)


def test_replicates_with_an_empty_arm_are_dropped_and_counted():
    """Silently treating them as zero would shrink the interval."""
    y = np.array([1.0, 2, 3, 4, 5, 6])
    group = np.array([0, 0, 0, 1, 1, 1])
    cluster = np.array([1, 1, 2, 3, 3, 4])
    index = np.array([[0, 1, 2, 3], [0, 0, 1, 1], [2, 3, 0, 0], [0, 1, 2, 2]])
    result = bootstrap.bootstrap_mean_difference(y, group, cluster, index=index)
    assert (result.n_resamples, result.extra["n_dropped"]) == (3, 1)
    assert "1 of 4" in result.note


@pytest.mark.parametrize("name", TWO_ARMS)
@pytest.mark.parametrize(
    ("y", "group", "cluster", "status"),
    [
        ([3.0] * 6, [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4], "not_estimable"),
        ([1.0, 2, 3, 4], [0, 0, 1, 1], [1, 1, 1, 1], "not_estimable"),
        ([1.0, 2, 3, 4], [1, 1, 1, 1], [1, 1, 2, 2], "not_estimable"),
        ([], [], [], "not_estimable"),
        ([1.0, 2, 3, 4, 5], [0, 0, 0, 1, 1], [1, 1, 2, 3, 3], "refused"),
    ],
)
def test_degenerate_samples_are_declined_with_a_reason(name, y, group, cluster, status):
    """A constant, one patient, an empty arm, no rows, an arm of one patient."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = getattr(bootstrap, f"bootstrap_{name}")(
            y, np.asarray(group, dtype=float), cluster, seed=1, n_resamples=50
        )
    assert result.status == status
    assert result.note
    assert np.isnan([result.estimate, result.ci_low, result.ci_high]).all()


def test_proportion_without_events_has_no_bootstrap_interval():
    """Resampling zeros gives the interval 0 to 0, which is false."""
    result = bootstrap.bootstrap_proportion([0, 0, 0, 0], [1, 1, 2, 2], seed=1)
    assert result.status == "not_estimable"


def test_proportion_replicates_are_events_over_rows():
    """Patients bring their own denominators."""
    events, cluster = [1, 0, 0, 1, 1], [1, 1, 1, 2, 2]
    index = np.array([[0, 0], [0, 1], [1, 1]])
    replicates = bootstrap.replicates_proportion(events, cluster, index=index)
    np.testing.assert_allclose(replicates, [2 / 6, 3 / 5, 1.0])


def test_nonpositive_values_have_no_geometric_mean():
    """Refused for the interval, an error for bare replicates."""
    y, group, cluster = [0.0, 1, 2, 3], [0, 0, 1, 1], [1, 2, 3, 4]
    result = bootstrap.bootstrap_geometric_mean_ratio(y, group, cluster, seed=1)
    assert result.status == "refused"
    with pytest.raises(ValueError, match="positive"):
        bootstrap.replicates_geometric_mean_ratio(y, group, cluster, seed=1)


def test_unaffordable_pair_differences_are_refused(monkeypatch):
    """A registry gets a reason instead of an exhausted machine."""
    monkeypatch.setattr(bootstrap_pairs, "MAX_DIFFERENCES", 3)
    result = bootstrap.bootstrap_hodges_lehmann([1.0, 2, 3, 4], [0, 0, 1, 1], [1, 2, 3, 4], seed=1)
    assert result.status == "refused"


@pytest.mark.parametrize(
    ("index", "message"),
    [([[0, 1]], "draws 2 patients"), ([[0, 1, 2, 4]], "between 0"), ([[0.0, 1, 2, 3]], "whole")],
)
def test_a_wrong_index_is_an_error(index, message):
    """One-based positions or another cohort's index must not pass."""
    with pytest.raises(ValueError, match=message):
        bootstrap.replicates_mean_difference(
            [1.0, 2, 3, 4], [0, 0, 1, 1], [1, 2, 3, 4], index=np.array(index)
        )


def test_a_draw_needs_a_seed():
    """An unseeded interval could not be reproduced."""
    with pytest.raises(ValueError, match="seed"):
        bootstrap.replicates_mean_difference([1.0, 2, 3, 4], [0, 0, 1, 1], [1, 2, 3, 4])


@st.composite
def pairs(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    cluster = np.concatenate([np.arange(5), rng.integers(0, 5, size=15)])
    x = rng.poisson(3, size=20).astype(float)
    return x, np.exp(0.2 * x + rng.normal(size=20)), cluster


@quick
@given(pairs())
def test_monotone_transforms_leave_rank_correlations(pair):
    """If dose = k x DLP, its rank correlations are those of DLP."""
    x, y, cluster = pair
    assert spearman(x, 0.017 * y).estimate == spearman(x, y).estimate
    one = within_rank_correlation(x, y, cluster).estimate
    assert within_rank_correlation(x, np.log(y), cluster).estimate == pytest.approx(one, abs=1e-12)


@quick
@given(pairs())
def test_shifting_a_patient_leaves_the_within_correlation(pair):
    """rmcorr must be blind to differences between patients."""
    x, y, cluster = pair
    one, two = rmcorr(x, np.log(y), cluster), rmcorr(x + 5 * cluster, np.log(y) - cluster, cluster)
    assert two.estimate == pytest.approx(one.estimate, abs=1e-9)


@quick
@given(pairs())
def test_one_row_per_patient_makes_between_correlation_the_plain_one(pair):
    """The patient summary of one row is the row."""
    x, y, _ = pair
    alone = between_patient_correlation(x, y, np.arange(len(x)))
    assert alone.p == pytest.approx(pearson(x, y).p, rel=1e-9)
    ranked = between_patient_correlation(x, y, np.arange(len(x)), ranks=True)
    assert ranked.estimate == pytest.approx(spearman(x, y).estimate, rel=1e-12)


@pytest.mark.parametrize(
    ("x", "y"), [([1.0] * 5, [1.0, 2, 3, 4, 5]), ([1.0, 2, 3], [1.0, 3, 2]), ([], [])]
)
def test_correlations_of_degenerate_samples_are_not_estimable(x, y):
    """A constant gives NaN and a warning in SciPy; here it gives a reason."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for result in (
            spearman(x, y),
            pearson(x, y),
            rmcorr(x, y, np.arange(len(x)) // 2),
            within_rank_correlation(x, y, np.arange(len(x)) // 2),
            between_patient_correlation(x, y, np.arange(len(x))),
        ):
            assert result.status == "not_estimable"
            assert result.note


def test_a_perfect_correlation_keeps_its_estimate_without_a_p_value():
    """t would be infinite; p = 0 would claim more than five rows can."""
    result = spearman([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])
    assert (result.estimate, result.status) == (1.0, "ok")
    assert np.isnan(result.p)
    assert "perfect" in result.note
