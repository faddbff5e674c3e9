"""Cells of the scorecard: which figure is meant, and what its result rows show in the style."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from procohort.publish.numbers import ABSENT
from procohort.publish.paper.material import Material
from procohort.publish.scorecard_lines import SIGNS
from procohort.publish.selection import n_trials
from procohort.publish.wording import uncapitalise
from procohort.results import ResultRow
from procohort.trajectory_names import VISIT_GROUP

Record = Mapping[str, Any]

# Fields of a result row that a record repeats, with `row_` before their names.
_PLACE = ("analysis", "outcome", "group", "level", "reference")
_OWN = (*_PLACE, "estimand", "perspective", "method")
_P_ONLY = re.compile(r"p [=<>] [\d.]+(?:e-?\d+)?")
# Their verdict says already that the printed figure does not hold.
_FAILS = ("impossible_as_printed", "differs")


def is_doubtful(record: Record) -> bool:
    """Return whether a printed figure that otherwise stands does not fit its own totals."""
    if record["verdict"] in _FAILS:
        return False
    return any(check["outcome"] == "doubtful" for check in record.get("checks", ()))


def verdict_cell(record: Record) -> str:
    """Return the verdict, and whether the figure is doubtful as printed."""
    word = SIGNS[record["verdict"]][1]
    return f"{word}; doubtful as printed" if is_doubtful(record) else word


def printed_cell(record: Record, material: Material) -> str:
    """Return what is printed, with the outcome and the comparison that it is about."""
    printed = printed_text(record)
    outcome = str(record.get("row_outcome") or "")
    label = material.book.label(outcome) if outcome else ""
    told = [text for text in (label, _where(record, material)) if text]
    said = ", ".join(told)
    return f"{printed} ({said})" if said and said.lower() != printed.lower() else printed


def printed_text(record: Record) -> str:
    """Return what is printed, in one line."""
    return " ".join(str(record["printed"]).split())


def doubtful_counts(judged: Iterable[Record]) -> tuple[int, list[str]]:
    """Return how many printed figures are doubtful as printed, and each of them once."""
    doubtful = [printed_text(record) for record in judged if is_doubtful(record)]
    return len(doubtful), list(dict.fromkeys(doubtful))


def _where(record: Record, material: Material) -> str:
    """Return the groups, the visits, the value or the second variable of the claim's row."""
    book = material.book
    outcome, group, level, reference = (
        str(record.get(f"row_{name}") or "") for name in ("outcome", "group", "level", "reference")
    )
    spec = material.facts.analyses.get(str(record.get("row_analysis") or "")) or {}
    if group == VISIT_GROUP:
        names = {str(visit["id"]): str(visit["label"]) for visit in spec.get("visits", ())}
        return " vs ".join(names.get(visit, visit) for visit in (level, reference) if visit)
    if reference and record.get("row_perspective") == "descriptive":
        return book.level(outcome, reference)
    if reference:
        return book.contrast(group, level, reference)
    if spec.get("kind") in ("correlate", "trend"):
        return f"with {uncapitalise(book.label(str(spec['x'])))}"
    return book.level(group, level) if group and level not in ("", "all") else ""


def found_cell(record: Record, material: Material) -> str:
    """Return what the data show, from the claim's row where it is that row's number."""
    style, found = material.style, str(record["found"])
    row = _row(record, material)
    if row is not None and _P_ONLY.fullmatch(found) and _same(record.get("found_exact"), row.p):
        return style.p_equation(row.p)
    if row is not None and row.estimand == "proportion" and "%" in found:
        return style.percent_count(row.n_events, n_trials(row))
    name = "" if row is None else f" ({material.facts.words.estimand(row.estimand)})"
    if row is not None and found.endswith(name) and _same(record.get("found_exact"), row.estimate):
        return style.effect(row, material.book[row.outcome], unit=True) + name
    return style.text(found) or ABSENT


def aware_cell(record: Record, material: Material) -> str:
    """Return what stands cluster-aware, from the row that was laid beside the claim's."""
    style, found = material.style, str(record["cluster_aware_found"])
    row = _aware_row(record, material)
    if row is None:
        return style.text(found) or ABSENT
    phrase = style.interval_phrase(row, material.book[row.outcome])
    if row.estimand == "proportion":
        share = style.percent(row.estimate)
        return f"{share} ({phrase})" if phrase else share
    told = []
    if not math.isnan(row.estimate):
        name = material.facts.words.estimand(row.estimand)
        effect = style.effect(row, material.book[row.outcome], unit=True)
        told.append(f"{name} {effect}" + (f" ({phrase})" if phrase else ""))
    p = record.get("cluster_aware_p")
    if p is not None:
        told.append(style.p_equation(float(p)))
    method = material.facts.words.method(row.method)
    return f"{', '.join(told)}; {method}" if told else style.text(found)


def _row(record: Record, material: Material) -> ResultRow | None:
    if not record.get("row_analysis"):
        return None
    return _only({name: record[f"row_{name}"] for name in _OWN}, material)


def _aware_row(record: Record, material: Material) -> ResultRow | None:
    if not record.get("cluster_aware_estimand"):
        return None
    wanted = {name: record[f"row_{name}"] for name in _PLACE}
    wanted |= {name: record[f"cluster_aware_{name}"] for name in ("estimand", "method")}
    row = _only({**wanted, "perspective": "cluster_aware"}, material)
    if row is None or not _same(record.get("cluster_aware_estimate"), row.estimate):
        return None
    return row


def _only(wanted: Mapping[str, Any], material: Material) -> ResultRow | None:
    """Return the row whose fields are as wanted, None where no or more than one row is."""
    found = [
        row
        for row in material.facts.rows
        if row.status == "ok" and all(getattr(row, name) == value for name, value in wanted.items())
    ]
    return found[0] if len(found) == 1 else None


def _same(recorded: float | None, value: float) -> bool:
    if recorded is None:
        return math.isnan(value)
    return math.isclose(float(recorded), value, rel_tol=1e-9, abs_tol=1e-12)
