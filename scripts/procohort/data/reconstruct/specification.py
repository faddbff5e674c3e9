"""The specification of a reconstruction: its named numbers, its readings, its mistakes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procohort.claims.feasibility import (
    RULES,
    TwoGroupCounts,
    feasible_two_group_counts,
    summarise_ranges,
)
from procohort.expressions import evaluate, is_true, names_in
from procohort.jobs import EXIT_SETTINGS, UserError

Settings = Mapping[str, Any]

SECTIONS = (
    "label",
    "seed",
    "published",
    "assumptions",
    "readings",
    "patients",
    "schedule",
    "rows",
    "visits",
    "calibrate",
    "verify",
    "export",
    "defects",
)
_OPTIONAL = ("readings", "schedule", "visits", "calibrate", "defects")

# The name of the one reading of a study that declares none.
ONLY_READING = "only"


class ReconstructionError(UserError):
    """A specification that cannot be met; one line for each thing that is wrong."""

    exit_code = EXIT_SETTINGS


@dataclass(frozen=True, slots=True)
class Context:
    """What every step needs: the named numbers and the one source of random numbers.

    All draws go through uniforms and inverse distribution functions, because the
    stream of uniforms of PCG64 is fixed while numpy may change its samplers.
    """

    numbers: Mapping[str, float]
    rng: np.random.Generator

    def uniform(self, size: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return uniforms strictly inside (0, 1), shape (size,)."""
        return np.clip(self.rng.random(size), 1e-12, 1.0 - 1e-12)

    def number(self, value: float | str) -> float:
        """Return a number given as such or as an expression of named numbers."""
        if not isinstance(value, str):
            return float(value)
        return float(evaluate(value, pd.DataFrame(index=[0]), parameters=self.numbers).iloc[0])

    def whole(self, value: float | str) -> int:
        """Return a whole number given as such or as an expression of named numbers."""
        number = self.number(value)
        if number != round(number):
            raise ReconstructionError([f"{value!r}: wanted a whole number, got {number}"])
        return round(number)

    def column(self, text: float | str, table: pd.DataFrame, cluster: str | None) -> pd.Series:
        """Evaluate an expression on every row."""
        groups = table[cluster] if cluster is not None else None
        return evaluate(str(text), table, cluster=groups, parameters=self.numbers)

    def where(self, text: str | bool, table: pd.DataFrame, cluster: str | None) -> Any:
        """Evaluate a condition on every row; a bool array, missing is false.

        YAML reads a bare ``true`` as a boolean, so that is accepted too.
        """
        groups = table[cluster] if cluster is not None else None
        found = is_true(str(text), table, cluster=groups, parameters=self.numbers)
        return found.to_numpy(dtype=bool)


def check_sections(specification: Settings) -> None:
    """Refuse unknown and missing sections, all at once."""
    problems = []
    for name in specification:
        if name not in SECTIONS:
            near = difflib.get_close_matches(str(name), SECTIONS, 1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            problems.append(f"specification: '{name}' is not a known section.{hint}")
    problems += [
        f"specification: section '{name}' is missing"
        for name in SECTIONS
        if name not in specification and name not in _OPTIONAL
    ]
    if ("schedule" in specification) == ("repeat" in specification.get("rows", {})):
        problems.append(
            "specification: rows come from a schedule or from rows.repeat; declare one of the two"
        )
    if problems:
        raise ReconstructionError(problems)


def choose_reading(specification: Settings, reading: str) -> Settings:
    """Return the settings of one reading; a study without any has the reading ``only``."""
    readings = specification.get("readings") or {ONLY_READING: {}}
    if reading not in readings:
        known = ", ".join(readings)
        raise ReconstructionError([f"readings: '{reading}' is not declared; known are {known}"])
    found: Settings = readings[reading]
    return found


def named_numbers(specification: Settings, reading: Settings) -> dict[str, float]:
    """Gather the numbers that expressions may use: published, assumed, of the reading.

    The group sizes and events that the reading chose among the feasible ones are
    called ``n_group_1``, ``events_group_1``, ``n_group_0`` and ``events_group_0``.
    """
    numbers: dict[str, float] = {}
    for section in ("published", "assumptions"):
        for name, entry in specification[section].items():
            if isinstance(entry["value"], (int, float)):
                numbers[name] = float(entry["value"])
    if "groups" in reading:
        counts = choose_counts(reading["groups"], specification["published"])
        numbers |= {
            "n_group_1": float(counts.n1),
            "events_group_1": float(counts.events1),
            "n_group_0": float(counts.n0),
            "events_group_0": float(counts.events0),
        }
    for name, value in (reading.get("values") or {}).items():
        numbers[name] = float(value)
    return numbers


def choose_counts(groups: Settings, published: Settings) -> TwoGroupCounts:
    """Pick the declared group sizes among those that the printed figures allow.

    Parameters
    ----------
    groups : mapping
        `n_total`, `events_total` and `printed_total` (one of the two may be left out),
        `printed` (group 1, group 0): names of published figures; `rules`; `choose`:
        ``first``, ``central`` or {n1, events1}.
    published : mapping
        The published figures by name.

    Raises
    ------
    ReconstructionError
        If nothing fits, or the declared choice is not among what fits; the message
        lists the ranges that do.
    """
    total, percent = groups.get("events_total"), groups.get("printed_total")
    group1, group0 = (str(published[name]["printed"]) for name in groups["printed"])
    feasible = feasible_two_group_counts(
        int(published[groups["n_total"]]["value"]),
        int(published[total]["value"]) if total else None,
        str(published[percent]["printed"]) if percent else None,
        (group1, group0),
        tuple(groups.get("rules", RULES)),
    )
    if not feasible:
        raise ReconstructionError(
            ["groups: no whole numbers show the printed figures together; check them"]
        )
    choice = groups.get("choose", "central")
    if choice == "first":
        return feasible[0]
    if choice == "central":
        return feasible[len(feasible) // 2]
    for counts in feasible:
        if counts.n1 == choice["n1"] and counts.events1 == choice["events1"]:
            return counts
    ranges = "; ".join(
        f"n1 {found.n1_min} to {found.n1_max} with {found.rare1} rare outcomes"
        for rule in groups.get("rules", RULES)[:1]
        for found in summarise_ranges(feasible, rule)
    )
    raise ReconstructionError(
        [
            f"groups.choose: {choice['events1']} of {choice['n1']} does not show the printed"
            f" figures; feasible are: {ranges}"
        ]
    )


def dependents(variables: Settings, changed: Iterable[str]) -> list[str]:
    """Return the expression variables that depend on changed columns, in order."""
    touched = set(changed)
    found = []
    for name, spec in variables.items():
        if spec["kind"] == "expression" and touched & names_in(str(spec["value"])):
            touched.add(name)
            found.append(name)
    return found
