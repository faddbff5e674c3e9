"""Settings of a study: read, checked, completed with defaults.

Every mistake is found in one pass and told in one line: where it stands, what
is wrong, what to do. The checks of form come from the schema
(`workflow/schemas/config.schema.yaml`); those of meaning from
`procohort.settings_meaning`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from procohort.messages import did_you_mean, path_text
from procohort.settings_meaning import ANALYSIS_KINDS, mistakes_of_meaning
from procohort.settings_shared import as_text
from procohort.settings_trajectories import normalise_trajectories
from procohort.settings_visits import normalise_visits

Settings = dict[str, Any]


class SettingsError(Exception):
    """One or more mistakes in a configuration; `lines` holds one line each."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


def load(
    path: str | Path, schema: str | Path, *, overrides: Mapping[str, Any] | None = None
) -> Settings:
    """Read a configuration file and return complete, checked settings.

    Raises
    ------
    SettingsError
        With every mistake, one line each.
    """
    file = Path(path)
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise SettingsError([f"{file.name}: {where}{problem}."]) from None
    if not isinstance(raw, dict):
        raise SettingsError([f"{file.name}: expected keys and values at the top level."])
    raw.update(overrides or {})
    return complete(raw, schema, name=file.name)


def complete(raw: Mapping[str, Any], schema: str | Path, *, name: str = "config.yaml") -> Settings:
    """Check a raw configuration and fill in every default.

    Parameters
    ----------
    raw : mapping
        The configuration as YAML gives it. It is not changed.
    schema : path
        The JSON Schema (as YAML).
    name : str
        How messages call the file.

    Returns
    -------
    dict
        Plain data only. Texts that YAML reads as booleans or numbers (codes,
        labels, levels) are texts again, `levels` of variables are `labels`,
        headers are lists, and ``{reading}`` in file names is replaced.

    Raises
    ------
    SettingsError
        With every mistake, one line each.
    """
    rules = _read_schema(str(schema))
    settings = copy.deepcopy(dict(raw))
    lines = mistakes_of_form(settings, rules)
    if not lines:
        settings = _with_defaults(settings, rules, rules)
        _normalise(settings)
        lines = mistakes_of_meaning(settings)
    if lines:
        raise SettingsError([f"{name}: {line}" for line in lines])
    return settings


