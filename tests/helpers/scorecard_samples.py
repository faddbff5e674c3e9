"""A made-up study of visits in children with everything that a scorecard shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from procohort.claims.claim import Claim
from procohort.claims.robustness import Robustness
from procohort.claims.robustness_examine import Material, examine_robustness
from procohort.claims.scorecard import judge_all, study_context
from procohort.claims.sources import Source
from procohort.claims.verdict import Verdict
from procohort.results import ResultRow
from procohort.specifications import Specification

STUDY: dict[str, Any] = {
    "id": "s",
    "title": "A <b>title</b>",
    "citation": "A paper.",
    "doi": "10.1/x",
    "data_origin": "reconstructed",
    "data_label": "reconstructed from published summary figures; not patient data",
    "row": {"singular": "visit", "plural": "visits"},
    "cluster": {"singular": "child", "plural": "children"},
}
SENTENCE = "Success was 98.3% (449/458) & <fine>."
LONGER = "Visits with a drip were longer (p < 0.01)."
DECISIONS = [
    {"id": "factor", "label": "Factor", "choices": {"main": "As recorded", "half": "Half"}},
    {"id": "visits", "label": "Visits", "choices": {"all": "All", "first": "First of each child"}},
]
SOURCES = {
    "paper.txt": Source(source_file="paper.txt", title="The paper", citation="A journal, 2020."),
    "leaflet.txt": Source(
        source_file="leaflet.txt", title="A leaflet", url="https://example.org/leaflet"
    ),
}
VIEWS: dict[str, Any] = {
    "readings": ["percent"],
    "decisions": DECISIONS,
    "analyses": {
        "r": {"label": "Rates", "figure": "rates_r", "table": "rates_r"},
        "drip": {
            "label": "Drip or none",
            "figure": "distribution_drip",
            "table": "comparison_drip",
            "sensitivity": "sensitivity_drip",
            "tipping": "tipping_drip",
            "specification": "specification_drip",
            "multiverse": "multiverse_drip",
        },
    },
    "tables": {
        "readings": "readings",
        "feasible": [{"label": "Group sizes", "table": "feasible_drip"}],
    },
    "variables": {
        "minutes": {"type": "number", "label": "Time", "unit": "min", "decimals": 1},
        "drip": {"type": "boolean", "label": "Drip", "labels": {"true": "Drip", "false": "None"}},
        "success": {"type": "boolean", "label": "Success"},
    },
}


def claims() -> list[Claim]:
    """Return claims of a paper and of a leaflet."""
    known = {"source": "abstract", "source_file": "paper.txt", "built_in": True}
    rate = {**known, "sentence": SENTENCE, "analysis": "r"}
    test = {
        **known,
        "sentence": LONGER,
        "analysis": "drip",
        "outcome": "minutes",
        "level": "true",
        "reference": "false",
    }
    return [
        Claim(id="pct", printed="98.3%", kind="percent", numerator=449, denominator=458, **rate),
        Claim(id="k", printed="449", kind="count", **rate),
        Claim(id="t", printed="fine", kind="text", note="An opinion.", **rate),
        Claim(id="longer", printed="longer", kind="direction", direction="higher", **test),
        Claim(id="p", printed="p < 0.01", kind="p_bound", **test),
        Claim(
            id="leaflet",
            source="leaflet, page 2",
            source_file="leaflet.txt",
            sentence="Most children feel well.",
            printed="feel well",
            kind="text",
            note="No visit records it.",
        ),
    ]


def rate(n_events: int = 449) -> ResultRow:
    """Return the row of the success rate."""
    return ResultRow(
        analysis="r",
        kind="rate",
        estimand="proportion",
        outcome="success",
        perspective="as_published",
        estimate=n_events / 458,
        n_events=n_events,
        n_procedures=458,
        n_patients=44,
    )


BASE = ResultRow(
    analysis="drip",
    kind="compare",
    estimand="hodges_lehmann_shift",
    outcome="minutes",
    unit="min",
    group="drip",
    level="true",
    reference="false",
    perspective="as_published",
    method="mann_whitney_asymptotic",
    headline=True,
    n_procedures=458,
    n_patients=44,
    estimate=1.5,
    ci_low=0.5,
    ci_high=2.5,
    ci_level=0.95,
    p=0.004,
)
AWARE = replace(
    BASE,
    perspective="cluster_aware",
    estimand="geometric_mean_ratio",
    unit="ratio",
    method="lmm_geometric_mean_ratio",
    estimate=1.1,
    ci_low=0.9,
    ci_high=1.3,
    p=0.2,
)
AGREES = replace(AWARE, ci_low=1.02, p=0.02)


def left_out(row: ResultRow, low: float, high: float, largest_p: float, note: str) -> ResultRow:
    """Return a headline row again without one child at a time."""
    return replace(
        row,
        method="leave_one_patient_out",
        headline=False,
        ci_low=low,
        ci_high=high,
        ci_level=float("nan"),
        p=largest_p,
        note=note,
    )


def tipping(estimand: str, method: str, estimate: float, **fields: Any) -> ResultRow:
    """Return a row of the tipping point of the comparison."""
    return replace(
        BASE,
        kind="tipping",
        estimand=estimand,
        method=method,
        perspective="cluster_aware",
        unit="1",
        estimate=estimate,
        ci_low=float("nan"),
        ci_high=float("nan"),
        **fields,
    )


def tipping_rows() -> list[ResultRow]:
    """Return the tipping points of the printed and of the found p."""
    tables, equal = "design_effect_tables", "design_effect_equal_sizes"
    said = "At an intraclass correlation of 0.065 or more the conclusion would be another one."
    return [
        tipping("tipping_icc", tables, 0.065, p=0.01, note=said),
        tipping("tipping_icc", equal, 0.077, p=0.01),
        tipping("p_at_estimated_icc", tables, 0.26, p=0.26, icc=0.37),
        tipping("tipping_icc_found", tables, 0.1, p=0.004, note="Found."),
    ]


def specification(
    number: int, row: ResultRow, factor: str = "main", visits: str = "all", reading: str = "count"
) -> Specification:
    """Return an answer under a combination of choices."""
    choices = {"factor": factor, "visits": visits}
    return Specification(f"s-{number}", reading, choices, 0, row)


def judged(rows: Sequence[ResultRow], reading: str = "count") -> list[Verdict]:
    """Return the claims judged by result rows."""
    return judge_all(claims(), rows, study_context(STUDY, reading))


def examined(
    rows: Sequence[ResultRow], study: dict[str, Any] = STUDY, **material: Any
) -> dict[str, Robustness]:
    """Return what is left of the claims, given result rows and what stands beside them."""
    verdicts = judged(rows)
    return examine_robustness(
        verdicts,
        Material(rows=rows, decisions=DECISIONS, **material),
        study_context(study, "count"),
    )
