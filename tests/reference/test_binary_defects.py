"""One test per known defect of other libraries that a binary outcome could meet here."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from procohort.stats.firth import firth_logistic, firth_odds_ratio
from procohort.stats.gee import gee, gee_odds_ratio
from procohort.stats.glmm import glmm_odds_ratio, random_intercept_logit
from procohort.stats.proportions import (
    chi_square,
    clopper_pearson,
    fisher_exact_2x2,
    fisher_exact_table,
    korn_graubard,
)
from procohort.stats.rao_scott import rao_scott
from procohort.stats.risk_difference import miettinen_nurminen
from procohort.stats.stratified import (
    conditional_logistic,
    exact_stratified_odds_ratio,
    mantel_haenszel,
)
from reference_cases import load_case

SEPARATED, _ = load_case("degenerate_all_in_one_arm")
BACTERIA, _ = load_case("bacteria_binary")
ALL_TABLES = [
    (5, 180, 0, 278),
    (3, 180, 2, 278),
    (0, 12, 4, 12),
    (12, 12, 5, 14),
    (0, 20, 25, 398),
    (0, 7, 0, 9),
    (7, 7, 0, 9),
    (0, 7, 9, 9),
]


@pytest.mark.parametrize("table", ALL_TABLES)
def test_score_limits_exist_for_tables_with_empty_cells(table):
    """Defect 1: statsmodels' score interval raises on four of nine such tables."""
    result = miettinen_nurminen(*table)
    assert -1 <= result.ci_low <= result.estimate <= result.ci_high <= 1
    assert result.ci_low < result.ci_high


@pytest.mark.parametrize(
    "estimate",
    [
        gee_odds_ratio,
        glmm_odds_ratio,
        rao_scott,
    ],
)
def test_models_refuse_separated_groups(estimate):
    """Defect 2: statsmodels reports convergence and p = 0.0 for these rows."""
    result = estimate(SEPARATED["y"], SEPARATED["g"], SEPARATED["id"])
    assert result.status == "refused"
    assert result.note.endswith(".")
    assert math.isnan(result.p)
    assert (result.n, result.n_clusters) == (458, 44)


def test_models_refuse_few_events_under_either_coding():
    """Defect 2: 449 successes of 458 are as few events as 9 failures of 458."""
    rng = np.random.default_rng(3)
    y = np.zeros(458)
    y[rng.choice(458, 9, replace=False)] = 1
    for coding in (y, 1 - y):
        result = gee_odds_ratio(coding, SEPARATED["g"], SEPARATED["id"])
        assert result.status == "refused"


