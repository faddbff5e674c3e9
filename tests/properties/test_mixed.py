"""What must hold for any data: random-intercept models, CR2 and intraclass correlation."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procohort.stats.icc import icc_anova, icc_reml
from procohort.stats.kenward_roger import contrast_test, joint_test
from procohort.stats.mixed import (
    fit_random_intercept,
    geometric_mean_ratio,
    joint_group_test,
    mean_difference,
    pairwise_group_contrasts,
    slope,
    within_between_slopes,
)
from procohort.stats.patient_means import patient_mean_t
from procohort.stats.robust import ols_cr2

quick = settings(deadline=None, max_examples=40, derandomize=True)


@st.composite
def cohorts(draw, min_patients=5, max_patients=9):
    """Unbalanced patients with a patient-level group, a covariate and a clustered outcome."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    k = draw(st.integers(min_patients, max_patients))
    sizes = rng.integers(1, 6, size=k)
    sizes[:2] = 3
    cluster = np.repeat(np.arange(k), sizes)
    group = (np.arange(k) % 2)[cluster]
    x = rng.normal(size=len(cluster))
    spread = draw(st.sampled_from([0.0, 0.5, 2.0]))
    y = np.exp(
        0.3 * group + 0.2 * x + spread * rng.normal(size=k)[cluster] + rng.normal(size=len(x))
    )
    return y, group, x, cluster


def dense(fit, y, x, cluster):
    """V^-1 and derivatives as full matrices, the way the papers write them."""
    same = (cluster[:, None] == cluster[None, :]).astype(float)
    v = fit.sigma2_between * same + fit.sigma2_within * np.eye(len(y))
    return np.linalg.inv(v), [same, np.eye(len(y))]


def restricted_loglik(y, x, cluster, between, within):
    same = (cluster[:, None] == cluster[None, :]).astype(float)
    v = between * same + within * np.eye(len(y))
    inverse = np.linalg.inv(v)
    gram = x.T @ inverse @ x
    residual = y - x @ np.linalg.solve(gram, x.T @ inverse @ y)
    return -0.5 * (
        (len(y) - x.shape[1]) * np.log(2 * np.pi)
        + np.linalg.slogdet(v)[1]
        + np.linalg.slogdet(gram)[1]
        + residual @ inverse @ residual
    )


@quick
@given(cohorts())
def test_fit_maximises_the_restricted_likelihood_written_with_full_matrices(cohort):
    """The sums over cluster sizes are an identity, and the optimum found is the global one."""
    y, group, x, cluster = cohort
    design = np.column_stack([np.ones(len(y)), group, x])
    fit = fit_random_intercept(np.log(y), design, cluster)
    assume(fit.status == "ok")
    at_fit = restricted_loglik(np.log(y), design, cluster, fit.sigma2_between, fit.sigma2_within)
    assert fit.loglik == pytest.approx(at_fit, rel=1e-9, abs=1e-9)
    total = fit.sigma2_between + fit.sigma2_within
    for share in (0.0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99):
        for scale in (0.7, 1.0, 1.4):
            other = restricted_loglik(
                np.log(y), design, cluster, share * scale * total, (1 - share) * scale * total
            )
            assert other <= fit.loglik + 1e-8


@quick
@given(cohorts())
def test_kenward_roger_equals_the_formula_written_with_full_matrices(cohort):
    """Adjusted covariance and df of the 1997 paper, N x N matrices and all."""
    y, group, x, cluster = cohort
    design = np.column_stack([np.ones(len(y)), group, x])
    fit = fit_random_intercept(np.log(y), design, cluster)
    assume(fit.status == "ok")
    inverse, parts = dense(fit, y, design, cluster)
    phi = np.linalg.inv(design.T @ inverse @ design)
    half = [inverse @ part @ inverse for part in parts]
    p = [-design.T @ h @ design for h in half]
    q = [[design.T @ half[i] @ parts[j] @ inverse @ design for j in (0, 1)] for i in (0, 1)]
    projection = inverse - inverse @ design @ phi @ design.T @ inverse
    information = 0.5 * np.array(
        [[np.trace(projection @ a @ projection @ b) for b in parts] for a in parts]
    )
    w = np.linalg.inv(information)
    adjusted = (
        phi
        + 2
        * phi
        @ sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in (0, 1) for j in (0, 1))
        @ phi
    )
    contrast = np.array([0.0, 1.0, 0.0])
    theta = np.outer(contrast, contrast) / (contrast @ phi @ contrast)
    a2 = sum(
        w[i, j] * np.trace(theta @ phi @ p[i] @ phi @ theta @ phi @ p[j] @ phi)
        for i in (0, 1)
        for j in (0, 1)
    )
    test = contrast_test(fit, contrast)
    assert test.se**2 == pytest.approx(adjusted[1, 1], rel=1e-6)
    assert test.df == pytest.approx(2 / a2, rel=1e-6)


