"""The claims as the page shows them: texts and links, nothing left to compute."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from procohort.claims.forensics.check import Check
from procohort.claims.printed import find_printed
from procohort.claims.robustness import Robustness, Word
from procohort.claims.sources import Source
from procohort.claims.verdict import VERDICTS, Outcome, Verdict
from procohort.publish.scorecard_details import Detail, details_of
from procohort.publish.scorecard_views import ROWS_PAGE, Link, ScorecardViews
from procohort.publish.wording import StudyWords

# A sign and a word for each verdict: colour is never the only carrier.
SIGNS: dict[Outcome, tuple[str, str]] = {
    "impossible_as_printed": ("✕", "Impossible as printed"),
    "differs": ("≠", "Differs"),
    "reproduced": ("✓", "Reproduced"),
    "by_construction": ("○", "By construction"),
    "consistent": ("≈", "Consistent"),
    "not_testable": ("–", "Not testable"),  # noqa: RUF001
}
LEFT: dict[Word, tuple[str, str]] = {
    "changes": ("⇄", "Changes"),
    "survives": ("=", "Survives"),
    "not_examined": ("·", "Not examined"),
}
_KIND_WORDS = {"centre": "mean or median", "p_value": "p value", "p_bound": "p bound"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """One claim as the page shows it.

    Attributes
    ----------
    id, place, kind : str
        Name of the claim, where it is printed, what it states.
    before, printed, after : str
        The sentence, cut at the part that is judged.
    verdict, sign, word, rank
        The verdict, how it is shown, its place among the verdicts.
    found, why, note : str
    unit_of_analysis, n_rows, n_patients : str
        What the result counts, in the study's words.
    links : tuple of Link
        To the result row, the figure and the table.
    left, left_sign, left_word, left_why : str
        What other analyses leave of it; `left` is empty where that was not asked.
    details : tuple of Detail
        What those analyses show.
    changes : bool
        Whether any of them leads to another conclusion.
    doubtful : bool
        Whether the print agrees with itself only under an assumption.
    summary : str
        One or two short sentences for the list of what needs a look.
    """

    id: str
    place: str
    kind: str
    before: str
    printed: str
    after: str
    verdict: str
    sign: str
    word: str
    rank: int
    found: str
    why: str
    note: str
    unit_of_analysis: str
    n_rows: str
    n_patients: str
    links: tuple[Link, ...]
    left: str
    left_sign: str
    left_word: str
    left_why: str
    details: tuple[Detail, ...]
    changes: bool
    doubtful: bool
    summary: str

    @property
    def fails(self) -> bool:
        """Whether the printed statement does not hold."""
        return self.verdict in ("impossible_as_printed", "differs")

    @property
    def needs_attention(self) -> bool:
        """Whether the claim fails, its conclusion changes, or its arithmetic is doubtful."""
        return self.fails or self.changes or self.doubtful


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """The claims of one text.

    Attributes
    ----------
    key : str
        Short and safe for attributes.
    title, citation, url, note : str
        How to find the text.
    is_own : bool
        Whether it is the paper that the study is about.
    lines : tuple of PageLine
    counts : tuple of (str, int)
        How many claims have each verdict, as words; those that occur.
    """

    key: str
    title: str
    citation: str
    url: str
    note: str
    is_own: bool
    lines: tuple[PageLine, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What lines need to know beside their verdict.

    Attributes
    ----------
    words : StudyWords
    views : ScorecardViews
    anchors : mapping of str to str
        Where the result row of a claim stands on the page of result rows.
    robustness : mapping of str to Robustness
        By id of the claim.
    """

    words: StudyWords
    views: ScorecardViews
    anchors: Mapping[str, str] = field(default_factory=dict)
    robustness: Mapping[str, Robustness] = field(default_factory=dict)


def page_lines(verdicts: Sequence[Verdict], context: PageContext) -> list[PageLine]:
    """Turn verdicts into lines of the page, in the order given."""
    return [_line(verdict, context) for verdict in verdicts]


def group_lines(
    verdicts: Sequence[Verdict], lines: Sequence[PageLine], sources: Mapping[str, Source]
) -> list[SourceGroup]:
    """Gather lines by the text they were taken from; the study's own paper comes first.

    That is the first text of the table of sources, or where there is no such table that
    of the first claim.
    """
    members: dict[str, list[PageLine]] = {name: [] for name in sources}
    for verdict, line in zip(verdicts, lines, strict=True):
        members.setdefault(verdict.claim.source_file, []).append(line)
    groups = []
    for position, (name, mine) in enumerate(item for item in members.items() if item[1]):
        source = sources.get(name) or Source(source_file=name, title=name)
        counts = Counter(line.verdict for line in mine)
        groups.append(
            SourceGroup(
                key=f"text-{position + 1}",
                title=source.title,
                citation=source.citation,
                url=source.url,
                note=source.note,
                is_own=position == 0,
                lines=tuple(mine),
                counts=tuple(
                    (SIGNS[key][1].lower(), counts[key]) for key in VERDICTS if counts[key]
                ),
            )
        )
    return groups


