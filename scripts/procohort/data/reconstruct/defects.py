"""Planted defects: what a real export gets wrong, declared one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from procohort.data.reconstruct.choose import choose_rows
from procohort.data.reconstruct.schedule import Calendar
from procohort.data.reconstruct.specification import (
    Context,
    ReconstructionError,
    Settings,
    dependents,
)
from procohort.stats.inference import Array, BoolArray

# lost_value, extra_row work on recorded values; the others on the text of the cells.
KINDS = ("lost_value", "extra_row", "respelled", "padded", "extra_column", "duplicated")


@dataclass(slots=True)
class Overwritten:
    """Texts that stand in the file instead of a recorded value.

    Attributes
    ----------
    texts : dict of ndarray of object, shape (n,)
        By column: the text, or None where the value itself is written.
    """

    texts: dict[str, Array] = field(default_factory=dict)

    def write(self, column: str, rows: BoolArray, text: str) -> None:
        """Put a text in place of a column's values on some rows."""
        if column not in self.texts:
            self.texts[column] = np.full(rows.size, None, dtype=object)
        self.texts[column][rows] = text

    def lost(self) -> dict[str, Array]:
        """Return by column which rows' values do not reach the reader."""
        return {
            column: np.array([text is not None for text in texts], dtype=np.bool_)
            for column, texts in self.texts.items()
        }

    def extended(self, n_rows: int) -> Overwritten:
        """Return the same texts with further rows, none of them overwritten."""
        return Overwritten(
            {
                column: np.concatenate([texts, np.full(n_rows - texts.size, None, dtype=object)])
                for column, texts in self.texts.items()
            }
        )


def check_defects(defects: Sequence[Settings]) -> None:
    """Refuse unknown kinds, all at once."""
    problems = [
        f"defects[{i}].kind: '{spec['kind']}' is not a known kind; known are {', '.join(KINDS)}"
        for i, spec in enumerate(defects)
        if spec["kind"] not in KINDS
    ]
    if problems:
        raise ReconstructionError(problems)


def lose_values(
    table: pd.DataFrame, defects: Sequence[Settings], context: Context, cluster: str
) -> Overwritten:
    """Choose the cells whose value is replaced by a text such as a missing code.

    Parameters
    ----------
    table : DataFrame, n rows
    defects : list of mapping
        Those of kind ``lost_value``: `columns`, `written`, and how to choose rows
        (see `choose_rows`).
    context : Context
    cluster : str
    """
    overwritten = Overwritten()
    for spec in defects:
        if spec["kind"] == "lost_value":
            rows = choose_rows(spec, table, context, cluster)
            for column in spec["columns"]:
                overwritten.write(column, rows, str(spec["written"]))
    return overwritten


def add_rows(
    table: pd.DataFrame,
    defects: Sequence[Settings],
    overwritten: Overwritten,
    context: Context,
    *,
    variables: Settings,
    cluster: str,
    calendar: Calendar,
) -> tuple[pd.DataFrame, Overwritten]:
    """Append rows that the reader will have to recognise and leave out.

    Parameters
    ----------
    table : DataFrame, n rows
    defects : list of mapping
        Those of kind ``extra_row``: rows are chosen as in `choose_rows` and copied;
        drawn columns of `jitter` {columns, sd} are multiplied by exp(normal), the
        columns of `set` follow from expressions, dates land on open days, `written`
        gives texts by column.
    overwritten : Overwritten
    context : Context
    variables : mapping
        Row variables, to recompute what depends on a changed column.
    cluster : str
    calendar : Calendar

    Returns
    -------
    table : DataFrame, n + added rows
    overwritten : Overwritten
    """
    pieces = [table]
    texts: list[tuple[int, int, Settings]] = []
    n_rows = len(table)
    for spec in defects:
        if spec["kind"] != "extra_row":
            continue
        copies = table.loc[choose_rows(spec, table, context, cluster)].copy()
        copies = _changed(
            copies, spec, context, variables=variables, cluster=cluster, calendar=calendar
        )
        pieces.append(copies)
        texts.append((n_rows, n_rows + len(copies), spec.get("written", {})))
        n_rows += len(copies)
    overwritten = overwritten.extended(n_rows)
    for first, last, written in texts:
        rows = np.zeros(n_rows, dtype=np.bool_)
        rows[first:last] = True
        for column, text in written.items():
            overwritten.write(column, rows, str(text))
    return pd.concat(pieces, ignore_index=True), overwritten


def _changed(
    copies: pd.DataFrame,
    spec: Settings,
    context: Context,
    *,
    variables: Settings,
    cluster: str,
    calendar: Calendar,
) -> pd.DataFrame:
    changed = list(spec.get("jitter", {}).get("columns", ()))
    for column in changed:
        # Triangular between -1 and 1: no copy drifts out of the plausible range.
        noise = context.uniform(len(copies)) - context.uniform(len(copies))
        scale = np.exp(context.number(spec["jitter"]["sd"]) * noise)
        copies[column] = copies[column].to_numpy(dtype=float) * scale
    for column in dependents(variables, changed):
        copies[column] = context.column(variables[column]["value"], copies, cluster)
    for column, text in spec.get("set", {}).items():
        copies[column] = context.column(text, copies, cluster)
    for column, (low, high) in spec.get("shift_days", {}).items():
        days = np.floor(low + (high - low) * context.uniform(len(copies)))
        copies[column] = copies[column] + pd.to_timedelta(days, unit="D")
        copies[column] = copies[column].map(calendar.next_open).astype("datetime64[ns]")
    return copies


def spoil_text(
    text: pd.DataFrame,
    table: pd.DataFrame,
    defects: Sequence[Settings],
    context: Context,
    cluster: str,
) -> pd.DataFrame:
    """Respell codes, leave trailing spaces, and repeat whole rows.

    Parameters
    ----------
    text : DataFrame of str, n rows
        Cells as they will be written; index as in `table`.
    table : DataFrame, n rows
        Recorded values, for conditions.
    defects : list of mapping
        ``respelled``: `header`, `from`, `to`, `share`; ``padded``: `headers` and how
        to choose rows; ``duplicated``: how to choose rows. Duplicates come last, so
        that a repeated row repeats every cell.
    context : Context
    cluster : str
    """
    text = text.copy()
    for spec in defects:
        if spec["kind"] == "respelled":
            hit = context.uniform(len(text)) < context.number(spec["share"])
            hit &= (text[spec["header"]] == spec["from"]).to_numpy()
            hit &= context.where(spec.get("where", True), table, cluster)
            text.loc[hit, spec["header"]] = spec["to"]
        elif spec["kind"] == "padded":
            for header in spec["headers"]:
                rows = choose_rows(spec, table, context, cluster)
                text.loc[rows, header] = text.loc[rows, header] + " "
    copies = [
        text.loc[choose_rows(spec, table, context, cluster)]
        for spec in defects
        if spec["kind"] == "duplicated"
    ]
    return pd.concat([text, *copies])


def extra_columns(
    file: str, n_rows: int, defects: Sequence[Settings], context: Context
) -> dict[str, list[str]]:
    """Return the columns of one file that nobody declared, by header."""
    found = {}
    for spec in defects:
        if spec["kind"] == "extra_column" and spec["file"] == file:
            weights = np.array([float(weight) for weight in spec["texts"].values()])
            edges = np.cumsum(weights)[:-1] / weights.sum()
            picks = np.searchsorted(edges, context.uniform(n_rows), side="right")
            texts = [str(choice) for choice in spec["texts"]]
            found[spec["header"]] = [texts[pick] for pick in picks]
    return found
