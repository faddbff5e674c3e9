"""Firth, GEE, Rao-Scott, stratified and random-intercept logits against R 4.2.2."""

from __future__ import annotations

import numpy as np
import pytest

from procohort.stats.firth import firth_logistic, firth_odds_ratio
from procohort.stats.gee import gee, gee_odds_ratio
from procohort.stats.glmm import glmm_odds_ratio, random_intercept_logit
from procohort.stats.rao_scott import rao_scott
from procohort.stats.stratified import (
    conditional_logistic,
    exact_stratified_odds_ratio,
    mantel_haenszel,
)
from reference_cases import load_case

BACTERIA, BACTERIA_ENTRIES = load_case("bacteria_binary")
SANDWICHES = {
    "LZ": "liang_zeger",
    "KC": "kauermann_carroll",
    "MD": "mancl_derouen",
    "FG": "fay_graubard",
}


def _design(*columns):
    return np.column_stack([np.ones(len(columns[0])), *columns]).astype(float)


def _firth_case(name):
    if name == "bacteria":
        design = _design(BACTERIA["ap"], BACTERIA["week"] > 2)
        return BACTERIA["y"], design, BACTERIA_ENTRIES["firth"]
    if name == "degenerate":
        frame, entries = load_case("degenerate_all_in_one_arm")
        return frame["y"], _design(frame["g"]), entries["firth"]
    frame, entries = load_case("endometrial_separation")
    if name == "endometrial":
        return frame["HG"], _design(frame["NV"], frame["PI"], frame["EH"]), entries["firth"]
    return frame["HG"], _design(frame["NV"]), entries["firth_univ"]


@pytest.mark.parametrize("name", ["bacteria", "degenerate", "endometrial", "endometrial_one"])
def test_firth_fit_equals_logistf(name):
    """Three of the four are separated: maximum likelihood has no answer there."""
    y, design, entry = _firth_case(name)
    fit, expected = firth_logistic(y, design), entry["result"]
    for key, shown in (
        ("coef", fit.coef),
        ("se", fit.se),
        ("ci_lo", fit.ci_low),
        ("ci_hi", fit.ci_high),
    ):
        assert shown.tolist() == pytest.approx(list(expected[key].values()), rel=1e-8), key
    assert fit.loglik == pytest.approx(expected["loglik"][0], rel=1e-10)
    # logistf prints p below about 1e-14 as a rounded difference from 1.
    assert fit.p.tolist() == pytest.approx(list(expected["p_plr"].values()), rel=1e-8, abs=1e-14)


def test_firth_information_errors_equal_brglm2():
    """Two packages print two standard errors for one estimator; both are offered by name."""
    y, design, _ = _firth_case("endometrial")
    _, entries = load_case("endometrial_separation")
    fit, expected = firth_logistic(y, design), entries["brglm2_meanAS"]["result"]["mean"]
    assert fit.coef.tolist() == pytest.approx(list(expected["coef"].values()), rel=1e-8)
    assert fit.se_information.tolist() == pytest.approx(list(expected["se"].values()), rel=1e-8)


def test_firth_odds_ratio_is_flagged_as_not_cluster_adjusted():
    """It ignores that five events came from four patients, and must not hide it."""
    frame, entries = load_case("degenerate_all_in_one_arm")
    result = firth_odds_ratio(frame["y"], frame["g"])
    expected = entries["firth"]["result"]
    assert np.log(result.estimate) == pytest.approx(expected["coef"]["g"], rel=1e-10)
    assert np.log(result.ci_high) == pytest.approx(expected["ci_hi"]["g"], rel=1e-10)
    assert result.p == pytest.approx(expected["p_plr"]["g"], rel=1e-10)
    assert "not cluster-adjusted" in result.note.lower()


