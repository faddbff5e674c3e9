"""The result row: the one currency of the house.

Every estimate is one row; a table, a figure, a sentence and a verdict are views
of rows. Nothing is formatted here, and nothing downstream computes a statistic.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from procohort.stats.inference import Inference

NAN = float("nan")

Perspective = Literal["descriptive", "as_published", "cluster_aware"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One estimate with everything needed to read it alone.

    Proportions are fractions (0 to 1) with `n_events` beside them. An absent
    number is NaN (or None for a count) and becomes an empty field.

    Attributes
    ----------
    analysis, kind : str
        Identifier from the configuration, and describe | rate | compare | correlate | trend.
    estimand : str
        What is estimated: ``mean``, ``median``, ``proportion``, ``hodges_lehmann_shift`` ...
    outcome, unit : str
        Variable, and unit of `estimate` (``ratio`` or ``1`` when it has none).
    group, level, reference, subset : str
        Grouping variable, the level spoken of, the level it is compared with, and
        the part of the table used (``all`` or the expression).
    perspective : str
        ``descriptive``, ``as_published`` (procedures pooled) or ``cluster_aware``.
    headline : bool
        The row that stands for its perspective in tables and forest plots.
    unit_of_analysis : str
        ``patient`` or ``row`` (the study names its row, for example procedure).
    """

    analysis: str
    kind: str
    estimand: str
    outcome: str
    unit: str = ""
    group: str = ""
    level: str = ""
    reference: str = ""
    subset: str = "all"
    perspective: Perspective = "descriptive"
    method: str = ""
    headline: bool = False
    unit_of_analysis: str = "row"
    n_procedures: int | None = None
    n_patients: int | None = None
    n_missing: int | None = None
    n_events: int | None = None
    statistic: float = NAN
    df: float = NAN
    estimate: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    ci_level: float = NAN
    p: float = NAN
    p_holm: float = NAN
    p_bh: float = NAN
    icc: float = NAN
    design_effect: float = NAN
    n_effective: float = NAN
    status: str = "ok"
    note: str = ""
    seed: int | None = None
    n_resamples: int | None = None
    mc_error: float = NAN

    def answered(
        self,
        inference: Inference,
        perspective: Perspective,
        *,
        headline: bool = False,
        seed: int | None = None,
        **fields: Any,
    ) -> ResultRow:
        """Return this row filled with what a statistic found.

        Parameters
        ----------
        inference : Inference
            The finding.
        perspective : str
            Whether it pools rows or respects patients.
        headline : bool
            Whether this row stands for its perspective.
        seed : int, optional
            Recorded where the statistic drew at random.
        **fields
            Further fields to set, for example ``estimand`` and ``unit``.
        """
        values: dict[str, Any] = {
            "perspective": perspective,
            "headline": headline,
            "method": inference.method,
            "statistic": inference.statistic,
            "df": float(inference.df),
            "estimate": inference.estimate,
            "ci_low": inference.ci_low,
            "ci_high": inference.ci_high,
            "ci_level": inference.ci_level,
            "p": inference.p,
            "icc": float(inference.extra.get("icc", NAN)),
            "design_effect": inference.design_effect,
            "n_effective": inference.n_effective,
            "status": inference.status,
            "note": inference.note,
            "n_resamples": inference.n_resamples or None,
            "mc_error": inference.mc_error,
            "seed": seed if inference.n_resamples else None,
        }
        return replace(self, **{**values, **fields})


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(ResultRow))
_INTEGERS = {"n_procedures", "n_patients", "n_missing", "n_events", "seed", "n_resamples"}
_FLOATS = {
    field.name for field in fields(ResultRow) if field.type == "float" or field.type is float
}


def cell_text(value: object) -> str:
    """Write a value so that reading it gives the same value, and nothing for absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # repr is the shortest text that reads back as the same double.
        return "" if math.isnan(value) else repr(float(value))
    return str(value)


def write_rows(path: str | Path, rows: Iterable[ResultRow]) -> None:
    """Write result rows as UTF-8 CSV, columns in the order of the class."""
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([cell_text(getattr(row, column)) for column in COLUMNS])


def read_rows(paths: str | Path | Sequence[str | Path]) -> list[ResultRow]:
    """Read result rows from one or more CSV files, in the order given.

    Raises
    ------
    ValueError
        If a file's columns are not those of a result row.
    """
    many = [paths] if isinstance(paths, (str, Path)) else list(paths)
    rows: list[ResultRow] = []
    for path in many:
        with Path(path).open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ValueError(f"{path}: not a table of result rows (columns differ)")
            rows.extend(row_from(record) for record in reader)
    return rows


def row_from(record: Mapping[str, str]) -> ResultRow:
    """Return the result row that a record of cells, named by `COLUMNS`, stands for."""
    values: dict[str, Any] = {}
    for name, text in record.items():
        if name in _INTEGERS:
            values[name] = int(text) if text else None
        elif name in _FLOATS:
            values[name] = float(text) if text else NAN
        elif name == "headline":
            values[name] = text == "true"
        else:
            values[name] = text
    return ResultRow(**values)
