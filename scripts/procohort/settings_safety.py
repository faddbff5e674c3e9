"""Checks of meaning of the frequency classes: whether their names and bounds fit."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from procohort.frequency_classes import read_share
from procohort.settings_shared import Checker, TypeChecker

# The id of the result rows of the frequency classes.
RESERVED_ANALYSIS = "safety"


def safety_mistakes(
    settings: Mapping[str, Any],
    every: Mapping[str, Any],
    *,
    expression: Checker,
    typed: TypeChecker,
) -> list[str]:
    """Return a line for every name and bound of the frequency classes that does not fit.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in.
    every : mapping
        All variables by name.
    expression, typed : callable
        Checks of an expression and of the type of a variable.
    """
    declared = settings["safety"]
    lines = typed("safety.outcomes", declared["outcomes"], every, ("boolean",))
    if declared["subset"]:
        known = [*every, *settings["parameters"]]
        lines += expression("safety.subset", declared["subset"], known)
    shares: list[Fraction] = []
    for position, spec in enumerate(declared["classes"]):
        try:
            shares.append(read_share(spec["from"]))
        except ValueError as error:
            lines.append(f"safety.classes[{position}].from: {error}.")
    if len(shares) < len(declared["classes"]):
        return lines
    if any(later >= sooner for sooner, later in pairwise(shares)):
        lines.append("safety.classes: 'from' must fall from class to class; most frequent first.")
    if shares[-1] != 0:
        lines.append("safety.classes: the last class must begin with 0, so that each rate has one.")
    ids = [spec["id"] for spec in declared["classes"]]
    if len(set(ids)) < len(ids):
        lines.append("safety.classes: an id is used twice.")
    return lines
