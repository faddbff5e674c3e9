"""Random-intercept models against lme4, lmerTest, pbkrtest and nlme in R 4.2.2."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

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
from reference_cases import load_case

REML = 1e-6  # what lme4's own optimiser supports
SMALL_SAMPLE = 1e-4  # lmerTest and pbkrtest differentiate numerically


def design(*columns):
    return np.column_stack([np.ones(len(columns[0])), *columns]).astype(float)


def indicators(values):
    levels = np.unique(values)[1:]
    return design(*[np.asarray(values) == level for level in levels])


def assert_same_fit(fit, expected, rtol=REML):
    assert fit.status == "ok"
    np.testing.assert_allclose(fit.coef, _values(expected["fixef"]), rtol)
    np.testing.assert_allclose(fit.standard_errors, _values(expected["se"]), rtol)
    np.testing.assert_allclose(fit.loglik, expected["loglik"], rtol=1e-9)
    for name in ("sigma2_between", "sigma2_within", "icc"):
        if name in expected:
            np.testing.assert_allclose(getattr(fit, name), expected[name], rtol)


def _values(named):
    return list(named.values()) if isinstance(named, dict) else [named]


def models():
    bili, between = load_case("pbcseq44_ranksum_between")
    frame, within = load_case("pbcseq44_within_spiders")
    spiders = frame.dropna(subset=["spiders"])
    share = spiders.groupby("id")["spiders"].transform("mean")
    protime, multi = load_case("pbcseq44_multigroup_protime")
    sleep, sleep_entries = load_case("sleepstudy_lmm")
    epil, epil_entries = load_case("epil_between")
    g = (epil["trt"] == "progabide").astype(float)
    _, icc = load_case("pbcseq44_icc")
    ones = np.ones((len(bili), 1))
    return {
        "between": (np.log(bili.bili), design(bili.trt), bili.id, between["lmm_gmr"]),
        "within": (np.log(spiders.protime), design(spiders.spiders), spiders.id, within["lmm"]),
        "mundlak": (
            np.log(spiders.protime),
            design(spiders.spiders - share, share),
            spiders.id,
            within["mundlak"],
        ),
        "three groups": (
            np.log(protime.protime),
            indicators(protime.edema),
            protime.id,
            multi["lmm"],
        ),
        "sleepstudy": (
            np.log(sleep.Reaction),
            design(sleep.Days),
            sleep.Subject,
            sleep_entries["reml"],
        ),
        "epil": (np.log1p(epil.y), design(g), epil.subject, epil_entries["lmm_log1p"]),
        "intercept only": (np.log(bili.bili), ones, bili.id, icc["logbili/reml"]),
    }


@pytest.mark.parametrize("name", list(models()))
def test_reml_fit_equals_lme4(name):
    """Coefficients, standard errors, variances and likelihood of lmer with tight tolerances."""
    y, x, cluster, entry = models()[name]
    assert_same_fit(fit_random_intercept(y, x, cluster), entry["result"])


def test_ml_fit_equals_lme4():
    """Likelihood-ratio tests of fixed effects need the full likelihood, not the restricted one."""
    frame, entries = load_case("sleepstudy_lmm")
    fit = fit_random_intercept(
        np.log(frame.Reaction), design(frame.Days), frame.Subject, reml=False
    )
    assert_same_fit(fit, entries["ml"]["result"])


def test_reml_fit_equals_nlme():
    """A second R implementation with another optimiser agrees."""
    frame, entries = load_case("sleepstudy_lmm")
    fit = fit_random_intercept(np.log(frame.Reaction), design(frame.Days), frame.Subject)
    expected = entries["nlme"]["result"]
    np.testing.assert_allclose(np.sqrt(fit.sigma2_within), expected["sigma_within"], rtol=1e-5)
    np.testing.assert_allclose(np.sqrt(fit.sigma2_between), expected["sd_between"], rtol=1e-5)
    np.testing.assert_allclose(fit.loglik, expected["loglik"], rtol=1e-9)


def test_likelihood_ratio_of_the_group_equals_lme4():
    """Two ML fits give the chi-square of anova(model, null)."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    y = np.log(frame.bili)
    full = fit_random_intercept(y, design(frame.trt), frame.id, reml=False)
    null = fit_random_intercept(y, np.ones((len(y), 1)), frame.id, reml=False)
    np.testing.assert_allclose(
        2 * (full.loglik - null.loglik), entries["lmm_lrt"]["result"]["chisq"], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("case", "entry", "name"),
    [("pbcseq44_ranksum_between", "lmm_profile", "trt"), ("sleepstudy_lmm", "profile", "Days")],
)
def test_profile_of_the_ml_likelihood_equals_lme4(case, entry, name):
    """The likelihood is right away from its maximum too, not only at it."""
    frame, entries = load_case(case)
    y, x, cluster = {
        "trt": lambda: (np.log(frame.bili), frame.trt, frame.id),
        "Days": lambda: (np.log(frame.Reaction), frame.Days, frame.Subject),
    }[name]()
    full = fit_random_intercept(y, design(x), cluster, reml=False)

    def excess(value):
        held = fit_random_intercept(y - value * x, np.ones((len(y), 1)), cluster, reml=False)
        return 2 * (full.loglik - held.loglik) - 3.841458820694124

    best, se = full.coef[1], full.standard_errors[1]
    limits = [brentq(excess, best - 4 * se, best), brentq(excess, best, best + 4 * se)]
    np.testing.assert_allclose(limits, entries[entry]["result"][name], rtol=1e-3)


