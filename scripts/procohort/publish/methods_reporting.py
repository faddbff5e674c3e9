"""Where the items of the STROBE statement stand in the results of a run."""

from __future__ import annotations

from procohort.publish.methods_document import Grid, Link, Paragraph, Section, Sentence
from procohort.publish.methods_facts import Facts

_AUTHORS = (Link("for the authors to write"),)
_CODEBOOK = Link("codebook", "clean/codebook.csv")


def reporting(facts: Facts) -> Section:
    """Return the list of items with links into the results, relative to the page."""
    found = {
        kind: tuple(
            Link(facts.label(name), f"tables/{prefix}_{name}.html")
            for name, spec in facts.analyses.items()
            if spec["kind"] in kinds
        )
        for kind, prefix, kinds in (
            ("describe", "describe", ("describe",)),
            ("rate", "rates", ("rate",)),
            ("compare", "comparison", ("compare",)),
            ("relate", "correlation", ("correlate", "trend")),
            ("over_time", "trajectory", ("trajectory",)),
            ("sensitivity", "sensitivity", ("compare",)),
        )
    }
    items: tuple[tuple[str, str, tuple[Link, ...]], ...] = (
        ("1 to 5", "Title, background, objectives, design, setting", _AUTHORS),
        ("6, 13", "Participants and their flow", (Link("flow", "tables/attrition.html"),)),
        ("7, 8, 11", "Variables, sources, quantities", (_CODEBOOK,)),
        ("9", "Bias from pooling", (Link("this page, two answers to each question"),)),
        ("10", "Study size", (Link("flow", "figures/attrition.svg"),)),
        ("12", "Statistical methods", (Link("this page"),)),
        (
            "14",
            "Descriptive data, missing values",
            (*found["describe"], Link("missing values", "tables/missing.html")),
        ),
        ("15", "Outcome data", (*found["rate"], *_of_parts(facts))),
        ("16", "Main results", (*found["compare"], *found["relate"], *found["over_time"])),
        ("17", "Other analyses", (*found["sensitivity"], *_further(facts))),
        ("18", "Key results", (Link("scorecard", "scorecard.html"),)),
        (
            "19 to 22",
            "Limitations, interpretation, generalisability, funding",
            (*_AUTHORS, *_similar(facts)),
        ),
    )
    lines = tuple(
        ((Link(number),), (Link(what),), places) for number, what, places in items if places
    )
    text = "The results cover these items of the STROBE statement"
    said = [Sentence(text, ("strobe_2007",))]
    if facts.settings["study"].get("design") == "randomised_trial":
        trial = "This is a randomised trial: report it by CONSORT; the items only show where the"
        said.insert(0, Sentence(f"{trial} results answer"))
    return Section(
        "reporting",
        "Where the items of STROBE stand",
        (
            Paragraph(tuple(said)),
            Grid(
                "Items of STROBE and their place in the results", ("Item", "What", "Where"), lines
            ),
        ),
    )


def _of_parts(facts: Facts) -> tuple[Link, ...]:
    """Return where doses and frequency classes stand."""
    tables = (("schedule", "adherence"), ("safety", "safety"))
    return tuple(
        Link(facts.label(part), f"tables/{table}.html")
        for part, table in tables
        if facts.part(part)
    )


def _further(facts: Facts) -> tuple[Link, ...]:
    """Return where alternatives, other readings and tipping points stand."""
    repeated = {item.row.analysis for item in facts.beside.specifications}
    links = [
        Link(f"{facts.label(name)}, alternatives", f"tables/multiverse_{name}.html")
        for name in facts.analyses
        if name in repeated
    ]
    if facts.settings["readings"]:
        links.append(Link("readings side by side", "tables/readings.html"))
    if facts.beside.tipping and facts.settings["has_claims"]:
        links.append(Link("tipping points", "tables/tipping.html"))
    return tuple(links)


def _similar(facts: Facts) -> tuple[Link, ...]:
    """Return where published series stand."""
    links = []
    if facts.beside.synthesis:
        links.append(Link("published series", "tables/synthesis.html"))
        links.append(Link("what cannot be compared", "tables/not_comparable.html"))
    if facts.beside.doses:
        links.append(Link("dose added up", "tables/cumulative_dose.html"))
    return tuple(links)
