"""What one column of an export seems to be: type, unit, range, levels, and what is odd in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from procohort.drafting.names import read_header
from procohort.drafting.oddities import errors_in, have_signs
from procohort.drafting.ranges import SENTINELS, far_off, generous_range, is_apart, without
from procohort.drafting.reading import Export
from procohort.drafting.texts import (
    MOSTLY,
    UNKNOWN,
    decimals_of,
    is_no_value,
    readable,
    readable_dates,
    yes_no_codes,
)
from procohort.study import Level, VariableType

ID_WORDS = re.compile(
    r"(?:^|_)(?:id|ids|nr|no|num|number|nummer|code|key|pseudonym|pid|patid|subjid)(?:_|$)|^id|id$"
)
_GRADE_WORDS = re.compile(
    r"(?:^|_)(?:type|typ|class|klasse|grade|grad|stage|stadium|group|gruppe|arm|code|cat|category"
    r"|kategorie|centre|center|site|zentrum|asa|level|stufe)(?:_|$)"
)
GROUP_WORDS = re.compile(
    r"group|gruppe|(?:^|_)arm(?:_|$)|treat|therap|behandl|method|verfahren|device|geraet|drug"
    r"|medik|medication|random|techni|intervention|protocol|protokoll|wirkstoff|praeparat"
)
_DATE_WORDS = re.compile(r"datum(?:_|$)|date(?:_|$)|(?:^|_)(?:tag|day)(?:_|$)")
SEX_WORDS = re.compile(r"(?:^|_)(?:sex|gender|geschlecht|sesso|sexe|sexo)(?:_|$)")
_MOST_LEVELS, _LONGEST_LEVEL = 15, 60
_MOST_DECIMALS = 6
_SHOWN = 3


@dataclass(slots=True, kw_only=True, eq=False)
class ColumnDraft:
    """A column as the configuration would declare it.

    Attributes
    ----------
    place, header, name, label, unit : int, str, ...
        Where it stands, and what it is called.
    kind : str
        Type; an identifier is ``id``.
    level : {"patient", "row"}
        Whether it is constant within patients; found out later (`procohort.drafting.keys`).
    notes : list of str
        What a person should know, for a comment beside the column.
    doubts : list of str
        What a person should look at first.
    left_out : str
        Why the column is not used ("" where it is).
    values : Series of text, n rows
        Trimmed cells; missing where there is no value.
    numbers : Series of float or None
        Values of a quantity; missing where a cell cannot be read.
    """

    place: int
    header: str
    name: str
    label: str
    unit: str
    values: pd.Series
    kind: VariableType = "text"
    level: Level = "row"
    decimals: int | None = None
    bounds: tuple[float, float] | None = None
    codes: dict[str, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    left_out: str = ""
    numbers: pd.Series | None = None

    @property
    def shown(self) -> str:
        """The header, or the place of a column without one."""
        return self.header or f"column {self.place + 1}"

    @property
    def is_quantity(self) -> bool:
        """Whether the column is measured or counted."""
        return self.kind in ("integer", "number") and not self.left_out

    @property
    def is_constant(self) -> bool:
        """Whether there are fewer than two different values."""
        return int(self.values.nunique()) < 2


def draft_column(export: Export, place: int) -> ColumnDraft:
    """Find out what a column of an export seems to be."""
    words = read_header(export.grid.headers[place])
    cells = export.values(place)
    column = ColumnDraft(
        place=place,
        header=export.grid.headers[place],
        name=words.name,
        label=words.label,
        unit=words.unit,
        values=cells.where(~cells.map(is_no_value).astype(bool)),
    )
    found = column.values.dropna()
    distinct = list(found.unique())
    errors = errors_in(cells)
    if errors and distinct:
        column.doubts.append(f"errors of the spreadsheet, read as no value: {listed(errors)}")
    if not distinct:
        column.left_out = "no value in any row"
        if errors:
            column.left_out = f"only errors of the spreadsheet ({', '.join(errors)})"
            column.doubts.append(column.left_out)
        elif export.grid.from_sheet and column.header:
            # Readers of workbooks give an empty text for an error.
            column.doubts.append("no value in any row; errors like #DIV/0! are read as empty cells")
    elif _are_serial_dates(column, distinct):
        column.left_out = "serial dates of a spreadsheet"
        column.doubts.append("serial dates of a spreadsheet; format the column as a date")
    elif set(distinct) == {"0", "1"} and _names_groups(column):
        _levels(column, {text: [text] for text in distinct})
        column.kind = "category"
        column.notes.append("say what 0 and 1 mean")
    elif codes := yes_no_codes(distinct, has_empty=bool((cells == "").any())):
        column.kind, column.codes = "boolean", codes
        if "" in codes:
            column.notes.append("an empty cell is taken as no")
            column.values = cells.where((cells == "") | column.values.notna())
    elif not (_as_date(column, export, distinct) or _as_number(column, export, distinct)):
        _as_words(column, distinct)
    if not column.is_quantity:
        column.unit = ""
    return column


def _are_serial_dates(column: ColumnDraft, distinct: list[str]) -> bool:
    """Whether numbers under a header of a date count days as spreadsheets do (1954 to 2064)."""
    return bool(_DATE_WORDS.search(column.name)) and all(
        re.fullmatch(r"[2-5]\d{4}", text) for text in distinct
    )


def _names_groups(column: ColumnDraft) -> bool:
    """Whether 0 and 1 are two groups here rather than no and yes."""
    patterns = (GROUP_WORDS, SEX_WORDS, _GRADE_WORDS)
    return any(pattern.search(column.name) for pattern in patterns)


def _as_date(column: ColumnDraft, export: Export, distinct: list[str]) -> bool:
    own = readable(distinct, "date", export.fmt, from_sheets=False)
    if export.fmt.date == "%Y%m%d":
        own = readable_dates(distinct, export.fmt.date)
    dates = own | pd.Series([_other_date(text) for text in distinct])
    if dates.mean() < MOSTLY:
        return False
    column.kind = "date"
    share = own.mean()
    if share < 0.5:
        column.kind, column.left_out = (
            "text",
            "its dates are written in another style than the rest",
        )
        column.doubts.append("bring its dates into one style with the others, then declare it")
    elif share < 1:
        others = [text for text, fits in zip(distinct, own, strict=True) if not fits]
        column.doubts.append(f"dates in another style: {listed(others)}")
    return True


def _other_date(text: str) -> bool:
    """Whether a text looks like a date of any style."""
    return bool(
        re.fullmatch(r"\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?", text)
        or re.fullmatch(r"(?:19|20)\d\d([./-])\d{1,2}\1\d{1,2}(?:[ T].*)?", text)
    )


def _as_number(column: ColumnDraft, export: Export, distinct: list[str]) -> bool:
    fits = readable(distinct, "number", export.fmt)
    good = [text for text, fit in zip(distinct, fits, strict=True) if fit]
    others = [text for text, fit in zip(distinct, fits, strict=True) if not fit]
    unknown = [text for text in others if text.casefold() in UNKNOWN]
    odd = [text for text in others if text not in unknown]
    n_cells = column.values.value_counts()
    share = n_cells[good].sum() / (n_cells[good].sum() + n_cells[odd].sum()) if good else 0.0
    if share < MOSTLY or any(re.match(r"0\d", text) for text in good):
        if share >= 0.5 and not any(re.match(r"0\d", text) for text in good):
            column.doubts.append(f"numbers and words are mixed: {listed(odd)}")
        elif not _is_id(column) and have_signs(column.values[~column.values.isin(good)]):
            column.doubts.append(f"numbers with a unit or a sign in the cells: {listed(odd)}")
        return False
    column.missing = unknown
    column.numbers = _numbers(column.values, good, export)
    whole = readable(good, "integer", export.fmt).all()
    if whole and _is_grade(column, good):
        return False
    column.kind = "integer" if whole else "number"
    if not whole:
        n_decimals = decimals_of(good, export.fmt.decimal)
        column.decimals = n_decimals if 0 < n_decimals <= _MOST_DECIMALS else None
    if odd:
        units = all(re.match(r"[<>~]?\s*[+-]?\d", text) for text in odd)
        what = "numbers with a unit or a sign in the cell" if units else "cells that are no number"
        column.doubts.append(f"{what}: {listed(odd)}")
    if whole and len(good) <= 5 and column.numbers.abs().max() <= 9:
        column.notes.append("few values: if they are codes, write type: category with levels")
    _bound(column)
    return True


def _numbers(values: pd.Series, good: list[str], export: Export) -> pd.Series:
    plain = values.where(values.isin(good))
    if export.fmt.thousands:
        plain = plain.str.replace(export.fmt.thousands, "", regex=False)
    plain = plain.str.replace(export.fmt.decimal, ".", regex=False)
    return pd.to_numeric(plain.str.replace("\u2212", "-", regex=False), errors="coerce").astype(
        "float64"
    )


def _is_grade(column: ColumnDraft, good: list[str]) -> bool:
    return len(good) <= 6 and bool(_GRADE_WORDS.search(column.name))


def _bound(column: ColumnDraft) -> None:
    """Set a generous range from the values that belong together, and ask about the others."""
    assert column.numbers is not None
    numbers = column.numbers.dropna()
    texts = column.values[numbers.index]
    sentinels = [text for text in sorted(set(texts) & SENTINELS) if is_apart(numbers, texts, text)]
    if sentinels:
        column.missing += sentinels
        column.doubts.append(f"taken as no value, as it lies apart: {listed(sentinels)}")
        numbers = numbers[~texts.isin(sentinels)]
    far = far_off(numbers)
    kept = numbers[~far]
    column.numbers = column.numbers.where(column.numbers.isin(kept))
    column.bounds = generous_range(kept, whole=column.kind == "integer")
    if far.any():
        column.doubts.append(f"far from all others: {listed(dict.fromkeys(texts[far.index][far]))}")
        column.bounds = without(column.bounds, kept, numbers[far])


def _as_words(column: ColumnDraft, distinct: list[str]) -> None:
    n_values = int(column.values.notna().sum())
    column.numbers = None
    groups = _spellings(column.values)
    is_category = (
        len(groups) <= _MOST_LEVELS
        and len(groups) < max(2, n_values)
        and len(groups) <= max(2, n_values / 2)
        and max(map(len, distinct)) <= _LONGEST_LEVEL
        and not (_is_id(column) and len(groups) > 6)
    )
    if is_category:
        column.kind = "category"
        _levels(column, groups)
    elif _is_id(column) and max(map(len, distinct)) <= _LONGEST_LEVEL:
        column.kind = "id"
    else:
        column.kind = "text"


def _is_id(column: ColumnDraft) -> bool:
    return bool(ID_WORDS.search(column.name))


def _spellings(values: pd.Series) -> dict[str, list[str]]:
    """Return each level in its most frequent spelling, and all its spellings."""
    counts = values.value_counts()
    order = (
        counts.rename_axis("text")
        .reset_index(name="n")
        .sort_values(["n", "text"], ascending=[False, True])
    )
    groups: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for text in order["text"]:
        loose = re.sub(r"\W+", " ", text.casefold()).strip() or text
        groups.setdefault(first.setdefault(loose, text), []).append(text)
    return groups


def _levels(column: ColumnDraft, groups: dict[str, list[str]]) -> None:
    counts = column.values.value_counts()
    n_cells = {level: int(counts[texts].sum()) for level, texts in groups.items()}
    doubtful = [
        level
        for level in groups
        if n_cells[level] == 1 and len(level) >= 4 and _nearest(level, n_cells)
    ]
    for level in doubtful:
        near = _nearest(level, n_cells)
        column.doubts.append(
            f"{level!r} stands once: {near!r} misspelt? It is not among the levels"
        )
    kept = [level for level in groups if level not in doubtful]
    numeric = all(re.fullmatch(r"-?\d+", level) for level in kept)
    for level in sorted(kept, key=int) if numeric else sorted(kept):
        column.levels[level] = level[:1].upper() + level[1:]
        column.codes.update({text: level for text in groups[level] if text != level})
    stored = column.values.map(lambda text: column.codes.get(text, text), na_action="ignore")
    column.values = stored.where(stored.isin(kept))
    if column.codes:
        column.notes.append("spellings of one level are brought together under codes")


def _nearest(level: str, n_cells: dict[str, int]) -> str:
    """Return the frequent level that a rare one seems to be a slip of ("" for none)."""
    frequent = [other for other, number in n_cells.items() if number >= 5]
    # Numbered levels (grade 1, grade 2) are alike on purpose.
    alike = [other for other in frequent if re.sub(r"\D", "", other) == re.sub(r"\D", "", level)]
    return next(iter(difflib.get_close_matches(level, alike, n=1, cutoff=0.8)), "")


def listed(texts: Iterable[Any]) -> str:
    """Return the first texts, quoted, and how many more there are."""
    every = [repr(str(text)) for text in texts]
    more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more
