"""Which whole-number counts can stand behind printed percentages of two groups.

A paper that prints a total and the percentage of events in each of two groups, but
not the group sizes, still pins them down: only some pairs of whole numbers round
to what is printed. Everything here is integer arithmetic on the printed digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

Rule = Literal["half_up", "half_even", "truncate"]
RULES: tuple[Rule, ...] = get_args(Rule)

# Above this product of sizes the int64 comparisons below could overflow.
_LARGEST_TOTAL = 10_000_000


@dataclass(frozen=True, slots=True, order=True)
class TwoGroupCounts:
    """One whole-number solution: events and sizes of both groups.

    Attributes
    ----------
    n1, events1, n0, events0 : int
        Size and events of group 1 and of group 0.
    rules : tuple of str
        Rounding rules under which all printed percentages come out.
    """

    n1: int
    events1: int
    n0: int
    events0: int
    rules: tuple[Rule, ...]

    @property
    def events_total(self) -> int:
        """Events of both groups together."""
        return self.events1 + self.events0

    @property
    def non_events1(self) -> int:
        """Rows of group 1 without the event."""
        return self.n1 - self.events1

    @property
    def non_events0(self) -> int:
        """Rows of group 0 without the event."""
        return self.n0 - self.events0


@dataclass(frozen=True, slots=True, order=True)
class CountRange:
    """Solutions that share their rare counts: the sizes of group 1 run over a range.

    `rare1` and `rare0` are events, or non-events where the event is the rule.
    """

    rule: Rule
    events_total: int
    rare1: int
    n1_min: int
    n1_max: int
    rare0: int
    n0_min: int
    n0_max: int
    n_solutions: int


def feasible_two_group_counts(
    n_total: int,
    events_total: int | None,
    printed_total: str | None,
    printed_groups: tuple[str, str],
    rules: Sequence[Rule] = RULES,
) -> list[TwoGroupCounts]:
    """Enumerate every pair of groups that shows the printed percentages together.

    Parameters
    ----------
    n_total : int
        Rows of both groups together.
    events_total : int or None
        Events of both groups together, if printed.
    printed_total : str or None
        Percentage of events over both groups as printed, such as ``"98.3%"``.
    printed_groups : tuple of two str
        Percentage of events in group 1 and in group 0, as printed.
    rules : sequence of {"half_up", "half_even", "truncate"}
        Rounding rules to try; one rule holds for all percentages of a solution.

    Returns
    -------
    list of TwoGroupCounts
        Sorted by n1, then events1; each carries the rules under which it fits.
        Empty where the printed figures contradict each other.

    Raises
    ------
    ValueError
        If a printed percentage cannot be read, or a total is impossible.

    Notes
    -----
    The enumeration is that of GRIM (Brown and Heathers 2017, Soc Psychol Personal
    Sci 8:363) for percentages, extended to two groups with a common total.

    Examples
    --------
    >>> found = feasible_two_group_counts(10, 5, None, ("100", "0"), ("half_up",))
    >>> [(counts.n1, counts.events1, counts.n0, counts.events0) for counts in found]
    [(5, 5, 5, 0)]
    """
    _check_totals(n_total, events_total, rules)
    fits: dict[tuple[int, int, int, int], list[Rule]] = {}
    for rule in rules:
        for counts in _solutions(n_total, events_total, printed_total, printed_groups, rule):
            fits.setdefault(counts, []).append(rule)
    return [TwoGroupCounts(*counts, tuple(found)) for counts, found in sorted(fits.items())]


def summarise_ranges(
    solutions: Iterable[TwoGroupCounts], rule: Rule = "half_up"
) -> list[CountRange]:
    """Gather the solutions under one rounding rule into ranges of group sizes.

    Parameters
    ----------
    solutions : iterable of TwoGroupCounts
        What `feasible_two_group_counts` gave.
    rule : str
        Only solutions that fit under this rule are gathered.

    Returns
    -------
    list of CountRange
        One for each combination of rare counts, sorted.

    Examples
    --------
    >>> found = feasible_two_group_counts(458, 449, None, ("97.1", "98.8"))
    >>> [(r.rare1, r.n1_min, r.n1_max) for r in summarise_ranges(found)]
    [(6, 204, 210)]
    """
    kept = [counts for counts in solutions if rule in counts.rules]
    events_are_rare = 2 * sum(c.events_total for c in kept) <= sum(c.n1 + c.n0 for c in kept)
    groups: dict[tuple[int, int, int], list[TwoGroupCounts]] = {}
    for counts in kept:
        rare = (
            (counts.events1, counts.events0)
            if events_are_rare
            else (counts.non_events1, counts.non_events0)
        )
        groups.setdefault((counts.events_total, *rare), []).append(counts)
    return sorted(
        CountRange(
            rule=rule,
            events_total=events_total,
            rare1=rare1,
            n1_min=min(c.n1 for c in members),
            n1_max=max(c.n1 for c in members),
            rare0=rare0,
            n0_min=min(c.n0 for c in members),
            n0_max=max(c.n0 for c in members),
            n_solutions=len(members),
        )
        for (events_total, rare1, rare0), members in groups.items()
    )


def event_interval(n: IntArray, printed: str, rule: Rule) -> tuple[IntArray, IntArray]:
    """Return the fewest and most events out of `n` that print as `printed` per cent.

    Parameters
    ----------
    n : ndarray of int, shape (m,)
        Group sizes, all positive.
    printed : str
        Percentage as printed; its decimals are those of the comparison.
    rule : {"half_up", "half_even", "truncate"}
        Rounding rule.

    Returns
    -------
    lowest, highest : ndarray of int, shape (m,)
        Where lowest > highest, no whole number of events fits.
    """
    digits, scale = _digits(printed)
    if rule == "truncate":
        low, high, unit, low_open, high_open = digits, digits + 1, 100 * scale, False, True
    else:
        # A tie belongs to the upper digit (half_up) or to the even one (half_even).
        odd = digits % 2 == 1
        low, high, unit = 2 * digits - 1, 2 * digits + 1, 200 * scale
        low_open = rule == "half_even" and odd
        high_open = rule == "half_up" or odd
    lowest = -((-low * n - low_open) // unit)
    highest = (high * n - high_open) // unit
    return np.maximum(lowest, 0), np.minimum(highest, n)


def _solutions(
    n_total: int,
    events_total: int | None,
    printed_total: str | None,
    printed_groups: tuple[str, str],
    rule: Rule,
) -> list[tuple[int, int, int, int]]:
    n1 = np.arange(1, n_total, dtype=np.int64)
    n0 = n_total - n1
    low1, high1 = event_interval(n1, printed_groups[0], rule)
    low0, high0 = event_interval(n0, printed_groups[1], rule)
    possible = (low1 <= high1) & (low0 <= high0)
    if not possible.any():
        return []
    n1, n0 = n1[possible], n0[possible]
    low1, high1, low0, high0 = (a[possible] for a in (low1, high1, low0, high0))
    found: list[tuple[int, int, int, int]] = []
    bounds = (int((low1 + low0).min()), int((high1 + high0).max()))
    for events in _totals(n_total, events_total, printed_total, rule, bounds):
        first = np.maximum(low1, events - high0)
        last = np.minimum(high1, events - low0)
        width = np.maximum(last - first + 1, 0)
        size1 = np.repeat(n1, width)
        steps = np.arange(size1.size) - np.repeat(np.cumsum(width) - width, width)
        events1 = np.repeat(first, width) + steps
        found += zip(
            size1.tolist(),
            events1.tolist(),
            (n_total - size1).tolist(),
            (events - events1).tolist(),
            strict=True,
        )
    return found


def _totals(
    n_total: int,
    events_total: int | None,
    printed_total: str | None,
    rule: Rule,
    bounds: tuple[int, int],
) -> range:
    low, high = bounds
    if printed_total is not None:
        lowest, highest = event_interval(np.array([n_total]), printed_total, rule)
        low, high = max(low, int(lowest[0])), min(high, int(highest[0]))
    if events_total is not None:
        low, high = max(low, events_total), min(high, events_total)
    return range(low, high + 1)


def _digits(printed: str) -> tuple[int, int]:
    """Return the printed digits as a whole number and the power of ten they were scaled by."""
    text = printed.strip().removesuffix("%").strip().replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or not 0 <= value <= 100:
        raise ValueError(f"{printed!r} is not a percentage between 0 and 100")
    decimals = max(-exponent, 0)
    return int(value.scaleb(decimals)), 10**decimals


def _check_totals(n_total: int, events_total: int | None, rules: Sequence[Rule]) -> None:
    if not 2 <= n_total <= _LARGEST_TOTAL:
        raise ValueError(f"n_total: {n_total} is not between 2 and {_LARGEST_TOTAL}")
    if events_total is not None and not 0 <= events_total <= n_total:
        raise ValueError(f"events_total: {events_total} is not between 0 and {n_total}")
    unknown = sorted(set(rules) - set(RULES))
    if unknown:
        raise ValueError(f"rules: {', '.join(unknown)} unknown; known are {', '.join(RULES)}")


def solutions_by_reading(
    n_total: int,
    printed_groups: Mapping[str, str],
    readings: Mapping[str, Mapping[str, int | str]],
) -> dict[str, list[TwoGroupCounts]]:
    """Return every solution under each reading of a paper that contradicts itself.

    Parameters
    ----------
    n_total : int
        Rows of both groups together.
    printed_groups : mapping
        The two groups with their percentages as printed.
    readings : mapping
        For each reading what it takes as right: ``events`` (a number), ``percent``
        (as printed), or both.
    """
    first, second = printed_groups.values()
    return {
        name: feasible_two_group_counts(
            n_total,
            int(given["events"]) if "events" in given else None,
            str(given["percent"]) if "percent" in given else None,
            (first, second),
        )
        for name, given in readings.items()
    }
