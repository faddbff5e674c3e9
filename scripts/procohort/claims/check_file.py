"""What to tell a person about a table of claims: its mistakes, else its arithmetic."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from procohort.claims.claim import Claim, ClaimsError, read_claims, shown_path
from procohort.claims.forensics.check import OUTCOMES, Check
from procohort.claims.scorecard import examine_claims
from procohort.claims.sources import read_sources

_NEEDS_ATTENTION = ("impossible", "doubtful")
_WIDTH = 100


def check_claims_file(path: str | Path, sources: str | Path | None = None) -> list[str]:
    """Check a table of claims and the printed figures in it.

    Parameters
    ----------
    path : path
        The table of claims.
    sources : path, optional
        The table of sources; the claims may then name no other source file.

    Returns
    -------
    list of str
        Lines for a person: how many claims there are, every check that needs attention,
        and how many checks there were by outcome.

    Raises
    ------
    ClaimsError
        With every mistake of both tables, one line each.
    """
    mistakes: list[str] = []
    known: Mapping[str, object] = {}
    claims: list[Claim] = []
    if sources is not None:
        try:
            known = read_sources(sources)
        except ClaimsError as error:
            mistakes += error.lines
    try:
        claims = read_claims(path, sources=known)
    except ClaimsError as error:
        mistakes += error.lines
    if mistakes:
        raise ClaimsError(mistakes)
    shown = shown_path(Path(path))
    number = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    return [f"{shown}: {number}, no mistake.", *_check_lines(shown, claims)]


def _check_lines(shown: str, claims: Sequence[Claim]) -> Iterator[str]:
    lines = {claim.id: claim.line for claim in claims}
    checks = _checks_of_each_reading(claims, lines)
    for outcome in _NEEDS_ATTENTION:
        for check in checks:
            if check.outcome == outcome:
                yield from _attention(check, f"{shown}:{lines[check.claims[0]]}")
    if not checks:
        yield "No check of the printed figures against each other can be made."
        return
    counts = Counter(check.outcome for check in checks)
    listed = ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES)
    yield f"Checks of the printed figures against each other: {len(checks)} ({listed})."


def _checks_of_each_reading(claims: Sequence[Claim], lines: Mapping[str, int]) -> list[Check]:
    """Return the checks in the order of the file; figures of two readings never meet."""
    readings = sorted({claim.reading for claim in claims} - {""}) or [""]
    found = {
        (check.name, check.claims, check.statement): check
        for reading in readings
        for check in examine_claims(claims, reading)
    }
    return sorted(found.values(), key=lambda check: lines[check.claims[0]])


def _attention(check: Check, place: str) -> Iterator[str]:
    names = ", ".join(check.claims)
    yield f"{place}: {check.outcome}, {check.name.replace('_', ' ')}: {names}"
    statement = check.statement[:1].upper() + check.statement[1:]
    yield from textwrap.wrap(
        f"{statement} {check.harmless}".strip(),
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )
