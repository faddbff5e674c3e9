"""Tables of repeated visits: a long table gives what the wide one would have given."""

from __future__ import annotations

import copy
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from data_plans import POLICY, build, column, folder, ponies, rides, settings, with_policy
from minimal_study import SCHEMA, config
from procohort import plan
from procohort.data.dictionary import data_dictionary
from procohort.data.findings import DataError
from procohort.settings import SettingsError, complete
from procohort.study import CohortPlan
from procohort.visits import read_variables

VISITS = ("before", "day_3", "month_1")
LABELS = {"before": "before", "day_3": "3 days", "month_1": "1 month"}


def checkups(**changes: Any) -> dict[str, Any]:
    """Return a table of visits: weight, gait and appetite of a pony, several times."""
    return {
        "level": "visit",
        "files": ["checkups.csv"],
        "visit": {"column": "when", "order": list(VISITS)},
        "columns": {
            "pony": column("Pony_ID"),
            "when": column("When", "category", codes={"D0": "before"}, labels=LABELS),
            "weight": column(
                "Weight_g", "number", unit="kg", source_unit="g", decimals=1, range=[50, 900]
            ),
            "gait": column("Gait", "category", labels={"even": "Even", "lame": "Lame"}),
            "eats": column("Eats", "boolean"),
            "seen": column("Seen", "date"),
        },
        **changes,
    }


HEADER = "Pony_ID,When,Weight_g,Gait,Eats,Seen"
LINES = (
    "A,D0,400000,lame,yes,2020-01-01",
    "A,day_3,401000,even,no,2020-01-04",
    "A,month_1,,even,yes,2020-02-01",
    "B,before,350500,even,yes,2020-01-02",
    "B,month_1,355000,lame,,2020-02-02",
)


def tables(**changes: Any) -> dict[str, Any]:
    return {"ponies": ponies(), "rides": rides(), "checkups": checkups(**changes)}


