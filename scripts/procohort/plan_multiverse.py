"""What there is to do for the other readings and for the multiverse: jobs, files, parameters."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from procohort import plan, plan_safety, plan_schedule
from procohort.plan import Parameters, Settings
from procohort.settings import complete
from procohort.visits import read_variables

REPEATABLE = ("comparisons", "correlations")
# Where a study has no readings, its one version of the tables has this name in file names.
NO_READING = "main"


def other_readings(settings: Settings) -> list[str]:
    """Return the readings that this run does not show, in declared order."""
    return [name for name in settings["readings"] if name != settings["reading"]]


def settings_of_reading(
    config: Mapping[str, Any], reading: str, schema: str | Path
) -> dict[str, Any]:
    """Return complete settings as a run of another reading would have them."""
    return complete({**config, "reading": reading}, schema)


def estimating_parameters(settings: Settings) -> Parameters:
    """Return what answering all analyses of a reading in one job uses."""
    return {
        "analyses": [plan.analysis_parameters(settings, name) for name in plan.analyses(settings)],
        "multiplicity": settings["multiplicity"],
        "schedule": plan_schedule.parameters(settings)
        if plan_schedule.is_declared(settings)
        else None,
        "safety": plan_safety.parameters(settings) if plan_safety.is_declared(settings) else None,
    }


def analysis_table(settings: Settings, reading: str) -> str:
    """Return the analysis table of a reading; this run's own stands with its results."""
    if reading in (settings["reading"], NO_READING):
        return "results/clean/analysis.parquet"
    return f"results/readings/{reading}/analysis.parquet"


def estimates_of_readings(settings: Settings) -> dict[str, str]:
    """Return the adjusted estimates of every reading, this run's own first."""
    if not settings["readings"]:
        return {}
    others = {name: f"results/readings/{name}/estimates.csv" for name in other_readings(settings)}
    return {settings["reading"]: "results/estimates.csv", **others}


def repeated(settings: Settings) -> list[str]:
    """Return the analyses that the multiverse repeats, in the order of the study."""
    wanted = settings["multiverse"]["analyses"]
    return [spec["id"] for kind in REPEATABLE for spec in settings[kind] if spec["id"] in wanted]


def multiverse_files(settings: Settings) -> list[str]:
    """Return the files of specifications, that of this run's reading first."""
    if not repeated(settings):
        return []
    readings = [settings["reading"] or NO_READING, *other_readings(settings)]
    return [f"results/multiverse/{reading}.csv" for reading in readings]


def multiverse_parameters(settings: Settings, reading: str) -> Parameters:
    """Return what the multiverse of a reading uses; labels change nothing and are left out."""
    declared = settings["multiverse"]
    restricted = {**settings, **{kind: _restricted(settings, kind) for kind in REPEATABLE}}
    restricted["methods"] = {**settings["methods"], "n_resamples": declared["n_resamples"]}
    alternatives = [
        {
            "id": decision["id"],
            "choices": [
                {key: value for key, value in choice.items() if key != "label"}
                for choice in decision["choices"]
            ],
        }
        for decision in declared["alternatives"]
    ]
    names = {
        name
        for decision in declared["alternatives"]
        for choice in decision["choices"]
        for name in choice["set"]
    }
    return {
        "analyses": [plan.analysis_parameters(restricted, name) for name in repeated(settings)],
        "alternatives": alternatives,
        "replaced": _replaced(settings, names),
        "parameters": dict(settings["parameters"]),
        "reading": "" if reading == NO_READING and not settings["readings"] else reading,
    }


def _restricted(settings: Settings, kind: str) -> list[dict[str, Any]]:
    """Return the repeated analyses of a kind with the wanted outcomes only."""
    wanted = settings["multiverse"]["outcomes"]
    return [
        {**spec, "outcomes": [name for name in spec["outcomes"] if not wanted or name in wanted]}
        for spec in settings[kind]
        if spec["id"] in settings["multiverse"]["analyses"]
    ]


def _replaced(settings: Settings, names: set[str]) -> Parameters:
    """Return type and resolution of the variables that a choice replaces."""
    every = {item.name: item.spec for item in read_variables(settings)} | settings["derived"]
    keys = ("type", "unit", "decimals")
    return {
        name: {key: every[name][key] for key in keys if every[name].get(key) is not None}
        for name in sorted(names)
    }


def specification_figures(settings: Settings) -> list[str]:
    """Return the names of the specification curves."""
    return [f"specification_{name}" for name in repeated(settings)]


def multiverse_tables(settings: Settings) -> list[str]:
    """Return the names of the tables of the multiverse."""
    return [f"multiverse_{name}" for name in repeated(settings)]


def view_parameters(settings: Settings, kind: str, analysis: str) -> Parameters:
    """Return the parameters of the job that shows the multiverse of an analysis.

    Parameters
    ----------
    settings : mapping
    kind : {"specification", "multiverse"}
        A specification curve or a table.
    analysis : str
        The analysis that was repeated.
    """
    compared = analysis in [spec["id"] for spec in settings["comparisons"]]
    prefix = plan.TABLES["comparisons" if compared else "correlations"]
    shown = plan.table_parameters(settings, f"{prefix}_{analysis}")
    declared = settings["multiverse"]
    wanted = declared["outcomes"]
    spec = shown["spec"]
    return {
        **shown,
        "kind": kind,
        "spec": {
            **spec,
            "outcomes": [name for name in spec["outcomes"] if not wanted or name in wanted],
            "decisions": [
                {
                    "id": decision["id"],
                    "label": decision["label"],
                    "choices": {choice["id"]: choice["label"] for choice in decision["choices"]},
                }
                for decision in declared["alternatives"]
            ],
            "readings": [name for name in (settings["reading"], *other_readings(settings)) if name],
        },
    }


def readings_parameters(settings: Settings) -> Parameters:
    """Return the parameters of the table that lays the readings side by side."""
    return {
        "kind": "readings",
        "spec": {
            "readings": {
                name: settings["readings"][name] for name in estimates_of_readings(settings)
            }
        },
        "study": plan.study_parameters(settings),
        "variables": {},
    }
