"""How findings are laid out: one panel for each question, methods down, conditions across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from procohort.validation.summary import Finding

TITLES = {
    "between": "Group of patients, no effect: rejections at 5 %",
    "within even": "Events inside patients, spread evenly, no effect: rejections at 5 %",
    "within clustered": "Events inside patients, clustered, no effect: rejections at 5 %",
    "rare": "Rare event by group of patients, no effect: rejections at 5 %",
    "coverage": "Group of patients, with an effect: coverage of 95 % intervals",
    "rate": "One rate: coverage of 95 % intervals",
    "difference": "Difference of two rates: coverage of 95 % intervals",
    "power": "Group of patients, with an effect: power at 5 %",
}

ROLE_NAMES = {
    "recommended": "recommended",
    "sensitivity": "sensitivity",
    "naive": "naive",
    "not_used": "not used",
}


@dataclass(frozen=True, slots=True)
class Panel:
    """Findings of one question.

    Attributes
    ----------
    title : str
    measure : str
        ``type_1_error``, ``power`` or ``coverage``.
    conditions : tuple of str
        Words for the cells, in order.
    lines : tuple of tuple of Finding
        One tuple for each method, in the order of the conditions.
    """

    title: str
    measure: str
    conditions: tuple[str, ...]
    lines: tuple[tuple[Finding, ...], ...]


def panels(findings: Sequence[Finding]) -> list[Panel]:
    """Return the panels that the findings fill, in the order of `TITLES`."""
    found = []
    for key, title in TITLES.items():
        mine = [finding for finding in findings if _key(finding) == key]
        if not mine:
            continue
        cells = list(dict.fromkeys(finding.cell for finding in mine))
        methods = list(dict.fromkeys(finding.method for finding in mine))
        at = {(finding.method, finding.cell): finding for finding in mine}
        found.append(
            Panel(
                title=title,
                measure=mine[0].measure,
                conditions=tuple(condition(at[methods[0], cell]) for cell in cells),
                lines=tuple(tuple(at[method, cell] for cell in cells) for method in methods),
            )
        )
    return found


def _key(finding: Finding) -> str:
    return f"within {finding.spread}" if finding.kind == "within" else finding.kind


def condition(finding: Finding) -> str:
    """Return the words for the cell of a finding, beside others of its panel."""
    if finding.kind == "rare":
        return f"{finding.n_events} events, {finding.spread}"
    if finding.kind == "rate":
        return f"{100 * finding.rate:g} %, {finding.spread}"
    if finding.kind == "difference":
        rates = f"{100 * finding.rate_in_group:g} vs {100 * finding.rate:g} %"
        return f"{rates}, {finding.spread}"
    if finding.kind == "power":
        return f"ICC {finding.icc:g}, effect {finding.effect:g}"
    return f"ICC {finding.icc:g}"
