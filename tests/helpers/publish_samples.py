"""A small made-up study for the tests of tables, figures and pages.

The effect rows hold invented numbers: publishing must show what it is given.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from procohort.results import ResultRow

STUDY = {
    "title": "Needle visits in a made-up clinic",
    "citation": "Nobody 2020",
    "data_origin": "reconstructed",
    "data_label": "made up for tests; not patient data",
    "row": {"singular": "visit", "plural": "visits"},
    "cluster": {"singular": "person", "plural": "people"},
}

VARIABLES = {
    "time_min": {"type": "number", "label": "Puncture time", "unit": "min", "decimals": 1},
    "dose_msv": {"type": "number", "label": "Effective dose", "unit": "mSv", "decimals": 2},
    "attempts": {"type": "integer", "label": "Attempts", "unit": "count"},
    "visit_number": {"type": "integer", "label": "Visit number", "unit": "count"},
    "implant": {
        "type": "boolean",
        "label": "Implant",
        "labels": {"true": "Implant", "false": "No implant"},
    },
    "success": {
        "type": "boolean",
        "label": "Technical success",
        "labels": {"true": "Successful", "false": "Failed"},
    },
    "position": {
        "type": "category",
        "label": "Position",
        "labels": {"lateral": "Lateral", "oblique": "Combined (oblique)", "prone": "Prone"},
    },
}

QUANTITIES = ("time_min", "dose_msv", "attempts")
COMPARISON = {
    "id": "implant",
    "label": "Implant",
    "group": "implant",
    "levels": ["true", "false"],
    "outcomes": ["time_min", "dose_msv", "attempts", "success"],
}
POSITIONS = {
    "id": "position",
    "label": "Position",
    "group": "position",
    "levels": ["lateral", "oblique", "prone"],
    "outcomes": ["time_min", "dose_msv", "attempts", "success"],
}
DESCRIPTION = {
    "id": "visits",
    "label": "Visits",
    "unit": "row",
    "by": "implant",
    "variables": ["time_min", "attempts", "position", "success"],
}
RATES = {"id": "success_rate", "label": "Success", "by": "implant", "outcomes": ["success"]}
CORRELATION = {
    "id": "attempts",
    "label": "Attempts",
    "x": "attempts",
    "outcomes": ["time_min", "dose_msv"],
    "note": "Each attempt takes time.",
}
TREND = {
    "id": "over_visits",
    "label": "Over visits",
    "x": "visit_number",
    "outcomes": ["time_min", "dose_msv"],
}
ATTRITION = pd.DataFrame(
    [
        ("raw", "In the raw tables", 140, 22, 0, 0),
        ("duplicate_row", "Recorded twice", 139, 22, 1, 0),
        ("unreadable_value", "A value that cannot be read", 139, 22, 0, 0),
        ("window", "Outside October 2017 to August 2024", 130, 20, 9, 2),
        ("analysed", "Analysed", 130, 20, 0, 0),
    ],
    columns=["step", "label", "n_rows", "n_patients", "n_rows_removed", "n_patients_removed"],
)


def analysis_table(n_people: int = 20) -> pd.DataFrame:
    """Return visits of people, with an implant as a fact of the person."""
    rng = np.random.default_rng(7)
    sizes = 2 + np.arange(n_people) % 10
    person = np.repeat(np.arange(n_people), sizes)
    n = len(person)
    implant = person % 3 == 0
    log_time = 2.2 + 0.25 * rng.normal(size=n_people)[person] + 0.4 * rng.normal(size=n)
    attempts = rng.poisson(1.2 + 0.8 * implant)
    number = np.concatenate([np.arange(1, size + 1) for size in sizes])
    table = pd.DataFrame(
        {
            "cluster": [f"P{p:02d}" for p in person],
            "time_min": np.round(np.exp(log_time + 0.12 * implant + 0.1 * attempts), 1),
            "dose_msv": np.round(np.exp(0.4 + 0.6 * rng.normal(size=n) + 0.15 * attempts), 2),
            "attempts": pd.array(attempts, dtype="Int64"),
            "visit_number": pd.array(number, dtype="Int64"),
            "implant": pd.array(implant, dtype="boolean"),
            "success": pd.array(rng.random(n) > 0.04, dtype="boolean"),
            "position": rng.choice(["lateral", "oblique", "prone"], n, p=[0.5, 0.2, 0.3]),
        }
    )
    table["time_min"] = table["time_min"].astype("Float64").mask(pd.Series(np.arange(n) == 4))
    return table


def _level_mask(table: pd.DataFrame, group: str, level: str) -> pd.Series:
    if level == "all":
        return pd.Series(True, index=table.index)
    return table[group].astype(str).str.lower() == level


def _describe(table: pd.DataFrame, base: ResultRow, name: str) -> list[ResultRow]:
    mask = _level_mask(table, base.group, base.level)
    values = table.loc[mask, name]
    used = values.dropna()
    base = replace(
        base,
        outcome=name,
        n_procedures=len(used),
        n_patients=int(table.loc[used.index, "cluster"].nunique()),
        n_missing=int(values.isna().sum()),
    )
    variable = VARIABLES[name]
    if variable["type"] in ("number", "integer"):
        y = used.to_numpy(dtype=float)
        found = {"n": len(y), "mean": y.mean(), "sd": y.std(ddof=1), "median": np.median(y)}
        found |= {"q1": np.quantile(y, 0.25), "q3": np.quantile(y, 0.75)}
        found |= {"min": y.min(), "max": y.max()}
        return [replace(base, estimand=e, estimate=float(v)) for e, v in found.items()]
    texts = used.astype(str).str.lower()
    return [
        replace(
            base,
            estimand="proportion",
            reference=value,
            n_events=int((texts == value).sum()),
            estimate=float((texts == value).mean()),
        )
        for value in variable["labels"]
    ]


def _sizes(table: pd.DataFrame, base: ResultRow) -> list[ResultRow]:
    mask = _level_mask(table, base.group, base.level)
    n, k = int(mask.sum()), int(table.loc[mask, "cluster"].nunique())
    base = replace(base, n_procedures=n, n_patients=k, unit="count")
    return [
        replace(base, estimand="n_rows", estimate=float(n)),
        replace(base, estimand="n_patients", estimate=float(k)),
    ]


def describe_rows(table: pd.DataFrame) -> list[ResultRow]:
    """Return the rows of the description."""
    rows = []
    for level in ("all", "true", "false"):
        base = ResultRow(
            analysis="visits",
            kind="describe",
            estimand="",
            outcome="",
            group="implant",
            level=level,
        )
        rows += _sizes(table, base)
        for name in DESCRIPTION["variables"]:
            rows += _describe(table, base, name)
    return rows


def rate_rows(table: pd.DataFrame) -> list[ResultRow]:
    """Return the rows of the rates."""
    rows = []
    for level in ("all", "true", "false"):
        mask = _level_mask(table, "implant", level)
        k, n = int(table.loc[mask, "success"].sum()), int(mask.sum())
        p = k / n
        base = ResultRow(
            analysis="success_rate", kind="rate", estimand="proportion", outcome="success",
            group="implant", level=level, n_events=k, n_procedures=n, estimate=p, ci_level=0.95,
            n_patients=int(table.loc[mask, "cluster"].nunique()), n_missing=0,
        )  # fmt: skip
        for perspective, method, headline, half in (
            ("as_published", "clopper_pearson", True, 0.04),
            ("as_published", "wilson", False, 0.035),
            ("cluster_aware", "korn_graubard", True, 0.07),
        ):
            rows.append(
                replace(
                    base, perspective=perspective, method=method, headline=headline,
                    ci_low=max(0.0, p - half), ci_high=min(1.0, p + half / 2),
                    design_effect=1.8 if headline and half > 0.05 else math.nan,
                    n_effective=n / 1.8 if headline and half > 0.05 else math.nan,
                )
            )  # fmt: skip
    return rows


def _effects(base: ResultRow, *, counted: bool, shift: float) -> list[ResultRow]:
    published = replace(base, perspective="as_published")
    aware = replace(base, perspective="cluster_aware")
    no_ratio = {
        "status": "refused",
        "note": "Values of zero have no logarithm, so there is no ratio of geometric means.",
    }
    ratio = {"estimate": 1.15, "ci_low": 1.06, "ci_high": 1.25, "ci_level": 0.95, "p": 0.0012}
    wide = {"estimate": 1.13, "ci_low": 0.95, "ci_high": 1.34, "ci_level": 0.95, "p": 0.17}
    return [
        replace(
            published, estimand="hodges_lehmann_shift", method="mann_whitney_asymptotic",
            headline=True, estimate=shift, ci_low=0.4 * shift, ci_high=1.7 * shift, ci_level=0.95,
            p=0.00004, p_holm=0.00012,
        ),
        replace(
            published, estimand="geometric_mean_ratio", unit="ratio",
            method="geometric_mean_ratio_welch", **(no_ratio if counted else ratio),
        ),
        replace(
            aware, estimand="geometric_mean_ratio", headline=True,
            method="lmm_geometric_mean_ratio", unit="ratio",
            **(no_ratio if counted else {**wide, "p_holm": 0.34, "icc": 0.27,
            "design_effect": 3.4, "n_effective": 38.2}),
        ),
        replace(
            aware, estimand="midrank_difference", method="label_permutation", unit="ranks",
            estimate=21.4, p=0.21, n_resamples=10000,
        ),
    ]  # fmt: skip


def comparison_rows(table: pd.DataFrame) -> list[ResultRow]:
    """Return the rows of the comparison of two groups."""
    rows: list[ResultRow] = []
    for level in COMPARISON["levels"]:
        base = ResultRow(
            analysis="implant",
            kind="compare",
            estimand="",
            outcome="",
            group="implant",
            level=level,
        )
        rows += _sizes(table, base)
        for name in COMPARISON["outcomes"]:
            rows += _describe(table, base, name)
    common = ResultRow(
        analysis="implant", kind="compare", estimand="", outcome="", group="implant", level="true",
        reference="false", n_procedures=len(table), n_patients=table["cluster"].nunique(),
        n_missing=0,
    )  # fmt: skip
    for name in QUANTITIES:
        unit = VARIABLES[name]["unit"]
        base = replace(common, outcome=name, unit=unit)
        rows += _effects(base, counted=name == "attempts", shift=1.4)
    base = replace(common, outcome="success")
    difference = {"estimate": -0.017, "ci_low": -0.06, "ci_high": 0.02, "ci_level": 0.95}
    rows += [
        replace(
            base, perspective="as_published", estimand="odds_ratio", method="fisher_exact",
            headline=True, estimate=0.41, ci_low=0.06, ci_high=math.inf, ci_level=0.95, p=0.33,
            p_bh=0.4,
        ),
        replace(
            base, perspective="as_published", estimand="risk_difference", method="newcombe",
            **difference,
        ),
        replace(
            base, perspective="as_published", estimand="omnibus", method="chi_square", p=0.29,
        ),
        replace(
            base, perspective="cluster_aware", estimand="risk_difference", headline=True,
            method="mover_korn_graubard+label_permutation", p=0.44, p_bh=0.5, **difference,
        ),
    ]  # fmt: skip
    return rows


def position_rows(table: pd.DataFrame) -> list[ResultRow]:
    """Return the rows of the comparison of three groups."""
    rows: list[ResultRow] = []
    for level in POSITIONS["levels"]:
        base = ResultRow(
            analysis="position", kind="compare", estimand="", outcome="", group="position",
            level=level,
        )  # fmt: skip
        rows += _sizes(table, base)
        for name in POSITIONS["outcomes"]:
            rows += _describe(table, base, name)
    common = ResultRow(
        analysis="position", kind="compare", estimand="", outcome="", group="position", unit="1",
        n_procedures=len(table), n_patients=table["cluster"].nunique(), n_missing=0,
    )  # fmt: skip
    for name in POSITIONS["outcomes"]:
        base = replace(common, outcome=name, estimand="omnibus", headline=True)
        quantity = name in QUANTITIES
        rows += [
            replace(
                base, perspective="as_published", p=0.03,
                method="kruskal_wallis" if quantity else "fisher_exact",
            ),
            replace(
                base, perspective="cluster_aware", p=0.12,
                method="lmm_joint_f" if quantity else "label_permutation",
            ),
        ]  # fmt: skip
        if name == "time_min":
            rows.append(
                replace(
                    base, perspective="cluster_aware", estimand="geometric_mean_ratio",
                    level="lateral", reference="prone", headline=False, unit="ratio",
                    method="lmm_geometric_mean_ratio", estimate=1.05, ci_low=0.9, ci_high=1.2,
                    ci_level=0.95, p=0.5, p_holm=0.9,
                )
            )  # fmt: skip
    return rows


def association_rows(spec: dict[str, object], kind: str, table: pd.DataFrame) -> list[ResultRow]:
    """Return the rows of a correlation or a trend."""
    rows = []
    for name in spec["outcomes"]:  # type: ignore[attr-defined]
        base = ResultRow(
            analysis=str(spec["id"]), kind=kind, estimand="spearman_rho", outcome=name,
            group=str(spec["x"]), level="all", unit="1", n_procedures=len(table), n_missing=0,
            n_patients=table["cluster"].nunique(), ci_level=0.95, estimate=0.41, headline=True,
        )  # fmt: skip
        rows += [
            replace(
                base, perspective="as_published", method="spearman", ci_low=0.3, ci_high=0.51,
                p=0.0000002, p_bh=0.000001,
            ),
            replace(
                base, perspective="cluster_aware", method="cluster_bootstrap", ci_low=0.22,
                ci_high=0.57,
            ),
            replace(
                base, perspective="cluster_aware", estimand="repeated_measures_correlation",
                method="rmcorr", headline=False, estimate=0.33, ci_low=0.1, ci_high=0.5, p=0.004,
            ),
        ]  # fmt: skip
    return rows


def all_rows(table: pd.DataFrame) -> list[ResultRow]:
    """Return the rows of every analysis of the sample study."""
    return [
        *describe_rows(table),
        *rate_rows(table),
        *comparison_rows(table),
        *position_rows(table),
        *association_rows(CORRELATION, "correlate", table),
        *association_rows(TREND, "trend", table),
    ]
