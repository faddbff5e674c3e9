"""What a regimen plans, and what each date of a patient is by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from procohort.schedule.assign import assign_doses
from procohort.schedule.findings import schedule_findings
from procohort.schedule.regimen import (
    MissedDose,
    Regimen,
    Tolerance,
    add_months,
    dose_mg_until,
    doses_until,
    planned_days,
)

# Days, gaps and rules of the 12 mg label of the EU (product information of 2022).
MISSED = (
    MissedDose(from_months=0, then="original_date"),
    MissedDose(from_months=8, further_doses=1, apart_days=14),
    MissedDose(from_months=16, further_doses=2, apart_days=14),
    MissedDose(from_months=40, then="restart"),
)
EU = Regimen(
    id="eu",
    loading_days=(0, 14, 28, 63),
    loading_dose_mg=12,
    maintenance_dose_mg=12,
    maintenance_months=4,
    least_gap_days=14,
    missed=MISSED,
)
US = replace(EU, id="us", loading_days=(0, 14, 28, 58))
TOLERANCE = Tolerance(loading_days=3, maintenance_days=14)
START = date(2018, 1, 8)
LOADED = [START + timedelta(days=day) for day in EU.loading_days]


def judged(dates, regimen=EU):
    return assign_doses(dates, regimen, TOLERANCE)


def rules(dates, regimen=EU):
    found = schedule_findings(judged(dates, regimen), regimen, TOLERANCE)
    return [(finding.position, finding.rule) for finding in found]


def by_plan(n_maintenance, regimen=EU):
    """Dates exactly as planned."""
    dates = [START + timedelta(days=day) for day in regimen.loading_days]
    for _ in range(n_maintenance):
        dates.append(add_months(dates[-1], regimen.maintenance_months))
    return dates


@pytest.mark.parametrize("regimen", [EU, US])
def test_at_most_24_doses_fit_the_window_of_the_study(regimen):
    """October 2017 to August 2024 under either label: an independent count by hand."""
    assert doses_until(regimen, (date(2024, 8, 31) - date(2017, 10, 1)).days) == 24


def test_planned_doses_are_those_up_to_and_with_the_last_day():
    """A dose on the last day counts; before the first day there is none."""
    assert [doses_until(EU, days) for days in (-1, 0, 13, 14, 28, 62, 63, 184, 185)] == [
        *(0, 1, 1, 2, 3, 3, 4, 4, 5),
    ]
    assert planned_days(EU, 63) == [0, 14, 28, 63]
    high = Regimen(
        id="high",
        loading_days=(0, 14),
        loading_dose_mg=50,
        maintenance_dose_mg=28,
        maintenance_months=4,
    )
    assert [dose_mg_until(high, days) for days in (0, 14, 140)] == [50, 100, 128]


def test_doses_on_their_planned_days_leave_nothing_to_ask():
    """Whoever keeps to the label must not be bothered."""
    doses = judged(by_plan(6))
    assert [dose.deviation_days for dose in doses] == [None] + [0] * 9
    assert [dose.phase for dose in doses] == ["loading"] * 4 + ["maintenance"] * 6
    assert [dose.number for dose in doses] == list(range(1, 11))
    assert rules(by_plan(6)) == []


@pytest.mark.parametrize(("shift", "timing"), [(-4, "early"), (-3, "on_time"), (3, "on_time")])
def test_the_tolerance_includes_its_last_day(shift, timing):
    """Three days are within three days."""
    dates = [*LOADED[:3], LOADED[3] + timedelta(days=shift)]
    assert judged(dates)[3].timing == timing


def test_the_fourth_dose_of_the_other_label_is_five_days_early():
    """Day 58 against day 63: a tolerance of three days tells the labels apart."""
    dates = by_plan(2, US)
    assert [dose.timing for dose in judged(dates, US)] == ["first"] + ["on_time"] * 5
    assert judged(dates)[3].deviation_days == -5
    assert rules(dates) == [(3, "dose_early")]


def test_a_late_loading_dose_moves_the_rest():
    """Swiss label: the third dose on day 58 instead of 28, then the fourth on day 93."""
    dates = [*LOADED[:2], START + timedelta(days=58), START + timedelta(days=93)]
    third, fourth = judged(dates)[2:]
    assert (third.timing, third.deviation_days) == ("late", 30)
    assert (fourth.timing, fourth.deviation_days) == ("on_time", 0)


def test_doses_closer_than_the_least_gap_are_asked_for_once():
    """Eleven days are too few whatever the tolerance; early as well would say it twice."""
    dates = [START, START + timedelta(days=11)]
    assert rules(dates) == [(1, "dose_too_close")]
    assert rules([START, START + timedelta(days=14)]) == []


def test_after_a_late_dose_the_original_date_and_the_interval_are_both_on_time():
    """Less than 8 months since the last dose: the label returns to the original dates."""
    loaded, first = by_plan(1)[:4], by_plan(1)[4]
    late = first + timedelta(days=60)
    for successor in (add_months(first, 4), add_months(late, 4)):
        doses = judged([*loaded, late, successor])
        assert [dose.timing for dose in doses[4:]] == ["late", "on_time"]
    between = judged([*loaded, late, add_months(first, 4) - timedelta(days=20)])
    assert between[5].timing == "early"


@pytest.mark.parametrize(("months", "n_reloads"), [(7, 0), (8, 1), (15, 1), (16, 2), (39, 2)])
def test_further_doses_after_a_missed_one_are_told_apart_from_errors(months, n_reloads):
    """Two weeks after a dose are an error, and after a gap of 8 months what the label asks for."""
    loaded = by_plan(0)
    late = add_months(loaded[-1], months)
    steps = [late + timedelta(days=14 * step) for step in range(3)]
    doses = judged([*loaded, *steps])
    assert doses[4].timing == "late"
    assert [dose.phase for dose in doses[5:]] == ["reload"] * n_reloads + ["maintenance"] * (
        2 - n_reloads
    )
    errors = [(position, "dose_early") for position in range(5 + n_reloads, 7)]
    assert rules([*loaded, *steps]) == [(4, "dose_late"), *errors]


def test_a_further_dose_is_not_demanded():
    """Before 2022 maintenance simply went on: four months later is on time as well."""
    loaded = by_plan(0)
    late = add_months(loaded[-1], 10)
    assert judged([*loaded, late, add_months(late, 4)])[5].timing == "on_time"


def test_after_forty_months_the_schedule_begins_anew():
    """Loading doses after years without treatment are a new course, not doses too early."""
    loaded = by_plan(0)
    again = add_months(loaded[-1], 40)
    doses = judged([*loaded, *(again + timedelta(days=day) for day in EU.loading_days)])
    assert [dose.restarts for dose in doses] == [False] * 4 + [True] + [False] * 3
    assert [(dose.course, dose.number) for dose in doses[4:]] == [(2, n) for n in range(1, 5)]
    assert [dose.timing for dose in doses[4:]] == ["late"] + ["on_time"] * 3


@pytest.mark.parametrize("n_before", [0, 1, 2, 3])
def test_a_patient_who_began_elsewhere_is_flagged_and_not_called_late(n_before):
    """The gaps say which dose the first one is; that it is an assumption is said."""
    dates = by_plan(3)[n_before:]
    doses = judged(dates)
    assert {dose.n_before for dose in doses} == {n_before}
    assert all(dose.timing == "on_time" for dose in doses[1:])
    expected = [(0, "doses_before_the_tables")] if n_before else []
    assert rules(dates) == expected


def test_gaps_that_fit_nowhere_are_counted_from_dose_one():
    """No guess is made where none fits."""
    dates = [START, START + timedelta(days=50), START + timedelta(days=71)]
    assert {dose.n_before for dose in judged(dates)} == {0}
    assert judged([START])[0].number == 1
    assert judged([]) == []


def test_months_end_with_their_last_day():
    """The 31st plus one month is no day of its own."""
    assert add_months(date(2019, 10, 31), 1) == date(2019, 11, 30)
    assert add_months(date(2019, 10, 31), 28) == date(2022, 2, 28)
