"""The figure that a statement stands for, where the text prints only its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from procohort.claims.arithmetic import implied_value
from procohort.claims.claim import Claim
from procohort.claims.printed import RULES

_MOST_DECIMALS = 12


def as_stated(claim: Claim, by_id: Mapping[str, Claim]) -> Claim:
    """Return a claim with the figure it stands for as its printed one.

    A claim without arithmetic is returned as it is. Where the arithmetic leaves more than
    one value open (its parts were rounded), no single figure can be compared with a result
    row: the claim then names no analysis, and its note says why.

    Parameters
    ----------
    claim : Claim
    by_id : mapping
        All claims by id.

    Examples
    --------
    >>> gap = Claim(id="gap", source="s", sentence="14 days", printed="14", kind="fixed")
    >>> third = Claim(id="c", source="s", sentence="14", printed="14", kind="fixed", analysis="a",
    ...               value="2 * gap")
    >>> as_stated(third, {"gap": gap}).printed
    '28'
    """
    if not claim.value or not claim.analysis:
        return claim
    spans = [implied_value(claim, by_id, rule) for rule in RULES]
    values = {end for span in spans for end in (span.low, span.high)}
    text = _written(values.pop()) if len(values) == 1 else ""
    if text:
        return replace(claim, printed=text, value="")
    note = (
        "What it stands for follows from rounded figures, so that no single figure can be judged."
    )
    return replace(claim, analysis="", note=note)


def _written(value: Fraction) -> str:
    """Write a number in full, nothing where it has no end."""
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = value * 10**decimals
        if scaled.denominator == 1:
            return f"{value.numerator / value.denominator:.{decimals}f}"
    return ""
