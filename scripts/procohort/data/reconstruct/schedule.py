"""When the rows of each patient take place: planned days, deviations, closed days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from procohort.data.reconstruct.specification import Context, ReconstructionError, Settings
from procohort.stats.inference import BoolArray, IntArray

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which nothing takes place.

    Attributes
    ----------
    weekdays : frozenset of int
        0 is Monday.
    yearly : frozenset of str
        Days closed every year, ``"MM-DD"``.
    dates : frozenset of str
        Single closed days, ``"YYYY-MM-DD"``.
    """

    weekdays: frozenset[int] = frozenset()
    yearly: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()

    @classmethod
    def from_settings(cls, spec: Mapping[str, Any]) -> Calendar:
        """Build the calendar from its settings."""
        return cls(
            weekdays=frozenset(int(day) for day in spec.get("weekdays", ())),
            yearly=frozenset(str(day) for day in spec.get("yearly", ())),
            dates=frozenset(str(day) for day in spec.get("dates", ())),
        )

    def is_open(self, day: date) -> bool:
        """Tell whether rows may take place on a day."""
        text = day.strftime("%Y-%m-%d")
        return (
            day.weekday() not in self.weekdays
            and text[5:] not in self.yearly
            and text not in self.dates
        )

    def next_open(self, day: pd.Timestamp) -> pd.Timestamp:
        """Return the day itself, or the first open day after it."""
        while not self.is_open(day):
            day += timedelta(days=1)
        return day


def draw_schedule(patients: pd.DataFrame, spec: Settings, context: Context, key: str) -> Any:
    """Return a row per patient and occasion, in exact numbers by group.

    Parameters
    ----------
    patients : DataFrame, a row per patient
        Columns named by `start` and `stop` bound each patient's series.
    spec : mapping
        `days`: planned days after the start; `every_months`: repeated after the last
        of them; `deviation`: {sd_days, maintenance_sd_days}; `missed`: probability of
        leaving an occasion out; `interruptions`: list of {from, to, share, days};
        `closed`: calendar; `least_gap_days`; `date`: name of the date column;
        `fit`: list of {where, n}; `spare`: patients whose series `fit` leaves whole;
        `least_per_patient`.
    context : Context
    key : str
        Column of the patient.

    Returns
    -------
    DataFrame
        Patient facts joined; sorted by patient, then date.

    Raises
    ------
    ReconstructionError
        If no draw has enough rows in every group.
    """
    calendar = Calendar.from_settings(spec.get("closed", {}))
    problem = ""
    for _ in range(_ATTEMPTS):
        dates = [
            (patient, day)
            for patient, start, stop in zip(
                patients[key], patients[spec["start"]], patients[spec["stop"]], strict=True
            )
            for day in _series(start, stop, spec, context, calendar)
        ]
        rows = pd.DataFrame(dates, columns=[key, spec["date"]])
        rows[spec["date"]] = rows[spec["date"]].astype("datetime64[ns]")
        table = rows.merge(patients, on=key, how="left", validate="many_to_one")
        table, problem = _fit(table, spec, context, key)
        if not problem:
            return table.reset_index(drop=True)
    raise ReconstructionError([f"schedule.fit: {problem}; start earlier or stop later"])


def _series(
    start: pd.Timestamp, stop: pd.Timestamp, spec: Settings, context: Context, calendar: Calendar
) -> list[pd.Timestamp]:
    """Return the dates of one patient."""
    planned = [start + pd.Timedelta(days=int(day)) for day in spec["days"]]
    if "every_months" in spec:
        months, anchor = int(spec["every_months"]), planned[-1]
        while planned[-1] <= stop:
            step = (len(planned) - len(spec["days"]) + 1) * months
            planned.append(anchor + pd.DateOffset(months=step))
    deviation = spec.get("deviation", {})
    shifts = ndtri(context.uniform(len(planned)))
    missed = context.uniform(len(planned)) < context.number(spec.get("missed", 0.0))
    delays = context.uniform(2 * len(planned)).reshape(2, -1)
    least_gap = pd.Timedelta(days=int(spec.get("least_gap_days", 1)))
    found: list[pd.Timestamp] = []
    for i, plan in enumerate(planned):
        repeated = i >= len(spec["days"])
        sd = deviation.get("maintenance_sd_days" if repeated else "sd_days", 0.0)
        days = round(float(shifts[i]) * context.number(sd)) if i else 0
        days += _interruption(plan, spec, context, float(delays[0, i]), float(delays[1, i]))
        day = plan + pd.Timedelta(days=days)
        if found:
            day = max(day, found[-1] + least_gap)
        day = calendar.next_open(day)
        if day <= stop and not (missed[i] and repeated):
            found.append(day)
    return found


def _interruption(
    plan: pd.Timestamp, spec: Settings, context: Context, chance: float, share: float
) -> int:
    """Return by how many days an occasion is put off because work was interrupted."""
    for pause in spec.get("interruptions", ()):
        inside = pd.Timestamp(str(pause["from"])) <= plan <= pd.Timestamp(str(pause["to"]))
        if inside and chance < context.number(pause["share"]):
            low, high = (context.number(days) for days in pause["days"])
            return round(low + (high - low) * share)
    return 0


def _fit(
    table: pd.DataFrame, spec: Settings, context: Context, key: str
) -> tuple[pd.DataFrame, str]:
    """End some patients' series earlier until every group has its exact number of rows."""
    least = int(spec.get("least_per_patient", 1))
    for part in spec.get("fit", ()):
        wanted = context.whole(part["n"])
        excess = int(context.where(part["where"], table, key).sum()) - wanted
        if excess < 0:
            return table, f"wanted {wanted} rows where {part['where']}, got {wanted + excess}"
        while excess > 0:
            inside = context.where(part["where"], table, key)
            inside = inside & ~context.where(spec.get("spare", False), table, key)
            tail = _tail_lengths(table[key], inside, least)
            last = np.flatnonzero(tail > 0)
            if last.size == 0:
                return table, f"no row can be left out where {part['where']}"
            pick = int(last[int(context.uniform(1)[0] * last.size)])
            length = 1 + int(context.uniform(1)[0] * min(excess, int(tail[pick])))
            table = table.drop(index=table.index[pick - length + 1 : pick + 1])
            excess -= length
    return table, ""


def _tail_lengths(patients: pd.Series, inside: BoolArray, least: int) -> IntArray:
    """Return at each patient's last row how many rows may go from the end; 0 elsewhere.

    Rows go only while they lie inside the group and leave the patient `least` rows.
    """
    lengths = np.zeros(inside.size, dtype=np.int64)
    ends = np.flatnonzero(~patients.duplicated(keep="last").to_numpy(dtype=bool))
    starts = np.concatenate([[0], ends[:-1] + 1])
    for first, last in zip(starts, ends, strict=True):
        outside = np.flatnonzero(~inside[first : last + 1])
        kept = max(least, int(outside[-1]) + 1 if outside.size else 0)
        lengths[last] = max(0, int(last - first) + 1 - kept)
    return lengths
