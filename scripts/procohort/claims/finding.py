"""What a result row says about a printed statement, kind by kind."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from procohort.claims.claim import Claim
from procohort.claims.match import is_ratio
from procohort.claims.printed import PrintedNumber, exact, read_printed, round_half_up
from procohort.results import ResultRow
from procohort.vocabulary import estimand_name, methods_name

ALPHA = 0.05  # the conventional threshold behind "does the conclusion change"
_COUNTED = ("count", "n", "n_rows", "n_patients", "n_procedures", "n_events")
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


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


def find(claim: Claim, row: ResultRow) -> Finding:
    """Compare a claim with its result row."""
    if row.status != "ok":
        return _silent(f"The analysis gives no figure: {row.note or row.status}")
    return _BY_KIND[claim.kind](claim, row)


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


def neutral_value(estimand: str) -> float:
    """Return the value that means no difference: 1 for a ratio, 0 for anything else."""
    return 1.0 if is_ratio(estimand) else 0.0


def shows_higher(row: ResultRow) -> int:
    """Return 1, 0 or -1: whether the level lies above, on or below its reference."""
    neutral = neutral_value(row.estimand)
    return (row.estimate > neutral) - (row.estimate < neutral)


def _silent(why: str) -> Finding:
    return Finding(None, "", math.nan, _sentence(why))


def _sentence(text: str) -> str:
    trimmed = text.strip()
    return trimmed if trimmed.endswith((".", "?", "!")) else trimmed + "."


def _agrees(figure: PrintedNumber, value: Fraction) -> tuple[str, str]:
    """Return the rounding rules under which a figure shows a value, and a remark on them."""
    rules = figure.rules_that_give(value)
    remark = ""
    if rules == ("truncate",):
        longer = round_half_up(value, figure.decimals + 2) + ("%" if figure.percent else "")
        remark = f" ({longer} with more digits: as printed only if these were dropped)"
    return " ".join(rules), remark


def _by_how_much(figure: PrintedNumber, value: Fraction, unit: str) -> str:
    printed = Fraction(figure.value)
    # From the rounded value, so that a reader's own subtraction gives the same number.
    shown = Fraction(round_half_up(value, figure.decimals))
    gap = round_half_up(abs(shown - printed), figure.decimals)
    noun = "percentage points" if figure.percent else unit
    amount = f"{gap} {noun}".strip()
    return f"{amount} {'more' if value > printed else 'less'} than printed"


def _count(claim: Claim, row: ResultRow) -> Finding:
    number = count_of(row)
    if number is None:
        return _silent("The result row has no count.")
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


def _percent(claim: Claim, row: ResultRow) -> Finding:
    figure = read_printed(claim.printed)
    figure = PrintedNumber(figure.value, percent=True)
    events, total = row.n_events, total_of(row)
    value = 100 * exact(row.estimate) if not math.isnan(row.estimate) else None
    beside = ""
    if events is not None and total:
        fraction = Fraction(100 * events, total)
        # A row may count its events among fewer than all its rows (missing values).
        if value is None or abs(fraction - value) < Fraction(1, 10**6):
            value, beside = fraction, f" ({events}/{total})"
    if value is None:
        return _silent("The result row has no estimate.")
    rules, remark = _agrees(figure, value)
    found = figure.write(value) + beside
    if not rules:
        why = f"The data show {found}, {_by_how_much(figure, value, '')}."
        return Finding(False, found, float(value), why)
    if (
        claim.numerator is not None
        and beside
        and (events, total)
        != (
            claim.numerator,
            claim.denominator,
        )
    ):
        printed = f"{claim.numerator}/{claim.denominator}"
        why = f"The percentage agrees, but the data show {events}/{total}, not {printed}."
        return Finding(False, found, float(value), why, rounding=rules)
    return Finding(True, found, float(value), f"The data show {found}{remark}.", rounding=rules)


def _quantity(claim: Claim, row: ResultRow) -> Finding:
    if math.isnan(row.estimate):
        return _silent("The result row has no estimate.")
    figure, value = read_printed(claim.printed), exact(row.estimate)
    if figure.percent and row.unit not in ("%", "percent"):
        value *= 100
    rules, remark = _agrees(figure, value)
    unit = claim.unit or row.unit
    found = f"{figure.write(value)} {unit}".strip()
    name = estimand_name(row.estimand)
    shown = f"The {name} in the data is {found}"
    if not rules:
        gap = _by_how_much(figure, value, unit)
        return Finding(False, found, float(value), f"{shown}, {gap}.")
    return Finding(True, found, float(value), f"{shown}{remark}.", rounding=rules)


def _limit(claim: Claim, row: ResultRow) -> Finding:
    if math.isnan(row.estimate):
        return _silent("The result row has no estimate.")
    figure, value = read_printed(claim.printed), exact(row.estimate)
    limit = Fraction(figure.value)
    holds = value >= limit if claim.kind == "at_least" else value <= limit
    word = "smallest" if claim.kind == "at_least" else "largest"
    unit = claim.unit or row.unit
    found = f"{figure.write(value)} {unit}".strip()
    why = f"The {word} value in the data is {found}"
    why += "." if holds else f", {_by_how_much(figure, value, unit)}."
    return Finding(holds, found, float(value), why)


def _p_value(claim: Claim, row: ResultRow) -> Finding:
    if math.isnan(row.p):
        return _silent("The result row has no p value.")
    figure, value = read_printed(claim.printed), exact(row.p)
    rules, remark = _agrees(figure, value)
    found = write_p(row.p)
    changes = (float(figure.value) < ALPHA) != (row.p < ALPHA)
    test = methods_name(row.method) if row.method else "the test"
    if rules:
        return Finding(True, found, row.p, f"With {test}, {found}{remark}.", False, rules)
    why = f"With {test}, {found}; {_conclusion(changes)}"
    return Finding(False, found, row.p, why, changes)


def _p_bound(claim: Claim, row: ResultRow) -> Finding:
    if math.isnan(row.p):
        return _silent("The result row has no p value.")
    figure = read_printed(claim.printed)
    holds = figure.holds_for(exact(row.p))
    found = write_p(row.p)
    test = methods_name(row.method) if row.method else "the test"
    if holds:
        return Finding(True, found, row.p, f"With {test}, {found}.", False)
    below = figure.comparator in ("<", "<=") and float(figure.value) <= ALPHA
    above = figure.comparator in (">", ">=") and float(figure.value) >= ALPHA
    changes = (below and row.p >= ALPHA) or (above and row.p < ALPHA)
    why = f"With {test}, {found}; {_conclusion(changes)}"
    return Finding(False, found, row.p, why, changes)


def _conclusion(changes: bool) -> str:
    return f"the conclusion at the 5 % level {'changes' if changes else 'stays the same'}."


def _direction(claim: Claim, row: ResultRow) -> Finding:
    if math.isnan(row.estimate):
        return _silent("The result row has no estimate.")
    sign = shows_higher(row)
    found = write_estimate(row)
    weight = f", {write_p(row.p)}" if not math.isnan(row.p) else ""
    if claim.direction == "differs":
        if math.isnan(row.p):
            return _silent("The result row has no p value.")
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


def _present(claim: Claim, row: ResultRow) -> Finding:
    number = count_of(row)
    if number is None:
        return _silent("The result row has no count.")
    why = f"The data show {number}." if number else "The data show none."
    return Finding(number > 0, str(number), float(number), why, number == 0)


def _date(claim: Claim, row: ResultRow) -> Finding:
    written = re.search(r"\d{4}-\d{2}-\d{2}", row.note)
    if written:
        day = datetime.date.fromisoformat(written[0])
    elif not math.isnan(row.estimate):
        day = datetime.date.fromordinal(int(row.estimate))
    else:
        return _silent("The result row has no date.")
    year, month, date = _printed_date(claim.printed)
    if year is None:
        return _silent(f"{claim.printed!r} is not a date that can be read.")
    matches = day.year == year and month in (None, day.month) and (date is None or day == date)
    word = "earliest" if row.estimand == "earliest" else "latest"
    why = f"The {word} date in the data is {day.isoformat()}."
    return Finding(matches, day.isoformat(), math.nan, why)


def _printed_date(text: str) -> tuple[int | None, int | None, datetime.date | None]:
    """Read "2017-10-03", "October 2017", "10/2017" or "2017" as year, month, day."""
    iso = re.search(r"\b\d{4}-\d{2}-\d{2}\b", text)
    if iso:
        day = datetime.date.fromisoformat(iso[0])
        return day.year, day.month, day
    year = re.search(r"\b(?:1[89]|20)\d{2}\b", text)
    named = re.search(r"[A-Za-z]{3,}", text)
    month = None
    if named:
        starts = [name.startswith(named[0].lower()) for name in _MONTHS]
        month = starts.index(True) + 1 if any(starts) else None
    numbered = re.search(r"\b(\d{1,2})[/.]\d{4}\b", text)
    if numbered:
        month = int(numbered[1])
    return (int(year[0]) if year else None), month, None


def _text(claim: Claim, row: ResultRow) -> Finding:
    return _silent(claim.note or "A statement without a figure.")


_BY_KIND: dict[str, Callable[[Claim, ResultRow], Finding]] = {
    "count": _count,
    "percent": _percent,
    "mean": _quantity,
    "median": _quantity,
    "centre": _quantity,
    "p_value": _p_value,
    "p_bound": _p_bound,
    "direction": _direction,
    "date": _date,
    "at_least": _limit,
    "at_most": _limit,
    "present": _present,
    "text": _text,
}
