"""The ways in which figures may have been computed and rounded, the most usual first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from procohort.claims.forensics.check import CheckOutcome
from procohort.claims.printed import RULES, RoundingRule


@dataclass(frozen=True, slots=True)
class Reading:
    """One way in which a mean, a standard deviation and a range may have been printed.

    Attributes
    ----------
    rule : RoundingRule or None
        How all of them were rounded; None: each by a rule of its own.
    population : bool
        Whether the squares were divided by n instead of n - 1.
    """

    rule: RoundingRule | None = None
    population: bool = False

    def divisor(self, n: int) -> int:
        """Return what the sum of squared deviations was divided by."""
        return n if self.population else n - 1

    @property
    def usual(self) -> bool:
        """Return whether one rounding rule and the usual divisor are enough."""
        return self.rule is not None and not self.population

    @property
    def rounding(self) -> str:
        """Return the name of the rounding rule."""
        return self.rule or "mixed"

    @property
    def assumption(self) -> str:
        """Return what makes the figures fit, as a sentence; empty if nothing need be."""
        said = []
        if self.population:
            said.append("the standard deviation was divided by n instead of n - 1")
        if self.rule is None:
            said.append("some figures were rounded and others cut off")
        if self.rule == "truncate":
            said.append("further digits were cut off, not rounded")
        return f"They fit if {' and '.join(said)}, which is harmless." if said else ""


READINGS: tuple[Reading, ...] = tuple(
    Reading(rule, population)
    for rules, population in ((RULES, False), (RULES, True), ((None,), False), ((None,), True))
    for rule in rules
)


def first_that_fits(fits: Callable[[Reading], bool]) -> Reading | None:
    """Return the most usual reading under which the figures fit."""
    return next((reading for reading in READINGS if fits(reading)), None)


def outcome_of(reading: Reading | None, *, certain: bool) -> CheckOutcome:
    """Return how a check came out, given the reading that fits.

    Parameters
    ----------
    reading : Reading or None
        None if none does.
    certain : bool
        Whether the text states all that the check used.
    """
    if reading is None:
        return "impossible" if certain else "doubtful"
    return "holds" if reading.usual else "doubtful"
