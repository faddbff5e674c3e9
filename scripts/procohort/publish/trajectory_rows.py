"""Finding the result rows of an outcome at a visit, for the table and the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procohort.publish.selection import pick
from procohort.publish.view import View
from procohort.results import ResultRow
from procohort.trajectory_names import PATTERN_GROUP, VISIT_GROUP, visit_ids, visit_variable


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The rows of one declared trajectory.

    Attributes
    ----------
    spec : mapping
        As declared, defaults filled in.
    rows : sequence of ResultRow
        Its rows, in the order in which they were computed.
    """

    spec: Mapping[str, Any]
    rows: Sequence[ResultRow]

    @classmethod
    def of(cls, view: View) -> Trajectory:
        """Return the trajectory that a view shows."""
        return cls(view.spec, view.own_rows)

    @property
    def outcomes(self) -> list[str]:
        """The outcomes in declared order."""
        return [str(outcome) for outcome in self.spec["outcomes"]]

    @property
    def visits(self) -> tuple[str, ...]:
        """The visits in order."""
        return visit_ids(self.spec)

    @property
    def by(self) -> str:
        """The variable of the groups, nothing where there are none."""
        return str(self.spec.get("by") or "")

    @property
    def levels(self) -> list[str]:
        """The levels of the groups, in order; the last one is the reference."""
        return [str(level) for level in self.spec["levels"]] if self.by else []

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each level with the reference."""
        return [(level, self.levels[-1]) for level in self.levels[:-1]]

    def label(self, visit: str) -> str:
        """Return a visit in words."""
        return next(str(v["label"]) for v in self.spec["visits"] if v["id"] == visit)

    def at(self, outcome: str, visit: str, level: str = "all") -> list[ResultRow]:
        """Return the rows about a visit, without the contrasts of two groups."""
        where = (outcome, VISIT_GROUP, visit)
        if level != "all":
            where = (visit_variable(outcome, visit), self.by, level)
        return [
            row
            for row in self.rows
            if (row.outcome, row.group, row.level) == where
            and row.reference in ("", self.visits[0])
        ]

    def between(self, outcome: str, visit: str, pair: tuple[str, str]) -> list[ResultRow]:
        """Return the rows that compare two groups at a visit."""
        where = (visit_variable(outcome, visit), self.by, *pair)
        return [
            row for row in self.rows if (row.outcome, row.group, row.level, row.reference) == where
        ]

    def patterns(self, outcome: str) -> list[ResultRow]:
        """Return the rows that count patterns of visits, the most frequent first."""
        mine = (row for row in self.rows if row.outcome == outcome)
        return [row for row in mine if row.group == PATTERN_GROUP]


def headline(rows: Sequence[ResultRow], perspective: str) -> ResultRow | None:
    """Return the row of a change or a contrast that stands for its perspective."""
    found = [row for row in rows if row.reference and row.perspective == perspective]
    return pick(found, headline=True)
