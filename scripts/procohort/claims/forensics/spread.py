"""Whether a standard deviation, a mean or a median is possible within the printed range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics import centres
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.described import (
    End,
    Ends,
    ends_beside,
    mean_beside,
    scale_of,
    size_of,
    span,
)
from procohort.claims.forensics.extremes import (
    Span,
    largest_variance,
    square_sums_between,
    squares_between,
)
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.grid import Grid, grid_of
from procohort.claims.forensics.readings import READINGS, Reading, first_that_fits, outcome_of
from procohort.claims.printed import PrintedNumber, RoundingRule

# Where more combinations of sum and ends are possible, steps no longer matter.
_MOST_COMBINATIONS = 500


@dataclass(frozen=True, slots=True)
class Spread:
    """What is printed about the spread of one set of values.

    Attributes
    ----------
    sd : PrintedNumber
    low, high : PrintedNumber or Fraction
        The ends of the values, printed or of the scale.
    attained : bool
        Whether the ends are values that occur.
    mean : PrintedNumber or None
    n : int or None
        Number of values.
    grid : Grid or None
        What single values can be; None where anything is possible.
    """

    sd: PrintedNumber
    low: End
    high: End
    attained: bool
    mean: PrintedNumber | None = None
    n: int | None = None
    grid: Grid | None = None

    def fits(self, reading: Reading) -> bool:
        """Return whether some values have all the figures, printed in this way."""
        limits = self.variances(reading)
        if limits is None:
            return False
        low, high = (max(end, Fraction(0)) for end in span(self.sd, reading.rule))
        return limits[0] <= high**2 and limits[1] >= low**2

    def variances(self, reading: Reading) -> Span | None:
        """Return the smallest and largest possible variance, None if no mean is possible."""
        low, high, mean = self._spans(reading.rule)
        if self.n is None:
            if mean is not None and (mean[1] < low[0] or mean[0] > high[1]):
                return None
            return Fraction(0), largest_variance(low, high, mean, attained=self.attained)
        squares = squares_between(low, high, self.n, mean=mean, attained=self.attained)
        if squares is not None and self.grid is not None:
            squares = self._squares_in_steps(self.grid, self.n, reading.rule, squares)
        if squares is None:
            return None
        divisor = reading.divisor(self.n)
        return squares[0] / divisor, squares[1] / divisor

    def _spans(self, rule: RoundingRule | None) -> tuple[Span, Span, Span | None]:
        mean = None if self.mean is None else span(self.mean, rule)
        return span(self.low, rule), span(self.high, rule), mean

    def _squares_in_steps(
        self, grid: Grid, n: int, rule: RoundingRule | None, limits: Span
    ) -> Span | None:
        """Return the sums of squared deviations that values in steps can have."""
        lows, highs = grid.points(self.low, rule), grid.points(self.high, rule)
        if not lows or not highs:
            return limits
        if self.mean is not None:
            sums = grid.sums(self.mean, n, rule)
        else:
            sums = list(range(lows[0] * n, highs[-1] * n + 1))
        if len(lows) * len(highs) * len(sums) > _MOST_COMBINATIONS:
            return limits
        found = [
            squares - Fraction(total * total, n)
            for total in sums
            for low in lows
            for high in highs
            if low <= high
            for squares in square_sums_between(total, n, low, high, attained=self.attained) or ()
            if squares is not None
        ]
        return (min(found) * grid.step**2, max(found) * grid.step**2) if found else None


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield the checks of means, medians and quartiles, then of deviations, by their range."""
    yield from centres.checks(figures)
    for claim in figures.of_kind("sd"):
        mean = mean_beside(figures, claim)
        scale = scale_of(claim, mean)
        ends = ends_beside(figures, claim, scale)
        n, stated = size_of(figures, claim, mean)
        if n is not None and n < 2:
            continue
        spread = _spread(claim, mean, ends, n, grid_of(scale))
        if spread is not None and any(spread.variances(reading) for reading in READINGS):
            yield _check(claim, mean, ends, spread, stated)


