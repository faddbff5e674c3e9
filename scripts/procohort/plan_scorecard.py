"""What the scorecard gets of the settings: the pages it links to, labels, decisions."""

from __future__ import annotations

from typing import Any

from procohort import plan, plan_multiverse, plan_tipping
from procohort.plan import Parameters, Settings


def readings_files(settings: Settings) -> list[str]:
    """Return the estimates of each other reading, in the order of `other_readings`."""
    files = plan_multiverse.estimates_of_readings(settings)
    return [files[name] for name in plan_multiverse.other_readings(settings)]


def parameters(settings: Settings) -> Parameters:
    """Return what the scorecard shows beside result rows.

    Returns
    -------
    dict
        `readings` (the other ones), `decisions` (id, label, label of each choice),
        `analyses` (label, and the names of figures and tables of each; empty where there
        is none), `tables` (label and name of further tables), `variables`.
    """
    return {
        "readings": plan_multiverse.other_readings(settings),
        "decisions": [
            {
                "id": decision["id"],
                "label": decision["label"],
                "choices": {choice["id"]: choice["label"] for choice in decision["choices"]},
            }
            for decision in settings["multiverse"]["alternatives"]
        ],
        "analyses": {name: _views(settings, name) for name in plan.analyses(settings)},
        "tables": {
            "readings": "readings" if settings["readings"] else "",
            "feasible": [
                {"label": item["label"], "table": plan.feasible_table(item)}
                for item in settings["feasibility"]
            ],
        },
        # The account of missing values shows every variable of the study.
        "variables": plan.table_parameters(settings, "missing")["variables"],
    }


def _views(settings: Settings, analysis: str) -> dict[str, Any]:
    """Return the names of everything that shows an analysis."""
    kind, spec = plan.analyses(settings)[analysis]
    if kind == "cohort":
        return {"label": spec["label"], "figure": "attrition", "table": "attrition"}
    figure = f"{plan.FIGURES.get(kind, '')}_{analysis}"
    repeated = analysis in plan_multiverse.repeated(settings)
    return {
        "label": spec["label"],
        "figure": figure if figure in plan.figures(settings) else "",
        "table": f"{plan.TABLES[kind]}_{analysis}",
        "sensitivity": plan.sensitivity_table(spec) if kind == "comparisons" else "",
        "tipping": f"tipping_{analysis}" if analysis in plan_tipping.drawn(settings) else "",
        "specification": f"specification_{analysis}" if repeated else "",
        "multiverse": f"multiverse_{analysis}" if repeated else "",
    }
