"""Which group sizes and counts can show printed percentages, under each reading."""

from __future__ import annotations

import pandas as pd

from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View

COLUMNS = ("reading", "n1", "events1", "n0", "events0", "rules")
RULE_WORDS = {
    "half_up": "rounding half up",
    "half_even": "rounding half to even",
    "truncate": "cutting off",
}


def make(view: View) -> Table:
    """Show the ranges of solutions by reading, rounding rule and number of events.

    Parameters
    ----------
    view : View
        frame: a row for each reading and solution (`COLUMNS`); ``spec`` as declared
        under ``feasibility``.
    """
    frame = with_columns(view.frame, COLUMNS, "feasible counts")
    spec, events = view.spec, str(view.spec["events"])
    first, second = spec["groups"]
    lines: list[Line] = []
    for reading, given in spec["readings"].items():
        printed = " and ".join(
            f"{value}%" if name == "percent" else f"{value} {events}"
            for name, value in given.items()
        )
        lines.append(Line(f"If {printed} of {spec['total']} is right", is_section=True))
        lines += _lines(frame[frame["reading"] == reading])
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
        ),
        lines=tuple(lines),
        notes=(
            "Whole numbers that give all printed percentages together; the CSV lists each.",
            *([str(spec["note"])] if spec["note"] else []),
        ),
        csv_columns=COLUMNS,
        records=tuple(frame[list(COLUMNS)].to_dict("records")),
    )


def _lines(frame: pd.DataFrame) -> list[Line]:
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
            }
            lines.append(Line(words, cells, indent=True))
    return lines


def _span(numbers: pd.Series) -> str:
    low, high = int(numbers.min()), int(numbers.max())
    return str(low) if low == high else f"{low} to {high}"
