"""The functions of the expression language, and the kinds of value they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from procohort.expression_syntax import ExpressionError

Value = Any  # a Series of the table's length, or a scalar
LOGICAL, NUMBER, TEXT, DATE, OTHER = "true or false", "a number", "a text", "a date", "a value"
_HINTS = {
    frozenset({TEXT, NUMBER}): "write texts, also codes such as '2', in quotes",
    frozenset({TEXT, DATE}): "write dates as date('2020-01-31')",
    frozenset({TEXT, LOGICAL}): "write the condition without == 'true', or with not",
    frozenset({NUMBER, LOGICAL}): "write the condition without == 1, or with not",
}


def kind_of(value: Value) -> str:
    """Return the kind of a value: `LOGICAL`, `NUMBER`, `TEXT`, `DATE` or `OTHER`.

    Examples
    --------
    >>> kind_of(pd.Series([1, 2])), kind_of("a"), kind_of(True)
    ('a number', 'a text', 'true or false')
    """
    dtype = value.dtype if isinstance(value, pd.Series) else pd.Series([value]).dtype
    if pd.api.types.is_bool_dtype(dtype):
        return LOGICAL
    if pd.api.types.is_numeric_dtype(dtype):
        return NUMBER
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return DATE
    return TEXT if pd.api.types.is_string_dtype(dtype) else OTHER


def as_float(value: Value) -> Value:
    """Return numbers in floating point (Float64 for a Series)."""
    return value.astype("Float64") if isinstance(value, pd.Series) else float(value)


def finite(value: Value) -> Value:
    """Return numbers with those that are not finite missing."""
    if not isinstance(value, pd.Series):
        return value if np.isfinite(value) else np.nan
    numbers = value.astype("Float64")
    return numbers.mask(~np.isfinite(numbers.to_numpy(dtype=float, na_value=np.nan)))


class Functions:
    """The functions by name (``_call_...``), on one table.

    Parameters
    ----------
    text : str
        The expression, for messages.
    table : DataFrame, n rows
        Where names are looked up.
    cluster : Series, n rows, or None
        Patient of each row.
    parameters : mapping
        Named numbers.
    """

    def __init__(
        self,
        text: str,
        table: pd.DataFrame,
        cluster: pd.Series | None,
        parameters: Mapping[str, float],
    ) -> None:
        self.text, self.table, self.cluster, self.parameters = text, table, cluster, parameters

    # -- kinds ---------------------------------------------------------------

    def need(self, kind: str, *values: Value) -> None:
        """Raise unless all values are of a kind."""
        for value in values:
            if kind_of(value) not in (kind, OTHER):
                raise ExpressionError(f"{self.text!r}: needs {kind}, got {kind_of(value)}")

    def same_kind(self, *values: Value) -> None:
        """Raise unless all values are of one kind."""
        kinds = {kind_of(value) for value in values} - {OTHER}
        if len(kinds) > 1:
            hint = _HINTS.get(frozenset(kinds), "compare like with like")
            found = " and ".join(sorted(kinds))
            raise ExpressionError(f"{self.text!r}: mixes {found}; {hint}")

    def logical(self, value: Value) -> Value:
        """Return a value as true or false (dtype boolean for a Series)."""
        self.need(LOGICAL, value)
        return value.astype("boolean") if isinstance(value, pd.Series) else bool(value)

    def number(self, value: Value) -> Value:
        """Return a value as a number; true counts as 1, so that conditions can be added."""
        if kind_of(value) == LOGICAL:
            return value.astype("Int64") if isinstance(value, pd.Series) else int(value)
        self.need(NUMBER, value)
        return value

    def series(self, value: Value) -> pd.Series:
        """Return a value for every row."""
        return value if isinstance(value, pd.Series) else pd.Series(value, index=self.table.index)

    def aligned(self, *values: Value) -> list[pd.Series]:
        """Return values of one kind as Series of one dtype."""
        self.same_kind(*values)
        columns = [self.series(value) for value in values]
        if kind_of(columns[0]) == NUMBER:
            whole = all(pd.api.types.is_integer_dtype(column) for column in columns)
            return [column.astype("Int64" if whole else "Float64") for column in columns]
        dtypes = {LOGICAL: "boolean", TEXT: "string", DATE: "datetime64[us]"}
        wanted = dtypes.get(kind_of(columns[0]))
        return [column.astype(wanted) for column in columns] if wanted else columns

    def groups(self, value: Value) -> Any:
        """Return a value grouped by patient."""
        if self.cluster is None:
            raise ExpressionError(f"{self.text!r}: the patient of each row is not known here")
        column = self.series(value)
        return column.groupby(self.cluster.loc[column.index], sort=False, dropna=False)

    # -- of single rows ------------------------------------------------------

    def _call_abs(self, value: Value) -> Value:
        return abs(self.number(value))

    def _call_log(self, value: Value) -> Value:
        return finite(np.log(as_float(self.series(self.number(value)))))

    def _call_exp(self, value: Value) -> Value:
        return finite(np.exp(as_float(self.series(self.number(value)))))

    def _call_sqrt(self, value: Value) -> Value:
        return finite(np.sqrt(as_float(self.series(self.number(value)))))

    def _call_round(self, value: Value, decimals: Value) -> Value:
        if isinstance(decimals, pd.Series):
            raise ExpressionError(f"{self.text!r}: round takes a number of decimals, such as 1")
        return self.series(self.number(value)).round(int(decimals))

    def _call_minimum(self, *values: Value) -> Value:
        return pd.concat(self.aligned(*values), axis=1).min(axis=1)

    def _call_maximum(self, *values: Value) -> Value:
        return pd.concat(self.aligned(*values), axis=1).max(axis=1)

    def _call_present(self, value: Value) -> Value:
        return self.series(value).notna().astype("boolean")

    def _call_coalesce(self, *values: Value) -> Value:
        result, *others = self.aligned(*values)
        for other in others:
            result = result.where(result.notna(), other)
        return result

    def _call_where(self, condition: Value, yes: Value, no: Value) -> Value:
        logical = self.logical(self.series(condition))
        chosen, otherwise = self.aligned(yes, no)
        chosen = chosen.where(logical.fillna(False).astype(bool), otherwise)
        return chosen.mask(logical.isna())

    def _call_one_of(self, value: Value, *options: Value) -> Value:
        self.same_kind(value, *options)
        column = self.series(value)
        if any(isinstance(option, pd.Series) for option in options):
            raise ExpressionError(f"{self.text!r}: one_of takes fixed values, not columns")
        return column.isin(list(options)).astype("boolean").mask(column.isna())

    def _call_close(self, left: Value, right: Value, tolerance: Value) -> Value:
        difference = self.series(abs(self.number(left) - self.number(right)))
        return (difference <= self.number(tolerance)).astype("boolean").mask(difference.isna())

    def _call_days_between(self, start: Value, end: Value) -> Value:
        self.need(DATE, start, end)
        span = self.series(end) - self.series(start)
        return span.dt.days.astype("Float64")

    def _call_years_between(self, start: Value, end: Value) -> Value:
        return self._call_days_between(start, end) / 365.25

    def _call_year(self, value: Value) -> Value:
        self.need(DATE, value)
        return self.series(value).dt.year.astype("Int64")

    # -- of a patient's rows -------------------------------------------------

    def _call_any_within_cluster(self, value: Value) -> Value:
        logical = self.logical(self.series(value))
        known = self.groups(logical.notna()).transform("any")
        found = self.groups(logical.fillna(False).astype(bool)).transform("any")
        # Nothing is known of a patient of whom every row is missing.
        return found.astype("boolean").mask(~known)

    def _call_sum_within_cluster(self, value: Value) -> Value:
        numbers = as_float(self.series(self.number(value)))
        return self.groups(numbers).transform("sum", min_count=1)

    def _call_mean_within_cluster(self, value: Value) -> Value:
        return self.groups(as_float(self.series(self.number(value)))).transform("mean")

    def _call_minimum_within_cluster(self, value: Value) -> Value:
        return self.groups(value).transform("min")

    def _call_maximum_within_cluster(self, value: Value) -> Value:
        return self.groups(value).transform("max")

    def _call_first_within_cluster(self, value: Value, order: Value) -> Value:
        ranked = self.series(order).sort_values(kind="stable").index
        return (
            self.groups(self.series(value).loc[ranked]).transform("first").reindex(self.table.index)
        )

    def _call_order_within_cluster(self, value: Value) -> Value:
        return self.groups(value).rank(method="first").astype("Int64")

    def _call_days_since_previous(self, value: Value) -> Value:
        self.need(DATE, value)
        ranked = self.series(value).sort_values(kind="stable")
        return self.groups(ranked).diff().dt.days.astype("Float64").reindex(self.table.index)

    def _call_size_of_cluster(self) -> Value:
        ones = pd.Series(1, index=self.table.index)
        return self.groups(ones).transform("sum").astype("Int64")
