"""Overall figures against those of the groups that they are made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check, CheckOutcome
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.spans import Span, ends_of, span_of, weighted_sum
from procohort.claims.own_arithmetic import numerators_that_fit, rules_for_fraction
from procohort.claims.printed import RULES, PrintedNumber, RoundingRule, round_half_up


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield a check for every mean or percentage with the same figure of its groups.

    The groups name the overall figure as what they are `part_of`. It must be the mean
    of the groups weighted by their sizes; where the sizes are not printed it must lie
    between them, and its place there tells how the groups divide the whole.
    """
    for overall in figures.of_kind("mean", "percent"):
        groups = _groups(figures, overall)
        if len(groups) >= 2:
            sizes = [figures.n_of(group) for group in groups]
            whole = figures.n_of(overall)
            known = [size for size in sizes if size]
            if len(known) == len(groups) and whole in (None, sum(known)):
                yield _by_sizes(overall, groups, known, whole)
            else:
                yield _between(overall, groups, whole)


def _groups(figures: PrintedFigures, overall: Claim) -> list[Claim]:
    """Return the figures of the groups, one for each level."""
    by_level: dict[str, Claim] = {}
    for claim in figures.of_kind(overall.kind):
        same = (claim.outcome, claim.estimand, claim.unit_of_analysis) == (
            overall.outcome,
            overall.estimand,
            overall.unit_of_analysis,
        )
        if claim.part_of == overall.id and same and claim.level != overall.level:
            by_level.setdefault(claim.level, claim)
    variables = {claim.group for claim in by_level.values()}
    return list(by_level.values()) if len(variables) == 1 else []


def _by_sizes(
    overall: Claim, groups: Sequence[Claim], sizes: Sequence[int], whole: int | None
) -> Check:
    printed = [figure_of(group) for group in groups]
    figure, n = figure_of(overall), sum(sizes)
    value = sum(
        (Fraction(size, n) * Fraction(one.value) for size, one in zip(sizes, printed, strict=True)),
        Fraction(0),
    )
    fits = any(_fits(figure, printed, sizes, rule, overall.kind) for rule in RULES)
    listed = " and ".join(
        f"{group.printed} in {size}" for group, size in zip(groups, sizes, strict=True)
    )
    shown = round_half_up(value, figure.decimals + 1)
    unit = "%" if figure.percent else ""
    # Sizes of whole groups may hold values that are missing here; figures with their own n do not.
    stated = whole is not None and all(group.n or group.denominator for group in groups)
    outcome: CheckOutcome = "holds"
    harmless = ""
    if not fits:
        outcome = "impossible" if stated and (overall.n or overall.denominator) else "doubtful"
        harmless = (
            "The overall figure may count some values that the groups leave out, or be adjusted."
        )
    return Check(
        name="weighted_mean",
        claims=(overall.id, *(group.id for group in groups)),
        outcome=outcome,
        statement=(
            f"{listed} give {shown}{unit} overall, {overall.printed} is printed"
            f"{', the same within rounding.' if fits else '; no rounding rule gives it.'}"
        ),
        harmless=harmless,
        detail={"weighted_mean": float(value), "n": n},
    )


def _fits(
    figure: PrintedNumber,
    printed: Sequence[PrintedNumber],
    sizes: Sequence[int],
    rule: RoundingRule,
    kind: str,
) -> bool:
    n = sum(sizes)
    if kind == "percent":
        counts = [_counts(one, size, rule) for one, size in zip(printed, sizes, strict=True)]
        if all(counts):
            events = range(sum(k[0] for k in counts), sum(k[-1] for k in counts) + 1)
            return any(rule in rules_for_fraction(figure, k, n) for k in events)
    weights = [Fraction(size, n) for size in sizes]
    added = weighted_sum(list(zip(weights, printed, strict=True)), rule)
    return added.meets(span_of(figure, rule))


def _counts(percent: PrintedNumber, n: int, rule: RoundingRule) -> list[int]:
    return [k for k in numerators_that_fit(percent, n) if rule in rules_for_fraction(percent, k, n)]


