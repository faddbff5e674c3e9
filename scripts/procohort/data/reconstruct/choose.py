"""Exact numbers of rows, drawn by weight."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procohort.data.reconstruct.specification import Context, ReconstructionError, Settings
from procohort.stats.inference import BoolArray, FloatArray

_ATTEMPTS = 5000


def choose_rows(
    spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None
) -> BoolArray:
    """Choose exactly the declared number of rows in each stratum.

    Parameters
    ----------
    spec : mapping
        `counts`: list of {where, n}; `weight`: expression, larger is likelier;
        `n_patients`: how many patients the chosen rows must come from.
    table : DataFrame, n rows
    context : Context
    cluster : str or None
        Column of the patient; needed by `n_patients`.

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    ReconstructionError
        If a stratum is too small or the number of patients cannot be met.

    Notes
    -----
    Weighted sampling without replacement by the keys log(u) / weight: Efraimidis and
    Spirakis (2006), Inform Process Lett 97:181.
    """
    weights = context.column(spec.get("weight", 1), table, cluster).astype(float).to_numpy()
    strata = [
        (context.where(part["where"], table, cluster) & (weights > 0), context.whole(part["n"]))
        for part in spec["counts"]
    ]
    for (rows, n), part in zip(strata, spec["counts"], strict=True):
        if rows.sum() < n:
            raise ReconstructionError(
                [f"choose: wanted {n} rows where {part['where']}, got {int(rows.sum())}"]
            )
    if "n_patients" not in spec:
        return _draw(strata, weights, context)
    assert cluster is not None
    wanted = context.whole(spec["n_patients"])
    patients = table[cluster].to_numpy(dtype=str)
    for _ in range(_ATTEMPTS):
        chosen = _draw(strata, weights, context)
        if np.unique(patients[chosen]).size == wanted:
            return chosen
    raise ReconstructionError(
        [f"choose: no draw in {_ATTEMPTS} came from exactly {wanted} patients; change n_patients"]
    )


def _draw(strata: list[tuple[BoolArray, int]], weights: FloatArray, context: Context) -> BoolArray:
    chosen = np.zeros(weights.size, dtype=np.bool_)
    for rows, n in strata:
        keys = np.full(weights.size, -np.inf)
        keys[rows] = np.log(context.uniform(int(rows.sum()))) / weights[rows]
        chosen[np.argsort(-keys, kind="stable")[:n]] = True
    return chosen
