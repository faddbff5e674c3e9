"""Printed figures and the values they may stand for.

A printed figure is a rounding interval, not a number: "98.3%" stands for every
value that some rounding rule writes as 98.3. All arithmetic here is exact
(`Decimal`, `Fraction`), so a verdict never hangs on a float tolerance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

RoundingRule = Literal["half_up", "half_even", "truncate"]
RULES: tuple[RoundingRule, ...] = ("half_up", "half_even", "truncate")
Comparator = Literal["", "<", "<=", ">", ">="]

_COMPARATORS: dict[str, Comparator] = {
    "=": "",
    "<": "<",
    "≤": "<=",
    "<=": "<=",
    "⩽": "<=",
    ">": ">",
    "≥": ">=",
    ">=": ">=",
    "⩾": ">=",
    "less than": "<",
    "below": "<",
    "greater than": ">",
    "more than": ">",
    "at most": "<=",
    "at least": ">=",
}
_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_PATTERN = re.compile(
    r"(?:p\b(?:[\s-]*values?)?)?\s*"
    r"(?P<comparator>"
    + "|".join(re.escape(text) for text in sorted(_COMPARATORS, key=len, reverse=True))
    + r")?\s*"
    r"(?P<number>[-+\u2010-\u2014\u2212]?\s?(?:\d[\d.,·'’\u00a0\u2009\u202f]*|[.,·]\d+))"  # noqa: RUF001
    r"\s*(?P<percent>%|per\s?cent\b)?\s*(?P<unit>[^\d\s][^\d]*(?:(?<=m)[23])?)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
# Hyphens, dashes and the true minus sign: papers print any of them before a number.
_DASHES = re.compile("[\u2010-\u2014\u2212]")
_WORD = re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RoundingInterval:
    """The values that a rounding rule writes as one printed figure."""

    low: Decimal
    high: Decimal
    low_closed: bool
    high_closed: bool

    def contains(self, value: Fraction) -> bool:
        """Return whether the exact value lies inside."""
        low, high = Fraction(self.low), Fraction(self.high)
        above = value >= low if self.low_closed else value > low
        below = value <= high if self.high_closed else value < high
        return above and below


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A figure as printed: its value, its decimals, its percent sign and its comparator.

    Attributes
    ----------
    value : Decimal
        The number as printed, with its decimals ("14.0" keeps one).
    percent : bool
        Whether a percent sign or the word follows.
    comparator : {"", "<", "<=", ">", ">="}
        What stands before it: "p < 0.01" is a bound.
    """

    value: Decimal
    percent: bool = False
    comparator: Comparator = ""

    @property
    def decimals(self) -> int:
        """Return the number of printed decimals."""
        exponent = self.value.as_tuple().exponent
        return -exponent if isinstance(exponent, int) and exponent < 0 else 0

    @property
    def resolution(self) -> Decimal:
        """Return one unit of the last printed digit."""
        return Decimal(1).scaleb(-self.decimals)

    def interval(self, rule: RoundingRule) -> RoundingInterval:
        """Return the values that `rule` writes as this figure.

        ``half_up`` rounds ties away from zero, ``half_even`` to the even digit
        (IEEE 754-2019, 4.3), ``truncate`` drops the further digits.

        Examples
        --------
        >>> PrintedNumber(Decimal("98.3")).interval("half_up").low
        Decimal('98.25')
        """
        step, size = self.resolution, abs(self.value)
        half = step / 2
        if size == 0:
            width = step if rule == "truncate" else half
            closed = rule == "half_even"
            return RoundingInterval(-width, width, closed, closed)
        if rule == "truncate":
            found = RoundingInterval(size, size + step, True, False)
        elif rule == "half_up":
            found = RoundingInterval(size - half, size + half, True, False)
        else:
            even = int(size / step) % 2 == 0
            found = RoundingInterval(size - half, size + half, even, even)
        if self.value > 0:
            return found
        return RoundingInterval(-found.high, -found.low, found.high_closed, found.low_closed)

    def rules_that_give(self, value: Fraction) -> tuple[RoundingRule, ...]:
        """Return the rounding rules under which `value` is printed like this."""
        return tuple(rule for rule in RULES if self.interval(rule).contains(value))

    def holds_for(self, value: Fraction) -> bool:
        """Return whether a bound ("< 0.01") is true of `value`."""
        limit = Fraction(self.value)
        return {
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
            "": value == limit,
        }[self.comparator]

    def write(self, value: Fraction) -> str:
        """Write another value with the decimals and the percent sign of this figure."""
        return round_half_up(value, self.decimals) + ("%" if self.percent else "")


