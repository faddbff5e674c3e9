"""The result rows that sentences and claims of the page rest on, every field explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from procohort.publish.report.model import RowEntry
from procohort.publish.rows_page import field_name, field_value, heading, row_anchor
from procohort.publish.scorecard_views import ScorecardViews
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import COLUMNS, ResultRow

# Fields by which the record of a claim names its row; in the record most have a prefix.
_PREFIXED = (
    *("analysis", "outcome", "group", "level", "reference", "estimand", "perspective", "method"),
    "unit_of_analysis",
)
_COUNTS = ("n_procedures", "n_patients")


def row_entries(
    rows: Iterable[ResultRow], words: StudyWords, book: VariableBook
) -> tuple[tuple[RowEntry, ...], dict[ResultRow, str]]:
    """Return an entry for each cited row, and the anchor of each row.

    Parameters
    ----------
    rows : iterable of ResultRow
        As they are cited; a row that is cited again has one entry.
    words : StudyWords
    book : VariableBook

    Returns
    -------
    entries : tuple of RowEntry
        In the order of first citation; fields in the order of the result row.
    anchors : dict of ResultRow to str
        Without the leading ``#``.
    """
    questions = ScorecardViews()
    questions.book = book
    anchors: dict[ResultRow, str] = {}
    taken: dict[str, int] = {}
    entries = []
    for row in rows:
        if row in anchors:
            continue
        anchors[row] = row_anchor(row, taken)
        asked = questions.question(row).replace("_", " ")
        said = heading(row, words)
        entries.append(
            RowEntry(
                anchor=anchors[row],
                title=f"{asked}: {said}" if asked else said,
                counts=words.counts_of(row),
                fields=_fields(row, words),
            )
        )
    return tuple(entries), anchors


def _fields(row: ResultRow, words: StudyWords) -> tuple[tuple[str, str, str], ...]:
    found = []
    for column in COLUMNS:
        value = field_value(column, row, words)
        if value:
            name, meaning = field_name(column, words)
            found.append((name, value, meaning))
    return tuple(found)


def claim_rows(card: Mapping[str, Any], rows: Sequence[ResultRow]) -> dict[str, ResultRow]:
    """Return the result row that each claim rests on, by the id of the claim.

    Parameters
    ----------
    card : mapping
        The parsed ``scorecard.json``.
    rows : sequence of ResultRow
        All result rows of the run, or those that matter.
    """
    known: dict[tuple[object, ...], ResultRow] = {}
    for row in rows:
        names = (*_PREFIXED, *_COUNTS)
        known.setdefault(tuple(getattr(row, name) for name in names), row)
    found = {}
    for verdict in card.get("verdicts", ()):
        key = (
            *(verdict[f"row_{name}"] for name in _PREFIXED),
            *(verdict[name] for name in _COUNTS),
        )
        if key in known:
            found[str(verdict["id"])] = known[key]
    return found
