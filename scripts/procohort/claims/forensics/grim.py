"""GRIM: whether a mean of so many values in equal steps can have the printed digits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.described import scale_of, size_of
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.grid import Grid, grid_of
from procohort.claims.forensics.readings import Reading
from procohort.claims.printed import RULES, PrintedNumber, round_half_up
from procohort.vocabulary import listed

_LARGEST = 3
_SHOWN = 2


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield the GRIM check of every mean on a scale with steps (Brown and Heathers 2017)."""
    for claim in figures.of_kind("mean"):
        grid, mean = grid_of(scale_of(claim)), figure_of(claim)
        n, stated = size_of(figures, claim)
        if grid is not None and n and can_discriminate(mean, n, grid):
            yield _check(claim, mean, n, grid, stated)


def can_discriminate(mean: PrintedNumber, n: int, grid: Grid) -> bool:
    """Return whether some means with these decimals are impossible for n values.

    Means of n values are a step / n apart; no further apart than the last printed
    digit, every figure is the mean of something.
    """
    return grid.step / n > Fraction(mean.resolution)


def sizes_that_fit(mean: PrintedNumber, grid: Grid, largest: int) -> tuple[int, ...]:
    """Return every n up to `largest` for which some sum gives the printed mean.

    Examples
    --------
    >>> from decimal import Decimal
    >>> sizes_that_fit(PrintedNumber(Decimal("5.19")), Grid(Fraction(0), Fraction(1)), 28)
    (16, 21, 26, 27)
    """
    return tuple(n for n in range(1, largest + 1) if grid.sums(mean, n))


def _check(claim: Claim, mean: PrintedNumber, n: int, grid: Grid, stated: bool) -> Check:
    sums = grid.sums(mean, n)
    if sums:
        totals = [grid.value(Fraction(total, n)) * n for total in sums]
        return Check(
            name="grim",
            claims=(claim.id,),
            outcome="holds",
            statement=f"A mean of {mean.value} is possible for n = {n} ({grid.text} that add up "
            f"to {listed([_number(total) for total in totals], 'or')}).",
            harmless=_only_cut_off(mean, n, grid),
            detail={"n": n, "step": float(grid.step)},
        )
    fitting = _nearest(sizes_that_fit(mean, grid, _LARGEST * n), n)
    others = f"a mean of n = {listed(fitting, 'or')} could" if fitting else "no near n could"
    return Check(
        name="grim",
        claims=(claim.id,),
        outcome="impossible" if stated else "doubtful",
        statement=f"{_opening(n, stated)} {grid.text} cannot have a mean of {mean.value}: "
        f"{_nearest_means(mean, n, grid)}; {others}.",
        harmless="Missing values, or a mean over several times or procedures, would explain it."
        if not stated
        else "Values left out, finer steps, or a mean adjusted by a model would explain it.",
        detail={"n": n, "step": float(grid.step), "n_that_fit": listed(fitting)},
    )


def _only_cut_off(mean: PrintedNumber, n: int, grid: Grid) -> str:
    if any(grid.sums(mean, n, rule) for rule in RULES if rule != "truncate"):
        return ""
    return Reading("truncate").assumption


def _opening(n: int, stated: bool) -> str:
    return f"{n}" if stated else f"If n is the {n} of the group,"


def _nearest(sizes: tuple[int, ...], n: int) -> list[int]:
    """Return the few sizes next to n, below and above."""
    below = [size for size in sizes if size < n][-_SHOWN:]
    return below + [size for size in sizes if size > n][:_SHOWN]


def _nearest_means(mean: PrintedNumber, n: int, grid: Grid) -> str:
    """Return the two possible means next to the printed one, with a digit more."""
    below = floor(n * (Fraction(mean.value) - grid.offset) / grid.step)
    means = [grid.value(Fraction(total, n)) for total in (below, below + 1)]
    sums = [_number(value * n) for value in means]
    shown = [round_half_up(value, mean.decimals + 1) for value in means]
    return f"the nearest sums, {sums[0]} and {sums[1]}, give {shown[0]} and {shown[1]}"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
