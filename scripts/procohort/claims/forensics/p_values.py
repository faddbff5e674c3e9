"""P values that follow from printed test statistics, means, deviations and sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

from scipy.special import chdtrc, fdtrc, ndtr, stdtr, stdtrit

from procohort.claims.printed import RULES, PrintedNumber, RoundingInterval
from procohort.claims.printed_compound import PrintedStatistic

ALPHA = Decimal("0.05")  # the conventional level behind "the conclusion"
# Distribution functions in double precision agree to about twelve digits.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class PRange:
    """The p values that fit printed figures, both ends included."""

    low: float
    high: float

    def meets(self, printed: RoundingInterval) -> bool:
        """Return whether some p value of the range is printed like this."""
        return self.low <= float(printed.high) + _SLACK and self.high >= float(printed.low) - _SLACK

    def turns(self, printed: RoundingInterval) -> bool:
        """Return whether the conclusion at 5 % is another one than with the printed p value."""
        level = float(ALPHA)
        return (self.high < level and at_or_above(printed, ALPHA)) or (
            self.low >= level and below(printed, ALPHA)
        )

    def scaled(self, factor: float) -> PRange:
        """Return the range of p values `factor` times as large, at most 1."""
        return PRange(min(1.0, self.low * factor), min(1.0, self.high * factor))

    def mirrored(self) -> PRange:
        """Return the range of one minus the p values."""
        return PRange(1.0 - self.high, 1.0 - self.low)


@dataclass(frozen=True, slots=True)
class PrintedSample:
    """Mean, standard deviation and size of one side of a comparison, as printed."""

    mean: PrintedNumber
    sd: PrintedNumber
    n: int


def widest(figure: PrintedNumber) -> RoundingInterval:
    """Return the values that any rounding rule writes as a figure.

    Examples
    --------
    >>> found = widest(PrintedNumber(Decimal("2.31")))
    >>> str(found.low), str(found.high)
    ('2.305', '2.32')
    """
    found = [figure.interval(rule) for rule in RULES]
    low, high = min(each.low for each in found), max(each.high for each in found)
    return RoundingInterval(
        low,
        high,
        any(each.low_closed for each in found if each.low == low),
        any(each.high_closed for each in found if each.high == high),
    )


def printed_p(figure: PrintedNumber) -> RoundingInterval:
    """Return the p values a printed p value or bound stands for, within 0 to 1.

    Examples
    --------
    >>> found = printed_p(PrintedNumber(Decimal("0.01"), comparator="<"))
    >>> str(found.high), found.high_closed
    ('0.01', False)
    """
    zero, one, value = Decimal(0), Decimal(1), figure.value
    if figure.comparator in ("<", "<="):
        return RoundingInterval(zero, value, True, figure.comparator == "<=")
    if figure.comparator in (">", ">="):
        return RoundingInterval(value, one, figure.comparator == ">=", True)
    found = widest(figure)
    low, high = max(found.low, zero), min(found.high, one)
    return RoundingInterval(
        low, high, low != found.low or found.low_closed, high != found.high or found.high_closed
    )


def below(printed: RoundingInterval, limit: Decimal) -> bool:
    """Return whether every value of the interval lies below a limit."""
    return printed.high < limit or (printed.high == limit and not printed.high_closed)


def at_or_above(printed: RoundingInterval, limit: Decimal) -> bool:
    """Return whether every value of the interval lies on or above a limit."""
    return printed.low >= limit


def two_sided_p(name: str, value: float, df: tuple[float, ...] = ()) -> float:
    """Return the two-sided p value of a test statistic.

    Parameters
    ----------
    name : {"t", "F", "chi2", "z", "r"}
        A correlation r is tested by ``t = r sqrt(df / (1 - r^2))`` with df = n - 2
        (Student 1908, Biometrika 6, 302-310; exact for normal pairs).
    value : float
        The statistic; for t, z and r its sign plays no part.
    df : tuple of float
        Degrees of freedom: two for F, none for z, one for the others.

    Raises
    ------
    KeyError
        If the statistic is not one of the five.

    Examples
    --------
    >>> round(two_sided_p("t", 2.31, (42.0,)), 4)
    0.0259
    """
    if name == "t":
        return float(2.0 * stdtr(df[0], -abs(value)))
    if name == "r":
        rest = 1.0 - value * value
        return 0.0 if rest <= 0.0 else two_sided_p("t", value * math.sqrt(df[0] / rest), df)
    if name == "z":
        return float(2.0 * ndtr(-abs(value)))
    if name == "chi2":
        return float(chdtrc(df[0], max(value, 0.0)))
    if name == "F":
        return float(fdtrc(df[0], df[1], max(value, 0.0)))
    raise KeyError(name)


def p_range_of_statistic(statistic: PrintedStatistic) -> PRange:
    """Return the two-sided p values a printed test statistic stands for.

    The p value falls as the statistic grows, so the ends of its rounding interval
    suffice. The degrees of freedom of t and the second ones of F may be fractions
    printed without their digits (Welch, Satterthwaite), and are rounding intervals too.

    Parameters
    ----------
    statistic : PrintedStatistic
        With as many degrees of freedom as its kind has.

    Examples
    --------
    >>> from procohort.claims.printed_compound import read_statistic
    >>> found = p_range_of_statistic(read_statistic("z = 1.96"))
    >>> round(found.low, 3), round(found.high, 3)
    (0.049, 0.051)
    """
    found = [
        two_sided_p(statistic.name, size, df)
        for size in _sizes(statistic.value)
        for df in product(*_freedom(statistic))
    ]
    return PRange(min(found), max(found))


def _sizes(value: PrintedNumber) -> tuple[float, float]:
    """Return the smallest and the largest absolute value a figure stands for."""
    ends = widest(value)
    low, high = sorted((abs(ends.low), abs(ends.high)))
    return (0.0 if ends.low < 0 < ends.high else float(low)), float(high)


def _freedom(statistic: PrintedStatistic) -> list[tuple[float, ...]]:
    """Return the values to try for each of the degrees of freedom."""
    found: list[tuple[float, ...]] = []
    for position, df in enumerate(statistic.df):
        rounded = df.decimals > 0 or statistic.name == "t" or position == 1
        ends = widest(df)
        low = max(float(ends.low), float(df.value) / 2.0)
        found.append((low, float(df.value), float(ends.high)) if rounded else (float(df.value),))
    return found


def difference_range(first: PrintedNumber, second: PrintedNumber) -> tuple[Fraction, Fraction]:
    """Return the smallest and the largest absolute difference of two printed figures.

    Both are taken as printed by one rounding rule, whichever it is.

    Examples
    --------
    >>> low, high = difference_range(PrintedNumber(Decimal("11.9")), PrintedNumber(Decimal("10.3")))
    >>> float(low), float(high)
    (1.5, 1.7)
    """
    lows, highs = [], []
    for rule in RULES:
        one, other = first.interval(rule), second.interval(rule)
        low, high = one.low - other.high, one.high - other.low
        lows.append(Decimal(0) if low <= 0 <= high else min(abs(low), abs(high)))
        highs.append(max(abs(low), abs(high)))
    return Fraction(min(lows)), Fraction(max(highs))


def student_p_range(one: PrintedSample, other: PrintedSample) -> PRange:
    """Return the p values of Student's t test that fit printed means, deviations and sizes.

    ``t = d / (s sqrt(1/n1 + 1/n0))`` with the pooled variance
    ``s^2 = ((n1 - 1) s1^2 + (n0 - 1) s0^2) / (n1 + n0 - 2)`` (Student 1908): p falls with
    the difference and grows with both deviations, so the ends of their rounding
    intervals give the range.

    Parameters
    ----------
    one, other : PrintedSample
        Of at least two values each.

    Examples
    --------
    >>> sides = [PrintedSample(PrintedNumber(Decimal(m)), PrintedNumber(Decimal("3.0")), 20)
    ...          for m in ("12.0", "10.0")]
    >>> found = student_p_range(*sides)
    >>> round(found.low, 3), round(found.high, 3)
    (0.03, 0.06)
    """
    d_low, d_high = (float(end) for end in difference_range(one.mean, other.mean))
    df = one.n + other.n - 2
    errors = [
        pooled_sd(sd1, one.n, sd0, other.n) * math.sqrt(1.0 / one.n + 1.0 / other.n)
        for sd1, sd0 in zip(_sd_ends(one.sd), _sd_ends(other.sd), strict=True)
    ]
    return PRange(_p_of_t(d_high, errors[0], df), _p_of_t(d_low, errors[1], df))


def welch_p_range(one: PrintedSample, other: PrintedSample) -> PRange:
    """Return a range that holds every p value of Welch's t test that fits printed figures.

    ``t = d / sqrt(s1^2/n1 + s0^2/n0)`` with the degrees of freedom of Welch (1947,
    Biometrika 34, 28-35) as Satterthwaite's equation gives them: with the share
    ``u = (s1^2/n1) / (s1^2/n1 + s0^2/n0)``, ``1/df = u^2/(n1 - 1) + (1 - u)^2/(n0 - 1)``.
    The largest t is joined to the largest df and the smallest to the smallest, so the
    range can be a little wide but leaves no p value out.

    Parameters
    ----------
    one, other : PrintedSample
        Of at least two values each.
    """
    d_low, d_high = (float(end) for end in difference_range(one.mean, other.mean))
    (low1, high1), (low0, high0) = (
        tuple(sd**2 / side.n for sd in _sd_ends(side.sd)) for side in (one, other)
    )
    best = (one.n - 1) / (one.n + other.n - 2)
    shares = (_share(low1, high0), _share(high1, low0))
    df_high = _welch_df(min(max(best, shares[0]), shares[1]), one.n, other.n)
    df_low = min(_welch_df(share, one.n, other.n) for share in shares)
    return PRange(
        _p_of_t(d_high, math.sqrt(low1 + low0), df_high),
        _p_of_t(d_low, math.sqrt(high1 + high0), df_low),
    )


def least_pair_correlation(one: PrintedSample, other: PrintedSample, p: float) -> float | None:
    """Return the least correlation of pairs with which a paired t test gives p or less.

    The differences of n pairs have the variance ``s1^2 + s0^2 - 2 r s1 s0``, which may
    be at most ``d^2 n / t^2`` with t the upper p/2 quantile of n - 1 degrees of freedom
    (Student 1908).

    Parameters
    ----------
    one, other : PrintedSample
        The two sides of the pairs.
    p : float
        Two-sided p value, above 0 and below 1.

    Returns
    -------
    float or None
        Between -1 and 1, the least that fits the rounding of all figures. None where the
        sizes differ or no correlation is high enough.

    Examples
    --------
    >>> sides = [PrintedSample(PrintedNumber(Decimal(m)), PrintedNumber(Decimal("3.00")), 20)
    ...          for m in ("11.00", "10.00")]
    >>> round(least_pair_correlation(*sides, 0.05), 2)
    0.74
    """
    if one.n != other.n:
        return None
    gap = float(difference_range(one.mean, other.mean)[1])
    largest_variance = one.n * (gap / float(stdtrit(one.n - 1, p / 2.0))) ** 2
    found = [
        (sd1**2 + sd0**2 - largest_variance) / (2.0 * sd1 * sd0)
        for sd1 in _sd_ends(one.sd)
        for sd0 in _sd_ends(other.sd)
        if sd1 > 0.0 and sd0 > 0.0
    ]
    if not found or min(found) > 1.0:
        return None
    return max(-1.0, min(found))


def pooled_sd(sd1: float, n1: int, sd0: float, n0: int) -> float:
    """Return the common standard deviation of two samples, weighted by n - 1."""
    return math.sqrt(((n1 - 1) * sd1**2 + (n0 - 1) * sd0**2) / (n1 + n0 - 2))


def _sd_ends(sd: PrintedNumber) -> tuple[float, float]:
    ends = widest(sd)
    return max(0.0, float(ends.low)), float(ends.high)


def _share(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest > 0.0 else 0.0


def _welch_df(share: float, n1: int, n0: int) -> float:
    return 1.0 / (share**2 / (n1 - 1) + (1.0 - share) ** 2 / (n0 - 1))


def _p_of_t(difference: float, error: float, df: float) -> float:
    if difference == 0.0:
        return 1.0
    return 0.0 if error == 0.0 else two_sided_p("t", difference / error, (df,))
