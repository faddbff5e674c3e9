"""What is left of a claim as records, for JSON and for the columns of the CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from procohort.claims.robustness import Answer, Decision, LeftOut, Robustness, Tipping
from procohort.results import ResultRow

_OF_A_ROW = (
    *("perspective", "estimand", "method", "unit", "unit_of_analysis"),
    *("n_procedures", "n_patients", "estimate", "ci_low", "ci_high", "ci_level", "p"),
    *("status", "note"),
)
FLAT_COLUMNS: tuple[str, ...] = (
    *("robustness", "robustness_why", "tipping_icc", "tipping_icc_equal_sizes", "icc_estimated"),
    *("leave_one_out_estimand", "leave_one_out_low", "leave_one_out_high", "readings_differ"),
    *("n_specifications", "n_specifications_with_direction", "n_specifications_agree"),
    *("n_specifications_with_p", "n_specifications_p_below_5"),
)


def flat_record(found: Robustness | None) -> dict[str, Any]:
    """Return the columns of the CSV (`FLAT_COLUMNS`); absent values are None or empty.

    Specifications of both perspectives are counted together.
    """
    if found is None:
        return dict.fromkeys(FLAT_COLUMNS)
    tipping, shown, counted = found.tipping, found.left_out_shown, found.counted
    equal = tipping.equal_sizes if tipping else None
    values = (
        found.word,
        found.why,
        number(tipping.row.estimate) if tipping else None,
        number(equal.estimate) if equal else None,
        number(tipping.icc_estimated) if tipping else None,
        shown.row.estimand if shown else "",
        number(shown.row.ci_low) if shown else None,
        number(shown.row.ci_high) if shown else None,
        found.readings_differ,
        *(
            sum(getattr(part, name) for part in counted) if counted else None
            for name in ("n", "n_directed", "n_agree", "n_p", "n_below")
        ),
    )
    return dict(zip(FLAT_COLUMNS, values, strict=True))


def nested_record(found: Robustness) -> dict[str, Any]:
    """Return everything that was examined, each number with its n, unit and estimand."""
    return {
        "word": found.word,
        "why": found.why,
        "changed_by": list(found.changed_by),
        "tipping": _tipping(found.tipping) if found.tipping else None,
        "leave_one_out": [_left_out(part) for part in found.left_out],
        "readings": [
            {
                "reading": part.name,
                "verdict": part.verdict.verdict,
                "found": part.verdict.found,
                "changes": part.changes,
                "answers": [_answer(answer) for answer in part.answers],
            }
            for part in found.readings
        ],
        "decisions": [_decision(part) for part in found.decisions],
        "specifications": [
            {name: getattr(part, name) for name in part.__dataclass_fields__}
            for part in found.counted
        ],
    }


def number(value: float) -> float | None:
    """Return a number for JSON, where there is no NaN."""
    return value if math.isfinite(value) else None


def _row(row: ResultRow) -> dict[str, Any]:
    values = ((name, getattr(row, name)) for name in _OF_A_ROW)
    return {
        name: number(value) if isinstance(value, float) else value
        for name, value in values
        if value != ""
    }


def _answer(answer: Answer) -> Mapping[str, Any]:
    return {**_row(answer.row), "changes": answer.changes}


def _tipping(found: Tipping) -> Mapping[str, Any]:
    others = {"equal_sizes": found.equal_sizes, "at_estimated_icc": found.at_estimated}
    return {
        **_row(found.row),
        "icc_estimated": number(found.icc_estimated),
        **{name: _row(row) if row else None for name, row in others.items()},
    }


def _left_out(found: LeftOut) -> Mapping[str, Any]:
    row = _row(found.row)
    # A range of estimates is no confidence interval, and must not be read as one.
    span = {"lowest": row.pop("ci_low"), "highest": row.pop("ci_high"), "largest_p": row.pop("p")}
    row.pop("ci_level")
    return {**row, **span, "n_turned": found.n_turned, "n_p": found.n_p}


def _decision(found: Decision) -> Mapping[str, Any]:
    return {
        "id": found.id,
        "label": found.label,
        "choices": [
            {
                "id": choice.id,
                "label": choice.label,
                "main": choice.is_main,
                "n_set": choice.n_set,
                "answers": [_answer(answer) for answer in choice.answers],
            }
            for choice in found.choices
        ],
    }
