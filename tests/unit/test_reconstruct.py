"""The reconstructed tables show what the abstract prints, and nothing else decides them."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from procohort import settings
from procohort.data.checksums import verify_checksums
from procohort.data.clean import Cohort, build_cohort
from procohort.data.reconstruct import ReconstructionError, reconstruct
from procohort.data.reconstruct.draws import draw_variables
from procohort.data.reconstruct.engine import new_context
from procohort.study import CohortPlan

ROOT = Path(__file__).parents[2]
READINGS = ("printed_count", "printed_percent")
OUTCOMES = ("puncture_time_min", "procedure_time_min", "effective_dose_msv")

# Transcribed from the abstract: with spondylodesis, without.
PRINTED = {
    "puncture_time_min": ("11.9", "10.3"),
    "procedure_time_min": ("16.3", "14.0"),
    "effective_dose_msv": ("2.22", "1.74"),
}


@cache
def specification() -> Any:
    return yaml.safe_load((ROOT / "data/published/reconstruction.yaml").read_text("utf-8"))


@cache
def cohort(reading: str) -> Cohort:
    loaded = settings.load(
        ROOT / "config.yaml",
        ROOT / "workflow/schemas/config.schema.yaml",
        overrides={"reading": reading},
    )
    return build_cohort(CohortPlan.from_settings(loaded), ROOT)


@pytest.fixture(params=READINGS)
def reading(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def analysis(reading: str) -> pd.DataFrame:
    return cohort(reading).analysis


def by_group(table: pd.DataFrame, outcome: str, group: str) -> Iterator[np.ndarray]:
    for value in (True, False):
        rows = table[group].astype(bool) == value
        yield table.loc[rows, outcome].dropna().to_numpy(dtype=float)


# -- the committed files ----------------------------------------------------------


def test_the_committed_tables_are_what_the_specification_gives(reading: str) -> None:
    """Byte for byte: whoever doubts the tables can make them again."""
    files = reconstruct(specification(), reading)
    folder = ROOT / "data/raw" / reading
    assert sorted(path.name for path in folder.iterdir()) == sorted(files)
    for name, content in files.items():
        assert (folder / name).read_bytes() == content, f"{name}: run `snakemake reconstruct`"


def test_the_checksums_are_those_of_the_committed_tables() -> None:
    """A run stops on a difference, so a stale list would stop every run."""
    assert verify_checksums(ROOT / "data/raw/checksums.sha256", ROOT) == []
    listed = (ROOT / "data/raw/checksums.sha256").read_text("utf-8").splitlines()
    assert len(listed) == len(list((ROOT / "data/raw").glob("*/*.csv")))


def test_every_folder_of_tables_says_that_they_are_not_patient_data() -> None:
    """The tables look like an export; nobody may take them for one."""
    label = "reconstructed from published summary figures; not patient data"
    assert (ROOT / "data/raw/README.txt").read_text("utf-8").strip() == label
    assert specification()["label"] == label
    assert label[1:] in (ROOT / "data/README.md").read_text("utf-8")


def test_every_assumption_has_a_reason_and_every_published_figure_a_place() -> None:
    """A reader must be able to tell what was printed from what was made up."""
    for name, entry in specification()["published"].items():
        assert "abstract" in entry["where"], name
    for name, entry in specification()["assumptions"].items():
        assert entry["reason"].strip(), name


def test_the_dose_factor_is_that_of_the_configuration() -> None:
    """Two factors would make every dose look like a data error."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))
    assumed = specification()["assumptions"]["k_msv_per_mgy_cm"]["value"]
    assert assumed == config["parameters"]["k_msv_per_mgy_cm"]


# -- what the abstract prints, after cleaning -------------------------------------


def test_458_procedures_in_44_patients_in_the_printed_window(analysis: pd.DataFrame) -> None:
    """Methods: 458 injections, 44 patients, October 2017 to August 2024."""
    assert len(analysis) == 458
    assert analysis["cluster"].nunique() == 44
    assert str(analysis["procedure_date"].min())[:7] == "2017-10"
    assert str(analysis["procedure_date"].max())[:7] == "2024-08"
    assert set(analysis["guidance"]) == {"ct"}


@pytest.mark.parametrize(("of", "n_success"), [("printed_count", 449), ("printed_percent", 450)])
def test_success_is_as_printed_in_its_reading(of: str, n_success: int) -> None:
    """97.1 % and 98.8 %, and either the printed count or the printed percentage of the whole."""
    table = cohort(of).analysis
    assert int(table["success"].sum()) == n_success
    with_it, without = (values.mean() for values in by_group(table, "success", "spondylodesis"))
    assert (f"{100 * with_it:.1f}", f"{100 * without:.1f}") == ("97.1", "98.8")


