"""Parts against the total that they are declared to be parts of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check, CheckOutcome
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.spans import Span, span_of, weighted_sum
from procohort.claims.own_arithmetic import sum_mistake
from procohort.claims.printed import RULES, PrintedNumber, round_half_up

_WHOLE = Fraction(100)


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield a check for every total with printed parts (`part_of`).

    Counts may not exceed their count. Percentages of outcomes may not exceed the
    percentage they are part of, or 100 % if they are part of a count. Parts of one
    total that name different variables (by sex, by centre) are added up apart.
    """
    for total in figures.of_kind("count", "percent"):
        parts = [claim for claim in figures.claims if claim.part_of == total.id]
        if total.kind == "count":
            counts = [c for c in parts if c.kind == "count" and _same_unit(c, total)]
            for family in _families(total, counts):
                yield _counts(total, family)
        percents = [c for c in parts if c.kind == "percent" and _adds_up(c, total)]
        for family in _families(total, percents):
            yield _percents(total, family)


def _same_unit(part: Claim, total: Claim) -> bool:
    units = {part.unit_of_analysis, total.unit_of_analysis} - {""}
    return len(units) <= 1


def _adds_up(part: Claim, total: Claim) -> bool:
    """Return whether a percentage adds to the total; one of another group has its own 100 %."""
    if not _same_unit(part, total):
        return False
    if total.kind == "count":
        # Levels of a variable that has no outcome are themselves the shares.
        return part.level == total.level or not part.group or not part.outcome
    return (part.group, part.level) == (total.group, total.level)


def _families(total: Claim, parts: Sequence[Claim]) -> list[list[Claim]]:
    """Return the parts that exclude each other, each thing once, by the variable they divide.

    The same part may be printed twice, in the abstract and in a table; the smaller
    figure is kept, so that only a true excess is one.
    """
    families: dict[tuple[str, ...], dict[tuple[str, ...], Claim]] = {}
    for part in parts:
        by_level = part.level != total.level
        key = (part.group, part.outcome if by_level else "", "by level" if by_level else part.level)
        thing: tuple[str, ...] = (part.level, part.reference, part.outcome)
        if not any(thing):
            thing = (part.id,)
        members = families.setdefault(key, {})
        before = members.get(thing)
        if before is None or figure_of(part).value < figure_of(before).value:
            members[thing] = part
    return [list(members.values()) for members in families.values()]


def _counts(total: Claim, parts: Sequence[Claim]) -> Check:
    whole = int(figure_of(total).value)
    numbers = [int(figure_of(part).value) for part in parts]
    mistake = sum_mistake(whole, numbers)
    added = (
        f"{' + '.join(map(str, numbers))} = {sum(numbers)}" if len(parts) > 1 else f"{numbers[0]}"
    )
    outcome: CheckOutcome = "holds"
    harmless = ""
    if mistake:
        outcome, statement = "impossible", mistake[:1].upper() + mistake[1:]
        # Levels exclude each other; two outcomes can meet in one patient.
        if max(numbers) <= whole and len({part.outcome for part in parts}) > 1:
            outcome = "doubtful"
            harmless = "The parts may overlap: one patient can have several of these outcomes."
    elif sum(numbers) == whole:
        statement = f"The printed parts add up to their total ({added})."
    else:
        left = whole - sum(numbers)
        statement = f"The printed parts ({added}) leave {left} of {whole} unnamed."
    return Check(
        name="sum_of_parts",
        claims=(total.id, *(part.id for part in parts)),
        outcome=outcome,
        statement=statement,
        harmless=harmless,
        detail={"total": whole, "sum": sum(numbers)},
    )


def _percents(total: Claim, parts: Sequence[Claim]) -> Check:
    printed = [figure_of(part) for part in parts]
    exceeds = falls_short = True
    for rule in RULES:
        whole = span_of(figure_of(total), rule) if total.kind == "percent" else Span(_WHOLE, _WHOLE)
        added = weighted_sum([(Fraction(1), figure) for figure in printed], rule)
        exceeds &= not added.meets(Span(None, whole.high, True, whole.high_closed))
        falls_short &= not added.meets(Span(whole.low, None, whole.low_closed))
    shown = _shown_sum(printed)
    goal = total.printed if total.kind == "percent" else "100%"
    if exceeds:
        statement = f"The printed parts ({shown}) exceed {goal} under any rounding rule."
    elif falls_short:
        statement = f"The printed parts ({shown}) fall short of {goal}: not every part is named."
    else:
        statement = f"The printed parts ({shown}) add up to {goal} within rounding."
    return Check(
        name="sum_of_parts",
        claims=(total.id, *(part.id for part in parts)),
        outcome=_if_exceeding(parts) if exceeds else "holds",
        statement=statement,
        harmless="The parts may overlap where several apply at once." if exceeds else "",
        detail={"sum": float(sum(figure.value for figure in printed))},
    )


def _if_exceeding(parts: Sequence[Claim]) -> CheckOutcome:
    return "doubtful" if len({part.outcome for part in parts}) > 1 else "impossible"


def _shown_sum(printed: Sequence[PrintedNumber]) -> str:
    values = [Fraction(figure.value) for figure in printed]
    decimals = max(figure.decimals for figure in printed)
    added = " + ".join(
        f"{round_half_up(value, figure.decimals)}%"
        for value, figure in zip(values, printed, strict=True)
    )
    return f"{added} = {round_half_up(sum(values, Fraction(0)), decimals)}%"
