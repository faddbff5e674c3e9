"""Reading the table of published series; every mistake is told with its place."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from procohort.evidence import OUTCOMES, QUANTITIES, Count, Quantity, Series
from procohort.jobs import UserError
from procohort.messages import did_you_mean

COLUMNS = (
    "series_id", "study", "year", "doi", "centre", "cohort", "population", "modality", "arm",
    "part_of", "read_in", "patients", "procedures", "success_k", "success_n", "success_scope",
    "success_per", "complications_k", "complications_n", "ae_scope", "complications_per",
    "time_kind", "time_stat", "time_centre_min", "time_sd", "time_n", "time_spread", "time_per",
    "dose_kind", "dose_stat", "dose_centre", "dose_unit", "dose_sd", "dose_n", "dose_spread",
    "dose_per", "include", "reason", "notes",
)  # fmt: skip
NEEDED = ("series_id", "study", "cohort", "population", "modality", "include")
SCOPES = {"success": "success_scope", "complications": "ae_scope"}
CENTRES = {"time": "time_centre_min", "dose": "dose_centre"}
_CHOICES = {
    "include": ("yes", "no"),
    "read_in": ("primary", "secondary"),
    "success_per": ("procedure", "patient"),
    "complications_per": ("procedure", "patient"),
    "time_per": ("procedure", "patient"),
    "dose_per": ("procedure", "patient"),
}


class EvidenceError(UserError):
    """One or more mistakes in the evidence table; `lines` holds one line each."""


class _Row:
    """One line of the table, which collects what is wrong with it."""

    def __init__(self, where: str, cells: Mapping[str, str], mistakes: list[str]) -> None:
        self.where, self.cells, self.mistakes = where, cells, mistakes

    def wrong(self, column: str, message: str) -> None:
        value = self.cells.get(column, "")
        self.mistakes.append(f"{self.where}, column {column}, value {value!r}: {message}")

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def number(self, column: str) -> float | None:
        text = self.text(column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0:
            self.wrong(column, "not a number of 0 or more. Write it with a decimal point.")
            return None
        return value

    def whole(self, column: str) -> int | None:
        value = self.number(column)
        if value is not None and value != int(value):
            self.wrong(column, "not a whole number. Counts have no decimals.")
            return None
        return None if value is None else int(value)

    def count(self, outcome: str) -> Count | None:
        k_name, n_name = f"{outcome}_k", f"{outcome}_n"
        events, trials = self.whole(k_name), self.whole(n_name)
        if not self.text(k_name) and not self.text(n_name):
            return None
        for name, other in ((k_name, n_name), (n_name, k_name)):
            if not self.text(name):
                self.wrong(name, f"empty beside {other}. Give both or neither.")
        if events is None or trials is None:
            return None
        per = self.needed(f"{outcome}_per", f"Say whether {k_name} counts procedures or patients.")
        scope = self.needed(SCOPES[outcome], "Say what was counted, for example any.")
        if trials == 0:
            self.wrong(n_name, "no trials. Leave both cells empty.")
        elif events > trials:
            self.wrong(k_name, f"more than {n_name} ({trials}). Look up both in the source.")
        elif per == "procedure" and (all_of := self.number("procedures") or 0) and trials > all_of:
            self.wrong(n_name, f"more than procedures ({all_of:g}). Look up both in the source.")
        return Count(events=events, trials=trials, scope=scope, per=per)

    def quantity(self, name: str) -> Quantity | None:
        column = CENTRES[name]
        centre = self.number(column)
        sd, n = self.number(f"{name}_sd"), self.whole(f"{name}_n")
        if not self.text(column):
            return None
        ask = f"Say it: {column} cannot be read without."
        found = Quantity(
            name=name,
            kind=self.needed(f"{name}_kind", ask),
            stat=self.needed(f"{name}_stat", ask),
            centre=math.nan if centre is None else centre,
            unit="min" if name == "time" else self.needed("dose_unit", ask),
            sd=sd,
            n=n,
            spread=self.text(f"{name}_spread"),
            per=self.needed(f"{name}_per", ask),
        )
        if sd == 0:
            self.wrong(f"{name}_sd", "a standard deviation of 0. Leave it empty if not printed.")
        if n == 0:
            self.wrong(f"{name}_n", "a centre of no values. Leave it empty if not printed.")
        return found

    def needed(self, column: str, remedy: str) -> str:
        text = self.text(column)
        if not text:
            self.wrong(column, f"empty. {remedy}")
        return text


def read_evidence(path: str | Path) -> list[Series]:
    """Read the evidence table: one row for each published series or part of one.

    Parameters
    ----------
    path : str or Path
        UTF-8 CSV with the columns `COLUMNS`, in any order. An empty cell says that
        the source does not report it.

    Returns
    -------
    list of Series
        In the order of the file.

    Raises
    ------
    EvidenceError
        With every mistake: file, row, column, value, remedy.
    """
    shown = Path(path).name if Path(path).is_absolute() else Path(path).as_posix()
    records, mistakes = _records(Path(path), shown)
    series: list[Series] = []
    for line, cells in records:
        row = _Row(f"{shown}: row {line}", cells, mistakes)
        series.append(_series(row))
    mistakes += _between(shown, records)
    if mistakes:
        raise EvidenceError(mistakes)
    return series


def _records(path: Path, shown: str) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise EvidenceError(
            [f"{shown}: there is no such file. Check synthesis.evidence."]
        ) from None
    except UnicodeDecodeError:
        raise EvidenceError([f"{shown}: not UTF-8. Save the table as UTF-8."]) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    faults = [
        f"{shown}: row 1, column {name}: not a known column.{did_you_mean(name, COLUMNS)}"
        for name in header
        if name not in COLUMNS
    ]
    faults += [
        f"{shown}: row 1, column {name}: there twice. Remove one."
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    faults += [
        f"{shown}: row 1, column {name}: the column is missing. Add it."
        for name in COLUMNS
        if name not in header
    ]
    if faults:
        raise EvidenceError(faults)
    records, mistakes = [], []
    line = reader.line_num + 1
    for cells in reader:
        # A quoted cell may span lines; a person looks for the line where the row begins.
        here, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            mistakes.append(
                f"{shown}: row {here}: {len(cells)} cells where the header has {len(header)}. "
                "Quote a cell that holds a comma."
            )
            continue
        stripped = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
        records.append((here, stripped))
    return records, mistakes


def _series(row: _Row) -> Series:
    for column in NEEDED:
        row.needed(column, "Every series needs it.")
    for column, options in _CHOICES.items():
        text = row.text(column)
        if text and text not in options:
            row.wrong(column, f"not allowed. Write {' or '.join(options)}.")
    if row.text("include") == "no" and not row.text("reason"):
        row.wrong("reason", "empty, and the series is left out. Say why.")
    counts = {name: count for name in OUTCOMES if (count := row.count(name))}
    quantities = tuple(item for name in QUANTITIES if (item := row.quantity(name)))
    return Series(
        series_id=row.text("series_id"),
        study=row.text("study"),
        year=row.text("year"),
        doi=row.text("doi"),
        arm=row.text("arm"),
        centre=row.text("centre"),
        cohort=row.text("cohort"),
        population=row.text("population"),
        modality=row.text("modality"),
        part_of=row.text("part_of"),
        read_in=row.text("read_in") or "primary",
        patients=row.whole("patients"),
        procedures=row.whole("procedures"),
        counts=counts,
        quantities=quantities,
        include=row.text("include") != "no",
        reason=row.text("reason"),
        notes=row.text("notes"),
    )


def _between(shown: str, records: list[tuple[int, dict[str, str]]]) -> list[str]:
    """Return what is wrong between rows: names taken twice, parts of nothing."""
    names = [cells["series_id"] for _, cells in records]
    wholes = {cells["series_id"]: cells["part_of"] for _, cells in records}
    mistakes, seen = [], set[str]()
    for line, cells in records:
        name, whole = cells["series_id"], cells["part_of"]
        place = f"{shown}: row {line}, column"
        if name and name in seen:
            mistakes.append(f"{place} series_id, value {name!r}: taken already. Choose another.")
        seen.add(name)
        if whole and (whole not in names or whole == name):
            hint = did_you_mean(whole, set(names) - {name})
            mistakes.append(f"{place} part_of, value {whole!r}: no other series.{hint}")
        elif whole and wholes[whole]:
            mistakes.append(
                f"{place} part_of, value {whole!r}: itself a part. Name {wholes[whole]!r}."
            )
    return mistakes
