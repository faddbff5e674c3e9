"""Outcomes over time: settings, rows, table and figure of a made-up study."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from minimal_study import SCHEMA, config
from procohort.analyses.adjust import adjust
from procohort.analyses.run import run_analysis
from procohort.publish.figures.canvas import house_style
from procohort.publish.figures.trajectory import draw
from procohort.publish.figures.trajectory_attendance import blocks
from procohort.publish.figures.visit_axis import visit_axis
from procohort.publish.tables.trajectory import make
from procohort.publish.trajectory_rows import Trajectory
from procohort.publish.view import View
from procohort.results import ResultRow
from procohort.settings import SettingsError, complete
from procohort.stats.multiplicity import holm
from procohort.stats.paired import paired_t
from procohort.stats.signed_rank import signed_rank_exact
from procohort.study import Variable
from procohort.trajectory_names import computed_part, outcome_variables, trajectory_names

VISITS = ("before", "day_3", "month_6")
KIND = {
    "name": "trajectory",
    "module": "procohort.analyses.trajectory",
    "function": "trajectory",
}
# A line per rat: before, day 3, month 6. Three were lost, one came back.
LIMP = [
    (8, 6, 2), (7, 7, 3), (6, 4, 4), (9, 5, None), (5, 3, 1),
    (7, None, 3), (8, 6, 5), (6, 6, None), (7, 4, 2), (10, 8, None),
]  # fmt: skip


def settings(**changes: Any) -> dict[str, Any]:
    """The rats, whose limp is scored at three visits."""
    raw = config()
    columns = raw["tables"]["rats"]["columns"]
    for visit in VISITS:
        columns[f"limp_{visit}"] = {"type": "integer", "unit": "0 to 10"}
    declared = {
        "id": "limping",
        "visits": [
            {"id": "before", "time": 0},
            {"id": "day_3", "time": 3, "label": "3 days"},
            {"id": "month_6", "time": 180, "label": "6 months"},
        ],
        "time_unit": "days",
        "outcomes": {"limp": {"label": "Limp", "better": "lower"}},
        "responder": {"rule": "value <= baseline / 2"},
    }
    raw["trajectories"] = [declared | changes]
    return complete(raw, SCHEMA)


def table(rows_per_rat: int = 1) -> pd.DataFrame:
    n = len(LIMP) * rows_per_rat
    frame = pd.DataFrame([line for line in LIMP for _ in range(rows_per_rat)])
    frame = frame.set_axis([f"limp_{visit}" for visit in VISITS], axis=1).astype("Int64")
    rat = np.repeat(np.arange(len(LIMP)), rows_per_rat)
    frame["cluster"] = pd.array([f"r{number}" for number in rat], dtype="string")
    frame["diet"] = pd.array(np.where(rat % 2, "plain", "rich"), dtype="string")
    assert len(frame) == n
    return frame


def facts(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    columns = dict(given["tables"]["rats"]["columns"])
    return {**columns, **outcome_variables(given["trajectories"], columns)}


def run(frame: pd.DataFrame | None = None, **changes: Any) -> list[ResultRow]:
    given = settings(**changes)
    spec = given["trajectories"][0]
    every = facts(given)
    variables = {name: Variable.from_analysis(name, every[name]) for name in trajectory_names(spec)}
    methods = {"ci_level": 0.95, "n_resamples": 500}
    frame = table() if frame is None else frame
    return run_analysis(KIND, computed_part(spec), frame, variables, parameters={}, methods=methods)


def view(rows: list[ResultRow], frame: pd.DataFrame | None = None, **changes: Any) -> View:
    given = settings(**changes)
    shown = {
        "spec": given["trajectories"][0],
        "study": given["study"],
        "variables": facts(given),
    }
    frame = table() if frame is None else frame
    return View.from_settings(shown, rows=rows, frames=[frame])


def one(rows: list[ResultRow], **criteria: Any) -> ResultRow:
    found = [r for r in rows if all(getattr(r, key) == value for key, value in criteria.items())]
    assert len(found) == 1, f"{len(found)} rows fit {criteria}"
    return found[0]


def test_a_list_of_outcomes_is_completed_and_visits_are_labelled() -> None:
    """The short form must do: rooms downstream see one form only."""
    spec = settings(outcomes=["limp"], by="diet")["trajectories"][0]
    assert spec["outcomes"] == {"limp": {"label": "", "unit": "", "better": ""}}
    assert [visit["label"] for visit in spec["visits"]] == ["Before", "3 days", "6 months"]
    assert spec["levels"] == ["rich", "plain"]
    assert spec["label"] == "Limping"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcomes": ["limb"]}, "'limb_before' is not a variable. Did you mean 'limp_before'?"),
        ({"by": "litter"}, ".by: 'litter' is a id, needed is a boolean or category."),
        ({"by": "diet", "levels": ["rich"]}, "name two or more levels of 'diet', each once."),
        ({"levels": ["rich", "plain"]}, ".by: missing; levels are given, so name their variable."),
        ({"responder": {"rule": "values < 3"}}, "'values' is not a variable or parameter known"),
        ({"responder": {"label": "Relief"}}, ".responder.rule: missing; write when a value"),
        (
            {"visits": [{"id": "before", "time": 3}, {"id": "day_3", "time": 0}]},
            "visits[1].time: 0 does not lie after 3; write visits in the order of time",
        ),
        (
            {"visits": [{"id": "before", "time": 0}, {"id": "before", "time": 1}]},
            "visits: the id 'before' is there twice; give each visit its own.",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_its_place(
    changes: dict[str, Any], message: str
) -> None:
    """Found before a job runs, with the remedy."""
    with pytest.raises(SettingsError) as caught:
        settings(**changes)
    assert any(
        line.startswith("config.yaml: trajectories[0]") and message in line
        for line in caught.value.lines
    ), caught.value.lines


def test_wording_is_no_part_of_the_computation() -> None:
    """A new label must not compute anything again."""
    first = computed_part(settings()["trajectories"][0])
    again = settings(label="Other", note="Said.", time_unit="d")["trajectories"][0]
    again["outcomes"]["limp"]["label"] = "Lameness"
    again["visits"][1]["label"] = "Three days"
    assert computed_part(again) == first


def test_each_visit_is_described_by_what_is_known_there() -> None:
    """A median over six months must not be that of those who stayed at baseline."""
    rows = run()
    median = one(rows, outcome="limp", level="month_6", estimand="median")
    known = [line[2] for line in LIMP if line[2] is not None]
    assert median.estimate == np.median(known)
    assert (median.n_patients, median.n_missing) == (7, 3)
    assert (median.group, median.reference, median.perspective) == ("visit", "", "descriptive")
    mean = one(rows, outcome="limp", level="month_6", estimand="mean")
    assert mean.ci_low < mean.estimate < mean.ci_high and math.isnan(mean.p)


def test_the_published_change_is_the_exact_signed_rank_test_of_pairs() -> None:
    """Pairs are patients with both values; few of them call for the exact test."""
    rows = run()
    row = one(rows, level="month_6", perspective="as_published", headline=True, reference="before")
    change = [c - a for a, _, c in LIMP if c is not None]
    assert row.p == signed_rank_exact(change).p
    assert row.method.startswith("signed_rank_exact")
    assert (row.n_patients, row.n_missing) == (7, 3)
    mean = one(rows, level="month_6", estimand="mean_change", perspective="as_published")
    assert mean.p == paired_t(change).p


def test_the_longitudinal_answer_uses_everybody_and_is_adjusted_over_the_visits() -> None:
    """Those who were lost still tell about the visits at which they were seen."""
    rows = [r for r in run() if r.headline and r.perspective == "cluster_aware" and r.reference]
    assert [row.level for row in rows] == ["day_3", "month_6"]
    assert {row.method for row in rows} == {"mmrm_unstructured"}
    assert [row.n_patients for row in rows] == [10, 10]
    assert [row.n_missing for row in rows] == [1, 3]
    assert [row.p_holm for row in rows] == holm([row.p for row in rows]).tolist()


def test_without_missing_values_the_unstructured_model_is_the_paired_t() -> None:
    """With complete data every such contrast is that of the pairs (a closed form)."""
    frame = table().dropna().reset_index(drop=True)
    rows = run(frame)
    model = one(rows, level="month_6", method="mmrm_unstructured")
    pairs = one(rows, level="month_6", estimand="mean_change", perspective="as_published")
    assert model.estimate == pytest.approx(pairs.estimate, rel=1e-9)


def test_several_rows_per_patient_vary_between_patients() -> None:
    """Two copies of every rat hold no more information than one."""
    once = run(unit="patient")
    given = {"unit": "row"}
    twice = run(table(rows_per_rat=2), **given)
    head = one(
        twice, level="month_6", perspective="cluster_aware", headline=True, reference="before"
    )
    assert head.method == "mean_change_clustered"
    assert (head.n_procedures, head.n_patients) == (14, 7)
    pooled = one(twice, level="month_6", estimand="mean_change", perspective="as_published")
    single = one(once, level="month_6", estimand="mean_change", perspective="as_published")
    assert pooled.ci_high - pooled.ci_low < 0.8 * (single.ci_high - single.ci_low)
    assert head.ci_high - head.ci_low == pytest.approx(single.ci_high - single.ci_low, rel=1e-9)
    refused = one(twice, level="month_6", method="mmrm_unstructured")
    assert refused.status != "ok" and "several rows at one visit" in refused.note


@pytest.mark.parametrize(("missing", "k_of_n"), [("non_responder", (5, 10)), ("left_out", (5, 7))])
def test_missing_values_count_as_declared(missing: str, k_of_n: tuple[int, int]) -> None:
    """A responder rate without those who were lost flatters."""
    rows = run(responder={"rule": "value <= baseline / 2", "missing": missing})
    at_last = {"level": "month_6", "perspective": "as_published", "outcome": "limp"}
    row = one(rows, estimand="proportion", **at_last)
    assert (row.n_events, row.n_patients, row.n_missing) == (*k_of_n, 3)
    other = "proportion_of_known" if missing == "non_responder" else "proportion_of_all"
    assert one(rows, estimand=other, **at_last).n_patients == 17 - k_of_n[1]


def test_patterns_of_visits_add_up_and_returning_is_told_from_staying_away() -> None:
    """Whether dropping out is monotone decides what a sensitivity analysis may do."""
    rows = [row for row in run() if row.group == "visits attended"]
    counts = {row.level: row.estimate for row in rows if row.level != "all"}
    assert counts == {"xxx": 6, "xx.": 3, "x.x": 1}
    found = {row.estimand: row.estimate for row in rows if row.level == "all"}
    assert found == {"n_complete": 6, "n_dropped_out": 3, "n_intermittent": 1}


def test_missing_values_are_filled_in_three_ways_at_the_last_visit() -> None:
    """The answer should not hang on those who were not seen."""
    rows = run()
    means = {row.estimand: row.estimate for row in rows if row.estimand.startswith("mean_change_")}
    complete = [c - a for a, b, c in LIMP if b is not None and c is not None]
    carried = [(b if c is None else c) - a for a, b, c in LIMP]
    worst = [(5 if c is None else c) - a for a, _, c in LIMP]
    assert means == {
        "mean_change_complete_cases": pytest.approx(np.mean(complete)),
        "mean_change_carried_forward": pytest.approx(np.mean(carried)),
        "mean_change_worst_case": pytest.approx(np.mean(worst)),
    }
    filled = one(rows, estimand="mean_change_worst_case")
    assert filled.note == "3 values filled in."


def test_no_worst_case_is_guessed() -> None:
    """Which direction is good is the study's to say."""
    row = one(run(outcomes=["limp"]), estimand="mean_change_worst_case")
    assert row.status == "refused" and "better" in row.note


