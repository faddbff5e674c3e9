"""What there is to do: jobs, their files and their parameters, from settings.

Every job gets exactly the part of the settings that it uses, so that Snakemake
reruns what an edit touches and nothing else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from procohort.expression_syntax import names_in, parse
from procohort.trajectory_names import computed_part, outcome_variables, trajectory_names
from procohort.visits import read_variables

Settings = Mapping[str, Any]
Parameters = dict[str, Any]

KINDS = ("descriptions", "rates", "comparisons", "correlations", "trends", "trajectories")
# How result rows call each kind, and the code that answers it.
ANSWERS: dict[str, dict[str, str]] = {
    kind: {"name": name, "module": f"procohort.analyses.{module}", "function": function}
    for kind, name, module, function in (
        ("cohort", "describe", "describe", "describe_cohort"),
        ("descriptions", "describe", "describe", "describe"),
        ("rates", "rate", "rates", "rates"),
        ("comparisons", "compare", "compare", "compare"),
        ("correlations", "correlate", "correlate", "correlate"),
        ("trends", "trend", "correlate", "correlate"),
        ("trajectories", "trajectory", "trajectory", "trajectory"),
    )
}
FIGURES = {
    "rates": "rates",
    "comparisons": "distribution",
    "correlations": "scatter",
    "trends": "trend",
    "trajectories": "trajectory",
}
TABLES = {
    "descriptions": "describe",
    "rates": "rates",
    "comparisons": "comparison",
    "correlations": "correlation",
    "trends": "correlation",
    "trajectories": "trajectory",
}
SHOWN_ONLY = {"label", "note"}
CLEANING_TABLES = ("attrition", "missing", "findings")


def analyses(settings: Settings) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return every analysis by id: the list that declares it, and its declaration.

    The description of the whole cohort is always the first.
    """
    found: dict[str, tuple[str, Mapping[str, Any]]] = {
        "cohort": ("cohort", {"id": "cohort", "unit": "row", "label": "The cohort"})
    }
    for kind in KINDS:
        for spec in settings[kind]:
            found[spec["id"]] = (kind, spec)
    return found


def figures(settings: Settings) -> list[str]:
    """Return the names of all figures."""
    names = ["attrition"]
    if settings["comparisons"]:
        names.append("forest")
    names += [
        f"{FIGURES[kind]}_{spec['id']}"
        for kind in KINDS
        if kind in FIGURES
        for spec in settings[kind]
        if _has_figure(kind, spec, settings)
    ]
    return names


def _has_figure(kind: str, spec: Mapping[str, Any], settings: Settings) -> bool:
    """Tell whether an analysis has a figure: a distribution needs a measured outcome."""
    if kind != "comparisons":
        return True
    types = shown_variables(settings)
    return any(types[name]["type"] in ("integer", "number") for name in spec["outcomes"])


def tables(settings: Settings) -> list[str]:
    """Return the names of all tables."""
    analysed = [f"{TABLES[kind]}_{spec['id']}" for kind in KINDS for spec in settings[kind]]
    return [
        *CLEANING_TABLES,
        *(feasible_table(spec) for spec in settings["feasibility"]),
        *analysed,
        *(sensitivity_table(spec) for spec in settings["comparisons"]),
    ]


def sensitivity_table(spec: Mapping[str, Any]) -> str:
    """Return the name of the table of every answer to a comparison."""
    return f"sensitivity_{spec['id']}"


def feasible_table(spec: Mapping[str, Any]) -> str:
    """Return the name of a table of group sizes that printed figures allow."""
    return f"feasible_{spec['id']}"


