"""What must hold for any changes over time: symmetry, missing visits, counts, order."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procohort.stats import walsh_averages
from procohort.stats.imputation import (
    baseline_carried_forward,
    best_observed,
    last_value_carried_forward,
    worst_observed,
)
from procohort.stats.paired import mean_change_clustered, paired_t, sign_flip
from procohort.stats.repeated_measures import visit_changes, visit_group_differences
from procohort.stats.responders import count_responses, responder_rate
from procohort.stats.sign_flip_sums import positive_sums
from procohort.stats.signed_rank import (
    pseudo_median,
    pseudo_median_exact,
    signed_rank,
    signed_rank_exact,
)

quick = settings(deadline=None, max_examples=40, derandomize=True)
NAN = float("nan")
changes = st.lists(st.integers(-6, 6), min_size=1, max_size=14).map(
    lambda values: np.array(values, dtype=float)
)


@quick
@given(changes, st.sampled_from(["drop", "pratt"]))
def test_a_mirrored_change_has_the_same_p(change, zeros):
    """Improvement as a rise or as a fall of the scale: the two-sided test cannot care."""
    for test in (signed_rank, signed_rank_exact):
        one, other = test(change, zeros=zeros), test(-change, zeros=zeros)
        assert one.status == other.status
        assert one.p == pytest.approx(other.p, rel=1e-12, nan_ok=True)


@quick
@given(changes)
def test_zeros_are_dropped_as_if_they_had_not_been_there(change):
    """Wilcoxon's rule; Pratt's ranks depend on how many there are."""
    without = change[change != 0.0]
    assert signed_rank_exact(change).p == pytest.approx(
        signed_rank_exact(without).p, rel=1e-12, nan_ok=True
    )


@quick
@given(changes)
def test_one_row_per_patient_makes_the_sign_flip_a_signed_rank_test(change):
    """The test for several rows per patient holds the usual one as a special case."""
    if change.size < 2 or not change.any():
        return
    flipped = sign_flip(change, np.arange(change.size), seed=1, statistic="signed_rank")
    assert flipped.p == pytest.approx(signed_rank_exact(change).p, rel=1e-12)


@quick
@given(st.lists(st.integers(0, 9), max_size=12))
def test_probabilities_of_positive_sums_are_a_distribution(scores):
    """Symmetric about half the total, and summing to one."""
    probability = positive_sums(np.array(scores, dtype=np.int64)).probability
    assert probability.sum() == pytest.approx(1.0)
    assert probability == pytest.approx(probability[::-1])


@pytest.mark.parametrize("decimals", [0, 1, 6])
def test_a_search_among_walsh_averages_finds_what_a_list_would(monkeypatch, decimals):
    """Above some thousand patients the averages are searched, not listed; ties must not matter."""
    values = np.round(np.random.default_rng(2).normal(0, 2, 150), decimals)
    positions = [0, 1, 4000, 5662, 11_000, 11_324]
    listed = walsh_averages.walsh_order_statistics(values, positions)
    monkeypatch.setattr(walsh_averages, "MAX_LISTED_PAIRS", 300)
    assert walsh_averages.walsh_order_statistics(values, positions) == pytest.approx(
        listed, abs=1e-12
    )


@quick
@given(changes, st.floats(-5, 5), st.sampled_from([0.5, 10.0]))
def test_the_pseudo_median_moves_and_scales_with_the_change(change, shift, factor):
    """Zero is no special value to an estimate: unchanged patients count like all others."""
    for method in (pseudo_median, pseudo_median_exact):
        plain, moved = method(change), method(factor * change + shift)
        assert plain.status == moved.status
        for field in ("estimate", "ci_low", "ci_high"):
            expected = factor * getattr(plain, field) + shift
            assert getattr(moved, field) == pytest.approx(expected, abs=1e-9, nan_ok=True)


@quick
@given(changes)
def test_one_row_per_patient_makes_the_clustered_mean_a_paired_t(change):
    """No clusters, no price for them."""
    one, other = paired_t(change), mean_change_clustered(change, np.arange(change.size))
    assert one.status == other.status
    for field in ("estimate", "ci_low", "ci_high", "df", "p"):
        assert getattr(one, field) == pytest.approx(
            getattr(other, field), rel=1e-9, abs=1e-12, nan_ok=True
        )


@st.composite
def courses(draw, n_visits=4):
    """Patients with correlated visits, some of them missing, and two groups of patients."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    k = draw(st.integers(14, 24))
    root = rng.normal(size=(n_visits, n_visits)) + 2 * np.eye(n_visits)
    table = rng.normal(size=(k, n_visits)) @ root + np.arange(n_visits) + 50
    seen = rng.random((k, n_visits)) > draw(st.sampled_from([0.0, 0.2]))
    seen[:, 0] = True
    patient, visit = np.nonzero(seen)
    return table[patient, visit], visit, patient, (patient % 2)


