"""Rank tests and effect sizes of independent groups against R 4.2.2."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import fisher_exact

from procohort.stats import pair_differences
from procohort.stats.inference import Inference
from procohort.stats.multiplicity import holm
from procohort.stats.ranks import (
    cliffs_delta,
    hodges_lehmann,
    mann_whitney,
    mann_whitney_exact,
    median_difference,
)
from procohort.stats.ranks_many import dunn, kruskal_wallis
from procohort.stats.welch import geometric_mean_ratio_welch
from reference_cases import load_case

CLOSED_FORM = 1e-10
CASES = {
    "veteran_two_group": ("time", "trt"),
    "sleep_small_ties": ("extra", "group"),
    "pbc_rare9": ("bili", "edema1"),
}


def two_groups(case):
    frame, entries = load_case(case)
    outcome, group = CASES[case]
    return frame[outcome].to_numpy(), (frame[group] == 1).to_numpy(), entries


def close(value, expected, rel=CLOSED_FORM):
    assert value == pytest.approx(expected, rel=rel, abs=1e-13)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("entry", "continuity"), [("mwu_nocc", False), ("mwu_cc", True)])
def test_mann_whitney_equals_wilcox_test(case, entry, continuity):
    """R: wilcox.test(x, y, exact = FALSE, correct = ...): the test that papers report."""
    y, group, entries = two_groups(case)
    result = mann_whitney(y, group, continuity=continuity)
    assert result.statistic == entries[entry]["result"]["statistic"]
    close(result.p, entries[entry]["result"]["p_value"])


@pytest.mark.parametrize("case", CASES)
def test_z_of_mann_whitney_equals_coin(case):
    """R: coin::wilcox_test(distribution = "asymptotic"): the variance of the permutation law."""
    y, group, entries = two_groups(case)
    close(mann_whitney(y, group).extra["z"], entries["coin_asym"]["result"]["statistic"])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("entry", ["coin_exact", "ert_exact"])
def test_exact_mann_whitney_with_ties_equals_coin_and_exact_rank_tests(case, entry):
    """Two packages agree; SciPy's "exact" ignores ties, and 9 against 398 is far from normal."""
    y, group, entries = two_groups(case)
    close(mann_whitney_exact(y, group).p, entries[entry]["result"]["p_value"])


def test_exact_mann_whitney_on_patient_medians_equals_coin():
    """R: coin::wilcox_test(median ~ trt, exact()) on 44 patient medians."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    medians = frame.groupby("id")["bili"].median().to_numpy()
    group = frame.groupby("id")["trt"].first().to_numpy()
    expected = entries["cluster_median_mwu"]["result"]
    close(mann_whitney_exact(medians, group).p, expected["p_exact"])
    close(mann_whitney(medians, group).p, expected["asym"]["p_value"])


@pytest.mark.parametrize(
    ("case", "outcome", "group"),
    [
        ("pbcseq44_ranksum_between", "bili", "trt"),
        ("pbcseq44_within_spiders", "protime", "spiders"),
        ("epil_between", "y", "trt"),
    ],
)
def test_naive_mann_whitney_of_clustered_rows_is_what_software_prints(case, outcome, group):
    """The "as published" column must show the number that the naive analysis gives."""
    frame, entries = load_case(case)
    frame = frame.dropna(subset=[group])
    in_group = frame[group].isin([1, "progabide"])
    result = mann_whitney(frame[outcome], in_group)
    assert result.statistic == entries["naive_mwu"]["result"]["statistic"]
    close(result.p, entries["naive_mwu"]["result"]["p_value"])


@pytest.mark.parametrize("case", CASES)
def test_hodges_lehmann_is_the_median_of_differences_with_order_statistic_limits(case):
    """R's wilcox.test searches a root and misses the median on `sleep` (-1.346 for -1.35)."""
    y, group, entries = two_groups(case)
    plain, corrected = hodges_lehmann(y, group), hodges_lehmann(y, group, continuity=True)
    close(plain.estimate, entries["hl"]["result"]["estimate"])
    expected = entries["hl_ci_os"]["result"]
    close([plain.ci_low, plain.ci_high], expected["ci"])
    close([corrected.ci_low, corrected.ci_high], expected["ci_cc"])


@pytest.mark.parametrize("case", CASES)
def test_corrected_hodges_lehmann_limits_invert_the_corrected_test(case):
    """R: wilcox.test(conf.int = TRUE, correct = TRUE, tol.root = 1e-12)."""
    y, group, entries = two_groups(case)
    result = hodges_lehmann(y, group, continuity=True)
    expected = entries["hl_ci_r"]["result"]["conf_int"]
    close([result.ci_low, result.ci_high], expected, rel=entries["hl_ci_r"]["rtol"])


