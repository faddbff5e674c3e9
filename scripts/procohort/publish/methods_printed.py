"""The sections of the methods page on printed figures and on what is left of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procohort.claims.finding_base import ALPHA
from procohort.claims.forensics.check import OUTCOMES
from procohort.publish.methods_document import (
    Block,
    Bullets,
    Grid,
    Paragraph,
    Section,
    Sentence,
    plain,
)
from procohort.publish.methods_facts import Facts
from procohort.publish.methods_frame import said_section
from procohort.publish.methods_multiverse import kept_rows, multiverse
from procohort.publish.scorecard_arithmetic import arithmetic_of
from procohort.publish.wording import capitalise, quoted, uncapitalise
from procohort.vocabulary import listed

# What a tipping point supposes of the clusters, as result rows name it.
_TABLES, _EQUAL_SIZES = "design_effect_tables", "design_effect_equal_sizes"
_LEVEL = f"{100 * ALPHA:g} %"
# Who described a check, where a paper did.
_CHECK_CITES = {
    "grim": "brown_heathers_2017",
    "grimmer": "anaya_2016",
    "possible_counts": "brown_heathers_2017",
}


def printed_sections(facts: Facts) -> list[Section]:
    """Return the sections on what may change a conclusion, as far as the study declares them."""
    found = []
    if len(facts.settings["readings"]) > 1:
        found.append(_readings(facts))
    if facts.beside.specifications:
        found.append(multiverse(facts))
    if any(row.status == "ok" for row in facts.beside.tipping):
        found.append(_tipping(facts))
    if facts.beside.checks or facts.settings["feasibility"]:
        found.append(_checks(facts))
    if facts.settings["has_claims"]:
        found.append(_left(facts))
    return found


def _readings(facts: Facts) -> Section:
    study = facts.settings["study"]
    items = tuple(
        Paragraph(
            (Sentence(capitalise(str(meaning).rstrip("."))),),
            lead=capitalise(name.replace("_", " "))
            + (" (this run)" if name == study["reading"] else ""),
        )
        for name, meaning in facts.settings["readings"].items()
    )
    said = said_section(
        facts,
        "readings",
        "Readings of the source side by side",
        Sentence(
            "What the source prints can be read in more than one way; there are tables for each "
            "reading, and every analysis was made with each of them"
        ),
        Sentence("The primary answers under all readings stand side by side"),
    )
    return Section(said.id, said.title, (*said.blocks, Bullets(items, lead="Readings")))


def _tipping(facts: Facts) -> Section:
    rows = [row for row in facts.beside.tipping if row.status == "ok"]
    starts = [row for row in rows if row.estimand in ("tipping_icc", "tipping_icc_found")]
    asked = {row.analysis for row in starts}
    in_tables = [row for row in starts if row.method == _TABLES]
    printed = sum(row.estimand == "tipping_icc" for row in in_tables)
    whence = f"found in the tables ({len(in_tables) - printed})"
    if printed:
        whence += f" or printed ({printed})"
    equal = any(row.method == _EQUAL_SIZES for row in starts)
    return said_section(
        facts,
        "tipping",
        "Tipping points",
        Sentence(
            "A test that pools {rows} gives the right p value only if {rows} of one {cluster} are "
            "no more alike than others; how alike they may be before the conclusion at "
            f"{_LEVEL} turns was computed for each p value as published that was {whence}"
        ),
        Sentence(f"Analyses: {facts.labels(asked)}"),
        Sentence(
            "The p value was turned back to its t statistic, which was divided by the square root "
            "of the design effect 1 + (f \N{MINUS SIGN} 1) \N{MULTIPLICATION SIGN} intraclass "
            "correlation, with f the design effect if all {rows} of a {cluster} were equal, and "
            "corrected for the pooled variance; degrees of freedom were Satterthwaite's",
            ("hedges_2007", "scott_holt_1982", "moulton_1986", "satterthwaite_1946"),
        ),
        Sentence(
            "f follows from how the compared groups lie in the {clusters} of the tables"
            + (
                "; for groups of whole {clusters} also from the printed sizes alone, supposing "
                "{clusters} of equal size"
                if equal
                else ""
            )
        ),
        Sentence(
            "The tipping point is the smallest intraclass correlation at which p crosses "
            f"{_LEVEL}; beside it stands the correlation that the tables show"
        ),
        Sentence(
            "A printed bound entered as it stands; any other p value that it allows turns later"
        )
        if printed
        else None,
        Sentence("For tests of ranks and of events the correction is an approximation"),
    )


def _checks(facts: Facts) -> Section:
    found = arithmetic_of(facts.beside.checks, ())
    cited = {_CHECK_CITES[x.name]: None for x in facts.beside.checks if x.name in _CHECK_CITES}
    said = said_section(
        facts,
        "printed-figures",
        "Printed figures checked against each other",
        *_how_checked(tuple(cited)) if found.counts else (),
        *(_enumerated(facts) if facts.settings["feasibility"] else ()),
    )
    blocks: list[Block] = [*said.blocks]
    if found.counts:
        lines = tuple(
            tuple(
                plain(text)
                for text in (
                    count.question,
                    *(str(n) for n in (count.made, count.holds, count.implies)),
                    *(str(n) for n in (count.doubtful, count.impossible)),
                )
            )
            for count in found.counts
        )
        headings = ("Question", "Checks", "Agree", "More follows", "Doubtful", "Impossible")
        blocks.append(Grid("Checks that the printed figures allowed", headings, lines))
        meanings = tuple(
            Sentence(f"{capitalise(name)}: {uncapitalise(meaning).rstrip('.')}")
            for name, meaning in OUTCOMES.items()
            if name in ("doubtful", "impossible")
        )
        blocks.append(Paragraph(meanings))
    return Section(said.id, said.title, tuple(blocks))


def _how_checked(cites: tuple[str, ...]) -> Iterator[Sentence]:
    yield Sentence(
        "Before any table was looked at, the printed figures were checked against each other"
    )
    yield Sentence(
        "Every figure stood for the interval of values that rounding half up, rounding half to "
        "even or truncation writes as it, and results were intervals too",
        ("moore_1966",),
    )
    text = "Figures were called impossible only where no rule of rounding and no data fit"
    yield Sentence(text, cites)
    yield Sentence(
        "A check says something about numbers only: rounding, another denominator or another unit "
        "often explains a mismatch and is named where it does"
    )


def _enumerated(facts: Facts) -> Iterator[Sentence]:
    for item in facts.settings["feasibility"]:
        groups = listed([f"{name} {percent} %" for name, percent in item["groups"].items()])
        many = len(item["readings"])
        under = f" under each of {many} readings" if many > 1 else ""
        yield Sentence(
            f"{item['label']}: every two group sizes that add up to {item['total']}, with every "
            f"number of {item['events']}, were tried, and those that show the printed percentages "
            f"({groups}) by one of the three rules of rounding were kept{under}",
            ("brown_heathers_2017",),
        )


def _left(facts: Facts) -> Section:
    """Return how one word says what is left of a statement."""
    specified = bool(facts.beside.specifications)
    against, either = ["as published from the tables", "cluster-aware"], "alternative"
    if len(facts.settings["readings"]) > 1:
        either = "reading and no alternative"
        against.append("under every other reading")
    if specified:
        against.append("with every declared alternative by itself")
    sentences = [
        Sentence(
            "Each printed statement with a test was laid beside the primary answers to the same "
            f"question: {listed(against)}"
        ),
        Sentence(
            f"The scorecard says {quoted('changes')} where at least one of them leads to another "
            f"conclusion: p (or the interval, without a p value) on the other side of {_LEVEL}, or "
            f"the opposite direction of a statement that names one; {quoted('survives')} where "
            "none does"
        ),
        Sentence(
            f"Where no {either} by itself changed it, all combinations of "
            "alternatives were asked; one that concludes otherwise is enough, and their number is "
            "given"
        )
        if specified
        else None,
        Sentence(
            "A figure without a test changes where the tables of another reading no longer show it "
            "(or show it only there)"
        )
        if len(facts.settings["readings"]) > 1
        else None,
        Sentence(
            f"It says {quoted('not examined')} where no other analysis draws a conclusion to "
            "compare with"
        ),
        Sentence(
            "No p value was adjusted for this, and a p value just below and one just above "
            f"{_LEVEL} count as different: the word says that a conclusion depends on a choice, "
            "not that it is wrong"
        ),
        *_lost_power(facts),
        Sentence(
            "Tipping points and answers without single {clusters} are shown beside the word and do "
            "not enter it"
        ),
    ]
    return said_section(facts, "left", "What is left of each printed statement", *sentences)


def _lost_power(facts: Facts) -> Sequence[Sentence]:
    """Return a warning for every choice that analyses a part of the rows."""
    parts = [
        f"{label} ({kept} of {all_rows} {facts.words.rows})"
        for label, kept, all_rows in kept_rows(facts)
        if kept < all_rows
    ]
    if not parts:
        return ()
    return (
        Sentence(
            f"Some alternatives analyse a part of the {{rows}}: {'; '.join(parts)}. In a small "
            "part a test loses power: a change there may be lost power and no contradiction, which "
            "the estimates and their limits tell apart"
        ),
    )
