"""What the methods page says of missing values: left out, filled by declaration, or imputed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from procohort.publish.methods_document import Sentence
from procohort.publish.methods_facts import Facts
from procohort.results import ResultRow

# How a sensitivity analysis of the last visit says how many values it set.
_FILLED = re.compile(r"(\d+) values? filled in")
_CASES = {
    "carried_forward": "the last value seen was carried forward to the last visit",
    "worst_case": "the worst value that anybody had was taken at the last visit",
}


def not_imputed(facts: Facts) -> Iterator[Sentence]:
    """Yield what became of missing values, and every analysis that put something there."""
    models = any(
        row.method.startswith("mmrm") and row.status == "ok" for row in facts.of_kind("trajectory")
    )
    text = "Each analysis used the {rows} with a known value of every variable it needed"
    if models:
        text += ", models of all visits every visit with a known value"
    declared = list(_declared(facts))
    primary = "no primary analysis imputed a missing value"
    if declared:
        primary += ", except where declared"
    yield Sentence(f"{text}; {primary}")
    yield from declared
    sensitivity = list(_sensitivity(facts))
    if sensitivity:
        yield Sentence(f"Sensitivity analyses did: {'; '.join(sensitivity)}")


def _declared(facts: Facts) -> Iterator[Sentence]:
    """Yield where the study itself says what a missing value counts as."""
    for analysis, spec in facts.analyses.items():
        rule = spec.get("responder") or {}
        if rule.get("rule") and rule.get("missing") == "non_responder":
            yield Sentence(
                "Whoever lacked the value of a visit counted as no responder there "
                f"({rule['label']}; {facts.label(analysis)}); the share of known values stands "
                "beside it"
            )
    shown = {row.outcome for row in facts.rows}
    names = [facts.book.label(name) for name in facts.settings["filled"] if name in shown]
    if names:
        yield Sentence(
            f"Derived variables that take something else where a value is missing: "
            f"{'; '.join(names)}"
        )


def _sensitivity(facts: Facts) -> Iterator[str]:
    """Yield each sensitivity analysis that put values where there were none."""
    for case, said in _CASES.items():
        mine = [row for row in facts.of_kind("trajectory") if row.method.endswith(f"_{case}")]
        most = _most_filled(mine)
        if most:
            yield f"{said} (up to {most} value{'' if most == 1 else 's'} of an outcome)"
    n_set = max((item.n_set for item in facts.beside.specifications), default=0)
    if n_set:
        yield (
            "missing outcomes were set to the smallest or the largest observed value in the "
            f"alternatives of the analysis (up to {n_set} at a time)"
        )


def _most_filled(rows: Sequence[ResultRow]) -> int:
    found = (_FILLED.search(row.note) for row in rows if row.status == "ok")
    return max((int(match[1]) for match in found if match), default=0)
