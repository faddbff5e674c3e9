"""Multiplicity: all result rows together, with adjusted p-values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from procohort.results import ResultRow
from procohort.stats.multiplicity import benjamini_hochberg, holm


def adjust(rows: Sequence[ResultRow], multiplicity: Mapping[str, Any]) -> list[ResultRow]:
    """Return the rows with `p_holm` and `p_bh` filled in.

    Holm (1979) within the confirmatory family, Benjamini & Hochberg (1995) over
    every other effect row, each for as published and cluster-aware headlines
    apart: the two are answers to the same questions, not more questions. A row
    without p does not count. An outcome that is another one times a constant
    (`same_test`) is not counted a second time; it takes the adjusted p of its
    twin.
    """
    adjusted = list(rows)
    for perspective in ("as_published", "cluster_aware"):
        chosen = [
            position
            for position, row in enumerate(rows)
            if row.headline and row.perspective == perspective and not math.isnan(row.p)
        ]
        family = [i for i in chosen if _is_confirmatory(rows[i], multiplicity)]
        grid = [i for i in chosen if i not in set(family)]
        for positions, method, field in (
            (family, holm, "p_holm"),
            (grid, benjamini_hochberg, "p_bh"),
        ):
            values = _adjusted(rows, positions, method, multiplicity["same_test"])
            for position, value in values.items():
                change: dict[str, Any] = {field: value}
                adjusted[position] = replace(adjusted[position], **change)
    return adjusted


def _is_confirmatory(row: ResultRow, multiplicity: Mapping[str, Any]) -> bool:
    family = multiplicity["confirmatory"]
    return (
        row.kind == "compare"
        and row.analysis in family["analyses"]
        and row.outcome in family["outcomes"]
    )


def _adjusted(
    rows: Sequence[ResultRow],
    positions: Sequence[int],
    method: Any,
    same_test: Mapping[str, str],
) -> dict[int, float]:
    """Return the adjusted p of each position; twins share one place in the family."""
    place = {_test(rows[i], rows[i].outcome): i for i in positions}
    twin_of = {
        i: place[_test(rows[i], same_test[rows[i].outcome])]
        for i in positions
        if rows[i].outcome in same_test and _test(rows[i], same_test[rows[i].outcome]) in place
    }
    counted = [i for i in positions if i not in twin_of]
    values = method(np.array([rows[i].p for i in counted])) if counted else []
    found = {i: float(value) for i, value in zip(counted, values, strict=True)}
    return {**found, **{i: found[twin] for i, twin in twin_of.items()}}


def _test(row: ResultRow, outcome: str) -> tuple[str, ...]:
    return (row.analysis, outcome, row.group, row.level, row.reference, row.estimand)
