"""How well the dates of doses keep to their schedule: shares on time, deviations, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from procohort.analyses.describe import summary
from procohort.analyses.sample import CLUSTER, Question, ask, numbers
from procohort.results import ResultRow
from procohort.schedule.assign import assign_doses
from procohort.schedule.regimen import DAYS_PER_MONTH, Regimen, Schedule
from procohort.settings_schedule import RESERVED_ANALYSIS
from procohort.stats import proportions

PHASES = ("loading", "maintenance", "reload")
TIMINGS = {"dose_on_time": "on_time", "dose_early": "early", "dose_late": "late"}
_SHOWN = ("median", "q1", "q3", "min", "max")


def judge_doses(
    table: pd.DataFrame, date: str, regimen: Regimen, schedule: Schedule
) -> pd.DataFrame:
    """Return what each dose is by a regimen, patient by patient.

    Parameters
    ----------
    table : DataFrame, n rows
        A row per dose that was given, with the column ``cluster``.
    date : str
        Column with the date of the dose; a dose without a date is left out.
    regimen : Regimen
    schedule : Schedule
        With the tolerance.

    Returns
    -------
    DataFrame, at most n rows
        By patient and date, the index that of `table`: cluster; number, course, phase
        (that the dose was expected in), timing, too_close, restarts, n_before; day,
        deviation_days, gap_days (days since the patient's first dose, since the expected
        date, since the dose before; missing where there is none).
    """
    ordered = table[[CLUSTER, date]].dropna(subset=[date])
    ordered = ordered.sort_values([CLUSTER, date], kind="stable")
    records = [
        {
            "number": dose.number,
            "course": dose.course,
            # A dose that begins anew had been expected in maintenance.
            "phase": "maintenance" if dose.restarts else dose.phase,
            "timing": dose.timing,
            "too_close": dose.too_close,
            "restarts": dose.restarts,
            "n_before": dose.n_before,
            "day": (dose.given - days[0]).days,
            "deviation_days": dose.deviation_days,
            "gap_days": dose.gap_days,
        }
        for _, group in ordered.groupby(CLUSTER, sort=False)
        for days in [group[date].dt.date.tolist()]
        for dose in assign_doses(days, regimen, schedule.tolerance)
    ]
    names = ("number", "course", "phase", "timing", "too_close", "restarts", "n_before", "day")
    judged = pd.DataFrame(
        records, index=ordered.index, columns=[*names, "deviation_days", "gap_days"]
    ).astype({"deviation_days": "Int64", "gap_days": "Int64", "day": "Int64"})
    return pd.concat([ordered[[CLUSTER]], judged], axis=1)


def adherence(question: Question, schedule: Schedule, n_rows: int) -> list[ResultRow]:
    """Return the result rows of the schedule.

    Parameters
    ----------
    question : Question
        Its table holds the doses that were given.
    schedule : Schedule
    n_rows : int
        Rows of the cohort, attempts without a dose included.
    """
    doses = judge_doses(question.table, schedule.date, schedule.applies, schedule)
    dated = replace(question, table=question.table.loc[doses.index])
    return [
        *_counts(dated, doses, n_rows - len(question.table)),
        *_timings(dated, doses),
        *_deviations(dated, doses),
        *_gaps(dated, doses, schedule.applies),
        *_loading_days(dated, doses, schedule),
        *_regimens(dated, schedule),
    ]


def _counts(question: Question, doses: pd.DataFrame, n_failed: int) -> Iterator[ResultRow]:
    everything = _count(question, doses.index)
    first = doses[~doses[CLUSTER].duplicated()]
    numbers_of = {
        ("n_rows", "doses_given"): len(doses),
        ("n_rows", "attempts_without_dose"): n_failed,
        ("n_rows", "doses_after_missed_dose"): int((doses["phase"] == "reload").sum()),
        ("n_rows", "restarts_after_long_gap"): int(doses["restarts"].sum()),
        ("n_patients", "begun_before_the_tables"): int((first["n_before"] > 0).sum()),
    }
    for (estimand, outcome), number in numbers_of.items():
        yield question.row(
            estimand,
            outcome,
            unit="count",
            level="all",
            method="count",
            estimate=float(number),
            **everything,
        )


def _timings(question: Question, doses: pd.DataFrame) -> Iterator[ResultRow]:
    """Yield the shares on time, early, late and too close, of doses that were expected."""
    expected = doses["timing"] != "first"
    for level in ("all", *PHASES):
        part = doses[expected if level == "all" else expected & (doses["phase"] == level)]
        if part.empty and level == "reload":
            continue
        for outcome, timing in TIMINGS.items():
            yield from _share(question, part["timing"] == timing, outcome, "phase", level)
        yield from _share(question, part["too_close"], "dose_too_close", "phase", level)


def _share(
    question: Question, events: pd.Series, outcome: str, group: str, level: str
) -> Iterator[ResultRow]:
    """Yield a proportion with limits that pool doses and limits that respect patients."""
    rows = question.table.loc[events.index]
    found = events.to_numpy(dtype=np.float64)
    _, sampling = question.clusters(rows)
    n_events, level_of = int(found.sum()), {"ci_level": question.ci_level}
    base = question.row(
        "proportion",
        outcome,
        unit="1",
        group=group,
        level=level,
        n_missing=0,
        n_events=n_events,
        **_count(question, events.index),
    )
    pooled = proportions.clopper_pearson(n_events, len(found), **level_of)
    aware = proportions.korn_graubard(found, sampling, **level_of)
    yield base.answered(pooled, "as_published", headline=True)
    yield base.answered(aware, "cluster_aware", headline=True)


def _deviations(question: Question, doses: pd.DataFrame) -> Iterator[ResultRow]:
    for level in ("all", *PHASES):
        part = doses if level == "all" else doses[doses["phase"] == level]
        yield from _summary(question, part["deviation_days"], "deviation_days", "phase", level)


def _gaps(question: Question, doses: pd.DataFrame, regimen: Regimen) -> Iterator[ResultRow]:
    """Yield the gaps: between any doses, in loading, in maintenance, between numbered doses."""
    gaps, phase = doses["gap_days"], doses["phase"]
    yield from _summary(question, gaps, "days_between_doses")
    loading = gaps[phase == "loading"]
    yield from _closest_doses(question, loading, doses, regimen)
    months = gaps[phase == "maintenance"].astype("Float64") / DAYS_PER_MONTH
    yield from _summary(question, months, "months_between_maintenance_doses", unit="months")
    for number in range(2, regimen.n_loading + 1):
        step = loading[doses.loc[loading.index, "number"] == number]
        name = f"days_from_dose_{number - 1}_to_dose_{number}"
        yield from _summary(question, step, name)


def _closest_doses(
    question: Question, loading: pd.Series, doses: pd.DataFrame, regimen: Regimen
) -> Iterator[ResultRow]:
    """Yield the gaps between loading doses that are planned the fewest days apart."""
    days = regimen.loading_days
    steps = {number + 1: days[number] - days[number - 1] for number in range(1, len(days))}
    if steps:
        least = min(steps.values())
        planned = doses.loc[loading.index, "number"].map(steps)
        note = f"Gaps before doses that are planned {least} days after the dose before."
        for row in _summary(question, loading[planned == least], "days_between_loading_doses"):
            yield replace(row, note=note)


def _loading_days(
    question: Question, doses: pd.DataFrame, schedule: Schedule
) -> Iterator[ResultRow]:
    """Yield on which day loading doses were given, and which regimen's day that is near.

    Only patients whose first dose in the tables is taken for dose 1.
    """
    whole = doses[(doses["n_before"] == 0) & (doses["course"] == 1)]
    for number in range(1, schedule.applies.n_loading + 1):
        days = whole.loc[(whole["number"] == number) & (whole["phase"] == "loading"), "day"]
        outcome = f"day_of_dose_{number}"
        yield from _summary(question, days, outcome)
        planned = {
            item.id: item.loading_days[number - 1]
            for item in schedule.regimens
            if item.n_loading >= number
        }
        if len(set(planned.values())) > 1 and len(days):
            for regimen, day in planned.items():
                near = (days - day).abs() <= schedule.tolerance.loading_days
                yield from _share(question, near, f"{outcome}_near_plan", "regimen", regimen)


def _regimens(question: Question, schedule: Schedule) -> Iterator[ResultRow]:
    """Yield the share of doses on time as each declared regimen would have it."""
    for regimen in schedule.regimens:
        doses = judge_doses(question.table, schedule.date, regimen, schedule)
        timing = doses.loc[doses["timing"] != "first", "timing"]
        yield from _share(question, timing == "on_time", "dose_on_time", "regimen", regimen.id)


def _summary(
    question: Question,
    values: pd.Series,
    outcome: str,
    group: str = "",
    level: str = "all",
    *,
    unit: str = "days",
) -> Iterator[ResultRow]:
    """Yield median, quartiles, smallest and largest of the values that are there."""
    known = values.dropna()
    found = summary(numbers(known))
    counted = _count(question, known.index)
    for estimand in _SHOWN:
        if estimand in found:
            yield question.row(
                estimand,
                outcome,
                unit=unit,
                group=group,
                level=level,
                method=estimand,
                estimate=found[estimand],
                n_missing=0,
                **counted,
            )


def _count(question: Question, index: pd.Index) -> dict[str, int]:
    """Return how many doses and patients stand behind some rows of the table."""
    every = question.table.index
    return question.count(pd.Series(every.isin(index), index=every))


def ask_about_doses(asked: Mapping[str, Any], table: pd.DataFrame) -> tuple[Question, Schedule]:
    """Return the doses among the rows of an analysis table, and the schedule.

    Parameters
    ----------
    asked : mapping
        As `procohort.plan_schedule.parameters` gives it.
    table : DataFrame
        The analysis table.

    Raises
    ------
    ValueError
        If no schedule is declared.
    """
    schedule = Schedule.from_settings(asked["schedule"])
    if schedule is None:
        raise ValueError("no schedule of doses is declared")
    question = ask(
        "adhere",
        {"id": RESERVED_ANALYSIS, "subset": schedule.given},
        table,
        {},
        parameters=asked["parameters"],
        methods=asked["methods"],
    )
    return question, schedule


def answer_schedule(asked: Mapping[str, Any], table: pd.DataFrame) -> list[ResultRow]:
    """Return the result rows of the schedule for an analysis table; see `ask_about_doses`."""
    question, schedule = ask_about_doses(asked, table)
    return adherence(question, schedule, len(table))
