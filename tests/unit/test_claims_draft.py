"""A draft of claims: every figure of a text, each once, and nothing that is no claim."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from minimal_study import ROOT
from procohort.claims.claim import COLUMNS, Claim, read_claims
from procohort.claims.draft import draft, write_claims
from procohort.claims.draft_sentences import clean, read_passages, split_sentences
from procohort.claims.printed import find_printed

Expected = tuple[str, str, str]


def seen(text: str) -> list[Expected]:
    """Return printed, kind (with direction) and unit of every claim drafted."""
    return [
        (claim.printed, f"{claim.kind} {claim.direction}".strip(), claim.unit)
        for claim in draft(text)
    ]


PATTERNS: dict[str, list[Expected]] = {
    # Shares and their counts, in either order.
    "Success was 98.3% (449/458).": [("98.3%", "percent", "%"), ("449", "count", "")],
    "Success was 98.3 % of procedures (449 of 458).": [
        ("98.3 %", "percent", "%"),
        ("449", "count", ""),
    ],
    "Bleeding occurred in 5 of 458 procedures (1.1%).": [
        ("5", "count", "procedures"),
        ("1.1%", "percent", "%"),
    ],
    "Of these, 12/40 patients (30.0 %) came back.": [
        ("12", "count", "patients"),
        ("30.0 %", "percent", "%"),
    ],
    "Leakage was seen in 42 (30%) treated vessels.": [
        ("42", "count", "vessels"),
        ("30%", "percent", "%"),
    ],
    "Injury occurred in 1 patient (1.1%).": [("1", "count", "patient"), ("1.1%", "percent", "%")],
    "Headache followed in 30% (n = 42).": [("30%", "percent", "%"), ("42", "count", "")],
    "Fever followed in 3 out of 58 cases.": [("3", "count", "")],
    "Two of 12 leaks were treated.": [("Two", "count", "")],
    "Control was reached in 94.8% of the sites.": [("94.8%", "percent", "%")],
    "Half, or 50 per cent, agreed.": [("50 per cent", "percent", "%")],
    # Figures compared.
    "Rates were 97.1% vs. 98.8%.": [("97.1%", "percent", "%"), ("98.8%", "percent", "%")],
    "Puncture took 11.9 vs 10.3 min.": [("11.9", "centre", "min"), ("10.3", "centre", "min")],
    "Mean dose was 2.2 versus 1.7 versus 1.5 mSv.": [
        ("2.2", "mean", "mSv"),
        ("1.7", "mean", "mSv"),
        ("1.5", "mean", "mSv"),
    ],
    "Durations were 12.1, 13.4 and 15.0 min, respectively.": [
        ("12.1", "centre", "min"),
        ("13.4", "centre", "min"),
        ("15.0", "centre", "min"),
    ],
    "Pain fell from 6.1 to 3.2 points.": [
        ("fell", "direction lower", ""),
        ("6.1", "centre", "points"),
        ("3.2", "centre", "points"),
    ],
    # P values and bounds.
    "The groups were unlike (p < 0.01).": [("p < 0.01", "p_bound", "")],
    "The groups were unlike (P = .032; all p<0.01).": [
        ("P = .032", "p_value", ""),
        ("p<0.01", "p_bound", ""),
    ],
    "Scores were unlike at each visit (all < .05).": [("< .05", "p_bound", "")],
    "The groups were unlike (P value less than 0.001).": [("less than 0.001", "p_bound", "")],
    "The groups were unlike with a p-value of 0.03.": [("0.03", "p_value", "")],
    "Age played a part (p for trend = 0.04).": [("= 0.04", "p_value", "")],
    "Age played a part (p = 3 × 10−5).": [("p = 3 × 10−5", "text", "")],  # noqa: RUF001
    # Centres and spreads.
    "It took 11.8 ± 2.3 min.": [("11.8", "mean", "min"), ("2.3", "sd", "min")],
    "It took 11.8 min (±2.3).": [("11.8", "mean", "min"), ("2.3", "sd", "min")],
    "The dose was 77.8 (SD, 31.5) mg.": [("77.8", "mean", "mg"), ("31.5", "sd", "mg")],
    "Mean (SD) age was 45.2 (12.1) years.": [("45.2", "mean", "years"), ("12.1", "sd", "years")],
    "The mean length was merely 11.8 minutes.": [("11.8", "mean", "minutes")],
    "The average score was 4.97 out of 5.": [("4.97", "mean", "")],
    "The median was 6 (range, 4-10).": [("6", "median", ""), ("4-10", "range", "")],
    "It took 19 (13–56) min.": [("19", "centre", "min"), ("13–56", "range", "min")],  # noqa: RUF001
    "Pain was 2.0 [IQR 1.3-3.2].": [("2.0", "median", ""), ("1.3-3.2", "quartiles", "")],
    "Median (IQR) time was 8 (5 to 12) min.": [
        ("8", "median", "min"),
        ("5 to 12", "quartiles", "min"),
    ],
    "Median DAP was 85.4 µGy·m2 (IQR, 40.2-170.9 µGy·m2).": [
        ("85.4", "median", "µGy·m2"),
        ("40.2-170.9", "quartiles", "µGy·m2"),
    ],
    "Rates were 1.1% [6/540] vs 1.4% [7/483].": [
        ("1.1%", "percent", "%"),
        ("6", "count", ""),
        ("1.4%", "percent", "%"),
        ("7", "count", ""),
    ],
    "Doses ranged from 15 to 143 mg.": [("15 to 143", "range", "mg")],
    "The dose (range, 15-143 mg) was noted.": [("15-143", "range", "mg")],
    # Effects, intervals, statistics.
    "The quotient was 1.34 (95% CI 1.30-1.38).": [
        ("1.34", "effect", ""),
        ("95% CI 1.30-1.38", "interval", ""),
    ],
    "Risk rose (OR 2.3, 95% CI, 1.1 to 4.8).": [
        ("rose", "direction higher", ""),
        ("2.3", "effect", ""),
        ("95% CI, 1.1 to 4.8", "interval", ""),
    ],
    "The mean difference was 2.3 min (90% CI 0.4–4.2).": [  # noqa: RUF001
        ("2.3", "effect", "min"),
        ("90% CI 0.4–4.2", "interval", "min"),  # noqa: RUF001
    ],
    "Success was 30% (12/40; 95% CI 17 to 47%).": [
        ("30%", "percent", "%"),
        ("12", "count", ""),
        ("95% CI 17 to 47%", "interval", "%"),
    ],
    "The test said so (t(42) = 2.31, p = .03).": [
        ("t(42) = 2.31", "test_statistic", ""),
        ("p = .03", "p_value", ""),
    ],
    "The test said so (χ2(1, N = 90) = 4.20; F(2, 40) = 3.1).": [
        ("χ2(1, N = 90) = 4.20", "test_statistic", ""),
        ("F(2, 40) = 3.1", "test_statistic", ""),
    ],
    "The test said so (t=4.29, df=58).": [("t=4.29, df=58", "test_statistic", "")],
    "The test said so (U = 120).": [("U = 120", "text", "")],
    "The tie was weak (r = 0.42; r(48) = .31).": [
        ("0.42", "effect", ""),
        ("r(48) = .31", "test_statistic", ""),
    ],
    # Counts, dates, classes, bounds, fixed figures.
    "We saw 458 guided injections in 44 SMA patients.": [
        ("458", "count", "injections"),
        ("44", "count", "patients"),
    ],
    "Overall, 91 patients with 140 vertebrae and two hematomas came.": [
        ("91", "count", "patients"),
        ("140", "count", "vertebrae"),
        ("two", "count", "hematomas"),
    ],
    "We saw 1,204 punctures; 12 underwent surgery.": [
        ("1,204", "count", "punctures"),
        ("12", "count", ""),
    ],
    "Twenty patients and twenty-five carers came.": [
        ("Twenty", "count", "patients"),
        ("twenty-five", "text", ""),
    ],
    "The register (October 2017–August 2024) was read.": [  # noqa: RUF001
        ("October 2017", "date", ""),
        ("August 2024", "date", ""),
    ],
    "Visits from 2015 to 2019 were read until 3 May 2020.": [
        ("2015", "date", ""),
        ("2019", "date", ""),
        ("3 May 2020", "date", ""),
    ],
    "Headache affects more than 1 in 10 people.": [("more than 1 in 10", "frequency_class", "")],
    "Common side effects (>10%) and rare ones (1-10%) are listed.": [
        (">10%", "frequency_class", ""),
        ("1-10%", "frequency_class", ""),
    ],
    "Wait at least 14 days and take at most 3 doses.": [
        ("14", "at_least", "days"),
        ("3", "at_most", ""),
    ],
    "Give 12 mg once every 4 months.": [("12", "fixed", "mg"), ("4", "fixed", "months")],
    "Give it around day 14, day 28 and day 63.": [
        ("14", "fixed", "day"),
        ("28", "fixed", "day"),
        ("63", "fixed", "day"),
    ],
    # Directions, and statements without one.
    "Rates were slightly lower with implants.": [("slightly lower", "direction lower", "")],
    "Implants meant longer punctures and higher doses.": [
        ("longer", "direction higher", ""),
        ("higher", "direction higher", ""),
    ],
    "Attempts correlated with dose.": [("correlated", "direction positive", "")],
    "Age was inversely correlated with success.": [
        ("inversely correlated", "direction negative", "")
    ],
    "Times differed between sites.": [("differed", "direction differs", "")],
    "There was no significant difference in time.": [("no significant difference", "text", "")],
    "No patient needed sedation.": [("No patient", "text", "")],
}


@pytest.mark.parametrize(("text", "expected"), PATTERNS.items(), ids=list(PATTERNS))
def test_every_printed_form_is_found_once_with_its_kind_and_unit(
    text: str, expected: list[Expected]
) -> None:
    """A figure missed, found twice or under the wrong kind is work for the person."""
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Analyses used R 4.2.2, SPSS 25 and Python version 3.11.",
        "See Table 2, Fig. 3A and Tables 1 and 2.",
        "This was shown before [12, 13] and by Smith et al. (2019).",
        "It is 5q disease with CT1, SMN2, L4/5 and COVID-19.",
        "They had type 2 or grade 3-4 disease.",
        "It was found at 3 days, 1 week, and 6 and 12 months.",
        "It was a 2:1 design with 64-slice scanners over a 6-month period.",
        "A p value < 0.05 was considered significant.",
        "The level of significance was 5%.",
        "Doses may be lower, and a longer stay could be needed.",
        "It hurt the lower back and the lower respiratory tract.",
        "J Med. 2022 Mar;43(3):501-506. doi: 10.1000/xyz.A7415. Epub 2022 Feb 3.",
        "Roe AB, Poe CD, Doe EF, et al. A series of 18 patients. J Med. Published online May 2021.",
        "The guideline appeared in 2018 (pp. 12-15).",
        "Skip to content\nPage last updated: 8th November 2022\n1. Contents",
    ],
)
def test_digits_that_are_no_figures_are_left_out(text: str) -> None:
    """A table number drafted as a count would have to be noticed and deleted."""
    assert seen(text) == []


def test_a_share_carries_its_counts_and_a_mean_the_size_of_its_group() -> None:
    """Percent against k/n, and means against n, are checked from these columns."""
    text = "Success was 98.3% (449/458); the implants (n = 22, 10.3 ± 2.0 min) were slow."
    percent, count, size, mean, spread = draft(text)
    assert (percent.numerator, percent.denominator) == (449, 458)
    assert (count.numerator, count.denominator) == (None, 458)
    assert (size.printed, mean.n, spread.n) == ("22", 22, 22)


def test_a_size_right_behind_a_mean_is_its_own() -> None:
    """Two groups in one sentence each keep their n."""
    text = "It took 11.8 ± 2.3 min (n = 30) or 9.1 ± 2.0 min (n = 14)."
    assert [claim.n for claim in draft(text) if claim.kind != "count"] == [30, 30, 14, 14]


def test_an_impossible_share_is_drafted_without_its_counts() -> None:
    """read_claims refuses 12 of 10; the draft says so instead of being refused."""
    claim = next(claim for claim in draft("It was 12 of 10 cases (120%).") if claim.unit == "%")
    assert (claim.printed, claim.numerator, claim.denominator) == ("120%", None, None)
    assert claim.note.startswith("12 of 10 is no share")


def test_a_p_value_for_several_comparisons_says_so() -> None:
    """The sentence gives one bound, the table needs one claim per comparison."""
    assert "repeat the claim for each" in draft("Doses were unlike (all p < 0.01).")[0].note


ABSTRACT = """Skip to main content
Sign in

