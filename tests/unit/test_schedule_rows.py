"""The schedule of doses on tables: findings with their rows, result rows, table, figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

import data_plans
import publish_samples as samples
from minimal_study import SCHEMA, config
from procohort import plan_schedule
from procohort.analyses.adherence import adherence, judge_doses
from procohort.analyses.sample import ask
from procohort.publish.figures import canvas
from procohort.publish.figures.kinds import draw
from procohort.publish.selection import pick
from procohort.publish.tables.kinds import make
from procohort.publish.view import View
from procohort.schedule.regimen import Schedule
from procohort.settings import SettingsError, complete

LATER = {"from_months": 8, "further_doses": 1, "apart_days": 14, "then": "interval"}
SOON = {
    "label": "Soon",
    "loading_days": [0, 14, 28, 63],
    "loading_dose_mg": 12,
    "maintenance_dose_mg": 12,
    "maintenance_months": 4,
    "least_gap_days": 14,
    "missed": [LATER],
    "uncertain": "",
}
SOONER = {**SOON, "label": "Sooner", "loading_days": [0, 14, 28, 58], "uncertain": "Not sure."}
SPEC: dict[str, Any] = {
    "applies": "soon",
    "date": "day",
    "given": "clear",
    "label": "Doses",
    "note": "",
    "tolerance": {"loading_days": 3, "maintenance_days": 14},
    "regimens": {"soon": SOON, "sooner": SOONER},
}
SCHEDULE = Schedule.from_settings(SPEC)
METHODS = {"ci_level": 0.95, "n_resamples": 200, "highest": []}

# Pony A: a failed attempt, then as planned; B: a gap of 9 months with its further dose;
# C: ten days between two doses; D: begins with maintenance.
DAYS = {
    "A": ["2019-12-30", "2020-01-01", "2020-01-15", "2020-01-29", "2020-03-04", "2020-07-04"],
    "B": ["2020-01-01", "2020-01-15", "2020-01-29", "2020-03-04", "2020-12-04", "2020-12-18"],
    "C": ["2020-01-01", "2020-01-15", "2020-01-25"],
    "D": ["2020-02-01", "2020-06-01", "2020-10-01", "2021-03-01"],
}
FAILED = {("A", "2019-12-30")}


def table() -> pd.DataFrame:
    records = [
        {"cluster": pony, "day": pd.Timestamp(day), "clear": (pony, day) not in FAILED}
        for pony, days in DAYS.items()
        for day in days
    ]
    return pd.DataFrame(records).astype({"clear": "boolean"})


def question(rows: pd.DataFrame):
    spec = {"id": "schedule", "subset": SCHEDULE.given}
    return ask("adhere", spec, rows, {}, parameters={}, methods=METHODS)


def result_rows(rows: pd.DataFrame | None = None):
    rows = table() if rows is None else rows
    return adherence(question(rows), SCHEDULE, len(rows))


def doses() -> pd.DataFrame:
    return judge_doses(question(table()).table, "day", SCHEDULE.applies, SCHEDULE)


def view(kind: str, **changes: Any) -> View:
    settings = {"kind": kind, "spec": {"id": "schedule", **SPEC, **changes}, "variables": {}}
    return View.from_settings(
        {**settings, "study": samples.STUDY}, rows=result_rows(), frames=[doses()]
    )


# -- cleaning ---------------------------------------------------------------------


def written(tmp_path, schedule):
    lines = [data_plans.RIDE_HEADER]
    for pony, days in DAYS.items():
        for day in days:
            clear = "n" if (pony, day) in FAILED else "y"
            lines.append(f"{len(lines)},{pony},{day},4,600,{clear}")
    ponies = "Pony_ID,Coat,Foaled\n" + "".join(f"{pony},bay,2010-05-01\n" for pony in DAYS)
    data_plans.folder(tmp_path, ponies=ponies, rides="\n".join(lines) + "\n")
    return data_plans.build(tmp_path, schedule=schedule)


def test_findings_name_file_and_row_and_no_row_leaves(tmp_path):
    """A clinician has to find the appointment; a date off schedule is no reason to drop it."""
    cohort = written(tmp_path, SPEC)
    found = cohort.findings
    places = list(zip(found["row"], found["rule"], strict=True))
    # Rows as a text editor counts them, with the header: A 2-7, B 8-13, C 14-16, D 17-20.
    assert places == [
        (12, "dose_late"),
        (16, "dose_too_close"),
        (17, "doses_before_the_tables"),
        (20, "dose_late"),
    ]
    assert set(found["action"]) == {"report"}
    assert set(found["file"]) == {"rides.csv"}
    assert found["value"].tolist() == ["2020-12-04", "2020-01-25", "2020-02-01", "2021-03-01"]
    assert len(cohort.analysis) == sum(map(len, DAYS.values()))


def test_without_a_schedule_nothing_is_asked(tmp_path):
    """Studies without planned doses must not change."""
    assert written(tmp_path, {}).findings.empty


def test_every_row_is_a_dose_where_nothing_says_otherwise(tmp_path):
    """The failed attempt then counts: the next dose follows after two days."""
    found = written(tmp_path, {**SPEC, "given": ""}).findings
    assert (3, "dose_too_close") in list(zip(found["row"], found["rule"], strict=True))


# -- result rows ------------------------------------------------------------------


def test_doses_are_counted_as_by_hand():
    """18 doses, and 14 of them expected on some day: the first of each pony was not."""
    rows = result_rows()
    every = {"group": "phase", "perspective": "cluster_aware"}
    on_time = pick(rows, outcome="dose_on_time", level="all", **every)
    assert (on_time.n_events, on_time.n_procedures, on_time.n_patients) == (11, 14, 4)
    counted = {
        (outcome, level): pick(rows, outcome=outcome, level=level, **every).n_events
        for outcome, level in (
            ("dose_late", "maintenance"),
            ("dose_early", "loading"),
            ("dose_too_close", "loading"),
            ("dose_on_time", "reload"),
        )
    }
    assert list(counted.values()) == [2, 1, 1, 1]
    totals = {row.outcome: row.estimate for row in rows if row.estimand.startswith("n_")}
    assert totals == {
        "doses_given": 18,
        "attempts_without_dose": 1,
        "doses_after_missed_dose": 1,
        "restarts_after_long_gap": 0,
        "begun_before_the_tables": 1,
    }


def test_every_share_stands_pooled_and_by_patient():
    """Doses of one patient are alike: limits that pool them alone would be too narrow."""
    shares = [row for row in result_rows() if row.estimand == "proportion"]
    assert {row.method for row in shares} == {"clopper_pearson", "korn_graubard"}
    keys = [(row.outcome, row.group, row.level) for row in shares]
    assert all(keys.count(key) == 2 for key in keys)


def test_gaps_and_days_of_doses_are_those_of_the_dates():
    """What a text prints of the schedule is compared with these rows."""
    rows = result_rows()

    def found(outcome, estimand="median"):
        return pick(rows, outcome=outcome, estimand=estimand).estimate

    assert found("days_between_doses", "min") == 10
    assert [found(f"day_of_dose_{n}") for n in (1, 2, 3, 4)] == [0, 14, 28, 63]
    assert found("days_from_dose_3_to_dose_4") == 35
    # Ponies A and B twice, C twice: 14, 14, 14, 14, 14, 10; the longer last step is not among them.
    assert found("days_between_loading_doses") == 14
    # A: 122 days; B: 275; D: 121, 122, 151.
    assert found("months_between_maintenance_doses") == pytest.approx(122 / 30.436875)


def test_the_dates_say_which_regimen_they_fit():
    """Day 63 and day 58 are told apart by a tolerance of three days."""
    rows = result_rows()
    near = {
        row.level: (row.n_events, row.n_procedures)
        for row in rows
        if row.outcome == "day_of_dose_4_near_plan"
    }
    assert near == {"soon": (2, 2), "sooner": (0, 2)}
    fitted = {
        row.level: row.n_events
        for row in rows
        if row.outcome == "dose_on_time" and row.group == "regimen"
    }
    assert fitted == {"soon": 11, "sooner": 9}


def test_the_order_of_the_rows_does_not_matter():
    """An export may be sorted by anything."""
    shuffled = table().sample(frac=1, random_state=np.random.RandomState(3)).reset_index(drop=True)
    assert result_rows(shuffled) == result_rows()


def test_a_study_without_any_dose_gets_rows_and_no_crash():
    """Nothing given: shares are not estimable, and the reason stands there."""
    rows = result_rows(table().assign(clear=pd.array([False] * 19, dtype="boolean")))
    share = pick(rows, outcome="dose_on_time", level="all", perspective="cluster_aware")
    assert (share.status, share.n_procedures) == ("not_estimable", 0)


# -- table and figure -------------------------------------------------------------


def test_the_table_shows_counts_intervals_and_both_regimens():
    """A percentage never stands alone, and what is uncertain is said."""
    shown = make("adherence", view("adherence"))
    lines = {line.heading: line.cells for line in shown.lines if not line.is_section}
    assert lines["All doses"]["on_time"] == "78.6% (11/14)"
    assert "Further doses after a missed one" in lines
    assert lines["Soon: day 63"]["on_time"] == "100.0% (2/2)"
    assert "Sooner: Not sure." in shown.notes
    assert "1 visit" in " ".join(shown.notes)


def test_the_figure_holds_every_dose_and_no_patient():
    """Dates and identifiers could single somebody out."""
    with canvas.house_style():
        drawing = draw("swimmer", view("swimmer"))
    texts = " ".join(item.get_text() for item in drawing.figure.findobj(Text))
    assert len(drawing.records) == 18
    assert set(drawing.columns) == set(drawing.records[0])
    assert "cluster" not in drawing.columns
    assert "2020" not in texts.replace("Nobody 2020", "") + drawing.alt.replace("Nobody 2020", "")
    assert "n = 18 doses in 4 people" in drawing.alt
    # The longest treatment first: D, B, A, C.
    assert [r["line"] for r in drawing.records] == [1] * 4 + [2] * 6 + [3] * 5 + [4] * 3


def test_shapes_tell_the_doses_apart_without_colour():
    """A printout in grey must still say which dose was late."""
    from procohort.publish.figures.swimmer import MARKS

    looks = {(mark["marker"], mark["markerfacecolor"] == "white") for mark in MARKS.values()}
    assert len(looks) == len(MARKS)


# -- configuration ----------------------------------------------------------------


def mistakes(**changes: Any) -> list[str]:
    raw = config()
    raw["tables"]["trials"]["columns"]["day"] = {"type": "date"}
    with pytest.raises(SettingsError) as caught:
        complete({**raw, "schedule": {**SPEC, "given": "reached", **changes}}, SCHEMA)
    return caught.value.lines


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"applies": "son"}, "schedule.applies", "Did you mean 'soon'?"),
        ({"date": "dya"}, "schedule.date", "Did you mean 'day'?"),
        ({"date": "seconds"}, "schedule.date", "needed is a date"),
        ({"given": "reachd"}, "schedule.given", "Did you mean 'reached'?"),
        (
            {"regimens": {"soon": {**SOON, "loading_days": [3, 17]}}},
            "schedule.regimens.soon.loading_days",
            "the first dose is day 0",
        ),
        (
            {"regimens": {"soon": {**SOON, "loading_days": [0, 14, 21]}}},
            "schedule.regimens.soon.loading_days",
            "less than least_gap_days (14) apart",
        ),
        (
            {"regimens": {"soon": {**SOON, "missed": [LATER, LATER]}}},
            "schedule.regimens.soon.missed",
            "must rise",
        ),
        (
            {"regimens": {"soon": {**SOON, "missed": [{**LATER, "apart_days": 3}]}}},
            "schedule.regimens.soon.missed[0].apart_days",
            "3 is less than",
        ),
    ],
)
def test_a_mistake_in_the_schedule_names_its_place(changes, path, words):
    """Whoever edits the configuration must see where and why."""
    lines = mistakes(**changes)
    assert len(lines) == 1
    assert lines[0].startswith(f"config.yaml: {path}:")
    assert words in lines[0]


def test_wording_changes_nothing_that_is_computed():
    """A new label redraws; it must not judge every dose again."""
    raw = config()
    raw["tables"]["trials"]["columns"]["day"] = {"type": "date"}
    plain = complete({**raw, "schedule": {**SPEC, "given": "reached"}}, SCHEMA)
    worded = {**SPEC, "given": "reached", "label": "Other", "note": "Said."}
    other = complete({**raw, "schedule": worded}, SCHEMA)
    assert plan_schedule.parameters(plain) == plan_schedule.parameters(other)
    assert plan_schedule.tables(plain) == ["adherence"]
    without = complete(raw, SCHEMA)
    assert plan_schedule.estimates(without) == plan_schedule.figures(without) == []
