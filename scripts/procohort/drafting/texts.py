"""What the cells of a column look like: numbers, dates, yes and no, no value.

Nothing is converted here; `procohort.data.convert` does that when the study is run. The
patterns only find out which type and format the configuration should declare.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from procohort.data.convert import convert
from procohort.study import Column, Format, Variable, VariableType

# Texts that mean "no value" wherever they stand.
NO_VALUE = frozenset({
    "na", "n/a", "n.a.", "nan", "null", "k.a.", "k. a.", "k.a", "n.v.", "nd", "n.d.", "missing",
    "fehlt", "fehlend", "-", "--", "---", "\u2013", ".", "?", "??", "#n/a", "#nv", "#na", "#value!",
    "#wert!", "#div/0!", "#ref!", "#bezug!", "#name?", "#num!", "#zahl!", "#null!",
    "<na>", "manquant", "mancante", "not available", "not done", "keine angabe",
    "non disponible",
})  # fmt: skip
# These mean it among numbers and dates; among words they may be an answer.
UNKNOWN = frozenset({"unknown", "unk", "unbekannt", "unklar", "inconnu", "desconocido", "x", "none",
                     "keine", "keiner", "nicht bekannt", "not known"})  # fmt: skip
# Words for yes and no that belong together, in several languages.
_YES_NO = (
    ("yes", "no"), ("y", "n"), ("ja", "nein"), ("j", "n"), ("oui", "non"), ("o", "n"),
    ("sí", "no"), ("sì", "no"), ("si", "no"), ("sim", "não"), ("sim", "nao"),
    ("tak", "nie"), ("ja", "nej"), ("ja", "nei"), ("ja", "nee"), ("kyllä", "ei"),
    ("ano", "ne"), ("da", "nu"), ("da", "ne"), ("igen", "nem"), ("evet", "hay\u0131r"),
    ("\u0434\u0430", "\u043d\u0435\u0442"), ("true", "false"), ("t", "f"), ("wahr", "falsch"),
    ("vrai", "faux"), ("vero", "falso"), ("verdadero", "falso"), ("1", "0"),
    ("positive", "negative"), ("positiv", "negativ"), ("pos", "neg"), ("present", "absent"),
    ("vorhanden", "nicht vorhanden"),
)  # fmt: skip
_TICKS = frozenset({"x", "✓", "✔", "☑"})
_SIGN = "[+\\-\u2212]?"
_POINT, _COMMA = rf"{_SIGN}\d*\.\d+", rf"{_SIGN}\d*,\d+"
DATE_FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%Y%m%d",
)  # fmt: skip
# Two separators, a month in letters or eight digits; a decimal number has none of them.
_LIKE_A_DATE = re.compile(
    r"\d{1,4}[./ -]\d{1,2}[./ -]\d|\d{1,2}[ -][^\W\d_]{3}|\d{8}$|[A-Z][a-z]{2} \d"
)
# A column is of a type when at least this share of its values is; the others are findings.
MOSTLY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How the numbers of a table are written."""

    decimal: str = "."
    thousands: str = ""


def is_no_value(text: str) -> bool:
    """Return whether a text means "no value" in any column.

    Examples
    --------
    >>> is_no_value("k.A."), is_no_value("12"), is_no_value("")
    (True, False, True)
    """
    return text == "" or text.casefold() in NO_VALUE


def find_number_signs(values: Iterable[str]) -> Numbers:
    """Return the decimal and the thousands sign on which the numbers of a table agree.

    A text with both signs tells which comes last, the decimal one. Where only one sign
    is found, the more frequent one is decimal unless every number with it has groups of
    three digits and there are at least two groups.

    Examples
    --------
    >>> find_number_signs(["1,5", "12,25", "3"])
    Numbers(decimal=',', thousands='')
    >>> find_number_signs(["1.234,5", "12,2"])
    Numbers(decimal=',', thousands='.')
    """
    counts = Counter(values)
    both: Counter[str] = Counter()
    single: Counter[str] = Counter()
    grouped: Counter[str] = Counter()
    for text, number in counts.items():
        for sign, other in ((".", ","), (",", ".")):
            o = re.escape(other)
            s = re.escape(sign)
            if re.fullmatch(rf"{_SIGN}\d{{1,3}}(?:{o}\d{{3}})+{s}\d+", text):
                both[sign] += number
            elif re.fullmatch(_POINT if sign == "." else _COMMA, text):
                single[sign] += number
            if re.fullmatch(rf"{_SIGN}\d{{1,3}}(?:{s}\d{{3}}){{2,}}", text):
                grouped[sign] += number
        for sign in ("'", " "):
            if re.fullmatch(rf"{_SIGN}\d{{1,3}}(?:{sign}\d{{3}})+(?:[.,]\d+)?", text):
                grouped[sign] += number
    if both:
        decimal = max(sorted(both), key=lambda sign: both[sign])
        return Numbers(decimal=decimal, thousands="," if decimal == "." else ".")
    decimal = "," if single[","] > single["."] else "."
    if grouped:
        thousands = max(sorted(grouped), key=lambda sign: grouped[sign])
        if thousands == decimal:
            decimal = "," if thousands == "." else "."
        return Numbers(decimal=decimal, thousands=thousands)
    return Numbers(decimal=decimal)


