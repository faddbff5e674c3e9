"""Two statements about the same thing that exclude each other, or say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from procohort.claims.arithmetic import implied_value
from procohort.claims.claim import Claim
from procohort.claims.forensics.check import Check, CheckOutcome
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.spans import Span, span_of
from procohort.claims.printed import RULES, RoundingRule, round_half_up
from procohort.claims.printed_compound import (
    read_frequency,
    read_interval,
    read_range,
    read_statistic,
)

_SINGLE = ("count", "percent", "mean", "median", "centre", "sd", "effect", "fixed")
_PAIRS = ("range", "quartiles", "interval")
_P = ("p_value", "p_bound")
_COMPARED = (*_SINGLE, *_PAIRS, *_P, "test_statistic", "frequency_class")
_BARE = re.compile(r"[\d.,·]+")
_OPPOSITE = {
    "higher": "lower",
    "lower": "higher",
    "positive": "negative",
    "negative": "positive",
}
# A claim about something; what it is compared with must agree in all of these.
_Key = tuple[str, ...]


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield a check for every pair of statements about the same thing.

    About the same thing are claims of one kind with the same analysis, outcome, group,
    level, reference, estimand, method, unit and unit of analysis. Each is compared with
    the first of them; those that agree are named in one check.
    """
    numbers: dict[_Key, list[Claim]] = {}
    for claim in figures.of_kind(*_COMPARED):
        if (key := _subject(claim)) is not None:
            numbers.setdefault(key, []).append(claim)
    for same in numbers.values():
        yield from _compared(figures, same)
    directions: dict[_Key, list[Claim]] = {}
    for claim in figures.of_kind("direction"):
        if claim.outcome and claim.direction in _OPPOSITE:
            directions.setdefault(_sides(claim), []).append(claim)
    for same in directions.values():
        yield from _compared_directions(same)


def _subject(claim: Claim) -> _Key | None:
    """Return what a claim is about; None when it does not say."""
    kind = "p" if claim.kind in _P else claim.kind
    # Texts about different studies may share a table of claims: what is counted must be named.
    source = "" if claim.outcome else claim.source_file
    if not (claim.outcome or (claim.estimand and (claim.analysis or claim.level))):
        return None
    return (
        *(kind, source, claim.analysis, claim.outcome, claim.group, claim.level),
        *(claim.reference, claim.estimand, claim.method, claim.perspective),
        *(claim.unit.casefold(), claim.unit_of_analysis),
    )


def _compared(figures: PrintedFigures, same: Sequence[Claim]) -> Iterator[Check]:
    first, agreeing = same[0], [same[0]]
    for claim in same[1:]:
        if first.reading and claim.reading and first.reading != claim.reading:
            continue
        verdict = _meet(figures, first, claim)
        if verdict is None:
            continue
        if verdict:
            agreeing.append(claim)
        else:
            yield _exclusion(figures, first, claim)
    if len(agreeing) > 1:
        shown = ", ".join(dict.fromkeys(_shown(figures, claim) for claim in agreeing))
        yield Check(
            name="contradiction",
            claims=tuple(claim.id for claim in agreeing),
            outcome="holds",
            statement=f"Stated {_times(len(agreeing))}, the same within rounding: {shown}.",
        )


def _exclusion(figures: PrintedFigures, first: Claim, other: Claim) -> Check:
    one, two = _shown(figures, first), _shown(figures, other)
    places = _places(first, other)
    shown = f"{one} ({places[0]}) against {two} ({places[1]})"
    outcome: CheckOutcome = "impossible"
    statement = f"Two statements exclude each other: {shown}."
    harmless = "They may describe different times or subsets that the text does not set apart."
    if first.source_file != other.source_file:
        outcome = "doubtful"
        statement = f"The sources differ: {shown}."
        harmless = "They may have been written at different times or for different readers."
        if any(_meet_under(figures, first, other, a, b) for a in RULES for b in RULES):
            harmless = "Rounding in one and cutting digits off in the other would explain it."
    elif first.kind in _P:
        outcome = "doubtful"
        harmless = "They may be p values of different tests."
    return Check(
        name="contradiction",
        claims=(first.id, other.id),
        outcome=outcome,
        statement=statement,
        harmless=harmless,
        detail={"first": one, "second": two},
    )


def _places(first: Claim, other: Claim) -> tuple[str, str]:
    """Return where two claims stand, in words that tell them apart."""
    if first.source != other.source or first.source_file == other.source_file:
        return first.source, other.source
    return first.source_file or first.source, other.source_file or other.source


