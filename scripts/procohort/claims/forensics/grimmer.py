"""GRIMMER: whether values in equal steps can have the printed mean and deviation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor

from procohort.claims.claim import Claim
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
from procohort.claims.forensics.extremes import square_sums_between
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.grid import Grid, grid_of
from procohort.claims.forensics.readings import Reading, first_that_fits, outcome_of
from procohort.claims.forensics.whole_numbers import whole_numbers_exist
from procohort.claims.printed import RULES, PrintedNumber, round_half_up
from procohort.vocabulary import listed

# How far from the printed deviation a possible one is looked for, in sums of squares.
_SEARCHED = 80


@dataclass(frozen=True, slots=True)
class SteppedSample:
    """What is printed about n values in equal steps.

    Attributes
    ----------
    n : int
        Number of values, at least 2.
    grid : Grid
    mean, sd : PrintedNumber
    ends : Ends
        Range or bounds of the values.
    """

    n: int
    grid: Grid
    mean: PrintedNumber
    sd: PrintedNumber
    ends: Ends

    def exists(self, reading: Reading) -> bool:
        """Return whether such values exist if the figures were printed this way."""
        return any(
            self._has_squares(reading, total, low, high)
            for low, high in self._limits(reading)
            for total in self.grid.sums(self.mean, self.n, reading.rule)
        )

    def within_ends(self) -> bool:
        """Return whether the mean passes GRIM and the deviation what the ends allow."""
        for low, high in self._limits(Reading()):
            attained = self._attained(low, high)
            for total in self.grid.sums(self.mean, self.n):
                limits = square_sums_between(total, self.n, low, high, attained=attained)
                first = self._square_sums(Reading(), total)[0]
                last = self._square_sums(Reading(population=True), total)[1]
                if limits is None or (limits[1] is not None and limits[1] < first):
                    continue
                if not attained or limits[0] <= last:
                    return True
        return False

    def possible_deviations(self) -> list[str]:
        """Return the nearest possible deviations below and above, with a digit more."""
        below: set[Fraction] = set()
        above: set[Fraction] = set()
        for low, high in self._limits(Reading()):
            for total in self.grid.sums(self.mean, self.n):
                first, last = self._square_sums(Reading(), total)
                below |= set(self._next(total, range(first - 1, first - _SEARCHED, -1), low, high))
                above |= set(self._next(total, range(last + 1, last + _SEARCHED), low, high))
        nearest = [*([max(below)] if below else []), *([min(above)] if above else [])]
        return [square_root(variance, self.sd.decimals + 1) for variance in nearest]

    def _has_squares(self, reading: Reading, total: int, low: int | None, high: int | None) -> bool:
        first, last = self._square_sums(reading, total)
        limits = square_sums_between(total, self.n, low, high, attained=self._attained(low, high))
        if limits is None:
            return False
        first = max(first, limits[0])
        last = last if limits[1] is None else min(last, limits[1])
        return any(
            self._is_printed(reading, total, squares) and self._possible(total, squares, low, high)
            for squares in range(first, last + 1)
        )

    def _square_sums(self, reading: Reading, total: int) -> tuple[int, int]:
        """Return the first and last sum of squares that the deviation leaves, in steps."""
        scaled = [max(end, Fraction(0)) / self.grid.step for end in span(self.sd, reading.rule)]
        divisor, least = reading.divisor(self.n), Fraction(total * total, self.n)
        return ceil(scaled[0] ** 2 * divisor + least), floor(scaled[1] ** 2 * divisor + least)

    def _is_printed(self, reading: Reading, total: int, squares: int) -> bool:
        """Return whether the rule prints the deviation so; compared as squares, exactly."""
        variance = self._variance(total, squares, reading)
        rules = (reading.rule,) if reading.rule else RULES
        for rule in rules:
            interval = self.sd.interval(rule)
            low, high = max(Fraction(interval.low), Fraction(0)) ** 2, Fraction(interval.high) ** 2
            above = variance >= low if interval.low_closed or interval.low < 0 else variance > low
            if above and (variance <= high if interval.high_closed else variance < high):
                return True
        return False

    def _variance(self, total: int, squares: int, reading: Reading) -> Fraction:
        deviations = squares - Fraction(total * total, self.n)
        return deviations * self.grid.step**2 / reading.divisor(self.n)

    def _next(
        self, total: int, candidates: range, low: int | None, high: int | None
    ) -> Iterator[Fraction]:
        for squares in candidates:
            if self._possible(total, squares, low, high):
                yield self._variance(total, squares, Reading())
                return

    def _possible(self, total: int, squares: int, low: int | None, high: int | None) -> bool:
        return whole_numbers_exist(
            self.n, total, squares, low=low, high=high, attained=self._attained(low, high)
        )

    def _attained(self, low: int | None, high: int | None) -> bool:
        return self.ends.attained and low is not None and high is not None

    def _limits(self, reading: Reading) -> list[tuple[int | None, int | None]]:
        """Return the ends in steps; an end that no step meets is no end."""
        lows: list[int | None] = [*self._points(self.ends.low, reading)] or [None]
        highs: list[int | None] = [*self._points(self.ends.high, reading)] or [None]
        pairs = product(lows, highs)
        return [(a, b) for a, b in pairs if a is None or b is None or a <= b]

    def _points(self, end: End | None, reading: Reading) -> list[int]:
        return [] if end is None else self.grid.points(end, reading.rule)


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield the GRIMMER check of every deviation beside a mean on a scale with steps.

    Anaya 2016 (GRIMMER), Allard 2018 (by parity), here also by enumeration. Nothing is
    said where the mean alone, or the range, already speaks against the figures, nor where
    the printed digits are too few to exclude anything.
    """
    for claim in figures.of_kind("sd"):
        mean = mean_beside(figures, claim)
        n, stated = size_of(figures, claim, mean)
        scale = scale_of(claim, mean)
        grid = grid_of(scale)
        if mean is None or grid is None or n is None or n < 2:
            continue
        ends = ends_beside(figures, claim, scale)
        sample = SteppedSample(n, grid, figure_of(mean), figure_of(claim), ends)
        if can_discriminate(sample.sd, n, grid) and sample.within_ends():
            yield _check(claim, mean, sample, stated)


