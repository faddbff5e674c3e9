"""Opening a study: settings checked before anything runs, mistakes told and no traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from procohort.jobs import EXIT_SETTINGS
from procohort.settings import Settings, SettingsError, complete, missing_files

HOME_CONFIG = Path("config.yaml")
STATE = Path(".snakemake")

# Kept open as long as the process lives: the operating system's lock goes with it.
_held: list[IO[str]] = []


def open_study(
    config: Mapping[str, Any], *, schema: str | Path, given: Sequence[str | Path] = ()
) -> Settings:
    """Return the checked settings of the study in the working folder.

    Parameters
    ----------
    config : mapping
        The configuration as Snakemake read it, overrides included.
    schema : path
        The schema of the configuration.
    given : sequence of path
        Files named with ``--configfile``.

    Raises
    ------
    SystemExit
        With the exit code for configuration mistakes, after printing each in
        one line.
    """
    try:
        _refuse_mixture(given)
        settings = complete(config, schema)
        lines = missing_files(settings, Path())
        if lines:
            raise SettingsError([f"{HOME_CONFIG}: {line}" for line in lines])
    except SettingsError as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        raise SystemExit(EXIT_SETTINGS) from None
    return settings


def _refuse_mixture(given: Sequence[str | Path]) -> None:
    """Refuse a second configuration: Snakemake would merge it into the study's own.

    A study would then inherit what the other one says and it does not.
    """
    others = [path for path in given if Path(path).resolve() != HOME_CONFIG.resolve()]
    if others and HOME_CONFIG.exists():
        other = Path(os.path.relpath(others[0]))
        folder = other.parent
        raise SettingsError(
            [
                f"--configfile {other}: would be mixed with {HOME_CONFIG} of this folder. "
                f"Run the other study with --directory {folder}, "
                "or change single keys with --config key=value."
            ]
        )


def release_stale_locks(state: Path = STATE) -> None:
    """Remove Snakemake's locks of a run that no longer lives.

    Snakemake locks the folder with files, which stay behind when a run is killed
    and would stop the next one. A lock of the operating system on a file beside
    them ends with its process: whoever gets it knows that no other run lives. If
    another one does, nothing is touched and Snakemake says so itself.
    """
    try:
        import fcntl
    except ImportError:  # not on Windows: there the locks are removed with --unlock
        return
    state.mkdir(exist_ok=True)
    handle = (state / "procohort.lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return
    _held.append(handle)
    for lock in (state / "locks").glob("*"):
        lock.unlink(missing_ok=True)
