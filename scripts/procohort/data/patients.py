"""Rows and their patients: orphans, patients without rows, contradictory facts, the join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from procohort.data.checks import check_duplicates, key_of, place_text
from procohort.data.findings import FindingLog
from procohort.data.headers import ROW_NUMBER
from procohort.data.ingest import RawTable
from procohort.study import CohortPlan, Table

_ONE_VALUE = "A fact of the patient has one value; correct the cell, or declare level: row."


def patient_tables(plan: CohortPlan) -> list[Table]:
    """Return the tables that hold facts of patients for the rows of another table."""
    return [
        table
        for name, table in plan.tables.items()
        if name != plan.row_table and table.visits is None
    ]


def check_keys(
    plan: CohortPlan,
    raws: Mapping[str, RawTable],
    typed: Mapping[str, pd.DataFrame],
    log: FindingLog,
) -> None:
    """Log repeated rows, keys used twice, orphans, idle patients and contradictory facts.

    Tables of which a file or a column is missing are passed over: everything in
    them would look wrong. Tables of visits are for `procohort.data.pivot`.
    """
    for name, raw in raws.items():
        if raw.table.visits is not None:
            continue
        is_row_table = name == plan.row_table and raw.table.level == "row"
        names = plan.row_key if name == plan.row_table else plan.cluster_key
        if raw.has(names):
            columns = [raw.table.columns[part] for part in names]
            check_duplicates(
                raw,
                key_of(typed[name], names),
                in_file=not any(ROW_NUMBER in column.sources for column in columns),
                rule="duplicate_key" if is_row_table else "patient_fact_differs",
                log=log,
            )
    rows = raws[plan.row_table]
    if not rows.has(plan.cluster_key):
        return
    cluster = key_of(typed[plan.row_table], plan.cluster_key)
    _check_facts_in_rows(plan, rows, typed[plan.row_table], cluster, log)
    for table in patient_tables(plan):
        if raws[table.name].has(plan.cluster_key):
            patients = key_of(typed[table.name], plan.cluster_key)
            check_orphans(plan, rows, raws[table.name], (cluster, patients), log)
            _log_idle(rows, raws[table.name], (cluster, patients), plan.cluster_key, log)


def _check_facts_in_rows(
    plan: CohortPlan, raw: RawTable, typed: pd.DataFrame, cluster: pd.Series, log: FindingLog
) -> None:
    """Log rows whose value of a fact of the patient is not the patient's first one."""
    for name, column in raw.table.columns.items():
        if column.variable.level != "patient" or name in plan.cluster_key:
            continue
        values = typed[name]
        known = values.notna() & cluster.notna()
        if not known.any():
            continue
        positions = pd.Series(values.index, index=values.index)
        first = positions[known].groupby(cluster[known]).transform("first")
        differs = values[known].to_numpy() != values.loc[first.to_numpy()].to_numpy()
        partner = first[np.asarray(differs, dtype=bool)]
        text = raw.text(name).str.strip()
        there = text.loc[partner.to_numpy()].set_axis(partner.index)
        log.add_rows(
            raw.origin,
            raw.origin.index.isin(partner.index),
            table=raw.table.name,
            column=raw.header(name),
            value=raw.text(name),
            rule="patient_fact_differs",
            action=log.action("patient_fact_differs", column),
            message=text.loc[partner.index]
            + " here, but "
            + there
            + " in "
            + place_text(raw, partner, partner.index)
            + " of the same patient",
            remedy=_ONE_VALUE,
        )


def key_header(raw: RawTable, key: Sequence[str]) -> str | pd.Series:
    """Return the header of a key, or the names of its parts."""
    return raw.header(key[0]) if len(key) == 1 else ", ".join(key)


def among(values: pd.Series, options: pd.Series) -> npt.NDArray[np.bool_]:
    """Return which values are among the options; a missing value never is."""
    # Numbered together, options first: seconds less than `isin` for a million texts.
    codes, _ = pd.factorize(pd.concat([options, values]))
    largest = codes[: len(options)].max(initial=-1)
    own = codes[len(options) :]
    return np.asarray((own >= 0) & (own <= largest))


def check_orphans(
    plan: CohortPlan,
    rows: RawTable,
    patients: RawTable,
    keys: tuple[pd.Series, ...],
    log: FindingLog,
) -> None:
    """Log rows (or visits) whose patient is unknown or in quarantine.

    `keys` are the patients named by the rows, and those of the patient table.
    """
    cluster, known = keys
    place = {
        "table": rows.table.name,
        "column": key_header(rows, plan.cluster_key),
        "value": cluster.astype("str"),
    }
    named = cluster.notna()
    orphan = named & ~among(cluster, known)
    log.add_rows(
        rows.origin,
        orphan,
        **place,
        rule="orphan_key",
        action=log.action("orphan_key"),
        message="the patient " + cluster.astype("str") + f" is not in {patients.table.name}",
        remedy=f"Add the patient to {patients.table.files[0]}, or correct the identifier.",
    )
    left = log.quarantined(patients.table.name)["position"].unique()
    staying = known.drop(index=left)
    log.add_rows(
        rows.origin,
        named & ~orphan & ~among(cluster, staying),
        **place,
        rule="orphan_key",
        action="quarantine",
        message="the patient "
        + cluster.astype("str")
        + f" is in quarantine (see {patients.table.name})",
        remedy="Correct the patient's own row.",
    )


def _log_idle(
    rows: RawTable,
    patients: RawTable,
    keys: tuple[pd.Series, ...],
    key: Sequence[str],
    log: FindingLog,
) -> None:
    """Log patients without rows; `keys` as in `check_orphans`."""
    cluster, known = keys
    log.add_rows(
        patients.origin,
        known.notna() & ~among(known, cluster),
        table=patients.table.name,
        column=key_header(patients, key),
        value=known.astype("str"),
        rule="unused_patient",
        action=log.action("unused_patient"),
        message="the patient " + known.astype("str") + f" has no row in {rows.table.name}",
        remedy="Nothing to do if that is so; else look for the missing rows.",
    )


def join_facts(
    plan: CohortPlan, typed: Mapping[str, pd.DataFrame], log: FindingLog
) -> pd.DataFrame:
    """Join the facts of patients to their rows.

    Returns
    -------
    DataFrame
        A row for each row of the row table (same index): the cluster first, then
        every variable of these tables, in the order of the configuration.
    """
    rows = typed[plan.row_table]
    cluster = key_of(rows, plan.cluster_key).rename("cluster")
    columns = {column: rows[column] for column in rows.columns}
    for name in (table.name for table in patient_tables(plan)):
        frame = typed[name]
        left = log.quarantined(name)["position"].unique()
        facts = frame.drop(index=left).assign(cluster=lambda kept: key_of(kept, plan.cluster_key))
        facts = facts.dropna(subset="cluster").drop_duplicates("cluster").set_index("cluster")
        found = facts.reindex(cluster.to_numpy()).set_axis(rows.index)
        columns.update({c: found[c] for c in found.columns if c not in plan.cluster_key})
    order = [name for name in plan.variables() if name in columns]
    return pd.concat([cluster, pd.DataFrame({name: columns[name] for name in order})], axis=1)
