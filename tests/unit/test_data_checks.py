"""Checks: every rule finds what it is for, says so exactly, and does what the policy says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_plans import (
    POLICY,
    RIDE_HEADER,
    RIDES,
    build,
    column,
    folder,
    ponies,
    rides,
    with_policy,
)
from procohort.data.findings import DataError, PlanError, as_findings


def lines(base: Path, **changes: object) -> list[str]:
    """Return the lines of the findings that stop the run."""
    with pytest.raises(DataError) as error:
        build(base, **changes)
    return error.value.lines


def with_row(row: str) -> str:
    return f"{RIDES}{row}\n"


CORRECT = "Correct the cell, or its type or format in config.yaml."
RANGE = "Correct the cell, or change the range in config.yaml."
RULES = {
    "unreadable_value (integer)": (
        "4,A,2020-02-01,two,600,y",
        "column Jumps: 'two' is not a whole number. " + CORRECT,
    ),
    "unreadable_value (number)": (
        '4,A,2020-02-01,2,"6,5",y',
        "column Seconds: '6,5' is not a number (decimal sign '.'). " + CORRECT,
    ),
    "unreadable_value (date)": (
        "4,A,2020-02-31,2,600,y",
        "column Day: '2020-02-31' is not a date in the form YYYY-MM-DD. " + CORRECT,
    ),
    "out_of_range (below)": (
        "4,A,2020-02-01,0,600,y",
        "column Jumps: 0 is below the smallest allowed value 1. " + RANGE,
    ),
    "out_of_range (above, other unit)": (
        "4,A,2020-02-01,2,9999,y",
        "column Seconds: 9999 s (166.6 min) is above the largest allowed value 90 min. " + RANGE,
    ),
    "unknown_code": (
        "4,A,2020-02-01,2,600,yy",
        "column Clear: 'yy' is not an allowed code. "
        "Correct the cell, or declare the code in config.yaml. Did you mean 'y'?",
    ),
    "missing_required": (
        "4,A,,2,600,y",
        "column Day: there is no value, and the column is required. "
        "Fill in the cell, or set required: false in config.yaml.",
    ),
    "missing_required (key)": (
        "4,,2020-02-01,2,600,y",
        "column Pony_ID: there is no value, and the column is required. "
        "Fill in the cell, or set required: false in config.yaml.",
    ),
    "duplicate_row": (
        "2, A,2020-01-09,5,630,n ",
        "identical to row 3. Remove one of the two rows.",
    ),
    "orphan_key": (
        "4,Z,2020-02-01,2,600,y",
        "column Pony_ID: the patient Z is not in ponies. "
        "Add the patient to ponies.csv, or correct the identifier.",
    ),
}


@pytest.mark.parametrize(("row", "message"), RULES.values(), ids=list(RULES))
def test_each_rule_names_place_mistake_and_remedy(tmp_path: Path, row: str, message: str) -> None:
    """The line is all that a person gets: it must be enough to mend the table."""
    base = folder(tmp_path, rides=with_row(row))
    place = "row 5: " if message.startswith("identical") else "row 5, "
    assert lines(base) == [f"rides.csv: {place}{message}"]


@pytest.mark.parametrize("rule", list(RULES))
def test_each_rule_can_send_the_row_to_quarantine(tmp_path: Path, rule: str) -> None:
    """The row leaves as it was written, with its place and the reason."""
    row, message = RULES[rule]
    name = rule.split(" ", maxsplit=1)[0]
    base = folder(tmp_path, rides=with_row(row))
    cohort = build(base, policy=with_policy(**{name: "quarantine"}))
    assert cohort.analysis["ride"].tolist() == ["1", "2", "3"]
    left = cohort.quarantine["rides"]
    assert [*left.columns] == [*RIDE_HEADER.split(","), "file", "row", "reasons"]
    assert left[["file", "row"]].to_numpy().tolist() == [["rides.csv", 5]]
    found = message.split(". ")[0]
    joint = ", " if found.startswith("column") else ": "
    assert left["reasons"].tolist() == [f"{name}{joint}{found}"]
    assert left["Day"].tolist() == [row.split(",")[2]]


@pytest.mark.parametrize("rule", [rule for rule in RULES if "(key)" not in rule][:6])
def test_each_rule_of_a_cell_can_blank_the_value_and_keep_the_row(
    tmp_path: Path, rule: str
) -> None:
    """An impossible value is no reason to lose what else the row tells."""
    row, message = RULES[rule]
    name, header = rule.split(" ", maxsplit=1)[0], message.split(":")[0].removeprefix("column ")
    base = folder(tmp_path, rides=with_row(row))
    table = rides()
    table["columns"]["day"]["required"] = False
    tables = {"ponies": ponies(), "rides": table}
    cohort = build(base, policy=with_policy(**{name: "blank"}), tables=tables)
    variable = next(key for key, spec in table["columns"].items() if spec["source"] == [header])
    blanked = cohort.analysis.set_index("ride").loc["4"]
    assert pd.isna(blanked[variable])
    assert blanked.drop([variable]).notna().all()
    assert cohort.findings["action"].tolist() == ["blank"]


def test_a_required_value_that_was_blanked_is_missing(tmp_path: Path) -> None:
    """Blanking must not let a required column through empty."""
    base = folder(tmp_path, rides=with_row("4,A,someday,2,600,y"))
    policy = with_policy(unreadable_value="blank")
    assert lines(base, policy=policy) == [
        "rides.csv: row 5, column Day: no value is left, and the column is required. "
        "Fill in the cell, or set required: false in config.yaml."
    ]


def test_a_code_for_missing_does_not_fill_a_required_column(tmp_path: Path) -> None:
    """k.A. means no value; the message says that it was read so."""
    table = rides(format={"missing": ["", "k.A."]})
    base = folder(tmp_path, rides=with_row("4,A,k.A.,2,600,y"))
    assert lines(base, tables={"ponies": ponies(), "rides": table})[0].startswith(
        "rides.csv: row 5, column Day: 'k.A.' counts as missing, and the column is required."
    )


def test_a_column_can_have_its_own_policy(tmp_path: Path) -> None:
    """What is fatal for the outcome may be harmless for a covariate."""
    table = rides()
    table["columns"]["jumps"]["actions"] = {"out_of_range": "report"}
    base = folder(tmp_path, rides=with_row("4,A,2020-02-01,0,600,y"))
    cohort = build(base, tables={"ponies": ponies(), "rides": table})
    assert cohort.analysis["jumps"].tolist() == [4, 5, 0, 6]
    assert cohort.findings[["rule", "action"]].to_numpy().tolist() == [["out_of_range", "report"]]


def test_a_rule_without_a_policy_stops(tmp_path: Path) -> None:
    """A rule that somebody forgot must not pass unnoticed."""
    base = folder(tmp_path, rides=with_row("4,A,2020-02-01,0,600,y"))
    assert len(lines(base, policy={})) == 1


def test_one_key_with_two_contents_shows_both_rows(tmp_path: Path) -> None:
    """Only a person can say which of the two is right, so neither is chosen silently."""
    text = with_row("2,A,2020-01-09,5,631,n").replace("3,B", "3,A", 1)
    base = folder(tmp_path, rides=text)
    remedy = "Correct the key, or remove the wrong row."
    assert lines(base) == [
        f"rides.csv: row 3: the key 2 is also in row 5, with other content. {remedy}",
        f"rides.csv: row 5: the key 2 is also in row 3, with other content. {remedy}",
    ]
    cohort = build(base, policy=with_policy(duplicate_key="quarantine"))
    assert cohort.analysis["ride"].tolist() == ["1", "3"]


def test_a_duplicate_in_another_file_is_named_with_its_file(tmp_path: Path) -> None:
    """Exports of two years overlap."""
    base = folder(tmp_path, **{"more.csv": f"{RIDE_HEADER}\n3,B,2020-01-03,6,90,y\n"})
    tables = {"ponies": ponies(), "rides": rides(files=["rides.csv", "more.csv"])}
    assert lines(base, tables=tables) == [
        "more.csv: row 2: identical to row 4 of rides.csv. Remove one of the two rows."
    ]


def test_a_patient_with_two_sets_of_facts_is_contradictory(tmp_path: Path) -> None:
    """The rows of that patient follow into quarantine: no set of facts is chosen for them."""
    text = "Pony_ID,Coat,Foaled\nA,bay,2010-05-01\nB,grey,2012-04-09\nA,grey,2010-05-01\n"
    base = folder(tmp_path, ponies=text)
    remedy = "Find out which row is right and remove the other."
    assert lines(base) == [
        f"ponies.csv: row 2: the patient A is also in row 4, with other content. {remedy}",
        f"ponies.csv: row 4: the patient A is also in row 2, with other content. {remedy}",
    ]
    cohort = build(base, policy=with_policy(patient_fact_differs="quarantine"))
    assert cohort.analysis["ride"].tolist() == ["3"]
    assert len(cohort.quarantine["ponies"]) == 2
    assert (
        cohort.quarantine["rides"]["reasons"].tolist()
        == ["orphan_key, column Pony_ID: the patient A is in quarantine (see ponies)"] * 2
    )


def test_an_identical_patient_row_keeps_the_patient(tmp_path: Path) -> None:
    """The first of two equal rows says everything."""
    text = "Pony_ID,Coat,Foaled\nA,bay,2010-05-01\nA,bay,2010-05-01\nB,grey,2012-04-09\n"
    cohort = build(folder(tmp_path, ponies=text), policy=with_policy(duplicate_row="quarantine"))
    assert cohort.analysis["coat"].tolist() == ["bay", "bay", "grey"]


def test_a_fact_of_the_patient_may_not_change_between_rows(tmp_path: Path) -> None:
    """In a study of one table the facts stand on every row; empty cells contradict nothing."""
    table = rides()
    table["columns"]["coat"] = column("Coat", "category", level="patient")
    text = f"{RIDE_HEADER},Coat\n1,A,2020-01-01,1,90,y,\n2,A,2020-01-02,1,90,y,bay\n"
    text += "3,A,2020-01-03,1,90,y,grey\n4,B,2020-01-03,1,90,y,grey\n"
    base = folder(tmp_path, rides=text)
    assert lines(base, tables={"rides": table}) == [
        "rides.csv: row 4, column Coat: grey here, but bay in row 3 of the same patient. "
        "A fact of the patient has one value; correct the cell, or declare level: row."
    ]


def test_a_patient_without_rows_is_reported(tmp_path: Path) -> None:
    """Included but never treated, or rows lost in the export: a person should know."""
    text = "Pony_ID,Coat,Foaled\nA,bay,2010-05-01\nB,grey,2012-04-09\nC,grey,2012-04-09\n"
    cohort = build(folder(tmp_path, ponies=text))
    assert [finding.line() for finding in as_findings(cohort.findings)] == [
        "ponies.csv: row 4, column Pony_ID: the patient C has no row in rides. "
        "Nothing to do if that is so; else look for the missing rows."
    ]
    assert cohort.findings["rule"].tolist() == ["unused_patient"]
    assert cohort.findings["action"].tolist() == ["report"]


def test_an_unreadable_table_does_not_orphan_every_row(tmp_path: Path) -> None:
    """One cause, one line."""
    base = folder(tmp_path, ponies="")
    assert lines(base) == ["ponies.csv: the file is empty. Export the table again."]


def check(action: str, expect: str = "minutes <= jumps * 3", **spec: object) -> dict[str, object]:
    return {"id": "jumps_take_time", "expect": expect, "action": action, "remedy": "Look.", **spec}


def test_a_rule_across_columns_shows_both_values(tmp_path: Path) -> None:
    """600 s for 3 jumps breaks the rule; a missing value on either side does not."""
    rows = RIDES + "4,A,2020-02-01,3,600,y\n5,A,2020-02-02,,600,y\n"
    assert lines(folder(tmp_path, rides=rows), checks=[check("stop")]) == [
        "rides.csv: row 5, column Jumps, Seconds: minutes <= jumps * 3 does not hold "
        "(jumps = 3, minutes = 10). Look."
    ]


def test_a_rule_across_tables_quarantines_blanks_or_reports(tmp_path: Path) -> None:
    """A rule may compare a row with its patient's facts."""
    base = folder(tmp_path, rides=RIDES.replace("2020-01-03", "2002-01-03"))
    rule = {"expect": "born < day", "blank": ["day"]}
    quarantined = build(base, checks=[check("quarantine", **rule)])
    assert quarantined.quarantine["rides"]["reasons"].tolist() == [
        "jumps_take_time, column Day: born < day does not hold "
        "(born = 2012-04-09, day = 2002-01-03)"
    ]
    assert quarantined.analysis["ride"].tolist() == ["1", "2"]
    blanked = build(base, checks=[check("blank", **rule)])
    assert blanked.analysis["day"].isna().tolist() == [False, False, True]
    reported = build(base, checks=[check("report", **rule)])
    assert reported.analysis["day"].notna().all()
    assert reported.findings["value"].tolist() == ["2002-01-03"]