def long(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def findings(base: Path, text: str, **policy: str) -> list[tuple[Any, ...]]:
    """Return file, row, column, rule, action of what is found in a table of visits."""
    everything = dict.fromkeys(POLICY, "report") | policy
    found = build(folder(base, checkups=text), tables=tables(), policy=everything).findings
    return [*found[["row", "column", "rule", "action"]].itertuples(index=False, name=None)]


def test_a_column_and_a_visit_give_a_variable_of_the_patient(tmp_path: Path) -> None:
    """Every row of a patient carries the patient's values at every visit, in every type."""
    analysis = build(folder(tmp_path, checkups=long(*LINES)), tables=tables()).analysis
    assert [*analysis.columns[-12:]] == [
        f"{name}_{visit}" for name in ("weight", "gait", "eats", "seen") for visit in VISITS
    ]
    assert [*analysis.columns[:4]] == ["cluster", "pony", "coat", "born"]
    assert analysis["cluster"].tolist() == ["A", "A", "B"]
    assert analysis["weight_before"].tolist() == [400.0, 400.0, 350.5]
    assert analysis["weight_day_3"].tolist() == [401.0, 401.0, pd.NA]
    assert analysis["weight_month_1"].tolist() == [pd.NA, pd.NA, 355.0]
    assert analysis["gait_month_1"].tolist() == ["even", "even", "lame"]
    assert analysis["eats_day_3"].tolist() == [False, False, pd.NA]
    assert analysis["seen_before"].astype("str").tolist() == 2 * ["2020-01-01"] + ["2020-01-02"]
    kinds = analysis[["weight_day_3", "gait_day_3", "eats_day_3", "seen_day_3"]].dtypes
    assert [str(kind) for kind in kinds] == ["Float64", "string", "boolean", "datetime64[us]"]


def test_the_long_and_the_wide_table_give_the_same_cohort(tmp_path: Path) -> None:
    """The form of the export is no fact of the study."""
    wide = ponies()
    for visit in VISITS:
        weight = checkups()["columns"]["weight"]
        wide["columns"][f"weight_{visit}"] = {**weight, "source": [f"W {visit}"]}
    text = (
        "Pony_ID,Coat,Foaled,W before,W day_3,W month_1\n"
        "A,bay,2010-05-01,400000,401000,\nB,grey,2012-04-09,350500,,355000\n"
    )
    weights = {name: checkups()["columns"][name] for name in ("pony", "when", "weight")}
    from_wide = build(folder(tmp_path, ponies=text), tables={"ponies": wide, "rides": rides()})
    from_long = build(
        folder(tmp_path, checkups=long(*LINES)),
        tables=tables(columns=weights),
        policy=with_policy(unknown_column="report"),
    )
    pd.testing.assert_frame_equal(
        from_long.analysis, from_wide.analysis[[*from_long.analysis.columns]]
    )
    assert from_long.missing.set_index("variable").loc["weight_day_3"].tolist() == [3, 1, 1]
    assert sorted(from_long.missing.to_numpy().tolist()) == sorted(
        from_wide.missing.to_numpy().tolist()
    )


@pytest.mark.parametrize("seed", range(4))
def test_neither_order_nor_repeated_lines_matter(tmp_path: Path, seed: int) -> None:
    """An export has no promised order of rows or columns, and may hold a line twice."""
    rng = np.random.default_rng(seed)
    plain = build(folder(tmp_path, checkups=long(*LINES)), tables=tables())
    cells = [line.split(",") for line in (HEADER, *LINES, LINES[1], LINES[4])]
    places = rng.permutation(len(cells[0]))
    header, *body = [",".join(record[place] for place in places) for record in cells]
    shuffled = long(*[body[place] for place in rng.permutation(len(body))], header=header)
    policy = with_policy(duplicate_row="quarantine")
    other = build(folder(tmp_path, checkups=shuffled), tables=tables(), policy=policy)
    pd.testing.assert_frame_equal(other.analysis, plain.analysis)
    assert other.findings["rule"].tolist() == ["duplicate_row", "duplicate_row"]
    assert len(other.quarantine["checkups"]) == 2
    # The rows of the study are not the visits: none has left.
    pd.testing.assert_frame_equal(other.attrition, plain.attrition)


def test_a_workbook_is_read_like_a_text_file(tmp_path: Path) -> None:
    """Scores are often kept in Excel, with real numbers, dates and booleans in the cells."""
    plain = build(folder(tmp_path, checkups=long(*LINES)), tables=tables()).analysis
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Visits")
    sheet.append(["made by hand"])
    sheet.append(HEADER.split(","))
    for line in LINES:
        pony, when, weight, gait, eats, seen = line.split(",")
        sheet.append(
            [
                pony,
                when,
                float(weight) if weight else None,
                gait,
                {"yes": True, "no": False, "": None}[eats],
                pd.Timestamp(seen).to_pydatetime(),
            ]
        )
    book.save(tmp_path / "checkups.xlsx")
    sheets = {"files": ["checkups.xlsx"], "format": {"sheet": "Visits", "skip_rows": 1}}
    found = build(folder(tmp_path), tables=tables(**sheets))
    pd.testing.assert_frame_equal(found.analysis, plain)
    sheet["B4"] = "day_33"
    book.save(tmp_path / "checkups.xlsx")
    with pytest.raises(DataError) as error:
        build(folder(tmp_path), tables=tables(**sheets))
    assert error.value.lines == [
        "checkups.xlsx: row 4, column When: 'day_33' is not an allowed code. "
        "Correct the cell, or declare the code in config.yaml. Did you mean 'day_3'?"
    ]


def test_a_finding_names_the_line_of_the_long_table(tmp_path: Path) -> None:
    """The person who mends it opens the export, where no column weight_day_3 stands."""
    text = long(LINES[0], "A,day_3,40100,even,maybe,2020-01-04", *LINES[2:])
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, checkups=text), tables=tables())
    assert error.value.lines == [
        "checkups.csv: row 3, column Weight_g: 40100 g (40.1 kg) is below the smallest allowed "
        "value 50 kg. Correct the cell, or change the range in config.yaml.",
        "checkups.csv: row 3, column Eats: 'maybe' is not an allowed code. Correct the cell, or "
        "declare the code in config.yaml. Known: 0, 1, false, ja, nein, no, true, yes.",
    ]
    assert findings(tmp_path, text, out_of_range="blank") == [
        (3, "Weight_g", "out_of_range", "blank"),
        (3, "Eats", "unknown_code", "report"),
    ]


