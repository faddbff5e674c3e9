"""Correlations and trends: one line per outcome, both perspectives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from procohort.publish.numbers import ABSENT, format_effect, format_p
from procohort.publish.selection import ordered, pick, refusal
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
    capitalise,
    uncapitalise,
)
from procohort.results import ResultRow

CSV_COLUMNS = (
    "outcome", "label", "x_variable", "x_label", "perspective", "headline", "estimand", "method",
    "unit", "estimate", "ci_low", "ci_high", "ci_level", "statistic", "df", "p", "p_holm", "p_bh",
    "n_procedures", "n_patients", "n_missing", "unit_of_analysis", "status", "note",
    "n_resamples", "mc_error", "seed",
)  # fmt: skip


def make(view: View) -> Table:
    """Show the correlations of each outcome with x: a line per estimand and perspective.

    Parameters
    ----------
    view : View
        spec: id, label, x, outcomes, note; rows: those of the correlation or trend.
    """
    rows, spec, book, words = view.own_rows, view.spec, view.book, view.words
    outcomes = ordered((row.outcome for row in rows), spec.get("outcomes") or ())
    lines: list[Line] = []
    for outcome in outcomes:
        lines.append(Line(book.label_with_unit(outcome), is_section=True))
        mine = [row for row in rows if row.outcome == outcome]
        lines.extend(_line(row, book, words) for row in mine)
    columns = [
        Column("perspective", "Perspective", numeric=False),
        Column("effect", "Estimate [CI]"),
        Column("p", "p"),
        Column("p_bh", "p BH"),
        Column("p_holm", "p Holm"),
        Column("n", "n", numeric=False, wrap=False),
        Column("method", "Method", numeric=False),
        Column("note", "Status and notes", numeric=False),
    ]
    shown = tuple(
        column
        for column in columns
        if column.key not in ("p_bh", "p_holm")
        or any(line.cells.get(column.key, ABSENT) != ABSENT for line in lines)
    )
    x = str(spec["x"])
    headline = pick(rows)
    kind = (
        "Trends over" if headline is not None and headline.kind == "trend" else "Correlations with"
    )
    return Table(
        title=f"{kind} {uncapitalise(book.label_with_unit(x))}",
        settings=(
            capitalise(words.counts_of(headline)) if headline else "No rows",
            words.units_text(rows),
            "perspectives: " + "; ".join(words.perspective(name) for name in PERSPECTIVES),
        ),
        heading="Outcome",
        columns=shown,
        lines=tuple(lines),
        notes=_notes(rows, spec),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(row, book) for row in rows),
    )


def _line(row: ResultRow, book: VariableBook, words: StudyWords) -> Line:
    ok = row.status == "ok"
    return Line(
        capitalise(words.estimand(row.estimand)),
        {
            "perspective": PERSPECTIVE_NAMES.get(row.perspective, row.perspective),
            "effect": format_effect(row, book[row.outcome]) if ok else row.status.replace("_", " "),
            "p": format_p(row.p),
            "p_bh": format_p(row.p_bh),
            "p_holm": format_p(row.p_holm),
            "n": words.counts_of(row),
            "method": words.method(row.method),
            "note": refusal(row) or row.note,
        },
        indent=True,
    )


def _notes(rows: Sequence[ResultRow], spec: Mapping[str, Any]) -> tuple[str, ...]:
    notes = [str(spec["note"])] if spec.get("note") else []
    levels = sorted({row.ci_level for row in rows if not math.isnan(row.ci_level)})
    if levels:
        notes.append(f"[CI]: {100 * levels[0]:g} % confidence interval.")
    if any(not math.isnan(row.p_bh) for row in rows):
        notes.append("p BH: Benjamini-Hochberg over all tests outside the confirmatory family.")
    return tuple(notes)


def _record(row: ResultRow, book: VariableBook) -> dict[str, object]:
    record: dict[str, object] = {
        name: getattr(row, name) for name in CSV_COLUMNS if hasattr(row, name)
    }
    return record | {
        "label": book.label(row.outcome),
        "x_variable": row.group,
        "x_label": book.label(row.group),
    }
