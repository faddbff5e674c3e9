"""The description of a cohort: whole and by group."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from procohort.publish.numbers import (
    ABSENT,
    format_count_percent,
    format_mean_sd,
    format_quantile,
)
from procohort.publish.selection import estimate_of, n_trials, ordered, pick
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.publish.wording import StudyWords, VariableBook, capitalise
from procohort.results import ResultRow
from procohort.study import Variable

CSV_COLUMNS = (
    "variable", "label", "unit", "group", "level", "level_label", "statistic", "value",
    "estimate", "n_events", "n", "n_missing", "n_procedures", "n_patients", "unit_of_analysis",
)  # fmt: skip


def make(view: View) -> Table:
    """Show each variable by group: median [IQR] and mean (SD), or n (%), and missing.

    Parameters
    ----------
    view : View
        spec: id, label, unit, by, variables, note; rows: those of the description.
    """
    rows, spec, book, words = view.own_rows, view.spec, view.book, view.words
    by = str(spec.get("by") or "")
    levels = ordered((row.level for row in rows), ["all", *book[by].labels])
    names = ordered((row.outcome for row in rows if row.outcome), spec.get("variables") or ())
    columns = tuple(
        Column(
            level,
            book.level(by, level),
            detail=_size(rows, level, words),
            spanner="" if level == "all" else book.label(by),
        )
        for level in levels
    )
    lines: list[Line] = []
    for name in names:
        mine = [row for row in rows if row.outcome == name]
        lines.extend(_lines(mine, book[name], levels))
    unit = words.unit_of_analysis(str(spec.get("unit") or "row"))
    return Table(
        title=str(spec.get("label") or "Description"),
        settings=(
            f"{capitalise(words.counts_of(rows[0]))}" if rows else "No rows",
            f"unit of analysis: {unit}",
            "perspective: descriptive",
        ),
        heading="Variable",
        columns=columns,
        lines=tuple(lines),
        notes=(
            "Median [first quartile, third quartile]; mean (standard deviation); "
            f"percentages with the number of {_plural(unit, words)} and of those known.",
            *((str(spec["note"]),) if spec.get("note") else ()),
        ),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(row, by, book) for row in rows if row.outcome),
    )


def _plural(unit: str, words: StudyWords) -> str:
    return words.clusters if unit == words.cluster else words.rows


def _size(rows: Sequence[ResultRow], level: str, words: StudyWords) -> str:
    row = pick(rows, level=level, estimand="n_rows") or pick(rows, level=level)
    return "" if row is None else f"n = {words.counts_of(row)}"


def _lines(rows: list[ResultRow], variable: Variable, levels: list[str]) -> Iterator[Line]:
    """Yield the lines of one variable."""
    label = f"{variable.label} ({variable.unit})" if variable.unit else variable.label
    if variable.is_quantity:
        yield Line(
            f"{label}, median [IQR]", {level: _median(rows, level, variable) for level in levels}
        )
        yield Line(
            "mean (SD)", {level: _mean(rows, level, variable) for level in levels}, indent=True
        )
    elif variable.type == "date":
        yield Line(f"{label}, earliest to latest", {x: _dates(rows, x) for x in levels})
    else:
        yield from _share_lines(rows, variable, label, levels)
    if any((row.n_missing or 0) > 0 for row in rows):
        yield Line("missing", {level: _missing(rows, level) for level in levels}, indent=True)


def _share_lines(
    rows: list[ResultRow], variable: Variable, label: str, levels: list[str]
) -> Iterator[Line]:
    values = ordered((row.reference for row in rows), list(variable.labels))
    if variable.type == "boolean":
        # No says nothing that yes has not said.
        shown = variable.labels.get("true", "Yes")
        name = label if shown in (label, "Yes") else f"{label}: {shown}"
        yield Line(f"{name}, n (%)", {level: _share(rows, level, "true") for level in levels})
        return
    yield Line(f"{label}, n (%)", dict.fromkeys(levels, ""))
    for value in values:
        cells = {level: _share(rows, level, value) for level in levels}
        yield Line(variable.labels.get(value, value), cells, indent=True)


def _median(rows: list[ResultRow], level: str, variable: Variable) -> str:
    median, q1, q3 = (
        format_quantile(estimate_of(rows, level=level, estimand=name), variable)
        for name in ("median", "q1", "q3")
    )
    return ABSENT if median == ABSENT else f"{median} [{q1}, {q3}]"


def _mean(rows: list[ResultRow], level: str, variable: Variable) -> str:
    mean = estimate_of(rows, level=level, estimand="mean")
    sd = estimate_of(rows, level=level, estimand="sd")
    if math.isnan(mean):
        return ABSENT
    return "{} ({})".format(*format_mean_sd(mean, sd, variable))


def _share(rows: list[ResultRow], level: str, value: str) -> str:
    row = pick(rows, level=level, reference=value, estimand="proportion")
    return ABSENT if row is None else format_count_percent(row.n_events, n_trials(row))


def _dates(rows: list[ResultRow], level: str) -> str:
    first = pick(rows, level=level, estimand="earliest")
    last = pick(rows, level=level, estimand="latest")
    return f"{first.note} to {last.note}" if first and last else ABSENT


def _missing(rows: list[ResultRow], level: str) -> str:
    row = pick(rows, level=level)
    return ABSENT if row is None or row.n_missing is None else str(row.n_missing)


def _record(row: ResultRow, by: str, book: VariableBook) -> dict[str, object]:
    variable = book[row.outcome]
    is_date = row.estimand in ("earliest", "latest")
    return {
        "variable": row.outcome,
        "label": variable.label,
        "unit": variable.unit,
        "group": by,
        "level": row.level,
        "level_label": book.level(by, row.level),
        "statistic": row.estimand,
        "value": row.note if is_date else variable.labels.get(row.reference, row.reference),
        "estimate": row.estimate,
        "n_events": row.n_events,
        "n": n_trials(row),
        "n_missing": row.n_missing,
        "n_procedures": row.n_procedures,
        "n_patients": row.n_patients,
        "unit_of_analysis": row.unit_of_analysis,
    }
