"""Table 1: who was studied, by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.paper.summaries import described, share_text, summary_text
from procohort.publish.selection import ordered, pick
from procohort.results import ResultRow
from procohort.study import Variable


def table_one(material: Material, analysis: str) -> PaperTable:
    """Show each variable of a description: groups in columns, levels indented, missing counts."""
    spec, book = material.facts.analyses[analysis], material.book
    rows = [row for row in material.rows_of(analysis) if row.perspective == "descriptive"]
    by = str(spec.get("by") or "")
    levels = ordered((row.level for row in rows), ["all", *book[by].labels])
    columns = tuple(
        PaperColumn(
            Text(f"{book.level(by, level)}\n{material.size(_size(rows, level))}"),
            spanner="" if level == "all" else book.label(by),
        )
        for level in levels
    )
    names = ordered((row.outcome for row in rows if row.outcome), spec.get("variables") or ())
    lines = [line for name in names for line in _lines(material, rows, book[name], levels)]
    notes = [sentence(str(spec["note"]))] if spec.get("note") else []
    notes.append("Percentages are of known values.")
    table = PaperTable(
        id=f"table_one_{analysis}",
        title=f"{spec['label']} ({material.units(analysis)})",
        stub="Characteristic",
        columns=columns,
        rows=tuple(lines),
        landscape=len(columns) > 4,
    )
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


def _size(rows: Sequence[ResultRow], level: str) -> ResultRow | None:
    return pick(rows, level=level, estimand="n_rows") or pick(rows, level=level)


def _lines(
    material: Material, rows: Sequence[ResultRow], variable: Variable, levels: Sequence[str]
) -> Iterator[PaperRow]:
    parts = [described(rows, variable.name, level) for level in levels]
    label = material.with_unit(variable.name)
    style = material.style
    if variable.is_quantity:
        for position, summary in enumerate(style.summaries):
            name = style.summary_label(summary)
            texts = [summary_text(part, variable, summary, style) for part in parts]
            yield _line(f"{label}, {name}" if position == 0 else name, texts, int(position > 0))
    elif variable.type == "date":
        yield _line(f"{label}, earliest to latest", [_dates(part) for part in parts])
    elif variable.type == "boolean":
        shown = variable.labels.get("true", "Yes")
        # No says nothing that yes has not said.
        name = label if shown in (label, "Yes") else f"{label}: {shown}"
        texts = [share_text(part, "true", style) for part in parts]
        yield _line(f"{name}, {style.percent_label}", texts)
    else:
        yield _line(f"{label}, {style.percent_label}", [""] * len(parts))
        for value in ordered((row.reference for part in parts for row in part), [*variable.labels]):
            texts = [share_text(part, value, style) for part in parts]
            yield _line(variable.labels.get(value, value), texts, 1)
    if any((row.n_missing or 0) > 0 for part in parts for row in part):
        yield _line("Missing, n", [_missing(part, material) for part in parts], 1)


def _line(heading: str, texts: Sequence[str], indent: int = 0) -> PaperRow:
    return PaperRow(Text(heading), tuple(map(Text, texts)), indent)


def _dates(rows: Sequence[ResultRow]) -> str:
    first, last = (pick(rows, estimand=name) for name in ("earliest", "latest"))
    return f"{first.note} to {last.note}" if first and last else ABSENT


def _missing(rows: Sequence[ResultRow], material: Material) -> str:
    return material.style.count(rows[0].n_missing) if rows else ABSENT
