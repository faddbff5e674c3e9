"""Permutation tests against full enumeration and coin in R 4.2.2."""

from __future__ import annotations

import numpy as np
import pytest

from procohort.stats import permutation_labels, permutation_within
from procohort.stats.permutation import (
    blocked_kruskal_wallis,
    permute_patient_events,
    permute_patient_labels,
    permute_patient_labels_many,
    permute_within_patient,
)
from procohort.stats.ranks import mann_whitney_exact
from reference_cases import load_case

CLOSED_FORM = 1e-10


def close(value, expected, rel=CLOSED_FORM):
    assert value == pytest.approx(expected, rel=rel, abs=1e-13)


def rats():
    frame, entries = load_case("bodyweight_permutation")
    return frame, entries


def spiders():
    frame, entries = load_case("pbcseq44_within_spiders")
    return frame.dropna(subset=["spiders"]), entries


def rare_events():
    frame, entries = load_case("degenerate_all_in_one_arm")
    return frame["y"].to_numpy(), frame["g"].to_numpy(), frame["id"].to_numpy(), entries


@pytest.mark.parametrize(("statistic", "row"), [("mean", 0), ("midrank_mean", 1)])
def test_label_permutation_equals_full_enumeration(statistic, row):
    """choose(16, 8) = 12870 arrangements, enumerated with combn() in R."""
    frame, entries = rats()
    expected = entries["enum"]["result"]
    result = permute_patient_labels(
        frame["weight"], frame["diet"] == 1, frame["rat"], seed=1, statistic=statistic
    )
    assert result.n_resamples == expected["n_perm"]
    assert result.extra["enumerated"] == 1.0
    close(result.p, expected["p_two_sided"][row])


def test_label_permutation_keeps_the_sign_of_the_group_of_interest():
    """Diets 2 and 3 minus diet 1, in grams as in the R enumeration."""
    frame, entries = rats()
    expected = entries["enum"]["result"]
    result = permute_patient_labels(
        frame["weight"], frame["diet"] != 1, frame["rat"], seed=1, statistic="mean"
    )
    close(result.statistic, expected["observed"][0])
    close(result.extra["p_greater"], expected["p_greater"][0])


def test_label_permutation_of_logs_equals_full_enumeration():
    """8 rats against 4: choose(12, 4) = 495; the estimate is the ratio of geometric means."""
    frame, entries = rats()
    frame = frame[frame["diet"] != 3]
    expected = entries["enum_diet12v3"]["result"]
    result = permute_patient_labels(
        frame["weight"], frame["diet"] == 2, frame["rat"], seed=1, statistic="log_mean"
    )
    assert result.n_resamples == expected["n_perm"]
    close(result.p, expected["p_two_sided"])
    close(np.log(result.estimate), expected["observed_log_gmr"])


def test_drawn_labels_agree_with_enumeration_within_their_monte_carlo_error():
    """The draws must sample the same arrangements; a moderate p shows it."""
    frame, _ = rats()
    group = frame["rat"] % 2
    exact = permute_patient_labels(frame["weight"], group, frame["rat"], seed=1)
    drawn = permute_patient_labels(frame["weight"], group, frame["rat"], seed=1, max_enumerate=0)
    assert exact.extra["enumerated"] == 1.0
    assert drawn.n_resamples == 10_000
    assert 0.05 < exact.p < 0.95
    assert abs(drawn.p - exact.p) < 4 * drawn.mc_error


def test_label_permutation_does_not_depend_on_the_size_of_a_chunk(monkeypatch):
    """Memory settings must not change published digits."""
    frame, _ = rats()
    group = frame["rat"] % 2
    options = {"seed": 3, "max_enumerate": 0, "n_permutations": 500}
    whole = permute_patient_labels(frame["weight"], group, frame["rat"], **options)
    monkeypatch.setattr(permutation_labels, "CHUNK_CELLS", 100)
    assert permute_patient_labels(frame["weight"], group, frame["rat"], **options).p == whole.p


def test_label_permutation_with_one_row_per_patient_is_the_exact_mann_whitney_test():
    """Patients of one row each: an independent algorithm must give the same p."""
    y = np.array([1.0, 2.0, 2.0, 3.5, 4.0, 4.0, 7.0, 8.0, 9.0])
    group = np.array([0, 0, 1, 0, 1, 0, 1, 1, 1])
    permuted = permute_patient_labels(y, group, np.arange(9), seed=1)
    close(permuted.p, mann_whitney_exact(y, group).p)


