"""Frequency classes: which a share is in, which an interval reaches, and the table of both."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from minimal_study import SCHEMA, config
from procohort import plan_safety
from procohort.analyses.safety import safety
from procohort.analyses.sample import ask
from procohort.claims.claim import Claim
from procohort.claims.judgement import StudyContext
from procohort.claims.verdict import judge
from procohort.frequency_classes import read_classes, read_share
from procohort.publish.tables.kinds import make
from procohort.publish.view import View
from procohort.settings import SettingsError, complete

METHODS = {"ci_level": 0.95, "n_resamples": 200, "highest": []}


def conventional():
    return complete(config(safety={"outcomes": ["slow"]}), SCHEMA)["safety"]


def events_of(*patients: tuple[int, int]) -> pd.DataFrame:
    """Return a row for each ride: (events, rides) of each pony."""
    records = [
        {"cluster": f"p{number}", "fall": position < k, "bite": False}
        for number, (k, n) in enumerate(patients)
        for position in range(n)
    ]
    return pd.DataFrame(records).astype({"fall": "boolean", "bite": "boolean"})


def rows_of(table: pd.DataFrame, outcomes=("fall", "bite"), of_patients=(), **methods: Any):
    spec = {"id": "safety", "unit": "row", "outcomes": list(outcomes), "subset": ""}
    question = ask(
        "safety",
        {**spec, "of_patients": list(of_patients)},
        table,
        {},
        parameters={},
        methods={**METHODS, **methods},
    )
    return safety(question, read_classes(conventional()["classes"]))


def one(rows, **wanted):
    found = [row for row in rows if all(getattr(row, key) == x for key, x in wanted.items())]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("share", "name"),
    [
        (Fraction(1), "very_common"),
        (Fraction(1, 10), "very_common"),
        (Fraction(999, 10_000), "common"),
        (Fraction(1, 100), "common"),
        (Fraction(1, 1_000), "uncommon"),
        (Fraction(1, 10_000), "rare"),
        (Fraction(1, 10_001), "very_rare"),
        (Fraction(0), "very_rare"),
    ],
)
def test_the_conventional_classes_hold_their_lower_end(share: Fraction, name: str) -> None:
    """CIOMS 1999: at least 1/10 is very common, below it common; no share is without a class."""
    classes = read_classes(conventional()["classes"])
    assert [item.id for item in classes if item.holds(share)] == [name]


def test_the_bounds_of_the_classes_meet() -> None:
    """A gap would leave a share without a class, an overlap give it two."""
    classes = read_classes(conventional()["classes"])
    assert all(later.high == sooner.low for sooner, later in pairwise(classes))
    assert (classes[0].high, classes[-1].low) == (None, 0)
    assert classes[2].bounds() == "at least 1/1,000, below 1/100"


def test_an_interval_that_begins_with_the_end_of_a_class_does_not_reach_it() -> None:
    """The end of a class belongs to the next one up."""
    common = read_classes(conventional()["classes"])[1]
    assert not common.is_reached(0.1, 0.2)
    assert common.is_reached(0.001, 0.01)
    assert not common.is_reached(0.001, 0.00999)


def test_rows_name_the_class_seen_and_all_that_the_exact_interval_reaches() -> None:
    """5 of 458: 1.09 %, Clopper-Pearson 0.36 to 2.53 % (scipy.stats.binomtest): two classes."""
    rows = rows_of(events_of((5, 158), (0, 150), (0, 150)), ["fall"])
    share = one(rows, estimand="proportion", perspective="as_published")
    expected = stats.binomtest(5, 458).proportion_ci()
    assert (share.ci_low, share.ci_high) == pytest.approx((expected.low, expected.high))
    named = one(rows, estimand="frequency_class", perspective="as_published")
    assert (named.level, named.reference) == ("common", "common+uncommon")
    assert not named.headline


def test_events_that_gather_in_one_patient_reach_more_classes() -> None:
    """Pooled, 15 of 300 look like one class; all are one patient's, and nine have none."""
    rows = rows_of(events_of((15, 30), *[(0, 30)] * 9), ["fall"])
    pooled, aware = (
        one(rows, estimand="frequency_class", perspective=name, unit_of_analysis="row")
        for name in ("as_published", "cluster_aware")
    )
    assert pooled.reference == "common"
    assert aware.reference == "very_common+common+uncommon+rare"


