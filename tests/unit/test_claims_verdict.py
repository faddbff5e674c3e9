"""Verdicts: each printed statement against the one result row that should show it."""

import math
from dataclasses import replace

import pytest

from procohort.claims.claim import Claim, ClaimsError
from procohort.claims.finding import write_p
from procohort.claims.match import AmbiguousClaimError, cluster_aware_counterpart, find_row
from procohort.claims.scorecard import (
    RECORD_COLUMNS,
    count_verdicts,
    judge_all,
    study_context,
    write_csv,
    write_json,
)
from procohort.claims.verdict import StudyContext, judge, to_record
from procohort.results import ResultRow
from procohort.vocabulary import estimand_name, fill, methods_name

REAL = StudyContext(data_origin="real", row="procedure")
MADE = StudyContext(data_origin="reconstructed", row="procedure")


def claim(printed, kind, **fields):
    fields = {"analysis": "a", "sentence": f"It was {printed} here."} | fields
    return Claim(id=fields.pop("id", "c"), source="abstract", printed=printed, kind=kind, **fields)


def row(**fields):
    filled = {"analysis": "a", "kind": "compare", "estimand": "mean", "outcome": "time"} | fields
    return ResultRow(**({"n_procedures": 458, "n_patients": 44} | filled))


def rate(events, total, **fields):
    known = {"estimand": "proportion", "n_events": events, "n_procedures": total}
    return row(**(known | {"estimate": events / total, "perspective": "as_published"} | fields))


def test_only_real_data_can_reproduce_a_claim():
    """A reconstruction shows what it was made to show; calling that reproduced would deceive."""
    rows = [row(estimate=11.9)]
    assert judge(claim("11.9", "mean"), rows, REAL).verdict == "reproduced"
    assert judge(claim("11.9", "mean", built_in=True), rows, MADE).verdict == "by_construction"
    told = judge(claim("11.9", "mean"), rows, MADE)
    assert told.verdict == "consistent"
    assert "The reconstruction was not told this figure." in told.why


@pytest.mark.parametrize(
    ("estimate", "verdict", "why"),
    [
        (11.85, "reproduced", "The mean in the data is 11.9 min."),
        (11.8499, "differs", "The mean in the data is 11.8 min, 0.1 min less than printed."),
        (
            11.97,
            "reproduced",
            "The mean in the data is 12.0 min "
            "(11.970 with more digits: as printed only if these were dropped).",
        ),
        (12.4, "differs", "The mean in the data is 12.4 min, 0.5 min more than printed."),
    ],
)
def test_a_mean_is_judged_by_its_rounding_interval(estimate, verdict, why):
    """11.85 prints as 11.9 and 11.8499 does not: no tolerance decides this."""
    found = judge(claim("11.9", "mean", unit="min"), [row(estimate=estimate)], REAL)
    assert (found.verdict, found.why) == (verdict, why)


def test_a_centre_may_be_the_mean_or_the_median():
    """The paper does not say which, so either may show the figure, and the verdict says which."""
    rows = [row(estimate=12.6), row(estimand="median", estimate=11.9)]
    found = judge(claim("11.9", "centre"), rows, REAL)
    assert (found.verdict, found.why) == ("reproduced", "The median in the data is 11.9.")
    both = judge(claim("11.0", "centre"), rows, REAL)
    assert both.verdict == "differs"
    assert "mean in the data is 12.6" in both.why
    assert "median in the data is 11.9" in both.why


def test_a_printed_median_that_is_the_mean_is_recognised():
    """The commonest slip of a table: it should be named, not only counted as a difference."""
    rows = [row(estimate=14.6), row(estimand="median", estimate=12.0)]
    found = judge(claim("15", "median", unit="years"), rows, REAL)
    assert found.verdict == "differs"
    assert found.why == (
        "The median in the data is 12 years, 3 years less than printed. "
        "The mean, 15 years, would agree."
    )