@quick
@given(st.integers(0, 1000), st.integers(2, 5), st.integers(2, 5), st.sampled_from([0.5, 1.0, 3.0]))
def test_balanced_patients_give_the_exact_t_test_on_patient_means(seed, per_arm, size, spread):
    """With equal sizes the mixed model must be the textbook analysis with K - 2 df."""
    rng = np.random.default_rng(seed)
    k = 2 * per_arm
    cluster = np.repeat(np.arange(k), size)
    group = (np.arange(k) % 2)[cluster]
    y = np.exp(spread * rng.normal(size=k)[cluster] + rng.normal(size=len(cluster)))
    mixed = geometric_mean_ratio(y, group, cluster)
    assume(mixed.status == "ok" and not mixed.extra["boundary"])
    exact = patient_mean_t(y, group, cluster, equal_variances=True)
    assert mixed.df == pytest.approx(k - 2, rel=1e-6)
    for name in ("estimate", "statistic", "p", "ci_low", "ci_high"):
        assert getattr(mixed, name) == pytest.approx(getattr(exact, name), rel=1e-6)


@quick
@given(cohorts())
def test_joint_test_of_two_groups_is_the_square_of_the_t_test(cohort):
    """F(1, df) and t(df) are one test: the joint function must agree with the single one."""
    y, group, _, cluster = cohort
    single = geometric_mean_ratio(y, group, cluster)
    joint = joint_group_test(y, np.where(group == 1, "b", "a"), cluster)
    assert single.status == joint.status
    if single.status == "ok":
        assert joint.statistic == pytest.approx(single.statistic**2, rel=1e-8)
        assert joint.df == pytest.approx(single.df, rel=1e-8)
        assert joint.p == pytest.approx(single.p, rel=1e-7)


@quick
@given(cohorts(), st.randoms(use_true_random=False))
def test_row_order_and_patient_names_do_not_matter(cohort, random):
    """A registry sorted by date must give the numbers of one sorted by patient."""
    y, group, x, cluster = cohort
    order = list(range(len(y)))
    random.shuffle(order)
    names = np.array([f"p{(7 * i + 3) % 101}" for i in range(len(y))])[cluster]
    for function in (geometric_mean_ratio, mean_difference, joint_group_test):
        one = function(y, group, cluster)
        two = function(y[order], group[order], names[order])
        assert two.p == pytest.approx(one.p, rel=1e-6, nan_ok=True)
    one, two = slope(y, x, cluster), slope(y[order], x[order], names[order])
    assert two.estimate == pytest.approx(one.estimate, rel=1e-7, nan_ok=True)


@quick
@given(cohorts(), st.floats(1e-6, 1e6))
def test_unit_of_the_outcome_does_not_touch_the_ratio(cohort, factor):
    """Minutes or seconds: the same ratio, p and ICC."""
    y, group, _, cluster = cohort
    one, two = (
        geometric_mean_ratio(y, group, cluster),
        geometric_mean_ratio(factor * y, group, cluster),
    )
    assert two.estimate == pytest.approx(one.estimate, rel=1e-6, nan_ok=True)
    assert two.p == pytest.approx(one.p, rel=1e-5, abs=1e-12, nan_ok=True)


@quick
@given(cohorts())
def test_swapping_the_groups_inverts_the_ratio(cohort):
    """Group 1 over group 0, never the other way round."""
    y, group, _, cluster = cohort
    one, two = geometric_mean_ratio(y, group, cluster), geometric_mean_ratio(y, 1 - group, cluster)
    assert two.estimate == pytest.approx(1 / one.estimate, rel=1e-7, nan_ok=True)
    assert two.ci_low == pytest.approx(1 / one.ci_high, rel=1e-6, nan_ok=True)


