"""Alternatives: the analysis table as it would be had other choices been taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

import numpy as np
import pandas as pd

from procohort.analyses.sample import CLUSTER, numbers, texts
from procohort.expressions import ExpressionError, evaluate, is_true
from procohort.jobs import EXIT_SETTINGS, UserError
from procohort.stats.inference import BoolArray, FloatArray
from procohort.study import Variable

Missing = Literal["left_out", "against", "in_favour"]
_DTYPES = {"number": "Float64", "integer": "Int64", "boolean": "boolean", "category": "string"}


class ChoiceError(UserError):
    """A choice whose expression does not fit the analysis table."""

    exit_code = EXIT_SETTINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to take a decision.

    Attributes
    ----------
    decision, id : str
        The decision and the choice, as declared.
    keep : str
        Expression; only rows where it is true are analysed. Empty keeps all.
    replaced : mapping of str to str
        Variables by the expression that replaces their values.
    missing : str
        Whether missing outcomes are left out, or set to the observed extreme that
        speaks against or for the published direction.
    """

    decision: str
    id: str
    keep: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)
    missing: Missing = "left_out"


Universe = tuple[Choice, ...]


def universes(alternatives: Sequence[Mapping[str, Any]]) -> list[Universe]:
    """Return every combination of choices; the first is the main analysis.

    Examples
    --------
    >>> declared = [{"id": "rows", "choices": [{"id": "all"}, {"id": "some"}]}]
    >>> [[choice.id for choice in universe] for universe in universes(declared)]
    [['all'], ['some']]
    """
    decisions = [
        [
            Choice(
                decision=decision["id"],
                id=choice["id"],
                keep=choice.get("keep", ""),
                replaced=dict(choice.get("set") or {}),
                missing=choice.get("missing", "left_out"),
            )
            for choice in decision["choices"]
        ]
        for decision in alternatives
    ]
    return list(product(*decisions))


def missing_of(universe: Universe) -> Missing:
    """Return what happens to missing outcomes: the last choice that says so."""
    said = [choice.missing for choice in universe if choice.missing != "left_out"]
    return said[-1] if said else "left_out"


def under(
    universe: Universe,
    table: pd.DataFrame,
    variables: Mapping[str, Variable],
    parameters: Mapping[str, float],
) -> pd.DataFrame:
    """Return the analysis table under the choices: values replaced, then rows kept.

    Every expression sees all rows, and those of `keep` see the replaced values, so
    that the order of the decisions does not matter for rows. Replaced values are
    rounded to the recorded resolution of their variable, as derived ones are.

    Raises
    ------
    ChoiceError
        If an expression does not fit its columns or gives another kind of value.
    """
    changed = table.copy()
    for choice in universe:
        for name, text in choice.replaced.items():
            try:
                values = evaluate(text, table, cluster=table[CLUSTER], parameters=parameters)
                changed[name] = _typed(values, variables[name])
            except (ExpressionError, TypeError, ValueError) as error:
                raise ChoiceError([f"{_where(choice)}.set.{name}: {error}."]) from None
    keep = np.ones(len(table), dtype=bool)
    for choice in universe:
        if choice.keep:
            try:
                keep &= is_true(
                    choice.keep, changed, cluster=changed[CLUSTER], parameters=parameters
                ).to_numpy(dtype=bool)
            except ExpressionError as error:
                raise ChoiceError([f"{_where(choice)}.keep: {error}."]) from None
    return changed.loc[keep]


def _where(choice: Choice) -> str:
    return f"config.yaml: multiverse.alternatives.{choice.decision}.{choice.id}"


def _typed(values: pd.Series, variable: Variable) -> pd.Series:
    if variable.type == "number" and variable.decimals is not None:
        values = values.astype("Float64").round(variable.decimals)
    return values.astype(_DTYPES[variable.type])


def fill_missing(
    table: pd.DataFrame,
    spec: Mapping[str, Any],
    outcome: str,
    *,
    sign: int,
    parameters: Mapping[str, float],
) -> tuple[pd.DataFrame, int]:
    """Set missing outcomes to the observed extreme that moves the answer in one direction.

    Parameters
    ----------
    table : DataFrame
        The analysis table under the other choices.
    spec : mapping
        A comparison of two levels (``group``, ``levels``) or a correlation (``x``).
    outcome : str
        Its missing values are set.
    sign : {-1, 0, 1}
        Towards larger or smaller values in the first level, or a correlation nearer
        to 1 or to -1; with 0 nothing is set.
    parameters : mapping
        Named numbers for the expression of the subset.

    Returns
    -------
    DataFrame, int
        The table, and the number of values set: of rows, or of patients where they
        are the unit of analysis.

    Notes
    -----
    Bounds in the manner of Horowitz and Manski (2000), with the observed smallest
    and largest value in place of the possible ones; for events these are 0 and 1.
    In a correlation the extreme follows the rank of x: above the mean rank or below
    it (without ties: above or below the median). A row at the mean rank, or without
    group or x, stays as it is.
    """
    eligible = _eligible(table, spec, parameters)
    side = sign * _side(table, spec, eligible)
    missing = table[outcome].isna().to_numpy(dtype=bool)
    observed = numbers(table.loc[eligible & ~missing, outcome])
    chosen = missing & eligible & (side != 0)
    if not chosen.any() or not observed.size:
        return table, 0
    is_event = pd.api.types.is_bool_dtype(table[outcome])
    low, high = (0.0, 1.0) if is_event else (float(observed.min()), float(observed.max()))
    filled = table.copy()
    values = np.where(side > 0, high, low)[chosen]
    filled.loc[chosen, outcome] = values.astype(bool) if is_event else values
    patients = spec.get("unit") == "patient"
    n_set = table.loc[chosen, CLUSTER].nunique() if patients else chosen.sum()
    return filled, int(n_set)


def _eligible(
    table: pd.DataFrame, spec: Mapping[str, Any], parameters: Mapping[str, float]
) -> BoolArray:
    """Return which rows the analysis may use."""
    known = np.ones(len(table), dtype=bool)
    if spec.get("subset"):
        known &= is_true(
            spec["subset"], table, cluster=table[CLUSTER], parameters=parameters
        ).to_numpy(dtype=bool)
    if "group" in spec:
        known &= np.isin(texts(table[spec["group"]]), list(spec["levels"]))
    else:
        known &= table[spec["x"]].notna().to_numpy(dtype=bool)
    return known


def _side(table: pd.DataFrame, spec: Mapping[str, Any], eligible: BoolArray) -> FloatArray:
    """Return 1 where a large outcome makes the answer larger, -1 where a small one does."""
    if "group" in spec:
        return np.where(texts(table[spec["group"]]) == spec["levels"][0], 1.0, -1.0)
    ranks = table[spec["x"]].where(pd.Series(eligible, index=table.index)).rank()
    side = np.sign(numbers(ranks - ranks.mean()))
    return np.nan_to_num(side)
