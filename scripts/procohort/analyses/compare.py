"""Comparisons between groups: each outcome as published and cluster-aware.

How a group lies in the patients decides the cluster-aware method (methods page):
a fact of the patient (`between`), something that varies inside patients
(`within`), or nearly a fact of the patient (`mostly_between`: it changes in a
few, who are left out where patients' labels are exchanged).
"""

from __future__ import annotations

from procohort.analyses import compare_binary, compare_quantity
from procohort.analyses.describe import describe_variable, sizes
from procohort.analyses.groups import in_groups
from procohort.analyses.sample import Question, in_level
from procohort.results import ResultRow


def compare(question: Question) -> list[ResultRow]:
    """Compare the declared levels of a group in every declared outcome."""
    spec = question.spec
    group = spec["group"]
    rows: list[ResultRow] = []
    described = spec["levels"] if question.described else []
    for level in described:
        keep = in_level(question, group, level)
        rows.extend(sizes(question, keep, level=level, group=group))
    for outcome in question.each_outcome():
        variable = question.variables[outcome]
        for level in described:
            keep = in_level(question, group, level)
            rows.extend(describe_variable(question, variable, keep, level, group))
        groups = in_groups(question, outcome)
        if variable.type == "boolean":
            rows.extend(compare_binary.compare(question, groups))
        else:
            rows.extend(compare_quantity.compare(question, groups, variable.unit))
    return rows
