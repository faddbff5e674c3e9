"""Frequency classes as printed: "more than 1 in 10", "1-10%", ">= 1/100 to < 1/10"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from procohort.claims.printed import digits_for_words, plain_digits

_Bound = Literal["", "<", "<=", ">", ">="]
_BOUNDS: dict[str, _Bound] = {
    "no more than": "<=",
    "not more than": "<=",
    "no fewer than": ">=",
    "no less than": ">=",
    "at most": "<=",
    "up to": "<=",
    "at least": ">=",
    "more than": ">",
    "greater than": ">",
    "higher than": ">",
    "over": ">",
    "above": ">",
    "less than": "<",
    "fewer than": "<",
    "lower than": "<",
    "under": "<",
    "below": "<",
    "<=": "<=",
    ">=": ">=",
    "≤": "<=",
    "⩽": "<=",
    "≥": ">=",
    "⩾": ">=",
    "<": "<",
    ">": ">",
}
_AFTER: dict[str, _Bound] = {
    "or more": ">=",
    "or higher": ">=",
    "or less": "<=",
    "or fewer": "<=",
    "or lower": "<=",
}
_NUMBER = r"(?:\d+(?:[.,·'’]\d+|[\s\u00a0\u2009\u202f]\d{3}(?!\d))*|[.,·]\d+)"  # noqa: RUF001
_FIGURE = re.compile(
    r"(?P<before>" + "|".join(re.escape(text) for text in _BOUNDS) + r")?\s*"
    r"(?P<first>" + _NUMBER + r")\s*"
    r"(?:(?P<percent>%|per\s?cent\b)|(?:in|of|out\s+of|per|/|:)\s*(?P<total>" + _NUMBER + r"))?"
    r"(?:\s+(?:people|patients|persons|users|cases)\b)?"
    r"(?:\s+(?P<after>" + "|".join(_AFTER) + r")\b)?",
    re.IGNORECASE,
)
_EXAMPLES = "'more than 1 in 10', '1-10%' or '<1%'"


@dataclass(frozen=True, slots=True)
class PrintedFrequency:
    """A class of proportions, from `low` to `high` (None: no printed end).

    Attributes
    ----------
    low, high : Fraction or None
        Proportions between 0 and 1.
    low_open, high_open : bool
        Whether the end itself lies outside: "more than 1 in 10" leaves 1 in 10 out.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def contains(self, value: Fraction) -> bool:
        """Return whether a proportion lies in the class."""
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high
        return above and (below or (value == self.high and not self.high_open))

    def overlaps(self, other: PrintedFrequency) -> bool:
        """Return whether some proportion lies in both classes."""
        return not (self._ends_before(other) or other._ends_before(self))

    def _ends_before(self, other: PrintedFrequency) -> bool:
        high = Fraction(1) if self.high is None else self.high
        low = Fraction(0) if other.low is None else other.low
        return high < low or (high == low and (self.high_open or other.low_open))


@dataclass(frozen=True, slots=True)
class _End:
    value: Fraction
    bound: _Bound


def read_frequency(text: str) -> PrintedFrequency:
    """Read a frequency class that is printed with numbers.

    A range without signs ("1-10%", "1 in 100 to 1 in 10") includes both of its ends,
    in whichever order they stand. Words without numbers ("very common") are not read:
    their numbers differ between authorities.

    Raises
    ------
    ValueError
        If the text is not such a class.

    Examples
    --------
    >>> read_frequency("may affect more than 1 in 10 people")
    PrintedFrequency(low=Fraction(1, 10), high=None, low_open=True, high_open=False)
    >>> read_frequency("≥1/100 to <1/10").contains(Fraction(1, 10))
    False
    """
    ends = _ends(digits_for_words(text), text)
    low = [end for end in ends if end.bound in (">", ">=")]
    high = [end for end in ends if end.bound in ("<", "<=")]
    plain = sorted((end for end in ends if not end.bound), key=lambda end: end.value)
    if len(plain) == 2:
        low, high = plain[:1], plain[1:]
    elif plain and len(ends) == 2:
        low, high = (low or plain), (high or plain)
    elif plain:
        raise ValueError(
            f"{text!r} is one figure, not a class such as {_EXAMPLES}; "
            "use kind percent where a percentage is printed, else kind text"
        )
    if len(low) > 1 or len(high) > 1:
        raise ValueError(f"{text!r} bounds one side twice; a class is such as {_EXAMPLES}")
    return _class(low, high, text)


def _class(low: list[_End], high: list[_End], text: str) -> PrintedFrequency:
    found = PrintedFrequency(
        low[0].value if low else None,
        high[0].value if high else None,
        bool(low) and low[0].bound == ">",
        bool(high) and high[0].bound == "<",
    )
    if found.low is not None and found.high is not None and found.low > found.high:
        raise ValueError(f"{text!r}: its lower end is above its upper end")
    return found


def _ends(text: str, printed: str) -> list[_End]:
    found = list(_FIGURE.finditer(text))
    if len(found) not in (1, 2):
        raise ValueError(f"{printed!r} is not a frequency class with numbers, such as {_EXAMPLES}")
    in_percent = any(match["percent"] for match in found)
    return [_end(match, in_percent, printed) for match in found]


def _end(match: re.Match[str], in_percent: bool, printed: str) -> _End:
    before = _BOUNDS[match["before"].lower()] if match["before"] else ""
    after = _AFTER[match["after"].lower()] if match["after"] else ""
    first = Fraction(Decimal(plain_digits(match["first"], grouped=bool(match["total"]))))
    if match["total"]:
        total = Fraction(Decimal(plain_digits(match["total"], grouped=True)))
        value = first / total if total else Fraction(2)
    elif in_percent:
        value = first / 100
    else:
        raise ValueError(f"{printed!r} has a number that is neither a percentage nor '1 in 10'")
    if not 0 <= value <= 1:
        raise ValueError(f"{printed!r} is not a share between 0% and 100%")
    return _End(value, before or after)