@quick
@given(courses(), st.sampled_from(["random_intercept", "unstructured"]), st.integers(0, 99))
def test_order_and_names_of_rows_do_not_change_a_model_of_visits(course, covariance, seed):
    """Rows come in any order; patients and visits may be text."""
    y, visit, patient, group = course
    order = np.random.default_rng(seed).permutation(len(y))
    names = np.array([f"P{99 - code}" for code in patient])
    one = visit_changes(y, visit, patient, covariance=covariance)
    other = visit_changes(
        y[order], visit.astype(str)[order], names[order], covariance=covariance, reference="0"
    )
    later = visit > 0
    mixed = order[later[order]]
    one += visit_group_differences(
        y[later], visit[later], group[later], patient[later], covariance=covariance
    )
    other += visit_group_differences(
        y[mixed], visit[mixed], group[mixed], names[mixed], covariance=covariance
    )
    for left, right in zip(one, other, strict=True):
        assert left.visit == right.visit
        assert left.inference.status == right.inference.status
        for field in ("estimate", "ci_low", "ci_high", "df", "p"):
            assert getattr(left.inference, field) == pytest.approx(
                getattr(right.inference, field), rel=1e-5, abs=1e-9, nan_ok=True
            )


@quick
@given(courses())
def test_a_patient_seen_once_hardly_tells_of_change(course):
    """One with the baseline only leaves an unstructured model's change almost where it was."""
    y, visit, patient, _ = course
    one = visit_changes(y, visit, patient, covariance="unstructured")
    more = visit_changes(
        np.append(y, y[visit == 0].mean()),
        np.append(visit, 0),
        np.append(patient, 99),
        covariance="unstructured",
    )
    for left, right in zip(one, more, strict=True):
        if left.inference.status == right.inference.status == "ok":
            reach = left.inference.ci_high - left.inference.ci_low
            assert abs(left.inference.estimate - right.inference.estimate) < 0.2 * reach