def test_patients_are_counted_once_with_exact_limits() -> None:
    """The classes speak of people; 2 of 18 is 11.1 %, 1.4 to 34.7 % (scipy.stats.binomtest)."""
    rows = rows_of(events_of((1, 3), (2, 4), *[(0, 3)] * 16), ["fall"])
    share = one(rows, estimand="proportion_of_patients")
    assert (share.n_events, share.n_patients, share.unit_of_analysis) == (2, 18, "patient")
    assert (share.ci_low, share.ci_high) == pytest.approx((0.01375122, 0.3471204), rel=1e-6)
    named = one(rows, estimand="frequency_class", unit_of_analysis="patient")
    assert (named.level, named.reference) == ("very_common", "very_common+common")


def test_nothing_seen_has_no_class_of_its_own_and_leaves_the_upper_ones_open() -> None:
    """0 of 18 is not very rare: at 95 % up to 18.5 % are possible."""
    rows = rows_of(events_of(*[(0, 3)] * 18), ["bite"])
    named = one(rows, estimand="frequency_class", unit_of_analysis="patient")
    assert named.level == ""
    assert named.reference == "very_common+common+uncommon+rare+very_rare"
    assert named.ci_high == pytest.approx(1 - 0.025 ** (1 / 18))


def test_patients_with_one_row_each_are_not_counted_a_second_time() -> None:
    """Where a row is a patient, the same line twice would look like two findings."""
    rows = rows_of(events_of((1, 1), *[(0, 1)] * 9), ["fall"])
    assert {row.unit_of_analysis for row in rows} == {"row"}


def test_a_fact_of_the_patient_is_counted_by_patient_only() -> None:
    """An injury of one patient is not four injuries because four bones were treated."""
    table = events_of((4, 4), (0, 1), (0, 1))
    (share,) = (row for row in rows_of(table, ["fall"], ["fall"]) if row.level == "all")
    assert (share.n_events, share.n_patients, share.unit_of_analysis) == (1, 3, "patient")
    derived = {"lame": {"expression": "any_within_cluster(reached)", "type": "boolean"}}
    derived["lame"]["level"] = "patient"
    settings = complete(config(derived=derived, safety={"outcomes": ["lame", "reached"]}), SCHEMA)
    assert plan_safety.parameters(settings)["spec"]["of_patients"] == ["lame"]


def test_rows_without_a_value_are_counted_apart() -> None:
    """An unknown outcome is no absence of an event, of a row or of a patient."""
    table = events_of((1, 2), (0, 2), (0, 2))
    table.loc[table["cluster"] == "p2", "fall"] = pd.NA
    rows = rows_of(table, ["fall"])
    pooled = one(rows, estimand="proportion", perspective="as_published")
    assert (pooled.n_events, pooled.n_procedures, pooled.n_missing) == (1, 4, 2)
    patients = one(rows, estimand="proportion_of_patients")
    assert (patients.n_events, patients.n_patients, patients.n_missing) == (1, 2, 1)


def test_an_outcome_without_any_value_has_no_class() -> None:
    """No rows, no share: the row says so and no class is made up."""
    table = events_of((0, 2), (0, 2)).assign(fall=pd.array([pd.NA] * 4, dtype="boolean"))
    rows = rows_of(table, ["fall"])
    assert {row.status for row in rows} == {"not_estimable"}
    assert not [row for row in rows if row.estimand == "frequency_class"]


def test_patients_of_one_centre_are_not_taken_as_independent() -> None:
    """Where a study declares centres, the limits by patient allow for them."""
    table = events_of(*[(1, 2)] * 6, *[(0, 2)] * 18)
    table["stable"] = np.repeat(["a", "b", "c", "d"], 12)
    alone = one(rows_of(table, ["fall"]), estimand="proportion_of_patients")
    within = one(rows_of(table, ["fall"], highest=["stable"]), estimand="proportion_of_patients")
    assert (alone.method, within.method) == ("clopper_pearson", "korn_graubard")
    assert within.ci_high > alone.ci_high


@pytest.mark.parametrize(
    ("estimand", "perspective", "verdict"),
    [("", "as_published", "differs"), ("proportion_of_patients", "", "reproduced")],
)
def test_a_printed_class_is_judged_by_the_rows(
    estimand: str, perspective: str, verdict: str
) -> None:
    """'More than 1 in 10': 3.5 % of rows are not, 11.1 % of patients are, and neither is sure."""
    rows = rows_of(events_of((1, 3), (1, 6), *[(0, 3)] * 16), ["fall"])
    claim = Claim(
        id="falls",
        source="guide",
        sentence="May affect more than 1 in 10",
        printed="more than 1 in 10",
        kind="frequency_class",
        analysis="safety",
        outcome="fall",
        estimand=estimand,
        perspective=perspective,
    )
    study = StudyContext(data_origin="real", row="ride", cluster="pony")
    found = judge(claim, rows, study)
    assert found.verdict == verdict
    assert "cannot tell this class from the next" in found.why


