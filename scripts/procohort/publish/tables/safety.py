"""How often complications happen, as frequency classes, and which cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort.frequency_classes import FrequencyClass, read_classes
from procohort.publish.numbers import ABSENT, format_count_percent, format_interval
from procohort.publish.selection import n_trials, ordered, pick, refusal
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    capitalise,
    uncapitalise,
)
from procohort.results import ResultRow

CSV_COLUMNS = (
    "outcome", "label", "unit_of_analysis", "perspective", "method", "estimate", "ci_low",
    "ci_high", "ci_level", "n_events", "n", "n_missing", "n_procedures", "n_patients",
    "design_effect", "n_effective", "observed_class", "possible_classes", "status", "note",
)  # fmt: skip

_CLASS = "frequency_class"


def make(view: View) -> Table:
    """Show k/n, the class, the intervals and the classes they reach, by row and by patient.

    Parameters
    ----------
    view : View
        spec: outcomes, classes, source, label, note; rows: those of the frequency classes.
    """
    rows, spec, words = view.own_rows, view.spec, view.words
    classes = read_classes(spec["classes"])
    outcomes = ordered((row.outcome for row in rows), spec["outcomes"])
    lines: list[Line] = []
    for unit in ("row", "patient"):
        mine = [row for row in rows if row.unit_of_analysis == unit]
        if mine:
            lines.append(Line(_section(unit, words), is_section=True))
        for outcome in outcomes:
            part = [row for row in mine if row.outcome == outcome]
            if part:
                lines.append(_line(view.book.label(outcome), part, classes, words))
    shares = [row for row in rows if row.estimand != _CLASS]
    return Table(
        title=str(spec["label"]),
        settings=_settings(shares, words),
        heading="Outcome",
        columns=_columns(shares, words),
        lines=tuple(lines),
        notes=_notes(shares, classes, spec, words),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(row, rows, view.book.label(row.outcome)) for row in shares),
    )


def _section(unit: str, words: StudyWords) -> str:
    if unit == "row":
        return f"By {words.row}"
    return f"By {words.cluster}: at least one such {words.row}"


def _settings(rows: list[ResultRow], words: StudyWords) -> tuple[str, ...]:
    if not rows:
        return ("No rows",)
    largest = max(rows, key=lambda row: (row.n_procedures or 0, row.n_patients or 0))
    return (
        words.counts(largest.n_procedures, largest.n_patients),
        words.units_text(rows),
        "perspectives: " + "; ".join(words.perspective(name) for name in PERSPECTIVES),
    )


def _columns(rows: list[ResultRow], words: StudyWords) -> tuple[Column, ...]:
    level = f"{100 * rows[0].ci_level:g} %" if rows else "95 %"
    columns = [
        Column("k", "Share (k/n)"),
        Column("observed", "Class of the share", numeric=False),
    ]
    for perspective in PERSPECTIVES:
        mine = [row for row in rows if row.perspective == perspective]
        spanner = capitalise(PERSPECTIVE_NAMES[perspective])
        interval = f"{level} confidence interval"
        columns += [
            Column(perspective, interval, detail=words.methods(mine), spanner=spanner),
            Column(f"{perspective}_classes", "Possible", numeric=False, spanner=spanner),
        ]
    columns.append(Column("missing", "Missing"))
    return tuple(columns)


def _line(
    label: str, rows: list[ResultRow], classes: Sequence[FrequencyClass], words: StudyWords
) -> Line:
    shares = [row for row in rows if row.estimand != _CLASS]
    either = shares[0]
    observed = pick(rows, estimand=_CLASS)
    cells = {
        "k": format_count_percent(either.n_events, n_trials(either)),
        "observed": _observed(observed, classes),
        "missing": str(either.n_missing or 0),
    }
    for perspective in PERSPECTIVES:
        share = next((row for row in shares if row.perspective == perspective), None)
        named = pick(rows, estimand=_CLASS, perspective=perspective)
        cells[perspective] = _interval(share)
        cells[f"{perspective}_classes"] = _reached(named, classes)
    return Line(label, cells, indent=True)


def _observed(row: ResultRow | None, classes: Sequence[FrequencyClass]) -> str:
    if row is None:
        return ABSENT
    return {item.id: item.label for item in classes}.get(row.level, "None seen")


def _reached(row: ResultRow | None, classes: Sequence[FrequencyClass]) -> str:
    """Return for example ``Common or uncommon``, ``Common to rare``; classes leave no gap."""
    if row is None:
        return ABSENT
    reached = row.reference.split("+")
    if len(reached) == len(classes) > 1:
        return "Any class"
    labels = [item.label for item in classes if item.id in reached]
    if len(labels) == 1:
        return labels[0]
    return f"{labels[0]} {'or' if len(labels) == 2 else 'to'} {uncapitalise(labels[-1])}"


def _interval(row: ResultRow | None) -> str:
    if row is None:
        return ABSENT
    if row.status != "ok":
        return refusal(row)
    # Two decimals: the classes below one in a thousand begin with the second.
    return f"{format_interval(100 * row.ci_low, 100 * row.ci_high, 2)} %"


def _notes(
    rows: list[ResultRow],
    classes: Sequence[FrequencyClass],
    spec: Mapping[str, Any],
    words: StudyWords,
) -> tuple[str, ...]:
    listed = "; ".join(f"{uncapitalise(item.label)}: {item.bounds()}" for item in classes)
    source = f" ({spec['source']})" if spec["source"] else ""
    by_patient = any(row.unit_of_analysis == "patient" for row in rows)
    none = any(row.n_events == 0 for row in rows)
    notes = [
        str(spec["note"]),
        f"Classes{source}: {listed}.",
        "Possible are all classes that the interval reaches: where there are several, the data "
        "cannot tell them apart.",
        f"By {words.cluster}, the share grows with the number of {words.rows} that each one had."
        if by_patient
        else "",
        "None seen is not none to come: the upper end says what the number leaves open."
        + (
            f" Without an event nothing is known of how alike {words.clusters} are, so the "
            f"limits by {words.row} are those of independent {words.rows}; those by "
            f"{words.cluster} need no such assumption."
            if by_patient
            else ""
        )
        if none
        else "",
    ]
    return tuple(note for note in notes if note)


def _record(row: ResultRow, rows: Sequence[ResultRow], label: str) -> dict[str, object]:
    named = pick(
        rows,
        estimand=_CLASS,
        outcome=row.outcome,
        unit_of_analysis=row.unit_of_analysis,
        perspective=row.perspective,
    )
    record: dict[str, object] = {
        name: getattr(row, name) for name in CSV_COLUMNS if hasattr(row, name)
    }
    return record | {
        "label": label,
        "n": n_trials(row),
        "observed_class": named.level if named else "",
        "possible_classes": named.reference if named else "",
    }
