"""The result rows behind the claims, as published beside cluster-aware, every field explained."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procohort.claims.match import cluster_aware_counterpart
from procohort.claims.verdict import Verdict
from procohort.publish.numbers import format_significant
from procohort.publish.scorecard_views import Link, ScorecardViews
from procohort.publish.tables.model import templates
from procohort.publish.wording import StudyWords, capitalise
from procohort.results import COLUMNS, ResultRow

# In the study's words; {row} and {rows} stand for what it calls a row of its tables.
FIELDS: dict[str, str] = {
    "analysis": "The analysis, as the settings declare it.",
    "kind": "What kind of analysis it is.",
    "estimand": "What is estimated.",
    "outcome": "The variable it is about.",
    "unit": "Unit of the estimate; 1 or ratio where it has none.",
    "group": "The variable that makes the groups, or that the outcome is correlated with.",
    "level": "The group spoken of.",
    "reference": "The group it is compared with; in a description, the value that is counted.",
    "subset": "Which part of the table was used.",
    "perspective": "As published pools all {rows}; cluster-aware takes {clusters} as the unit "
    "of sampling; descriptive draws no inference.",
    "method": "How it was computed.",
    "headline": "Whether this row stands for its perspective in tables and forest plots.",
    "unit_of_analysis": "What is counted once.",
    "n_procedures": "Number of {rows} behind it.",
    "n_patients": "Number of {clusters} behind it.",
    "n_missing": "Number of {rows} left out because a value is missing.",
    "n_events": "Number of events counted.",
    "statistic": "Test statistic of the method.",
    "df": "Degrees of freedom of the statistic.",
    "estimate": "The estimate, in its unit; proportions as fractions of 1.",
    "ci_low": "Lower confidence limit.",
    "ci_high": "Upper confidence limit.",
    "ci_level": "Level of the confidence limits, as a fraction of 1.",
    "p": "Two-sided p, unadjusted.",
    "p_holm": "p adjusted within the confirmatory family (Holm).",
    "p_bh": "p adjusted over all other tests (Benjamini and Hochberg).",
    "icc": "Intraclass correlation: how alike the {rows} of one {cluster} are.",
    "design_effect": "By how much clustering multiplies the variance.",
    "n_effective": "Number of {rows} divided by the design effect.",
    "status": "ok, or why there is no estimate: refused or not estimable.",
    "note": "What a reader of this row should know.",
    "seed": "Seed of the random draws.",
    "n_resamples": "Number of random draws.",
    "mc_error": "Standard error of p or of a limit from drawing at random.",
}
_NAMES = {"n_procedures": "n {rows}", "n_patients": "n {clusters}", "p_bh": "p (BH)"}


@dataclass(frozen=True, slots=True)
class RowColumn:
    """One result row of a question: where it stands on the page, and its heading."""

    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class RowField:
    """One field of the rows of a question: its name, what it means, its values."""

    name: str
    meaning: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The rows that answer one question, side by side, and the claims that rest on them."""

    title: str
    detail: str
    columns: tuple[RowColumn, ...]
    fields: tuple[RowField, ...]
    claims: tuple[Link, ...]
    links: tuple[Link, ...]


