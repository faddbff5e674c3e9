"""Claims: the statements of a paper, one line each, as printed."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from procohort.claims.printed import find_printed, read_printed
from procohort.jobs import EXIT_CLAIMS, UserError
from procohort.messages import did_you_mean

KINDS: dict[str, str] = {
    "count": "a number of rows, patients or events",
    "percent": "a proportion in percent",
    "mean": "a mean",
    "median": "a median",
    "centre": "a mean or a median, the paper does not say which",
    "p_value": "a p value with its digits",
    "p_bound": "a p value below or above a bound",
    "direction": "which of two is higher, or the sign of a correlation",
    "date": "the first or last date, to the printed day, month or year",
    "at_least": "no value lies below the printed one",
    "at_most": "no value lies above the printed one",
    "present": "there is at least one",
    "text": "a statement that no analysis can test",
}
NUMERIC_KINDS = frozenset(
    ["count", "percent", "mean", "median", "centre", "p_value", "p_bound", "at_least", "at_most"]
)
DIRECTIONS = ("higher", "lower", "positive", "negative", "differs")
SELECTORS = (
    "analysis",
    "outcome",
    "group",
    "level",
    "reference",
    "estimand",
    "perspective",
    "method",
)
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(KINDS),
    "direction": ("", *DIRECTIONS),
    "unit_of_analysis": ("", "patient", "row"),
    "perspective": ("", "descriptive", "as_published", "cluster_aware"),
    "built_in": ("", "yes", "no"),
}
_NEEDED = ("id", "source", "sentence", "printed", "kind")


class ClaimsError(UserError):
    """One or more mistakes in a table of claims; `lines` holds one line each."""

    exit_code = EXIT_CLAIMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One printed statement and the result row that should show it.

    Attributes
    ----------
    id, source : str
        Name of the claim, and where it is printed.
    sentence, printed : str
        The sentence, and the part of it that is judged, letter by letter.
    kind, direction : str
        What is stated (`KINDS`); for a direction, which one (`DIRECTIONS`).
    unit : str
        Unit of the printed figure.
    numerator, denominator : int or None
        Counts printed beside a percentage, or the total beside a count.
    unit_of_analysis : {"", "patient", "row"}
        What the sentence counts.
    analysis, outcome, group, level, reference, estimand, perspective, method : str
        Selectors of the result row; an empty one selects nothing away.
    reading : str
        The reading of the study the claim belongs to; empty for every reading.
    built_in : bool
        Whether reconstructed tables were made to show this figure.
    part_of : str
        The claim whose count this count is a part of.
    note : str
        For people; why a statement cannot be tested.
    line : int
        Line of the file, for messages.
    """

    id: str
    source: str
    sentence: str
    printed: str
    kind: str
    direction: str = ""
    unit: str = ""
    numerator: int | None = None
    denominator: int | None = None
    unit_of_analysis: str = ""
    analysis: str = ""
    outcome: str = ""
    group: str = ""
    level: str = ""
    reference: str = ""
    estimand: str = ""
    perspective: str = ""
    method: str = ""
    reading: str = ""
    built_in: bool = False
    part_of: str = ""
    note: str = ""
    line: int = 0

    @property
    def selectors(self) -> dict[str, str]:
        """Return the selectors that are given."""
        given = {name: str(getattr(self, name)) for name in SELECTORS}
        return {name: value for name, value in given.items() if value}


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Claim) if field.name != "line")


def read_claims(path: str | Path, *, readings: Collection[str] = ()) -> list[Claim]:
    """Read and check a table of claims.

    Parameters
    ----------
    path : path
        UTF-8 CSV with the columns of `Claim`; all but the first five may be left out.
    readings : collection of str
        The readings of the study; when given, any other is a mistake.

    Raises
    ------
    ClaimsError
        With every mistake, one line each: file, row, column, what is wrong, what to do.
    """
    file = Path(path)
    records = _records(file)
    mistakes: list[str] = []
    claims: list[Claim] = []
    first_line: dict[str, int] = {}
    for line, record in records:
        found = [*_record_mistakes(record, readings), *_repeated(record, line, first_line)]
        mistakes += [f"{shown_path(file)}:{line}:{column}: {text}" for column, text in found]
        if not found:
            claims.append(_claim(record, line))
    mistakes += [
        f"{shown_path(file)}:{line}:part_of: no claim has the id {record['part_of']!r}."
        + did_you_mean(record["part_of"], first_line)
        for line, record in records
        if record.get("part_of") and record["part_of"] not in first_line
    ]
    if mistakes:
        raise ClaimsError(mistakes)
    return claims


def shown_path(file: Path) -> str:
    """Return how messages call a file: its path as given, or its name if that is absolute."""
    return file.name if file.is_absolute() else file.as_posix()


