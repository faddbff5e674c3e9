"""What moved between two runs is told, and nothing else is."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from procohort import runs
from procohort.moved import compare_runs, moved_rows, moved_settings, moved_verdicts, summarise
from procohort.results import ResultRow, write_rows

ROW = ResultRow(
    analysis="diet",
    kind="compare",
    estimand="hodges_lehmann_shift",
    outcome="seconds",
    perspective="as_published",
    method="mann_whitney_asymptotic",
    headline=True,
    n_procedures=40,
    estimate=1.5,
    p=0.04,
)


def changed(**values: Any) -> ResultRow:
    """The row with other values."""
    return dataclasses.replace(ROW, **values)


def test_equal_rows_have_not_moved_whatever_their_order() -> None:
    """Rows are matched by what they are, not by where they stand."""
    other = changed(outcome="errors")
    assert moved_rows([ROW, other], [other, ROW]) == []


def test_a_p_value_that_crosses_five_percent_comes_first_and_is_marked() -> None:
    """It is what a reader must not miss."""
    minor = changed(outcome="errors")
    moved = moved_rows(
        [minor, ROW], [dataclasses.replace(minor, estimate=1.6), changed(p=0.06, estimate=1.2)]
    )
    assert moved[0].field == "p"
    assert moved[0].conclusion_changes
    assert (moved[0].before, moved[0].after) == ("0.04", "0.06")
    assert [item.conclusion_changes for item in moved[1:]] == [False, False]


def test_noise_in_the_last_bits_is_no_movement() -> None:
    """Another processor may add in another order."""
    assert moved_rows([ROW], [changed(estimate=1.5 * (1 + 1e-13))]) == []
    assert moved_rows([ROW], [changed(estimate=1.5001)]) != []


def test_rows_that_came_or_went_are_named() -> None:
    """A refused analysis that vanishes must not vanish from the comparison."""
    moved = moved_rows([ROW], [changed(outcome="errors")])
    assert {item.field for item in moved} == {"appeared", "vanished"}


def test_rows_of_one_identity_are_told_apart_by_their_order() -> None:
    """Two subsets may give rows that are called the same."""
    moved = moved_rows([ROW, changed(estimate=2.0)], [ROW, changed(estimate=3.0)])
    assert [(item.before, item.after) for item in moved] == [("2", "3")]


def test_settings_are_named_by_their_path_and_lists_by_their_ids() -> None:
    """A person must find the line that was changed."""
    before = {"methods": {"ci_level": 0.95}, "comparisons": [{"id": "diet", "subset": ""}]}
    after = {"methods": {"ci_level": 0.9}, "comparisons": [{"id": "diet", "subset": "a > 1"}]}
    moved = moved_settings(before, after)
    assert [item.what for item in moved] == ["comparisons[diet].subset", "methods.ci_level"]


def test_a_verdict_that_becomes_another_comes_before_a_figure_that_moved() -> None:
    """Verdicts are what a reviewer reads."""
    before = [{"id": "a", "verdict": "reproduced", "found": "1"}]
    before.append({"id": "b", "verdict": "reproduced", "found": "2"})
    after = [{"id": "a", "verdict": "reproduced", "found": "1.0"}]
    after.append({"id": "b", "verdict": "differs", "found": "3"})
    moved = moved_verdicts(before, after)
    assert [(item.what, item.field) for item in moved] == [
        ("b", "verdict"),
        ("a", "found"),
        ("b", "found"),
    ]


def test_a_summary_counts_what_it_leaves_out() -> None:
    """A terminal holds forty lines; the rest must be known to exist."""
    moved = moved_rows([], [changed(outcome=f"outcome_{n}") for n in range(50)])
    text = summarise(moved, most=10)
    assert "Results that moved: 50" in text
    assert "40 more" in text
    assert "Nothing moved" in summarise([])


def run_made(folder: Path, row: ResultRow, verdict: str = "reproduced") -> Path:
    """Write the results of a run."""
    results = folder / "results"
    results.mkdir(exist_ok=True)
    write_rows(results / runs.ESTIMATES, [row])
    card = {"verdicts": [{"id": "a", "verdict": verdict, "found": "1"}]}
    (results / runs.SCORECARD).write_text(json.dumps(card), encoding="utf-8")
    return results


def test_the_run_before_is_kept_and_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changing the configuration and asking must compare with what was there before."""
    monkeypatch.chdir(tmp_path)
    results = run_made(tmp_path, ROW)
    assert runs.earlier_run({"a": 1}) is None
    runs.remember_run({"a": 1})
    run_made(tmp_path, changed(p=0.2), "differs")
    before = runs.earlier_run({"a": 2})
    assert before is not None
    moved, known = compare_runs(before, results, {"a": 2})
    assert known
    assert [item.kind for item in moved] == ["setting", "verdict", "result"]


def test_asking_after_the_new_run_was_kept_compares_with_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person may run first and ask later."""
    monkeypatch.chdir(tmp_path)
    run_made(tmp_path, ROW)
    runs.remember_run({"a": 1})
    runs.remember_run({"a": 1})
    run_made(tmp_path, changed(p=0.2))
    runs.remember_run({"a": 2})
    before = runs.earlier_run({"a": 2})
    assert before == runs.KEPT / "before"
    assert json.loads((before / runs.SETTINGS).read_text(encoding="utf-8")) == {"a": 1}


def test_a_folder_that_is_given_goes_before_the_runs_that_were_kept(tmp_path: Path) -> None:
    """Two folders of results can be compared, from wherever they come."""
    assert runs.earlier_run({}, given=str(tmp_path)) == tmp_path


def test_a_run_without_results_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target of its own, such as a reconstruction, must not push out the last run."""
    monkeypatch.chdir(tmp_path)
    runs.remember_run({})
    assert not runs.KEPT.exists()
