"""The flow of rows and clusters from the raw tables to the analysis."""

from __future__ import annotations

from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View
from procohort.publish.wording import capitalise

COLUMNS = ("step", "label", "n_rows", "n_patients", "n_rows_removed", "n_patients_removed")


def make(view: View) -> Table:
    """Show every step with what left and what remained, in rows and clusters.

    Parameters
    ----------
    view : View
        frame: step, label, n_rows, n_patients, n_rows_removed, n_patients_removed.
    """
    words = view.words
    frame = with_columns(view.frame, COLUMNS, "attrition")
    table = frame[list(COLUMNS)].copy()
    table[list(COLUMNS[2:])] = table[list(COLUMNS[2:])].fillna(0).astype(int)
    records: list[dict[str, object]] = [
        {str(key): value for key, value in record.items()} for record in table.to_dict("records")
    ]
    rows, clusters = capitalise(words.rows), capitalise(words.clusters)
    columns = [
        Column("n_rows_removed", rows, spanner="Removed"),
        Column("n_patients_removed", clusters, spanner="Removed"),
        Column("n_rows", rows, spanner="Remaining"),
        Column("n_patients", clusters, spanner="Remaining"),
    ]
    if words.row_is_cluster:
        columns = [column for column in columns if "rows" in column.key]
    last = records[-1]
    analysed = words.counts(int(str(last["n_rows"])), int(str(last["n_patients"])))
    return Table(
        title=f"From the raw tables to the {words.rows} analysed",
        settings=(f"Analysed: {analysed}", f"unit counted: {words.row}"),
        heading="Step",
        columns=tuple(columns),
        lines=tuple(
            Line(str(record["label"]), {column.key: str(record[column.key]) for column in columns})
            for record in records
        ),
        csv_columns=COLUMNS,
        records=tuple(records),
    )
