"""Outcomes over time: each visit by group, changes from the first visit, groups compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.effect_cells import (
    adjusted_cell,
    effect_cell,
    is_adjusted,
    over_visits_cell,
    over_visits_column,
    p_cell,
    perspective_columns,
    remark,
)
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.paper.summaries import summary_text
from procohort.publish.selection import n_trials, pick
from procohort.publish.trajectory_rows import Trajectory, headline
from procohort.publish.wording import PERSPECTIVES, capitalise
from procohort.results import ResultRow


def trajectory_table(material: Material, analysis: str) -> PaperTable:
    """Show each outcome visit by visit, by group where there are groups."""
    spec = material.facts.analyses[analysis]
    shown = Trajectory(spec, material.rows_of(analysis))
    heads = [row for row in shown.rows if row.headline and row.reference]
    layout = _Layout(material, analysis, shown, adjusted=is_adjusted(heads))
    first = shown.label(shown.visits[0])
    notes = [f"Changes are from {first} to the visit."]
    if spec["responder"]["rule"]:
        missing = {
            "non_responder": "a missing value counts as no response",
            "left_out": "missing values are left out",
        }[spec["responder"]["missing"]]
        notes.append(sentence(f"Responders ({spec['responder']['label']}): {missing}"))
    if spec.get("note"):
        notes.append(sentence(str(spec["note"])))
    table = PaperTable(
        id=f"trajectory_{analysis}",
        title=f"{spec['label']} ({material.units(analysis)})",
        stub="Outcome and visit",
        columns=layout.columns(heads),
        rows=tuple(line for outcome in shown.outcomes for line in layout.lines(outcome)),
        landscape=True,
    )
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


class _Layout:
    """The columns of one trajectory, and the lines that fill them."""

    def __init__(
        self, material: Material, analysis: str, shown: Trajectory, *, adjusted: bool
    ) -> None:
        self._material = material
        self._analysis = analysis
        self._shown = shown
        self._adjusted = adjusted
        heads = [row for row in shown.rows if row.headline and row.reference]
        # Only models of all visits adjust over them.
        self._over_visits = {row.perspective for row in heads if not math.isnan(row.p_holm)}

    def columns(self, heads: Sequence[ResultRow]) -> tuple[PaperColumn, ...]:
        """Return the columns of a visit, then those of both answers."""
        style = self._material.style
        return (
            PaperColumn(Text("n")),
            *(PaperColumn(Text(capitalise(style.summary_label(name)))) for name in style.summaries),
            *self._answers(heads),
        )

    def _answers(self, heads: Sequence[ResultRow]) -> Iterator[PaperColumn]:
        columns = perspective_columns(
            self._material,
            self._analysis,
            heads,
            effect="Change",
            adjusted=self._adjusted,
            varies=True,
        )
        half = len(columns) // 2
        for name, mine in zip(PERSPECTIVES, (columns[:half], columns[half:]), strict=True):
            yield from mine
            if name in self._over_visits:
                yield over_visits_column(self._material, mine[-1].spanner)

    def lines(self, outcome: str) -> Iterator[PaperRow]:
        """Yield the lines of one outcome."""
        shown, book = self._shown, self._material.book
        label = self._material.with_unit(outcome)
        for level in shown.levels or ["all"]:
            part = label if level == "all" else f"{label}: {book.level(shown.by, level)}"
            yield PaperRow(Text(part), is_section=True)
            for visit in shown.visits:
                rows = shown.at(outcome, visit, level)
                cells = (*self._described(rows, outcome), *self._changes(rows))
                yield PaperRow(Text(shown.label(visit)), cells, indent=1)
        for pair in shown.pairs:
            yield PaperRow(Text(f"{label}: {book.contrast(shown.by, *pair)}"), is_section=True)
            for visit in shown.visits[1:]:
                rows = shown.between(outcome, visit, pair)
                blank = [Text("")] * len(self._material.style.summaries)
                cells = (self._n(headline(rows, "as_published")), *blank, *self._changes(rows))
                yield PaperRow(Text(shown.label(visit)), cells, indent=1)
        yield from self._responders(outcome, label)

    def _described(self, rows: Sequence[ResultRow], outcome: str) -> list[Text]:
        told = [row for row in rows if row.perspective == "descriptive" and not row.reference]
        style, variable = self._material.style, self._material.book[outcome]
        texts = [summary_text(told, variable, name, style) for name in style.summaries]
        return [self._n(pick(told, estimand="n")), *map(Text, texts)]

    def _n(self, row: ResultRow | None) -> Text:
        if row is None:
            return Text(ABSENT)
        n = n_trials(row)
        if not row.n_missing:
            return Text(self._material.style.count(n))
        lacking = self._material.style.count(row.n_missing)
        return Text(f"{self._material.style.count(n)} ({lacking} missing)")

    def _changes(self, rows: Sequence[ResultRow]) -> list[Text]:
        cells: list[Text] = []
        for name in PERSPECTIVES:
            row = headline(rows, name)
            if row is None:
                cells += [Text("")] * (2 + self._adjusted + (name in self._over_visits))
                continue
            cells += [effect_cell(row, self._material), p_cell(row, row, self._material)]
            if self._adjusted:
                cells.append(adjusted_cell(row, self._material))
            if name in self._over_visits:
                cells.append(over_visits_cell(row, self._material))
        return cells

    def _responders(self, outcome: str, label: str) -> Iterator[PaperRow]:
        shown = self._shown
        rule = shown.spec["responder"]
        for level in shown.levels or ["all"]:
            lines = []
            for visit in shown.visits[1:]:
                rows = [
                    row
                    for row in shown.at(outcome, visit, level)
                    if row.estimand == "proportion" and row.headline
                ]
                if rows:
                    lines.append(self._responder(rows, shown.label(visit)))
            if lines:
                part = "" if level == "all" else f", {self._material.book.level(shown.by, level)}"
                heading = f"{label}: {rule['label']}{part}, {self._material.style.percent_label}"
                yield PaperRow(Text(heading), is_section=True)
                yield from lines

    def _responder(self, rows: Sequence[ResultRow], visit: str) -> PaperRow:
        style = self._material.style
        either = rows[0]
        share = style.percent_count(either.n_events, n_trials(either))
        extra = [Text("")] * (len(style.summaries) - 1)
        cells = [Text(style.count(n_trials(either))), Text(share), *extra]
        for name in PERSPECTIVES:
            row = pick(rows, perspective=name)
            blank = 1 + self._adjusted + (name in self._over_visits)
            cells += [self._limits(row), *([Text("")] * blank)]
        return PaperRow(Text(visit), tuple(cells), indent=1)

    def _limits(self, row: ResultRow | None) -> Text:
        material = self._material
        if row is None or row.status != "ok" or math.isnan(row.ci_low):
            return Text(ABSENT, remark(row, material))
        text = material.style.interval_text(row, material.book[row.outcome])
        method = material.facts.words.method(row.method)
        return Text(text, (sentence(f"{method} limits of the proportion, %"),))