def test_a_percentage_that_is_not_its_own_fraction_is_impossible_whatever_the_data_show():
    """98.3% (449/458): the contradiction is in the paper, data cannot settle it."""
    printed = claim("98.3%", "percent", numerator=449, denominator=458, built_in=True)
    for events in (449, 450):
        (found,) = judge_all([printed], [rate(events, 458)], MADE)
        assert found.verdict == "impossible_as_printed"
        assert "of 458, 450 would fit" in found.why
    assert found.found == "98.3% (450/458)"


def test_a_percentage_is_judged_by_its_exact_fraction():
    """1/16 is 6.25 % exactly: half up prints 6.3, half even and truncation 6.2."""
    rows = [rate(1, 16)]
    assert judge(claim("6.3%", "percent"), rows, REAL).rounding == "half_up"
    assert judge(claim("6.2%", "percent"), rows, REAL).rounding == "half_even truncate"


def test_a_percentage_with_another_count_behind_it_differs():
    """45/50 and 450/500 print the same percentage but are not the same study."""
    found = judge(claim("90%", "percent", numerator=45, denominator=50), [rate(450, 500)], REAL)
    assert found.verdict == "differs"
    assert found.why == "The percentage agrees, but the data show 450/500, not 45/50."


def test_a_count_is_judged_with_its_total():
    """5 of 458 is not 5 of 457; patients are counted among patients."""
    assert judge(claim("5", "count", denominator=458), [rate(5, 458)], REAL).found == "5/458"
    other = judge(claim("5", "count", denominator=458), [rate(5, 457)], REAL)
    assert other.why == "The count agrees, but it is out of 457, not 458."
    patients = rate(14, 83, n_patients=63, unit_of_analysis="patient", estimate=14 / 63)
    assert judge(claim("14", "count", denominator=63), [patients], REAL).verdict == "reproduced"
    fewer = judge(claim("two", "count"), [rate(1, 458)], REAL)
    assert fewer.why == "The data show 1, 1 fewer than printed."


def test_a_p_value_that_differs_says_whether_the_conclusion_does():
    """0.005 for 0.002 is a detail; 0.2 for 0.002 is another paper."""
    rows = [row(estimand="odds_ratio", perspective="as_published", method="fisher_exact", p=0.0053)]
    same = judge(claim("P = 0.002", "p_value"), rows, REAL)
    assert (same.verdict, same.conclusion_changes) == ("differs", False)
    assert same.why == (
        "With Fisher's exact test, p = 0.0053; the conclusion at the 5 % level stays the same."
    )
    other = judge(
        claim("p < 0.01", "p_bound"),
        [row(perspective="as_published", p=0.2, method="mann_whitney_asymptotic")],
        REAL,
    )
    assert (other.verdict, other.conclusion_changes) == ("differs", True)


def test_a_p_claim_carries_its_cluster_aware_counterpart():
    """The point of the pipeline: the same question with patients as the unit, side by side."""
    common = {"group": "g", "level": "true", "reference": "false", "headline": True}
    published = row(perspective="as_published", p=0.0004, estimand="hodges_lehmann_shift", **common)
    aware = row(
        perspective="cluster_aware",
        estimand="geometric_mean_ratio",
        unit="ratio",
        estimate=1.15,
        ci_low=0.97,
        ci_high=1.36,
        ci_level=0.95,
        p=0.12,
        method="lmm_geometric_mean_ratio",
        **common,
    )
    found = judge(claim("p < 0.01", "p_bound"), [published, aware], REAL)
    assert found.verdict == "reproduced"
    assert found.cluster_aware_found == (
        "1.15 (ratio of geometric means), 95 % interval 0.97 to 1.36, p = 0.12; "
        "patient random-intercept model on logs (REML, Kenward-Roger)"
    )
    assert found.cluster_aware_changes is True
    record = to_record(found)
    assert (record["row_perspective"], record["cluster_aware_p"]) == ("as_published", 0.12)
    assert cluster_aware_counterpart(aware, [published, aware]) is None


