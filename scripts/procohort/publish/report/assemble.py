"""The report put together: files of the run in, everything that the page shows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from procohort.plan_report import with_conclusions, without_repetition
from procohort.publish.methods_document import Section, numbered
from procohort.publish.prose import cited_rows
from procohort.publish.references import REFERENCES
from procohort.publish.report.answer import answer
from procohort.publish.report.glossary import mark
from procohort.publish.report.model import Chapter, Part, Picture, Report, Shown
from procohort.publish.report.page import render_report
from procohort.publish.report.pictures import embed_pictures
from procohort.publish.report.provenance import (
    checksum_facts,
    configuration_text,
    provenance_facts,
)
from procohort.publish.report.rows_appendix import claim_rows, row_entries
from procohort.publish.report.scorecard_summary import summarise_scorecard
from procohort.publish.report.strobe import strobe_items
from procohort.publish.tables.model import Table
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import ResultRow

# Small enough to send by mail; the rest of the page is text.
LARGEST_PAGE_BYTES = 4_800_000
PICTURE_BYTES = 3_300_000

# Beside the page, relative to it.
FILES = (
    ("scorecard.html", "Every printed claim, its verdict, why, and what is left of it"),
    ("methods.html", "Which test was used where, and why"),
    ("rows.html", "The result rows behind the scorecard, every field explained"),
    ("paper/paper.docx", "Tables, methods and results in Word"),
    ("paper/paper.tex", "The same in LaTeX"),
    ("workbook.xlsx", "All tables and result rows, with a sheet that explains the columns"),
    ("estimates.csv", "Every estimate, one result row each"),
    ("scorecard.csv", "The scorecard as a table"),
    ("clean/analysis.csv", "The analysis table"),
    ("clean/codebook.csv", "What its columns mean"),
    ("clean/findings.csv", "What the checks found in the raw tables"),
    ("tables/small_cells.csv", "Counts small enough to single somebody out"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a run left for the report.

    Attributes
    ----------
    rows, synthesis : sequence of ResultRow
        Every adjusted result row; rows of the synthesis, if there are any.
    card : mapping
        The parsed ``scorecard.json``.
    sources : sequence of str
        Texts of the claims in the order of their table.
    attrition : sequence of mapping
        Records of ``attrition.csv``.
    manifest : mapping
        Facts about the raw files.
    methods : sequence of Section
        The methods as run.
    tables : mapping of str to Table
    pictures : mapping of str to path
        WebP files, by the name of the figure.
    alternatives : mapping of str to str
        Descriptions, by the name of the figure.
    versions : mapping of str to str
        Software by name.
    code : str
        Digest of the library code.
    """

    rows: Sequence[ResultRow]
    synthesis: Sequence[ResultRow]
    card: Mapping[str, Any]
    sources: Sequence[str]
    attrition: Sequence[Mapping[str, str]]
    manifest: Mapping[str, Any]
    methods: Sequence[Section]
    tables: Mapping[str, Table]
    pictures: Mapping[str, Path]
    alternatives: Mapping[str, str]
    versions: Mapping[str, str]
    code: str = ""


def write_report(path: str | Path, asked: Mapping[str, Any], material: Material) -> None:
    """Write the page; its pictures are made coarser where it would grow too large.

    Parameters
    ----------
    path : path
    asked : mapping
        Of `procohort.plan_report.report_parameters`.
    material : Material
    """
    budget = PICTURE_BYTES
    page = _page(asked, material, budget)
    excess = len(page) - LARGEST_PAGE_BYTES
    if excess > 0:
        page = _page(asked, material, max(0, budget - excess))
    Path(path).write_bytes(page)


def _page(asked: Mapping[str, Any], material: Material, budget: int) -> bytes:
    report = assemble(asked, material, budget)
    return render_report(report, lambda text: mark(text, report.words)).encode("utf-8")


def assemble(
    asked: Mapping[str, Any], material: Material, picture_bytes: int = PICTURE_BYTES
) -> Report:
    """Return everything that the page shows.

    Parameters
    ----------
    asked : mapping
        Of `procohort.plan_report.report_parameters`.
    material : Material
    picture_bytes : int
        Largest sum of the lengths of all pictures.
    """
    words, book = StudyWords.from_settings(asked["study"]), VariableBook(asked["variables"])
    rows = words.retell(material.rows)
    sentences = answer(
        asked,
        rows,
        material.card,
        sources=material.sources,
        attrition=material.attrition,
    )
    claimed = claim_rows(material.card, rows).values()
    entries, anchors = row_entries((*cited_rows(*sentences), *claimed), words, book)
    planned = with_conclusions(asked["chapters"], material.synthesis)
    chapters = _chapters(planned, material, words, picture_bytes)
    last = material.attrition[-1]
    return Report(
        study=asked["study"],
        words=words,
        analysed=words.counts(int(last["n_rows"]), int(last["n_patients"])),
        answer=sentences,
        scorecard=summarise_scorecard(material.card, anchors, material.sources),
        chapters=chapters,
        methods=tuple(material.methods),
        references=tuple(
            (place, REFERENCES[key]) for key, place in numbered(material.methods).items()
        ),
        strobe=strobe_items(
            chapters, material.methods, has_claims=bool(material.card.get("verdicts"))
        ),
        provenance=provenance_facts(material.versions, rows, asked, code=material.code),
        checksums=checksum_facts(material.manifest),
        configuration=configuration_text(asked["settings"]),
        rows=entries,
        anchors=anchors,
        files=FILES,
    )


def _chapters(
    planned: Sequence[Mapping[str, Any]], material: Material, words: StudyWords, budget: int
) -> tuple[Chapter, ...]:
    views = [view for chapter in planned for part in chapter["parts"] for view in part["views"]]
    folded = {view["figure"] for view in views if view["folded"]}
    shown = {view["figure"]: material.pictures[view["figure"]] for view in views if view["figure"]}
    embedded = embed_pictures(shown, folded, budget)
    pictures = {
        name: Picture(name, material.alternatives[name].strip(), *inside)
        for name, inside in embedded.items()
    }
    return tuple(
        Chapter(
            id=chapter["id"],
            title=_said(chapter["title"], words),
            intro="",
            parts=tuple(_part(part, material.tables, pictures, words) for part in chapter["parts"]),
        )
        for chapter in planned
    )


def _part(
    part: Mapping[str, Any],
    tables: Mapping[str, Table],
    pictures: Mapping[str, Picture],
    words: StudyWords,
) -> Part:
    return Part(
        id=part["id"],
        label=_said(part["label"], words),
        note=part["note"],
        views=tuple(
            Shown(
                text=_said(view["text"], words),
                table_name=view["table"],
                table=tables.get(view["table"]),
                picture=pictures.get(view["figure"]),
                folded=view["folded"],
            )
            for view in part["views"]
        ),
    )


def _said(text: str, words: StudyWords) -> str:
    """Put the study's words into a title, also at its beginning."""
    if words.row_is_cluster:
        text = without_repetition(text)
    return words.fill(text)
