"""How a manuscript writes its numbers: decimal sign, p values, summaries, intervals.

Rounding is that of `procohort.publish.numbers`; here only the signs around it change.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from procohort.publish.numbers import (
    ABSENT,
    MINUS,
    format_count_percent,
    format_effect,
    format_limits,
    format_mean_sd,
    format_number,
    format_p,
    format_percent,
    format_quantile,
    format_significant,
)
from procohort.results import NAN, ResultRow
from procohort.study import Variable

# A number of a text: not part of a word, a version or a date with points.
_NUMBER = re.compile(r"(?<![\w.,])(\d+)(?:\.(\d+))?(?!\w|\.\d)")
_SPACED_PERCENT = re.compile(r"(?<=\d) %")
_HYPHEN = re.compile(r"(?<![\w-])-(?=\d)")
_P_VALUE = re.compile(r"\bp ([=<>]) (\d\.\d+)")
_ALPHA = 0.05
# Digits from which the integer part is grouped: 1234 is read at a glance, 12345 is not.
_GROUPED_FROM = 5
_EN_DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PStyle:
    """How p values are written.

    Attributes
    ----------
    symbol : str
        ``p`` or ``P``.
    leading_zero : bool
        ``0.04`` or ``.04``.
    style : str
        ``exact`` writes two significant digits; ``two_decimals`` two decimals, three below
        0.01; ``three_decimals`` always three. Each takes more digits before it would round
        a p value across 0.05.
    smallest : float
        Below it only ``< smallest`` is written.
    """

    symbol: Literal["p", "P"] = "p"
    leading_zero: bool = True
    style: Literal["exact", "two_decimals", "three_decimals"] = "exact"
    smallest: float = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """How a manuscript writes its numbers.

    Attributes
    ----------
    decimal_sign, thousands_sign : str
        Thousands are grouped from five digits on.
    p : PStyle
    summary : str
        ``median_iqr``, ``mean_sd`` or ``both``.
    spread : str
        A standard deviation in ``parentheses`` or after ``plus_minus``.
    percent_decimals : int
    interval : str
        ``brackets`` [1, 2], ``to`` (1 to 2), ``dash`` (1-2), ``comma`` (1, 2).
    fraction : str
        Counts of a percentage: ``slash`` 3/4 or ``of`` 3 of 4.

    Examples
    --------
    >>> style = NumberStyle(decimal_sign=",")
    >>> style.p_equation(0.0456), style.percent_count(449, 458), style.number(12345.5, 1)
    ('p = 0,046', '98,0% (449/458)', '12345,5')
    """

    decimal_sign: str = "."
    thousands_sign: str = ""
    p_style: PStyle = field(default_factory=PStyle)
    summary: Literal["median_iqr", "mean_sd", "both"] = "median_iqr"
    spread: Literal["parentheses", "plus_minus"] = "parentheses"
    percent_decimals: int = 1
    interval: Literal["brackets", "to", "dash", "comma"] = "brackets"
    fraction: Literal["slash", "of"] = "slash"

    @classmethod
    def from_settings(cls, numbers: Mapping[str, Any]) -> NumberStyle:
        """Build a style from `procohort.settings_paper.number_settings`."""
        names = ("decimal_sign", "thousands_sign", "summary", "spread", "percent_decimals")
        plain = {name: numbers[name] for name in (*names, "interval", "fraction")}
        return cls(p_style=PStyle(**numbers["p"]), **plain)

    def text(self, text: str) -> str:
        """Return a text of the house with its numbers in this style.

        Examples
        --------
        >>> style = NumberStyle(decimal_sign=",")
        >>> style.text("0.17 (95 % interval 0.04 to 0.3), p = 0.04")
        '0,17 (95% interval 0,04 to 0,3), p = 0,04'
        """
        text = _HYPHEN.sub(MINUS, _SPACED_PERCENT.sub("%", text))
        return _NUMBER.sub(self._localised, _P_VALUE.sub(self._p_as_styled, text))

    def _p_as_styled(self, found: re.Match[str]) -> str:
        # Digits stay as they are: what is rounded already must not be rounded again.
        number = self._signed(found[2])
        return f"{self.p_style.symbol} {found[1]} {number}"

    def _localised(self, found: re.Match[str]) -> str:
        whole, decimals = found[1], found[2]
        if len(whole) >= _GROUPED_FROM and self.thousands_sign:
            whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", self.thousands_sign, whole)
        return whole if decimals is None else f"{whole}{self.decimal_sign}{decimals}"

    def number(self, value: float, decimals: int) -> str:
        """Write a number with a fixed number of decimals."""
        return self.text(format_number(value, decimals))

    def count(self, n: int | None) -> str:
        """Write a count."""
        return ABSENT if n is None else self.text(str(n))

    def p(self, p: float) -> str:
        """Write a p value, never rounded across 0.05.

        Examples
        --------
        >>> ama = PStyle(symbol="P", leading_zero=False, style="two_decimals")
        >>> style = NumberStyle(p_style=ama)
        >>> [style.p(p) for p in (0.0004, 0.0034, 0.042, 0.046, 0.054, 0.31, 0.997)]
        ['< .001', '.003', '.04', '.046', '.054', '.31', '> .99']
        """
        if math.isnan(p):
            return ABSENT
        smallest = self.p_style.smallest
        return self._signed(f"< {smallest:g}" if p < smallest else self._p_digits(p))

    def _signed(self, text: str) -> str:
        """Put a p value's own signs: whether it has a leading zero, and the decimal sign."""
        if not self.p_style.leading_zero:
            text = re.sub(r"(?<!\d)0\.", ".", text)
        return text.replace(".", self.decimal_sign)

    def level(self, alpha: float) -> str:
        """Write the level of tests as p values are written, for example ``0.05``."""
        return self._signed(f"{alpha:g}")

    def _p_digits(self, p: float) -> str:
        if self.p_style.style == "exact":
            text = format_p(p) if p >= 0.001 else format_significant(p, 2)
            return text if (float(text) < _ALPHA) == (p < _ALPHA) else _beside_alpha(p)
        decimals = 2 if self.p_style.style == "two_decimals" and p >= 0.01 else 3
        decimals = max(decimals, round(-math.log10(self.p_style.smallest)) if p < 0.001 else 0)
        if float(format_number(p, decimals)) >= 1:
            return f"> {format_number(1 - 10.0**-decimals, decimals)}"
        for more in range(decimals, 6):
            text = format_number(p, more)
            # 0.05 itself is on neither side.
            if _side(float(text)) == _side(p):
                return text
        return _beside_alpha(p)

    def p_equation(self, p: float) -> str:
        """Write ``p = 0.046`` or ``p < 0.001``."""
        text = self.p(p)
        return f"{self.p_style.symbol} {text}" if text[:1] in "<>" else self._equal(text)

    def _equal(self, text: str) -> str:
        return f"{self.p_style.symbol} = {text}"

    def percent(self, fraction: float) -> str:
        """Write a fraction as a percentage."""
        return self.text(format_percent(fraction, self.percent_decimals))

    def percent_count(self, events: int | None, trials: int | None) -> str:
        """Write a percentage with its counts; a percentage never stands alone."""
        text = format_count_percent(events, trials, self.percent_decimals)
        if self.fraction == "of":
            text = re.sub(r"\((\d+)/(\d+)\)$", r"(\1 of \2)", text)
        return self.text(text)

    @property
    def percent_label(self) -> str:
        """What a percentage with its counts is called."""
        return "% (k of n)" if self.fraction == "of" else "% (k/n)"

    def range_marks(self, low: str, high: str) -> tuple[str, str, str]:
        """Return what stands before, between and after two limits that are written already."""
        # With a decimal comma, another comma would read as part of a number.
        apart = "; " if self.decimal_sign == "," else ", "
        if self.interval == "brackets":
            return "[", apart, "]"
        if self.interval == "comma":
            return "(", apart, ")"
        plain = self.interval == "dash" and MINUS not in low + high
        return "(", _EN_DASH if plain else " to ", ")"

    def median_iqr(self, median: float, q1: float, q3: float, variable: Variable) -> str:
        """Write a median with its quartiles."""
        middle, low, high = (self.quantile(value, variable) for value in (median, q1, q3))
        before, between, after = self.range_marks(low, high)
        return middle if middle == ABSENT else f"{middle} {before}{low}{between}{high}{after}"

    def quantile(self, value: float, variable: Variable) -> str:
        """Write a median, quartile or extreme."""
        return self.text(format_quantile(value, variable))

    def mean_sd_texts(self, mean: float, sd: float, variable: Variable) -> tuple[str, str]:
        """Return a mean and a standard deviation, written alike."""
        first, second = format_mean_sd(mean, sd, variable)
        return self.text(first), self.text(second)

    @property
    def spread_marks(self) -> tuple[str, str]:
        """What stands between a mean and its standard deviation, and after it."""
        plus_minus = self.spread == "plus_minus"
        return (" \N{PLUS-MINUS SIGN} ", "") if plus_minus else (" (", ")")

    def mean_sd(self, mean: float, sd: float, variable: Variable) -> str:
        """Write a mean with its standard deviation."""
        first, second = self.mean_sd_texts(mean, sd, variable)
        between, after = self.spread_marks
        return first if first == ABSENT else f"{first}{between}{second}{after}"

    @property
    def summaries(self) -> tuple[str, ...]:
        """The summaries of a quantity: ``median``, ``mean``, or both in this order."""
        return {"median_iqr": ("median",), "mean_sd": ("mean",)}.get(
            self.summary, ("median", "mean")
        )

    def summary_label(self, summary: str) -> str:
        """Return what a summary is called, in the form in which it is written."""
        if summary == "mean":
            between, after = self.spread_marks
            return f"mean{between}SD{after}"
        before, _, after = self.range_marks("", "")
        return f"median {before}IQR{after}"

    def effect(self, row: ResultRow, variable: Variable, *, unit: bool = False) -> str:
        """Write an estimate without its limits."""
        if row.estimand.startswith("proportion"):
            return self.percent(row.estimate)
        bare = replace(row, ci_low=NAN, ci_high=NAN)
        return self.text(format_effect(bare, variable, unit=unit))

    def limits(self, row: ResultRow, variable: Variable) -> tuple[str, str] | None:
        """Return both confidence limits as written, None when there are none."""
        if math.isnan(row.ci_low) and math.isnan(row.ci_high):
            return None
        if row.estimand.startswith("proportion"):
            return self._percents(row)
        found = format_limits(row, variable)
        return found and (self.text(found[0]), self.text(found[1]))

    def _percents(self, row: ResultRow) -> tuple[str, str]:
        low, high = (
            self.number(100 * limit, self.percent_decimals) for limit in (row.ci_low, row.ci_high)
        )
        return low, high

    def interval_text(self, row: ResultRow, variable: Variable) -> str:
        """Write confidence limits as they stand in a table; nothing when there are none."""
        limits = self.limits(row, variable)
        if limits is None:
            return ""
        if math.isnan(row.ci_level):
            # A range of estimates, such as that of leaving out one at a time.
            return f"(range {limits[0]} to {limits[1]})"
        before, between, after = self.range_marks(*limits)
        return f"{before}{limits[0]}{between}{limits[1]}{after}"

    def effect_with_interval(
        self, row: ResultRow, variable: Variable, *, unit: bool = False
    ) -> str:
        """Write an estimate with its confidence limits, as in a table.

        Examples
        --------
        >>> row = ResultRow(analysis="a", kind="compare", estimand="odds_ratio", outcome="y",
        ...                 estimate=2.0, ci_low=0.5, ci_high=4.25, ci_level=0.95)
        >>> yes_no = Variable(name="y", type="boolean", labels={})
        >>> NumberStyle(interval="to").effect_with_interval(row, yes_no)
        '2.00 (0.50 to 4.25)'
        """
        estimate = self.effect(row, variable, unit=unit)
        return f"{estimate} {self.interval_text(row, variable)}".strip()

    def interval_label(self, level: float) -> str:
        """Return the heading of an interval, for example ``[95% CI]``."""
        before, _, after = self.range_marks("", "")
        return f"{before}{self.ci_name(level)}{after}"

    def ci_name(self, level: float) -> str:
        """Return ``95% CI``."""
        return self.text(f"{100 * level:g}% CI")

    def interval_phrase(self, row: ResultRow, variable: Variable) -> str:
        """Write confidence limits for a sentence, without the brackets around them."""
        limits = self.limits(row, variable)
        if limits is None:
            return ""
        _, between, _ = self.range_marks(*limits)
        colon = ":" if self.interval == "comma" else ""
        sign = "%" if row.estimand.startswith("proportion") else ""
        said = f"{limits[0]}{sign}{between}{limits[1]}{sign}"
        return f"{self.ci_name(row.ci_level)}{colon} {said}"


def _side(value: float) -> int:
    return (value > _ALPHA) - (value < _ALPHA)


def _beside_alpha(p: float) -> str:
    return f"{'<' if p < _ALPHA else '>'} {_ALPHA:g}"
