"""Effective dose of one procedure, of each patient so far, and over the years of a schedule."""

from __future__ import annotations

from collections.abc import Sequence

from procohort.publish.numbers import ABSENT, format_number, format_significant
from procohort.publish.selection import ordered, pick
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.results import ResultRow

CSV_COLUMNS = (
    "estimand", "group", "level", "label", "subset", "unit", "method", "n_procedures",
    "n_patients", "n_missing", "estimate", "ci_low", "ci_high", "status", "note",
)  # fmt: skip
PROTOCOL = "protocol"


def make(view: View) -> Table:
    """Show what a procedure adds, what patients have had, and what a schedule adds up to.

    Parameters
    ----------
    view : View
        spec: by, patients_by, years, protocols (labels), factors; rows: those of the
        analysis ``cumulative_dose``.
    """
    rows, words = view.rows, view.words
    years = [f"years={year:g}" for year in sorted(view.spec["years"])]
    planned = [row for row in rows if row.estimand == "cumulative_dose_planned"]
    lines = [Line(f"This study: {view.book.label(view.spec['by'])}", is_section=True)]
    lines[0] = lines[0] if view.spec["by"] else Line("This study", is_section=True)
    lines += [
        _line(view, row, planned)
        for row in rows
        if row.estimand == "dose_per_procedure" and row.group != PROTOCOL
    ]
    lines.append(Line("Published protocols", is_section=True))
    lines += [
        _line(view, row, planned)
        for row in rows
        if row.estimand == "dose_per_procedure" and row.group == PROTOCOL
    ]
    lines.append(Line(f"So far, per {words.cluster} of this study", is_section=True))
    lines += _so_far(view)
    columns = [Column("each", f"One {words.row}", "mSv")]
    for name in years:
        n = next((row.n_procedures for row in planned if row.subset == name), None)
        count = f"{n} {words.rows}" if n is not None else ""
        columns.append(Column(name, _years(name), count, spanner="Over the schedule, mSv"))
    return Table(
        title=f"Effective dose of many {words.rows}",
        settings=(f"unit of analysis: {words.row}, {words.cluster} for the doses so far",),
        heading="Group",
        columns=(*columns, Column("n", "n", numeric=False), Column("note", "Note", numeric=False)),
        lines=tuple(lines),
        notes=_notes(view),
        csv_columns=CSV_COLUMNS,
        records=tuple(
            {
                **{name: getattr(row, name) for name in CSV_COLUMNS if name != "label"},
                "label": name_of(view, row),
            }
            for row in rows
        ),
    )


def name_of(view: View, row: ResultRow) -> str:
    """Return the label of an arm of the study or of a protocol."""
    if row.group == PROTOCOL:
        return str(view.spec["protocols"].get(row.level, row.level))
    return view.book.level(row.group, row.level) if row.group else "All"


def dose_text(row: ResultRow) -> str:
    """Return the dose with its range over conversion factors."""
    text = _dose(row.estimate)
    return (
        text
        if row.ci_low == row.ci_high
        else f"{text} ({_dose(row.ci_low)} to {_dose(row.ci_high)})"
    )


def _dose(msv: float) -> str:
    return format_number(msv, 0) if msv >= 100 else format_significant(msv)


def _years(name: str) -> str:
    years = name.removeprefix("years=")
    return f"{years} year{'' if years == '1' else 's'}"


def _line(view: View, row: ResultRow, planned: Sequence[ResultRow]) -> Line:
    mine = {
        each.subset: dose_text(each)
        for each in planned
        if (each.group, each.level) == (row.group, row.level)
    }
    known = row.n_procedures is not None
    cells = {
        "each": dose_text(row),
        **mine,
        "n": view.words.counts(row.n_procedures, row.n_patients) if known else ABSENT,
        # What every range means stands once below the table.
        "note": row.note.replace(_RANGE, "").strip(),
    }
    return Line(name_of(view, row), cells, indent=True)


_RANGE = "The range follows the smallest and largest conversion factor; it is no interval."


def _so_far(view: View) -> list[Line]:
    mine = [row for row in view.rows if row.estimand.startswith("cumulative_dose_so_far_")]
    lines = []
    for level in ordered(row.level for row in mine):
        here = [row for row in mine if row.level == level]
        found = {
            name: pick(here, estimand=f"cumulative_dose_so_far_{name}")
            for name in ("median", "q1", "q3", "min", "max")
        }
        middle = found["median"]
        if middle is None:
            continue
        number = {name: _dose(row.estimate) if row else ABSENT for name, row in found.items()}
        missing = f"; {middle.n_missing} without a recorded dose" if middle.n_missing else ""
        said = (
            f"median {dose_text(middle)}; quartiles {number['q1']} to {number['q3']}; "
            f"{number['min']} to {number['max']} mSv{missing}"
        )
        n = view.words.counts(middle.n_procedures, middle.n_patients)
        lines.append(Line(name_of(view, middle), {"n": n, "note": said}, indent=True))
    return lines


def _notes(view: View) -> tuple[str, ...]:
    factors = "; ".join(
        f"{item['central']:g} mSv per {unit}"
        + (f" ({item['low']:g} to {item['high']:g})" if item["low"] != item["high"] else "")
        + f": {item['source']}"
        for unit, item in view.spec["factors"].items()
    )
    return (
        "In brackets: the range over conversion factors, no confidence interval.",
        f"Conversion factors: {factors}.",
        f"Over the schedule: planned number of {view.words.rows} times the dose of one, as if all "
        "went as planned and protocols stayed as they are. Doses obtained in different ways are "
        "not interchangeable; no risk is derived from them.",
    )
