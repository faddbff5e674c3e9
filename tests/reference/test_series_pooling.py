"""Pooling of published series against integration by brute force and other implementations."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import integrate, optimize, stats
from scipy.special import log_expit
from statsmodels.stats.meta_analysis import combine_effects

from procohort.stats.prediction_interval import prediction_interval
from procohort.stats.random_effects_logistic import compare_proportions, pool_proportions
from procohort.stats.random_effects_mean import pool_means
from procohort.stats.small_study import peters_regression

SERIES = {
    "spread": ([5, 0, 5, 1], [458, 20, 47, 77]),
    "near_one": ([449, 64, 20, 65, 46, 77], [458, 64, 20, 65, 47, 77]),
    "plain": ([12, 30, 9, 22, 41], [50, 90, 60, 55, 70]),
}


def minus_log_likelihood(mu: float, tau: float, events: list[int], trials: list[int]) -> float:
    """Binomial probabilities averaged over normal log odds: the trapezium rule, a fine grid."""
    z = np.linspace(-12.0, 12.0, 20_001)
    weight = stats.norm.pdf(z)
    eta = mu + tau * z
    total = 0.0
    for k, n in zip(events, trials, strict=True):
        term = np.exp(k * log_expit(eta) + (n - k) * log_expit(-eta))
        total -= math.log(integrate.trapezoid(weight * term, z))
    return total


@pytest.mark.parametrize("name", SERIES)
def test_the_maximum_is_that_of_the_likelihood_integrated_by_brute_force(name: str) -> None:
    """Adaptive quadrature is an approximation; with counts at the boundary it must still hold."""
    events, trials = SERIES[name]
    best = min(
        (
            optimize.minimize(
                lambda x: minus_log_likelihood(x[0], abs(x[1]), events, trials),
                start,
                method="Nelder-Mead",
                options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 2000},
            )
            for start in ([0.0, 0.5], [math.copysign(4.0, 2 * sum(events) - sum(trials)), 0.2])
        ),
        key=lambda found: found.fun,
    )
    pooled = pool_proportions(events, trials)
    assert pooled.minus_two_loglik == pytest.approx(2.0 * best.fun, abs=1e-6)
    assert pooled.log_odds == pytest.approx(best.x[0], abs=2e-3)
    assert pooled.tau == pytest.approx(abs(best.x[1]), abs=5e-3)


def test_profile_limits_are_where_the_brute_force_deviance_is_3_84() -> None:
    """A profile interval is defined by the drop of the likelihood, not by a standard error."""
    events, trials = SERIES["spread"]
    pooled = pool_proportions(events, trials)
    for limit in (pooled.ci_low, pooled.ci_high):
        log_odds = math.log(limit / (1.0 - limit))
        found = optimize.minimize_scalar(
            lambda tau, at=log_odds: minus_log_likelihood(at, tau, events, trials),
            bounds=(0.0, 8.0),
            method="bounded",
            options={"xatol": 1e-8},
        )
        deviance = 2.0 * found.fun - pooled.minus_two_loglik
        assert deviance == pytest.approx(stats.chi2.ppf(0.95, 1), abs=1e-4)
    for tau in (pooled.tau_low, pooled.tau_high):
        found = optimize.minimize_scalar(
            lambda mu, at=tau: minus_log_likelihood(mu, at, events, trials),
            bounds=(-12.0, 3.0),
            method="bounded",
            options={"xatol": 1e-8},
        )
        deviance = 2.0 * found.fun - pooled.minus_two_loglik
        assert deviance == pytest.approx(stats.chi2.ppf(0.95, 1), abs=1e-4)


def test_without_spread_it_is_the_plain_logit_of_the_sums() -> None:
    """Series that agree closer than chance have nothing between them (closed form)."""
    pooled = pool_proportions([20, 40, 10], [100, 200, 50])
    assert pooled.tau == 0.0
    assert pooled.estimate == pytest.approx(0.2, abs=1e-9)
    assert pooled.se == pytest.approx(1.0 / math.sqrt(350 * 0.2 * 0.8), rel=1e-5)
    assert "no more than chance" in pooled.note


@pytest.mark.parametrize("events", [[0, 0, 0], [30, 20, 50]])
def test_at_the_boundary_the_limit_is_exact_and_the_spread_refused(events: list[int]) -> None:
    """A correction of 0.5 would invent the answer; (alpha / 2)^(1/n) is Clopper and Pearson's."""
    pooled = pool_proportions(events, [30, 20, 50])
    far = 1.0 - 0.025 ** (1.0 / 100.0)
    assert pooled.method == "summed_counts_exact"
    assert math.isnan(pooled.tau) and "boundary" in pooled.note
    if sum(events):
        assert (pooled.estimate, pooled.ci_high) == (1.0, 1.0)
        assert pooled.ci_low == pytest.approx(1.0 - far)
    else:
        assert (pooled.estimate, pooled.ci_low) == (0.0, 0.0)
        assert pooled.ci_high == pytest.approx(far)


