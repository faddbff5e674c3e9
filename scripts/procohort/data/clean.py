"""From raw tables to the cohort: one analysis table, and what was found on the way."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from procohort.data.attrition import (
    AttritionSteps,
    first_rules,
    missing_counts,
    rule_label,
    rule_order,
)
from procohort.data.checks import convert_table
from procohort.data.cohort import Cohort
from procohort.data.derive import add_derived
from procohort.data.doses import check_doses
from procohort.data.findings import FindingLog, PlanError
from procohort.data.ingest import RawTable, read_table
from procohort.data.patients import check_keys, join_facts
from procohort.data.pivot import check_visits, join_visits
from procohort.data.privacy import refuse_identifiers
from procohort.data.rules import check_rules
from procohort.data.units import check_units
from procohort.expressions import ExpressionError, is_true
from procohort.study import CohortPlan


def build_cohort(plan: CohortPlan, base: Path) -> Cohort:
    """Read, check and join the raw tables of a study.

    Parameters
    ----------
    plan : CohortPlan
        What the configuration declares.
    base : Path
        Folder to which the names of the raw files are relative. They are only read.

    Raises
    ------
    DataError
        With all findings, when one of them stops the run.
    PlanError
        When the configuration asks for a conversion or a computation that cannot be.
    """
    check_units(plan)
    log = FindingLog(plan.policy, (file for t in plan.tables.values() for file in t.files))
    raws = {name: read_table(table, base, log) for name, table in plan.tables.items()}
    for raw in raws.values():
        refuse_identifiers(raw, plan.cluster_key[-1], log)
    typed = {name: convert_table(raw, plan.key_of_lines(name), log) for name, raw in raws.items()}
    check_keys(plan, raws, typed, log)
    check_visits(plan, raws, typed, log)
    if not all(len(raw.cells) for raw in raws.values()):
        log.raise_if_stopped()
    rows = raws[plan.row_table]
    joined = join_visits(plan, typed, join_facts(plan, typed, log), log)
    steps = AttritionSteps(joined["cluster"])
    kept = joined.drop(index=log.quarantined(plan.row_table)["position"].unique())
    kept = check_rules(plan, rows, kept, log)
    log.raise_if_stopped()
    kept = _without_quarantined(plan, kept, log, steps)
    kept = _filtered(plan, kept, steps)
    check_doses(plan, rows, kept, log)
    analysis = add_derived(plan, _sorted(plan, kept))
    return Cohort(
        analysis=analysis,
        findings=log.table(),
        quarantine={name: _quarantine(raw, log) for name, raw in raws.items()},
        attrition=steps.table(),
        missing=missing_counts(analysis, plan.variables()),
    )


def _without_quarantined(
    plan: CohortPlan, joined: pd.DataFrame, log: FindingLog, steps: AttritionSteps
) -> pd.DataFrame:
    """Count the quarantined rows rule by rule and return the rows that stay."""
    rules = first_rules(log.quarantined(plan.row_table), plan)
    for rule in rule_order(plan):
        leaving = rules.index[rules == rule]
        if len(leaving):
            steps.remove(rule, rule_label(rule), leaving)
    return joined.drop(index=rules.index.intersection(joined.index))


def _filtered(plan: CohortPlan, joined: pd.DataFrame, steps: AttritionSteps) -> pd.DataFrame:
    for step in plan.filters:
        try:
            keep = is_true(step.keep, joined, cluster=joined["cluster"], parameters=plan.parameters)
        except ExpressionError as error:
            raise PlanError([f"config.yaml: filters.{step.id}.keep: {error}"]) from None
        steps.remove(step.id, step.label, joined.index[~keep])
        joined = joined[keep]
    return joined


def _sorted(plan: CohortPlan, joined: pd.DataFrame) -> pd.DataFrame:
    dates = [
        name
        for name, column in plan.tables[plan.row_table].columns.items()
        if column.variable.type == "date" and column.variable.level == "row"
    ]
    order = list(dict.fromkeys([*plan.cluster_key, *dates, *plan.row_key]))
    return joined.sort_values(order, kind="stable").reset_index(drop=True)


def _quarantine(raw: RawTable, log: FindingLog) -> pd.DataFrame:
    """Return the rows of a raw table that left: cells as written, file, row, reasons."""
    reasons = log.quarantined(raw.table.name)
    several = reasons["position"].duplicated(keep=False)
    joined = reasons[~several].set_index("position")["reason"]
    if several.any():
        more = reasons[several].groupby("position")["reason"].agg("; ".join)
        joined = pd.concat([joined, more])
    joined = joined.sort_index()
    clash = {name: f"{name} (cell)" for name in ("file", "row", "reasons")}
    cells = raw.cells.loc[joined.index].rename(columns=clash).fillna("")
    place = raw.origin.loc[joined.index, ["file", "row"]]
    return pd.concat([cells, place, joined.rename("reasons")], axis=1).reset_index(drop=True)