@quick
@given(cohorts())
def test_relabelling_three_groups_leaves_the_joint_test(cohort):
    """No level is special in the F test."""
    y, _, _, cluster = cohort
    labels = (np.arange(len(y)) * 7 + cluster) % 3
    assume(len(np.unique(labels)) == 3)
    one = joint_group_test(y, labels, cluster)
    two = joint_group_test(y, np.array(["z", "a", "m"])[labels], cluster)
    assert two.statistic == pytest.approx(one.statistic, rel=1e-6, nan_ok=True)
    assert two.df == pytest.approx(one.df, rel=1e-5, nan_ok=True)


def test_zero_variance_between_patients_falls_back_to_least_squares():
    """MixedLM warns or drifts here; this reports the boundary and the OLS coefficients."""
    cluster = np.repeat(np.arange(4), 4)
    group = np.repeat([0, 1, 0, 1], 4)
    y = np.exp(np.tile([-1.5, -0.5, 0.5, 1.5], 4) + 0.01 * np.repeat([1, 2, 2, 1], 4))
    result = geometric_mean_ratio(y, group, cluster)
    logs = np.log(y)
    assert result.status == "ok"
    assert result.extra["boundary"] == 1.0
    assert "zero" in result.note
    expected = logs[group == 1].mean() - logs[group == 0].mean()
    assert result.extra["log_estimate"] == pytest.approx(expected)


def test_one_row_per_patient_is_least_squares_with_n_minus_p_df():
    """Without repeats there is nothing to separate: the ordinary t test."""
    y = np.array([1.0, 2.0, 4.0, 3.0, 6.0, 7.0, 5.0])
    group = np.array([0, 0, 0, 0, 1, 1, 1])
    result = mean_difference(y, group, np.arange(7))
    exact = patient_mean_t(y, group, np.arange(7), log=False, equal_variances=True)
    assert result.df == 5
    assert result.p == pytest.approx(exact.p)
    joint = joint_group_test(y, group, np.arange(7), log=False)
    assert joint.p == pytest.approx(exact.p)


DEGENERATE = {
    "constant outcome": ([2.0] * 8, [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 2, 2, 3, 3, 4, 4]),
    "one patient": ([1.0, 2, 3, 4], [0, 0, 1, 1], [1, 1, 1, 1]),
    "empty arm": ([1.0, 2, 3, 4], [1, 1, 1, 1], [1, 1, 2, 2]),
    "one patient per arm": ([1.0, 2, 3, 5], [0, 0, 1, 1], [1, 1, 2, 2]),
    "constant inside patients": (
        [1.0, 1, 2, 2, 5, 5, 4, 4],
        [0, 0, 0, 0, 1, 1, 1, 1],
        [1, 1, 2, 2, 3, 3, 4, 4],
    ),
    "no rows": ([], [], []),
    "two rows": ([1.0, 2.0], [0, 1], [1, 2]),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_samples_are_declined_with_a_reason_and_no_number(name):
    """No exception, no warning, no p value out of nothing."""
    y, group, cluster = DEGENERATE[name]
    group = np.asarray(group, dtype=float)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [
            geometric_mean_ratio(y, group, cluster),
            mean_difference(y, group, cluster),
            joint_group_test(y, group, cluster),
            *[pair.inference for pair in pairwise_group_contrasts(y, group, cluster)],
        ]
        within_between_slopes(y, group, cluster)
        slope(y, group, cluster)
    for result in results:
        assert result.status != "ok"
        assert result.note
        assert np.isnan([result.estimate, result.p, result.ci_low, result.statistic]).all()


def test_values_without_a_logarithm_are_refused():
    """Zero minutes have no geometric mean; dropping them silently would bias the ratio."""
    result = geometric_mean_ratio([0.0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 1, 1], [1, 1, 2, 3, 3, 4])
    assert result.status == "refused"
    assert "positive" in result.note


def test_a_part_without_variation_leaves_the_other_slope():
    """A patient-level exposure has a between slope only."""
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(8), 4)
    exposure = (np.arange(8) % 3)[cluster]
    y = np.exp(rng.normal(size=8)[cluster] + rng.normal(size=32))
    result = within_between_slopes(y, exposure, cluster)
    assert result.within.status == "not_estimable"
    assert result.contextual.status == "not_estimable"
    assert result.between.estimate == pytest.approx(slope(y, exposure, cluster).estimate)


def test_adding_a_constant_per_patient_leaves_the_within_slope():
    """The within slope must be blind to everything that distinguishes patients."""
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(6), 5)
    exposure = rng.poisson(2, size=30).astype(float)
    y = rng.normal(size=30) + 0.3 * exposure
    one = within_between_slopes(y, exposure, cluster, log=False)
    two = within_between_slopes(y + 10.0 * cluster, exposure, cluster, log=False)
    assert two.within.estimate == pytest.approx(one.within.estimate, rel=1e-8)