def test_success_and_failure_are_mirror_images() -> None:
    """Nobody may gain by counting the other outcome."""
    events, trials = SERIES["near_one"]
    one = pool_proportions(events, trials)
    other = pool_proportions([n - k for k, n in zip(events, trials, strict=True)], trials)
    assert other.estimate == pytest.approx(1.0 - one.estimate, abs=1e-6)
    assert other.ci_low == pytest.approx(1.0 - one.ci_high, abs=1e-5)
    assert other.tau == pytest.approx(one.tau, abs=1e-3)


def test_counts_that_are_impossible_are_refused() -> None:
    """More events than trials is a slip of the pen."""
    with pytest.raises(ValueError, match="events"):
        pool_proportions([5], [4])
    assert pool_proportions([], []).status == "not_estimable"
    assert pool_proportions([1], [9]).note.startswith("One series")


def test_the_test_between_kinds_is_the_likelihood_ratio_by_brute_force() -> None:
    """All kinds share one spread, in the model with the moderator and in that without."""
    events, trials = [20, 25, 31, 11, 14, 40], [90, 99, 80, 95, 99, 120]
    level = ["a", "a", "a", "b", "b", "b"]

    def smallest(n_kinds: int) -> float:
        def value(x: np.ndarray) -> float:
            shared = abs(x[-1])
            if n_kinds == 1:
                return minus_log_likelihood(x[0], shared, events, trials)
            return minus_log_likelihood(x[0], shared, events[:3], trials[:3]) + (
                minus_log_likelihood(x[1], shared, events[3:], trials[3:])
            )

        start = [-1.0] * n_kinds + [0.5]
        options = {"xatol": 1e-7, "fatol": 1e-11, "maxiter": 3000}
        return float(optimize.minimize(value, start, method="Nelder-Mead", options=options).fun)

    test = compare_proportions(events, trials, level)
    assert test.statistic == pytest.approx(2.0 * (smallest(1) - smallest(2)), abs=1e-5)
    assert test.p == pytest.approx(stats.chi2.sf(test.statistic, 1))


def test_kinds_without_enough_events_are_not_compared() -> None:
    """A kind without a miss has no finite odds ratio, although software may print one."""
    few = compare_proportions([20, 25, 3, 4], [90, 99, 95, 99], ["a", "a", "b", "b"])
    none = compare_proportions([20, 25, 0, 0], [90, 99, 95, 99], ["a", "a", "b", "b"])
    single = compare_proportions([20, 25, 30], [90, 99, 95], ["a", "a", "b"])
    assert {few.status, none.status, single.status} == {"refused"}
    assert "7 times" in few.note and "separation" in none.note and "b" in single.note


def test_the_prediction_interval_is_the_formula_of_higgins() -> None:
    """t on K - 2 degrees of freedom, and nothing with fewer than three series."""
    low, high = prediction_interval(-1.0, 0.2, 0.5, 7)
    half = stats.t.ppf(0.975, 5) * math.sqrt(0.5**2 + 0.2**2)
    assert (low, high) == pytest.approx((-1.0 - half, -1.0 + half))
    assert all(math.isnan(x) for x in prediction_interval(-1.0, 0.2, 0.5, 2))
    assert all(math.isnan(x) for x in prediction_interval(-1.0, 0.2, math.nan, 9))