@pytest.mark.parametrize("df_method", ["kenward_roger", "satterthwaite"])
@pytest.mark.parametrize(
    ("model", "case", "entry"),
    [
        ("between", "pbcseq44_ranksum_between", "lmm_df"),
        ("within", "pbcseq44_within_spiders", "lmm_df"),
        ("sleepstudy", "sleepstudy_lmm", "df"),
    ],
)
def test_small_sample_t_equals_pbkrtest_and_lmertest(model, case, entry, df_method):
    """The z test of statsmodels MixedLM has no degrees of freedom; these do."""
    y, x, cluster, _ = models()[model]
    test = contrast_test(fit_random_intercept(y, x, cluster), [0, 1], df_method=df_method)
    expected = load_case(case)[1][entry]["result"][df_method]
    for ours, theirs in (("se", "se"), ("df", "df"), ("statistic", "t"), ("p", "p")):
        np.testing.assert_allclose(getattr(test, ours), expected[theirs], rtol=SMALL_SAMPLE)


@pytest.mark.parametrize(
    ("case", "outcome", "labels", "cluster"),
    [
        ("pbcseq44_multigroup_protime", "protime", "edema", "id"),
        ("bodyweight_permutation", "weight", "diet", "rat"),
    ],
)
def test_joint_f_equals_pbkrtest(case, outcome, labels, cluster):
    """Three groups at once: scaled F and denominator df of Kenward and Roger."""
    frame, entries = load_case(case)
    result = joint_group_test(frame[outcome], frame[labels], frame[cluster])
    expected = entries["lmm_F"]["result"]
    assert result.extra["df1"] == 2
    np.testing.assert_allclose(result.statistic, expected["F_kr"], rtol=SMALL_SAMPLE)
    np.testing.assert_allclose(result.df, expected["df2_kr"], rtol=SMALL_SAMPLE)
    np.testing.assert_allclose(result.p, expected["p_kr"], rtol=SMALL_SAMPLE)


@pytest.mark.parametrize(
    ("case", "outcome", "labels", "cluster"),
    [
        ("pbcseq44_multigroup_protime", "protime", "edema", "id"),
        ("bodyweight_permutation", "weight", "diet", "rat"),
    ],
)
def test_joint_satterthwaite_f_equals_lmertest(case, outcome, labels, cluster):
    """The df depend on the basis of the hypothesis; lmerTest takes the Doolittle rows of X'X."""
    frame, entries = load_case(case)
    x = indicators(frame[labels])
    fit = fit_random_intercept(np.log(frame[outcome]), x, frame[cluster])
    counts = x.sum(axis=0)
    basis = [[0, 1, -counts[2] / (counts[0] - counts[1])], [0, 0, 1]]
    test = joint_test(fit, basis, df_method="satterthwaite")
    expected = entries["lmm_F"]["result"]
    np.testing.assert_allclose(test.statistic, expected["F_satt"], rtol=SMALL_SAMPLE)
    np.testing.assert_allclose(test.df2, expected["df2_satt"], rtol=SMALL_SAMPLE)
    np.testing.assert_allclose(test.p, expected["p_satt"], rtol=SMALL_SAMPLE)