Abstract

Background: Tube changes hurt. Earlier work (Roe et al., 2019) saw 30% failures [1].

Methods: In this two-centre study, 212 tube changes in 37 children (May 2018 to June
2021) were read with R 4.2.2. Times were com-
pared with the t test; p < 0.05 was considered significant.

Results

Success was 95.8% (203/212) and
lower with scars (91.2% vs. 97.4%, p = .04). It took 7.4 ± 2.1 min,
and the median dose was 0.8 (range, 0.2-3.1) mSv. Crying was longer (all p < 0.01, Fig. 2).
Leaks did not differ between centres.

Conclusions
Tube changes are safe.

References
1. Roe AB, Poe CD. 12 tubes. J Tubes 2019;3:1-9.
"""


def test_a_whole_abstract_gives_its_figures_in_order_with_their_sections() -> None:
    """The reviewer's case: a paste with menus, wraps, a broken word and references."""
    claims = draft(ABSTRACT, "tubes.txt")
    results = "abstract, Results"
    assert [(c.id, c.source, c.printed, c.kind) for c in claims] == [
        ("work_saw_percent", "abstract, Background", "30%", "percent"),
        ("changes", "abstract, Methods", "212", "count"),
        ("children", "abstract, Methods", "37", "count"),
        ("may_2018", "abstract, Methods", "May 2018", "date"),
        ("june_2021", "abstract, Methods", "June 2021", "date"),
        ("success_percent", results, "95.8%", "percent"),
        ("success_count", results, "203", "count"),
        ("success_lower", results, "lower", "direction"),
        ("lower_scars_percent", results, "91.2%", "percent"),
        ("lower_scars_percent_2", results, "97.4%", "percent"),
        ("lower_scars_p", results, "p = .04", "p_value"),
        ("took_mean", results, "7.4", "mean"),
        ("took_sd", results, "2.1", "sd"),
        ("dose_median", results, "0.8", "median"),
        ("dose_range", results, "0.2-3.1", "range"),
        ("crying_longer", results, "longer", "direction"),
        ("crying_longer_p", results, "p < 0.01", "p_bound"),
        ("leaks_differ", results, "did not differ", "text"),
    ]
    assert {claim.source_file for claim in claims} == {"tubes.txt"}
    assert all(claim.note and not claim.selectors for claim in claims)
    assert "compared" in " ".join(passage.sentence for passage in read_passages(ABSTRACT))


