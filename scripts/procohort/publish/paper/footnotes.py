"""Footnotes: cells carry their text, letters are given in reading order at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from string import ascii_lowercase

from procohort.publish.paper.abbreviations import abbreviations_in
from procohort.publish.paper.model import PaperTable, Text


def letter(position: int) -> str:
    """Return the letter of a footnote, counted from 0; after z come aa, bb.

    Examples
    --------
    >>> letter(0), letter(25), letter(27)
    ('a', 'z', 'bb')
    """
    return ascii_lowercase[position % 26] * (position // 26 + 1)


def finished(
    table: PaperTable, data_note: str, notes: Sequence[str], own: Mapping[str, str]
) -> PaperTable:
    """Return a table with letters for its footnotes and everything that stands below it.

    Parameters
    ----------
    table : PaperTable
        Its texts carry whole footnotes instead of letters.
    data_note : str
        Where the data come from; the first note.
    notes : sequence of str
        Further notes.
    own : mapping
        Abbreviations of the study.
    """
    letters: dict[str, str] = {}
    for text in _texts(table):
        for note in text.notes:
            letters.setdefault(note, letter(len(letters)))

    def lettered(text: Text) -> Text:
        # Two reasons behind one number stand in the order of their letters.
        found = sorted((letters[note] for note in text.notes), key=lambda x: (len(x), x))
        return Text(text.text, tuple(dict.fromkeys(found)))

    said = [*notes, *letters, table.title, table.stub]
    said += [text.text for text in _texts(table)]
    said += [column.spanner for column in table.columns]
    short = abbreviations_in(said, own)
    return replace(
        table,
        columns=tuple(replace(x, heading=lettered(x.heading)) for x in table.columns),
        rows=tuple(
            replace(row, heading=lettered(row.heading), cells=tuple(map(lettered, row.cells)))
            for row in table.rows
        ),
        notes=(data_note, *notes, *([f"{short}."] if short else [])),
        footnotes=tuple((mark, note) for note, mark in letters.items()),
    )


def _texts(table: PaperTable) -> Iterator[Text]:
    """Yield every text that may carry a footnote, in reading order."""
    for column in table.columns:
        yield column.heading
    for row in table.rows:
        yield row.heading
        yield from row.cells


def sentence(text: str) -> str:
    """Return a text with one full stop at its end."""
    return f"{text.rstrip('. ')}."