def test_ratio_of_geometric_means_carries_the_whole_inference():
    """What a table prints: ratio, t limits, p, ICC and the design effect of unequal clusters."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    result = geometric_mean_ratio(frame.bili, frame.trt, frame.id)
    fit, kr = entries["lmm_gmr"]["result"], entries["lmm_df"]["result"]["kenward_roger"]
    np.testing.assert_allclose(result.estimate, fit["gmr"], rtol=REML)
    np.testing.assert_allclose(result.p, kr["p"], rtol=SMALL_SAMPLE)
    np.testing.assert_allclose(result.extra["log_se"], kr["se"], rtol=SMALL_SAMPLE)
    np.testing.assert_allclose(result.extra["icc"], fit["icc"], rtol=REML)
    assert result.ci_low < fit["gmr_ci_z"][0] < fit["gmr_ci_z"][1] < result.ci_high
    assert (result.n, result.n_clusters) == (450, 44)
    assert result.n_effective == pytest.approx(450 / result.design_effect)


def test_satterthwaite_option_reaches_the_ratio():
    """The configured df method decides p."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    result = geometric_mean_ratio(frame.bili, frame.trt, frame.id, df_method="satterthwaite")
    expected = entries["lmm_df"]["result"]["satterthwaite"]
    np.testing.assert_allclose(result.p, expected["p"], rtol=SMALL_SAMPLE)


def test_within_and_between_slopes_equal_mundlak_model():
    """Failed against successful inside patients is not the difference between patients."""
    frame, entries = load_case("pbcseq44_within_spiders")
    frame = frame.dropna(subset=["spiders"])
    result = within_between_slopes(frame.protime, frame.spiders, frame.id)
    expected = entries["mundlak"]["result"]["fixef"]
    np.testing.assert_allclose(np.log(result.within.estimate), expected["aw"], rtol=REML)
    np.testing.assert_allclose(np.log(result.between.estimate), expected["ab"], rtol=REML)
    np.testing.assert_allclose(
        np.log(result.contextual.estimate), expected["ab"] - expected["aw"], rtol=REML
    )


def test_slope_is_the_factor_per_unit():
    """exp(slope) of log reaction time per day of sleep deprivation."""
    frame, entries = load_case("sleepstudy_lmm")
    result = slope(frame.Reaction, frame.Days, frame.Subject)
    np.testing.assert_allclose(
        np.log(result.estimate), entries["reml"]["result"]["fixef"]["Days"], rtol=REML
    )


def test_pairwise_contrasts_come_from_the_joint_model():
    """Pairs share the model's variances; the third pair is the difference of the other two."""
    frame, entries = load_case("pbcseq44_multigroup_protime")
    pairs = pairwise_group_contrasts(frame.protime, frame.edema, frame.id)
    _, half, full = entries["lmm"]["result"]["fixef"].values()
    logs = [np.log(pair.inference.estimate) for pair in pairs]
    np.testing.assert_allclose(logs, [half, full, full - half], rtol=REML)
    assert [(pair.level, pair.reference) for pair in pairs] == [
        ("0.5", "0.0"),
        ("1.0", "0.0"),
        ("1.0", "0.5"),
    ]
    raw = np.array([pair.inference.p for pair in pairs])
    held = np.array([pair.p_holm for pair in pairs])
    assert (held >= raw).all()
    assert held.min() == pytest.approx(3 * raw.min())


def test_mean_difference_has_no_logarithm():
    """The identity scale equals the log scale of the exponentiated outcome."""
    frame, _ = load_case("pbcseq44_ranksum_between")
    plain = mean_difference(np.log(frame.bili), frame.trt, frame.id)
    ratio = geometric_mean_ratio(frame.bili, frame.trt, frame.id)
    np.testing.assert_allclose(np.exp(plain.estimate), ratio.estimate, rtol=1e-12)
    np.testing.assert_allclose(plain.p, ratio.p, rtol=1e-9)


@pytest.mark.parametrize(("equal", "name"), [(False, "welch"), (True, "pooled")])
def test_two_stage_t_test_equals_r(equal, name):
    """t.test on patient means of the logarithm, Welch and pooled."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    result = patient_mean_t(frame.bili, frame.trt, frame.id, equal_variances=equal)
    expected = entries["cluster_mean_t"]["result"][name]
    np.testing.assert_allclose(result.statistic, expected["statistic"], rtol=1e-10)
    np.testing.assert_allclose(result.df, expected["parameter"], rtol=1e-10)
    np.testing.assert_allclose(result.p, expected["p_value"], rtol=1e-10)
    np.testing.assert_allclose(
        np.log([result.ci_low, result.ci_high]), expected["conf_int"], rtol=1e-10
    )
