"""A verdict as one flat record, for CSV, JSON and the page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from procohort.claims.judgement import Verdict


def to_record(verdict: Verdict) -> Mapping[str, Any]:
    """Return a verdict as one record: the claim, the judgement, its rows and its checks."""
    claim, row, other = verdict.claim, verdict.row, verdict.cluster_aware_row
    record: dict[str, Any] = {
        name: getattr(claim, name) for name in claim.__dataclass_fields__ if name != "line"
    }
    record |= {
        "verdict": verdict.verdict,
        "why": verdict.why,
        "found": verdict.found,
        "found_exact": _or_none(verdict.found_exact),
        "conclusion_changes": verdict.conclusion_changes,
        "rounding": verdict.rounding,
        "n_procedures": row.n_procedures if row else None,
        "n_patients": row.n_patients if row else None,
    }
    names = ("unit_of_analysis", "analysis", "outcome", "group", "level", "reference")
    for name in (*names, "estimand", "perspective", "method"):
        record[f"row_{name}"] = getattr(row, name) if row else ""
    record |= {
        "cluster_aware_found": verdict.cluster_aware_found,
        "cluster_aware_estimand": other.estimand if other else "",
        "cluster_aware_method": other.method if other else "",
        "cluster_aware_estimate": _or_none(other.estimate) if other else None,
        "cluster_aware_p": _or_none(other.p) if other else None,
        "cluster_aware_changes": verdict.cluster_aware_changes,
        "checks": [
            {
                "name": check.name,
                "outcome": check.outcome,
                "statement": check.statement,
                "harmless": check.harmless,
            }
            for check in verdict.checks
        ],
    }
    return record


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
