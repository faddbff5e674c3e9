"""Tables of visits that have the printed figures of every visit, and say so when none can."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from procohort import plan
from procohort import settings as study_settings
from procohort.claims.claim import Claim, read_claims
from procohort.claims.printed import read_printed
from procohort.claims.printed_compound import read_range
from procohort.claims.sources import read_sources
from procohort.data.checksums import verify_checksums
from procohort.data.clean import Cohort, build_cohort
from procohort.data.reconstruct import ReconstructionError, reconstruct
from procohort.data.reconstruct.fit_values import Figures, NoFitError, fit_values
from procohort.data.reconstruct.specification import ONLY_READING
from procohort.study import CohortPlan

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies/ablation"
LATER = ("day_3", "week_1", "month_1", "month_3", "month_6")


@cache
def specification() -> Any:
    return yaml.safe_load((STUDY / "data/published/reconstruction.yaml").read_text("utf-8"))


@cache
def configuration() -> Any:
    return study_settings.load(STUDY / "config.yaml", ROOT / "workflow/schemas/config.schema.yaml")


@cache
def cohort() -> Cohort:
    return build_cohort(CohortPlan.from_settings(configuration()), STUDY)


@cache
def patients() -> pd.DataFrame:
    return cohort().analysis.drop_duplicates("cluster")


def printed_claims() -> list[Claim]:
    folder = STUDY / "data/published"
    found = read_claims(folder / "claims.csv", sources=read_sources(folder / "sources.csv"))
    return [claim for claim in found if claim.source == "abstract"]


def figures_of(kinds: tuple[str, ...], outcome: str) -> list[Claim]:
    return [c for c in printed_claims() if c.outcome == outcome and c.kind in kinds]


# -- the committed files of the study ---------------------------------------------


def test_the_committed_tables_are_what_the_specification_gives() -> None:
    """Byte for byte: whoever doubts the tables can make them again."""
    files = reconstruct(specification(), ONLY_READING)
    assert sorted(files) == sorted(path.name for path in (STUDY / "data/raw").glob("*.csv"))
    for name, content in files.items():
        assert (STUDY / "data/raw" / name).read_bytes() == content, name


def test_the_checksums_are_those_of_the_committed_tables() -> None:
    """A run stops on a difference, so a stale list would stop every run."""
    assert verify_checksums(STUDY / "data/raw/checksums.sha256", STUDY) == []


def test_every_table_says_that_it_is_no_patient_data() -> None:
    """The tables look like an export; nobody may take them for one."""
    label = "reconstructed from published summary figures; not patient data"
    assert (STUDY / "data/raw/README.txt").read_text("utf-8").strip() == label
    assert specification()["label"] == configuration()["study"]["data_label"] == label


def test_every_assumption_has_a_reason_and_every_published_figure_a_place() -> None:
    """A reader must be able to tell what was printed from what was made up."""
    for name, entry in specification()["published"].items():
        assert "abstract" in entry["where"], name
    for name, entry in specification()["assumptions"].items():
        assert entry["reason"].strip(), name


def test_a_study_without_readings_is_made_again_under_one_name() -> None:
    """An empty name would be an empty part of a path, which no rule can match."""
    files = plan.reconstructed_files(configuration())
    assert files["data/raw/visits.csv"] == f"results/reconstruction/{ONLY_READING}/visits.csv"


# -- what the abstract prints, after cleaning ---------------------------------------


def test_cleaning_leaves_91_patients_with_140_vertebrae_and_finds_nothing() -> None:
    """The two totals of the abstract; nothing was planted to be found."""
    assert len(cohort().analysis) == 140
    assert len(patients()) == 91
    assert cohort().findings.empty


@pytest.mark.parametrize("claim", figures_of(("median", "range"), "vas"), ids=lambda c: c.id)
def test_the_pain_scores_have_the_printed_median_and_range(claim: Claim) -> None:
    """Whole scores, so a printed median is the median itself and not a rounded one."""
    values = patients()[f"vas_{claim.level}"].dropna().to_numpy(dtype=float)
    if claim.kind == "median":
        assert np.median(values) == read_printed(claim.printed).value
    else:
        assert (values.min(), values.max()) == tuple(
            float(end.value) for end in read_range(claim.printed)
        )


@pytest.mark.parametrize(
    "claim", figures_of(("mean", "sd", "range"), "morphine_mg"), ids=lambda c: c.id
)
def test_the_doses_have_the_printed_mean_sd_and_range(claim: Claim) -> None:
    """To every printed digit: 21.70 is two decimals, not 21.7."""
    values = patients()[f"morphine_mg_{claim.level}"].dropna().to_numpy(dtype=float)
    if claim.kind == "range":
        low, high = read_range(claim.printed)
        assert (values.min(), values.max()) == (float(low.value), float(high.value))
        return
    found = values.mean() if claim.kind == "mean" else values.std(ddof=1)
    decimals = len(claim.printed.partition(".")[2])
    assert f"{found:.{decimals}f}" == claim.printed


def test_every_later_visit_is_lower_than_baseline_as_printed() -> None:
    """All p < .05, and < .01 for the disability index; SciPy as the second opinion."""
    for outcome, bound in (("vas", 0.05), ("morphine_mg", 0.05), ("odi", 0.01)):
        for visit in LATER:
            both = patients()[[f"{outcome}_before", f"{outcome}_{visit}"]].astype(float).dropna()
            change = both.iloc[:, 1] - both.iloc[:, 0]
            assert change.mean() < 0
            assert stats.wilcoxon(change, method="approx").pvalue < bound


def test_local_control_is_counted_among_the_vertebrae_that_were_imaged() -> None:
    """128 of 135: 94.8 % is no count out of 140."""
    known = cohort().analysis["local_control"].dropna()
    assert (int(known.sum()), len(known)) == (128, 135)
    possible = [k for k in range(141) if f"{100 * k / 140:.1f}" == "94.8"]
    assert possible == []


def test_who_was_not_imaged_was_not_seen_from_one_month_on() -> None:
    """A missing image of a patient who kept coming would contradict the assumption."""
    missing = cohort().analysis["local_control"].isna()
    assert missing.sum() == 5
    late = [f"vas_{visit}" for visit in LATER[2:]]
    assert cohort().analysis.loc[missing, late].isna().all(axis=None)


def test_leakage_and_neural_injury_are_as_printed() -> None:
    """42 (30 %) vertebrae; 1 patient (1.1 %), technically successful in all."""
    assert int(cohort().analysis["cement_leakage"].sum()) == 42
    assert int(patients()["neural_injury_grade_3"].sum()) == 1
    assert bool(patients()["success"].all())


def test_no_vertebra_of_a_patient_is_treated_twice() -> None:
    """Two rows with one level in one patient would be one vertebra."""
    assert not cohort().analysis.duplicated(["cluster", "vertebral_level"]).any()


def test_values_of_a_patient_are_alike() -> None:
    """Independent visits would make every paired answer too wide."""
    for outcome in ("vas", "morphine_mg", "odi"):
        columns = [f"{outcome}_{visit}" for visit in ("before", *LATER)]
        pairs = patients()[columns].astype(float).corr().to_numpy()[np.triu_indices(6, 1)]
        assert pairs.min() > 0.2
        assert pairs.max() < 0.9


# -- values with given figures ------------------------------------------------------


@given(
    st.lists(st.integers(0, 20), min_size=8, max_size=60),
    st.lists(st.floats(-5, 25), min_size=60, max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_figures_of_existing_values_are_always_met(truth: list[int], drawn: list[float]) -> None:
    """Whatever figures some whole values have, values with these figures are found."""
    values = np.array(truth)
    assume(values.min() < values.max() and float(np.median(values)) % 1 == 0)
    n = len(values)
    figures = Figures(int(values.min()), int(values.max()), median=float(np.median(values)))
    made = fit_values(np.array(drawn[:n]), figures)
    assert (made.min(), made.max()) == (values.min(), values.max())
    assert np.median(made) == np.median(values)


def test_mean_sd_and_range_are_met_together() -> None:
    """The five figures of one visit of the study, from draws that have none of them."""
    wish = np.random.default_rng(3).normal(0, 1, 84)
    made = fit_values(wish, Figures(0, 42, mean=21.70, sd=10.0, sd_half_width=0.05))
    assert (made.min(), made.max()) == (0, 42)
    assert f"{made.mean():.2f} {made.std(ddof=1):.1f}" == "21.70 10.0"


def test_the_order_of_the_drawn_values_is_kept_almost_everywhere() -> None:
    """The draws carry how alike a patient's visits are: fitting must not shuffle them."""
    wish = np.random.default_rng(4).normal(0, 1, 91)
    made = fit_values(wish, Figures(15, 143, mean=77.8, sd=31.5, sd_half_width=0.05))
    assert stats.spearmanr(wish, made).statistic > 0.99


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (Figures(0, 10, mean=9.5, sd=4.0, sd_half_width=0.05), "wanted an SD of 4"),
        (Figures(0, 10, mean=9.9, sd=0.1, sd_half_width=0.05), "no sum of 198 steps"),
        (Figures(0, 10, median=3.5), "lies between two values of the scale"),
    ],
)
def test_figures_that_cannot_hold_together_are_refused(figures: Figures, why: str) -> None:
    """What is impossible is reported, never forced."""
    with pytest.raises(NoFitError, match=why):
        fit_values(np.linspace(0, 10, 20), figures)


