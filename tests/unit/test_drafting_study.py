"""Keys, levels, analyses and the folder of a drafted study."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
import yaml
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from minimal_study import ROOT, SCHEMA
from procohort.drafting.draft import Draft, draft_study
from procohort.drafting.folder import NewStudy, make_study, study_name, summary
from procohort.drafting.reading import read_export
from procohort.settings import complete

RAW_TABLES = sorted(
    path
    for folder in (ROOT / "data" / "raw", *sorted((ROOT / "studies").glob("*/data/raw")))
    for path in folder.rglob("*.csv")
)
SAMPLE = ROOT / "docs" / "tutorial" / "eye_injections.csv"
Columns = Mapping[str, Sequence[object]]


def visits(n_patients: int = 12, n_each: int = 4) -> dict[str, list[object]]:
    """Rows of patients, with facts of the patient and values of the row."""
    rows = [(patient, visit) for patient in range(n_patients) for visit in range(n_each)]
    return {
        "Pat_ID": [f"P{patient:02d}" for patient, _ in rows],
        "Sex": ["f" if patient % 3 else "m" for patient, _ in rows],
        "Birth_year": [1940 + patient * 3 for patient, _ in rows],
        "Arm": ["new" if (patient * 7 + visit) % 2 else "old" for patient, visit in rows],
        "Score": [(patient * 5 + visit * 3) % 17 for patient, visit in rows],
        "Pain": [f"{(patient + visit * 5) % 11}.5" for patient, visit in rows],
        "Event": ["yes" if (patient + visit) % 5 == 0 else "no" for patient, visit in rows],
    }


def drafted(folder: Path, columns: Columns) -> Draft:
    """Write columns as a table and draft it."""
    path = folder / "export.csv"
    pd.DataFrame(dict(columns)).to_csv(path, index=False)
    return draft_study(read_export(path, "export.csv"))


def key_of(draft: Draft) -> list[str]:
    """Return the headers of the patient key."""
    return [column.header for column in draft.keys.patient]


def settings_of(study: NewStudy) -> dict[str, object]:
    """Return the drafted configuration as it stands in the folder."""
    loaded = yaml.safe_load((study.folder / "config.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_patient_is_the_column_whose_header_says_so(tmp_path: Path) -> None:
    """Rows of one patient must stay together in every analysis."""
    draft = drafted(tmp_path, visits())
    assert key_of(draft) == ["Pat_ID"]
    assert draft.keys.is_sure


def test_a_patient_is_found_by_what_is_constant_within(tmp_path: Path) -> None:
    """Without a telling header the values tell, and a person is asked to confirm."""
    columns = visits()
    columns["Folder"] = columns.pop("Pat_ID")
    draft = drafted(tmp_path, columns)
    assert key_of(draft) == ["Folder"]
    assert not draft.keys.is_sure


def test_an_identifier_used_again_at_another_site_makes_a_composite_key(tmp_path: Path) -> None:
    """Patient 1 of one hospital is not patient 1 of another."""
    one, other = visits(), visits()
    columns: dict[str, list[object]] = {name: [*one[name], *other[name]] for name in one}
    columns["Sex"] = [*one["Sex"], *("m" if sex == "f" else "f" for sex in other["Sex"])]
    columns["Birth_year"] = [
        *one["Birth_year"],
        *(2000 - int(str(x)) % 50 for x in one["Birth_year"]),
    ]
    columns["Centre"] = ["North"] * len(one["Sex"]) + ["South"] * len(other["Sex"])
    assert key_of(drafted(tmp_path, columns)) == ["Centre", "Pat_ID"]


def test_facts_of_patients_and_of_rows_are_told_apart(tmp_path: Path) -> None:
    """Table 1 counts patients; a fact counted on every row would count the frequent ones more."""
    levels = {column.header: column.level for column in drafted(tmp_path, visits()).used}
    assert {name for name, level in levels.items() if level == "patient"} == {"Sex", "Birth_year"}


def test_a_rare_event_is_no_fact_of_the_patient(tmp_path: Path) -> None:
    """An event that nearly nobody had is constant within patients by chance."""
    columns = visits()
    columns["Event"] = ["yes", *["no"] * (len(columns["Event"]) - 1)]
    columns["Event"][1:4] = ["yes"] * 3
    event = next(c for c in drafted(tmp_path, columns).used if c.header == "Event")
    assert event.level == "row"
    assert any("by chance" in note for note in event.notes)


def test_a_fact_that_differs_once_is_asked_about(tmp_path: Path) -> None:
    """One row with another sex is a slip, or somebody else's row."""
    columns = visits()
    columns["Sex"][5] = "m" if columns["Sex"][5] == "f" else "f"
    doubts = drafted(tmp_path, columns).doubts()
    assert [line for line in doubts if line.startswith("Sex: differs within 1 of 12 patients")]
    assert any("P01, row 7" in line for line in doubts)


