"""Variables computed from others, after cleaning."""

from __future__ import annotations

import pandas as pd

from procohort.data.convert import DTYPES
from procohort.data.findings import PlanError
from procohort.expressions import ExpressionError, evaluate
from procohort.study import CohortPlan, Derived, Variable


def add_derived(plan: CohortPlan, analysis: pd.DataFrame) -> pd.DataFrame:
    """Return the analysis table with the derived variables, in the order declared.

    Parameters
    ----------
    analysis : DataFrame, n rows
        Cleaned rows in their final order, with the column cluster.

    Raises
    ------
    PlanError
        If an expression does not fit its columns, or its values do not fit the
        declared type, labels or level.
    """
    table = analysis.copy()
    for item in plan.derived:
        try:
            values = evaluate(
                item.expression, table, cluster=table["cluster"], parameters=plan.parameters
            )
            table[item.variable.name] = _typed(values, item.variable)
        except ExpressionError as error:
            raise PlanError(
                [f"config.yaml: derived.{item.variable.name}.expression: {error}"]
            ) from None
        _check_derived(item, table)
    return table


def _typed(values: pd.Series, variable: Variable) -> pd.Series:
    try:
        if variable.type in ("integer", "number"):
            values = values.astype("Float64")
            if variable.type == "number" and variable.decimals is not None:
                values = values.round(variable.decimals)
            # The conversion itself would cut 2.5 to 2 without a word.
            if variable.type == "integer" and (values != values.round()).any():
                raise ValueError
        return values.astype(DTYPES[variable.type])
    except (TypeError, ValueError):
        raise ExpressionError(f"the values do not fit the type {variable.type!r}") from None


def _check_derived(item: Derived, table: pd.DataFrame) -> None:
    variable = item.variable
    values, where = table[variable.name], f"config.yaml: derived.{variable.name}"
    if variable.type == "category" and variable.labels:
        strange = values[values.notna() & ~values.isin(list(variable.labels))]
        if len(strange):
            raise PlanError(
                [f"{where}.labels: the value {strange.iloc[0]!r} has no label. Add it."]
            )
    if variable.level == "patient":
        counts = values.groupby(table["cluster"]).nunique(dropna=False)
        if (counts > 1).any():
            patient = counts[counts > 1].index[0]
            raise PlanError(
                [
                    f"{where}.level: the value differs between rows of the patient {patient}. "
                    "Use a function ..._within_cluster, or set level: row."
                ]
            )
