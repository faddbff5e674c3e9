"""The syntax of the expression language: what may be written, and which names it uses.

Kept apart from its evaluation so that checking a configuration needs no tables.
"""

from __future__ import annotations

import ast
import datetime as dt
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any


class ExpressionError(ValueError):
    """An expression that cannot be understood; the message says where and why."""


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# name: (fewest arguments, most arguments, what it gives)
FUNCTIONS: dict[str, tuple[int, int, str]] = {
    "abs": (1, 1, "absolute value"),
    "log": (1, 1, "natural logarithm"),
    "exp": (1, 1, "exponential"),
    "sqrt": (1, 1, "square root"),
    "round": (2, 2, "value rounded to that many decimals"),
    "minimum": (2, 9, "smallest of the values of a row; missing ones are passed over"),
    "maximum": (2, 9, "largest of the values of a row; missing ones are passed over"),
    "present": (1, 1, "true where there is a value"),
    "coalesce": (2, 9, "first value that is not missing"),
    "where": (3, 3, "second value where the first is true, else the third"),
    "one_of": (2, 99, "true where the first equals one of the others"),
    "close": (3, 3, "true where the first two differ by at most the third"),
    "date": (1, 1, "a date written 'YYYY-MM-DD'"),
    "days_between": (2, 2, "days from the first date to the second"),
    "years_between": (2, 2, "days from the first date to the second, divided by 365.25"),
    "year": (1, 1, "calendar year of a date"),
    "any_within_cluster": (1, 1, "true on every row of a patient with at least one true"),
    "sum_within_cluster": (1, 1, "sum over the patient's rows"),
    "mean_within_cluster": (1, 1, "mean over the patient's rows"),
    "minimum_within_cluster": (1, 1, "smallest value over the patient's rows"),
    "maximum_within_cluster": (1, 1, "largest value over the patient's rows"),
    "first_within_cluster": (2, 2, "first value of the patient when ordered by the second"),
    "order_within_cluster": (1, 1, "1, 2, 3 ... within the patient by that value, ties as listed"),
    "days_since_previous": (1, 1, "days since the patient's previous date"),
    "size_of_cluster": (0, 0, "number of the patient's rows"),
}
_INSTEAD = {
    "In": "use one_of(value, 'a', 'b')",
    "NotIn": "use not one_of(value, 'a', 'b')",
    "Is": "use ==, or not present(value)",
    "IsNot": "use !=, or present(value)",
    "IfExp": "use where(condition, value, otherwise)",
    "BitAnd": "use and",
    "BitOr": "use or",
    "Invert": "use not",
    "FloorDiv": "use / and round(value, 0)",
}


@lru_cache(maxsize=512)
def parse(text: str) -> ast.expr:
    """Parse and check an expression.

    Raises
    ------
    ExpressionError
        If the text is not an expression or uses anything that is not allowed.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(
            f"cannot read {text!r}: {error.msg} at column {error.offset}"
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(f"cannot read {text[:60]!r}: not an expression") from None
    _check(tree, text)
    return tree


def names_in(text: str) -> set[str]:
    """Return the names (columns and parameters) that an expression uses."""
    nodes = list(ast.walk(parse(text)))
    # By place, not by name: a column may be called like a function (year).
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called}


def _check(node: ast.AST, text: str) -> None:
    if isinstance(node, ast.Call):
        _check_call(node, text)
        for argument in node.args:
            _check(argument, text)
        return
    allowed = (
        ast.BoolOp,
        ast.UnaryOp,
        ast.BinOp,
        ast.Compare,
        ast.Name,
        ast.Constant,
        ast.And,
        ast.Or,
        ast.Not,
        ast.USub,
        ast.Load,
        *BINARY,
        *COMPARE,
    )
    if not isinstance(node, allowed):
        kind = type(node).__name__
        hint = f"; {_INSTEAD[kind]}" if kind in _INSTEAD else ""
        raise ExpressionError(f"{text!r}: {kind} is not allowed in an expression{hint}")
    if isinstance(node, ast.Constant) and not isinstance(node.value, (bool, int, float, str)):
        raise ExpressionError(f"{text!r}: {node.value!r} is not allowed in an expression")
    for child in ast.iter_child_nodes(node):
        _check(child, text)


def _check_call(node: ast.Call, text: str) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if name not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        raise ExpressionError(f"{text!r}: unknown function {name!r}; known are {known}")
    if node.keywords:
        raise ExpressionError(f"{text!r}: {name} takes no named arguments")
    fewest, most, _ = FUNCTIONS[name]
    if not fewest <= len(node.args) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise ExpressionError(f"{text!r}: {name} takes {wanted} arguments, got {len(node.args)}")
    if name == "date" and not _is_date(node.args[0]):
        raise ExpressionError(f"{text!r}: date takes a date in quotes, such as date('2020-01-31')")


def _is_date(node: ast.expr) -> bool:
    # Stricter than pandas, for which 'now' is a date too, and another one tomorrow.
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    try:
        return dt.date.fromisoformat(node.value).isoformat() == node.value
    except ValueError:
        return False