def test_five_complications_of_which_two_haematomas(analysis: pd.DataFrame) -> None:
    """Results: 1.1 % (5/458), including transient pain and two hematomas."""
    kinds = analysis["complication_kind"].value_counts()
    assert kinds.drop("none").to_dict() == {"transient_pain": 3, "haematoma": 2}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_means_lie_well_inside_what_is_printed(analysis: pd.DataFrame, outcome: str) -> None:
    """Not at the edge of the rounding interval, where another rounding rule would differ."""
    found = [values.mean() for values in by_group(analysis, outcome, "spondylodesis")]
    half_unit = 0.5 * 10.0 ** -len(PRINTED[outcome][0].partition(".")[2])
    for mean, printed in zip(found, PRINTED[outcome], strict=True):
        assert abs(mean - float(printed)) < 0.1 * half_unit


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_spondylodesis_differs_by_rank_test_and_by_t_test(
    analysis: pd.DataFrame, outcome: str
) -> None:
    """All p < 0.01, whichever of the two usual tests was used; SciPy as the second opinion."""
    first, second = by_group(analysis, outcome, "spondylodesis")
    assert np.median(first) > np.median(second)
    assert stats.mannwhitneyu(first, second, method="asymptotic").pvalue < 0.01
    assert stats.ttest_ind(first, second, equal_var=False).pvalue < 0.01


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("group", ["failure", "complication", "failed_or_complicated"])
def test_failed_or_complicated_procedures_take_longer_and_more_dose(
    analysis: pd.DataFrame, group: str, outcome: str
) -> None:
    """Results: prolonged durations and higher exposure."""
    first, second = by_group(analysis, outcome, group)
    assert first.mean() > second.mean()
    assert np.median(first) > np.median(second)


@pytest.mark.parametrize("outcome", [*OUTCOMES, "dlp_mgy_cm"])
def test_repositioning_correlates_with_duration_and_dose(
    analysis: pd.DataFrame, outcome: str
) -> None:
    """Results: needle repositioning correlated with duration and dose."""
    both = analysis[["repositionings", outcome]].dropna().astype(float)
    assert 0.25 < stats.spearmanr(both["repositionings"], both[outcome]).statistic < 0.55


# -- plausible beyond that --------------------------------------------------------


def test_no_patient_has_more_doses_than_the_label_allows(analysis: pd.DataFrame) -> None:
    """Days 0, 14, 28, 63, then every four months: 24 from October 2017 to August 2024."""
    sizes = analysis.groupby("cluster").size()
    assert sizes.max() <= 24
    assert sizes.min() >= 2
    gaps = analysis.groupby("cluster")["procedure_date"].diff().dt.days.dropna()
    assert gaps.min() >= 10


def test_surgery_changes_the_status_of_two_patients_in_mid_series(analysis: pd.DataFrame) -> None:
    """The group is the procedure's, not the patient's: the tables must be able to show it."""
    assert (analysis.groupby("cluster")["spondylodesis"].nunique() == 2).sum() == 2


def test_procedures_take_place_on_working_days(analysis: pd.DataFrame) -> None:
    """An elective injection on a Sunday would give the tables away."""
    days = analysis["procedure_date"]
    assert days.dt.day_of_week.max() <= 4
    assert not days.dt.strftime("%m-%d").isin(["01-01", "05-01", "10-03", "12-25", "12-26"]).any()


# -- planted defects --------------------------------------------------------------


def test_cleaning_finds_each_planted_defect(reading: str) -> None:
    """Declared in the specification: nothing more is found, and nothing less."""
    found = cohort(reading).findings["rule"].value_counts().to_dict()
    # Doses off their day are deviations from the schedule, drawn and not planted.
    for rule, most in (("dose_too_close", 40), ("dose_late", 40), ("dose_early", 15)):
        assert 0 < found.pop(rule) < most
    # After a failed first attempt the next dose may look like a second one.
    assert found.pop("doses_before_the_tables", 0) <= 2
    assert found == {
        "out_of_range": 2,
        "duplicate_row": 1,
        "orphan_key": 1,
        "puncture_within_procedure": 1,
        "unreadable_value": 1,
        "unknown_column": 1,
    }


