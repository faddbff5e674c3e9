"""Terms of statistics in the page: each leads to its explanation in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from markupsafe import Markup


class Explained(Protocol):
    """A term as it stands in a text, with its explanation."""

    @property
    def text(self) -> str:
        """The term as written."""

    @property
    def explanation(self) -> str:
        """One or two plain sentences."""


Marking = Callable[[str], Iterable[str | Explained]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An explanation, its anchor, and the terms that share it as they were first written."""

    anchor: str
    explanation: str
    texts: list[str]

    @property
    def text(self) -> str:
        """The terms, for the list of explanations."""
        return ", ".join(self.texts)


@dataclass(slots=True)
class Terms:
    """Marks terms and remembers those that the page uses.

    Parameters
    ----------
    marking : callable
        Cuts a text into plain parts and terms with their explanation.
    """

    marking: Marking
    _entries: dict[str, Entry] = field(default_factory=dict)
    _anchors: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)

    def begin(self) -> str:
        """Begin a new place, such as a table: its first use of each term is marked again."""
        self._seen.clear()
        return ""

    def mark(self, text: str) -> Markup:
        """Return the text with each term at its first use in this place as a link."""
        return Markup("").join(
            Markup.escape(part) if isinstance(part, str) else self._link(part)
            for part in self.marking(text)
        )

    def entries(self) -> list[Entry]:
        """Return what was marked so far, in alphabetical order."""
        return sorted(self._entries.values(), key=lambda entry: entry.text.lower())

    def _link(self, term: Explained) -> Markup:
        entry = self._entries.get(term.explanation)
        if entry is None:
            entry = Entry(self._anchor(term.text), term.explanation, [])
            self._entries[term.explanation] = entry
        if term.text.lower() not in (text.lower() for text in entry.texts):
            entry.texts.append(term.text)
        if entry.anchor in self._seen:
            return Markup.escape(term.text)
        self._seen.add(entry.anchor)
        return Markup("<a class=t href=#{}>{}</a>").format(entry.anchor, term.text)

    def _anchor(self, text: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "term"
        name, n = f"g-{base}", 1
        while name in self._anchors:
            n += 1
            name = f"g-{base}-{n}"
        self._anchors.add(name)
        return name
