"""Which group sizes and counts can show printed percentages, under each reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from procohort.claims.feasibility import Rule
from procohort.claims.feasibility_implied import MEANS_UNDER
from procohort.publish.numbers import format_p
from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View

COLUMNS = ("reading", "n1", "events1", "n0", "events0", "rules")
RULE_WORDS: dict[Rule, str] = {
    "half_up": "rounding half up",
    "half_even": "rounding half to even",
    "truncate": "cutting off",
}
_ALPHA = 0.05


def make(view: View) -> Table:
    """Show the ranges of solutions by reading, rounding rule and number of events.

    Parameters
    ----------
    view : View
        frame: a row for each reading and solution (`COLUMNS`, and what it implies:
        ``fisher_p`` and the ends of overall means); ``spec`` as declared under
        ``feasibility``.
    """
    frame = with_columns(view.frame, COLUMNS, "feasible counts")
    spec, events = view.spec, str(view.spec["events"])
    first, second = spec["groups"]
    means = _means_shown(spec, frame)
    implied = ("fisher_p", *means) if "fisher_p" in frame else tuple(means)
    csv_columns = (*COLUMNS, *(name for name in frame.columns if name not in COLUMNS))
    lines: list[Line] = []
    for reading, given in spec["readings"].items():
        printed = " and ".join(
            f"{value}%" if name == "percent" else f"{value} {events}"
            for name, value in given.items()
        )
        lines.append(Line(f"If {printed} of {spec['total']} is right", is_section=True))
        lines += _lines(frame[frame["reading"] == reading], means)
    return Table(
        title=str(spec["label"]),
        settings=(
            f"{spec['total']} {view.words.rows} in two groups",
            f"printed: {first} {spec['groups'][first]}%, {second} {spec['groups'][second]}%",
        ),
        heading="If the paper's digits come from",
        columns=(
            Column("events1", f"{events.capitalize()} of n", spanner=first),
            Column("missed1", "Others", spanner=first),
            Column("events0", f"{events.capitalize()} of n", spanner=second),
            Column("missed0", "Others", spanner=second),
            Column("solutions", "Solutions"),
            *(_implied_column(view, name) for name in implied),
        ),
        lines=tuple(lines),
        notes=(
            "Whole numbers that give all printed percentages together; the CSV lists each.",
            *_notes(view, implied),
            *([str(spec["note"])] if spec["note"] else []),
        ),
        csv_columns=csv_columns,
        records=tuple(frame[list(csv_columns)].to_dict("records")),
    )


def _means_shown(spec: Mapping[str, Any], frame: pd.DataFrame) -> dict[str, int]:
    """Return the quantities with implied means, and the decimals of their printed means."""
    printed = spec.get("means") or {}
    return {
        name: max(len(str(text).replace(",", ".").partition(".")[2]) for text in pair)
        for name, pair in printed.items()
        if f"{name}_rounded_low" in frame
    }


def _implied_column(view: View, name: str) -> Column:
    if name == "fisher_p":
        return Column(name, "Fisher p", spanner="Implied")
    return Column(name, view.book.label_with_unit(name), spanner="Implied")


def _notes(view: View, implied: tuple[str, ...]) -> list[str]:
    spec, notes = view.spec, []
    if "fisher_p" in implied:
        notes.append(
            "Fisher p: two-sided, exact, as if all rows were independent; the range over the "
            "solutions of the line, and whether any, all or none of them lies below 0.05."
        )
    if len(implied) > ("fisher_p" in implied):
        first, second = spec["groups"]
        pairs = "; ".join(
            f"{view.book.label_with_unit(name)} {pair[0]} and {pair[1]}"
            for name, pair in spec["means"].items()
            if name in implied
        )
        notes.append(
            "Overall means that follow if the printed group figures are means "
            f"({first}, then {second}): {pairs}."
        )
    return notes


def _lines(frame: pd.DataFrame, means: Mapping[str, int]) -> list[Line]:
    """Return a line for each rounding rule and split of the rarer outcome."""
    lines = []
    for rule, words in RULE_WORDS.items():
        named = frame["rules"].astype("string").str.split().explode()
        fitting = frame.loc[named.index[named == rule]]
        if fitting.empty:
            lines.append(Line(words, {"solutions": "none"}, indent=True))
            continue
        split = [fitting["n1"] - fitting["events1"], fitting["n0"] - fitting["events0"]]
        for (others1, others0), part in fitting.groupby(split):
            cells = {
                "events1": f"{_span(part['events1'])} of {_span(part['n1'])}",
                "missed1": str(others1),
                "events0": f"{_span(part['events0'])} of {_span(part['n0'])}",
                "missed0": str(others0),
                "solutions": str(len(part)),
                **_implied_cells(part, means, MEANS_UNDER[rule]),
            }
            lines.append(Line(words, cells, indent=True))
    return lines


def _implied_cells(part: pd.DataFrame, means: Mapping[str, int], how: str) -> dict[str, str]:
    """Return the range of the Fisher p, and of each overall mean, over some solutions."""
    cells = {}
    if "fisher_p" in part:
        p = part["fisher_p"].astype(float)
        low, high = format_p(p.min()), format_p(p.max())
        below = int((p < _ALPHA).sum())
        word = "none" if not below else "all" if below == len(p) else f"{below} of {len(p)}"
        span = low if low == high else f"{low} to {high}"
        cells["fisher_p"] = f"{span}\n({word} < 0.05)"
    for name, decimals in means.items():
        # One digit more than printed: the printed digits alone would hide the interval.
        low, high = (
            f"{float(end):.{decimals + 1}f}"
            for end in (part[f"{name}_{how}_low"].min(), part[f"{name}_{how}_high"].max())
        )
        cells[name] = f"{low} to {high}"
    return cells


def _span(numbers: pd.Series) -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return str(low) if low == high else f"{low} to {high}"
