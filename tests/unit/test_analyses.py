"""Analyses: the right rows, the right method for how a group lies in the patients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from procohort import plan
from procohort.analyses.adjust import adjust
from procohort.analyses.groups import design_of
from procohort.analyses.run import run_analysis
from procohort.analyses.sample import seed_of
from procohort.results import ResultRow, read_rows, write_rows
from procohort.small_cells import small_cells
from procohort.stats.proportions import clopper_pearson
from procohort.stats.ranks import mann_whitney
from procohort.study import Variable

METHODS = {"ci_level": 0.95, "n_resamples": 400}
VARIABLES = {
    "treated": Variable(name="treated", type="boolean", labels={"true": "T", "false": "F"}),
    "event": Variable(name="event", type="boolean", labels={"true": "E", "false": "N"}),
    "site": Variable(name="site", type="category", labels={"x": "X", "y": "Y", "z": "Z"}),
    "size": Variable(name="size", type="number", unit="mm", decimals=1, labels={}),
    "visits": Variable(name="visits", type="integer", unit="count", labels={}),
    "seen": Variable(name="seen", type="date", labels={}),
}


def table(n_patients: int = 12, n_rows: int = 6, *, within: bool = False) -> pd.DataFrame:
    """A made-up cohort: patients differ, half of them are treated (or half of each one's rows)."""
    rng = np.random.default_rng(1)
    patient = np.repeat(np.arange(n_patients), n_rows)
    treated = np.arange(len(patient)) % 2 == 0 if within else patient % 2 == 0
    size = np.round(np.exp(1 + 0.5 * rng.normal(size=n_patients)[patient] + 0.2 * treated), 1)
    return pd.DataFrame(
        {
            "cluster": pd.array([f"p{number:02d}" for number in patient], dtype="string"),
            "treated": pd.array(treated, dtype="boolean"),
            "event": pd.array(rng.random(len(patient)) < 0.4, dtype="boolean"),
            "site": pd.array(np.array(["x", "y", "z"])[np.arange(len(patient)) % 3], "string"),
            "size": pd.array(size + rng.random(len(patient)).round(1), dtype="Float64"),
            "visits": pd.array(rng.poisson(1.0, len(patient)), dtype="Int64"),
            "seen": pd.date_range("2020-01-01", periods=len(patient), freq="D"),
        }
    )


def run(kind: str, frame: pd.DataFrame, **spec: Any) -> list[ResultRow]:
    return run_analysis(
        plan.ANSWERS[kind],
        {"id": "a", **spec},
        frame,
        VARIABLES,
        parameters={},
        methods=METHODS,
    )


def compare(frame: pd.DataFrame, outcome: str, group: str = "treated", **spec: Any):
    levels = ["true", "false"] if group == "treated" else ["x", "y", "z"]
    return run("comparisons", frame, group=group, levels=levels, outcomes=[outcome], **spec)


def effects(rows: list[ResultRow], perspective: str) -> dict[str, ResultRow]:
    """Return the first row of each estimand: the primary one, sensitivity rows come after."""
    found: dict[str, ResultRow] = {}
    for row in rows:
        if row.perspective == perspective:
            found.setdefault(row.estimand, row)
    return found


def test_a_patient_level_group_is_compared_by_model_and_by_patients_labels() -> None:
    """Rows of one patient are not independent: the headline is the mixed model."""
    rows = compare(table(), "size")
    aware = effects(rows, "cluster_aware")
    assert aware["geometric_mean_ratio"].headline
    assert aware["geometric_mean_ratio"].n_patients == 12
    assert aware["geometric_mean_ratio"].n_procedures == 72
    assert aware["geometric_mean_ratio"].design_effect > 1
    assert aware["midrank_difference"].method.startswith("permute_patient_labels")
    published = effects(rows, "as_published")
    assert published["hodges_lehmann_shift"].headline
    assert aware["geometric_mean_ratio"].p > published["geometric_mean_ratio"].p


def test_a_group_that_varies_inside_patients_is_permuted_inside_them() -> None:
    """Then each patient is their own control; no design effect above one may be shown."""
    aware = effects(compare(table(within=True), "size"), "cluster_aware")
    assert aware["midrank_difference"].headline
    assert aware["midrank_difference"].method.startswith("permute_within_patient")
    assert math.isnan(aware["geometric_mean_ratio"].design_effect)


def test_patients_whose_group_changes_are_left_out_of_label_exchange_and_counted() -> None:
    """A patient operated on during follow-up has no single label to exchange."""
    frame = table()
    frame.loc[frame["cluster"] == "p00", "treated"] = [False, False, True, True, True, True]
    row = effects(compare(frame, "size"), "cluster_aware")["midrank_difference"]
    assert row.note.startswith("1 patient is left out: the group changes")


@pytest.mark.parametrize(
    ("level", "cluster", "design"),
    [
        ("aabb", [0, 0, 1, 1], "between"),
        ("abab", [0, 0, 1, 1], "within"),
        ("abaabbbbbb", [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], "mostly_between"),
        ("", [], "between"),
    ],
)
def test_the_design_is_read_from_where_the_rarest_level_lies(
    level: str, cluster: list[int], design: str
) -> None:
    """It decides the method, so it must not hang on names or order."""
    levels, clusters = np.array(list(level), dtype=object), np.array(cluster, dtype=np.int64)
    assert design_of(levels, clusters) == design
    assert design_of(levels[::-1], clusters[::-1]) == design
    renamed = np.array([{"a": "z", "b": "c"}[one] for one in level], dtype=object)
    assert design_of(renamed, clusters) == design


def test_an_outcome_with_zeros_is_compared_by_means() -> None:
    """Zero has no logarithm; a count of zero is an ordinary value all the same."""
    rows = compare(table(), "visits")
    for perspective in ("as_published", "cluster_aware"):
        found = effects(rows, perspective)
        assert "geometric_mean_ratio" not in found
        assert found["mean_difference"].status == "ok"
        assert found["mean_difference"].unit == "count"


def test_an_event_has_odds_ratio_and_difference_with_counts() -> None:
    """Percentages travel with k and n."""
    rows = compare(table(), "event")
    published, aware = effects(rows, "as_published"), effects(rows, "cluster_aware")
    assert published["odds_ratio"].headline
    assert aware["risk_difference"].headline
    assert aware["risk_difference"].n_events == int(table()["event"].sum())
    shares = [row for row in rows if row.perspective == "descriptive" and row.outcome == "event"]
    assert all(row.n_events is not None and row.n_procedures for row in shares)


def test_three_groups_have_one_test_of_all_and_every_pair() -> None:
    """No pair is left out, none is turned against the declared order."""
    rows = [
        row for row in compare(table(), "size", group="site") if row.perspective != "descriptive"
    ]
    pairs = {(row.perspective, row.level, row.reference) for row in rows if row.level}
    assert len(pairs) == 6
    assert {pair[1:] for pair in pairs} == {("x", "y"), ("x", "z"), ("y", "z")}
    heads = [row for row in rows if row.headline]
    assert {row.perspective for row in heads} == {"as_published", "cluster_aware"}
    assert all(row.estimand == "omnibus" for row in heads)


def test_with_one_row_per_patient_both_perspectives_agree() -> None:
    """Nothing is clustered, and the row says so."""
    rows = compare(table().drop_duplicates("cluster"), "size")
    one, other = (
        effects(rows, name)["geometric_mean_ratio"] for name in ("as_published", "cluster_aware")
    )
    assert one.p == other.p
    assert "nothing is clustered" in other.note


def test_patients_as_the_unit_are_counted_once() -> None:
    """A patient with many rows must not weigh more than another."""
    frame = table()
    rows = run("rates", frame, outcomes=["treated"], unit="patient")
    assert {row.n_patients for row in rows} == {12}
    assert {row.n_events for row in rows} == {6}
    assert {row.n_procedures for row in rows} == {72}
    assert all(row.unit_of_analysis == "patient" for row in rows)
    published = next(row for row in rows if row.method == "clopper_pearson")
    assert published.ci_low == clopper_pearson(6, 12).ci_low


def test_missing_values_are_counted_and_the_rest_is_used() -> None:
    """Every estimate says how many values it lacks."""
    frame = table()
    frame.loc[frame.index[:5], "size"] = pd.NA
    row = effects(compare(frame, "size"), "as_published")["hodges_lehmann_shift"]
    assert (row.n_missing, row.n_procedures) == (5, 67)
    expected = mann_whitney(
        frame["size"].dropna().to_numpy(float), frame["treated"][5:].to_numpy(bool)
    )
    assert row.p == expected.p


def test_an_empty_group_gives_a_reason_and_no_number() -> None:
    """An analysis that cannot be done must not stop the others, nor invent a result."""
    frame = table()
    frame["treated"] = pd.array([False] * len(frame), dtype="boolean")
    for outcome in ("size", "event", "visits"):
        for row in compare(frame, outcome):
            if row.perspective != "descriptive":
                assert row.status in ("not_estimable", "refused"), (outcome, row.method)
                assert row.note
                assert math.isnan(row.p)


def test_the_order_of_rows_changes_nothing() -> None:
    """A table sorted otherwise is the same table."""
    frame = table()
    shuffled = frame.sample(frac=1, random_state=3)
    for kind, spec in (
        ("comparisons", {"group": "treated", "levels": ["true", "false"], "outcomes": ["size"]}),
        ("correlations", {"x": "visits", "outcomes": ["size"]}),
        ("descriptions", {"by": "treated", "variables": ["size", "site", "seen"]}),
    ):
        for one, other in zip(run(kind, frame, **spec), run(kind, shuffled, **spec), strict=True):
            assert one.estimand == other.estimand
            for field in ("estimate", "ci_low", "p"):
                assert getattr(one, field) == pytest.approx(
                    getattr(other, field), rel=1e-9, nan_ok=True
                )


def test_a_subset_is_named_and_used() -> None:
    """The rows an estimate speaks of must be told from the row itself."""
    rows = compare(table(), "size", subset="visits > 0")
    assert all(row.subset == "visits > 0" for row in rows)
    assert rows[0].n_procedures < 36


def test_seeds_come_from_the_id_alone() -> None:
    """A new analysis beside an old one must not move the old one's numbers."""
    assert seed_of("spread") != seed_of("spread2")
    assert seed_of("a") == 3398926610


def row(outcome: str, p: float, **fields: Any) -> ResultRow:
    base = {"analysis": "a", "kind": "compare", "estimand": "x", "headline": True}
    return ResultRow(
        **{**base, "outcome": outcome, "perspective": "as_published", "p": p, **fields}
    )


def test_holm_in_the_family_benjamini_hochberg_outside_missing_p_not_counted() -> None:
    """Checked by hand: Holm 2 x 0.01 and 0.04; BH 2 x 0.02 / 1 capped by the larger, 0.03."""
    rows = [row("u", 0.01), row("v", 0.04), row("w", 0.02), row("x", 0.03), row("y", math.nan)]
    family = {"confirmatory": {"analyses": ["a"], "outcomes": ["u", "v"]}, "same_test": {}}
    done = adjust(rows, family)
    assert [one.p_holm for one in done[:2]] == pytest.approx([0.02, 0.04])
    assert [one.p_bh for one in done[2:4]] == pytest.approx([0.03, 0.03])
    assert math.isnan(done[4].p_bh)
    assert [one.p for one in done[:4]] == [0.01, 0.04, 0.02, 0.03]


def test_an_outcome_times_a_constant_is_counted_once() -> None:
    """Its rank test is the same test; counting it twice would punish the others."""
    rows = [row("u", 0.01), row("twice_u", 0.01), row("v", 0.04)]
    none = {"confirmatory": {"analyses": [], "outcomes": []}, "same_test": {"twice_u": "u"}}
    done = adjust(rows, none)
    assert [one.p_bh for one in done] == pytest.approx([0.02, 0.02, 0.04])


def test_result_rows_survive_writing_and_reading(tmp_path: Any) -> None:
    """The file is the interface between rooms: nothing may be lost in it."""
    rows = compare(table(), "size") + run("cohort", table())
    write_rows(tmp_path / "rows.csv", rows)
    assert list(map(repr, read_rows(tmp_path / "rows.csv"))) == list(map(repr, rows))


def test_small_counts_are_listed_and_zero_is_not_one() -> None:
    """One patient with a rare event may be recognised; nobody is recognised by a zero."""
    rows = [
        row("e", math.nan, estimand="proportion", n_events=count, n_patients=40, level=str(count))
        for count in (0, 1, 4, 5)
    ]
    assert [cell["count"] for cell in small_cells(rows, 5)] == [1, 4]


def test_the_highest_cluster_is_what_is_drawn() -> None:
    """Patients of one centre are alike too: fewer, larger clusters, a wider interval."""
    frame = table(24, 6)
    patient = frame["cluster"].str[1:].astype(int)
    frame["site"] = pd.array(np.array(["x", "y", "z"])[patient // 2 % 3], "string")
    bump = frame["site"].map({"x": 0.0, "y": 2.0, "z": 4.0})
    frame["size"] = (frame["size"] + bump).astype("Float64")
    spec = {"id": "a", "group": "treated", "levels": ["true", "false"], "outcomes": ["size"]}
    rows = {}
    for highest in ([], ["site"]):
        found = run_analysis(
            plan.ANSWERS["comparisons"],
            spec,
            frame,
            VARIABLES,
            parameters={},
            methods={**METHODS, "highest": highest},
        )
        rows[len(highest)] = effects(found, "cluster_aware")["median_difference"]
    assert rows[0].n_patients == rows[1].n_patients == 24
    assert (rows[0].ci_low, rows[0].ci_high) != (rows[1].ci_low, rows[1].ci_high)


def test_sensitivity_rows_follow_the_primary_ones_and_none_is_a_headline() -> None:
    """Everything is shown; what counts was fixed before."""
    rows = [row for row in compare(table(), "size") if row.perspective == "cluster_aware"]
    methods = [row.method for row in rows]
    assert {"datta_satten", "rosner_glynn_lee", "ols_cr2", "leave_one_patient_out"} <= set(methods)
    assert [row.headline for row in rows].count(True) == 1
    assert rows[0].headline
    left_out = next(row for row in rows if row.method == "leave_one_patient_out")
    assert left_out.ci_low <= rows[0].estimate <= left_out.ci_high
    assert math.isnan(left_out.ci_level)


def test_covariates_adjust_the_model_and_are_named() -> None:
    """An outcome that only follows the site differs between groups no more once site is known."""
    frame = table(24, 6)
    site = np.where(frame["treated"].astype(bool), "x", "y").astype(object)
    site[::7] = "z"
    frame["site"] = pd.array(site, "string")
    shift = np.where(site == "x", 3.0, 1.0)
    noise = np.random.default_rng(2).normal(0, 0.1, len(frame))
    frame["size"] = pd.array(np.round(5 + shift + noise, 1), dtype="Float64")
    found = effects(compare(frame, "size", adjust_for=["site"]), "cluster_aware")
    assert found["geometric_mean_ratio"].p < 0.001
    adjusted = found["geometric_mean_ratio_adjusted"]
    assert adjusted.p > 0.01
    assert "Adjusted for site" in adjusted.note


def test_how_alike_a_patients_rows_are_is_described() -> None:
    """The intraclass correlation is what decides whether pooling misleads."""
    rows = run("descriptions", table(), by="", variables=["size"])
    alike = {row.method: row for row in rows if row.estimand == "icc"}
    assert set(alike) == {"icc_reml", "icc_anova"}
    assert alike["icc_reml"].estimate > 0.2
    assert alike["icc_reml"].ci_low < alike["icc_reml"].estimate < alike["icc_reml"].ci_high


def test_the_headline_inside_patients_has_its_influence_too() -> None:
    """Nine events in seven patients: one patient may carry the whole result."""
    rows = [row for row in compare(table(within=True), "size") if row.perspective != "descriptive"]
    headline = next(row for row in rows if row.headline and row.perspective == "cluster_aware")
    left_out = [
        row
        for row in rows
        if row.method == "leave_one_patient_out" and row.estimand == headline.estimand
    ]
    assert len(left_out) == 1
    assert "patients left out" in left_out[0].note


def test_of_a_fact_of_the_patient_only_the_years_are_given() -> None:
    """The first and the last date of an operation are days in the lives of two people."""
    frame = table()
    asked = {"id": "a", "variables": ["seen"], "unit": "row"}
    found = {}
    for level in ("row", "patient"):
        variables = {
            **VARIABLES,
            "seen": Variable(name="seen", type="date", labels={}, level=level),
        }
        rows = run_analysis(
            plan.ANSWERS["descriptions"], asked, frame, variables, parameters={}, methods=METHODS
        )
        found[level] = [row.note for row in rows if row.estimand in ("earliest", "latest")]
    assert found == {"row": ["2020-01-01", "2020-03-12"], "patient": ["2020", "2020"]}
