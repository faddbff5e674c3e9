"""What may not matter to any method, and what must: names, order, units, repeated rows.

The methods are found, not listed; what an outcome's unit does to each is declared here, and a
method without a declaration fails.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procohort.stats import bootstrap
from procohort.stats.clustered_correlation import clustered_pearson, clustered_spearman
from procohort.stats.clustered_ranks import datta_satten, obuchowski_auc, rosner_glynn_lee
from procohort.stats.gee import gee_odds_ratio
from procohort.stats.mixed import geometric_mean_ratio, mean_difference
from procohort.stats.patient_means import patient_mean_t
from procohort.stats.permutation_events import permute_patient_events
from procohort.stats.permutation_labels import permute_patient_labels
from procohort.stats.proportions import korn_graubard
from procohort.stats.rao_scott import rao_scott
from procohort.stats.risk_difference import mover_korn_graubard
from procohort.stats.robust import ols_cr2
from procohort.stats.welch import geometric_mean_ratio_welch
from stats_catalogue import call, data_arguments, inferences, methods, rows_of, takes_rows

METHODS = {name: function for name, function in methods().items() if takes_rows(function)}
CLUSTERED = [
    name
    for name, function in METHODS.items()
    if {"cluster", "stratum"} & set(data_arguments(function))
]
# Methods whose group is a set of labels, not 0/1.
LABELLED = [
    "anova.anova",
    "anova.anova_welch",
    "clustered_ranks.datta_satten_many",
    "mixed.joint_group_test",
    "permutation_labels.permute_patient_labels_many",
    "permutation_within.blocked_kruskal_wallis",
    "rao_scott.rao_scott",
    "ranks_many.kruskal_wallis",
]
# What a change of the outcome's unit and origin does.
RANKS = {  # any increasing map of the outcome leaves the whole answer alone
    "bootstrap.bootstrap_cliffs_delta",
    "bootstrap.bootstrap_spearman",
    "brunner_munzel.brunner_munzel",
    "clustered_correlation.clustered_kendall",
    "clustered_correlation.clustered_spearman",
    "clustered_ranks.datta_satten",
    "clustered_ranks.datta_satten_many",
    "clustered_ranks.obuchowski_auc",
    "clustered_ranks.rosner_glynn_lee",
    "clustered_ranks_subunit.rosner_glynn_lee_subunit",
    "correlation.spearman",
    "correlation.within_rank_correlation",
    "permutation_labels.permute_patient_labels",
    "permutation_labels.permute_patient_labels_many",
    "permutation_within.blocked_kruskal_wallis",
    "permutation_within.permute_within_patient",
    "rank_association.kendall",
    "rank_association.spearman_permutation",
    "rank_correlation_levels.rank_icc",
    "rank_correlation_levels.total_rank_correlation",
    "ranks.cliffs_delta",
    "ranks.mann_whitney",
    "ranks.mann_whitney_exact",
    "ranks_many.dunn",
    "ranks_many.kruskal_wallis",
    "ranks_pairwise.pairwise_mann_whitney",
}
STANDARDISED = {  # a change of unit and of origin leaves the whole answer alone
    "anova.anova",
    "anova.anova_welch",
    "clustered_correlation.clustered_pearson",
    "correlation.between_patient_correlation",
    "correlation.pearson",
    "correlation.rmcorr",
    "icc.icc_anova",
    "icc.icc_reml",
}
RATIOS = {  # a change of unit leaves the whole answer alone; a change of origin does not
    "bootstrap.bootstrap_geometric_mean_ratio",
    "mixed.geometric_mean_ratio",
    "mixed.joint_group_test",
    "mixed.pairwise_group_contrasts",
    "mixed_profile.geometric_mean_ratio_profile",
    "mixed_profile.slope_profile",
    "mixed_slopes.slope",
    "mixed_slopes.within_between_slopes",
    "patient_means.patient_mean_t",
    "pooled_t.geometric_mean_ratio_student",
    "welch.geometric_mean_ratio_welch",
}
DIFFERENCES = {  # effect and limits have the unit of the outcome; its origin does not matter
    "bootstrap.bootstrap_hodges_lehmann",
    "bootstrap.bootstrap_mean_difference",
    "bootstrap.bootstrap_median_difference",
    "mixed.mean_difference",
    "pooled_t.mean_difference_student",
    "ranks.hodges_lehmann",
    "ranks.median_difference",
    "repeated_measures.visit_changes",
    "repeated_measures.visit_group_differences",
    "robust.ols_cr2",
    "welch.mean_difference_welch",
}

quick = settings(deadline=None, max_examples=6, derandomize=True)
thorough = settings(deadline=None, max_examples=30, derandomize=True)


@st.composite
def cohorts(draw, *, equal_sizes=False, between=None):
    """A dozen patients of unequal size with a tied, skewed, clustered outcome."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    k = 12
    sizes = np.full(k, 4) if equal_sizes else rng.integers(2, 7, size=k)
    cluster = np.repeat(np.arange(k), sizes)
    if between is None:
        between = draw(st.booleans())
    group = (np.arange(k) % 2)[cluster] if between else np.arange(len(cluster)) % 2
    spread = draw(st.sampled_from([0.3, 1.0]))
    y = np.exp(0.4 * group + spread * rng.normal(size=k)[cluster] + rng.normal(size=len(cluster)))
    return np.ceil(8 * y) / 2, group, cluster, rng.integers(0, 5, size=len(cluster))


