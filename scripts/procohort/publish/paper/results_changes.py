"""Where the conclusion depends on the perspective: comparisons, correlations, visits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from procohort.publish.paper.cited import joined, named, said
from procohort.publish.paper.material import Material
from procohort.publish.paper.results_comparisons import alpha, is_below, p_values
from procohort.publish.prose import Cited, Prose
from procohort.publish.selection import contrasts, ordered, pick
from procohort.publish.trajectory_rows import Trajectory, headline
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, capitalise
from procohort.results import ResultRow
from procohort.vocabulary import neutral_value

Pair = tuple[ResultRow | None, ResultRow | None]


def changed_sentences(material: Material) -> list[Prose]:
    """Return for each kind of analysis where the conclusion depends on the perspective."""
    found: list[Prose] = []
    if material.specs("compare"):
        found.append(_sentence(material, "Of the comparisons", list(_comparisons(material))))
    if material.specs("correlate", "trend"):
        start = (
            "For correlations and trends, judged by the interval where an answer has no "
            f"{material.style.p_style.symbol}"
        )
        found.append(_sentence(material, start, list(_correlations(material))))
    if material.specs("trajectory"):
        start = "Of the changes over time and their comparisons between groups"
        found.append(_sentence(material, start, list(_visits(material))))
    return found


def _sentence(material: Material, start: str, changed: Sequence[Prose]) -> Prose:
    level = material.style.text(f"{100 * alpha(material):g}%")
    if not changed:
        return (f"{start}, no conclusion at the {level} level depended on the perspective.",)
    told = f"{start}, the conclusion at the {level} level depended on the perspective for: "
    return said(told, joined(changed), ".")


def _comparisons(material: Material) -> Iterator[Prose]:
    for spec in material.specs("compare"):
        for contrast in contrasts(material.rows_of(str(spec["id"]))):
            if len(spec["levels"]) > 2 and not contrast.is_omnibus:
                continue
            rows = [contrast.p_row(name) for name in PERSPECTIVES]
            if any(row is None or row.status != "ok" or math.isnan(row.p) for row in rows):
                continue
            if len({is_below(material, contrast, name) for name in PERSPECTIVES}) == 2:
                yield said(f"{spec['label']}, ", p_values(material, contrast))


def _correlations(material: Material) -> Iterator[Prose]:
    for spec in material.specs("correlate", "trend"):
        rows = material.rows_of(str(spec["id"]))
        for outcome in ordered((row.outcome for row in rows), spec.get("outcomes") or ()):
            mine = [row for row in rows if row.outcome == outcome]
            published, aware = (
                pick(mine, perspective=name, headline=True) for name in PERSPECTIVES
            )
            label = f"{spec['label']}, {named(material, outcome)}"
            yield from _told(material, label, (published, aware))


def _visits(material: Material) -> Iterator[Prose]:
    for spec in material.specs("trajectory"):
        shown = Trajectory(spec, material.rows_of(str(spec["id"])))
        for label, rows in _questions(material, shown):
            published, aware = (headline(rows, name) for name in PERSPECTIVES)
            yield from _told(material, label, (published, aware))


def _questions(material: Material, shown: Trajectory) -> Iterator[tuple[str, list[ResultRow]]]:
    """Yield each change and each contrast of an outcome with its rows."""
    for outcome in shown.outcomes:
        label = capitalise(material.book.label(outcome))
        for visit in shown.visits[1:]:
            for level in shown.levels or ["all"]:
                group = "" if level == "all" else f", {material.book.level(shown.by, level)}"
                yield f"{label}{group}, {shown.label(visit)}", shown.at(outcome, visit, level)
            for pair in shown.pairs:
                contrast = material.book.contrast(shown.by, *pair)
                rows = shown.between(outcome, visit, pair)
                yield f"{label}, {contrast}, {shown.label(visit)}", rows


def _told(material: Material, label: str, pair: Pair) -> Iterator[Prose]:
    """Yield a question with both answers where one rejects and the other does not."""
    verdicts = [_rejects(material, row) for row in pair]
    if None in verdicts or verdicts[0] == verdicts[1]:
        return
    answers = [
        said(f"{PERSPECTIVE_NAMES[name]} ", _answer(material, row))
        for name, row in zip(PERSPECTIVES, pair, strict=True)
        if row is not None
    ]
    yield said(f"{label} (", joined(answers, ", "), ")")


def _rejects(material: Material, row: ResultRow | None) -> bool | None:
    """Return whether a row rejects "no difference": by its p, else by its interval."""
    if row is None or row.status != "ok":
        return None
    if not math.isnan(row.p):
        return row.p < alpha(material)
    neutral = neutral_value(row.estimand)
    if math.isnan(neutral) or math.isnan(row.ci_level) or math.isnan(row.ci_low):
        return None
    return not row.ci_low <= neutral <= row.ci_high


def _answer(material: Material, row: ResultRow) -> Prose:
    if not math.isnan(row.p):
        return (Cited(material.style.p_equation(row.p), row),)
    phrase = material.style.interval_phrase(row, material.book[row.outcome])
    verb = "excludes" if _rejects(material, row) else "includes"
    neutral = "zero" if neutral_value(row.estimand) == 0 else "no difference"
    return (Cited(phrase, row), f": interval {verb} {neutral}")
