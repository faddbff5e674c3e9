"""The sections of the methods page on tests: what was used where, and why."""

from __future__ import annotations

from collections.abc import Sequence

from procohort.publish.method_texts import METHOD_TEXTS, key_of
from procohort.publish.methods_document import Block, Bullets, Paragraph, Section, Sentence
from procohort.publish.methods_facts import LIES, Facts, Lies, titled
from procohort.publish.wording import capitalise
from procohort.results import ResultRow
from procohort.vocabulary import listed

_WHERE: dict[Lies, str] = {
    "between": "where the group was a fact of the {cluster}",
    "mostly_between": "where the group was nearly a fact of the {cluster}",
    "within": "where the group varied within {clusters}",
    "once": "where each {cluster} entered once",
}
_ALSO = {"as_published": "Also as published", "cluster_aware": "Also cluster-aware"}
_LEAD = {"as_published": "As published", "cluster_aware": "Cluster-aware"}


def answers(facts: Facts) -> list[Section]:
    """Return a section for each kind of question that the study asked."""
    compared = facts.of_kind("compare")
    kinds: tuple[tuple[str, str, list[ResultRow]], ...] = (
        (
            "quantities",
            "Measured and counted outcomes, two groups",
            _compared(facts, compared, event=False, many=False),
        ),
        (
            "quantities-many",
            "Measured and counted outcomes, several groups",
            _compared(facts, compared, event=False, many=True),
        ),
        ("events", "Events, two groups", _compared(facts, compared, event=True, many=False)),
        (
            "events-many",
            "Events, several groups",
            _compared(facts, compared, event=True, many=True),
        ),
        ("rates", "Rates", facts.of_kind("rate")),
        ("correlations", "Correlations and trends", facts.of_kind("correlate", "trend")),
        ("over-time", "Outcomes over time", facts.of_kind("trajectory")),
    )
    return [Section(name, title, _blocks(facts, rows)) for name, title, rows in kinds if rows]


def _compared(
    facts: Facts, rows: Sequence[ResultRow], *, event: bool, many: bool
) -> list[ResultRow]:
    return [
        row
        for row in rows
        if facts.is_event(row) == event and (facts.n_levels(row.analysis) > 2) == many
    ]


def _blocks(facts: Facts, rows: Sequence[ResultRow]) -> tuple[Block, ...]:
    answered = [row for row in rows if row.status == "ok"]
    blocks: list[Block] = []
    told: set[str] = set()
    for perspective in ("as_published", "cluster_aware"):
        mine = [row for row in answered if row.perspective == perspective]
        heads = [row for row in mine if row.headline]
        sentences = _primary(facts, heads, told, by_group=perspective == "cluster_aware")
        if sentences:
            blocks.append(Paragraph(tuple(sentences), lead=_LEAD[perspective]))
        others = _others(facts, mine, rows, told)
        if others:
            blocks.append(Bullets(tuple(others), lead=_ALSO[perspective]))
    return tuple(blocks)


def _primary(
    facts: Facts, heads: Sequence[ResultRow], told: set[str], *, by_group: bool
) -> list[Sentence]:
    """Return what gave the primary answers, by how groups lie in clusters where that decides."""
    if not by_group or not any(row.kind == "compare" for row in heads):
        return described(facts, _keys(heads), told)
    sentences: list[Sentence] = []
    for lies in LIES:
        here = [row for row in heads if facts.lies[row.analysis, row.outcome] == lies]
        if here:
            where = facts.labels(row.analysis for row in here)
            names = listed(sorted({facts.words.method(row.method) for row in here}))
            text = f"{capitalise(facts.said(_WHERE[lies]))} ({where}), the primary method was"
            sentences.append(Sentence(f"{text}: {names}"))
            sentences += described(facts, _keys(here), told)
            if lies == "once":
                text = "Nothing was clustered there: tests of independent records sufficed"
                sentences.append(Sentence(text))
    return sentences


def _keys(rows: Sequence[ResultRow]) -> list[str]:
    """Return the texts that the rows call for, the most frequent method first."""
    counts: dict[str, int] = {}
    for row in rows:
        for part in row.method.split("+"):
            key = key_of(part)
            if key:
                counts[key] = counts.get(key, 0) + 1
    return sorted(counts, key=lambda key: -counts[key])


def described(facts: Facts, keys: Sequence[str], told: set[str]) -> list[Sentence]:
    """Return what each method did and why; one that was told before is not told again."""
    sentences: list[Sentence] = []
    for key in keys:
        if key not in told:
            told.add(key)
            text = METHOD_TEXTS[key]
            sentences += [
                Sentence(facts.said(text.does), text.cites),
                Sentence(facts.said(text.why)),
            ]
    return sentences


def _others(
    facts: Facts, answered: Sequence[ResultRow], rows: Sequence[ResultRow], told: set[str]
) -> list[Paragraph]:
    """Return an item for each further method, with what it estimated and where it was used."""
    everywhere = {row.analysis for row in rows}
    items: list[Paragraph] = []
    further = [row for row in answered if not row.headline]
    for key in _keys(further):
        own = [row for row in further if key in _keys([row])]
        used = {row.analysis for row in own}
        sentences = described(facts, [key], told)
        if not sentences and used == everywhere:
            continue
        estimands = dict.fromkeys(facts.words.estimand(row.estimand) for row in own)
        name = titled(facts.words.method(key))
        shown = [text for text in estimands if text.lower() != name.lower()]
        if shown and key not in _NAMED_BY_METHOD:
            sentences.append(Sentence(f"Estimated: {'; '.join(shown)}"))
        if used != everywhere:
            sentences.append(Sentence(f"Used in: {facts.labels(used)}"))
        items.append(Paragraph(tuple(sentences), lead=name))
    return items


# What these estimate is in their text.
_NAMED_BY_METHOD = frozenset({"leave_one_patient_out", "mann_whitney_exact", "wilson"})
