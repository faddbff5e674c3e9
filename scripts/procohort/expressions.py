"""A small, safe language for rules and derived variables.

Expressions such as ``procedure_date >= date('2017-10-01') and not success``
are parsed with `ast`, checked against a short list of allowed constructs, and
evaluated column-wise. Three-valued logic: a missing operand makes a comparison
missing, and `and`, `or`, `not` treat missing as unknown (Kleene). A result that
is not a finite number (division by zero, logarithm of zero) is missing. Values
of different kinds (a text and a number) cannot be compared: that is an error,
because the answer would always be false.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from procohort.expression_functions import LOGICAL, Functions, Value, as_float, finite, kind_of
from procohort.expression_syntax import BINARY, COMPARE, ExpressionError, names_in, parse
from procohort.messages import did_you_mean

__all__ = ["ExpressionError", "evaluate", "is_true", "names_in", "parse"]


def evaluate(
    text: str,
    table: pd.DataFrame,
    *,
    cluster: pd.Series | None = None,
    parameters: Mapping[str, float] | None = None,
) -> pd.Series:
    """Evaluate an expression on every row of a table.

    Parameters
    ----------
    text : str
        The expression; names are columns of `table` or keys of `parameters`.
    table : DataFrame, n rows
        Columns in nullable or ordinary dtypes.
    cluster : Series, n rows, optional
        Patient of each row; needed by the functions ``..._within_cluster``.
    parameters : mapping, optional
        Named numbers.

    Returns
    -------
    Series, n rows
        Logical results have dtype ``boolean`` and may be missing.

    Raises
    ------
    ExpressionError
        If a name is unknown or the operation does not fit the column's type.

    Examples
    --------
    >>> evaluate("2 * a >= 3", pd.DataFrame({"a": [1.0, 2.0]})).tolist()
    [False, True]
    """
    context = _Context(text, table, cluster, dict(parameters or {}))
    try:
        with np.errstate(all="ignore"):
            value = context.visit(parse(text))
    except OverflowError:
        raise ExpressionError(f"{text!r}: the number is too large") from None
    except (TypeError, ValueError, ArithmeticError) as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError(f"{text!r}: {error}") from None
    if not isinstance(value, pd.Series):
        value = pd.Series(value, index=table.index)
    return value.astype("boolean") if value.dtype == bool else value


def is_true(text: str, table: pd.DataFrame, **options: Any) -> pd.Series:
    """Evaluate a condition; a missing result counts as false. Returns a bool Series.

    Raises
    ------
    ExpressionError
        As `evaluate` does, and if the expression is not a condition.
    """
    answer = evaluate(text, table, **options)
    if kind_of(answer) != LOGICAL:
        raise ExpressionError(f"{text!r}: gives {kind_of(answer)}, not true or false")
    return answer.astype("boolean").fillna(False).astype(bool)


class _Context(Functions):
    """Evaluates one parsed expression on one table."""

    def visit(self, node: ast.expr) -> Value:
        method: Callable[[Any], Value] = getattr(self, f"visit_{type(node).__name__.lower()}")
        return method(node)

    def visit_constant(self, node: ast.Constant) -> Value:
        return node.value

    def visit_name(self, node: ast.Name) -> Value:
        if node.id in self.table.columns:
            column = self.table[node.id]
            return column.astype("boolean") if column.dtype == bool else column
        if node.id in self.parameters:
            return self.parameters[node.id]
        known = did_you_mean(node.id, [*self.table.columns, *self.parameters])
        raise ExpressionError(f"{self.text!r}: unknown name {node.id!r}.{known}")

    def visit_unaryop(self, node: ast.UnaryOp) -> Value:
        value = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            logical = self.logical(value)
            return ~logical if isinstance(logical, pd.Series) else not logical
        return -self.number(value)

    def visit_binop(self, node: ast.BinOp) -> Value:
        left, right = self.number(self.visit(node.left)), self.number(self.visit(node.right))
        if not isinstance(node.op, (ast.Div, ast.Mod, ast.Pow)):
            return BINARY[type(node.op)](left, right)
        # In floating point, so that no power of whole numbers grows without end.
        return finite(BINARY[type(node.op)](as_float(left), as_float(right)))

    def visit_boolop(self, node: ast.BoolOp) -> Value:
        values = [self.logical(self.visit(value)) for value in node.values]
        result = values[0]
        for value in values[1:]:
            result = result & value if isinstance(node.op, ast.And) else result | value
        return result

    def visit_compare(self, node: ast.Compare) -> Value:
        left = self.visit(node.left)
        result: Value = None
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.visit(right_node)
            part = self._compare(op, left, right)
            result = part if result is None else result & part
            left = right
        return result

    def _compare(self, op: ast.cmpop, left: Value, right: Value) -> Value:
        self.same_kind(left, right)
        outcome = COMPARE[type(op)](left, right)
        if not isinstance(outcome, pd.Series):
            return outcome
        missing = _missing(left, self.table.index) | _missing(right, self.table.index)
        return outcome.astype("boolean").mask(missing)

    def visit_call(self, node: ast.Call) -> Value:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == "date":
            assert isinstance(node.args[0], ast.Constant)
            return pd.Timestamp(str(node.args[0].value))
        arguments = [self.visit(argument) for argument in node.args]
        method: Callable[..., Value] = getattr(self, f"_call_{name}")
        return method(*arguments)


def _missing(value: Value, index: pd.Index) -> pd.Series:
    if isinstance(value, pd.Series):
        return value.isna()
    return pd.Series(False, index=index)
