"""The arithmetic of what is printed: what was checked, what held, what needs a look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from procohort.claims.forensics.check import OUTCOMES, Check
from procohort.claims.forensics.names import CHECKS
from procohort.publish.scorecard_details import OUTCOME_WORDS, as_sentence, tally


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check that is not plain agreement.

    Attributes
    ----------
    outcome, word : str
        How it came out, and the word for it.
    statement, harmless : str
        Sentences.
    claims : tuple of str
        Ids of the claims it names, those on the page.
    """

    outcome: str
    word: str
    statement: str
    harmless: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckCount:
    """How often one kind of check was made, and how it came out."""

    question: str
    made: int
    holds: int
    implies: int
    doubtful: int
    impossible: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """The section of the page.

    Attributes
    ----------
    lines : tuple of CheckLine
        Impossible ones first, then doubtful, then what more follows from the print.
    counts : tuple of CheckCount
        Every kind of check that was made.
    not_made : tuple of str
        Questions that the printed figures gave no occasion to ask.
    meanings : mapping of str to str
        What the outcomes mean, by their word.
    """

    lines: tuple[CheckLine, ...]
    counts: tuple[CheckCount, ...]
    not_made: tuple[str, ...]
    meanings: dict[str, str]

    @property
    def n_made(self) -> int:
        """How many checks were made."""
        return sum(count.made for count in self.counts)

    @property
    def n_held(self) -> int:
        """How many showed agreement, also those from which more follows."""
        return sum(count.holds + count.implies for count in self.counts)


def arithmetic_of(checks: Sequence[Check], shown: Collection[str]) -> Arithmetic:
    """Gather checks for the page.

    Parameters
    ----------
    checks : sequence of Check
        All that could be made.
    shown : collection of str
        Ids of the claims on the page.
    """
    order = list(OUTCOMES)
    notable = [check for check in checks if check.outcome != "holds"]
    notable.sort(key=lambda check: order.index(check.outcome))
    counted = tally(checks)
    return Arithmetic(
        lines=tuple(
            CheckLine(
                outcome=check.outcome,
                word=OUTCOME_WORDS[check.outcome],
                statement=as_sentence(check.statement),
                harmless=check.harmless,
                claims=tuple(name for name in check.claims if name in shown),
            )
            for check in notable
        ),
        counts=tuple(
            CheckCount(CHECKS[name], sum(counted[name].values()), **counted[name])
            for name in CHECKS
            if name in counted
        ),
        not_made=tuple(question for name, question in CHECKS.items() if name not in counted),
        meanings={OUTCOME_WORDS[name]: meaning for name, meaning in OUTCOMES.items()},
    )
