"""Write tables the way an information system exports them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from procohort.data.reconstruct.defects import extra_columns
from procohort.data.reconstruct.specification import Context, Settings
from procohort.stats.inference import Array


def as_text(
    table: pd.DataFrame,
    columns: Settings,
    overwritten: Mapping[str, Array],
    context: Context,
    *,
    decimal: str,
    date: str,
) -> pd.DataFrame:
    """Return the cells as text, one column per header.

    Parameters
    ----------
    table : DataFrame, n rows
        Recorded values.
    columns : mapping
        Header to `from` (recorded variable) and how to write it: `codes`; or
        `decimals` after multiplying by `factor`; `scatter`: largest whole number
        added or taken away in units of the last digit, for a file that is finer than
        the recorded resolution; `missing`: text for no value.
    overwritten : mapping of ndarray of object, shape (n,)
        By variable: text to write instead, or None.
    context : Context
    decimal, date : str
        Decimal mark and date format.
    """
    found = {}
    for header, spec in columns.items():
        name = spec["from"]
        texts = _texts(table[name], spec, context, decimal, date)
        instead = overwritten.get(name, np.full(len(table), None, dtype=object))
        found[header] = [
            old if new is None else str(new) for old, new in zip(texts, instead, strict=True)
        ]
    return pd.DataFrame(found, index=table.index, dtype=object)


def file_bytes(
    text: pd.DataFrame, file: Settings, defects: Sequence[Settings], context: Context
) -> bytes:
    """Return one file: its columns in its order, its encoding and its line ends.

    Parameters
    ----------
    text : DataFrame of str
        Rows of this file, in order.
    file : mapping
        `name`, `encoding`, `delimiter`, `line_end` (``lf`` or ``crlf``), and
        `first_columns`: headers that this file puts first.
    defects : list of mapping
        Those of kind ``extra_column`` add columns nobody declared.
    context : Context
    """
    first = list(file.get("first_columns", ()))
    headers = first + [header for header in text.columns if header not in first]
    shown = text[headers].assign(**extra_columns(file["name"], len(text), defects, context))
    buffer = io.StringIO(newline="")
    line_end = "\r\n" if file.get("line_end", "lf") == "crlf" else "\n"
    writer = csv.writer(buffer, delimiter=file.get("delimiter", ","), lineterminator=line_end)
    writer.writerow(shown.columns)
    writer.writerows(shown.itertuples(index=False, name=None))
    return buffer.getvalue().encode(file.get("encoding", "utf-8"))


def _texts(
    values: pd.Series, spec: Settings, context: Context, decimal: str, date: str
) -> list[str]:
    missing = str(spec.get("missing", ""))
    if "decimals" in spec:
        decimals, largest = int(spec["decimals"]), int(spec.get("scatter", 0))
        numbers = values.to_numpy(dtype=float, na_value=np.nan) * float(spec.get("factor", 1))
        if largest:
            steps = np.floor((2 * largest + 1) * context.uniform(len(values))) - largest
            numbers = np.round(numbers, decimals) + steps / 10**decimals
        return [
            missing if np.isnan(number) else f"{number:.{decimals}f}".replace(".", decimal)
            for number in numbers
        ]
    if pd.api.types.is_datetime64_any_dtype(values):
        return [missing if pd.isna(day) else day.strftime(date) for day in values]
    codes = {_plain(key): str(code) for key, code in spec.get("codes", {}).items()}
    return [
        missing if pd.isna(value) else codes.get(_plain(value), _plain(value)) for value in values
    ]


def _plain(value: object) -> str:
    """Return a value as text; logical values as in the configuration, true and false."""
    return str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