def test_groups_are_compared_at_each_visit_with_their_baseline() -> None:
    """The names are those of every comparison of groups, so that claims find them."""
    rows = run(by="diet")
    where = {"outcome": "limp_month_6", "group": "diet", "level": "rich", "reference": "plain"}
    published = one(rows, **where, perspective="as_published", headline=True)
    assert published.method == "ancova"
    aware = one(rows, **where, perspective="cluster_aware", headline=True)
    assert aware.method == "mmrm_unstructured_group"
    assert not math.isnan(aware.p_holm) and math.isnan(published.p_holm)
    inside = one(rows, outcome="limp_month_6", group="diet", level="plain", estimand="mean")
    known = [line[2] for line in LIMP[1::2] if line[2] is not None]
    assert inside.estimate == pytest.approx(np.mean(known))


def test_the_order_of_rows_changes_nothing() -> None:
    """The export's order is nobody's decision."""
    for row, other in zip(run(table().iloc[::-1], by="diet"), run(by="diet"), strict=True):
        assert (row.estimand, row.outcome, row.level) == (
            other.estimand,
            other.outcome,
            other.level,
        )
        numbers = [(found.estimate, found.ci_low, found.p, found.p_holm) for found in (row, other)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-9, nan_ok=True)


def test_every_value_missing_at_a_visit_is_a_row_that_says_so() -> None:
    """A visit that nobody attended must not stop the others."""
    frame = table()
    frame["limp_month_6"] = pd.array([None] * len(frame), dtype="Int64")
    rows = [r for r in run(frame, by="diet") if r.level == "month_6" and r.reference]
    assert rows and all(
        r.status != "ok" or math.isnan(r.estimate) or "mean_change_" in r.estimand for r in rows
    )
    head = one(rows, perspective="cluster_aware", headline=True)
    assert head.status == "not_estimable" and head.note


