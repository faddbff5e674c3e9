"""How a job ends: a user's mistake in plain lines, ours in the log, each with its code."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from procohort import jobs


@pytest.fixture
def snakemake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.chdir(tmp_path)
    return SimpleNamespace(rule="clean", log=[str(tmp_path / "clean.log")])


def test_a_users_mistake_ends_with_its_lines_and_no_traceback(
    snakemake: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines name file, row and remedy; a traceback would bury them."""
    with pytest.raises(SystemExit) as ended, jobs.job(snakemake):
        raise jobs.UserError(["a.csv: row 2: wrong", "a.csv: row 3: wrong"])
    assert ended.value.code == jobs.EXIT_DATA
    assert Path(snakemake.log[0]).read_text() == "a.csv: row 2: wrong\na.csv: row 3: wrong\n"
    with pytest.raises(SystemExit) as told:
        jobs.end_with_errors()
    assert told.value.code == jobs.EXIT_DATA
    assert capsys.readouterr().err == "a.csv: row 2: wrong\na.csv: row 3: wrong\n"


def test_an_error_of_ours_leaves_its_traceback_in_the_log(snakemake: SimpleNamespace) -> None:
    """We need the traceback; the user needs one line that says where it is."""
    with pytest.raises(SystemExit) as ended, jobs.job(snakemake):
        raise KeyError("gone")
    assert ended.value.code == jobs.EXIT_INTERNAL
    assert "Traceback" in Path(snakemake.log[0]).read_text()


def test_an_error_of_ours_is_not_hidden_behind_a_users_mistake(
    snakemake: SimpleNamespace,
) -> None:
    """Two jobs may fail in one run."""
    for error in (jobs.UserError(["x"]), KeyError("gone")):
        with pytest.raises(SystemExit), jobs.job(snakemake):
            raise error
    with pytest.raises(SystemExit) as told:
        jobs.end_with_errors()
    assert told.value.code == jobs.EXIT_INTERNAL


def test_what_a_job_prints_goes_to_its_log(snakemake: SimpleNamespace) -> None:
    """The screen shows progress; details are in the log of the rule."""
    with jobs.job(snakemake):
        print("42 rows")
    assert Path(snakemake.log[0]).read_text() == "42 rows\n"
