"""Where the values of a quantity lie: a generous range, and values that stand apart."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

# Numbers that stand for "no value" in many programs, where they lie far from all others.
SENTINELS = frozenset({"-9", "-99", "-999", "-9999", "-1", "99", "999", "9999"})
# With fewer values nothing is said about the distance of one from the others.
_FEWEST = 10


def without(
    bounds: tuple[float, float] | None, kept: pd.Series, far: pd.Series
) -> tuple[float, float] | None:
    """Return limits that values to be asked about do not fall into."""
    if bounds is None:
        return None
    low, high = bounds
    low = float(kept.min()) if far.between(low, kept.min()).any() else low
    high = float(kept.max()) if far.between(kept.max(), high).any() else high
    return low, high


def is_apart(numbers: pd.Series, texts: pd.Series, sentinel: str) -> bool:
    """Whether a number that often means "no value" cannot belong to the others."""
    value = float(sentinel)
    rest = numbers[~texts.isin(SENTINELS)]
    if len(rest) < _FEWEST:
        return False
    span = float(rest.max() - rest.min())
    if value < 0:
        return bool(rest.min() >= 0)
    return bool(value - rest.max() > max(span, 1.0))


def far_off(numbers: pd.Series) -> pd.Series:
    """Return which values lie far from all others.

    They are few, and the gap to the others is wider than the whole span of the others; in
    a skewed quantity, which has a long tail, also on the scale of logarithms.
    """
    far = pd.Series(False, index=numbers.index)
    if len(numbers) < 2 * _FEWEST:
        return far
    for sign in (1.0, -1.0):
        order = (sign * numbers).sort_values(ascending=False, kind="stable")
        for n_far in range(1, max(2, int(0.02 * len(order))) + 1):
            top, rest = order.iloc[:n_far], order.iloc[n_far:]
            if _gap_is_wide(float(top.min()), rest) and (
                rest.skew() < 1 or _gap_is_wide_in_logarithms(sign, float(top.min()), rest)
            ):
                far[top.index] = True
                break
    return far


def _gap_is_wide(value: float, rest: pd.Series) -> bool:
    span = float(rest.max() - rest.min())
    return span > 0 and value - float(rest.max()) > span


def _gap_is_wide_in_logarithms(sign: float, value: float, rest: pd.Series) -> bool:
    if sign < 0 or rest.min() < 0:
        return True
    positive = rest[rest > 0]
    return _gap_is_wide(math.log(value), np.log(positive)) if value > 0 else False


def generous_range(numbers: pd.Series, *, whole: bool) -> tuple[float, float] | None:
    """Return round limits half a span beyond the values; none where values have no span.

    A quantity that is never negative keeps 0 as its smallest value.

    Examples
    --------
    >>> generous_range(pd.Series([12.0, 21.0]), whole=False)
    (7.0, 26.0)
    >>> generous_range(pd.Series([0.0, 3.0]), whole=True)
    (0.0, 5.0)
    """
    low, high = float(numbers.min()), float(numbers.max())
    if not (math.isfinite(low) and math.isfinite(high)) or max(abs(low), abs(high)) > 1e12:
        return None
    span = (high - low) or abs(high) or 1.0
    # One significant digit of the span: limits that a person would write.
    step = 10.0 ** math.floor(math.log10(span / 2))
    step = max(step, 1.0) if whole else step
    places = max(0, -math.floor(math.log10(step)))
    wider = math.ceil((high + span / 2) / step) * step
    lower = math.floor((low - span / 2) / step) * step
    return (0.0 if low >= 0 > lower else round(lower, places)), round(wider, places)
