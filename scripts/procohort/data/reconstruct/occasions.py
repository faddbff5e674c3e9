"""Rows without a calendar: treated units of each patient, and visits that some patients miss."""

from __future__ import annotations

import numpy as np
import pandas as pd

from procohort.data.reconstruct.draws import draw_variables
from procohort.data.reconstruct.fit import fit_columns
from procohort.data.reconstruct.specification import Context, ReconstructionError, Settings


def repeat_patients(patients: pd.DataFrame, spec: Settings, key: str) -> pd.DataFrame:
    """Return as many rows for each patient as a column of the patient says.

    Parameters
    ----------
    patients : DataFrame, a row per patient
    spec : mapping
        `times`: patient variable, whole numbers; `number`: name of the column that
        counts a patient's rows from 1.
    key : str
        Column of the patient.

    Returns
    -------
    DataFrame
        Patient facts joined, in the order of the patients.
    """
    times = patients[spec["times"]].astype("Int64").to_numpy(dtype=np.int64)
    rows = patients.loc[patients.index.repeat(times)].reset_index(drop=True)
    rows[spec["number"]] = (rows.groupby(key, sort=False).cumcount() + 1).astype("Int64")
    return rows


def draw_visits(
    patients: pd.DataFrame, spec: Settings, *, published: Settings, context: Context, key: str
) -> pd.DataFrame:
    """Return a row per patient and visit attended, with the printed figures of every visit.

    Parameters
    ----------
    patients : DataFrame, a row per patient
    spec : mapping
        `column`: name of the column that tells the visits apart; `order`: the visits;
        `number`: name of the column that counts them from 0; `variables`: drawn on every
        patient and visit; `keep`: condition of a visit that took place (true: all);
        `fit`: columns made from drawn ones on the visits kept, see
        `procohort.data.reconstruct.fit.fit_columns`.
    published : mapping
        The published figures by name.
    context : Context
    key : str
        Column of the patient.

    Raises
    ------
    ReconstructionError
        If a visit has nobody left, or its figures cannot hold together.
    """
    order = [str(visit) for visit in spec["order"]]
    rows = patients.loc[patients.index.repeat(len(order))].reset_index(drop=True)
    rows[spec["column"]] = np.tile(np.array(order, dtype=object), len(patients))
    numbers = np.tile(np.arange(len(order)), len(patients))
    rows[spec["number"]] = pd.Series(numbers, index=rows.index, dtype="Int64")
    rows = draw_variables(rows, spec["variables"], context, key)
    rows = rows[context.where(spec.get("keep", True), rows, key)].reset_index(drop=True)
    empty = [visit for visit in order if not (rows[spec["column"]] == visit).any()]
    if empty:
        raise ReconstructionError([f"visits.keep: nobody is left at {name}" for name in empty])
    return fit_columns(
        rows, list(spec.get("fit", ())), published=published, context=context, cluster=key
    )
