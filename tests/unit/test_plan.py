"""A job gets exactly the settings that it uses: an edit reruns what it touches."""

from __future__ import annotations

from typing import Any

import pytest

from minimal_study import SCHEMA, config
from procohort import plan
from procohort.settings import complete


@pytest.fixture
def settings() -> dict[str, Any]:
    return complete(config(), SCHEMA)


def test_each_declared_analysis_is_one_job_after_the_cohort(settings: dict[str, Any]) -> None:
    """The configuration is the list of jobs."""
    assert list(plan.analyses(settings)) == ["cohort", "reaching", "by_diet", "errors_and_time"]
    assert plan.figures(settings) == [
        "attrition",
        "forest",
        "rates_reaching",
        "distribution_by_diet",
        "scatter_errors_and_time",
    ]


def test_a_new_label_changes_views_and_no_computation(settings: dict[str, Any]) -> None:
    """Wording is not computing."""
    raw = config()
    raw["tables"]["trials"]["columns"]["seconds"]["label"] = "Time to the platform"
    raw["comparisons"][0]["label"] = "Rich diet vs plain"
    other = complete(raw, SCHEMA)
    for analysis in plan.analyses(settings):
        assert plan.analysis_parameters(settings, analysis) == plan.analysis_parameters(
            other, analysis
        )
    assert plan.figure_parameters(settings, "forest") != plan.figure_parameters(other, "forest")


def test_a_new_outcome_touches_its_own_analysis_only(settings: dict[str, Any]) -> None:
    """One line of the configuration, one analysis computed again."""
    raw = config()
    raw["comparisons"][0]["outcomes"].append("errors")
    other = complete(raw, SCHEMA)
    changed = [
        name
        for name in plan.analyses(settings)
        if plan.analysis_parameters(settings, name) != plan.analysis_parameters(other, name)
    ]
    assert changed == ["by_diet"]
    assert plan.cleaning_parameters(settings) == plan.cleaning_parameters(other)


def test_views_know_their_analysis_and_files(settings: dict[str, Any]) -> None:
    """A figure of points needs the points; a table of results needs adjusted p-values."""
    assert plan.figure_inputs(settings, "distribution_by_diet") == {
        "estimates": "results/estimates/by_diet.csv",
        "analysis": "results/clean/analysis.parquet",
    }
    assert plan.table_inputs(settings, "comparison_by_diet") == {
        "estimates": "results/estimates.csv"
    }
