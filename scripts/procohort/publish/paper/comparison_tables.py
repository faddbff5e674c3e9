"""Comparisons: every outcome by group, with both answers side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.effect_cells import (
    adjusted_cell,
    effect_cell,
    is_adjusted,
    p_cell,
    perspective_columns,
)
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.paper.summaries import described, share_text, summary_text
from procohort.publish.selection import Contrast, contrasts, ordered, pick
from procohort.publish.wording import PERSPECTIVES, capitalise
from procohort.results import ResultRow

# Scales on which both answers can be laid side by side.
_COMMON_SCALES = ("geometric_mean_ratio", "mean_difference", "risk_difference")


def comparison_table(material: Material, analysis: str) -> PaperTable:
    """Show group summaries, both effects with p, and the scale that both share.

    Of more than two groups only the test of all of them at once is shown.
    """
    spec = material.facts.analyses[analysis]
    levels = [str(level) for level in spec["levels"]]
    if len(levels) > 2:
        # Many groups have an order of their own, in which the reference is not the last.
        levels = ordered(levels, [x for x in material.book[spec["group"]].labels if x in levels])
    shown = [x for x in contrasts(material.rows_of(analysis)) if len(levels) == 2 or x.is_omnibus]
    heads = _headlines(shown)
    layout = _Layout(material, analysis, levels, shown, adjusted=is_adjusted(heads))
    table = PaperTable(
        id=f"comparison_{analysis}",
        title=f"{spec['label']} ({material.units(analysis)})",
        stub="Outcome",
        columns=layout.columns(heads),
        rows=tuple(line for contrast in shown for line in layout.lines(contrast)),
        landscape=True,
    )
    notes = _notes(material, spec, levels)
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


def _headlines(shown: Sequence[Contrast]) -> list[ResultRow]:
    found = (contrast.headline(name) for contrast in shown for name in PERSPECTIVES)
    return [row for row in found if row is not None]


def _notes(material: Material, spec: Mapping[str, Any], levels: Sequence[str]) -> list[str]:
    style, names = material.style, [*spec["outcomes"]]
    told = [style.summary_label(name) for name in style.summaries]
    quantities = any(material.book[name].is_quantity for name in names)
    shares = not all(material.book[name].is_quantity for name in names)
    groups = [*(told if quantities else []), *([style.percent_label] if shares else [])]
    notes = [sentence(f"Groups: {', or '.join(groups)}")]
    if len(levels) == 2:
        notes.append("Indented: both answers on a scale that they share, unadjusted.")
    else:
        notes.append("Tests of any difference between the groups; pairs of groups are not shown.")
    if spec.get("subset"):
        words = material.words(str(spec["id"]))
        notes.append(sentence(f"Only {words.rows} with {spec['subset']}"))
    if spec.get("note"):
        notes.append(sentence(str(spec["note"])))
    return notes


class _Layout:
    """The columns of one comparison, and the lines that fill them."""

    def __init__(
        self,
        material: Material,
        analysis: str,
        levels: Sequence[str],
        shown: Sequence[Contrast],
        *,
        adjusted: bool,
    ) -> None:
        self._material = material
        self._analysis = analysis
        self._levels = levels
        self._rows = material.rows_of(analysis)
        self._adjusted = adjusted
        self._has_effect = len(levels) == 2
        self._reference = str(material.facts.analyses[analysis]["levels"][-1])
        self._share_name = material.style.percent_label
        self._has_icc = self._has_effect and any(
            not math.isnan(row.icc) for contrast in shown for row in contrast.rows
        )

    def columns(self, heads: Sequence[ResultRow]) -> tuple[PaperColumn, ...]:
        """Return a column for each group, then those of both answers."""
        material = self._material
        group = str(material.facts.analyses[self._analysis]["group"])
        book = material.book
        found = [
            PaperColumn(
                Text(f"{self._named(group, level)}\n{material.size(self._size(level))}"),
                spanner=book.label(group),
            )
            for level in self._levels
        ]
        effect = "Effect" if self._has_effect else ""
        found += perspective_columns(
            material, self._analysis, heads, effect=effect, adjusted=self._adjusted
        )
        if self._has_icc:
            found.append(PaperColumn(Text("ICC"), spanner=found[-1].spanner))
        return tuple(found)

    def _named(self, group: str, level: str) -> str:
        name = self._material.book.level(group, level)
        # Of two groups the second is the reference, as the effect says.
        is_marked = not self._has_effect and level == self._reference
        return f"{name} (reference)" if is_marked else name

    def _size(self, level: str) -> ResultRow | None:
        return pick(self._rows, level=level, reference="", estimand="n_rows")

    def lines(self, contrast: Contrast) -> Iterator[PaperRow]:
        """Yield the lines of one outcome: summaries with both answers, then the common scale."""
        label = self._material.with_unit(contrast.outcome)
        missing = self._missing(contrast)
        for position, (name, texts) in enumerate(self._summaries(contrast.outcome)):
            cells = self._answers(contrast) if position == 0 else self._blank()
            # Where there is one summary, a note names it for all lines.
            both = len(self._material.style.summaries) > 1 and name != self._share_name
            first = Text(f"{label}, {name}" if both else label, missing)
            heading = first if position == 0 else Text(name)
            yield PaperRow(heading, (*map(Text, texts), *cells), indent=int(position > 0))
        common = self._common(contrast)
        if common:
            estimand, cells = common
            name = capitalise(self._material.facts.words.estimand(estimand))
            yield PaperRow(Text(name), (*map(Text, self._levels_blank()), *cells), indent=1)

    def _summaries(self, outcome: str) -> Iterator[tuple[str, list[str]]]:
        material = self._material
        variable, style = material.book[outcome], material.style
        parts = [described(self._rows, outcome, level) for level in self._levels]
        if variable.is_quantity:
            for summary in style.summaries:
                texts = [summary_text(part, variable, summary, style) for part in parts]
                yield style.summary_label(summary), texts
        else:
            yield self._share_name, [share_text(part, "true", style) for part in parts]

    def _missing(self, contrast: Contrast) -> tuple[str, ...]:
        row = contrast.headline("as_published") or contrast.headline("cluster_aware")
        if row is None or not row.n_missing:
            return ()
        words = self._material.words(self._analysis)
        known = self._material.known(row, self._analysis)
        lacking = self._material.style.text(words.count_rows(row.n_missing))
        return (f"{capitalise(known)} analysed; value missing in {lacking}.",)

    def _answers(self, contrast: Contrast) -> list[Text]:
        cells: list[Text] = []
        for name in PERSPECTIVES:
            head, p_row = contrast.headline(name), contrast.p_row(name)
            if self._has_effect:
                cells.append(effect_cell(head, self._material))
            cells.append(p_cell(p_row, head, self._material))
            if self._adjusted:
                cells.append(adjusted_cell(head, self._material))
        if self._has_icc:
            row = next((row for row in contrast.rows if not math.isnan(row.icc)), None)
            cells.append(Text(ABSENT if row is None else self._material.style.number(row.icc, 2)))
        return cells

    def _common(self, contrast: Contrast) -> tuple[str, list[Text]] | None:
        """Return the first scale that both perspectives answer, unless both headlines have it."""
        heads = [contrast.headline(name) for name in PERSPECTIVES]
        if not self._has_effect or len({row.estimand for row in heads if row}) < 2:
            return None
        for estimand in _COMMON_SCALES:
            rows = [contrast.effect(name, estimand) for name in PERSPECTIVES]
            if all(row is not None and row.status == "ok" for row in rows):
                return estimand, self._common_cells(rows)
        return None

    def _common_cells(self, rows: Sequence[ResultRow | None]) -> list[Text]:
        cells: list[Text] = []
        for row in rows:
            cells += [effect_cell(row, self._material), p_cell(row, row, self._material)]
            cells += [Text("")] * self._adjusted
        return cells + [Text("")] * self._has_icc

    def _levels_blank(self) -> list[str]:
        return [""] * len(self._levels)

    def _blank(self) -> list[Text]:
        per_perspective = int(self._has_effect) + 1 + int(self._adjusted)
        return [Text("")] * (2 * per_perspective + int(self._has_icc))