def test_tests_of_small_samples_refuse_a_full_likelihood_fit():
    """Kenward-Roger is derived for REML; with ML it would be silently wrong."""
    y = np.arange(8.0) ** 1.5
    fit = fit_random_intercept(y, np.ones((8, 1)), np.repeat(np.arange(4), 2), reml=False)
    with pytest.raises(ValueError, match="REML"):
        contrast_test(fit, [1.0])
    with pytest.raises(ValueError, match="REML"):
        joint_test(fit, [[1.0]])


@pytest.mark.parametrize("function", [geometric_mean_ratio, mean_difference])
def test_missing_values_raise(function):
    """The caller drops incomplete rows once, so that every method sees the same rows."""
    with pytest.raises(ValueError, match="NaN"):
        function([1.0, np.nan, 2.0], [0, 1, 1], [1, 2, 3])


@quick
@given(cohorts())
def test_cr2_equals_the_formula_written_with_full_matrices(cohort):
    """Symmetric square roots of I - H_ii per patient, and the df from the N x N form."""
    y, group, x, cluster = cohort
    design = np.column_stack([np.ones(len(y)), group, x])
    result = ols_cr2(np.log(y), design, cluster, coefficient=1)
    assume(result.status == "ok")
    bread = np.linalg.inv(design.T @ design)
    residual_maker = np.eye(len(y)) - design @ bread @ design.T
    residual = residual_maker @ np.log(y)
    vectors = []
    for label in np.unique(cluster):
        rows = np.flatnonzero(cluster == label)
        values, axes = np.linalg.eigh(residual_maker[np.ix_(rows, rows)])
        root = axes @ np.diag(values**-0.5) @ axes.T
        vector = np.zeros(len(y))
        vector[rows] = root @ design[rows] @ bread[:, 1]
        vectors.append(vector)
    vectors = np.array(vectors)
    gram = vectors @ residual_maker @ vectors.T
    assert result.extra["se_cr2"] ** 2 == pytest.approx(np.sum((vectors @ residual) ** 2), rel=1e-6)
    assert result.df == pytest.approx(np.trace(gram) ** 2 / np.sum(gram**2), rel=1e-6)


def test_cr2_declines_when_one_patient_determines_a_coefficient():
    """Leverage one leaves no residual to learn the variance from."""
    y = np.array([1.0, 2.0, 4.0, 3.0, 6.0, 8.0])
    design = np.column_stack([np.ones(6), [0, 0, 0, 0, 1, 1]])
    assert ols_cr2(y, design, [1, 1, 2, 2, 3, 3]).status == "not_estimable"


@quick
@given(cohorts())
def test_reml_icc_equals_the_anova_icc_when_patients_are_balanced(cohort):
    """Equal sizes make both estimators one, unless the ANOVA estimate is negative."""
    y, _, _, cluster = cohort
    k = int(cluster.max()) + 1
    balanced = np.repeat(np.arange(k), 3)
    values = np.log(np.resize(y, 3 * k))
    anova, reml = icc_anova(values, balanced), icc_reml(values, balanced)
    assume(anova.status == reml.status == "ok")
    assert reml.estimate == pytest.approx(max(anova.estimate, 0.0), abs=1e-7)
    assert reml.ci_low <= reml.estimate <= reml.ci_high


def test_icc_of_a_rare_event_is_refused():
    """Five complications in 458 procedures say nothing about clustering."""
    events = np.zeros(60)
    events[[3, 20, 21, 40, 59]] = 1
    for function in (icc_anova, icc_reml):
        result = function(events, np.repeat(np.arange(12), 5))
        assert result.status == "refused"
        assert "rarer" in result.note


@pytest.mark.parametrize(
    ("y", "cluster"),
    [
        ([1.0, 2, 3], [1, 2, 3]),
        ([1.0, 1, 1, 1], [1, 1, 2, 2]),
        ([1.0, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3]),
        ([1.0, 2], [1, 1]),
        ([], []),
    ],
)
def test_icc_of_degenerate_samples_is_not_estimable(y, cluster):
    """Singletons, a constant, no spread inside patients, one patient, no rows."""
    for function in (icc_anova, icc_reml):
        assert function(y, cluster).status == "not_estimable"
