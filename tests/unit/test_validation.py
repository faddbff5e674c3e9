"""The simulations that try the methods: they must themselves be right."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from minimal_study import ROOT
from procohort.stats.icc import icc_anova
from procohort.stats.inference import Inference, refused
from procohort.validation import cell as cell_module
from procohort.validation import methods as methods_module
from procohort.validation.cell import run_part
from procohort.validation.cohorts import (
    Cohort,
    Shape,
    cluster_sizes,
    cohort_rng,
    outcome,
    random_events,
    shape_from_settings,
    simulate,
)
from procohort.validation.figure import draw, draw_file
from procohort.validation.methods import METHODS, Method
from procohort.validation.page import outside, tables
from procohort.validation.plan import Cell, cells, n_parts, part_parameters
from procohort.validation.summary import Finding, gather, judge, read_findings, write_findings
from procohort.validation.truth import true_value

PLAN: dict[str, Any] = yaml.safe_load((ROOT / "workflow/validation.yaml").read_text("utf-8"))
SHAPE: Shape = shape_from_settings(PLAN["shape"])
COMMITTED = ROOT / "docs" / "validation.csv"


def parameters(cell: Cell, first: int, beyond: int) -> dict[str, Any]:
    return {
        "cell": cell.settings(),
        "shape": PLAN["shape"],
        "cohorts": [first, beyond],
        "n_resamples": 49,
    }


def as_texts(records: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [{key: str(value) for key, value in record.items()} for record in records]


def few_findings() -> list[Finding]:
    plan = {**PLAN, "settings": {"tiny": {"icc": [0.3], "n_cohorts": 2, "n_resamples": 49}}}
    asked = list(cells(plan, "tiny").values())
    records = [record for cell in asked for record in run_part(parameters(cell, 0, 2))]
    return gather([cell.settings() for cell in asked], as_texts(records))


@pytest.mark.parametrize("cell", cells(PLAN, "quick").values(), ids=lambda cell: cell.id)
def test_a_cohort_has_the_shape_that_was_asked_for(cell: Cell) -> None:
    """Error rates hang on the number of patients and on how unequal they are."""
    cohort = simulate(cell, SHAPE, 3)
    sizes = np.bincount(cohort.patient)
    assert sizes.size == SHAPE.n_patients
    assert sizes.sum() == SHAPE.n_rows
    assert SHAPE.smallest <= sizes.min() < sizes.max() <= SHAPE.largest
    assert len(np.unique(cohort.patient[cohort.group])) == SHAPE.n_patients_in_group
    in_both = np.intersect1d(cohort.patient[cohort.group], cohort.patient[~cohort.group])
    assert in_both.size == 0
    assert np.all(cohort.y / SHAPE.resolution % 1 == 0)
    assert cohort.y.min() > 0
    if cell.n_events:
        assert cohort.events.sum() == cell.n_events


def test_a_shape_that_cannot_be_is_refused() -> None:
    """Otherwise the simulation would look for it for ever."""
    with pytest.raises(ValueError, match="458 rows do not fit 44 patients with 2 to 10 rows"):
        cluster_sizes(replace(SHAPE, largest=10), np.random.default_rng(0))


@pytest.mark.parametrize(("spread", "n_patients"), [("even", 8.1), ("clustered", 6.5)])
def test_nine_events_lie_in_as_many_patients_as_said(spread: str, n_patients: float) -> None:
    """The two patterns of the published error rates: about 8.1 and about 6.5 patients."""
    cell = Cell("within", spread=spread, n_events=9)
    cohorts = [simulate(cell, SHAPE, number) for number in range(400)]
    counts = [np.unique(cohort.patient[cohort.events]).size for cohort in cohorts]
    # Standard error of the mean of 400: 0.06.
    assert np.mean(counts) == pytest.approx(n_patients, abs=0.25)


def test_rows_of_a_patient_are_as_alike_as_said() -> None:
    """The intraclass correlation is what the cells differ in."""
    cell = Cell("between", icc=0.3)
    found = []
    for number in range(150):
        cohort = simulate(cell, SHAPE, number)
        found.append(icc_anova(np.log(cohort.y), cohort.patient).estimate)
    assert np.mean(found) == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("spread", [None, 0.35])
def test_events_come_at_their_rate_clustered_or_not(spread: float | None) -> None:
    """Coverage is judged against this rate."""
    patient = np.repeat(np.arange(40_000), 10)
    events = random_events(np.full(patient.size, 0.02), spread, patient, np.random.default_rng(11))
    assert events.mean() == pytest.approx(0.02, abs=0.0012)
    per_patient = np.bincount(patient, weights=events)
    # Binomial variance 10 * 0.02 * 0.98; clustering inflates it.
    inflation = per_patient.var() / (10 * 0.02 * 0.98)
    assert inflation == pytest.approx(1.0 if spread is None else 1.49, abs=0.08)


def test_true_values_are_those_of_a_large_cohort() -> None:
    """A wrong true value would pass for a method's fault."""
    cell = Cell("coverage", icc=0.0, effect=0.3)
    large = replace(SHAPE, n_patients=2)
    n = 400_000
    patient, group = np.repeat([0, 1], n), np.repeat([True, False], n)
    y = outcome(cell, large, patient, group, np.random.default_rng(5))
    first, second = y[group], y[~group]
    ratio = np.exp(np.log(first).mean() - np.log(second).mean())
    assert true_value("geometric_mean_ratio", cell, SHAPE) == pytest.approx(ratio, abs=0.005)
    assert true_value("geometric_mean_ratio", cell, SHAPE) == pytest.approx(np.exp(0.3), rel=1e-4)
    medians = np.median(first) - np.median(second)
    assert true_value("median_difference", cell, SHAPE) == medians == 3.5
    signs = np.sign(first - second)
    assert true_value("cliffs_delta", cell, SHAPE) == pytest.approx(signs.mean(), abs=0.006)
    # The share of differences up to a step jumps over one half at the true value.
    at = true_value("hodges_lehmann_shift", cell, SHAPE)
    difference = first - second
    assert np.mean(difference < at) < 0.5 + 0.003
    assert np.mean(difference <= at) > 0.5 - 0.003
    assert np.mean(difference <= at - SHAPE.resolution) < 0.49


