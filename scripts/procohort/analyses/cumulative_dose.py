"""Radiation of many procedures: so far in each patient, and as a schedule would add it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from procohort.evidence import Quantity, Series
from procohort.jobs import UserError
from procohort.messages import did_you_mean
from procohort.results import NAN, ResultRow

ANALYSIS = "cumulative_dose"
PROTOCOL = "protocol"
Array = npt.NDArray[np.float64]
QUANTILES = {"min": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75, "max": 1.0}
BAND_NOTE = "The range follows the smallest and largest conversion factor; it is no interval."


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Effective dose of one procedure of a kind, in mSv, with the range over conversion factors."""

    group: str
    level: str
    msv: float
    low: float
    high: float
    n_procedures: int | None
    n_patients: int | None
    n_missing: int | None
    note: str
    method: str


def cumulative_dose(
    table: pd.DataFrame,
    series: Sequence[Series],
    spec: Mapping[str, Any],
    n_planned: Mapping[float, int],
    *,
    schedule: str,
) -> list[ResultRow]:
    """Return the dose per procedure, of each patient so far, and projected over years.

    Parameters
    ----------
    table : pandas.DataFrame
        The analysis table, with the column ``cluster``.
    series : sequence of Series
        The evidence table, from which published protocols are taken.
    spec : mapping
        ``dose`` (variable, mSv), ``raw_dose`` (what it was converted from, with its
        ``raw_unit``), ``by`` (groups of procedures), ``patients_by`` (groups of patients,
        for the doses so far), ``factors`` (mSv per unit:
        central, low, high), ``protocols``.
    n_planned : mapping
        Number of procedures by years of treatment.
    schedule : str
        Name of the schedule that gives these numbers.

    Returns
    -------
    list of ResultRow
        ``ci_low`` and ``ci_high`` hold the range over conversion factors, and
        ``ci_level`` is empty, for it is no confidence interval.

    Notes
    -----
    Expected sum = number of procedures times mean dose of one: exact for a mean,
    whatever the distribution. A median stands in where a source prints no mean.
    """
    exposures = [
        *_arms(table, spec),
        *(_protocol(series, item, spec) for item in spec["protocols"]),
    ]
    rows: list[ResultRow] = []
    for each in exposures:
        base = ResultRow(
            analysis=ANALYSIS, kind="synthesis", estimand="dose_per_procedure",
            outcome="effective_dose", unit="mSv", group=each.group, level=each.level,
            method=each.method, headline=True, n_procedures=each.n_procedures,
            n_patients=each.n_patients, n_missing=each.n_missing, estimate=each.msv,
            ci_low=each.low, ci_high=each.high, note=each.note,
        )  # fmt: skip
        rows.append(base)
        rows += [
            replace(
                base, estimand="cumulative_dose_planned", subset=f"years={years:g}",
                method="schedule_times_dose", n_procedures=n, n_missing=None,
                estimate=n * each.msv, ci_low=n * each.low, ci_high=n * each.high,
                note=f"{n} procedures planned by {schedule}. {each.note}".strip(),
            )
            for years, n in sorted(n_planned.items())
        ]  # fmt: skip
    return rows + _so_far(table, spec)


def patient_sums(table: pd.DataFrame, spec: Mapping[str, Any]) -> pd.DataFrame:
    """Return the dose of each patient so far, without identifiers.

    Returns
    -------
    pandas.DataFrame
        Columns level, n_procedures, n_missing, dose_msv, low_msv, high_msv; sorted.
        A procedure without a recorded dose adds nothing and is counted in n_missing.
    """
    dose, low, high = _bands(table, spec)
    frame = pd.DataFrame(
        {
            "cluster": table["cluster"].to_numpy(),
            "level": _levels(table, spec["patients_by"]),
            "dose_msv": dose,
            "low_msv": low,
            "high_msv": high,
            "n_missing": np.isnan(dose).astype(np.int64),
            "n_procedures": 1,
        }
    )
    summed = frame.groupby(["cluster", "level"], sort=True).sum().reset_index()
    order = ["level", "dose_msv", "n_procedures"]
    columns = ["level", "n_procedures", "n_missing", "dose_msv", "low_msv", "high_msv"]
    return summed.sort_values(order, kind="stable")[columns].reset_index(drop=True)


