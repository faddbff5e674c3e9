"""The synthesis of published series: reading, choosing, pooling, saying what cannot be said."""

from __future__ import annotations

import copy
import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from minimal_study import ROOT, SCHEMA
from procohort import plan_synthesis, settings
from procohort.analyses.cumulative_dose import cumulative_dose, patient_sums
from procohort.analyses.synthesis import ACCOUNT_COLUMNS, synthesise
from procohort.analyses.synthesis_select import decide, with_live
from procohort.data.evidence import COLUMNS, EvidenceError, read_evidence
from procohort.evidence import Count, Quantity, Series
from procohort.jobs import UserError
from procohort.publish.figures.canvas import house_style
from procohort.publish.figures.kinds import draw
from procohort.publish.tables.kinds import make
from procohort.publish.view import View
from procohort.results import ResultRow

EVIDENCE = ROOT / "data" / "published" / "evidence.csv"
SPEC: dict[str, Any] = {
    "modalities": {"rope": "Rope", "ladder": "Ladder"},
    "populations": ["adult"],
    "one_per_cohort": True,
    "min_series": 2,
    "outcomes": [{"id": "success", "label": "Success", "scopes": []}],
    "live": {"series": "", "analysis": "", "outcomes": {}, "quantities": []},
}
STUDY = {
    "title": "Climbs", "data_origin": "real", "data_label": "real data: made up for a test",
    "row": {"singular": "climb", "plural": "climbs"},
    "cluster": {"singular": "climber", "plural": "climbers"},
}  # fmt: skip


def series(name: str, k: int, n: int, **changes: Any) -> Series:
    """One made-up series with a count of successes."""
    count = Count(events=k, trials=n, scope="any", per="procedure")
    base = Series(
        series_id=name, study=name.capitalize(), year="2020", cohort=name, population="adult",
        modality="rope", patients=5, procedures=n, counts={"success": count},
    )  # fmt: skip
    return replace(base, **changes)


