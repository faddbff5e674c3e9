"""A first set of analyses: what is compared, described and correlated in a draft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from procohort.drafting.columns import GROUP_WORDS, ID_WORDS, SEX_WORDS, ColumnDraft

_COUNTERS = re.compile(
    r"(?:^|_)(?:visit|session|sitzung|injection|injektion|number|nummer|day|tag)"
)
_MOST_GROUP_LEVELS = 5
_FEW_VALUES = 5
_FEWEST_IN_LEVEL = 3
_KNOWN_IN_GROUP = 0.8
# What patients bring along is described, and compared only if nothing else is there.
_BROUGHT_ALONG = re.compile(r"^(?:age|alter|bmi|weight|gewicht|height|groesse)(?:_|$)")
_MOST_QUANTITIES, _MOST_EVENTS, _MOST_CORRELATED = 5, 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Variables of the first analyses.

    Attributes
    ----------
    groups : list of ColumnDraft
        Columns that could be a group, the chosen one first.
    levels : list of str
        Levels of the chosen one with enough rows, in order.
    quantities, events : list of ColumnDraft
        Outcomes of rows: measured ones, and those of yes and no.
    x, correlated : ColumnDraft or None, list of ColumnDraft
        What is correlated with what.
    of_rows, of_patients : list of ColumnDraft
        What is described.
    """

    groups: list[ColumnDraft]
    levels: list[str]
    quantities: list[ColumnDraft]
    events: list[ColumnDraft]
    x: ColumnDraft | None
    correlated: list[ColumnDraft]
    of_rows: list[ColumnDraft]
    of_patients: list[ColumnDraft]

    @property
    def group(self) -> ColumnDraft | None:
        """The chosen group."""
        return self.groups[0] if self.groups else None


def choose(columns: Sequence[ColumnDraft]) -> Choices:
    """Choose variables for the first analyses from the columns that are no keys."""
    used = [c for c in columns if not c.left_out and not c.is_constant]
    groups = sorted((c for c in used if _levels(c)), key=_group_rank)
    group = groups[0] if groups else None
    rows = [c for c in used if c.level == "row" and c is not group]
    quantities = sorted((c for c in rows if c.is_quantity), key=_is_coarse)
    measured = [c for c in quantities if not _is_counter(c)] or quantities
    measured = [c for c in measured if not _BROUGHT_ALONG.search(c.name)] or measured
    events = [c for c in rows if c.kind == "boolean"]
    facts = [c for c in used if c.level == "patient" and c.is_quantity]
    every = [*quantities, *facts]
    first = measured[0] if measured else None
    x = next((c for c in every if c is not first), None) if first else None
    correlated = [c for c in measured if c is not x][:_MOST_CORRELATED] if x else []
    described = ("integer", "number", "boolean", "category")
    return Choices(
        groups=groups,
        levels=_levels(group) if group else [],
        quantities=measured[:_MOST_QUANTITIES],
        events=events[:_MOST_EVENTS],
        x=x if correlated else None,
        correlated=correlated,
        of_rows=[c for c in rows if c.kind in described],
        of_patients=[
            c for c in used if c.level == "patient" and c.kind in described and c is not group
        ],
    )


def _is_counter(column: ColumnDraft) -> bool:
    """Whether a number counts visits or rows rather than measures anything."""
    return bool(
        column.kind == "integer" and (ID_WORDS.search(column.name) or _COUNTERS.search(column.name))
    )


def _is_coarse(column: ColumnDraft) -> tuple[bool, bool]:
    """Sort quantities: measured ones, then those with few values, then counters."""
    return _is_counter(column), column.values.nunique() <= _FEW_VALUES


def _levels(column: ColumnDraft) -> list[str]:
    """Return the levels with enough rows of a column that could be a group, else none."""
    if column.kind == "category":
        stored = column.values.map(lambda text: column.codes.get(text, text), na_action="ignore")
        order = list(column.levels)
    elif column.kind == "boolean":
        stored = column.values.map(column.codes, na_action="ignore")
        order = ["true", "false"]
    else:
        return []
    if stored.notna().mean() < _KNOWN_IN_GROUP:
        return []
    counts = stored.value_counts()
    kept = [level for level in order if counts.get(level, 0) >= _FEWEST_IN_LEVEL]
    if column.kind == "boolean" and counts.min() < 0.1 * counts.sum():
        return []
    return kept if len(kept) >= 2 and len(order) <= _MOST_GROUP_LEVELS else []


def _group_rank(column: ColumnDraft) -> tuple[bool, bool, bool]:
    """Sort groups: named as such first, then categories of the row, then yes and no."""
    named = bool(GROUP_WORDS.search(column.name))
    sex = bool(SEX_WORDS.search(column.name))
    return (not named, column.kind == "boolean", sex)
