"""Sentences on whom a study is about: sizes, rates, descriptions, what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from procohort.publish.numbers import format_number, format_quantile
from procohort.publish.prose import Cited, Linked, Part, Prose
from procohort.publish.report.answer_findings import Question, Study
from procohort.publish.report.answer_phrases import (
    effect_text,
    join,
    level_text,
    rate_limits,
    rate_text,
    with_article,
)
from procohort.publish.report.answer_questions import subject
from procohort.publish.selection import pick
from procohort.results import ResultRow
from procohort.study import Variable

_COUNT = Variable(name="", type="integer", labels={}, decimals=0)
_N_RATES = 2
_N_DESCRIBED = 2
_N_MISSING = 3


def cohort_sentence(study: Study, main: Question | None) -> Prose:
    """Return what was asked and of whom, with the leading rates."""
    origin = study.asked["study"].get("data_origin", "real")
    rates = join(_leading_rates(study))
    asked: Prose = ("no groups are compared",)
    if main is not None:
        asked = _asked(main)
    return (
        "Analysed were ",
        *_sizes(study),
        f" ({origin} data)",
        *((", with ", *rates) if rates else ()),
        "; ",
        *asked,
        ".",
    )


def _asked(question: Question) -> Prose:
    """Return what the main question is; without one, only what was declared first."""
    about = subject(question, counted=False)
    if question.is_main:
        return ("the main question is ", *about)
    noun, _, rest = str(about[0]).removeprefix("the ").partition(" ")
    return (f"the first {noun} declared is that {rest}", *about[1:])


def _sizes(study: Study) -> Prose:
    words = study.words
    cohort = study.by_analysis.get("cohort", [])
    n_rows, n_clusters = (pick(cohort, estimand=name) for name in ("n_rows", "n_patients"))
    if n_rows is None or n_clusters is None:
        return (f"the {words.rows} of the study",)
    clusters = Cited(words.count_clusters(n_clusters.n_patients), n_clusters)
    if words.row_is_cluster:
        return (clusters,)
    return (Cited(words.count_rows(n_rows.n_procedures), n_rows), " in ", clusters)


def _rate_rows(study: Study, spec: Mapping[str, Any], perspective: str) -> list[ResultRow]:
    """Return the rate of each outcome over all groups, in declared order."""
    rows = [row for row in study.by_analysis.get(str(spec["id"]), []) if row.headline]
    chosen = (
        pick(rows, outcome=str(name), level="all", perspective=perspective)
        for name in spec["outcomes"]
    )
    return [row for row in chosen if row is not None and row.n_events is not None]


def _leading_rates(study: Study) -> Iterator[Prose]:
    for spec in study.of_kind("rates")[:1]:
        words = study.words.for_unit(str(spec.get("unit") or "row"))
        clustered = "" if words.row_is_cluster else "clustered "
        for position, row in enumerate(_rate_rows(study, spec, "cluster_aware")[:_N_RATES]):
            limits = "" if position else f"{clustered}{level_text(row)} "
            text = rate_text(row, words, limits=limits, counted=not position)
            yield (f"{study.label(row.outcome)} in ", Cited(text, row))


def fillers(study: Study, *, has_main: bool) -> list[Prose]:
    """Return what can be said where no question is asked, the most telling first."""
    described = [] if has_main else _rates_twice(study)
    described += [_described(study)]
    said = [*described, _per_cluster(study)]
    if has_main:
        said.append(("No second question has a result.",))
    else:
        if not any(described):
            said.append(("No description and no rate has a result.",))
        said.append(("No comparison of groups has a result.",))
        said.append(("No correlation, trend or course over visits has a result.",))
    return [prose for prose in said if prose]


def _rates_twice(study: Study) -> list[Prose]:
    """Return rates with their limits as published, and then cluster-aware."""
    specs = sorted(study.of_kind("rates"), key=lambda spec: str(spec.get("unit")) == "patient")
    for spec in specs:
        published, aware = (
            {row.outcome: row for row in _rate_rows(study, spec, name)}
            for name in ("as_published", "cluster_aware")
        )
        # Where nothing happened, or always, clustering has nothing to widen.
        names = [name for name in published if name in aware]
        names.sort(key=lambda name: published[name].estimate in (0.0, 1.0))
        if names:
            chosen = names[:_N_RATES]
            return [
                _rates_published(study, spec, [published[name] for name in chosen]),
                _rates_aware(study, spec, [aware[name] for name in chosen]),
            ]
    return []


def _rates_published(study: Study, spec: Mapping[str, Any], rows: Sequence[ResultRow]) -> Prose:
    words = study.words.for_unit(str(spec.get("unit") or "row"))
    pooled = "" if words.row_is_cluster else ", pooled"
    items = (
        (
            f"{study.label(row.outcome)} in ",
            Cited(rate_text(row, words, limits=f"{level_text(row)} "), row),
        )
        for row in rows
    )
    return (
        f"As published (unit of analysis: {words.row}{pooled}), the counts show ",
        *join(items),
        ".",
    )


def _rates_aware(study: Study, spec: Mapping[str, Any], rows: Sequence[ResultRow]) -> Prose:
    words = study.words.for_unit(str(spec.get("unit") or "row"))
    items = []
    for row in rows:
        known = not math.isnan(row.design_effect)
        effect = f", design effect {format_number(row.design_effect, 2)}" if known else ""
        text = f"{rate_limits(row)} ({level_text(row)}{effect})"
        items.append((Cited(text, row), f" for {study.label(row.outcome)}"))
    return (
        f"Cluster-aware (unit of sampling: {words.cluster}), "
        f"the {words.method(rows[0].method)} limits are ",
        *join(items),
        ".",
    )


def _described(study: Study) -> Prose:
    """Return medians of the leading quantities, and how alike values of one cluster are."""
    for spec in sorted(
        study.of_kind("descriptions"), key=lambda spec: str(spec.get("unit")) == "patient"
    ):
        rows = study.by_analysis.get(str(spec["id"]), [])
        words = study.words.for_unit(str(spec.get("unit") or "row"))
        names = [str(name) for name in spec["variables"] if study.book[str(name)].is_quantity]
        items = [tuple(_median(study, rows, name)) for name in names]
        items = [item for item in items if item][:_N_DESCRIBED]
        if items:
            lead = f"Described (unit of analysis: {words.row}) are "
            return (lead, *join(items, between="; ", last="; "), ".")
    return ()


def _median(study: Study, rows: Sequence[ResultRow], name: str) -> Iterator[Part]:
    variable = study.book[name]
    middle = pick(rows, outcome=name, estimand="median", level="all")
    if middle is None or math.isnan(middle.estimate):
        return
    unit = variable.unit if variable.unit != "count" and not variable.unit[:1].isdigit() else ""
    text = f"{format_quantile(middle.estimate, variable)} {unit}".rstrip()
    yield f"{study.label(name)} with a median of "
    yield Cited(f"{text} ({study.words.counts_of(middle)})", middle)
    quartiles = [pick(rows, outcome=name, estimand=x, level="all") for x in ("q1", "q3")]
    cited = [
        (Cited(format_quantile(row.estimate, variable), row),)
        for row in quartiles
        if row is not None
    ]
    yield from (", quartiles ", *join(cited)) if cited else ()
    alike = pick(rows, outcome=name, estimand="icc", level="all")
    if alike is not None and alike.status == "ok":
        yield f" and {with_article(study.words.estimand('icc'))} of "
        yield Cited(effect_text(alike, variable), alike)


def _per_cluster(study: Study) -> Prose:
    words = study.words
    rows = [row for row in study.by_analysis.get("cohort", []) if row.outcome == "rows_per_patient"]
    found = {name: pick(rows, estimand=name) for name in ("median", "min", "max")}
    cited = {
        name: Cited(format_quantile(row.estimate, _COUNT), row)
        for name, row in found.items()
        if row is not None
    }
    if len(cited) < len(found) or words.row_is_cluster:
        return ()
    return (
        f"The number of {words.rows} per {words.cluster} has a median of ",
        cited["median"],
        " and runs from ",
        cited["min"],
        " to ",
        cited["max"],
        f", so that the {words.cluster} is the unit of sampling.",
    )


def missing_clause(study: Study) -> Prose:
    """Return which values are missing, or that none is."""
    largest: dict[str, ResultRow] = {}
    for row in study.rows:
        known = largest.get(row.outcome)
        if row.outcome and row.n_missing and row.n_missing > ((known and known.n_missing) or 0):
            largest[row.outcome] = row
    if not largest:
        return ("no analysed value is missing",)
    words = study.words
    items: list[Prose] = []
    for name, row in list(largest.items())[:_N_MISSING]:
        of_cluster = row.unit_of_analysis == "patient"
        text = (words.count_clusters if of_cluster else words.count_rows)(row.n_missing)
        items.append((f"{study.label(name)} (", Cited(text, row), ")"))
    more = [("further variables",)] if len(largest) > _N_MISSING else []
    return ("values are missing of ", *join([*items, *more]))


def attrition_clause(study: Study, attrition: Sequence[Mapping[str, str]]) -> Prose:
    """Return how many rows of the raw tables were left out, nothing where that is not known."""
    if not attrition:
        return ()
    first, last = int(attrition[0]["n_rows"]), int(attrition[-1]["n_rows"])
    text = f"{first - last} of {study.words.count_rows(first)}"
    verb = "was" if first - last == 1 else "were"
    return (Linked(text, "#attrition"), f" {verb} left out by declared rules")