def _gee_case(name, correlation):
    if name == "bacteria":
        entry = BACTERIA_ENTRIES[f"gee/smallsample_{correlation}"]
        return BACTERIA["y"], _design(BACTERIA["ap"]), BACTERIA["id"], "binomial", entry
    if name == "bacteria_week":
        entry = BACTERIA_ENTRIES["gee_week/smallsample_exchangeable"]
        design = _design(BACTERIA["ap"], BACTERIA["week"] > 2)
        return BACTERIA["y"], design, BACTERIA["id"], "binomial", entry
    if name == "epil":
        frame, entries = load_case("epil_between")
        design = _design(frame["trt"] == "progabide")
        entry = entries[f"gee_poisson/smallsample_{correlation}"]
        return frame["y"], design, frame["subject"], "poisson", entry
    frame, entries = load_case("pbcseq44_multigroup_protime")
    design = _design(frame["edema"] == 0.5, frame["edema"] == 1)
    entry = entries[f"gee/smallsample_{correlation}"]
    return np.log(frame["protime"]), design, frame["id"], "gaussian", entry


@pytest.mark.parametrize(
    ("name", "correlation"),
    [
        ("bacteria", "independence"),
        ("bacteria", "exchangeable"),
        ("bacteria_week", "exchangeable"),
        ("epil", "independence"),
        ("epil", "exchangeable"),
        ("pbcseq44", "independence"),
        ("pbcseq44", "exchangeable"),
    ],
)
def test_gee_with_small_sample_errors_equals_geepack_and_the_published_formulas(name, correlation):
    """statsmodels has neither Kauermann-Carroll, Fay-Graubard nor t (defect 4)."""
    y, design, cluster, family, entry = _gee_case(name, correlation)
    fit = gee(y, design, cluster, family=family, correlation=correlation)
    expected = entry["result"]
    assert fit.coef.tolist() == pytest.approx(list(expected["beta"].values()), rel=1e-10)
    assert fit.alpha == pytest.approx(expected["alpha"], rel=1e-10)
    assert fit.phi == pytest.approx(expected["phi"], rel=1e-10)
    assert fit.df == expected["df_t"]
    assert fit.se["model"].tolist() == pytest.approx(list(expected["se_model"].values()), rel=1e-10)
    for short, name_ in SANDWICHES.items():
        errors, p_values = expected[f"se_{short}"], expected[f"p_t_{short}"]
        assert fit.se[name_].tolist() == pytest.approx(list(errors.values()), rel=1e-10), short
        assert fit.p[name_].tolist() == pytest.approx(list(p_values.values()), rel=1e-9), short


def test_gee_with_subtracted_parameters_equals_the_gee_package():
    """geepack and gee estimate the correlation differently; the option names which is meant."""
    y, design, cluster, family, _ = _gee_case("epil", "exchangeable")
    _, entries = load_case("epil_between")
    fit = gee(
        y, design, cluster, family=family, correlation="exchangeable", subtract_parameters=True
    )
    expected = entries["geesmv_md"]["result"]
    assert fit.alpha == pytest.approx(expected["alpha"], rel=1e-9)
    assert fit.phi == pytest.approx(expected["scale"], rel=1e-9)
    assert fit.se["mancl_derouen"].tolist() == pytest.approx(expected["se_md"], rel=1e-9)
    assert fit.se["fay_graubard"].tolist() == pytest.approx(expected["se_fg"], rel=1e-9)
    saws = entries["saws_fg"]["result"]["d5"]["se"]
    assert fit.se["fay_graubard"].tolist() == pytest.approx(saws, rel=1e-9)


def test_gee_odds_ratio_reports_the_mancl_derouen_t_test():
    """The default must be the correction that holds its level with few patients."""
    result = gee_odds_ratio(BACTERIA["y"], BACTERIA["ap"], BACTERIA["id"])
    expected = BACTERIA_ENTRIES["gee/smallsample_exchangeable"]["result"]
    assert result.p == pytest.approx(expected["p_t_MD"]["ap"], rel=1e-9)
    assert np.log(result.estimate) == pytest.approx(expected["beta"]["ap"], rel=1e-9)
    assert (result.n, result.n_clusters, result.df) == (220, 50, 48)