def test_values_without_a_dose_report_are_missing(analysis: pd.DataFrame) -> None:
    """Four procedures without a dose, two without a puncture time: they stay in the cohort."""
    missing = analysis[["dlp_mgy_cm", "effective_dose_msv", "puncture_time_min"]].isna().sum()
    assert missing.tolist() == [4, 4, 2]


def test_the_two_systems_export_differently(reading: str) -> None:
    """Encodings, line ends, column order and spellings are what ingest is for."""
    folder = ROOT / "data/raw" / reading
    older = (folder / "procedures_2017-2020.csv").read_bytes()
    newer = (folder / "procedures_2021-2024.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        older.decode("utf-8")
    assert "schräg" in older.decode("latin-1")
    assert newer.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in newer
    assert b"\r" not in older
    assert b"Bauchlage" in newer
    assert b" ;" in older + newer


# -- the engine ---------------------------------------------------------------------


def small_study() -> dict[str, Any]:
    """Return a study of another shape: one visit before and one after, no groups to fit."""
    return {
        "label": "made up",
        "seed": 7,
        "published": {"gain": {"value": 4.0, "printed": "4.0", "where": "table 2"}},
        "assumptions": {"sd": {"value": 0.3, "reason": "a guess"}},
        "readings": {"only": {}},
        "patients": {
            "n": 40,
            "key": "person",
            "variables": {
                "person": {"kind": "identifier", "pattern": "N{number}"},
                "first": {"kind": "date", "from": "date('2020-01-01')", "days": "number"},
                "last": {"kind": "date", "from": "first", "days": 400},
            },
        },
        "schedule": {"date": "day", "start": "first", "stop": "last", "days": [0, 90]},
        "rows": {
            "variables": {
                "after": {"kind": "expression", "value": "order_within_cluster(day) == 2"},
                "raw": {"kind": "lognormal", "median": 3, "sd_between": "sd", "sd_within": "sd"},
                "score": {"kind": "expression", "value": "round(raw, 1)"},
            }
        },
        "calibrate": [
            {
                "mean_of": "score",
                "by_scaling": "raw",
                "groups": [{"where": "after", "mean": "gain"}],
            }
        ],
        "verify": [
            {"kind": "rows", "where": True, "wanted": 80},
            {"kind": "mean", "of": "score", "where": "after", "printed": "gain"},
        ],
        "export": {
            "date": "%Y-%m-%d",
            "files": [{"name": "visits.csv", "table": "rows", "order": ["person", "day"]}],
            "columns": {
                "patients": {},
                "rows": {
                    "id": {"from": "person"},
                    "day": {"from": "day"},
                    "score": {"from": "score", "decimals": 1},
                    "after": {"from": "after", "codes": {True: "yes", False: "no"}},
                },
            },
        },
    }


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_engine_makes_a_study_of_another_shape() -> None:
    """Nothing in it knows the default study: two visits each, no groups, no defects."""
    rows = rows_of(reconstruct(small_study(), "only")["visits.csv"])
    assert len(rows) == 80
    after = [float(row["score"]) for row in rows if row["after"] == "yes"]
    assert len(after) == 40
    # One of 40 values moves the mean by 0.1 / 40: the closest a scaling can come.
    assert abs(np.mean(after) - 4.0) <= 0.1 / 40


def test_the_same_specification_gives_the_same_bytes_and_another_seed_others() -> None:
    """The seed in the specification is the only source of chance."""
    first, again = (reconstruct(small_study(), "only") for _ in range(2))
    assert first == again
    assert reconstruct(small_study() | {"seed": 8}, "only") != first


def test_a_file_finer_than_the_record_rounds_to_the_recorded_value() -> None:
    """Seconds are exported, minutes to one decimal were calibrated: they must agree."""
    spec = small_study()
    columns = spec["export"]["columns"]["rows"]
    columns["seconds"] = {"from": "score", "factor": 60, "decimals": 0, "scatter": 2}
    rows = rows_of(reconstruct(spec, "only")["visits.csv"])
    assert all(round(int(row["seconds"]) / 60, 1) == float(row["score"]) for row in rows)
    assert len({int(row["seconds"]) % 6 for row in rows}) == 5


def test_a_missed_target_is_named_with_what_was_wanted_and_got() -> None:
    """Tables that miss a printed figure must never be written; all misses come at once."""
    spec = small_study()
    spec["verify"] += [
        {"kind": "rows", "where": "after", "wanted": 41},
        {"kind": "patients", "where": "after", "wanted": [1, 2]},
        {"kind": "every", "expect": "score < 0"},
        {"kind": "guess"},
    ]
    with pytest.raises(ReconstructionError) as caught:
        reconstruct(spec, "only")
    assert caught.value.lines[:3] == [
        "rows where after: wanted 41, got 40",
        "patients where after: wanted 1 to 2, got 40",
        "every row: wanted score < 0, got 80 rows that differ",
    ]
    assert caught.value.lines[3].startswith("verify: 'guess' is not known; known are rows,")


def test_group_sizes_that_cannot_show_the_figures_are_refused() -> None:
    """Seven failures of 207 are 96.6 %: the choice must be one that feasibility allows."""
    spec = copy.deepcopy(specification())
    spec["readings"]["printed_count"]["groups"]["choose"] = {"n1": 207, "events1": 200}
    with pytest.raises(ReconstructionError, match=r"feasible are: n1 204 to 210 with 6 rare"):
        reconstruct(spec, "printed_count")


def test_the_central_feasible_solution_can_be_left_to_the_engine() -> None:
    """The middle of 204 to 210 is 207."""
    spec = copy.deepcopy(specification())
    spec["readings"]["printed_count"]["groups"]["choose"] = "central"
    assert new_context(spec, "printed_count").numbers["n_group_1"] == 207


def test_contradictory_figures_are_refused() -> None:
    """449 and 98.3 % together have no solution: the reading has to drop one of them."""
    spec = copy.deepcopy(specification())
    groups = spec["readings"]["printed_count"]["groups"]
    groups["printed_total"] = "success_total"
    with pytest.raises(ReconstructionError, match="no whole numbers show the printed figures"):
        reconstruct(spec, "printed_count")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verifi": []}, "'verifi' is not a known section. Did you mean 'verify'?"),
        ({"defects": [{"kind": "fire"}]}, r"defects\[0\].kind: 'fire' is not a known kind"),
        ({"readings": {"other": {}}}, "readings: 'only' is not declared; known are other"),
        (
            {"rows": {"variables": {"x": {"kind": "magic"}}}},
            "x: 'magic' is not a known kind; known are identifier",
        ),
        (
            {"rows": {"variables": {"score": {"kind": "expression", "value": "nowhere"}}}},
            "reading only: .*unknown name 'nowhere'",
        ),
    ],
)
def test_a_slip_in_the_specification_is_answered_in_a_line(
    change: dict[str, Any], message: str
) -> None:
    """The person who writes the next study's specification gets no traceback."""
    with pytest.raises(ReconstructionError, match=message):
        reconstruct(small_study() | change, "only")


