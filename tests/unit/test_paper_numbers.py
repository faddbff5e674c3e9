"""Numbers of a manuscript: presets, and what a study says over them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from minimal_study import SCHEMA, config
from procohort import plan_paper
from procohort.publish.numbers import ABSENT, MINUS
from procohort.publish.paper.number_style import NumberStyle, PStyle
from procohort.results import ResultRow
from procohort.settings import SettingsError, complete
from procohort.settings_paper import PRESETS, number_settings
from procohort.study import Variable

TIME = Variable(name="t", type="number", unit="min", labels={}, decimals=1)
COUNT = Variable(name="k", type="integer", unit="count", labels={}, decimals=0)
YES_NO = Variable(name="y", type="boolean", labels={})
SHIFT = ResultRow(
    analysis="a", kind="compare", estimand="hodges_lehmann_shift", outcome="t", estimate=1.14,
    ci_low=-0.31, ci_high=1.9, ci_level=0.95, p=0.0042,
)  # fmt: skip
SHARE = ResultRow(
    analysis="a", kind="rate", estimand="proportion", outcome="y", estimate=0.98035,
    ci_low=0.963, ci_high=0.991, ci_level=0.95, n_events=449, n_procedures=458,
)  # fmt: skip
STYLES = ("exact", "two_decimals", "three_decimals")


def style(**paper: Any) -> NumberStyle:
    """The style of a study that says this under `paper`."""
    return NumberStyle.from_settings(number_settings({"preset": "plain", **paper}))


@pytest.mark.parametrize(
    ("paper", "shown"),
    [
        ({}, f"1.1 [{MINUS}0.3, 1.9]"),
        ({"preset": "radiology"}, f"1.1 ({MINUS}0.3, 1.9)"),
        ({"decimal_sign": ","}, f"1,1 [{MINUS}0,3; 1,9]"),
        ({"interval": "to"}, f"1.1 ({MINUS}0.3 to 1.9)"),
        ({"interval": "dash"}, f"1.1 ({MINUS}0.3 to 1.9)"),
        ({"decimal_sign": "·"}, f"1·1 [{MINUS}0·3, 1·9]"),
    ],
)
def test_an_effect_is_written_in_the_style_asked_for(paper: dict[str, Any], shown: str) -> None:
    """A dash beside a minus sign, or a comma beside a decimal comma, would be misread."""
    assert style(**paper).effect_with_interval(SHIFT, TIME) == shown


def test_a_limit_beside_no_difference_shows_its_side() -> None:
    """[-4.7, 0.0] could include zero or exclude it; the table must say which."""
    row = replace(SHIFT, estimand="risk_difference", ci_low=-0.04653, ci_high=0.000162)
    assert style().interval_text(row, YES_NO) == f"[{MINUS}4.65, 0.02]"
    assert style(decimal_sign=",").interval_phrase(row, YES_NO) == f"95% CI {MINUS}4,65; 0,02"


@pytest.mark.parametrize(
    ("paper", "median", "mean", "share", "p"),
    [
        ({}, "10.3 [7.8, 14.4]", "11.9 (6.4)", "98.0% (449/458)", "p = 0.0042"),
        (
            {"preset": "radiology"},
            "10.3 (7.8, 14.4)",
            "11.9 ± 6.4",
            "98.0% (449 of 458)",
            "P = .004",
        ),
        (
            {"decimal_sign": ",", "interval": "dash", "percent_decimals": 0},
            "10,3 (7,8\N{EN DASH}14,4)",
            "11,9 (6,4)",
            "98% (449/458)",
            "p = 0,0042",
        ),
    ],
)
def test_summaries_shares_and_p_follow_one_style(
    paper: dict[str, Any], median: str, mean: str, share: str, p: str
) -> None:
    """A table that mixes styles is sent back."""
    numbers = style(**paper)
    assert numbers.median_iqr(10.3, 7.8, 14.4, TIME) == median
    assert numbers.mean_sd(11.9, 6.387, TIME) == mean
    assert numbers.percent_count(449, 458) == share
    assert numbers.p_equation(0.0042) == p


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("exact", {0.0004: "< 0.001", 0.0042: "0.0042", 0.0456: "0.046", 0.31: "0.31", 1.0: "1.0"}),
        (
            "two_decimals",
            {0.0004: "< 0.001", 0.0042: "0.004", 0.042: "0.04", 0.31: "0.31", 0.996: "> 0.99"},
        ),
        (
            "three_decimals",
            {0.0004: "< 0.001", 0.0042: "0.004", 0.0456: "0.046", 0.31: "0.310", 1.0: "> 0.999"},
        ),
    ],
)
def test_p_values_are_written_as_the_style_says(name: str, cases: dict[float, str]) -> None:
    """Journals differ, and each looks at p first."""
    numbers = style(p={"style": name})
    assert {p: numbers.p(p) for p in cases} == cases


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("leading_zero", [True, False])
def test_no_p_value_is_rounded_across_the_level(name: str, *, leading_zero: bool) -> None:
    """0.0496 printed as .05 would read as not significant, 0.0504 printed as .05 as unclear."""
    numbers = NumberStyle(p_style=PStyle(style=name, leading_zero=leading_zero))  # type: ignore[arg-type]
    grid = [0.05 + sign * 10.0**-power for power in range(2, 12) for sign in (-0.999, 0.999)]
    for p in [*grid, math.nextafter(0.05, 0), math.nextafter(0.05, 1), 0.05]:
        text = numbers.p(p)
        value = float(text.lstrip("<> "))
        if text[0] in "<>":
            assert (text[0] == "<") == (p < 0.05)
        else:
            assert (value < 0.05) == (p < 0.05), (p, text)


def test_the_smallest_p_can_be_smaller() -> None:
    """Some journals want four decimals."""
    numbers = style(p={"smallest": 0.0001, "symbol": "P", "leading_zero": False})
    assert [numbers.p_equation(p) for p in (0.00004, 0.00034, 0.02)] == [
        "P < .0001",
        "P = .00034",
        "P = .020",
    ]
    assert style(p={"smallest": 0.0001, "style": "two_decimals"}).p(0.00034) == "0.0003"


def test_a_share_keeps_percent_with_both_limits_in_a_sentence() -> None:
    """Percent beside one limit only could be read as two different units."""
    assert style().interval_phrase(SHARE, YES_NO) == "95% CI 96.3%, 99.1%"
    assert style(preset="radiology").interval_phrase(SHARE, YES_NO) == "95% CI: 96.3%, 99.1%"
    assert style().interval_text(SHARE, YES_NO) == "[96.3, 99.1]"


def test_texts_of_the_house_take_the_style_but_versions_and_dates_do_not() -> None:
    """A decimal comma in the table and a point in its footnote look careless."""
    numbers = style(preset="radiology", decimal_sign=",", thousands_sign=".")
    text = "p = 0.0042 of 12345 (95 % interval -0.5 to 1.5) on 2024-08-26, version 3.11.2, L4/5"
    assert numbers.text(text) == (
        f"P = ,0042 of 12.345 (95% interval {MINUS}0,5 to 1,5) on 2024-08-26, version 3.11.2, L4/5"
    )


def test_what_is_absent_is_a_dash_in_every_style() -> None:
    """An empty cell could be an error."""
    nan = math.nan
    for preset in PRESETS:
        numbers = style(preset=preset)
        shown = {
            numbers.p(nan),
            numbers.median_iqr(nan, nan, nan, TIME),
            numbers.mean_sd(nan, nan, TIME),
            numbers.percent_count(None, None),
            numbers.count(None),
        }
        assert shown == {ABSENT}


def test_a_count_keeps_its_half() -> None:
    """The median of an even number of counts may lie between two of them."""
    assert style(decimal_sign=",").median_iqr(2.5, 2, 3, COUNT) == "2,5 [2; 3]"


def test_a_key_that_is_given_wins_over_the_preset() -> None:
    """One difference from a journal's style must not mean writing out all of it."""
    settings = complete(config(paper={"preset": "radiology", "p": {"symbol": "p"}}), SCHEMA)
    numbers = plan_paper.paper_parameters(settings)["numbers"]
    assert (numbers["p"]["symbol"], numbers["p"]["leading_zero"]) == ("p", False)
    assert numbers["summary"] == "mean_sd"