def exact(value: float) -> Fraction:
    """Return a computed double as the decimal number it stands for.

    Twelve significant digits: a mean of recorded values such as 11.85 arrives as
    11.849999999999998, and must not fall out of [11.85, 11.95) by the noise of
    binary addition. Printed figures carry far fewer digits.

    Examples
    --------
    >>> exact(11.849999999999998) == Fraction(1185, 100)
    True
    """
    return Fraction(Decimal(f"{value:.12g}"))


def round_half_up(value: Fraction, decimals: int) -> str:
    """Write an exact value with so many decimals, ties away from zero.

    Examples
    --------
    >>> round_half_up(Fraction(100 * 449, 458), 1)
    '98.0'
    """
    scaled = abs(value) * 10**decimals
    digits = int(scaled + Fraction(1, 2))
    text = f"{digits:0{decimals + 1}d}"
    if decimals:
        text = f"{text[:-decimals]}.{text[-decimals:]}"
    return f"-{text}" if value < 0 and digits else text


def read_printed(text: str, *, grouped: bool = False) -> PrintedNumber:
    """Read a figure as a paper prints it.

    Understood are percent signs, decimal point, comma or raised dot, thousands
    separators, a true minus sign, comparators ("p < 0.01", "P less than 0.0001",
    "≥ 3"), a trailing unit, and the words zero to twenty.

    Parameters
    ----------
    text : str
        The printed figure.
    grouped : bool
        Read "1,234" as 1234 rather than 1.234: true for counts.

    Raises
    ------
    ValueError
        If the text is not one figure.

    Examples
    --------
    >>> read_printed("98,3 %")
    PrintedNumber(value=Decimal('98.3'), percent=True, comparator='')
    >>> read_printed("two").value
    Decimal('2')
    """
    trimmed = text.strip()
    if trimmed.lower() in _WORDS:
        return PrintedNumber(Decimal(_WORDS.index(trimmed.lower())))
    found = _PATTERN.fullmatch(trimmed)
    if found is None:
        raise ValueError(f"{text!r} is not a printed figure such as '98.3%', '11.9' or 'p < 0.01'")
    comparator = _COMPARATORS[(found["comparator"] or "=").lower()]
    value = Decimal(plain_digits(found["number"], grouped))
    return PrintedNumber(value, percent=found["percent"] is not None, comparator=comparator)


def plain_digits(number: str, grouped: bool = False) -> str:
    """Return the digits with a decimal point and no thousands separators.

    Parameters
    ----------
    number : str
        Digits with separators, and a sign of any typography.
    grouped : bool
        Read "1,234" as 1234 rather than 1.234.

    Raises
    ------
    ValueError
        If the separators make no number.
    """
    text = re.sub(r"['’\s]", "", number)  # noqa: RUF001
    text = _DASHES.sub("-", text).replace("·", ".").rstrip(".,")
    unsigned = text.lstrip("+-")
    marks = [mark for mark in unsigned if mark in ".,"]
    if len(set(marks)) == 2:
        text = text.replace("," if marks[-1] == "." else ".", "")
    elif len(marks) > 1 or (grouped and _GROUPED.fullmatch(unsigned)):
        text = text.replace(".", "").replace(",", "")
    text = text.replace(",", ".")
    if text.count(".") > 1 or not any(map(str.isdecimal, text)):
        raise ValueError(f"{number!r} is not one number: its separators contradict each other")
    return text


def digits_for_words(text: str) -> str:
    """Return a text with the words zero to twenty written as digits.

    Examples
    --------
    >>> digits_for_words("one in ten")
    '1 in 10'
    """
    return _WORD.sub(lambda found: str(_WORDS.index(found[0].lower())), text)


def find_printed(sentence: str, printed: str) -> tuple[int, int] | None:
    """Return where a figure stands in its sentence, as start and end, or None.

    The figure must stand alone: the "5" of "458" or of "1.5" is not the figure 5.

    Examples
    --------
    >>> find_printed("complications in 1.5% (5/458)", "5")
    (23, 24)
    """
    for found in re.finditer(re.escape(printed), sentence):
        before, after = sentence[: found.start()], sentence[found.end() :]
        starts = not (printed[:1].isalnum() and re.search(r"\w$|\d[.,·]$", before))
        ends = not (printed[-1:].isalnum() and re.match(r"\w|[.,·]\d", after))
        if printed and starts and ends:
            return found.start(), found.end()
    return None
