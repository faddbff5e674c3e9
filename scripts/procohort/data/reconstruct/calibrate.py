"""Scale drawn values until the recorded ones have the printed means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procohort.data.reconstruct.specification import (
    Context,
    ReconstructionError,
    Settings,
    dependents,
)
from procohort.stats.inference import Array

_BISECTIONS = 50
_WIDEST_FACTOR = 20.0


def calibrate(
    table: pd.DataFrame,
    targets: list[Settings],
    *,
    variables: Settings,
    lost: dict[str, Array],
    context: Context,
    cluster: str,
) -> pd.DataFrame:
    """Return the table with each target's mean met in each group.

    Parameters
    ----------
    table : DataFrame, n rows
    targets : list of mapping
        `mean_of`: recorded variable; `by_scaling`: drawn column to multiply;
        `groups`: list of {where, mean}.
    variables : mapping
        Row variables; the expressions that depend on a scaled column are recomputed.
    lost : dict of ndarray of bool, shape (n,)
        Rows whose recorded value will not reach the reader; they do not count.
    context : Context
    cluster : str
        Column of the patient.

    Raises
    ------
    ReconstructionError
        If no factor between 1/20 and 20 meets a mean.

    Notes
    -----
    The mean of recorded (rounded) values is a step function of the factor that does
    not fall. Bisection ends beside the step nearest to the target, so the mean is met
    as closely as changing one value by its resolution can do.
    """
    for target in targets:
        for group in target["groups"]:
            table = _scale(
                table,
                target,
                group,
                variables=variables,
                lost=lost,
                context=context,
                cluster=cluster,
            )
    return table


def _scale(
    table: pd.DataFrame,
    target: Settings,
    group: Settings,
    *,
    variables: Settings,
    lost: dict[str, Array],
    context: Context,
    cluster: str,
) -> pd.DataFrame:
    name, scaled = target["mean_of"], target["by_scaling"]
    rows = context.where(group["where"], table, cluster)
    counted = rows & ~lost.get(name, np.zeros(len(table), dtype=np.bool_))
    wanted = context.number(group["mean"])

    def scaled_by(factor: float) -> tuple[pd.DataFrame, float]:
        changed = table.copy()
        values = table[scaled].to_numpy(dtype=float)
        changed[scaled] = np.where(rows, values * factor, values)
        for column in dependents(variables, [scaled]):
            changed[column] = context.column(variables[column]["value"], changed, cluster)
        return changed, float(changed[name].to_numpy(dtype=float)[counted].mean())

    low, high = 1.0 / _WIDEST_FACTOR, _WIDEST_FACTOR
    if not scaled_by(low)[1] <= wanted <= scaled_by(high)[1]:
        raise ReconstructionError(
            [f"calibrate {name} where {group['where']}: no scaling of {scaled} gives {wanted}"]
        )
    for _ in range(_BISECTIONS):
        middle = float(np.sqrt(low * high))
        if scaled_by(middle)[1] < wanted:
            low = middle
        else:
            high = middle
    below, above = scaled_by(low), scaled_by(high)
    return min((below, above), key=lambda found: abs(found[1] - wanted))[0]