def _between(overall: Claim, groups: Sequence[Claim], whole: int | None) -> Check:
    printed = [figure_of(group) for group in groups]
    figure = figure_of(overall)
    inside = any(_lies_between(figure, printed, rule) for rule in RULES)
    listed = " and ".join(group.printed for group in groups)
    ids = (overall.id, *(group.id for group in groups))
    if not inside:
        return Check(
            name="weighted_mean",
            claims=ids,
            outcome="doubtful",
            statement=f"The overall {overall.printed} does not lie between {listed} of its groups.",
            harmless="A further group may not be named, or the figure may be adjusted.",
        )
    shares = [share for rule in RULES if (share := first_share(figure, printed, rule)) is not None]
    if len(groups) != 2 or not shares:
        return _placed(ids, f"The overall {overall.printed} lies between {listed} of its groups.")
    low, high = min(share[0] for share in shares), max(share[1] for share in shares)
    if low == 0 and high == 1:
        return _placed(ids, f"The overall {overall.printed} lies between {listed} of its groups.")
    statement = (
        f"With {listed} in two groups, {overall.printed} overall means that the first is "
        f"{round_half_up(100 * low, 1)}% to {round_half_up(100 * high, 1)}% of the whole"
    )
    detail: dict[str, int | float | str] = {"share_low": float(low), "share_high": float(high)}
    if whole:
        sizes = (max(math.ceil(low * whole), 1), min(math.floor(high * whole), whole - 1))
        if sizes[0] <= sizes[1]:
            statement += f", {sizes[0]} to {sizes[1]} of {whole}"
            detail |= {"n_low": sizes[0], "n_high": sizes[1]}
    return Check(
        name="weighted_mean",
        claims=ids,
        outcome="implies",
        statement=f"{statement}, if there is no third.",
        detail=detail,
    )


def _placed(ids: tuple[str, ...], statement: str) -> Check:
    return Check(name="weighted_mean", claims=ids, outcome="holds", statement=statement)


def _lies_between(
    figure: PrintedNumber, printed: Sequence[PrintedNumber], rule: RoundingRule
) -> bool:
    ends = [ends_of(one, rule) for one in printed]
    return span_of(figure, rule).meets(
        Span(min(low for low, _ in ends), max(high for _, high in ends))
    )


def first_share(
    figure: PrintedNumber, printed: Sequence[PrintedNumber], rule: RoundingRule
) -> tuple[Fraction, Fraction] | None:
    """Return the smallest and the largest share of the first of two groups.

    A share s is possible when s * a + (1 - s) * b reaches the overall figure for some
    a, b of the groups' rounding intervals; both ends of that are linear in s.

    Parameters
    ----------
    figure : PrintedNumber
        The overall figure.
    printed : sequence of two PrintedNumber
        The figures of both groups.
    rule : {"half_up", "half_even", "truncate"}

    Returns
    -------
    tuple of two Fraction, or None
        None where no share gives the overall figure.

    Examples
    --------
    >>> from decimal import Decimal
    >>> low, high = first_share(
    ...     PrintedNumber(Decimal("11.0")),
    ...     [PrintedNumber(Decimal("12.0")), PrintedNumber(Decimal("10.0"))],
    ...     "half_up",
    ... )
    >>> low, high
    (Fraction(9, 20), Fraction(11, 20))
    """
    (a_low, a_high), (b_low, b_high) = (ends_of(one, rule) for one in printed)
    low, high = ends_of(figure, rule)
    # s * a_low + (1 - s) * b_low <= high, and s * a_high + (1 - s) * b_high >= low.
    limits = [(a_low - b_low, high - b_low), (b_high - a_high, b_high - low)]
    smallest, largest = Fraction(0), Fraction(1)
    for slope, limit in limits:
        if slope == 0 and limit < 0:
            return None
        if slope > 0:
            largest = min(largest, limit / slope)
        elif slope < 0:
            smallest = max(smallest, limit / slope)
    return (smallest, largest) if smallest <= largest else None