def test_a_line_of_keywords_ends_no_section() -> None:
    """What follows it on the page is still the paper."""
    claims = draft(
        "RESULTS: It was 5%.\nKeywords: tubes, 12 mg\nIt was 6%.\nReferences\nIt was 7%."
    )
    assert [(claim.source, claim.printed) for claim in claims] == [
        ("Results", "5%"),
        ("Results", "6%"),
    ]


def test_a_text_without_figures_gives_no_claims() -> None:
    """An empty draft is a table with a header, not an error."""
    assert draft("Tubes are changed by nurses. They know how.") == []
    assert draft("") == []


def test_other_scripts_are_split_and_read() -> None:
    """A translated abstract below the English one must not stop the draft."""
    text = "共 91 例患者(1.1%)出现。评分下降(<.01)。"
    assert [passage.sentence for passage in read_passages(text)] == [
        "共 91 例患者(1.1%)出现。",
        "评分下降(<.01)。",
    ]
    assert ("<.01", "p_bound", "") in seen(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A rise (8 vs. 9) was seen. Next.", ["A rise (8 vs. 9) was seen.", "Next."]),
        ("Roe et al. Found it.", ["Roe et al. Found it."]),
        ("See e.g. Table 2. Dr. Roe did.", ["See e.g. Table 2.", "Dr. Roe did."]),
        ("It was p = .05. Then 3.5 more.", ["It was p = .05.", "Then 3.5 more."]),
        ("Was it? Yes! “So it was.” End", ["Was it?", "Yes!", "“So it was.”", "End"]),
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text: str, expected: list[str]) -> None:
    """A sentence cut at "vs." loses the second figure of its pair."""
    assert split_sentences(text) == expected