@pytest.mark.parametrize(("low", "changes"), [(0.1, False), (-0.1, True)])
def test_an_interval_stands_in_where_there_is_no_p(low, changes):
    """A bootstrap gives limits only; whether they hold zero is the 5 % conclusion."""
    known = {"estimand": "spearman_rho", "estimate": 0.4, "headline": True}
    published = row(perspective="as_published", p=0.001, **known)
    aware = row(perspective="cluster_aware", ci_low=low, ci_high=0.6, ci_level=0.95, **known)
    printed = claim("correlated", "direction", direction="positive")
    found = judge(printed, [published, aware], REAL)
    assert found.cluster_aware_changes is changes
    other_level = judge(printed, [published, replace(aware, ci_level=0.9)], REAL)
    assert other_level.cluster_aware_changes is None


def test_a_refused_analysis_cannot_test_a_claim_and_says_why():
    """A refusal is an answer, not a zero."""
    refused = row(status="refused", note="Fewer than ten events.")
    found = judge(claim("11.9", "mean"), [refused], REAL)
    assert (found.verdict, found.found) == ("not_testable", "")
    assert found.why == "The analysis gives no figure: Fewer than ten events."


@pytest.mark.parametrize(
    ("estimand", "estimate", "direction", "verdict"),
    [
        ("hodges_lehmann_shift", 1.6, "higher", "reproduced"),
        ("hodges_lehmann_shift", -1.6, "higher", "differs"),
        ("odds_ratio", 0.4, "lower", "reproduced"),
        ("odds_ratio", math.inf, "higher", "reproduced"),
        ("slope_ratio_within", 0.9, "negative", "reproduced"),
        ("spearman_rho", 0.4, "positive", "reproduced"),
        ("spearman_rho", 0.0, "positive", "differs"),
    ],
)
def test_a_direction_is_the_side_of_no_difference(estimand, estimate, direction, verdict):
    """For a ratio no difference is 1: an odds ratio of 0.4 is positive and yet lower."""
    printed = claim("changed", "direction", direction=direction)
    rows = [row(estimand=estimand, estimate=estimate, p=0.01, perspective="as_published")]
    assert judge(printed, rows, REAL).verdict == verdict


def test_a_difference_without_direction_needs_a_test():
    """'Differed' claims more than a sign; without p it cannot be judged."""
    printed = claim("differed", "direction", direction="differs")
    for p, verdict in ((0.01, "reproduced"), (0.3, "differs"), (math.nan, "not_testable")):
        rows = [row(estimate=1.6, p=p, perspective="as_published")]
        assert judge(printed, rows, REAL).verdict == verdict


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        ("October 2017", "reproduced"),
        ("Oct 2017", "reproduced"),
        ("10/2017", "reproduced"),
        ("2017", "reproduced"),
        ("2017-10-05", "reproduced"),
        ("2017-10-06", "differs"),
        ("September 2017", "differs"),
        ("spring", "not_testable"),
    ],
)
def test_a_date_is_judged_to_the_printed_precision(printed, verdict):
    """A month stands for each of its days."""
    rows = [row(estimand="earliest", note="2017-10-05", estimate=736607.0)]
    assert judge(claim(printed, "date"), rows, REAL).verdict == verdict


def test_a_bound_on_all_values_uses_the_extreme_one():
    """'Body mass index 30 to 50' is refuted by one patient with 61."""
    rows = [row(estimand="min", estimate=30.9), row(estimand="max", estimate=61.0)]
    assert judge(claim("30", "at_least"), rows, REAL).verdict == "reproduced"
    found = judge(claim("50", "at_most"), rows, REAL)
    assert found.why == "The largest value in the data is 61, 11 more than printed."


def test_a_statement_of_presence_needs_one_case():
    """'Including transient pain' prints no number, but none would contradict it."""
    assert judge(claim("pain", "present"), [rate(3, 458)], REAL).verdict == "reproduced"
    assert judge(claim("pain", "present"), [rate(0, 458)], REAL).verdict == "differs"


def test_a_claim_of_another_reading_is_not_judged():
    """Each reading of a self-contradicting paper has its own figures."""
    other = claim("449", "count", reading="printed_count")
    assert judge(other, [rate(449, 458)], REAL).verdict == "not_testable"


def test_a_selector_that_fits_nothing_is_told_with_the_near_one():
    """A slip of the pen must not pass for an untestable claim."""
    match = find_row(claim("1", "mean", outcome="tmie"), [row(estimate=1.0)])
    assert match.row is None
    assert match.reason == (
        "No result row has outcome 'tmie' among those of analysis 'a'. Did you mean 'time'?"
    )