def test_peters_regression_is_the_weighted_least_squares_of_statsmodels() -> None:
    """An independent implementation of the same weighted regression."""
    rng = np.random.default_rng(11)
    trials = rng.integers(12, 300, 12)
    events = np.array([max(1, int(n * 0.2 + rng.normal(0, 2))) for n in trials])
    test = peters_regression(events, trials)
    y = np.log(events / (trials - events))
    weight = 1.0 / (1.0 / events + 1.0 / (trials - events))
    fit = sm.WLS(y, sm.add_constant(1.0 / trials), weights=weight).fit()
    assert (test.slope, test.se) == pytest.approx((fit.params[1], fit.bse[1]))
    assert test.p == pytest.approx(fit.pvalues[1])


def test_the_small_study_check_is_refused_under_ten_series() -> None:
    """Its power is next to nothing there (Sterne et al. 2011)."""
    assert peters_regression([1] * 9, range(10, 19)).status == "refused"
    assert peters_regression([1] * 10, range(10, 20)).status == "ok"
    assert "0.5" in peters_regression([0] + [1] * 9, range(10, 20)).note
    assert peters_regression([1] * 10, [10] * 10).status == "not_estimable"


def test_pooled_means_are_those_of_statsmodels() -> None:
    """Paule-Mandel's spread and Hartung-Knapp's limits from an independent implementation."""
    means, sds, sizes = [10.0, 14.5, 9.0, 12.0], [3.0, 5.0, 2.0, 4.0], [20, 35, 50, 28]
    pooled = pool_means(means, sds, sizes)
    other = combine_effects(
        np.array(means), np.array(sds) ** 2 / np.array(sizes), method_re="iterated", use_t=True
    )
    assert pooled.tau**2 == pytest.approx(other.tau2, rel=1e-5)
    assert pooled.estimate == pytest.approx(other.mean_effect_re, rel=1e-6)
    assert pooled.se == pytest.approx(other.sd_eff_w_re_hksj, rel=1e-5)
    assert pool_means([1.0], [1.0], [9]).status == "refused"


def test_agreement_by_chance_does_not_narrow_the_limits() -> None:
    """Three equal means would otherwise have an interval of no length."""
    pooled = pool_means([5.0, 5.0, 5.0], [2.0, 2.0, 2.0], [16, 16, 16])
    assert pooled.se == pytest.approx(math.sqrt(4.0 / 48.0))
    with pytest.raises(ValueError, match="positive"):
        pool_means([5.0, 5.0], [0.0, 1.0], [9, 9])


# Niel-Weise, Stijnen and van den Broek 2007: infections and patients of 18 trials, with a
# standard and with a treated catheter.
CATHETERS = {
    "standard": (
        [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1],
        [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69],
    ),
    "treated": (
        [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4],
        [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64],
    ),
}
# Stijnen, Hamza and Ozdemir 2010, Stat Med 29:3046, Table II, binomial-normal; the same from R's
# metafor: rma.glmm(measure="PLO", xi=ci, ni=n2i) and (xi=ai, ni=n1i).
PUBLISHED = {
    "standard": {"log_odds": "-3.50", "se": "0.26", "tau2": "0.81", "estimate": "0.029"},
    "treated": {"log_odds": "-4.81", "se": "0.36", "tau2": "0.83", "estimate": "0.008"},
}


@pytest.mark.parametrize("arm", CATHETERS)
def test_the_published_example_of_rare_infections_comes_out(arm: str) -> None:
    """Sparse counts, many of them zero: what the model was proposed for."""
    found = pool_proportions(*CATHETERS[arm])
    values = {
        "log_odds": found.log_odds,
        "se": found.se,
        "tau2": found.tau**2,
        "estimate": found.estimate,
    }
    for name, printed in PUBLISHED[arm].items():
        assert f"{values[name]:.{len(printed.split('.')[1])}f}" == printed
