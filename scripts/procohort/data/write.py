"""The cohort as files: the same bytes for the same cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from procohort.data.cohort import Cohort

# Programs that open CSV files run cells that begin so as formulas (OWASP, "CSV injection").
_FORMULA = r"^(?=[=+\-@\t\r])(?![+-]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)? ?%?$)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPaths:
    """Where the parts of a cohort are written; `quarantine` by raw table."""

    analysis_csv: Path
    analysis_parquet: Path
    findings: Path
    quarantine: Mapping[str, Path]
    attrition: Path
    missing: Path


def write_cohort(cohort: Cohort, paths: CohortPaths) -> None:
    """Write every part of a cohort; folders are made where needed."""
    write_csv(cohort.analysis, paths.analysis_csv)
    paths.analysis_parquet.parent.mkdir(parents=True, exist_ok=True)
    cohort.analysis.to_parquet(paths.analysis_parquet, index=False, engine="pyarrow")
    write_csv(cohort.findings, paths.findings)
    write_csv(cohort.attrition, paths.attrition)
    write_csv(cohort.missing, paths.missing)
    for name, path in paths.quarantine.items():
        write_csv(cohort.quarantine[name], path)


def read_analysis(path: Path) -> pd.DataFrame:
    """Read the analysis table with its types from Parquet."""
    return pd.read_parquet(path, engine="pyarrow")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    r"""Write a table as UTF-8 with ``\n``: ISO dates, true/false, nothing where missing.

    Texts that a spreadsheet would run as a formula get an apostrophe in front;
    numbers, also those written as text, stay as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = pd.DataFrame({name: _as_text(frame[name]) for name in frame.columns})
    header = pd.Series(list(frame.columns), dtype="str")
    safe = shown.set_axis(list(escape_formulas(header)), axis=1)
    path.write_bytes(safe.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def escape_formulas(text: pd.Series) -> pd.Series:
    """Put an apostrophe before texts that a spreadsheet would run as a formula.

    Examples
    --------
    >>> escape_formulas(pd.Series(["=1+1", "-5,3", "-", "a"])).tolist()
    ["'=1+1", '-5,3', "'-", 'a']
    """
    return text.mask(text.str.contains(_FORMULA, regex=True).fillna(False).astype(bool), "'" + text)


def _as_text(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.strftime("%Y-%m-%d").astype("string").fillna("")
    if pd.api.types.is_bool_dtype(column):
        return column.map({True: "true", False: "false"}).astype("string").fillna("")
    if pd.api.types.is_float_dtype(column):
        # repr gives the shortest text that reads back as the same number.
        codes, distinct = pd.factorize(column)
        texts = pd.Series([*map(repr, map(float, distinct)), ""], dtype="str")
        return texts.take(codes).set_axis(column.index)
    if pd.api.types.is_integer_dtype(column):
        return column.astype("string").fillna("")
    return escape_formulas(column.astype("string").fillna(""))