def _spread(
    claim: Claim, mean: Claim | None, ends: Ends, n: int | None, grid: Grid | None
) -> Spread | None:
    """Return the printed spread; None if its ends are not known.

    Where one end is open, the mean and n close it: all other values at the known end
    leave the last one there.
    """
    sd, centre = figure_of(claim), None if mean is None else figure_of(mean)
    low, high = ends.low, ends.high
    if low is None and high is None:
        return None
    if low is None or high is None:
        if centre is None or n is None:
            return None
        smallest, largest = span(centre)
        if high is None and low is not None:
            high = span(low)[0] + n * (max(largest - span(low)[0], Fraction(0)))
        elif high is not None:
            low = span(high)[1] - n * (max(span(high)[1] - smallest, Fraction(0)))
        grid = None
    if low is None or high is None:
        return None
    return Spread(sd, low, high, ends.attained, centre, n, grid)


def _check(claim: Claim, mean: Claim | None, ends: Ends, spread: Spread, stated: bool) -> Check:
    reading = first_that_fits(spread.fits)
    certain = stated or spread.n is None
    if reading is None and not certain:
        # Whether any number of values would do.
        anyhow = Spread(spread.sd, spread.low, spread.high, spread.attained, spread.mean)
        if first_that_fits(anyhow.fits) is None:
            spread, certain = anyhow, True
    limits = (spread.variances(reading) if reading else None) or _widest(spread)
    values = _values(spread, ends, stated)
    detail: dict[str, int | float | str] = {
        "smallest_sd": float(_root(limits[0], 6, ROUND_FLOOR)),
        "largest_sd": float(_root(limits[1], 6, ROUND_CEILING)),
        **({} if spread.n is None else {"n": spread.n}),
        **({} if reading is None else {"rounding": reading.rounding}),
    }
    statement, harmless = _words(spread, values, limits, reading)
    return Check(
        name="sd_within_range",
        claims=(claim.id, *(() if mean is None else (mean.id,)), *ends.claims),
        outcome=outcome_of(reading, certain=certain),
        statement=statement,
        harmless=harmless,
        detail=detail,
    )


def _words(spread: Spread, values: str, limits: Span, reading: Reading | None) -> tuple[str, str]:
    """Return the sentence about the figures, and the harmless explanation if there is one."""
    sd, decimals = spread.sd, max(spread.sd.decimals, 2)
    largest = _root(limits[1], decimals, ROUND_CEILING)
    if reading is not None:
        return f"A standard deviation of {sd.value} is possible for {values}.", reading.assumption
    if limits[1] < span(sd)[0] ** 2:
        return (
            f"The standard deviation of {values} is at most {largest}, however the figures "
            f"were rounded; {sd.value} is printed.",
            _why_too_large(spread, limits),
        )
    smallest = _root(limits[0], decimals, ROUND_FLOOR)
    if limits[0] > span(sd)[1] ** 2:
        return (
            f"The standard deviation of {values} is at least {smallest}, however the figures "
            f"were rounded; {sd.value} is printed.",
            _why_too_small(spread, limits),
        )
    return (
        f"A standard deviation of {sd.value} is not possible for {values}, under any one "
        f"reading of the figures (it lies between {smallest} and {largest}).",
        "",
    )


def _why_too_large(spread: Spread, limits: Span) -> str:
    low, high = span(spread.sd)
    if limits[0] <= high and limits[1] >= low:
        return "It fits if the variance was printed in place of its square root."
    if spread.attained:
        return "A range that leaves out outlying values, or is of other values, would explain it."
    return "Ends that hold for other values would explain it."


def _why_too_small(spread: Spread, limits: Span) -> str:
    if spread.n is not None:
        squares = [max(end, Fraction(0)) ** 2 * spread.n for end in span(spread.sd)]
        if limits[0] <= squares[1] and limits[1] >= squares[0]:
            return "It fits if the standard error was printed in place of the deviation."
    return "A range of other values than those of the deviation would explain it."


def _values(spread: Spread, ends: Ends, stated: bool) -> str:
    kind = spread.grid.text if spread.grid is not None else "values"
    mean = "" if spread.mean is None else f" with a mean of {spread.mean.value}"
    if spread.n is None:
        return f"{kind} {ends.text}{mean}, whatever n is,"
    group = "" if stated else ", the size of the group"
    return f"{kind} {ends.text}{mean} (n = {spread.n}{group})"


def _widest(spread: Spread) -> Span:
    """Return the variances that are possible under one reading or another."""
    found = [limits for reading in READINGS if (limits := spread.variances(reading))]
    return min(limits[0] for limits in found), max(limits[1] for limits in found)


def _root(value: Fraction, decimals: int, rounding: str) -> str:
    root = (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
    return str(root.quantize(Decimal(1).scaleb(-decimals), rounding=rounding))
