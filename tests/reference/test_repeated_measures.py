"""Change over time against R, published tables and independent implementations."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import t as student
from scipy.stats import wilcoxon

from procohort.stats.ancova import ancova, ancova_clustered, change_score, follow_up_only
from procohort.stats.arrays import encode, midranks
from procohort.stats.paired import mean_change_clustered, paired_t, sign_flip
from procohort.stats.repeated_measures import visit_changes, visit_group_differences
from procohort.stats.robust import ols_cr2
from procohort.stats.signed_rank import (
    pseudo_median,
    pseudo_median_exact,
    signed_rank,
    signed_rank_exact,
)
from procohort.stats.unstructured import fit_unstructured
from procohort.stats.unstructured_inference import unstructured_contrast
from reference_cases import DATA

# Hamilton depression factor IV before and after, the example of R's ?wilcox.test
# (Hollander and Wolfe 1973, p. 29).
DEPRESSION_BEFORE = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
DEPRESSION_AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
# Extra hours of sleep under two drugs, R's `sleep` (Student 1908).
SLEEP_1 = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_2 = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
TIED = np.array([3.0, -1.0, 1.0, 0.0, 2.0, 2.0, -2.0, 5.0, 0.0, 1.0, -3.0, 4.0])


def orthodont():
    """Distance of pituitary to fissure at four ages in 27 children (Potthoff and Roy 1964)."""
    return pd.read_csv(DATA / "orthodont.csv")


def test_exact_signed_rank_is_that_of_the_r_manual():
    """R: wilcox.test(x, y, paired = TRUE, alternative = "greater"): V = 40, p-value = 0.01953."""
    result = signed_rank_exact(DEPRESSION_BEFORE - DEPRESSION_AFTER)
    assert result.statistic == 40.0
    assert round(result.extra["p_greater"], 5) == 0.01953
    assert result.p == pytest.approx(20 / 2**9, rel=1e-14)


def test_pseudo_median_and_limits_are_those_of_the_textbook():
    """Hollander and Wolfe, examples 3.3 and 3.4: -0.46, and (-0.786, -0.010) at 96.1 %."""
    result = pseudo_median_exact(DEPRESSION_AFTER - DEPRESSION_BEFORE)
    assert round(result.estimate, 3) == -0.46
    assert (round(result.ci_low, 3), round(result.ci_high, 3)) == (-0.786, -0.01)
    assert round(result.extra["achieved_level"], 3) == 0.961


def test_ties_and_a_zero_give_the_approximation_that_r_prints():
    """R: wilcox.test(extra ~ group, sleep, paired = TRUE): V = 0, p-value = 0.009091, warnings."""
    result = signed_rank(np.round(SLEEP_1 - SLEEP_2, 1), continuity=True)
    assert result.statistic == 0.0
    assert round(result.p, 6) == 0.009091


@pytest.mark.parametrize("zeros", ["drop", "pratt"])
@pytest.mark.parametrize("continuity", [False, True])
def test_approximation_equals_scipy(zeros, continuity):
    """An independent implementation, for both treatments of zeros."""
    expected = wilcoxon(
        TIED,
        zero_method={"drop": "wilcox", "pratt": "pratt"}[zeros],
        correction=continuity,
        method="asymptotic",
    )
    assert signed_rank(TIED, zeros=zeros, continuity=continuity).p == pytest.approx(
        expected.pvalue, rel=1e-12
    )


def test_exact_signed_rank_without_ties_equals_scipy():
    """SciPy is exact only there; the same tables stand in every textbook."""
    change = np.random.default_rng(8).normal(0.4, 1.0, 31)
    assert signed_rank_exact(change).p == pytest.approx(
        wilcoxon(change, method="exact").pvalue, rel=1e-12
    )


@pytest.mark.parametrize("zeros", ["drop", "pratt"])
def test_exact_signed_rank_with_ties_and_zeros_counts_all_signs(zeros):
    """Neither R's wilcox.test nor SciPy offers it; all 2^10 signs are laid out here."""
    ranks = midranks(np.abs(TIED)) if zeros == "pratt" else None
    moved = TIED[TIED != 0.0]
    ranks = ranks[TIED != 0.0] if ranks is not None else midranks(np.abs(moved))
    sums = np.array([np.dot(ranks, signs) for signs in product([0, 1], repeat=moved.size)])
    observed = ranks[moved > 0].sum()
    middle = ranks.sum() / 2.0
    result = signed_rank_exact(TIED, zeros=zeros)
    assert result.statistic == observed
    assert result.p == pytest.approx(
        np.mean(np.abs(sums - middle) >= abs(observed - middle)), rel=1e-12
    )
    assert result.extra["p_greater"] == pytest.approx(np.mean(sums >= observed), rel=1e-12)


