"""The made-up study of `publish_samples` as the material of a manuscript."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import publish_samples as samples
from procohort.publish.methods_facts import Facts
from procohort.publish.paper.compose import compose, material_from
from procohort.publish.paper.material import Material
from procohort.publish.paper.model import Paper
from procohort.results import ResultRow
from procohort.settings_paper import number_settings

TABLE = samples.analysis_table()
VISITS = [
    {"id": "before", "time": 0, "label": "Before"},
    {"id": "m6", "time": 180, "label": "After half a year"},
]
TRAJECTORY: dict[str, Any] = {
    "id": "over_time",
    "label": "Pain over time",
    "unit": "patient",
    "visits": VISITS,
    "outcomes": {"pain": {"label": "Pain", "unit": "points", "better": "lower"}},
    "by": "implant",
    "levels": ["true", "false"],
    "responder": {"label": "Half of the pain", "rule": "x", "missing": "left_out", "outcomes": []},
    "note": "",
}
VARIABLES = {
    **samples.VARIABLES,
    "pain": {"type": "number", "label": "Pain", "unit": "points", "decimals": 1},
    "pain_before": {"type": "number", "label": "Pain before", "unit": "points", "decimals": 1},
    "pain_m6": {"type": "number", "label": "Pain later", "unit": "points", "decimals": 1},
}
SPECS = (
    ("describe", samples.DESCRIPTION),
    ("rate", samples.RATES),
    ("compare", samples.COMPARISON),
    ("compare", samples.POSITIONS),
    ("correlate", samples.CORRELATION),
    ("trend", samples.TREND),
    ("trajectory", TRAJECTORY),
)
SETTINGS: dict[str, Any] = {
    "study": samples.STUDY,
    "analyses": [{"unit": "row", **spec, "kind": kind} for kind, spec in SPECS],
    "variables": VARIABLES,
    "methods": {"ci_level": 0.95, "n_resamples": 10000},
    "multiplicity": {
        "confirmatory": {"analyses": ["implant"], "outcomes": ["time_min"]},
        "same_test": {},
    },
    "highest": [],
    "readings": {},
    "has_claims": True,
    "filled": [],
}
CLAIM = {
    "source_file": "paper.txt",
    "sentence": "Success was 98.3% (449/458).",
    "printed": "98.3%",
    "kind": "percent",
    "found": "98.0% (449/458)",
    "cluster_aware_found": "98.0% (95 % interval 95.6% to 99.3%)",
    "verdict": "impossible_as_printed",
    "why": "449/458 is 98.0%, not 98.3%; the difference is -0.3, p = 0.046.",
}
CLAIMS = (
    {**CLAIM, "source_file": "leaflet.txt", "sentence": "From elsewhere."},
    CLAIM,
    {**CLAIM, "kind": "text", "sentence": "A statement.", "verdict": "not_testable"},
)


def cohort_rows() -> list[ResultRow]:
    """How many there are, and how many of each person."""
    sizes = TABLE.groupby("cluster").size()
    base = ResultRow(
        analysis="cohort", kind="describe", estimand="", outcome="", level="all",
        n_procedures=len(TABLE), n_patients=len(sizes),
    )  # fmt: skip
    found = {"median": sizes.median(), "mean": sizes.mean(), "min": sizes.min(), "max": sizes.max()}
    icc = replace(
        base, analysis="visits", estimand="icc", outcome="time_min", method="icc_reml",
        perspective="cluster_aware", estimate=0.27,
    )  # fmt: skip
    return [
        replace(base, estimand="n_rows", estimate=float(len(TABLE))),
        replace(base, estimand="n_patients", estimate=float(len(sizes))),
        *(
            replace(base, outcome="rows_per_patient", estimand=name, estimate=float(value))
            for name, value in found.items()
        ),
        icc,
    ]


def trajectory_rows() -> list[ResultRow]:
    """Two visits in two groups, a change in each, and a contrast."""
    rows: list[ResultRow] = []
    base = ResultRow(
        analysis="over_time", kind="trajectory", estimand="", outcome="", group="implant",
        unit_of_analysis="patient", n_procedures=20, n_patients=20, n_missing=3, ci_level=0.95,
    )  # fmt: skip
    summaries = {"n": 20.0, "mean": 6.25, "sd": 1.5, "median": 6.5, "q1": 5.5, "q3": 7.25}
    for outcome in ("pain_before", "pain_m6"):
        for level in ("true", "false"):
            here = replace(base, outcome=outcome, level=level, ci_level=float("nan"))
            rows += [
                replace(here, estimand=name, estimate=value) for name, value in summaries.items()
            ]
    for level in ("true", "false"):
        change = replace(
            base, outcome="pain_m6", level=level, reference="before", headline=True, p=0.0496,
            estimate=-2.5, ci_low=-5.0, ci_high=-0.1, p_holm=0.0496,
        )  # fmt: skip
        rows += [
            replace(change, perspective="as_published", estimand="hodges_lehmann_change",
                    method="signed_rank_asymptotic"),
            replace(change, perspective="cluster_aware", estimand="mean_change",
                    method="mmrm_unstructured"),
        ]  # fmt: skip
        share = replace(
            base, outcome="pain_m6", level=level, estimand="proportion", headline=True,
            n_events=9, estimate=0.45, ci_low=0.23, ci_high=0.68,
        )  # fmt: skip
        rows += [
            replace(share, perspective="as_published", method="clopper_pearson"),
            replace(share, perspective="cluster_aware", method="korn_graubard"),
        ]
    contrast = replace(
        base, outcome="pain_m6", level="true", reference="false", headline=True,
        estimand="mean_difference_adjusted", estimate=-0.5, ci_low=-1.5, ci_high=0.5, p=0.31,
    )  # fmt: skip
    return [
        *rows,
        replace(contrast, perspective="as_published", method="ancova"),
        replace(contrast, perspective="cluster_aware", method="mmrm_unstructured_group"),
    ]


@cache
def rows() -> tuple[ResultRow, ...]:
    """Every result row of the study."""
    return (*cohort_rows(), *samples.all_rows(TABLE), *trajectory_rows())


def material(paper: dict[str, Any] | None = None, **facts: Any) -> Material:
    """What the manuscript is made from, in a number style."""
    attrition = tuple(
        {key: str(value) for key, value in record.items()}
        for record in samples.ATTRITION.to_dict("records")
    )
    given: dict[str, Any] = {
        "settings": SETTINGS, "rows": rows(), "attrition": attrition, "findings": (),
        "missing": (), "versions": {"procohort": "0.1.0", "python": "3.11.2"},
    }  # fmt: skip
    parameters = {
        "numbers": number_settings({"preset": "plain", **(paper or {})}),
        "table_one": [samples.DESCRIPTION["id"]],
        "abbreviations": {"DSA": "digital subtraction angiography"},
    }
    return material_from(
        parameters, Facts(**{**given, **facts}), verdicts=CLAIMS, sources=["paper.txt"]
    )


def paper(preset: dict[str, Any] | None = None, **facts: Any) -> Paper:
    """The manuscript of the made-up study."""
    return compose(material(preset, **facts)) if facts else _usual(json.dumps(preset))


@cache
def _usual(preset: str) -> Paper:
    """The manuscript in a number style, made once for all tests."""
    return compose(material(json.loads(preset)))
