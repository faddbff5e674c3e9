"""Rates with both intervals, overall and by group."""

from __future__ import annotations

from collections.abc import Sequence

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.effect_cells import remark
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.material import Material, level_of
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.selection import n_trials, ordered, pick
from procohort.publish.wording import PERSPECTIVES, capitalise
from procohort.results import ResultRow


def rate_table(material: Material, analysis: str) -> PaperTable:
    """Show each rate with its counts, both intervals, and the design effect."""
    spec, book, style = material.facts.analyses[analysis], material.book, material.style
    rows = [row for row in material.rows_of(analysis) if row.estimand == "proportion"]
    heads = [row for row in rows if row.headline]
    by = str(spec.get("by") or "")
    clustered = not material.words(analysis).row_is_cluster
    interval = f"{style.ci_name(level_of(heads))}, %"
    published, aware = (material.perspective(name, heads, analysis) for name in PERSPECTIVES)
    columns = [
        PaperColumn(Text("n"), align="left"),
        PaperColumn(Text(capitalise(style.percent_label))),
        PaperColumn(Text(interval, _methods(material, heads, "as_published")), published),
        PaperColumn(Text(interval, _methods(material, heads, "cluster_aware")), aware),
    ]
    if clustered:
        columns.append(PaperColumn(Text("Design effect"), aware))
    lines: list[PaperRow] = []
    for outcome in ordered((row.outcome for row in heads), spec.get("outcomes") or ()):
        mine = [row for row in heads if row.outcome == outcome]
        levels = ordered((row.level for row in mine), ["all", *book[by].labels])
        for level in levels:
            here = [row for row in mine if row.level == level]
            heading = book.label(outcome) if level == "all" else book.level(by, level)
            cells = _cells(material, here, analysis, clustered=clustered)
            lines.append(PaperRow(Text(heading), cells, indent=int(level != "all")))
    notes = [sentence(str(spec["note"]))] if spec.get("note") else []
    if by:
        notes.insert(0, sentence(f"Indented: by {book.label(by)}"))
    table = PaperTable(
        id=f"rates_{analysis}",
        title=f"{spec['label']} ({material.units(analysis)})",
        stub="Outcome",
        columns=tuple(columns),
        rows=tuple(lines),
    )
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


def _methods(material: Material, heads: Sequence[ResultRow], name: str) -> tuple[str, ...]:
    said = material.facts.words.methods(row for row in heads if row.perspective == name)
    return (sentence(f"{said} limits"),) if said else ()


def _cells(
    material: Material, rows: Sequence[ResultRow], analysis: str, *, clustered: bool
) -> tuple[Text, ...]:
    published, aware = (pick(rows, perspective=name) for name in PERSPECTIVES)
    either = published or aware
    if either is None:  # pragma: no cover - levels come from the rows
        return (Text(ABSENT),) * (4 + clustered)
    missing: tuple[str, ...] = ()
    if either.n_missing:
        lacking = material.style.text(material.words(analysis).count_rows(either.n_missing))
        missing = (f"Value missing in {lacking}.",)
    share = material.style.percent_count(either.n_events, n_trials(either))
    cells = [
        Text(material.known(either, analysis)),
        Text(share, missing),
        _interval(published, material),
        _interval(aware, material),
    ]
    if clustered:
        cells.append(Text(material.style.number(aware.design_effect, 2) if aware else ABSENT))
    return tuple(cells)


def _interval(row: ResultRow | None, material: Material) -> Text:
    if row is None or row.status != "ok":
        text = ABSENT if row is None else row.status.replace("_", " ")
        return Text(text, remark(row, material))
    text = material.style.interval_text(row, material.book[row.outcome])
    return Text(text or ABSENT, remark(row, material))
