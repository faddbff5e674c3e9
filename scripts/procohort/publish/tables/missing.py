"""How many values of each variable are missing."""

from __future__ import annotations

from procohort.publish.numbers import format_count_percent
from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View
from procohort.publish.wording import capitalise

COLUMNS = ("variable", "label", "n_rows", "n_missing", "n_patients_missing")


def make(view: View) -> Table:
    """Show how many values of each variable are missing; complete variables in a note.

    Parameters
    ----------
    view : View
        frame: variable, n_rows, n_missing, n_patients_missing.
    """
    book, words = view.book, view.words
    needed = [name for name in COLUMNS if name != "label"]
    frame = with_columns(view.frame, needed, "missing values")
    records: list[dict[str, object]] = [
        {
            "variable": str(row.variable),
            "label": book.label(str(row.variable)),
            "n_rows": int(row.n_rows),
            "n_missing": int(row.n_missing),
            "n_patients_missing": int(row.n_patients_missing),
        }
        for row in frame[needed].itertuples(index=False)
    ]
    gaps = [record for record in records if record["n_missing"]]
    complete = [str(record["label"]) for record in records if not record["n_missing"]]
    n_rows = max((int(str(record["n_rows"])) for record in records), default=0)
    return Table(
        title="Missing values",
        settings=(f"{capitalise(words.count_rows(n_rows))} analysed", f"unit counted: {words.row}"),
        heading="Variable",
        columns=(
            Column("missing", f"Missing, % of {words.rows}"),
            Column("n_patients_missing", f"{capitalise(words.clusters)} with a missing value"),
        ),
        lines=tuple(
            Line(
                str(record["label"]),
                {
                    "missing": format_count_percent(
                        int(str(record["n_missing"])), int(str(record["n_rows"]))
                    ),
                    "n_patients_missing": str(record["n_patients_missing"]),
                },
            )
            for record in gaps
        ),
        notes=(f"Complete: {', '.join(complete)}.",) if complete else (),
        csv_columns=COLUMNS,
        records=tuple(records),
    )
