"""Kinds of variables: how a column of values is drawn.

Each kind is a function of its settings, the table so far and the context. Values
are drawn as the inverse of a distribution function at uniforms.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammainccinv, nbdtr, ndtri, pdtr

from procohort.data.reconstruct.choose import choose_rows
from procohort.data.reconstruct.schedule import Calendar
from procohort.data.reconstruct.specification import Context, ReconstructionError, Settings
from procohort.stats.arrays import encode
from procohort.stats.inference import Array, FloatArray

Draw = Callable[[Settings, pd.DataFrame, Context, str | None], Any]

# Largest count of the tables of cumulative probabilities below.
_LARGEST_COUNT = 500


def draw_variables(
    table: pd.DataFrame, variables: Settings, context: Context, cluster: str | None
) -> pd.DataFrame:
    """Return the table with each declared variable drawn, in the order declared.

    Parameters
    ----------
    table : DataFrame, n rows
        What is known so far; later variables may use earlier ones.
    variables : mapping
        Name to settings; `kind` says how, `when` restricts to rows (others missing).
    context : Context
        Named numbers and random numbers.
    cluster : str or None
        Column that holds each row's patient; None at patient level.

    Raises
    ------
    ReconstructionError
        If a kind is unknown.
    """
    table = table.copy()
    for name, spec in variables.items():
        if spec["kind"] not in KINDS:
            known = ", ".join(KINDS)
            raise ReconstructionError(
                [f"{name}: '{spec['kind']}' is not a known kind; known are {known}"]
            )
        values = KINDS[spec["kind"]](spec, table, context, cluster)
        if not isinstance(values, pd.Series):
            values = pd.Series(values, index=table.index)
        if "when" in spec:
            values = values.where(context.where(spec["when"], table, cluster))
        table[name] = values
    return table


def identifier(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Array:
    """Give running numbers, by the order of a column and with gaps where declared."""
    ordered = table[spec["order"]].argsort(kind="stable") if "order" in spec else None
    gaps = 1 + np.floor(context.uniform(len(table)) * spec.get("largest_gap", 1)).astype(np.int64)
    numbers = int(spec.get("start", 0)) + np.cumsum(gaps)
    texts = np.array([spec["pattern"].format(number=number) for number in numbers], dtype=object)
    if ordered is None:
        return texts
    placed = np.empty(len(table), dtype=object)
    placed[ordered.to_numpy()] = texts
    return placed


def category(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Array:
    """Draw a level by weights; the first case whose condition holds gives the weights.

    With `persistence` p a row keeps, with probability p, the level of the patient's
    previous row if that level can occur under its own weights. With `distinct` no
    level occurs twice in a patient (one set of weights only, without `cases`).
    """
    cases = [*spec.get("cases", []), {"when": True, "weights": spec["weights"]}]
    uniforms = context.uniform(len(table))
    values = np.empty(len(table), dtype=object)
    case_of_row = np.full(len(table), -1)
    for number, case in enumerate(cases):
        rows = (case_of_row < 0) & context.where(case["when"], table, cluster)
        case_of_row[rows] = number
        levels = np.array([str(level) for level in case["weights"]], dtype=object)
        weights = np.array([context.number(w) for w in case["weights"].values()])
        edges = np.cumsum(weights)[:-1] / weights.sum()
        values[rows] = levels[np.searchsorted(edges, uniforms[rows], side="right")]
    if "persistence" in spec:
        assert cluster is not None
        keeps = context.uniform(len(table)) < context.number(spec["persistence"])
        allowed = [{str(k) for k, w in case["weights"].items() if w} for case in cases]
        last: dict[Any, Any] = {}
        for i, patient in enumerate(table[cluster]):
            if keeps[i] and last.get(patient) in allowed[case_of_row[i]]:
                values[i] = last[patient]
            last[patient] = values[i]
    if spec.get("distinct"):
        assert cluster is not None
        values = _distinct(values, uniforms, table[cluster], cases[0]["weights"], context)
    return values


def _distinct(
    values: Array, uniforms: FloatArray, patients: pd.Series, weights: Settings, context: Context
) -> Array:
    """Replace a level that the patient has already by one beside it among those left.

    Beside it, because the same uniform falls there once the level is taken away.
    """
    taken: dict[Any, set[str]] = {}
    for i, patient in enumerate(patients):
        used = taken.setdefault(patient, set())
        if values[i] in used:
            left = [str(level) for level in weights if str(level) not in used]
            if not left:
                raise ReconstructionError(
                    [f"category: patient {patient} needs more distinct levels than {len(used)}"]
                )
            edges = np.cumsum([context.number(weights[level]) for level in left])
            pick = int(np.searchsorted(edges[:-1] / edges[-1], uniforms[i], side="right"))
            values[i] = left[pick]
        used.add(values[i])
    return values


def chosen(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Array:
    """Mark exact numbers of rows, by weight; true where chosen."""
    return choose_rows(spec, table, context, cluster)


def uniform(
    spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None
) -> FloatArray:
    """Draw uniformly between `low` and `high`."""
    low, high = context.number(spec["low"]), context.number(spec["high"])
    return _finish(low + (high - low) * context.uniform(len(table)), spec, context)


def normal(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Any:
    """Draw from a normal distribution whose mean and sd may be expressions of the row."""
    mean = context.column(spec["mean"], table, cluster).astype(float).to_numpy()
    sd = context.column(spec["sd"], table, cluster).astype(float).to_numpy()
    return _finish(mean + sd * ndtri(context.uniform(len(table))), spec, context)


def lognormal(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Any:
    """Draw exp(log(median) + log_effect + patient + row), the last two normal.

    `sd_between` and `sd_within` are the standard deviations of the patient's and the
    row's part on the log scale.
    """
    centre = np.full(len(table), np.log(context.number(spec["median"])))
    if "log_effect" in spec:
        centre = centre + context.column(spec["log_effect"], table, cluster).astype(float)
    centre = np.asarray(centre, dtype=float) + _patient_part(spec, table, context, cluster)
    within = context.number(spec["sd_within"]) * ndtri(context.uniform(len(table)))
    return _finish(np.exp(centre + within), spec, context)


def count(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Any:
    """Draw Poisson counts, or negative binomial ones where `size` is given.

    `size` is the shape k of Var = mean + mean^2 / k; `most` cuts the tail.
    """
    mean = context.column(spec["mean"], table, cluster).astype(float).to_numpy()
    mean = mean * np.exp(_patient_part(spec, table, context, cluster))
    uniforms = context.uniform(len(table))
    most = int(spec.get("most", _LARGEST_COUNT))
    values = np.zeros(len(table), dtype=np.int64)
    for k in range(most):
        if "size" in spec:
            size = context.number(spec["size"])
            below = nbdtr(k, size, size / (size + mean))
        else:
            below = pdtr(k, mean)
        more = uniforms > below
        if not more.any():
            break
        values += more
    return pd.Series(values + int(spec.get("least", 0)), index=table.index, dtype="Int64")


def date(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> pd.Series:
    """Return `from` (a date expression) plus `days`; `open_days` moves off closed days."""
    start = context.column(spec["from"], table, cluster)
    days = context.column(spec["days"], table, cluster).astype(float).round()
    dates = pd.to_datetime(start) + pd.to_timedelta(days, unit="D")
    if "closed" in spec:
        calendar = Calendar.from_settings(spec["closed"])
        dates = dates.map(calendar.next_open, na_action="ignore")
    return dates.astype("datetime64[ns]")


def expression(
    spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None
) -> pd.Series:
    """Compute from the columns before."""
    return context.column(spec["value"], table, cluster)


def gamma(spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None) -> Any:
    """Draw from a gamma distribution with the given `mean` and `shape`."""
    shape = context.number(spec["shape"])
    mean = context.column(spec["mean"], table, cluster).astype(float).to_numpy()
    return _finish(mean / shape * gammainccinv(shape, context.uniform(len(table))), spec, context)


KINDS: dict[str, Draw] = {
    "identifier": identifier,
    "category": category,
    "chosen": chosen,
    "uniform": uniform,
    "normal": normal,
    "lognormal": lognormal,
    "gamma": gamma,
    "count": count,
    "date": date,
    "expression": expression,
}


def _patient_part(
    spec: Settings, table: pd.DataFrame, context: Context, cluster: str | None
) -> FloatArray:
    if "sd_between" not in spec:
        return np.zeros(len(table))
    assert cluster is not None
    codes, levels = encode(table[cluster].to_numpy(dtype=str))
    part = context.number(spec["sd_between"]) * ndtri(context.uniform(len(levels)))
    return np.asarray(part[codes], dtype=np.float64)


def _finish(values: Any, spec: Settings, context: Context) -> FloatArray:
    array = np.asarray(values, dtype=np.float64)
    if "least" in spec:
        array = np.maximum(array, context.number(spec["least"]))
    if "most" in spec:
        array = np.minimum(array, context.number(spec["most"]))
    if "decimals" in spec:
        array = np.round(array, int(spec["decimals"]))
    return array
