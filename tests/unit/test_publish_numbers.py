"""Numbers as people read them."""

from __future__ import annotations

import doctest
import math

import pytest

from procohort import vocabulary
from procohort.publish import numbers, plain_csv, selection, wording
from procohort.publish.figures import common
from procohort.results import ResultRow
from procohort.study import Variable

MINUTES = Variable(name="t", type="number", unit="min", labels={}, decimals=1)
COUNT = Variable(name="k", type="integer", unit="count", labels={}, decimals=0)


def _row(**fields: object) -> ResultRow:
    base = {"analysis": "a", "kind": "compare", "estimand": "mean", "outcome": "t"}
    return ResultRow(**{**base, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("module", [numbers, plain_csv, selection, wording, vocabulary, common])
def test_the_examples_in_the_docstrings_are_true(module):
    """An example is the first thing a reader trusts."""
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize(
    ("p", "written"),
    [
        (0.0009999, "< 0.001"),
        (0.001, "0.0010"),
        (0.0496, "0.0496"),
        (0.04999, "0.04999"),
        (0.05, "0.050"),
        (0.00996, "0.00996"),
        (0.0101, "0.010"),
        (0.123, "0.12"),
        (1.0, "1.0"),
        (math.nan, numbers.ABSENT),
    ],
)
def test_p_is_exact_to_two_digits_and_never_rounded_across_a_threshold(p, written):
    """0.0496 written as 0.050 would hide that it is below 0.05."""
    assert numbers.format_p(p) == written


def test_percentages_always_carry_their_counts():
    """A percentage without k and n is what this project exists to question."""
    assert numbers.format_count_percent(449, 458) == "98.0% (449/458)"
    assert numbers.format_count_percent(99_999, 100_000) == "> 99.9% (99999/100000)"
    assert numbers.format_count_percent(0, 210) == "0.0% (0/210)"


def test_effects_are_written_on_the_scale_of_their_estimand():
    """A risk difference of 0.017 is 1.7 percentage points; a ratio has no unit."""
    limits = {"ci_low": -0.06, "ci_high": 0.02, "ci_level": 0.95}
    difference = _row(estimand="risk_difference", estimate=-0.017, **limits)
    assert numbers.format_effect(difference, MINUTES).replace(numbers.MINUS, "-") == (
        "-1.7 pp [-6.0, 2.0]"
    )
    limits = {"ci_low": 1.0, "ci_high": math.inf, "ci_level": 0.95}
    ratio = _row(estimand="geometric_mean_ratio", estimate=1.146, **limits)
    assert numbers.format_effect(ratio, MINUTES) == "1.15 [1.00, \N{INFINITY}]"
    limits = {"ci_low": 0.6, "ci_high": 2.2, "ci_level": 0.95}
    shift = _row(estimand="hodges_lehmann_shift", estimate=1.4, **limits)
    assert numbers.format_effect(shift, MINUTES) == "1.4 min [0.6, 2.2]"
    assert numbers.format_effect(shift, COUNT) == "1.4 [0.6, 2.2]"


def test_a_range_of_estimates_is_not_written_as_an_interval():
    """Leaving out one patient at a time gives a range; brackets would promise coverage."""
    row = _row(estimand="geometric_mean_ratio", estimate=1.1, ci_low=1.05, ci_high=1.2)
    assert numbers.format_effect(row, MINUTES) == "1.10 (range 1.05 to 1.20)"


def test_a_unit_that_names_a_scale_does_not_follow_a_number():
    """'13.9 0 to 100' would be unreadable."""
    scale = Variable(name="s", type="number", unit="0 to 100", labels={}, decimals=1)
    row = _row(estimand="mean_difference", estimate=13.9, ci_low=2.0, ci_high=25.8, ci_level=0.95)
    assert numbers.format_effect(row, scale) == "13.9 [2.0, 25.8]"


@pytest.mark.parametrize(
    ("estimand", "limits", "written"),
    [
        ("spearman_rho", (-0.2866, 0.0039), "[-0.287, 0.004]"),
        ("spearman_rho", (-0.2866, 0.00039), "[-0.2866, 0.0004]"),
        ("spearman_rho", (-0.29, -0.01), "[-0.29, -0.01]"),
        ("risk_difference", (-0.04653, 0.000162), "[-4.65, 0.02]"),
        ("odds_ratio", (1.0042, 9.0), "[1.004, 9.000]"),
        ("odds_ratio", (0.9996, math.inf), "[0.9996, \N{INFINITY}]"),
        ("slope_ratio", (0.99, 1.0002), "[0.9900, 1.0002]"),
        ("auc", (0.501, 0.72), "[0.501, 0.720]"),
        # No difference itself, and what is only the noise of a computation.
        ("odds_ratio", (1.0, 2.5), "[1.00, 2.50]"),
        ("hodges_lehmann_shift", (0.0, 1e-9), "[0.0, 0.0]"),
        # A proportion has no such value: it is bounded by 0.
        ("proportion", (0.0002, 0.2), "[0.0, 20.0]"),
    ],
)
def test_a_limit_is_never_rounded_to_no_difference(estimand, limits, written):
    """-0.15 [-0.29, 0.00] hides that the interval includes 0, as 0.0039 does."""
    low, high = limits
    row = _row(estimand=estimand, estimate=0.5, ci_low=low, ci_high=high, ci_level=0.95)
    text = numbers.format_effect(row, MINUTES, unit=False).replace(numbers.MINUS, "-")
    assert text.partition(" ")[2] == written


def test_medians_of_counts_keep_a_half():
    """The median of 2 and 3 attempts is 2.5, not 2."""
    assert numbers.format_quantile(2.5, COUNT) == "2.5"
    assert numbers.format_quantile(10.0, COUNT) == "10"
    assert numbers.format_quantile(11.92, MINUTES) == "11.9"


def test_a_real_study_is_labelled_with_its_citation():
    """A reader must never wonder whether numbers come from patients."""
    study = {
        "title": "T",
        "data_origin": "real",
        "citation": "Doe\n 2020",
        "row": {"singular": "scan", "plural": "scans"},
        "cluster": {"singular": "scan", "plural": "scans"},
    }
    words = wording.StudyWords.from_settings(study)
    assert words.data_note == "Real data: Doe 2020"
    made = wording.StudyWords.from_settings(study | {"data_label": "made up; not patient data"})
    assert made.data_note == "Data: made up; not patient data"
    assert words.counts(3, 3) == "3 scans"


def test_the_headline_without_p_gives_way_to_a_row_that_has_one():
    """A refused ratio must not hide the permutation test that stands beside it."""
    common_fields = {"group": "g", "level": "x", "reference": "y", "perspective": "cluster_aware"}
    refused = _row(
        estimand="geometric_mean_ratio", headline=True, status="refused", **common_fields
    )
    test = _row(estimand="midrank_difference", p=0.2, **common_fields)
    (line,) = selection.contrasts([refused, test])
    assert line.headline("cluster_aware") is refused
    assert line.p_row("cluster_aware") is test
    assert line.p_row("as_published") is None


def test_with_patients_as_the_unit_nothing_is_counted_in_rows():
    """'63 intervals in 63 patients' is wrong where each patient counts once."""
    study = {
        "title": "T",
        "row": {"singular": "interval", "plural": "intervals"},
        "cluster": {"singular": "patient", "plural": "patients"},
    }
    words = wording.StudyWords.from_settings(study)
    assert words.for_unit("patient").counts(203, 63) == "63 patients"
    assert words.for_unit("row").counts(203, 63) == "203 intervals in 63 patients"


def test_a_patient_level_share_is_of_patients():
    """With patients as the unit, n_procedures still counts the rows behind them."""
    row = _row(unit_of_analysis="patient", n_procedures=458, n_patients=44)
    assert selection.n_trials(row) == 44
