"""One panel of a specification curve: what is drawn, in which order, above which choices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from procohort.publish.specified import SpecifiedView
from procohort.publish.wording import PERSPECTIVES, StudyWords, capitalise
from procohort.results import ResultRow
from procohort.specifications import Specification

# Estimands that both perspectives estimate, the one of the published test first.
SHARED = (
    "hodges_lehmann_shift",
    "geometric_mean_ratio",
    "mean_difference",
    "risk_difference",
    "spearman_rho",
)
# Empty places between the two perspectives.
_BETWEEN = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the dot matrix: its label, and whether a specification has the choice."""

    label: str
    decision: str
    choice: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One outcome: its answers in drawing order, and the lines of its dot matrix.

    Attributes
    ----------
    outcome, estimand : str
    blocks : list of (perspective, specifications)
        Sorted by estimate within each perspective.
    groups : list of (decision, rows)
        Decisions that differ between the specifications shown.
    silent : list of ResultRow
        Rows of the estimand without an estimate.
    """

    outcome: str
    estimand: str
    blocks: list[tuple[str, list[Specification]]]
    groups: list[tuple[str, list[Row]]]
    silent: list[ResultRow] = field(default_factory=list)

    @property
    def placed(self) -> list[tuple[float, Specification]]:
        """Return each specification shown with its place from left to right."""
        found: list[tuple[float, Specification]] = []
        start = 0
        for _, items in self.blocks:
            found += [(float(start + position), item) for position, item in enumerate(items)]
            start += len(items) + _BETWEEN
        return found


def _estimand(view: SpecifiedView, outcome: str) -> str:
    """Return the estimand to draw: of the main analysis in both perspectives, if there is one."""
    items = view.about(outcome)
    for only_main in (True, False):
        for name in SHARED:
            sides = {
                item.row.perspective
                for item in items
                if item.row.estimand == name
                and not math.isnan(item.row.estimate)
                and (view.is_main(item) or not only_main)
            }
            if sides == set(PERSPECTIVES):
                return name
    return next((item.row.estimand for item in items if item.row.estimand in SHARED), "")


def panel_of(view: SpecifiedView, outcome: str) -> Panel:
    """Return the panel of an outcome; without blocks if nothing has an estimate."""
    name = _estimand(view, outcome)
    items = [item for item in view.about(outcome) if item.row.estimand == name]
    shown = [item for item in items if math.isfinite(item.row.estimate)]
    blocks = []
    for perspective in PERSPECTIVES:
        members = [item for item in shown if item.row.perspective == perspective]
        if members:
            blocks.append((perspective, sorted(members, key=lambda i: (i.row.estimate, i.id))))
    silent = [item.row for item in items if not math.isfinite(item.row.estimate)]
    return Panel(outcome, name, blocks, _groups(view, shown), silent)


def _groups(view: SpecifiedView, items: Sequence[Specification]) -> list[tuple[str, list[Row]]]:
    """Return the decisions in which the specifications differ, with a row for each choice."""
    groups: list[tuple[str, list[Row]]] = []
    readings = [name for name in view.spec["readings"] if any(i.reading == name for i in items)]
    labels = {name: capitalise(name.replace("_", " ")) for name in readings}
    groups.append(
        ("Reading of the tables", [Row(labels[name], "reading", name) for name in readings])
    )
    for decision in view.spec["decisions"]:
        rows = [
            Row(label, decision["id"], choice)
            for choice, label in decision["choices"].items()
            if any(item.choices[decision["id"]] == choice for item in items)
        ]
        groups.append((decision["label"], rows))
    methods = dict.fromkeys(
        _interval_method(item.row, view)
        for perspective in PERSPECTIVES
        for item in items
        if item.row.perspective == perspective
    )
    rows = [Row(capitalise(name), "method", name) for name in methods]
    groups.append(("Method", rows))
    return [(name, rows) for name, rows in groups if len(rows) > 1]


def has_choice(item: Specification, row: Row, view: SpecifiedView) -> bool:
    """Whether a specification was found under the choice of a line."""
    if row.decision == "reading":
        return item.reading == row.choice
    if row.decision == "method":
        return _interval_method(item.row, view) == row.choice
    return item.choices[row.decision] == row.choice


def _interval_method(row: ResultRow, view: SpecifiedView) -> str:
    """Return the method of estimate and interval, where another one gives the p value."""
    return _named(row.method.split("+", maxsplit=1)[0], view.words)


@cache
def _named(method: str, words: StudyWords) -> str:
    return words.method(method).removeprefix("exact ")
