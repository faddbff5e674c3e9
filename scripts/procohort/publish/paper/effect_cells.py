"""Cells of both perspectives: effect with its interval, p, adjusted p, each with its footnotes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.footnotes import sentence
from procohort.publish.paper.material import Material, level_of
from procohort.publish.paper.model import PaperColumn, Text
from procohort.publish.selection import refusal
from procohort.publish.wording import PERSPECTIVES, capitalise
from procohort.results import ResultRow
from procohort.vocabulary import is_ratio

_HOLM = "Adjusted by Holm's method within the confirmatory family."
_OVER_VISITS = "Adjusted by Holm's method over the visits of one model."
_BH = (
    "Adjusted by the method of Benjamini and Hochberg over all tests outside the confirmatory "
    "family."
)
_BH_ALONE = "Adjusted by the method of Benjamini and Hochberg over all tests."


def method_note(row: ResultRow, material: Material) -> str:
    """Return what was estimated and by which method."""
    words = material.facts.words
    name = capitalise(words.estimand(row.estimand))
    method = words.method(row.method)
    unit = "" if is_ratio(row.estimand) else _unit(row, material)
    said = f"{name}{unit}"
    return sentence(said if method.lower() in name.lower() else f"{said}; {method}")


def _unit(row: ResultRow, material: Material) -> str:
    if row.estimand == "risk_difference":
        return " (pp)"
    if row.estimand in ("midrank_difference", "mean_rank_difference"):
        return " (ranks)"
    return ""


def remark(row: ResultRow | None, material: Material) -> tuple[str, ...]:
    """Return what a row says beside its numbers, as footnotes."""
    if row is None or not (row.note or row.status != "ok"):
        return ()
    return (sentence(capitalise(material.style.text(refusal(row) or row.note))),)


def effect_cell(row: ResultRow | None, material: Material, *, unit: bool = False) -> Text:
    """Write an estimate with its interval; its footnote names estimand and method."""
    if row is None:
        return Text(ABSENT)
    if row.status != "ok":
        return Text(row.status.replace("_", " "), remark(row, material))
    variable = material.book[row.outcome]
    if math.isnan(row.estimate):
        return Text(ABSENT, (_without_effect(row, material), *remark(row, material)))
    text = material.style.effect_with_interval(row, variable, unit=unit)
    return Text(text, (method_note(row, material), *remark(row, material)))


def _without_effect(row: ResultRow, material: Material) -> str:
    """Return why a dash stands where an effect would, and whose p stands beside it."""
    symbol, method = material.style.p_style.symbol, material.facts.words.method(row.method)
    return sentence(f"No effect is estimated by this test; {symbol}: {method}")


def p_cell(row: ResultRow | None, headline: ResultRow | None, material: Material) -> Text:
    """Write p; a footnote says so where it is not that of the effect beside it."""
    if row is None:
        return Text(ABSENT)
    others = remark(row, material) if row is not headline else ()
    if row.status != "ok":
        return Text(row.status.replace("_", " "), others)
    notes: tuple[str, ...] = ()
    apart = row is not headline or math.isnan(headline.estimate)
    if apart and not math.isnan(row.p):
        notes = (sentence(capitalise(material.facts.words.method(row.method))), *others)
    return Text(material.style.p(row.p), notes)


def adjusted_cell(row: ResultRow | None, material: Material) -> Text:
    """Write the adjusted p with the method of its adjustment.

    Of outcomes over time that is the same method for both answers; the adjustment over the
    visits of one model has cells of its own, see `over_visits_cell`.
    """
    if row is None or row.status != "ok":
        return Text(ABSENT)
    if _is_confirmatory(row):
        return Text(material.style.p(row.p_holm), (_HOLM,))
    if math.isnan(row.p_bh):
        return Text(ABSENT)
    confirmatory = any(_is_confirmatory(other) and other.headline for other in material.facts.rows)
    return Text(material.style.p(row.p_bh), (_BH if confirmatory else _BH_ALONE,))


def _is_confirmatory(row: ResultRow) -> bool:
    """Whether Holm's method was applied within the family, not over the visits of a model."""
    return row.kind != "trajectory" and not math.isnan(row.p_holm)


def over_visits_cell(row: ResultRow | None, material: Material) -> Text:
    """Write p adjusted over the visits of the model that gave it."""
    if row is None or row.status != "ok" or math.isnan(row.p_holm):
        return Text(ABSENT)
    return Text(material.style.p(row.p_holm))


def over_visits_column(material: Material, spanner: str) -> PaperColumn:
    """Return the column of p adjusted over visits."""
    heading = f"{material.style.p_style.symbol}, Holm over visits"
    return PaperColumn(Text(heading, (_OVER_VISITS,)), spanner)


def is_adjusted(rows: Iterable[ResultRow | None]) -> bool:
    """Whether any of some rows has a p adjusted within the family or over all tests."""
    return any(
        row is not None and (_is_confirmatory(row) or not math.isnan(row.p_bh)) for row in rows
    )


def perspective_columns(
    material: Material,
    analysis: str,
    rows: Sequence[ResultRow],
    *,
    effect: str,
    adjusted: bool,
    varies: bool = False,
) -> list[PaperColumn]:
    """Return the columns of both perspectives: effect (unless empty), p, adjusted p.

    Where n varies from line to line, the headings give the largest.
    """
    columns: list[PaperColumn] = []
    symbol = material.style.p_style.symbol
    for name in PERSPECTIVES:
        spanner = material.perspective(name, rows, analysis, varies=varies)
        if effect:
            label = material.style.interval_label(level_of(rows))
            columns.append(PaperColumn(Text(f"{effect} {label}".strip()), spanner))
        columns.append(PaperColumn(Text(symbol), spanner))
        if adjusted:
            columns.append(PaperColumn(Text(f"Adjusted {symbol}"), spanner))
    return columns
