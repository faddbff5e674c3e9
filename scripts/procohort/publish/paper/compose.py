"""Everything of a manuscript from result rows: methods, results, tables, references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from procohort.publish.methods_facts import Facts
from procohort.publish.paper.comparison_tables import comparison_table
from procohort.publish.paper.correlation_tables import correlation_table
from procohort.publish.paper.footnotes import sentence
from procohort.publish.paper.material import Material
from procohort.publish.paper.methods_text import methods_section
from procohort.publish.paper.model import Paper, PaperTable
from procohort.publish.paper.number_style import NumberStyle
from procohort.publish.paper.rate_tables import rate_table
from procohort.publish.paper.results_text import results_section
from procohort.publish.paper.scorecard_table import own_verdicts, scorecard_table
from procohort.publish.paper.table_one import table_one
from procohort.publish.paper.trajectory_tables import trajectory_table


def material_from(
    parameters: Mapping[str, Any],
    facts: Facts,
    *,
    verdicts: Iterable[Mapping[str, Any]] = (),
    sources: Sequence[str] = (),
) -> Material:
    """Return what a manuscript is made from.

    Parameters
    ----------
    parameters : mapping
        Of `procohort.plan_paper.paper_parameters`.
    facts : Facts
        Made with ``parameters["settings"]``.
    verdicts : iterable of mapping
        The records of ``scorecard.json``.
    sources : sequence of str
        Names of the texts that claims were taken from, the study's own first.
    """
    return Material(
        facts=facts,
        style=NumberStyle.from_settings(parameters["numbers"]),
        table_one=tuple(parameters["table_one"]),
        abbreviations=parameters["abbreviations"],
        verdicts=own_verdicts(verdicts, sources),
    )


def compose(material: Material) -> Paper:
    """Return the manuscript: same material, same paper."""
    methods, references = methods_section(material)
    words, tables = material.facts.words, paper_tables(material)
    numbers = {table.id: number for number, table in enumerate(tables, start=1)}
    return Paper(
        title=words.title,
        data_note=sentence(words.data_note),
        sections=(methods, results_section(replace(material, numbers=numbers))),
        tables=tuple(tables),
        references=references,
        decimal_sign=material.style.decimal_sign,
    )


def paper_tables(material: Material) -> list[PaperTable]:
    """Return every table: who was studied, rates, comparisons, correlations, visits, scorecard."""
    described = {str(spec["id"]) for spec in material.specs("describe")}
    found: list[PaperTable | None] = [
        *(table_one(material, name) for name in material.table_one if name in described),
        *(rate_table(material, str(spec["id"])) for spec in material.specs("rate")),
        *(comparison_table(material, str(spec["id"])) for spec in material.specs("compare")),
        correlation_table(material),
        *(trajectory_table(material, str(spec["id"])) for spec in material.specs("trajectory")),
        scorecard_table(material),
    ]
    return [table for table in found if table is not None]
