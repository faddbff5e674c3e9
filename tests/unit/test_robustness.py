"""What an honest analysis leaves of a claim: found among result rows, said in one word."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from procohort.claims.robustness import WORDS
from procohort.claims.robustness_record import FLAT_COLUMNS, flat_record, nested_record
from procohort.claims.scorecard import write_csv, write_json
from procohort.results import ResultRow
from procohort.stats.inference import Inference
from procohort.stats.influence import leave_one_patient_out
from scorecard_samples import (
    AGREES,
    AWARE,
    BASE,
    STUDY,
    examined,
    judged,
    left_out,
    rate,
    specification,
    tipping_rows,
)

NAN = float("nan")
ROWS = [rate(), BASE, AGREES]


def test_a_conclusion_that_every_analysis_shares_survives() -> None:
    """Cluster-aware, under the other reading, with every choice: the same at 5 %."""
    items = [
        specification(1, BASE),
        specification(2, AGREES),
        specification(3, replace(BASE, p=0.03), factor="half"),
        specification(4, replace(AGREES, p=0.01), factor="half"),
    ]
    found = examined(ROWS, specifications=items, readings={"percent": judged(ROWS, "percent")})["p"]
    assert (found.word, found.changed_by) == ("survives", ())
    assert found.why == (
        "The same conclusion cluster-aware, under every reading and under every combination of "
        "choices."
    )


def test_what_changes_a_conclusion_is_named() -> None:
    """'Changes' without saying what changes it would be an accusation without evidence."""
    found = examined([rate(), BASE, AWARE])
    assert found["p"].changed_by == ("cluster-aware",)
    assert found["longer"].word == "changes"
    assert found["p"].why == "Another conclusion cluster-aware."


def test_a_choice_by_itself_is_named_with_its_perspective() -> None:
    """One choice at a time: the others stay as in the main analysis."""
    items = [
        specification(1, BASE),
        specification(2, AGREES),
        specification(3, replace(BASE, p=0.02), visits="first"),
        specification(4, replace(AGREES, p=0.3, ci_low=0.8), visits="first"),
        specification(5, replace(BASE, p=0.6), factor="half", visits="first"),
    ]
    found = examined(ROWS, specifications=items)["p"]
    assert found.changed_by == ("with visits: first of each child (cluster-aware)",)
    factor, visits = found.decisions
    assert factor.choices == ()
    assert [choice.id for choice in visits.choices] == ["all", "first"]
    assert visits.range_of("as_published", "p") == (0.004, 0.02)
    assert all(math.isnan(end) for end in factor.range_of("as_published", "p"))


def test_a_combination_counts_where_no_choice_alone_changes_anything() -> None:
    """'Survives' while some combination says otherwise would be cherry-picking."""
    items = [
        specification(1, BASE),
        specification(2, replace(BASE, p=0.01), factor="half"),
        specification(3, replace(BASE, p=0.02), visits="first"),
        specification(4, replace(BASE, p=0.6), factor="half", visits="first"),
    ]
    found = examined(ROWS, specifications=items)["p"]
    assert found.changed_by == ("in 1 of 4 combinations of choices (as published)",)
    assert (found.counted[0].n_p, found.counted[0].n_below) == (4, 3)


def test_a_change_of_the_main_analysis_is_not_counted_again_for_each_choice() -> None:
    """Where cluster-aware already differs, every choice repeats it; that is no further finding."""
    items = [
        specification(1, BASE),
        specification(2, AWARE),
        specification(3, replace(BASE, p=0.01), factor="half"),
        specification(4, replace(AWARE, p=0.3), factor="half"),
    ]
    found = examined([rate(), BASE, AWARE], specifications=items)["p"]
    assert found.changed_by == ("cluster-aware",)


def test_specifications_are_counted_by_perspective_and_none_is_left_out() -> None:
    """How many point as published, how many fall below 5 %, of how many that can say."""
    ranks = replace(BASE, estimand="rank_sum", headline=False, estimate=NAN, p=0.03)
    items = [
        specification(1, BASE),
        specification(2, ranks),
        specification(3, replace(BASE, estimate=-0.2, p=0.7), visits="first"),
        specification(4, replace(BASE, status="refused", estimate=NAN, p=NAN), factor="half"),
        specification(5, AGREES, reading="percent"),
    ]
    published, aware = examined(ROWS, specifications=items)["p"].counted
    assert (published.n, published.n_directed, published.n_agree) == (3, 2, 1)
    assert (published.n_p, published.n_below) == (3, 2)
    assert (published.n_headline, published.n_other) == (2, 1)
    assert (aware.n, aware.n_agree, aware.n_below) == (1, 1, 1)


def test_a_figure_changes_where_another_reading_no_longer_shows_it() -> None:
    """449 of 458 holds under one reading; 98.3 % under the other, whatever its arithmetic."""
    readings = {"percent": judged([rate(450), BASE, AGREES], "percent")}
    found = examined(ROWS, readings=readings)
    assert found["k"].word == "changes"
    assert found["k"].changed_by == ("under the reading percent, which shows 450",)
    assert found["pct"].changed_by == ("under the reading percent, which shows 98.3% (450/458)",)
    assert found["p"].word == "survives"
    assert found["p"].readings_differ is False


def test_a_test_changes_where_its_conclusion_does_not_where_its_digits_do() -> None:
    """p = 0.03 is not 'p < 0.01', but at 5 % a reader concludes the same."""
    for p, word in ((0.03, "survives"), (0.3, "changes")):
        other = [rate(), replace(BASE, p=p), AGREES]
        found = examined(ROWS, readings={"percent": judged(other, "percent")})["p"]
        assert found.word == word
        assert found.readings[0].verdict.verdict == "differs"


@pytest.mark.parametrize(
    ("claim", "rows", "why"),
    [
        ("t", ROWS, "No result stands beside it."),
        ("k", ROWS, "A figure without a test; the tables have one reading."),
        ("p", [rate(), BASE], "The cluster-aware analysis draws no conclusion."),
        (
            "p",
            [rate(), replace(BASE, n_procedures=44)],
            "Each child counts once, and no alternative is declared.",
        ),
    ],
)
def test_what_was_not_examined_says_why(claim: str, rows: list[ResultRow], why: str) -> None:
    """Silence is not survival."""
    found = examined(rows)[claim]
    assert (found.word, found.why) == ("not_examined", why)


def test_a_refused_cluster_aware_analysis_is_no_survival() -> None:
    """Its reason is passed on."""
    refused = replace(AWARE, status="refused", note="Too few children", p=NAN, estimate=NAN)
    found = examined([rate(), BASE, refused])["p"]
    assert found.word == "not_examined"
    assert "Too few children" in found.why


def test_the_tipping_point_is_that_of_the_printed_p_where_one_is_printed() -> None:
    """A direction has no printed p: its curve begins at what was found."""
    found = examined(ROWS, tipping=tipping_rows())
    printed, direction = found["p"].tipping, found["longer"].tipping
    assert printed is not None
    assert direction is not None
    assert (printed.row.estimate, printed.row.p, printed.icc_estimated) == (0.065, 0.01, 0.37)
    assert printed.equal_sizes is not None
    assert printed.equal_sizes.estimate == 0.077
    assert direction.row.estimate == 0.1
    assert math.isnan(direction.icc_estimated)


def test_leaving_out_keeps_the_headline_of_each_perspective() -> None:
    """Several answers are repeated; the one beside the verdict is the one shown."""
    note = "p 0.01 to 0.3; the 5 % conclusion turns for 2 of 44 patients left out."
    other = replace(AGREES, estimand="mean_difference")
    rows = [
        *ROWS,
        left_out(other, -1.0, 2.0, 0.9, ""),
        left_out(AGREES, 1.05, 1.2, 0.3, note),
        left_out(replace(BASE, estimand="rank_sum"), NAN, NAN, 0.02, ""),
    ]
    published, aware = examined(rows)["p"].left_out
    assert published.row.p == 0.02
    assert published.n_turned is None
    assert (aware.row.ci_low, aware.row.ci_high, aware.n_turned, aware.n_p) == (1.05, 1.2, 2, 44)


def test_the_number_of_turned_conclusions_is_read_as_it_is_written() -> None:
    """The count stands in the note of a result row; a new wording there must not lose it."""
    p_values = iter([0.01, 0.2, 0.02, 0.03])
    found = leave_one_patient_out(
        lambda keep: Inference("m", estimate=1.0, p=next(p_values)), np.array([1, 2, 3])
    )
    row = left_out(AGREES, 1.0, 1.0, found.p, found.note)
    shown = examined([*ROWS, row])["p"].left_out[0]
    assert (shown.n_turned, shown.n_p) == (1, 3)


def test_every_number_of_the_record_travels_with_n_unit_and_estimand() -> None:
    """A number without them cannot be read alone."""
    rows = [*ROWS, left_out(AGREES, 1.05, 1.2, 0.3, "")]
    items = [specification(1, BASE), specification(2, replace(BASE, p=0.01), factor="half")]
    readings = {"percent": judged(rows, "percent")}
    found = examined(rows, tipping=tipping_rows(), specifications=items, readings=readings)["p"]
    record = nested_record(found)
    factor = record["decisions"][0]
    parts = [
        record["tipping"],
        record["tipping"]["at_estimated_icc"],
        *record["leave_one_out"],
        *record["readings"][0]["answers"],
        *(answer for choice in factor["choices"] for answer in choice["answers"]),
    ]
    assert len(parts) == 7
    for part in parts:
        assert {"estimand", "method", "unit", "unit_of_analysis"} <= set(part)
        assert (part["n_procedures"], part["n_patients"]) == (458, 44)
    assert "ci_low" not in record["leave_one_out"][0]
    json.dumps(record, allow_nan=False)


def test_the_files_carry_the_record_and_its_flat_columns(tmp_path: Path) -> None:
    """JSON for machines, a few columns for a spreadsheet; without it both are as before."""
    verdicts = judged(ROWS)
    items = [specification(1, BASE), specification(2, AGREES)]
    left = examined(ROWS, tipping=tipping_rows(), specifications=items)
    write_json(tmp_path / "a.json", verdicts, study=STUDY, robustness=left)
    write_csv(tmp_path / "a.csv", verdicts, left)
    write_csv(tmp_path / "b.csv", verdicts)
    card = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    by_id = {record["id"]: record for record in card["verdicts"]}
    assert by_id["p"]["robustness"]["word"] in WORDS
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as handle:
        line = next(record for record in csv.DictReader(handle) if record["id"] == "p")
    shown = ("robustness", "tipping_icc", "icc_estimated", "n_specifications")
    assert [line[name] for name in shown] == ["survives", "0.065", "0.37", "2"]
    assert line["n_specifications_p_below_5"] == "2"
    header = (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert not set(FLAT_COLUMNS) & set(header)
    assert set(flat_record(None)) == set(FLAT_COLUMNS)
