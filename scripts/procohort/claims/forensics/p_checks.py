"""Checks of printed p values against test statistics, summaries and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from procohort.claims.claim import Claim
from procohort.claims.forensics import interval_checks
from procohort.claims.forensics.check import Check, CheckOutcome
from procohort.claims.forensics.figures import PrintedFigures, figure_of
from procohort.claims.forensics.p_values import (
    PRange,
    PrintedSample,
    least_pair_correlation,
    p_range_of_statistic,
    printed_p,
    student_p_range,
    welch_p_range,
)
from procohort.claims.forensics.pairing import (
    P_KINDS,
    Pair,
    Side,
    conclusion,
    names_another_test,
    pairs,
    side_of,
    significant_digits,
    write_p_range,
    write_printed_p,
)
from procohort.claims.printed import PrintedNumber, RoundingInterval
from procohort.claims.printed_compound import (
    STATISTICS,
    PrintedStatistic,
    read_statistic,
)

_ELSEWHERE = "They stand in different sentences, and may belong to different tests."
_ONE_SIDED = "A one-sided test gives this p value."
_CORRECTED = (
    "A p value corrected for several comparisons is larger than that of its statistic alone."
)
_RANKS = "If r is a rank correlation, an exact p value differs from this one."
_OTHER_TESTS = (
    "Another test gives another p value: of ranks, of pairs, on the log scale, "
    "or one that takes clusters into account."
)


def checks(figures: PrintedFigures) -> Iterator[Check]:
    """Yield every check of a printed p value that can be made."""
    yield from _statistics(figures)
    yield from _summaries(figures)
    yield from interval_checks.checks(figures)


def _statistics(figures: PrintedFigures) -> Iterator[Check]:
    for pair in pairs(figures, "test_statistic", P_KINDS):
        statistic = _with_freedom(read_statistic(pair.first.printed), pair)
        p = figure_of(pair.second)
        if statistic is not None and not p.percent:
            yield _statistic_check(pair, statistic, p)


def _with_freedom(statistic: PrintedStatistic, pair: Pair) -> PrintedStatistic | None:
    """Return the statistic with its degrees of freedom, None if they are not known."""
    if len(statistic.df) == STATISTICS[statistic.name]:
        return statistic
    n = pair.first.n or pair.second.n
    if statistic.name == "r" and n is not None and n > 2:
        return replace(statistic, df=(PrintedNumber(Decimal(n - 2)),))
    return None


def _statistic_check(pair: Pair, statistic: PrintedStatistic, p: PrintedNumber) -> Check:
    found, printed = p_range_of_statistic(statistic), printed_p(p)
    shown = " ".join(pair.first.printed.split())
    gives = f"{shown} gives a two-sided p {write_p_range(found)}"
    detail = {
        "p_low": significant_digits(found.low),
        "p_high": significant_digits(found.high),
    }
    claims = (pair.second.id, pair.first.id)
    if found.meets(printed):
        return Check(
            name="p_from_statistic",
            claims=claims,
            outcome="holds",
            statement=f"{gives}, as printed ({write_printed_p(p)}).",
            detail=detail,
        )
    outcome, harmless = _why_another(pair, statistic, found, printed)
    turns = conclusion(found.turns(printed))
    return Check(
        name="p_from_statistic",
        claims=claims,
        outcome=outcome,
        statement=f"{gives}; printed is {write_printed_p(p)}{turns}.",
        harmless=harmless,
        detail=detail,
    )


def _why_another(
    pair: Pair, statistic: PrintedStatistic, found: PRange, printed: RoundingInterval
) -> tuple[CheckOutcome, str]:
    """Return how a p value that is not that of its statistic came out, and what explains it."""
    has_sides = statistic.name in ("t", "z", "r") or float(statistic.df[0].value) == 1.0
    half = found.scaled(0.5)
    if has_sides and (half.meets(printed) or half.mirrored().meets(printed)):
        return "doubtful", _ONE_SIDED
    if statistic.name == "r" and _fits_as_size(statistic, printed):
        return "doubtful", "It fits if the number in brackets is the number of values."
    if found.high < float(printed.low):
        return "doubtful", _CORRECTED
    if statistic.name == "r" and "pearson" not in pair.first.estimand:
        return "doubtful", _RANKS
    return ("impossible", "") if pair.together else ("doubtful", _ELSEWHERE)


def _fits_as_size(statistic: PrintedStatistic, printed: RoundingInterval) -> bool:
    size = statistic.df[0]
    if size.decimals or size.value <= 2:
        return False
    fewer = replace(statistic, df=(PrintedNumber(size.value - 2),))
    return p_range_of_statistic(fewer).meets(printed)


def _summaries(figures: PrintedFigures) -> Iterator[Check]:
    for contrast in figures.of_kind(*P_KINDS):
        p = figure_of(contrast)
        if not contrast.level or not contrast.reference or p.percent:
            continue
        if names_another_test(contrast):
            continue
        one = side_of(figures, contrast, contrast.level)
        other = side_of(figures, contrast, contrast.reference)
        if one is not None and other is not None:
            yield _summary_check(contrast, p, one, other)


def _summary_check(contrast: Claim, p: PrintedNumber, one: Side, other: Side) -> Check:
    samples = (one.sample, other.sample)
    student, welch = student_p_range(*samples), welch_p_range(*samples)
    printed = printed_p(p)
    sides = " and ".join(
        f"{each.mean.value:f} (SD {each.sd.value:f}, n = {each.n})" for each in samples
    )
    gives = (
        f"Means of {sides} give p {write_p_range(student)} by Student's "
        f"and {write_p_range(welch)} by Welch's t test"
    )
    fits = student.meets(printed) or welch.meets(printed)
    turns = student.turns(printed) and welch.turns(printed)
    return Check(
        name="p_from_summary",
        claims=(contrast.id, *one.claims, *other.claims),
        outcome="holds" if fits else "doubtful",
        statement=f"{gives}, which fits {write_printed_p(p)}."
        if fits
        else f"{gives}; printed is {write_printed_p(p)}{conclusion(turns)}.",
        harmless="" if fits else _pairs_or_other(samples, student, printed),
        detail={
            "student_p_low": significant_digits(student.low),
            "student_p_high": significant_digits(student.high),
            "welch_p_low": significant_digits(welch.low),
            "welch_p_high": significant_digits(welch.high),
        },
    )


def _pairs_or_other(
    samples: tuple[PrintedSample, PrintedSample], student: PRange, printed: RoundingInterval
) -> str:
    """Return which other test may have given a p value; pairs where a correlation fits."""
    if 0 < printed.high < student.low:
        least = least_pair_correlation(*samples, float(printed.high))
        if least is not None:
            return f"It fits if the values are pairs that correlate by about {least:.2f} or more."
    return _OTHER_TESTS
