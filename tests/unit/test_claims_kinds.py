"""Spreads, intervals, effects, statistics and frequency classes against their result rows."""

import math

import pytest

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.scorecard import judge_all, write_csv
from procohort.claims.verdict import StudyContext, judge, to_record
from procohort.results import ResultRow

REAL = StudyContext(data_origin="real", row="procedure")


def claim(printed, kind, **fields):
    fields = {"analysis": "a", "sentence": f"It was {printed} here."} | fields
    return Claim(id=fields.pop("id", "c"), source="abstract", printed=printed, kind=kind, **fields)


def row(**fields):
    filled = {"analysis": "a", "kind": "compare", "estimand": "mean", "outcome": "time"} | fields
    return ResultRow(**({"n_procedures": 458, "n_patients": 44} | filled))


def spread(**estimates):
    return [row(estimand=name, estimate=value) for name, value in estimates.items()]


def test_a_standard_deviation_is_judged_by_the_row_of_the_standard_deviation():
    """The mean of the same outcome stands beside it and must not be taken instead."""
    rows = spread(mean=11.9, sd=2.34)
    found = judge(claim("2.3", "sd", unit="min"), rows, REAL)
    assert (found.verdict, found.row.estimand) == ("reproduced", "sd")
    other = judge(claim("2.5", "sd", unit="min"), rows, REAL)
    assert other.why == (
        "The standard deviation in the data is 2.3 min, 0.2 min less than printed."
    )


@pytest.mark.parametrize(
    ("printed", "verdict", "why"),
    [
        ("range, 4-23 min", "reproduced", "the smallest value is 4 and the largest 23 min."),
        ("4.2 to 23.1", "reproduced", "the smallest value is 4.2 and the largest 23.1 min."),
        ("4-25", "differs", "the smallest value is 4 and the largest 23 min, not 4-25."),
    ],
)
def test_a_range_needs_both_of_its_ends(printed, verdict, why):
    """One row shows each end; one that agrees does not excuse the other."""
    rows = spread(min=4.2, max=23.1)
    found = judge(claim(printed, "range", unit="min"), rows, REAL)
    assert found.verdict == verdict
    assert found.why == f"In the data {why}"
    assert found.row.estimand == "min"


def test_the_ends_of_a_range_are_rounded_by_one_rule():
    """4.25 and 23.15: half up prints 4.3-23.2, truncation 4.2-23.1, no rule 4.3-23.1."""
    rows = spread(min=4.25, max=23.15)
    assert judge(claim("4.3-23.2", "range"), rows, REAL).rounding == "half_up"
    assert judge(claim("4.2-23.1", "range"), rows, REAL).rounding == "truncate"
    mixed = judge(claim("4.3-23.1", "range"), rows, REAL)
    assert mixed.verdict == "differs"
    assert mixed.why.endswith("Each end agrees, but each under another rounding rule.")


def test_quartiles_that_differ_name_the_harmless_explanation():
    """Programs define quartiles in nine ways; the reader should know before concluding."""
    rows = spread(q1=6.0, q3=14.25)
    assert judge(claim("IQR 6-14", "quartiles"), rows, REAL).verdict == "reproduced"
    found = judge(claim("IQR 6-15", "quartiles"), rows, REAL)
    assert found.verdict == "differs"
    assert found.why.endswith("Quartiles have several definitions, which can move them a little.")


def test_a_range_without_a_row_for_one_end_is_not_testable():
    """Half an answer is none."""
    found = judge(claim("4-23", "range"), spread(min=4.0), REAL)
    assert (found.verdict, found.row) == ("not_testable", None)
    assert "No result row has estimand 'max'" in found.why


def effect(**fields):
    known = {"estimand": "mean_difference", "perspective": "as_published", "headline": True}
    limits = {"estimate": 1.62, "ci_low": 0.48, "ci_high": 2.76, "ci_level": 0.95}
    return row(**(known | limits | fields))


def test_an_effect_is_judged_with_its_sign():
    """A difference the other way round is another finding, or another order of the groups."""
    assert judge(claim("1.6", "effect", unit="min"), [effect()], REAL).verdict == "reproduced"
    found = judge(claim("\u22121.6", "effect", unit="min"), [effect()], REAL)
    assert found.verdict == "differs"
    assert found.why.endswith("With the opposite sign it would agree.")
    endless = judge(claim("3.1", "effect"), [effect(estimate=math.inf)], REAL)
    assert endless.why == "The estimate in the data is infinite."


def test_an_effect_carries_its_cluster_aware_counterpart():
    """The published difference and the one that respects patients belong side by side."""
    aware = effect(perspective="cluster_aware", estimate=1.4, ci_low=-0.3, ci_high=3.1, p=0.11)
    found = judge(claim("1.6", "effect"), [effect(p=0.006), aware], REAL)
    assert found.cluster_aware_changes is True
    assert found.cluster_aware_found.startswith("1.4 (difference of means)")


