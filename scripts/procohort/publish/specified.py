"""The multiverse as figures and tables see it: the main analysis, what agrees, what differs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVES, StudyWords
from procohort.results import ResultRow
from procohort.specifications import Specification
from procohort.vocabulary import neutral_value

ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecifiedView(View):
    """A view of the multiverse of one analysis.

    Attributes
    ----------
    specifications : tuple of Specification
        Those of the analysis, of all readings.
    """

    specifications: tuple[Specification, ...] = ()

    @classmethod
    def of(
        cls, settings: Mapping[str, Any], specifications: Sequence[Specification]
    ) -> SpecifiedView:
        """Build the view from plain settings and specifications."""
        view = cls.from_settings(settings)
        assert isinstance(view, SpecifiedView)
        return replace(view, specifications=tuple(specifications))

    def about(self, outcome: str) -> list[Specification]:
        """Return the specifications of one outcome."""
        return [item for item in self.specifications if item.row.outcome == outcome]

    def outcomes(self) -> list[str]:
        """Return the outcomes that have specifications, in declared order."""
        return [name for name in self.spec["outcomes"] if self.about(name)]

    def is_main(self, item: Specification) -> bool:
        """Whether every choice is the first one, and the reading that of the run."""
        readings = self.spec["readings"]
        return (not readings or item.reading == readings[0]) and all(
            item.choices[decision["id"]] == next(iter(decision["choices"]))
            for decision in self.spec["decisions"]
        )

    def published_direction(self, outcome: str) -> int:
        """Return 1 or -1, the direction of the as-published headline of the main analysis."""
        for item in self.about(outcome):
            row = item.row
            if self.is_main(item) and row.headline and row.perspective == "as_published":
                return side(row)
        return 0


def specified(view: View) -> SpecifiedView:
    """Return the view as one of specifications.

    Raises
    ------
    ValueError
        If it is another one.
    """
    if not isinstance(view, SpecifiedView):
        raise ValueError("this view needs specifications, and none were given")
    return view


def side(row: ResultRow) -> int:
    """Return on which side of no difference an estimate lies: 1, -1, or 0 for neither."""
    middle = neutral_value(row.estimand)
    return (row.estimate > middle) - (row.estimate < middle)


def has_answer(row: ResultRow) -> bool:
    """Whether a specification gave an estimate or a p value."""
    return row.status == "ok" and not (math.isnan(row.estimate) and math.isnan(row.p))


def excludes_no_difference(row: ResultRow) -> bool:
    """Whether the confidence interval leaves out the value that means no difference."""
    middle = neutral_value(row.estimand)
    return row.ci_low > middle or row.ci_high < middle


def same_method(row: ResultRow, words: StudyWords) -> str:
    """Return the name under which a method is counted: exact or drawn at random alike."""
    return words.method(row.method).removeprefix("exact ").replace(" and exact ", " and ")


@dataclass(frozen=True, slots=True)
class Answers:
    """All specifications of one outcome that share perspective, estimand and method."""

    perspective: str
    estimand: str
    method: str
    items: tuple[Specification, ...]
    main: ResultRow | None

    @property
    def rows(self) -> list[ResultRow]:
        """The rows that gave an answer."""
        return [item.row for item in self.items if has_answer(item.row)]

    @property
    def p_values(self) -> list[float]:
        """The p values, where there are any."""
        return [row.p for row in self.rows if not math.isnan(row.p)]

    @property
    def n_below(self) -> int:
        """How many p values lie below 5 %."""
        return sum(p < ALPHA for p in self.p_values)

    def sides(self) -> list[int]:
        """Return the direction of each answer that has one."""
        return [
            side(row)
            for row in self.rows
            if not math.isnan(row.estimate) and not math.isnan(neutral_value(row.estimand))
        ]

    def range_of(self, values: Iterable[float]) -> tuple[float, float]:
        """Return the smallest and the largest of some values, NaN where there are none."""
        known = [value for value in values if not math.isnan(value)]
        return min(known, default=math.nan), max(known, default=math.nan)


def answers(view: SpecifiedView, outcome: str) -> list[Answers]:
    """Gather the specifications of an outcome by method, headlines first in each perspective."""
    gathered: dict[tuple[str, str, str], list[Specification]] = {}
    for item in view.about(outcome):
        row = item.row
        key = (row.perspective, row.estimand, same_method(row, view.words))
        gathered.setdefault(key, []).append(item)
    found = []
    for (perspective, estimand, method), items in gathered.items():
        mains = [item.row for item in items if view.is_main(item)]
        main = mains[0] if mains else None
        found.append(Answers(perspective, estimand, method, tuple(items), main))
    return sorted(
        found,
        key=lambda part: (
            PERSPECTIVES.index(part.perspective),
            not any(item.row.headline for item in part.items),
        ),
    )


def share_below(parts: Iterable[Answers], perspective: str) -> tuple[int, int]:
    """Return how many p values of a perspective lie below 5 %, and how many there are."""
    mine = [part for part in parts if part.perspective == perspective]
    return sum(part.n_below for part in mine), sum(len(part.p_values) for part in mine)


def universes_text(view: SpecifiedView, outcome: str) -> str:
    """Return how many combinations of choices an outcome has, and how many values were set."""
    items = view.about(outcome)
    combinations = {(item.reading, *item.choices.values()) for item in items}
    n_set = max((item.n_set for item in items), default=0)
    text = f"{len(items)} specifications from {len(combinations)} combinations of choices"
    if n_set:
        text += f", at most {n_set} missing value{'s' if n_set > 1 else ''} set"
    return text
