"""Findings on the schedule of doses, with the file and the row of each dose."""

from __future__ import annotations

import pandas as pd

from procohort.data.findings import FindingLog, PlanError
from procohort.data.ingest import RawTable
from procohort.expressions import ExpressionError, is_true
from procohort.schedule.assign import assign_doses
from procohort.schedule.findings import schedule_findings
from procohort.study import CohortPlan


def check_doses(plan: CohortPlan, raw: RawTable, kept: pd.DataFrame, log: FindingLog) -> None:
    """Log what the dates of the cohort's doses leave to ask; no row leaves for it.

    Parameters
    ----------
    plan : CohortPlan
        With the schedule of the study; without one, nothing is done.
    raw : RawTable
        The row table.
    kept : DataFrame
        Rows of the cohort, with the column cluster; the index is the position in `raw`.
    log : FindingLog
        Takes the findings, all with the action report.

    Raises
    ------
    PlanError
        If the expression that says which rows are doses does not fit its columns.
    """
    schedule = plan.schedule
    if schedule is None:
        return
    given = kept[kept[schedule.date].notna()]
    if schedule.given:
        try:
            dose = is_true(
                schedule.given, given, cluster=given["cluster"], parameters=plan.parameters
            )
        except ExpressionError as error:
            raise PlanError([f"config.yaml: schedule.given: {error}"]) from None
        given = given[dose]
    ordered = given.sort_values(schedule.date, kind="stable")
    dates = ordered[schedule.date].dt.date
    records = [
        (group.index[found.position], found.rule, found.message, found.remedy)
        for _, group in dates.groupby(ordered["cluster"], sort=True)
        for found in schedule_findings(
            assign_doses(group.tolist(), schedule.applies, schedule.tolerance),
            schedule.applies,
            schedule.tolerance,
        )
    ]
    _log(records, schedule.date, raw, log)


def _log(
    records: list[tuple[int, str, str, str]], name: str, raw: RawTable, log: FindingLog
) -> None:
    found = pd.DataFrame(records, columns=["position", "rule", "message", "remedy"])
    is_read = name in raw.table.columns
    for rule, part in found.groupby("rule", sort=True):
        texts = part.set_index("position")
        log.add_rows(
            raw.origin,
            raw.origin.index.isin(texts.index),
            table=raw.table.name,
            column=raw.header(name) if is_read else "",
            value=raw.text(name).str.strip() if is_read else "",
            rule=str(rule),
            action="report",
            message=texts["message"],
            remedy=texts["remedy"],
        )
