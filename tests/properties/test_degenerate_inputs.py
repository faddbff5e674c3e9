"""Every method of procohort.stats on input that no statistic can answer.

The methods are found, not listed: a new one is tried as soon as it exists.
"""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

from stats_catalogue import (
    NOT_METHODS,
    OPTIONS,
    call,
    data_arguments,
    inferences,
    methods,
    modules,
    options_of,
    rows_of,
    table_of,
    takes_rows,
)

METHODS = methods()
ON_ROWS = [name for name, function in METHODS.items() if takes_rows(function)]
ON_COUNTS = [name for name in METHODS if name not in ON_ROWS]

_rng = np.random.default_rng(5)
PATIENT = np.repeat(np.arange(12), 5)
BETWEEN = PATIENT % 2
WITHIN = np.tile([0, 1, 0, 1, 1], 12)
Y = np.round(8 * np.exp(_rng.normal(size=60) + 0.3 * _rng.normal(size=12)[PATIENT])) + 1
X = _rng.integers(1, 6, 60)

DEGENERATE = {
    "no rows": rows_of([], [], [], []),
    "one row": rows_of([3.0], [1], [1], [2.0]),
    "two rows": rows_of([3.0, 5.0], [1, 0], [1, 2], [2.0, 3.0]),
    "one patient": rows_of(Y[:20], WITHIN[:20], np.zeros(20), X[:20]),
    "two patients": rows_of(Y[:10], BETWEEN[:10], PATIENT[:10], X[:10]),
    "constant outcome": rows_of(np.full(60, 3.0), BETWEEN, PATIENT, X),
    "constant outcome, group within": rows_of(np.full(60, 3.0), WITHIN, PATIENT, X),
    "constant covariate": rows_of(Y, BETWEEN, PATIENT, np.full(60, 2.0)),
    "everything constant": rows_of(np.full(60, 3.0), np.ones(60), PATIENT, np.full(60, 2.0)),
    "empty arm": rows_of(Y, np.zeros(60), PATIENT, X),
    "empty reference": rows_of(Y, np.ones(60), PATIENT, X),
    "separation between patients": rows_of(np.where(BETWEEN, 5.0, 2.0), BETWEEN, PATIENT, X),
    "separation within patients": rows_of(
        np.where(WITHIN, 5.0, 2.0), WITHIN, PATIENT, np.where(WITHIN, 5.0, 2.0)
    ),
    "noisy separation": rows_of(Y + 1000.0 * BETWEEN, BETWEEN, PATIENT, X),
    "patients constant": rows_of(PATIENT + 1.0, BETWEEN, PATIENT, 2.0 * PATIENT),
    "an arm of one patient": rows_of(Y, PATIENT == 0, PATIENT, X),
    "an arm of one row": rows_of(Y, np.arange(60) == 7, PATIENT, X),
    "one row per patient": rows_of(Y, WITHIN, np.arange(60), X),
    "a perfect curve": rows_of(np.exp(0.5 * X), X > 2, PATIENT, X),
    "a zero in the outcome": rows_of(Y - Y.min(), BETWEEN, PATIENT, X),
}
TABLES = {
    "no trials": table_of(0, 0, 0, 0),
    "empty group": table_of(0, 0, 3, 10),
    "empty reference": table_of(3, 10, 0, 0),
    "no events": table_of(0, 180, 0, 278),
    "only events": table_of(180, 180, 278, 278),
    "separation": table_of(5, 180, 0, 278),
    "complete separation": table_of(6, 6, 0, 9),
    "one row each": table_of(1, 1, 0, 1),
    "one row": table_of(1, 1, 0, 0),
}

# An exact or score limit of a ratio is truly infinite when a cell is empty.
RATIOS = ("odds_ratio", "fisher", "risk_ratio", "chi_square_or_fisher")
# Limits that meet in one point, rightly: shifts of two constant groups that a rank test keeps,
# and Searle's limits where all patients have one mean.
ONE_POINT = ("ranks.hodges_lehmann", "icc.icc_anova")
# Inside patients, one patient is a sample; rates and their differences say in a note that the
# limits take rows as independent; Fisher's and Firth's answers are about rows by their name.
ANSWER_FOR_ONE_PATIENT = (
    "correlation.rmcorr",
    "correlation.within_rank_correlation",
    "permutation_within.permute_within_patient",
    "permutation_within.blocked_kruskal_wallis",
    "proportions.korn_graubard",
    "risk_difference.mover_korn_graubard",
    "stratified.exact_stratified_odds_ratio",
    "stratified.mantel_haenszel",
    "stratified.conditional_logistic",
)
# No test, and limits of rates stay limits of rates without events; a change from a baseline that
# varies varies.
ANSWER_FOR_A_CONSTANT = (
    "ancova.change_score",
    "proportions.korn_graubard",
    "ranks.median_difference",
    "risk_difference.mover_korn_graubard",
)
NUMBERS = ("estimate", "ci_low", "ci_high", "statistic", "df", "p")


