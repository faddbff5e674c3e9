"""How rows fall into groups, and how a group lies in the patients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from procohort.analyses.sample import Question, numbers, texts
from procohort.results import ResultRow
from procohort.stats.inference import Array, BoolArray, FloatArray, Inference, IntArray

Design = Literal["between", "mostly_between", "within"]


@dataclass(frozen=True, slots=True)
class Groups:
    """One outcome in its groups: complete rows only.

    Attributes
    ----------
    y : ndarray of float, shape (n,)
        Outcome; 0 and 1 for events.
    level : ndarray of str, shape (n,)
    cluster, sampling : ndarray of int, shape (n,)
        Patient number of each row, and number of the highest cluster that was
        sampled: the patient, unless the study declares a level above.
    levels : tuple of str
        Levels in declared order; the last is the reference.
    design : str
        How the group lies in the patients.
    base : ResultRow
        Identity and counts of every row about this outcome.
    table : DataFrame
        The rows of the analysis table behind the arrays.
    """

    y: FloatArray
    level: Array
    cluster: IntArray
    sampling: IntArray
    levels: tuple[str, ...]
    design: Design
    base: ResultRow
    table: pd.DataFrame

    @property
    def is_first(self) -> BoolArray:
        """Whether a row is in the first level (of two)."""
        return np.asarray(self.level == self.levels[0], dtype=bool)

    @property
    def one_row_each(self) -> bool:
        """Whether every patient has one row, so that nothing is clustered."""
        return len(np.unique(self.cluster)) == len(self.cluster)

    def only(self, keep: BoolArray) -> Groups:
        """Return the same question on some of the rows."""
        return replace(
            self,
            y=self.y[keep],
            level=self.level[keep],
            cluster=np.unique(self.cluster[keep], return_inverse=True)[1],
            sampling=np.unique(self.sampling[keep], return_inverse=True)[1],
            table=self.table.loc[keep],
        )

    def fixed_patients(self) -> BoolArray:
        """Rows of the patients whose group never changes."""
        changing = changing_patients(self.level, self.cluster)
        return ~changing[self.cluster]


def in_groups(question: Question, outcome: str) -> Groups:
    """Return the complete rows of one outcome with their levels and patients."""
    spec, table = question.spec, question.table
    levels = tuple(spec["levels"])
    level = texts(table[spec["group"]])
    eligible = pd.Series(np.isin(level, levels), index=table.index)
    used = eligible & table[outcome].notna()
    y = numbers(table.loc[used, outcome])
    kept = level[used.to_numpy()]
    cluster, sampling = question.clusters(table.loc[used])
    is_event = question.variables[outcome].type == "boolean"
    base = question.row(
        "",
        outcome,
        group=spec["group"],
        level=levels[0] if len(levels) == 2 else "",
        reference=levels[-1] if len(levels) == 2 else "",
        n_missing=int((eligible & ~used).sum()),
        n_events=int(y.sum()) if is_event else None,
        **question.count(used),
    )
    design = design_of(kept, cluster)
    return Groups(y, kept, cluster, sampling, levels, design, base, table.loc[used])


def changing_patients(level: Array, cluster: IntArray) -> BoolArray:
    """Return, for each patient number, whether more than one level occurs."""
    codes = np.unique(level.astype(str), return_inverse=True)[1]
    n_patients = int(cluster.max()) + 1 if len(cluster) else 0
    low = np.full(n_patients, np.iinfo(np.int64).max)
    high = np.full(n_patients, -1)
    np.minimum.at(low, cluster, codes)
    np.maximum.at(high, cluster, codes)
    return np.asarray(high > low, dtype=bool)


def design_of(level: Array, cluster: IntArray) -> Design:
    """Tell how a group lies in the patients.

    Within, when most patients who have the rarest level have another one too:
    then the patients themselves carry the comparison.
    """
    if not len(level):
        return "between"
    changing = changing_patients(level, cluster)
    if not changing.any():
        return "between"
    names, counts = np.unique(level.astype(str), return_counts=True)
    rarest = names[np.argmin(counts)]
    with_rarest = np.unique(cluster[level.astype(str) == rarest])
    return "within" if changing[with_rarest].mean() > 0.5 else "mostly_between"


def size_of(found: Inference) -> dict[str, Any]:
    """Return the counts of a result that used fewer rows than its question has."""
    if not found.n or not found.n_clusters:
        return {}
    return {"n_procedures": found.n, "n_patients": found.n_clusters}


def left_out(found: Inference, groups: Groups) -> Inference:
    """Say in the note how many patients were left out because their group changes."""
    n_changing = len(np.unique(groups.cluster[~groups.fixed_patients()]))
    if not n_changing or groups.design == "within":
        return found
    who = "patient is" if n_changing == 1 else "patients are"
    note = f"{n_changing} {who} left out: the group changes during follow-up."
    return found.with_(note=f"{found.note} {note}".strip())
