"""What the report shows, ready to be written: nothing is left to compute or to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procohort.publish.methods_document import Section
from procohort.publish.prose import Prose
from procohort.publish.tables.model import Table
from procohort.publish.wording import StudyWords


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure inside the page.

    Attributes
    ----------
    name : str
        The files beside the page are ``figures/<name>.svg``, ``.pdf``, ``.png``, ``.csv``.
    alt : str
        What it shows, for somebody who cannot see it.
    uri : str
        The picture itself, as a ``data:`` address.
    width, height : int
        In dots.
    """

    name: str
    alt: str
    uri: str
    width: int
    height: int

    @property
    def stem(self) -> str:
        """Path without the ending, relative to the page."""
        return f"figures/{self.name}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A table, a figure, or both; folded ones are opened by the person.

    `table_name` names the files beside the page: ``tables/<name>.html`` and ``.csv``.
    """

    text: str
    table_name: str = ""
    table: Table | None = None
    picture: Picture | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one analysis has to show; its id is an anchor of the page."""

    id: str
    label: str
    note: str
    views: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the page; its id is an anchor, `intro` may be empty."""

    id: str
    title: str
    intro: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """How many claims have a verdict: of the study's own paper, and of other texts."""

    id: str
    sign: str
    word: str
    meaning: str
    n: int
    n_other: int


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in the summary: as printed, what the data show, verdict, what is left of it.

    `before`, `printed` and `after` are the sentence, cut at the part that is judged;
    `anchor` is that of the result row on this page, empty where there is none. `left` is
    ``changes``, ``survives``, ``not_examined`` or empty.
    """

    id: str
    source: str
    is_own: bool
    before: str
    printed: str
    after: str
    found: str
    verdict: str
    sign: str
    word: str
    why: str
    left: str
    left_word: str
    left_why: str
    doubtful: bool
    unit_of_analysis: str
    n: str
    anchor: str

    @property
    def needs_attention(self) -> bool:
        """Whether the claim fails, its conclusion changes, or its arithmetic is doubtful."""
        fails = self.verdict in ("impossible_as_printed", "differs")
        return fails or self.left == "changes" or self.doubtful


@dataclass(frozen=True, slots=True)
class ScorecardSummary:
    """The scorecard in short."""

    tiles: tuple[Tile, ...]
    n_changed: int
    lines: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class StrobeItem:
    """An item of the STROBE statement and the places of the page that answer it.

    `places` are pairs of a text and an address: ``#anchor`` on the page or a path
    beside it. `by_authors` says that authors must write it, or write more than the places
    hold; `to_write` says what.
    """

    number: str
    item: str
    places: tuple[tuple[str, str], ...]
    by_authors: bool
    to_write: str = ""


@dataclass(frozen=True, slots=True)
class RowEntry:
    """A result row that the page cites: its anchor, what it answers, and its fields.

    `fields` are triples of a name, a value and what the field means.
    """

    anchor: str
    title: str
    counts: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A term with its text, for lists of facts."""

    term: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the page shows, in its order.

    Attributes
    ----------
    study : mapping
        title, citation, doi, data_origin, data_label, reading, reading_meaning ...
    words : StudyWords
    analysed : str
        For example ``458 procedures in 44 patients``.
    answer : tuple of Prose
        Five sentences; every number in them is a link.
    scorecard : ScorecardSummary
    chapters : tuple of Chapter
        Attrition, Table 1, comparisons, correlations, rates, ... sensitivity.
    methods : tuple of Section
        As run; `references` are (number, text).
    strobe : tuple of StrobeItem
    provenance : tuple of Fact
        Versions, seeds, command; `checksums` of the raw files; `configuration` as run.
    rows : tuple of RowEntry
        Every row that a sentence or claim of the page cites.
    anchors : mapping
        Anchor of a cited row, by the row (see `row_entries`).
    files : tuple of (path, text)
        What lies beside the page.
    """

    study: Mapping[str, Any]
    words: StudyWords
    analysed: str
    answer: tuple[Prose, ...]
    scorecard: ScorecardSummary
    chapters: tuple[Chapter, ...]
    methods: tuple[Section, ...]
    references: tuple[tuple[int, str], ...]
    strobe: tuple[StrobeItem, ...]
    provenance: tuple[Fact, ...]
    checksums: tuple[Fact, ...]
    configuration: str
    rows: tuple[RowEntry, ...]
    anchors: Mapping[Any, str]
    files: tuple[tuple[str, str], ...]
