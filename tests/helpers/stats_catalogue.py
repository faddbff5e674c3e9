"""Every public method of procohort.stats (it answers with an Inference), and rows to try it on."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import procohort.stats
from procohort.stats.inference import Inference

# Not methods on data: the constructors of empty answers, and building blocks that take a fitted
# model, an object or a function instead of arrays.
NOT_METHODS = {
    "inference.refused",
    "inference.not_estimable",
    "counts.empty_group",
    "counts.constant_table",
    "mixed_results.effect_of_contrast",
    "bootstrap_interval.bootstrap_inference",
    "influence.leave_one_patient_out",
}
ANSWERS = (
    "Inference",
    "PairwiseRankTest",
    "PairwiseContrast",
    "VisitContrast",
    "WithinBetweenSlopes",
)
# What a random method gets besides data.
OPTIONS: dict[str, Any] = {"seed": 1, "n_resamples": 60, "n_permutations": 60}


def modules() -> Iterator[Any]:
    """Yield the modules of procohort.stats in order of their names."""
    for name in sorted(info.name for info in pkgutil.iter_modules(procohort.stats.__path__)):
        yield importlib.import_module(f"procohort.stats.{name}")


def methods() -> dict[str, Callable[..., Any]]:
    """Return every public function that answers with an Inference, by ``module.function``."""
    found = {}
    for module in modules():
        short = module.__name__.rsplit(".", 1)[-1]
        for name, function in vars(module).items():
            public = inspect.isfunction(function) and not name.startswith("_")
            if not public or function.__module__ != module.__name__:
                continue
            returned = str(inspect.signature(function).return_annotation)
            if any(answer in returned for answer in ANSWERS):
                found[f"{short}.{name}"] = function
    return {name: found[name] for name in found if name not in NOT_METHODS}


def data_arguments(function: Callable[..., Any]) -> list[str]:
    """Return the arguments without default: the data (and the seed)."""
    return [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]


def options_of(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the options that keep a random method quick and repeatable."""
    parameters = inspect.signature(function).parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    wanted = {"seed", "n_resamples"} if open_ended else set(parameters) & set(OPTIONS)
    return {name: OPTIONS[name] for name in wanted}


def call(function: Callable[..., Any], rows: dict[str, Any]) -> Any:
    """Call a method with those of the given arrays that it takes."""
    names = [name for name in data_arguments(function) if name not in OPTIONS]
    return function(**{name: rows[name] for name in names}, **options_of(function))


def inferences(answer: Any) -> list[Inference]:
    """Return all Inferences inside an answer of any kind."""
    if isinstance(answer, Inference):
        return [answer]
    if isinstance(answer, tuple):
        return [part for item in answer for part in inferences(item)]
    if dataclasses.is_dataclass(answer):
        fields = (getattr(answer, field.name) for field in dataclasses.fields(answer))
        return [part for value in fields for part in inferences(value)]
    return []


def table_of(events1: int, n1: int, events0: int, n0: int) -> dict[str, Any]:
    """Return one 2 x 2 table under every argument name; group 1 alone for a single rate."""
    return {
        "events1": events1,
        "n1": n1,
        "events0": events0,
        "n0": n0,
        "events": events1,
        "trials": n1,
        "table": [[events1, n1 - events1], [events0, n0 - events0]],
    }


def takes_rows(function: Callable[..., Any]) -> bool:
    """Return whether a method takes arrays of rows rather than counts."""
    return not {"trials", "n1", "table"} & set(data_arguments(function))


def rows_of(y: Any, group: Any, cluster: Any, x: Any = None) -> dict[str, Any]:
    """Return one data set under every argument name that methods use for it."""
    y, group = np.asarray(y, dtype=float), np.asarray(group)
    x = np.arange(len(y), dtype=float) if x is None else np.asarray(x, dtype=float)
    events = (y > np.median(y)).astype(float) if len(y) else y
    return {
        "y": y,
        "x": x,
        "X": np.column_stack([np.ones(len(y)), group.astype(float)]),
        "group": group,
        "group_labels": group,
        "cluster": np.asarray(cluster),
        "stratum": np.asarray(cluster),
        "counts": np.floor(np.abs(y)),
        "events": events,
        "outcome": events,
        "change": y - np.median(y) if len(y) else y,
        "follow_up": y,
        "baseline": x,
        "visit": x,
    }
