"""Printed figures of several numbers: ranges, intervals, test statistics, frequency classes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from procohort.claims.printed import PrintedNumber, digits_for_words, read_printed
from procohort.claims.printed_frequency import PrintedFrequency, read_frequency

__all__ = [
    "STATISTICS",
    "PrintedFrequency",
    "PrintedInterval",
    "PrintedStatistic",
    "read_frequency",
    "read_interval",
    "read_range",
    "read_statistic",
]

# How many degrees of freedom belong to each statistic.
STATISTICS: dict[str, int] = {"t": 1, "F": 2, "chi2": 1, "z": 0, "r": 1}

_DASH = r"\-\u2010\u2011\u2012\u2013\u2014\u2212"
_NUMBER = (
    rf"[+{_DASH}]?\s?(?:\d+(?:[.,·'’]\d+|[\u00a0\u2009\u202f]\d{{3}}(?!\d))*"  # noqa: RUF001
    r"|[.,·]\d+)"
)
_PERCENT = r"(?:%|per\s?cent\b)"
_UNIT = rf"(?:[^\W\d_][^\d{_DASH},;~]*?(?:(?<=m)[23])?)"
_PAIR = re.compile(
    r"(?:[^\d<>≤≥]*?(?:^|[\s(\[{,:;=]))?"
    rf"(?P<low>{_NUMBER})\s*(?P<low_percent>{_PERCENT})?\s*{_UNIT}??\s*"
    rf"(?:[{_DASH}~\uff5e;]|,\s|\b(?:to|and|through)\b)\s*"
    rf"(?P<high>{_NUMBER})\s*(?P<high_percent>{_PERCENT})?"
    r"[^\d<>≤≥]*(?:(?<=m)[23])?[)\]}]*",
    re.IGNORECASE,
)
# "Q1-Q3" and "25th to 75th percentile" carry digits that are no values.
_QUARTILE = r"(?:\b[QP]\s?(?:1|3|25|75)\b|\b(?:25|75)th\b)"
_LABEL = re.compile(rf"{_QUARTILE}(?:\s*(?:[{_DASH},/]|to\b|and\b)\s*{_QUARTILE})?", re.IGNORECASE)
_CONFIDENCE = r"(?:CI|CrI|(?:confidence|credible)[\s-]*(?:interval|limits?)?(?:\s*[(\[]CI[)\]])?)"
_LEVEL = re.compile(
    rf"(?P<before>\d+(?:[.,·]\d+)?)\s?%?[\s{_DASH}]*{_CONFIDENCE}"
    rf"|{_CONFIDENCE}[\s,(\[]*(?P<after>\d+(?:[.,·]\d+)?)\s?%[)\]]?",
    re.IGNORECASE,
)
_NAMES = {
    "t": "t",
    "F": "F",
    "z": "z",
    "Z": "z",
    "r": "r",
    "χ2": "chi2",
    "χ²": "chi2",
    "χ^2": "chi2",
    "\u03a72": "chi2",  # capital chi
    "\u03a7²": "chi2",
    "X2": "chi2",
    "X²": "chi2",
    "chi2": "chi2",
    "chi²": "chi2",
    "chi-square": "chi2",
    "chi-squared": "chi2",
    "chi square": "chi2",
    "chi squared": "chi2",
    "Chi-square": "chi2",
    "Chi-squared": "chi2",
    "Chi2": "chi2",
}
_PLAIN = r"\d+(?:[.,·]\d+)?"
_STATISTIC = re.compile(
    r"(?P<name>" + "|".join(re.escape(n) for n in sorted(_NAMES, key=len, reverse=True)) + r")"
    r"\s*(?:[(\[]\s*(?:df\s*=\s*)?(?P<inside>[^()\[\]]*)[)\]]"
    rf"|_?\{{?(?P<below>{_PLAIN}(?:\s*[,;]\s*{_PLAIN})?)\}}?)?"
    r"\s*(?P<sign>=|:|<|>|≤|≥)\s*"
    rf"(?P<value>{_NUMBER})"
    rf"(?:\s*[,;(\[]\s*(?:df|d\.f\.)\s*=?\s*(?P<after>{_PLAIN}(?:\s*[,;]\s*{_PLAIN})?)\s*[)\]]?)?"
    r"\s*"
)
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@dataclass(frozen=True, slots=True)
class PrintedInterval:
    """A confidence interval as printed; `level` in percent (95 where none is printed)."""

    low: PrintedNumber
    high: PrintedNumber
    level: Decimal = Decimal(95)


@dataclass(frozen=True, slots=True)
class PrintedStatistic:
    """A test statistic as printed.

    Attributes
    ----------
    name : {"t", "F", "chi2", "z", "r"}
    df : tuple of PrintedNumber
        Degrees of freedom; empty where none are printed, as for z.
    value : PrintedNumber
    signed : bool
        Whether a plus or minus sign is printed.
    """

    name: str
    df: tuple[PrintedNumber, ...]
    value: PrintedNumber
    signed: bool = False


def read_range(text: str) -> tuple[PrintedNumber, PrintedNumber]:
    """Read two ends, the lower first: a range, or the first and third quartile.

    Raises
    ------
    ValueError
        If the text is not two numbers with "-", "to", "and", ";" or ", " between
        them, or the first is the larger.

    Examples
    --------
    >>> low, high = read_range("range, 15-143 mg")
    >>> int(low.value), int(high.value)
    (15, 143)
    """
    found = _PAIR.fullmatch(_LABEL.sub("", digits_for_words(text)).strip())
    if found is None:
        raise ValueError(f"{text!r} is not two ends such as '4-10' or 'IQR 1.3 to 3.2'")
    low, high = (read_printed(found[name].strip()) for name in ("low", "high"))
    if found["low_percent"] or found["high_percent"]:
        low, high = replace(low, percent=True), replace(high, percent=True)
    if low.value > high.value:
        raise ValueError(f"{text!r} begins with its larger end")
    return low, high


def read_interval(text: str) -> PrintedInterval:
    """Read a confidence interval, with its level if that is printed.

    Raises
    ------
    ValueError
        If the text is not an interval, or its level not between 50 % and 100 %.

    Examples
    --------
    >>> interval = read_interval("(90% CI, 1.1 to 4.8)")
    >>> interval.level, interval.high.value
    (Decimal('90'), Decimal('4.8'))
    """
    found = _LEVEL.search(text)
    level, rest = Decimal(95), text
    if found:
        level = read_printed(found["before"] or found["after"]).value
        rest = f"{text[: found.start()]} {text[found.end() :]}"
    if not 50 <= level < 100:
        raise ValueError(f"{text!r}: a confidence level lies between 50% and 100%")
    try:
        low, high = read_range(rest)
    except ValueError as error:
        if "larger end" in str(error):
            raise ValueError(f"{text!r} begins with its larger end") from None
        raise ValueError(
            f"{text!r} is not an interval such as '95% CI 1.30-1.38' or '1.2 to 3.4'"
        ) from None
    return PrintedInterval(low, high, level)


def read_statistic(text: str) -> PrintedStatistic:
    """Read a t, F, chi-square, z or r statistic with the degrees of freedom printed.

    Degrees of freedom may stand in brackets, below the line or behind the value;
    "N = 90" among them is passed over.

    Raises
    ------
    ValueError
        If the text is not such a statistic, is a bound, or has too many or too few
        degrees of freedom.

    Examples
    --------
    >>> read_statistic("χ2(1, N = 90) = 4.20").name
    'chi2'
    >>> [str(df.value) for df in read_statistic("F(2, 40) = 3.1").df]
    ['2', '40']
    """
    found = _STATISTIC.fullmatch(text.strip().translate(_SUBSCRIPTS))
    if found is None:
        raise ValueError(
            f"{text!r} is not a t, F, chi-square, z or r statistic such as 't(42) = 2.31'; "
            "use kind text for any other statistic"
        )
    if found["sign"] not in ("=", ":"):
        raise ValueError(f"{text!r} is a bound; a statistic is printed with = and its digits")
    name, number = _NAMES[found["name"]], found["value"].strip()
    freedom = _freedom(found["inside"] or found["below"] or found["after"] or "", text)
    if freedom and len(freedom) != STATISTICS[name]:
        wanted = STATISTICS[name] or "no"
        raise ValueError(f"{text!r} has {len(freedom)} degrees of freedom, {name} has {wanted}")
    value = read_printed(number)
    if name == "r" and abs(value.value) > 1:
        raise ValueError(f"{text!r}: a correlation lies between -1 and 1")
    if name in ("F", "chi2") and value.value < 0:
        raise ValueError(f"{text!r}: {name} is never below 0")
    signed = not number[0].isdigit() and number[0] not in ".,·"
    return PrintedStatistic(name, freedom, value, signed)


def _freedom(text: str, printed: str) -> tuple[PrintedNumber, ...]:
    """Read degrees of freedom; a comma parts them unless a semicolon does."""
    listed = re.sub(r"[,;]?\s*\b[Nn]\s*=\s*[\d,]+\s*$", "", text).replace("df", "").replace("=", "")
    pieces = re.split(r";" if ";" in listed else r",", listed)
    try:
        figures = tuple(read_printed(piece) for piece in pieces if piece.strip())
    except ValueError:
        raise ValueError(f"{printed!r} has unreadable degrees of freedom") from None
    if any(figure.value <= 0 for figure in figures):
        raise ValueError(f"{printed!r} has degrees of freedom that are not above 0")
    return figures
