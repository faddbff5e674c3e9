"""The less usual limits of a proportion against R 4.2.2 and against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import xlog1py, xlogy
from scipy.stats import binom

from procohort.stats import rates
from reference_cases import load_case

_, ENTRIES = load_case("rates")
TRIALS = 458
CLOSED_FORM = 1e-10
# DescTools and exactci search these limits with R's uniroot or in steps, to about 1e-4 of the
# probability scale; an entry's rtol of 1e-4 is meant so. The definitions below decide.
ROOT_SEARCH = 1.3e-4

CLOSED = {
    "wilsoncc": rates.wilson_continuity,
    "jeffreys": rates.jeffreys,
    "agresti-coull": rates.agresti_coull,
}
SEARCHED = {
    "midp": rates.mid_p,
    "midp_exactci": rates.mid_p,
    "lik": rates.likelihood,
    "blaker": rates.blaker,
}


def _entries(methods):
    return [
        (entry, methods[name])
        for entry in ENTRIES
        for name in [entry.split("/")[1]]
        if name in methods and ENTRIES[entry]["use"] == "expected"
    ]


def _limits(method, entry):
    result = method(int(entry.split("/")[0]), TRIALS)
    return [result.ci_low, result.ci_high]


@pytest.mark.parametrize(("entry", "method"), _entries(CLOSED))
def test_closed_form_limits_equal_desctools(entry, method):
    """R: DescTools::BinomCI; 0, 5 and 9 events of 458 are the study's own rates."""
    expected = ENTRIES[entry]["result"]
    shown = _limits(method, entry)
    assert shown == pytest.approx([expected["lo"], expected["hi"]], rel=CLOSED_FORM, abs=1e-15)


@pytest.mark.parametrize(("entry", "method"), _entries(SEARCHED))
def test_searched_limits_lie_within_the_tolerance_of_r(entry, method):
    """R: DescTools::BinomCI and exactci::binom.exact, as far as their root search goes."""
    expected = ENTRIES[entry]["result"]
    assert _limits(method, entry) == pytest.approx(
        [expected["lo"], expected["hi"]], abs=ROOT_SEARCH
    )


@pytest.mark.parametrize("events", [5, 9])
def test_logit_limits_equal_desctools(events):
    """R: DescTools::BinomCI(method = "logit")."""
    expected = ENTRIES[f"{events}/logit"]["result"]
    shown = _limits(rates.logit_wald, f"{events}/logit")
    assert shown == pytest.approx([expected["lo"], expected["hi"]], rel=CLOSED_FORM)


def test_logit_limits_without_events_do_not_exist():
    """DescTools prints NaN as the upper limit of 0/458: there is no limit to print."""
    assert np.isnan(ENTRIES["0/logit"]["result"]["hi"])
    assert rates.logit_wald(0, TRIALS).status == "not_estimable"


@pytest.mark.parametrize("events", [0, 1, 5, 9, 44, 449, 458])
def test_mid_p_limits_have_half_the_observed_probability_in_each_tail(events):
    """The definition, by SciPy's binomial distribution."""
    result = rates.mid_p(events, TRIALS)
    if events > 0:
        above = binom.sf(events, TRIALS, result.ci_low)
        at = binom.pmf(events, TRIALS, result.ci_low)
        assert above + at / 2 == pytest.approx(0.025, rel=1e-9)
    if events < TRIALS:
        below = binom.cdf(events - 1, TRIALS, result.ci_high)
        at = binom.pmf(events, TRIALS, result.ci_high)
        assert below + at / 2 == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize("events", [0, 1, 5, 9, 44, 449, 458])
def test_likelihood_limits_lie_where_the_log_likelihood_has_dropped(events):
    """R's own limit for 0/458 misses 1 - exp(-z^2 / 2 / 458) by half a per cent."""
    result = rates.likelihood(events, TRIALS)

    def log_likelihood(p):
        return xlogy(events, p) + xlog1py(TRIALS - events, -p)

    for limit in (result.ci_low, result.ci_high):
        if limit not in (0.0, 1.0):
            drop = log_likelihood(result.estimate) - log_likelihood(limit)
            assert 2 * drop == pytest.approx(3.841458820694124, rel=1e-8)


@pytest.mark.parametrize("events", [0, 1, 5, 9, 44, 449])
def test_blaker_limits_keep_exactly_the_proportions_with_p_above_alpha(events):
    """Just inside p exceeds 5 %, just outside it does not; p by listing both tails."""
    result = rates.blaker(events, TRIALS)

    def p_value(p):
        counts = np.arange(TRIALS + 1)
        lower, upper = binom.cdf(counts, TRIALS, p), binom.sf(counts - 1, TRIALS, p)
        smaller = np.minimum(lower, upper)
        return binom.pmf(counts, TRIALS, p)[smaller <= smaller[events] * (1 + 1e-9)].sum()

    for limit, inwards in ((result.ci_low, 1), (result.ci_high, -1)):
        if limit not in (0.0, 1.0):
            assert p_value(limit + inwards * 1e-6) > 0.05
            assert p_value(limit - inwards * 1e-6) <= 0.05


@pytest.mark.parametrize("method", [*CLOSED.values(), *SEARCHED.values()])
def test_limits_of_events_and_of_non_events_mirror_each_other(method):
    """449 successes are 9 failures; a limit must not know which was counted."""
    for events in (0, 1, 9, 200):
        one, other = method(events, TRIALS), method(TRIALS - events, TRIALS)
        assert one.ci_low == pytest.approx(1 - other.ci_high, abs=1e-9)
        assert one.ci_high == pytest.approx(1 - other.ci_low, abs=1e-9)