def test_true_rates_and_their_difference_are_those_of_the_cell() -> None:
    """Group of interest minus reference."""
    cell = Cell("difference", spread="even", rate=0.01, rate_in_group=0.03)
    assert true_value("proportion", cell, SHAPE) == 0.01
    assert true_value("risk_difference", cell, SHAPE) == pytest.approx(0.02)
    with pytest.raises(ValueError, match="no true value"):
        true_value("mode", cell, SHAPE)


def test_the_split_into_parts_changes_nothing() -> None:
    """Seeds hang on cell and cohort, not on the job that happens to draw it."""
    cell = Cell("between", icc=0.3)
    whole = run_part(parameters(cell, 0, 6))
    halves = [run_part(parameters(cell, 0, 2)), run_part(parameters(cell, 2, 6))]
    for position, record in enumerate(whole):
        for name in ("n_cohorts", "n_answered", "n_hits"):
            assert record[name] == sum(half[position][name] for half in halves)


def test_cells_and_cohorts_draw_different_numbers() -> None:
    """Equal streams would make cells agree by chance alone."""
    streams = [
        cohort_rng(cell, number).random(4).tolist()
        for cell in (Cell("between"), Cell("between", icc=0.1))
        for number in (0, 1)
    ]
    assert len({tuple(stream) for stream in streams}) == 4


def test_parts_cover_every_cohort_once() -> None:
    """Also where the cohorts are no multiple of the part."""
    plan = {
        **PLAN,
        "settings": {"odd": {"icc": [0], "n_cohorts": 7, "cohorts_per_part": 3, "n_resamples": 9}},
    }
    ranges = [
        part_parameters(plan, "odd", "between_icc0", part)["cohorts"]
        for part in range(n_parts(plan, "odd", "between"))
    ]
    assert ranges == [[0, 3], [3, 6], [6, 7]]


