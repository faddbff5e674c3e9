"""Further comparisons of independent groups against R 4.2.2."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from procohort.stats.anova import anova, anova_welch
from procohort.stats.brunner_munzel import brunner_munzel
from procohort.stats.clustered_ranks import obuchowski_auc
from procohort.stats.pooled_t import geometric_mean_ratio_student, mean_difference_student
from procohort.stats.ranks_pairwise import pairwise_mann_whitney
from reference_cases import load_case

CLOSED_FORM = 1e-9
CASES = {
    "veteran_two_group": ("time", "trt"),
    "sleep_small_ties": ("extra", "group"),
    "pbc_rare9": ("bili", "edema1"),
}


def two_groups(case):
    frame, entries = load_case(case)
    outcome, group = CASES[case]
    return frame[outcome].to_numpy(), (frame[group] == 1).to_numpy(), entries


def close(value, expected):
    assert value == pytest.approx(expected, rel=CLOSED_FORM)


@pytest.mark.parametrize("case", ["veteran_two_group", "pbc_rare9"])
def test_pooled_ratio_of_geometric_means_equals_student_t_on_logs(case):
    """R: t.test(log(x), log(y), var.equal = TRUE)."""
    y, group, entries = two_groups(case)
    result, expected = geometric_mean_ratio_student(y, group), entries["gmr_student"]["result"]
    close(result.estimate, expected["gmr"])
    close([result.ci_low, result.ci_high], expected["gmr_ci"])
    close([result.statistic, result.df], [expected["statistic"], expected["parameter"]])
    close(result.p, expected["p_value"])
    on_logs = mean_difference_student(np.log(y), group)
    close([on_logs.ci_low, on_logs.ci_high], expected["conf_int"])
    close(on_logs.p, expected["p_value"])


@pytest.mark.parametrize("case", CASES)
def test_brunner_munzel_equals_r_seen_from_the_other_group(case):
    """R: brunnermunzel.test(x, y) estimates P(X < Y); ours is P(X > Y), X the group named first."""
    y, group, entries = two_groups(case)
    result, expected = brunner_munzel(y, group), entries["brunner_munzel"]["result"]
    close(1.0 - result.estimate, expected["estimate"])
    close([-result.statistic, result.df], [expected["statistic"], expected["parameter"]])
    close(result.p, expected["p_value"])
    low, high = expected["conf_int"]
    close([result.ci_low, result.ci_high], [max(0.0, 1.0 - high), min(1.0, 1.0 - low)])


def test_analyses_of_variance_of_logs_equal_oneway_test():
    """R: oneway.test(log(time) ~ celltype), Welch's and the classical one."""
    frame, entries = load_case("veteran_multigroup")
    for method, name in ((anova_welch, "welch"), (anova, "classical")):
        result = method(frame["time"], frame["celltype"], log=True)
        expected = entries["anova_log"]["result"][name]
        close(result.statistic, expected["statistic"])
        close([result.extra["df1"], result.df], expected["parameter"])
        close(result.p, expected["p_value"])


def test_analysis_of_variance_of_two_groups_is_the_square_of_t():
    """One family of tests, whatever the number of groups."""
    y, group, _ = two_groups("veteran_two_group")
    student = mean_difference_student(y, group)
    close(anova(y, group).statistic, student.statistic**2)
    close(anova(y, group).p, student.p)


def test_pairwise_mann_whitney_equals_pairwise_wilcox_test():
    """R: pairwise.wilcox.test(exact = FALSE, p.adjust.method = "holm")."""
    frame, entries = load_case("veteran_multigroup")
    expected = entries["pairwise_wilcox_holm"]["result"]
    tests = pairwise_mann_whitney(frame["time"], frame["celltype"], continuity=True)
    assert [(test.reference, test.level) for test in tests] == list(
        combinations(sorted(frame["celltype"].unique()), 2)
    )
    for test in tests:
        row, column = expected["rows"].index(test.level), expected["cols"].index(test.reference)
        close(test.p_holm, expected["p"][row][column])


def test_auc_of_a_small_tied_sample_equals_delong():
    """R: pROC::ci.auc(method = "delong") on 10 against 10 rows with ties."""
    y, group, entries = two_groups("sleep_small_ties")
    result, expected = obuchowski_auc(y, group, np.arange(len(y))), entries["auc_delong"]["result"]
    shown = [result.ci_low, result.estimate, result.ci_high]
    close(shown, [expected[key] for key in ("ci_lower", "auc", "ci_upper")])
