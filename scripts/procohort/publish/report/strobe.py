"""The items of STROBE for cohort studies, and the places of the page that answer them.

The items are those of von Elm et al. 2007 (table 1) and, where named so, of Benchimol et
al. 2015; the words are this page's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from procohort.publish.methods_document import Section
from procohort.publish.report.model import Chapter, StrobeItem

STROBE_CITATION = (
    "von Elm E, Altman DG, Egger M, et al. The Strengthening the Reporting of Observational "
    "Studies in Epidemiology (STROBE) statement: guidelines for reporting observational studies. "
    "PLoS Med 2007;4:e296."
)
RECORD_CITATION = (
    "Benchimol EI, Smeeth L, Guttmann A, et al. The REporting of studies Conducted using "
    "Observational Routinely-collected health Data (RECORD) statement. PLoS Med 2015;12:e1001885."
)
CONSORT_CITATION = (
    "Schulz KF, Altman DG, Moher D. CONSORT 2010 statement: updated guidelines for reporting "
    "parallel group randomised trials. BMJ 2010;340:c332."
)
# Said before the items where the study is no cohort study.
OTHER_DESIGNS: dict[str, str] = {
    "randomised_trial": "This is a randomised trial: report it by CONSORT. The items of STROBE "
    "below, written for cohort studies, only show where the page answers."
}

Place = tuple[str, str]
_ANSWER: Place = ("The answer in five sentences", "#answer")
_SCORECARD: Place = ("Scorecard", "#scorecard")
_PROVENANCE: Place = ("Provenance", "#provenance")
_CODEBOOK: Place = ("Codebook", "clean/codebook.csv")


@dataclass(frozen=True)
class _Page:
    """The places that the page has."""

    chapters: Sequence[Chapter]
    sections: Sequence[Section]
    has_claims: bool

    def chapter(self, *names: str) -> list[Place]:
        """Return the named chapters."""
        by_id = {chapter.id: chapter for chapter in self.chapters}
        return [(by_id[name].title, f"#{name}") for name in names if name in by_id]

    def section(self, *names: str) -> list[Place]:
        """Return the named sections of the methods."""
        by_id = {section.id: section for section in self.sections}
        return [(f"Methods: {by_id[name].title}", f"#m-{name}") for name in names if name in by_id]

    def part(self, *names: str) -> list[Place]:
        """Return the named parts of chapters."""
        by_id = {part.id: part for chapter in self.chapters for part in chapter.parts}
        return [(by_id[name].label, f"#{name}") for name in names if name in by_id]

    def table(self, chapter: str, *names: str) -> list[Place]:
        """Return the named tables of a chapter by their own pages."""
        return [
            (
                view.text or (view.table.title if view.table else ""),
                f"tables/{view.table_name}.html",
            )
            for found in self.chapters
            if found.id == chapter
            for part in found.parts
            for view in part.views
            if view.table_name in names
        ]

    def card(self) -> list[Place]:
        """Return the scorecard, if there are claims."""
        return [_SCORECARD] if self.has_claims else []


_Where = Callable[[_Page], list[Place]]


def _nowhere(page: _Page) -> list[Place]:
    return []


# Number, what the item asks for, its places, and what authors still write (empty: nothing).
_ITEMS: tuple[tuple[str, str, _Where, str], ...] = (
    ("1a", "The title or abstract names the design", _nowhere, "Name the design in the title."),
    (
        "1b",
        "The abstract says what was done and found",
        lambda page: [_ANSWER],
        "An abstract; the five sentences hold its numbers.",
    ),
    ("2", "Background and reason", _nowhere, "What is known, and why the study was needed."),
    ("3", "Objectives and hypotheses", lambda page: page.section("multiplicity"),
     "The page names the confirmatory family only; the questions as they stood before the data "
     "were seen."),
    ("4", "Design, early in the paper", lambda page: page.section("design"),
     "The page says what was counted; name the design and whether it looks back or ahead."),
    ("5", "Setting, places, dates", lambda page: page.section("design"),
     "Where and when people were treated and followed."),
    ("6a", "Who could take part, how chosen and followed",
     lambda page: [*page.section("preparation"), *page.part("flow")],
     "How people were found and asked."),
    ("6b", "Matching, if any", _nowhere, "Say so if people were matched."),
    ("7", "Outcomes, exposures, confounders defined",
     lambda page: [_CODEBOOK, *page.section("where")], ""),
    ("8", "Sources and measurement of each variable", lambda page: [_CODEBOOK],
     "Devices and persons that measured."),
    ("9", "Sources of bias and what was done about them",
     lambda page: [*page.section("perspectives"), *page.chapter("sensitivity")],
     "Biases of choosing and measuring."),
    ("10", "How the study size came about", _nowhere,
     "Why there were so many and no more."),
    ("11", "How quantities were handled and grouped",
     lambda page: page.section("description", "groups"), ""),
    ("12a", "Statistical methods, confounding included",
     lambda page: page.section("perspectives", "where", "multiplicity", "resampling"), ""),
    ("12b", "Subgroups and interactions", _nowhere,
     "Which subgroups and interactions were looked at, and how."),
    ("12c", "How missing values were treated", lambda page: page.section("preparation"), ""),
    ("12d", "How loss to follow-up was treated",
     lambda page: [*page.section("over-time"), *page.section("preparation")], ""),
    ("12e", "Sensitivity analyses",
     lambda page: [*page.section("multiverse", "tipping", "readings"),
                   *page.chapter("sensitivity")], ""),
    ("13a", "Numbers at each stage", lambda page: page.part("flow"), ""),
    ("13b", "Why some were left out", lambda page: page.section("preparation"), ""),
    ("13c", "A flow diagram", lambda page: page.chapter("attrition"), ""),
    ("14a", "Characteristics, exposures, confounders", lambda page: page.chapter("table-one"), ""),
    ("14b", "How many values are missing, by variable",
     lambda page: page.table("attrition", "missing"), ""),
    ("14c", "Time of follow-up", lambda page: page.chapter("table-one", "visits", "schedule"),
     "How long people were followed."),
    ("15", "Numbers of events, or summaries over time",
     lambda page: page.chapter("rates", "table-one", "visits"), ""),
    ("16a", "Estimates with intervals, unadjusted and adjusted",
     lambda page: page.chapter("comparisons", "correlations", "rates", "visits"), ""),
    ("16b", "Limits of categories", lambda page: [_CODEBOOK], ""),
    ("16c", "Absolute beside relative risks",
     lambda page: page.chapter("comparisons", "rates"), ""),
    ("17", "Other analyses", lambda page: page.chapter("sensitivity", "series"), ""),
    ("18", "Key results", lambda page: [_ANSWER, *page.card()], ""),
    ("19", "Limitations", lambda page: page.section("not-answered", "perspectives"),
     "Size and direction of likely bias."),
    ("20", "Careful interpretation", lambda page: [*page.card(), *page.chapter("series")],
     "What the results mean beside other evidence."),
    ("21", "Generalisability", lambda page: page.chapter("series"),
     "For whom else the results hold."),
    ("22", "Funding", _nowhere, "Who paid, and their part in the study."),
)  # fmt: skip

# Of the extension for data collected in routine care: what a run answers.
_RECORD: tuple[tuple[str, str, _Where, str], ...] = (
    ("RECORD 6.1", "How records were selected, with codes",
     lambda page: [*page.section("preparation"), _CODEBOOK], ""),
    ("RECORD 7.1", "All codes and algorithms of the variables",
     lambda page: [_CODEBOOK, ("Configuration as run", "#provenance")], ""),
    ("RECORD 12.2", "How the data were cleaned",
     lambda page: [*page.section("preparation"), *page.table("attrition", "findings")], ""),
    ("RECORD 12.3", "How tables were linked",
     lambda page: page.section("design", "preparation"), ""),
    ("RECORD 22.1", "Where protocol, data and code can be had", lambda page: [_PROVENANCE],
     "Where the raw data can be asked for."),
)  # fmt: skip


def strobe_items(
    chapters: Sequence[Chapter], sections: Sequence[Section], *, has_claims: bool = True
) -> tuple[StrobeItem, ...]:
    """Return the items of STROBE, and those of RECORD that a run answers, with their places.

    Parameters
    ----------
    chapters : sequence of Chapter
        Of the page; their ids and those of their parts are anchors.
    sections : sequence of Section
        The methods; the anchor of a section is ``m-`` and its id.
    has_claims : bool
        Whether the page has a scorecard.

    Returns
    -------
    tuple of StrobeItem
        The 34 items and sub-items of STROBE, then those of RECORD. A place is given only
        if the page has it; what has no place is for the authors.
    """
    page = _Page(chapters, sections, has_claims)
    return tuple(_items(page, (*_ITEMS, *_RECORD)))


def _items(page: _Page, asked: Iterable[tuple[str, str, _Where, str]]) -> Iterable[StrobeItem]:
    for number, item, where, to_write in asked:
        places = tuple(dict.fromkeys(where(page)))
        yield StrobeItem(
            number=number,
            item=item,
            places=places,
            by_authors=bool(to_write) or not places,
            to_write=to_write or ("" if places else "Say that it does not apply, or describe it."),
        )
