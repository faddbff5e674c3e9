"""Further tests and contrasts of a 2 x 2 table against R 4.2.2."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import beta, binom, hypergeom

from procohort.stats.boschloo import boschloo
from procohort.stats.chi_square_variants import chi_square_n_minus_1, chi_square_yates
from procohort.stats.fisher_limits import fisher_exact_blaker, fisher_exact_minlike
from procohort.stats.proportions import count_2x2, fisher_exact_2x2
from procohort.stats.ratio_scores import odds_ratio_score, odds_ratio_woolf, risk_ratio_score
from procohort.stats.risk_difference_adjusted import (
    bayes_risk_difference,
    mover_jeffreys,
    skewness_corrected_score,
)
from reference_cases import load_case

FRAME, ENTRIES = load_case("tables_2x2")
CLOSED_FORM = 1e-10
# exact2x2 prints its limits to four decimals.
PRINTED = 6e-5


def table(name):
    a, b, c, d = (int(v) for v in FRAME.set_index("table").loc[name, ["a", "b", "c", "d"]])
    return a, a + b, c, c + d


def names(entry):
    ids = (key.split("/") for key in ENTRIES if ENTRIES[key]["use"] == "expected")
    return [name for name, kind in ids if kind == entry]


def expected(name, entry):
    return ENTRIES[f"{name}/{entry}"]["result"]


def three(result):
    return [result.ci_low, result.estimate, result.ci_high]


@pytest.mark.parametrize("name", names("fisher_tails"))
def test_one_sided_p_of_fishers_test_equals_r(name):
    """R: fisher.test(alternative = "less" / "greater")."""
    extra = fisher_exact_minlike(*table(name)).extra
    result = expected(name, "fisher_tails")
    assert extra["p_less"] == pytest.approx(result["less"], rel=1e-9)
    assert extra["p_greater"] == pytest.approx(result["greater"], rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "method"),
    [("minlike", fisher_exact_minlike), ("blaker", fisher_exact_blaker)],
)
@pytest.mark.parametrize("name", names("exact2x2_minlike"))
def test_two_sided_limits_and_p_equal_exact2x2(name, kind, method):
    """R: exact2x2(tsmethod =): limits that cannot contradict the p beside them."""
    result, reference = method(*table(name)), expected(name, f"exact2x2_{kind}")
    assert result.p == pytest.approx(reference["p_value"], rel=1e-9)
    assert [result.ci_low, result.ci_high] == pytest.approx(reference["conf_int"], abs=PRINTED)
    assert result.estimate == pytest.approx(reference["estimate"], rel=1e-4)


@pytest.mark.parametrize("name", FRAME["table"])
def test_blaker_limits_lie_inside_the_central_ones(name):
    """Blaker (2000) proves it: never longer than Cornfield's."""
    central, inside = fisher_exact_2x2(*table(name)), fisher_exact_blaker(*table(name))
    assert central.ci_low <= inside.ci_low * (1 + 1e-9)
    assert central.ci_high >= inside.ci_high * (1 - 1e-9)


@pytest.mark.parametrize("method", [fisher_exact_minlike, fisher_exact_blaker])
@pytest.mark.parametrize("name", FRAME["table"])
def test_limits_exclude_one_exactly_when_p_is_below_alpha(name, method):
    """The reason these limits exist; Cornfield's can break it."""
    for level in (0.8, 0.9, 0.95, 0.99):
        result = method(*table(name), ci_level=level)
        if abs(result.p - (1 - level)) > 1e-6:
            kept = result.ci_low < 1.0 + 1e-9 and result.ci_high > 1.0 - 1e-9
            assert kept == (result.p > 1 - level), level


@pytest.mark.parametrize("name", names("chisq"))
def test_corrected_chi_squares_equal_r(name):
    """R: chisq.test(correct = TRUE), and the statistic times (N - 1) / N."""
    reference = expected(name, "chisq")
    yates, campbell = chi_square_yates(*table(name)), chi_square_n_minus_1(*table(name))
    assert yates.statistic == pytest.approx(reference["chi2_yates"], rel=CLOSED_FORM)
    assert yates.p == pytest.approx(reference["p_yates"], rel=CLOSED_FORM)
    assert campbell.statistic == pytest.approx(reference["chi2_Nm1"], rel=CLOSED_FORM)
    assert campbell.p == pytest.approx(reference["p_Nm1"], rel=CLOSED_FORM)
    assert campbell.extra["min_expected"] == pytest.approx(reference["min_expected"])


@pytest.mark.parametrize("name", names("boschloo"))
def test_boschloo_equals_the_exact_package(name):
    """R: Exact::exact.test(method = "boschloo"); SciPy's differs by up to 0.9 of the p."""
    assert boschloo(*table(name)).p == pytest.approx(
        expected(name, "boschloo")["p_value"], rel=1e-6
    )


def test_boschloo_p_is_the_largest_rejection_probability():
    """The definition, by listing all 9 x 8 tables and a fine grid of the common risk."""
    n1, n0 = 8, 7
    observed = boschloo(6, n1, 1, n0)

    def fisher_p(a, c):
        probability = hypergeom.pmf(np.arange(n1 + 1), n1 + n0, n1, a + c)
        return probability[probability <= probability[a] * (1 + 1e-7)].sum()

    rejected = [
        (a, c)
        for a in range(n1 + 1)
        for c in range(n0 + 1)
        if fisher_p(a, c) <= fisher_p(6, 1) * (1 + 1e-7)
    ]
    risks = np.linspace(0, 1, 20001)
    total = sum(binom.pmf(a, n1, risks) * binom.pmf(c, n0, risks) for a, c in rejected)
    assert observed.p == pytest.approx(total.max(), rel=1e-7)
    assert observed.p < observed.statistic