def test_a_risk_difference_in_percent_is_a_share_in_the_row():
    """-1.7 percentage points are -0.017 in the row."""
    share = effect(estimand="risk_difference", estimate=-0.0172, ci_low=-0.051, ci_high=0.012)
    for printed, unit in (("-1.7%", ""), ("-1.7", "percentage points")):
        assert judge(claim(printed, "effect", unit=unit), [share], REAL).verdict == "reproduced"
    interval = judge(claim("95% CI -5.1% to 1.2%", "interval"), [share], REAL)
    assert interval.verdict == "reproduced"


@pytest.mark.parametrize(
    ("printed", "verdict", "changes"),
    [
        ("95% CI 0.5-2.8", "reproduced", False),
        ("95% CI 0.9-2.4", "differs", False),
        ("95% CI -0.2 to 3.4", "differs", True),
        ("95% CI 0.0 to 3.2", "differs", None),
        ("90% CI 0.5-2.8", "not_testable", None),
    ],
)
def test_an_interval_needs_both_limits_and_the_level(printed, verdict, changes):
    """Whether it holds "no difference" is the conclusion; a limit printed as 0.0 hides it."""
    found = judge(claim(printed, "interval"), [effect()], REAL)
    assert (found.verdict, found.conclusion_changes) == (verdict, changes)


def test_an_interval_without_a_finite_end_is_written_in_words():
    """An odds ratio without events on one side has no upper limit."""
    ratio = effect(estimand="odds_ratio", estimate=9.0, ci_low=1.3, ci_high=math.inf)
    found = judge(claim("95% CI 1.3-70.2", "interval"), [ratio], REAL)
    assert (found.verdict, found.found) == ("differs", "1.3 to infinite")


def test_a_statistic_agrees_without_its_sign_unless_one_is_printed():
    """Which group comes first is the author's choice; a printed sign is a statement."""
    tested = effect(statistic=-2.31, df=42.0, method="patient_mean_t")
    found = judge(claim("t(42) = 2.31", "test_statistic"), [tested], REAL)
    assert (found.verdict, found.found) == ("reproduced", "t = 2.31")
    assert judge(claim("t(42) = +2.31", "test_statistic"), [tested], REAL).verdict == "differs"
    minus = judge(claim("t(42) = \u22122.31", "test_statistic"), [tested], REAL)
    assert minus.verdict == "reproduced"


def test_a_statistic_with_other_degrees_of_freedom_is_another_test():
    """t(42) and t(456) are patients and procedures."""
    tested = effect(statistic=2.31, df=456.0, method="patient_mean_t")
    found = judge(claim("t(42) = 2.31", "test_statistic"), [tested], REAL)
    assert found.verdict == "differs"
    assert found.why.endswith("as printed, but with 456 degrees of freedom, not 42.")
    gap = judge(claim("t(456) = 2.4", "test_statistic"), [tested], REAL)
    assert gap.why.endswith("t = 2.3, 0.1 less than printed.")


def test_a_printed_correlation_is_the_estimate_of_its_row():
    """r is its own statistic."""
    rho = effect(estimand="spearman_rho", estimate=0.312, kind="correlate")
    assert judge(claim("r(48) = .31", "test_statistic"), [rho], REAL).verdict == "reproduced"
    assert judge(claim("z = 1.96", "test_statistic"), [rho], REAL).verdict == "not_testable"


def rate(events, total, **fields):
    known = {"estimand": "proportion", "kind": "rate", "n_events": events, "n_procedures": total}
    return row(**(known | {"estimate": events / total, "headline": True} | fields))


def test_a_frequency_class_holds_the_share_or_does_not():
    """5 of 458 is 1.1 %: uncommon by one page, not by another."""
    rows = [rate(5, 458)]
    inside = judge(claim("1-10%", "frequency_class"), rows, REAL)
    assert (inside.verdict, inside.why) == (
        "reproduced",
        "The data show 1.1% (5/458), inside the class.",
    )
    outside = judge(claim("more than 1 in 10", "frequency_class"), rows, REAL)
    assert outside.why == "The data show 1.1% (5/458), outside the class."