def _records(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Return each line number with its cells, spaces at the ends removed."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ClaimsError(
            [f"{shown_path(file)}: there is no such file. Check `claims:`."]
        ) from None
    except UnicodeDecodeError:
        raise ClaimsError([f"{shown_path(file)}: not UTF-8. Save the table as UTF-8."]) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    _check_header(file, header)
    records: list[tuple[int, dict[str, str]]] = []
    mistakes: list[str] = []
    line = reader.line_num + 1
    for cells in reader:
        # A quoted cell may span lines; a person looks for the line where the claim begins.
        here, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            mistakes.append(
                f"{shown_path(file)}:{here}: "
                f"{len(cells)} cells where the header has {len(header)}. "
                "Quote a cell that holds a comma."
            )
            continue
        records.append(
            (here, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})
        )
    if mistakes:
        raise ClaimsError(mistakes)
    return records


def _check_header(file: Path, header: list[str]) -> None:
    mistakes = [
        f"{shown_path(file)}:1:{name}: not a known column.{did_you_mean(name, COLUMNS)}"
        for name in header
        if name not in COLUMNS
    ]
    mistakes += [
        f"{shown_path(file)}:1:{name}: the column is there twice. Remove one."
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    mistakes += [
        f"{shown_path(file)}:1:{name}: the column is missing. Add it."
        for name in _NEEDED
        if name not in header
    ]
    if mistakes:
        raise ClaimsError(mistakes)


def _repeated(
    record: Mapping[str, str], line: int, first_line: dict[str, int]
) -> Iterable[tuple[str, str]]:
    name = record["id"]
    before = first_line.setdefault(name, line)
    if name and before != line:
        yield "id", f"{name!r} is already the id of row {before}. Give each claim its own."


def _record_mistakes(
    record: Mapping[str, str], readings: Collection[str]
) -> Iterable[tuple[str, str]]:
    """Yield the column and the message of every mistake of one claim."""
    for column in _NEEDED:
        if not record[column]:
            yield column, "empty. Fill it in."
    for column, options in _CHOICES.items():
        value = record.get(column, "")
        if value not in options and (value or column != "kind"):
            named = [option for option in options if option]
            yield column, f"{value!r} is not allowed.{did_you_mean(value, named)}"
    for column in ("numerator", "denominator"):
        value = record.get(column, "")
        if value and not (value.isascii() and value.isdigit()):
            yield column, f"{value!r} is not a whole number. Write digits only."
    if readings and record.get("reading", "") not in ("", *readings):
        wrong = record["reading"]
        yield "reading", f"{wrong!r} is not a reading of the study.{did_you_mean(wrong, readings)}"
    yield from _meaning_mistakes(record)


def _meaning_mistakes(record: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    sentence, printed, kind = record["sentence"], record["printed"], record["kind"]
    if sentence and printed and find_printed(sentence, printed) is None:
        yield (
            "printed",
            f"{printed!r} does not stand in the sentence. Copy it from there, letter by letter.",
        )
    if kind in NUMERIC_KINDS and printed:
        yield from _figure_mistakes(kind, printed)
    direction = record.get("direction", "")
    if kind == "direction" and not direction:
        yield "direction", f"empty for a direction. Use one of {', '.join(DIRECTIONS)}."
    if kind in KINDS and kind != "direction" and direction:
        yield "direction", f"{direction!r} given for a claim of kind {kind}. Leave it empty."
    numerator, denominator = record.get("numerator", ""), record.get("denominator", "")
    if numerator and not denominator:
        yield "denominator", "empty although a numerator is given. Fill in both."
    if denominator.isdigit() and int(denominator) == 0:
        yield "denominator", "0 cannot be a denominator."
    if numerator.isdigit() and denominator.isdigit() and int(numerator) > int(denominator):
        yield "numerator", f"{numerator} is larger than its denominator {denominator}."


def _figure_mistakes(kind: str, printed: str) -> Iterable[tuple[str, str]]:
    try:
        figure = read_printed(printed, grouped=kind == "count")
    except ValueError as error:
        yield "printed", f"{error}."
        return
    if kind == "p_bound" and not figure.comparator:
        yield (
            "printed",
            f"{printed!r} has no < or >. Use kind p_value for a p value with its digits.",
        )
    if kind != "p_bound" and figure.comparator:
        yield "printed", f"{printed!r} is a bound. Use kind p_bound, or leave the sign out."
    if kind == "count" and figure.decimals:
        yield "printed", f"{printed!r} has decimals, which a count cannot have."
    if kind in ("p_value", "p_bound") and not 0 <= figure.value <= 1:
        yield "printed", f"{printed!r} is not between 0 and 1, as a p value is."


def _claim(record: Mapping[str, str], line: int) -> Claim:
    texts = {
        name: record.get(name, "")
        for name in COLUMNS
        if name not in ("numerator", "denominator", "built_in")
    }
    return Claim(
        **texts,
        numerator=_whole(record.get("numerator", "")),
        denominator=_whole(record.get("denominator", "")),
        built_in=record.get("built_in", "") == "yes",
        line=line,
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None
