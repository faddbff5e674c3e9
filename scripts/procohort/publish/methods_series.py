"""The section of the methods page on published series put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from procohort.evidence import REASONS
from procohort.publish.method_texts import key_of
from procohort.publish.methods_answers import described
from procohort.publish.methods_document import (
    Block,
    Bullets,
    Grid,
    Paragraph,
    Section,
    Sentence,
    plain,
)
from procohort.publish.methods_facts import Facts, titled
from procohort.publish.methods_frame import said_section
from procohort.publish.wording import capitalise, quoted
from procohort.results import ResultRow
from procohort.vocabulary import listed

# A rule is followed also where it ends in a refusal.
_RULES = ("interval_rule",)


def synthesis(facts: Facts) -> Section:
    """Return the section on published series: which, how they were pooled, which were not."""
    said = said_section(facts, "synthesis", "Published series beside the study", *_which(facts))
    blocks: list[Block] = [*said.blocks]
    if facts.beside.series:
        blocks.append(_account(facts))
    items = _methods(facts, facts.beside.synthesis)
    if items:
        blocks.append(Bullets(tuple(items), lead="Methods"))
    return Section(said.id, said.title, tuple(blocks))


def _which(facts: Facts) -> list[Sentence | None]:
    spec = facts.part("synthesis")
    outcomes = [str(item["label"]) for item in spec["outcomes"]]
    scopes = [
        f"{item['label']}: {listed([quoted(scope) for scope in item['scopes']])}"
        for item in spec["outcomes"]
        if item["scopes"]
    ]
    populations = listed([quoted(name) for name in spec["populations"]])
    note = " ".join(str(spec["note"]).split()).rstrip(".")
    n_series = len({line["series_id"] for line in facts.beside.series})
    return [
        Sentence(
            f"The table held {n_series} series or parts of series"
            f"{', the study itself among them' if spec['live']['series'] else ''}; they were put "
            f"together within each modality: {listed(list(spec['modalities'].values()))}"
        )
        if n_series
        else None,
        Sentence(f"Pooled were proportions of {{rows}}: {'; '.join(outcomes)}"),
        Sentence(f"Only like definitions were pooled ({'; '.join(scopes)})") if scopes else None,
        Sentence(f"Only series of the population {populations} entered") if populations else None,
        Sentence(
            "Of series that may share {clusters}, the largest of each modality entered, so that "
            "nobody was counted twice"
        )
        if spec["one_per_cohort"]
        else None,
        Sentence("The study's own result entered from the tables of this run, not as printed")
        if spec["live"]["series"]
        else None,
        Sentence(
            f"Times and doses were pooled only where at least {spec['min_series']} series of one "
            "modality gave a mean per {row} of the same kind and unit, with SD and n"
        ),
        Sentence(
            "Each series had Clopper-Pearson limits; published counts say nothing of how {rows} "
            "spread over {clusters}, so that these are rather too narrow",
            ("clopper_pearson_1934",),
        ),
        Sentence("Figures of {clusters} were never mixed with figures of {rows}"),
        Sentence(note) if note else None,
    ]


def _account(facts: Facts) -> Grid:
    """Return how many series were used for each outcome, and why the others were not."""
    labels = {item["id"]: item["label"] for item in facts.part("synthesis")["outcomes"]}
    counted = Counter((line["outcome"], line["kind"]) for line in facts.beside.series)
    outcomes = list(dict.fromkeys(line["outcome"] for line in facts.beside.series))
    reasons = {"": "Used", **REASONS}
    lines = [
        (
            plain(facts.said(text)),
            *(plain(str(counted[outcome, kind])) for outcome in outcomes),
        )
        for kind, text in reasons.items()
        if kind == "" or any(counted[outcome, kind] for outcome in outcomes)
    ]
    headings = ("Series", *(labels.get(name, capitalise(name)) for name in outcomes))
    return Grid("Series used, and why others were not", headings, tuple(lines))


def _methods(facts: Facts, rows: Sequence[ResultRow]) -> list[Paragraph]:
    """Return an item for each method; one that never answered says why."""
    found: dict[str, list[ResultRow]] = {}
    for row in rows:
        key = key_of(row.method)
        if key and row.estimand != "proportion":
            found.setdefault(key, []).append(row)
    items = []
    for key, mine in found.items():
        sentences = described(facts, [key], set())
        if key not in _RULES and all(row.status != "ok" for row in mine):
            sentences.append(Sentence("The series gave no occasion for it"))
        items.append(Paragraph(tuple(sentences), lead=titled(facts.words.method(key))))
    return items
