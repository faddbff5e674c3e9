"""What the jobs of the synthesis of published series get of the settings."""

from __future__ import annotations

from typing import Any

from procohort import plan
from procohort.plan import Parameters, Settings

DAYS_PER_YEAR = 365.2425


def declared(settings: Settings) -> bool:
    """Tell whether the study has a table of published series."""
    return bool(settings["synthesis"]["evidence"])


def has_doses(settings: Settings) -> bool:
    """Tell whether doses are added up."""
    return declared(settings) and bool(settings["synthesis"]["cumulative_dose"]["dose"])


def pooled(settings: Settings) -> list[str]:
    """Return the outcomes that have a forest plot."""
    outcomes = settings["synthesis"]["outcomes"] if declared(settings) else ()
    return [str(item["id"]) for item in outcomes]


def evidence_file(settings: Settings) -> str | list[str]:
    """Return the table of published series, nothing without one."""
    return str(settings["synthesis"]["evidence"]) or []


def rows(settings: Settings) -> list[str]:
    """Return the file with the result rows of the synthesis, if there is one."""
    return ["results/synthesis.csv"] if declared(settings) else []


def shown_tables(settings: Settings) -> list[str]:
    """Return the names of the tables that this part of the plan adds to a run."""
    names = ["synthesis", "not_comparable"] if declared(settings) else []
    return names + (["cumulative_dose"] if has_doses(settings) else [])


def shown_figures(settings: Settings) -> list[str]:
    """Return the names of the figures that this part of the plan adds to a run."""
    names = [f"synthesis_{outcome}" for outcome in pooled(settings)]
    return names + (["cumulative_dose"] if has_doses(settings) else [])


def parameters(settings: Settings) -> Parameters:
    """Return what the synthesis computes from; wording is left out but for the modalities.

    The statement about a ranking names modalities as people do.
    """
    spec = {
        key: value
        for key, value in settings["synthesis"].items()
        if key not in ("note", "cumulative_dose", "evidence")
    }
    return {"spec": spec, "ci_level": settings["methods"]["ci_level"]}


def dose_parameters(settings: Settings) -> Parameters:
    """Return what adding up doses computes from."""
    spec = dict(settings["synthesis"]["cumulative_dose"])
    schedule = settings["schedule"]
    name = spec["regimen"] or schedule["applies"]
    return {
        "spec": {
            **spec,
            "protocols": [
                {key: value for key, value in item.items() if key != "label"}
                for item in spec["protocols"]
            ],
        },
        "regimen": {"name": name, "spec": schedule["regimens"][name]}
        if has_doses(settings)
        else {},
    }


def table_parameters(settings: Settings, table: str) -> Parameters:
    """Return the parameters of the job that makes the table of the name."""
    synthesis = settings["synthesis"]
    spec: dict[str, Any] = {"id": table, "note": synthesis["note"]}
    if table == "cumulative_dose":
        return _dose_view(settings, table)
    spec |= {
        "modalities": dict(synthesis["modalities"]),
        "outcomes": [dict(item) for item in synthesis["outcomes"]],
    }
    return {
        "kind": table,
        "spec": spec,
        "study": plan.study_parameters(settings),
        "variables": {},
    }


def figure_parameters(settings: Settings, outcome: str) -> Parameters:
    """Return the parameters of the job that draws the forest plot of an outcome."""
    synthesis = settings["synthesis"]
    item = next(item for item in synthesis["outcomes"] if item["id"] == outcome)
    return {
        "kind": "synthesis",
        "spec": {
            "id": f"synthesis_{outcome}",
            "outcome": outcome,
            "label": item["label"],
            "modalities": dict(synthesis["modalities"]),
            "note": synthesis["note"],
        },
        "study": plan.study_parameters(settings),
        "variables": {},
    }


def _dose_view(settings: Settings, table: str) -> Parameters:
    declared_doses = settings["synthesis"]["cumulative_dose"]
    names = {declared_doses[key] for key in ("by", "patients_by")} - {""}
    every = plan.shown_variables(settings)
    return {
        "kind": table,
        "spec": {
            "id": table,
            "by": declared_doses["by"],
            "patients_by": declared_doses["patients_by"],
            "years": list(declared_doses["years"]),
            "protocols": {item["id"]: item["label"] for item in declared_doses["protocols"]},
            "factors": {unit: dict(item) for unit, item in declared_doses["factors"].items()},
            "note": "",
        },
        "study": plan.study_parameters(settings),
        "variables": {name: every[name] for name in sorted(names)},
    }


def dose_figure_parameters(settings: Settings) -> Parameters:
    """Return the parameters of the job that draws the cumulative dose."""
    return _dose_view(settings, "cumulative_dose")