def test_identifiers_that_differ_in_spelling_are_asked_about(tmp_path: Path) -> None:
    """P1 and P01 are one patient more often than two."""
    columns = visits()
    columns["Pat_ID"] = [*columns["Pat_ID"][:-1], "p1"]
    assert any("differ in spelling only" in line for line in drafted(tmp_path, columns).doubts())


def test_without_a_patient_key_the_draft_says_so_everywhere(tmp_path: Path) -> None:
    """Rows taken for patients in silence would make every p value too small."""
    columns = visits()
    del columns["Pat_ID"], columns["Sex"], columns["Birth_year"]
    path = tmp_path / "export.csv"
    pd.DataFrame(columns).to_csv(path, index=False)
    study = make_study(path, tmp_path / "study", ROOT)
    text = (study.folder / "config.yaml").read_text(encoding="utf-8")
    assert "NO COLUMN TELLS WHICH ROWS BELONG TO ONE PATIENT" in text
    assert "no patient identifier" in yaml.safe_load(text)["study"]["data_label"]
    assert any("NO PATIENT IDENTIFIER" in line for line in summary(study, ROOT))
    assert study.n_patients == len(columns["Score"])


def test_the_first_analyses_fit_the_variables(tmp_path: Path) -> None:
    """The draft answers something at once: groups, outcomes, rates, a correlation."""
    path = tmp_path / "export.csv"
    pd.DataFrame(visits()).to_csv(path, index=False)
    settings = settings_of(make_study(path, tmp_path / "study", ROOT))
    assert settings["comparisons"] == [
        {
            "id": "by_arm",
            "group": "arm",
            "levels": ["new", "old"],
            "outcomes": ["score", "pain", "event"],
        }
    ]
    assert settings["rates"][0]["outcomes"] == ["event"]  # type: ignore[index]
    assert settings["correlations"][0]["x"] == "pain"  # type: ignore[index]
    described = {item["id"]: item for item in settings["descriptions"]}  # type: ignore[attr-defined]
    assert described["patients"]["unit"] == "patient"
    assert described["patients"]["variables"] == ["sex", "birth_year"]
    assert described["records"]["by"] == "arm"