def _meet(figures: PrintedFigures, first: Claim, other: Claim) -> bool | None:
    """Return whether both can be true under some one rounding rule; None if not comparable."""
    found = [_meet_under(figures, first, other, rule, rule) for rule in RULES]
    return None if None in found else any(found)


def _meet_under(
    figures: PrintedFigures,
    first: Claim,
    other: Claim,
    first_rule: RoundingRule,
    other_rule: RoundingRule,
) -> bool | None:
    one, two = _spans(figures, first, first_rule), _spans(figures, other, other_rule)
    if one is None or two is None or one[0] != two[0]:
        return None
    return all(a.meets(b) for a, b in zip(one[1], two[1], strict=True))


def _spans(
    figures: PrintedFigures, claim: Claim, rule: RoundingRule
) -> tuple[str, tuple[Span, ...]] | None:
    """Return what the figures of a claim are called, and the values each leaves open."""
    try:
        if claim.kind in _PAIRS:
            return _pair(claim, rule)
        if claim.kind == "frequency_class":
            found = read_frequency(claim.printed)
            return "", (Span(found.low, found.high, not found.low_open, not found.high_open),)
        if claim.kind == "test_statistic":
            statistic = read_statistic(claim.printed)
            name = " ".join([statistic.name, *(str(df.value) for df in statistic.df)])
            return name, (span_of(statistic.value, rule),)
        if claim.kind in _P:
            return "", (span_of(figure_of(claim), rule),)
        value = implied_value(claim, figures.by_id, rule)
    except ValueError:
        return None
    return "", (Span(value.low, value.high, value.low_closed, value.high_closed),)


def _pair(claim: Claim, rule: RoundingRule) -> tuple[str, tuple[Span, ...]]:
    if claim.kind == "interval":
        interval = read_interval(claim.printed)
        ends = (interval.low, interval.high)
        return str(interval.level), tuple(span_of(end, rule) for end in ends)
    return "", tuple(span_of(end, rule) for end in read_range(claim.printed))


def _shown(figures: PrintedFigures, claim: Claim) -> str:
    """Return the figure with its unit; where it follows from others, the one that follows."""
    if not claim.value:
        return _with_unit(claim.printed, claim) if _BARE.fullmatch(claim.printed) else claim.printed
    value = implied_value(claim, figures.by_id, "half_up")
    text = round_half_up((value.low + value.high) / 2, 2)
    return _with_unit(text.rstrip("0").rstrip("."), claim)


def _with_unit(text: str, claim: Claim) -> str:
    space = "" if claim.unit in ("", "%") else " "
    return f"{text}{space}{claim.unit}"


def _times(n: int) -> str:
    return "twice" if n == 2 else f"{n} times"


def _sides(claim: Claim) -> _Key:
    """Return the comparison of a direction, whichever side is named first."""
    sides = sorted((claim.level, claim.reference)) if claim.reference else [claim.level, ""]
    return (
        *(claim.analysis, claim.outcome, claim.group, *sides),
        *(claim.estimand, claim.method, claim.perspective, claim.unit_of_analysis),
    )


def _compared_directions(same: Sequence[Claim]) -> Iterator[Check]:
    first, agreeing = same[0], [same[0]]
    for claim in same[1:]:
        if first.reading and claim.reading and first.reading != claim.reading:
            continue
        stated = claim.direction
        if claim.reference and (claim.level, claim.reference) == (first.reference, first.level):
            stated = _OPPOSITE[stated] if stated in ("higher", "lower") else stated
        if {stated, first.direction} == {first.direction, _OPPOSITE[first.direction]}:
            yield _opposite(first, claim)
        elif stated == first.direction:
            agreeing.append(claim)
    if len(agreeing) > 1:
        yield Check(
            name="contradiction",
            claims=tuple(claim.id for claim in agreeing),
            outcome="holds",
            statement=f"The same direction is stated {_times(len(agreeing))}.",
        )


def _opposite(first: Claim, other: Claim) -> Check:
    places = _places(first, other)
    differ = first.source_file != other.source_file
    return Check(
        name="contradiction",
        claims=(first.id, other.id),
        outcome="doubtful" if differ else "impossible",
        statement=(
            f"Opposite directions are stated: '{first.printed}' ({places[0]}) against "
            f"'{other.printed}' ({places[1]})."
        ),
        harmless="They may describe different times, subsets or measures.",
    )