def test_the_table_shows_both_answers_of_each_visit() -> None:
    """p as published beside the longitudinal one."""
    multiplicity = {"confirmatory": {"analyses": [], "outcomes": []}, "same_test": {}}
    rows = adjust(run(), multiplicity)
    made = make(view(rows))
    lines = {line.heading: line.cells for line in made.lines if not line.is_section}
    last = lines["6 months"]
    assert last["median"] == "3 (1 to 5)"
    assert last["n"] == "7\n3 missing"
    assert "Hodges-Lehmann change" in last["as_published"] and "Holm" in last["cluster_aware:p"]
    assert last["responders"].startswith("50.0% (5/10)")
    assert lines["Up to 3 days"]["n"] == "3"
    assert lines["To the end, without 3 days"]["n"] == "1"
    assert len(made.records) == len(rows)


def test_the_figure_shows_means_numbers_and_patterns_from_the_rows() -> None:
    """What is drawn is what was computed, for readers and machines alike."""
    rows = run(by="diet")
    with house_style():
        drawing = draw(view(rows, by="diet"))
    means = {
        (record["level"], record["visit"]): record
        for record in drawing.records
        if record["what"] == "mean"
    }
    row = one(rows, outcome="limp_month_6", group="diet", level="rich", estimand="mean")
    assert means["rich", "month_6"]["value"] == row.estimate
    assert means["rich", "month_6"]["ci_low"] == row.ci_low
    said = {text.get_text() for text in drawing.figure.texts}
    assert {"3 days", "6 months", "Rich", "Plain", "Time (days, square-root scale)"} <= said
    assert "Limp (0 to 10), Rich: means Before 6.80 (n 5)" in drawing.alt


def test_outcomes_with_the_same_attendance_share_one_block() -> None:
    """Two scores of one form are missing together; showing that twice says nothing."""
    rows = run()
    found = blocks(Trajectory.of(view(rows)))
    assert [(block.outcomes, block.n_rows) for block in found] == [(("limp",), 3)]


def test_visits_keep_their_distances_and_labels_never_touch() -> None:
    """A year beside three days: equal steps would bend every course."""
    even = visit_axis([0, 1, 2, 4], ["a", "b", "c", "d"])
    assert even.places.tolist() == [0.0, 0.25, 0.5, 1.0] and not even.is_root
    crowded = visit_axis([0, 3, 7, 180], ["Before", "3 days", "1 week", "6 months"])
    assert crowded.is_root
    assert crowded.places[1] ** 2 * 180 == pytest.approx(3)
    assert max(crowded.rows_of_labels(2.0)) > 0
    assert crowded.rows_of_labels(20.0) == [0, 0, 0, 0]