@pytest.mark.parametrize("path", RAW_TABLES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_raw_tables_of_the_studies_give_configurations_that_hold(
    path: Path, tmp_path: Path
) -> None:
    """Real exports are the measure: accepted by the checks, and no sane table is stopped."""
    study = make_study(path, tmp_path / "study", ROOT)
    complete(settings_of(study), SCHEMA)
    stops = [line for line in study.stops if "'ca. 12'" not in line]
    assert stops == []
    assert study.n_records or study.stops


def write_open_document(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as a spreadsheet program does: numbers and dates are typed cells."""
    document, sheet = OpenDocumentSpreadsheet(), OdfTable(name="Data")
    for record in [list(frame.columns), *frame.to_numpy(dtype=object).tolist()]:
        row = TableRow()
        for value in record:
            if isinstance(value, str):
                cell = TableCell(valuetype="string")
            elif isinstance(value, dt.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            else:
                cell = TableCell(valuetype="float", value=value)
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))


@pytest.mark.parametrize("ending", ["xlsx", "ods", "tsv", "parquet"])
def test_the_kind_of_file_changes_nothing(ending: str, tmp_path: Path) -> None:
    """A table saved by a spreadsheet program is the same table."""
    frame = pd.DataFrame(visits()).assign(
        When=pd.date_range("2024-01-01", periods=48).date, Dose=[x / 4 for x in range(48)]
    )
    path = tmp_path / f"export.{ending}"
    if ending == "tsv":
        frame.to_csv(path, sep="\t", index=False)
    elif ending == "parquet":
        frame.to_parquet(path)
    elif ending == "ods":
        write_open_document(frame, path)
    else:
        frame.to_excel(path, index=False)
    frame.to_csv(tmp_path / "export.csv", index=False)
    made = make_study(path, tmp_path / "one", ROOT)
    plain = make_study(tmp_path / "export.csv", tmp_path / "other", ROOT)
    assert made.stops == plain.stops == []
    one, other = (settings_of(study)["tables"]["records"]["columns"] for study in (made, plain))  # type: ignore[index]
    assert one == other
    assert one["when"]["type"] == "date"
    assert one["dose"]["decimals"] == 2


def test_the_second_sheet_is_found_when_the_first_has_no_table(tmp_path: Path) -> None:
    """Workbooks begin with a cover sheet."""
    path = tmp_path / "export.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"Export of the ward": []}).to_excel(book, sheet_name="Cover", index=False)
        pd.DataFrame(visits()).to_excel(book, sheet_name="Data", index=False)
    study = make_study(path, tmp_path / "study", ROOT)
    assert settings_of(study)["tables"]["records"]["format"]["sheet"] == "Data"  # type: ignore[index]
    assert study.n_records == 48


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    """A draft that changes from day to day cannot be reviewed."""
    texts = [
        (make_study(SAMPLE, tmp_path / name / "study", ROOT).folder / "config.yaml").read_bytes()
        for name in ("a", "b")
    ]
    assert texts[0] == texts[1]
    assert b"\r" not in texts[0]


def test_the_editor_finds_the_schema(tmp_path: Path) -> None:
    """The first line is what makes an editor complete and check keys."""
    study = make_study(SAMPLE, tmp_path / "deep" / "study", ROOT)
    first = (study.folder / "config.yaml").read_text(encoding="utf-8").splitlines()[0]
    schema = first.removeprefix("# yaml-language-server: $schema=")
    assert (study.folder / schema).resolve() == SCHEMA


@pytest.mark.parametrize(
    ("name", "study"),
    [("Export 2024", "export-2024"), ("2024", "study-2024"), ("Ärzte", "aerzte")],
)
def test_the_study_is_named_after_the_file(name: str, study: str) -> None:
    """The name becomes a folder and part of every seed."""
    assert study_name(name) == study


def run_script(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the script as make does."""
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "new_study.py"), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A second run must not wipe out an edited configuration."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.yaml").write_text("edited")
    done = run_script(str(SAMPLE), "--folder", "mine", cwd=tmp_path)
    assert done.returncode == 3
    assert "mine: the folder is there already" in done.stderr
    assert (tmp_path / "mine" / "config.yaml").read_text() == "edited"


def test_a_file_that_cannot_be_read_leaves_no_folder(tmp_path: Path) -> None:
    """Half a study would have to be cleaned up by hand before the next try."""
    done = run_script("lost.csv", "--folder", "mine", cwd=tmp_path)
    assert done.returncode == 4
    assert done.stderr == "lost.csv: the file does not exist. Check its path and permissions.\n"
    assert not (tmp_path / "mine").exists()