@pytest.mark.parametrize("max_enumerate", [20_000, 0])
def test_label_permutation_of_many_groups_generalises_the_two_group_test(max_enumerate):
    """With two groups of equal row counts H orders arrangements as |T| does."""
    frame, _ = rats()
    group = frame["rat"] % 2
    two = permute_patient_labels(frame["weight"], group, frame["rat"], seed=1)
    many = permute_patient_labels_many(
        frame["weight"], group, frame["rat"], seed=1, max_enumerate=max_enumerate
    )
    tolerance = 4 * many.mc_error if max_enumerate == 0 else 1e-12
    assert abs(many.p - two.p) <= tolerance


def test_label_permutation_of_three_groups_enumerates_every_distinct_arrangement():
    """6!/(2! 2! 2!) = 90 arrangements of which the 3! relabelled ones tie at the extreme."""
    y = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    result = permute_patient_labels_many(y, list("aabbcc"), np.arange(6), seed=1)
    assert result.n_resamples == 90
    close(result.p, 6 / 90)


def test_label_permutation_refuses_a_group_that_varies_inside_a_patient():
    """Permuting patients would be meaningless there; the reason points to the right test."""
    frame, _ = spiders()
    result = permute_patient_labels(frame["protime"], frame["spiders"], frame["id"], seed=1)
    assert result.status == "refused"
    assert "inside patients" in result.note


def test_event_permutation_equals_enumeration_over_patients_with_events():
    """Five events in four patients of one arm: the case where every model separates."""
    events, group, cluster, entries = rare_events()
    result, expected = (
        permute_patient_events(events, group, cluster),
        entries["perm_events"]["result"],
    )
    assert result.statistic == 5
    assert result.extra["n_event_patients"] == len(expected["counts"])
    close(result.p, expected["p_two_sided_absdev"])
    close(result.extra["p_by_probability"], expected["p_two_sided_prob"])
    close(result.extra["p_greater"], expected["p_greater"])


def test_event_permutation_of_any_event_per_patient_is_fishers_test_on_patients():
    """R: fisher.test on 44 patients; both condition on the patients with an event."""
    events, group, cluster, entries = rare_events()
    patients, first = np.unique(cluster, return_index=True)
    any_event = np.array([events[cluster == patient].max() for patient in patients])
    result = permute_patient_events(any_event, group[first], patients)
    expected = entries["patient_fisher"]
    close(result.extra["p_by_probability"], expected["result"]["p_value"], rel=expected["rtol"])


def test_event_permutation_refuses_what_it_cannot_enumerate():
    """Events in more than a thousand patients: random draws answer, and the reason says so."""
    cluster = np.repeat(np.arange(1_200), 2)
    result = permute_patient_events(np.tile([1, 0], 1_200), cluster % 2, cluster)
    assert result.status == "refused"
    assert "random draws" in result.note


def test_within_patient_permutation_equals_the_convolution_in_r():
    """Pooled midranks, permuted inside 26 of 44 patients, convolved in R."""
    frame, entries = spiders()
    result = permute_within_patient(frame["protime"], frame["spiders"], frame["id"])
    expected = entries["strat_exact_overallranks"]["result"]
    assert result.method == "permute_within_patient_exact"
    assert result.extra["n_informative_patients"] == expected["n_informative_clusters"]
    close(result.extra["w"], expected["W"])
    close(result.extra["expected"], expected["EW"])
    close(result.extra["variance"], expected["VarW"])
    close(result.statistic, expected["Z"])
    close(result.p, expected["p_exact_two_sided_abs"])
    close(result.extra["p_less"], expected["p_less"])
    close(result.extra["p_greater"], expected["p_greater"])


def test_within_patient_permutation_of_own_ranks_equals_the_convolution_in_r():
    """Midranks inside each patient, the other scoring in the reference."""
    frame, entries = spiders()
    result = permute_within_patient(
        frame["protime"], frame["spiders"], frame["id"], ranks="within_patient"
    )
    expected = entries["strat_exact"]["result"]
    close(result.extra["w"], expected["W"])
    close(result.statistic, expected["Z"])
    close(result.p, expected["p_exact_two_sided_abs"])


def test_within_patient_z_equals_coins_blocked_test():
    """R: coin::wilcox_test(protime ~ spiders | id)."""
    frame, entries = spiders()
    result = permute_within_patient(frame["protime"], frame["spiders"], frame["id"])
    close(result.statistic, entries["strat_coin"]["result"]["statistic"])
    close(result.extra["p_asymptotic"], entries["strat_coin"]["result"]["p_value"])


