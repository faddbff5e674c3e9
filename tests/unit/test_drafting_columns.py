"""What the drafter makes of single columns and of the way an export is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from procohort.drafting.columns import ColumnDraft
from procohort.drafting.draft import Draft, draft_study
from procohort.drafting.names import read_header, unique_names
from procohort.drafting.reading import ExportError, read_export
from procohort.drafting.texts import (
    Numbers,
    find_date_format,
    find_number_signs,
    yes_no_codes,
)


def draft_of(folder: Path, columns: dict[str, list[str]]) -> Draft:
    """Write columns as a table with semicolons and draft it."""
    path = folder / "export.csv"
    pd.DataFrame(columns).to_csv(path, sep=";", index=False)
    return draft_study(read_export(path, "export.csv"))


def column_of(folder: Path, values: list[str], header: str = "Value") -> ColumnDraft:
    """Draft one column beside a patient key."""
    key = [f"P{place // 2}" for place in range(len(values))]
    return draft_of(folder, {"Pat_ID": key, header: values}).columns[1]


@pytest.mark.parametrize(
    ("values", "decimal", "thousands"),
    [
        (["1,5", "2,25", "300"], ",", ""),
        (["1.5", "2.25", "300"], ".", ""),
        (["1.234,5", "2,0"], ",", "."),
        (["1,234.5", "2.0"], ".", ","),
        (["1.234.567", "2,5"], ",", "."),
        (["1'234.5", "2.5"], ".", "'"),
        (["1.234", "2.345"], ".", ""),
    ],
)
def test_the_signs_of_numbers_are_found(values: list[str], decimal: str, thousands: str) -> None:
    """A decimal comma read as a thousands sign makes 1,5 into 15."""
    assert find_number_signs(values) == Numbers(decimal=decimal, thousands=thousands)


@pytest.mark.parametrize(
    ("values", "form", "swapped"),
    [
        (["2024-01-31", "2024-02-01"], "%Y-%m-%d", False),
        (["31.01.2024", "01.02.2024"], "%d.%m.%Y", False),
        (["31.01.24", "01.02.24"], "%d.%m.%y", False),
        (["31/01/2024", "01/02/2024"], "%d/%m/%Y", False),
        (["01/31/2024", "02/01/2024"], "%m/%d/%Y", False),
        (["01/02/2024", "03/04/2024"], "%d/%m/%Y", True),
        (["31.01.2024 08:30", "01.02.2024 17:05"], "%d.%m.%Y %H:%M", False),
        (["12", "13"], "%Y-%m-%d", False),
    ],
)
def test_the_format_of_dates_is_found(values: list[str], form: str, swapped: bool) -> None:
    """Where day and month cannot be told apart, a person must be asked."""
    assert find_date_format([values]) == (form, swapped)


@pytest.mark.parametrize(
    ("values", "true"),
    [
        (["ja", "nein"], {"ja"}),
        (["Yes", "no", "YES"], {"Yes", "YES"}),
        (["oui", "non"], {"oui"}),
        (["sì", "no"], {"sì"}),
        (["1", "0"], {"1"}),
        (["wahr", "falsch"], {"wahr"}),
        (["nein"], {"ja"}),
        (["left", "right"], set()),
        (["1"], set()),
        (["no", "nein"], set()),
    ],
)
def test_yes_and_no_are_found_in_several_languages(values: list[str], true: set[str]) -> None:
    """A coded answer must not be analysed as a word."""
    codes = yes_no_codes(values)
    assert {text for text, meaning in codes.items() if meaning == "true"} == true


def test_an_empty_cell_beside_ticks_is_taken_as_no_and_said_so(tmp_path: Path) -> None:
    """Crosses in a list leave the other cells empty; that reading is a guess."""
    column = column_of(tmp_path, ["x", "", "", "X", "", ""])
    assert column.codes == {"X": "true", "x": "true", "": "false"}
    assert any("empty cell" in note for note in column.notes)


@pytest.mark.parametrize(
    ("header", "name", "label", "unit"),
    [
        ("Dauer_min", "dauer_min", "Dauer", "min"),
        ("Eff. Dosis [mSv]", "eff_dosis_msv", "Eff Dosis", "mSv"),
        ("Weight (kg)", "weight_kg", "Weight", "kg"),
        ("Größe in cm", "groesse_cm", "Größe", "cm"),
        ("PatientID", "patient_id", "PatientID", ""),
        ("BMI kg/m2", "bmi_kg_m2", "BMI", "kg/m²"),
        ("Group (A)", "group_a", "Group (A)", ""),
        ("min", "min", "Min", ""),
    ],
)
def test_a_header_gives_name_label_and_unit(header: str, name: str, label: str, unit: str) -> None:
    """A number without its unit is the commonest mistake of a table."""
    words = read_header(header)
    assert (words.name, words.label, words.unit) == (name, label, unit)


def test_names_never_clash_with_each_other_or_the_pipeline() -> None:
    """A column called cluster would overwrite the patient of each row."""
    names = unique_names(["cluster", "dose", "dose", "", "year", "class", "2nd"])
    assert names == [
        "cluster_value",
        "dose",
        "dose_2",
        "column_4",
        "year_value",
        "class_value",
        "x2nd",
    ]


def test_a_value_far_from_all_others_is_kept_out_of_the_range(tmp_path: Path) -> None:
    """The first run must ask about 171 where a decimal comma is missing from 17,1."""
    values = [f"{14 + place % 7},{place % 10}" for place in range(30)]
    column = column_of(tmp_path, [*values, "171"])
    assert column.bounds is not None
    assert column.bounds[1] < 171
    assert any("'171'" in doubt for doubt in column.doubts)


def test_a_long_tail_is_no_slip(tmp_path: Path) -> None:
    """Lengths of stay are skewed; a sane table must run as drafted."""
    values = ["0"] * 20 + ["1"] * 15 + ["2", "3", "3", "4", "5", "7", "9", "13", "24"]
    column = column_of(tmp_path, values)
    assert column.doubts == []
    assert column.bounds is not None
    assert column.bounds[1] >= 24


def test_a_number_that_means_missing_is_declared_as_such(tmp_path: Path) -> None:
    """A mean over -99 is a nonsense that looks like a result."""
    column = column_of(tmp_path, [*(str(40 + place % 30) for place in range(30)), "-99", "999"])
    assert column.missing == ["-99", "999"]
    assert column.kind == "integer"


def test_units_in_single_cells_are_findings_not_words(tmp_path: Path) -> None:
    """One cell with a unit must not turn a measurement into a category."""
    column = column_of(tmp_path, [*(str(10 + place) for place in range(20)), "24 mmgh"])
    assert column.kind == "integer"
    assert any("'24 mmgh'" in doubt for doubt in column.doubts)


def test_mixed_numbers_and_words_are_named(tmp_path: Path) -> None:
    """A column that is neither is for a person to sort out, not to guess."""
    column = column_of(tmp_path, ["1", "2", "3", "4", "low", "high", "5", "mid"])
    assert not column.is_quantity
    assert any("mixed" in doubt for doubt in column.doubts)


def test_spellings_of_a_level_are_brought_together_and_a_slip_is_asked_about(
    tmp_path: Path,
) -> None:
    """Left, LEFT and left are one group; lefft may be."""
    column = column_of(tmp_path, ["left"] * 6 + ["Left", "LEFT"] + ["right"] * 6 + ["rihgt"])
    assert list(column.levels) == ["left", "right"]
    assert column.codes == {"LEFT": "left", "Left": "left"}
    assert any("'rihgt'" in doubt for doubt in column.doubts)


def test_numbered_levels_are_no_misspellings(tmp_path: Path) -> None:
    """Grade 1 and grade 2 are alike on purpose."""
    column = column_of(tmp_path, ["grade 1"] * 8 + ["grade 2"] * 8 + ["grade 3"])
    assert list(column.levels) == ["grade 1", "grade 2", "grade 3"]


def test_codes_of_groups_are_no_yes_and_no(tmp_path: Path) -> None:
    """Sex written as 0 and 1 would otherwise become an event."""
    assert column_of(tmp_path, ["0", "1", "1", "0"], "sex").kind == "category"
    assert column_of(tmp_path, ["0", "1", "1", "0"], "bleeding").kind == "boolean"


def test_names_in_headers_and_in_cells_are_left_out(tmp_path: Path) -> None:
    """A draft must not carry a name into the analysis."""
    people = ["Ahorn, Erika", "Birke, Paul", "Buche, Hanna", "Eiche, Otto", "Erle, Martha"] * 2
    draft = draft_of(
        tmp_path,
        {
            "Pat_ID": [f"P{place % 5}" for place in range(10)],
            "Nachname": people,
            "Operator": people,
            "MRN": [str(1000 + place) for place in range(10)],
            "Dose": [str(place) for place in range(10)],
        },
    )
    assert set(draft.identifying) == {"Nachname", "MRN"}
    assert any(line.startswith("Operator: most values look like names") for line in draft.doubts())
    assert {column.header for column in draft.used} == {"Pat_ID", "Dose"}


def test_free_text_is_left_out(tmp_path: Path) -> None:
    """Remarks name people, and no analysis needs them."""
    remarks = [f"seen by the ward, remark {place}" for place in range(8)]
    assert "free text" in column_of(tmp_path, remarks, "Remark").left_out


def test_lines_above_the_headers_are_passed_over(tmp_path: Path) -> None:
    """Exports begin with a title and the date of the query."""
    path = tmp_path / "export.csv"
    path.write_text("Report of the ward\nmade on Monday\nPat;Dose\nP1;1,5\nP1;2,5\nP2;3,5\n")
    export = read_export(path, "export.csv")
    assert export.grid.headers == ["Pat", "Dose"]
    assert export.fmt.skip_rows == 2
    assert export.fmt.decimal == ","


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("export.csv", "", "the file is empty"),
        ("export.csv", "Pat;Dose\n", "header but no row below it"),
        ("export.csv", "1;2;3\n4;5;6\n7;8;9\n", "row 1: the first row looks like values"),
        ("export.docx", "text", "files ending in '.docx' cannot be read"),
        ("export.xlsx", "text", "cannot be opened as a spreadsheet"),
    ],
)
def test_an_export_that_is_no_table_is_told_with_a_remedy(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    """The first contact with the project must not be a traceback."""
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ExportError) as caught:
        read_export(path, name)
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(f"{name}: ")
    assert message in caught.value.lines[0]
