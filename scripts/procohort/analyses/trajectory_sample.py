"""One outcome at every visit as an array, with the identity of its result rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procohort.analyses.sample import Question, in_level, numbers
from procohort.results import ResultRow
from procohort.stats.inference import BoolArray, FloatArray, IntArray
from procohort.trajectory_names import VISIT_GROUP, visit_ids, visit_variable


@dataclass(frozen=True, slots=True)
class Course:
    """One outcome over the visits, for everybody or for one level of a group.

    Attributes
    ----------
    question : Question
    outcome, unit : str
    visits : tuple of str
        The first is the baseline.
    level : str
        Level of the group `by`, or ``all``.
    keep : Series of bool
        Which rows of the question's table these are.
    y : ndarray of float, shape (n, T)
        A line per patient (or row), a column per visit; NaN where missing.
    cluster, sampling : ndarray of int, shape (n,)
        Patient of each line, and the highest cluster that was sampled.
    """

    question: Question
    outcome: str
    unit: str
    visits: tuple[str, ...]
    level: str
    keep: pd.Series
    y: FloatArray
    cluster: IntArray
    sampling: IntArray

    @property
    def n_lines(self) -> int:
        """Number of patients (or rows)."""
        return len(self.y)

    @property
    def one_row_each(self) -> bool:
        """Whether every patient has one line, so that nothing is clustered."""
        return len(np.unique(self.cluster)) == len(self.cluster)

    @property
    def better(self) -> str:
        """Which direction is the good one: ``lower``, ``higher`` or nothing."""
        return str(self.about["better"])

    @property
    def about(self) -> Mapping[str, Any]:
        """What is declared of the outcome."""
        said: Mapping[str, Any] = self.question.spec["outcomes"][self.outcome]
        return said

    def change(self, visit: int) -> tuple[FloatArray, BoolArray]:
        """Return the changes from baseline that are known, and of whom, shape (n,)."""
        difference = self.rounded(self.y[:, visit] - self.y[:, 0])
        known = ~np.isnan(difference)
        return difference[known], known

    def rounded(self, values: FloatArray) -> FloatArray:
        """Round to the recorded resolution: 7.3 - 6.1 and 8.3 - 7.1 are one change, not two."""
        name = visit_variable(self.outcome, self.visits[0])
        decimals = self.question.variables[name].decimals
        return values if decimals is None else np.round(values, decimals)

    def row(self, estimand: str, visit: int, known: BoolArray, **fields: Any) -> ResultRow:
        """Return a row about one visit.

        For everybody the outcome is the outcome and the level the visit; inside a group the
        outcome is the variable of the visit and the level that of the group, as in every
        comparison of groups.
        """
        name = self.visits[visit]
        if self.level == "all":
            where = {"outcome": self.outcome, "group": VISIT_GROUP, "level": name}
        else:
            where = {
                "outcome": visit_variable(self.outcome, name),
                "group": str(self.question.spec["by"]),
                "level": self.level,
            }
        return self.question.row(estimand, **{**where, **self.counts(known), **fields})

    def counts(self, known: BoolArray) -> dict[str, int]:
        """Return the counts of a row that rests on the known lines."""
        used = self.keep.copy()
        used.loc[self.keep] = known
        return {"n_missing": int((~known).sum()), **self.question.count(used)}


def course(question: Question, outcome: str, level: str = "all") -> Course:
    """Return one outcome over the visits, of everybody or of a level of the group `by`."""
    visits = visit_ids(question.spec)
    table = question.table
    keep = pd.Series(True, index=table.index)
    if level != "all":
        keep = in_level(question, str(question.spec["by"]), level)
    rows = table.loc[keep]
    names = [visit_variable(outcome, visit) for visit in visits]
    y = np.column_stack([numbers(rows[name]) for name in names])
    cluster, sampling = question.clusters(rows)
    unit = question.spec["outcomes"][outcome]["unit"] or question.variables[names[0]].unit
    return Course(question, outcome, unit, visits, level, keep, y, cluster, sampling)