def test_two_answers_for_one_visit_stop_the_run(tmp_path: Path) -> None:
    """Which of two weights is right only the export's author knows."""
    text = long(*LINES, "A,before,390000,lame,yes,2020-01-01")
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, checkups=text), tables=tables())
    assert error.value.lines == [
        "checkups.csv: row 2: the key A:before is also in row 7, with other content. "
        "Correct the key, or remove the wrong row.",
        "checkups.csv: row 7: the key A:before is also in row 2, with other content. "
        "Correct the key, or remove the wrong row.",
    ]


@pytest.mark.parametrize("action", ["quarantine", "report", "blank"])
def test_of_two_answers_none_is_chosen(tmp_path: Path, action: str) -> None:
    """There is one cell for them: to keep the first would depend on the order of the export."""
    text = long(*LINES, "A,before,390000,lame,yes,2020-01-01")
    base = folder(tmp_path, checkups=text)
    cohort = build(base, tables=tables(), policy=with_policy(duplicate_key=action))
    assert cohort.findings["action"].tolist() == ["quarantine", "quarantine"]
    assert cohort.quarantine["checkups"]["row"].tolist() == [2, 7]
    assert cohort.analysis["weight_before"].tolist() == [pd.NA, pd.NA, 350.5]
    assert cohort.analysis["weight_day_3"].tolist() == [401.0, 401.0, pd.NA]


@pytest.mark.parametrize("action", ["quarantine", "report", "blank"])
def test_an_unknown_visit_is_an_unknown_code_and_leaves(tmp_path: Path, action: str) -> None:
    """A line that belongs to no declared visit has no variable to go to."""
    text = long(*LINES, "A,day_9,390000,lame,yes,2020-01-10", "B,,1,lame,yes,2020-01-10")
    policy = with_policy(unknown_code=action, missing_required="quarantine", out_of_range="blank")
    cohort = build(folder(tmp_path, checkups=text), tables=tables(), policy=policy)
    assert cohort.quarantine["checkups"]["row"].tolist() == [7, 8]
    assert "unknown_code" in cohort.findings["rule"].tolist()
    expected = build(folder(tmp_path, checkups=long(*LINES)), tables=tables()).analysis
    pd.testing.assert_frame_equal(cohort.analysis, expected)


def test_visits_of_a_patient_who_is_not_in_the_cohort_are_found(tmp_path: Path) -> None:
    """Unknown to the patient table: an orphan; known, but without a row: told, no mistake."""
    text = long(*LINES, "Z,before,400000,even,yes,2020-01-01", "C,before,400000,even,yes,")
    herd = "Pony_ID,Coat,Foaled\nA,bay,2010-05-01\nB,grey,2012-04-09\nC,bay,2012-01-01\n"
    base = folder(tmp_path, checkups=text, ponies=herd)
    cohort = build(base, tables=tables(), policy=with_policy(orphan_key="quarantine"))
    found = cohort.findings[["file", "row", "column", "value", "rule", "action", "message"]]
    assert found.to_numpy().tolist() == [
        ["ponies.csv", 4, "Pony_ID", "C", "unused_patient", "report",
         "the patient C has no row in rides"],
        ["checkups.csv", 7, "Pony_ID", "Z", "orphan_key", "quarantine",
         "the patient Z is not in ponies"],
        ["checkups.csv", 8, "Pony_ID", "C", "unused_patient", "report",
         "the patient C has no row in rides; the visit is not used"],
    ]  # fmt: skip
    assert cohort.analysis["cluster"].tolist() == ["A", "A", "B"]