def test_selection_in_the_implicit_matrix_finds_the_listed_differences(monkeypatch):
    """Registries have too many pairs to list; ties and both ends are where a search slips."""
    y, group, _ = two_groups("pbc_rare9")
    positions = [0, 1, 700, 1791, 3000, 3581]
    listed = pair_differences.pair_difference_order_statistics(y[group], y[~group], positions)
    monkeypatch.setattr(pair_differences, "MAX_LISTED_PAIRS", 20)
    searched = pair_differences.pair_difference_order_statistics(y[group], y[~group], positions)
    assert searched == listed


@pytest.mark.parametrize("case", CASES)
def test_cliffs_delta_has_cliffs_own_variance_and_limits(case):
    """Formula of Cliff (1996) evaluated in R; effsize agrees on the estimate."""
    y, group, entries = two_groups(case)
    result, expected = cliffs_delta(y, group), entries["cliff"]["result"]
    close(result.estimate, expected["delta"])
    close(result.estimate, entries["cliff_effsize"]["result"]["estimate"])
    close(result.extra["auc"], expected["auc"])
    close(result.extra["se"], expected["se_unbiased"])
    close([result.ci_low, result.ci_high], expected["ci_cliff_asymmetric_normal"])


@pytest.mark.parametrize("case", CASES)
def test_median_difference_is_the_difference_of_the_medians(case):
    """R: median(x) - median(y)."""
    y, group, entries = two_groups(case)
    expected = entries["n"]["result"]
    close(median_difference(y, group).estimate, expected["median1"] - expected["median0"])


@pytest.mark.parametrize("case", ["veteran_two_group", "pbc_rare9"])
def test_ratio_of_geometric_means_equals_welch_t_on_logs(case):
    """R: t.test(log(x), log(y))."""
    y, group, entries = two_groups(case)
    result, expected = geometric_mean_ratio_welch(y, group), entries["gmr_welch"]["result"]
    close(result.estimate, expected["gmr"])
    close([result.ci_low, result.ci_high], expected["gmr_ci"])
    close([result.statistic, result.df], [expected["statistic"], expected["parameter"]])
    close(result.p, expected["p_value"])


def test_ratio_of_geometric_means_on_patients_equals_the_two_stage_t_test():
    """R: t.test on patient means of log(bili): the simplest valid analysis of clustered rows."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    patient = frame.assign(log_bili=np.log(frame["bili"])).groupby("id")
    geometric_means = np.exp(patient["log_bili"].mean())
    result = geometric_mean_ratio_welch(geometric_means, patient["trt"].first())
    expected = entries["cluster_mean_t"]["result"]["welch"]
    close([result.statistic, result.df], [expected["statistic"], expected["parameter"]])
    close(np.log([result.ci_low, result.ci_high]), expected["conf_int"])


def test_ratio_of_geometric_means_refuses_a_zero():
    """log(0) must not turn into minus infinity, nor may the row be dropped in silence."""
    y, group, _ = two_groups("sleep_small_ties")
    result = geometric_mean_ratio_welch(y, group)
    assert result.status == "refused"
    assert np.isnan(result.estimate)


@pytest.mark.parametrize(
    ("case", "outcome", "group", "entry"),
    [
        ("veteran_multigroup", "time", "celltype", "kw"),
        ("pbcseq44_multigroup_protime", "protime", "edema", "kw"),
    ],
)
def test_kruskal_wallis_equals_kruskal_test(case, outcome, group, entry):
    """R: kruskal.test(), tie-corrected."""
    frame, entries = load_case(case)
    result, expected = kruskal_wallis(frame[outcome], frame[group]), entries[entry]["result"]
    close([result.statistic, result.df], [expected["statistic"], expected["parameter"]])
    close(result.p, expected["p_value"])


def test_kruskal_wallis_effect_sizes_equal_their_formulas():
    """epsilon-squared and eta-squared(H), evaluated in R."""
    frame, entries = load_case("veteran_multigroup")
    extra, expected = (
        kruskal_wallis(frame["time"], frame["celltype"]).extra,
        entries["kw_eps2"]["result"],
    )
    close(extra["epsilon_squared"], expected["epsilon2"])
    close(extra["eta_squared_h"], expected["eta2_H"])


@pytest.mark.parametrize(
    ("case", "outcome", "group"),
    [
        ("veteran_multigroup", "time", "celltype"),
        ("pbcseq44_multigroup_protime", "protime", "edema"),
    ],
)
def test_dunn_equals_rstatix_with_holm(case, outcome, group):
    """R: rstatix::dunn_test(): second level minus first, Holm over all pairs."""
    frame, entries = load_case(case)
    labels = frame[group].map(lambda label: f"{label:g}" if isinstance(label, float) else label)
    tests, expected = dunn(frame[outcome], labels), entries["dunn"]["result"]
    expected = expected.get("none", expected)
    assert [f"{test.reference} - {test.level}" for test in tests] == expected["pair"]
    close([test.inference.statistic for test in tests], expected["z"])
    close([test.inference.p for test in tests], expected["p"])
    close([test.p_holm for test in tests], expected["p_holm"])


def test_dunn_has_the_opposite_sign_of_dunn_test():
    """R's dunn.test prints first minus second; mixing the two reverses every conclusion."""
    frame, entries = load_case("veteran_multigroup")
    ours = {
        f"{test.reference} - {test.level}": test.inference.statistic
        for test in dunn(frame["time"], frame["celltype"])
    }
    expected = entries["dunn_dinno"]["result"]
    close([-ours[pair] for pair in expected["pair"]], expected["z"])


