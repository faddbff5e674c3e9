"""A run watched from outside: how long all of it still takes, and which files it made.

Snakemake tells its logger when a job starts and ends; this listener only keeps count.
It prints on a terminal alone, and is as quiet there as Snakemake was asked to be.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from procohort.progress import QUIET, about

LOGGER = "snakemake.logging"
FIRST_AFTER_S, EVERY_S = 30.0, 30.0
# Of all steps; before that, too little is known of how long they take.
FIRST_SHARE = 0.05

_NOTHING = "Nothing to be done"


class Remaining:
    """How long the rest of a run takes, judged by what its jobs have taken so far.

    A step that is still to come is taken to last as long as those of its rule did on
    average, or as all did if none of its rule has ended yet.

    Parameters
    ----------
    jobs : mapping of str to int
        Number of jobs by rule.
    clock : callable
        Seconds since some moment.
    """

    def __init__(self, jobs: Mapping[str, int], clock: Callable[[], float]) -> None:
        self._jobs, self._clock = dict(jobs), clock
        self._begun = clock()
        self._running: dict[int, tuple[str, float]] = {}
        self._ended: dict[str, list[float]] = {}

    def start(self, job: int, rule: str) -> None:
        """Note that a job begins."""
        self._running[job] = (rule, self._clock())

    def end(self, job: int) -> None:
        """Note that a job is over; one that was never begun counts as nothing."""
        if job in self._running:
            rule, begun = self._running.pop(job)
            self._ended.setdefault(rule, []).append(self._clock() - begun)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._begun

    def left_s(self) -> float | None:
        """Return the seconds that the rest takes, None as long as no job has ended."""
        durations = [seconds for rule in self._ended.values() for seconds in rule]
        if not durations:
            return None
        now = self._clock()
        overall = sum(durations) / len(durations)
        work = 0.0
        for rule, n_jobs in self._jobs.items():
            ended = self._ended.get(rule, [])
            usual = sum(ended) / len(ended) if ended else overall
            begun = [since for name, since in self._running.values() if name == rule]
            waiting = max(n_jobs - len(ended) - len(begun), 0)
            work += waiting * usual + sum(max(usual - (now - since), 0.0) for since in begun)
        done = sum(durations) + sum(now - since for _, since in self._running.values())
        # Jobs run side by side: so much work was done in a second of the clock.
        pace = done / self.elapsed_s if self.elapsed_s > 0 else 0.0
        return work / pace if pace > 0 else None


class RunWatch(logging.Handler):
    """Listens to what Snakemake tells its logger.

    Parameters
    ----------
    on_nothing : callable
        Called when there is nothing to do; Snakemake calls no hook then.
    screen : TextIO, optional
        Where lines on the time left go; the terminal if there is one, else nowhere.
    clock : callable
        Seconds since some moment.

    Attributes
    ----------
    made : list of str
        Output files of the jobs that were begun.
    """

    def __init__(
        self,
        on_nothing: Callable[[], None],
        *,
        screen: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._on_nothing, self._clock = on_nothing, clock
        self._screen = screen or (sys.stderr if sys.stderr.isatty() else None)
        self._remaining: Remaining | None = None
        self._next = 0.0
        self.made: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of one message of Snakemake's; a run never fails because of it."""
        try:
            self._take(record)
        except Exception:
            self.handleError(record)

    def _take(self, record: logging.LogRecord) -> None:
        event = str(getattr(record, "event", None) or "")
        if event == "run_info":
            self._begin(record)
        elif event == "job_info":
            self._job(record.__dict__)
        elif event == "job_finished" and self._remaining:
            self._remaining.end(record.__dict__["job_id"])
        elif event == "progress":
            self._say(record)
        elif not event and str(record.msg).startswith(_NOTHING) and _is_told(record, self):
            self._on_nothing()

    def _begin(self, record: logging.LogRecord) -> None:
        stats = record.__dict__.get("stats") or {}
        jobs = {rule: int(count) for rule, count in stats.items() if rule != "total"}
        self._remaining = Remaining(jobs, self._clock)
        self._next = self._clock() + FIRST_AFTER_S
        # Jobs are processes of their own: this is how they learn of it.
        os.environ[QUIET] = "" if _is_told(record, self) else "1"

    def _job(self, told: Mapping[str, Any]) -> None:
        self.made += map(str, told.get("output") or ())
        if self._remaining:
            self._remaining.start(told["jobid"], str(told["rule_name"]))

    def _say(self, record: logging.LogRecord) -> None:
        done, total = record.__dict__["done"], record.__dict__["total"]
        if not (self._screen and self._remaining) or done >= total or not _is_told(record, self):
            return
        if self._clock() < self._next or done < FIRST_SHARE * total:
            return
        left = self._remaining.left_s()
        if left is not None:
            self._next = self._clock() + EVERY_S
            self._screen.write(f"The whole run: {done:,} of {total:,} steps, {about(left)}\n")
            self._screen.flush()


def _is_told(record: logging.LogRecord, watch: logging.Handler) -> bool:
    """Tell whether Snakemake itself shows this message on the screen (--quiet)."""
    return any(
        handler.filter(record)
        for handler in logging.getLogger(LOGGER).handlers
        if handler is not watch and not isinstance(handler, logging.FileHandler)
    )


def watch_run(on_nothing: Callable[[], None]) -> None:
    """Listen to this run, from the moment its rules are read.

    Parameters
    ----------
    on_nothing : callable
        Called when there is nothing to do.
    """
    logger = logging.getLogger(LOGGER)
    if not any(isinstance(handler, RunWatch) for handler in logger.handlers):
        logger.addHandler(RunWatch(on_nothing))


def made_in_this_run() -> list[str]:
    """Return the output files of the jobs that this run began, if `watch_run` listens to it."""
    for handler in logging.getLogger(LOGGER).handlers:
        if isinstance(handler, RunWatch):
            return handler.made
    return []