def test_asymptotic_limits_of_the_pseudo_median_are_order_statistics():
    """Laid out by hand: all 78 averages of 12 values, places from the normal approximation."""
    averages = np.sort([(a + b) / 2 for i, a in enumerate(TIED) for b in TIED[i:]])
    half_width = 1.959963984540054 * np.sqrt(12 * 13 * 25 / 24)
    k = int(39 - half_width)
    result = pseudo_median(TIED)
    assert result.estimate == np.median(averages)
    assert (result.ci_low, result.ci_high) == (averages[k], averages[78 - k - 1])


def test_paired_t_is_that_of_the_r_manual():
    """R: t.test(extra ~ group, sleep, paired = TRUE): t = -4.0621, df = 9, p-value = 0.002833."""
    result = paired_t(SLEEP_1 - SLEEP_2)
    assert (round(result.statistic, 4), result.df) == (-4.0621, 9.0)
    assert round(result.p, 6) == 0.002833
    assert result.estimate == pytest.approx(-1.58)
    assert (round(result.ci_low, 7), round(result.ci_high, 7)) == (-2.4598858, -0.7001142)


def clustered_changes():
    rng = np.random.default_rng(4)
    patient = np.repeat(np.arange(9), [1, 2, 3, 1, 4, 2, 1, 2, 3])
    return np.round(rng.normal(0.8, 1, 19) + rng.normal(0, 1, 9)[patient], 1), patient


def test_clustered_mean_change_equals_the_sandwich_of_statsmodels():
    """OLS of an intercept, cov_type="cluster", whose correction is K / (K - 1) here."""
    change, patient = clustered_changes()
    fit = sm.OLS(change, np.ones(19)).fit(
        cov_type="cluster", cov_kwds={"groups": patient}, use_t=True
    )
    result = mean_change_clustered(change, patient)
    assert result.extra["se"] == pytest.approx(fit.bse[0], rel=1e-12)
    assert result.p == pytest.approx(2 * student.sf(abs(fit.tvalues[0]), 8), rel=1e-10)


@pytest.mark.parametrize("statistic", ["mean", "signed_rank"])
def test_sign_flips_of_patients_count_all_signs(statistic):
    """Every one of the 2^9 sign patterns, laid out."""
    change, patient = clustered_changes()
    scores = change
    if statistic == "signed_rank":
        ranks = np.zeros(change.size)
        ranks[change != 0] = midranks(np.abs(change[change != 0]))
        scores = np.sign(change) * ranks
    sums = np.bincount(patient, weights=scores)
    flips = np.array(list(product([-1, 1], repeat=9))) @ sums
    expected = np.mean(np.abs(flips) >= abs(sums.sum()) - 1e-9)
    result = sign_flip(change, patient, seed=1, statistic=statistic)
    assert result.extra["exact"] == 1.0
    assert result.p == pytest.approx(expected, rel=1e-12)


def test_drawn_sign_flips_agree_with_the_exact_answer():
    """The same data, with enumeration switched off."""
    change, patient = clustered_changes()
    exact = sign_flip(change, patient, seed=1)
    drawn = sign_flip(change, patient, seed=1, n_permutations=20_000, max_enumerate=1)
    assert drawn.extra["exact"] == 0.0
    assert drawn.p == pytest.approx(exact.p, abs=4 * drawn.mc_error)


