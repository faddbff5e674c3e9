"""Times and doses of published series: pooled among like quantities, listed otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from procohort.analyses.synthesis_select import Decision, general_reason
from procohort.evidence import QUANTITIES, Quantity, Series
from procohort.results import NAN, ResultRow
from procohort.stats.prediction_interval import prediction_interval
from procohort.stats.random_effects_mean import pool_means

REPORTED = {"mean": "reported_mean", "median": "reported_median"}
Reported = tuple[Series, Quantity, str, str]


def quantity_rows(
    series: Sequence[Series], spec: Mapping[str, Any], *, ci_level: float
) -> tuple[list[ResultRow], list[Decision]]:
    """Return every reported time and dose, and pooled means where enough are alike.

    Alike are means of procedures with SD and n, of one modality, kind and unit.

    Parameters
    ----------
    series : sequence of Series
    spec : mapping
        As for `synthesise`; ``min_series`` are needed for a pooled mean.
    ci_level : float

    Returns
    -------
    list of ResultRow
        For each reported value a row (and one of its SD); for each kind of quantity
        and modality the pooled mean, or why there is none.
    list of Decision
        For each reported value whether it was pooled, with the reason.
    """
    rows: list[ResultRow] = []
    decisions: list[Decision] = []
    for name in QUANTITIES:
        reported = [
            (one, item, *_reason(one, item, spec))
            for one in series
            for item in one.quantities
            if item.name == name and one.modality in spec["modalities"] and one.include
        ]
        like: dict[tuple[str, str, str], list[Reported]] = {}
        for each in reported:
            like.setdefault((each[0].modality, each[1].kind, each[1].unit), []).append(each)
        order = list(spec["modalities"])
        for key in sorted(like, key=lambda key: (key[1], key[2], order.index(key[0]))):
            found, decided = _alike(name, key, like[key], spec, ci_level)
            rows += found
            decisions += decided
    return rows, decisions


def _reason(one: Series, item: Quantity, spec: Mapping[str, Any]) -> tuple[str, str]:
    """Return why a reported value is not pooled: kind and words, empty where it may be."""
    kind, reason = general_reason(one, spec)
    if kind:
        return kind, reason
    if item.per != "procedure":
        return "per_patient", "A figure of patients, not of procedures."
    if item.stat != "mean":
        return "median", f"A {item.stat}, not a mean."
    if item.sd is None or item.n is None:
        return "no_sd", "The mean comes without its SD or its n."
    return "", ""


def _alike(
    name: str,
    key: tuple[str, str, str],
    reported: list[Reported],
    spec: Mapping[str, Any],
    ci_level: float,
) -> tuple[list[ResultRow], list[Decision]]:
    modality, kind, unit = key
    base = ResultRow(
        analysis=f"synthesis_{name}", kind="synthesis", estimand="pooled_mean", outcome=kind,
        unit=unit, group="modality", level=modality, perspective="as_published",
    )  # fmt: skip
    if spec["one_per_cohort"]:
        reported = _one_per_cohort(reported)
    usable = [each for each in reported if not each[2]]
    too_few = len(usable) < spec["min_series"]
    shortage = (
        f"{len(usable)} series of {spec['min_series']} needed give a mean per procedure with "
        f"SD and n for {kind} in {unit}."
    )
    rows, decisions = [], []
    for one, item, why, words in reported:
        rows += _reported_rows(base, one, item, words)
        verdict = ("too_few", shortage) if too_few and not why else (why, words)
        decisions.append(Decision(outcome=name, series=one, kind=verdict[0], reason=verdict[1]))
    if too_few:
        rows.append(replace(base, method="random_effects_mean", status="refused", note=shortage))
        return rows, decisions
    return rows + _pooled_rows(base, [(each[0], each[1]) for each in usable], ci_level), decisions


def _reported_rows(base: ResultRow, one: Series, item: Quantity, words: str) -> list[ResultRow]:
    row = replace(
        base, estimand=REPORTED.get(item.stat, "reported_value"), subset=one.series_id,
        method="as_reported", estimate=item.centre, note=words or item.spread,
        n_procedures=item.n if item.per == "procedure" else None,
        n_patients=item.n if item.per == "patient" else one.patients,
        unit_of_analysis="row" if item.per == "procedure" else "patient",
    )  # fmt: skip
    if item.sd is None:
        return [row]
    return [row, replace(row, estimand="reported_sd", estimate=item.sd, note="")]


def _pooled_rows(
    base: ResultRow, usable: Sequence[tuple[Series, Quantity]], ci_level: float
) -> list[ResultRow]:
    items = [item for _, item in usable]
    pool = pool_means(
        [item.centre for item in items],
        [item.sd or NAN for item in items],
        [item.n or 0 for item in items],
        ci_level=ci_level,
    )
    pooled = replace(
        base, method="random_effects_mean", headline=True, estimate=pool.estimate,
        ci_low=pool.ci_low, ci_high=pool.ci_high, ci_level=ci_level, n_procedures=pool.n,
        df=float(pool.n_series - 1),
    )  # fmt: skip
    low, high = prediction_interval(
        pool.estimate, pool.se, pool.tau, pool.n_series, ci_level=ci_level
    )
    spread = replace(
        pooled, headline=False, estimand="between_series_sd", estimate=pool.tau, ci_low=NAN,
        ci_high=NAN, ci_level=NAN,
    )  # fmt: skip
    new = replace(
        pooled, headline=False, estimand="mean_of_new_series", method="prediction_interval",
        ci_low=low, ci_high=high, df=float(pool.n_series - 2),
    )  # fmt: skip
    return [pooled, spread, new]


def _one_per_cohort(reported: Sequence[Reported]) -> list[Reported]:
    """Keep the mean of the largest series of each cohort."""
    largest: dict[str, Reported] = {}
    for each in reported:
        kept = largest.get(each[0].cohort)
        if not each[2] and (kept is None or (each[1].n or 0) > (kept[1].n or 0)):
            largest[each[0].cohort] = each
    return [
        (each[0], each[1], "cohort", f"{largest[each[0].cohort][0].label} has more procedures.")
        if not each[2] and largest[each[0].cohort] is not each
        else each
        for each in reported
    ]
