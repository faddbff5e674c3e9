"""Checks of a 2 x 2 table given as events and trials of two groups."""

from __future__ import annotations

from procohort.stats.inference import Inference, not_estimable


def check_counts(events1: int, n1: int, events0: int, n0: int) -> None:
    """Raise ValueError for counts that no table can hold."""
    for events, trials in ((events1, n1), (events0, n0)):
        if int(events) != events or int(trials) != trials or not 0 <= events <= trials:
            raise ValueError(f"events {events}, trials {trials}: expected counts, events <= trials")


def empty_group(method: str, events1: int, n1: int, events0: int, n0: int) -> Inference | None:
    """Return the result for a table with an empty group, or None; check the counts first."""
    check_counts(events1, n1, events0, n0)
    if n1 == 0 or n0 == 0:
        return not_estimable(method, "One group has no rows.", n=n1 + n0)
    return None


def constant_table(method: str, events1: int, n1: int, events0: int, n0: int) -> Inference | None:
    """Return the result for a table with an empty group or a constant outcome, or None."""
    if (problem := empty_group(method, events1, n1, events0, n0)) is not None:
        return problem
    if events1 + events0 in (0, n1 + n0):
        absent = "events" if events1 + events0 == 0 else "rows without event"
        return not_estimable(method, f"There are no {absent} in either group.", n=n1 + n0)
    return None
