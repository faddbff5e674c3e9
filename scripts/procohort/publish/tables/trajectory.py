"""Outcomes over time: what they were at each visit, how they changed, who was seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from procohort.publish.numbers import (
    ABSENT,
    format_count_percent,
    format_effect,
    format_interval,
    format_mean_sd,
    format_p,
    format_quantile,
)
from procohort.publish.selection import estimate_of, n_trials, pick, refusal
from procohort.publish.tables.model import Column, Line, Table, labelled
from procohort.publish.trajectory_rows import Trajectory, headline
from procohort.publish.view import View
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
    capitalise,
)
from procohort.results import ResultRow
from procohort.study import Variable

CSV_COLUMNS = (
    "outcome", "label", "group", "level", "reference", "perspective", "headline", "estimand",
    "method", "unit", "estimate", "ci_low", "ci_high", "ci_level", "statistic", "df", "p",
    "p_holm", "p_bh", "n_events", "n_procedures", "n_patients", "n_missing", "unit_of_analysis",
    "status", "note", "n_resamples", "mc_error", "seed",
)  # fmt: skip
_IF_MISSING = {
    "mean_change_complete_cases": "Seen at every visit",
    "mean_change_carried_forward": "Last value carried forward",
    "mean_change_worst_case": "Worst value of the visit",
}


def make(view: View) -> Table:
    """Show each outcome visit by visit, changes from baseline in both perspectives beside it.

    Parameters
    ----------
    view : View
        spec: the trajectory (id, label, visits, outcomes, by, levels, responder, note); rows:
        those of the trajectory.
    """
    shown, book, words = Trajectory.of(view), view.book, view.words
    responder = view.spec["responder"]
    lines: list[Line] = []
    for outcome in shown.outcomes:
        lines += _outcome(shown, outcome, book, words)
    return Table(
        title=str(view.spec["label"]),
        settings=_settings(shown, words),
        heading="Visit",
        columns=_columns(words, has_responders=bool(responder["rule"])),
        lines=tuple(lines),
        notes=_notes(shown, words),
        csv_columns=CSV_COLUMNS,
        records=tuple(labelled(row, book, CSV_COLUMNS) for row in shown.rows),
    )


def _columns(words: StudyWords, *, has_responders: bool) -> tuple[Column, ...]:
    published, aware = (capitalise(words.perspective(name)) for name in PERSPECTIVES)
    return (
        Column("n", "n"),
        Column("median", "Median (range)", wrap=False),
        Column("mean", "Mean (SD)", wrap=False),
        Column("as_published", "Change [CI]", spanner=published, numeric=False, wrap=False),
        Column("as_published:p", "p", spanner=published, numeric=False, wrap=False),
        Column("cluster_aware", "Change [CI]", spanner=aware, numeric=False, wrap=False),
        Column("cluster_aware:p", "p", spanner=aware, numeric=False, wrap=False),
        *([Column("responders", "Responders", numeric=False)] if has_responders else []),
        Column("note", "Notes", numeric=False),
    )


def _outcome(
    shown: Trajectory, outcome: str, book: VariableBook, words: StudyWords
) -> Iterator[Line]:
    label = book.label_with_unit(outcome)
    for level in ("all", *shown.levels):
        part = label if level == "all" else f"{label}: {book.level(shown.by, level)}"
        yield Line(part, is_section=True)
        for visit in shown.visits:
            rows = shown.at(outcome, visit, level)
            yield Line(shown.label(visit), _cells(rows, book[outcome], words), indent=True)
    for pair in shown.pairs:
        yield Line(f"{label}: {book.contrast(shown.by, *pair)}", is_section=True)
        for visit in shown.visits[1:]:
            rows = shown.between(outcome, visit, pair)
            cells = {"n": _size(headline(rows, "as_published"))}
            yield Line(
                shown.label(visit), cells | _changes(rows, book[outcome], words), indent=True
            )
    yield from _if_missing(shown, outcome, book, words)
    yield from _attendance(shown, outcome, label)


def _cells(rows: Sequence[ResultRow], variable: Variable, words: StudyWords) -> dict[str, str]:
    described = [row for row in rows if row.perspective == "descriptive" and not row.reference]
    median, low, high = (
        format_quantile(estimate_of(described, estimand=name), variable)
        for name in ("median", "min", "max")
    )
    mean, sd = format_mean_sd(
        estimate_of(described, estimand="mean"), estimate_of(described, estimand="sd"), variable
    )
    first = pick(described, estimand="n")
    cells = {
        "n": _size(first),
        "median": median if median == ABSENT else f"{median} ({low} to {high})",
        "mean": mean if mean == ABSENT else f"{mean} ({sd})",
        "responders": _responders(rows),
    }
    return cells | _changes(rows, variable, words)


def _size(row: ResultRow | None) -> str:
    """Return how many values are known, and below it how many are missing."""
    if row is None:
        return ABSENT
    known = row.n_patients if row.unit_of_analysis == "patient" else row.n_procedures
    return f"{known}\n{row.n_missing} missing" if row.n_missing else str(known)


def _changes(rows: Sequence[ResultRow], variable: Variable, words: StudyWords) -> dict[str, str]:
    """Return the change (or the contrast) in each perspective with p; p under its method."""
    cells: dict[str, str] = {}
    notes: list[str] = []
    for perspective in PERSPECTIVES:
        main = headline(rows, perspective)
        if main is None:
            continue
        cells[perspective] = _effect(main, variable, words)
        cells[f"{perspective}:p"] = _p(main)
        mean = pick(rows, perspective=perspective, estimand="mean_change")
        if mean is not None and mean is not main and mean.status == "ok":
            cells[perspective] += "\n" + _effect(mean, variable, words)
            # The effect above takes two lines, so the p below it begins on the third.
            above = [*_p(main).split("\n"), ""][:2]
            cells[f"{perspective}:p"] = "\n".join([*above, _p(mean)])
        if main.note or main.status != "ok":
            notes.append(f"{PERSPECTIVE_NAMES[perspective]}: {refusal(main) or main.note}")
    return cells | {"note": "\n".join(notes)}


def _effect(row: ResultRow, variable: Variable, words: StudyWords) -> str:
    if row.status != "ok":
        return row.status.replace("_", " ")
    return f"{format_effect(row, variable, unit=False)}\n{words.estimand(row.estimand)}"


def _p(row: ResultRow) -> str:
    if row.status != "ok":
        return ABSENT
    adjusted = (("Holm", row.p_holm), ("BH", row.p_bh))
    lines = [f"{name} {format_p(p)}" for name, p in adjusted if not math.isnan(p)]
    return "\n".join([format_p(row.p), *lines])


def _responders(rows: Sequence[ResultRow]) -> str:
    published = pick(rows, estimand="proportion", perspective="as_published")
    aware = pick(rows, estimand="proportion", perspective="cluster_aware")
    if published is None or aware is None:
        return ""
    share = format_count_percent(published.n_events, n_trials(published))
    limits = format_interval(100 * aware.ci_low, 100 * aware.ci_high, 1)
    return f"{share}\n{limits} %" if limits else share


def _if_missing(
    shown: Trajectory, outcome: str, book: VariableBook, words: StudyWords
) -> Iterator[Line]:
    """Yield the change at the last visit under other treatments of missing values."""
    last = shown.visits[-1]
    rows = shown.at(outcome, last)
    if not any(row.n_missing for row in rows if row.reference):
        return
    yield Line(
        f"{book.label(outcome)}: mean change at {shown.label(last)}, missing values otherwise",
        is_section=True,
    )
    for estimand, label in _IF_MISSING.items():
        mine = [row for row in rows if row.estimand == estimand]
        cells: dict[str, str] = {}
        for row in mine:
            cells["n"] = _size(row)
            shown_effect = format_effect(row, book[outcome], unit=False)
            ok = row.status == "ok"
            cells[row.perspective] = shown_effect if ok else row.status.replace("_", " ")
            cells[f"{row.perspective}:p"] = _p(row)
            cells["note"] = refusal(row) or row.note
        yield Line(label, cells, indent=True)


def _attendance(shown: Trajectory, outcome: str, label: str) -> Iterator[Line]:
    rows = shown.patterns(outcome)
    counted = [row for row in rows if row.level != "all"]
    if len(counted) < 2:
        return
    yield Line(f"{label}: who has which values", is_section=True)
    for row in counted:
        yield Line(_pattern(shown, row.level), {"n": f"{row.estimate:.0f}"}, indent=True)


def _pattern(shown: Trajectory, pattern: str) -> str:
    """Say a pattern of visits in words.

    A pattern is spelled with ``x`` for a known and ``.`` for a missing value.
    """
    known = [visit for visit, letter in zip(shown.visits, pattern, strict=True) if letter == "x"]
    if len(known) == len(shown.visits):
        return "At every visit"
    if not known:
        return "At no visit"
    last = known[-1]
    gaps = [shown.label(v) for v in shown.visits[: shown.visits.index(last)] if v not in known]
    text = f"Up to {shown.label(last)}" if last != shown.visits[-1] else "To the end"
    return f"{text}, without {', '.join(gaps)}" if gaps else text


def _settings(shown: Trajectory, words: StudyWords) -> tuple[str, ...]:
    rows = [row for row in shown.rows if row.perspective != "descriptive"]
    if not shown.rows:
        return ("No rows",)
    largest = max(shown.rows, key=lambda row: (row.n_procedures or 0, row.n_patients or 0))
    return (
        capitalise(words.counts_of(largest)),
        words.units_text(rows or shown.rows),
        f"change from {shown.label(shown.visits[0])}",
    )


def _notes(shown: Trajectory, words: StudyWords) -> tuple[str, ...]:
    heads = [row for row in shown.rows if row.headline and row.reference]
    notes = []
    for perspective in PERSPECTIVES:
        mine = [row for row in heads if row.perspective == perspective]
        if mine:
            notes.append(f"{capitalise(words.perspective(perspective))}: {words.methods(mine)}.")
    if pick(shown.rows, estimand="mean_change", perspective="as_published") is not None:
        notes.append("Below the change of the signed-rank test: mean change with the paired t.")
    levels = sorted({row.ci_level for row in heads if not math.isnan(row.ci_level)})
    if levels:
        notes.append(f"[CI]: {100 * levels[0]:g} % confidence interval.")
    notes.append("Holm: adjusted over the visits; BH: Benjamini-Hochberg over all other tests.")
    rule = shown.spec["responder"]
    if rule["rule"]:
        counted = {
            "non_responder": "a missing value counts as no response",
            "left_out": "missing values are left out",
        }[rule["missing"]]
        notes.append(
            f"Responders: {rule['label']}; {counted}; below it the Korn-Graubard interval."
        )
    if shown.spec.get("note"):
        notes.append(str(shown.spec["note"]))
    return tuple(notes)
