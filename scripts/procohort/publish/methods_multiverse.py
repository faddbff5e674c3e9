"""The section of the methods page on the multiverse: which choices, how many combinations."""

from __future__ import annotations

import math
from collections.abc import Iterator

from procohort.publish.methods_document import Bullets, Paragraph, Section, Sentence
from procohort.publish.methods_facts import Facts
from procohort.publish.methods_frame import said_section
from procohort.publish.wording import uncapitalise
from procohort.specifications import Specification


def multiverse(facts: Facts) -> Section:
    """Return the section on declared alternatives and their combinations."""
    declared = facts.part("multiverse")
    found = facts.beside.specifications
    readings = len({item.reading for item in found})
    n_product = math.prod(len(decision["choices"]) for decision in declared["alternatives"])
    asked = {item.row.analysis for item in found}
    outcomes = [facts.book.label(name) for name in declared["outcomes"]]
    n_set = max(item.n_set for item in found)
    said = said_section(
        facts,
        "multiverse",
        "Alternatives of the analysis (multiverse)",
        Sentence(
            "Decisions that could have been taken otherwise were declared with their alternatives, "
            "and every combination was computed; nothing was selected",
            ("steegen_2016", "simonsohn_2020"),
        ),
        Sentence(
            f"There were {n_product} combinations"
            + (f" in each of {readings} readings" if readings > 1 else "")
            + f", which gave {len(found)} answers in all, every method counted; a combination that "
            "changes nothing that an outcome uses was counted once"
        ),
        Sentence(f"Analyses: {facts.labels(asked)}"),
        Sentence(f"Outcomes: {', '.join(outcomes)}") if outcomes else None,
        Sentence(f"Bootstrap limits and random permutations rest on {declared['n_resamples']} here")
        if any(item.row.n_resamples for item in found)
        else None,
        Sentence(
            "Missing outcomes were set to the smallest or the largest observed value, all against "
            "or all in favour of the direction of the main answer as published, at most "
            f"{n_set} at a time; these are bounds and no estimates",
            ("horowitz_manski_2000",),
        )
        if n_set
        else None,
    )
    items = tuple(
        Paragraph(
            tuple(
                Sentence(
                    f"{choices[0]['label']} (main analysis); "
                    f"{'; '.join(uncapitalise(str(choice['label'])) for choice in choices[1:])}"
                )
                for choices in (decision["choices"],)
            ),
            lead=str(decision["label"]),
        )
        for decision in declared["alternatives"]
    )
    return Section(said.id, said.title, (*said.blocks, Bullets(items, lead="Decisions")))


def kept_rows(facts: Facts) -> Iterator[tuple[str, int, int]]:
    """Yield each choice that keeps a part of the rows: its label, rows kept, all rows.

    Rows are those of the largest analysis under this choice alone.
    """
    decisions = facts.part("multiverse").get("alternatives", ())
    mains = {decision["id"]: decision["choices"][0]["id"] for decision in decisions}
    by_choices: dict[tuple[tuple[str, str], ...], list[Specification]] = {}
    for item in facts.beside.specifications:
        by_choices.setdefault(tuple(sorted(item.choices.items())), []).append(item)

    def n_rows(choices: dict[str, str]) -> int:
        found = by_choices.get(tuple(sorted(choices.items())), [])
        return max((item.row.n_procedures or 0 for item in found), default=0)

    for decision in decisions:
        for choice in decision["choices"]:
            kept = n_rows({**mains, decision["id"]: choice["id"]})
            if choice["keep"] and kept:
                yield uncapitalise(str(choice["label"])), kept, n_rows(mains)
