"""The smallest and the largest sum of squared deviations that a range, a mean and n allow.

All exact: the sorted samples whose smallest value, largest value and mean lie in given
intervals are a convex set, so their sum of squared deviations from the mean takes every
value between its two extremes, and printed figures fit together exactly when the
printed deviation meets that interval.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

Span = tuple[Fraction, Fraction]
# Beyond so many values the bound of Bhatia and Davis stands in for the exact one.
_MOST_TRIED = 30


def possible_means(low: Span, high: Span, n: int) -> Span:
    """Return the smallest and largest mean of n values whose ends lie in two intervals.

    One value is the smallest and one the largest, so the mean cannot reach either end.

    Examples
    --------
    >>> possible_means((Fraction(0), Fraction(0)), (Fraction(10), Fraction(10)), 5)
    (Fraction(2, 1), Fraction(8, 1))
    """
    first, last = _ordered(low, high)
    return ((n - 1) * first[0] + last[0]) / n, (first[1] + (n - 1) * last[1]) / n


def squares_between(
    low: Span, high: Span, n: int, *, mean: Span | None = None, attained: bool = True
) -> Span | None:
    """Return the extremes of the sum of squared deviations from the mean.

    The largest is that of Bhatia and Davis (2000, Am Math Mon 107:353), (high - mean)
    (mean - low) per value, made exact for n values: all at the ends but at most one
    (without a mean: Popoviciu 1935). The smallest has one value at each end and the
    others together, as near to the mean as they can be.

    Parameters
    ----------
    low, high : pair of Fraction
        What the ends can be.
    n : int
        Number of values, at least 2.
    mean : pair of Fraction, optional
        What the mean can be; anything if absent.
    attained : bool
        Whether the ends are the smallest and largest value, or only bounds of them.

    Returns
    -------
    pair of Fraction or None
        None if no mean of the interval is possible.

    Examples
    --------
    >>> zero, ten = (Fraction(0), Fraction(0)), (Fraction(10), Fraction(10))
    >>> squares_between(zero, ten, 4)
    (Fraction(50, 1), Fraction(100, 1))
    """
    low, high = _ordered(low, high)
    means = possible_means(low, high, n) if attained else (low[0], high[1])
    if mean is not None:
        means = max(means[0], mean[0]), min(means[1], mean[1])
    if means[0] > means[1]:
        return None
    smallest = _smallest(low[1], high[0], means, n) if attained else Fraction(0)
    return smallest, _largest(low[0], high[1], means, n)


def largest_variance(low: Span, high: Span, mean: Span | None, *, attained: bool) -> Fraction:
    """Return the largest sample variance of two or more values, however many they are.

    Up to 30 values exactly; more cannot exceed 31/30 of the bound of Bhatia and Davis.
    """
    found = [
        limits[1] / (n - 1)
        for n in range(2, _MOST_TRIED + 1)
        if (limits := squares_between(low, high, n, mean=mean, attained=attained))
    ]
    means = (low[0], high[1]) if mean is None else mean
    centre = _clipped((low[0] + high[1]) / 2, means)
    bound = (high[1] - centre) * (centre - low[0])
    return max([*found, bound * (_MOST_TRIED + 1) / _MOST_TRIED])


def square_sums_between(
    total: int, n: int, low: int | None, high: int | None, *, attained: bool = False
) -> tuple[int, int | None] | None:
    """Return the extremes of the sum of squares of n whole numbers with a given sum.

    Parameters
    ----------
    total : int
        Sum of the numbers.
    low, high : int or None
        Their smallest and largest possible value.
    attained : bool
        Whether one of them is `low` and another is `high`.

    Returns
    -------
    tuple of int, or None
        The largest is None if there is none, all is None if no such numbers exist.

    Examples
    --------
    >>> square_sums_between(7, 4, 0, 5)
    (13, 29)
    """
    if attained and low is not None and high is not None and low != high:
        rest = square_sums_between(total - low - high, n - 2, low, high) if n > 1 else None
        if rest is None or rest[1] is None:
            return None
        return rest[0] + low * low + high * high, rest[1] + low * low + high * high
    below = low is not None and total < n * low
    if below or (high is not None and total > n * high) or (n == 0 and total):
        return None
    each, more = divmod(total, max(n, 1))
    smallest = (n - more) * each * each + more * (each + 1) * (each + 1)
    return smallest, smallest if n < 2 else _largest_square_sum(total, n, low, high)


def _largest_square_sum(total: int, n: int, low: int | None, high: int | None) -> int | None:
    """Return the largest sum of squares: all numbers at the ends, but one between them."""
    if low is None and high is None:
        return None
    # With one end open, everything on its side is piled onto one number.
    first = low if low is not None else total - (n - 1) * (high or 0)
    last = high if high is not None else total - (n - 1) * first
    if first == last:
        return n * first * first
    n_last = min((total - n * first) // (last - first), n - 1)
    n_first = n - n_last - 1
    between = total - n_last * last - n_first * first
    return n_last * last * last + n_first * first * first + between * between


def _ordered(low: Span, high: Span) -> tuple[Span, Span]:
    """Return the ends without what would put the smallest value above the largest."""
    return (low[0], min(low[1], high[1])), (max(low[0], high[0]), high[1])


def _clipped(value: Fraction, limits: Span) -> Fraction:
    return min(max(value, limits[0]), limits[1])


def _largest(low: Fraction, high: Fraction, means: Span, n: int) -> Fraction:
    """Return the largest sum of squared deviations of n values from low to high."""
    if low == high:
        return Fraction(0)
    # Between two means that leave no value inside the range it is convex in the mean,
    # over those means concave: so it peaks at an end, or next to the middle.
    centre = _clipped((low + high) / 2, means)
    place = n * (centre - low) / (high - low)
    peaks = [low + k * (high - low) / n for k in (floor(place), ceil(place))]
    tried = [*means, *(mean for mean in peaks if means[0] <= mean <= means[1])]
    return max(_squares_at_ends(low, high, mean, n) for mean in tried)


def _squares_at_ends(low: Fraction, high: Fraction, mean: Fraction, n: int) -> Fraction:
    """Return it for a mean: all values at the ends, but one where the sum asks for it."""
    n_high = min(floor(n * (mean - low) / (high - low)), n - 1)
    between = n * mean - n_high * high - (n - n_high - 1) * low
    ends: Fraction = n_high * (high - mean) ** 2 + (n - n_high - 1) * (low - mean) ** 2
    return ends + (between - mean) ** 2


def _smallest(low: Fraction, high: Fraction, means: Span, n: int) -> Fraction:
    """Return the smallest sum of squared deviations of n values that reach both ends.

    For a mean, `below` and `above` are its distances to the ends; the other n - 2 values
    are one, so the sum is below^2 + above^2 + (below - above)^2 / (n - 2). It falls with
    both distances as long as the others stay inside; it is convex in the mean, with its
    least value where the distances are equal.
    """
    mean = _clipped((low + high) / 2, means)
    below, above = mean - low, high - mean
    below, above = (
        max(below, above / (n - 1), Fraction(0)),
        max(above, below / (n - 1), Fraction(0)),
    )
    others = (below - above) ** 2 / (n - 2) if n > 2 else Fraction(0)
    return below**2 + above**2 + others
