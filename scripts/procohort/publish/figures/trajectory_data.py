"""What the figure of outcomes over time shows: summaries from result rows, lines of patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from procohort.publish.figures.common import FloatArray, as_numbers, level_texts
from procohort.publish.numbers import format_mean_sd
from procohort.publish.selection import pick
from procohort.publish.trajectory_rows import Trajectory
from procohort.publish.wording import StudyWords, VariableBook
from procohort.study import Variable
from procohort.trajectory_names import visit_variable

COLUMNS = (
    "what", "outcome", "group", "level", "visit", "time", "cluster", "value", "ci_low", "ci_high",
    "n",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curve:
    """The values of one patient (or row) at the visits; NaN where missing."""

    cluster: str
    level: str
    values: FloatArray


def _curves(points: pd.DataFrame, shown: Trajectory, outcome: str) -> list[Curve]:
    columns = [as_numbers(points[visit_variable(outcome, visit)]) for visit in shown.visits]
    values = np.column_stack(columns)
    if shown.by:
        level = level_texts(points[shown.by]).to_numpy(dtype=object)
    else:
        level = np.full(len(points), "all", dtype=object)
    clusters = points["cluster"].astype(str).to_numpy(dtype=object)
    found = [
        Curve(str(clusters[i]), str(level[i]), values[i])
        for i in range(len(points))
        if (str(level[i]) in (shown.levels or ["all"])) and not np.isnan(values[i]).all()
    ]
    return sorted(found, key=lambda curve: (curve.cluster, *np.nan_to_num(curve.values, nan=-1e9)))


@dataclass(frozen=True, slots=True)
class Summary:
    """What one part was at each visit, shape (T,) each; NaN where there is none."""

    n: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    median: FloatArray


def _summary(shown: Trajectory, outcome: str, level: str) -> Summary:
    found: list[tuple[float, ...]] = []
    for visit in shown.visits:
        rows = [r for r in shown.at(outcome, visit, level) if r.perspective == "descriptive"]
        n, mean, median = (pick(rows, estimand=name) for name in ("n", "mean", "median"))
        found.append(
            (
                n.estimate if n else 0.0,
                *((mean.estimate, mean.ci_low, mean.ci_high) if mean else (np.nan,) * 3),
                median.estimate if median else np.nan,
            )
        )
    return Summary(*np.array(found, dtype=np.float64).T)


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about one outcome.

    Attributes
    ----------
    shown : Trajectory
    outcome : str
    book : VariableBook
    curves : list of Curve
        Empty where there are too many for lines.
    summaries : dict of str to Summary
        By level of the group, or ``all``.
    """

    shown: Trajectory
    outcome: str
    book: VariableBook
    curves: list[Curve]
    summaries: dict[str, Summary]

    @property
    def variable(self) -> Variable:
        """The outcome as a variable."""
        return self.book[self.outcome]


def panel_of(
    shown: Trajectory, outcome: str, book: VariableBook, points: pd.DataFrame | None
) -> Panel:
    """Gather one panel; without points there are no lines of patients."""
    levels = shown.levels or ["all"]
    return Panel(
        shown,
        outcome,
        book,
        [] if points is None else _curves(points, shown, outcome),
        {level: _summary(shown, outcome, level) for level in levels},
    )


def panel_records(panel: Panel) -> list[dict[str, object]]:
    """Return what a panel shows, for the figure's data."""
    shown, outcome = panel.shown, panel.outcome
    times = {str(visit["id"]): float(visit["time"]) for visit in shown.spec["visits"]}
    records: list[dict[str, object]] = []
    for level, found in panel.summaries.items():
        for i, visit in enumerate(shown.visits):
            for what, value in (("mean", found.mean[i]), ("median", found.median[i])):
                is_mean = what == "mean"
                records.append(
                    {
                        "what": what, "outcome": outcome, "group": shown.by, "level": level,
                        "visit": visit, "time": times[visit], "value": float(value),
                        "ci_low": float(found.low[i]) if is_mean else None,
                        "ci_high": float(found.high[i]) if is_mean else None,
                        "n": int(found.n[i]),
                    }
                )  # fmt: skip
    for curve in panel.curves:
        records += [
            {
                "what": "line", "outcome": outcome, "group": shown.by, "level": curve.level,
                "visit": visit, "time": times[visit], "cluster": curve.cluster,
                "value": float(value),
            }
            for visit, value in zip(shown.visits, curve.values, strict=True)
            if not np.isnan(value)
        ]  # fmt: skip
    return records


def alt_text(panels: list[Panel], label: str, words: StudyWords) -> str:
    """Say the means at the visits, for somebody who cannot see the figure."""
    parts = [f"Line plots over time, one panel per outcome. {label}."]
    for panel in panels:
        shown, book = panel.shown, panel.book
        for level, found in panel.summaries.items():
            name = book.label_with_unit(panel.outcome)
            name += f", {book.level(shown.by, level)}" if shown.by else ""
            said = [
                f"{shown.label(visit)} {format_mean_sd(mean, mean, panel.variable)[0]} (n {n:.0f})"
                for visit, mean, n in zip(shown.visits, found.mean, found.n, strict=True)
                if not np.isnan(mean)
            ]
            parts.append(f"{name}: means {', '.join(said)}.")
    parts.append(f"{words.data_note}.")
    return " ".join(parts)