@lru_cache(maxsize=4)
def _read_schema(path: str) -> dict[str, Any]:
    loaded = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def mistakes_of_form(settings: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Return a line for every place where the settings break the schema."""
    from jsonschema import Draft202012Validator

    # YAML 1.1 reads `true:` and `3:` as keys that JSON cannot have.
    as_json = json.loads(json.dumps(_text_keys(settings), default=str))
    found = Draft202012Validator(schema).iter_errors(as_json)
    lines = [line for error in found for line in _explain(error)]
    return sorted(set(lines))


def _text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {as_text(key): _text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text_keys(item) for item in value]
    return value


def _explain(error: Any) -> list[str]:
    where = path_text(error.absolute_path)
    prefix = f"{where}: " if where else ""
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = error.schema.get("properties", {})
        unknown = [key for key in error.instance if key not in known]
        return [f"{prefix}{key!r} is not a known key.{did_you_mean(key, known)}" for key in unknown]
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return [f"{prefix}the key {key!r} is missing." for key in missing]
    if error.validator == "enum":
        options = error.validator_value
        return [
            f"{prefix}{error.instance!r} is not allowed.{did_you_mean(error.instance, options)}"
        ]
    if error.validator == "type":
        wanted = error.validator_value
        names = wanted if isinstance(wanted, str) else " or ".join(wanted)
        return [f"{prefix}expected {names}, got {error.instance!r}."]
    if error.validator == "pattern":
        return [
            f"{prefix}{error.instance!r} is not a name. Use letters, digits and _, "
            "starting with a letter."
        ]
    return [f"{prefix}{error.message}."]


def _resolve(rules: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in rules:
        return rules
    target: Any = root
    for part in str(rules["$ref"]).removeprefix("#/").split("/"):
        target = target[part]
    return {**target, **{key: value for key, value in rules.items() if key != "$ref"}}


def _with_defaults(value: Any, rules: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """Fill in the schema's defaults, all the way down."""
    rules = _resolve(rules, root)
    if isinstance(value, dict):
        known = rules.get("properties", {})
        for key, sub in known.items():
            resolved = _resolve(sub, root)
            if key not in value and "default" in resolved:
                value[key] = copy.deepcopy(resolved["default"])
        other = rules.get("additionalProperties")
        for key in list(value):
            if key in known:
                value[key] = _with_defaults(value[key], known[key], root)
            elif isinstance(other, Mapping):
                value[key] = _with_defaults(value[key], other, root)
    elif isinstance(value, list) and "items" in rules:
        value = [_with_defaults(item, rules["items"], root) for item in value]
    return value


def _normalise(settings: Settings) -> None:
    """Bring what may be written in several ways into one form, in place."""
    reading = settings["reading"]
    settings["parameters"] = {name: float(x) for name, x in settings["parameters"].items()}
    for table in settings["tables"].values():
        table["files"] = [file.replace("{reading}", reading) for file in table["files"]]
        table["format"]["missing"] = [as_text(text) for text in table["format"]["missing"]]
        for name, column in table["columns"].items():
            source = column.get("source", name)
            column["source"] = [source] if isinstance(source, str) else list(source)
            column["codes"] = {as_text(k): as_text(v) for k, v in column["codes"].items()}
            column["missing"] = [as_text(text) for text in column["missing"]]
            _normalise_variable(name, column)
        normalise_visits(table)
    for name, variable in settings["derived"].items():
        _normalise_variable(name, variable)
    for decision in settings["multiverse"]["alternatives"]:
        for item in (decision, *decision["choices"]):
            item["label"] = item["label"] or item["id"].replace("_", " ").capitalize()
    if settings["checksums"]:
        settings["checksums"] = settings["checksums"].replace("{reading}", reading)
    for kind in (*ANALYSIS_KINDS, "feasibility"):
        for spec in settings[kind]:
            spec.setdefault("label", spec["id"].replace("_", " ").capitalize())
    for spec in settings["comparisons"]:
        spec["levels"] = [as_text(level) for level in spec["levels"]]
    normalise_trajectories(settings)


def _normalise_variable(name: str, spec: dict[str, Any]) -> None:
    labels = spec.pop("levels", None) or spec.get("labels") or {}
    spec["labels"] = {as_text(key): str(text) for key, text in labels.items()}
    if spec["type"] == "boolean" and not spec["labels"]:
        spec["labels"] = {"true": "Yes", "false": "No"}
    spec.setdefault("label", name.replace("_", " ").capitalize())
    if "source_unit" in spec and not spec["source_unit"]:
        spec["source_unit"] = spec["unit"]


def missing_files(settings: Mapping[str, Any], base: str | Path) -> list[str]:
    """Return a line for every file that the settings name and the folder lacks."""
    lines = [
        f"tables.{name}.files[{position}]: {file!r} does not exist. "
        "Put the file there or correct the path."
        for name, table in settings["tables"].items()
        for position, file in enumerate(table["files"])
        if not (Path(base) / file).is_file()
    ]
    lines += [
        f"{key}: {settings[key]!r} does not exist. Correct the path or remove the key."
        for key in ("claims", "sources", "checksums")
        if settings[key] and not (Path(base) / settings[key]).is_file()
    ]
    evidence = settings["synthesis"]["evidence"]
    if evidence and not (Path(base) / evidence).is_file():
        lines.append(
            f"synthesis.evidence: {evidence!r} does not exist. Correct the path or remove the key."
        )
    return lines
