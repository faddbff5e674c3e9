"""Checks of meaning: whether the names in a configuration fit together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from procohort.claims.printed import read_printed
from procohort.expression_syntax import ExpressionError, names_in
from procohort.messages import did_you_mean
from procohort.settings_multiverse import multiverse_mistakes
from procohort.settings_paper import paper_mistakes
from procohort.settings_safety import RESERVED_ANALYSIS as SAFETY
from procohort.settings_safety import safety_mistakes
from procohort.settings_schedule import RESERVED_ANALYSIS, schedule_mistakes
from procohort.settings_synthesis import synthesis_mistakes
from procohort.settings_trajectories import trajectory_mistakes
from procohort.settings_visits import visit_mistakes
from procohort.visits import VISIT, read_variables

ANALYSIS_KINDS = (
    *("descriptions", "rates", "comparisons", "correlations", "trends"),
    "trajectories",
)
# The analysis table's own column: the patient of each row.
RESERVED_VARIABLE = "cluster"
RESERVED_IDS = {"cohort", "estimates", RESERVED_ANALYSIS, SAFETY}
QUANTITIES = ("integer", "number")
GROUPS = ("boolean", "category")


def mistakes_of_meaning(settings: Mapping[str, Any]) -> list[str]:
    """Return a line for every name that leads nowhere or does not fit its place.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in.
    """
    raw = _raw_variables(settings)
    every = {**raw, **settings["derived"]}
    return [
        *_reading(settings),
        *_tables(settings),
        *visit_mistakes(settings),
        *_known("keys.highest", settings["keys"]["highest"], every),
        *_expressions(settings, raw, every),
        *_identifiers(settings),
        *_analyses(settings, every),
        *_multiplicity(settings),
        *_feasibility(settings),
        *multiverse_mistakes(settings, every, expression=_expression, typed=_typed),
        *schedule_mistakes(settings, raw, expression=_expression, typed=_typed),
        *safety_mistakes(settings, every, expression=_expression, typed=_typed),
        *trajectory_mistakes(settings, every, expression=_expression, typed=_typed),
        *synthesis_mistakes(settings, every, typed=_typed),
        *paper_mistakes(settings),
    ]


def _raw_variables(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {item.name: dict(item.spec) for item in read_variables(settings)}


def _reading(settings: Mapping[str, Any]) -> list[str]:
    reading, readings = settings["reading"], settings["readings"]
    if readings and reading not in readings:
        return [
            f"reading: {reading!r} is not one of the readings.{did_you_mean(reading, readings)}"
        ]
    if reading and not readings:
        return ["readings: missing; describe what each reading means."]
    return []


def _tables(settings: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    tables, row_table = settings["tables"], settings["row_table"]
    if row_table not in tables:
        return [f"row_table: {row_table!r} is not a table.{did_you_mean(row_table, tables)}"]
    if tables[row_table]["level"] != "row":
        lines.append(f"tables.{row_table}.level: the row table must have the level 'row'.")
    keys = settings["keys"]
    for part in ("cluster", "row"):
        for name in keys[part]:
            if name not in tables[row_table]["columns"]:
                known = did_you_mean(name, tables[row_table]["columns"])
                lines.append(f"keys.{part}: {name!r} is not a column of {row_table}.{known}")
    seen: dict[str, str] = {}
    for table_name, table in tables.items():
        where = f"tables.{table_name}"
        if table_name != row_table:
            if table["level"] == "row":
                lines.append(f"{where}.level: only the row table may have the level 'row'.")
            lines.extend(
                f"{where}.columns: the key column {name!r} is missing."
                for name in keys["cluster"]
                if name not in table["columns"]
            )
        for name, spec in table["columns"].items():
            lines.extend(_column(f"{where}.columns.{name}", spec))
            if table["level"] == VISIT:
                continue
            if name in seen and name not in keys["cluster"]:
                lines.append(
                    f"{where}.columns.{name}: also a column of {seen[name]}; give one another name."
                )
            seen[name] = table_name
            if name in settings["derived"]:
                lines.append(f"derived.{name}: is a column of {table_name} too; rename one.")
    return lines


def _column(where: str, spec: Mapping[str, Any]) -> list[str]:
    lines = []
    bounds = spec.get("range")
    if bounds and bounds[0] > bounds[1]:
        lines.append(f"{where}.range: {bounds[0]} is above {bounds[1]}; smallest comes first.")
    if bounds and spec["type"] not in QUANTITIES:
        lines.append(f"{where}.range: a {spec['type']} has no range.")
    if spec["type"] in ("category", "boolean") and spec["codes"] and spec["labels"]:
        for value in spec["codes"].values():
            if value not in spec["labels"]:
                known = did_you_mean(value, spec["labels"])
                lines.append(f"{where}.codes: {value!r} is not a level.{known}")
    if spec["type"] == "boolean" and set(spec["labels"]) - {"true", "false"}:
        lines.append(f"{where}.labels: a boolean has the labels true and false only.")
    for rule in spec["actions"]:
        known_rules = (
            "unreadable_value",
            "out_of_range",
            "unknown_code",
            "missing_required",
            "patient_fact_differs",
        )
        if rule not in known_rules:
            lines.append(
                f"{where}.actions: {rule!r} is not a rule.{did_you_mean(rule, known_rules)}"
            )
    return lines


def _expressions(
    settings: Mapping[str, Any], raw: Mapping[str, Any], every: Mapping[str, Any]
) -> list[str]:
    lines: list[str] = []
    parameters = settings["parameters"]
    if RESERVED_VARIABLE in {*every, *parameters}:
        lines.append(f"{RESERVED_VARIABLE!r} is a name of the pipeline's own; rename the variable.")
    for name in parameters:
        if name in every:
            lines.append(f"parameters.{name}: is a variable too; rename one.")
    for position, check in enumerate(settings["checks"]):
        where = f"checks[{position}]"
        lines.extend(_expression(f"{where}.expect", check["expect"], [*raw, *parameters]))
        lines.extend(_known(f"{where}.blank", check["blank"], raw))
        if check["action"] == "blank" and not check["blank"]:
            lines.append(f"{where}.blank: name the columns to blank.")
    for position, step in enumerate(settings["filters"]):
        lines.extend(_expression(f"filters[{position}].keep", step["keep"], [*raw, *parameters]))
    known = [*raw, *parameters]
    for name, spec in settings["derived"].items():
        lines.extend(_expression(f"derived.{name}.expression", spec["expression"], known))
        known.append(name)
    for kind in ANALYSIS_KINDS:
        for position, spec in enumerate(settings[kind]):
            if spec["subset"]:
                where = f"{kind}[{position}].subset"
                lines.extend(_expression(where, spec["subset"], [*every, *parameters]))
    return lines


def _expression(where: str, text: str, known: Iterable[str]) -> list[str]:
    try:
        used = names_in(text)
    except ExpressionError as error:
        return [f"{where}: {error}."]
    options = set(known)
    return [
        f"{where}: {name!r} is not a variable or parameter known here.{did_you_mean(name, options)}"
        for name in sorted(used - options)
    ]


def _known(where: str, names: Iterable[str], known: Mapping[str, Any]) -> list[str]:
    return [
        f"{where}: {name!r} is not a variable.{did_you_mean(name, known)}"
        for name in names
        if name not in known
    ]


def _identifiers(settings: Mapping[str, Any]) -> list[str]:
    lines, seen = [], dict.fromkeys(RESERVED_IDS, "a name of the pipeline's own")
    for kind in ANALYSIS_KINDS:
        for position, spec in enumerate(settings[kind]):
            where = f"{kind}[{position}].id"
            if spec["id"] in seen:
                lines.append(f"{where}: {spec['id']!r} is taken ({seen[spec['id']]}).")
            seen[spec["id"]] = where
    return lines


def _analyses(settings: Mapping[str, Any], every: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for position, spec in enumerate(settings["descriptions"]):
        where = f"descriptions[{position}]"
        lines.extend(_known(f"{where}.variables", spec["variables"], every))
        lines.extend(_typed(f"{where}.by", [spec["by"]] if spec["by"] else [], every, GROUPS))
        lines.extend(_patient_level(where, spec, [*spec["variables"], spec["by"]], every))
    for position, spec in enumerate(settings["rates"]):
        where = f"rates[{position}]"
        lines.extend(_typed(f"{where}.outcomes", spec["outcomes"], every, ("boolean",)))
        lines.extend(_typed(f"{where}.by", [spec["by"]] if spec["by"] else [], every, GROUPS))
        lines.extend(_patient_level(where, spec, [*spec["outcomes"], spec["by"]], every))
    for position, spec in enumerate(settings["comparisons"]):
        where = f"comparisons[{position}]"
        lines.extend(_typed(f"{where}.outcomes", spec["outcomes"], every, (*QUANTITIES, "boolean")))
        lines.extend(_typed(f"{where}.group", [spec["group"]], every, GROUPS))
        lines.extend(
            _typed(f"{where}.adjust_for", spec["adjust_for"], every, (*QUANTITIES, *GROUPS))
        )
        lines.extend(_levels(f"{where}.levels", spec, every))
        lines.extend(_patient_level(where, spec, [*spec["outcomes"], spec["group"]], every))
    for kind in ("correlations", "trends"):
        for position, spec in enumerate(settings[kind]):
            where = f"{kind}[{position}]"
            lines.extend(_typed(f"{where}.x", [spec["x"]], every, QUANTITIES))
            lines.extend(_typed(f"{where}.outcomes", spec["outcomes"], every, QUANTITIES))
    return lines


def _typed(
    where: str, names: Iterable[str], every: Mapping[str, Any], types: tuple[str, ...]
) -> list[str]:
    lines = []
    for name in names:
        if name not in every:
            fitting = [key for key, spec in every.items() if spec["type"] in types]
            lines.append(f"{where}: {name!r} is not a variable.{did_you_mean(name, fitting)}")
        elif every[name]["type"] not in types:
            wanted = " or ".join(types)
            lines.append(f"{where}: {name!r} is a {every[name]['type']}, needed is a {wanted}.")
    return lines


def _levels(where: str, spec: Mapping[str, Any], every: Mapping[str, Any]) -> list[str]:
    known = every.get(spec["group"], {}).get("labels", {})
    lines = [
        f"{where}: {level!r} is not a level of {spec['group']!r}.{did_you_mean(level, known)}"
        for level in spec["levels"]
        if known and level not in known
    ]
    if len(set(spec["levels"])) < len(spec["levels"]):
        lines.append(f"{where}: a level is named twice.")
    return lines


def _patient_level(
    where: str, spec: Mapping[str, Any], names: Iterable[str], every: Mapping[str, Any]
) -> list[str]:
    if spec["unit"] != "patient":
        return []
    return [
        f"{where}: with unit 'patient', {name!r} must have the level 'patient'; "
        "derive one value per patient, for example with any_within_cluster()."
        for name in names
        if name in every and every[name].get("level") != "patient"
    ]


def _multiplicity(settings: Mapping[str, Any]) -> list[str]:
    family = settings["multiplicity"]["confirmatory"]
    comparisons = {spec["id"]: spec for spec in settings["comparisons"]}
    outcomes = {name for spec in comparisons.values() for name in spec["outcomes"]}
    where = "multiplicity.confirmatory"
    lines = [
        f"{where}.analyses: {name!r} is not a comparison.{did_you_mean(name, comparisons)}"
        for name in family["analyses"]
        if name not in comparisons
    ]
    lines += [
        f"{where}.outcomes: {name!r} is no outcome of a comparison.{did_you_mean(name, outcomes)}"
        for name in family["outcomes"]
        if name not in outcomes
    ]
    return lines


def _feasibility(settings: Mapping[str, Any]) -> list[str]:
    lines = [
        f"feasibility[{position}].readings: {reading!r} is not one of the readings."
        f"{did_you_mean(reading, settings['readings'])}"
        for position, item in enumerate(settings["feasibility"])
        for reading in item["readings"]
        if settings["readings"] and reading not in settings["readings"]
    ]
    for position, item in enumerate(settings["feasibility"]):
        for name, texts in item["means"].items():
            lines += [
                f"feasibility[{position}].means.{name}: {text!r} is not a printed mean. "
                "Write its digits in quotes, such as '11.9'."
                for text in texts
                if not _is_printed_mean(text)
            ]
    return lines


def _is_printed_mean(text: str) -> bool:
    try:
        figure = read_printed(text)
    except ValueError:
        return False
    return not figure.comparator