# -- the engine ---------------------------------------------------------------------


def small_study() -> dict[str, Any]:
    """Return a study of two visits: 20 people, a score before and after, two limbs in some."""
    where = {"where": "table 1"}
    return {
        "label": "made up",
        "seed": 5,
        "published": {
            "middle": {"value": 4, "printed": "4", **where},
            "mean": {"value": 3.15, "printed": "3.15", **where},
            "sd": {"value": 1.8, "printed": "1.8", **where},
            "low": {"value": 0, "printed": "0", **where},
            "high": {"value": 8, "printed": "8", **where},
        },
        "assumptions": {},
        "patients": {
            "n": 20,
            "key": "person",
            "variables": {
                "person": {"kind": "identifier", "pattern": "N{number:02d}"},
                "limbs": {"kind": "expression", "value": "where(number <= 5, 2, 1)"},
            },
        },
        "rows": {
            "repeat": {"times": "limbs", "number": "limb"},
            "variables": {
                "side": {"kind": "category", "distinct": True, "weights": {"left": 1, "right": 3}}
            },
        },
        "visits": {
            "column": "when",
            "number": "at",
            "order": ["before", "after"],
            "variables": {"drawn": {"kind": "normal", "mean": 0, "sd": 1}},
            "keep": "not (when == 'after' and person == 'N20')",
            "fit": [
                {
                    "of": "score",
                    "from": "drawn",
                    "groups": [
                        {"where": "when == 'before'", "median": "middle", "most": "high"},
                        {
                            "where": "when == 'after'",
                            "mean": "mean",
                            "sd": "sd",
                            "least": "low",
                            "most": "high",
                        },
                    ],
                }
            ],
        },
        "verify": [{"kind": "rows", "where": True, "wanted": 25}],
        "export": {
            "date": "%Y-%m-%d",
            "files": [
                {"name": "limbs.csv", "table": "rows", "order": ["person", "limb"]},
                {"name": "visits.csv", "table": "visits", "order": ["person", "at"]},
            ],
            "columns": {
                "patients": {},
                "rows": {"id": {"from": "person"}, "side": {"from": "side"}},
                "visits": {
                    "id": {"from": "person"},
                    "when": {"from": "when"},
                    "score": {"from": "score", "decimals": 0},
                },
            },
        },
    }


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_another_study_of_visits_needs_no_code() -> None:
    """Two visits, one of them missed by one person; other columns, other figures."""
    rows = rows_of(reconstruct(small_study(), ONLY_READING)["visits.csv"])
    before, after = ([int(r["score"]) for r in rows if r["when"] == w] for w in ("before", "after"))
    assert (len(before), len(after)) == (20, 19)
    assert (np.median(before), max(before)) == (4, 8)
    assert (min(after), max(after)) == (0, 8)
    assert f"{np.std(after, ddof=1):.1f}" == "1.8"


