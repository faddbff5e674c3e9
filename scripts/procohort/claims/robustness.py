"""What an honest analysis leaves of a claim: what was examined, and what changes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from procohort.claims.judgement import Verdict
from procohort.results import ResultRow

Word = Literal["survives", "changes", "not_examined"]
WORDS: dict[Word, str] = {
    "changes": "At least one of the analyses leads to another conclusion.",
    "survives": "Every analysis that was made leads to the same conclusion.",
    "not_examined": "There is no other analysis to compare with.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A result row beside the one a verdict rests on.

    Attributes
    ----------
    row : ResultRow
    changes : bool or None
        Whether its conclusion is another one; None where it draws none.
    """

    row: ResultRow
    changes: bool | None


@dataclass(frozen=True, slots=True)
class Tipping:
    """The intraclass correlation at which the conclusion at 5 % would turn.

    Attributes
    ----------
    row : ResultRow
        With patients as they are in the tables; `p` is where the curve begins,
        `estimate` the correlation (NaN where none up to 1 turns the conclusion), `note`
        says it in words.
    equal_sizes : ResultRow or None
        The same, supposing only the printed numbers and patients of equal size.
    at_estimated : ResultRow or None
        p at the correlation that the tables show; that correlation is its `icc`.
    """

    row: ResultRow
    equal_sizes: ResultRow | None = None
    at_estimated: ResultRow | None = None

    @property
    def icc_estimated(self) -> float:
        """The intraclass correlation of the tables, NaN where they determine none."""
        return math.nan if self.at_estimated is None else self.at_estimated.icc


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One headline answer again without each patient in turn.

    Attributes
    ----------
    row : ResultRow
        `ci_low` and `ci_high` are the smallest and the largest estimate, `p` the largest p.
    n_turned, n_p : int or None
        Without how many patients the conclusion at 5 % is another, of how many that
        could be left out; None where there are no p values.
    """

    row: ResultRow
    n_turned: int | None = None
    n_p: int | None = None


@dataclass(frozen=True, slots=True)
class OtherReading:
    """The claim under another reading of the raw tables.

    Attributes
    ----------
    name : str
    verdict : Verdict
    answers : tuple of Answer
        What a statement with a test rests on there: as published, cluster-aware.
    changes : bool or None
        Whether the conclusion is another one there; of a plain figure, whether the
        tables show it or not.
    """

    name: str
    verdict: Verdict
    answers: tuple[Answer, ...]
    changes: bool | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a decision by itself, all other decisions at their main choice.

    Attributes
    ----------
    id, label : str
    is_main : bool
        Whether it is the choice of the main analysis.
    n_set : int
        Missing outcomes that were set to an extreme.
    answers : tuple of Answer
        The headline rows: as published, cluster-aware.
    """

    id: str
    label: str
    is_main: bool
    n_set: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that could have been taken otherwise; without choices where it matters not.

    Attributes
    ----------
    id, label : str
    choices : tuple of Choice
        The main one first, then those that change rows of this outcome.
    """

    id: str
    label: str
    choices: tuple[Choice, ...]

    def range_of(self, perspective: str, name: str) -> tuple[float, float]:
        """Return the smallest and the largest `estimate` or `p` among the choices, or NaN."""
        known = [
            value
            for choice in self.choices
            for answer in choice.answers
            if answer.row.perspective == perspective
            and not math.isnan(value := float(getattr(answer.row, name)))
        ]
        return min(known, default=math.nan), max(known, default=math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """All specifications of one perspective, counted: every method, choice and reading.

    Attributes
    ----------
    perspective : str
    n : int
        Specifications that gave an answer.
    n_directed, n_agree : int
        Those whose estimate has a direction, and those that point as the main analysis
        as published does.
    n_p, n_below : int
        Those with a p value, and those below 5 %.
    n_headline, n_other : int
        Headline specifications that draw a conclusion, and those that draw another one
        than the claim's result.
    """

    perspective: str
    n: int
    n_directed: int
    n_agree: int
    n_p: int
    n_below: int
    n_headline: int
    n_other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """What was examined of one claim, and what changes its conclusion.

    Attributes
    ----------
    word : str
        A key of `WORDS`.
    why : str
        One plain sentence.
    changed_by : tuple of str
        What changes the conclusion.
    tipping : Tipping or None
    left_out : tuple of LeftOut
        As published, cluster-aware.
    readings : tuple of OtherReading
    decisions : tuple of Decision
    counted : tuple of Counted
        As published, cluster-aware.
    """

    word: Word
    why: str
    changed_by: tuple[str, ...] = ()
    tipping: Tipping | None = None
    left_out: tuple[LeftOut, ...] = ()
    readings: tuple[OtherReading, ...] = ()
    decisions: tuple[Decision, ...] = ()
    counted: tuple[Counted, ...] = ()

    @property
    def readings_differ(self) -> bool | None:
        """Whether any other reading changes the claim; None without another reading."""
        known = [reading.changes for reading in self.readings if reading.changes is not None]
        return any(known) if known else None

    @property
    def left_out_shown(self) -> LeftOut | None:
        """The cluster-aware range, else the one as published."""
        return self.left_out[-1] if self.left_out else None
