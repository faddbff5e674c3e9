"""Which files the methods page reads beside the results of the analyses."""

from __future__ import annotations

from procohort import plan_synthesis
from procohort.plan import Settings


def synthesis_file(settings: Settings) -> str | list[str]:
    """Return the result rows of published series, nothing without a synthesis."""
    return "results/synthesis.csv" if plan_synthesis.declared(settings) else []


def series_file(settings: Settings) -> str | list[str]:
    """Return the account of published series, nothing without a synthesis."""
    return "results/synthesis_series.csv" if plan_synthesis.declared(settings) else []


def doses_file(settings: Settings) -> str | list[str]:
    """Return the doses added up, nothing where none are."""
    return "results/cumulative_dose.csv" if plan_synthesis.has_doses(settings) else []
