"""What a regimen plans: loading doses, maintenance, and what follows a missed dose.

A regimen knows no drug: all its figures come from the configuration.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

DAYS_PER_MONTH = 365.2425 / 12

After = Literal["interval", "original_date", "restart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedDose:
    """What follows when a maintenance dose comes late.

    Attributes
    ----------
    from_months : int
        The rule holds when at least so many months have passed since the last dose.
    further_doses, apart_days : int
        Doses to give after the late one, and days from each dose to the next.
    then : {"interval", "original_date", "restart"}
        How maintenance goes on: after the usual interval, on the date of the original
        plan, or with a new course of loading doses.
    """

    from_months: int = 0
    further_doses: int = 0
    apart_days: int = 0
    then: After = "interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """A schedule of doses.

    Attributes
    ----------
    id, label : str
    loading_days : tuple of int
        Days of the loading doses after the first one; the first is 0.
    loading_dose_mg, maintenance_dose_mg : float
        Amount of each dose.
    maintenance_months : int
        Calendar months from one maintenance dose to the next.
    least_gap_days : int
        Smallest number of days between any two doses.
    missed : tuple of MissedDose
        By rising `from_months`; without any, maintenance goes on after the interval.
    uncertain : str
        What is not known for certain of this regimen, for people.
    """

    id: str
    label: str = ""
    loading_days: tuple[int, ...] = (0,)
    loading_dose_mg: float
    maintenance_dose_mg: float
    maintenance_months: int
    least_gap_days: int = 0
    missed: tuple[MissedDose, ...] = ()
    uncertain: str = ""

    @classmethod
    def from_settings(cls, name: str, spec: Mapping[str, Any]) -> Regimen:
        """Build a regimen from its normalised settings."""
        return cls(
            id=name,
            label=spec.get("label") or name,
            loading_days=tuple(int(day) for day in spec["loading_days"]),
            loading_dose_mg=float(spec["loading_dose_mg"]),
            maintenance_dose_mg=float(spec["maintenance_dose_mg"]),
            maintenance_months=int(spec["maintenance_months"]),
            least_gap_days=int(spec["least_gap_days"]),
            missed=tuple(MissedDose(**rule) for rule in spec["missed"]),
            uncertain=spec.get("uncertain", ""),
        )

    @property
    def n_loading(self) -> int:
        """Number of loading doses."""
        return len(self.loading_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How many days early or late still count as on time."""

    loading_days: int
    maintenance_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The schedule of a study: which regimen applies, and which rows are doses.

    Attributes
    ----------
    applies : Regimen
        The regimen by which doses are numbered and judged.
    regimens : tuple of Regimen
        Every declared one, in order.
    date : str
        Variable with the date of a row.
    given : str
        Expression that is true where a dose was given; empty where every row is a dose.
    """

    applies: Regimen
    regimens: tuple[Regimen, ...]
    tolerance: Tolerance
    date: str
    given: str = ""

    @classmethod
    def from_settings(cls, spec: Mapping[str, Any]) -> Schedule | None:
        """Build the schedule from its normalised settings; None where none applies."""
        if not spec or not spec.get("applies"):
            return None
        regimens = tuple(Regimen.from_settings(*item) for item in spec["regimens"].items())
        return cls(
            applies=next(item for item in regimens if item.id == spec["applies"]),
            regimens=regimens,
            tolerance=Tolerance(**spec["tolerance"]),
            date=spec["date"],
            given=spec.get("given", ""),
        )


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or the last one where that month is shorter.

    Examples
    --------
    >>> add_months(date(2019, 10, 31), 4)
    datetime.date(2020, 2, 29)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def rule_after(regimen: Regimen, last: date, late: date) -> MissedDose:
    """Return the rule for a dose that came late, by the months since the last dose."""
    found = MissedDose()
    for rule in regimen.missed:
        if late >= add_months(last, rule.from_months):
            found = rule
    return found


def planned_days(regimen: Regimen, days: float) -> list[float]:
    """Return the days after the first dose on which doses are planned, up to `days`.

    Months count 30.44 days, the mean length in the Gregorian calendar, since no date of
    the first dose is known here.

    Parameters
    ----------
    regimen : Regimen
    days : float
        Length of treatment in days, counted from the first dose; the last day counts.

    Examples
    --------
    >>> regimen = Regimen(id="a", loading_days=(0, 14), loading_dose_mg=5,
    ...                   maintenance_dose_mg=5, maintenance_months=4)
    >>> [round(day) for day in planned_days(regimen, 280)]
    [0, 14, 136, 257]
    """
    found: list[float] = [float(day) for day in regimen.loading_days if day <= days]
    step = regimen.maintenance_months * DAYS_PER_MONTH
    last = regimen.loading_days[-1]
    n_maintenance = int((days - last) // step) if days >= last else 0
    return found + [last + step * number for number in range(1, n_maintenance + 1)]


def doses_until(regimen: Regimen, days: float) -> int:
    """Return how many doses a regimen plans within so many days of the first one.

    Parameters
    ----------
    regimen : Regimen
    days : float
        As for `planned_days`; the dose of day 0 is counted.

    Examples
    --------
    >>> regimen = Regimen(id="a", loading_days=(0, 14), loading_dose_mg=5,
    ...                   maintenance_dose_mg=5, maintenance_months=4)
    >>> doses_until(regimen, 0), doses_until(regimen, 365), doses_until(regimen, -1)
    (1, 4, 0)
    """
    return len(planned_days(regimen, days))


def dose_mg_until(regimen: Regimen, days: float) -> float:
    """Return how many milligrams a regimen plans within so many days of the first dose."""
    n_doses = doses_until(regimen, days)
    n_loading = min(n_doses, regimen.n_loading)
    return n_loading * regimen.loading_dose_mg + (n_doses - n_loading) * regimen.maintenance_dose_mg
