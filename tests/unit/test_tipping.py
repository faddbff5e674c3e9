"""The tipping point: the p that a printed one becomes if rows of one patient are alike."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import publish_samples as samples
import tipping_samples
from minimal_study import SCHEMA, config
from procohort import plan_tipping
from procohort.claims.printed import read_printed
from procohort.claims.starting_p import starting_points
from procohort.publish.figures import canvas
from procohort.publish.figures.kinds import draw
from procohort.publish.tables.kinds import make
from procohort.publish.view import View
from procohort.settings import complete
from procohort.stats.design_effect import design_effect
from procohort.stats.tipping import (
    equal_layout,
    group_contrast,
    layout_of,
    p_at_icc,
    rank_contrast,
    tipping_icc,
)

SIZES = np.array([3, 20, 10, 10, 5, 12, 8, 30, 1, 7])
CLUSTER = np.repeat(np.arange(len(SIZES)), SIZES)
OF_PATIENTS = CLUSTER < 4
INSIDE = np.arange(len(CLUSTER)) % 2 == 0
TABLE = samples.analysis_table()
ROWS = samples.all_rows(TABLE)


def test_for_groups_of_whole_patients_it_is_the_familiar_design_effect():
    """1 + (m - 1) icc with m the weighted mean size, group by group (Donner and Klar 2000)."""
    even = np.repeat(np.arange(10), 12)
    layout = layout_of(group_contrast(even < 3), even)
    assert layout.full_design_effect == pytest.approx(12)
    assert layout.design_effect(0.2) == pytest.approx(design_effect([12] * 10, 0.2))
    uneven = layout_of(group_contrast(OF_PATIENTS), CLUSTER)
    n1, n0 = SIZES[:4].sum(), SIZES[4:].sum()
    parts = np.sum(SIZES[:4] ** 2) / n1**2 + np.sum(SIZES[4:] ** 2) / n0**2
    assert uneven.full_design_effect == pytest.approx(parts / (1 / n1 + 1 / n0))


@pytest.mark.parametrize("group", [OF_PATIENTS, INSIDE, CLUSTER * 7 % 5 < 2])
def test_the_closed_forms_are_those_of_the_matrices(group):
    """The residual maker is never formed; what stands for it must be the same."""
    contrast = group_contrast(group)
    layout = layout_of(contrast, CLUSTER)
    n = len(CLUSTER)
    design = np.column_stack([np.ones(n), contrast])
    maker = np.eye(n) - design @ np.linalg.pinv(design)
    same = CLUSTER[:, None] == CLUSTER[None, :]
    for icc in (0.0, 0.3, 0.8, 1.0):
        covariance = (1 - icc) * np.eye(n) + icc * same
        product = maker @ covariance
        assert layout.residual_share(icc) == pytest.approx(np.trace(product) / (n - 2))
        expected_df = np.trace(product) ** 2 / np.sum(product * product.T)
        assert layout.df(icc) == pytest.approx(expected_df)
        of_contrast = contrast @ covariance @ contrast / (contrast @ contrast)
        assert layout.design_effect(icc) == pytest.approx(of_contrast)


@pytest.mark.parametrize("icc", [0.0, 0.05, 0.4, 1.0])
def test_equal_sizes_give_the_published_correction(icc):
    """Hedges (2007), also What Works Clearinghouse (2022) equation E.21 for the df."""
    n, size = 400, 10
    layout = equal_layout(n, n // size)
    top = (n - 2) - 2 * (size - 1) * icc
    rest = n - 2 * size
    below = (n - 2) * (1 - icc) ** 2 + size * rest * icc**2 + 2 * rest * icc * (1 - icc)
    p, t, df = p_at_icc(0.001, layout, [icc])
    pooled_t = stats.t.isf(0.0005, n - 2)
    assert df[0] == pytest.approx(top**2 / below)
    assert t[0] == pytest.approx(pooled_t * math.sqrt(top / ((n - 2) * (1 + (size - 1) * icc))))
    assert p[0] == pytest.approx(2 * stats.t.sf(t[0], df[0]))


def test_rows_that_repeat_one_value_give_the_test_of_the_patients():
    """At an ICC of 1 each patient is one observation, whatever the number of rows."""
    means = np.array([4.0, 5.5, 6.0, 7.0, 9.0, 3.0, 4.5, 5.0])
    group = np.array([True, True, True, True, True, False, False, False])
    rows = stats.ttest_ind(np.repeat(means[group], 6), np.repeat(means[~group], 6)).pvalue
    patients = stats.ttest_ind(means[group], means[~group]).pvalue
    layout = layout_of(group_contrast(np.repeat(group, 6)), np.repeat(np.arange(8), 6))
    assert rows < 0.05 < patients
    assert p_at_icc(rows, layout, [1.0])[0][0] == pytest.approx(patients)


def test_the_corrected_p_keeps_its_level_where_the_pooled_one_does_not():
    """The claim behind every number here, tried on cohorts without any difference."""
    rng = np.random.default_rng(20)
    n_cohorts, icc = 4000, 0.3
    patients = rng.standard_normal((n_cohorts, len(SIZES)))[:, CLUSTER]
    y = math.sqrt(icc) * patients + math.sqrt(1 - icc) * rng.standard_normal(patients.shape)
    pooled = stats.ttest_ind(y[:, OF_PATIENTS], y[:, ~OF_PATIENTS], axis=1).pvalue
    layout = layout_of(group_contrast(OF_PATIENTS), CLUSTER)
    corrected = [p_at_icc(p, layout, [icc])[0][0] for p in pooled]
    assert (pooled < 0.05).mean() > 0.3
    assert 0.035 < np.mean(np.array(corrected) < 0.05) < 0.065


def test_a_curve_begins_at_the_printed_p_and_rises_between_patients():
    """A correction that moves p without any clustering would correct something else."""
    layout = layout_of(group_contrast(OF_PATIENTS), CLUSTER)
    for p in (1e-20, 0.004, 0.5, 1.0):
        found = p_at_icc(p, layout, np.linspace(0, 1, 50))[0]
        assert found[0] == pytest.approx(p)
        assert (np.diff(found) >= 0).all()


def test_a_contrast_inside_patients_gains_from_clustering():
    """The larger the ICC, the more of the noise cancels: p falls, so significance stays."""
    layout = layout_of(group_contrast(INSIDE), CLUSTER)
    assert layout.full_design_effect < 0.1
    assert (np.diff(p_at_icc(0.03, layout, np.linspace(0, 0.99, 50))[0]) < 0).all()
    assert tipping_icc(0.03, layout) is None
    turns = tipping_icc(0.2, layout)
    assert p_at_icc(0.2, layout, [turns])[0][0] == pytest.approx(0.05)
    assert p_at_icc(0.03, layout, [1.0])[0][0] < 0.03


@pytest.mark.parametrize("p", [0.049, 0.01, 0.0001])
def test_at_the_tipping_point_p_is_five_percent(p):
    """Just below the conclusion holds, just above it does not."""
    layout = equal_layout(458, 44)
    turns = tipping_icc(p, layout)
    below, at, above = p_at_icc(p, layout, [turns - 1e-6, turns, turns + 1e-6])[0]
    assert at == pytest.approx(0.05, rel=1e-9)
    assert below < 0.05 < above


def test_a_conclusion_that_cannot_turn_has_no_tipping_point():
    """No number is better than a made-up one."""
    layout = equal_layout(458, 44)
    assert tipping_icc(0.05, layout) is None
    assert tipping_icc(0.7, layout) is None
    assert tipping_icc(1e-30, layout) is None
    assert tipping_icc(math.nextafter(0.05, 0), layout) == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="above 0"):
        p_at_icc(0.0, layout, [0.1])


def test_what_has_no_contrast_has_no_layout():
    """An empty group, a constant x or two patients leave nothing to correct."""
    assert layout_of(group_contrast([True] * 6), list("aabbcc")) is None
    assert layout_of(rank_contrast([2.0] * 6), list("aabbcc")) is None
    assert layout_of(group_contrast([1, 1, 0, 0]), list("aabb")) is None
    assert equal_layout(10, 2) is None


@pytest.mark.parametrize(
    ("printed", "kind", "p", "bound", "undecided"),
    [
        ("p < 0.01", "p_bound", 0.01, "largest", False),
        ("p < 0.05", "p_bound", math.nextafter(0.05, 0), "largest", False),
        ("p < 0.1", "p_bound", 0.1, "largest", True),
        ("p > 0.05", "p_bound", 0.05, "smallest", False),
        ("p > 0.01", "p_bound", 0.01, "smallest", True),
        ("p = 0.03", "p_value", 0.03, "", False),
        ("p = 0.05", "p_value", 0.05, "", True),
        ("p = 0.000", "p_value", 0.0005, "largest", False),
    ],
)
def test_a_curve_begins_at_the_print(printed, kind, p, bound, undecided):
    """A bound stands for many p values, and 0.05 may be a rounded 0.046."""
    assert read_printed(printed)
    claims = [tipping_samples.claim("a", printed, kind)]
    start = tipping_samples.starts(claims, ROWS)[0]
    assert (start.origin, start.p, start.bound) == ("printed", p, bound)
    assert start.is_undecided is undecided


def test_only_claims_that_rest_on_the_p_are_named():
    """A direction that is not significant rests on nothing, nor does another reading."""
    claims = [
        tipping_samples.claim("up", "more", "direction", direction="higher"),
        tipping_samples.claim("s", "more", "direction", outcome="success", direction="higher"),
        replace(tipping_samples.claim("other", "p < 0.01"), reading="else"),
        tipping_samples.claim("bound", "p < 0.01", outcome="dose_msv"),
        tipping_samples.claim("digits", "p = 0.004", "p_value", outcome="dose_msv"),
        tipping_samples.claim("nowhere", "p < 0.01", outcome="", analysis=""),
        replace(
            tipping_samples.claim("size", "458", "count", analysis="cohort", outcome=""),
            estimand="n_rows",
        ),
    ]
    found = tipping_samples.starts(claims, ROWS, reading="this")
    named = {(s.row.outcome, s.origin): s.claims for s in found if s.claims}
    assert named == {
        ("time_min", "found"): ("up",),
        ("dose_msv", "printed"): ("bound", "digits"),
    }
    printed = next(s for s in found if s.origin == "printed")
    assert (printed.p, printed.printed, printed.n_rows) == (0.004, "p = 0.004", 458)
    assert starting_points(claims, ROWS, analyses=()) == []


def test_every_start_has_its_tipping_point_and_its_curve():
    """The scorecard, the table and the figure read nothing else."""
    rows, _ = tipping_samples.answers(TABLE, ROWS, tipping_samples.CLAIMS)
    assert {row.kind for row in rows} == {"tipping"}
    assert {row.perspective for row in rows} == {"cluster_aware"}
    mine = [row for row in rows if row.outcome == "time_min" and row.analysis == "implant"]
    for method in ("design_effect_tables", "design_effect_equal_sizes"):
        by = {
            name: [r for r in mine if (r.estimand, r.method) == (name, method)]
            for name in ("tipping_icc", "tipping_icc_found", "p_at_icc", "p_at_estimated_icc")
        }
        (tipping,), curve = by["tipping_icc"], by["p_at_icc"]
        assert tipping.headline and not by["tipping_icc_found"][0].headline
        assert [row.icc for row in curve] == [step / 100 for step in range(100)]
        assert curve[0].p == pytest.approx(tipping.p) == 0.01
        before = max(row.p for row in curve if row.icc < tipping.estimate)
        assert before < 0.05 <= min(row.p for row in curve if row.icc >= tipping.estimate)
        assert by["p_at_estimated_icc"][0].icc == tipping.icc == 0.27
        assert "the tables show 0.27. This holds for p = 0.01, the largest" in tipping.note
    assert (tipping.level, tipping.reference, tipping.group) == ("true", "false", "implant")
    # A correlation has no groups of whole patients.
    methods = {row.method for row in rows if row.analysis == "attempts"}
    assert methods == {"design_effect_tables"}


def test_one_row_for_each_patient_leaves_nothing_to_turn():
    """Where nothing is clustered the row says so instead of showing a point."""
    single = TABLE.drop_duplicates("cluster")
    rows, _ = tipping_samples.answers(single, ROWS, tipping_samples.CLAIMS)
    assert {row.status for row in rows} == {"not_estimable"}
    assert {row.note for row in rows} == {"Each patient counts once: nothing is clustered."}


def test_an_undecided_print_is_no_conclusion():
    """p < 0.1 is printed for p values on both sides of 5 %."""
    rows, _ = tipping_samples.answers(TABLE, ROWS, [tipping_samples.claim("a", "p < 0.1")])
    mine = [row for row in rows if row.estimand == "tipping_icc"]
    assert {row.status for row in mine} == {"not_estimable"}
    assert "does not say on which side" in mine[0].note


def test_only_two_levels_and_correlations_are_followed_and_only_rows_are_drawn():
    """Several levels have no single contrast; patients as the unit are not clustered."""
    settings = complete(config(), SCHEMA)
    first = settings["comparisons"][0]
    settings["comparisons"] += [
        {**first, "id": "three", "levels": ["rich", "plain", "other"]},
        {**first, "id": "patients", "unit": "patient"},
    ]
    assert list(plan_tipping.tipped(settings)) == ["by_diet", "patients", "errors_and_time"]
    assert plan_tipping.figures(settings) == ["tipping_by_diet", "tipping_errors_and_time"]


def test_a_label_is_no_reason_to_compute_again():
    """The job hangs on what it computes from; the figure and the table on the words too."""
    raw = config()
    raw["comparisons"][0]["label"] = "Rich diet vs plain"
    before, after = complete(config(), SCHEMA), complete(raw, SCHEMA)
    assert plan_tipping.parameters(before) == plan_tipping.parameters(after)
    assert plan_tipping.table_parameters(before) != plan_tipping.table_parameters(after)
    assert plan_tipping.figure_parameters(after, "by_diet")["spec"]["label"] == "Rich diet vs plain"


def _view(claims, spec):
    rows, begun = tipping_samples.answers(TABLE, ROWS, claims)
    frame = tipping_samples.frame(begun)
    settings = {"spec": spec, "study": samples.STUDY, "variables": samples.VARIABLES}
    return View.from_settings(settings, rows=rows, frames=[frame])


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (tipping_samples.CLAIMS, "Curves begin at the printed p where there is one"),
        ([], "No p is printed for these outcomes"),
    ],
)
def test_the_figure_says_where_its_curves_begin(claims, words):
    """A p that the tables gave must not pass for one that the paper printed."""
    with canvas.house_style():
        drawing = draw("tipping", _view(claims, samples.COMPARISON))
    shown = " ".join(text.get_text() for text in drawing.figure.texts)
    assert words in shown
    assert ("printed p < 0.01" in drawing.alt) == bool(claims)
    assert "found p < 0.001" in drawing.alt
    assert "Technical success: found p = 0.33 and does not turn" in drawing.alt
    assert ("Equal sizes" in shown) and ("100 visits" not in shown)


def test_the_table_has_a_line_for_each_conclusion_that_is_claimed():
    """What nobody claimed is in the figure, not in the table."""
    spec = {"id": "tipping", "labels": {"implant": "Implant"}}
    table = make("tipping", _view(tipping_samples.CLAIMS, spec))
    lines = {line.heading: line.cells for line in table.lines if not line.is_section}
    assert list(lines) == ["Puncture time (min)", "Effective dose (mSv)", "Attempts (count)"]
    time = lines["Puncture time (min)"]
    assert (time["printed"], time["found"], time["tables"]) == ("p < 0.01", "< 0.001", "0.10")
    assert time["verdict"] == "turns: the ICC in the tables is larger"
    attempts = lines["Attempts (count)"]
    assert attempts["verdict"] == "stays: the ICC in the tables is smaller"
    assert [record["claims"] for record in table.records] == ["time_p", "dose_p", "more_attempts"]
    empty = make("tipping", _view([], spec))
    assert not empty.lines and "No claim rests" in empty.notes[0]
