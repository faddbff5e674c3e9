"""Checks of single cells and single tables: types, ranges, codes, required values, keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from procohort.data.convert import allowed_codes, convert
from procohort.data.findings import FindingLog
from procohort.data.ingest import RawTable
from procohort.messages import did_you_mean
from procohort.study import Action, Column


def convert_table(raw: RawTable, keys: Sequence[str], log: FindingLog) -> pd.DataFrame:
    """Convert every column of a raw table and log what is wrong with its cells.

    Parameters
    ----------
    raw : RawTable, n rows
        The table as read.
    keys : sequence of str
        Variables that must have a value on every row, whatever the column says.
    log : FindingLog
        Takes the findings.

    Returns
    -------
    DataFrame, n rows
        One column for each variable, in nullable dtypes; values of findings with
        the action blank are missing.
    """
    return pd.DataFrame(
        {name: _checked(raw, name, name in keys, log) for name in raw.table.columns},
        index=raw.cells.index,
    )


def _checked(raw: RawTable, name: str, is_key: bool, log: FindingLog) -> pd.Series:
    column = raw.table.columns[name]
    text = raw.text(name)
    converted = convert(column, raw.table.format, text, from_sheets=raw.from_sheets)
    values, faulty = converted.values, converted.faults != ""
    place = {"table": raw.table.name, "column": raw.header(name), "value": text}
    action = log.action(converted.rule, column)
    log.add_rows(
        raw.origin,
        faulty,
        **place,
        rule=converted.rule,
        action=action,
        message=converted.faults,
        remedy=_remedy_for_text(column, converted.rule, text, faulty),
    )
    settled = faulty & (action in ("stop", "quarantine"))
    as_missing = values.isna() & ~faulty
    values = _in_range(raw, column, values, place, log)
    if (column.required or is_key) and raw.sources[name]:
        action = log.action("missing_required", column)
        # A row that cannot be told apart, or has no patient, cannot stay.
        if is_key and action in ("blank", "report"):
            action = "quarantine"
        log.add_rows(
            raw.origin,
            values.isna() & ~settled,
            **place,
            rule="missing_required",
            action=action,
            message=_why_missing(text.str.strip(), as_missing),
            remedy="Fill in the cell, or set required: false in config.yaml.",
        )
    return values


def _remedy_for_text(
    column: Column, rule: str, text: pd.Series, faulty: pd.Series
) -> str | pd.Series:
    if rule != "unknown_code":
        return "Correct the cell, or its type or format in config.yaml."
    base = "Correct the cell, or declare the code in config.yaml."
    allowed = allowed_codes(column)
    hints = {value: base + did_you_mean(value.strip(), allowed) for value in text[faulty].unique()}
    return text[faulty].map(hints)


def _in_range(
    raw: RawTable, column: Column, values: pd.Series, place: dict[str, Any], log: FindingLog
) -> pd.Series:
    if column.range is None:
        return values
    low, high = column.range
    below, above = (values < low).fillna(False), (values > high).fillna(False)
    action = log.action("out_of_range", column)
    for outside, bound, words in (
        (below, low, "below the smallest"),
        (above, high, "above the largest"),
    ):
        if outside.any():
            message = _shown(column, place["value"][outside], values[outside])
            log.add_rows(
                raw.origin,
                outside,
                **place,
                rule="out_of_range",
                action=action,
                message=message + f" is {words} allowed value {_plain(bound)}{_unit(column)}",
                remedy="Correct the cell, or change the range in config.yaml.",
            )
    return values.mask((below | above).astype(bool)) if action == "blank" else values


def _converts(column: Column) -> bool:
    converted = bool(column.source_unit) and column.source_unit != column.variable.unit
    return converted or column.source_factor is not None


def _unit(column: Column) -> str:
    return f" {column.variable.unit}".rstrip() if _converts(column) else ""


def _shown(column: Column, text: pd.Series, values: pd.Series) -> pd.Series:
    """Return the cells as written, with the stored value beside them when units differ."""
    written = text.str.strip()
    if not _converts(column):
        return written
    source = f" {column.source_unit}" if column.source_unit else ""
    return written + source + " (" + values.map(_plain).astype("str") + _unit(column) + ")"


def _plain(number: float) -> str:
    return format(float(number), ".15g")


def _why_missing(written: pd.Series, as_missing: pd.Series) -> pd.Series:
    message = ("'" + written + "' counts as missing").mask(written == "", "there is no value")
    return message.where(as_missing, "no value is left") + ", and the column is required"


def key_of(typed: pd.DataFrame, key: Sequence[str]) -> pd.Series:
    r"""Return a row's key as one text; missing where a part of the key is.

    The parts of a composite key are joined by ``:``, so that an identifier used
    at two sites is two patients. A colon inside a part is written ``\:``.

    Examples
    --------
    >>> key_of(pd.DataFrame({"site": ["A", "B"], "id": ["1", "1"]}), ["site", "id"]).tolist()
    ['A:1', 'B:1']
    """
    parts = [typed[name].astype("string") for name in key]
    if len(parts) == 1:
        return parts[0]
    escaped = [
        part.str.replace("\\", "\\\\", regex=False).str.replace(":", "\\:", regex=False)
        for part in parts
    ]
    joined = escaped[0]
    for part in escaped[1:]:
        joined = joined + ":" + part
    return joined


def check_duplicates(
    raw: RawTable,
    key: pd.Series,
    *,
    in_file: bool,
    rule: str,
    log: FindingLog,
    one_each: bool = False,
) -> None:
    """Log rows that repeat another row, and rows that share its key but not its content.

    Parameters
    ----------
    raw : RawTable, n rows
        The table as read.
    key : Series of text, n
        Key of each row.
    in_file : bool
        Whether the key is read from the file, rather than numbering its rows.
    rule : str
        How the second kind is called: ``duplicate_key``, or ``patient_fact_differs``
        for a table with one row for each patient.
    one_each : bool
        Whether there is room for one row with a key only: where rows contradict each
        other and the policy would keep them, none can be chosen, and they leave.
    """
    shared = (key.duplicated(keep=False) & key.notna()).to_numpy(dtype=bool, copy=True)
    # Rows with different keys in the file are different rows: no need to compare all.
    candidates = shared | key.isna().to_numpy() if in_file else np.ones(len(key), dtype=bool)
    declared = list(dict.fromkeys(header for found in raw.sources.values() for header in found))
    cells = raw.cells.loc[candidates, declared].fillna("")
    if not cells.empty:
        first = _first_position(cells.apply(lambda column: column.str.strip()))
        later = first[first.to_numpy() != first.index.to_numpy()]
        _log_repeated(raw, later, log)
        shared[later.index] = False
    action = log.action(rule)
    if one_each and action in ("blank", "report"):
        action = "quarantine"
    _log_shared_keys(raw, key[shared], rule, action, log)


def _first_position(cells: pd.DataFrame) -> pd.Series:
    """Return for each row the position of the first row with the same content."""
    group = cells.groupby(list(cells.columns), sort=False, dropna=False).ngroup()
    positions = pd.Series(cells.index, index=cells.index)
    return positions.groupby(group.to_numpy()).transform("first")


def place_text(raw: RawTable, positions: pd.Series, seen_from: pd.Index) -> pd.Series:
    """Return where rows are: ``row 12``, with the file where it is another one."""
    there = raw.origin.loc[positions.to_numpy()].set_axis(seen_from)
    row = "row " + there["row"].astype("str")
    other_file = there["file"] != raw.origin.loc[seen_from, "file"]
    return row.mask(other_file, row + " of " + there["file"])


def _log_repeated(raw: RawTable, first: pd.Series, log: FindingLog) -> None:
    where = raw.origin.index.isin(first.index)
    log.add_rows(
        raw.origin,
        where,
        table=raw.table.name,
        rule="duplicate_row",
        action=log.action("duplicate_row"),
        message="identical to " + place_text(raw, first, first.index),
        remedy="Remove one of the two rows.",
    )


def _log_shared_keys(
    raw: RawTable, key: pd.Series, rule: str, action: Action, log: FindingLog
) -> None:
    key = key[key.duplicated(keep=False)].astype("str")
    if key.empty:
        return
    positions = pd.Series(key.index, index=key.index)
    groups = positions.groupby(key.to_numpy())
    first = groups.transform("first")
    second = positions.where(groups.cumcount() == 1).groupby(key.to_numpy()).transform("max")
    partner = first.where(first != positions, second).astype("int64")
    of_row = rule == "duplicate_key"
    log.add_rows(
        raw.origin,
        raw.origin.index.isin(key.index),
        table=raw.table.name,
        rule=rule,
        action=action,
        value=key,
        message=("the key " if of_row else "the patient ")
        + key
        + " is also in "
        + place_text(raw, partner, key.index)
        + ", with other content",
        remedy="Correct the key, or remove the wrong row."
        if of_row
        else "Find out which row is right and remove the other.",
    )
