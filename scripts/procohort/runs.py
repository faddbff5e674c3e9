"""Runs that are over: kept small, so that the next one can say what moved.

Only what a comparison needs is kept: the settings, the estimates, the verdicts.
They stand beside Snakemake's own state, since no result depends on them.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEPT = Path(".snakemake") / "procohort-runs"
ESTIMATES, SCORECARD, SETTINGS = "estimates.csv", "scorecard.json", "settings.json"
_MESSAGE = "what_moved.txt"


def remember_run(settings: Mapping[str, Any], results: Path = Path("results")) -> None:
    """Keep what a later run is compared with, and the run before this one.

    Nothing is done when the results are those of the last run, or not complete.
    """
    sources = [results / ESTIMATES, results / SCORECARD]
    if not all(path.is_file() for path in sources):
        return
    last, before = KEPT / "last", KEPT / "before"
    text = _as_text(settings)
    if _is_kept(last, results) and (last / SETTINGS).read_text(encoding="utf-8") == text:
        return
    new = KEPT / "new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for path in sources:
        shutil.copyfile(path, new / path.name)
    (new / SETTINGS).write_text(text, encoding="utf-8")
    if last.exists():
        shutil.rmtree(before, ignore_errors=True)
        last.rename(before)
    new.rename(last)


def earlier_run(
    settings: Mapping[str, Any], results: Path = Path("results"), given: str = ""
) -> Path | None:
    """Return the folder of the run to compare with, None when there is none.

    The folder that is given; else the last run, or the one before it when the last
    run is the present one.
    """
    if given:
        return Path(given)
    last, before = KEPT / "last", KEPT / "before"
    if not last.exists():
        return None
    same = _is_kept(last, results)
    same = same and (last / SETTINGS).read_text(encoding="utf-8") == _as_text(settings)
    if not same:
        return last
    return before if before.exists() else None


def say_after_run(text: str) -> None:
    """Leave a message that is printed when the run is over."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / _MESSAGE).write_text(text, encoding="utf-8")


def print_messages() -> None:
    """Print what a job has left to say, once."""
    message = KEPT / _MESSAGE
    if message.is_file():
        print(message.read_text(encoding="utf-8"), file=sys.stderr)
        message.unlink()


def _is_kept(folder: Path, results: Path) -> bool:
    return all(
        (folder / name).is_file() and (folder / name).read_bytes() == (results / name).read_bytes()
        for name in (ESTIMATES, SCORECARD)
    )


def _as_text(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, sort_keys=True, default=str, ensure_ascii=False, indent=1)