def test_a_class_whose_border_lies_in_the_interval_is_not_told_from_the_next():
    """Five events cannot tell 1-10 % from below 1 %; patients count, not procedures."""
    published = rate(5, 458, perspective="as_published", ci_low=0.0105, ci_high=0.02, ci_level=0.95)
    aware = rate(5, 458, perspective="cluster_aware", ci_low=0.002, ci_high=0.03, ci_level=0.95)
    said = claim("1-10%", "frequency_class", perspective="as_published")
    assert "cannot tell" not in judge(said, [published], REAL).why
    found = judge(said, [published, aware], REAL)
    assert found.verdict == "reproduced"
    assert found.why.endswith(
        "The 95 % interval goes from 0.2% to 3.0%: the data cannot tell this class from the next."
    )
    far = claim(">10%", "frequency_class", perspective="as_published")
    assert "cannot tell" not in judge(far, [published, aware], REAL).why
    refused = rate(5, 458, perspective="cluster_aware", status="refused", note="Too few.")
    assert "cannot tell" not in judge(said, [published, refused], REAL).why


def test_a_fixed_figure_is_judged_only_where_a_row_shows_it():
    """A dosing interval is no result of the cohort unless an analysis looks at its dates."""
    gap = claim("14 days", "fixed", outcome="gap", estimand="median")
    found = judge(gap, [row(outcome="gap", estimand="median", estimate=14.2)], REAL)
    assert found.verdict == "reproduced"
    loose = claim("14 days", "fixed", analysis="", outcome="gap", note="About the medicine.")
    assert judge(loose, [row(outcome="gap", estimate=14.0)], REAL).why == "About the medicine."


def test_a_claim_without_an_analysis_is_not_testable_whatever_its_names_fit():
    """Its outcome and level are then names for the arithmetic, not selectors."""
    loose = claim("11.9", "mean", analysis="", outcome="time")
    found = judge(loose, [row(estimate=11.9)], REAL)
    assert (found.verdict, found.row) == ("not_testable", None)
    assert found.why == "No analysis is named for this statement."


def check(outcome, *names, statement="9 is more than 5.", harmless=""):
    return Check(
        name="sum_of_parts",
        claims=names or ("c",),
        outcome=outcome,
        statement=statement,
        harmless=harmless,
    )


def test_an_impossible_check_decides_and_a_doubtful_one_is_a_remark():
    """The arithmetic of the text comes before the tables; a doubt never does."""
    said = claim("11.9", "mean", unit="min")
    rows = [row(estimate=11.9)]
    checks = [check("impossible", harmless="A part may be counted twice.")]
    (found,) = judge_all([said], rows, REAL, checks=checks)
    assert found.verdict == "impossible_as_printed"
    assert found.why == (
        "9 is more than 5. A part may be counted twice. The mean in the data is 11.9 min."
    )
    (doubted,) = judge_all([said], rows, REAL, checks=[check("doubtful", statement="it may be 8.")])
    assert doubted.verdict == "reproduced"
    assert doubted.why == "The mean in the data is 11.9 min. It may be 8."
    for outcome in ("implies", "holds"):
        (quiet,) = judge_all([said], rows, REAL, checks=[check(outcome)])
        assert (quiet.verdict, quiet.why) == ("reproduced", "The mean in the data is 11.9 min.")
        assert [made.outcome for made in quiet.checks] == [outcome]


def test_the_arithmetic_of_a_text_needs_no_data():
    """A study without tables still gets its contradictions told."""
    loose = claim("5", "count", analysis="", id="total", note="No tables.")
    part = claim("nine", "count", analysis="", id="part", part_of="total", note="No tables.")
    other = claim("3", "count", analysis="", id="other", note="No tables.")
    found = judge_all([loose, part, other], [], REAL)
    assert [verdict.verdict for verdict in found] == [
        "impossible_as_printed",
        "impossible_as_printed",
        "not_testable",
    ]


def test_a_claim_of_another_reading_is_left_out_of_the_checks():
    """Each reading has its own figures; a check across them would be ours, not the paper's."""
    total = claim("5", "count", id="total")
    part = claim("nine", "count", id="part", part_of="total", reading="other")
    found = judge_all([total, part], [], StudyContext(data_origin="real", reading="this"))
    assert [verdict.verdict for verdict in found] == ["not_testable", "not_testable"]
    assert found[0].checks == ()


def test_the_checks_of_a_claim_are_part_of_its_record(tmp_path):
    """Machines get fields, a spreadsheet one text."""
    checks = [
        check("holds", statement="2 + 3 = 5."),
        check("doubtful", statement="It may be 8.", harmless="Rounding."),
    ]
    verdicts = judge_all([claim("5", "count")], [rate(5, 458)], REAL, checks=checks)
    assert to_record(verdicts[0])["checks"][1] == {
        "name": "sum_of_parts",
        "outcome": "doubtful",
        "statement": "It may be 8.",
        "harmless": "Rounding.",
    }
    write_csv(tmp_path / "card.csv", verdicts)
    text = (tmp_path / "card.csv").read_text(encoding="utf-8")
    assert (
        "sum_of_parts, holds: 2 + 3 = 5. | sum_of_parts, doubtful: It may be 8. Rounding." in text
    )
