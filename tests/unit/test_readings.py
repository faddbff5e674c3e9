"""Readings: the other version of the raw tables beside the one that is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from minimal_study import SCHEMA, config
from procohort import plan, plan_multiverse
from procohort.analyses.adjust import adjust
from procohort.analyses.run import run_analysis
from procohort.claims.claim import Claim
from procohort.publish.tables.kinds import make
from procohort.publish.tables.readings import frame_of
from procohort.publish.view import View
from procohort.readings import estimate_all, judge_readings
from procohort.results import ResultRow, read_rows, write_rows
from procohort.settings import complete
from procohort.study import Variable

READINGS = {"first_list": "the first list is right", "second_list": "the second one is"}


def raw_config() -> dict[str, Any]:
    raw = config(reading="first_list", readings=READINGS, checksums="{reading}.sha256")
    raw["tables"]["rats"]["files"] = ["{reading}/rats.csv"]
    raw["methods"] = {"n_resamples": 200}
    return raw


def rats() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rat = np.repeat(np.arange(10), 5)
    seconds = np.round(np.exp(3 + 0.4 * rng.normal(size=len(rat)) + 0.3 * (rat % 2)), 1)
    return pd.DataFrame(
        {
            "cluster": pd.array([f"r{r}" for r in rat], dtype="string"),
            "litter": pd.array([str(r // 2) for r in rat], dtype="string"),
            "diet": pd.array(np.where(rat % 2, "rich", "plain"), dtype="string"),
            "seconds": pd.array(seconds, dtype="Float64"),
            "errors": pd.array(rng.poisson(2, len(rat)), dtype="Int64"),
            "reached": pd.array(rng.random(len(rat)) < 0.7, dtype="boolean"),
        }
    )


def test_the_others_are_all_readings_but_the_one_shown() -> None:
    """Each reading is shown once: in the run, or beside it."""
    settings = complete(raw_config(), SCHEMA)
    assert plan_multiverse.other_readings(settings) == ["second_list"]
    assert plan_multiverse.estimates_of_readings(settings) == {
        "first_list": "results/estimates.csv",
        "second_list": "results/readings/second_list/estimates.csv",
    }
    assert plan_multiverse.analysis_table(settings, "first_list") == (
        "results/clean/analysis.parquet"
    )


def test_a_study_without_readings_has_no_others() -> None:
    """The rules then have nothing to do."""
    settings = complete(config(), SCHEMA)
    assert plan_multiverse.other_readings(settings) == []
    assert plan_multiverse.estimates_of_readings(settings) == {}
    assert plan_multiverse.analysis_table(settings, plan_multiverse.NO_READING) == (
        "results/clean/analysis.parquet"
    )


def test_another_reading_reads_its_own_files() -> None:
    """The wrong table under the right name would be the worst mistake of all."""
    raw = raw_config()
    other = plan_multiverse.settings_of_reading(raw, "second_list", SCHEMA)
    assert other["tables"]["rats"]["files"] == ["second_list/rats.csv"]
    assert other["checksums"] == "second_list.sha256"
    assert raw["reading"] == "first_list"
    assert raw["tables"]["rats"]["files"] == ["{reading}/rats.csv"]


def test_one_job_gives_the_numbers_of_the_readings_own_run(tmp_path: Path) -> None:
    """A shortcut that moves a digit would show a difference between readings that is none."""
    settings = plan_multiverse.settings_of_reading(raw_config(), "second_list", SCHEMA)
    table, paths = rats(), []
    table["trial_date"] = pd.date_range("2020-01-01", periods=len(table))
    for name in plan.analyses(settings):
        asked = plan.analysis_parameters(settings, name)
        rows = run_analysis(
            asked["kind"],
            asked["spec"],
            table,
            {n: Variable.from_analysis(n, v) for n, v in asked["variables"].items()},
            parameters=asked["parameters"],
            methods=asked["methods"],
        )
        paths.append(tmp_path / f"{name}.csv")
        write_rows(paths[-1], rows)
    write_rows(tmp_path / "own.csv", adjust(read_rows(paths), settings["multiplicity"]))
    asked = plan_multiverse.estimating_parameters(settings)
    write_rows(
        tmp_path / "beside.csv", estimate_all(asked["analyses"], table, asked["multiplicity"])
    )
    own, beside = (
        (tmp_path / name).read_text(encoding="utf-8") for name in ("own.csv", "beside.csv")
    )
    assert beside == own
    assert own.count("\n") > 50


def counted(n_events: int) -> list[ResultRow]:
    shared = {"analysis": "reaching", "kind": "rate", "estimand": "proportion", "level": "all"}
    return [
        ResultRow(
            **shared, outcome=outcome, perspective="as_published", headline=True,
            n_events=events, n_procedures=50, estimate=events / 50,
        )
        for outcome, events in (("reached", n_events), ("slow", 9), ("late", n_events - 20))
    ]  # fmt: skip


def claim(name: str, printed: str, **fields: Any) -> Claim:
    return Claim(
        id=name, source="abstract", sentence=f"It was {printed}.", printed=printed, kind="count",
        analysis="reaching", outcome=fields.pop("outcome", "reached"), level="all", **fields,
    )  # fmt: skip


def test_claims_on_which_readings_differ_come_first() -> None:
    """That is what a reader of two readings looks for."""
    settings = complete(raw_config(), SCHEMA)
    shown = plan_multiverse.readings_parameters(settings)
    claims = [
        claim("slow", "9", outcome="slow"),
        claim("late", "12", outcome="late"),
        claim("reached", "40"),
    ]
    rows = {"first_list": counted(40), "second_list": counted(41)}
    verdicts = judge_readings(claims, rows, shown["study"])
    assert [v.verdict for v in verdicts["first_list"]] == ["reproduced", "differs", "reproduced"]
    table = make("readings", View.from_settings(shown, frames=[frame_of(verdicts)]))
    assert [(record["id"], record["differs"]) for record in table.records] == [
        ("reached", "verdict"),
        ("late", "found"),
        ("slow", ""),
    ]
    assert table.records[0]["verdict_first_list"] == "reproduced"
    assert table.records[0]["verdict_second_list"] == "differs"
    assert [line.heading for line in table.lines if line.is_section] == [
        "Another verdict (1)",
        "Another figure, the same verdict (1)",
        "The same under each reading (1)",
    ]
    assert table.notes[0] == "First list: the first list is right."


def test_a_claim_of_one_reading_is_not_tested_under_the_other() -> None:
    """What only holds under a reading is judged there."""
    shown = plan_multiverse.readings_parameters(complete(raw_config(), SCHEMA))
    rows = {name: counted(40) for name in READINGS}
    verdicts = judge_readings([claim("own", "40", reading="first_list")], rows, shown["study"])
    assert [v[0].verdict for v in verdicts.values()] == ["reproduced", "not_testable"]
