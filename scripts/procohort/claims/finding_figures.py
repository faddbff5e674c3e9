"""What a result row says about one printed figure: a count, a percentage, a mean."""

from __future__ import annotations

import math
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.finding_base import (
    NO_ESTIMATE,
    Finding,
    agreeing_rules,
    by_how_much,
    count_of,
    factor_to_print,
    silent,
    total_of,
)
from procohort.claims.printed import PrintedNumber, exact, read_printed
from procohort.results import ResultRow
from procohort.vocabulary import estimand_name

_NAMES = {"sd": "standard deviation", "min": "smallest value", "max": "largest value"}


def find_count(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed count, and the total beside it, with a row's count."""
    number = count_of(row)
    if number is None:
        return silent("The result row has no count.")
    figure = read_printed(claim.printed, grouped=True)
    total = total_of(row)
    beside = claim.denominator is not None and total is not None
    found = f"{number}/{total}" if beside else str(number)
    printed = int(figure.value)
    if number != printed:
        gap = abs(number - printed)
        why = (
            f"The data show {found}, {gap} {'more' if number > printed else 'fewer'} than printed."
        )
        return Finding(False, found, float(number), why)
    if beside and total != claim.denominator:
        why = f"The count agrees, but it is out of {total}, not {claim.denominator}."
        return Finding(False, found, float(number), why)
    return Finding(True, found, float(number), f"The data show {found}.")


def find_percent(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed percentage, and the counts beside it, with a row's share."""
    figure = read_printed(claim.printed)
    figure = PrintedNumber(figure.value, percent=True)
    value, beside = share_of(row)
    if value is None:
        return silent(NO_ESTIMATE)
    rules, remark = agreeing_rules(figure, value)
    found = figure.write(value) + beside
    if not rules:
        why = f"The data show {found}, {by_how_much(figure, value, '')}."
        return Finding(False, found, float(value), why)
    printed = f"{claim.numerator}/{claim.denominator}"
    if claim.numerator is not None and beside and beside != f" ({printed})":
        counts = beside.strip(" ()")
        why = f"The percentage agrees, but the data show {counts}, not {printed}."
        return Finding(False, found, float(value), why, rounding=" ".join(rules))
    return Finding(
        True, found, float(value), f"The data show {found}{remark}.", rounding=" ".join(rules)
    )


def share_of(row: ResultRow) -> tuple[Fraction | None, str]:
    """Return a row's share in percent, and its counts as text where they give just that.

    A row may count its events among fewer than all its rows (missing values).
    """
    events, total = row.n_events, total_of(row)
    value = 100 * exact(row.estimate) if not math.isnan(row.estimate) else None
    if events is not None and total:
        fraction = Fraction(100 * events, total)
        if value is None or abs(fraction - value) < Fraction(1, 10**6):
            return fraction, f" ({events}/{total})"
    return value, ""


def find_quantity(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed mean, median, deviation, effect or fixed figure with a row's estimate."""
    if math.isnan(row.estimate):
        return silent(NO_ESTIMATE)
    if math.isinf(row.estimate):
        return Finding(False, "infinite", row.estimate, "The estimate in the data is infinite.")
    figure = read_printed(claim.printed)
    value = factor_to_print(claim, figure, row) * exact(row.estimate)
    rules, remark = agreeing_rules(figure, value)
    unit = claim.unit or row.unit
    found = f"{figure.write(value)} {unit}".strip()
    name = _NAMES.get(row.estimand, estimand_name(row.estimand))
    shown = f"The {name} in the data is {found}"
    if not rules:
        gap = by_how_much(figure, value, unit)
        turned = claim.kind == "effect" and agreeing_rules(figure, -value)[0]
        remark = " With the opposite sign it would agree." if turned else ""
        return Finding(False, found, float(value), f"{shown}, {gap}.{remark}")
    return Finding(True, found, float(value), f"{shown}{remark}.", rounding=" ".join(rules))


def find_limit(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed bound on all values with the smallest or largest one."""
    if math.isnan(row.estimate):
        return silent(NO_ESTIMATE)
    figure = read_printed(claim.printed)
    value = factor_to_print(claim, figure, row) * exact(row.estimate)
    limit = Fraction(figure.value)
    holds = value >= limit if claim.kind == "at_least" else value <= limit
    word = "smallest" if claim.kind == "at_least" else "largest"
    unit = claim.unit or row.unit
    found = f"{figure.write(value)} {unit}".strip()
    why = f"The {word} value in the data is {found}"
    why += "." if holds else f", {by_how_much(figure, value, unit)}."
    return Finding(holds, found, float(value), why)


def find_presence(claim: Claim, row: ResultRow) -> Finding:
    """Look whether a row counts at least one."""
    number = count_of(row)
    if number is None:
        return silent("The result row has no count.")
    why = f"The data show {number}." if number else "The data show none."
    return Finding(number > 0, str(number), float(number), why, number == 0)