def test_blanking_a_fact_blanks_it_for_the_patient(tmp_path: Path) -> None:
    """A birth date after the first ride is wrong on every row of that pony."""
    base = folder(tmp_path, rides=RIDES.replace("2020-01-02", "2002-01-03"))
    cohort = build(base, checks=[check("blank", expect="born < day", blank=["born"])])
    assert cohort.analysis["born"].isna().tolist() == [True, True, False]


def test_a_row_with_several_reasons_lists_them_all(tmp_path: Path) -> None:
    """Mending one mistake only to meet the next is tiring."""
    rows = RIDES + "4,A,2020-02-01,many,600,perhaps\n"
    policy = with_policy(unreadable_value="quarantine", unknown_code="quarantine")
    left = build(folder(tmp_path, rides=rows), policy=policy).quarantine["rides"]
    assert left["reasons"].tolist() == [
        "unreadable_value, column Jumps: 'many' is not a whole number; "
        "unknown_code, column Clear: 'perhaps' is not an allowed code"
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Cells, rows, patients, headers and rules, in the order of files and rows."""
    rides_text = (
        f"{RIDE_HEADER},Weather\n1,A,2020-01-02,4,600,y,\n1,A,2020-01-03,0,600,y,\n"
        "2,Z,2020-01-09,5,x,n,\n3,B,soon,60,9999,y,\n"
    )
    text = "Pony_ID,Color,Foaled\nA,bay,2010-05-01\nB,bay,2012-04\n"
    found = lines(folder(tmp_path, ponies=text, rides=rides_text), checks=[check("stop")])
    assert [line.split(": ")[0] + ": " + line.split(": ")[1] for line in found] == [
        "ponies.csv: row 1, column Coat",
        "ponies.csv: row 1, column Color",
        "ponies.csv: row 3, column Foaled",
        "rides.csv: row 1, column Weather",
        "rides.csv: row 2",
        "rides.csv: row 3, column Jumps",
        "rides.csv: row 3",
        "rides.csv: row 3, column Jumps, Seconds",
        "rides.csv: row 4, column Seconds",
        "rides.csv: row 4, column Pony_ID",
        "rides.csv: row 5, column Day",
        "rides.csv: row 5, column Seconds",
    ]


def test_after_fifty_lines_the_rest_is_counted(tmp_path: Path) -> None:
    """A wrong decimal sign breaks every row; the screen should stay readable."""
    rows = "".join(f"{i},A,2020-02-01,x,600,y\n" for i in range(10, 70))
    with pytest.raises(DataError) as error:
        build(folder(tmp_path, rides=RIDES + rows))
    assert len(error.value.lines) == 51
    assert error.value.lines[-1] == "and 10 more"
    assert len(error.value.findings) == 60


def test_a_row_without_its_key_cannot_stay(tmp_path: Path) -> None:
    """Reporting alone would leave a row that belongs to nobody."""
    base = folder(tmp_path, rides=with_row("4,,2020-02-01,2,600,y"))
    cohort = build(base, policy=with_policy(missing_required="report"))
    assert cohort.findings["action"].tolist() == ["quarantine"]
    assert cohort.analysis["ride"].tolist() == ["1", "2", "3"]


def test_a_large_table_finds_what_its_rows_find_alone(tmp_path: Path) -> None:
    """Distinct texts are converted once and spread over the rows: none may get another's."""
    kinds = [
        ("2020-01-02,5,600,y", None),
        ("2020-01-02,0,600,y", "0 is below the smallest allowed value 1"),
        ("2020-01-02,5,6,y", "6 s (0.1 min) is below the smallest allowed value 1 min"),
        ("2020-13-02,5,600,y", "'2020-13-02' is not a date in the form YYYY-MM-DD"),
        ("2020-01-02,5,600,q", "'q' is not an allowed code"),
        ("2020-01-02,,,", None),
    ]
    order = [(7 * i + i // 11) % len(kinds) for i in range(5000)]
    rows = [f"{i},{'AB'[i % 2]},{kinds[kind][0]}" for i, kind in enumerate(order)]
    policy = with_policy(
        unreadable_value="quarantine", out_of_range="quarantine", unknown_code="quarantine"
    )
    cohort = build(folder(tmp_path, rides="\n".join([RIDE_HEADER, *rows])), policy=policy)
    expected = [(i + 2, kinds[kind][1]) for i, kind in enumerate(order) if kinds[kind][1]]
    found = cohort.findings[["row", "message"]].itertuples(index=False, name=None)
    assert list(found) == expected
    assert cohort.quarantine["rides"]["row"].tolist() == [row for row, _ in expected]
    staying = {str(i) for i, kind in enumerate(order) if kinds[kind][1] is None}
    assert set(cohort.analysis["ride"]) == staying


def test_a_rule_that_cannot_be_computed_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    """Comparing a text with a number would always be false and never tell."""
    with pytest.raises(PlanError) as error:
        build(folder(tmp_path), checks=[check("stop", expect="coat == 1")], policy=POLICY)
    assert error.value.lines == [
        "config.yaml: checks.jumps_take_time.expect: 'coat == 1': mixes a number and a text; "
        "write texts, also codes such as '2', in quotes"
    ]
    with pytest.raises(PlanError, match=r"expect: 'jumps' is not a condition"):
        build(folder(tmp_path), checks=[check("stop", expect="jumps")])
