"""What a result row says about a printed p value, test statistic or direction."""

from __future__ import annotations

import math
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.finding_base import (
    ALPHA,
    NO_ESTIMATE,
    Finding,
    agreeing_rules,
    by_how_much,
    shows_higher,
    silent,
    write_estimate,
    write_p,
)
from procohort.claims.printed import exact, read_printed
from procohort.claims.printed_compound import PrintedStatistic, read_statistic
from procohort.results import ResultRow
from procohort.vocabulary import methods_name


def find_p_value(claim: Claim, row: ResultRow) -> Finding:
    """Compare a p value printed with its digits with a row's."""
    if math.isnan(row.p):
        return silent("The result row has no p value.")
    figure, value = read_printed(claim.printed), exact(row.p)
    rules, remark = agreeing_rules(figure, value)
    found = write_p(row.p)
    changes = (float(figure.value) < ALPHA) != (row.p < ALPHA)
    test = _test(row)
    if rules:
        return Finding(True, found, row.p, f"With {test}, {found}{remark}.", False, " ".join(rules))
    why = f"With {test}, {found}; {_conclusion(changes)}"
    return Finding(False, found, row.p, why, changes)


def find_p_bound(claim: Claim, row: ResultRow) -> Finding:
    """Look whether a row's p keeps a printed bound."""
    if math.isnan(row.p):
        return silent("The result row has no p value.")
    figure = read_printed(claim.printed)
    holds = figure.holds_for(exact(row.p))
    found = write_p(row.p)
    test = _test(row)
    if holds:
        return Finding(True, found, row.p, f"With {test}, {found}.", False)
    below = figure.comparator in ("<", "<=") and float(figure.value) <= ALPHA
    above = figure.comparator in (">", ">=") and float(figure.value) >= ALPHA
    changes = (below and row.p >= ALPHA) or (above and row.p < ALPHA)
    why = f"With {test}, {found}; {_conclusion(changes)}"
    return Finding(False, found, row.p, why, changes)


def _conclusion(changes: bool) -> str:
    return f"the conclusion at the 5 % level {'changes' if changes else 'stays the same'}."


def find_direction(claim: Claim, row: ResultRow) -> Finding:
    """Look whether a row's estimate lies on the stated side of no difference."""
    if math.isnan(row.estimate):
        return silent(NO_ESTIMATE)
    sign = shows_higher(row)
    found = write_estimate(row)
    weight = f", {write_p(row.p)}" if not math.isnan(row.p) else ""
    if claim.direction == "differs":
        if math.isnan(row.p):
            return silent("The result row has no p value.")
        matches = sign != 0 and row.p < ALPHA
        why = f"The data {'differ' if matches else 'do not clearly differ'}: {found}{weight}."
        return Finding(matches, found, row.estimate, why, not matches)
    matches = sign == (1 if claim.direction in ("higher", "positive") else -1)
    opposite = {
        "higher": "lower",
        "lower": "higher",
        "positive": "negative",
        "negative": "positive",
    }
    shown = claim.direction if matches else opposite[claim.direction]
    if sign == 0:
        shown = "neither"
    return Finding(matches, found, row.estimate, f"It is {shown}: {found}{weight}.", not matches)


def find_statistic(claim: Claim, row: ResultRow) -> Finding:
    """Compare a printed test statistic and its degrees of freedom with a row's."""
    printed = read_statistic(claim.printed)
    number = _statistic_of(row, printed)
    if math.isnan(number):
        return silent("The result row has no test statistic.")
    value = exact(number) if printed.signed or printed.name == "r" else abs(exact(number))
    rules, remark = agreeing_rules(printed.value, value)
    found = f"{printed.name} = {printed.value.write(value)}"
    shown = f"With {_test(row)}, {found}"
    if not rules:
        gap = by_how_much(printed.value, value, "")
        return Finding(False, found, float(value), f"{shown}, {gap}.")
    freedom = _other_freedom(printed, row)
    if freedom:
        return Finding(False, found, float(value), f"{shown} as printed, but {freedom}.")
    return Finding(True, found, float(value), f"{shown}{remark}.", rounding=" ".join(rules))


def _statistic_of(row: ResultRow, printed: PrintedStatistic) -> float:
    """Return what a row shows of a statistic; a correlation is its own estimate."""
    words = row.estimand.split("_")
    return (
        row.estimate if printed.name == "r" and {"rho", "correlation"} & {*words} else row.statistic
    )


def _other_freedom(printed: PrintedStatistic, row: ResultRow) -> str:
    """Say so when a row has other degrees of freedom; a row holds one number of them."""
    if len(printed.df) != 1 or printed.name == "r" or math.isnan(row.df):
        return ""
    wanted, found = printed.df[0], exact(row.df)
    if wanted.rules_that_give(found):
        return ""
    return f"with {_short(found)} degrees of freedom, not {wanted.value}"


def _short(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):.1f}"


def _test(row: ResultRow) -> str:
    return methods_name(row.method) if row.method else "the test"
