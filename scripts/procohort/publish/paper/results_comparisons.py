"""What comparisons showed, in sentences: in full where confirmatory, by conclusion elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

from procohort.publish.paper.cited import (
    adjusted,
    counts,
    effect,
    joined,
    named,
    place,
    said,
    share,
    summary,
    summary_name,
)
from procohort.publish.paper.material import Material
from procohort.publish.paper.summaries import described
from procohort.publish.prose import Cited, Part, Prose
from procohort.publish.selection import Contrast, contrasts, pick
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, capitalise

# A study without a confirmatory family tells its comparisons in full while they are few.
_FEW = 4


def comparison_sentences(material: Material) -> list[tuple[Prose, ...]]:
    """Return a paragraph on confirmatory comparisons, and one on all others."""
    found = [
        contrast
        for spec in material.specs("compare")
        for contrast in contrasts(material.rows_of(str(spec["id"])))
        if contrast.is_omnibus or len(spec["levels"]) == 2
    ]
    full = [contrast for contrast in found if _is_confirmatory(contrast)]
    if not full and len(found) <= _FEW:
        full = found
    others = [contrast for contrast in found if contrast not in full]
    paragraphs = [tuple(_in_full(material, full)), tuple(_by_conclusion(material, others))]
    return [paragraph for paragraph in paragraphs if paragraph]


def _is_confirmatory(contrast: Contrast) -> bool:
    heads = (contrast.headline(name) for name in PERSPECTIVES)
    return any(row is not None and not math.isnan(row.p_holm) for row in heads)


def _in_full(material: Material, full: Sequence[Contrast]) -> list[Prose]:
    sentences: list[Prose] = []
    last = ""
    for contrast in full:
        if contrast.analysis != last:
            last = contrast.analysis
            sentences.append(_groups(material, contrast))
        sentences.append(_contrast(material, contrast))
    return sentences


def _groups(material: Material, contrast: Contrast) -> Prose:
    spec = material.facts.analyses[contrast.analysis]
    rows = material.rows_of(contrast.analysis)
    groups: list[Prose] = []
    for level in map(str, spec["levels"]):
        size = pick(rows, level=level, reference="", estimand="n_rows")
        if size is not None:
            name = material.book.level(contrast.group, level)
            groups.append((f"{name}, ", counts(material, size)))
    where = place(material, f"comparison_{contrast.analysis}")
    return said(str(spec["label"]), where, ": ", joined(groups), ".")


def _contrast(material: Material, contrast: Contrast) -> Prose:
    rows = material.rows_of(contrast.analysis)
    levels = list(map(str, material.facts.analyses[contrast.analysis]["levels"]))
    book = material.book
    groups: list[Prose] = []
    for level in levels:
        mine = described(rows, contrast.outcome, level)
        where = f" for {book.level(contrast.group, level)}"
        if book[contrast.outcome].is_quantity:
            groups.append(said(summary(material, mine, contrast.outcome), where))
        else:
            row = pick(mine, estimand="proportion", reference="true")
            if row is not None:
                groups.append((share(material, row), where))
    kind = f", {summary_name(material)}," if book[contrast.outcome].is_quantity else ""
    start = f"{capitalise(named(material, contrast.outcome))}{kind} was "
    return said(start, joined(groups, ", "), "; ", _both(material, contrast), ".")


def _both(material: Material, contrast: Contrast) -> Prose:
    answers: list[Prose] = []
    for name in PERSPECTIVES:
        row, p_row = contrast.headline(name), contrast.p_row(name)
        if row is not None:
            found = effect(material, row, p_row)
            answers.append(said(f"{PERSPECTIVE_NAMES[name]}, ", found, adjusted(material, row)))
    return joined(answers)


def _by_conclusion(material: Material, others: Sequence[Contrast]) -> list[Prose]:
    """Return for each comparison which outcomes had p below the level, in which perspective."""
    sentences: list[Prose] = []
    style = material.style
    level = f"{style.p_style.symbol} < {style.level(alpha(material))}"
    for analysis in dict.fromkeys(contrast.analysis for contrast in others):
        mine = [contrast for contrast in others if contrast.analysis == analysis]
        label, where = material.facts.label(analysis), place(material, f"comparison_{analysis}")
        groups = _sorted_by_conclusion(material, mine)
        told = [
            said(f"{words} for ", joined([p_values(material, x) for x in groups[key]], ", "))
            for key, words in _CONCLUSIONS.items()
            if groups[key]
        ]
        if not told:
            sentences.append(said(label, where, f": no outcome had an unadjusted {level}."))
            continue
        rest = "; in neither for the other outcomes" if groups["neither"] else ""
        sentences.append(said(label, where, f": unadjusted {level} ", joined(told), f"{rest}."))
    return sentences


_CONCLUSIONS = {
    "both": "in both perspectives",
    "as_published": "only as published",
    "cluster_aware": "only cluster-aware",
}


def _sorted_by_conclusion(
    material: Material, mine: Sequence[Contrast]
) -> dict[str, list[Contrast]]:
    found: dict[str, list[Contrast]] = {name: [] for name in (*_CONCLUSIONS, "neither")}
    for contrast in mine:
        below = [name for name in PERSPECTIVES if is_below(material, contrast, name)]
        found["both" if len(below) == 2 else below[0] if below else "neither"].append(contrast)
    return found


def alpha(material: Material) -> float:
    """Return the level of the tests: what the confidence level leaves."""
    # 1 - 0.95 is a little above 0.05 in binary.
    return round(1.0 - float(material.facts.settings["methods"]["ci_level"]), 12)


def is_below(material: Material, contrast: Contrast, name: str) -> bool:
    """Return whether the p of a perspective is below the level of the tests."""
    row = contrast.p_row(name)
    return row is not None and row.status == "ok" and row.p < alpha(material)


def p_values(material: Material, contrast: Contrast) -> Prose:
    """Return an outcome with the p of both perspectives."""
    parts: list[Part] = [f"{named(material, contrast.outcome)} ("]
    cited = []
    for name in PERSPECTIVES:
        row = contrast.p_row(name)
        if row is not None and row.status == "ok" and not math.isnan(row.p):
            cited.append(
                (f"{PERSPECTIVE_NAMES[name]} ", Cited(material.style.p_equation(row.p), row))
            )
    return said(*parts, joined(cited, ", "), ")")