def test_the_headline_stands_for_several_rows_and_otherwise_the_claim_is_ambiguous():
    """Picking any one of several rows would be tuning."""
    wilson, exact = (rate(5, 458, method=name) for name in ("wilson", "clopper_pearson"))
    with pytest.raises(AmbiguousClaimError, match=r"2 rows match.*'clopper_pearson', 'wilson'"):
        find_row(claim("1.1%", "percent"), [wilson, exact])
    headline = rate(5, 458, method="clopper_pearson", headline=True)
    assert find_row(claim("1.1%", "percent"), [wilson, headline]).row is headline


def test_every_ambiguous_claim_is_told_at_once():
    """One line each, with the line of the file."""
    rows = [row(estimate=1.0, level="x"), row(estimate=1.0, level="y")]
    claims = [claim("1", "mean", id="p", line=2), claim("1", "mean", id="q", line=5)]
    with pytest.raises(ClaimsError) as caught:
        judge_all(claims, rows, REAL, file="claims.csv")
    assert [line.split(" is ")[0] for line in caught.value.lines] == [
        "claims.csv:2:analysis: claim 'p'",
        "claims.csv:5:analysis: claim 'q'",
    ]


def test_parts_that_exceed_their_printed_total_make_all_of_them_impossible():
    """4 + 2 complications cannot be 5."""
    claims = [
        claim("5", "count", id="all"),
        claim("4", "count", id="pain", part_of="all"),
        claim("two", "count", id="haematoma", part_of="all"),
    ]
    verdicts = judge_all(claims, [rate(5, 458)], REAL)
    assert {verdict.verdict for verdict in verdicts} == {"impossible_as_printed"}
    assert verdicts[0].why.startswith("The printed parts (4 + 2 = 6) exceed")


def test_a_rate_of_rows_under_a_sentence_of_patients_is_flagged():
    """The trap of the unit of analysis: 20 of 83 intervals is not 14 of 63 patients."""
    said = claim("24%", "percent", unit_of_analysis="patient")
    found = judge(said, [rate(20, 83)], REAL)
    assert found.why.endswith("the result counts each procedure, the sentence each patient.")
    same_word = StudyContext(data_origin="real", row="patient")
    assert "Mind the unit" not in judge(said, [rate(20, 83)], same_word).why


def test_small_p_values_and_names_are_written_for_people():
    """Machine strings and 1e-05 do not belong on the page."""
    written = [write_p(p) for p in (0.00001, 0.0004, 0.0496, 0.0123)]
    assert written == ["p < 0.0001", "p = 0.0004", "p = 0.0496", "p = 0.012"]
    assert estimand_name("hodges_lehmann_shift") == "Hodges-Lehmann shift"
    written = methods_name("newcombe+permute_within_patient_exact")
    assert fill(written, "rat", "rats") == "Newcombe and exact permutation within rat"


def test_the_written_scorecard_is_complete_and_the_same_each_time(tmp_path):
    """CSV and JSON hold every field, and a cell cannot become a formula."""
    study = {
        "data_origin": "real",
        "row": {"singular": "procedure", "plural": "procedures"},
        "cluster": {"singular": "patient", "plural": "patients"},
    }
    claims = [claim("5", "count", id="n", note="=1+1"), claim("so", "text", id="t", analysis="")]
    verdicts = judge_all(claims, [rate(5, 458)], study_context(study))
    assert count_verdicts(verdicts)["reproduced"] == 1
    written = []
    for name in ("one", "two"):
        write_csv(tmp_path / f"{name}.csv", verdicts)
        write_json(tmp_path / f"{name}.json", verdicts, study=study, provenance={"v": "1"})
        written.append([(tmp_path / f"{name}.{end}").read_bytes() for end in ("csv", "json")])
    assert written[0] == written[1]
    header, first, *_ = written[0][0].decode().splitlines()
    assert header.split(",") == list(RECORD_COLUMNS)
    assert ",'=1+1," in first
    assert b"NaN" not in written[0][1]