def with_moments(n, mean, sd, correlation, seed):
    """Two columns with exactly these means, standard deviations and correlation."""
    raw = np.random.default_rng(seed).normal(size=(n, 2))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    target = np.array([[1.0, correlation], [correlation, 1.0]])
    return mean + white @ np.linalg.cholesky(target).T * sd


def test_ancova_is_that_of_a_published_trial():
    """Vickers and Altman (BMJ 2001; 323: 1123), table: acupuncture for shoulder pain.

    Any data with the printed means, SDs and the correlation that the SD of the change implies have
    the printed differences: 17.3 (7.5 to 27.1), 10.8 (2.3 to 19.4), 12.7 (4.1 to 21.3).
    """
    arms = []
    for n, means, sds, sd_change, seed in (
        (27, (53.9, 62.3), (14.0, 17.9), 14.6, 1),
        (25, (60.4, 79.6), (12.3, 17.1), 16.1, 2),
    ):
        correlation = (sds[0] ** 2 + sds[1] ** 2 - sd_change**2) / (2 * sds[0] * sds[1])
        arms.append(with_moments(n, np.array(means), np.array(sds), correlation, seed))
    baseline, follow_up = np.vstack(arms).T
    group = np.repeat([0, 1], [27, 25])
    post = follow_up_only(follow_up, group)
    change = change_score(follow_up, baseline, group)
    adjusted = ancova(follow_up, baseline, group)
    assert (round(post.estimate, 1), round(post.ci_low, 1), round(post.ci_high, 1)) == (
        17.3,
        7.5,
        27.1,
    )
    assert round(change.estimate, 1) == 10.8
    assert (change.ci_low, change.ci_high) == pytest.approx((2.3, 19.4), abs=0.06)
    assert round(adjusted.estimate, 1) == 12.7
    assert (adjusted.ci_low, adjusted.ci_high) == pytest.approx((4.1, 21.3), abs=0.06)


def test_ancova_equals_statsmodels():
    """OLS and HC3 (use_t) of an independent implementation; CR2 is that of `ols_cr2`."""
    rng = np.random.default_rng(3)
    group = np.arange(40) % 2
    baseline = rng.normal(60, 12, 40) + 3 * group
    follow_up = 0.5 * baseline + 4 * group + rng.normal(0, 3 + 4 * group, 40)
    design = np.column_stack([np.ones(40), group, baseline])
    fit = sm.OLS(follow_up, design).fit()
    plain, robust = (ancova(follow_up, baseline, group, robust=r) for r in (False, True))
    assert plain.estimate == pytest.approx(fit.params[1], rel=1e-10)
    assert (plain.extra["se"], plain.p) == pytest.approx((fit.bse[1], fit.pvalues[1]), rel=1e-8)
    assert plain.extra["slope"] == pytest.approx(fit.params[2], rel=1e-10)
    hc3 = fit.get_robustcov_results("HC3", use_t=True)
    assert (robust.extra["se"], robust.p) == pytest.approx((hc3.bse[1], hc3.pvalues[1]), rel=1e-8)
    patient = np.arange(40) // 4
    clustered = ancova_clustered(follow_up, baseline, group, patient)
    assert clustered.p == pytest.approx(ols_cr2(follow_up, design, patient).p, rel=1e-8)