def test_a_series_too_short_for_its_groups_says_what_is_missing() -> None:
    """The engine leaves rows out to fit a group, it never makes one up."""
    spec = small_study()
    spec["schedule"]["fit"] = [{"where": True, "n": 81}]
    with pytest.raises(ReconstructionError, match="wanted 81 rows where True, got 80; start earl"):
        reconstruct(spec, "only")


def test_a_mean_out_of_reach_is_refused() -> None:
    """A factor of more than 20 would be another variable, not a calibration."""
    spec = small_study()
    spec["published"]["gain"] |= {"value": 400.0, "printed": "400.0"}
    with pytest.raises(ReconstructionError, match=r"no scaling of raw gives 400.0"):
        reconstruct(spec, "only")


@pytest.mark.parametrize(
    ("spec", "mean", "variance"),
    [
        ({"kind": "normal", "mean": 5, "sd": 2}, 5.0, 4.0),
        ({"kind": "uniform", "low": 2, "high": 8}, 5.0, 3.0),
        ({"kind": "gamma", "mean": 6, "shape": 3}, 6.0, 12.0),
        ({"kind": "count", "mean": 2.5}, 2.5, 2.5),
        ({"kind": "count", "mean": 2, "size": 4}, 2.0, 3.0),
        ({"kind": "lognormal", "median": 2, "sd_within": 0.5}, 2.2663, 1.4590),
    ],
)
def test_draws_have_the_declared_mean_and_variance(
    spec: dict[str, Any], mean: float, variance: float
) -> None:
    """Closed forms: gamma m^2/k, negative binomial m + m^2/k, lognormal exp(s^2/2) and so on."""
    people = pd.DataFrame(index=range(20_000))
    drawn = draw_variables(people, {"x": spec}, new_context(small_study(), "only"), None)["x"]
    drawn = drawn.to_numpy(dtype=float)
    # Five standard errors of 20 000 draws.
    assert abs(drawn.mean() - mean) < 5 * np.sqrt(variance / drawn.size)
    assert abs(drawn.var() / variance - 1) < 0.15
