"""What other analyses show of one claim: named parts of plain sentences with links."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procohort.claims.finding_base import write_p
from procohort.claims.forensics.check import Check
from procohort.claims.robustness import (
    Answer,
    Choice,
    Counted,
    Decision,
    LeftOut,
    OtherReading,
    Robustness,
    Tipping,
)
from procohort.claims.verdict import Verdict
from procohort.publish.numbers import format_effect, format_significant
from procohort.publish.scorecard_views import Link, ScorecardViews
from procohort.publish.wording import PERSPECTIVE_NAMES, StudyWords, capitalise, uncapitalise
from procohort.results import NAN, ResultRow

OUTCOME_WORDS = {
    "impossible": "Impossible together",
    "doubtful": "Doubtful",
    "implies": "Implies",
    "holds": "Holds",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One analysis: its name, what it shows, where to look.

    Attributes
    ----------
    term : str
    lines : tuple of str
    links : tuple of Link
    """

    term: str
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()


def details_of(
    verdict: Verdict, found: Robustness | None, words: StudyWords, views: ScorecardViews
) -> tuple[Detail, ...]:
    """Return what other analyses show of a claim, and the arithmetic that concerns it.

    Parameters
    ----------
    verdict : Verdict
    found : Robustness or None
        What was examined, if that was asked.
    words : StudyWords
    views : ScorecardViews
    """
    parts: list[Detail] = []
    if verdict.cluster_aware_found:
        parts.append(Detail("Cluster-aware", tuple(_cluster_aware(verdict, words))))
    if found is not None:
        parts += _examined(verdict, found, words, views)
    if verdict.checks:
        lines = tuple(check_sentence(check) for check in verdict.checks)
        parts.append(Detail("Arithmetic of the print", lines))
    return tuple(parts)


def as_sentence(text: str) -> str:
    """Return a text with a large first letter; a p value stays small.

    Examples
    --------
    >>> as_sentence("p = 0.04"), as_sentence("the means differ")
    ('p = 0.04', 'The means differ')
    """
    return text if text.startswith("p ") else capitalise(text)


def check_sentence(check: Check) -> str:
    """Return a check as sentences, its outcome in front."""
    said = f"{as_sentence(check.statement)} {check.harmless}".strip()
    return f"{OUTCOME_WORDS[check.outcome]}: {said}"


def _examined(
    verdict: Verdict, found: Robustness, words: StudyWords, views: ScorecardViews
) -> Iterator[Detail]:
    analysis = verdict.row.analysis if verdict.row else ""
    if found.tipping:
        yield Detail(
            "Tipping point",
            tuple(_tipping(found.tipping, words)),
            views.of_analysis(analysis, {"tipping": "Curve of p"}),
        )
    if found.left_out:
        yield Detail(
            f"Leaving out one {words.cluster} at a time",
            tuple(_left_out(part, words, views) for part in found.left_out),
            views.of_analysis(analysis, {"sensitivity": "Every answer"}),
        )
    if found.readings:
        lines = tuple(line for part in found.readings for line in _reading(part, words, views))
        yield Detail("Other readings of the tables", lines, views.readings())
    if found.decisions or found.counted:
        yield Detail(
            "Other choices",
            (
                *(_decision(part, words, views) for part in found.decisions),
                *(_counted(part) for part in found.counted),
            ),
            views.of_analysis(
                analysis, {"specification": "Specification curve", "multiverse": "All of them"}
            ),
        )


def _cluster_aware(verdict: Verdict, words: StudyWords) -> Iterator[str]:
    row = verdict.cluster_aware_row
    size = f" ({words.counts_of(row)})" if row is not None else ""
    yield f"{as_sentence(verdict.cluster_aware_found)}{size}."
    if verdict.cluster_aware_changes is not None:
        another = "another one" if verdict.cluster_aware_changes else "the same"
        yield f"The conclusion at 5 % is {another}."


def _tipping(found: Tipping, words: StudyWords) -> Iterator[str]:
    row = found.row
    yield row.note
    origin = "found" if row.estimand.endswith("_found") else "printed"
    parts = []
    if not math.isnan(row.p):
        parts.append(f"Begins at the p that is {origin}, {write_p(row.p)}")
    at = found.at_estimated
    if at is not None and not math.isnan(at.p):
        icc = format_significant(at.icc, 2)
        parts.append(f"at the correlation of the tables, {icc}, it would be {write_p(at.p)}")
    if parts:
        yield f"{'; '.join(parts)} ({words.counts_of(row)})."
    equal = found.equal_sizes
    if equal is not None and math.isfinite(equal.estimate):
        yield (
            f"With equally many {words.rows} in every {words.cluster} it would turn at "
            f"{format_significant(equal.estimate, 2)}."
        )


def _left_out(found: LeftOut, words: StudyWords, views: ScorecardViews) -> str:
    row = found.row
    parts = []
    if not math.isnan(row.ci_low):
        parts.append(_span(row, row.ci_low, row.ci_high, words, views))
    if not math.isnan(row.p):
        parts.append(f"{write_p(row.p)} at most")
    shown = ", ".join(parts) or "no range"
    turned = ""
    if found.n_turned is not None:
        turned = (
            f"; the conclusion at 5 % turns for {found.n_turned or 'none'} of "
            f"{words.count_clusters(found.n_p)}"
        )
    return f"{_perspective(row)}: {shown}{turned}."


