"""What there is to do for the frequency classes of complications: jobs, files, parameters."""

from __future__ import annotations

from typing import Any

from procohort import plan
from procohort.plan import Parameters, Settings
from procohort.settings_safety import RESERVED_ANALYSIS
from procohort.visits import read_variables

TABLE = "safety"
_SHOWN = ("type", "label", "labels", "level")


def is_declared(settings: Settings) -> bool:
    """Tell whether the study names outcomes to classify."""
    return bool(settings["safety"]["outcomes"])


def estimates(settings: Settings) -> list[str]:
    """Return the files with result rows of the frequency classes: one, or none."""
    return [f"results/estimates/{RESERVED_ANALYSIS}.csv"] if is_declared(settings) else []


def tables(settings: Settings) -> list[str]:
    """Return the names of the tables of the frequency classes."""
    return [TABLE] if is_declared(settings) else []


def parameters(settings: Settings) -> Parameters:
    """Return what the job of the frequency classes computes from; wording is left out."""
    safety, every = settings["safety"], _variables(settings)
    outcomes = list(safety["outcomes"])
    return {
        "spec": {
            "id": RESERVED_ANALYSIS,
            "unit": "row",
            "outcomes": outcomes,
            "of_patients": [name for name in outcomes if every[name].get("level") == "patient"],
            "subset": safety["subset"],
        },
        "classes": [{"id": item["id"], "from": str(item["from"])} for item in safety["classes"]],
        "parameters": dict(settings["parameters"]) if safety["subset"] else {},
        "methods": {**settings["methods"], "highest": list(settings["keys"]["highest"])},
    }


def _variables(settings: Settings) -> dict[str, Any]:
    every: dict[str, Any] = {item.name: item.spec for item in read_variables(settings)}
    return every | dict(settings["derived"])


def view_parameters(settings: Settings) -> Parameters:
    """Return the parameters of the job that makes the table."""
    every = _variables(settings)
    return {
        "kind": TABLE,
        "spec": {"id": RESERVED_ANALYSIS, **settings["safety"]},
        "study": plan.study_parameters(settings),
        "variables": {
            name: {key: every[name].get(key) for key in _SHOWN}
            for name in sorted(settings["safety"]["outcomes"])
        },
    }
