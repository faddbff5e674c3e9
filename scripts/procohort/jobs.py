"""The frame around every script: its log, and how it ends when something is wrong.

A user's mistake ends with its lines and an exit code of its family, without a
traceback; an error of ours ends with the traceback in the log.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EXIT_INTERNAL, EXIT_SETTINGS, EXIT_DATA, EXIT_CLAIMS, EXIT_GATE = 1, 3, 4, 5, 6

# Kept where Snakemake keeps its own state; written by the failing job, told at the end.
LEDGER = Path(".snakemake") / "procohort-errors.jsonl"


class UserError(Exception):
    """A mistake of the user's: one line each, and the exit code of its family."""

    exit_code = EXIT_DATA

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = list(lines)


@contextmanager
def job(snakemake: Any) -> Iterator[None]:
    """Run a script's body with everything it says going to the rule's log."""
    log = Path(snakemake.log[0]) if snakemake.log else None
    handle = log.open("w", encoding="utf-8") if log else None
    screen = sys.stderr
    if handle:
        sys.stdout = sys.stderr = handle
    try:
        yield
    except UserError as error:
        _say(error.lines, handle)
        _record(snakemake.rule, error.exit_code, error.lines)
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        traceback.print_exc(file=handle or screen)
        where = f" See {log}." if log else ""
        line = f"{snakemake.rule}: {type(error).__name__}: {error}.{where}"
        _record(snakemake.rule, EXIT_INTERNAL, [line])
        raise SystemExit(EXIT_INTERNAL) from None
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, screen
        if handle:
            handle.close()


def _say(lines: Sequence[str], handle: Any) -> None:
    for line in lines:
        print(line, file=handle or sys.stderr)


def _record(rule: str, exit_code: int, lines: Sequence[str]) -> None:
    LEDGER.parent.mkdir(exist_ok=True)
    with LEDGER.open("a", encoding="utf-8") as ledger:
        ledger.write(json.dumps({"rule": rule, "code": exit_code, "lines": list(lines)}) + "\n")


def forget_errors() -> None:
    """Empty the ledger before a run."""
    LEDGER.unlink(missing_ok=True)


def end_with_errors() -> None:
    """Print what went wrong in the run and leave with the exit code of its family."""
    if not LEDGER.exists():
        return
    entries = [json.loads(line) for line in LEDGER.read_text(encoding="utf-8").splitlines()]
    forget_errors()
    for line in dict.fromkeys(line for entry in entries for line in entry["lines"]):
        print(line, file=sys.stderr)
    # An error of ours outweighs the others: it must not hide behind them.
    raise SystemExit(min(entry["code"] for entry in entries))
