"""The recipes of the docs are configurations that the program accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from minimal_study import ROOT
from procohort.settings import SettingsError, complete

PAGE = (ROOT / "docs/how-to.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def with_recipe(config: Mapping[str, Any], recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the lines of a recipe put where a person would put them."""
    together = dict(config)
    for key, value in recipe.items():
        if key in ("comparisons", "correlations", "rates"):
            together[key] = [*config[key], *value]
        elif key == "derived":
            together[key] = {**config[key], **value}
        else:
            together[key] = value
    return together


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_is_accepted_by_the_default_study(recipe: str) -> None:
    """A recipe that is refused teaches distrust."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    complete(with_recipe(config, yaml.safe_load(recipe)), SCHEMA)


def test_a_wrong_recipe_would_be_noticed() -> None:
    """The test above must be able to fail."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    wrong = {"rates": [{"id": "x", "label": "X", "outcomes": ["no_such_variable"]}]}
    with pytest.raises(SettingsError):
        complete(with_recipe(config, wrong), SCHEMA)
    assert len(RECIPES) > 6