def test_unstructured_reml_is_that_of_nlme():
    """R, nlme: gls(distance ~ Sex * I(age - 11), Orthodont, corSymm(form = ~ 1 | Subject),
    weights = varIdent(form = ~ 1 | age)), table of coefficients as printed by M. Donohue, "GLS,
    MMRM, and Missing Data" (2026). Two orders of the rows differ there by 4e-7 relative.
    """
    data = orthodont()
    female = (data["sex"] == "female").to_numpy(dtype=float)
    age = data["age"].to_numpy() - 11.0
    design = np.column_stack([np.ones(108), female, age, female * age])
    fit = fit_unstructured(
        data["distance"].to_numpy(), design, encode(data["age"])[0], encode(data["subject"])[0]
    )
    basis, phi = fit.evaluation.sums.basis, fit.evaluation.phi
    expected = [24.9371232, -2.2717427, 0.8268037, -0.3504390]
    assert fit.coef == pytest.approx(expected, rel=5e-6)
    assert np.sqrt(np.diag(basis @ phi @ basis.T)) == pytest.approx(
        [0.47286660, 0.74083959, 0.08221771, 0.12881040], rel=5e-6
    )


def test_complete_visits_give_paired_t_tests():
    """Closed form: unstructured REML of a complete table has the sample covariance, K - 1 df."""
    data = orthodont()
    wide = data.pivot(index="subject", columns="age", values="distance")
    for df_method in ("kenward_roger", "satterthwaite"):
        found = visit_changes(
            data["distance"],
            data["age"],
            data["subject"],
            covariance="unstructured",
            df_method=df_method,
        )
        assert [contrast.visit for contrast in found] == ["10", "12", "14"]
        for contrast in found:
            expected = paired_t((wide[int(contrast.visit)] - wide[8]).to_numpy())
            for field in ("estimate", "ci_low", "ci_high", "df", "p"):
                assert getattr(contrast.inference, field) == pytest.approx(
                    getattr(expected, field), rel=1e-8
                )


def test_complete_visits_give_the_analysis_of_variance():
    """Closed form: the random intercept's contrast has variance 2 MSE / K and (K-1)(T-1) df."""
    data = orthodont()
    table = data.pivot(index="subject", columns="age", values="distance").to_numpy()
    rest = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    mse = (rest**2).sum() / (26 * 3)
    for contrast in visit_changes(data["distance"], data["age"], data["subject"]):
        assert contrast.inference.extra["se"] == pytest.approx(np.sqrt(2 * mse / 27), rel=1e-8)
        assert contrast.inference.df == pytest.approx(78.0, rel=1e-8)


def test_complete_groups_give_t_tests_at_each_visit():
    """Closed form: without a covariate, each visit's difference is Student's, K - 2 df."""
    data = orthodont()
    boy = (data["sex"] == "male").to_numpy()
    found = visit_group_differences(
        data["distance"], data["age"], boy, data["subject"], covariance="unstructured"
    )
    for contrast in found:
        rows = (data["age"] == int(contrast.visit)).to_numpy()
        expected = follow_up_only(data["distance"][rows], boy[rows])
        assert contrast.inference.estimate == pytest.approx(expected.estimate, rel=1e-8)
        assert contrast.inference.p == pytest.approx(expected.p, rel=1e-7)
        assert contrast.inference.df == pytest.approx(25.0, rel=1e-8)


@pytest.mark.parametrize("covariance", ["random_intercept", "unstructured"])
def test_one_visit_with_a_baseline_is_ancova(covariance):
    """Closed form: the longitudinal model of one visit is least squares."""
    wide = orthodont().pivot(index=["subject", "sex"], columns="age", values="distance")
    boy = (wide.index.get_level_values("sex") == "male").astype(int)
    (found,) = visit_group_differences(
        wide[14], np.full(27, 14), boy, np.arange(27), baseline=wide[8], covariance=covariance
    )
    expected = ancova(wide[14], wide[8], boy)
    for field in ("estimate", "ci_low", "df", "p"):
        assert getattr(found.inference, field) == pytest.approx(getattr(expected, field), rel=1e-8)


def with_gaps():
    data = orthodont()
    gone = np.random.default_rng(11).random(108) < np.where(data["age"] == 8, 0.0, 0.3)
    kept = data[~gone]
    design = np.column_stack(
        [np.ones(len(kept)), *(kept["age"].to_numpy() == age for age in (10, 12, 14))]
    ).astype(float)
    return kept, design, encode(kept["age"])[0], encode(kept["subject"])[0]


