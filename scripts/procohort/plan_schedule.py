"""What there is to do for the schedule of doses: jobs, files, parameters."""

from __future__ import annotations

from procohort import plan
from procohort.plan import Parameters, Settings
from procohort.settings_schedule import RESERVED_ANALYSIS

TABLE = "adherence"
FIGURE = "swimmer"


def is_declared(settings: Settings) -> bool:
    """Tell whether the study has a schedule of doses."""
    return bool(settings["schedule"]["applies"])


def estimates(settings: Settings) -> list[str]:
    """Return the files with result rows of the schedule: one, or none."""
    return [f"results/estimates/{RESERVED_ANALYSIS}.csv"] if is_declared(settings) else []


def tables(settings: Settings) -> list[str]:
    """Return the names of the tables of the schedule."""
    return [TABLE] if is_declared(settings) else []


def figures(settings: Settings) -> list[str]:
    """Return the names of the figures of the schedule."""
    return [FIGURE] if is_declared(settings) else []


def parameters(settings: Settings) -> Parameters:
    """Return what the job of the schedule computes from; wording is left out."""
    schedule = settings["schedule"]
    worded = {"label", "uncertain"}
    regimens = {
        name: {key: value for key, value in regimen.items() if key not in worded}
        for name, regimen in schedule["regimens"].items()
    }
    kept = {key: schedule[key] for key in ("applies", "date", "given", "tolerance")}
    return {
        "schedule": {**kept, "regimens": regimens},
        "parameters": dict(settings["parameters"]) if schedule["given"] else {},
        "methods": {**settings["methods"], "highest": list(settings["keys"]["highest"])},
    }


def view_parameters(settings: Settings, kind: str) -> Parameters:
    """Return the parameters of the job that makes the table or the figure."""
    schedule = settings["schedule"]
    return {
        "kind": kind,
        "spec": {"id": RESERVED_ANALYSIS, **schedule},
        "study": plan.study_parameters(settings),
        "variables": {},
    }