def shown_variables(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return every variable with what people are shown of it."""
    keys = ("type", "label", "unit", "labels", "decimals", "level")
    found: dict[str, dict[str, Any]] = {
        item.name: {key: item.spec.get(key) for key in keys} for item in read_variables(settings)
    }
    for name, spec in settings["derived"].items():
        found[name] = {key: spec.get(key) for key in keys}
    return found | outcome_variables(settings["trajectories"], found)


def _used(kind: str, spec: Mapping[str, Any], settings: Settings) -> list[str]:
    """Return the names of the variables that an analysis uses, sorted."""
    every = shown_variables(settings)
    if kind == "cohort":
        return sorted(name for name, variable in every.items() if variable["type"] == "date")
    names = {*spec.get("variables", ()), *spec.get("outcomes", ()), *spec.get("adjust_for", ())}
    if kind == "trajectories":
        names |= set(trajectory_names(spec))
    names |= set(settings["keys"]["highest"])
    names |= {spec.get("by"), spec.get("group"), spec.get("x")}
    if spec.get("subset"):
        names |= names_in(spec["subset"])
    return sorted(name for name in names if name in every)


def analysis_parameters(settings: Settings, analysis: str) -> Parameters:
    """Return the parameters of the job that computes one analysis.

    Labels are left out: they change what is shown, not what is computed.
    """
    kind, spec = analyses(settings)[analysis]
    every = shown_variables(settings)
    if kind == "trajectories":
        spec = computed_part(spec)
    variables = {
        name: {
            key: list(value) if key == "labels" else value
            for key, value in every[name].items()
            if key != "label" and value is not None
        }
        for name in _used(kind, spec, settings)
    }
    return {
        "kind": ANSWERS[kind],
        "spec": {key: value for key, value in spec.items() if key not in SHOWN_ONLY},
        "variables": variables,
        "parameters": dict(settings["parameters"]) if spec.get("subset") else {},
        "methods": {**settings["methods"], "highest": list(settings["keys"]["highest"])},
    }


def codebook_parameters(settings: Settings) -> Parameters:
    """Return what the codebook explains: tables and derived variables, labels included."""
    keys = ("tables", "row_table", "keys", "policy", "checks", "filters", "derived", "parameters")
    return {key: settings[key] for key in keys}


def cleaning_parameters(settings: Settings) -> Parameters:
    """Return what ingest and clean use; wording is left out, it changes no value."""
    tables = {
        name: {**table, "columns": {key: _unworded(x) for key, x in table["columns"].items()}}
        for name, table in settings["tables"].items()
    }
    derived = {name: _unworded(variable) for name, variable in settings["derived"].items()}
    return {
        **codebook_parameters(settings),
        "tables": tables,
        "derived": derived,
        "checksums": settings["checksums"],
        "schedule": {
            key: value for key, value in settings["schedule"].items() if key not in SHOWN_ONLY
        },
    }


def _unworded(variable: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in variable.items() if key != "label"}
    return kept | {"labels": {value: value for value in variable["labels"]}}


def study_parameters(settings: Settings) -> Parameters:
    """Return what every page and figure says about the study."""
    study = dict(settings["study"])
    reading = settings["reading"]
    study["reading"] = reading
    study["reading_meaning"] = settings["readings"].get(reading, "")
    return study


def figure_inputs(settings: Settings, figure: str) -> dict[str, str | list[str]]:
    """Return the named input files of a figure."""
    if figure == "attrition":
        return {"attrition": "results/clean/attrition.csv"}
    if figure == "forest":
        return {"estimates": "results/estimates.csv"}
    return {
        "estimates": f"results/estimates/{analysis_of(settings, figure)}.csv",
        "analysis": "results/clean/analysis.parquet",
    }


def table_inputs(settings: Settings, table: str) -> dict[str, str | list[str]]:
    """Return the named input files of a table.

    Tables of results show adjusted p-values, which depend on every analysis.
    """
    if table in CLEANING_TABLES:
        inputs: dict[str, str | list[str]] = {table: f"results/clean/{table}.csv"}
        if table == "findings":
            inputs["quarantine"] = [
                f"results/clean/quarantine_{name}.csv" for name in settings["tables"]
            ]
        return inputs
    if table in map(feasible_table, settings["feasibility"]):
        return {"feasible": f"results/feasible/{table.removeprefix('feasible_')}.csv"}
    return {"estimates": "results/estimates.csv"}


def methods_parameters(settings: Settings) -> Parameters:
    """Return what the methods page says of the configuration that ran."""
    declared = [(kind, spec) for kind, spec in analyses(settings).values() if kind != "cohort"]
    used = {name for kind, spec in declared for name in _used(kind, spec, settings)}
    doses = settings["synthesis"]["cumulative_dose"]
    used |= {*settings["safety"]["outcomes"], doses["dose"], doses["by"]} - {""}
    return {
        "study": study_parameters(settings),
        "analyses": [{**spec, "kind": ANSWERS[kind]["name"]} for kind, spec in declared],
        "variables": some_variables(settings, used),
        "methods": dict(settings["methods"]),
        "multiplicity": settings["multiplicity"],
        "highest": list(settings["keys"]["highest"]),
        **_declared_beside(settings),
    }


def _declared_beside(settings: Settings) -> Parameters:
    """Return the parts of the settings beside the analyses; empty where nothing is declared."""
    schedule, safety, synthesis = (settings[key] for key in ("schedule", "safety", "synthesis"))
    regimen = synthesis["cumulative_dose"]["regimen"] or schedule["applies"]
    regimens = schedule["regimens"]
    return {
        "readings": dict(settings["readings"]),
        "multiverse": settings["multiverse"] if settings["multiverse"]["analyses"] else {},
        "feasibility": list(settings["feasibility"]),
        "has_claims": bool(settings["claims"]),
        "schedule": schedule if schedule["applies"] else {},
        "safety": safety if safety["outcomes"] else {},
        "synthesis": synthesis if synthesis["evidence"] else {},
        "dose_regimen": regimens[regimen]["label"] or regimen if regimen in regimens else "",
        "filled": [
            name for name, spec in settings["derived"].items() if _fills_missing(spec["expression"])
        ],
    }


def _fills_missing(expression: str) -> bool:
    """Tell whether an expression puts something else where a value is missing."""
    return any(
        isinstance(node, ast.Name) and node.id == "coalesce" for node in ast.walk(parse(expression))
    )


def figure_parameters(settings: Settings, figure: str) -> Parameters:
    """Return the parameters of the job that draws one figure."""
    study = study_parameters(settings)
    if figure == "attrition":
        return {"kind": "attrition", "spec": {}, "study": study, "variables": {}}
    if figure == "forest":
        specs = [dict(spec) for spec in settings["comparisons"]]
        names = {name for spec in specs for name in _used("comparisons", spec, settings)}
        return {
            "kind": "forest",
            "spec": {"comparisons": specs},
            "study": study,
            "variables": some_variables(settings, names),
        }
    kind, spec = _of_view(settings, figure, FIGURES)
    return {
        "kind": FIGURES[kind],
        "spec": dict(spec),
        "study": study,
        "variables": some_variables(settings, _used(kind, spec, settings)),
        "parameters": dict(settings["parameters"]) if spec["subset"] else {},
    }


def table_parameters(settings: Settings, table: str) -> Parameters:
    """Return the parameters of the job that makes one table."""
    study = study_parameters(settings)
    for item in settings["feasibility"]:
        if table == feasible_table(item):
            known = set(item["means"]) & set(shown_variables(settings))
            variables = some_variables(settings, known)
            return {"kind": "feasible", "spec": dict(item), "study": study, "variables": variables}
    for item in settings["comparisons"]:
        if table == sensitivity_table(item):
            variables = some_variables(settings, _used("comparisons", item, settings))
            return {"kind": "sensitivity", "spec": item, "study": study, "variables": variables}
    if table in CLEANING_TABLES:
        every = shown_variables(settings) if table == "missing" else {}
        return {"kind": table, "spec": {}, "study": study, "variables": every}
    kind, spec = _of_view(settings, table, TABLES)
    return {
        "kind": TABLES[kind],
        "spec": dict(spec),
        "study": study,
        "variables": some_variables(settings, _used(kind, spec, settings)),
    }


def some_variables(settings: Settings, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the named variables with what people are shown of them, sorted."""
    every = shown_variables(settings)
    return {name: every[name] for name in sorted(names)}


def analysis_of(settings: Settings, view: str) -> str:
    """Return the analysis that a figure or table shows."""
    views = FIGURES if view in figures(settings) else TABLES
    return str(_of_view(settings, view, views)[1]["id"])


def _of_view(
    settings: Settings, view: str, prefixes: Mapping[str, str]
) -> tuple[str, Mapping[str, Any]]:
    for kind, spec in analyses(settings).values():
        if kind in prefixes and view == f"{prefixes[kind]}_{spec['id']}":
            return kind, spec
    raise KeyError(view)


def reconstructed_files(settings: Settings) -> dict[str, str]:
    """Return, for each raw file of each reading, where its reconstruction is put.

    Keys are paths of committed raw files, values of files to make. Raw files
    themselves are never an output: the pipeline does not write to them.
    """
    if not settings["reconstruction"]:
        return {}
    current = settings["reading"] or "only"  # as a reconstruction calls the one it has
    files = [file for table in settings["tables"].values() for file in table["files"]]
    return {
        file.replace(f"/{current}/", f"/{reading}/"): (
            f"results/reconstruction/{reading}/{file.rsplit('/', 1)[1]}"
        )
        for reading in settings["readings"] or [current]
        for file in files
    }
