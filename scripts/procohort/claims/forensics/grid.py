"""Values in equal steps, counted as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from procohort.claims.forensics.described import End, span
from procohort.claims.forensics.figures import Scale
from procohort.claims.printed import PrintedNumber, RoundingRule


@dataclass(frozen=True, slots=True)
class Grid:
    """The values ``offset + k * step`` for whole k.

    Attributes
    ----------
    offset, step : Fraction
    """

    offset: Fraction
    step: Fraction

    @property
    def text(self) -> str:
        """Return what the values are, in words."""
        if self.step == 1 and self.offset.denominator == 1:
            return "whole numbers"
        return f"values in steps of {float(self.step):g}"

    def sums(self, mean: PrintedNumber, n: int, rule: RoundingRule | None = None) -> list[int]:
        """Return the sums of k of n values whose mean a rule, or any, prints as `mean`.

        Examples
        --------
        >>> from decimal import Decimal
        >>> Grid(Fraction(0), Fraction(1)).sums(PrintedNumber(Decimal("3.45")), 20)
        [69]
        """
        low, high = (n * (end - self.offset) / self.step for end in span(mean, rule))
        return [
            total
            for total in range(floor(low), ceil(high) + 1)
            if is_printed(self.value(Fraction(total, n)), mean, rule)
        ]

    def points(self, end: End, rule: RoundingRule | None = None) -> list[int]:
        """Return every k whose value a rule, or any, prints as `end`."""
        low, high = ((each - self.offset) / self.step for each in span(end, rule))
        found = range(floor(low), ceil(high) + 1)
        if isinstance(end, Fraction):
            return [k for k in found if self.value(Fraction(k)) == end]
        return [k for k in found if is_printed(self.value(Fraction(k)), end, rule)]

    def value(self, k: Fraction) -> Fraction:
        """Return the value that stands k steps from the offset."""
        return self.offset + k * self.step


def grid_of(scale: Scale) -> Grid | None:
    """Return the steps of a scale, None if it has none."""
    if scale.step is None:
        return None
    return Grid(scale.low or Fraction(0), scale.step)


def is_printed(value: Fraction, figure: PrintedNumber, rule: RoundingRule | None) -> bool:
    """Return whether a rule, or any rule, prints the value as the figure."""
    fitting = figure.rules_that_give(value)
    return bool(fitting) if rule is None else rule in fitting