@pytest.mark.parametrize(("group", "entry"), [("ap", "raoscott"), ("trt", "raoscott3")])
def test_rao_scott_equals_svychisq(group, entry):
    """The correction of a whole r x 2 table; no Python package offers it."""
    result = rao_scott(BACTERIA["y"], BACTERIA[group], BACTERIA["id"])
    expected = BACTERIA_ENTRIES[entry]["result"]["F"]
    assert result.statistic == pytest.approx(expected["statistic"], rel=1e-10)
    assert [result.extra["df1"], result.df] == pytest.approx(expected["parameter"], rel=1e-10)
    assert result.p == pytest.approx(expected["p_value"], rel=1e-10)


def test_exact_stratified_odds_ratio_equals_mantelhaen_test():
    """The within-patient comparison of a binary outcome: each patient is the own control."""
    result = exact_stratified_odds_ratio(BACTERIA["y"], BACTERIA["week"] > 2, BACTERIA["id"])
    entry = BACTERIA_ENTRIES["strat_exact_or"]
    expected = entry["result"]["exact"]
    assert result.statistic == expected["statistic"]
    assert result.p == pytest.approx(expected["p_value"], rel=1e-10)
    # The package's roots are loose to 1e-4, as its entry says.
    assert result.estimate == pytest.approx(expected["estimate"], rel=entry["rtol"])
    assert [result.ci_low, result.ci_high] == pytest.approx(
        expected["conf_int"], rel=2 * entry["rtol"]
    )
    assert result.extra["n_informative"] == entry["result"]["informative_strata"]


def test_mantel_haenszel_equals_mantelhaen_test():
    """The large-sample companion, with limits that do not need iteration."""
    result = mantel_haenszel(BACTERIA["y"], BACTERIA["week"] > 2, BACTERIA["id"])
    expected = BACTERIA_ENTRIES["strat_exact_or"]["result"]["mh"]
    assert result.estimate == pytest.approx(expected["estimate"], rel=1e-10)
    assert [result.ci_low, result.ci_high] == pytest.approx(expected["conf_int"], rel=1e-10)
    assert result.statistic == pytest.approx(expected["statistic"], rel=1e-10)
    assert result.p == pytest.approx(expected["p_value"], rel=1e-10)


def test_conditional_logistic_equals_exact_clogit():
    """It also checks the conditional maximum to full precision, which mantelhaen.test cannot."""
    result = conditional_logistic(BACTERIA["y"], BACTERIA["week"] > 2, BACTERIA["id"])
    expected = BACTERIA_ENTRIES["clogit"]["result"]
    assert result.extra["log_odds_ratio"] == pytest.approx(expected["coef"], rel=1e-10)
    assert result.extra["se"] == pytest.approx(expected["se"], rel=1e-10)
    assert result.p == pytest.approx(expected["p_lrt"], rel=1e-9)
    assert result.extra["p_score"] == pytest.approx(expected["p_score"], rel=1e-9)
    shown = [result.extra["loglik_null"], result.extra["loglik"]]
    assert shown == pytest.approx(expected["loglik"], rel=1e-10)


def test_random_intercept_logit_equals_glmer_with_25_points():
    """No frequentist version exists in Python; 25 points are exact for this purpose."""
    fit = random_intercept_logit(BACTERIA["y"], _design(BACTERIA["ap"]), BACTERIA["id"])
    expected = BACTERIA_ENTRIES["glmer_agq25"]["result"]
    assert fit.coef.tolist() == pytest.approx(list(expected["coef"].values()), rel=1e-6)
    assert fit.se.tolist() == pytest.approx(list(expected["se"].values()), rel=1e-4)
    assert fit.sd_intercept == pytest.approx(expected["sd_intercept"], rel=1e-6)
    assert fit.minus_two_loglik == pytest.approx(expected["m2ll"], rel=1e-10)
    result = glmm_odds_ratio(BACTERIA["y"], BACTERIA["ap"], BACTERIA["id"])
    assert np.log(result.estimate) == pytest.approx(expected["coef"]["ap"], rel=1e-6)
