"""The kinds of tables, each made by the module of its name."""

from __future__ import annotations

from importlib import import_module

from procohort.publish.tables.model import Table
from procohort.publish.view import View

KINDS = (
    "describe",
    "rates",
    "comparison",
    "correlation",
    "attrition",
    "missing",
    "findings",
    "feasible",
    "sensitivity",
    "tipping",
    "synthesis",
    "not_comparable",
    "cumulative_dose",
    "adherence",
    "safety",
    "trajectory",
    "multiverse",
    "readings",
)


def make(kind: str, view: View) -> Table:
    """Make a table of a kind; trends are made by ``correlation``.

    Raises
    ------
    ValueError
        If the kind is unknown, or needs a table and has none.
    """
    if kind not in KINDS:
        raise ValueError(f"table kind {kind!r} is unknown; choose one of {', '.join(KINDS)}")
    # By name, so that a job depends on the code of its own kind only.
    table = import_module(f"procohort.publish.tables.{kind}").make(view)
    assert isinstance(table, Table)
    return table