@pytest.mark.parametrize("correlation", ["independence", "exchangeable"])
def test_direct_fits_of_separated_rows_are_not_estimable_and_silent(correlation):
    """Defect 2: a caller that skips the rule still gets no number, and no warning."""
    design = np.column_stack([np.ones(458), SEPARATED["g"]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = gee(SEPARATED["y"], design, SEPARATED["id"], correlation=correlation)
        mixed = random_intercept_logit(SEPARATED["y"], design, SEPARATED["id"])
    assert fit.status == mixed.status == "not_estimable"
    assert fit.coef.size == mixed.coef.size == 0


def test_missing_values_raise_instead_of_vanishing():
    """Defect 5: GEE elsewhere drops rows without a patient id silently."""
    ids = BACTERIA["id"].astype(float).to_numpy(copy=True)
    ids[3] = np.nan
    y = BACTERIA["y"].astype(float).to_numpy(copy=True)
    with pytest.raises(ValueError, match="missing"):
        korn_graubard(y, ids)
    y[0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        gee_odds_ratio(y, BACTERIA["ap"], BACTERIA["id"])


def test_exact_table_p_never_changes_between_calls():
    """Defect 7: SciPy draws r x c tables at random, without a seed."""
    table = [[0, 290], [1, 120], [4, 43]]
    assert len({fisher_exact_table(table).p for _ in range(3)}) == 1


def test_fisher_reports_the_conditional_odds_ratio_not_the_sample_one():
    """Defect 7: SciPy's statistic is the cross product, which R does not print."""
    result = fisher_exact_2x2(3, 4, 1, 4)
    assert result.extra["odds_ratio_sample"] == 9.0
    assert result.estimate == pytest.approx(6.408319658199672, rel=1e-12)


def test_chi_square_is_not_continuity_corrected():
    """Defect 8: SciPy corrects 2 x 2 tables by default: 0.0196 instead of 0.0052."""
    assert chi_square([[5, 175], [0, 278]]).p == pytest.approx(0.00520310879709003, rel=1e-12)


def test_chi_square_leaves_out_an_empty_level():
    """Defect 8: a level of the dictionary that nobody has must not raise or divide by zero."""
    full, with_empty = [[15, 10], [7, 22]], [[15, 0, 10], [7, 0, 22], [0, 0, 0]]
    assert chi_square(with_empty) == chi_square(full)


def test_exact_limits_stay_small_at_extreme_confidence_levels():
    """Defect 14: an upper limit near 1 for no events at a tiny alpha, from a failed inversion."""
    alpha = 1e-12
    assert clopper_pearson(0, 458, ci_level=1 - 2 * alpha).ci_high == pytest.approx(
        1 - alpha ** (1 / 458), rel=1e-3
    )


def test_firth_p_is_finite_and_positive_under_strong_separation():
    """Defect 19: firthmodels' likelihood ratio p turns NaN at tight tolerances."""
    y = np.repeat([1, 0], 200)
    result = firth_odds_ratio(y, y)
    assert 0 < result.p < 1e-50
    assert math.isfinite(result.ci_high)


def test_firth_profile_survives_a_covariate_far_from_zero():
    """Defect 19, its cousin: a calendar year as covariate must not saturate the profile."""
    rng = np.random.default_rng(1)
    year = rng.integers(2012, 2020, 80).astype(float)
    y = (rng.random(80) < 0.2).astype(float)
    raw = firth_logistic(y, np.column_stack([np.ones(80), year]))
    centred = firth_logistic(y, np.column_stack([np.ones(80), year - 2015.0]))
    assert raw.coef[1] == pytest.approx(centred.coef[1], rel=1e-6)
    assert raw.ci_low[1] == pytest.approx(centred.ci_low[1], rel=1e-6)


def test_fisher_limits_are_solved_to_the_end():
    """Defect 22: R's fisher.test stops at 1.4335576 where the root is 1.4335520."""
    assert fisher_exact_2x2(5, 180, 0, 278).ci_low == pytest.approx(1.4335520128783572, rel=1e-12)


def test_gee_does_not_need_rows_sorted_by_patient():
    """Defect 23: geepack takes each run of equal ids as a cluster of its own."""
    shuffled = BACTERIA.sample(frac=1.0, random_state=7)
    sorted_fit = gee_odds_ratio(BACTERIA["y"], BACTERIA["ap"], BACTERIA["id"])
    result = gee_odds_ratio(shuffled["y"], shuffled["ap"], shuffled["id"])
    assert result.n_clusters == sorted_fit.n_clusters == 50
    assert result.p == pytest.approx(sorted_fit.p, rel=1e-12)


@pytest.mark.parametrize(
    "result",
    [
        firth_odds_ratio([0, 0, 0], [1, 0, 0]),
        firth_odds_ratio([0, 1, 0], [1, 1, 1]),
        exact_stratified_odds_ratio([0, 1, 0, 0], [1, 1, 0, 0], [1, 1, 2, 2]),
        mantel_haenszel([1, 0, 1, 0], [1, 0, 1, 0], [1, 1, 2, 2]),
        conditional_logistic([1, 0, 1, 0], [1, 0, 1, 0], [1, 1, 2, 2]),
        rao_scott([0, 0, 0], [1, 0, 1], [1, 2, 3]),
        rao_scott([0, 1, 0], [1, 0, 1], [1, 1, 1]),
    ],
)
def test_degenerate_rows_give_a_reason_and_no_number(result):
    """Constant outcomes, single groups and uninformative patients reach every method sometime."""
    assert result.status == "not_estimable"
    assert result.note.endswith(".")
    assert math.isnan(result.estimate)
    assert math.isnan(result.p)


def test_a_patient_who_alone_forms_an_arm_gets_no_sandwich():
    """Leverage 1 makes the Mancl-DeRouen correction divide by zero."""
    y = np.tile([1, 0], 40)
    cluster = np.repeat(np.arange(4), 20)
    result = gee_odds_ratio(y, cluster == 0, cluster, correlation="independence")
    assert result.status == "not_estimable"
    assert "alone" in result.note


def test_a_constant_design_is_named_and_not_inverted():
    """A group that is the same for every row reaches the fit as two equal columns."""
    twice = np.ones((220, 2))
    for fit in (
        gee(BACTERIA["y"], twice, BACTERIA["id"]),
        firth_logistic(BACTERIA["y"], twice),
        random_intercept_logit(BACTERIA["y"], twice, BACTERIA["id"]),
    ):
        assert fit.status == "not_estimable"
        assert "dependent" in fit.note
