"""Which printed figures of a comparison belong together, and how sentences name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from procohort.claims.claim import Claim
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.p_values import ALPHA, PRange, PrintedSample, widest
from procohort.claims.printed import PrintedNumber

P_KINDS = ("p_value", "p_bound")
_T_TESTS = frozenset(["student", "welch", "t"])
_SIZES = ("n_patients", "n_rows", "n_procedures", "n")
_ESTIMAND_OF_KIND = {"mean": "mean", "median": "median", "percent": "proportion"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its figures, and the claims that print them."""

    sample: PrintedSample
    claims: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two figures about the same thing; `together` when one sentence prints both."""

    first: Claim
    second: Claim
    together: bool


def pairs(figures: PrintedFigures, kind: str, kinds: Sequence[str]) -> Iterator[Pair]:
    """Yield each figure of one kind with its one counterpart of other kinds.

    Figures of the same sentence go first. Where more than one could be meant on
    either side, nothing is paired.
    """
    for claim in figures.of_kind(kind):
        found = _partners(figures, claim, kinds)
        if len(found) == 1 and _partners(figures, found[0], (kind,)) == [claim]:
            yield Pair(claim, found[0], claim.sentence == found[0].sentence)


def agreed(claims: Iterable[Claim]) -> Claim | None:
    """Return the one figure, or the one with most digits of several that agree."""
    found = sorted(claims, key=lambda claim: (-figure_of(claim).decimals, claim.n is None))
    if not found:
        return None
    best = widest(figure_of(found[0]))
    others = [widest(figure_of(claim)) for claim in found[1:]]
    agree = all(other.low <= best.high and best.low <= other.high for other in others)
    return found[0] if agree else None


def one_of_level(figures: PrintedFigures, contrast: Claim, level: str, *kinds: str) -> Claim | None:
    """Return the one figure of a side of a comparison, of the first kind that has any."""
    for kind in kinds:
        found = figures.of_level(contrast, level, kind)
        if found:
            return agreed(found)
    return None


def side_of(figures: PrintedFigures, contrast: Claim, level: str) -> Side | None:
    """Return mean, standard deviation and size of one side of a comparison, if printed."""
    mean = one_of_level(figures, contrast, level, "mean", "centre")
    sd = one_of_level(figures, contrast, level, "sd")
    if mean is None or sd is None:
        return None
    n = mean.n or sd.n or figures.n_of(mean)
    if n is None or n < 2:
        return None
    return Side(PrintedSample(figure_of(mean), figure_of(sd), n), (mean.id, sd.id))


def names_another_test(claim: Claim) -> bool:
    """Return whether a p value is said to come from no t test of independent values."""
    return claim.perspective == "cluster_aware" or (
        claim.method != "" and _T_TESTS.isdisjoint(claim.method.split("_"))
    )


def counted(figures: PrintedFigures, claim: Claim) -> str:
    """Return the text's word for what a figure counts: ``patients``, ``procedures``."""
    words = {
        other.unit
        for other in figures.of_kind("count")
        if other.estimand in _SIZES and other.unit_of_analysis == claim.unit_of_analysis
    } - {""}
    if len(words) == 1:
        return words.pop()
    return "patients" if claim.unit_of_analysis == "patient" else "values"


def write_printed_p(figure: PrintedNumber) -> str:
    """Write a printed p value with its sign: ``p < 0.01``, ``p = 0.032``."""
    return f"p {figure.comparator or '='} {figure.value:f}"


def write_p_range(found: PRange) -> str:
    """Write a range of p values with as many digits as tell its ends apart.

    Examples
    --------
    >>> write_p_range(PRange(0.02561, 0.02624)), write_p_range(PRange(1e-7, 3e-6))
    ('of 0.0256 to 0.0262', 'below 0.0001')
    """
    if found.high < 0.0001:
        return "below 0.0001"
    if found.low < 0.0001:
        return f"of at most {_digits(found.high, 2)}"
    for digits in (2, 3, 4):
        low, high = (_digits(p, digits) for p in (found.low, found.high))
        if low != high:
            break
    return f"of {low}" if low == high else f"of {low} to {high}"


def conclusion(turns: bool) -> str:
    """Return the end of a sentence on whether the conclusion at 5 % is another one."""
    return f"; at {100 * ALPHA:.0f} % the conclusion would be another one" if turns else ""


def significant_digits(value: float) -> float:
    """Return a number to six significant digits, for machines to compare."""
    return float(f"{value:.6g}")


def _digits(p: float, digits: int) -> str:
    exponent = int(f"{p:e}".partition("e")[2])
    return f"{p:.{max(digits, digits - 1 - exponent)}f}"


def _partners(figures: PrintedFigures, claim: Claim, kinds: Sequence[str]) -> list[Claim]:
    found = [other for other in figures.beside(claim, *kinds) if _compatible(claim, other)]
    together = [other for other in found if other.sentence == claim.sentence]
    return together or found


def _compatible(claim: Claim, other: Claim) -> bool:
    """Return whether nothing the two say of themselves is different."""
    said = [
        (claim.method, other.method),
        (claim.perspective, other.perspective),
        (_estimand(claim), _estimand(other)),
    ]
    return all(not one or not two or one == two for one, two in said)


def _estimand(claim: Claim) -> str:
    return claim.estimand or _ESTIMAND_OF_KIND.get(claim.kind, "")
