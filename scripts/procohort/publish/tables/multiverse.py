"""The multiverse of an analysis by method: how many specifications agree, how far they range."""

from __future__ import annotations

import math
from dataclasses import replace

from procohort.publish.numbers import ABSENT, format_effect, format_p
from procohort.publish.selection import refusal
from procohort.publish.specified import (
    Answers,
    SpecifiedView,
    answers,
    share_below,
    specified,
    universes_text,
)
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, capitalise
from procohort.results import COLUMNS, ResultRow
from procohort.study import Variable

NAN = float("nan")


def make(view: View) -> Table:
    """Show every method with its specifications; the CSV holds each of them.

    Parameters
    ----------
    view : SpecifiedView
        spec: the analysis, with ``decisions`` (id, label, choices) and ``readings``.
    """
    mine = specified(view)
    decisions = tuple(decision["id"] for decision in mine.spec["decisions"])
    lines: list[Line] = []
    for outcome in mine.outcomes():
        lines.append(Line(mine.book.label_with_unit(outcome), is_section=True))
        parts = answers(mine, outcome)
        lines.append(_summary(mine, outcome, parts))
        lines += [_line(mine, outcome, part) for part in parts]
    rows = [item.row for item in mine.specifications]
    return Table(
        title=f"{mine.spec['label']}: every specification",
        settings=(
            f"{len(rows)} specifications",
            mine.words.units_text(rows),
            "every combination of the declared choices, none left out",
        ),
        heading="Estimand",
        columns=(
            Column("perspective", "Perspective", numeric=False, wrap=False),
            Column("method", "Method", numeric=False),
            Column("n", "Specifications"),
            Column("direction", "In the published direction"),
            Column("below", "p < 0.05"),
            Column("range", "Estimates", detail="smallest to largest", wrap=False),
            Column("p_range", "p", detail="smallest to largest", wrap=False),
            Column("main", "Main analysis", numeric=False, wrap=False),
        ),
        lines=tuple(lines),
        notes=_notes(mine),
        csv_columns=("specification", "reading", *decisions, "n_set", *COLUMNS),
        records=tuple(
            {
                "specification": item.id,
                "reading": item.reading,
                **item.choices,
                "n_set": item.n_set,
                **{name: getattr(item.row, name) for name in COLUMNS},
            }
            for item in mine.specifications
        ),
    )


def _summary(view: SpecifiedView, outcome: str, parts: list[Answers]) -> Line:
    below = []
    for perspective in PERSPECTIVES:
        n_below, n_p = share_below(parts, perspective)
        below.append(f"{PERSPECTIVE_NAMES[perspective]} {n_below} of {n_p}")
    return Line(
        "All",
        {
            "method": universes_text(view, outcome),
            "n": str(len(view.about(outcome))),
            "below": "\n".join(below),
        },
        indent=True,
    )


def _line(view: SpecifiedView, outcome: str, part: Answers) -> Line:
    words = view.words
    sides, published = part.sides(), view.published_direction(outcome)
    n_silent = len(part.items) - len(part.rows)
    cells = {
        "perspective": PERSPECTIVE_NAMES[part.perspective],
        "method": capitalise(part.method),
        "n": f"{len(part.items)}" + (f"\n{n_silent} without answer" if n_silent else ""),
        "direction": f"{sides.count(published)} of {len(sides)}" if sides and published else ABSENT,
        "below": f"{part.n_below} of {len(part.p_values)}" if part.p_values else ABSENT,
        "range": _range(part, view.book[outcome]),
        "p_range": _span(*(format_p(p) for p in part.range_of(part.p_values))),
        "main": _main(part.main, view.book[outcome]),
    }
    return Line(capitalise(words.estimand(part.estimand)), cells, indent=True)


def _range(part: Answers, variable: Variable) -> str:
    """Return the smallest and the largest estimate."""
    low, high = part.range_of(row.estimate for row in part.rows)
    if math.isnan(low):
        return ABSENT
    alone = replace(part.rows[0], ci_low=NAN, ci_high=NAN)
    return _span(
        format_effect(replace(alone, estimate=low), variable, unit=low == high),
        format_effect(replace(alone, estimate=high), variable),
    )


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _main(row: ResultRow | None, variable: Variable) -> str:
    if row is None:
        return ABSENT
    if row.status != "ok":
        return refusal(row)
    effect, p = format_effect(row, variable), format_p(row.p)
    texts = [effect] if effect != ABSENT else []
    if p != ABSENT:
        texts.append(f"p {p}" if p.startswith("<") else f"p = {p}")
    return "\n".join(texts) or ABSENT


def _notes(view: SpecifiedView) -> tuple[str, ...]:
    spec = view.spec
    notes = [
        "A specification is one method under one combination of choices. A choice that "
        "changes no row of an outcome is not counted for it.",
        "Main analysis: the first choice of every decision"
        + (f", reading {spec['readings'][0].replace('_', ' ')}." if spec["readings"] else "."),
        *(
            f"{decision['label']}: {'; '.join(decision['choices'].values())}."
            for decision in spec["decisions"]
        ),
    ]
    if len(spec["readings"]) > 1:
        names = "; ".join(name.replace("_", " ") for name in spec["readings"])
        notes.append(f"Reading of the tables: {names}.")
    drawn = sorted({item.row.n_resamples or 0 for item in view.specifications} - {0})
    if drawn:
        notes.append(
            f"Permutations drawn at random and bootstrap: {drawn[-1]} replicates each, which "
            "may be fewer than in the main tables."
        )
    notes.append("p values are not adjusted here: they answer one question in several ways.")
    return tuple(notes)