def test_within_patient_permutation_draws_where_the_convolution_is_unaffordable(monkeypatch):
    """The fallback must estimate the exact p and say that it was drawn."""
    frame, _ = spiders()
    exact = permute_within_patient(frame["protime"], frame["spiders"], frame["id"])
    monkeypatch.setattr(permutation_within, "MAX_ADDITIONS", 1_000)
    drawn = permute_within_patient(frame["protime"], frame["spiders"], frame["id"], seed=5)
    assert drawn.method == "permute_within_patient_monte_carlo"
    assert drawn.n_resamples == 10_000
    assert abs(drawn.p - exact.p) < 4 * drawn.mc_error
    close(drawn.statistic, exact.statistic)


def test_drawn_permutations_equal_to_the_observed_one_count_as_extreme(monkeypatch):
    """Rounding in a sum must not lose ties: here a third of all draws ties with the data."""
    monkeypatch.setattr(permutation_within, "MAX_ADDITIONS", 1)
    y, group, cluster = [0.1, 0.7, 0.2, 0.9], [0, 1, 0, 1], [1, 1, 1, 1]
    drawn = permute_within_patient(y, group, cluster, seed=1)
    assert abs(drawn.p - 2 / 6) < 4 * drawn.mc_error


def test_within_permutation_of_one_patient_is_the_exact_mann_whitney_test():
    """One patient: conditioning on patients changes nothing."""
    y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
    group = np.array([0, 0, 1, 0, 1, 1, 0, 1])
    close(permute_within_patient(y, group, np.zeros(8)).p, mann_whitney_exact(y, group).p)


def test_blocked_kruskal_wallis_equals_coin():
    """R: coin::kruskal_test(protime ~ factor(edema) | factor(id)); its p is 1 - lower tail."""
    frame, entries = load_case("pbcseq44_multigroup_protime")
    result = blocked_kruskal_wallis(frame["protime"], frame["edema"], frame["id"], seed=1)
    expected = entries["strat_kw_coin"]
    close(result.statistic, expected["result"]["statistic"])
    close(result.extra["p_asymptotic"], expected["result"]["p_value"], rel=expected["rtol"])
    close(result.p, 1 / 10_001)


def test_blocked_kruskal_wallis_of_two_groups_is_the_square_of_the_blocked_z():
    """Both within-patient tests must be one family, and the drawn p must follow the exact one."""
    frame, _ = spiders()
    two = permute_within_patient(frame["protime"], frame["spiders"], frame["id"])
    many = blocked_kruskal_wallis(frame["protime"], frame["spiders"], frame["id"], seed=2)
    close(many.statistic, two.statistic**2)
    assert many.df == 1
    assert abs(many.p - two.p) < 4 * many.mc_error


@pytest.mark.parametrize(
    "method",
    [
        lambda y, group, cluster: permute_patient_labels(y, group, cluster, seed=1),
        lambda y, group, cluster: permute_patient_labels_many(y, group, cluster, seed=1),
        permute_patient_events,
        permute_within_patient,
        lambda y, group, cluster: blocked_kruskal_wallis(y, group, cluster, seed=1),
    ],
    ids=["labels", "labels many", "events", "within", "blocked"],
)
@pytest.mark.parametrize(
    ("y", "group", "cluster"),
    [
        ([1.0] * 6, [0, 0, 1, 1, 0, 1], [1, 1, 2, 2, 3, 4]),
        ([1.0, 0.0, 1.0, 0.0], [1, 1, 1, 1], [1, 1, 2, 3]),
        ([1.0, 0.0, 1.0], [0, 0, 0], [7, 7, 7]),
        ([], [], []),
    ],
    ids=["constant", "empty arm", "one patient", "no rows"],
)
def test_degenerate_permutations_give_a_reason_and_no_number(method, y, group, cluster):
    """p = 1 from a statistic that cannot vary would read as evidence of no difference."""
    result = method(y, group, cluster)
    assert result.status == "not_estimable"
    assert result.note
    assert np.isnan([result.p, result.statistic, result.estimate]).all()


@pytest.mark.parametrize("method", [permute_patient_labels, permute_patient_labels_many])
def test_label_permutation_bears_more_patients_than_a_float_can_count_arrangements(method):
    """C(2400, 1200) exceeds 1e308: a registry must not end in an OverflowError."""
    cluster = np.arange(2_400)
    result = method(cluster % 7.0, cluster % 2, cluster, seed=1, n_permutations=50)
    assert result.status == "ok"
    assert result.extra["log10_arrangements"] > 700