def test_without_a_patient_table_the_rows_tell_who_is_known(tmp_path: Path) -> None:
    """A study of one row table and its visits needs no list of patients."""
    text = long(*LINES, "Z,before,400000,even,yes,2020-01-01")
    two = {name: table for name, table in tables().items() if name != "ponies"}
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, checkups=text), tables=two)
    assert error.value.lines == [
        "checkups.csv: row 7, column Pony_ID: the patient Z is not in rides; the visit is not "
        "used. Add the row to rides.csv, or correct the identifier."
    ]


def test_the_visits_of_a_patient_in_quarantine_leave_too(tmp_path: Path) -> None:
    """What becomes of a line must be told, also when another table is the reason."""
    herd = "Pony_ID,Coat,Foaled\nA,bay,2010-05-01\nB,pink,2012-04-09\n"
    base = folder(tmp_path, checkups=long(*LINES), ponies=herd)
    cohort = build(base, tables=tables(), policy=with_policy(unknown_code="quarantine"))
    assert cohort.quarantine["checkups"]["reasons"].tolist() == 2 * [
        "orphan_key, column Pony_ID: the patient B is in quarantine (see ponies)"
    ]
    assert cohort.analysis["cluster"].tolist() == ["A", "A"]


def per_ride() -> dict[str, Any]:
    """Return a table with a line for each ride and visit."""
    columns = {
        "pony": column("Pony_ID"),
        "ride": column("Ride"),
        "when": column("When", "category", labels={"before": "before", "after": "after"}),
        "pulse": column("Pulse", "integer", range=[20, 240]),
    }
    visit = {"column": "when", "order": ["before", "after"]}
    return {"level": "visit", "files": ["pulses.csv"], "visit": visit, "columns": columns}


def test_visits_of_a_row_stay_with_their_row(tmp_path: Path) -> None:
    """Two treated units of one patient have two courses."""
    pulses = "Pony_ID,Ride,When,Pulse\nA,2,after,90\nA,1,before,40\nA,1,after,80\nB,3,before,44\n"
    base = folder(tmp_path, pulses=pulses)
    three = {"ponies": ponies(), "rides": rides(), "pulses": per_ride()}
    cohort = build(base, tables=three)
    shown = cohort.analysis[["ride", "pulse_before", "pulse_after"]].to_numpy().tolist()
    assert shown == [["1", 40, 80], ["2", pd.NA, 90], ["3", 44, pd.NA]]
    variables = CohortPlan.from_settings(settings(tables=three)).variables()
    assert variables["pulse_after"].level == "row"
    assert cohort.missing.set_index("variable").loc["pulse_before"].tolist() == [3, 1, 1]


def test_a_visit_of_a_row_that_is_not_there_is_an_orphan(tmp_path: Path) -> None:
    """A ride under the wrong pony is not that pony's ride."""
    pulses = "Pony_ID,Ride,When,Pulse\nA,3,after,90\nA,1,before,40\nZ,1,after,80\n"
    three = {"ponies": ponies(), "rides": rides(), "pulses": per_ride()}
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, pulses=pulses), tables=three)
    assert error.value.lines == [
        "pulses.csv: row 2, column pony, ride: the key A:3 is not in rides; the visit is not used. "
        "Add the row to rides.csv, or correct the identifier.",
        "pulses.csv: row 4, column Pony_ID: the patient Z is not in ponies. "
        "Add the patient to ponies.csv, or correct the identifier.",
    ]


