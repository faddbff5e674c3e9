"""Checks of meaning of the multiverse: whether its analyses, choices and expressions fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort.expression_syntax import ExpressionError, names_in
from procohort.messages import did_you_mean
from procohort.settings_shared import Checker, TypeChecker

REPEATABLE = ("comparisons", "correlations")
REPLACEABLE = ("integer", "number", "boolean", "category")
# Columns of the table of specifications, where each decision has a column of its own.
RESERVED_DECISIONS = (
    "specification", "reading", "n_set", "analysis", "kind", "estimand", "outcome", "unit",
    "group", "level", "reference", "subset", "perspective", "method", "headline",
    "unit_of_analysis", "n_procedures", "n_patients", "n_missing", "n_events", "statistic",
    "df", "estimate", "ci_low", "ci_high", "ci_level", "p", "p_holm", "p_bh", "icc",
    "design_effect", "n_effective", "status", "note", "seed", "n_resamples", "mc_error",
)  # fmt: skip


def multiverse_mistakes(
    settings: Mapping[str, Any],
    every: Mapping[str, Any],
    *,
    expression: Checker,
    typed: TypeChecker,
) -> list[str]:
    """Return a line for every name of the multiverse that leads nowhere.

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
    declared = settings["multiverse"]
    repeatable = {spec["id"]: spec for kind in REPEATABLE for spec in settings[kind]}
    lines: list[str] = []
    outcomes: set[str] = set()
    for position, name in enumerate(declared["analyses"]):
        where = f"multiverse.analyses[{position}]"
        if name not in repeatable:
            hint = did_you_mean(name, repeatable)
            lines.append(f"{where}: {name!r} is not a comparison or correlation.{hint}")
            continue
        spec = repeatable[name]
        if len(spec.get("levels", "ab")) != 2:
            lines.append(f"{where}: {name!r} compares more than two levels; leave it out.")
        outcomes |= set(spec["outcomes"])
        if declared["outcomes"] and not set(spec["outcomes"]) & set(declared["outcomes"]):
            lines.append(f"{where}: {name!r} has none of multiverse.outcomes; add one of its own.")
    if declared["analyses"]:
        lines += [
            f"multiverse.outcomes: {name!r} is no outcome of these analyses."
            f"{did_you_mean(name, outcomes)}"
            for name in declared["outcomes"]
            if name not in outcomes
        ]
    known = [*every, *settings["parameters"]]
    seen: set[str] = set()
    for position, decision in enumerate(declared["alternatives"]):
        where = f"multiverse.alternatives[{position}]"
        if decision["id"] in seen:
            lines.append(f"{where}.id: {decision['id']!r} is taken; give each its own.")
        if decision["id"] in RESERVED_DECISIONS:
            lines.append(f"{where}.id: {decision['id']!r} is a column of results; rename it.")
        seen.add(decision["id"])
        lines.extend(_choices(where, decision["choices"]))
        for number, choice in enumerate(decision["choices"]):
            here = f"{where}.choices[{number}]"
            if choice["keep"]:
                lines.extend(expression(f"{here}.keep", choice["keep"], known))
            for name, text in choice["set"].items():
                lines.extend(typed(f"{here}.set", [name], every, REPLACEABLE))
                lines.extend(expression(f"{here}.set.{name}", text, known))
            lines.extend(_left_behind(here, choice["set"], settings["derived"]))
    return lines


def _choices(where: str, choices: Sequence[Mapping[str, Any]]) -> list[str]:
    names = [choice["id"] for choice in choices]
    lines = [
        f"{where}.choices: the id {name!r} is there twice; give each its own."
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    first = choices[0]
    if first["keep"] or first["set"] or first["missing"] != "left_out":
        lines.append(
            f"{where}.choices[0]: the first choice is the main analysis and changes nothing; "
            "put one without keep, set and missing there."
        )
    return lines


def _left_behind(where: str, replaced: Mapping[str, str], derived: Mapping[str, Any]) -> list[str]:
    """Return a line for each variable derived from a replaced one that would keep its values."""
    lines = []
    for name, spec in derived.items():
        try:
            used = names_in(spec["expression"]) & set(replaced)
        except ExpressionError:
            continue
        if used and name not in replaced:
            lines.append(
                f"{where}.set: {name!r} is derived from {sorted(used)[0]!r} and would keep its "
                "values; set it too."
            )
    return lines
