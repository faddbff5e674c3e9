"""ICC, design effect and CR2 against R 4.2.2 (ICC, lme4, clubSandwich)."""

from __future__ import annotations

import numpy as np
import pytest

from procohort.stats.icc import design_effect, icc_anova, icc_reml
from procohort.stats.robust import ols_cr2
from reference_cases import load_case

CLOSED_FORM = 1e-9


def iccs():
    bili, entries = load_case("pbcseq44_icc")
    sleep, sleep_entries = load_case("sleepstudy_lmm")
    epil, epil_entries = load_case("epil_between")
    bacteria, bacteria_entries = load_case("bacteria_binary")
    return {
        "bilirubin": (np.log(bili.bili), bili.id, entries["logbili/anova"]),
        "sleep": (np.log(sleep.Reaction), sleep.Subject, sleep_entries["icc"]),
        "seizures": (np.log1p(epil.y), epil.subject, epil_entries["icc_log1p"]),
        "binary": (bacteria.y, bacteria.id, bacteria_entries["icc_binary"]),
    }


@pytest.mark.parametrize("name", list(iccs()))
def test_anova_icc_with_searle_limits_equals_r(name):
    """ICC, its limits, and the design effect for unequal patients, not for the mean size."""
    y, cluster, entry = iccs()[name]
    result, expected = icc_anova(y, cluster), entry["result"]
    np.testing.assert_allclose(result.estimate, expected["icc"], rtol=CLOSED_FORM)
    np.testing.assert_allclose([result.ci_low, result.ci_high], expected["ci_searle"], rtol=1e-8)
    np.testing.assert_allclose(result.statistic, expected["F"], rtol=CLOSED_FORM)
    for key, name_in_r in (
        ("msb", "MSB"),
        ("msw", "MSW"),
        ("n0", "n0"),
        ("mean_size", "mean_size"),
    ):
        np.testing.assert_allclose(result.extra[key], expected[name_in_r], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.design_effect, expected["deff_unequal"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.n_effective, expected["n_eff"], rtol=CLOSED_FORM)


def test_anova_icc_equals_the_icc_package():
    """A second implementation in R, with its own limits."""
    frame, entries = load_case("pbcseq44_icc")
    result = icc_anova(np.log(frame.bili), frame.id)
    expected = entries["logbili/icc_pkg"]["result"]
    np.testing.assert_allclose(
        [result.estimate, result.ci_low, result.ci_high, result.extra["n0"]],
        [expected["icc"], expected["lo"], expected["hi"], expected["k"]],
        rtol=1e-8,
    )


def test_reml_icc_equals_lme4():
    """The ICC beside every mixed model."""
    frame, entries = load_case("pbcseq44_icc")
    result = icc_reml(np.log(frame.bili), frame.id)
    expected = entries["logbili/reml"]["result"]
    np.testing.assert_allclose(result.estimate, expected["icc"], rtol=1e-6)
    np.testing.assert_allclose(result.extra["loglik"], expected["loglik"], rtol=1e-9)
    assert result.ci_low < result.estimate < result.ci_high


def test_design_effect_uses_the_size_weighted_mean_size():
    """pbcseq44: 7.4, where the mean size would give 6.8."""
    frame, entries = load_case("pbcseq44_icc")
    expected = entries["logbili/anova"]["result"]
    effect = design_effect(frame.groupby("id").size(), expected["icc"])
    assert effect == pytest.approx(expected["deff_unequal"], rel=1e-10)
    assert effect > expected["deff_kish"] + 0.5


@pytest.mark.parametrize(("coefficient", "name"), [(0, "(Intercept)"), (1, "trt")])
def test_cluster_robust_errors_equal_clubsandwich(coefficient, name):
    """CR0 to CR3, and the Satterthwaite df and p of CR2."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    x = np.column_stack([np.ones(len(frame)), frame.trt])
    result = ols_cr2(np.log(frame.bili), x, frame.id, coefficient=coefficient)
    expected = entries["ols_cr2"]["result"]
    np.testing.assert_allclose(result.estimate, expected["coef"][name], rtol=CLOSED_FORM)
    for kind in ("CR0", "CR1", "CR1S", "CR2", "CR3"):
        ours = result.extra[f"se_{kind.lower()}"]
        np.testing.assert_allclose(ours, expected[f"se_{kind}"][name], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.df, expected["cr2_df"][name], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.p, expected["cr2_p"][name], rtol=1e-8)