def spec(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(SPEC) | changes


def written(path: Path, *rows: dict[str, str]) -> Path:
    """Write an evidence table with some rows; absent cells are empty."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


GOOD = {
    "series_id": "a", "study": "A", "cohort": "a", "population": "adult", "modality": "rope",
    "include": "yes", "procedures": "20", "success_k": "19", "success_n": "20",
    "success_scope": "any", "success_per": "procedure",
}  # fmt: skip


def found(rows: list[ResultRow], estimand: str, **fields: object) -> list[ResultRow]:
    return [
        row
        for row in rows
        if row.estimand == estimand and all(getattr(row, k) == v for k, v in fields.items())
    ]


def test_the_evidence_of_the_study_is_sound_and_says_why_series_are_left_out() -> None:
    """A table kept by hand is trusted only as far as it is checked."""
    evidence = read_evidence(EVIDENCE)
    assert len({one.series_id for one in evidence}) == len(evidence) > 60
    assert all(one.reason for one in evidence if not one.include)


def test_all_mistakes_of_the_table_come_at_once_with_place_value_and_remedy(
    tmp_path: Path,
) -> None:
    """Correcting one at a time would take as many runs as mistakes."""
    bad = GOOD | {"series_id": "b", "success_k": "21", "include": "perhaps", "time_centre_min": "x"}
    lone = GOOD | {"series_id": "c", "success_n": "", "part_of": "z", "include": "no"}
    path = written(tmp_path / "evidence.csv", GOOD, bad, lone, GOOD)
    with pytest.raises(EvidenceError) as error:
        read_evidence(path)
    text = "\n".join(error.value.lines)
    assert "evidence.csv: row 3, column success_k, value '21': more than success_n (20)." in text
    assert "row 3, column include, value 'perhaps': not allowed. Write yes or no." in text
    assert "row 3, column time_centre_min, value 'x': not a number" in text
    assert "row 4, column success_n, value '': empty beside success_k" in text
    assert "row 4, column part_of, value 'z': no other series." in text
    assert "row 4, column reason, value '': empty, and the series is left out. Say why." in text
    assert "row 5, column series_id, value 'a': taken already" in text


def test_a_comma_without_quotes_is_told_with_its_row(tmp_path: Path) -> None:
    """Otherwise every later cell would shift by one column unnoticed."""
    path = written(tmp_path / "evidence.csv", GOOD)
    path.write_text(path.read_text(encoding="utf-8").replace(",yes,", ",yes,a,b,"), "utf-8")
    with pytest.raises(EvidenceError, match=r"row 2: \d+ cells .* Quote a cell"):
        read_evidence(path)
    with pytest.raises(EvidenceError, match="no such file"):
        read_evidence(tmp_path / "absent.csv")


def test_adding_a_series_is_adding_a_row(tmp_path: Path) -> None:
    """No code and no configuration names a series that is pooled."""
    rows = [GOOD, GOOD | {"series_id": "b", "cohort": "b"}]
    before = synthesise(read_evidence(written(tmp_path / "one.csv", *rows)), spec(), [])
    rows.append(GOOD | {"series_id": "c", "cohort": "c", "success_k": "15"})
    after = synthesise(read_evidence(written(tmp_path / "two.csv", *rows)), spec(), [])
    counts = [
        (row.n_events, row.n_procedures)
        for each in (before, after)
        for row in found(each.rows, "pooled_proportion", headline=True)
    ]
    assert counts == [(38, 40), (53, 60)]


def test_one_series_of_each_cohort_is_used_unless_all_are_wanted() -> None:
    """Two reports of one centre may hold the same people twice."""
    evidence = [series("old", 9, 10, cohort="x"), series("new", 28, 30, cohort="x")]
    used = [each.series.series_id for each in decide(evidence, "success", spec()) if each.used]
    assert used == ["new"]
    every = decide(evidence, "success", spec(one_per_cohort=False))
    assert all(each.used for each in every)


def test_each_reason_to_stay_out_is_given() -> None:
    """What is listed without a reason looks forgotten."""
    patients = Count(events=3, trials=4, scope="any", per="patient")
    narrow = Count(events=3, trials=9, scope="serious", per="procedure")
    wanted = spec(outcomes=[{"id": "success", "label": "Success", "scopes": ["any"]}])
    evidence = [
        series("left", 1, 9, include=False, reason="Twice."),
        series("part", 1, 9, part_of="left"),
        series("child", 1, 9, population="child"),
        series("mixed", 1, 9, modality="mixed"),
        series("silent", 1, 9, counts={}),
        series("people", 1, 9, counts={"success": patients}),
        series("narrow", 1, 9, counts={"success": narrow}),
    ]
    kinds = [each.kind for each in decide(evidence, "success", wanted)]
    assert kinds == [
        "left_out", "part", "population", "modality", "not_reported", "per_patient", "scope",
    ]  # fmt: skip
    assert all(each.reason for each in decide(evidence, "success", wanted))


def live_rows() -> list[ResultRow]:
    base = ResultRow(
        analysis="rates", kind="rate", estimand="proportion", outcome="reached", level="all",
        method="clopper_pearson", headline=True, n_events=88, n_procedures=99, estimate=88 / 99,
        perspective="as_published",
    )  # fmt: skip
    aware = replace(base, perspective="cluster_aware", method="korn_graubard", ci_low=0.7)
    described = replace(base, analysis="all_climbs", kind="describe", outcome="minutes")
    return [
        base,
        aware,
        *(
            replace(described, estimand=name, estimate=value)
            for name, value in (("mean", 7.5), ("sd", 2.0), ("n", 97.0))
        ),
    ]


LIVE = {
    "series": "own", "analysis": "rates", "outcomes": {"success": "reached"},
    "quantities": [
        {"name": "time", "kind": "climb", "unit": "min", "analysis": "all_climbs",
         "outcome": "minutes"},
    ],
}  # fmt: skip


def test_the_study_enters_with_its_own_tables_and_its_printed_row_leaves() -> None:
    """The printed count may be wrong; the run's own one is what the other pages show."""
    evidence = [series("own", 50, 60), series("own_part", 5, 9, part_of="own"), series("b", 8, 9)]
    rows = synthesise(evidence, spec(live=LIVE), live_rows()).rows
    own = found(rows, "proportion", subset="own")
    assert [(row.n_events, row.perspective) for row in own] == [
        (88, "as_published"),
        (88, "cluster_aware"),
    ]
    assert found(rows, "proportion", subset="own_part") == []
    assert found(rows, "pooled_proportion", headline=True)[0].n_procedures == 108
    assert found(rows, "reported_mean", subset="own")[0].estimate == 7.5
    with pytest.raises(UserError, match="is no series_id"):
        with_live(evidence, LIVE | {"series": "owm"}, live_rows())


def test_a_ranking_needs_prediction_intervals_that_do_not_overlap() -> None:
    """A rule made before the figures were seen, not an impression of the plot."""
    apart = [
        *(series(f"r{i}", k, 400) for i, k in enumerate((80, 82, 79, 81))),
        *(series(f"l{i}", k, 400, modality="ladder") for i, k in enumerate((320, 318, 322, 321))),
    ]
    row = found(synthesise(apart, spec(), []).rows, "ranking")[0]
    assert row.status == "ok" and "Ladder above Rope" in row.note
    alike = [replace(one, modality="rope" if i % 2 else "ladder") for i, one in enumerate(apart)]
    row = found(synthesise(alike, spec(), []).rows, "ranking")[0]
    assert row.status == "refused"
    assert row.note.startswith("No ranking is supportable") and "overlap" in row.note
    full = [series(f"f{i}", 20, 20, modality="rope" if i % 2 else "ladder") for i in range(8)]
    row = found(synthesise(full, spec(), []).rows, "ranking")[0]
    assert row.status == "refused" and "8 of 8 series the count is none or all" in row.note


def quantity(**changes: Any) -> Quantity:
    base = Quantity(
        name="time", kind="climb", stat="mean", centre=10.0, unit="min", sd=2.0, n=20, spread="",
        per="procedure",
    )  # fmt: skip
    return replace(base, **changes)


def test_only_like_means_are_pooled_and_the_others_are_listed() -> None:
    """A median, another clock or a mean of patients in the sum would make it meaningless."""
    evidence = [
        series("a", 9, 9, quantities=(quantity(),)),
        series("b", 9, 9, quantities=(quantity(centre=12.0),)),
        series("c", 9, 9, quantities=(quantity(stat="median", centre=90.0),)),
        series("d", 9, 9, quantities=(quantity(per="patient", centre=90.0),)),
        series("e", 9, 9, quantities=(quantity(sd=None, centre=90.0),)),
        series("f", 9, 9, quantities=(quantity(kind="walk", centre=90.0),)),
    ]
    result = synthesise(evidence, spec(), [])
    pooled = found(result.rows, "pooled_mean", outcome="climb")
    assert [row.estimate for row in pooled] == [pytest.approx(11.0)]
    alone = found(result.rows, "pooled_mean", outcome="walk")[0]
    assert alone.status == "refused" and "1 series of 2 needed" in alone.note
    kinds = {
        line["series_id"]: line["kind"] for line in result.account if line["outcome"] == "time"
    }
    assert kinds == {
        "a": "", "b": "", "c": "median", "d": "per_patient", "e": "no_sd", "f": "too_few",
    }  # fmt: skip
    assert len(found(result.rows, "reported_median")) == 1


def views(kind: str) -> View:
    evidence = [
        series("own", 50, 60),
        series("b", 9, 9, quantities=(quantity(),)),
        series("c", 20, 20, modality="ladder"),
        series("d", 19, 20, modality="ladder", read_in="secondary"),
        series("e", 9, 9, modality="mixed"),
    ]
    result = synthesise(evidence, spec(live=LIVE), live_rows())
    view = {
        "kind": kind, "study": STUDY, "variables": {},
        "spec": {
            "id": "synthesis_success", "outcome": "success", "label": "Success", "note": "",
            "modalities": SPEC["modalities"], "outcomes": SPEC["outcomes"],
        },
    }  # fmt: skip
    account = pd.DataFrame(result.account, columns=list(ACCOUNT_COLUMNS))
    return View.from_settings(view, rows=result.rows, frames=[account])


def test_the_forest_plot_tells_series_pool_and_prediction_apart() -> None:
    """The diamond alone hides how far the next series may lie."""
    with house_style():
        drawing = draw("synthesis", views("synthesis"))
    assert {record["what"] for record in drawing.records} >= {"live", "series", "pool"}
    assert "88/99" in drawing.alt and "No ranking is supportable" in drawing.alt


def test_the_tables_show_every_series_and_every_reason() -> None:
    """A series that vanishes without a word looks like a choice of results."""
    table = make("synthesis", views("synthesis"))
    headings = [line.heading for line in table.lines]
    assert "Success: Rope" in headings and "Pooled" in headings
    assert any("cluster-aware" in line.cells.get("note", "") for line in table.lines)
    other = make("not_comparable", views("not_comparable"))
    texts = " ".join(" ".join((line.heading, *line.cells.values())) for line in other.lines)
    assert "Read in another text than the source" in texts
    assert "A modality that is not compared" in texts
    assert {record["series_id"] for record in other.records} >= {"e"}


DOSES: dict[str, Any] = {
    "dose": "msv", "raw_dose": "dlp", "raw_unit": "mGy*cm", "by": "rope_length",
    "patients_by": "rope_length",
    "factors": {"mGy*cm": {"central": 0.02, "low": 0.01, "high": 0.03, "source": "A 2000"}},
    "protocols": [
        {"id": "low", "series": "low", "note": ""},
        {"id": "none", "series": "", "msv": 0.0, "note": "No radiation."},
    ],
}  # fmt: skip


def dose_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cluster": [1, 1, 2, 3],
            "msv": [2.0, 4.0, 6.0, None],
            "dlp": [100.0, 200.0, 300.0, 400.0],
            "rope_length": ["long", "long", "short", "short"],
        }
    )


