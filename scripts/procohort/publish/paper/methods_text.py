"""The methods of a manuscript: a few paragraphs in the past tense, with numbered references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from procohort.publish.method_texts import METHOD_TEXTS, key_of
from procohort.publish.methods_close import after_answers
from procohort.publish.methods_document import Paragraph, Section, Sentence
from procohort.publish.methods_facts import Facts
from procohort.publish.methods_frame import before_answers
from procohort.publish.paper.correlation_tables import WITHIN
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperSection
from procohort.publish.prose import Prose
from procohort.publish.references import REFERENCES
from procohort.results import NAN, ResultRow

# Sections of the methods page that a manuscript takes over, and how many of their sentences.
_DATA = (("design", None), ("preparation", None))
# What stands in the results or below the tables already, by how it begins.
_ELSEWHERE = ("The number of", "The seed of", "Intraclass correlations were", "Data: ")
_BOTH = (("perspectives", None),)
_CLOSE = (("multiplicity", None), ("resampling", None), ("not-answered", 1), ("software", 1))
# How the sentence on software begins; a version is no decimal number.
_VERSIONS = "Analyses were made with"
# How the sentence on exploratory tests begins.
_REST = "Those of all other primary answers"
# What is said where nothing is adjusted, and what is then beside the point.
_UNADJUSTED = "No p value was adjusted"
_APART = ("Both perspectives answer", "Unadjusted p values are")
_SUMMARIES = {
    "median_iqr": "Quantities are given as median with first and third quartile, proportions with "
    "numerator and denominator",
    "mean_sd": "Quantities are given as mean with standard deviation, proportions with numerator "
    "and denominator",
    "both": "Quantities are given as median with first and third quartile and as mean with "
    "standard deviation, proportions with numerator and denominator",
}
_QUESTIONS = (
    ("Measured and counted outcomes of two groups", False, False),
    ("Measured and counted outcomes of several groups", False, True),
    ("Events in two groups", True, False),
    ("Events in several groups", True, True),
)
_FURTHER = (
    ("Rates", ("rate",)),
    ("Correlations and trends", ("correlate", "trend")),
    ("Outcomes over time", ("trajectory",)),
)


def methods_section(material: Material) -> tuple[PaperSection, tuple[str, ...]]:
    """Return the methods section and its references, numbered as they are first cited."""
    facts = material.facts
    sections = (*before_answers(facts), *after_answers(_confirmatory_only(facts), ()))
    pages = {section.id: section for section in sections}
    paragraphs = [
        [*_taken(pages, _DATA), Sentence(_SUMMARIES[material.style.summary])],
        _taken(pages, _BOTH),
        *_tests(facts),
        _beginning_whole(_taken(pages, _CLOSE)),
    ]
    numbers: dict[str, int] = {}
    said = tuple(
        tuple(_numbered(sentence, numbers, material) for sentence in paragraph)
        for paragraph in paragraphs
        if paragraph
    )
    return PaperSection("Methods", said), tuple(REFERENCES[key] for key in numbers)


def _numbered(sentence: Sentence, numbers: dict[str, int], material: Material) -> Prose:
    places = [numbers.setdefault(key, len(numbers) + 1) for key in sentence.cites]
    cited = f" [{', '.join(map(str, sorted(places)))}]" if places else ""
    versions = sentence.text.startswith(_VERSIONS)
    text = sentence.text if versions else material.style.text(sentence.text)
    return (f"{text.rstrip('.')}{cited}.",)


def _confirmatory_only(facts: Facts) -> Facts:
    """Leave out p values adjusted over visits: the text on their models speaks of them."""
    rows = tuple(row if row.kind == "compare" else replace(row, p_holm=NAN) for row in facts.rows)
    return replace(facts, rows=rows)


def _beginning_whole(sentences: list[Sentence]) -> list[Sentence]:
    """Say of which p values the first sentence speaks where no family stands before it."""
    first = sentences[0]
    if first.text.startswith(_UNADJUSTED):
        return [first, *(x for x in sentences[1:] if not x.text.startswith(_APART))]
    if not first.text.startswith(_REST):
        return sentences
    text = first.text.replace(_REST, "P values of all primary answers", 1)
    return [Sentence(text, first.cites), *sentences[1:]]


def _taken(pages: dict[str, Section], wanted: Iterable[tuple[str, int | None]]) -> list[Sentence]:
    sentences: list[Sentence] = []
    for name, n in wanted:
        section = pages.get(name)
        if section is None:
            continue
        blocks = (block for block in section.blocks if isinstance(block, Paragraph))
        mine = [sentence for block in blocks for sentence in block.sentences]
        sentences += [x for x in mine[:n] if not x.text.startswith(_ELSEWHERE)]
    return sentences


def _tests(facts: Facts) -> list[list[Sentence]]:
    """Return what answered each kind of question: a paragraph on quantities, events, the rest."""
    told: set[str] = set()
    compared = [row for row in facts.of_kind("compare") if row.headline]
    paragraphs: list[list[Sentence]] = [[], [], []]
    for label, event, many in _QUESTIONS:
        rows = [
            row
            for row in compared
            if facts.is_event(row) == event and (facts.n_levels(row.analysis) > 2) == many
        ]
        paragraphs[int(event)] += _answered(facts, label, rows, told)
    for label, kinds in _FURTHER:
        rows = [row for row in facts.of_kind(*kinds) if row.headline or row.estimand == WITHIN]
        paragraphs[-1] += _answered(facts, label, rows, told)
    return paragraphs


def _answered(
    facts: Facts, label: str, rows: Sequence[ResultRow], told: set[str]
) -> list[Sentence]:
    if not rows:
        return []
    named = []
    for perspective, said in (("as_published", "as published"), ("cluster_aware", "cluster-aware")):
        mine = [row for row in rows if row.perspective == perspective]
        if mine:
            parts = dict.fromkeys(part for row in mine for part in row.method.split("+"))
            methods = dict.fromkeys(facts.words.method(part) for part in parts)
            named.append(f"{said} ({', '.join(methods)})")
    sentences = [Sentence(f"{label} were analysed {' and '.join(named)}")]
    for key in dict.fromkeys(key_of(part) for row in rows for part in row.method.split("+")):
        if key and key not in told:
            told.add(key)
            text = METHOD_TEXTS[key]
            sentences.append(Sentence(facts.said(text.does), text.cites))
    return sentences
