"""What is odd in an export is told before the first run, not lost in silence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from minimal_study import ROOT
from procohort.drafting.document import configuration
from procohort.drafting.draft import Draft, draft_study
from procohort.drafting.folder import make_study, summary
from procohort.drafting.reading import ExportError, read_export
from procohort.drafting.texts import DATE_FORMATS, find_date_format

N_ROWS = 24
PATIENTS = [f"P{place // 2:02d}" for place in range(N_ROWS)]
DOSES = [str(10 + place % 7) for place in range(N_ROWS)]
TREES = ["Ahorn", "Birke", "Buche", "Eiche", "Erle", "Esche"] * 4


def written(folder: Path, text: str, name: str = "export.csv") -> Path:
    """Write an export."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def draft_of(folder: Path, columns: dict[str, list[str]], below: str = "") -> Draft:
    """Draft a table, with lines below it."""
    text = pd.DataFrame(columns).to_csv(sep=";", index=False)
    return draft_study(read_export(written(folder, text + below), "export.csv"))


@pytest.mark.parametrize("values", [TREES, ["AB", "CD", "EF", "GH", "KLM", "N.O."] * 4])
@pytest.mark.parametrize("header", ["Patient", "Klinik_Arzt"])
def test_values_that_look_like_people_are_asked_about(
    tmp_path: Path, header: str, values: list[str]
) -> None:
    """A surname is no pseudonym, whatever its column is called."""
    columns = {"Pat_ID": PATIENTS} if header != "Patient" else {}
    draft = draft_of(tmp_path, {**columns, header: values, "Dose": DOSES})
    assert [line for line in draft.doubts() if line.startswith(f"{header}: values look like sur")]


def test_pseudonyms_and_levels_are_not_taken_for_people(tmp_path: Path) -> None:
    """A warning beside every column would not be read."""
    agents = ["Aflibercept", "Ranibizumab", "Placebo"] * 8
    draft = draft_of(tmp_path, {"Pat_ID": PATIENTS, "Agent": agents, "Dose": DOSES})
    assert draft.doubts() == []


def test_physicians_with_titles_are_left_out(tmp_path: Path) -> None:
    """As levels of a category their names would stand in every table."""
    doctors = ["Dr. Ahorn", "Prof. Birke", "Dr. med. Buche"] * 8
    draft = draft_of(tmp_path, {"Pat_ID": PATIENTS, "Operateur": doctors, "Dose": DOSES})
    assert draft.columns[1].left_out == "most values look like names"
    text = configuration(draft, study_id="x", title="X", file="x.csv", schema="s")
    assert "Birke" not in text


def test_a_patient_column_with_gaps_stays_the_key_and_stops_the_run(tmp_path: Path) -> None:
    """Merged cells leave the rows below empty; each would count as another patient."""
    merged = [text if place % 2 == 0 else "" for place, text in enumerate(PATIENTS)]
    path = written(
        tmp_path, pd.DataFrame({"Pat-ID": merged, "Dose": DOSES}).to_csv(sep=";", index=False)
    )
    study = make_study(path, tmp_path / "study", ROOT)
    assert [column.header for column in study.draft.keys.patient] == ["Pat-ID"]
    assert study.draft.doubts()[0] == (
        "Pat-ID: 12 of 24 rows have no value; fill the cells down (merged cells?)"
    )
    assert len(study.stops) == 12


def test_an_identifier_that_repeats_is_offered_as_the_patient(tmp_path: Path) -> None:
    """Without a fact that confirms it a person must decide, and has to know how."""
    scores = [str(place * 7 % 11) for place in range(N_ROWS)]
    draft = draft_of(tmp_path, {"ID": PATIENTS, "Visit_no": ["1", "2"] * 12, "Score": scores})
    assert draft.keys.patient == []
    assert draft.keys.reason == draft.doubts()[0]
    assert draft.doubts()[0] == (
        "ID repeats (12 values in 24 rows): if it is the patient, write keys.cluster: [id], "
        "and type: id at the column"
    )


@pytest.mark.parametrize(
    ("below", "rows"),
    [
        ("Summe;;;288\n", "row 26 looks like a sum or a note"),
        ("Mean;5;6;12.0\n;;;\nLegende: x = ja;;;\n", "rows 26, 28 look like sums or notes"),
        ("exported by the ward;;;\n", "row 26 looks like a sum or a note"),
    ],
)
def test_sums_and_notes_below_the_table_are_told(tmp_path: Path, below: str, rows: str) -> None:
    """A sum counted as a patient moves every mean."""
    columns = {"Pat_ID": PATIENTS, "A": DOSES, "B": DOSES[::-1], "Dose": DOSES}
    assert draft_of(tmp_path, columns).rows_below == []
    assert any(line.startswith(rows) for line in draft_of(tmp_path, columns, below).doubts())


