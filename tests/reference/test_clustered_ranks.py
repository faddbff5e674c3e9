"""Rank tests for clustered rows against R 4.2.2 (clusrank 1.0-4, pROC 1.18.0, own formulas)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import stdtr

from procohort.stats.clustered_ranks import (
    datta_satten,
    datta_satten_many,
    obuchowski_auc,
    rosner_glynn_lee,
)
from reference_cases import load_case

CLOSED_FORM = 1e-10
CASES = {
    "pbcseq44_ranksum_between": ("bili", "trt", "id"),
    "pbcseq44_within_spiders": ("protime", "spiders", "id"),
    "epil_between": ("y", "trt", "subject"),
}


def clustered(case):
    frame, entries = load_case(case)
    outcome, group, cluster = CASES[case]
    frame = frame.dropna(subset=[group])
    in_group = frame[group].isin([1, "progabide"]).to_numpy()
    return frame[outcome].to_numpy(), in_group, frame[cluster].to_numpy(), entries


def close(value, expected):
    assert value == pytest.approx(expected, rel=CLOSED_FORM, abs=1e-13)


@pytest.mark.parametrize("case", CASES)
def test_datta_satten_equals_clusrank(case):
    """R: clusWilcox.test(method = "ds"), group between and within patients."""
    y, group, cluster, entries = clustered(case)
    result, expected = datta_satten(y, group, cluster), entries["ds"]["result"]
    close(result.statistic, expected["Z"])
    close(result.extra["p_z"], expected["p_value"])
    close(result.extra["s"], expected["S"])
    close(result.extra["expected"], expected["ES"])
    close(result.extra["variance"], expected["varS"])


def test_datta_satten_refers_z_to_t_with_two_degrees_fewer_than_patients():
    """The normal law rejects 5.2 to 5.4 % at 44 patients, t(42) 4.3 to 4.8 %."""
    y, group, cluster, entries = clustered("pbcseq44_ranksum_between")
    result = datta_satten(y, group, cluster)
    assert result.df == 42
    close(result.p, 2 * stdtr(42, -entries["ds_own"]["result"]["Z"]))


def test_datta_satten_for_three_groups_equals_the_label_free_formula():
    """clusrank's own result changes with the order of the labels (15.40 or 19.91 here)."""
    frame, entries = load_case("pbcseq44_multigroup_protime")
    result = datta_satten_many(frame["protime"], frame["edema"], frame["id"])
    expected = entries["ds_m_own"]["result"]
    close([result.statistic, result.df, result.p], [expected[k] for k in ("chisq", "df", "p")])


@pytest.mark.parametrize("renamed", [{0: "c", 0.5: "a", 1: "b"}, {0: "b", 0.5: "c", 1: "a"}])
def test_datta_satten_for_three_groups_ignores_the_names_of_the_groups(renamed):
    """The defect of clusrank, as a test of ours."""
    frame, _ = load_case("pbcseq44_multigroup_protime")
    original = datta_satten_many(frame["protime"], frame["edema"], frame["id"])
    result = datta_satten_many(frame["protime"], frame["edema"].map(renamed), frame["id"])
    close(result.statistic, original.statistic)


def test_datta_satten_for_two_labels_is_the_square_of_the_two_group_test():
    """Both forms must be one method, or tables with two and three groups disagree."""
    y, group, cluster, _ = clustered("pbcseq44_ranksum_between")
    many = datta_satten_many(y, np.where(group, "treated", "control"), cluster)
    close(many.statistic, datta_satten(y, group, cluster).statistic ** 2)


@pytest.mark.parametrize("case", ["pbcseq44_ranksum_between", "epil_between"])
def test_rosner_glynn_lee_equals_clusrank(case):
    """R: clusWilcox.test(method = "rgl"), unequal and equal cluster sizes."""
    y, group, cluster, entries = clustered(case)
    result, expected = rosner_glynn_lee(y, group, cluster), entries["rgl"]["result"]
    close(result.statistic, expected["Z"])
    close(result.p, expected["p_value"])
    close(result.extra["w"], expected["Rstat"])
    close(result.extra["expected"], expected["ERstat"])
    close(result.extra["variance"], expected["VRstat"])


def test_rosner_glynn_lee_equals_clusrank_on_repeated_weights():
    """R: clusWilcox.test(weight, cluster = rat, group = diets 2 and 3 against 1)."""
    frame, entries = load_case("bodyweight_permutation")
    result = rosner_glynn_lee(frame["weight"], frame["diet"] != 1, frame["rat"])
    close(result.statistic, entries["rgl"]["result"]["Z"])


def test_rosner_glynn_lee_refuses_a_group_that_varies_inside_a_patient():
    """The 2003 test permutes whole patients; applied here it would answer another question."""
    y, group, cluster, _ = clustered("pbcseq44_within_spiders")
    assert rosner_glynn_lee(y, group, cluster).status == "refused"


def test_rosner_glynn_lee_says_when_no_two_patients_are_comparable():
    """All sizes different: the permutation variance is zero, not the p value."""
    cluster = np.repeat(np.arange(4), [1, 2, 3, 4])
    result = rosner_glynn_lee(np.arange(10.0), cluster % 2, cluster)
    assert result.status == "not_estimable"


@pytest.mark.parametrize("case", CASES)
def test_obuchowski_auc_equals_its_formula_in_r(case):
    """Obuchowski (1997) evaluated in R; SE 0.078 beside 0.077 from the cluster bootstrap."""
    y, group, cluster, entries = clustered(case)
    result, expected = obuchowski_auc(y, group, cluster), entries["auc_obuchowski"]["result"]
    close(result.estimate, expected["auc"])
    close(result.extra["variance"], expected["var"])
    close([result.ci_low, result.ci_high], expected["ci_wald"])
    close(result.p, expected["p_wald"])


@pytest.mark.parametrize(
    ("case", "outcome", "group"),
    [("veteran_two_group", "time", "trt"), ("pbc_rare9", "bili", "edema1")],
)
def test_obuchowski_auc_reduces_to_delong_when_each_row_is_a_patient(case, outcome, group):
    """R: pROC::ci.auc(method = "delong"): the second confirmation that Obuchowski lacks."""
    frame, entries = load_case(case)
    result = obuchowski_auc(frame[outcome], frame[group] == 1, np.arange(len(frame)))
    expected = entries["auc_delong"]["result"]
    close(
        [result.ci_low, result.estimate, result.ci_high],
        [expected[k] for k in ("ci_lower", "auc", "ci_upper")],
    )


@pytest.mark.parametrize(
    "method", [datta_satten, datta_satten_many, rosner_glynn_lee, obuchowski_auc]
)
@pytest.mark.parametrize(
    ("y", "group", "cluster"),
    [
        ([2.0] * 6, [0, 0, 1, 1, 0, 1], [1, 1, 2, 2, 3, 4]),
        ([1.0, 2.0, 3.0, 4.0], [0, 0, 0, 0], [1, 2, 3, 4]),
        ([1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1], [1, 1, 2, 2]),
        ([], [], []),
    ],
    ids=["constant", "empty arm", "two patients", "no rows"],
)
def test_degenerate_clusters_give_a_reason_and_no_number(method, y, group, cluster):
    """A p of 0 or NaN labelled ok would be believed."""
    result = method(y, group, cluster)
    assert result.status == "not_estimable"
    assert result.note
    assert np.isnan([result.p, result.statistic]).all()
