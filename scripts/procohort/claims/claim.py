"""Claims: the statements of a paper, one line each, as printed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from procohort.claims.arithmetic import value_mistakes
from procohort.claims.claim_mistakes import record_mistakes
from procohort.claims.csv_records import ClaimsError, read_records, shown_path
from procohort.claims.kinds import (
    COMPOUND_KINDS,
    DIRECTIONS,
    KINDS,
    NEEDED,
    NUMERIC_KINDS,
    SELECTORS,
    WHOLE_NUMBERS,
)
from procohort.messages import did_you_mean

__all__ = [
    "COLUMNS",
    "COMPOUND_KINDS",
    "DIRECTIONS",
    "KINDS",
    "NUMERIC_KINDS",
    "SELECTORS",
    "Claim",
    "ClaimsError",
    "read_claims",
    "shown_path",
]


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
    source_file : str
        The text it was taken from: a row of the study's table of sources.
    numerator, denominator : int or None
        Counts printed beside a percentage, or the total beside a count.
    n : int or None
        How many values stand behind a mean, a median, a spread or a test.
    scale : str
        What single values can be: ``0 to 10 by 1``, ``by 1`` for whole numbers; empty
        where anything is possible.
    value : str
        Arithmetic on ids of claims that gives what the statement stands for, where it is
        not the printed figure itself: ``2 * first_gap + fourth_gap``.
    unit_of_analysis : {"", "patient", "row"}
        What the sentence counts.
    analysis : str
        The analysis whose result rows can show it; empty where none can, and then the
        other selectors only name what the figure describes.
    outcome, group, level, reference, estimand, perspective, method : str
        Further selectors of the result row; an empty one selects nothing away.
    reading : str
        The reading of the study the claim belongs to; empty for every reading.
    built_in : bool
        Whether reconstructed tables were made to show this figure.
    part_of : str
        The claim whose figure this one is a part of: a count of a total, a mean or
        percentage of a group of that of all.
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
    source_file: str = ""
    direction: str = ""
    unit: str = ""
    numerator: int | None = None
    denominator: int | None = None
    n: int | None = None
    scale: str = ""
    value: str = ""
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


def read_claims(
    path: str | Path, *, readings: Collection[str] = (), sources: Collection[str] = ()
) -> list[Claim]:
    """Read and check a table of claims.

    Parameters
    ----------
    path : path
        UTF-8 CSV with the columns of `Claim`; all but the first five may be left out.
    readings : collection of str
        The readings of the study; when given, any other is a mistake.
    sources : collection of str
        The source files of the study; when given, any other is a mistake.

    Raises
    ------
    ClaimsError
        With every mistake, one line each: file, row, column, what is wrong, what to do.
    """
    file = Path(path)
    records = read_records(file, columns=COLUMNS, needed=NEEDED, key="claims")
    mistakes: list[tuple[int, str, str]] = []
    claims: list[Claim] = []
    first_line: dict[str, int] = {}
    for line, record in records:
        found = [
            *record_mistakes(record, readings=readings, sources=sources),
            *_repeated(record, line, first_line),
        ]
        mistakes += [(line, column, text) for column, text in found]
        if not found:
            claims.append(_claim(record, line))
    mistakes += _part_mistakes(records, first_line)
    mistakes += value_mistakes(claims, first_line)
    if mistakes:
        shown = shown_path(file)
        raise ClaimsError([f"{shown}:{line}:{column}: {text}" for line, column, text in mistakes])
    return claims


def _repeated(
    record: Mapping[str, str], line: int, first_line: dict[str, int]
) -> Iterable[tuple[str, str]]:
    name = record["id"]
    before = first_line.setdefault(name, line)
    if name and before != line:
        yield "id", f"{name!r} is already the id of row {before}. Give each claim its own."


def _part_mistakes(
    records: Sequence[tuple[int, Mapping[str, str]]], ids: Mapping[str, int]
) -> Iterable[tuple[int, str, str]]:
    for line, record in records:
        total = record.get("part_of", "")
        if total and total not in ids:
            yield line, "part_of", f"no claim has the id {total!r}.{did_you_mean(total, ids)}"
        elif total and total == record["id"]:
            yield line, "part_of", f"{total!r} cannot be a part of itself. Name its total."


def _claim(record: Mapping[str, str], line: int) -> Claim:
    others = (*WHOLE_NUMBERS, "built_in")
    texts = {name: record.get(name, "") for name in COLUMNS if name not in others}
    return Claim(
        **texts,
        numerator=_whole(record.get("numerator", "")),
        denominator=_whole(record.get("denominator", "")),
        n=_whole(record.get("n", "")),
        built_in=record.get("built_in", "") == "yes",
        line=line,
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None