def assert_same(first, second, *, factor=1.0, rel=2e-6):
    """Assert equal answers, up to the order of sums and the steps of an optimiser."""
    one, other = inferences(first), inferences(second)
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        assert left.status == right.status
        for field in ("estimate", "ci_low", "ci_high"):
            a, b = factor * getattr(left, field), getattr(right, field)
            assert a == pytest.approx(b, rel=rel, abs=1e-7, nan_ok=True), field
        for field in ("statistic", "df", "p"):
            a, b = getattr(left, field), getattr(right, field)
            assert a == pytest.approx(b, rel=rel, abs=1e-7, nan_ok=True), field


@pytest.mark.parametrize("name", METHODS)
@quick
@given(cohorts(), st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(name, cohort, seed):
    """Exports come in any order, and patients' rows need not stand together."""
    order = np.random.default_rng(seed).permutation(len(cohort[0]))
    shuffled = rows_of(*(values[order] for values in cohort))
    assert_same(call(METHODS[name], rows_of(*cohort)), call(METHODS[name], shuffled))


@pytest.mark.parametrize("name", CLUSTERED)
@quick
@given(cohorts(), st.sampled_from(["P{:03d}", "{:02d} a", "centre-1/{:04d}"]))
def test_patients_may_be_strings_or_numbers(name, cohort, pattern):
    """The same patients under other names of the same order: the same draws, the same answer."""
    y, group, cluster, x = cohort
    plain = call(METHODS[name], rows_of(y, group, cluster, x))
    strings = np.array([pattern.format(code) for code in cluster])
    for names in (strings, strings.astype(object), cluster * 10 + 3, cluster.astype(float)):
        assert_same(plain, call(METHODS[name], rows_of(y, group, names, x)))


@pytest.mark.parametrize("name", [name for name in CLUSTERED if not name.startswith("bootstrap.")])
@quick
@given(cohorts(), st.integers(0, 1000))
def test_which_patient_bears_which_name_does_not_matter(name, cohort, seed):
    """Except to a draw; permutations of a dozen patients are enumerated or seeded by label."""
    y, group, cluster, x = cohort
    renamed = np.random.default_rng(seed).permutation(12)[cluster]
    one = inferences(call(METHODS[name], rows_of(y, group, cluster, x)))
    other = inferences(call(METHODS[name], rows_of(y, group, renamed, x)))
    drawn = any(result.n_resamples and result.mc_error > 0 for result in one)
    if not drawn:
        assert_same(tuple(one), tuple(other))
    else:
        assert [r.statistic for r in one] == pytest.approx([r.statistic for r in other])


@pytest.mark.parametrize("name", LABELLED)
@quick
@given(cohorts(), st.permutations(["prone", "side", "other"]))
def test_the_names_of_groups_do_not_matter(name, cohort, names):
    """Defect 21: a test that drops the last label depends on the alphabet."""
    y, group, cluster, x = cohort
    three = (cluster % 3) if np.array_equal(group, cluster % 2) else np.arange(len(y)) % 3
    # A row of labels is no column of a design matrix, so the rows are put together by hand.
    rows = rows_of(y, three, cluster, x)
    renamed = {**rows, "group": np.array(names)[three], "group_labels": np.array(names)[three]}
    one, other = (inferences(call(METHODS[name], r))[0] for r in (rows, renamed))
    assert one.status == other.status
    assert one.statistic == pytest.approx(other.statistic, rel=1e-6, nan_ok=True)
    assert one.df == pytest.approx(other.df, rel=1e-5, nan_ok=True)


def test_every_method_of_an_outcome_declares_what_its_unit_does():
    """A new method must say whether it sees ranks, a scale, a ratio or a unit."""
    of_an_outcome = {name for name, function in METHODS.items() if "y" in data_arguments(function)}
    declared = [RANKS, STANDARDISED, RATIOS, DIFFERENCES]
    without_y = {"rank_association.kendall"}
    assert set.union(*declared) >= of_an_outcome - without_y
    assert set.union(*declared) <= set(METHODS)
    assert sum(len(part) for part in declared) == len(set.union(*declared))


@pytest.mark.parametrize("name", sorted(RANKS))
@quick
@given(cohorts(), st.sampled_from([np.log, np.cbrt, lambda y: 0.019 * y, lambda y: y**3 + 7]))
def test_ranks_see_no_monotone_map(name, cohort, transform):
    """Dose = k x DLP: every rank statistic of the pair is one and the same."""
    y, group, cluster, x = cohort
    plain, mapped = (rows_of(v, group, cluster, x) for v in (y, transform(y)))
    assert_same(call(METHODS[name], plain), call(METHODS[name], mapped))


@pytest.mark.parametrize("name", sorted(RANKS | STANDARDISED | RATIOS))
@quick
@given(cohorts(), st.sampled_from([0.001, 60.0, 1e6]))
def test_the_unit_of_the_outcome_does_not_matter(name, cohort, factor):
    """Seconds or minutes: correlations, ratios and tests are without unit."""
    y, group, cluster, x = cohort
    plain, scaled = (rows_of(v, group, cluster, x) for v in (y, factor * y))
    assert_same(call(METHODS[name], plain), call(METHODS[name], scaled))


@pytest.mark.parametrize("name", sorted(DIFFERENCES))
@quick
@given(cohorts(), st.sampled_from([0.001, 60.0, 1e6]))
def test_differences_carry_the_unit_of_the_outcome(name, cohort, factor):
    """Minutes to seconds: effect and limits times 60, the test unchanged."""
    y, group, cluster, x = cohort
    plain = call(METHODS[name], rows_of(y, group, cluster, x))
    scaled = call(METHODS[name], rows_of(factor * y, group, cluster, x))
    one = tuple(result.with_(statistic=np.nan) for result in inferences(plain))
    other = tuple(result.with_(statistic=np.nan) for result in inferences(scaled))
    for left, right in zip(one, other, strict=True):
        for field in ("estimate", "ci_low", "ci_high"):
            a, b = factor * getattr(left, field), getattr(right, field)
            assert a == pytest.approx(b, rel=2e-6, abs=1e-6 * factor, nan_ok=True)
        assert left.p == pytest.approx(right.p, rel=2e-6, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", sorted(RANKS | STANDARDISED | DIFFERENCES))
@quick
@given(cohorts(), st.sampled_from([-40.0, 1.0, 300.0]))
def test_the_origin_of_the_outcome_does_not_matter(name, cohort, shift):
    """Minutes after midnight or after the start: only ratios may care."""
    y, group, cluster, x = cohort
    plain, shifted = (rows_of(v, group, cluster, x) for v in (y, y + shift))
    assert_same(call(METHODS[name], plain), call(METHODS[name], shifted))


def repeated(cohort, times=3):
    return tuple(np.tile(values, times) for values in cohort)


def width(result):
    return result.ci_high - result.ci_low


@pytest.mark.parametrize(
    "name", [name for name in METHODS if name.startswith("bootstrap.") and "spear" not in name]
)
@thorough
@given(cohorts())
def test_repeated_rows_do_not_change_a_cluster_bootstrap(name, cohort):
    """With the same draw of patients every replicate is the same."""
    function = METHODS[name]
    index = np.random.default_rng(1).integers(0, 12, size=(80, 12))
    answers = []
    for values in (cohort, repeated(cohort)):
        rows = rows_of(*values)
        rows["events"] = (rows["y"] > 8).astype(float)
        arguments = {key: rows[key] for key in data_arguments(function)}
        answers.append(function(**arguments, index=index))
    assert_same(*answers, rel=1e-9)


@thorough
@given(cohorts())
def test_repeated_rows_do_not_change_a_bootstrap_of_spearman(cohort):
    """Midranks of repeated rows are a straight line of the midranks."""
    index = np.random.default_rng(1).integers(0, 12, size=(80, 12))
    one, other = (
        bootstrap.bootstrap_spearman(x, y, cluster, index=index)
        for y, _, cluster, x in (cohort, repeated(cohort))
    )
    assert_same(one, other, rel=1e-9)


@thorough
@given(cohorts(between=True))
def test_repeated_rows_do_not_change_the_permutation_of_patients(cohort):
    """Nothing was learned about any patient, so no arrangement became rarer."""
    y, group, cluster, _ = cohort
    for function, outcome in ((permute_patient_labels, y), (permute_patient_events, y > 8)):
        options = {"seed": 1} if function is permute_patient_labels else {}
        one = function(outcome, group, cluster, **options)
        other = function(*(np.tile(v, 3) for v in (outcome, group, cluster)), **options)
        assert one.status == other.status
        assert one.p == pytest.approx(other.p, nan_ok=True)


@pytest.mark.parametrize(
    "function",
    [datta_satten, rosner_glynn_lee, obuchowski_auc, patient_mean_t],
)
@thorough
@given(cohorts(between=True))
def test_repeated_rows_do_not_change_methods_on_patients(function, cohort):
    """Their variance is over patients; the number of rows enters only through shares."""
    one, other = (
        function(y, group, cluster) for y, group, cluster, _ in (cohort, repeated(cohort))
    )
    assert_same(one, other, rel=1e-7)


@pytest.mark.parametrize("function", [clustered_pearson, clustered_spearman])
@thorough
@given(cohorts())
def test_repeated_rows_do_not_change_patient_weighted_correlations(function, cohort):
    """One row is drawn per patient, however many copies there are."""
    one, other = (function(x, y, cluster) for y, _, cluster, x in (cohort, repeated(cohort)))
    assert_same(one, other, rel=1e-9)


@thorough
@given(cohorts())
def test_repeated_rows_do_not_shrink_korn_graubard_limits(cohort):
    """The design effect grows as the rows do; only t with N - 1 degrees of freedom moves."""
    y, group, cluster, _ = cohort
    for function, more in ((korn_graubard, ()), (mover_korn_graubard, (group,))):
        events = y > np.quantile(y, 0.8)
        one = function(events, *more, cluster)
        other = function(*(np.tile(v, 3) for v in (events, *more, cluster)))
        assert one.estimate == pytest.approx(other.estimate)
        # Below a design effect of 1 both intervals stop at that of independent rows.
        if one.extra.get("design_effect_untruncated", 0.0) >= 1.0:
            assert width(other) >= 0.99 * width(one)
            assert other.n_effective == pytest.approx(one.n_effective)


@thorough
@given(cohorts(between=True))
def test_repeated_rows_do_not_shrink_sandwich_intervals(cohort):
    """OLS with CR2 and GEE under independence take their variance from patients."""
    y, group, cluster, _ = cohort
    events = y > np.median(y)

    def cr2(y, group, cluster):
        return ols_cr2(np.log(y), np.column_stack([np.ones(len(y)), group]), cluster)

    def gee(y, group, cluster):
        return gee_odds_ratio(y, group, cluster, correlation="independence")

    for function, outcome in ((cr2, y), (gee, events), (rao_scott, events)):
        one = function(outcome, group, cluster)
        other = function(*(np.tile(v, 3) for v in (outcome, group, cluster)))
        if one.status == "ok":
            assert other.p == pytest.approx(one.p, rel=1e-6)
            assert np.isnan(width(one)) or width(other) >= width(one) * (1 - 1e-6)


@thorough
@given(cohorts(equal_sizes=True, between=True))
def test_repeated_rows_do_not_shrink_a_mixed_model_between_equal_patients(cohort):
    """REML sees a patient's mean only, if all patients have equally many rows.

    Repetition makes rows of a patient look more alike, so the variance between patients takes
    up what was noise, and the variance of a patient's mean, which is all that counts, stays.
    Where the variance between patients was estimated as zero, rows count as independent before
    and the interval does shrink; with unequal patients the weights move a little.
    """
    y, group, cluster, _ = cohort
    for function in (geometric_mean_ratio, mean_difference):
        one = function(y, group, cluster)
        other = function(*(np.tile(v, 3) for v in (y, group, cluster)))
        assume(one.extra["icc"] > 1e-6)
        assert other.estimate == pytest.approx(one.estimate, rel=1e-6)
        assert other.p == pytest.approx(one.p, rel=1e-4)
        assert width(other) == pytest.approx(width(one), rel=1e-4)


@thorough
@given(cohorts(between=False))
def test_repeated_rows_do_shrink_a_mixed_model_within_patients(cohort):
    """A limit of every model: copied rows pass for new measurements of the same patients.

    No analysis of a contrast inside patients can tell a copy from a repetition, so duplicates
    are a matter for data checks, not for the model.
    """
    y, group, cluster, _ = cohort
    one = mean_difference(y, group, cluster)
    other = mean_difference(*(np.tile(v, 3) for v in (y, group, cluster)))
    assert width(other) < 0.8 * width(one)


@thorough
@given(cohorts(between=True))
def test_repeated_rows_do_shrink_naive_intervals(cohort):
    """The counterpart that makes the tests above worth something."""
    y, group = cohort[:2]
    one = geometric_mean_ratio_welch(y, group)
    other = geometric_mean_ratio_welch(np.tile(y, 3), np.tile(group, 3))
    assert width(other) < 0.65 * width(one)
