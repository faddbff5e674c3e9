"""How far a long job is, in whole lines on the terminal.

Jobs run side by side and share the terminal with Snakemake's own lines, so a bar that
overwrites its line would wipe out another one's. A job therefore says a whole line now
and then, the first one late enough that short jobs say nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

# Set by the run that starts the jobs when it was asked to be quiet.
QUIET = "PROCOHORT_QUIET"

FIRST_AFTER_S, EVERY_S = 10.0, 10.0

# Called by a long loop with the number of things done and the number of all.
Report = Callable[[int, int], None]


def unheard(done: int, total: int) -> None:
    """Report to nobody: what a library function does when no one listens."""


class Progress:
    """A `Report` that says on the terminal what is done and how long it still takes.

    Parameters
    ----------
    what : str
        The job, as people call it.
    things : str
        What is counted, in the plural.
    screen : TextIO, optional
        Where the lines go; the terminal if there is one, else nowhere.
    clock : callable
        Seconds since some moment.

    Examples
    --------
    >>> seconds = iter([0.0, 5.0, 12.0])
    >>> report = Progress("Simulation", "cohorts", screen=sys.stdout, clock=lambda: next(seconds))
    >>> report(100, 1000)
    >>> report(250, 1000)
    Simulation: 250 of 1,000 cohorts, about 40 s left
    """

    def __init__(
        self,
        what: str,
        things: str,
        *,
        screen: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._things = what, things
        self._screen = screen or terminal()
        self._clock = clock
        self._begun = clock()
        self._next = self._begun + FIRST_AFTER_S

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is, if it is time to."""
        if self._screen is None or done >= total:
            return
        now = self._clock()
        if now < self._next:
            return
        self._next = now + EVERY_S
        left = about((now - self._begun) * (total - done) / done) if done else "just begun"
        # One write: lines of jobs that run side by side must not mix.
        self._screen.write(f"{self._what}: {done:,} of {total:,} {self._things}, {left}\n")
        self._screen.flush()


def terminal() -> TextIO | None:
    """Return the terminal of this process, None if there is none or quiet was asked for.

    The stream that the process began with: a job's messages go to its log meanwhile.
    """
    stream = sys.__stderr__
    return stream if stream and stream.isatty() and not os.environ.get(QUIET) else None


def about(seconds: float) -> str:
    """Return a remaining time as people say it, no finer than it is known.

    Examples
    --------
    >>> about(3), about(44), about(130), about(5500)
    ('a few seconds left', 'about 40 s left', 'about 2 min left', 'about 1.5 h left')
    """
    if seconds < 10:
        return "a few seconds left"
    if seconds < 95:
        return f"about {round(seconds, -1):.0f} s left"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds / 3600:.1f} h left"