def test_the_marks_of_the_page_are_undone_and_nothing_else() -> None:
    """The sentence of a claim is what the reader finds in the paper."""
    assert clean("e\ufb03cient punc\u00ad\nture, dose-\nrate\u00a0of\u200911.9\u200b  mSv") == (
        "efficient puncture, doserate of 11.9 mSv"
    )
    assert clean("CT-\nguided, dose-rate and dose-\nrate") == "CT-guided, dose-rate and dose-rate"


def test_identical_places_get_numbered_ids(tmp_path: Path) -> None:
    """An id must be unique in a table."""
    claims = draft("Success was 97.1%. Success was 98.8%. Success was 99%.")
    assert [claim.id for claim in claims] == [
        "success_percent",
        "success_percent_2",
        "success_percent_3",
    ]


@pytest.mark.parametrize("text", [*PATTERNS, ABSTRACT])
def test_a_draft_is_read_back_the_same(text: str, tmp_path: Path) -> None:
    """The draft is a valid table before anybody completes it."""
    claims = draft(text, "paper.txt")
    write_claims(tmp_path / "claims.csv", claims)
    assert [replace(claim, line=0) for claim in read_claims(tmp_path / "claims.csv")] == claims
    assert all(find_printed(claim.sentence, claim.printed) for claim in claims)


