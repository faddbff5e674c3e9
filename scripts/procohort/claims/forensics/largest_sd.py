"""The largest spread that a printed p value allows for two printed means."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from scipy.special import stdtrit

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.p_values import (
    difference_range,
    pooled_sd,
    printed_p,
    welch_p_range,
    widest,
)
from procohort.claims.forensics.pairing import (
    P_KINDS,
    counted,
    names_another_test,
    one_of_level,
    side_of,
    significant_digits,
    write_printed_p,
)

# Above it a p value says nothing about how small the spread must be.
_LARGEST_P = 0.5
_WHOLE_LEVELS = ("all", "")
_OTHER_TESTS = (
    "A test of ranks, of pairs, on the log scale, a one-sided one or one that takes "
    "clusters into account can give this p value."
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many values stand on each side; `split` when only their total is printed."""

    one: int
    other: int
    split: bool = False


def largest_common_sd(difference: float, n1: int, n0: int, p: float) -> float:
    """Return the common standard deviation at which Student's t test gives a p value.

    A larger one gives a larger p value. From ``t = d / (s sqrt(1/n1 + 1/n0))``
    (Student 1908) with t the upper p/2 quantile of n1 + n0 - 2 degrees of freedom:
    ``s = |d| / (t sqrt(1/n1 + 1/n0))``.

    Parameters
    ----------
    difference : float
        Difference of the two means.
    n1, n0 : int
        Independent values on each side, three or more together.
    p : float
        Two-sided p value, above 0 and below 1.

    Raises
    ------
    ValueError
        If a side has no value, both have two together, or p is not between 0 and 1.

    Examples
    --------
    >>> round(largest_common_sd(1.7, 229, 229, 0.01), 2)
    7.03
    """
    if min(n1, n0) < 1 or n1 + n0 < 3 or not 0.0 < p < 1.0:
        raise ValueError("needs two sides, three or more values, and p between 0 and 1")
    # The lower tail: 1 - p/2 would lose the digits of a very small p.
    t = -float(stdtrit(n1 + n0 - 2, p / 2.0))
    return abs(difference) / (t * math.sqrt(1.0 / n1 + 1.0 / n0))


def even_split(total: int) -> tuple[int, int]:
    """Return the two sizes of a total at which `largest_common_sd` is largest.

    1/n1 + 1/n0 = total / (n1 n0) is smallest there, and the degrees of freedom are the
    same for every split.
    """
    return total // 2, total - total // 2


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield the largest spread for every p value with two printed means and a size."""
    for contrast in figures.of_kind(*P_KINDS):
        found = _check(figures, contrast)
        if found is not None:
            yield found


def _check(figures: PrintedFigures, contrast: Claim) -> Check | None:
    p = figure_of(contrast)
    largest_p = float(printed_p(p).high)
    if not contrast.level or not contrast.reference or p.percent:
        return None
    if names_another_test(contrast) or not 0.0 < largest_p < _LARGEST_P:
        return None
    one, other = (
        one_of_level(figures, contrast, level, "mean", "centre")
        for level in (contrast.level, contrast.reference)
    )
    if one is None or other is None:
        return None
    sizes = _sizes(figures, contrast, one, other)
    if sizes is None:
        return None
    gap = float(difference_range(figure_of(one), figure_of(other))[1])
    limit = largest_common_sd(gap, sizes.one, sizes.other, largest_p)
    needs = _needs(figures, contrast, (one, other), sizes, limit)
    sds = _printed_above(figures, contrast, sizes, limit)
    shown = " and ".join(f"{figure_of(sd).value:f}" for sd in sds)
    return Check(
        name="largest_sd",
        claims=(contrast.id, one.id, other.id, *(sd.id for sd in sds)),
        outcome="doubtful" if sds else "implies",
        statement=f"{needs} Printed are {shown}." if sds else needs,
        harmless=_OTHER_TESTS if sds else "",
        detail={
            "largest_sd": significant_digits(limit),
            "largest_p": significant_digits(largest_p),
            "largest_difference": significant_digits(gap),
            "n_one": sizes.one,
            "n_other": sizes.other,
            "sizes": "even split of the total" if sizes.split else "printed",
        },
    )


def _sizes(figures: PrintedFigures, contrast: Claim, one: Claim, other: Claim) -> Sizes | None:
    """Return the printed sizes, or the even split of a printed total."""
    n1, n0 = figures.n_of(one), figures.n_of(other)
    total = contrast.n
    for level in _WHOLE_LEVELS:
        total = total or figures.n_of(contrast, level)
    if n1 is not None and n0 is not None:
        return Sizes(n1, n0) if min(n1, n0) > 0 and n1 + n0 > 2 else None
    if n1 is not None or n0 is not None:
        # The other side need not be the rest of the total: visits of the same patients.
        return None
    return Sizes(*even_split(total), split=True) if total and total > 2 else None


def _needs(
    figures: PrintedFigures,
    contrast: Claim,
    means: tuple[Claim, Claim],
    sizes: Sizes,
    limit: float,
) -> str:
    """Say how large the common standard deviation may be, and under which assumption."""
    one, other = (figure_of(mean) for mean in means)
    are_means = {mean.kind for mean in means} == {"mean"}
    pair = f"{one.value:f} and {other.value:f}"
    shown = f"means {pair}" if are_means else f"{pair} as means"
    written = _rounded_up(limit, max(one.decimals, other.decimals))
    what = counted(figures, contrast)
    if sizes.split:
        total = sizes.one + sizes.other
        assumed = f"the {total} {what} were independent and evenly split (less with another split)"
    else:
        assumed = f"the {sizes.one} and {sizes.other} {what} were independent"
    clustered = f"; with all {what} of a patient on one side, an intraclass correlation"
    tail = "" if contrast.unit_of_analysis == "patient" else f"{clustered} makes it smaller"
    return (
        f"{write_printed_p(figure_of(contrast))} with {shown} "
        f"needs a common standard deviation of at most "
        f"{f'{written:f} {means[0].unit}'.strip()} if {assumed}{tail}."
    )


def _printed_above(
    figures: PrintedFigures, contrast: Claim, sizes: Sizes, limit: float
) -> tuple[Claim, ...]:
    """Return the printed standard deviations if no t test can give the p value with them."""
    sds = [
        one_of_level(figures, contrast, level, "sd")
        for level in (contrast.level, contrast.reference)
    ]
    if sds[0] is None or sds[1] is None:
        return ()
    found = (sds[0], sds[1])
    low1, low0 = (max(0.0, float(widest(figure_of(sd)).low)) for sd in found)
    if sizes.split:
        # For every split the error of a difference, pooled or not, is at least that of
        # the smaller deviation on both sides evenly split.
        return found if min(low1, low0) > limit else ()
    if pooled_sd(low1, sizes.one, low0, sizes.other) <= limit:
        return ()
    sides = [side_of(figures, contrast, level) for level in (contrast.level, contrast.reference)]
    if sides[0] is None or sides[1] is None:
        return ()
    welch = welch_p_range(sides[0].sample, sides[1].sample)
    return () if welch.meets(printed_p(figure_of(contrast))) else found


def _rounded_up(value: float, decimals: int) -> Decimal:
    """Return a limit with the decimals of the means, two digits at least, never rounded down."""
    exact = Decimal(f"{value:.9g}")
    places = max(decimals, 1 - exact.adjusted())
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_CEILING)