def test_a_second_sheet_with_a_table_is_named(tmp_path: Path) -> None:
    """Half of the data in another sheet must not be lost in silence."""
    path = tmp_path / "export.xlsx"
    frame = pd.DataFrame({"Pat_ID": PATIENTS, "Dose": DOSES})
    with pd.ExcelWriter(path) as book:
        frame.to_excel(book, sheet_name="2023", index=False)
        frame.to_excel(book, sheet_name="2024", index=False)
    study = make_study(path, tmp_path / "study", ROOT)
    said = "\n".join(summary(study, ROOT))
    assert "  sheet: 2023\n" in said
    assert "other sheets with tables, not used: 2024" in said
    config = (study.folder / "config.yaml").read_text(encoding="utf-8")
    assert "# Other sheets with tables, not used: 2024" in config
    assert study.stops == []


@pytest.mark.parametrize(
    ("header", "values", "doubt"),
    [
        ("Share", [f"{place} %" for place in range(N_ROWS)], "numbers with a unit or a sign"),
        ("Level", ["<3", "1-3", "> 4,5", "12 mg"] * 6, "numbers with a unit or a sign"),
        ("Mean", ["#DIV/0!"] * N_ROWS, "only errors of the spreadsheet (#DIV/0!)"),
        ("Mean", [*DOSES[:-1], "#REF!"], "errors of the spreadsheet, read as no value: '#REF!'"),
        ("Datum", [str(45000 + place) for place in range(N_ROWS)], "serial dates of a spread"),
    ],
)
def test_a_column_that_cannot_be_used_as_it_is_says_so(
    tmp_path: Path, header: str, values: list[str], doubt: str
) -> None:
    """A measurement that vanishes from the analysis is noticed after publication."""
    draft = draft_of(tmp_path, {"Pat_ID": PATIENTS, header: values, "Dose": DOSES})
    assert any(line.startswith(f"{header}: {doubt}") for line in draft.doubts())


def test_a_column_of_errors_in_a_workbook_is_told(tmp_path: Path) -> None:
    """The reader gives empty cells for them, so the column would vanish in silence."""
    frame = pd.DataFrame({"Pat_ID": PATIENTS, "Mean": "#DIV/0!", "Dose": DOSES})
    with pd.ExcelWriter(tmp_path / "export.xlsx", engine="openpyxl") as book:
        frame.to_excel(book, index=False)
        for row in range(2, N_ROWS + 2):
            book.sheets["Sheet1"].cell(row, 2).data_type = "e"
    doubts = draft_study(read_export(tmp_path / "export.xlsx", "x")).doubts()
    assert doubts == ["Mean: no value in any row; errors like #DIV/0! are read as empty cells"]


def test_columns_without_header_are_told_by_their_place_if_they_hold_values(
    tmp_path: Path,
) -> None:
    """Empty columns at the edge of a sheet are no finding."""
    rows = "".join(f"{who};;{dose};;x{dose}\n" for who, dose in zip(PATIENTS, DOSES, strict=True))
    path = written(tmp_path, "Pat_ID;;Dose;;\n" + rows)
    draft = draft_study(read_export(path, "export.csv"))
    assert draft.doubts() == ["column 5: a column with values has no header"]


def test_a_header_that_stands_three_times_is_told_once(tmp_path: Path) -> None:
    """The same line twice looks like two faults."""
    rows = "".join(f"{who};1;2;3;{dose}\n" for who, dose in zip(PATIENTS, DOSES, strict=True))
    path = written(tmp_path, "Pat_ID;Pain;Pain;Pain;Dose\n" + rows)
    study = make_study(path, tmp_path / "study", ROOT)
    assert sum("stands here twice" in line for line in study.draft.doubts()) == 1
    assert "  left out: Pain" in summary(study, ROOT)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear Sir or Madam\nplease find\nthe table\n", "1 column and 2 rows"),
        ("Pat;Dose\nP1;3\n", "2 columns and 1 row below"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, text: str, found: str) -> None:
    """A letter would become a study of its lines."""
    with pytest.raises(ExportError, match=f"this is no table: {found}"):
        read_export(written(tmp_path, text, "letter.txt"), "letter.txt")


def test_a_row_of_units_is_told(tmp_path: Path) -> None:
    """It turns every measurement into words."""
    rows = "".join(f"{who};{dose};{dose}\n" for who, dose in zip(PATIENTS, DOSES, strict=True))
    path = written(tmp_path, "Pat_ID;Dose;Time\n;mg;min\n" + rows)
    assert "row 2 looks like units; delete it" in draft_study(read_export(path, "x")).doubts()


def test_a_folder_is_not_called_missing(tmp_path: Path) -> None:
    """The remedy differs: it is there, but no file."""
    with pytest.raises(ExportError, match="this is a folder"):
        read_export(tmp_path, "here")


def test_decimal_numbers_are_not_tried_as_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nineteen formats for each number took seconds in a wide table."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("procohort.drafting.texts.readable_dates", never)
    assert find_date_format([["1.5", "12.25", "3,7", "2024.5"]]) == (DATE_FORMATS[0], False)
