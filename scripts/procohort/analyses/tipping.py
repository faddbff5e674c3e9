"""How alike the rows of a patient must be for a conclusion at 5 % to turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from procohort.analyses.groups import Design, in_groups
from procohort.analyses.sample import Question, ask, numbers
from procohort.results import NAN, ResultRow
from procohort.stats.icc import icc_anova, icc_reml
from procohort.stats.inference import FloatArray, IntArray
from procohort.stats.tipping import (
    ClusterLayout,
    equal_layout,
    group_contrast,
    layout_of,
    p_at_icc,
    rank_contrast,
    tipping_icc,
)
from procohort.study import Variable
from procohort.tipping_start import TippingStart

ALPHA = 0.05
CURVE = tuple(step / 100 for step in range(100))
TABLES, EQUAL_SIZES = "design_effect_tables", "design_effect_equal_sizes"


@dataclass(frozen=True, slots=True)
class Rows:
    """The complete rows of one question: contrast, outcome and patient of each.

    Attributes
    ----------
    contrast, y : ndarray of float, shape (n,)
    cluster : ndarray of int, shape (n,)
    design : str or None
        How a group lies in the patients; None for a correlation.
    """

    contrast: FloatArray
    y: FloatArray
    cluster: IntArray
    design: Design | None

    @property
    def n_clusters(self) -> int:
        """Number of patients."""
        return len(np.unique(self.cluster))


def find_tipping(
    starts: Sequence[TippingStart],
    analyses: Mapping[str, Mapping[str, Any]],
    table: pd.DataFrame,
    estimates: Sequence[ResultRow],
) -> list[ResultRow]:
    """Return the tipping point and the curve of p for every start.

    Parameters
    ----------
    starts : sequence of TippingStart
    analyses : mapping
        By id, what the analysis was computed with: kind, spec, variables, parameters, methods.
    table : DataFrame
        The analysis table.
    estimates : sequence of ResultRow
        All result rows: the intraclass correlation is taken from the cluster-aware ones.

    Returns
    -------
    list of ResultRow
        Of kind ``tipping``; estimands ``tipping_icc``, ``p_at_estimated_icc``, ``p_at_icc`` (the
        curve) and ``full_design_effect``, the first three with ``_found`` behind a p that was
        not printed. Headlines are those that a claim rests on. ``design_effect_tables`` takes
        patients as they are in the tables, ``design_effect_equal_sizes`` only the sizes printed.
    """
    questions = {name: _question(asked, table) for name, asked in analyses.items()}
    found: list[ResultRow] = []
    for start in starts:
        question = questions[start.row.analysis]
        rows = _rows(question, start.row.outcome)
        icc = _estimated_icc(start.row, rows, question, estimates)
        for base, layout in _layouts(start, rows):
            found += _answer(start, layout, replace(base, icc=icc), rows)
    return found


def _question(asked: Mapping[str, Any], table: pd.DataFrame) -> Question:
    variables = {
        name: Variable.from_analysis(name, spec) for name, spec in asked["variables"].items()
    }
    return ask(
        asked["kind"]["name"],
        asked["spec"],
        table,
        variables,
        parameters=asked["parameters"],
        methods=asked["methods"],
    )


def _rows(question: Question, outcome: str) -> Rows:
    """Return the complete rows of an outcome with the contrast that the analysis tests."""
    if "x" not in question.spec:
        groups = in_groups(question, outcome)
        return Rows(group_contrast(groups.is_first), groups.y, groups.cluster, groups.design)
    x = question.spec["x"]
    used = question.table.loc[question.table[x].notna() & question.table[outcome].notna()]
    contrast = rank_contrast(numbers(used[x])) if len(used) else np.zeros(0)
    return Rows(contrast, numbers(used[outcome]), question.clusters(used)[0], None)


def _estimated_icc(
    row: ResultRow, rows: Rows, question: Question, estimates: Sequence[ResultRow]
) -> float:
    """Return the ICC of the outcome: that of its model, else one computed here; NaN for none.

    That of the model counts the group as explained, as the pooled variance of a test does.
    """
    of_models = [
        other
        for other in estimates
        if (other.analysis, other.outcome) == (row.analysis, row.outcome)
        and other.perspective == "cluster_aware"
        and other.status == "ok"
        and not math.isnan(other.icc)
    ]
    of_models.sort(key=lambda other: not other.headline)
    if of_models:
        return max(of_models[0].icc, 0.0)
    is_event = question.variables[row.outcome].type == "boolean"
    found = icc_anova(rows.y, rows.cluster) if is_event else icc_reml(rows.y, rows.cluster)
    return max(found.estimate, 0.0) if found.status == "ok" else NAN


def _layouts(start: TippingStart, rows: Rows) -> Iterator[tuple[ResultRow, ClusterLayout | None]]:
    """Yield each layout that can be had, after the identity and the sizes of its result rows."""
    row = start.row
    base = ResultRow(
        analysis=row.analysis,
        kind="tipping",
        estimand="",
        outcome=row.outcome,
        unit="1",
        group=row.group,
        level=row.level,
        reference=row.reference,
        subset=row.subset,
        perspective="cluster_aware",
        method=TABLES,
        headline=bool(start.claims),
        unit_of_analysis=row.unit_of_analysis,
        n_procedures=row.n_procedures,
        n_patients=row.n_patients,
        n_missing=row.n_missing,
    )
    clustered = len(rows.y) > rows.n_clusters
    yield base, layout_of(rows.contrast, rows.cluster) if clustered else None
    if not clustered or rows.design in {None, "within"}:
        return
    n = start.n_rows or len(rows.y)
    k = start.n_clusters or rows.n_clusters
    printed = replace(base, method=EQUAL_SIZES, n_procedures=n, n_patients=k, n_missing=None)
    yield printed, equal_layout(n, k)


def _answer(
    start: TippingStart, layout: ClusterLayout | None, base: ResultRow, rows: Rows
) -> Iterator[ResultRow]:
    """Yield the rows of one start in one layout; `base` carries the estimated ICC."""
    ending, icc = "" if start.origin == "printed" else "_found", base.icc
    tipping = replace(base, estimand=f"tipping_icc{ending}", p=start.p)
    reason = _reason(start, layout, rows)
    if reason or layout is None:
        yield replace(tipping, status="not_estimable", note=reason)
        return
    at_zero = p_at_icc(start.p, layout, [0.0])
    turns = tipping_icc(start.p, layout, alpha=ALPHA)
    yield replace(
        tipping,
        estimate=NAN if turns is None else turns,
        statistic=float(at_zero[1][0]),
        df=float(at_zero[2][0]),
        design_effect=NAN if math.isnan(icc) else float(layout.design_effect(icc)),
        note=_note(start, layout, turns, base),
    )
    if start.origin == "found":
        yield replace(
            base,
            estimand="full_design_effect",
            headline=False,
            estimate=layout.full_design_effect,
            icc=1.0,
            design_effect=layout.full_design_effect,
        )
    if not math.isnan(icc):
        yield from _curve(start.p, layout, base, f"p_at_estimated_icc{ending}", (icc,))
    yield from _curve(start.p, layout, base, f"p_at_icc{ending}", CURVE)


def _curve(
    p: float, layout: ClusterLayout, base: ResultRow, estimand: str, at: Sequence[float]
) -> Iterator[ResultRow]:
    found, statistic, df = p_at_icc(p, layout, at)
    effects = layout.design_effect(at)
    for position, icc in enumerate(at):
        yield replace(
            base,
            estimand=estimand,
            estimate=float(found[position]),
            p=float(found[position]),
            statistic=float(statistic[position]),
            df=float(df[position]),
            icc=icc,
            design_effect=float(effects[position]),
        )


def _reason(start: TippingStart, layout: ClusterLayout | None, rows: Rows) -> str:
    """Return why there is no tipping point to look for, nothing if there is."""
    if start.is_undecided:
        return "The print does not say on which side of 5 % p lies."
    if layout is not None:
        return ""
    if len(rows.y) == rows.n_clusters:
        return "Each patient counts once: nothing is clustered."
    return "An empty group or fewer than three patients: there is no contrast to correct."


def _note(start: TippingStart, layout: ClusterLayout, turns: float | None, base: ResultRow) -> str:
    """Return what the tipping point means, in plain words."""
    shown = "the tables do not determine one"
    if not math.isnan(base.icc):
        shown = f"the tables show {_write(base.icc)}"
    if turns is None:
        sentence = "No intraclass correlation up to 1 would change the conclusion at 5 %"
        why = _why_not(start.p < ALPHA, layout.full_design_effect)
        parts = [f"{sentence}{why}; {shown}."]
    elif turns == 0.0:
        parts = [
            "At any intraclass correlation above 0 the conclusion at 5 % could be another one; "
            f"{shown}."
        ]
    else:
        parts = [
            f"At an intraclass correlation of {_write(turns)} or more the conclusion at 5 % would "
            f"be another one; {shown}."
        ]
    if turns is not None and start.bound:
        other = "smaller" if start.bound == "largest" else "larger"
        parts.append(
            f"This holds for p = {start.p:.2g}, the {start.bound} that the print allows; "
            f"a {other} p would turn later."
        )
    if base.method == EQUAL_SIZES:
        parts.append("Supposes that all patients have equally many rows.")
    return " ".join(parts)


def _why_not(significant: bool, full_design_effect: float) -> str:
    if significant and full_design_effect <= 1.0:
        return ", because most of the comparison lies inside patients and gains from clustering"
    if significant:
        return f", because clustering multiplies this variance by {full_design_effect:.2g} at most"
    return ", because clustering makes this p larger" if full_design_effect > 1.0 else ""


def _write(icc: float) -> str:
    """Write an ICC with two decimals, or two significant digits where it is small."""
    return f"{icc:.2f}" if icc >= 0.0995 or icc == 0.0 else f"{icc:.2g}"
