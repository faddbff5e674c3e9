"""Tables with a line for each visit: who they belong to, and from lines to variables."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from procohort.data.checks import check_duplicates, key_of
from procohort.data.findings import FindingLog
from procohort.data.ingest import RawTable
from procohort.data.patients import among, check_orphans, key_header, patient_tables
from procohort.study import CohortPlan


def check_visits(
    plan: CohortPlan,
    raws: Mapping[str, RawTable],
    typed: Mapping[str, pd.DataFrame],
    log: FindingLog,
) -> None:
    """Log visits that stand twice, and visits of a patient or row that is not there.

    An unknown visit is an unknown code of its column, found with the other cells.
    Tables of which a file or a column of the key is missing are passed over.
    """
    for name in _visit_tables(plan):
        raw, frame = raws[name], typed[name]
        names = plan.key_of_lines(name)
        if raw.has(names):
            check_duplicates(
                raw,
                key_of(frame, names),
                in_file=True,
                rule="duplicate_key",
                log=log,
                one_each=True,
            )
        if raw.has(plan.subject_key(name)):
            _check_subjects(plan, raws, typed, name, log)


def _visit_tables(plan: CohortPlan) -> list[str]:
    return [name for name, table in plan.tables.items() if table.visits is not None]


def _check_subjects(
    plan: CohortPlan,
    raws: Mapping[str, RawTable],
    typed: Mapping[str, pd.DataFrame],
    name: str,
    log: FindingLog,
) -> None:
    """Log visits whose patient is in no patient table, or whose patient or row has no row."""
    cluster = key_of(typed[name], plan.cluster_key)
    known = cluster.notna().to_numpy(dtype=bool, copy=True)
    for table in patient_tables(plan):
        if raws[table.name].has(plan.cluster_key):
            patients = key_of(typed[table.name], plan.cluster_key)
            check_orphans(plan, raws[name], raws[table.name], (cluster, patients), log)
            known &= among(cluster, patients)
    key = plan.subject_key(name)
    if raws[plan.row_table].has(key):
        subject = key_of(typed[name], key)
        there = among(subject, key_of(typed[plan.row_table], key))
        _log_absent(plan, raws[name], subject, known & subject.notna().to_numpy() & ~there, log)


def _log_absent(
    plan: CohortPlan,
    raw: RawTable,
    subject: pd.Series,
    absent: npt.NDArray[np.bool_],
    log: FindingLog,
) -> None:
    """Log visits of known patients whose patient or row is not in the row table."""
    key, rows = plan.subject_key(raw.table.name), plan.tables[plan.row_table]
    of_patient = key == plan.cluster_key
    # That a patient of the patient table has no row is no mistake of the visit.
    idle = of_patient and bool(patient_tables(plan))
    rule = "unused_patient" if idle else "orphan_key"
    what = "the patient " if of_patient else "the key "
    message = " has no row in " if idle else " is not in "
    log.add_rows(
        raw.origin,
        absent,
        table=raw.table.name,
        column=key_header(raw, key),
        value=subject.astype("str"),
        rule=rule,
        action=log.action(rule),
        message=what + subject.astype("str") + f"{message}{rows.name}; the visit is not used",
        remedy="Nothing to do if that is so; else look for the missing rows."
        if idle
        else f"Add the row to {rows.files[0]}, or correct the identifier.",
    )


def join_visits(
    plan: CohortPlan, typed: Mapping[str, pd.DataFrame], joined: pd.DataFrame, log: FindingLog
) -> pd.DataFrame:
    """Join the values of each visit to the rows, as a variable for each column and visit.

    Parameters
    ----------
    typed : mapping of str to DataFrame
        Every raw table as converted.
    joined : DataFrame, n rows
        The rows with the facts of their patients, from `procohort.data.patients.join_facts`.

    Returns
    -------
    DataFrame, n rows
        `joined` with the variables of the visits (``<column>_<visit>``), missing where
        there is no such visit or its line is in quarantine; cluster first, then every
        variable that is read, in the order of the configuration.
    """
    tables = _visit_tables(plan)
    if not tables:
        return joined
    columns: dict[str, pd.Series] = {}
    for name in tables:
        left = log.quarantined(name)["position"].unique()
        columns.update(_pivoted(plan, name, typed[name].drop(index=left), joined))
    wide = pd.concat([joined, pd.DataFrame(columns, index=joined.index)], axis=1)
    return wide[["cluster", *(name for name in plan.variables() if name in wide.columns)]]


def _pivoted(
    plan: CohortPlan, name: str, lines: pd.DataFrame, rows: pd.DataFrame
) -> dict[str, pd.Series]:
    """Return the variables of a table of visits, with a value for each row."""
    visits, key = plan.tables[name].visits, plan.subject_key(name)
    assert visits is not None
    subject, wanted = key_of(lines, key), key_of(rows, key).to_numpy()
    found: dict[str, pd.Series] = {}
    by_visit: dict[str, pd.DataFrame] = {}
    for visit in visits.order:
        here = ((lines[visits.column] == visit).fillna(False) & subject.notna()).to_numpy(bool)
        there = lines[here].set_axis(pd.Index(subject[here]), axis=0)
        # Lines that repeat another in every cell are all that can be left.
        by_visit[visit] = there[~there.index.duplicated()].reindex(wanted).set_axis(rows.index)
    for item in plan.read:
        if item.table == name:
            found[item.name] = by_visit[item.visit][item.column]
    return found
