"""Published series and what they say together, by outcome and modality."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from procohort.publish.numbers import (
    ABSENT,
    format_interval,
    format_number,
    format_p,
    format_percent,
    format_significant,
)
from procohort.publish.selection import ordered, pick, refusal
from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View
from procohort.publish.wording import capitalise
from procohort.results import ResultRow

CSV_COLUMNS = (
    "analysis", "estimand", "outcome", "unit", "modality", "series_id", "label", "perspective",
    "method", "n_events", "n_procedures", "n_patients", "estimate", "ci_low", "ci_high",
    "ci_level", "statistic", "df", "p", "status", "note",
)  # fmt: skip
_QUANTITIES = ("time", "dose")
_STATISTICS = {
    "reported_mean": "mean", "reported_median": "median", "reported_value": "other",
    "pooled_mean": "pooled mean",
}  # fmt: skip


def make(view: View) -> Table:
    """Show every series that was put together, and the pooled proportions.

    Parameters
    ----------
    view : View
        spec: outcomes, modalities, note; rows: those of kind ``synthesis``; frame: the
        account of the series.
    """
    account = with_columns(view.frame, ("series_id", "label", "outcome", "used", "live"), "account")
    labels = dict(zip(account["series_id"], account["label"], strict=True))
    live = set(account.loc[account["live"] == "yes", "series_id"])
    lines: list[Line] = []
    for item in view.spec["outcomes"]:
        lines += _of_outcome(view, item, account, labels, live)
    for name in _QUANTITIES:
        lines += _of_quantity(view, name, labels, live)
    return Table(
        title="Published series by modality, one by one and together",
        settings=(
            f"unit of analysis: {view.words.row}",
            "pooled: random-effects logistic model, 95 % profile likelihood limits",
        ),
        heading="Series",
        columns=(
            Column("counts", "n", numeric=False, wrap=False),
            Column("estimate", "Estimate", "[95 % limits]"),
            Column("new", "Next series", "prediction interval"),
            Column("tau", "Between series", "SD of log odds [limits]"),
            Column("without", "Leaving out one", "range"),
            Column("note", "Note", numeric=False),
        ),
        lines=tuple(lines),
        notes=_notes(view),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(row, labels) for row in view.rows),
    )


def _of_outcome(
    view: View,
    item: Mapping[str, str],
    account: pd.DataFrame,
    labels: Mapping[str, str],
    live: set[str],
) -> list[Line]:
    rows = [row for row in view.rows if row.analysis == f"synthesis_{item['id']}"]
    mine = account[(account["outcome"] == item["id"]) & (account["used"] == "yes")]
    used = set(mine["series_id"])
    lines: list[Line] = []
    for modality, name in view.spec["modalities"].items():
        here = [row for row in rows if row.level == modality]
        pool = pick(here, estimand="pooled_proportion")
        lines.append(Line(f"{item['label']}: {name}", is_section=True))
        if pool is None:
            lines.append(Line("No series", {}, indent=True))
            continue
        lines += [
            _series_line(row, labels, live)
            for row in here
            if row.estimand == "proportion" and row.subset in used
        ]
        if len(mine[mine["modality"] == modality]) > 1:
            lines.append(_pool_line(pool, here))
        else:
            lines.append(Line("Not pooled", {"note": pool.note}, indent=True))
    return lines


def _series_line(row: ResultRow, labels: Mapping[str, str], live: set[str]) -> Line:
    note = ""
    if row.subset in live:
        aware = row.perspective == "cluster_aware"
        note = "this study, cluster-aware limits" if aware else "this study, tables of this run"
    return Line(
        labels.get(row.subset, row.subset),
        {"counts": f"{row.n_events}/{row.n_procedures}", "estimate": _percent(row), "note": note},
        indent=True,
    )


def _pool_line(pool: ResultRow, rows: Sequence[ResultRow]) -> Line:
    tau = pick(rows, estimand="between_series_sd")
    new = pick(rows, estimand="proportion_of_new_series")
    rest = [row.estimate for row in rows if row.estimand == "pooled_proportion_without"]
    small = pick(rows, estimand="small_study_slope")
    notes = [pool.note]
    if small is not None:
        said = f"p {format_p(small.p)}" if small.status == "ok" else refusal(small)
        notes.append(f"Small-study effects: {said}.")
    return Line(
        "Sum of all" if pool.method == "summed_counts_exact" else "Pooled",
        {
            "counts": f"{pool.n_events}/{pool.n_procedures}",
            "estimate": _percent(pool),
            "new": _span(new.ci_low, new.ci_high)
            if new is not None and new.status == "ok"
            else ABSENT,
            "tau": _tau(tau),
            "without": _span(min(rest), max(rest)) if rest else ABSENT,
            "note": " ".join(note for note in notes if note),
        },
        indent=True,
    )


def _percent(row: ResultRow) -> str:
    limits = f"[{format_percent(row.ci_low, 1, '')}, {format_percent(row.ci_high, 1, '')}]"
    return f"{format_percent(row.estimate)} {limits}"


def _span(low: float, high: float) -> str:
    return f"{format_percent(low, 1, '')} to {format_percent(high)}"


def _tau(row: ResultRow | None) -> str:
    if row is None or row.status != "ok":
        return ABSENT
    return f"{format_number(row.estimate, 2)} {format_interval(row.ci_low, row.ci_high, 2)}"


def _of_quantity(view: View, name: str, labels: Mapping[str, str], live: set[str]) -> list[Line]:
    rows = [row for row in view.rows if row.analysis == f"synthesis_{name}"]
    lines: list[Line] = []
    for kind in ordered(row.outcome for row in rows):
        mine = [row for row in rows if row.outcome == kind]
        what = f"{capitalise(name)}, as reported: {kind} ({mine[0].unit})"
        lines.append(Line(what, is_section=True))
        for row in mine:
            if row.estimand in _STATISTICS and row.subset != "all":
                lines.append(_reported_line(view, row, mine, labels, live))
        for row in mine:
            if row.estimand == "pooled_mean":
                lines.append(_pooled_mean_line(view, row))
    return lines


def _reported_line(
    view: View,
    row: ResultRow,
    rows: Sequence[ResultRow],
    labels: Mapping[str, str],
    live: set[str],
) -> Line:
    sd = pick(rows, estimand="reported_sd", subset=row.subset, level=row.level)
    spread = f" (SD {format_significant(sd.estimate)})" if sd is not None else ""
    n = row.n_procedures if row.unit_of_analysis == "row" else row.n_patients
    unit = view.words.rows if row.unit_of_analysis == "row" else view.words.clusters
    notes = ["this study, tables of this run" if row.subset in live else "", row.note]
    return Line(
        f"{labels.get(row.subset, row.subset)} ({view.spec['modalities'][row.level]})",
        {
            "counts": ABSENT if n is None else f"{n} {unit}",
            "estimate": f"{_STATISTICS[row.estimand]} {format_significant(row.estimate)}{spread}",
            "note": "; ".join(note for note in notes if note),
        },
        indent=True,
    )


def _pooled_mean_line(view: View, row: ResultRow) -> Line:
    name = view.spec["modalities"][row.level]
    if row.status != "ok":
        return Line(f"Not pooled: {name}", {"note": row.note}, indent=True)
    limits = f"[{format_significant(row.ci_low)}, {format_significant(row.ci_high)}]"
    return Line(
        f"Pooled: {name}",
        {
            "counts": str(row.n_procedures),
            "estimate": f"{format_significant(row.estimate)} {limits}",
        },
        indent=True,
    )


def _notes(view: View) -> tuple[str, ...]:
    labels = {str(item["id"]): str(item["label"]) for item in view.spec["outcomes"]}
    notes = []
    for outcome, label in labels.items():
        mine = [row for row in view.rows if row.analysis == f"synthesis_{outcome}"]
        ranking = pick(mine, estimand="ranking")
        if ranking is not None:
            notes.append(f"{label}: {ranking.note}")
        test = pick(mine, estimand="difference_between_modalities")
        if test is not None:
            said = format_p(test.p) if test.status == "ok" else refusal(test)
            notes.append(f"{label}, test between modalities: {said}.")
    notes.append(
        f"Series have exact limits on their counts. Published counts say nothing of how "
        f"{view.words.rows} spread over {view.words.clusters}: their limits are rather too narrow."
    )
    if view.spec.get("note"):
        notes.append(str(view.spec["note"]))
    return tuple(notes)


def _record(row: ResultRow, labels: Mapping[str, str]) -> dict[str, object]:
    series_id = "" if row.subset == "all" else row.subset
    given: dict[str, object] = {
        name: getattr(row, name) for name in CSV_COLUMNS if hasattr(row, name)
    }
    # An interval without end has no number to be written as.
    for name in ("ci_low", "ci_high"):
        if math.isinf(getattr(row, name)):
            given[name] = "inf"
    return {
        **given,
        "modality": row.level,
        "series_id": series_id,
        "label": labels.get(series_id, ""),
    }