def test_refusals_are_counted_apart_from_rejections_and_coverage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A method that refuses has neither rejected nor kept."""

    def sometimes(cohort: Cohort, _: int) -> Inference:
        if cohort.group[0]:
            return refused("sometimes", "Not today.")
        return Inference("sometimes", p=0.05, ci_low=0.27, ci_high=0.28)

    trial = (
        Method("test", "recommended", sometimes),
        Method("interval", "recommended", sometimes, "cliffs_delta"),
    )
    monkeypatch.setitem(methods_module.METHODS, "coverage", trial)
    assert cell_module.METHODS is methods_module.METHODS
    cell = Cell("coverage", effect=0.3)
    kept = sum(not simulate(cell, SHAPE, number).group[0] for number in range(20))
    assert 0 < kept < 20
    for record in run_part(parameters(cell, 0, 20)):
        assert (record["n_cohorts"], record["n_answered"], record["n_hits"]) == (20, kept, kept)


@pytest.mark.parametrize(
    ("measure", "percent", "verdict"),
    [
        ("type_1_error", 4.0, "within"),
        ("type_1_error", 6.0, "within"),
        # 2 sqrt(6 * 94 / 2000) = 1.06 and 2 sqrt(4 * 96 / 2000) = 0.88
        ("type_1_error", 7.05, "within_error"),
        ("type_1_error", 7.07, "above"),
        ("type_1_error", 3.13, "within_error"),
        ("type_1_error", 3.11, "below"),
        ("type_1_error", 0.0, "below"),
        ("coverage", 95.0, "within"),
        # 2 sqrt(93 * 7 / 2000) = 1.14 and 2 sqrt(97 * 3 / 2000) = 0.76
        ("coverage", 91.87, "within_error"),
        ("coverage", 91.85, "below"),
        ("coverage", 97.7, "within_error"),
        ("coverage", 97.8, "above"),
        ("power", 12.0, ""),
    ],
)
def test_the_band_is_widened_by_two_monte_carlo_errors_and_no_more(
    measure: str, percent: float, verdict: str
) -> None:
    """Reference values by hand."""
    assert judge(measure, percent, 2000) == verdict


def test_findings_are_read_back_as_written(tmp_path: Path) -> None:
    """The documentation is made from the committed table."""
    findings = few_findings()
    write_findings(tmp_path / "findings.csv", findings)
    assert read_findings(tmp_path / "findings.csv") == findings
    assert {finding.n_cohorts for finding in findings} == {2}


def test_table_and_figure_show_every_method_of_every_cell(tmp_path: Path) -> None:
    """A method left out would be a result kept back."""
    findings = few_findings()
    text = tables(findings)
    drawing = draw(findings)
    for method in {method.name for group in METHODS.values() for method in group}:
        assert f"| {method} |" in text
        assert method in drawing.alt
    shown = [cell for line in text.splitlines() for cell in line.split("|") if "±" in cell]
    assert len(shown) == len(findings)
    for name in ("a.svg", "b.svg"):
        draw_file(findings, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_recommended_method_outside_its_band_is_named() -> None:
    """The list is what a reader must see; naive methods may fail."""
    inside = next(f for f in few_findings() if f.kind == "between" and f.role == "recommended")
    good = replace(inside, n_answered=4000, percent=5.0, verdict="within")
    bad = replace(good, percent=8.2, verdict="above")
    naive = replace(bad, method="Pooled", role="naive")
    assert outside([good]) == "No recommended and no sensitivity method leaves its band."
    assert "type I error outside 4 to 6 % in 1 of 1 cells: 8.2 % (ICC 0.3)" in outside([bad])
    assert "Pooled" not in outside([good, naive])


def test_the_committed_run_is_the_full_one_with_the_methods_of_today() -> None:
    """At least 2,000 cohorts for every method in every cell that the plan names."""
    found = read_findings(COMMITTED)
    assert {(f.cell, f.method) for f in found} == {
        (cell.id, method.name)
        for cell in cells(PLAN, "full").values()
        for method in METHODS[cell.kind]
    }
    assert min(f.n_cohorts for f in found) >= 2000
    assert all(f.verdict == judge(f.measure, f.percent, f.n_answered) for f in found)


def test_the_documentation_says_what_the_committed_run_says() -> None:
    """Every number on the page and every mark of the figure is generated."""
    done = subprocess.run(
        [sys.executable, "scripts/write_validation.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_recommended_tests_keep_their_level_where_rows_are_clustered() -> None:
    """What the committed run must show, or the defaults are wrong; rare events are told apart."""
    found = [f for f in read_findings(COMMITTED) if f.kind in ("between", "within", "coverage")]
    recommended = [f for f in found if f.role == "recommended"]
    assert len(recommended) == 4 * (2 + 2 * 2 + 4)
    assert {f.verdict for f in recommended} <= {"within", "within_error"}
    pooled = [f for f in found if f.method == "Mann-Whitney" and f.kind == "between" and f.icc]
    assert {f.verdict for f in pooled} == {"above"}
