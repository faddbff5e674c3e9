"""The values that a printed figure leaves open, as spans that may or may not meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from procohort.claims.printed import PrintedNumber, RoundingRule


@dataclass(frozen=True, slots=True)
class Span:
    """All values from `low` to `high`; None: no end on that side."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = True
    high_closed: bool = True

    def meets(self, other: Span) -> bool:
        """Return whether some value lies in both.

        Examples
        --------
        >>> Span(Fraction(0), Fraction(1), high_closed=False).meets(Span(Fraction(1)))
        False
        """
        return not (self._ends_before(other) or other._ends_before(self))

    def _ends_before(self, other: Span) -> bool:
        if self.high is None or other.low is None:
            return False
        touching_only = self.high == other.low and not (self.high_closed and other.low_closed)
        return self.high < other.low or touching_only


def span_of(figure: PrintedNumber, rule: RoundingRule) -> Span:
    """Return what a figure stands for under a rounding rule; a bound ("< 0.01") is one side."""
    if figure.comparator:
        limit, closed = Fraction(figure.value), figure.comparator.endswith("=")
        if figure.comparator.startswith("<"):
            return Span(high=limit, high_closed=closed)
        return Span(low=limit, low_closed=closed)
    interval = figure.interval(rule)
    return Span(
        Fraction(interval.low), Fraction(interval.high), interval.low_closed, interval.high_closed
    )


def ends_of(figure: PrintedNumber, rule: RoundingRule) -> tuple[Fraction, Fraction]:
    """Return the smallest and the largest value of a figure that is not a bound."""
    interval = figure.interval(rule)
    return Fraction(interval.low), Fraction(interval.high)


def weighted_sum(figures: Iterable[tuple[Fraction, PrintedNumber]], rule: RoundingRule) -> Span:
    """Return all values of a sum of figures times weights, none of which is negative.

    Examples
    --------
    >>> from decimal import Decimal
    >>> half = Fraction(1, 2)
    >>> span = weighted_sum([(half, PrintedNumber(Decimal(1))), (half, PrintedNumber(Decimal(2)))],
    ...                     "truncate")
    >>> (span.low, span.high, span.high_closed)
    (Fraction(3, 2), Fraction(5, 2), False)
    """
    low = high = Fraction(0)
    low_closed = high_closed = True
    for weight, figure in figures:
        one = figure.interval(rule)
        low += weight * Fraction(one.low)
        high += weight * Fraction(one.high)
        # A weight of nothing leaves the ends of the others as they are.
        low_closed &= one.low_closed or weight == 0
        high_closed &= one.high_closed or weight == 0
    return Span(low, high, low_closed, high_closed)
