"""A configuration is checked as a whole, and every mistake is told in one line."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from minimal_study import ROOT, SCHEMA, config
from procohort.settings import SettingsError, complete, load


def mistakes(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        complete(raw, SCHEMA)
    return caught.value.lines


def test_every_default_is_filled_in_and_the_input_is_not_changed() -> None:
    """Rooms downstream never ask whether a key is there."""
    raw = config()
    before = yaml.safe_dump(raw)
    settings = complete(raw, SCHEMA)
    assert settings["methods"] == {"ci_level": 0.95, "n_resamples": 10000}
    assert settings["policy"]["duplicate_key"] == "stop"
    assert settings["tables"]["rats"]["columns"]["litter"]["source"] == ["litter"]
    assert settings["comparisons"][0]["label"] == "By diet"
    assert yaml.safe_dump(raw) == before


def test_yaml_booleans_and_numbers_in_codes_become_texts() -> None:
    """YAML reads `true:` and `2:` as a boolean and a number; a code is a text."""
    raw = config()
    columns = raw["tables"]["trials"]["columns"]
    columns["reached"] = {
        "type": "boolean",
        "codes": {1: True, 0: False},
        "labels": {True: "Reached", False: "Not reached"},
    }
    settings = complete(raw, SCHEMA)
    reached = settings["tables"]["trials"]["columns"]["reached"]
    assert reached["codes"] == {"1": "true", "0": "false"}
    assert reached["labels"] == {"true": "Reached", "false": "Not reached"}


def test_all_mistakes_of_form_come_at_once_with_a_near_miss() -> None:
    """A person corrects a file once, not once per mistake."""
    raw = config(comparision=[], policy={"out_of_range": "quarantin"})
    raw["comparisons"][0]["grup"] = raw["comparisons"][0].pop("group")
    del raw["study"]["title"]
    assert mistakes(raw) == [
        "config.yaml: 'comparision' is not a known key. Did you mean 'comparisons'?",
        "config.yaml: comparisons[0]: 'grup' is not a known key. Did you mean 'group'?",
        "config.yaml: comparisons[0]: the key 'group' is missing.",
        "config.yaml: policy.out_of_range: 'quarantin' is not allowed. Did you mean 'quarantine'?",
        "config.yaml: study: the key 'title' is missing.",
    ]


def test_all_mistakes_of_meaning_come_at_once_with_a_near_miss() -> None:
    """A name that leads nowhere is found before a job runs."""
    raw = config(filters=[{"id": "fast", "keep": "second < 60", "label": "Slow"}])
    raw["comparisons"][0].update(levels=["rich", "plane"], outcomes=["secnds", "diet"])
    raw["correlations"][0]["id"] = "by_diet"
    raw["keys"]["row"] = ["trail"]
    assert mistakes(raw) == [
        "config.yaml: keys.row: 'trail' is not a column of trials. Did you mean 'trial'?",
        "config.yaml: filters[0].keep: 'second' is not a variable or parameter known here. "
        "Did you mean 'seconds'?",
        "config.yaml: correlations[0].id: 'by_diet' is taken (comparisons[0].id).",
        "config.yaml: comparisons[0].outcomes: 'secnds' is not a variable. Did you mean 'seconds'?",
        "config.yaml: comparisons[0].outcomes: 'diet' is a category, "
        "needed is a integer or number or boolean.",
        "config.yaml: comparisons[0].levels: 'plane' is not a level of 'diet'. "
        "Did you mean 'plain'?",
    ]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("seconds >", "cannot read 'seconds >'"),
        ("__import__('os')", "unknown function '__import__'"),
        ("seconds.real > 1", "Attribute is not allowed"),
        ("[s for s in seconds]", "ListComp is not allowed"),
        ("round(seconds)", "round takes 2 arguments, got 1"),
        ("date(seconds)", "date takes a date in quotes"),
    ],
)
def test_an_expression_that_is_not_one_is_a_mistake_not_code(expression: str, said: str) -> None:
    """Expressions come from a file: they compute on columns and can do nothing else."""
    lines = mistakes(config(derived={"slow": {"expression": expression, "type": "boolean"}}))
    assert len(lines) == 1
    assert lines[0].startswith("config.yaml: derived.slow.expression:")
    assert said in lines[0]


def test_a_derived_variable_may_use_earlier_ones_only() -> None:
    """Derived variables are computed in order; a later one does not exist yet."""
    derived = {
        "first": {"expression": "second + 1", "type": "number"},
        "second": {"expression": "seconds + 1", "type": "number"},
    }
    assert len(mistakes(config(derived=derived))) == 1
    reordered = {"second": derived["second"], "first": derived["first"]}
    assert complete(config(derived=reordered), SCHEMA)


def test_patients_as_the_unit_need_patient_level_variables() -> None:
    """A value that differs between a patient's rows has no single value for the patient."""
    raw = config()
    raw["comparisons"][0]["unit"] = "patient"
    lines = mistakes(raw)
    assert any("'seconds' must have the level 'patient'" in line for line in lines)


def test_a_reading_that_is_not_declared_is_refused() -> None:
    """The switch between readings of a paper must name one of them."""
    raw = config(reading="printed", readings={"printed_count": "the count is right"})
    assert mistakes(raw) == [
        "config.yaml: reading: 'printed' is not one of the readings. Did you mean 'printed_count'?"
    ]


def test_the_name_of_the_patient_column_is_taken() -> None:
    """Every analysis finds the patient of a row under this name."""
    raw = config(derived={"cluster": {"expression": "seconds + 1", "type": "number"}})
    assert mistakes(raw) == [
        "config.yaml: 'cluster' is a name of the pipeline's own; rename the variable."
    ]


def test_broken_yaml_is_told_with_line_and_column(tmp_path: Any) -> None:
    """The commonest mistake of all: an indent or a bracket."""
    file = tmp_path / "config.yaml"
    file.write_text("study:\n  id: x\n title: y\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file, SCHEMA)
    assert caught.value.lines[0].startswith("config.yaml: line 3, column 2:")


@pytest.mark.parametrize("path", sorted(ROOT.glob("**/config.yaml")), ids=lambda p: p.parent.name)
def test_every_configuration_in_the_project_is_sound(path: Any) -> None:
    """What we ship must pass what we demand."""
    if {".venv", "profiles", ".snakemake"} & set(path.parts):
        pytest.skip("not a study")
    assert load(path, SCHEMA)["study"]["id"]


def test_every_key_of_the_schema_has_a_description() -> None:
    """The schema is the reference of the configuration; editors show it as people type."""
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))

    def undescribed(rules: dict[str, Any], where: str) -> list[str]:
        found = []
        for key, sub in rules.get("properties", {}).items():
            if "description" not in sub:
                found.append(f"{where}.{key}")
            found += undescribed(sub, f"{where}.{key}")
        for part in ("items", "additionalProperties"):
            if isinstance(rules.get(part), dict):
                found += undescribed(rules[part], f"{where}[]")
        return found

    roots = {"": schema, **{f"$defs.{name}": sub for name, sub in schema["$defs"].items()}}
    assert [line for name, sub in roots.items() for line in undescribed(sub, name)] == []