def _span(row: ResultRow, low: float, high: float, words: StudyWords, views: ScorecardViews) -> str:
    """Write the smallest and the largest estimate with unit and name of the estimand."""
    alone = [_alone(row, value) for value in (low, high)]
    variable = views.book[row.outcome]
    first, last = (format_effect(part, variable, unit=False) for part in alone)
    whole = format_effect(alone[1], variable)
    shown = whole if first == last else f"{first} to {whole}"
    return f"{shown} ({words.estimand(row.estimand)})"


def _alone(row: ResultRow, estimate: float) -> ResultRow:
    return ResultRow(
        analysis=row.analysis,
        kind=row.kind,
        estimand=row.estimand,
        outcome=row.outcome,
        unit=row.unit,
        estimate=estimate,
        ci_low=NAN,
        ci_high=NAN,
    )


def _perspective(row: ResultRow) -> str:
    return capitalise(PERSPECTIVE_NAMES.get(row.perspective, row.perspective))


def _reading(found: OtherReading, words: StudyWords, views: ScorecardViews) -> Iterator[str]:
    name = capitalise(found.name.replace("_", " "))
    verdict = found.verdict.verdict.replace("_", " ")
    shown = f"{found.verdict.found}, " if found.verdict.found else ""
    yield f"{name}: {shown}{verdict}{_whether(found.changes, bool(found.answers))}."
    for answer in found.answers:
        yield f"{name}, {_answer(answer, words, views)}."


def _whether(changes: bool | None, tested: bool) -> str:
    if changes is None:
        return ""
    noun = "conclusion" if tested else "verdict on the figure"
    return f"; {'another' if changes else 'the same'} {noun}"


def _answer(answer: Answer, words: StudyWords, views: ScorecardViews) -> str:
    row = answer.row
    shown = []
    if not math.isnan(row.estimate):
        effect = format_effect(row, views.book[row.outcome])
        shown.append(f"{effect} ({words.estimand(row.estimand)})")
    if not math.isnan(row.p):
        shown.append(write_p(row.p))
    said = ", ".join(shown) or row.note or row.status.replace("_", " ")
    flag = " – another conclusion" if answer.changes else ""  # noqa: RUF001
    return f"{PERSPECTIVE_NAMES.get(row.perspective, row.perspective)}: {said}{flag}"


def _decision(found: Decision, words: StudyWords, views: ScorecardViews) -> str:
    """Return how far estimate and p move between the choices of one decision."""
    if not found.choices:
        return f"{found.label}: no choice changes a row of this outcome."
    parts = []
    for perspective, name in PERSPECTIVE_NAMES.items():
        moved = _moved(found, perspective, words, views)
        if moved:
            parts.append(f"{name} {moved}")
    taken = "; ".join(_choice_label(choice) for choice in found.choices)
    return f"{found.label} ({taken}): {'; '.join(parts)}. {_conclusions(found)}"


def _choice_label(choice: Choice) -> str:
    if not choice.n_set:
        return uncapitalise(choice.label)
    return f"{uncapitalise(choice.label)}, {choice.n_set} value{'s' if choice.n_set > 1 else ''}"


def _conclusions(found: Decision) -> str:
    """Return which choices conclude otherwise than the main one does."""
    main = {
        answer.row.perspective: answer.changes
        for choice in found.choices
        if choice.is_main
        for answer in choice.answers
    }
    other = [
        f"{uncapitalise(choice.label)} ({PERSPECTIVE_NAMES[answer.row.perspective]})"
        for choice in found.choices
        for answer in choice.answers
        if answer.changes is not None and answer.changes != main.get(answer.row.perspective)
    ]
    if other:
        return f"Another conclusion with: {'; '.join(other)}."
    return "The same conclusions, whichever is taken."


def _moved(found: Decision, perspective: str, words: StudyWords, views: ScorecardViews) -> str:
    rows = [
        answer.row
        for choice in found.choices
        for answer in choice.answers
        if answer.row.perspective == perspective
    ]
    parts = []
    low, high = found.range_of(perspective, "estimate")
    if not math.isnan(low):
        parts.append(_span(rows[0], low, high, words, views))
    low, high = found.range_of(perspective, "p")
    if not math.isnan(low):
        first, last = write_p(low), write_p(high)
        parts.append(first if first == last else f"{first} to {last.removeprefix('p = ')}")
    return ", ".join(parts)


def _counted(found: Counted) -> str:
    """Return how many specifications of a perspective agree, none left out."""
    parts = []
    if found.n_directed:
        parts.append(f"{found.n_agree} of {found.n_directed} with a direction point as published")
    if found.n_p:
        parts.append(f"{found.n_below} of {found.n_p} p values lie below 5 %")
    if found.n_headline:
        parts.append(f"{found.n_other} of {found.n_headline} primary answers conclude otherwise")
    name = capitalise(PERSPECTIVE_NAMES[found.perspective])
    return f"{name}, all {found.n} specifications: {'; '.join(parts)}."


def tally(checks: Sequence[Check]) -> dict[str, dict[str, int]]:
    """Return by name of the check how many came out each way.

    Examples
    --------
    >>> tally([Check(name="grim", claims=("a",), outcome="holds", statement="")])
    {'grim': {'impossible': 0, 'doubtful': 0, 'implies': 0, 'holds': 1}}
    """
    counted: dict[str, dict[str, int]] = {}
    for check in checks:
        mine = counted.setdefault(check.name, dict.fromkeys(OUTCOME_WORDS, 0))
        mine[check.outcome] += 1
    return counted