@pytest.mark.parametrize("name", names("rr_score"))
def test_risk_ratio_score_limits_equal_ratesci(name):
    """R: ratesci::scoreci(contrast = "RR", skew = FALSE, bcf = TRUE)."""
    reference = expected(name, "rr_score")
    shown = three(risk_ratio_score(*table(name)))
    assert shown == pytest.approx([reference[k] for k in ("lo", "est", "hi")], rel=1e-7)


@pytest.mark.parametrize("name", names("or_score"))
def test_odds_ratio_score_limits_equal_ratesci(name):
    """R: ratesci::scoreci(contrast = "OR"), which corrects the bias of the score."""
    reference = expected(name, "or_score")
    shown = three(odds_ratio_score(*table(name)))
    assert shown == pytest.approx([reference[k] for k in ("lo", "est", "hi")], rel=1e-7)


def test_uncorrected_odds_ratio_score_estimates_the_sample_odds_ratio():
    """Without the correction the score is 0 at the cross product, as Miettinen & Nurminen say."""
    result = odds_ratio_score(15, 25, 7, 29, corrected=False)
    assert result.estimate == pytest.approx(15 * 22 / (10 * 7), rel=1e-12)


def test_score_tests_of_all_contrasts_are_one_test():
    """No difference, a risk ratio of 1 and an odds ratio of 1 are the same hypothesis."""
    p_values = [method(15, 25, 7, 29).p for method in (risk_ratio_score, odds_ratio_score)]
    assert p_values == pytest.approx([chi_square_n_minus_1(15, 25, 7, 29).p] * 2, rel=1e-10)


@pytest.mark.parametrize("name", names("or_woolf_haldane"))
def test_woolf_and_haldane_anscombe_limits_equal_their_formulas_in_r(name):
    """An empty cell has no Woolf limits (R: NaN): the function refuses instead."""
    reference = expected(name, "or_woolf_haldane")
    plain, halves = odds_ratio_woolf(*table(name)), odds_ratio_woolf(*table(name), add_half=True)
    assert halves.estimate == pytest.approx(reference["or_haldane"], rel=CLOSED_FORM)
    assert [halves.ci_low, halves.ci_high] == pytest.approx(
        reference["haldane_ci"], rel=CLOSED_FORM
    )
    if math.isinf(reference["or"]):
        assert plain.status == "refused"
    else:
        assert plain.estimate == pytest.approx(reference["or"], rel=CLOSED_FORM)
        assert [plain.ci_low, plain.ci_high] == pytest.approx(reference["woolf"], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", names("rd_scas"))
def test_skewness_corrected_limits_equal_ratesci(name):
    """R: ratesci::scoreci(contrast = "RD", skew = TRUE, bcf = TRUE)."""
    reference = expected(name, "rd_scas")
    shown = three(skewness_corrected_score(*table(name)))
    assert shown == pytest.approx([reference[k] for k in ("lo", "est", "hi")], rel=1e-7)


@pytest.mark.parametrize("name", names("rd_mover_jeff"))
def test_mover_jeffreys_limits_equal_ratesci(name):
    """R: ratesci::moverci(contrast = "RD", type = "jeff")."""
    reference = expected(name, "rd_mover_jeff")
    shown = three(mover_jeffreys(*table(name)))
    assert shown == pytest.approx([reference[k] for k in ("lo", "est", "hi")], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", names("bayes_jeffreys"))
def test_posterior_of_the_risk_difference_equals_numerical_integration_in_r(name):
    """Independent Beta(1/2, 1/2) priors; the reference integrates to 1e-8."""
    reference, result = expected(name, "bayes_jeffreys"), bayes_risk_difference(*table(name))
    assert three(result) == pytest.approx(reference["rd_quantiles_2.5_50_97.5"], rel=1e-7)
    assert result.extra["prob_greater"] == pytest.approx(reference["prob_p1_gt_p0"], rel=1e-9)
    assert result.extra["mean"] == pytest.approx(reference["rd_mean"], rel=CLOSED_FORM)


def test_posterior_quantiles_are_those_of_drawn_proportions():
    """A million draws of both proportions, from SciPy's Beta distribution."""
    rng = np.random.default_rng(1)
    draws = beta.rvs(5.5, 175.5, size=1_000_000, random_state=rng)
    draws -= beta.rvs(0.5, 278.5, size=1_000_000, random_state=rng)
    shown = three(bayes_risk_difference(5, 180, 0, 278))
    assert shown == pytest.approx(np.quantile(draws, [0.025, 0.5, 0.975]), abs=2e-4)


def test_counting_the_rows_of_the_separated_arm_gives_the_table_of_r():
    """R: table(d$g, d$y): the degenerate case is what its name says."""
    frame, entries = load_case("degenerate_all_in_one_arm")
    counted = entries["table"]["result"]
    events1, n1, events0, n0 = count_2x2(frame["y"], frame["g"])
    assert [n0 - events0, events0, n1 - events1, events1] == counted["tab"]
    per_patient = frame.groupby("id")[["y", "g"]].max()
    assert int(per_patient["y"].sum()) == counted["patients_with_event"]
    assert [int((per_patient["g"] == g).sum()) for g in (0, 1)] == counted["clusters_by_arm"]
