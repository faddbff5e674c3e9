"""Printed figures of a text, looked up by what they describe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.printed import PrintedNumber, read_printed

_CENTRES = ("mean", "median", "centre")
_SIZES = ("n_patients", "n_rows", "n_procedures", "n")


@dataclass(frozen=True, slots=True)
class Scale:
    """What single values can be: from low to high (None: no end) in steps.

    Attributes
    ----------
    low, high : Fraction or None
    step : Fraction or None
        None where any value between the ends is possible.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None


def read_scale(text: str) -> Scale:
    """Read the column `scale` of a claim.

    Raises
    ------
    ValueError
        If the text is not of the form ``0 to 10 by 1``, ``0 to 10`` or ``by 1``.

    Examples
    --------
    >>> read_scale("0 to 10 by 1").step, read_scale("by 0.5").low
    (Fraction(1, 1), None)
    """
    ends, found, step = text.partition("by")
    try:
        pieces = [Fraction(Decimal(piece.strip())) for piece in ends.split("to") if piece.strip()]
        size = Fraction(Decimal(step.strip())) if found else None
    except ArithmeticError:
        raise ValueError(f"{text!r} is not a scale such as '0 to 10 by 1' or 'by 1'") from None
    wrong = len(pieces) not in (0, 2) or (size is not None and size <= 0)
    if wrong or (len(pieces) == 2 and pieces[0] >= pieces[1]) or (not pieces and size is None):
        raise ValueError(f"{text!r} is not a scale such as '0 to 10 by 1' or 'by 1'")
    low, high = pieces if pieces else (None, None)
    return Scale(low, high, size)


class PrintedFigures:
    """The claims of one table, looked up by what they describe.

    Figures belong together when they name the same outcome, group, level and unit
    of analysis; those of one analysis are preferred to those of another.

    Parameters
    ----------
    claims : sequence of Claim
        In the order of the file. Claims of a reading that is not `reading` are left out.
    reading : str
        The reading of the run; empty for all.
    """

    def __init__(self, claims: Sequence[Claim], *, reading: str = "") -> None:
        self.claims = [c for c in claims if not (reading and c.reading) or c.reading == reading]
        self.by_id = {claim.id: claim for claim in self.claims}

    def of_kind(self, *kinds: str) -> list[Claim]:
        """Return the claims of these kinds, in the order of the file."""
        return [claim for claim in self.claims if claim.kind in kinds]

    def beside(self, claim: Claim, *kinds: str) -> list[Claim]:
        """Return other figures of the same outcome, group, level and unit of analysis."""
        return self._described(claim, claim.level, claim.reference, kinds)

    def of_level(self, contrast: Claim, level: str, *kinds: str) -> list[Claim]:
        """Return figures that describe one side of a comparison.

        Parameters
        ----------
        contrast : Claim
            A claim about `level` against `reference`: a p value, a direction, an effect.
        level : str
            ``contrast.level`` or ``contrast.reference``.
        """
        return self._described(contrast, level, "", kinds)

    def centre(self, claims: Iterable[Claim]) -> Claim | None:
        """Return the one mean, median or centre among claims, None if there is not exactly one."""
        found = [claim for claim in claims if claim.kind in _CENTRES]
        return found[0] if len(found) == 1 else None

    def n_of(self, claim: Claim, level: str | None = None) -> int | None:
        """Return how many values stand behind a figure, if the text prints it.

        The claim's own `n` or `denominator`; else the one printed size of its group.
        """
        wanted = claim.level if level is None else level
        if level is None and (claim.n or claim.denominator):
            return claim.n or claim.denominator
        sizes = {
            int(read_printed(other.printed, grouped=True).value)
            for other in self.of_kind("count")
            if other.estimand in _SIZES
            and other.level == wanted
            and other.group in ("", claim.group)
            and other.unit_of_analysis == claim.unit_of_analysis
        }
        return sizes.pop() if len(sizes) == 1 else None

    def _described(
        self, claim: Claim, level: str, reference: str, kinds: Sequence[str]
    ) -> list[Claim]:
        found = [
            other
            for other in self.claims
            if other.id != claim.id
            and (not kinds or other.kind in kinds)
            and other.outcome == claim.outcome != ""
            and (other.group, other.level, other.reference) == (claim.group, level, reference)
            and other.unit_of_analysis == claim.unit_of_analysis
        ]
        same = [other for other in found if other.analysis == claim.analysis]
        return same or found


def figure_of(claim: Claim) -> PrintedNumber:
    """Return the printed figure of a claim of a numeric kind."""
    return read_printed(claim.printed, grouped=claim.kind == "count")
