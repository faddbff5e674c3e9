"""What the job of the tipping points, its figures and its table get of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procohort import plan
from procohort.plan import Parameters, Settings

FIGURE = "tipping"


def tipped(settings: Settings) -> dict[str, Mapping[str, Any]]:
    """Return the analyses whose p has a tipping point, by id, with their declarations.

    Comparisons of two levels and correlations: a test of several levels has no single
    contrast.
    """
    found = {
        spec["id"]: spec for spec in settings["comparisons"] if len(tuple(spec["levels"])) == 2
    }
    return found | {spec["id"]: spec for spec in settings["correlations"]}


def drawn(settings: Settings) -> list[str]:
    """Return the analyses that have a figure: where patients are the rows, nothing is clustered."""
    study = settings["study"]
    if study["row"] == study["cluster"]:
        return []
    return [name for name, spec in tipped(settings).items() if spec.get("unit") != "patient"]


def figures(settings: Settings) -> list[str]:
    """Return the names of the figures."""
    return [f"{FIGURE}_{name}" for name in drawn(settings)]


def parameters(settings: Settings) -> Parameters:
    """Return what the job computes from: the analyses as they were computed, the reading."""
    return {
        "reading": settings["reading"],
        "analyses": {name: plan.analysis_parameters(settings, name) for name in tipped(settings)},
    }


def figure_parameters(settings: Settings, analysis: str) -> Parameters:
    """Return the parameters of the job that draws the figure of one analysis."""
    return {
        "kind": "tipping",
        "spec": dict(tipped(settings)[analysis]),
        "study": plan.study_parameters(settings),
        "variables": _variables(settings, analysis),
    }


def table_parameters(settings: Settings) -> Parameters:
    """Return the parameters of the job that makes the table of the study."""
    specs = tipped(settings)
    variables: dict[str, dict[str, Any]] = {}
    for name in specs:
        variables |= _variables(settings, name)
    return {
        "kind": "tipping",
        "spec": {"id": "tipping", "labels": {name: spec["label"] for name, spec in specs.items()}},
        "study": plan.study_parameters(settings),
        "variables": variables,
    }


def _variables(settings: Settings, analysis: str) -> dict[str, dict[str, Any]]:
    kind, _ = plan.analyses(settings)[analysis]
    table = plan.table_parameters(settings, f"{plan.TABLES[kind]}_{analysis}")
    found: dict[str, dict[str, Any]] = table["variables"]
    return found
