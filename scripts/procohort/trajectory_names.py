"""How the variables of an outcome at several visits are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What result rows give as the group where their level is a visit or a pattern of visits.
VISIT_GROUP = "visit"
PATTERN_GROUP = "visits attended"


def visit_variable(outcome: str, visit: str) -> str:
    """Return the variable that holds an outcome at a visit.

    Examples
    --------
    >>> visit_variable("pain", "day_3")
    'pain_day_3'
    """
    return f"{outcome}_{visit}"


def visit_ids(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the visits of a trajectory in order; the first is the baseline."""
    return tuple(str(visit["id"]) for visit in spec["visits"])


def trajectory_names(spec: Mapping[str, Any]) -> list[str]:
    """Return every variable behind a trajectory: each outcome at each visit, and the group.

    Examples
    --------
    >>> spec = {"visits": [{"id": "before"}, {"id": "after"}], "outcomes": {"pain": {}}, "by": ""}
    >>> trajectory_names(spec)
    ['pain_before', 'pain_after']
    """
    names = [visit_variable(stem, visit) for stem in spec["outcomes"] for visit in visit_ids(spec)]
    return names + ([str(spec["by"])] if spec["by"] else [])


def computed_part(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trajectory without what only its table and figure show: labels and times.

    Examples
    --------
    >>> spec = {"id": "a", "visits": [{"id": "b", "label": "B", "time": 0}], "time_unit": "d",
    ...         "outcomes": {"x": {"label": "X", "unit": "", "better": "lower"}},
    ...         "responder": {"label": "R", "rule": "change < 0"}}
    >>> computed_part(spec)["visits"], computed_part(spec)["outcomes"]
    ([{'id': 'b'}], {'x': {'unit': '', 'better': 'lower'}})
    """
    kept = {key: value for key, value in spec.items() if key not in ("label", "note", "time_unit")}
    outcomes = {
        stem: {key: value for key, value in said.items() if key != "label"}
        for stem, said in spec["outcomes"].items()
    }
    return kept | {
        "visits": [{"id": visit} for visit in visit_ids(spec)],
        "outcomes": outcomes,
        "responder": {k: value for k, value in spec["responder"].items() if k != "label"},
    }


def outcome_variables(
    trajectories: Sequence[Mapping[str, Any]], variables: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return each outcome as a variable: its label and unit, the scale of its baseline.

    Parameters
    ----------
    trajectories : sequence of mapping
        As declared, defaults filled in.
    variables : mapping
        Facts about every variable of the analysis table by name.
    """
    found: dict[str, dict[str, Any]] = {}
    for spec in trajectories:
        for stem, said in spec["outcomes"].items():
            baseline = variables.get(visit_variable(stem, visit_ids(spec)[0]), {})
            found[stem] = {
                **baseline,
                "label": said["label"] or stem.replace("_", " ").capitalize(),
                "unit": said["unit"] or baseline.get("unit"),
            }
    return found
