"""Checks of meaning of the schedule of doses: whether its names and regimens fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from procohort.messages import did_you_mean
from procohort.settings_shared import Checker, TypeChecker

# The id of the result rows of the schedule.
RESERVED_ANALYSIS = "schedule"


def schedule_mistakes(
    settings: Mapping[str, Any],
    raw: Mapping[str, Any],
    *,
    expression: Checker,
    typed: TypeChecker,
) -> list[str]:
    """Return a line for every name and figure of the schedule that does not fit.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in.
    raw : mapping
        Variables of the raw tables by name: the schedule is checked while cleaning,
        before any variable is derived.
    expression, typed : callable
        Checks of an expression and of the type of a variable.
    """
    schedule = settings["schedule"]
    regimens = schedule["regimens"]
    lines = [line for name, regimen in regimens.items() for line in _regimen(name, regimen)]
    applies = schedule["applies"]
    if not applies:
        return lines
    if applies not in regimens:
        lines.append(
            f"schedule.applies: {applies!r} is not a regimen.{did_you_mean(applies, regimens)}"
        )
    lines += typed("schedule.date", [schedule["date"]], raw, ("date",))
    if raw.get(schedule["date"], {}).get("level") == "patient":
        lines.append(
            f"schedule.date: {schedule['date']!r} is a fact of the patient; name the date of a row."
        )
    if schedule["given"]:
        known = [*raw, *settings["parameters"]]
        lines += expression("schedule.given", schedule["given"], known)
    return lines


def _regimen(name: str, regimen: Mapping[str, Any]) -> list[str]:
    where = f"schedule.regimens.{name}"
    days: Sequence[int] = regimen["loading_days"]
    lines = []
    if days[0] != 0:
        lines.append(f"{where}.loading_days: the first dose is day 0, not {days[0]}.")
    if any(later <= sooner for sooner, later in pairwise(days)):
        lines.append(f"{where}.loading_days: must rise from dose to dose.")
    gap = regimen["least_gap_days"]
    if any(0 < later - sooner < gap for sooner, later in pairwise(days)):
        lines.append(f"{where}.loading_days: two doses are less than least_gap_days ({gap}) apart.")
    months = [rule["from_months"] for rule in regimen["missed"]]
    if any(later <= sooner for sooner, later in pairwise(months)):
        lines.append(f"{where}.missed: from_months must rise from rule to rule.")
    for position, rule in enumerate(regimen["missed"]):
        if rule["further_doses"] and rule["apart_days"] < max(gap, 1):
            lines.append(
                f"{where}.missed[{position}].apart_days: {rule['apart_days']} is less than "
                f"least_gap_days ({gap}) or missing; further doses need days between them."
            )
    return lines
