"""Descriptions: counts, shares, centre and spread, whole and by group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from procohort.analyses.sample import CLUSTER, Question, in_level, numbers, texts
from procohort.results import ResultRow
from procohort.stats import icc
from procohort.study import Variable


def describe(question: Question) -> list[ResultRow]:
    """Describe the declared variables, for all rows and for each level of `by`."""
    by = question.spec.get("by", "")
    everyone = pd.Series(True, index=question.table.index)
    parts = [("all", everyone)]
    if by:
        levels = question.variables[by].labels or sorted(set(question.table[by].dropna()))
        parts += [(level, in_level(question, by, level)) for level in levels]
    rows: list[ResultRow] = []
    for level, keep in parts:
        rows.extend(sizes(question, keep, level=level, group=by))
        for name in question.spec["variables"]:
            rows.extend(describe_variable(question, question.variables[name], keep, level, by))
    return rows


def sizes(question: Question, keep: pd.Series, *, level: str, group: str) -> Iterator[ResultRow]:
    """Yield the numbers of rows and of patients in a part of the table."""
    counts = question.count(keep)
    for estimand, number in (
        ("n_rows", counts["n_procedures"]),
        ("n_patients", counts["n_patients"]),
    ):
        yield question.row(
            estimand,
            "",
            unit="count",
            level=level,
            group=group,
            method="count",
            estimate=float(number),
            **counts,
        )


def describe_variable(
    question: Question, variable: Variable, keep: pd.Series, level: str, group: str
) -> Iterator[ResultRow]:
    """Yield the rows that describe one variable in one part of the table."""
    column = question.table[variable.name]
    used = keep & column.notna()
    common = {
        "group": group,
        "level": level,
        "n_missing": int((keep & column.isna()).sum()),
        **question.count(used),
    }
    if variable.is_quantity:
        for estimand, number in summary(numbers(column[used])).items():
            unit = "count" if estimand == "n" else variable.unit
            yield question.row(
                estimand, variable.name, unit=unit, method=estimand, estimate=number, **common
            )
        if level == "all" and question.unit == "row":
            yield from intraclass(question, variable.name, column[used], common)
    elif variable.type in ("category", "boolean"):
        found = texts(column[used])
        for value in variable.labels or sorted(set(found)):
            yield share(question, variable.name, found == value, value, common)
    elif variable.type == "date":
        yield from date_range(question, variable, column[used], common)


def intraclass(
    question: Question, name: str, column: pd.Series, common: dict[str, object]
) -> Iterator[ResultRow]:
    """Yield how alike a patient's rows are, on logs where the variable allows it."""
    values = numbers(column)
    cluster, _ = question.clusters(question.table.loc[column.index])
    if len(np.unique(cluster)) == len(values):
        return
    scaled = np.log(values) if len(values) and (values > 0).all() else values
    base = question.row("icc", name, unit="1", **common)
    for function in (icc.icc_reml, icc.icc_anova):
        found = function(scaled, cluster, ci_level=question.ci_level)
        yield base.answered(found, "cluster_aware")


def summary(values: np.ndarray) -> dict[str, float]:
    """Return size, centre and spread of a sample (quantiles of type 7).

    Examples
    --------
    >>> summary(np.array([1.0, 2.0, 6.0]))["mean"]
    3.0
    """
    if not len(values):
        return {"n": 0.0}
    q1, median, q3 = np.quantile(values, [0.25, 0.5, 0.75])
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
    return {
        "n": float(len(values)),
        "mean": float(np.mean(values)),
        "sd": sd,
        "median": float(median),
        "q1": float(q1),
        "q3": float(q3),
        "min": float(values.min()),
        "max": float(values.max()),
    }


def share(
    question: Question, name: str, is_value: np.ndarray, value: str, common: dict[str, object]
) -> ResultRow:
    """Return the share of one value of a category; the value stands in `reference`."""
    n_events, n = int(np.sum(is_value)), len(is_value)
    return question.row(
        "proportion",
        name,
        unit="1",
        reference=value,
        method="proportion",
        n_events=n_events,
        estimate=n_events / n if n else float("nan"),
        status="ok" if n else "not_estimable",
        note="" if n else "No values.",
        **common,
    )


def date_range(
    question: Question, variable: Variable, dates: pd.Series, common: dict[str, object]
) -> Iterator[ResultRow]:
    """Yield the earliest and the latest date, as day numbers with the date in the note.

    Of a fact of the patient only the year is given: its extremes are dates in the life
    of one person.
    """
    if dates.empty:
        return
    for estimand, date in (("earliest", dates.min()), ("latest", dates.max())):
        day = pd.Timestamp(date)
        note = day.date().isoformat()
        if variable.level == "patient":
            day, note = pd.Timestamp(day.year, 1, 1), str(day.year)
        yield question.row(
            estimand,
            variable.name,
            unit="day",
            method=estimand,
            estimate=float(day.toordinal()),
            note=note,
            **common,
        )


def describe_cohort(question: Question) -> list[ResultRow]:
    """Describe the cohort as a whole: sizes, rows per patient, range of every date."""
    keep = pd.Series(True, index=question.table.index)
    rows = list(sizes(question, keep, level="all", group=""))
    counts = question.count(keep)
    per_patient = question.table.groupby(CLUSTER, sort=True).size().to_numpy(dtype=np.float64)
    rows.extend(
        question.row(
            estimand,
            "rows_per_patient",
            unit="count",
            level="all",
            method=estimand,
            estimate=value,
            **counts,
        )
        for estimand, value in summary(per_patient).items()
    )
    for variable in question.variables.values():
        if variable.type == "date" and variable.name in question.table:
            rows.extend(describe_variable(question, variable, keep, "all", ""))
    return rows
