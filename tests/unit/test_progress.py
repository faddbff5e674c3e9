"""What long work says on a terminal: how far it is and how long it still takes."""

from __future__ import annotations

import io
import logging
import os
import sys
from typing import Any

import pytest

from procohort import progress, run_watch
from procohort.progress import Progress
from procohort.run_watch import Remaining, RunWatch


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the moment."""
        return self.now


class Terminal(io.StringIO):
    """A screen that a person looks at."""

    def isatty(self) -> bool:
        """Claim to be a terminal."""
        return True


@pytest.fixture(autouse=True)
def nobody_asked_for_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(progress.QUIET, "")


def test_a_long_loop_says_what_how_far_and_how_long_still() -> None:
    """The three things that a waiting person asks."""
    clock, screen = Clock(), io.StringIO()
    report = Progress("Trying methods", "cohorts", screen=screen, clock=clock)
    clock.now += 40
    report(1200, 4000)
    assert screen.getvalue() == "Trying methods: 1,200 of 4,000 cohorts, about 90 s left\n"


def test_a_short_loop_says_nothing_and_a_long_one_not_all_the_time() -> None:
    """A hundred jobs of a second each must not fill the screen."""
    clock, screen = Clock(), io.StringIO()
    report = Progress("Loop", "steps", screen=screen, clock=clock)
    for done in range(1, 101):
        clock.now += 0.25
        report(done, 100)
    lines = screen.getvalue().splitlines()
    assert [line.split(": ")[1].split(" of")[0] for line in lines] == ["40", "80"]


def test_the_last_step_is_left_to_snakemake() -> None:
    """It says itself that the job is finished."""
    clock, screen = Clock(), io.StringIO()
    report = Progress("Loop", "steps", screen=screen, clock=clock)
    clock.now += 60
    report(5, 5)
    assert screen.getvalue() == ""


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log file or a pipe has no one who waits."""
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    assert progress.terminal() is None
    screen = Terminal()
    monkeypatch.setattr(sys, "__stderr__", screen)
    assert progress.terminal() is screen
    monkeypatch.setenv(progress.QUIET, "1")
    assert progress.terminal() is None


def test_a_library_function_reports_to_nobody_unless_asked() -> None:
    """Simulations and the multiverse stay silent in tests and notebooks."""
    said: list[tuple[int, int]] = []
    progress.unheard(1, 2)
    from procohort.validation.cell import run_part

    parameters = {
        "cell": {"kind": "rate", "rate": 0.02, "rate_in_group": 0.02, "spread": "even"},
        "shape": {
            "n_rows": 60,
            "n_patients": 12,
            "n_patients_in_group": 5,
            "smallest": 2,
            "largest": 12,
            "size_dispersion": 2.0,
            "median": 10.0,
            "sd_log": 0.6,
            "resolution": 0.5,
            "event_spread": {"even": None},
        },
        "cohorts": [3, 6],
        "n_resamples": 9,
    }
    heard = run_part(parameters, lambda done, total: said.append((done, total)))
    assert said == [(1, 3), (2, 3), (3, 3)]
    assert run_part(parameters) == heard


def test_the_rest_of_a_run_is_judged_by_rule() -> None:
    """Three quick steps say nothing about the long one to come, its like do."""
    clock = Clock()
    rest = Remaining({"draw": 4, "simulate": 3}, clock)
    assert rest.left_s() is None
    rest.start(1, "simulate")
    clock.now += 60
    rest.end(1)
    rest.start(2, "draw")
    clock.now += 2
    rest.end(2)
    # Three figures of 2 s and two simulations of 60 s, one after the other.
    assert rest.left_s() == pytest.approx(126)


def test_jobs_side_by_side_halve_the_rest() -> None:
    """Two cores do two seconds of work in one."""
    clock = Clock()
    rest = Remaining({"simulate": 6}, clock)
    for job in (1, 2):
        rest.start(job, "simulate")
    clock.now += 30
    for job in (1, 2):
        rest.end(job)
    assert rest.left_s() == pytest.approx(60)


def test_what_a_running_job_has_done_counts() -> None:
    """Else the time left would stand still while the last job runs, and then jump."""
    clock = Clock()
    rest = Remaining({"simulate": 2}, clock)
    rest.start(1, "simulate")
    clock.now += 40
    rest.end(1)
    rest.start(2, "simulate")
    clock.now += 30
    assert rest.left_s() == pytest.approx(10)


@pytest.fixture
def logger(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """A logger with one handler that shows everything, as Snakemake's on a plain run."""
    monkeypatch.setattr(run_watch, "LOGGER", "a run")
    logger = logging.getLogger("a run")
    logger.setLevel(logging.INFO)
    monkeypatch.setattr(logger, "handlers", [logging.StreamHandler(io.StringIO())])
    return logger


def tell(logger: logging.Logger, event: str, message: str = "", **fields: Any) -> None:
    logger.info(message, extra={"event": event or None, **fields})


def run_of_two_jobs(logger: logging.Logger, clock: Clock) -> None:
    tell(logger, "run_info", stats={"simulate": 2, "total": 2})
    for job in (1, 2):
        output = [f"results/{job}.csv"]
        tell(logger, "job_info", jobid=job, rule_name="simulate", output=output)
        clock.now += 50
        tell(logger, "job_finished", job_id=job)
        tell(logger, "progress", done=job, total=2)


def test_a_run_says_how_long_all_of_it_still_takes(logger: logging.Logger) -> None:
    """Snakemake says how many steps are done, not how long the others take."""
    clock, screen = Clock(), Terminal()
    logger.addHandler(RunWatch(lambda: None, screen=screen, clock=clock))
    run_of_two_jobs(logger, clock)
    assert screen.getvalue() == "The whole run: 1 of 2 steps, about 50 s left\n"


def test_a_run_knows_what_it_has_made(logger: logging.Logger) -> None:
    """What is said at its end depends on which target was asked for."""
    assert run_watch.made_in_this_run() == []
    run_watch.watch_run(lambda: None)
    run_watch.watch_run(lambda: None)
    assert len(logger.handlers) == 2
    run_of_two_jobs(logger, Clock())
    assert run_watch.made_in_this_run() == ["results/1.csv", "results/2.csv"]


def test_a_run_that_is_asked_to_be_quiet_is_quiet_and_so_are_its_jobs(
    logger: logging.Logger,
) -> None:
    """`--quiet progress` must not be outvoted."""
    logger.handlers[0].addFilter(lambda record: record.__dict__["event"] == "job_info")
    clock, screen = Clock(), Terminal()
    called: list[str] = []
    logger.addHandler(RunWatch(lambda: called.append("x"), screen=screen, clock=clock))
    run_of_two_jobs(logger, clock)
    tell(logger, "", "Nothing to be done (all requested files are present and up to date).")
    assert (screen.getvalue(), called) == ("", [])
    assert os.environ[progress.QUIET] == "1"


def test_a_run_with_nothing_to_do_is_noticed(logger: logging.Logger) -> None:
    """Snakemake calls no hook then, and the person still wants to know where to look."""
    called: list[str] = []
    logger.addHandler(RunWatch(lambda: called.append("x")))
    tell(logger, "", "Building DAG of jobs...")
    tell(logger, "", "Nothing to be done (all requested files are present and up to date).")
    assert called == ["x"]


def test_a_message_of_another_form_does_no_harm(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later Snakemake may tell other things; a run must not fail of what only watches."""
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logger.addHandler(RunWatch(lambda: None, screen=Terminal()))
    tell(logger, "run_info", stats={"simulate": 2})
    tell(logger, "job_info", rule_name="simulate")
    tell(logger, "progress")
