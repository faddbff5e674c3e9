"""Stated directions against the printed figures of both sides."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check, CheckOutcome
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.spans import ends_of
from procohort.claims.printed import RULES, PrintedNumber

_CENTRES = ("mean", "median", "centre")
# Effects whose sign is that of the association; a ratio has none.
_SIGNED = ("correlation", "spearman_rho", "pearson_r", "kendall_tau", "slope")


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield a check for every direction whose two sides, or whose effect, are printed."""
    for claim in figures.of_kind("direction"):
        if claim.value:
            continue
        if claim.direction in ("higher", "lower", "differs") and claim.reference:
            yield from _of_sides(figures, claim)
        elif claim.direction in ("positive", "negative"):
            yield from _of_effect(figures, claim)


def _of_sides(figures: PrintedFigures, claim: Claim) -> Iterator[Check]:
    for kinds in (_CENTRES, ("percent",)):
        found = _both_sides(figures, claim, kinds)
        if found is not None:
            yield _compare(claim, *found)
            return


def _both_sides(
    figures: PrintedFigures, claim: Claim, kinds: tuple[str, ...]
) -> tuple[Claim, Claim] | None:
    """Return the one figure of each side, if there is just one and both are of one kind."""
    sides = [figures.of_level(claim, level, *kinds) for level in (claim.level, claim.reference)]
    if [len(side) for side in sides] != [1, 1]:
        return None
    first, second = sides[0][0], sides[1][0]
    comparable = (first.kind, first.unit, first.estimand) == (
        second.kind,
        second.unit,
        second.estimand,
    )
    return (first, second) if comparable else None


def _compare(claim: Claim, first: Claim, second: Claim) -> Check:
    a, b = figure_of(first), figure_of(second)
    ids = (claim.id, first.id, second.id)
    shown = f"{first.printed} against {second.printed}"
    if claim.direction == "differs":
        agrees = a.value != b.value
    else:
        agrees = (a.value > b.value) == (claim.direction == "higher") and a.value != b.value
    if agrees:
        statement = f"{shown}: the printed figures differ that way ('{claim.printed}')."
        return Check(name="direction", claims=ids, outcome="holds", statement=statement)
    if claim.direction == "differs" or _hidden_by_rounding(a, b, claim.direction):
        statement = f"{shown}: the printed digits are too few to show '{claim.printed}'."
        return Check(name="direction", claims=ids, outcome="holds", statement=statement)
    # Means and shares are what such a sentence compares; ranks can point the other way.
    outcome: CheckOutcome = "impossible" if first.kind in ("mean", "percent") else "doubtful"
    return Check(
        name="direction",
        claims=ids,
        outcome=outcome,
        statement=f"{shown}: the printed figures do not differ as in '{claim.printed}'.",
        harmless="An adjusted comparison, or one of ranks, may point the other way.",
    )


def _hidden_by_rounding(a: PrintedNumber, b: PrintedNumber, direction: str) -> bool:
    """Return whether the unrounded figures can differ as stated: 12 can be above 12.3."""
    for rule in RULES:
        (a_low, a_high), (b_low, b_high) = ends_of(a, rule), ends_of(b, rule)
        if (a_high > b_low) if direction == "higher" else (a_low < b_high):
            return True
    return False


def _of_effect(figures: PrintedFigures, claim: Claim) -> Iterator[Check]:
    effects = [
        effect
        for effect in figures.beside(claim, "effect")
        if effect.estimand in _SIGNED and effect.estimand == (claim.estimand or effect.estimand)
    ]
    if len(effects) != 1:
        return
    effect, positive = effects[0], claim.direction == "positive"
    ends = [ends_of(figure_of(effect), rule) for rule in RULES]
    possible = any(high > 0 if positive else low < 0 for low, high in ends)
    agrees = Fraction(figure_of(effect).value) * (1 if positive else -1) >= 0
    yield Check(
        name="direction",
        claims=(claim.id, effect.id),
        outcome="holds" if agrees or possible else "impossible",
        statement=(
            f"{effect.printed} has the stated sign ('{claim.printed}')."
            if agrees or possible
            else f"{effect.printed} has the other sign than '{claim.printed}'."
        ),
        harmless="" if agrees or possible else "The scale of one of the two may be reversed.",
    )