def find_date_format(columns: Iterable[Sequence[str]]) -> tuple[str, bool]:
    """Return the date format that fits most columns, and whether day and month may be swapped.

    Parameters
    ----------
    columns : iterable of sequences of str
        Distinct values of each column, without those that mean no value.

    Returns
    -------
    tuple of str and bool
        ISO where no column holds dates; among formats that fit equally the first of
        `DATE_FORMATS`. True where the one with month and day swapped fits as well.
    """
    totals: Counter[str] = Counter()
    for values in columns:
        fits = {form: int(readable_dates(values, form).sum()) for form in _plausible(values)}
        totals.update({form: n for form, n in fits.items() if n >= max(2, len(values) / 2)})
    # ISO dates are read beside any other format only with a time of day.
    best = max(DATE_FORMATS, key=lambda form: (totals[form], -DATE_FORMATS.index(form)))
    if not totals[best]:
        return DATE_FORMATS[0], False
    swapped = best.replace("%d", "%@").replace("%m", "%d").replace("%@", "%m")
    return best, swapped != best and totals[swapped] == totals[best]


def _plausible(values: Sequence[str]) -> tuple[str, ...]:
    """Return the formats worth trying; most columns have no date and none is tried."""
    sample = list(values[:50])
    alike = sum(1 for text in sample if _LIKE_A_DATE.match(text))
    return DATE_FORMATS if sample and alike >= len(sample) / 2 else ()


def readable_dates(values: Sequence[str], form: str) -> pd.Series:
    """Return which texts the pipeline reads as dates of that format (or as ISO with a time)."""
    dates = readable(values, "date", Format(date=form))
    if form == "%Y%m%d" and dates.any():
        years = pd.Series(values, dtype="str").str[:4].str.fullmatch(r"19\d\d|20\d\d")
        return dates & years.astype(bool)
    return dates


def readable(
    values: Sequence[str],
    kind: VariableType,
    fmt: Format,
    *,
    from_sheets: bool = False,
) -> pd.Series:
    """Return which texts the pipeline itself reads as values of a type."""
    variable = Variable(name="tried", type=kind, labels={})
    column = Column(variable=variable, sources=("tried",), codes={}, actions={})
    text = pd.Series(list(values), dtype="str")
    converted = convert(column, fmt, text, from_sheets=from_sheets)
    return (converted.faults == "") & converted.values.notna()


def decimals_of(values: Iterable[str], decimal: str) -> int:
    """Return the largest number of decimals that is written.

    Examples
    --------
    >>> decimals_of(["1,5", "2,25", "3"], ",")
    2
    """
    return max((len(text.rpartition(decimal)[2]) for text in values if decimal in text), default=0)


def yes_no_codes(values: Sequence[str], *, has_empty: bool = False) -> dict[str, str]:
    """Return each text's meaning, true or false, where a column is one of yes and no.

    Parameters
    ----------
    values : sequence of str
        Distinct values, without those that mean no value.
    has_empty : bool
        Whether there are empty cells: beside ticks they may mean no.

    Examples
    --------
    >>> yes_no_codes(["Ja", "nein", "ja"])
    {'Ja': 'true', 'ja': 'true', 'nein': 'false'}
    >>> yes_no_codes(["left", "right"])
    {}
    """
    lower = {text.casefold() for text in values}
    if not lower:
        return {}
    for yes, no in _YES_NO:
        # One of the two alone is enough for whole words: all may have answered no.
        alone = len(lower) == 1 and len(yes) > 1
        if lower == {yes, no} or (alone and lower <= {yes, no}):
            codes = {text: "true" if text.casefold() == yes else "false" for text in sorted(values)}
            present = set(codes.values())
            if len(present) == 1:
                codes[no if "true" in present else yes] = "false" if "true" in present else "true"
            return dict(sorted(codes.items(), key=lambda item: item[1] == "false"))
    if has_empty and len(lower) == 1 and lower <= _TICKS:
        return {**dict.fromkeys(sorted(values), "true"), "": "false"}
    return {}
