"""One check of printed figures against each other, and how it came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

CheckOutcome = Literal["impossible", "doubtful", "implies", "holds"]
OUTCOMES: dict[CheckOutcome, str] = {
    "impossible": "No data can give the printed figures together.",
    "doubtful": "The printed figures fit only under an assumption that the text does not state.",
    "implies": "The printed figures hold together, and more follows from them.",
    "holds": "The printed figures agree.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check that could be made on printed figures.

    A check that cannot be made (no n, no second figure) gives no `Check` at all:
    silence is not agreement.

    Attributes
    ----------
    name : str
        Which check, a key of `procohort.claims.forensics.names.CHECKS`.
    claims : tuple of str
        Ids of the claims it compares; the ones a failure speaks against come first.
    outcome : {"impossible", "doubtful", "implies", "holds"}
        See `OUTCOMES`. Only what no rounding rule and no data can give is impossible.
    statement : str
        One plain sentence with the figures in it; about numbers, never about people.
    harmless : str
        One sentence that names a probably harmless explanation; empty when there is none.
    detail : mapping
        The numbers behind the sentence, for machines.
    """

    name: str
    claims: tuple[str, ...]
    outcome: CheckOutcome
    statement: str
    harmless: str = ""
    detail: Mapping[str, int | float | str] = field(default_factory=dict)
