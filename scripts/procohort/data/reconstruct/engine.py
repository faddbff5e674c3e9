"""From a specification to the bytes of the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from procohort.data.reconstruct.calibrate import calibrate
from procohort.data.reconstruct.defects import (
    Overwritten,
    add_rows,
    check_defects,
    lose_values,
    spoil_text,
)
from procohort.data.reconstruct.draws import draw_variables
from procohort.data.reconstruct.export import as_text, file_bytes
from procohort.data.reconstruct.occasions import draw_visits, repeat_patients
from procohort.data.reconstruct.schedule import Calendar, draw_schedule
from procohort.data.reconstruct.specification import (
    Context,
    ReconstructionError,
    Settings,
    check_sections,
    choose_reading,
    named_numbers,
)
from procohort.data.reconstruct.verify import verify_tables
from procohort.expressions import ExpressionError


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """What was made before it was written.

    Attributes
    ----------
    patients : DataFrame, a row per patient
    rows : DataFrame
        The cohort, then the rows planted to be left out.
    n_cohort_rows : int
        How many of the first rows are the cohort.
    overwritten : Overwritten
        Texts that stand in the file instead of recorded values.
    visits : DataFrame or None
        A row per patient and visit attended, where visits are declared.
    """

    patients: pd.DataFrame
    rows: pd.DataFrame
    n_cohort_rows: int
    overwritten: Overwritten
    visits: pd.DataFrame | None = None

    def cohort(self) -> pd.DataFrame:
        """Return the cohort as a reader sees it after cleaning: lost values missing."""
        table = self.rows.iloc[: self.n_cohort_rows].copy()
        for column, lost in self.overwritten.lost().items():
            table[column] = table[column].mask(lost[: self.n_cohort_rows])
        return table

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables that can be written, by the name the specification gives them."""
        found = {"patients": self.patients, "rows": self.rows}
        return found if self.visits is None else found | {"visits": self.visits}


def reconstruct(specification: Settings, reading: str) -> dict[str, bytes]:
    """Make the files of a study from its published figures and named assumptions.

    Parameters
    ----------
    specification : mapping
        Sections as in `procohort.data.reconstruct.specification.SECTIONS`.
    reading : str
        Which of the declared readings of the published figures to follow.

    Returns
    -------
    dict of str to bytes
        File name to content, in the order declared. The same specification gives the
        same bytes.

    Raises
    ------
    ReconstructionError
        If the specification is not understood, the chosen group sizes cannot show the
        printed figures, or the tables miss a target; every problem is a line.
    """
    check_sections(specification)
    check_defects(specification.get("defects", ()))
    try:
        context = new_context(specification, reading)
        made = make_tables(specification, context)
        key = str(specification["patients"]["key"])
        seen = made.tables() | {"rows": made.cohort()}
        verify_tables(seen, list(specification["verify"]), context, key, specification["published"])
        return _files(specification, made, context)
    except ExpressionError as error:
        raise ReconstructionError([f"reading {reading}: {error}"]) from None


def new_context(specification: Settings, reading: str) -> Context:
    """Return the named numbers of a reading and a fresh source of random numbers."""
    settings = choose_reading(specification, reading)
    seed = int(settings.get("seed", specification["seed"]))
    return Context(
        numbers=named_numbers(specification, settings),
        rng=np.random.Generator(np.random.PCG64(seed)),
    )


def make_tables(specification: Settings, context: Context) -> Reconstruction:
    """Draw patients, rows and visits, calibrate them, and plant defects in the values.

    Parameters
    ----------
    specification : mapping
    context : Context

    Returns
    -------
    Reconstruction
    """
    patient_spec, row_spec = specification["patients"], specification["rows"]
    key, variables = str(patient_spec["key"]), row_spec["variables"]
    defects: Sequence[Settings] = specification.get("defects", ())
    start = pd.DataFrame({"number": np.arange(1, context.whole(patient_spec["n"]) + 1)})
    patients = draw_variables(start, patient_spec["variables"], context, None)
    if "schedule" in specification:
        rows = draw_schedule(patients, specification["schedule"], context, key)
    else:
        rows = repeat_patients(patients, row_spec["repeat"], key)
    rows = draw_variables(rows, variables, context, key)
    overwritten = lose_values(rows, defects, context, key)
    rows = calibrate(
        rows,
        list(specification.get("calibrate", ())),
        variables=variables,
        lost=overwritten.lost(),
        context=context,
        cluster=key,
    )
    n_cohort_rows = len(rows)
    closed = specification.get("schedule", {}).get("closed", {})
    calendar = Calendar.from_settings(closed)
    rows, overwritten = add_rows(
        rows, defects, overwritten, context, variables=variables, cluster=key, calendar=calendar
    )
    rows = draw_variables(rows, row_spec.get("numbering", {}), context, key)
    visits = None
    if "visits" in specification:
        visits = draw_visits(
            patients,
            specification["visits"],
            published=specification["published"],
            context=context,
            key=key,
        )
    return Reconstruction(patients, rows, n_cohort_rows, overwritten, visits)


def _files(specification: Settings, made: Reconstruction, context: Context) -> dict[str, bytes]:
    export = specification["export"]
    key = str(specification["patients"]["key"])
    defects: Sequence[Settings] = specification.get("defects", ())
    style: dict[str, Any] = {"decimal": export.get("decimal", "."), "date": export["date"]}
    texts = {
        "patients": as_text(made.patients, export["columns"]["patients"], {}, context, **style)
    }
    rows = as_text(made.rows, export["columns"]["rows"], made.overwritten.texts, context, **style)
    texts["rows"] = spoil_text(rows, made.rows, defects, context, key)
    tables = made.tables()
    if made.visits is not None:
        texts["visits"] = as_text(made.visits, export["columns"]["visits"], {}, context, **style)
    files = {}
    for file in export["files"]:
        table = tables[file["table"]]
        kept = table[context.where(file.get("where", True), table, key)]
        order = kept.sort_values(list(file["order"]), kind="stable").index
        text = texts[file["table"]]
        # A repeated row shares the index of its original and so follows it.
        chosen = pd.concat([text.loc[[label]] for label in order])
        files[str(file["name"])] = file_bytes(chosen, file, defects, context)
    return files
