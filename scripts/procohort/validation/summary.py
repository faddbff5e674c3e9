"""All cells together: how often, with what Monte Carlo error, and whether that is right."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from procohort.publish.plain_csv import write_records
from procohort.validation.methods import METHODS, Measure, Role
from procohort.validation.plan import Cell, Kind

# What a recommended method must keep, in per cent, at a nominal 5 % and 95 %.
BANDS: dict[str, tuple[float, float]] = {"type_1_error": (4.0, 6.0), "coverage": (93.0, 97.0)}
# A rate this many Monte Carlo errors beyond the band is not the simulation's own noise.
ALLOWED_ERRORS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """How one method did in one cell.

    Attributes
    ----------
    kind, cell, icc, n_events, rate, rate_in_group, spread, effect
        The cell; see `plan.Cell`.
    method, role, measure : str
        See `methods.Method`; measure is ``type_1_error``, ``power`` or ``coverage``.
    n_cohorts, n_answered, n_hits : int
        Cohorts, those with an answer, those rejected or covered.
    percent, mc_error : float
        Hits per answer and its binomial standard error, in per cent.
    verdict : str
        ``within`` the band, ``within_error`` (beyond it by no more than two Monte Carlo
        errors), ``below``, ``above``; empty for power.
    """

    kind: Kind
    cell: str
    icc: float
    n_events: int
    rate: float
    rate_in_group: float
    spread: str
    effect: float
    method: str
    role: Role
    measure: Measure
    n_cohorts: int
    n_answered: int
    n_hits: int
    percent: float
    mc_error: float
    verdict: str


COLUMNS = tuple(field.name for field in fields(Finding))


def gather(
    cells: Iterable[Mapping[str, Any]], records: Sequence[Mapping[str, str]]
) -> list[Finding]:
    """Add up the parts of every cell and judge.

    Parameters
    ----------
    cells : iterable of mapping
        The cells as plain values, in the order of the result.
    records : sequence of mapping
        Rows of all parts, as read from their files.
    """
    totals: dict[tuple[str, str], list[int]] = {}
    for record in records:
        counts = totals.setdefault((record["cell"], record["method"]), [0, 0, 0])
        for position, name in enumerate(("n_cohorts", "n_answered", "n_hits")):
            counts[position] += int(record[name])
    return [
        _finding(Cell(**cell), position, totals) for cell in cells for position in _positions(cell)
    ]


def _positions(cell: Mapping[str, Any]) -> range:
    return range(len(METHODS[Cell(**cell).kind]))


def _finding(cell: Cell, position: int, totals: Mapping[tuple[str, str], list[int]]) -> Finding:
    method = METHODS[cell.kind][position]
    n_cohorts, n_answered, n_hits = totals[cell.id, method.name]
    measure = method.measure(cell.kind)
    share = n_hits / n_answered if n_answered else math.nan
    percent = 100.0 * share
    mc_error = 100.0 * math.sqrt(share * (1.0 - share) / n_answered) if n_answered else math.nan
    return Finding(
        **{key: value for key, value in cell.settings().items() if key in COLUMNS},
        cell=cell.id,
        method=method.name,
        role=method.role,
        measure=measure,
        n_cohorts=n_cohorts,
        n_answered=n_answered,
        n_hits=n_hits,
        percent=percent,
        mc_error=mc_error,
        verdict=judge(measure, percent, n_answered),
    )


def judge(measure: str, percent: float, n_answered: int) -> str:
    """Return how a rate in per cent lies to the band of its measure.

    The Monte Carlo error allowed for is that of a method whose true rate is the
    band's nearer end.

    Examples
    --------
    >>> [judge("type_1_error", percent, 4000) for percent in (5.2, 6.4, 3.0)]
    ['within', 'within_error', 'below']
    """
    if measure not in BANDS or n_answered == 0:
        return ""
    low, high = BANDS[measure]
    if low <= percent <= high:
        return "within"
    if percent < low:
        return "within_error" if percent >= low - _allowed(low, n_answered) else "below"
    return "within_error" if percent <= high + _allowed(high, n_answered) else "above"


def _allowed(end: float, n_answered: int) -> float:
    return ALLOWED_ERRORS * math.sqrt(end * (100.0 - end) / n_answered)


def write_findings(path: str | Path, findings: Iterable[Finding]) -> None:
    """Write the findings as CSV."""
    write_records(path, COLUMNS, [asdict(finding) for finding in findings])


def read_findings(path: str | Path) -> list[Finding]:
    """Read back what `write_findings` wrote."""
    types = get_type_hints(Finding)
    with Path(path).open(encoding="utf-8", newline="") as handle:
        return [
            Finding(**{name: _read(text, types[name]) for name, text in record.items()})
            for record in csv.DictReader(handle)
        ]


def _read(text: str, kind: Any) -> Any:
    if kind is float:
        return float(text) if text else math.nan
    return int(text) if kind is int else text


def read_parts(paths: Iterable[str | Path]) -> list[dict[str, str]]:
    """Return the rows of the files of all parts."""
    rows = []
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as handle:
            rows += list(csv.DictReader(handle))
    return rows
