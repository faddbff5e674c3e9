"""The scorecard of the manuscript: one language, told apart, doubtful figures named, in style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import paper_samples as samples
from procohort.publish.paper.compose import compose
from procohort.publish.paper.latex_text import escape
from procohort.publish.paper.latex_writer import write_latex
from procohort.publish.paper.model import Paper, PaperTable
from procohort.publish.prose import plain_text

CHINESE = "\u690e\u4f53\u83b7\u5f97\u5c40\u90e8\u63a7\u5236"
DOUBTFUL = {"name": "possible_counts", "outcome": "doubtful", "statement": "", "harmless": ""}
OF_ROW = {
    "row_analysis": "implant", "row_outcome": "success", "row_group": "implant",
    "row_level": "true", "row_reference": "false", "row_estimand": "odds_ratio",
    "row_perspective": "as_published", "row_method": "fisher_exact",
}  # fmt: skip


def claim(**fields: Any) -> dict[str, Any]:
    """A verdict on a figure that matches."""
    return {**samples.CLAIM, "verdict": "by_construction", "why": "It matches.", **fields}


def paper(*verdicts: Mapping[str, Any], **preset: Any) -> Paper:
    """The manuscript with these verdicts."""
    return compose(replace(samples.material(preset), verdicts=verdicts))


def scorecard(*verdicts: Mapping[str, Any], **preset: Any) -> PaperTable:
    """The table of the scorecard."""
    return next(table for table in paper(*verdicts, **preset).tables if table.id == "scorecard")


def told(*verdicts: Mapping[str, Any]) -> str:
    """What the last paragraph of the results says."""
    return " ".join(map(plain_text, paper(*verdicts).sections[1].paragraphs[-1]))


def test_a_statement_in_another_script_is_counted_once_and_left_to_the_scorecard() -> None:
    """An abstract in two languages has each figure twice, and one script cannot be set."""
    verdicts = (claim(), claim(sentence=f"94.8%{CHINESE}"), claim(sentence=CHINESE, kind="text"))
    table = scorecard(*verdicts)
    assert table.stub == "As printed (n = 1 figures)"
    assert CHINESE not in repr(table)
    assert "2 statements in the original language: see scorecard.html." in table.notes
    assert not any("without a figure" in note for note in table.notes)
    said = told(*verdicts)
    assert "The verdicts on 1 printed figures of the paper" in said
    assert "2 statements in the original language are on the scorecard page." in said


def test_no_codes_of_characters_reach_latex(tmp_path: Path) -> None:
    """[U+5171][U+5904] is noise to every reader."""
    write_latex(paper(claim(), claim(sentence=CHINESE)), tmp_path / "paper.tex")
    assert not any("[U+" in path.read_text("utf-8") for path in tmp_path.rglob("*.tex"))
    assert escape(f"Site {CHINESE} 12 {CHINESE}, B") == r"Site [\dots{}], B"
    assert escape("Ward \u2605") == r"Ward [\dots{}]"


def test_a_symbol_alone_leaves_no_statement_out() -> None:
    """Only a script that cannot be read is a reason."""
    assert scorecard(claim(sentence="Success \u2605 was \u03b1 98.3%")).stub.endswith(
        "n = 1 figures)"
    )


def test_a_doubtful_figure_is_named_in_table_note_and_text() -> None:
    """94.8% of 140 is no count; 'by construction' alone would hide it."""
    verdicts = (claim(printed="94.8%", checks=[DOUBTFUL]), claim())
    table = scorecard(*verdicts)
    cells = [row.cells[2].text for row in table.rows if row.cells]
    assert cells == ["By construction; doubtful as printed", "By construction"]
    wanted = "1 is doubtful as printed (\N{LEFT DOUBLE QUOTATION MARK}94.8%"
    assert any(wanted in note for note in table.notes)
    assert any(note.startswith("Doubtful as printed: ") for note in table.notes)
    assert f"by construction (2); {wanted}" in told(*verdicts)


def test_a_figure_that_fails_is_not_called_doubtful_as_well() -> None:
    """Its verdict says more."""
    table = scorecard(claim(verdict="differs", checks=[DOUBTFUL]))
    assert [row.cells[2].text for row in table.rows if row.cells] == ["Differs"]


def test_lines_with_the_same_words_are_told_apart() -> None:
    """Nine lines 'prolonged durations' and 'higher exposure' cannot be read."""
    printed = [
        claim(printed="longer", **OF_ROW | {"row_outcome": "time_min"}),
        claim(printed="longer", **OF_ROW | {"row_outcome": "dose_msv"}),
        claim(printed="more", **OF_ROW | {"row_analysis": "attempts", "row_outcome": "time_min",
              "row_group": "attempts", "row_level": "all", "row_reference": ""}),
        claim(printed="6.5", **OF_ROW | {"row_analysis": "over_time", "row_outcome": "pain",
              "row_group": "visit", "row_level": "m6", "row_reference": "before"}),
    ]  # fmt: skip
    assert [row.heading.text for row in scorecard(*printed).rows if row.cells] == [
        "longer (Puncture time, Implant vs No implant)",
        "longer (Effective dose, Implant vs No implant)",
        "more (Puncture time, with attempts)",
        "6.5 (Pain, After half a year vs Before)",
    ]


def test_numbers_of_known_rows_have_the_style_of_the_manuscript() -> None:
    """-0.017 here and -1.7 pp in the table of the same comparison are two numbers to a reader."""
    beside = {
        "found": "0.4100 (odds ratio)", "found_exact": 0.41,
        "cluster_aware_found": "-0.017 (risk difference), 95 % interval -0.06 to 0.02, p = 0.44",
        "cluster_aware_estimand": "risk_difference",
        "cluster_aware_method": "mover_korn_graubard+label_permutation",
        "cluster_aware_estimate": -0.017, "cluster_aware_p": 0.44,
    }  # fmt: skip
    (line,) = (row for row in scorecard(claim(**OF_ROW, **beside)).rows if row.cells)
    assert line.cells[0].text == "0.41 (odds ratio)"
    assert line.cells[1].text.startswith(
        "risk difference \N{MINUS SIGN}1.7 pp (95% CI \N{MINUS SIGN}6.0, 2.0), p = 0.44; "
    )
    p_only = {**beside, "found": "p = 0.3300", "found_exact": 0.33}
    (line,) = (
        row for row in scorecard(claim(**OF_ROW, **p_only), preset="radiology").rows if row.cells
    )
    assert line.cells[0].text == "P = .33"


def test_a_number_that_is_not_the_rows_own_stays_as_judged() -> None:
    """A verdict may rest on a difference that was turned round."""
    other = {"found": "2.439 (odds ratio)", "found_exact": 2.439}
    (line,) = (row for row in scorecard(claim(**OF_ROW, **other)).rows if row.cells)
    assert line.cells[0].text == "2.439 (odds ratio)"