def row_anchors(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """Return where the result row of each claim stands on the page, by id of the claim."""
    places: dict[ResultRow, str] = {}
    taken: dict[str, int] = {}
    found = {}
    for verdict in verdicts:
        if verdict.row is not None:
            if verdict.row not in places:
                places[verdict.row] = row_anchor(verdict.row, taken)
            found[verdict.claim.id] = places[verdict.row]
    return found


def row_anchor(row: ResultRow, taken: dict[str, int]) -> str:
    """Return a readable anchor for a row; `taken` counts names, so that none is given twice.

    Examples
    --------
    >>> row = ResultRow(analysis="a", kind="rate", estimand="proportion", outcome="y")
    >>> taken = {}
    >>> row_anchor(row, taken), row_anchor(row, taken)
    ('row-a-y-proportion-descriptive', 'row-a-y-proportion-descriptive-2')
    """
    parts = (row.analysis, row.outcome, row.level, row.reference, row.estimand, row.perspective)
    name = re.sub(r"[^a-z0-9]+", "-", "-".join(part for part in parts if part).lower()).strip("-")
    taken[name] = taken.get(name, 0) + 1
    return f"row-{name}" + (f"-{taken[name]}" if taken[name] > 1 else "")


def render_rows(
    verdicts: Sequence[Verdict],
    rows: Sequence[ResultRow],
    *,
    study: Mapping[str, Any],
    views: Mapping[str, Any] | None = None,
) -> str:
    """Return the page of the result rows that verdicts rest on.

    Parameters
    ----------
    verdicts : sequence of Verdict
    rows : sequence of ResultRow
        All result rows of the run.
    study : mapping
        The `study` mapping of the configuration.
    views : mapping, optional
        As `procohort.plan_scorecard.parameters` gives it.
    """
    words = StudyWords.from_settings(study)
    shown = ScorecardViews(views)
    text = (
        templates()
        .get_template("rows.html.j2")
        .render(words=words, study=study, questions=_questions(verdicts, rows, words, shown))
    )
    return text.rstrip("\n") + "\n"


def _questions(
    verdicts: Sequence[Verdict],
    rows: Sequence[ResultRow],
    words: StudyWords,
    views: ScorecardViews,
) -> list[Question]:
    """Return the questions in the order of their first claim."""
    anchors = row_anchors(verdicts)
    gathered: dict[tuple[str, ...], list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.row is not None:
            row = verdict.row
            key = (row.analysis, row.outcome, row.subset, row.group, row.level, row.reference)
            gathered.setdefault(key, []).append(verdict)
    return [_question(mine, rows, anchors, words, views) for mine in gathered.values()]


def _question(
    verdicts: Sequence[Verdict],
    rows: Sequence[ResultRow],
    anchors: Mapping[str, str],
    words: StudyWords,
    views: ScorecardViews,
) -> Question:
    own = {verdict.row: anchors[verdict.claim.id] for verdict in verdicts if verdict.row}
    beside: dict[ResultRow, str] = {}
    for row in own:
        other = cluster_aware_counterpart(row, rows)
        if other is not None and other not in own:
            beside[other] = ""
    every = {**own, **beside}
    first = next(iter(every))
    return Question(
        title=f"{views.label(first.analysis)}: {views.question(first)}".rstrip(": "),
        detail=words.counts_of(first),
        columns=tuple(RowColumn(anchor, heading(row, words)) for row, anchor in every.items()),
        fields=tuple(_fields(list(every), words)),
        claims=tuple(
            Link(verdict.claim.printed, f"scorecard.html#claim-{verdict.claim.id}")
            for verdict in verdicts
        ),
        links=views.of_analysis(
            first.analysis, {"figure": "Figure", "table": "Table", "sensitivity": "Every answer"}
        ),
    )


def heading(row: ResultRow, words: StudyWords) -> str:
    """Return what a row estimates, and its perspective."""
    counted = {"n_rows": words.rows, "n_patients": words.clusters}.get(row.estimand)
    if counted:
        return f"Number of {counted}"
    perspective = row.perspective.replace("_", " ").replace("cluster aware", "cluster-aware")
    return f"{capitalise(words.estimand(row.estimand))}, {perspective}"


def _fields(rows: Sequence[ResultRow], words: StudyWords) -> list[RowField]:
    """Return the fields that any of the rows fills, in the order of the result row."""
    found = []
    for name in COLUMNS:
        values = tuple(field_value(name, row, words) for row in rows)
        if any(values):
            found.append(RowField(*field_name(name, words), values))
    return found


def field_name(name: str, words: StudyWords) -> tuple[str, str]:
    """Return a field's name for people, and what it means."""
    shown = _NAMES.get(name, name.replace("_", " "))
    return words.fill(shown), words.fill(FIELDS[name])


def field_value(name: str, row: ResultRow, words: StudyWords) -> str:
    """Return a field's value as text: numbers to six significant digits, empty when absent."""
    value = getattr(row, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else _number(value)
    if name in ("method", "estimand"):
        said = words.method(value) if name == "method" else words.estimand(value)
        return said if said == value else f"{said} ({value})"
    if name == "unit_of_analysis":
        return words.unit_of_analysis(value)
    if name == "note":
        return words.note_of(row)
    return "" if value is None else str(value)


def _number(value: float) -> str:
    """Write a number to six significant digits; whole, very small and large ones shortly."""
    if math.isinf(value):
        return format_significant(value)
    if value == round(value) and abs(value) < 1e15:
        return f"{value:.0f}"
    return format_significant(value, 6) if 1e-4 <= abs(value) < 1e6 else f"{value:.3g}"
