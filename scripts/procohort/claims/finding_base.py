"""What a comparison of a printed statement with a result row gives, and its words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.printed import RULES, PrintedNumber, RoundingRule, round_half_up
from procohort.results import ResultRow
from procohort.vocabulary import estimand_name, neutral_value

ALPHA = 0.05  # the conventional threshold behind "does the conclusion change"
NO_ESTIMATE = "The result row has no estimate."
_COUNTED = ("count", "n", "n_rows", "n_patients", "n_procedures", "n_events")
_IN_PERCENT = ("%", "percent", "percentage points")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the data show, beside what is printed.

    Attributes
    ----------
    matches : bool or None
        Whether the data show the printed figure; None when the row cannot say.
    found : str
        What was found, written to the printed precision.
    found_exact : float
        The same, unrounded (NaN for a date or a text).
    why : str
        One plain sentence.
    conclusion_changes : bool or None
        Whether a reader at the 5 % level, or of a direction, would conclude otherwise.
    rounding : str
        The rounding rules under which the figures agree.
    """

    matches: bool | None
    found: str
    found_exact: float
    why: str
    conclusion_changes: bool | None = None
    rounding: str = ""


def total_of(row: ResultRow) -> int | None:
    """Return the number a row's events are counted among, in its unit of analysis."""
    return row.n_patients if row.unit_of_analysis == "patient" else row.n_procedures


def count_of(row: ResultRow) -> int | None:
    """Return the whole number a row shows: its count, or the events of its rate."""
    if row.estimand in _COUNTED and not math.isnan(row.estimate):
        return round(row.estimate)
    return row.n_events


def write_p(p: float) -> str:
    """Write a p value to two significant digits.

    Examples
    --------
    >>> write_p(0.00531), write_p(0.00001)
    ('p = 0.0053', 'p < 0.0001')
    """
    if p < 0.0001:
        return "p < 0.0001"
    for digits in range(2, 6):
        written = Decimal(f"{p:.{digits}g}")
        # 0.0499 must not be written 0.050: the reader would conclude otherwise.
        if (written < Decimal("0.05")) == (p < ALPHA):
            break
    return f"p = {written:f}"


def write_estimate(row: ResultRow) -> str:
    """Write an estimate to three significant digits with its unit and its name."""
    name = estimand_name(row.estimand)
    number = f"{Decimal(f'{row.estimate:.3g}'):f}" if math.isfinite(row.estimate) else "infinite"
    unit = f" {row.unit}" if row.unit not in ("", "1", "ratio") else ""
    return f"{number}{unit} ({name})"


def shows_higher(row: ResultRow) -> int:
    """Return 1, 0 or -1: whether the level lies above, on or below its reference."""
    neutral = neutral_value(row.estimand)
    return (row.estimate > neutral) - (row.estimate < neutral)


def silent(why: str) -> Finding:
    """Return the finding of a row that cannot say, with one sentence why."""
    return Finding(None, "", math.nan, _sentence(why))


def _sentence(text: str) -> str:
    trimmed = text.strip()
    return trimmed if trimmed.endswith((".", "?", "!")) else trimmed + "."


def agreeing_rules(figure: PrintedNumber, value: Fraction) -> tuple[tuple[RoundingRule, ...], str]:
    """Return the rounding rules under which a figure shows a value, and a remark on them."""
    rules = figure.rules_that_give(value)
    remark = ""
    if rules == ("truncate",):
        longer = round_half_up(value, figure.decimals + 2) + ("%" if figure.percent else "")
        remark = f" ({longer} with more digits: as printed only if these were dropped)"
    return rules, remark


def common_rules(pairs: Iterable[tuple[PrintedNumber, Fraction]]) -> tuple[RoundingRule, ...]:
    """Return the rounding rules under which every figure shows its value."""
    listed = list(pairs)
    return tuple(
        rule
        for rule in RULES
        if all(rule in figure.rules_that_give(value) for figure, value in listed)
    )


def factor_to_print(claim: Claim, figure: PrintedNumber, row: ResultRow) -> int:
    """Return 100 where the text prints percent and the row holds a share, else 1."""
    printed = figure.percent or claim.unit in _IN_PERCENT
    return 100 if printed and row.unit not in _IN_PERCENT else 1


def by_how_much(figure: PrintedNumber, value: Fraction, unit: str) -> str:
    """Write how far a value lies from the printed figure."""
    printed = Fraction(figure.value)
    # From the rounded value, so that a reader's own subtraction gives the same number.
    shown = Fraction(round_half_up(value, figure.decimals))
    gap = round_half_up(abs(shown - printed), figure.decimals)
    noun = "percentage points" if figure.percent else unit
    amount = f"{gap} {noun}".strip()
    return f"{amount} {'more' if value > printed else 'less'} than printed"