def can_discriminate(sd: PrintedNumber, n: int, grid: Grid) -> bool:
    """Return whether some deviations with these digits are impossible for n values.

    Sums of squares of one parity are 2 apart; if the printed digits leave a wider
    interval of them, one always lies inside.
    """
    low, high = (max(end, Fraction(0)) / grid.step for end in span(sd))
    return (high**2 - low**2) * (n - 1) < 2


def square_root(value: Fraction, decimals: int) -> str:
    """Write the square root of an exact number with so many decimals, ties away from zero."""
    root = (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
    return round_half_up(Fraction(root), decimals)


def _check(claim: Claim, mean: Claim, sample: SteppedSample, stated: bool) -> Check:
    reading = first_that_fits(sample.exists)
    without_ends = replace(sample, ends=Ends(None, None, False, ()))
    if reading is None and first_that_fits(without_ends.exists) is None:
        sample = without_ends  # the ends have no part in it
    pair = f"a mean of {sample.mean.value} and a standard deviation of {sample.sd.value}"
    ends = f" {sample.ends.text}" if sample.ends.low or sample.ends.high else ""
    values = f"n = {sample.n}" if stated else f"n = {sample.n} (the size of the group)"
    claims = (claim.id, mean.id, *sample.ends.claims)
    detail: dict[str, int | float | str] = {"n": sample.n, "step": float(sample.grid.step)}
    outcome = outcome_of(reading, certain=stated)
    if reading is not None:
        return Check(
            name="grimmer",
            claims=claims,
            outcome=outcome,
            statement=f"{sample.grid.text.capitalize()}{ends} can have {pair} with {values}.",
            harmless=reading.assumption,
            detail={**detail, "rounding": reading.rounding},
        )
    nearest = sample.possible_deviations()
    return Check(
        name="grimmer",
        claims=claims,
        outcome=outcome,
        statement=f"{sample.grid.text.capitalize()}{ends} cannot have {pair} with {values}"
        + (f": the nearest possible deviations are {listed(nearest)}." if nearest else "."),
        harmless="Values left out, or a deviation adjusted by a model, would explain it."
        if stated
        else "Missing values, or figures over several times or procedures, would explain it.",
        detail={**detail, "nearest": listed(nearest)},
    )