def test_an_identifier_of_two_sites_is_two_patients_at_visits_too(tmp_path: Path) -> None:
    """Every centre has a patient 1."""
    site = {"site": column("Site")}
    both = {
        "rides": rides(columns={**site, **rides()["columns"]}),
        "checkups": checkups(columns={**site, **checkups()["columns"]}),
    }
    base = folder(
        tmp_path,
        rides="Site,Ride,Pony_ID,Day,Jumps,Seconds,Clear\n"
        "N,1,1,2020-01-01,1,60,y\nS,1,1,2020-01-01,1,60,y\n",
        checkups=f"Site,{HEADER}\nS,1,D0,400000,even,yes,\nN,1,D0,300000,even,yes,\n",
    )
    keys = {"cluster": ["site", "pony"], "row": ["site", "ride"]}
    analysis = build(base, tables=both, keys=keys).analysis
    assert analysis["weight_before"].tolist() == [300.0, 400.0]


def test_derived_variables_and_checks_name_the_visits(tmp_path: Path) -> None:
    """A change from baseline is an expression like any other; a check can blank a value."""
    change = {"expression": "weight_day_3 - weight_before", "type": "number", "level": "patient"}
    base = folder(tmp_path, checkups=long(*LINES))
    cohort = build(base, tables=tables(), derived={"gain": change})
    assert cohort.analysis["gain"].tolist() == [1.0, 1.0, pd.NA]
    check = {
        "id": "steady",
        "expect": "weight_month_1 == weight_before",
        "action": "blank",
        "blank": ["weight_month_1"],
        "remedy": "Look again.",
    }
    blanked = build(base, tables=tables(), checks=[check])
    assert blanked.analysis["weight_month_1"].isna().all()
    assert blanked.findings["message"].tolist() == [
        "weight_month_1 == weight_before does not hold "
        "(weight_before = 350.5, weight_month_1 = 355)"
    ]


def test_the_codebook_says_which_lines_a_variable_is_read_from() -> None:
    """Nobody finds the column weight_before in the export."""
    book = data_dictionary(CohortPlan.from_settings(settings(tables=tables())))
    found = book.set_index("variable")
    assert found.loc["weight_before", "source"] == "checkups: Weight_g [g] where When is D0"
    assert found.loc["weight_day_3", ["label", "unit", "range", "decimals", "level"]].tolist() == [
        "weight, 3 days", "kg", "50 to 900", "1", "patient",
    ]  # fmt: skip
    assert found.loc["gait_month_1", "allowed"] == "even = Even; lame = Lame"
    assert not {"when", "weight", "gait"} & set(found.index)


# From here on: what the configuration may say. Rats are watched over weeks.


def watched(**changes: Any) -> dict[str, Any]:
    """Return the small study with a table of visits in it, `visits` changed."""
    raw = config()
    raw["tables"]["visits"] = {
        "level": "visit",
        "visit": {"column": "week"},
        "files": ["visits.csv"],
        "columns": {
            "litter": {"type": "id"},
            "rat": {"type": "id"},
            "week": {"type": "category", "levels": {0: "start", 4: "week 4"}},
            "weight": {"type": "number", "unit": "g", "label": "Weight", "range": [1, 900]},
        },
        **changes,
    }
    return raw


def with_columns(**columns: Any) -> dict[str, Any]:
    """Return the study with columns of its visits added, changed, or removed (None)."""
    raw = watched()
    merged = {**raw["tables"]["visits"]["columns"], **columns}
    raw["tables"]["visits"]["columns"] = {k: spec for k, spec in merged.items() if spec is not None}
    return raw


