"""Whether printed figures agree with each other, before any data are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from procohort.claims.printed import PrintedNumber, RoundingRule, round_half_up


def rules_for_fraction(
    percent: PrintedNumber, numerator: int, denominator: int
) -> tuple[RoundingRule, ...]:
    """Return the rounding rules under which a count and its total give the percentage."""
    return percent.rules_that_give(Fraction(100 * numerator, denominator))


def numerators_that_fit(percent: PrintedNumber, denominator: int) -> tuple[int, ...]:
    """Return every count out of `denominator` that some rounding rule prints as `percent`.

    Examples
    --------
    >>> from decimal import Decimal
    >>> numerators_that_fit(PrintedNumber(Decimal("98.3")), 458)
    (450,)
    """
    first = int((percent.value - percent.resolution) * denominator / 100) - 1
    last = int((percent.value + percent.resolution) * denominator / 100) + 1
    candidates = range(max(first, 0), min(last, denominator) + 1)
    return tuple(k for k in candidates if rules_for_fraction(percent, k, denominator))


def denominators_that_fit(percent: PrintedNumber, numerator: int) -> tuple[int, ...]:
    """Return every total of which `numerator` is printed as `percent`.

    Empty when the percentage is so near zero that no largest total exists.
    """
    smallest = percent.value - percent.resolution
    if numerator == 0 or smallest <= 0:
        return ()
    first = int(100 * numerator / (percent.value + percent.resolution)) - 1
    last = int(100 * numerator / smallest) + 1
    candidates = range(max(first, numerator, 1), last + 1)
    return tuple(n for n in candidates if rules_for_fraction(percent, numerator, n))


def percent_mistake(percent: PrintedNumber, numerator: int, denominator: int) -> str:
    """Return why a printed percentage is not its printed fraction, or nothing if it is.

    Examples
    --------
    >>> from decimal import Decimal
    >>> percent_mistake(PrintedNumber(Decimal("98.0"), percent=True), 449, 458)
    ''
    """
    if rules_for_fraction(percent, numerator, denominator):
        return ""
    shown = round_half_up(Fraction(100 * numerator, denominator), percent.decimals)
    fits = _listed(numerators_that_fit(percent, denominator), "no numerator")
    others = _listed(denominators_that_fit(percent, numerator), "no denominator")
    return (
        f"{numerator}/{denominator} is {shown}%, not {percent.write(Fraction(percent.value))}, "
        f"under any rounding rule; of {denominator}, {fits} would fit; "
        f"with {numerator} as numerator, {others} would fit."
    )


def sum_mistake(total: int, parts: Iterable[int]) -> str:
    """Return why printed parts exceed their printed total, or nothing if they do not.

    Parts may fall short of the total: a paper need not list all of them.

    Examples
    --------
    >>> sum_mistake(5, [2, 4])
    'the printed parts (2 + 4 = 6) exceed their printed total of 5.'
    """
    listed = list(parts)
    if sum(listed) <= total:
        return ""
    added = " + ".join(str(part) for part in listed)
    return f"the printed parts ({added} = {sum(listed)}) exceed their printed total of {total}."


def _listed(numbers: tuple[int, ...], none: str) -> str:
    if not numbers:
        return none
    if len(numbers) > 2:
        return f"{numbers[0]} to {numbers[-1]}"
    return " or ".join(str(number) for number in numbers)