def test_pairwise_mann_whitney_with_holm_equals_pairwise_wilcox_test():
    """R: pairwise.wilcox.test(exact = FALSE, p.adjust.method = "holm"): each pair ranked anew."""
    frame, entries = load_case("veteran_multigroup")
    expected = entries["pairwise_wilcox_holm"]["result"]
    pairs = list(combinations(sorted(frame["celltype"].unique()), 2))
    p_values = []
    for first, second in pairs:
        both = frame[frame["celltype"].isin([first, second])]
        p_values.append(mann_whitney(both["time"], both["celltype"] == second, continuity=True).p)
    table = [
        expected["p"][expected["rows"].index(second)][expected["cols"].index(first)]
        for first, second in pairs
    ]
    close(holm(p_values), table)


def test_exact_mann_whitney_of_a_binary_outcome_is_fishers_test_one_sided():
    """Independent check by SciPy's hypergeometric: ranks of 0/1 carry nothing but the counts."""
    y = np.repeat([1.0, 0.0, 1.0, 0.0], [5, 7, 2, 16])
    group = np.repeat([1, 0], [12, 18])
    result = mann_whitney_exact(y, group)
    close(result.extra["p_greater"], fisher_exact([[5, 7], [2, 16]], "greater").pvalue)
    close(result.extra["p_less"], fisher_exact([[5, 7], [2, 16]], "less").pvalue)


def test_exact_mann_whitney_refuses_what_it_cannot_afford():
    """Two arms of 600 would need gigabytes; the caller gets a reason instead of a hang."""
    y = np.arange(1200.0)
    result = mann_whitney_exact(y, y % 2)
    assert result.status == "refused"
    assert "too large" in result.note


@pytest.mark.parametrize(
    "method",
    [
        mann_whitney,
        mann_whitney_exact,
        hodges_lehmann,
        cliffs_delta,
        geometric_mean_ratio_welch,
    ],
)
@pytest.mark.parametrize(
    ("y", "group"),
    [([3.0, 3.0, 3.0], [0, 1, 1]), ([1.0, 2.0], [1, 1]), ([], [])],
    ids=["constant", "empty arm", "no rows"],
)
def test_degenerate_rows_give_a_reason_and_no_number(method, y, group):
    """A zero variance must not become p = 0, NaN labelled ok, or an exception."""
    result: Inference = method(y, group)
    assert result.status == "not_estimable"
    assert result.note
    assert np.isnan([result.p, result.estimate, result.ci_low]).all()


def test_complete_separation_gives_delta_one_with_a_finite_limit():
    """The variance is 0 there; Cliff's limit (n - z^2) / (n + z^2) keeps an honest width."""
    result = cliffs_delta([1.0, 2.0, 3.0, 4.0, 11.0, 12.0, 13.0, 14.0, 15.0], [0] * 4 + [1] * 5)
    assert result.estimate == 1.0
    close(
        [result.ci_low, result.ci_high],
        [(4 - 1.959963984540054**2) / (4 + 1.959963984540054**2), 1.0],
    )


def test_missing_values_are_an_error_not_a_row_less():
    """Dropping NaN here would give each method of a comparison other rows."""
    with pytest.raises(ValueError, match="NaN"):
        mann_whitney([1.0, np.nan, 2.0], [0, 1, 1])
