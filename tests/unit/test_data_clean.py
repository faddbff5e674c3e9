"""The cohort: who is in it, in which order, with which values, and who left when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data_plans import (
    RIDE_HEADER,
    RIDES,
    build,
    column,
    folder,
    ponies,
    rides,
    settings,
    with_policy,
)
from procohort.data.checksums import checksum, require_checksums, verify_checksums
from procohort.data.dictionary import data_dictionary
from procohort.data.findings import DataError, PlanError
from procohort.study import CohortPlan


def derived(expression: str, kind: str, **spec: Any) -> dict[str, Any]:
    return {"expression": expression, "type": kind, **spec}


def test_rows_join_the_facts_of_their_patient_in_a_fixed_order(tmp_path: Path) -> None:
    """Patient, then date, then key: the order must not depend on the export."""
    header, *rows = RIDES.splitlines()
    mixed = "\n".join([header, rows[2], rows[1], "0,A,2020-01-09,5,630,n", rows[0]])
    analysis = build(folder(tmp_path, rides=mixed)).analysis
    assert [*analysis.columns] == [
        "cluster", "pony", "coat", "born", "ride", "day", "jumps", "minutes", "clear",
    ]  # fmt: skip
    assert analysis["ride"].tolist() == ["1", "0", "2", "3"]
    assert analysis["cluster"].tolist() == ["A", "A", "A", "B"]
    assert analysis["coat"].tolist() == ["bay", "bay", "bay", "grey"]
    assert analysis["minutes"].tolist() == [10.0, 10.5, 10.5, 1.5]
    assert analysis["clear"].tolist() == [True, False, False, True]


def test_an_identifier_repeated_across_sites_is_two_patients(tmp_path: Path) -> None:
    """Every centre has a patient 1."""
    patients = ponies(columns={"site": column("Site"), **ponies()["columns"]})
    rows = rides(columns={"site": column("Site"), **rides()["columns"]})
    base = folder(
        tmp_path,
        ponies="Site,Pony_ID,Coat,Foaled\nN,1,bay,2010-05-01\nS,1,grey,2011-05-01\n",
        rides=f"Site,{RIDE_HEADER}\nN,1,1,2020-01-01,1,60,y\nS,1,1,2020-01-01,1,60,y\n"
        "S,2,1,2020-01-02,1,60,y\n",
    )
    cohort = build(
        base,
        tables={"ponies": patients, "rides": rows},
        keys={"cluster": ["site", "pony"], "row": ["site", "ride"]},
        derived={"n": derived("size_of_cluster()", "integer", level="patient")},
    )
    assert cohort.analysis["cluster"].tolist() == ["N:1", "S:1", "S:1"]
    assert cohort.analysis["coat"].tolist() == ["bay", "grey", "grey"]
    assert cohort.analysis["n"].tolist() == [1, 2, 2]
    assert cohort.attrition["n_patients"].tolist() == [2, 2]


def test_a_colon_in_an_identifier_joins_no_two_patients(tmp_path: Path) -> None:
    """`a:b` at site `c` is not `b` at site `c:a`."""
    table = rides(columns={"site": column("Site"), **rides()["columns"]})
    base = folder(
        tmp_path,
        rides=f"Site,{RIDE_HEADER}\nN:1,1,2,2020-01-01,1,60,y\nN,2,1:2,2020-01-01,1,60,y\n",
    )
    keys = {"cluster": ["site", "pony"], "row": ["ride"]}
    cohort = build(base, tables={"rides": table}, keys=keys)
    assert cohort.analysis["cluster"].nunique() == 2


def test_a_study_of_one_table_needs_no_patient_table(tmp_path: Path) -> None:
    """Facts of the patient may stand on every row."""
    table = rides()
    table["columns"]["coat"] = column("Coat", "category", level="patient")
    text = f"{RIDE_HEADER},Coat\n1,A,2020-01-01,1,90,y,bay\n2,A,2020-01-02,1,90,y,bay\n"
    cohort = build(folder(tmp_path, rides=text), tables={"rides": table})
    assert cohort.analysis["coat"].tolist() == ["bay", "bay"]
    assert cohort.findings.empty


@pytest.mark.parametrize("level", ["row", "patient"])
def test_a_study_whose_row_is_the_patient_needs_no_identifiers(tmp_path: Path, level: str) -> None:
    """A randomised trial has one row for each patient, often without an identifier."""
    table = {
        "level": level,
        "files": ["ponies.csv"],
        "columns": {"pony": column("@row"), "coat": column("Coat", "category")},
    }
    base = folder(tmp_path, ponies="Coat\nbay\ngrey\npied\n")
    keys = {"cluster": ["pony"], "row": ["pony"]}
    cohort = build(base, tables={"all": table}, row_table="all", keys=keys)
    assert cohort.analysis.to_numpy().tolist() == [
        ["1", "1", "bay"], ["2", "2", "grey"], ["3", "3", "pied"],
    ]  # fmt: skip


def test_filters_leave_step_by_step_and_are_counted(tmp_path: Path) -> None:
    """The flow diagram: a missing answer is no reason to stay."""
    text = RIDES + "4,B,2020-05-01,7,600,\n5,Z,2020-01-01,7,600,y\n1,A,2020-01-02,4,600,y\n"
    cohort = build(
        folder(tmp_path, rides=text),
        policy=with_policy(orphan_key="quarantine", duplicate_row="quarantine"),
        filters=[
            {"id": "clear", "keep": "clear", "label": "Not clear"},
            {"id": "early", "keep": "day < date('2020-01-03')", "label": "Later"},
            {"id": "bay", "keep": "coat == 'bay'", "label": "Not bay"},
        ],
    )
    assert cohort.attrition.to_numpy().tolist() == [
        ["raw", "In the raw files", 6, 3, 0, 0],
        ["duplicate_row", "Exact duplicate of another row", 5, 3, 1, 0],
        ["orphan_key", "Patient unknown or in quarantine", 4, 2, 1, 1],
        ["clear", "Not clear", 2, 2, 2, 0],
        ["early", "Later", 1, 1, 1, 1],
        ["bay", "Not bay", 1, 1, 0, 0],
        ["analysed", "Analysed", 1, 1, 0, 0],
    ]
    assert [*cohort.attrition.columns] == [
        "step", "label", "n_rows", "n_patients", "n_rows_removed", "n_patients_removed",
    ]  # fmt: skip


def test_derived_variables_see_only_the_rows_that_stay(tmp_path: Path) -> None:
    """The first ride after the filter is ride number 1; later variables use earlier ones."""
    cohort = build(
        folder(tmp_path),
        filters=[{"id": "f", "keep": "jumps >= 5", "label": "Fewer than five jumps"}],
        parameters={"factor": 0.123},
        derived={
            "number": derived("order_within_cluster(day)", "integer"),
            "load": derived("minutes * factor", "number", decimals=2),
            "heavy": derived("load > 1 and number == 1", "boolean"),
            "kind": derived("where(heavy, 'a', 'b')", "category", labels={"a": "A", "b": "B"}),
        },
    )
    shown = cohort.analysis[["ride", "number", "load", "heavy", "kind"]]
    assert shown.to_numpy().tolist() == [["2", 1, 1.29, True, "a"], ["3", 1, 0.18, False, "b"]]
    assert [str(dtype) for dtype in shown.dtypes] == [
        "string", "Int64", "Float64", "boolean", "string",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (derived("jumps / 2", "integer"), "expression: the values do not fit the type 'integer'"),
        (derived("coat", "boolean"), "expression: the values do not fit the type 'boolean'"),
        (derived("coat + 1", "number"), "expression: 'coat + 1': needs a number, got a text"),
        (derived("clear", "boolean", level="patient"), "level: the value differs between rows of "),
        (derived("coat", "category", labels={"bay": "Bay"}), "labels: the value 'grey' has no "),
    ],
)
def test_a_derived_variable_must_be_what_it_is_declared_to_be(
    tmp_path: Path, spec: dict[str, Any], message: str
) -> None:
    """A patient-level value that changes would be counted for whichever row comes first."""
    with pytest.raises(PlanError) as error:
        build(folder(tmp_path), derived={"x": spec})
    assert error.value.lines[0].startswith(f"config.yaml: derived.x.{message}")


def test_missing_values_are_counted_by_row_and_by_patient(tmp_path: Path) -> None:
    """A fact is missing for a patient only when no row has it."""
    text = f"{RIDE_HEADER},Coat\n1,A,2020-01-01,,90,y,\n2,A,2020-01-02,,90,y,bay\n"
    text += "3,B,2020-01-02,1,90,y,\n"
    table = rides()
    table["columns"]["coat"] = column("Coat", "category", level="patient", label="Colour")
    missing = build(folder(tmp_path, rides=text), tables={"rides": table}).missing
    found = missing.set_index("variable")
    assert found.loc["jumps"].tolist() == [3, 2, 1]
    assert found.loc["coat"].tolist() == [3, 2, 1]
    assert found.loc["ride"].tolist() == [3, 0, 0]


def test_the_same_files_give_the_same_cohort(tmp_path: Path) -> None:
    """Nothing depends on the run or on the order of the rows in the export."""
    header, *rows = RIDES.splitlines()
    one = build(folder(tmp_path))
    other = build(folder(tmp_path, rides="\n".join([header, *reversed(rows)])))
    pd.testing.assert_frame_equal(one.analysis, other.analysis)


def test_checksums_tell_a_changed_file(tmp_path: Path) -> None:
    """The format is that of sha256sum, in text and in binary mode; all differences at once."""
    base = folder(tmp_path)
    good = checksum(base / "rides.csv")
    listed = base / "checksums.sha256"
    listed.write_text(f"{good}  rides.csv\n{good} *rides.csv\n")
    assert verify_checksums(listed, base) == []
    require_checksums("checksums.sha256", base)
    require_checksums("", base)
    listed.write_text(f"{good}  ponies.csv\n{good}  gone.csv\nnonsense\n")
    with pytest.raises(DataError) as error:
        require_checksums("checksums.sha256", base)
    renew = "If the change is meant, renew checksums.sha256 with sha256sum."
    assert error.value.lines == [
        f"ponies.csv: the file is not the one listed in checksums.sha256. Restore it. {renew}",
        f"gone.csv: the file does not exist. {renew}",
        "checksums.sha256: row 3: not a line of sha256sum. Write the list again.",
    ]


def test_the_dictionary_explains_every_variable() -> None:
    """The codebook comes from the configuration, so it cannot fall behind it."""
    spec = settings(derived={"fast": derived("minutes < 2", "boolean", labels={"true": "Fast"})})
    book = data_dictionary(CohortPlan.from_settings(spec)).set_index("variable")
    assert [*book.index] == [
        "pony", "coat", "born", "ride", "day", "jumps", "minutes", "clear", "fast",
    ]  # fmt: skip
    assert book.loc["coat", "allowed"] == "bay = Bay; grey = Grey"
    assert book.loc["minutes", ["unit", "range", "decimals", "source"]].tolist() == [
        "min", "1 to 90", "1", "rides: Seconds [s]",
    ]  # fmt: skip
    assert book.loc["clear", "source"] == "rides: Clear (y -> true, n -> false)"
    assert book.loc["day", ["required", "missing_codes"]].tolist() == ["yes", "(empty)"]
    assert book.loc["fast", "source"] == "= minutes < 2"
