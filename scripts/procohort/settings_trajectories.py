"""Settings of outcomes over time: brought into one form, and whether their names fit together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procohort.messages import did_you_mean
from procohort.settings_shared import Checker, TypeChecker, as_text
from procohort.trajectory_names import visit_ids, visit_variable

QUANTITIES = ("integer", "number")
GROUPS = ("boolean", "category")
# What the rule of a responder may name.
RULE_NAMES = ("baseline", "value", "change")
_SILENT = {"label": "", "unit": "", "better": ""}


def normalise_trajectories(settings: Mapping[str, Any]) -> None:
    """Write outcomes as a mapping, label the visits, name the levels of the group; in place."""
    every = dict(settings["derived"])
    for table in settings["tables"].values():
        every |= table["columns"]
    for spec in settings["trajectories"]:
        given = spec["outcomes"]
        named = given if isinstance(given, Mapping) else {stem: {} for stem in given}
        spec["outcomes"] = {stem: {**_SILENT, **(said or {})} for stem, said in named.items()}
        for visit in spec["visits"]:
            visit["time"] = float(visit["time"])
            visit["label"] = visit["label"] or visit["id"].replace("_", " ").capitalize()
        levels = spec["levels"] or every.get(spec["by"], {}).get("labels") or ()
        spec["levels"] = [as_text(level) for level in levels]
        rule = spec["responder"]
        rule["label"] = rule["label"] or rule["rule"]


def trajectory_mistakes(
    settings: Mapping[str, Any],
    every: Mapping[str, Any],
    *,
    expression: Checker,
    typed: TypeChecker,
) -> list[str]:
    """Return a line for every name of a trajectory that leads nowhere or does not fit.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in.
    every : mapping
        All variables by name.
    expression : callable
        Takes a place, an expression and the names known there; returns mistakes.
    typed : callable
        Takes a place, names, variables and the types that fit; returns mistakes.
    """
    lines: list[str] = []
    for position, spec in enumerate(settings["trajectories"]):
        where = f"trajectories[{position}]"
        lines += _visits(where, spec)
        lines += _outcomes(where, spec, every, typed)
        lines += _groups(where, spec, every, typed)
        rule = spec["responder"]
        if rule["rule"]:
            lines += expression(f"{where}.responder.rule", rule["rule"], list(RULE_NAMES))
        elif rule["label"] or rule["outcomes"]:
            lines.append(
                f"{where}.responder.rule: missing; write when a value counts as a response."
            )
        lines += [
            f"{where}.responder.outcomes: {stem!r} is not an outcome here."
            f"{did_you_mean(stem, spec['outcomes'])}"
            for stem in rule["outcomes"]
            if stem not in spec["outcomes"]
        ]
    return lines


def _visits(where: str, spec: Mapping[str, Any]) -> list[str]:
    names = visit_ids(spec)
    lines = [
        f"{where}.visits: the id {name!r} is there twice; give each visit its own."
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    visits = spec["visits"]
    lines += [
        f"{where}.visits[{number}].time: {visits[number]['time']:g} does not lie after "
        f"{visits[number - 1]['time']:g}; write visits in the order of time, the baseline first."
        for number in range(1, len(visits))
        if visits[number]["time"] <= visits[number - 1]["time"]
    ]
    return lines


def _outcomes(
    where: str, spec: Mapping[str, Any], every: Mapping[str, Any], typed: TypeChecker
) -> list[str]:
    lines: list[str] = []
    for stem in spec["outcomes"]:
        here = f"{where}.outcomes.{stem}"
        if stem in every:
            lines.append(
                f"{here}: is a variable too. Name the part before '_{visit_ids(spec)[0]}', and "
                "give no variable that name."
            )
        names = [visit_variable(stem, visit) for visit in visit_ids(spec)]
        lines += typed(here, names, every, QUANTITIES)
        if spec["unit"] == "patient":
            lines += [
                f"{here}: with unit 'patient', {name!r} must have the level 'patient'; take it "
                "from a table of patients, or set unit: row."
                for name in names
                if name in every and every[name].get("level") != "patient"
            ]
    return lines


def _groups(
    where: str, spec: Mapping[str, Any], every: Mapping[str, Any], typed: TypeChecker
) -> list[str]:
    by, levels = spec["by"], spec["levels"]
    if not by:
        return [f"{where}.by: missing; levels are given, so name their variable."] if levels else []
    lines = typed(f"{where}.by", [by], every, GROUPS)
    if lines:
        return lines
    known = every[by].get("labels") or {}
    lines += [
        f"{where}.levels: {level!r} is not a level of {by!r}.{did_you_mean(level, known)}"
        for level in levels
        if known and level not in known
    ]
    if len(levels) < 2 or len(set(levels)) < len(levels):
        lines.append(f"{where}.levels: name two or more levels of {by!r}, each once.")
    if spec["unit"] == "patient" and every[by].get("level") != "patient":
        lines.append(
            f"{where}.by: with unit 'patient', {by!r} must have the level 'patient'; "
            "derive one value per patient, or set unit: row."
        )
    return lines
