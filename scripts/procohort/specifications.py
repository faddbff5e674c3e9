"""Specifications: result rows, each with the choices under which it was found.

A multiverse answers one question under every combination of declared choices. Its
answers are result rows with their choices in front, one file for each reading.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from procohort import results
from procohort.results import ResultRow

# Columns around the choices; a decision cannot be called like one of them.
FIRST, LAST = ("specification", "reading"), ("n_set",)


@dataclass(frozen=True, slots=True)
class Specification:
    """One answer and the choices that led to it.

    Attributes
    ----------
    id : str
        Reading and running number.
    reading : str
        The reading of the raw tables, empty where the study has none.
    choices : mapping of str to str
        The choice taken in each decision, by the decision's id.
    n_set : int
        How many missing outcomes were set to an observed extreme.
    row : ResultRow
    """

    id: str
    reading: str
    choices: Mapping[str, str]
    n_set: int
    row: ResultRow


def write_specifications(
    path: str | Path, specifications: Iterable[Specification], decisions: Sequence[str]
) -> None:
    """Write specifications as UTF-8 CSV: id, reading, a column for each decision, the row."""
    with Path(path).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow([*FIRST, *decisions, *LAST, *results.COLUMNS])
        for item in specifications:
            row = (results.cell_text(getattr(item.row, name)) for name in results.COLUMNS)
            taken = (item.choices[name] for name in decisions)
            writer.writerow([item.id, item.reading, *taken, str(item.n_set), *row])


def read_specifications(paths: str | Path | Sequence[str | Path]) -> list[Specification]:
    """Read specifications from one or more files, in the order given.

    Raises
    ------
    ValueError
        If a file's columns are not those of specifications.
    """
    many = [paths] if isinstance(paths, (str, Path)) else list(paths)
    found: list[Specification] = []
    for path in many:
        with Path(path).open(encoding="utf-8", newline="") as handle:
            reader = csv.reader(handle)
            header = tuple(next(reader, ()))
            n_row = len(results.COLUMNS)
            if header[:2] != FIRST or header[-n_row - 1 :] != (*LAST, *results.COLUMNS):
                raise ValueError(f"{path}: not a table of specifications (columns differ)")
            decisions = header[2 : -n_row - 1]
            found.extend(_parse(record, decisions) for record in reader if record)
    return found


def _parse(record: Sequence[str], decisions: Sequence[str]) -> Specification:
    """Read the cells of one line, in the order in which `write_specifications` writes them."""
    name, reading, *cells = record
    n_decisions = len(decisions)
    return Specification(
        id=name,
        reading=reading,
        choices=dict(zip(decisions, cells, strict=False)),
        n_set=int(cells[n_decisions]),
        row=results.row_from(dict(zip(results.COLUMNS, cells[n_decisions + 1 :], strict=True))),
    )
