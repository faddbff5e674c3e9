"""Arithmetic on printed figures: what a statement stands for where it prints only parts of it.

Every printed figure enters as the interval of values that a rounding rule writes as it, so a
result is an interval too (interval arithmetic: Moore 1966, Interval Analysis, chapter 2). A
figure that occurs twice is taken as two, which can only widen the result.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from procohort.claims.kinds import NUMERIC_KINDS
from procohort.claims.printed import RULES, RoundingRule, read_printed
from procohort.messages import did_you_mean

if TYPE_CHECKING:
    from procohort.claims.claim import Claim

# Counts and figures of a protocol are whole statements: nobody rounded them.
_EXACT_KINDS = ("count", "fixed")
_SINGLE_KINDS = NUMERIC_KINDS - {"p_value", "p_bound"}
_EXAMPLE = "'2 * first_gap + 30'"


@dataclass(frozen=True, slots=True)
class ValueInterval:
    """The exact values that a statement may stand for, with or without its two ends."""

    low: Fraction
    high: Fraction
    low_closed: bool = True
    high_closed: bool = True

    def contains(self, value: Fraction) -> bool:
        """Return whether a value lies inside."""
        above = value > self.low or (value == self.low and self.low_closed)
        return above and (value < self.high or (value == self.high and self.high_closed))

    def overlaps(self, other: ValueInterval) -> bool:
        """Return whether some value lies in both."""
        return not (self._ends_before(other) or other._ends_before(self))

    def _ends_before(self, other: ValueInterval) -> bool:
        if self.high == other.low:
            return not (self.high_closed and other.low_closed)
        return self.high < other.low


def implied_value(claim: Claim, by_id: Mapping[str, Claim], rule: RoundingRule) -> ValueInterval:
    """Return what a claim stands for: the arithmetic of its `value`, else its printed figure.

    Parameters
    ----------
    claim : Claim
        Of a kind with one figure; an id in its `value` stands for the printed figure of
        that claim, its own id for its own.
    by_id : mapping
        All claims by id.
    rule : {"half_up", "half_even", "truncate"}
        How the text rounded. Counts and fixed figures are taken as they are printed.

    Raises
    ------
    ValueError
        If the claim has neither a value nor a single figure, names an unknown claim or
        one without a single figure, or divides by what may be 0.

    Examples
    --------
    >>> from procohort.claims.claim import Claim
    >>> gap = Claim(id="gap", source="s", sentence="14 days", printed="14 days", kind="fixed")
    >>> third = Claim(id="b", source="s", sentence="2", printed="2", kind="count", value="2 * gap")
    >>> int(implied_value(third, {"gap": gap}, "half_up").high)
    28
    """
    if not claim.value:
        return printed_value(claim, rule)
    figures = {claim.id: claim, **by_id}
    names = names_in_value(claim.value)
    unknown = [name for name in names if name not in figures]
    if unknown:
        raise ValueError(f"no claim has the id {unknown[0]!r}")
    return _evaluate(
        _parse(claim.value), {name: printed_value(figures[name], rule) for name in names}
    )


def printed_value(claim: Claim, rule: RoundingRule) -> ValueInterval:
    """Return the values that the printed figure of a claim may stand for.

    Raises
    ------
    ValueError
        If the claim's kind has no single figure.
    """
    if claim.kind not in _SINGLE_KINDS:
        raise ValueError(f"claim {claim.id!r} of kind {claim.kind} has no single figure")
    figure = read_printed(claim.printed, grouped=claim.kind == "count")
    if claim.kind in _EXACT_KINDS:
        return ValueInterval(Fraction(figure.value), Fraction(figure.value))
    found = figure.interval(rule)
    return ValueInterval(
        Fraction(found.low), Fraction(found.high), found.low_closed, found.high_closed
    )


def names_in_value(text: str) -> tuple[str, ...]:
    """Return the ids of claims that the column `value` names, in alphabetical order.

    Raises
    ------
    ValueError
        If the text is not arithmetic with + - * / and brackets.

    Examples
    --------
    >>> names_in_value("2 * first_gap + fourth_gap")
    ('first_gap', 'fourth_gap')
    """
    nodes = ast.walk(_parse(text))
    return tuple(sorted({node.id for node in nodes if isinstance(node, ast.Name)}))


def value_mistakes(
    claims: Iterable[Claim], ids: Mapping[str, int]
) -> Iterable[tuple[int, str, str]]:
    """Yield line, column and message of every `value` that cannot be worked out.

    Parameters
    ----------
    claims : iterable of Claim
        The claims that are sound on their own.
    ids : mapping
        Every id of the table, also of unsound lines, with its line.
    """
    sound = {claim.id: claim for claim in claims}
    for claim in sound.values():
        if not claim.value:
            continue
        try:
            unknown = [name for name in names_in_value(claim.value) if name not in ids]
            for name in unknown:
                hint = did_you_mean(name, ids)
                yield claim.line, "value", f"no claim has the id {name!r}.{hint}"
            if not unknown and all(name in sound for name in names_in_value(claim.value)):
                for rule in RULES:
                    implied_value(claim, sound, rule)
        except ValueError as error:
            yield claim.line, "value", f"{error}."


@lru_cache(maxsize=256)
def _parse(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            # Python warns of some texts before it refuses them.
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"cannot read {text!r}: not arithmetic such as {_EXAMPLE}") from None
    for node in ast.walk(tree):
        _check(node, text)
    return tree


def _check(node: ast.AST, text: str) -> None:
    allowed = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.USub, *_OPERATIONS)
    if isinstance(node, ast.Constant):
        if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return
        raise ValueError(f"{text!r}: {node.value!r} is not a number; an example is {_EXAMPLE}")
    if not isinstance(node, allowed):
        raise ValueError(
            f"{text!r}: {type(node).__name__} is not allowed; use ids of claims, numbers, "
            "+ - * / and brackets"
        )


def _evaluate(node: ast.expr, figures: Mapping[str, ValueInterval]) -> ValueInterval:
    if isinstance(node, ast.Name):
        return figures[node.id]
    if isinstance(node, ast.Constant):
        # The shortest decimal of a float is the one that was written.
        number = Fraction(repr(node.value))
        return ValueInterval(number, number)
    if isinstance(node, ast.UnaryOp):
        return _negative(_evaluate(node.operand, figures))
    if not isinstance(node, ast.BinOp):
        raise ValueError(f"{ast.unparse(node)!r} is not arithmetic such as {_EXAMPLE}")
    left, right = _evaluate(node.left, figures), _evaluate(node.right, figures)
    return _OPERATIONS[type(node.op)](left, right)


def _negative(value: ValueInterval) -> ValueInterval:
    return ValueInterval(-value.high, -value.low, value.high_closed, value.low_closed)


def _add(left: ValueInterval, right: ValueInterval) -> ValueInterval:
    return ValueInterval(
        left.low + right.low,
        left.high + right.high,
        left.low_closed and right.low_closed,
        left.high_closed and right.high_closed,
    )


def _subtract(left: ValueInterval, right: ValueInterval) -> ValueInterval:
    return _add(left, _negative(right))


def _multiply(left: ValueInterval, right: ValueInterval) -> ValueInterval:
    products: dict[Fraction, bool] = {}
    for one, one_closed in ((left.low, left.low_closed), (left.high, left.high_closed)):
        for two, two_closed in ((right.low, right.low_closed), (right.high, right.high_closed)):
            # 0 times anything is 0, whether or not the other end belongs to its interval.
            reached = (one_closed and two_closed) or (one == 0 and one_closed)
            reached = reached or (two == 0 and two_closed)
            products[one * two] = products.get(one * two, False) or reached
    low, high = min(products), max(products)
    return ValueInterval(low, high, products[low], products[high])


def _divide(left: ValueInterval, right: ValueInterval) -> ValueInterval:
    if right.low <= 0 <= right.high:
        raise ValueError("the arithmetic divides by a figure that may stand for 0")
    inverse = ValueInterval(1 / right.high, 1 / right.low, right.high_closed, right.low_closed)
    return _multiply(left, inverse)


_OPERATIONS: dict[type[ast.operator], Callable[[ValueInterval, ValueInterval], ValueInterval]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _multiply,
    ast.Div: _divide,
}
