"""Tables and text of a manuscript: n everywhere, footnotes complete, every number from a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import paper_samples as samples
import publish_samples
from procohort.publish.paper.abbreviations import ABBREVIATIONS, abbreviations_in
from procohort.publish.paper.compose import compose, paper_tables
from procohort.publish.paper.model import Paper, PaperTable, Text
from procohort.publish.paper.scorecard_table import own_verdicts
from procohort.publish.prose import Cited, plain_text
from procohort.results import ResultRow

PRESETS: list[dict[str, Any]] = [
    {},
    {"preset": "radiology"},
    {"decimal_sign": ",", "summary": "both", "interval": "to"},
]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def texts_of(table: PaperTable) -> Iterator[Text]:
    """Every text of a table that may carry a footnote, in reading order."""
    for column in table.columns:
        yield column.heading
    for row in table.rows:
        yield row.heading
        yield from row.cells


def table_of(paper: Paper, name: str) -> PaperTable:
    """The table of a name."""
    return next(table for table in paper.tables if table.id == name)


def cell(table: PaperTable, heading: str, column: int) -> Text:
    """The cell of the first line that begins so."""
    return next(row for row in table.rows if row.heading.text.startswith(heading)).cells[column]


@pytest.mark.parametrize("preset", PRESETS, ids=str)
def test_every_kind_of_result_has_its_table(preset: dict[str, Any]) -> None:
    """What the study asked must be in what it sends."""
    assert [table.id for table in samples.paper(preset).tables] == [
        "table_one_visits",
        "rates_success_rate",
        "comparison_implant",
        "comparison_position",
        "correlations",
        "trajectory_over_time",
        "scorecard",
    ]


def test_n_stands_in_every_header() -> None:
    """A percentage without its n cannot be judged."""
    for table in samples.paper().tables:
        if table.id == "scorecard":
            assert "n = 1 figures" in table.stub
            continue
        for column in table.columns:
            heading = f"{column.spanner} {column.heading.text}"
            is_own = column.heading.text in ("n", "% (k/n)", "% (k of n)", "Median [IQR]")
            assert is_own or re.search(r"\bn (=|up to) \d+", heading), (table.id, heading)


def test_groups_say_rows_and_clusters() -> None:
    """207 procedures in 21 patients are not 207 patients."""
    table = table_of(samples.paper(), "comparison_implant")
    for column in table.columns[:2]:
        assert re.fullmatch(
            r"(Implant|No implant)\nn = \d+ visits in \d+ people", column.heading.text
        )


@pytest.mark.parametrize("preset", PRESETS, ids=str)
def test_each_footnote_is_used_and_each_letter_explained(preset: dict[str, Any]) -> None:
    """A letter without its footnote sends the reader looking, in order of appearance."""
    for table in samples.paper(preset).tables:
        used = list(dict.fromkeys(note for text in texts_of(table) for note in text.notes))
        assert used == [letter for letter, _ in table.footnotes], table.id
        assert len({text for _, text in table.footnotes}) == len(table.footnotes)


def test_abbreviations_below_a_table_are_those_that_it_uses() -> None:
    """An explanation of what is not there is noise, a missing one a query from the editor."""
    for table in samples.paper().tables:
        shown = "\n".join(
            [*(text.text for text in texts_of(table)), *(x.spanner for x in table.columns)]
        )
        explained = table.notes[-1]
        for name in ("CI", "IQR", "SD", "ICC", "REML"):
            said = "\n".join([shown, *table.notes[:-1], *(note for _, note in table.footnotes)])
            is_used = re.search(rf"\b{name}\b", said) is not None
            assert (f"{name}: {ABBREVIATIONS[name]}" in explained) == is_used, (table.id, name)


def test_abbreviations_of_the_study_are_explained_too() -> None:
    """The library cannot know them."""
    own = {"DSA": "digital subtraction angiography"}
    assert abbreviations_in(["DSA time (min)"], own) == "DSA: digital subtraction angiography"
    assert abbreviations_in(["DSAs"], own) == ""


def test_the_data_label_stands_below_every_table() -> None:
    """A table travels without its text."""
    paper = samples.paper()
    assert paper.data_note == "Data: made up for tests; not patient data."
    assert all(table.notes[0] == paper.data_note for table in paper.tables)


def test_both_answers_stand_side_by_side_with_their_methods() -> None:
    """The reader compares them in one line; which test gave which is a footnote."""
    table = table_of(samples.paper(), "comparison_implant")
    notes = dict(table.footnotes)
    published, p, adjusted, aware = (cell(table, "Puncture time", x) for x in (2, 3, 4, 5))
    assert published.text == "1.4 [0.6, 2.4]"
    assert (p.text, adjusted.text) == ("< 0.001", "< 0.001")
    assert aware.text == "1.13 [0.95, 1.34]"
    assert notes[published.notes[0]] == "Hodges-Lehmann shift; Mann-Whitney test."
    assert notes[adjusted.notes[0]] == "Adjusted by Holm's method within the confirmatory family."
    assert notes[aware.notes[0]].startswith("Ratio of geometric means; person random-intercept")


def test_a_scale_that_both_answers_share_follows_below() -> None:
    """A shift in minutes and a ratio cannot be compared."""
    table = table_of(samples.paper(), "comparison_implant")
    line = next(row for row in table.rows if row.heading.text == "Ratio of geometric means")
    assert [text.text for text in line.cells[2:7]] == [
        "1.15 [1.06, 1.25]", "0.0012", "", "1.13 [0.95, 1.34]", "0.17",
    ]  # fmt: skip


def test_a_refused_answer_says_why_and_shows_the_p_of_another_method() -> None:
    """An empty cell would look like a mistake of ours."""
    table = table_of(samples.paper(), "comparison_implant")
    notes = dict(table.footnotes)
    aware, p = cell(table, "Attempts", 5), cell(table, "Attempts", 6)
    assert aware.text == "refused"
    assert "have no logarithm" in notes[aware.notes[0]]
    assert p.text == "0.21"
    assert notes[p.notes[0]] == "Permutation of person labels."


def test_missing_values_of_an_outcome_are_told() -> None:
    """The n of the header is not the n of the line."""
    rows = [
        replace(row, n_missing=2, n_procedures=118)
        if row.analysis == "implant" and row.outcome == "time_min" and row.headline
        else row
        for row in samples.rows()
    ]
    table = table_of(samples.paper(rows=tuple(rows)), "comparison_implant")
    heading = next(row for row in table.rows if row.heading.text.startswith("Puncture time"))
    said = dict(table.footnotes)[heading.heading.notes[0]]
    assert said == "118 visits in 20 people analysed; value missing in 2 visits."


def test_several_groups_are_tested_together() -> None:
    """Pairs of five groups fill pages; the test of all of them comes first."""
    table = table_of(samples.paper(), "comparison_position")
    assert [x.heading.text for x in table.columns[3:]] == ["p", "p"]
    assert [text.text for text in cells_of(table, "Puncture time")[3:]] == ["0.030", "0.12"]


def cells_of(table: PaperTable, heading: str) -> tuple[Text, ...]:
    """The cells of the first line that begins so."""
    return next(row for row in table.rows if row.heading.text.startswith(heading)).cells


def test_levels_are_indented_and_missing_values_counted() -> None:
    """Table 1 as a journal sets it."""
    table = table_of(samples.paper(), "table_one_visits")
    lines = [(row.heading.text, row.indent) for row in table.rows]
    assert lines[:3] == [
        ("Puncture time (min), median [IQR]", 0),
        ("Missing, n", 1),
        ("Attempts, median [IQR]", 0),
    ]
    assert ("Position, % (k/n)", 0) in lines
    assert ("Combined (oblique)", 1) in lines


def test_both_summaries_take_two_lines() -> None:
    """A cell holds one number with its spread, so that columns align."""
    table = table_of(samples.paper({"summary": "both"}), "table_one_visits")
    lines = [(row.heading.text, row.indent) for row in table.rows]
    assert lines[:2] == [("Puncture time (min), median [IQR]", 0), ("mean (SD)", 1)]
    assert all("\n" not in text.text for row in table.rows for text in row.cells)


def test_visits_groups_and_contrasts_of_a_trajectory_are_shown() -> None:
    """Changes within groups alone do not compare the groups."""
    table = table_of(samples.paper(), "trajectory_over_time")
    sections = [row.heading.text for row in table.rows if row.is_section]
    assert sections == [
        "Pain (points): Implant",
        "Pain (points): No implant",
        "Pain (points): Implant vs No implant",
        "Pain (points): Half of the pain, Implant, % (k/n)",
        "Pain (points): Half of the pain, No implant, % (k/n)",
    ]
    assert "20 (3 missing)" in {text.text for row in table.rows for text in row.cells}


def test_the_scorecard_is_that_of_the_paper_itself() -> None:
    """Claims of a leaflet have no place in the manuscript about the study."""
    table = table_of(samples.paper(), "scorecard")
    assert [row.heading.text for row in table.rows] == ["“Success was 98.3% (449/458).”", "98.3%"]
    assert "Statements without a figure are not shown (n = 1)." in table.notes
    assert own_verdicts(samples.CLAIMS, [])[0]["source_file"] == "leaflet.txt"
    assert own_verdicts([], ["paper.txt"]) == ()


@pytest.mark.parametrize("preset", PRESETS, ids=str)
def test_every_number_of_the_results_comes_from_a_row(preset: dict[str, Any]) -> None:
    """The text must not know a number that no result row holds."""
    rows = set(map(repr, samples.rows()))
    results = samples.paper(preset).sections[1]
    cited = [
        part
        for paragraph in results.paragraphs
        for prose in paragraph
        for part in prose
        if isinstance(part, Cited)
    ]
    assert len(cited) > 20
    for part in cited:
        assert repr(part.row) in rows
        said = part.text.replace(",", ".") if preset.get("decimal_sign") == "," else part.text
        for number in numbers_in(said.replace("95% CI", "")):
            assert any(_shows(number, value) for value in values_of(part.row)), (part.text, number)


def numbers_in(text: str) -> list[str]:
    """The numbers of a text, without signs."""
    return _NUMBER.findall(re.sub(r"(?<!\d)\.(?=\d)", "0.", text))


def values_of(row: ResultRow) -> list[float]:
    """Everything a row can be cited for; 0.001 is the bound below which p is not written."""
    numbers = [
        row.estimate, row.ci_low, row.ci_high, row.p, row.p_holm, row.p_bh,
        *(float(n) for n in (row.n_procedures, row.n_patients, row.n_events) if n is not None),
    ]  # fmt: skip
    return [abs(x) for x in numbers] + [100 * abs(x) for x in numbers] + [0.001]


def _shows(number: str, value: float) -> bool:
    """Whether a printed number is the value, rounded to its decimals."""
    decimals = len(number.partition(".")[2])
    return abs(float(number) - value) <= 0.5000001 * 10.0**-decimals


@pytest.mark.parametrize("preset", PRESETS, ids=str)
def test_text_between_cited_numbers_has_none_of_its_own(preset: dict[str, Any]) -> None:
    """A number typed into a sentence would stay when the data change."""
    results = samples.paper(preset).sections[1]
    for paragraph in results.paragraphs:
        for prose in paragraph:
            own = "".join(part for part in prose if isinstance(part, str))
            # The level of the tests is the configuration's.
            left = re.sub(r"[pP] < 0?[.,]05|the 5% level", "", own)
            assert not re.search(r"\d", left), plain_text(prose)


def test_results_say_what_changes_with_the_perspective() -> None:
    """The point of answering every question twice."""
    said = spoken(samples.paper(), 1)
    assert (
        "Of the comparisons, the conclusion at the 5% level depended on the perspective for: "
        "Implant, puncture time "
        "(as published p < 0.001, cluster-aware p = 0.17)" in said
    )
    assert "impossible as printed (1)" in said


def spoken(paper: Paper, section: int) -> str:
    """The text of a section."""
    return " ".join(
        plain_text(prose) for paragraph in paper.sections[section].paragraphs for prose in paragraph
    )


def test_results_name_the_tables_by_their_numbers() -> None:
    """A reader goes from the sentence to the table."""
    paper = samples.paper()
    place = {table.id: number for number, table in enumerate(paper.tables, start=1)}
    said = spoken(paper, 1)
    assert f"Technical success (Table {place['rates_success_rate']}) was" in said
    assert f"Implant (Table {place['comparison_implant']}): Implant, " in said


def test_methods_cite_in_order_and_every_reference_is_cited() -> None:
    """A list of references with gaps is sent back."""
    paper = samples.paper()
    said = spoken(paper, 0)
    groups = re.findall(r"\[(\d+(?:, \d+)*)\]", said)
    numbers = [int(number) for group in groups for number in group.split(", ")]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(paper.references) + 1))


def test_methods_say_what_ran_and_leave_results_to_the_results() -> None:
    """The number of rows per cluster is a result; seeds belong to the methods page."""
    said = spoken(samples.paper(), 0)
    assert "Mann-Whitney test" in said
    assert "Holm's method" in said
    assert "procohort 0.1.0 and Python 3.11.2" in said
    assert "seed" not in said.lower()
    assert "The number of visits per person" not in said


def test_p_values_adjusted_over_visits_make_no_confirmatory_family() -> None:
    """Holm's method serves both; a family nobody declared must not appear in the methods."""
    declared = spoken(samples.paper(), 0)
    assert "family (Implant: Puncture time) were adjusted by Holm's method" in declared
    rows = [
        row if row.kind != "compare" else replace(row, p_holm=float("nan"))
        for row in samples.rows()
    ]
    said = spoken(samples.paper(rows=tuple(rows)), 0)
    assert "confirmatory" not in said
    assert "P values of all primary answers were adjusted by the method of Benjamini" in said
    assert any(row.kind == "trajectory" and row.p_holm == row.p_holm for row in rows)


