"""P values, neutral values and centres of printed confidence intervals."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from procohort.claims.forensics.p_values import PRange, widest
from procohort.claims.printed import PrintedNumber
from procohort.claims.printed_compound import PrintedInterval
from procohort.vocabulary import is_ratio

_DIFFERENCES = frozenset(["difference", "shift", "rho", "correlation", "slope", "delta"])


def neutral_value(estimand: str) -> Decimal | None:
    """Return the value of an effect that means no difference, None if that is not known.

    Examples
    --------
    >>> neutral_value("odds_ratio"), neutral_value("mean_difference"), neutral_value("auc")
    (Decimal('1'), Decimal('0'), None)
    """
    if is_ratio(estimand):
        return Decimal(1)
    return None if _DIFFERENCES.isdisjoint(estimand.split("_")) else Decimal(0)


def leaves_out(interval: PrintedInterval, value: Decimal) -> bool | None:
    """Return whether an interval leaves a value out; None where its rounding cannot tell.

    Examples
    --------
    >>> from procohort.claims.printed_compound import read_interval
    >>> leaves_out(read_interval("1.02 to 1.9"), Decimal(1))
    True
    >>> leaves_out(read_interval("1.0 to 1.9"), Decimal(1)) is None
    True
    """
    low, high = widest(interval.low), widest(interval.high)
    if low.low > value or high.high < value:
        return True
    if low.high < value < high.low:
        return False
    return None


def p_range_of_interval(
    estimate: PrintedNumber, interval: PrintedInterval, neutral: Decimal, df_min: float
) -> PRange | None:
    """Return the p values that fit an estimate and its symmetric interval.

    The half width gives the standard error and that the statistic; for a ratio all
    is done on the log scale (Altman & Bland 2011, BMJ 343:d2304; the normal
    distribution itself in place of their approximation). The interval may be one of
    Student's t with `df_min` or more degrees of freedom instead of a normal one.

    Parameters
    ----------
    estimate, interval : printed figures
        On the same scale.
    neutral : Decimal
        0 for a difference, 1 for a ratio.
    df_min : float
        The fewest degrees of freedom that are likely.

    Returns
    -------
    PRange or None
        None where the estimate does not lie near the middle (more than 15 % of the half
        width away), or a ratio is not above 0: the interval is then no such interval.

    Examples
    --------
    >>> from procohort.claims.printed_compound import read_interval
    >>> found = p_range_of_interval(
    ...     PrintedNumber(Decimal("0.81")), read_interval("0.70 to 0.94"), Decimal(1), 1e6)
    >>> found.low < 0.005 < found.high  # the example of Altman & Bland
    True
    """
    ratio = neutral == 1
    shown = [_scaled(figure.value, ratio) for figure in (estimate, interval.low, interval.high)]
    middle, half = (shown[1] + shown[2]) / 2.0, (shown[2] - shown[1]) / 2.0
    if not all(map(math.isfinite, shown)) or half <= 0 or abs(shown[0] - middle) > 0.15 * half:
        return None
    centre, low, high = (
        [_scaled(end, ratio) for end in _ends(figure)]
        for figure in (estimate, interval.low, interval.high)
    )
    away = sorted(abs(end) for end in centre)
    nearest = 0.0 if centre[0] < 0.0 < centre[1] else away[0]
    shortest = (high[0] - low[1]) / 2.0
    longest = (high[1] - low[0]) / 2.0
    steps = (nearest / longest, away[1] / shortest if shortest > 0.0 else math.inf)
    found = [_p_of_step(step, interval.level, df) for step in steps for df in (df_min, math.inf)]
    return PRange(min(found), max(found))


def lies_outside(estimate: PrintedNumber, interval: PrintedInterval) -> bool:
    """Return whether an estimate lies outside its interval under every rounding rule."""
    centre, low, high = (widest(each) for each in (estimate, interval.low, interval.high))
    return centre.high < low.low or centre.low > high.high


def off_centre(estimate: PrintedNumber, interval: PrintedInterval, *, ratio: bool) -> bool:
    """Return whether an estimate lies off the middle by more than rounding allows.

    The middle is that of the limits, for a ratio their geometric mean. One further unit
    of the last digit of the coarsest figure is allowed, for figures computed from
    rounded ones.

    Examples
    --------
    >>> from procohort.claims.printed_compound import read_interval
    >>> estimate, interval = PrintedNumber(Decimal("1.6")), read_interval("0.4 to 2.8")
    >>> off_centre(estimate, interval, ratio=False), off_centre(estimate, interval, ratio=True)
    (False, True)
    """
    figures = (estimate, interval.low, interval.high)
    spare = Fraction(max(figure.resolution for figure in figures))
    centre, low, high = ([Fraction(end) for end in _ends(figure)] for figure in figures)
    smallest, largest = centre[0] - spare, centre[1] + spare
    if not ratio:
        return largest < (low[0] + high[0]) / 2 or smallest > (low[1] + high[1]) / 2
    if low[0] <= 0:
        return False
    return largest**2 < low[0] * high[0] or (smallest > 0 and smallest**2 > low[1] * high[1])


def _ends(figure: PrintedNumber) -> tuple[Decimal, Decimal]:
    found = widest(figure)
    return found.low, found.high


def _scaled(value: Decimal, ratio: bool) -> float:
    """Return a value on the scale where no difference is 0."""
    if not ratio:
        return float(value)
    return math.log(float(value)) if value > 0 else -math.inf


def _p_of_step(half_widths: float, level: Decimal, df: float) -> float:
    """Return the two-sided p of an estimate so many half widths away from no difference."""
    upper = 0.5 + float(level) / 200.0
    if math.isinf(half_widths):
        return 0.0
    if math.isinf(df):
        return float(2.0 * ndtr(-half_widths * ndtri(upper)))
    return float(2.0 * stdtr(df, -half_widths * stdtrit(df, upper)))
