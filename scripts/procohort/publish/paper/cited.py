"""Parts of sentences whose numbers lead back to their rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.material import Material
from procohort.publish.prose import Cited, Linked, Part, Prose
from procohort.publish.selection import n_trials, pick
from procohort.publish.wording import uncapitalise
from procohort.results import ResultRow
from procohort.study import Variable


def said(*parts: Part | Prose) -> Prose:
    """Join parts and groups of parts to one sentence."""
    flat: list[Part] = []
    for part in parts:
        flat += part if isinstance(part, tuple) else (part,)
    return tuple(flat)


def joined(groups: Sequence[Prose], separator: str = "; ") -> Prose:
    """Put a separator between groups of parts."""
    flat: list[Part] = []
    for position, group in enumerate(groups):
        flat += (separator, *group) if position else group
    return tuple(flat)


def named(material: Material, outcome: str) -> str:
    """Return an outcome in words for the middle of a sentence."""
    return uncapitalise(material.book.label(outcome))


def counts(material: Material, row: ResultRow) -> Cited:
    """Return how many rows and clusters there are."""
    return Cited(material.counts(row), row)


def place(material: Material, table: str) -> Prose:
    """Return where a table stands, in brackets; nothing where the manuscript has no such table."""
    number = material.numbers.get(table)
    if number is None:
        return ()
    return (" (", Linked(f"Table {number}", f"#{table}"), ")")


def share(material: Material, row: ResultRow) -> Cited:
    """Return a percentage with its counts."""
    return Cited(material.style.percent_count(row.n_events, n_trials(row)), row)


def summary(material: Material, rows: Sequence[ResultRow], outcome: str) -> Prose:
    """Return the first summary of the style: each number from its own row, with the unit.

    Parameters
    ----------
    material : Material
    rows : sequence of ResultRow
        Descriptive rows of one outcome in one group.
    outcome : str
    """
    style, variable = material.style, material.book[outcome]
    if style.summaries[0] == "mean":
        mean, sd = (pick(rows, estimand=name) for name in ("mean", "sd"))
        if mean is None or sd is None:
            return (ABSENT,)
        first, second = style.mean_sd_texts(mean.estimate, sd.estimate, variable)
        between, after = style.spread_marks
        return (Cited(first, mean), between, Cited(second, sd), after + _unit(variable))
    median, q1, q3 = (pick(rows, estimand=name) for name in ("median", "q1", "q3"))
    if median is None or q1 is None or q3 is None:
        return (ABSENT,)
    middle, low, high = (style.quantile(row.estimate, variable) for row in (median, q1, q3))
    before, between, after = style.range_marks(low, high)
    start = Cited(f"{middle}{_unit(variable)}", median)
    return (start, f" {before}", Cited(low, q1), between, Cited(high, q3), after)


def _unit(variable: Variable) -> str:
    """Return the unit as it follows a number; what explains a scale does not follow one."""
    if variable.unit == "count" or variable.unit[:1].isdigit():
        return ""
    return variable.unit if variable.unit in ("", "%") else f" {variable.unit}"


def summary_name(material: Material) -> str:
    """Return what the first summary is called."""
    return material.style.summary_label(material.style.summaries[0])


def effect(
    material: Material, row: ResultRow, p_row: ResultRow | None = None, *, name: bool = True
) -> Prose:
    """Return an estimate with its interval and p, under its name; or why there is none.

    Parameters
    ----------
    material : Material
    row : ResultRow
        The estimate.
    p_row : ResultRow, optional
        The row that holds p, where another one does.
    name : bool
        Whether to say what is estimated.
    """
    words, style = material.facts.words, material.style
    called = words.estimand(row.estimand)
    if row.status != "ok":
        return (f"{called} {row.status.replace('_', ' ')}",)
    p_of = p_row or row
    has_p = p_of.status == "ok" and not math.isnan(p_of.p)
    if math.isnan(row.estimate):
        shown = Cited(style.p_equation(p_of.p), p_of) if has_p else ABSENT
        return (f"{called}, ", shown)
    variable = material.book[row.outcome]
    beside = [text for text in (style.interval_phrase(row, variable),) if text]
    if has_p and p_of is row:
        beside.append(style.p_equation(row.p))
    estimate = style.effect(row, variable, unit=True)
    found: Prose = (Cited(f"{estimate} ({'; '.join(beside)})" if beside else estimate, row),)
    if has_p and p_of is not row:
        found = (*found, ", ", Cited(style.p_equation(p_of.p), p_of))
    return (f"{called} ", *found) if name else found


def adjusted(material: Material, row: ResultRow) -> Prose:
    """Return the p of the confirmatory family, nothing outside it."""
    if math.isnan(row.p_holm):
        return ()
    return (", after Holm ", Cited(material.style.p_equation(row.p_holm), row))
