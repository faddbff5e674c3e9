"""The rows that answer one question: chosen, complete, counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procohort.expressions import is_true
from procohort.progress import Report, unheard
from procohort.results import ResultRow
from procohort.stats.inference import Array, FloatArray, IntArray
from procohort.study import Variable

CLUSTER = "cluster"


def seed_of(analysis_id: str) -> int:
    """Return the seed of an analysis: the first 32 bits of the SHA-256 of its id."""
    return int.from_bytes(hashlib.sha256(analysis_id.encode()).digest()[:4], "big")


@dataclass(frozen=True, slots=True)
class Question:
    """What an analysis works on.

    Attributes
    ----------
    spec : mapping
        The analysis as declared, defaults filled in.
    table : DataFrame
        The rows it may use: the declared subset, one row per patient where the
        unit is the patient. Column ``cluster`` names the patient.
    n_rows_of : Series
        Rows of the cohort behind each patient (differs from 1 only when
        patients are the unit).
    variables : mapping of str to Variable
    ci_level : float
    n_resamples : int
    seed : int
    highest : tuple of str
        Variables that name the highest cluster (a centre), if one is declared.
    influence : bool
        Whether to answer again without each patient in turn.
    described : bool
        Whether the groups of a comparison are described beside it.
    report : callable
        Told how many outcomes are done.
    """

    kind: str
    spec: Mapping[str, Any]
    table: pd.DataFrame
    n_rows_of: pd.Series
    variables: Mapping[str, Variable]
    ci_level: float
    n_resamples: int
    seed: int
    highest: tuple[str, ...] = ()
    influence: bool = True
    described: bool = True
    report: Report = unheard

    @property
    def unit(self) -> str:
        """Return the unit of analysis: ``patient`` or ``row``."""
        return str(self.spec.get("unit", "row"))

    def each_outcome(self) -> Iterator[str]:
        """Yield the declared outcomes in their order, and report those that are done."""
        outcomes = list(self.spec["outcomes"])
        for done, outcome in enumerate(outcomes, start=1):
            yield outcome
            self.report(done, len(outcomes))

    def row(self, estimand: str, outcome: str, **fields: Any) -> ResultRow:
        """Return a result row that carries this question's identity."""
        return ResultRow(
            analysis=self.spec["id"],
            kind=self.kind,
            estimand=estimand,
            outcome=outcome,
            subset=self.spec.get("subset") or "all",
            unit_of_analysis=self.unit,
            **fields,
        )

    def clusters(self, rows: pd.DataFrame) -> tuple[IntArray, IntArray]:
        """Return, for each row, the number of its patient and of its highest cluster."""
        patient = _numbered(rows[CLUSTER])
        if not self.highest:
            return patient, patient
        parts = [pd.Series(texts(rows[name]), index=rows.index) for name in self.highest]
        joined = parts[0]
        for part in parts[1:]:
            joined = joined + "\x1f" + part
        return patient, _numbered(joined)

    def count(self, keep: pd.Series) -> dict[str, int]:
        """Return the numbers of rows and patients that a selection keeps."""
        clusters = self.table.loc[keep, CLUSTER]
        return {
            "n_procedures": int(self.n_rows_of[clusters.index].sum()),
            "n_patients": int(clusters.nunique()),
        }


def ask(
    kind: str,
    spec: Mapping[str, Any],
    table: pd.DataFrame,
    variables: Mapping[str, Variable],
    *,
    parameters: Mapping[str, float],
    methods: Mapping[str, Any],
) -> Question:
    """Choose the rows of a question and bring them into a fixed order."""
    rows = table
    if spec.get("subset"):
        keep = is_true(spec["subset"], table, cluster=table[CLUSTER], parameters=parameters)
        rows = table.loc[keep]
    sizes = rows.groupby(CLUSTER, sort=False)[CLUSTER].transform("size")
    if spec.get("unit") == "patient":
        rows = rows.drop_duplicates(CLUSTER)
        n_rows_of = sizes[rows.index]
    else:
        n_rows_of = pd.Series(1, index=rows.index)
    return Question(
        kind=kind,
        spec=spec,
        table=rows,
        n_rows_of=n_rows_of,
        variables=variables,
        ci_level=float(methods["ci_level"]),
        n_resamples=int(methods["n_resamples"]),
        seed=seed_of(str(spec["id"])),
        highest=tuple(methods.get("highest") or ()),
        influence=bool(methods.get("influence", True)),
        described=bool(methods.get("described", True)),
    )


def _numbered(labels: pd.Series) -> IntArray:
    """Return numbers of labels in sorted order, so that the order of rows does not matter."""
    codes = np.unique(labels.to_numpy(dtype=str), return_inverse=True)[1]
    return np.asarray(codes, dtype=np.int64)


def numbers(series: pd.Series) -> FloatArray:
    """Return values as float64, missing as NaN; booleans become 0 and 1."""
    return np.asarray(series.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))


def texts(series: pd.Series) -> Array:
    """Return levels as texts; booleans become ``true`` and ``false``, missing is empty."""
    if series.dtype in ("boolean", "bool"):
        values = numbers(series)
        return np.where(np.isnan(values), "", np.where(values == 1.0, "true", "false"))
    return np.asarray(series.astype("string").fillna("").to_numpy(dtype=object))


def in_level(question: Question, variable: str, level: str) -> pd.Series:
    """Return, for each row, whether a grouping variable has the level (missing: no)."""
    found = texts(question.table[variable])
    return pd.Series(found == level, index=question.table.index)