def _so_far(table: pd.DataFrame, spec: Mapping[str, Any]) -> list[ResultRow]:
    sums = patient_sums(table, spec)
    rows = []
    for level in ["all", *(sorted(set(sums["level"])) if spec["patients_by"] else [])]:
        mine = sums if level == "all" else sums[sums["level"] == level]
        base = ResultRow(
            analysis=ANALYSIS, kind="synthesis", estimand="", outcome="effective_dose",
            unit="mSv", group=spec["patients_by"], level=level, unit_of_analysis="patient",
            method="sum_per_patient", n_patients=len(mine),
            n_procedures=int(mine["n_procedures"].sum()), n_missing=int(mine["n_missing"].sum()),
            note="A procedure without a recorded dose adds nothing." if mine["n_missing"].any()
            else "",
        )  # fmt: skip
        for name, share in QUANTILES.items():
            rows.append(
                replace(
                    base, estimand=f"cumulative_dose_so_far_{name}", headline=name == "median",
                    estimate=float(mine["dose_msv"].quantile(share)),
                    ci_low=float(mine["low_msv"].quantile(share)),
                    ci_high=float(mine["high_msv"].quantile(share)),
                )
            )  # fmt: skip
    return rows


def _arms(table: pd.DataFrame, spec: Mapping[str, Any]) -> list[Exposure]:
    levels = _levels(table, spec["by"])
    dose, low, high = _bands(table, spec)
    found = []
    for level in sorted(set(levels)):
        mine = levels == level
        known = mine & ~np.isnan(dose)
        if not known.any():
            continue
        ends = float(low[known].mean()), float(high[known].mean())
        found.append(
            Exposure(
                group=spec["by"], level=level, msv=float(dose[known].mean()),
                low=ends[0], high=ends[1],
                n_procedures=int(known.sum()), n_patients=int(table["cluster"][known].nunique()),
                n_missing=int((mine & ~known).sum()), note=BAND_NOTE if ends[0] != ends[1] else "",
                method="mean_dose",
            )
        )  # fmt: skip
    return found


def _protocol(
    series: Sequence[Series], item: Mapping[str, Any], spec: Mapping[str, Any]
) -> Exposure:
    if not item["series"]:
        msv = float(item["msv"])
        return Exposure(
            group=PROTOCOL, level=item["id"], msv=msv, low=msv, high=msv, n_procedures=None,
            n_patients=None, n_missing=None, note=item["note"], method="as_declared",
        )  # fmt: skip
    one = next((one for one in series if one.series_id == item["series"]), None)
    place = f"config.yaml: synthesis.cumulative_dose.protocols: {item['series']!r}"
    if one is None:
        hint = did_you_mean(item["series"], [one.series_id for one in series])
        raise UserError([f"{place} is no series_id.{hint}"])
    quantity = next((each for each in one.quantities if each.name == "dose"), None)
    if quantity is None:
        raise UserError([f"{place} reports no dose. Name a series that does."])
    factor = _factor(spec, quantity.unit)
    notes = [item["note"]]
    if quantity.stat != "mean":
        notes.append(f"The source prints a {quantity.stat}: the sum of skewed doses is larger.")
    if factor["low"] != factor["high"]:
        notes.append(BAND_NOTE)
    return Exposure(
        group=PROTOCOL, level=item["id"], msv=quantity.centre * factor["central"],
        low=quantity.centre * factor["low"], high=quantity.centre * factor["high"],
        n_procedures=_n(quantity, one), n_patients=one.patients, n_missing=None,
        note=" ".join(note for note in notes if note), method="published_dose_times_factor",
    )  # fmt: skip


def _n(quantity: Quantity, one: Series) -> int | None:
    return (quantity.n if quantity.per == "procedure" else None) or one.procedures


def _factor(spec: Mapping[str, Any], unit: str) -> Mapping[str, float]:
    if unit not in spec["factors"]:
        hint = did_you_mean(unit, spec["factors"])
        raise UserError(
            [
                f"config.yaml: synthesis.cumulative_dose.factors: the unit {unit!r} has no "
                f"factor. Add it.{hint}"
            ]
        )
    found: Mapping[str, float] = spec["factors"][unit]
    return found


def _bands(table: pd.DataFrame, spec: Mapping[str, Any]) -> tuple[Array, Array, Array]:
    """Return the recorded doses, and what the smallest and largest factor make of them.

    Where only the dose is recorded it stands for all three; where it is not, none is known.
    """
    dose = _numbers(table[spec["dose"]])
    if not spec["raw_dose"]:
        return dose, dose, dose
    raw = np.where(np.isnan(dose), NAN, _numbers(table[spec["raw_dose"]]))
    factor = _factor(spec, spec["raw_unit"])
    low, high = (np.where(np.isnan(raw), dose, raw * factor[end]) for end in ("low", "high"))
    return dose, low, high


def _numbers(values: pd.Series) -> Array:
    return np.asarray(values.astype("Float64").to_numpy(dtype=np.float64, na_value=NAN))


def _levels(table: pd.DataFrame, by: str) -> np.ndarray[Any, np.dtype[np.str_]]:
    if not by:
        return np.full(len(table), "all")
    texts = [
        "" if pd.isna(value) else str(value).lower() if isinstance(value, (bool, np.bool_))
        else str(value)
        for value in table[by].astype("object")
    ]  # fmt: skip
    return np.array(texts, dtype=str)
