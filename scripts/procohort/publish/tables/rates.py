"""Rates with intervals, as published beside cluster-aware."""

from __future__ import annotations

from procohort.publish.numbers import (
    ABSENT,
    format_count_percent,
    format_interval,
    format_number,
)
from procohort.publish.selection import n_trials, ordered, pick, refusal
from procohort.publish.tables.model import Column, Line, Table
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
    "outcome", "label", "group", "level", "level_label", "perspective", "method", "headline",
    "estimate", "ci_low", "ci_high", "ci_level", "n_events", "n", "n_missing", "n_procedures",
    "n_patients", "unit_of_analysis", "design_effect", "n_effective", "status", "note",
)  # fmt: skip


def make(view: View) -> Table:
    """Show each rate overall and by group: k/n, both intervals, the design effect.

    Parameters
    ----------
    view : View
        spec: id, label, outcomes, by, note; rows: those of the rates.
    """
    rows, spec, book, words = view.own_rows, view.spec, view.book, view.words
    mine = [row for row in rows if row.estimand == "proportion"]
    outcomes = ordered((row.outcome for row in mine), spec.get("outcomes") or ())
    by = str(spec.get("by") or "")
    lines: list[Line] = []
    for outcome in outcomes:
        part = [row for row in mine if row.outcome == outcome]
        lines.append(Line(book.label(outcome), is_section=True))
        levels = ordered((row.level for row in part), ["all", *book[by].labels])
        lines.extend(_line(part, level, book.level(by, level), words) for level in levels)
    headlines = [row for row in mine if row.headline]
    level = f"{100 * headlines[0].ci_level:g} %" if headlines else "95 %"
    return Table(
        title=str(spec.get("label") or "Rates"),
        settings=_settings(headlines, words),
        heading="Outcome",
        columns=_columns(level, headlines, words),
        lines=tuple(lines),
        notes=tuple(str(spec[key]) for key in ("note",) if spec.get(key)),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(row, by, book) for row in mine),
    )


def _settings(rows: list[ResultRow], words: StudyWords) -> tuple[str, ...]:
    if not rows:
        return ("No rows",)
    largest = max(rows, key=lambda row: (row.n_procedures or 0, row.n_patients or 0))
    return (
        capitalise(words.counts_of(largest)),
        words.units_text(rows),
        "perspectives: " + "; ".join(words.perspective(name) for name in PERSPECTIVES),
    )


def _columns(level: str, rows: list[ResultRow], words: StudyWords) -> tuple[Column, ...]:
    def method(perspective: str) -> str:
        return words.methods(row for row in rows if row.perspective == perspective)

    published, aware = (capitalise(PERSPECTIVE_NAMES[name]) for name in PERSPECTIVES)
    interval = f"{level} confidence interval"
    return (
        Column("n", f"{capitalise(words.clusters)}"),
        Column("k", "Rate (k/n)"),
        Column("as_published", interval, detail=method("as_published"), spanner=published),
        Column("cluster_aware", interval, detail=method("cluster_aware"), spanner=aware),
        Column("design_effect", "Design effect", spanner=aware),
        Column("n_effective", "Effective n", spanner=aware),
        Column("missing", "Missing"),
        Column("note", "Note", numeric=False),
    )


def _line(rows: list[ResultRow], level: str, label: str, words: StudyWords) -> Line:
    published = pick(rows, level=level, perspective="as_published")
    aware = pick(rows, level=level, perspective="cluster_aware")
    either = published or aware
    if either is None:  # pragma: no cover - levels come from the rows
        return Line(label, indent=True)
    notes = [
        f"{PERSPECTIVE_NAMES[row.perspective]}: {refusal(row) or row.note}"
        for row in (published, aware)
        if row is not None and (row.note or row.status != "ok")
    ]
    cells = {
        "n": str(either.n_patients),
        "k": format_count_percent(either.n_events, n_trials(either)),
        "as_published": _interval(published),
        "cluster_aware": _interval(aware),
        "design_effect": format_number(aware.design_effect, 2) if aware else ABSENT,
        "n_effective": format_number(aware.n_effective, 0) if aware else ABSENT,
        "missing": str(either.n_missing or 0),
        "note": "\n".join(notes),
    }
    return Line(label, cells, indent=True)


def _interval(row: ResultRow | None) -> str:
    if row is None or row.status != "ok":
        return ABSENT if row is None else row.status.replace("_", " ")
    return f"{format_interval(100 * row.ci_low, 100 * row.ci_high, 1)} %"


def _record(row: ResultRow, by: str, book: VariableBook) -> dict[str, object]:
    record: dict[str, object] = {
        name: getattr(row, name) for name in CSV_COLUMNS if hasattr(row, name)
    }
    return record | {
        "label": book.label(row.outcome),
        "group": by,
        "level_label": book.level(by, row.level),
        "n": n_trials(row),
    }
