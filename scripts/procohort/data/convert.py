"""From text as written to typed values: numbers, dates, codes, units.

A column is converted by its distinct texts, once each, and spread over the
rows again; a text that cannot be converted is a fault, not a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from procohort.data.units import column_factor
from procohort.study import Column, Format, VariableType

DTYPES: dict[VariableType, str] = {
    "id": "string",
    "category": "string",
    "text": "string",
    "boolean": "boolean",
    "integer": "Int64",
    "number": "Float64",
    "date": "datetime64[us]",
}
_BOOLEAN_WORDS = {
    "true": True, "1": True, "yes": True, "ja": True,
    "false": False, "0": False, "no": False, "nein": False,
}  # fmt: skip
# Integers from here on are not exact as floating-point numbers (IEEE 754, 53 bits).
_LARGEST_INTEGER = 2.0**53
# Serial day 0 of spreadsheets; right for every day since 1 March 1900.
_SERIAL_ORIGIN = "1899-12-30"
_SERIAL = r"\d{5}(?:\.\d+)?"
# The typographic minus sign, which some programs export.
_MINUS = "\u2212"
_ISO_TIME = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
_DATE_WORDS = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%y": "YY", "%H": "hh", "%M": "mm"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A column after conversion.

    Attributes
    ----------
    values : Series, n
        In the nullable dtype of the type; missing where there is no value or a fault.
    faults : Series of text, n
        What is wrong with the cell ("" where nothing is).
    rule : str
        ``unreadable_value`` or ``unknown_code``.
    """

    values: pd.Series
    faults: pd.Series
    rule: str


def convert(column: Column, fmt: Format, text: pd.Series, *, from_sheets: bool) -> Converted:
    """Convert the cells of a column.

    Parameters
    ----------
    column, fmt : Column, Format
        What is declared about the column and its table.
    text : Series of text, n
        Cells as written, without missing values.
    from_sheets : bool
        Whether a number in a date column is the serial day of a spreadsheet.
    """
    codes, distinct = pd.factorize(text)
    written = pd.Series(distinct, dtype="str").str.strip()
    coded = written.isin(list(column.codes))
    # A table's text for "missing" may be a code of one column ("-" meaning none).
    missing = written.isin(column.missing) | (written.isin([*fmt.missing, ""]) & ~coded)
    stored = written.where(~coded, written.map(column.codes)) if coded.any() else written
    values, wrong = _by_type(column, fmt, stored, coded, from_sheets)
    values = values.mask(missing)
    wrong = np.asarray(wrong, dtype=bool) & ~missing.to_numpy(dtype=bool)
    faults = pd.Series("", index=written.index, dtype="str")
    if wrong.any():
        faults = faults.mask(wrong, "'" + written + "' " + _what_is_wrong(column, fmt))
    return Converted(
        values=values.take(codes).set_axis(text.index),
        faults=faults.take(codes).set_axis(text.index),
        rule="unknown_code"
        if column.variable.type in ("category", "boolean")
        else "unreadable_value",
    )


def _by_type(
    column: Column, fmt: Format, stored: pd.Series, coded: pd.Series, from_sheets: bool
) -> tuple[pd.Series, pd.Series]:
    """Return values (in their dtype) and where they cannot be read."""
    kind = column.variable.type
    dtype = DTYPES[kind]
    if kind in ("integer", "number"):
        numbers = _numbers(column, fmt, stored, coded)
        return numbers.astype(dtype), numbers.isna()
    if kind == "date":
        dates = _dates(stored, fmt.date, from_sheets)
        return dates.astype(dtype), dates.isna()
    if kind == "boolean":
        words = {"true": True, "false": False} if column.codes else _BOOLEAN_WORDS
        truth = stored.str.lower().map(words).astype("object")
        return truth.where(truth.notna(), None).astype(dtype), truth.isna()
    labels = column.variable.labels if kind == "category" else {}
    allowed = stored.isin(list(labels)) if labels else stored.notna()
    return stored.astype(dtype).where(allowed), ~allowed


def _numbers(column: Column, fmt: Format, stored: pd.Series, coded: pd.Series) -> pd.Series:
    """Return the numbers in the stored unit, rounded to the recorded resolution; else NaN.

    A value halfway between two is rounded to the even one (IEEE 754, as numpy
    does), so that the rounding of many values does not raise their mean.
    """
    raw = _parse_numbers(stored, fmt.decimal, fmt.thousands)
    factor = column_factor(column)
    whole = column.variable.type == "integer"
    if whole and factor == 1:
        raw = raw.where(raw == raw.round())
    # Multiplied before it is divided: 54 s are then exactly the 0.9 min that a reader writes.
    numbers = raw if factor == 1 else raw * factor.numerator / factor.denominator
    if coded.any():
        numbers = numbers.where(~coded, _parse_numbers(stored, ".", ""))
    if column.variable.decimals is not None:
        numbers = numbers.round(column.variable.decimals)
    if whole:
        numbers = numbers.where(numbers.abs() < _LARGEST_INTEGER)
    # Rounding can give -0.0, which would be written as such.
    return numbers + 0.0


def _parse_numbers(text: pd.Series, decimal: str, thousands: str) -> pd.Series:
    d, t = re.escape(decimal), re.escape(thousands)
    grouped = rf"\d{{1,3}}(?:{t}\d{{3}})+|" if thousands else ""
    pattern = rf"[+\-{_MINUS}]?(?:(?:{grouped}\d+)(?:{d}\d*)?|{d}\d+)(?:[eE][+-]?\d+)?"
    plain = text.where(text.str.fullmatch(pattern), "").str.replace(_MINUS, "-", regex=False)
    if thousands:
        plain = plain.str.replace(thousands, "", regex=False)
    if decimal != ".":
        plain = plain.str.replace(decimal, ".", regex=False)
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def _dates(text: pd.Series, pattern: str, from_sheets: bool) -> pd.Series:
    """Return the days (without time of day) of texts in the declared or the ISO format."""
    dates = pd.to_datetime(text, format=pattern, errors="coerce", exact=True)
    timed = dates.isna() & text.str.fullmatch(_ISO_TIME)
    if timed.any():
        dates = dates.mask(timed, pd.to_datetime(text[timed], format="ISO8601", errors="coerce"))
    serial = dates.isna() & text.str.fullmatch(_SERIAL)
    if from_sheets and serial.any():
        days = pd.to_numeric(text[serial]).round(6)
        dates = dates.mask(serial, pd.to_datetime(days, unit="D", origin=_SERIAL_ORIGIN))
    return dates.dt.normalize()


def _what_is_wrong(column: Column, fmt: Format) -> str:
    kind = column.variable.type
    if kind == "integer":
        return "is not a whole number"
    if kind == "number":
        return f"is not a number (decimal sign {fmt.decimal!r})"
    if kind == "date":
        shown = fmt.date
        for directive, word in _DATE_WORDS.items():
            shown = shown.replace(directive, word)
        return f"is not a date in the form {shown}"
    return "is not an allowed code"


def allowed_codes(column: Column) -> list[str]:
    """Return what may be written in a column of codes, in the order declared."""
    if column.variable.type == "boolean":
        return list(column.codes) or list(_BOOLEAN_WORDS)
    uncoded = [level for level in column.variable.labels if level not in column.codes.values()]
    return [*column.codes, *uncoded]
