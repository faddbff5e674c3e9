"""What result rows say about a printed range, interval or frequency class."""

from __future__ import annotations

import math
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.finding_base import (
    NO_ESTIMATE,
    Finding,
    common_rules,
    factor_to_print,
    silent,
)
from procohort.claims.finding_figures import share_of
from procohort.claims.printed import PrintedNumber, RoundingRule, exact, round_half_up
from procohort.claims.printed_compound import (
    PrintedFrequency,
    PrintedInterval,
    read_frequency,
    read_interval,
    read_range,
)
from procohort.results import ResultRow
from procohort.vocabulary import neutral_value

ENDS = {"range": ("min", "max"), "quartiles": ("q1", "q3")}
_WORDS = {
    "range": "the smallest value is {low} and the largest {high}",
    "quartiles": "the first quartile is {low} and the third {high}",
}
_CONTRASTS = ("compare", "correlate", "trend")


def find_ends(claim: Claim, low_row: ResultRow, high_row: ResultRow) -> Finding:
    """Compare a printed range or pair of quartiles with the rows of its two ends."""
    for row in (low_row, high_row):
        if row.status != "ok":
            return silent(f"The analysis gives no figure: {row.note or row.status}")
    if not (math.isfinite(low_row.estimate) and math.isfinite(high_row.estimate)):
        return silent(NO_ESTIMATE)
    low, high = read_range(claim.printed)
    factor = factor_to_print(claim, low, low_row)
    pairs = [(low, factor * exact(low_row.estimate)), (high, factor * exact(high_row.estimate))]
    unit = claim.unit or low_row.unit
    shown = {
        name: figure.write(value)
        for name, (figure, value) in zip(("low", "high"), pairs, strict=True)
    }
    found = f"{shown['low']} to {shown['high']} {'' if low.percent else unit}".strip()
    if not low.percent:
        shown["high"] = f"{shown['high']} {unit}".strip()
    why = f"In the data {_WORDS[claim.kind].format(**shown)}"
    rules = common_rules(pairs)
    if rules:
        return Finding(True, found, math.nan, f"{why}.", rounding=" ".join(rules))
    remark = _ends_remark(claim, pairs)
    return Finding(False, found, math.nan, f"{why}, not {claim.printed}.{remark}")


def _ends_remark(claim: Claim, pairs: list[tuple[PrintedNumber, Fraction]]) -> str:
    if all(figure.rules_that_give(value) for figure, value in pairs):
        return " Each end agrees, but each under another rounding rule."
    if claim.kind == "quartiles":
        return " Quartiles have several definitions, which can move them a little."
    return ""


def find_interval(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed confidence interval with a row's, if both have the same level."""
    if math.isnan(row.ci_low) or math.isnan(row.ci_high):
        return silent("The result row has no interval.")
    printed = read_interval(claim.printed)
    level = 100 * exact(row.ci_level) if math.isfinite(row.ci_level) else None
    if level != Fraction(printed.level):
        shown = "one without a level" if level is None else f"a {float(level):g} % one"
        return silent(f"The text prints a {printed.level} % interval, the result row has {shown}.")
    factor = factor_to_print(claim, printed.low, row)
    ends = [(printed.low, row.ci_low), (printed.high, row.ci_high)]
    found = " to ".join(_write_end(figure, end, factor) for figure, end in ends)
    rules: tuple[RoundingRule, ...] = ()
    if all(math.isfinite(end) for _, end in ends):
        rules = common_rules([(figure, factor * exact(end)) for figure, end in ends])
    why = f"The {printed.level} % interval in the data is {found}"
    if rules:
        return Finding(True, found, math.nan, f"{why}.", False, " ".join(rules))
    changes = _other_side(printed, row, factor)
    tail = " Only one of the two includes no difference." if changes else ""
    return Finding(False, found, math.nan, f"{why}, not as printed.{tail}", changes)


def _write_end(figure: PrintedNumber, end: float, factor: int) -> str:
    return figure.write(factor * exact(end)) if math.isfinite(end) else "infinite"


def _other_side(printed: PrintedInterval, row: ResultRow, factor: int) -> bool | None:
    """Return whether "no difference" is inside one interval and outside the other."""
    if row.kind not in _CONTRASTS:
        return None
    neutral = neutral_value(row.estimand)
    low, high = printed.low.value, printed.high.value
    if neutral in (low, high):
        return None  # the printed end was rounded onto it
    inside = low < factor * neutral < high
    return inside != (row.ci_low <= neutral <= row.ci_high)


def find_class(claim: Claim, row: ResultRow) -> Finding:
    """Look whether a row's proportion lies in a printed frequency class."""
    value, beside = share_of(row)
    if value is None:
        return silent(NO_ESTIMATE)
    printed = read_frequency(claim.printed)
    found = f"{round_half_up(value, 1)}%{beside}"
    inside = printed.contains(value / 100)
    why = f"The data show {found}, {'inside' if inside else 'outside'} the class."
    return Finding(inside, found, float(value), why)


def class_remark(claim: Claim, row: ResultRow, matches: bool) -> str:
    """Say so when the interval of a proportion reaches over the border of its class.

    Parameters
    ----------
    claim : Claim
        Of kind ``frequency_class``.
    row : ResultRow
        The proportion with the interval to use, cluster-aware where there is one.
    matches : bool
        Whether the proportion itself lies in the printed class.
    """
    if row.status != "ok" or not (math.isfinite(row.ci_low) and math.isfinite(row.ci_high)):
        return ""
    printed = read_frequency(claim.printed)
    low, high = exact(row.ci_low), exact(row.ci_high)
    within = printed.contains(low) and printed.contains(high)
    apart = not printed.overlaps(PrintedFrequency(low, high))
    if within if matches else apart:
        return ""
    limits = f"{round_half_up(100 * low, 1)}% to {round_half_up(100 * high, 1)}%"
    level = f"{100 * row.ci_level:.3g} % " if math.isfinite(row.ci_level) else ""
    return f"The {level}interval goes from {limits}: the data cannot tell this class from the next."
