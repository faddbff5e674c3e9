"""Whether whole numbers with a given sum and sum of squares exist."""

from __future__ import annotations

from math import isqrt

from procohort.claims.forensics.extremes import square_sums_between

# Four pairs of equal numbers are enough for every even excess (Lagrange 1770).
_PAIRS = 4
_MOST_ENUMERATED = 30
_MOST_WORK = 200_000


def whole_numbers_exist(
    n: int,
    total: int,
    squares: int,
    *,
    low: int | None = None,
    high: int | None = None,
    attained: bool = False,
) -> bool:
    """Return whether n whole numbers with this sum and this sum of squares can exist.

    False is always proven. True is proven too up to 30 numbers, unless their scale is
    so fine that listing its sums would take long, and for any n of at least 9 without
    ends; otherwise it says that the necessary conditions hold: the sum of squares has
    the parity of the sum, and lies between the smallest and the largest of that sum.

    Parameters
    ----------
    n, total, squares : int
        Number of values, their sum, the sum of their squares.
    low, high : int, optional
        Smallest and largest possible value.
    attained : bool
        Whether one of the numbers is `low` and another is `high`.

    Notes
    -----
    Each number has the parity of its square, so both sums have the same (Anaya 2016).
    Why that is enough for n >= 9 without ends: take the n numbers as equal as possible;
    among them are four pairs of equal ones. Moving the two of a pair apart by a to each
    side adds 2 a^2 and leaves the sum as it is, and every natural number is a sum of
    four squares (Lagrange 1770). With ends the same holds for the pairs that have room.

    Examples
    --------
    >>> whole_numbers_exist(3, 6, 14), whole_numbers_exist(3, 6, 16)
    (True, False)
    """
    limits = square_sums_between(total, n, low, high, attained=attained)
    if limits is None or (squares - total) % 2 or squares < limits[0]:
        return False
    if limits[1] is not None and squares > limits[1]:
        return False
    if squares == limits[0]:
        return True
    if attained and low is not None and high is not None and low != high:
        n, total = n - 2, total - low - high
        squares -= low * low + high * high
    no_ends = low is None and high is None
    if n > _MOST_ENUMERATED or (n >= 2 * _PAIRS + 1 and no_ends):
        return True
    low, high = _reach(n, total, squares, low, high)
    return _pairs_reach(n, total, squares, low, high) or _enumerated(n, total, squares, low, high)


def _reach(n: int, total: int, squares: int, low: int | None, high: int | None) -> tuple[int, int]:
    """Return ends that no value can pass: the given ones or Samuelson's inequality.

    No value is further from the mean than sqrt((n - 1) / n) times the root of the sum of
    squared deviations (Samuelson 1968, J Am Stat Assoc 63:1522).
    """
    width = isqrt((n - 1) * (n * squares - total * total)) // n + 1
    lowest, highest = -(-total // n) - width - 1, total // n + width + 1
    return (
        lowest if low is None else max(low, lowest),
        highest if high is None else min(high, highest),
    )


def _pairs_reach(n: int, total: int, squares: int, low: int, high: int) -> bool:
    """Return whether moving pairs of equal values apart gives the sum of squares.

    Some values may stand at the ends first, to take up what the pairs have no room for.
    """
    for n_low in range(n - 2 * _PAIRS):
        for n_high in range(n - 2 * _PAIRS - n_low):
            left = n - n_low - n_high
            each, more = divmod(total - n_low * low - n_high * high, left)
            room = min(each - low, high - each - (more > 0))
            least = (left - more) * each * each + more * (each + 1) * (each + 1)
            excess = squares - n_low * low * low - n_high * high * high - least
            pairs = (left - more) // 2 + more // 2
            # All but four pairs as far apart as they go, what is left as four squares.
            if room >= 0 and pairs >= _PAIRS and 0 <= excess // 2 <= (pairs - 3) * room * room:
                return True
    return False


def _enumerated(n: int, total: int, squares: int, low: int, high: int) -> bool:
    """Return it by listing every sum and sum of squares, True where that takes too long."""
    # Numbers near zero keep the sums of squares, and with them the lists, short.
    shift = total // n
    squares += n * shift * shift - 2 * shift * total
    total -= n * shift
    if n**1.5 * squares > _MOST_WORK:
        return True
    largest = isqrt(squares)
    values = range(max(low - shift, -largest), min(high - shift, largest) + 1)
    listed = (1 << (squares + 1)) - 1
    # By sum: a set of sums of squares, one bit for each.
    found = {0: 1}
    for n_left in range(n - 1, -1, -1):
        longer: dict[int, int] = {}
        for so_far, bits in found.items():
            for value in values:
                reached = so_far + value
                if not n_left * values[0] <= total - reached <= n_left * values[-1]:
                    continue
                kept = bits << (value * value) & listed
                if kept:
                    longer[reached] = longer.get(reached, 0) | kept
        found = longer
    return bool(found.get(total, 0) >> squares & 1)