def view(rows) -> View:
    study = {
        "title": "Ponies",
        "data_label": "real data: made up",
        "row": {"singular": "ride", "plural": "rides"},
        "cluster": {"singular": "pony", "plural": "ponies"},
    }
    spec = {**conventional(), "id": "safety", "outcomes": ["fall", "bite"], "note": "A note."}
    variables = {
        name: {"type": "boolean", "label": name.capitalize(), "labels": {}}
        for name in ("fall", "bite")
    }
    return View.from_settings({"spec": spec, "study": study, "variables": variables}, rows=rows)


def test_the_table_says_what_is_possible_in_words() -> None:
    """A reader must see the class, what else it may be, and that none seen is not none."""
    table = make("safety", view(rows_of(events_of((1, 3), (1, 6), *[(0, 3)] * 16))))
    lines = {(line.heading, line.cells.get("k", "")): line.cells for line in table.lines}
    falls = lines["Fall", "3.5% (2/57)"]
    assert (falls["observed"], falls["as_published_classes"]) == (
        "Common",
        "Very common to uncommon",
    )
    assert lines["Fall", "11.1% (2/18)"]["cluster_aware_classes"] == "Very common or common"
    none = lines["Bite", "0.0% (0/18)"]
    assert (none["observed"], none["cluster_aware_classes"]) == ("None seen", "Any class")
    notes = " ".join(table.notes)
    assert "A note." in notes
    assert "CIOMS" in notes
    assert "very rare: below 1/10,000" in notes
    assert {record["possible_classes"] for record in table.records if record["outcome"] == "fall"}


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"outcomes": ["diet"]}, "safety.outcomes: 'diet' is a category, needed is a boolean"),
        ({"outcomes": ["slw"]}, "safety.outcomes: 'slw' is not a variable"),
        ({"outcomes": ["slow"], "subset": "day > 3"}, "safety.subset: 'day' is not a variable"),
        ({"classes": [{"id": "a", "from": "one"}]}, "safety.classes[0].from: 'one' is not a share"),
        ({"classes": [{"id": "a", "from": "3/2"}]}, "'3/2' is not between 0 and 1"),
        ({"classes": [{"id": "a", "from": "1/10"}]}, "the last class must begin with 0"),
        ({"classes": [{"id": "a", "from": 0}, {"id": "b", "from": 0}]}, "must fall from class"),
        ({"classes": [{"id": "a", "from": 0.1}, {"id": "a", "from": 0}]}, "an id is used twice"),
    ],
)
def test_mistakes_of_the_configuration_are_told_with_their_place(
    declared: dict[str, Any], told: str
) -> None:
    """A class that cannot be meant would give every share a wrong name."""
    with pytest.raises(SettingsError) as error:
        complete(config(safety=declared), SCHEMA)
    assert told in str(error.value)


def test_a_share_may_be_written_as_fraction_or_decimal() -> None:
    """0.1 as a float is not one tenth; the class must begin exactly there."""
    assert read_share("1/10") == read_share(0.1) == Fraction(1, 10)


def test_the_name_of_the_analysis_is_taken() -> None:
    """An analysis of the study with that id would write over its file."""
    rates = [{"id": "safety", "outcomes": ["slow"]}]
    with pytest.raises(SettingsError, match="'safety' is taken"):
        complete(config(rates=rates), SCHEMA)


def test_a_study_without_outcomes_has_nothing_to_do_and_wording_changes_no_number() -> None:
    """A label must not rerun what it does not change."""
    none, some = complete(config(), SCHEMA), complete(config(safety={"outcomes": ["slow"]}), SCHEMA)
    assert (plan_safety.estimates(none), plan_safety.tables(none)) == ([], [])
    assert plan_safety.estimates(some) == ["results/estimates/safety.csv"]
    worded = complete(config(safety={"outcomes": ["slow"], "label": "Other words"}), SCHEMA)
    assert plan_safety.parameters(worded) == plan_safety.parameters(some)
    assert plan_safety.view_parameters(worded) != plan_safety.view_parameters(some)