def mistakes(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        complete(raw, SCHEMA)
    return [line.removeprefix("config.yaml: ") for line in caught.value.lines]


def test_the_visits_may_be_listed_by_order_or_by_levels() -> None:
    """What is said once need not be said again; numbers are texts, as everywhere."""
    by_levels = complete(watched(), SCHEMA)["tables"]["visits"]
    assert by_levels["visit"]["order"] == ["0", "4"]
    raw = watched(visit={"column": "week", "order": [0, "week_4"]})
    del raw["tables"]["visits"]["columns"]["week"]["levels"]
    before = copy.deepcopy(raw)
    by_order = complete(raw, SCHEMA)
    assert by_order["tables"]["visits"]["columns"]["week"]["labels"] == {
        "0": "0",
        "week_4": "week 4",
    }
    assert raw == before
    shown = {item.name: item.spec for item in read_variables(by_order) if item.visit}
    assert [*shown] == ["weight_0", "weight_week_4"]
    assert [shown["weight_week_4"][key] for key in ("label", "unit", "range", "level")] == [
        "Weight, week 4", "g", [1, 900], "patient",
    ]  # fmt: skip


def test_analyses_know_the_variables_of_the_visits_before_a_job_runs() -> None:
    """And a near miss is told, also where somebody wrote the column without its visit."""
    raw = watched()
    raw["derived"]["gain"] = {"expression": "weight_4 - weight_0", "type": "number"}
    raw["correlations"][0]["outcomes"] = ["weight_4"]
    settings = complete(raw, SCHEMA)
    assert CohortPlan.from_settings(settings).variables()["weight_4"].label == "Weight, week 4"
    raw["derived"]["gain"]["expression"] = "weight_44 - weight_0"
    raw["correlations"][0]["outcomes"] = ["weight"]
    assert mistakes(raw) == [
        "derived.gain.expression: 'weight_44' is not a variable or parameter known here. "
        "Did you mean 'weight_4'?",
        "correlations[0].outcomes: 'weight' is not a variable. Did you mean 'weight_4'?",
    ]


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (
            watched(visit={"column": "weeks"}),
            ["tables.visits.visit.column: 'weeks' is not a column. Did you mean 'week'?"],
        ),
        (
            watched(visit={"column": "rat"}),
            [
                "tables.visits.visit.column: 'rat' is a part of the key already.",
                "tables.visits.columns.rat.type: the column of the visits must be a category.",
            ],
        ),
        (
            watched(visit={"column": "week", "order": [4, "week 8", 4]}),
            [
                "tables.visits.visit.order: 'week 8' cannot be a part of a variable's name. Use "
                "letters, digits and _, and bring what the file says to it under "
                "columns.week.codes.",
                "tables.visits.visit.order: the visit '4' is named twice.",
                "tables.visits.visit.order: 'week 8' is not a level of 'week'. Known: 0, 4.",
                "tables.visits.visit.order: the level '0' of 'week' is missing.",
            ],
        ),
        (
            with_columns(week={"type": "category"}),
            ["tables.visits.visit.order: missing; list the visits, the first one first."],
        ),
        (
            with_columns(litter=None),
            ["tables.visits.columns: the key column 'litter' is missing."],
        ),
        (
            with_columns(rat={"type": "id", "source": "@row"}),
            [
                "tables.visits.columns.rat.source: a line of a visit is told by what it says, "
                "not by its number; name a header."
            ],
        ),
        (
            with_columns(weight=None),
            ["tables.visits.columns: nothing is left to read at a visit; add a column."],
        ),
        (
            with_columns(weight={"type": "number", "level": "patient"}),
            [
                "tables.visits.columns.weight.level: a value of a visit has no level of its own; "
                "read a fact of the patient or of the row in a table of that level."
            ],
        ),
        (
            with_columns(weight={"type": "number", "range": [2, 1]}),
            ["tables.visits.columns.weight.range: 2 is above 1; smallest comes first."],
        ),
    ],
)
def test_every_mistake_in_a_table_of_visits_is_told(raw: dict[str, Any], lines: list[str]) -> None:
    """A mistake that is not told here ends in an analysis of nothing."""
    assert mistakes(raw) == lines


