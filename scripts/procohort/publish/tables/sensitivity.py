"""Everything that was computed for a comparison, the primary answers first: nothing is picked."""

from __future__ import annotations

import math

from procohort.publish.numbers import ABSENT, format_effect, format_number, format_p
from procohort.publish.selection import ordered, refusal
from procohort.publish.tables.model import Column, Line, Table, labelled
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
    capitalise,
)
from procohort.results import ResultRow

CSV_COLUMNS = (
    "outcome", "label", "level", "reference", "perspective", "headline", "estimand", "method",
    "unit", "estimate", "ci_low", "ci_high", "ci_level", "statistic", "df", "p", "icc",
    "n_procedures", "n_patients", "n_missing", "n_events", "status", "note", "n_resamples",
    "mc_error", "seed",
)  # fmt: skip


def make(view: View) -> Table:
    """Show every effect row of a comparison, by outcome and perspective.

    Parameters
    ----------
    view : View
        spec: id, label, group, outcomes; rows: those of the comparison.
    """
    book, words, spec = view.book, view.words, view.spec
    rows = [row for row in view.own_rows if row.perspective in PERSPECTIVES]
    lines: list[Line] = []
    for outcome in ordered((row.outcome for row in rows), spec.get("outcomes") or ()):
        lines.append(Line(book.label_with_unit(outcome), is_section=True))
        for perspective in PERSPECTIVES:
            mine = [r for r in rows if r.outcome == outcome and r.perspective == perspective]
            mine.sort(key=lambda row: not row.headline)
            lines += [_line(row, book, words) for row in mine]
    contrasts = {(row.level, row.reference) for row in rows}
    several = len(contrasts) > 1
    levels = sorted({row.ci_level for row in rows if not math.isnan(row.ci_level)})
    notes = ["The first line of each perspective is the primary answer; all others are shown too."]
    if levels:
        notes.append(f"[CI]: {100 * levels[0]:g} % confidence interval.")
    return Table(
        title=f"{spec['label']}: every answer",
        settings=(
            *([] if several or not rows else [_contrast(rows[0], book)]),
            words.units_text(rows),
            "sensitivity of the answers to the method",
        ),
        heading="Estimand",
        columns=(
            Column("perspective", "Perspective", numeric=False, wrap=False),
            *([Column("contrast", "Contrast", numeric=False)] if several else []),
            Column("method", "Method", numeric=False),
            Column("effect", "Estimate [CI]"),
            Column("p", "p"),
            Column("df", "df"),
            Column("n", "n", numeric=False),
            Column("note", "Status and notes", numeric=False),
        ),
        lines=tuple(lines),
        notes=tuple(notes),
        csv_columns=CSV_COLUMNS,
        records=tuple(labelled(row, book, CSV_COLUMNS) for row in rows),
    )


def _line(row: ResultRow, book: VariableBook, words: StudyWords) -> Line:
    ok = row.status == "ok"
    largest = "largest " if ok and row.method == "leave_one_patient_out" else ""
    p = format_p(row.p)
    return Line(
        capitalise(words.estimand(row.estimand)),
        {
            "perspective": PERSPECTIVE_NAMES[row.perspective],
            "contrast": _contrast(row, book),
            "method": words.method(row.method),
            "effect": format_effect(row, book[row.outcome]) if ok else row.status.replace("_", " "),
            "p": p if p == ABSENT else f"{largest}{p}",
            "df": format_number(row.df, 1),
            "n": words.counts_of(row),
            "note": refusal(row) or row.note,
        },
        indent=True,
    )


def _contrast(row: ResultRow, book: VariableBook) -> str:
    return book.contrast(row.group, row.level, row.reference) if row.reference else "all levels"
