"""A comparison: every outcome by group, with both answers side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from procohort.publish.numbers import (
    ABSENT,
    format_count_percent,
    format_effect,
    format_mean_sd,
    format_number,
    format_p,
    format_quantile,
)
from procohort.publish.selection import Contrast, contrasts, estimate_of, n_trials, pick, refusal
from procohort.publish.tables.model import Column, Line, Table
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
    capitalise,
)
from procohort.results import ResultRow

_EFFECT_FIELDS = (
    "estimand", "method", "unit", "estimate", "ci_low", "ci_high", "ci_level", "statistic", "df",
    "p", "p_holm", "p_bh", "icc", "design_effect", "n_effective", "n_procedures", "n_patients",
    "n_missing", "unit_of_analysis", "status", "note", "n_resamples", "mc_error", "seed",
)  # fmt: skip
CSV_COLUMNS = (
    "outcome", "label", "group", "level", "reference", "contrast", "perspective", "headline",
    *_EFFECT_FIELDS,
)  # fmt: skip

# The scale on which the two perspectives can be laid side by side.
_COMMON_SCALE = ("geometric_mean_ratio", "mean_difference", "risk_difference")


def make(view: View) -> Table:
    """Show group summaries, both effects with p, clustering, n, and notes per outcome.

    Parameters
    ----------
    view : View
        spec: id, label, group, levels, outcomes, note; rows: those of the comparison.

    Notes
    -----
    The CSV holds every row of the comparison (group summaries and all effects), the
    HTML the headline of each perspective and the scale they share.
    """
    rows, spec, book, words = view.own_rows, view.spec, view.book, view.words
    group = str(spec["group"])
    levels = [str(level) for level in spec["levels"]]
    lines: list[Line] = []
    found = contrasts(rows)
    for contrast in found:
        pair_of_many = len(levels) > 2 and not contrast.is_omnibus
        summaries = {} if pair_of_many else _summaries(rows, contrast.outcome, levels, book)
        if pair_of_many:
            heading = (
                f"{book.level(group, contrast.level)} vs {book.level(group, contrast.reference)}"
            )
        else:
            heading = book.label_with_unit(contrast.outcome)
        cells = summaries | _effect_cells(contrast, book, words)
        lines.append(Line(heading, cells, indent=pair_of_many))
    lines, remarks = _numbered(lines)
    columns = (
        *(
            Column(f"level:{level}", book.level(group, level), detail=_size(rows, level, words),
                   spanner=book.label(group))
            for level in levels
        ),
        *_effect_columns(words),
    )  # fmt: skip
    return Table(
        title=book.comparison(group, levels),
        settings=_settings(found, words),
        heading="Outcome",
        columns=columns,
        lines=tuple(lines),
        notes=(*_notes(found, spec, words), *remarks),
        csv_columns=CSV_COLUMNS,
        records=tuple(_record(row, book) for row in rows if row.outcome),
    )


def _numbered(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Put the remarks of all lines below the table once, their numbers in the lines."""
    remarks: dict[str, int] = {}
    numbered = []
    for line in lines:
        said = [text for text in line.cells["note"].split("\n") if text]
        numbers = [remarks.setdefault(text, len(remarks) + 1) for text in said]
        cells = {**line.cells, "note": ", ".join(str(number) for number in numbers)}
        numbered.append(replace(line, cells=cells))
    return numbered, [f"Note {number}: {text}" for text, number in remarks.items()]


def _settings(found: list[Contrast], words: StudyWords) -> tuple[str, ...]:
    rows = [row for contrast in found for row in contrast.rows]
    if not rows:
        return ("No rows",)
    largest = max(rows, key=lambda row: (row.n_procedures or 0, row.n_patients or 0))
    return (
        capitalise(words.counts_of(largest)),
        words.units_text(rows),
        "perspectives: " + "; ".join(words.perspective(name) for name in PERSPECTIVES),
    )


def _size(rows: Sequence[ResultRow], level: str, words: StudyWords) -> str:
    row = pick(rows, level=level, reference="", estimand="n_rows")
    return "" if row is None else f"n = {words.counts_of(row)}"


def _summaries(
    rows: Sequence[ResultRow], outcome: str, levels: list[str], book: VariableBook
) -> dict[str, str]:
    """Return the summary of an outcome in each level."""
    variable = book[outcome]
    cells = {}
    for level in levels:
        mine = [
            row
            for row in rows
            if row.outcome == outcome and row.level == level and row.perspective == "descriptive"
        ]
        if variable.is_quantity:
            median, q1, q3 = (
                format_quantile(estimate_of(mine, estimand=name), variable)
                for name in ("median", "q1", "q3")
            )
            mean, sd = format_mean_sd(
                estimate_of(mine, estimand="mean"), estimate_of(mine, estimand="sd"), variable
            )
            known = pick(mine, estimand="n")
            # With many columns the two go below each other.
            spread = f" (SD {sd})" if len(levels) <= 2 else f"\nSD {sd}"
            text = f"{median} [{q1}, {q3}]\nmean {mean}{spread}"
            if known is not None and known.n_missing:
                text += f"\n{known.n_missing} missing"
            cells[f"level:{level}"] = ABSENT if median == ABSENT else text
        else:
            share = pick(mine, estimand="proportion", reference="true") or pick(
                mine, estimand="proportion"
            )
            cells[f"level:{level}"] = (
                ABSENT if share is None else format_count_percent(share.n_events, n_trials(share))
            )
    return cells


