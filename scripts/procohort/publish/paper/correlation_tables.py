"""Correlations and trends: rank correlations pooled, between clusters, and within them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from procohort.publish.paper.effect_cells import (
    adjusted_cell,
    effect_cell,
    is_adjusted,
    p_cell,
)
from procohort.publish.paper.footnotes import finished, sentence
from procohort.publish.paper.material import Material, level_of
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.selection import n_trials, ordered, pick
from procohort.publish.wording import PERSPECTIVES, capitalise, uncapitalise
from procohort.results import ResultRow

WITHIN = "within_patient_rank_correlation"
_RHO = "\N{GREEK SMALL LETTER RHO}"


def correlation_table(material: Material) -> PaperTable | None:
    """Show every correlation and trend: a section each, None where the study asks for none."""
    specs = material.specs("correlate", "trend")
    rows = [row for spec in specs for row in _pooled(material.rows_of(str(spec["id"])))]
    if not rows:
        return None
    within = any(row.estimand == WITHIN for spec in specs for row in material.rows_of(spec["id"]))
    adjusted = is_adjusted(row for row in rows if row.perspective == "as_published")
    words = material.words(str(specs[0]["id"]))
    table = PaperTable(
        id="correlations",
        title=f"Rank correlations ({material.units(str(specs[0]['id']))})",
        stub=f"Outcome (n: {words.rows} with both values)",
        columns=_columns(material, rows, str(specs[0]["id"]), adjusted=adjusted, within=within),
        rows=tuple(
            line
            for spec in specs
            for line in _section(material, spec, adjusted=adjusted, within=within)
        ),
        landscape=adjusted or within,
    )
    notes = [sentence(f"{spec['label']}: {spec['note']}") for spec in specs if spec.get("note")]
    return finished(table, sentence(material.facts.words.data_note), notes, material.abbreviations)


def _pooled(rows: Sequence[ResultRow]) -> list[ResultRow]:
    return [row for row in rows if row.headline]


def _columns(
    material: Material, rows: Sequence[ResultRow], analysis: str, *, adjusted: bool, within: bool
) -> tuple[PaperColumn, ...]:
    published, aware = (material.perspective(name, rows, analysis) for name in PERSPECTIVES)
    symbol = material.style.p_style.symbol
    interval = material.style.interval_label(level_of(rows))
    found = [
        PaperColumn(Text("n")),
        PaperColumn(Text(f"{_RHO} {interval}"), published),
        PaperColumn(Text(symbol), published),
    ]
    if adjusted:
        found.append(PaperColumn(Text(f"Adjusted {symbol}"), published))
    found.append(PaperColumn(Text(f"{_RHO} {interval}"), aware))
    if within:
        cluster = material.facts.words.cluster
        found.append(PaperColumn(Text(f"r within {cluster} {interval}"), aware))
        found.append(PaperColumn(Text(f"{symbol} within {cluster}"), aware))
    return tuple(found)


def _section(
    material: Material, spec: Mapping[str, Any], *, adjusted: bool, within: bool
) -> list[PaperRow]:
    rows = material.rows_of(str(spec["id"]))
    label = f"{spec['label']} (x: {uncapitalise(material.with_unit(str(spec['x'])))})"
    lines = [PaperRow(Text(label), is_section=True)]
    for outcome in ordered((row.outcome for row in rows), spec.get("outcomes") or ()):
        mine = [row for row in rows if row.outcome == outcome]
        published = pick(mine, perspective="as_published", headline=True)
        aware = pick(mine, perspective="cluster_aware", headline=True)
        inside = pick(mine, perspective="cluster_aware", estimand=WITHIN)
        size = published or aware
        cells = [
            Text(material.style.count(n_trials(size) if size else None)),
            effect_cell(published, material),
            p_cell(published, published, material),
        ]
        if adjusted:
            cells.append(adjusted_cell(published, material))
        cells.append(effect_cell(aware, material))
        if within:
            cells += [effect_cell(inside, material), p_cell(inside, inside, material)]
        heading = Text(capitalise(material.with_unit(outcome)))
        lines.append(PaperRow(heading, tuple(cells), indent=1))
    return lines
