"""The page: one file that opens from a disk and shows what a run found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from procohort.publish.methods_document import Bullets, Grid, numbered
from procohort.publish.prose import Cited, Linked, Prose
from procohort.publish.report.grid import PageTable, prepare
from procohort.publish.report.model import Chapter, ClaimLine, Picture, Report, Shown
from procohort.publish.report.strobe import (
    CONSORT_CITATION,
    OTHER_DESIGNS,
    RECORD_CITATION,
    STROBE_CITATION,
)
from procohort.publish.report.terms import Marking, Terms
from procohort.publish.tables.model import templates

# Anchors that the page itself has; a part of that name is reached by another.
_OWN_ANCHORS = (
    "study", "data", "answer", "scorecard", "claims", "methods", "references", "strobe",
    "provenance", "files", "rows", "glossary", "main", "contents",
)  # fmt: skip
_ALT_LENGTH = 240


@dataclass(frozen=True, slots=True)
class _View:
    """A view ready for the page."""

    text: str
    table: PageTable | None
    table_name: str
    picture: Picture | None
    folded: bool

    @property
    def is_printed(self) -> bool:
        """Whether a folded view is opened for printing."""
        return self.picture is None and self.table is not None and self.table.is_short

    @property
    def file(self) -> str:
        """Where it stands beside the page."""
        return f"tables/{self.table_name}.html" if self.table_name else self._figure

    @property
    def _figure(self) -> str:
        return f"{self.picture.stem}.svg" if self.picture else ""


@dataclass(frozen=True, slots=True)
class _Part:
    anchor: str
    label: str
    note: str
    views: tuple[_View, ...]


@dataclass(frozen=True, slots=True)
class _Chapter:
    anchor: str
    title: str
    intro: str
    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Attention:
    """Claims that need the same look, and what is to be said of them."""

    lines: tuple[ClaimLine, ...]
    said: str

    @property
    def first(self) -> ClaimLine:
        """The claim whose verdict stands for all."""
        return self.lines[0]

    @property
    def fails(self) -> bool:
        """Whether the printed statements do not hold."""
        return _fails(self.first)

    @property
    def changes(self) -> bool:
        """Whether another analysis leads elsewhere."""
        return self.first.left == "changes"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the contents, with those below it."""

    anchor: str
    label: str
    below: tuple[tuple[str, str], ...] = ()


def render_report(report: Report, marking: Marking) -> str:
    """Return the page: self-contained, and readable without a script.

    Parameters
    ----------
    report : Report
        Everything that the page shows.
    marking : callable
        Cuts a text into plain parts and terms with an explanation, as
        `procohort.publish.report.glossary.mark` does.

    Returns
    -------
    str
        HTML. Same input, same text.

    Raises
    ------
    ValueError
        If a sentence cites a result row that has no anchor.
    """
    terms = Terms(marking)
    chapters = _chapters(report, terms)
    other_design = OTHER_DESIGNS.get(report.study.get("design", ""), "")
    own = [line for line in report.scorecard.lines if line.is_own]
    others = [line for line in report.scorecard.lines if not line.is_own]
    widths = [
        view.table.n_columns
        for chapter in chapters
        for part in chapter.parts
        for view in part.views
        if view.table
    ]
    text = (
        templates()
        .get_template("report.html.j2")
        .render(
            report=report,
            study={"citation": "", "doi": "", "reading": "", "reading_meaning": "", **report.study},
            words=report.words,
            is_real=report.study.get("data_origin") == "real",
            answer=[prose_html(sentence, report) for sentence in report.answer],
            card=report.scorecard,
            claims=(own, others),
            attention=(_attention(own), _attention(others)),
            chapters=chapters,
            methods=[(part, [_block(block) for block in part.blocks]) for part in report.methods],
            numbers=numbered(report.methods),
            contents=_contents(report, chapters),
            fields=_fields(report),
            other_design=other_design,
            reporting=(
                STROBE_CITATION,
                RECORD_CITATION,
                *((CONSORT_CITATION,) if other_design else ()),
            ),
            columns=range(2, max(widths, default=1) + 1),
            terms=terms,
            brief=brief,
        )
    )
    return text.rstrip("\n") + "\n"


def prose_html(prose: Prose, report: Report) -> Markup:
    """Return a sentence whose numbers are links to the result rows on the page.

    Raises
    ------
    ValueError
        If a cited row has no anchor.
    """
    return Markup("").join(_said(part, report) for part in prose)