def dense_restricted_loglik(covariance, y, design, visit, patient):
    """The restricted likelihood as the papers write it, with full matrices."""
    v = np.where(patient[:, None] == patient, covariance[np.ix_(visit, visit)], 0.0)
    inverse = np.linalg.inv(v)
    gram = design.T @ inverse @ design
    residual = y - design @ np.linalg.solve(gram, design.T @ inverse @ y)
    return -0.5 * (
        np.linalg.slogdet(v)[1]
        + np.linalg.slogdet(gram)[1]
        + residual @ inverse @ residual
        + (len(y) - design.shape[1]) * np.log(2 * np.pi)
    )


def test_missing_visits_maximise_the_dense_likelihood():
    """An optimiser that knows nothing of patterns, on a Cholesky factor, finds the same top."""
    kept, design, visit, patient = with_gaps()
    y = kept["distance"].to_numpy()
    place = np.tril_indices(4)

    def deviance(factor):
        lower = np.zeros((4, 4))
        lower[place] = factor
        return -dense_restricted_loglik(lower @ lower.T, y, design, visit, patient)

    start = np.linalg.cholesky(5.0 * (0.4 * np.eye(4) + 0.6))[place]
    found = minimize(deviance, start, method="BFGS", options={"gtol": 1e-7})
    fit = fit_unstructured(y, design, visit, patient)
    assert fit.evaluation.loglik == pytest.approx(-found.fun, abs=1e-8)
    lower = np.zeros((4, 4))
    lower[place] = found.x
    assert fit.evaluation.covariance == pytest.approx(lower @ lower.T, rel=1e-4)


@pytest.mark.parametrize("df_method", ["kenward_roger", "satterthwaite"])
def test_small_sample_answers_with_missing_visits_equal_the_formulas_on_full_matrices(df_method):
    """Kenward and Roger (1997) and Satterthwaite, written out with 10 derivatives of V."""
    kept, design, visit, patient = with_gaps()
    y = kept["distance"].to_numpy()
    fit = fit_unstructured(y, design, visit, patient)
    covariance = fit.evaluation.covariance
    together = patient[:, None] == patient
    inverse = np.linalg.inv(np.where(together, covariance[np.ix_(visit, visit)], 0.0))
    phi = np.linalg.inv(design.T @ inverse @ design)
    project = inverse - inverse @ design @ phi @ design.T @ inverse
    derivatives = []
    for a, b in zip(*np.triu_indices(4), strict=True):
        unit = np.zeros((4, 4))
        unit[a, b] = unit[b, a] = 1.0
        derivatives.append(np.where(together, unit[np.ix_(visit, visit)], 0.0))
    information = np.array(
        [[np.trace(project @ g @ project @ h) / 2 for h in derivatives] for g in derivatives]
    )
    if df_method == "satterthwaite":
        py = project @ y
        information = (
            np.array([[py @ g @ project @ h @ py for h in derivatives] for g in derivatives])
            - information
        )
    spread = np.linalg.inv(information)
    left = [design.T @ inverse @ g @ inverse @ design for g in derivatives]
    used = phi
    if df_method == "kenward_roger":
        middle = sum(
            spread[i, j]
            * (design.T @ inverse @ g @ inverse @ h @ inverse @ design - left[i] @ phi @ left[j])
            for i, g in enumerate(derivatives)
            for j, h in enumerate(derivatives)
        )
        used = phi + 2 * phi @ middle @ phi
    for contrast in (np.array([0.0, 0, 0, 1]), np.array([0.0, -1, 1, 0])):
        gradient = np.array([contrast @ phi @ p @ phi @ contrast for p in left])
        df = 2 * (contrast @ phi @ contrast) ** 2 / (gradient @ spread @ gradient)
        found = unstructured_contrast(fit, contrast, df_method=df_method)
        assert found.se == pytest.approx(np.sqrt(contrast @ used @ contrast), rel=1e-8)
        assert found.df == pytest.approx(df, rel=1e-7)
