"""Sentences whose numbers lead back to where they come from.

A sentence is a tuple of parts: plain text, a number with the result row it was read
from, or words that lead to a place of the page. A page shows the parts as links, a
Word file as plain text; neither can print a number that no row holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from procohort.results import ResultRow


@dataclass(frozen=True, slots=True)
class Cited:
    """A number, or several that belong together, as written, and the row that holds it."""

    text: str
    row: ResultRow


@dataclass(frozen=True, slots=True)
class Linked:
    """Words that lead to a place: ``#id`` on the page, or a path beside it."""

    text: str
    href: str


Part = str | Cited | Linked
Prose = tuple[Part, ...]


def plain_text(prose: Prose) -> str:
    """Return a sentence without its links.

    Examples
    --------
    >>> plain_text(("Of ", Linked("39 claims", "#claims"), ", all hold."))
    'Of 39 claims, all hold.'
    """
    return "".join(part if isinstance(part, str) else part.text for part in prose)


def cited_rows(*sentences: Prose) -> list[ResultRow]:
    """Return the rows that sentences rest on, each once, in the order of citation."""
    rows = (part.row for prose in sentences for part in prose if isinstance(part, Cited))
    return list(dict.fromkeys(rows))
