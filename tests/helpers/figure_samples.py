"""A view for every kind of figure, made up and small, with labels as long as real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

import publish_samples as samples
import tipping_samples
from procohort.publish.specified import SpecifiedView
from procohort.publish.view import View
from procohort.results import ResultRow
from procohort.specifications import Specification
from procohort.trajectory_names import PATTERN_GROUP

TABLE = samples.analysis_table()
ROWS = samples.all_rows(TABLE)
LONG = "Combined (oblique) with contrast medium"
VARIABLES = {
    **samples.VARIABLES,
    "implant": {
        "type": "boolean",
        "label": "Implant of the lower back",
        "labels": {"true": "Instrumented lower back", "false": "Neverinstrumentedback"},
    },
    "position": {
        "type": "category",
        "label": "Position",
        "labels": {"lateral": "Lateral", "oblique": LONG, "prone": "Prone"},
    },
}
SPECS: dict[str, dict[str, Any]] = {
    "attrition": {},
    "distribution": samples.COMPARISON,
    "forest": {"comparisons": [samples.COMPARISON, samples.POSITIONS]},
    "rates": samples.RATES,
    "scatter": samples.CORRELATION,
    "trend": samples.TREND,
}


def sample_view(kind: str, width_mm: int) -> View:
    """Return a view of a kind at a width."""
    makers = {
        "tipping": _tipping, "specification": _specification, "synthesis": _synthesis,
        "cumulative_dose": _cumulative_dose, "swimmer": _swimmer, "trajectory": _trajectory,
    }  # fmt: skip
    view = makers[kind]() if kind in makers else _usual(kind)
    return replace(view, width_mm=width_mm)


def _view(spec: dict[str, Any], rows: list[ResultRow], *frames: pd.DataFrame) -> View:
    settings = {"spec": spec, "study": samples.STUDY, "variables": VARIABLES}
    return View.from_settings(settings, rows=rows, frames=frames)


def _usual(kind: str) -> View:
    frame = samples.ATTRITION if kind == "attrition" else TABLE
    return _view(SPECS[kind], ROWS, frame)


def _tipping() -> View:
    rows, starts = tipping_samples.answers(TABLE, ROWS, tipping_samples.CLAIMS)
    return _view(samples.COMPARISON, rows, tipping_samples.frame(starts))


def _specification() -> View:
    """Four outcomes under many choices: higher than a page, so panels stand side by side."""
    decisions = [
        {
            "id": f"d{number}",
            "label": f"Decision number {number} about the values of each person",
            "choices": {f"c{i}": f"Choice {i} of many, without the first visit" for i in range(4)},
        }
        for number in range(3)
    ]
    spec = {**samples.COMPARISON, "decisions": decisions, "readings": ["as_is", "other"]}
    settings = {"spec": spec, "study": samples.STUDY, "variables": VARIABLES}
    methods = {
        "as_published": ("mann_whitney_exact",),
        "cluster_aware": ("cluster_bootstrap", "lmm_geometric_mean_ratio"),
    }
    rng = np.random.default_rng(1)
    found = []
    for outcome in spec["outcomes"]:
        for choice in range(16):
            for perspective, names in methods.items():
                for method in names:
                    middle = float(rng.normal(1.0, 0.5))
                    row = ResultRow(
                        analysis="implant", kind="compare", estimand="mean_difference",
                        outcome=outcome, group="implant", level="true", reference="false",
                        perspective=perspective, method=method, unit_of_analysis="row",
                        n_procedures=len(TABLE), n_patients=44, estimate=middle,
                        ci_low=middle - 1.0, ci_high=middle + 1.0, ci_level=0.95, p=0.04,
                    )  # fmt: skip
                    taken = {f"d{d}": f"c{choice // 4 if d else choice % 4}" for d in range(3)}
                    reading = "as_is" if choice % 3 else "other"
                    found.append(Specification(f"{reading}-{len(found)}", reading, taken, 0, row))
    return SpecifiedView.of(settings, found)


def _synthesis() -> View:
    """Two modalities with series, pools and predictions; one series of this study."""
    names = {"own": LONG, "b": "Another hospital 2021", "c": "Sci Rep 2020"}
    modalities = {"rope": "Rope and ladder", "ladder": "Ladder alone"}
    rows = []
    base = ResultRow(
        analysis="synthesis_success", kind="synthesis", estimand="proportion", outcome="success",
        group="modality", method="clopper_pearson", perspective="as_published", n_events=449,
        n_procedures=458, estimate=0.98, ci_low=0.963, ci_high=0.991, ci_level=0.95,
    )  # fmt: skip
    for modality in modalities:
        mine = replace(base, level=modality)
        for series in names:
            rows.append(replace(mine, subset=series))
            if series == "own":
                aware = replace(mine, subset=series, perspective="cluster_aware", ci_low=0.6)
                rows.append(aware)
        pool = {"estimand": "pooled_proportion", "method": "random_effects_logistic"}
        rows.append(replace(mine, **pool, n_events=1200, n_procedures=1234))
        new = {"estimand": "proportion_of_new_series", "ci_low": 0.447, "ci_high": 0.9996}
        rows.append(replace(mine, **new))
    account = pd.DataFrame(
        [
            {"series_id": key, "label": name, "outcome": "success", "used": "yes",
             "live": "yes" if key == "own" else "no"}
            for key, name in names.items()
        ]
    )  # fmt: skip
    spec = {
        "id": "synthesis_success", "outcome": "success", "label": "Technical success",
        "modalities": modalities, "note": "",
    }  # fmt: skip
    return _view(spec, rows, account)


def _cumulative_dose() -> View:
    """Names too wide for their share of an axis, and lines that end at one height."""
    levels = ("true", "false")
    rows = [
        ResultRow(
            analysis="cumulative_dose", kind="dose", outcome="dose_msv", group="implant",
            estimand=f"cumulative_dose_so_far_{name}", level=level, estimate=value,
        )
        for level in levels
        for name, value in (("min", 4.0), ("median", 19.0), ("max", 70.0))
    ]  # fmt: skip
    ends = {"true": 140.0, "false": 110.0, "low": 25.2, "fluoro": 32.2, "none": 0.0}
    rows += [
        ResultRow(
            analysis="cumulative_dose", kind="dose", outcome="dose_msv",
            group="implant" if level in levels else "protocol", level=level,
            estimand="cumulative_dose_planned", subset=f"years={years}",
            estimate=end * years / 20, ci_low=0.9 * end * years / 20,
            ci_high=1.2 * end * years / 20, n_procedures=3 * years,
        )
        for level, end in ends.items()
        for years in (1, 5, 20)
    ]  # fmt: skip
    sums = pd.DataFrame(
        {
            "level": ["true", "false"] * 12, "n_procedures": 9, "n_missing": 0,
            "dose_msv": np.linspace(4.0, 70.0, 24),
        }
    ).assign(low_msv=1.0, high_msv=80.0)  # fmt: skip
    spec = {
        "id": "cumulative_dose", "by": "implant", "patients_by": "implant", "years": [1, 5, 20],
        "protocols": {"low": "Ultra-low-dose scan", "fluoro": "Fluoroscopy", "none": "Ultrasound"},
        "factors": {}, "note": "",
    }  # fmt: skip
    return _view(spec, rows, sums)


def _swimmer() -> View:
    """Every mark at once, and planned days whose numbers would touch."""
    timings = ("first", "on_time", "early", "late")
    doses = pd.DataFrame(
        [
            {
                "cluster": f"p{person}", "number": number,
                "phase": "reload" if number == 5 else "maintenance", "day": 30 * number + person,
                "deviation_days": 0, "timing": timings[number % 4 if number < 4 else 1],
                "too_close": number == 2,
            }
            for person in range(30)
            for number in range(8)
        ]
    )  # fmt: skip
    regimen = {"label": "The schedule of the label", "loading_days": [0, 1, 14, 28, 63]}
    spec = {
        "id": "schedule", "label": "Doses against the schedule of the label", "applies": "a",
        "regimens": {"a": regimen, "b": {**regimen, "loading_days": [0, 14, 58, 60]}},
        "tolerance": {"loading_days": 3, "maintenance_days": 14}, "note": "",
    }  # fmt: skip
    return _view(spec, [], doses)


def _trajectory() -> View:
    """Visits that lie close, counts of three digits, two groups that end at one value."""
    visits = [("before", 0, "Before"), ("d3", 3, "3 days"), ("w1", 7, "1 week"),
              ("m1", 30, "1 month"), ("m6", 180, "6 months")]  # fmt: skip
    outcomes = {"pain": {"label": "Pain on a visual scale", "unit": "points", "better": "lower"},
                "walk": {"label": "Walking", "unit": "m", "better": "higher"},
                "sleep": {"label": "Sleep", "unit": "h", "better": "higher"}}  # fmt: skip
    spec = {
        "id": "over_time", "label": "Pain, walking and sleep over time, with and without implant",
        "visits": [{"id": key, "time": time, "label": label} for key, time, label in visits],
        "outcomes": outcomes, "by": "implant", "levels": ["true", "false"], "time_unit": "days",
        "unit": "patient", "note": "",
    }  # fmt: skip
    rows, columns = [], {}
    table = TABLE.drop_duplicates("cluster").reset_index(drop=True)
    variables = dict(VARIABLES)
    for outcome, facts in outcomes.items():
        variables[outcome] = {"type": "number", "label": facts["label"], "unit": facts["unit"]}
        for place, (visit, _, _) in enumerate(visits):
            columns[f"{outcome}_{visit}"] = np.arange(len(table)) % 7 + 7.0 - place
            for level in ("true", "false"):
                base = ResultRow(
                    analysis="over_time", kind="trajectory", estimand="n", group="implant",
                    outcome=f"{outcome}_{visit}", level=level, perspective="descriptive",
                    unit_of_analysis="patient", estimate=413.0, n_procedures=44, n_patients=44,
                )  # fmt: skip
                mean = {"estimate": 9.0 - place, "ci_low": 8.0 - place, "ci_high": 10.0 - place}
                rows += [base, replace(base, estimand="mean", **mean)]
        contrast = ResultRow(
            analysis="over_time", kind="trajectory", estimand="mean_difference", headline=True,
            outcome=f"{outcome}_m6", group="implant", level="true", reference="false",
            perspective="as_published", method="ancova", unit_of_analysis="patient", estimate=-0.18,
            ci_low=-0.73, ci_high=0.38, ci_level=0.95, p=0.53, n_procedures=44, n_patients=44,
        )  # fmt: skip
        rows += [contrast, replace(contrast, perspective="cluster_aware")]
        patterns = {"xxxxx": 30.0, "xxxx.": 9.0, "xxx..": 5.0}
        rows += [
            ResultRow(
                analysis="over_time", kind="trajectory", estimand="n", outcome=outcome,
                group=PATTERN_GROUP, level=pattern, perspective="descriptive", estimate=count,
            )
            for pattern, count in patterns.items()
        ]  # fmt: skip
    settings = {"spec": spec, "study": samples.STUDY, "variables": variables}
    frame = table.assign(**columns)
    return View.from_settings(settings, rows=rows, frames=[frame])
