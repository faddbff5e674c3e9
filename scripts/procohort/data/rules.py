"""Checks across columns, as the configuration states them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procohort.data.findings import FindingLog, PlanError
from procohort.data.ingest import RawTable
from procohort.expression_functions import LOGICAL, kind_of
from procohort.expressions import ExpressionError, evaluate, names_in
from procohort.study import Check, CohortPlan


def check_rules(
    plan: CohortPlan, raw: RawTable, joined: pd.DataFrame, log: FindingLog
) -> pd.DataFrame:
    """Evaluate the checks across columns and log the rows where one is false.

    All checks see the same values; blanking follows when all are done, so their
    order does not matter. A check that cannot be answered (a value is missing)
    finds nothing.

    Parameters
    ----------
    raw : RawTable
        The row table.
    joined : DataFrame
        Rows that are not in quarantine, with the facts of their patients and the
        column cluster; the index is the position in `raw`.

    Returns
    -------
    DataFrame
        `joined` with the blanked values missing.

    Raises
    ------
    PlanError
        If a check does not fit the types of its columns.
    """
    blanks: list[tuple[str, pd.Series]] = []
    for check in plan.checks:
        false = _false(check, plan, joined)
        if not false.any():
            continue
        _log_rule(check, raw, joined, false, log)
        if check.action == "blank":
            blanks.extend((name, false) for name in check.blank)
    cleaned = joined.copy() if blanks else joined
    variables = plan.variables()
    for name, false in blanks:
        where = false
        if variables[name].level == "patient":
            where = joined["cluster"].isin(joined.loc[false, "cluster"])
        cleaned[name] = cleaned[name].mask(where)
    return cleaned


def _false(check: Check, plan: CohortPlan, joined: pd.DataFrame) -> pd.Series:
    try:
        answer = evaluate(
            check.expect, joined, cluster=joined["cluster"], parameters=plan.parameters
        )
    except ExpressionError as error:
        raise PlanError([f"config.yaml: checks.{check.id}.expect: {error}"]) from None
    if kind_of(answer) != LOGICAL:
        raise PlanError(
            [f"config.yaml: checks.{check.id}.expect: {check.expect!r} is not a condition."]
        )
    return (~answer.astype("boolean")).fillna(False).astype(bool)


def _log_rule(
    check: Check, raw: RawTable, joined: pd.DataFrame, false: pd.Series, log: FindingLog
) -> None:
    names = sorted(names_in(check.expect) & set(joined.columns), key=list(joined.columns).index)
    values, written = [], []
    for name in names:
        shown = joined.loc[false, name].map(_shown).astype("str")
        values.append(name + " = " + shown.fillna("missing"))
        if name in raw.table.columns:
            written.append(raw.text(name)[false[false].index].str.strip())
    headers = [raw.header(name) for name in names if name in raw.table.columns]
    message = f"{check.expect} does not hold"
    log.add_rows(
        raw.origin,
        np.isin(raw.origin.index, false[false].index),
        table=raw.table.name,
        column=_joined(headers),
        value=_joined(written, "; "),
        rule=check.id,
        action=check.action,
        message=message + " (" + _joined(values) + ")" if values else message,
        remedy=check.remedy,
    )


def _shown(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return str(value.date().isoformat())
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, ".15g")
    return str(value)


def _joined(parts: list[pd.Series] | list[str | pd.Series], between: str = ", ") -> str | pd.Series:
    joined: str | pd.Series = ""
    for place, part in enumerate(parts):
        joined = part if place == 0 else joined + between + part
    return joined