def _effect_cells(contrast: Contrast, book: VariableBook, words: StudyWords) -> dict[str, str]:
    cells: dict[str, str] = {}
    notes: list[str] = []
    for perspective in PERSPECTIVES:
        row, p_row = contrast.headline(perspective), contrast.p_row(perspective)
        cells[f"{perspective}:effect"] = _effect(contrast, perspective, book, words)
        cells[f"{perspective}:p"] = _p_with_adjusted(row, p_row)
        if p_row is not row and p_row is not None and p_row.status == "ok":
            said_of_p = words.method(p_row.method)
            notes.append(f"{PERSPECTIVE_NAMES[perspective]}: p by {said_of_p}")
        for said in dict.fromkeys((row, p_row)):
            if said is not None and (said.note or said.status != "ok"):
                text = refusal(said) or said.note
                notes.append(f"{PERSPECTIVE_NAMES[perspective]}: {text}")
    aware = contrast.headline("cluster_aware")
    either = aware or contrast.headline("as_published")
    clustered = next(
        (row for row in contrast.rows if not math.isnan(row.icc)),
        aware,
    )
    if clustered is not None:
        cells |= {
            "icc": format_number(clustered.icc, 2),
            "design_effect": format_number(clustered.design_effect, 2),
            "n_effective": format_number(clustered.n_effective, 0),
        }
    if either is not None:
        cells["n"] = words.counts_of(either)
    cells["note"] = "\n".join(dict.fromkeys(notes))
    return cells


def _effect(
    contrast: Contrast, perspective: str, book: VariableBook, words: StudyWords
) -> str:  # fmt: skip
    """Return the headline effect, and below it the effect on the scale both share."""
    headline = contrast.headline(perspective)
    shown: list[ResultRow] = [] if headline is None else [headline]
    for estimand in _COMMON_SCALE:
        row = contrast.effect(perspective, estimand)
        if row is not None and row.status == "ok" and row not in shown:
            shown.append(row)
    variable = book[contrast.outcome]
    texts = []
    for row in shown:
        if row.status != "ok":
            texts.append(row.status.replace("_", " "))
        elif not math.isnan(row.estimate):
            texts += [format_effect(row, variable), words.estimand(row.estimand)]
    return "\n".join(texts) or ABSENT


def _p_with_adjusted(row: ResultRow | None, p_row: ResultRow | None) -> str:
    """Return the raw p, and below it what it is after adjustment."""
    if p_row is None:
        return ABSENT
    if p_row.status != "ok":
        return p_row.status.replace("_", " ")
    lines = [format_p(p_row.p)]
    if row is not None:
        adjusted = (("Holm", row.p_holm), ("BH", row.p_bh))
        lines += [f"{name} {format_p(p)}" for name, p in adjusted if not math.isnan(p)]
    return "\n".join(lines)


def _effect_columns(words: StudyWords) -> tuple[Column, ...]:
    columns: list[Column] = []
    for perspective in PERSPECTIVES:
        spanner = capitalise(words.perspective(perspective))
        columns.append(
            Column(
                f"{perspective}:effect", "Effect [CI]", spanner=spanner, numeric=False, wrap=False
            )
        )
        columns.append(Column(f"{perspective}:p", "p", spanner=spanner))
        if perspective == "cluster_aware":
            columns += [
                Column("icc", "ICC", spanner=spanner),
                Column("design_effect", "Design effect", spanner=spanner),
                Column("n_effective", "Effective n", spanner=spanner),
            ]
    columns += [
        Column("n", "n", numeric=False),
        Column("note", "Notes", numeric=False, wrap=False),
    ]
    return tuple(columns)


def _notes(found: list[Contrast], spec: Mapping[str, Any], words: StudyWords) -> tuple[str, ...]:
    rows = [row for contrast in found for row in contrast.rows]
    levels = sorted({row.ci_level for row in rows if not math.isnan(row.ci_level)})
    notes = ["Groups: median [first quartile, third quartile], mean (SD); percentages with k/n."]
    for perspective in PERSPECTIVES:
        shown = [row for c in found if (row := c.headline(perspective)) is not None]
        if shown:
            notes.append(f"{capitalise(words.perspective(perspective))}: {words.methods(shown)}.")
    if levels:
        notes.append(f"[CI]: {100 * levels[0]:g} % confidence interval.")
    if any(not math.isnan(value) for row in rows for value in (row.p_holm, row.p_bh)):
        notes.append(
            "Below p: Holm, adjusted within the confirmatory family (or among the pairs of "
            "levels); BH, Benjamini-Hochberg over all other tests."
        )
    if spec.get("note"):
        notes.append(str(spec["note"]))
    return tuple(notes)


def _record(row: ResultRow, book: VariableBook) -> dict[str, object]:
    is_effect = row.perspective != "descriptive"
    record: dict[str, object] = {
        name: getattr(row, name)
        for name in ("outcome", "group", "level", "reference", "perspective", "headline")
    }
    record |= {name: getattr(row, name) for name in _EFFECT_FIELDS}
    record["label"] = book.label(row.outcome)
    record["contrast"] = (
        book.contrast(row.group, row.level, row.reference) if is_effect and row.reference else ""
    )
    return record