def test_what_an_unstructured_model_cannot_estimate_is_said():
    """Two rows at a visit, few patients, visits never seen together, constant or copied visits."""
    rng = np.random.default_rng(1)
    patient, visit = np.repeat(np.arange(12), 3), np.tile(np.arange(3), 12)
    y = rng.normal(size=36)
    apart = ~((visit == 1) & (patient < 6)) & ~((visit == 2) & (patient >= 6))
    copied = np.where(visit == 2, np.roll(y, 1), y)
    cases = {
        "several rows": (np.tile(y, 2), np.tile(visit, 2), np.tile(patient, 2)),
        "Too few patients": (y[:6], visit[:6], patient[:6]),
        "seen together": (y[apart], visit[apart], patient[apart]),
        "does not vary at one": (np.where(visit == 1, 3.0, y), visit, patient),
        "not determined": (copied, visit, patient),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for reason, rows in cases.items():
            for contrast in visit_changes(*rows, covariance="unstructured"):
                assert contrast.inference.status == "not_estimable"
                assert reason in contrast.inference.note
                assert np.isnan(contrast.inference.estimate)


def test_a_visit_of_one_group_keeps_its_place_without_an_answer():
    """The other visits are still compared."""
    rng = np.random.default_rng(1)
    patient, visit = np.repeat(np.arange(12), 2), np.tile([1, 2], 12)
    kept = (visit == 1) | (patient % 2 == 0)
    for covariance in ("random_intercept", "unstructured"):
        first, second = visit_group_differences(
            rng.normal(size=24)[kept],
            visit[kept],
            patient[kept] % 2,
            patient[kept],
            covariance=covariance,
        )
        assert first.inference.status == "ok"
        assert "Only one group" in second.inference.note


@pytest.mark.parametrize(
    ("rule", "favourable", "expected"),
    [
        ("non_responder", True, (2, 5)),
        ("non_responder", False, (2, 5)),
        ("left_out", True, (2, 3)),
        ("worst", True, (2, 5)),
        ("best", True, (4, 5)),
        ("worst", False, (4, 5)),
        ("best", False, (2, 5)),
    ],
)
def test_missing_answers_count_as_declared(rule, favourable, expected):
    """Two of three known answers are yes, two are missing; recurrence is a bad yes."""
    rate = responder_rate([1, NAN, 1, 0, NAN], [1, 2, 3, 3, 4], missing=rule, favourable=favourable)
    assert (rate.n_responders, rate.n_counted) == expected
    assert rate.rate.estimate == rate.clustered.estimate == expected[0] / expected[1]
    assert rate.n_missing == 2
    assert rate.n_set == (0 if rule == "left_out" else 2)


def test_a_wrong_rule_or_answer_is_an_error():
    """A misspelt rule must not fall back on another."""
    with pytest.raises(ValueError, match="not a rule"):
        count_responses([1.0, NAN], missing="ignored")
    with pytest.raises(ValueError, match="0, 1 or NaN"):
        count_responses([1.0, 2.0], missing="left_out")


def test_no_known_answer_left_out_is_no_proportion():
    """Nothing counted, nothing claimed."""
    rate = responder_rate([NAN, NAN], [1, 2], missing="left_out")
    assert rate.rate.status == rate.clustered.status == "not_estimable"


TABLE = np.array(
    [[7.0, NAN, 3.0, NAN], [NAN, 5.0, NAN, 2.0], [8.0, NAN, NAN, NAN], [NAN, NAN, NAN, NAN]]
)


@pytest.mark.parametrize(
    ("impute", "expected", "n_set"),
    [
        (
            last_value_carried_forward,
            [[7, 7, 3, 3], [NAN, 5, 5, 2], [8, 8, 8, 8], [NAN] * 4],
            [0, 2, 2, 2],
        ),
        (
            baseline_carried_forward,
            [[7, 7, 3, 7], [NAN, 5, NAN, 2], [8, 8, 8, 8], [NAN] * 4],
            [0, 2, 1, 2],
        ),
        (
            lambda t: worst_observed(t, better="lower"),
            [[7, 5, 3, 2], [8, 5, 3, 2], [8, 5, 3, 2], [8, 5, 3, 2]],
            [2, 3, 3, 3],
        ),
        (
            lambda t: worst_observed(t, better="lower", scope="patient"),
            [[7, 7, 3, 7], [5, 5, 5, 2], [8, 8, 8, 8], [NAN] * 4],
            [1, 2, 2, 2],
        ),
        (
            lambda t: best_observed(t, better="lower", scope="patient"),
            [[7, 3, 3, 3], [2, 5, 2, 2], [8, 8, 8, 8], [NAN] * 4],
            [1, 2, 2, 2],
        ),
        (
            lambda t: best_observed(t, better="lower"),
            [[7, 5, 3, 2], [7, 5, 3, 2], [8, 5, 3, 2], [7, 5, 3, 2]],
            [2, 3, 3, 3],
        ),
    ],
)
def test_imputed_values_and_their_number(impute, expected, n_set):
    """By hand; observed values never move, and who was never seen is filled only by others."""
    result = impute(TABLE)
    assert np.array_equal(result.values, np.array(expected, dtype=float), equal_nan=True)
    assert result.n_set.tolist() == n_set
    seen = ~np.isnan(TABLE)
    assert np.array_equal(result.values[seen], TABLE[seen])
    assert (result.n_set + result.n_missing).tolist() == np.isnan(TABLE).sum(axis=0).tolist()


def test_no_visits_at_all_are_no_error():
    """An empty table stays empty."""
    for impute in (last_value_carried_forward, lambda t: worst_observed(t, better="higher")):
        assert impute(np.empty((0, 3))).n_set.tolist() == [0, 0, 0]
    assert visit_changes([], [], []) == ()
