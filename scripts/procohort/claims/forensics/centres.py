"""Whether means, medians and quartiles lie where the printed range puts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.described import (
    End,
    Ends,
    ends_beside,
    one_of,
    range_beside,
    same_unit,
    scale_of,
    size_of,
    span,
    written,
)
from procohort.claims.forensics.extremes import Span, possible_means
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.grid import Grid, grid_of
from procohort.claims.forensics.readings import Reading, first_that_fits, outcome_of
from procohort.claims.printed import RULES, PrintedNumber, RoundingRule
from procohort.claims.printed_compound import read_range

_OTHER_VALUES = "Figures of different values, or in different units, would explain it."


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield the check of every mean, median and pair of quartiles that has a range beside it."""
    for claim in figures.of_kind("mean", "median", "centre"):
        ends = _ends(figures, claim)
        if ends.low is not None or ends.high is not None:
            yield _centre_check(figures, claim, ends)
        quartiles = one_of(figures.beside(claim, "quartiles"))
        if claim.kind == "median" and quartiles and same_unit(claim, quartiles):
            first, third = read_range(quartiles.printed)
            between = Ends(first, third, False, (quartiles.id,))
            yield _check(claim, [("median", figure_of(claim))], between, "quartiles")
    for claim in figures.of_kind("quartiles"):
        ends = _ends(figures, claim)
        if ends.low is not None or ends.high is not None:
            first, third = read_range(claim.printed)
            named = [("first quartile", first), ("third quartile", third)]
            yield _check(claim, named, ends, _called(ends))


def _ends(figures: PrintedFigures, claim: Claim) -> Ends:
    """Return the ends beside a figure; those of values in steps are not rounded."""
    scale = scale_of(claim, range_beside(figures, claim))
    ends, grid = ends_beside(figures, claim, scale), grid_of(scale)
    if grid is None:
        return ends
    return replace(ends, low=_exact(ends.low, grid), high=_exact(ends.high, grid))


def _exact(end: End | None, grid: Grid) -> End | None:
    points = [] if end is None else grid.points(end)
    return grid.value(Fraction(points[0])) if len(points) == 1 else end


def _centre_check(figures: PrintedFigures, claim: Claim, ends: Ends) -> Check:
    """Return the check of a mean or median, by n values where that says more."""
    name = "mean or median" if claim.kind == "centre" else claim.kind
    n, stated = size_of(figures, claim)
    named = [(name, figure_of(claim))]
    found = _check(claim, named, ends, _called(ends))
    by_size = ends.attained and claim.kind == "mean" and n is not None and n > 1
    if found.outcome != "holds" or not by_size or n is None:
        return found
    return _check_of_size(claim, figure_of(claim), ends, n, stated) or found


def _check_of_size(
    claim: Claim, mean: PrintedNumber, ends: Ends, n: int, stated: bool
) -> Check | None:
    """Return the failed check of a mean nearer to an end than n values allow, else None."""

    def possible(rule: RoundingRule | None) -> Span:
        low, high = (span(end, rule) for end in (ends.low, ends.high) if end is not None)
        return possible_means(low, high, n)

    def fits(reading: Reading) -> bool:
        lowest, highest = possible(reading.rule)
        return _overlap(span(mean, reading.rule), (lowest, highest))

    reading = first_that_fits(fits)
    outcome = outcome_of(reading, certain=stated)
    if outcome == "holds":
        return None
    group = "" if stated else ", the size of the group"
    fit = "cannot have" if reading is None else "have, only if rounded differently,"
    return Check(
        name="centre_within_range",
        claims=(claim.id, *ends.claims),
        outcome=outcome,
        statement=f"Values {ends.text} (n = {n}{group}) {fit} a mean of {mean.value}: one of "
        "them is at each end.",
        harmless=_OTHER_VALUES if reading is None else reading.assumption,
        detail={"n": n},
    )


def _check(claim: Claim, named: list[tuple[str, PrintedNumber]], ends: Ends, called: str) -> Check:
    """Return the check whether each figure lies between two ends."""

    def fits(reading: Reading) -> bool:
        return all(_within(figure, ends, reading.rule) for _, figure in named)

    reading = first_that_fits(fits)
    outcome = outcome_of(reading, certain=True)
    outside = [pair for pair in named if not _within(pair[1], ends, None)]
    shown = " and ".join(f"{name} of {figure.value}" for name, figure in outside or named)
    verb = "lie" if len(outside or named) > 1 else "lies"
    where = f"{called} {_between(ends)}"
    if reading is None:
        statement = f"The {shown} {verb} outside the {where}."
    else:
        statement = f"The {shown} {verb} within the {where}."
    return Check(
        name="centre_within_range",
        claims=(claim.id, *ends.claims),
        outcome=outcome,
        statement=statement,
        harmless=_OTHER_VALUES if reading is None else reading.assumption,
    )


def _within(figure: PrintedNumber, ends: Ends, rule: RoundingRule | None) -> bool:
    above = ends.low is None or _can_lie_below(ends.low, figure, rule)
    return above and (ends.high is None or _can_lie_below(figure, ends.high, rule))


def _can_lie_below(one: End, other: End, rule: RoundingRule | None) -> bool:
    """Return whether some value printed as `one` is at most some value printed as `other`.

    Open ends matter here: 2.5 is never printed both as 2 and as 3 by one rule.
    """
    return any(
        low < high or (low == high and low_closed and high_closed)
        for low, low_closed in _lows(one, rule)
        for high, high_closed in _highs(other, rule)
    )


def _lows(end: End, rule: RoundingRule | None) -> list[tuple[Fraction, bool]]:
    if isinstance(end, Fraction):
        return [(end, True)]
    intervals = [end.interval(each) for each in ([rule] if rule else RULES)]
    return [(Fraction(interval.low), interval.low_closed) for interval in intervals]


def _highs(end: End, rule: RoundingRule | None) -> list[tuple[Fraction, bool]]:
    if isinstance(end, Fraction):
        return [(end, True)]
    intervals = [end.interval(each) for each in ([rule] if rule else RULES)]
    return [(Fraction(interval.high), interval.high_closed) for interval in intervals]


def _overlap(one: tuple[Fraction, Fraction], other: tuple[Fraction, Fraction]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _called(ends: Ends) -> str:
    if ends.attained:
        return "range"
    return "bounds" if ends.claims else "scale"


def _between(ends: Ends) -> str:
    if ends.low is None or ends.high is None:
        return ends.text
    return f"{written(ends.low)} to {written(ends.high)}"
