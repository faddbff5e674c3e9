"""Small cells: counts in the output that could single a patient out."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from procohort.jobs import UserError
from procohort.results import ResultRow

COLUMNS = ("analysis", "outcome", "group", "level", "value", "what", "count")


def small_cells(rows: Sequence[ResultRow], smallest: int) -> list[dict[str, str | int]]:
    """Return the counts from 1 to `smallest` - 1 that result rows show.

    A count of zero tells nothing about a person and is left out.
    """
    found: dict[tuple[str | int, ...], dict[str, str | int]] = {}
    for row in rows:
        for what, count in _counts(row):
            if count is not None and 0 < count < smallest:
                value = row.reference if row.kind == "describe" else ""
                entry: tuple[str | int, ...] = (
                    row.analysis,
                    row.outcome,
                    row.group,
                    row.level,
                    value,
                    what,
                    count,
                )
                found[entry] = dict(zip(COLUMNS, entry, strict=True))
    return list(found.values())


def _counts(row: ResultRow) -> tuple[tuple[str, int | None], ...]:
    if row.estimand in ("proportion", "proportion_of_patients"):
        return (("events", row.n_events), ("patients", row.n_patients))
    if row.estimand in ("n_patients", "n_rows"):
        return (("patients", row.n_patients),)
    return ()


def check_small_cells(
    rows: Sequence[ResultRow], path: str | Path, *, smallest: int, action: str
) -> None:
    """Write the table of small cells; with the action ``stop`` any of them ends the run.

    Raises
    ------
    UserError
        With one line for each small cell, if the action is ``stop``.
    """
    cells = small_cells(rows, smallest)
    if cells and action == "stop":
        raise UserError(
            [
                f"{cell['analysis']}: {cell['outcome'] or 'size'} in "
                f"{cell['group'] or 'all'} {cell['level']} {cell['value']}: {cell['count']} "
                f"{cell['what']}, fewer than {smallest}. Merge levels, drop the variable, or set "
                "privacy.action to report if these data may be shown."
                for cell in cells
            ]
        )
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(cells)