def _said(part: str | Cited | Linked, report: Report) -> Markup:
    if isinstance(part, str):
        return Markup.escape(part)
    if isinstance(part, Linked):
        return Markup('<a href="{}">{}</a>').format(part.href, part.text)
    anchor = report.anchors.get(part.row)
    if anchor is None:
        row = part.row
        raise ValueError(
            f"the answer cites {part.text!r} from {row.analysis}, {row.outcome}, {row.estimand}, "
            "a row that the page does not show; add it to the rows of the report"
        )
    return Markup('<a class=num href="#{}">{}</a>').format(anchor, part.text)


def brief(alt: str) -> str:
    """Return the first sentences of a description, for the alternative text.

    Examples
    --------
    >>> brief("Flow of rows. Ten were read.")
    'Flow of rows. Ten were read.'
    >>> len(brief("One line. " * 60)) <= 242
    True
    """
    sentences = alt.split(". ")
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) > _ALT_LENGTH:
            break
        kept += f". {sentence}"
    return kept if kept.endswith(".") else f"{kept}."


def _chapters(report: Report, terms: Terms) -> list[_Chapter]:
    taken = {*_OWN_ANCHORS, *(chapter.id for chapter in report.chapters)}
    shown = []
    for chapter in report.chapters:
        parts = tuple(
            _Part(
                _free(part.id, taken),
                part.label,
                part.note,
                tuple(_view(view, terms, report.words.data_note) for view in part.views),
            )
            for part in chapter.parts
        )
        shown.append(_Chapter(_chapter_anchor(chapter), chapter.title, chapter.intro, parts))
    return shown


def _chapter_anchor(chapter: Chapter) -> str:
    return f"chapter-{chapter.id}" if chapter.id in _OWN_ANCHORS else chapter.id


def _free(name: str, taken: set[str]) -> str:
    """Return an anchor that nothing else has."""
    anchor = name
    while anchor in taken:
        anchor = f"part-{anchor}"
    taken.add(anchor)
    return anchor


def _view(shown: Shown, terms: Terms, data_note: str) -> _View:
    table = shown.table
    return _View(
        text=shown.text,
        table=None if table is None else prepare(shown.table_name, table, terms, data_note),
        table_name=shown.table_name,
        picture=shown.picture,
        folded=shown.folded,
    )


def _fields(report: Report) -> list[tuple[str, str]]:
    """Return what the fields of the rows mean, each field once."""
    meanings = {
        name: meaning for row in report.rows for name, value, meaning in row.fields if value
    }
    return list(meanings.items())


def _fails(line: ClaimLine) -> bool:
    return line.verdict in ("impossible_as_printed", "differs")


def _attention(lines: Iterable[ClaimLine]) -> list[_Attention]:
    """Gather the claims that need a look, each finding once, in the order given."""
    found: dict[tuple[object, ...], _Attention] = {}
    for line in lines:
        if line.needs_attention:
            parts = [line.why] if _fails(line) or line.doubtful else []
            parts += [line.left_why] if line.left == "changes" else []
            said = " ".join(parts)
            key = (line.verdict, line.left, line.doubtful, said)
            before = found[key].lines if key in found else ()
            found[key] = _Attention((*before, line), said)
    return list(found.values())


def _block(block: Any) -> tuple[str, Any]:
    if isinstance(block, Grid):
        return "grid", block
    return ("bullets" if isinstance(block, Bullets) else "paragraph"), block


def _contents(report: Report, chapters: Sequence[_Chapter]) -> list[_Entry]:
    entries = [_Entry("answer", "The answer")]
    if report.scorecard.lines:
        entries.append(_Entry("scorecard", "Scorecard"))
    entries += [
        _Entry(
            chapter.anchor,
            chapter.title,
            tuple((part.anchor, part.label) for part in chapter.parts)
            if len(chapter.parts) > 1
            else (),
        )
        for chapter in chapters
    ]
    closing = (
        ("methods", "Methods as run", report.methods),
        ("strobe", "STROBE items", report.strobe),
        ("provenance", "What was run", report.provenance),
        ("files", "Files", report.files),
        ("rows", "Result rows cited", report.rows),
    )
    entries += [_Entry(anchor, label) for anchor, label, content in closing if content]
    return [*entries, _Entry("glossary", "Terms in plain words")]
