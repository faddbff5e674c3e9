"""The maximum likelihood estimate of a proportion under a fixed difference to another."""

from __future__ import annotations

import math


def restricted_p0(difference: float, events1: int, n1: int, events0: int, n0: int) -> float:
    """Return the maximum likelihood p0 under p1 = p0 + difference.

    Root of the cubic of Miettinen & Nurminen 1985 in the
    trigonometric form of Farrington & Manning 1990.

    Examples
    --------
    >>> round(restricted_p0(0.0, 3, 10, 5, 10), 6)
    0.4
    """
    n, events = n1 + n0, events1 + events0
    lowest, highest = max(0.0, -difference), min(1.0, 1.0 - difference)
    c3 = float(n)
    c2 = (n1 + 2 * n0) * difference - n - events
    c1 = (n0 * difference - n - 2 * events0) * difference + events
    c0 = events0 * difference * (1.0 - difference)
    shift = c2 / (3.0 * c3)
    q = shift**3 - c1 * c2 / (6.0 * c3**2) + c0 / (2.0 * c3)
    radius = math.copysign(math.sqrt(max(0.0, shift**2 - c1 / (3.0 * c3))), q)
    if radius == 0.0:
        return min(max(-shift, lowest), highest)
    angle = (math.pi + math.acos(min(1.0, max(-1.0, q / radius**3)))) / 3.0
    return min(max(2.0 * radius * math.cos(angle) - shift, lowest), highest)