def test_no_level_that_must_be_distinct_occurs_twice_in_a_patient() -> None:
    """Left three times as rare as right, so that chance alone would repeat it."""
    rows = rows_of(reconstruct(small_study(), ONLY_READING)["limbs.csv"])
    assert len(rows) == 25
    assert len({(row["id"], row["side"]) for row in rows}) == 25


def test_a_mean_that_no_whole_scores_have_is_missed_and_named() -> None:
    """19 whole scores cannot have the mean 3.15 (59 / 19 is 3.11, 60 / 19 is 3.16)."""
    spec = small_study()
    groups = spec["visits"]["fit"][0]["groups"]
    spec["verify"].append({"kind": "figures", "table": "visits", "of": "score", "groups": groups})
    with pytest.raises(ReconstructionError, match=r"mean of score .*: wanted 3.15, got 3.157"):
        reconstruct(spec, ONLY_READING)


def test_a_visit_whose_figures_contradict_each_other_is_named() -> None:
    """All visits that fail, with how many values they have and in what steps."""
    spec = small_study()
    spec["published"]["sd"]["printed"] = "6.8"
    with pytest.raises(ReconstructionError, match=r"fit score where when == 'after' \(19 values"):
        reconstruct(spec, ONLY_READING)


def test_a_rise_is_no_fall_and_an_unknown_table_is_named() -> None:
    """Every target that fails is listed at once, of whichever table."""
    spec = small_study()
    spec["verify"] += [
        {
            "kind": "signed_rank",
            "table": "visits",
            "of": ["score"],
            "from": "when == 'after'",
            "to": ["when == 'before'"],
            "p_below": 0.99,
        },
        {"kind": "rows", "table": "visit", "where": True, "wanted": 39},
        {"kind": "rows", "table": "visits", "where": True, "wanted": 40},
    ]
    with pytest.raises(ReconstructionError) as caught:
        reconstruct(spec, ONLY_READING)
    assert caught.value.lines[0] == (
        "verify: there is no table 'visit'; known are patients, rows, visits"
    )
    assert caught.value.lines[1].startswith("signed_rank of score where when == 'before': wanted")
    assert caught.value.lines[2] == "rows where True: wanted 40, got 39"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schedule": {}}, "from a schedule or from rows.repeat; declare one of the two"),
        ({"rows": {"variables": {}}}, "from a schedule or from rows.repeat; declare one of"),
    ],
)
def test_rows_have_one_origin(change: dict[str, Any], message: str) -> None:
    """With both it would depend on the code which one counts; with none there are no rows."""
    with pytest.raises(ReconstructionError, match=message):
        reconstruct(small_study() | change, ONLY_READING)


def test_a_visit_that_nobody_attended_is_an_error() -> None:
    """A visit without values has no figures, so nothing printed could be met."""
    spec = small_study()
    spec["visits"]["keep"] = "when == 'before'"
    with pytest.raises(ReconstructionError, match="nobody is left at after"):
        reconstruct(spec, ONLY_READING)


def test_more_rows_than_levels_cannot_be_distinct() -> None:
    """Three limbs and two sides: the message names the patient."""
    spec = small_study()
    spec["patients"]["variables"]["limbs"]["value"] = "3"
    with pytest.raises(ReconstructionError, match="patient N01 needs more distinct levels than 2"):
        reconstruct(spec, ONLY_READING)