def _line(verdict: Verdict, context: PageContext) -> PageLine:
    claim, row, words = verdict.claim, verdict.row, context.words
    start, end = find_printed(claim.sentence, claim.printed) or (0, 0)
    sign, word = SIGNS[verdict.verdict]
    found = context.robustness.get(claim.id)
    left_sign, left_word = LEFT[found.word] if found else ("", "")
    changes = found.word == "changes" if found else verdict.cluster_aware_changes is True
    # A statement that cannot be tested already gives its note as the reason.
    note = "" if claim.note and claim.note in verdict.why else claim.note
    n_rows = words.count_rows(row.n_procedures) if row and row.n_procedures is not None else ""
    n_patients = words.count_clusters(row.n_patients) if row and row.n_patients is not None else ""
    return PageLine(
        id=claim.id,
        place=claim.source,
        kind=_KIND_WORDS.get(claim.kind, claim.kind.replace("_", " ")),
        before=claim.sentence[:start],
        printed=claim.sentence[start:end],
        after=claim.sentence[end:],
        verdict=verdict.verdict,
        sign=sign,
        word=word,
        rank=list(VERDICTS).index(verdict.verdict),
        found=verdict.found,
        why=verdict.why,
        note=note,
        unit_of_analysis=words.unit_of_analysis(row.unit_of_analysis) if row else "",
        n_rows=n_rows,
        n_patients="" if n_patients == n_rows else n_patients,
        links=_links(verdict, context),
        left=found.word if found else "",
        left_sign=left_sign,
        left_word=left_word,
        left_why=found.why if found and row else "",
        details=details_of(verdict, found, words, context.views),
        changes=changes,
        doubtful=bool(_doubts(verdict)),
        summary=_summary(verdict, found),
    )


def _links(verdict: Verdict, context: PageContext) -> tuple[Link, ...]:
    row, anchor = verdict.row, context.anchors.get(verdict.claim.id)
    if row is None:
        return ()
    own = (Link("Result row", f"{ROWS_PAGE}#{anchor}"),) if anchor else ()
    wanted = {"figure": "Figure", "table": "Table"}
    return own + context.views.of_analysis(row.analysis, wanted)


def _summary(verdict: Verdict, found: Robustness | None) -> str:
    """Return what the list of what needs a look says of a claim."""
    parts = []
    if verdict.verdict in ("impossible_as_printed", "differs"):
        parts.append(first_sentence(verdict.why))
    parts += [f"{check.statement} {check.harmless}".strip() for check in _doubts(verdict)]
    if found and found.word == "changes":
        parts.append(found.why.replace("cluster-aware", _in_short(verdict), 1))
    elif verdict.cluster_aware_changes:
        parts.append(f"Another conclusion {_in_short(verdict)}.")
    return " ".join(parts)


def _doubts(verdict: Verdict) -> list[Check]:
    """Return the doubtful checks of a claim; of one that fails, its verdict says enough."""
    if verdict.verdict in ("impossible_as_printed", "differs"):
        return []
    return [check for check in verdict.checks if check.outcome == "doubtful"]


def _in_short(verdict: Verdict) -> str:
    """Return what stands cluster-aware, without the method, where the conclusion changes."""
    if not verdict.cluster_aware_changes:
        return "cluster-aware"
    return f"cluster-aware: {verdict.cluster_aware_found.split(';')[0]}"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text.

    Examples
    --------
    >>> first_sentence("449/458 is 98.0%, not 98.3%. A count of 450 would fit.")
    '449/458 is 98.0%, not 98.3%.'
    """
    return re.split(r"(?<=[.?!])\s+(?=[A-Z])", text.strip(), maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Attention:
    """Claims that need the same look: those of one result that say the same of it.

    Attributes
    ----------
    lines : tuple of PageLine
    place : str
        Where they are printed, if not in the study's own paper.
    """

    lines: tuple[PageLine, ...]
    place: str

    @property
    def first(self) -> PageLine:
        """The claim whose verdict and summary stand for all."""
        return self.lines[0]


def attention_of(groups: Iterable[SourceGroup]) -> list[Attention]:
    """Gather the claims that need a look, each finding once.

    The study's own paper first; in each text the statements that fail before those whose
    arithmetic is doubtful or whose conclusion changes.
    """
    found: dict[tuple[str, ...], Attention] = {}
    for group in groups:
        needing = [line for line in group.lines if line.needs_attention]
        for line in sorted(needing, key=lambda line: line.rank if line.fails else len(VERDICTS)):
            # Claims of one outcome lead to one result, so that its link tells them apart.
            where = line.links[0].href if line.links else line.id
            key = (group.key, line.verdict, line.summary, where)
            before = found[key].lines if key in found else ()
            found[key] = Attention((*before, line), "" if group.is_own else line.place)
    return list(found.values())


def counts_of(lines: Iterable[PageLine]) -> Counter[str]:
    """Return how many lines have each verdict."""
    return Counter(line.verdict for line in lines)