def tried(name, rows):
    """Call a method; a warning counts as a failure, as an exception does."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return inferences(call(METHODS[name], rows))


def assert_honest(name, result):
    numbers = {field: getattr(result, field) for field in NUMBERS}
    if result.status != "ok":
        assert result.status in ("refused", "not_estimable")
        assert all(np.isnan(value) for value in numbers.values()), numbers
        assert result.note.endswith("."), "a reason is a sentence"
        return
    assert not (np.isnan(result.p) and np.isnan(result.estimate)), "ok without an answer"
    assert np.isnan(result.p) or 0.0 <= result.p <= 1.0
    finite = [value for value in numbers.values() if not np.isnan(value)]
    assert any(ratio in name for ratio in RATIOS) or np.isfinite(finite).all(), numbers
    assert np.isnan(result.ci_low) == np.isnan(result.ci_high)
    if np.isnan(result.ci_low):
        return
    assert result.ci_low - 1e-9 <= result.estimate <= result.ci_high + 1e-9, numbers
    # What bootstraps do with equal replicates is the expected failure below.
    if not name.startswith(("bootstrap.", *ONE_POINT)):
        assert result.ci_low < result.ci_high, "an interval without width"


@pytest.mark.parametrize("situation", DEGENERATE)
@pytest.mark.parametrize("name", ON_ROWS)
def test_degenerate_rows_give_an_honest_answer(name, situation):
    """Never an exception, a warning, an infinite or empty number, or a refusal without reason."""
    for result in tried(name, DEGENERATE[situation]):
        assert_honest(name, result)


@pytest.mark.parametrize("name", ["bootstrap.bootstrap_cliffs_delta"])
def test_equal_replicates_of_a_bootstrap_are_no_interval(name):
    """At separation every resample repeats the estimate: that is no precision, but ignorance."""
    (result,) = tried(name, DEGENERATE["noisy separation"])
    assert np.isnan(result.ci_low)
    assert result.note


@pytest.mark.parametrize("situation", TABLES)
@pytest.mark.parametrize("name", ON_COUNTS)
def test_degenerate_tables_give_an_honest_answer(name, situation):
    """As for rows, with counts."""
    for result in tried(name, TABLES[situation]):
        assert_honest(name, result)


@pytest.mark.parametrize("name", ON_ROWS)
def test_no_rows_and_empty_arms_have_no_answer(name):
    """A comparison with nothing has no effect, no p and no interval."""
    situations = ["no rows"]
    if {"group", "group_labels", "X"} & set(data_arguments(METHODS[name])):
        situations += ["empty arm", "empty reference", "everything constant"]
    for situation in situations:
        for result in tried(name, DEGENERATE[situation]):
            assert result.status != "ok", situation


@pytest.mark.parametrize("name", ON_COUNTS)
def test_tables_without_rows_have_no_answer(name):
    """As above, with counts."""
    situations = ["no trials"]
    if "trials" not in data_arguments(METHODS[name]):
        situations += ["empty group", "empty reference"]
    for situation in situations:
        for result in tried(name, TABLES[situation]):
            assert result.status != "ok", situation


@pytest.mark.parametrize("name", ON_ROWS)
def test_a_constant_outcome_has_no_test(name):
    """Nothing varies, so nothing can be compared or correlated."""
    if name in ANSWER_FOR_A_CONSTANT:
        return
    for situation in ("constant outcome", "constant outcome, group within"):
        for result in tried(name, DEGENERATE[situation]):
            assert result.status != "ok", situation


@pytest.mark.parametrize("name", ON_ROWS)
def test_one_patient_has_no_cluster_aware_answer(name):
    """One patient shows nothing about how patients differ."""
    if not {"cluster", "stratum"} & set(data_arguments(METHODS[name])):
        return
    for result in tried(name, DEGENERATE["one patient"]):
        if name not in ANSWER_FOR_ONE_PATIENT:
            assert result.status != "ok"
        elif "korn_graubard" in name:
            assert "design effect" in result.note


@pytest.mark.parametrize("name", [name for name in ON_ROWS if name.startswith("stratified.")])
def test_one_row_per_patient_says_nothing_within_patients(name):
    """Strata of one row carry no comparison."""
    for result in tried(name, DEGENERATE["one row per patient"]):
        assert result.status == "not_estimable"


@pytest.mark.parametrize("name", ON_ROWS)
def test_a_missing_value_in_any_array_is_an_error(name):
    """Dropped silently, the rows of two methods of one table would differ (defect 5)."""
    function = METHODS[name]
    rows = rows_of(Y, BETWEEN, PATIENT, X)
    for argument in (a for a in data_arguments(function) if a not in OPTIONS):
        broken = np.array(rows[argument], dtype=float)
        broken.flat[3] = np.nan
        with pytest.raises(ValueError, match=r"NaN|missing"):
            call(function, {**rows, argument: broken})


@pytest.mark.parametrize("name", ON_ROWS)
def test_arrays_of_different_lengths_are_an_error(name):
    """Broadcasting or cutting would pair the wrong rows."""
    function = METHODS[name]
    names = [a for a in data_arguments(function) if a not in OPTIONS]
    rows = rows_of(Y, BETWEEN, PATIENT, X)
    for argument in names if len(names) > 1 else []:
        with pytest.raises(ValueError, match=r"length|shape|rows"):
            call(function, {**rows, argument: rows[argument][:-1]})


@pytest.mark.parametrize("name", ON_COUNTS)
def test_impossible_counts_are_an_error(name):
    """More events than trials is the caller's mistake, not a sample."""
    impossible = table_of(5, 4, 1, 10)
    with pytest.raises(ValueError, match=r"events|count"):
        call(METHODS[name], impossible)


def test_every_exception_named_here_still_exists():
    """An outdated exception would hide a new fault; and the search must find something."""
    named = {*ONE_POINT, *ANSWER_FOR_ONE_PATIENT, *ANSWER_FOR_A_CONSTANT}
    assert named <= set(METHODS)
    everything = {
        f"{module.__name__.rsplit('.', 1)[-1]}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if inspect.isfunction(value)
    }
    assert everything >= NOT_METHODS
    assert len(METHODS) > 90
    assert all(set(options_of(function)) <= set(OPTIONS) for function in METHODS.values())
