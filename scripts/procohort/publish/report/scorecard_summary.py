"""The scorecard in short: how many claims hold, which need a look, each with its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from procohort.claims.printed import find_printed
from procohort.claims.verdict import VERDICTS
from procohort.publish.report.model import ClaimLine, ScorecardSummary, Tile
from procohort.publish.report.rows_appendix import claim_rows
from procohort.publish.scorecard_lines import LEFT, SIGNS, first_sentence
from procohort.publish.wording import StudyWords
from procohort.results import ResultRow

Record = Mapping[str, Any]
_FAILS = ("impossible_as_printed", "differs")
_MEANINGS: dict[str, str] = {str(name): text for name, text in VERDICTS.items()}
_RANKS = tuple(_MEANINGS)
_SIGNS: dict[str, tuple[str, str]] = {str(name): shown for name, shown in SIGNS.items()}
_LEFT_WORDS: dict[str, str] = {str(name): word for name, (_, word) in LEFT.items()}


def summarise_scorecard(
    card: Mapping[str, Any],
    anchors: Mapping[ResultRow, str],
    sources: Iterable[str] = (),
) -> ScorecardSummary:
    """Return the tiles and the lines of the scorecard.

    Parameters
    ----------
    card : mapping
        The parsed ``scorecard.json``; empty where the study has no claims.
    anchors : mapping of ResultRow to str
        Of the rows on the page.
    sources : iterable of str
        Texts in the order of their table (`source_file`); the first with a claim is the
        study's own paper. Without a table the first claim says which one that is.

    Returns
    -------
    ScorecardSummary
        Tiles of verdicts that occur. Lines of the own paper first, then text by text; in
        each text those that need a look first. `n_changed` counts claims of the own paper.
    """
    texts = claims_by_text(card, sources)
    if not texts:
        return ScorecardSummary((), 0, ())
    words = StudyWords.from_settings(card["study"])
    places = {claim: anchors[row] for claim, row in claim_rows(card, tuple(anchors)).items()}
    lines: list[ClaimLine] = []
    for position, verdicts in enumerate(texts):
        mine = (
            _line(verdict, words, places.get(verdict["id"], ""), is_own=position == 0)
            for verdict in verdicts
        )
        lines += sorted(mine, key=_rank)
    return ScorecardSummary(
        tiles=tuple(_tiles(lines)),
        n_changed=sum(line.is_own and line.left == "changes" for line in lines),
        lines=tuple(lines),
    )


def claims_by_text(card: Mapping[str, Any], sources: Iterable[str] = ()) -> list[list[Record]]:
    """Return the records of the claims, text by text, the study's own paper first.

    Parameters
    ----------
    card, sources
        As in `summarise_scorecard`.
    """
    gathered: dict[str, list[Record]] = {name: [] for name in sources}
    for verdict in card.get("verdicts") or ():
        gathered.setdefault(str(verdict["source_file"]), []).append(verdict)
    return [verdicts for verdicts in gathered.values() if verdicts]


def _rank(line: ClaimLine) -> int:
    """Sort what fails by verdict, then what changes or is doubtful; the rest keeps its order."""
    if line.verdict in _FAILS:
        return _RANKS.index(line.verdict)
    return len(_RANKS) + (not line.needs_attention)


def _tiles(lines: Sequence[ClaimLine]) -> Iterator[Tile]:
    for name, meaning in _MEANINGS.items():
        mine = [line for line in lines if line.verdict == name]
        if mine:
            n_own = sum(line.is_own for line in mine)
            yield Tile(name, *_SIGNS[name], meaning, n_own, len(mine) - n_own)


def _line(verdict: Record, words: StudyWords, anchor: str, *, is_own: bool) -> ClaimLine:
    sentence = str(verdict["sentence"])
    start, end = find_printed(sentence, str(verdict["printed"])) or (0, 0)
    sign, word = _SIGNS[verdict["verdict"]]
    unit = str(verdict["row_unit_of_analysis"])
    doubted = doubts(verdict)
    left, left_why = _left(verdict)
    return ClaimLine(
        id=str(verdict["id"]),
        source=str(verdict["source"]),
        is_own=is_own,
        before=sentence[:start],
        printed=sentence[start:end],
        after=sentence[end:],
        found=str(verdict["found"]),
        verdict=str(verdict["verdict"]),
        sign=sign,
        word=word,
        why=" ".join([first_sentence(str(verdict["why"])), *doubted]),
        left=left,
        left_word=_LEFT_WORDS.get(left, ""),
        left_why=left_why if unit else "",
        doubtful=bool(doubted),
        unit_of_analysis=words.unit_of_analysis(unit) if unit else "",
        n=_counts(verdict, words),
        anchor=anchor,
    )


def doubts(verdict: Record) -> list[str]:
    """Return what doubtful checks say of a claim; of one that fails, its verdict says enough."""
    if verdict["verdict"] in _FAILS:
        return []
    return [
        f"{check['statement']} {check['harmless']}".strip()
        for check in verdict["checks"]
        if check["outcome"] == "doubtful"
    ]


def _left(verdict: Record) -> tuple[str, str]:
    """Return what is left of a claim under other analyses, and why; empty where not asked."""
    robustness = verdict.get("robustness")
    if robustness:
        return str(robustness["word"]), str(robustness["why"])
    if verdict["cluster_aware_changes"]:
        return "changes", f"Another conclusion cluster-aware: {verdict['cluster_aware_found']}."
    return "", ""


def _counts(verdict: Record, words: StudyWords) -> str:
    if not verdict["row_unit_of_analysis"]:
        return ""
    if verdict["row_unit_of_analysis"] == "patient":
        return words.count_clusters(verdict["n_patients"])
    return words.counts(verdict["n_procedures"], verdict["n_patients"])