def test_a_decimal_comma_is_used_everywhere() -> None:
    """One point among commas reads as a thousand."""
    paper = samples.paper({"decimal_sign": ",", "summary": "both"})
    said = [spoken(paper, 1), spoken(paper, 0).split("Analyses were made")[0]]
    for table in paper.tables:
        said += [text.text for text in texts_of(table)] if table.id != "scorecard" else []
        said += [cell.text for row in table.rows for cell in row.cells]
        said += [column.spanner for column in table.columns]
        said += [text for _, text in table.footnotes]
    assert [text for text in said if re.search(r"\d\.\d", text)] == []


def test_what_is_printed_stays_as_printed() -> None:
    """A quotation has the decimal sign of its source."""
    table = table_of(samples.paper({"decimal_sign": ","}), "scorecard")
    assert table.rows[1].heading.text == "98.3%"
    assert table.rows[1].cells[0].text == "98,0% (449/458)"


def test_the_same_material_gives_the_same_paper() -> None:
    """A second run must not look like a change."""
    # As text: a number that is absent does not equal itself.
    assert repr(compose(samples.material())) == repr(compose(samples.material()))


def test_a_study_with_rates_only_has_no_empty_part() -> None:
    """Smaller studies must not get headings over nothing."""
    keep = ("cohort", "success_rate")
    rows = tuple(row for row in samples.rows() if row.analysis in keep)
    material = replace(samples.material(rows=rows), verdicts=(), table_one=())
    assert [table.id for table in paper_tables(material)] == ["rates_success_rate"]
    results = compose(material).sections[1]
    assert len(results.paragraphs) == 2
    assert "perspective" not in " ".join(plain_text(x) for p in results.paragraphs for x in p)


def test_people_as_rows_are_not_called_pooled() -> None:
    """Where each row is a cluster, nothing is pooled."""
    study = {**publish_samples.STUDY, "row": {"singular": "person", "plural": "people"}}
    settings = {**samples.SETTINGS, "study": study}
    table = table_of(samples.paper(settings=settings), "comparison_implant")
    assert all("pooled" not in column.spanner for column in table.columns)
    assert table.title == "Implant (unit of analysis: person)"
