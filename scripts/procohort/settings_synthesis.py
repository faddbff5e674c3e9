"""Checks of meaning of the synthesis: whether its names lead somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procohort.messages import did_you_mean
from procohort.settings_shared import TypeChecker


def synthesis_mistakes(
    settings: Mapping[str, Any], every: Mapping[str, Any], *, typed: TypeChecker
) -> list[str]:
    """Return a line for every name of the synthesis that leads nowhere.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in.
    every : mapping
        All variables by name.
    typed : callable
        Takes a place, names, variables and the types that fit; returns mistakes.
    """
    declared = settings["synthesis"]
    if not declared["evidence"]:
        # Anything else would silently do nothing.
        idle = [name for name in ("modalities", "outcomes") if declared[name]]
        return [
            f"synthesis.{name}: there is no synthesis.evidence; name the table." for name in idle
        ]
    lines = []
    if not declared["modalities"]:
        lines.append("synthesis.modalities: empty; name those to compare, with their labels.")
    if not declared["outcomes"]:
        lines.append("synthesis.outcomes: empty; name success, complications or both.")
    ids = [item["id"] for item in declared["outcomes"]]
    lines += [
        f"synthesis.outcomes: {name!r} is there twice; remove one."
        for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    lines += _live(settings, ids)
    if declared["cumulative_dose"]["dose"]:
        lines += _cumulative(settings, every, typed)
    return lines


def _live(settings: Mapping[str, Any], ids: list[str]) -> list[str]:
    live = settings["synthesis"]["live"]
    if not live["series"]:
        return []
    where = "synthesis.live"
    rates = {spec["id"]: spec for spec in settings["rates"]}
    if live["analysis"] not in rates:
        return [
            f"{where}.analysis: {live['analysis']!r} is not an analysis of rates."
            f"{did_you_mean(live['analysis'], rates)}"
        ]
    outcomes = rates[live["analysis"]]["outcomes"]
    lines = [
        f"{where}.outcomes: {name!r} is not an outcome of the synthesis.{did_you_mean(name, ids)}"
        for name in live["outcomes"]
        if name not in ids
    ]
    lines += [
        f"{where}.outcomes.{name}: {variable!r} is no outcome of {live['analysis']!r}."
        f"{did_you_mean(variable, outcomes)}"
        for name, variable in live["outcomes"].items()
        if variable not in outcomes
    ]
    descriptions = {spec["id"]: spec for spec in settings["descriptions"]}
    for position, item in enumerate(live["quantities"]):
        place = f"{where}.quantities[{position}]"
        if item["analysis"] not in descriptions:
            lines.append(
                f"{place}.analysis: {item['analysis']!r} is not a description."
                f"{did_you_mean(item['analysis'], descriptions)}"
            )
        elif item["outcome"] not in descriptions[item["analysis"]]["variables"]:
            known = descriptions[item["analysis"]]["variables"]
            lines.append(
                f"{place}.outcome: {item['outcome']!r} is not described by {item['analysis']!r}."
                f"{did_you_mean(item['outcome'], known)}"
            )
    return lines


def _cumulative(
    settings: Mapping[str, Any], every: Mapping[str, Any], typed: TypeChecker
) -> list[str]:
    declared = settings["synthesis"]["cumulative_dose"]
    where = "synthesis.cumulative_dose"
    lines = typed(f"{where}.dose", [declared["dose"]], every, ("number",))
    if declared["raw_dose"]:
        lines += typed(f"{where}.raw_dose", [declared["raw_dose"]], every, ("number", "integer"))
        if declared["raw_unit"] not in declared["factors"]:
            lines.append(f"{where}.raw_unit: {declared['raw_unit']!r} has no factor; add it.")
    for key in ("by", "patients_by"):
        if declared[key]:
            lines += typed(f"{where}.{key}", [declared[key]], every, ("boolean", "category"))
    if every.get(declared["patients_by"], {}).get("level") == "row":
        lines.append(
            f"{where}.patients_by: {declared['patients_by']!r} must be a fact of the patient."
        )
    regimens = settings["schedule"]["regimens"]
    name = declared["regimen"] or settings["schedule"]["applies"]
    if name not in regimens:
        lines.append(
            f"{where}.regimen: {name!r} is not a regimen of the schedule."
            f"{did_you_mean(name, regimens)}"
        )
    for unit, factor in declared["factors"].items():
        if not factor["low"] <= factor["central"] <= factor["high"]:
            lines.append(f"{where}.factors.{unit}: low, central and high must rise.")
    ids = [item["id"] for item in declared["protocols"]]
    for position, item in enumerate(declared["protocols"]):
        place = f"{where}.protocols[{position}]"
        if ids.count(item["id"]) > 1:
            lines.append(f"{place}.id: {item['id']!r} is there twice; give each its own.")
        if bool(item["series"]) == ("msv" in item):
            lines.append(f"{place}: give a series, or a dose as msv; not both, not neither.")
    return lines
