"""The data dictionary: every variable of the analysis table, for a codebook."""

from __future__ import annotations

import pandas as pd

from procohort.data.headers import ROW_NUMBER
from procohort.study import CohortPlan, Column, Table

COLUMNS = (
    "variable",
    "label",
    "type",
    "unit",
    "level",
    "allowed",
    "range",
    "decimals",
    "required",
    "missing_codes",
    "source",
)


def data_dictionary(plan: CohortPlan) -> pd.DataFrame:
    """Describe every variable of the analysis table.

    Returns
    -------
    DataFrame of text
        Columns `COLUMNS`, a row for each variable, raw before derived. `source`
        is the table and the headers read, or the expression.
    """
    read = {item.name: item for item in plan.read}
    expressions = {item.variable.name: item.expression for item in plan.derived}
    records = []
    for name, variable in plan.variables().items():
        labels = variable.labels.items()
        record = {
            "variable": name,
            "label": variable.label,
            "type": variable.type,
            "unit": variable.unit,
            "level": variable.level,
            "allowed": "; ".join(v if v == text else f"{v} = {text}" for v, text in labels),
            "decimals": "" if variable.decimals is None else str(variable.decimals),
        }
        if name in expressions:
            record["source"] = f"= {expressions[name]}"
        else:
            item = read[name]
            table = plan.tables[item.table]
            record.update(_as_read(table, table.columns[item.column], item.visit))
        records.append(record)
    return pd.DataFrame(records, columns=list(COLUMNS)).fillna("").astype("string")


def _as_read(table: Table, column: Column, visit: str) -> dict[str, str]:
    converts = column.source_unit and column.source_unit != column.variable.unit
    coded = ", ".join(f"{written} -> {stored}" for written, stored in column.codes.items())
    source = f"{table.name}: {_headers(column)}" + (f" [{column.source_unit}]" if converts else "")
    texts = dict.fromkeys([*table.format.missing, *column.missing])
    bounds = column.range
    return {
        "range": f"{bounds[0]:.15g} to {bounds[1]:.15g}" if bounds else "",
        "required": "yes" if column.required else "no",
        "missing_codes": " | ".join(text or "(empty)" for text in texts),
        "source": source + (f" ({coded})" if coded else "") + _at(table, visit),
    }


def _headers(column: Column) -> str:
    return " | ".join("row number" if source == ROW_NUMBER else source for source in column.sources)


def _at(table: Table, visit: str) -> str:
    """Return which lines of a table of visits are meant, as they are written there."""
    if table.visits is None:
        return ""
    column = table.columns[table.visits.column]
    written = [text for text, stored in column.codes.items() if stored == visit] or [visit]
    return f" where {_headers(column)} is {' or '.join(written)}"
