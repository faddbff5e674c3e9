"""The results of a manuscript: sentences whose numbers are those of result rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procohort.publish.paper.cited import (
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
from procohort.publish.paper.correlation_tables import WITHIN
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import PaperSection
from procohort.publish.paper.results_changes import changed_sentences
from procohort.publish.paper.results_comparisons import comparison_sentences
from procohort.publish.paper.scorecard_cells import doubtful_counts
from procohort.publish.paper.scorecard_table import (
    n_in_other_script,
    printed_figures,
    verdict_counts,
)
from procohort.publish.prose import Cited, Linked, Prose
from procohort.publish.scorecard_lines import SIGNS
from procohort.publish.selection import ordered, pick
from procohort.publish.trajectory_rows import Trajectory, headline
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES, capitalise, quoted
from procohort.results import ResultRow
from procohort.study import Variable

_COUNT = Variable(name="", type="integer", labels={}, decimals=0)
_ATTRITION = "tables/attrition.html"
_SCORECARD = "scorecard.html"


def results_section(material: Material) -> PaperSection:
    """Return the results: flow, rates, comparisons, correlations, visits, what changes."""
    paragraphs = [
        tuple(_cohort(material)),
        tuple(_rates(material)),
        *comparison_sentences(material),
        *_correlations(material),
        *_over_time(material),
        tuple(_what_changes(material)),
    ]
    return PaperSection("Results", tuple(paragraph for paragraph in paragraphs if paragraph))


def _cohort(material: Material) -> list[Prose]:
    facts, style = material.facts, material.style
    rows = material.rows_of("cohort")
    size = pick(rows, estimand="n_rows")
    if size is None:
        return []
    first, last = facts.attrition[0], facts.attrition[-1]
    raw = facts.words.counts(int(first["n_rows"]), int(first["n_patients"]))
    n_left = int(first["n_rows"]) - int(last["n_rows"])
    analysed = counts(material, size)
    sentences: list[Prose] = []
    if n_left:
        left = style.text(facts.words.count_rows(n_left))
        sentences.append(
            said(
                *("Of ", Linked(style.text(raw), _ATTRITION), " in the raw tables, "),
                *(Linked(left, _ATTRITION), f" {'was' if n_left == 1 else 'were'} left out; "),
                *(analysed, " were analysed."),
            )
        )
    else:
        sentences.append(("All ", analysed, " of the raw tables were analysed."))
    return sentences + _tables(material) + _per_cluster(material, rows) + _likeness(material)


def _tables(material: Material) -> list[Prose]:
    """Return which tables describe whom."""
    told = [
        said(material.facts.label(name), place(material, f"table_one_{name}"))
        for name in material.table_one
        if f"table_one_{name}" in material.numbers
    ]
    return [said("Described are: ", joined(told), ".")] if told else []


def _per_cluster(material: Material, rows: list[ResultRow]) -> list[Prose]:
    mine = [row for row in rows if row.outcome == "rows_per_patient"]
    median, low, high = (pick(mine, estimand=name) for name in ("median", "min", "max"))
    words = material.facts.words
    if median is None or low is None or high is None or words.row_is_cluster:
        return []
    texts = [material.style.quantile(row.estimate, _COUNT) for row in (median, low, high)]
    return [
        said(
            *(f"The median number of {words.rows} per {words.cluster} was ",),
            *(Cited(texts[0], median), " (range "),
            *(Cited(texts[1], low), " to ", Cited(texts[2], high), ")."),
        )
    ]


def _likeness(material: Material) -> list[Prose]:
    """Return the range of intraclass correlations, with the variables at its ends."""
    iccs = [
        row
        for row in material.facts.rows
        if row.estimand == "icc" and row.method.startswith("icc_reml") and row.status == "ok"
    ]
    if not iccs:
        return []
    ends = [min(iccs, key=lambda row: row.estimate), max(iccs, key=lambda row: row.estimate)]
    words = material.facts.words
    told: list[Prose] = [
        (Cited(material.style.number(row.estimate, 2), row), f" ({named(material, row.outcome)})")
        for row in (ends if len(iccs) > 1 else ends[:1])
    ]
    start = f"The intraclass correlation of {words.rows} within {words.cluster} was "
    return [said(start, joined(told, " to "), ".")]


def _rates(material: Material) -> list[Prose]:
    sentences: list[Prose] = []
    for spec in material.specs("rate"):
        rows = [
            row
            for row in material.rows_of(str(spec["id"]))
            if row.estimand == "proportion" and row.headline
        ]
        where = place(material, f"rates_{spec['id']}")
        for outcome in ordered((row.outcome for row in rows), spec.get("outcomes") or ()):
            mine = [row for row in rows if row.outcome == outcome]
            whole = [row for row in mine if row.level == "all"]
            if whole:
                sentences.append(_rate(material, spec, whole, mine, where))
                # The table is named once.
                where = ()
    return sentences


def _rate(
    material: Material,
    spec: Mapping[str, Any],
    whole: list[ResultRow],
    rows: list[ResultRow],
    where: Prose,
) -> Prose:
    label = material.book.label(whole[0].outcome)
    units = f" of {material.words(str(spec['id'])).rows}"
    groups = _by_group(material, spec, rows)
    limits = _limits(material, whole)
    return said(f"{label}", where, " was ", share(material, whole[0]), units, limits, groups, ".")


def _limits(material: Material, whole: list[ResultRow]) -> Prose:
    told: list[Prose] = []
    for name in PERSPECTIVES:
        row = pick(whole, perspective=name)
        if row is not None and row.status == "ok":
            phrase = material.style.interval_phrase(row, material.book[row.outcome])
            if phrase:
                told.append((f"{PERSPECTIVE_NAMES[name]} ", Cited(phrase, row)))
    return said(" (", joined(told), ")") if told else ()


def _by_group(material: Material, spec: Mapping[str, Any], rows: list[ResultRow]) -> Prose:
    by = str(spec.get("by") or "")
    mine = [row for row in rows if row.level != "all" and row.perspective == "as_published"]
    if not by or not mine:
        return ()
    levels = ordered((row.level for row in mine), list(material.book[by].labels))
    told: list[Prose] = [
        (f"{material.book.level(by, level)} ", share(material, row))
        for level in levels
        if (row := pick(mine, level=level)) is not None
    ]
    return said(": ", joined(told, ", "))


def _correlations(material: Material) -> list[tuple[Prose, ...]]:
    """Return a paragraph for each correlation and trend."""
    paragraphs: list[tuple[Prose, ...]] = []
    where = place(material, "correlations")
    for spec in material.specs("correlate", "trend"):
        rows = material.rows_of(str(spec["id"]))
        told: list[Prose] = []
        for outcome in ordered((row.outcome for row in rows), spec.get("outcomes") or ()):
            mine = [row for row in rows if row.outcome == outcome]
            told.append(said(f"{named(material, outcome)} ", _both(material, mine)))
        name = material.facts.words.estimand("spearman_rho")
        paragraphs.append((said(f"{spec['label']}, {name}", where, ": ", joined(told), "."),))
    return paragraphs


def _both(material: Material, rows: list[ResultRow]) -> Prose:
    shown: list[Prose] = []
    for name in PERSPECTIVES:
        row = pick(rows, perspective=name, headline=True)
        if row is not None:
            answer = effect(material, row, name=False)
            shown.append(said(f"{PERSPECTIVE_NAMES[name]} ", answer))
    inside = pick(rows, perspective="cluster_aware", estimand=WITHIN)
    if inside is not None and inside.status == "ok":
        within = f"within {material.facts.words.cluster} "
        shown.append(said(within, effect(material, inside, name=False)))
    return joined(shown, ", ")


def _over_time(material: Material) -> list[tuple[Prose, ...]]:
    """Return a paragraph for each outcome of each trajectory."""
    paragraphs = []
    for spec in material.specs("trajectory"):
        shown = Trajectory(spec, material.rows_of(str(spec["id"])))
        for outcome in shown.outcomes:
            paragraphs.append(tuple(_visits(material, shown, outcome)))
    return paragraphs


def _visits(material: Material, shown: Trajectory, outcome: str) -> list[Prose]:
    """Return how one outcome changed to the last visit, in each group, and between groups."""
    first, last = shown.visits[0], shown.visits[-1]
    label, book = material.book.label(outcome), material.book
    where = place(material, f"trajectory_{shown.spec['id']}")
    sentences: list[Prose] = []
    for level in shown.levels or ["all"]:
        rows = shown.at(outcome, last, level)
        before = _told(shown.at(outcome, first, level))
        group = "" if level == "all" else f", {book.level(shown.by, level)}"
        sentences.append(
            said(
                f"{capitalise(label)}{group}, {summary_name(material)}, was ",
                *(summary(material, before, outcome), f" ({shown.label(first)}) and "),
                *(summary(material, _told(rows), outcome), f" ({shown.label(last)}); "),
                *(_changes(material, rows), where, "."),
            )
        )
    for pair in shown.pairs:
        rows = shown.between(outcome, last, pair)
        start = f"{capitalise(label)} at {shown.label(last)}, {book.contrast(shown.by, *pair)}: "
        sentences.append(said(start, _changes(material, rows), where, "."))
    return sentences


def _told(rows: list[ResultRow]) -> list[ResultRow]:
    return [row for row in rows if row.perspective == "descriptive" and not row.reference]


def _changes(material: Material, rows: list[ResultRow]) -> Prose:
    told: list[Prose] = []
    for name in PERSPECTIVES:
        row = headline(rows, name)
        if row is not None:
            told.append(said(f"{PERSPECTIVE_NAMES[name]}, ", effect(material, row)))
    return joined(told)


def _what_changes(material: Material) -> list[Prose]:
    sentences = changed_sentences(material)
    figures = printed_figures(material)
    verdicts = verdict_counts(figures)
    if verdicts:
        style = material.style
        told: list[Prose] = [
            (f"{SIGNS[name][1].lower()} (", Linked(style.count(n), _SCORECARD), ")")
            for name, n in verdicts.items()
        ]
        total = Linked(style.count(sum(verdicts.values())), _SCORECARD)
        start = said("The verdicts on ", total, " printed figures of the paper")
        where = place(material, "scorecard")
        doubts = _doubts(material)
        sentences.append(said(start, where, ": ", joined(told, ", "), doubts, "."))
    n_left = n_in_other_script(material)
    if n_left:
        count = Linked(material.style.count(n_left), _SCORECARD)
        noun, verb = ("statement", "is") if n_left == 1 else ("statements", "are")
        sentences.append((count, f" {noun} in the original language {verb} on the scorecard page."))
    return sentences


def _doubts(material: Material) -> Prose:
    """Return which printed figures do not fit their own totals, though they match the data."""
    n, printed = doubtful_counts(printed_figures(material))
    if not n:
        return ()
    quotes: list[Prose] = [(Linked(quoted(text), _SCORECARD),) for text in printed]
    count, verb = Linked(material.style.count(n), _SCORECARD), "is" if n == 1 else "are"
    return said("; ", count, f" {verb} doubtful as printed (", joined(quotes, ", "), ")")