def test_level_and_visits_go_together() -> None:
    """Either alone would be passed over in silence."""
    raw = watched()
    del raw["tables"]["visits"]["visit"]
    raw["tables"]["rats"]["visit"] = {"column": "diet"}
    assert mistakes(raw) == [
        "tables.rats.visit: only a table with the level 'visit' has visits.",
        "tables.visits.visit: missing; name the column that tells the visits apart.",
    ]
    raw = watched()
    raw["row_table"] = "visits"
    assert "tables.visits.level: the row table must have the level 'row'." in mistakes(raw)


def test_a_name_that_two_variables_would_have_is_told() -> None:
    """`seconds_0` at no visit and `seconds` at the visit 0 would be one column."""
    raw = with_columns(diet={"type": "text"}, seconds={"type": "number"})
    raw["tables"]["trials"]["columns"]["seconds_0"] = {"type": "number"}
    raw["derived"]["diet_4"] = {"expression": "errors", "type": "integer"}
    assert mistakes(raw) == [
        "tables.visits.columns.diet: gives the variable 'diet_4' at the visit '4', a name that "
        "derived.diet_4 has too; rename one.",
        "tables.visits.columns.seconds: gives the variable 'seconds_0' at the visit '0', a name "
        "that tables.trials.columns.seconds_0 has too; rename one.",
    ]
    raw = watched()
    raw["tables"]["more"] = copy.deepcopy(raw["tables"]["visits"])
    assert mistakes(raw) == [
        f"tables.more.columns.weight: gives the variable 'weight_{visit}' at the visit '{visit}', "
        "a name that tables.visits.columns.weight has too; rename one."
        for visit in (0, 4)
    ]


def test_half_a_key_of_a_row_is_neither_a_patient_nor_a_row() -> None:
    """It would be read as a value that changes from visit to visit."""
    raw = watched()
    raw["keys"]["row"] = ["trial", "day"]
    raw["tables"]["trials"]["columns"]["day"] = {"type": "id"}
    raw["tables"]["visits"]["columns"]["trial"] = {"type": "id"}
    assert mistakes(raw) == [
        "tables.visits.columns: 'trial' is only a part of the key of a row (trial, day); "
        "add the other columns, or remove this one."
    ]
    raw["tables"]["visits"]["columns"]["day"] = {"type": "id"}
    levels = {item.spec["level"] for item in read_variables(complete(raw, SCHEMA)) if item.visit}
    assert levels == {"row"}


def test_wording_of_visits_is_no_reason_to_clean_again() -> None:
    """Only what changes a value may rerun the cleaning."""
    raw = watched()
    before = plan.cleaning_parameters(complete(raw, SCHEMA))
    raw["tables"]["visits"]["columns"]["week"]["levels"] = {0: "at the start", 4: "after a month"}
    raw["tables"]["visits"]["columns"]["weight"]["label"] = "Body weight"
    assert plan.cleaning_parameters(complete(raw, SCHEMA)) == before


def test_every_value_reaches_its_own_patient_and_visit(tmp_path: Path) -> None:
    """No value repeats, so that one in a wrong place would be seen."""
    herd = [f"P{number:03d}" for number in range(150)]
    orders = {pony: place for place, pony in enumerate(herd)}
    visits = {visit: place for place, visit in enumerate(VISITS)}
    lines = [
        f"{pony},{visit},{1000 * (100 + orders[pony]) + 100 * visits[visit]},even,yes,"
        for visit, pony in itertools.product(VISITS, reversed(herd))
    ]
    text = "\n".join(f"{place},{pony},2020-01-01,1,60,y" for place, pony in enumerate(herd))
    base = folder(
        tmp_path, rides=f"Ride,Pony_ID,Day,Jumps,Seconds,Clear\n{text}\n", checkups=long(*lines)
    )
    two = {name: table for name, table in tables().items() if name != "ponies"}
    analysis = build(base, tables=two).analysis
    for visit, place in visits.items():
        expected = [100 + orders[pony] + place / 10 for pony in analysis["cluster"]]
        assert analysis[f"weight_{visit}"].astype(float).tolist() == expected