def test_doses_add_up_over_the_schedule_with_the_range_of_the_factors() -> None:
    """The factor alone moves the dose by as much as what is compared."""
    low = quantity(name="dose", kind="DLP", stat="median", centre=50.0, unit="mGy*cm", sd=None)
    evidence = [series("low", 9, 9, quantities=(low,))]
    rows = cumulative_dose(dose_table(), evidence, DOSES, {1: 6, 5: 18}, schedule="plan A")
    planned = found(rows, "cumulative_dose_planned", subset="years=5")
    values = {row.level: (row.estimate, row.ci_low, row.ci_high) for row in planned}
    assert values["long"] == pytest.approx((18 * 3.0, 18 * 1.5, 18 * 4.5))
    assert values["low"] == pytest.approx((18 * 1.0, 18 * 0.5, 18 * 1.5))
    assert values["none"] == (0.0, 0.0, 0.0)
    assert all(row.ci_level != row.ci_level for row in planned)  # NaN: no confidence interval
    assert "median" in next(row.note for row in planned if row.level == "low")
    sums = patient_sums(dose_table(), DOSES)
    assert list(sums["dose_msv"]) == [6.0, 0.0, 6.0]
    # A procedure without a recorded dose adds nothing to either end.
    assert list(sums["low_msv"]) == [3.0, 0.0, 3.0]
    assert sums["n_missing"].sum() == 1 and "cluster" not in sums
    view = {
        "kind": "cumulative_dose", "study": STUDY,
        "variables": {"rope_length": {"type": "category", "labels": {"long": "Long"}}},
        "spec": {
            "id": "cumulative_dose", "by": "rope_length", "patients_by": "rope_length",
            "years": [1, 5], "protocols": {"low": "Low", "none": "None"},
            "factors": DOSES["factors"], "note": "",
        },
    }  # fmt: skip
    shown = View.from_settings(view, rows=rows, frames=[sums])
    long = [line for line in make("cumulative_dose", shown).lines if line.heading == "Long"]
    assert long[0].cells["years=5"] == "54.0 (27.0 to 81.0)"
    assert "median 6.00 (3.00 to 9.00)" in long[1].cells["note"]
    with house_style():
        assert "Projected, Low: 1 years" in draw("cumulative_dose", shown).alt


def test_names_of_the_synthesis_that_lead_nowhere_are_mistakes_of_the_configuration() -> None:
    """They would otherwise surface as a crash after an hour of computing."""
    raw = settings.yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    wrong = copy.deepcopy(raw)
    wrong["synthesis"]["live"]["analysis"] = "succes_and_complications"
    wrong["synthesis"]["cumulative_dose"]["by"] = "spondylodesiss"
    wrong["synthesis"]["cumulative_dose"]["protocols"][0]["msv"] = 1.0
    with pytest.raises(settings.SettingsError) as error:
        settings.complete(wrong, SCHEMA)
    text = "\n".join(error.value.lines)
    assert "synthesis.live.analysis" in text and "Did you mean" in text
    assert "synthesis.cumulative_dose.by" in text
    assert "synthesis.cumulative_dose.protocols[0]: give a series, or a dose as msv" in text
    complete = settings.complete(raw, SCHEMA)
    assert plan_synthesis.pooled(complete) == ["success", "complications"]
    assert len(plan_synthesis.shown_tables(complete)) == 3
    assert plan_synthesis.dose_parameters(complete)["regimen"]["name"] == "eu"