def test_a_study_that_says_nothing_has_the_plain_preset() -> None:
    """A manuscript comes without configuration."""
    assert plan_paper.paper_parameters(complete(config(), SCHEMA))["numbers"] == PRESETS["plain"]


@pytest.mark.parametrize(
    ("paper", "line"),
    [
        (
            {"table_one": ["rat"]},
            "config.yaml: paper.table_one[0]: 'rat' is not the id of a description. "
            "Did you mean 'rats'?",
        ),
        (
            {"decimal_sign": ",", "thousands_sign": ","},
            "config.yaml: paper.thousands_sign: ',' is the decimal sign too. Choose another, or an "
            "empty text.",
        ),
        (
            {"preset": "radiology", "decimal_sign": ","},
            "config.yaml: paper.thousands_sign: ',' is the decimal sign too. Choose another, or an "
            "empty text.",
        ),
    ],
)
def test_a_mistake_in_the_number_style_is_told(paper: dict[str, Any], line: str) -> None:
    """1,234 must not be able to mean two numbers."""
    described = [{"id": "rats", "unit": "patient", "variables": ["diet"]}]
    with pytest.raises(SettingsError) as caught:
        complete(config(paper=paper, descriptions=described), SCHEMA)
    assert caught.value.lines == [line]


def test_the_manuscript_changes_with_labels_and_style_but_not_with_what_it_leaves_out() -> None:
    """An edit of the schedule must not write the Word file again."""
    before = plan_paper.paper_parameters(complete(config(), SCHEMA))
    labelled = config(paper={"decimal_sign": ","})
    assert plan_paper.paper_parameters(complete(labelled, SCHEMA)) != before
    safety = config(safety={"outcomes": ["reached"]}, privacy={"small_cell": 9})
    assert plan_paper.paper_parameters(complete(safety, SCHEMA)) == before
