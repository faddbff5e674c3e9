"""Covariates of an adjusted model: columns of numbers from declared variables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from procohort.analyses.sample import Question, numbers, texts
from procohort.stats.inference import FloatArray


def complete_rows(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Return which rows have a value of every named variable."""
    return table[list(names)].notna().all(axis=1)


def design_columns(
    question: Question, table: pd.DataFrame, names: Sequence[str]
) -> list[FloatArray]:
    """Return one centred column for a quantity and one indicator for each further level.

    The first level that occurs, in the declared order, is the reference. Levels
    that do not occur have no column, nor has a variable that does not vary.
    """
    columns: list[FloatArray] = []
    for name in names:
        if question.variables[name].is_quantity:
            values = numbers(table[name])
            columns.append(values - values.mean())
            continue
        found = texts(table[name])
        declared = list(question.variables[name].labels) or sorted(set(found))
        occurring = [level for level in declared if (found == level).any()]
        columns += [np.asarray(found == level, dtype=np.float64) for level in occurring[1:]]
    return [column for column in columns if np.ptp(column) > 0]
