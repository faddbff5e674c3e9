"""Give drawn columns the printed figures of every group, value by value."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd

from procohort.data.reconstruct.fit_values import Figures, NoFitError, fit_values
from procohort.data.reconstruct.specification import Context, ReconstructionError, Settings

# What a group of `fit` may print.
PRINTED_FIGURES = ("least", "most", "median", "mean", "sd")


def fit_columns(
    table: pd.DataFrame,
    targets: list[Settings],
    *,
    published: Settings,
    context: Context,
    cluster: str,
) -> pd.DataFrame:
    """Return the table with a column for each target that has the printed figures exactly.

    Parameters
    ----------
    table : DataFrame, n rows
    targets : list of mapping
        `of`: column to make; `from`: drawn column whose order and shape it keeps;
        `step`: distance of two values of the scale; `groups`: list of {where, least,
        most, median, mean, sd}, each naming a published figure or left out. Rows in no
        group have no value.
    published : mapping
        The published figures by name, with their printed strings.
    context : Context
    cluster : str
        Column of the patient.

    Raises
    ------
    ReconstructionError
        If figures cannot hold together: a line for every group that fails.
    """
    table, problems = table.copy(), []
    for target in targets:
        step = context.number(target.get("step", 1))
        made = np.full(len(table), np.nan)
        for group in target["groups"]:
            rows = context.where(group["where"], table, cluster)
            wish = table.loc[rows, target["from"]].astype(float).to_numpy() / step
            try:
                figures = _figures(group, published, step)
                made[rows] = fit_values(wish, figures) * step
            except NoFitError as error:
                problems.append(
                    f"fit {target['of']} where {group['where']} ({len(wish)} values in steps of "
                    f"{step:g}): {error}"
                )
        # Steps such as 0.1 have no exact binary form; the file would show it.
        table[target["of"]] = np.round(made, 9)
    if problems:
        raise ReconstructionError(problems)
    return table


def _figures(group: Settings, published: Settings, step: float) -> Figures:
    """Return the printed figures of a group in steps of the scale."""
    numbers: dict[str, float] = {}
    for name in PRINTED_FIGURES:
        if name in group:
            numbers[name] = float(published[group[name]]["printed"]) / step
    low, high = (_whole(numbers.get(name)) for name in ("least", "most"))
    width = half_unit(str(published[group["sd"]]["printed"])) / step if "sd" in group else 0.5
    return Figures(low, high, numbers.get("median"), numbers.get("mean"), numbers.get("sd"), width)


def _whole(number: float | None) -> int | None:
    if number is None:
        return None
    if abs(number - round(number)) > 1e-9:
        raise NoFitError(f"an end of the range, {number:g} steps, is no value of the scale")
    return round(number)


def half_unit(printed: str) -> float:
    """Return half a unit of the last printed digit.

    Examples
    --------
    >>> half_unit("21.70"), half_unit("6")
    (0.005, 0.5)
    """
    exponent = Decimal(printed).as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0**exponent
