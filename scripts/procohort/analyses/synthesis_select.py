"""Which published series are put together, and why the others are not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from procohort.evidence import Count, Quantity, Series
from procohort.jobs import UserError
from procohort.messages import did_you_mean
from procohort.results import ResultRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a series is used for an outcome.

    Attributes
    ----------
    outcome : str
    series : Series
    kind : str
        Key of `procohort.evidence.REASONS`; empty if the series is used.
    reason : str
        The reason in words, about this series.
    """

    outcome: str
    series: Series
    kind: str = ""
    reason: str = ""

    @property
    def used(self) -> bool:
        """Whether the series is used."""
        return not self.kind

    @property
    def count(self) -> Count:
        """The counts of the outcome; only a used series is sure to have them."""
        return self.series.counts[self.outcome]


def with_live(
    series: Sequence[Series], live: Mapping[str, Any], estimates: Sequence[ResultRow]
) -> list[Series]:
    """Return the series with the study's own one taken from its result rows.

    Parameters
    ----------
    series : sequence of Series
    live : mapping
        ``series``: the row to replace (nothing if empty); ``analysis``, ``outcomes``:
        the rates to take; ``quantities``: means to take from a description.
    estimates : sequence of ResultRow

    Raises
    ------
    UserError
        If the evidence has no such series.
    """
    name = live["series"]
    if not name:
        return list(series)
    own = next((one for one in series if one.series_id == name), None)
    if own is None:
        hint = did_you_mean(name, [one.series_id for one in series])
        raise UserError([f"config.yaml: synthesis.live.series: {name!r} is no series_id.{hint}"])
    counts = {
        outcome: _live_count(estimates, live["analysis"], variable, own.counts.get(outcome))
        for outcome, variable in live["outcomes"].items()
    }
    quantities = tuple(_live_quantity(estimates, item) for item in live["quantities"])
    return [
        replace(one, counts={**one.counts, **counts}, quantities=quantities, live=True)
        if one is own
        else one
        for one in series
        # Its printed parts describe the same procedures.
        if one.part_of != name
    ]


def _live_count(
    estimates: Sequence[ResultRow], analysis: str, variable: str, printed: Count | None
) -> Count:
    """Return the counts of a rate; what they count is as printed."""
    row = _one(estimates, analysis, variable, "proportion")
    return Count(
        events=int(row.n_events or 0),
        trials=int(row.n_procedures or 0),
        scope=printed.scope if printed else "not stated",
        per="procedure",
    )


def _one(estimates: Sequence[ResultRow], analysis: str, variable: str, estimand: str) -> ResultRow:
    for row in estimates:
        found = (row.analysis, row.outcome, row.estimand, row.level)
        if found == (analysis, variable, estimand, "all"):
            return row
    raise UserError(
        [
            f"config.yaml: synthesis.live: no row of analysis {analysis!r}, outcome {variable!r}, "
            f"estimand {estimand!r}. Name an analysis that has it."
        ]
    )


def _live_quantity(estimates: Sequence[ResultRow], item: Mapping[str, Any]) -> Quantity:
    mean, sd, n = (
        _one(estimates, item["analysis"], item["outcome"], name).estimate
        for name in ("mean", "sd", "n")
    )
    return Quantity(
        name=item["name"], kind=item["kind"], stat="mean", centre=mean, unit=item["unit"],
        sd=None if math.isnan(sd) else sd, n=int(n), spread="", per="procedure",
    )  # fmt: skip


def live_interval(
    estimates: Sequence[ResultRow], live: Mapping[str, Any], outcome: str
) -> ResultRow | None:
    """Return the cluster-aware row of the study's own proportion, if there is one."""
    wanted = (live["analysis"], live["outcomes"].get(outcome), "all", "proportion")
    for row in estimates:
        found = (row.analysis, row.outcome, row.level, row.estimand)
        if found == wanted and row.perspective == "cluster_aware" and row.headline:
            return row
    return None


def decide(series: Iterable[Series], outcome: str, spec: Mapping[str, Any]) -> list[Decision]:
    """Decide for every series whether it is put together with others for an outcome.

    Parameters
    ----------
    series : iterable of Series
    outcome : str
        ``success`` or ``complications``.
    spec : mapping
        ``populations``, ``modalities``, ``one_per_cohort``, ``outcomes`` (with ``scopes``).

    Returns
    -------
    list of Decision
        In the order of the series.
    """
    declared = next(item for item in spec["outcomes"] if item["id"] == outcome)
    asked = [_first_reason(one, outcome, spec, declared["scopes"]) for one in series]
    return _one_per_cohort(asked) if spec["one_per_cohort"] else asked


def general_reason(one: Series, spec: Mapping[str, Any]) -> tuple[str, str]:
    """Return why a series is out whatever is asked of it: kind and words, empty if it is in."""
    if not one.include:
        return "left_out", one.reason
    if one.part_of:
        return "part", f"Part of {one.study} {one.year}".strip() + "."
    if spec["populations"] and one.population not in spec["populations"]:
        return "population", f"Population: {one.population}."
    if one.modality not in spec["modalities"]:
        return "modality", f"Modality: {one.modality}."
    return "", ""


def _first_reason(
    one: Series, outcome: str, spec: Mapping[str, Any], scopes: Sequence[str]
) -> Decision:
    kind, reason = general_reason(one, spec)
    count = one.counts.get(outcome)
    if not kind and count is None:
        kind, reason = "not_reported", "What was read of the source gives no count."
    elif not kind and count is not None and count.per != "procedure":
        kind, reason = "per_patient", f"{count.events} of {count.trials} patients."
    elif not kind and count is not None and scopes and count.scope not in scopes:
        kind, reason = "scope", f"Counted: {count.scope} ({count.events}/{count.trials})."
    return Decision(outcome=outcome, series=one, kind=kind, reason=reason)


def _one_per_cohort(asked: Sequence[Decision]) -> list[Decision]:
    """Keep the largest series of each cohort within a modality; the later one of two equals."""
    largest: dict[tuple[str, str], Decision] = {}
    for each in asked:
        if each.used:
            key = (each.series.cohort, each.series.modality)
            kept = largest.get(key)
            if kept is None or _size(each) > _size(kept):
                largest[key] = each
    decided = []
    for each in asked:
        kept = largest.get((each.series.cohort, each.series.modality))
        if each.used and kept is not None and kept is not each:
            reason = f"Cohort {each.series.cohort}: {kept.series.label} has more procedures."
            decided.append(replace(each, kind="cohort", reason=reason))
        else:
            decided.append(each)
    return decided


def _size(each: Decision) -> tuple[int, str, str]:
    return each.count.trials, each.series.year, each.series.series_id
