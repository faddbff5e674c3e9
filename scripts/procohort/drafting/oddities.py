"""What is odd in cells and rows of an export: people, units, errors, sums below the table."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from procohort.drafting.reading import Export
from procohort.drafting.texts import MOSTLY, UNKNOWN, is_no_value

PEOPLE = "values look like surnames or initials; replace them by a pseudonym"
# With fewer values, words with a capital are levels more often than people.
_FEWEST_PEOPLE = 5
_SURNAME = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+)?"
_INITIALS = r"[A-ZÄÖÜ]\.? ?[A-ZÄÖÜ]\.?(?: ?[A-ZÄÖÜ]\.?)?"
_TITLE = r"(?:(?:OA|OÄ|CA|FA)\s+)?(?:Dr|Prof|PD|Priv)\.?\s+\S.*"
_PLAIN = r"[+\-\u2212]?\d+(?:[.,]\d+)*"
_UNIT = r"[%‰°]|\s+[^\W\d_]\S*|[^\W\d_]{2}\S*"
_WITH_SIGN = re.compile(
    rf"[<>~≤≥=]\s*{_PLAIN}\s*(?:{_UNIT})?|{_PLAIN}\s*(?:{_UNIT})|{_PLAIN}\s*[-\u2013]\s*{_PLAIN}"
)
_ERRORS = frozenset({
    "#div/0!", "#value!", "#wert!", "#ref!", "#bezug!", "#name?", "#num!", "#zahl!", "#null!",
})  # fmt: skip
_SUM_WORDS = re.compile(
    r"(?:summe|gesamt|mittelwert|mittel|median|standardabweichung|total|sum|mean|average|legende"
    r"|legend|anmerkung|note)\b|n ?=",
    re.IGNORECASE,
)
# Of a table with two columns, a row with one value may be whole.
_FEWEST_CELLS = 3


def has_titles(values: pd.Series) -> bool:
    """Return whether most values begin with the title of a physician.

    Examples
    --------
    >>> has_titles(pd.Series(["Dr. Ahorn", "Prof. Birke"])), has_titles(pd.Series(["Drug A"]))
    (True, False)
    """
    found = values.dropna().drop_duplicates()
    return len(found) > 0 and bool(found.str.fullmatch(_TITLE).mean() > 0.5)


def looks_like_people(values: pd.Series) -> bool:
    """Return whether all of several values could be surnames, or initials.

    Examples
    --------
    >>> looks_like_people(pd.Series(["AB", "CD", "EF", "GH", "KL"]))
    True
    >>> looks_like_people(pd.Series(["E01", "E02", "E03", "E04", "E05"]))
    False
    """
    found = values.dropna().drop_duplicates()
    if has_titles(found):
        return True
    alike = (found.str.fullmatch(pattern).all() for pattern in (_SURNAME, _INITIALS))
    return len(found) >= _FEWEST_PEOPLE and any(alike)


def have_signs(values: pd.Series) -> bool:
    """Return whether nearly all cells are numbers with a unit or a sign.

    Examples
    --------
    >>> have_signs(pd.Series(["<3", "12 %", "1-3"])), have_signs(pd.Series(["1a", "2b"]))
    (True, False)
    """
    found = values.dropna()
    return len(found) > 0 and bool(found.map(_is_signed).mean() >= MOSTLY)


def _is_signed(text: str) -> bool:
    return bool(_WITH_SIGN.fullmatch(text))


def errors_in(cells: pd.Series) -> list[str]:
    """Return the errors of a spreadsheet among the cells, each once.

    Examples
    --------
    >>> errors_in(pd.Series(["1", "#DIV/0!", "#DIV/0!"]))
    ['#DIV/0!']
    """
    return [text for text in cells.unique() if text.casefold() in _ERRORS]


def rows_below(export: Export) -> list[int]:
    """Return the rows of the file at its end that look like sums or notes, in order.

    They hold one cell only, or have at most half the usual cells and a word for a sum or
    a colon in the first; a word for a sum that stands nowhere else is enough.
    """
    cells = export.grid.cells.apply(lambda column: column.str.strip())
    filled = (cells != "").sum(axis=1)
    usual = float(filled.median())
    if usual < _FEWEST_CELLS:
        return []
    found = []
    for place in reversed(range(len(cells))):
        texts = cells.iloc[place]
        first = next(text for text in texts if text)
        few = filled.iloc[place] <= usual / 2
        is_sum = bool(_SUM_WORDS.match(first)) and (cells == first).to_numpy().sum() == 1
        is_note = filled.iloc[place] == 1 or ":" in first or bool(_SUM_WORDS.match(first))
        if not (is_sum or (few and is_note)):
            break
        found.append(int(export.grid.rows[place]))
    return found[::-1]


def units_row(export: Export) -> int | None:
    """Return the first row of the file if its words stand above numbers, as units do."""
    numeric = 0
    for place in export.grid.cells.columns:
        cells = export.values(place)
        first = cells.iloc[0]
        rest = [text for text in cells.iloc[1:] if not is_no_value(text)]
        if len(rest) < 2 or is_no_value(first) or _share(rest) < MOSTLY:
            continue
        if first.casefold() in UNKNOWN or any(sign.isdigit() for sign in first):
            return None
        numeric += 1
    return int(export.grid.rows[0]) if numeric else None


def _share(texts: Sequence[str]) -> float:
    return sum(bool(re.fullmatch(_PLAIN, text)) for text in texts) / len(texts)
