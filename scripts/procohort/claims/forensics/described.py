"""What a text prints about one set of values: size, scale, ends, mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics.extremes import Span
from procohort.claims.forensics.figures import PrintedFigures, Scale, figure_of, read_scale
from procohort.claims.printed import RULES, PrintedNumber, RoundingRule
from procohort.claims.printed_compound import read_range

End = PrintedNumber | Fraction


@dataclass(frozen=True, slots=True)
class Ends:
    """The smallest and the largest value, or bounds of them.

    Attributes
    ----------
    low, high : PrintedNumber, Fraction or None
        A printed figure, the exact end of a scale, or nothing.
    attained : bool
        Whether both are values that occur, as those of a range do.
    claims : tuple of str
        Ids of the claims they were printed in; empty for a scale.
    """

    low: End | None
    high: End | None
    attained: bool
    claims: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the ends in words."""
        low, high = written(self.low), written(self.high)
        if low and high:
            return f"from {low} to {high}"
        return f"of at least {low}" if low else f"of at most {high}"


def written(end: End | None) -> str:
    """Return an end as printed, or the end of a scale as a decimal number."""
    if end is None:
        return ""
    if isinstance(end, PrintedNumber):
        return str(end.value)
    return str(end.numerator) if end.denominator == 1 else f"{float(end):g}"


def one_of(claims: Iterable[Claim]) -> Claim | None:
    """Return the one claim, or the first of several that print the same; else None."""
    found = list(claims)
    return found[0] if len({claim.printed for claim in found}) == 1 else None


def mean_beside(figures: PrintedFigures, claim: Claim) -> Claim | None:
    """Return the one printed mean of the same values and unit."""
    found = one_of(figures.beside(claim, "mean"))
    return found if found and same_unit(claim, found) else None


def same_unit(claim: Claim, other: Claim) -> bool:
    """Return whether two figures may be compared: one unit, or none printed."""
    return not (claim.unit and other.unit) or claim.unit == other.unit


def size_of(figures: PrintedFigures, *claims: Claim | None) -> tuple[int | None, bool]:
    """Return how many values the figures describe, and whether one of them says so.

    Without a size of their own, the printed size of their group is taken. Figures of
    different sizes describe no common set of values: then there is none.
    """
    given = [claim for claim in claims if claim is not None]
    stated = {claim.n or claim.denominator for claim in given} - {None}
    if stated:
        return (stated.pop() if len(stated) == 1 else None), True
    inferred = {figures.n_of(claim) for claim in given[:1]} - {None}
    return (inferred.pop() if inferred else None), False


def scale_of(*claims: Claim | None) -> Scale:
    """Return the scale that one of the claims names."""
    texts = [claim.scale for claim in claims if claim is not None and claim.scale]
    return read_scale(texts[0]) if texts else Scale()


def ends_beside(figures: PrintedFigures, claim: Claim, scale: Scale) -> Ends:
    """Return the printed range of the same values, else printed bounds, else the scale."""
    printed = range_beside(figures, claim)
    if printed:
        low, high = read_range(printed.printed)
        return Ends(low, high, True, (printed.id,))
    bounds = {
        kind: found
        for kind in ("at_least", "at_most")
        if (found := one_of(figures.beside(claim, kind))) and same_unit(claim, found)
    }
    ends = {kind: figure_of(found) for kind, found in bounds.items()}
    return Ends(
        ends.get("at_least", scale.low),
        ends.get("at_most", scale.high),
        False,
        tuple(found.id for found in bounds.values()),
    )


def range_beside(figures: PrintedFigures, claim: Claim) -> Claim | None:
    """Return the one printed range of the same values and unit."""
    found = one_of(figures.beside(claim, "range"))
    return found if found and same_unit(claim, found) else None


def span(figure: End, rule: RoundingRule | None = None) -> Span:
    """Return the smallest and largest value that a rule, or any rule, prints like this.

    Open ends count as closed: a little generous, so nothing possible is lost.
    """
    if isinstance(figure, Fraction):
        return figure, figure
    intervals = [figure.interval(each) for each in ([rule] if rule else RULES)]
    return (
        Fraction(min(interval.low for interval in intervals)),
        Fraction(max(interval.high for interval in intervals)),
    )
