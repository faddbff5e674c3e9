"""All checks of printed figures against each other, for the claims of one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from procohort.claims.claim import Claim
from procohort.claims.forensics import (
    contradictions,
    directions,
    grim,
    grimmer,
    largest_sd,
    p_checks,
    percentages,
    spread,
    sums,
    weighted,
)
from procohort.claims.forensics.check import Check
from procohort.claims.forensics.figures import PrintedFigures

_Checks = Callable[[PrintedFigures], Iterable[Check]]
# In the order in which they are shown for one claim: what is simplest to see comes first.
_WITHIN_A_TEXT: tuple[_Checks, ...] = (
    percentages.checks,
    sums.checks,
    weighted.checks,
    directions.checks,
    spread.checks,
    grim.checks,
    grimmer.checks,
    p_checks.checks,
    largest_sd.checks,
)


def examine(claims: Sequence[Claim], *, reading: str = "") -> list[Check]:
    """Return every check that can be made on the printed figures alone.

    Figures are checked against those of the same text (`source_file`), so that a group
    size of one study is never taken for another's. Only statements that contradict each
    other are sought across texts.

    Parameters
    ----------
    claims : sequence of Claim
        In the order of their table.
    reading : str
        The reading of the run; claims of other readings are left out. Empty for all.

    Returns
    -------
    list of Check
        In the order of the first claim that each names, then in that of the checks.

    Examples
    --------
    >>> wrong = Claim(id="success", source="abstract", sentence="98.3% (449/458)",
    ...               printed="98.3%", kind="percent", numerator=449, denominator=458)
    >>> [(check.name, check.outcome) for check in examine([wrong])]
    [('percent_of_count', 'impossible')]
    """
    place = {claim.id: position for position, claim in enumerate(claims)}
    found = list(_found(claims, reading))
    return sorted(found, key=lambda check: place[check.claims[0]])


def _found(claims: Sequence[Claim], reading: str) -> Iterator[Check]:
    texts: dict[str, list[Claim]] = {}
    for claim in claims:
        texts.setdefault(claim.source_file, []).append(claim)
    figures = [PrintedFigures(mine, reading=reading) for mine in texts.values()]
    for module in _WITHIN_A_TEXT:
        for of_one_text in figures:
            yield from module(of_one_text)
    yield from contradictions.checks(PrintedFigures(claims, reading=reading))