def test_every_column_survives_writing(tmp_path: Path) -> None:
    """A completed table can be written again without a loss."""
    claim = Claim(
        id="part",
        source='abstract, "Results"',
        sentence="Success was 98.3%, or 449/458.\nSo they say.",
        printed="98.3%",
        kind="percent",
        source_file="a.txt",
        unit="%",
        numerator=449,
        denominator=458,
        n=458,
        scale="0 to 100",
        unit_of_analysis="row",
        analysis="a",
        outcome="b",
        group="c",
        level="d",
        reference="e",
        estimand="f",
        perspective="as_published",
        method="g",
        reading="h",
        built_in=True,
        part_of="whole",
        note="n, o",
    )
    claims = [claim, replace(claim, id="whole", value="2 * part", part_of="", built_in=False)]
    write_claims(tmp_path / "claims.csv", claims)
    assert [replace(again, line=0) for again in read_claims(tmp_path / "claims.csv")] == claims
    handle = io.StringIO()
    write_claims(handle, claims)
    assert handle.getvalue() == (tmp_path / "claims.csv").read_text(encoding="utf-8")
    assert handle.getvalue().splitlines()[0] == ",".join(COLUMNS)


def run(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "scripts" / "draft_claims.py"), *arguments]
    return subprocess.run(command, input=text, capture_output=True, check=False)


def test_the_command_writes_a_table_that_is_read_as_it_is(tmp_path: Path) -> None:
    """`python scripts/draft_claims.py paper.txt > claims.csv` is the whole interface."""
    (tmp_path / "paper.txt").write_text(ABSTRACT, encoding="utf-8")
    done = run(str(tmp_path / "paper.txt"))
    (tmp_path / "claims.csv").write_bytes(done.stdout)
    assert [replace(claim, line=0) for claim in read_claims(tmp_path / "claims.csv")] == draft(
        ABSTRACT, "paper.txt"
    )
    piped = run("-", "--source-file", "paper.txt", text=ABSTRACT.encode())
    assert (done.returncode, piped.stdout) == (0, done.stdout)


def test_a_text_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """A wrong name or encoding is the user's to mend: no traceback."""
    missing = run(str(tmp_path / "none.txt"))
    wrong = run("-", text="Größe".encode("latin-1"))
    assert (missing.returncode, wrong.returncode) == (5, 5)
    assert missing.stderr.decode().startswith("none.txt: cannot be read")
    assert wrong.stderr.decode() == "standard input: not UTF-8. Save the text as UTF-8.\n"
