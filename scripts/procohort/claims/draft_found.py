"""A sentence being read, and the figures found in it so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from procohort.claims.draft_patterns import PERCENT_SIGN, TAKEN, blank, unit_after
from procohort.claims.printed import digits_for_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A figure or a statement in a sentence; the fields are those of a claim.

    Attributes
    ----------
    start, end : int
        Where it stands in the sentence.
    hint : str
        What the text leaves open about it, for the note.
    """

    start: int
    end: int
    kind: str
    direction: str = ""
    unit: str = ""
    numerator: int | None = None
    denominator: int | None = None
    hint: str = ""


@dataclass(slots=True)
class Reading:
    """One sentence, what is found in it, and what of it is still to be read.

    Attributes
    ----------
    text : str
        The sentence.
    section : str
        The heading it stands under, in lower case.
    rest : str
        The sentence with all that is read overwritten, so that no figure is read twice.
    found : list of Found
    """

    text: str
    section: str = ""
    rest: str = ""
    found: list[Found] = field(default_factory=list)

    def each(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches in what is left; a match counts as read once it was yielded."""
        position = 0
        while match := pattern.search(self.rest, position):
            before = self.rest
            yield match
            # A match that the caller left alone is looked into once more.
            position = match.start() + 1 if self.rest is before else match.end()

    def take(self, match: re.Match[str]) -> None:
        """Overwrite a match in what is left to read."""
        self.rest = blank(self.rest, [(match.start(), match.end())])

    def add(
        self,
        match: re.Match[str],
        group: str,
        kind: str,
        *,
        unit: str | None = None,
        numerator: int | None = None,
        denominator: int | None = None,
        hint: str = "",
    ) -> None:
        """Note the figure in one group of a match; `unit` None: the one printed behind it."""
        start, end = match.span(group)
        if start < 0:
            return
        self.found.append(
            Found(
                start=start,
                end=end,
                kind=kind,
                unit=unit_after(self.text, end) if unit is None else unit,
                numerator=numerator,
                denominator=denominator,
                hint=hint,
            )
        )

    def centre(self, position: int) -> str:
        """Return whether the figure at a position is a mean, a median, or not said."""
        if re.match(rf"[^\s]*{PERCENT_SIGN}", self.text[position:]):
            return "percent"
        labels = re.findall(r"\b(mean|average|median)", self.text[:position], re.IGNORECASE)
        named = {"median" if label.lower() == "median" else "mean" for label in labels}
        if len(named) == 2:
            # "median score and mean dose were 6 and 77.8 (SD, 31.5)": the spread tells which.
            spread = re.search(r"\bSDs?\b|±|standard deviation", self.text)
            return "median" if spread else "centre"
        return named.pop() if named else "centre"


def whole(text: str) -> int:
    """Return a count printed in digits or as a word.

    Examples
    --------
    >>> whole("1,204"), whole("Two")
    (1204, 2)
    """
    return int(re.sub(r"[^0-9]", "", digits_for_words(text)))


def is_taken(text: str) -> bool:
    """Return whether some of a text has been read already."""
    return TAKEN in text
