"""Which dose of a regimen each date of a patient is, when it was expected, how far off it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from procohort.schedule.regimen import Regimen, Tolerance, add_months, rule_after

Phase = Literal["loading", "maintenance", "reload"]
Timing = Literal["first", "on_time", "early", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose of a patient, judged by a regimen.

    Attributes
    ----------
    given : date
        When it was given.
    number : int
        Number of the dose within its course; a restart begins a course anew.
    phase : {"loading", "maintenance", "reload"}
        ``reload`` is a further dose that the regimen asks for after a missed one.
    course : int
        1, and one more after each restart.
    expected : date or None
        When the regimen expected it; None for the first dose in the tables.
    previous : date or None
        Date of the dose before.
    timing : {"first", "on_time", "early", "late"}
        Beyond the tolerance or within it.
    too_close : bool
        Whether fewer days than the regimen's least gap lie between it and the dose before.
    n_before : int
        Doses that are assumed to have been given before the tables begin; the same for
        every dose of a patient.
    restarts : bool
        Whether the regimen begins anew with this dose after a very long gap.
    """

    given: date
    number: int
    phase: Phase
    course: int = 1
    expected: date | None = None
    previous: date | None = None
    timing: Timing = "first"
    too_close: bool = False
    n_before: int = 0
    restarts: bool = False

    @property
    def deviation_days(self) -> int | None:
        """Days after the expected date; negative where early."""
        return None if self.expected is None else (self.given - self.expected).days

    @property
    def gap_days(self) -> int | None:
        """Days since the dose before."""
        return None if self.previous is None else (self.given - self.previous).days


@dataclass(slots=True)
class _Plan:
    """Where a patient stands: what is expected next follows from it."""

    number: int
    # Day 0 of the loading doses; moves when a late one makes the rest follow later.
    anchor: date
    n_before: int = 0
    course: int = 1
    n_reloads: int = 0
    apart_days: int = 0
    # Planned date of a late dose whose successors return to the original plan.
    original: date | None = None


def assign_doses(dates: Sequence[date], regimen: Regimen, tolerance: Tolerance) -> list[Dose]:
    """Judge the doses of one patient by a regimen.

    Parameters
    ----------
    dates : sequence of date, n
        Dates of the doses that were given, in rising order. Attempts that gave no dose
        do not belong here.
    regimen : Regimen
    tolerance : Tolerance

    Returns
    -------
    list of Dose, n

    Notes
    -----
    Loading doses are expected on their days after the first one, never less than the
    least gap after the last one; a late one moves those that follow. Maintenance is
    expected one interval after the last dose, or, after a late dose, on the date of the
    original plan if the regimen says so: the nearer of the two counts. Further doses
    that the regimen asks for after a missed one are told apart from doses too early.

    Examples
    --------
    >>> regimen = Regimen(id="a", loading_days=(0, 14), loading_dose_mg=5,
    ...                   maintenance_dose_mg=5, maintenance_months=4, least_gap_days=14)
    >>> days = [date(2020, 1, 1), date(2020, 1, 16), date(2020, 5, 12)]
    >>> doses = assign_doses(days, regimen, Tolerance(loading_days=2, maintenance_days=7))
    >>> [(dose.number, dose.phase, dose.deviation_days, dose.timing) for dose in doses]
    [(1, 'loading', None, 'first'), (2, 'loading', 1, 'on_time'), (3, 'maintenance', -4, 'on_time')]
    """
    if not dates:
        return []
    start = first_number(dates, regimen, tolerance)
    day = dates[0] - timedelta(days=regimen.loading_days[start - 1])
    plan = _Plan(number=start, anchor=day, n_before=start - 1)
    # The last loading dose and any later one look alike from here.
    phase: Phase = "loading" if start == 1 or start < regimen.n_loading else "maintenance"
    doses = [Dose(given=dates[0], number=start, phase=phase, n_before=start - 1)]
    for last, given in pairwise(dates):
        doses.append(_next(plan, last, given, regimen, tolerance))
    return doses


def first_number(dates: Sequence[date], regimen: Regimen, tolerance: Tolerance) -> int:
    """Return which dose of the regimen the first date most simply is.

    The first number from which every following gap fits, up to the first maintenance
    interval; 1 where none fits. So a patient who began elsewhere is not taken for one
    whose second dose was months late. The number of loading doses stands for any later
    dose as well.
    """
    for number in range(1, regimen.n_loading + 1):
        steps = range(min(len(dates) - 1, regimen.n_loading - number + 1))
        if all(_fits(dates[i], dates[i + 1], number + i, regimen, tolerance) for i in steps):
            return number
    return 1


def _fits(last: date, given: date, number: int, regimen: Regimen, tolerance: Tolerance) -> bool:
    """Tell whether a date may be the dose that follows dose `number`."""
    if number < regimen.n_loading:
        step = regimen.loading_days[number] - regimen.loading_days[number - 1]
        return abs((given - last).days - step) <= tolerance.loading_days
    expected = add_months(last, regimen.maintenance_months)
    return abs((given - expected).days) <= tolerance.maintenance_days


def _next(plan: _Plan, last: date, given: date, regimen: Regimen, tolerance: Tolerance) -> Dose:
    """Return the next dose, and move the plan on."""
    options = _options(plan, last, regimen)
    expected, phase = min(options, key=lambda option: abs((given - option[0]).days))
    allowed = tolerance.maintenance_days if phase == "maintenance" else tolerance.loading_days
    days = (given - expected).days
    timing: Timing = "on_time" if abs(days) <= allowed else "late" if days > 0 else "early"
    plan.number += 1
    plan.n_reloads = plan.n_reloads - 1 if phase == "reload" else 0
    plan.original = None
    restarts = False
    if timing == "late" and phase == "loading":
        plan.anchor = given - timedelta(days=regimen.loading_days[plan.number - 1])
    elif timing == "late" and phase == "maintenance":
        restarts = _move_after_missed(plan, last, given, expected, regimen)
    return Dose(
        given=given,
        number=plan.number,
        phase="loading" if restarts else phase,
        course=plan.course,
        expected=expected,
        previous=last,
        timing=timing,
        too_close=(given - last).days < regimen.least_gap_days,
        n_before=plan.n_before,
        restarts=restarts,
    )


def _options(plan: _Plan, last: date, regimen: Regimen) -> list[tuple[date, Phase]]:
    """Return the dates on which the next dose may be expected; the usual one first."""
    if plan.number < regimen.n_loading:
        planned = plan.anchor + timedelta(days=regimen.loading_days[plan.number])
        return [(max(planned, last + timedelta(days=regimen.least_gap_days)), "loading")]
    months = regimen.maintenance_months
    options: list[tuple[date, Phase]] = [(add_months(last, months), "maintenance")]
    if plan.original is not None:
        returned = add_months(plan.original, months)
        if (returned - last).days >= regimen.least_gap_days:
            options.append((returned, "maintenance"))
    if plan.n_reloads > 0:
        options.append((last + timedelta(days=plan.apart_days), "reload"))
    return options


def _move_after_missed(
    plan: _Plan, last: date, given: date, expected: date, regimen: Regimen
) -> bool:
    """Move the plan on after a late maintenance dose; tell whether it restarts."""
    rule = rule_after(regimen, last, given)
    if rule.then == "restart":
        plan.number, plan.anchor, plan.course = 1, given, plan.course + 1
        return True
    plan.n_reloads, plan.apart_days = rule.further_doses, rule.apart_days
    plan.original = expected if rule.then == "original_date" else None
    return False
