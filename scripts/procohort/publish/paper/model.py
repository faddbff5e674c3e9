"""A journal's table: three lines, n in every header, footnotes; no writer is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from procohort.publish.prose import Prose

Align = Literal["left", "decimal", "center"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with the letters of its footnotes, set raised behind it."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column after the first one.

    Attributes
    ----------
    heading : Text
        Lines separated by newlines; the last one holds n where the column is a group.
    spanner : str
        Heading over neighbouring columns that share it.
    align : str
        ``decimal`` sets numbers by their decimal sign.
    """

    heading: Text
    spanner: str = ""
    align: Align = "decimal"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A line of the table: its heading, and one cell for each column.

    A section is a heading over the lines that follow; it has no cells. `indent`
    counts steps.
    """

    heading: Text
    cells: tuple[Text, ...] = ()
    indent: int = 0
    is_section: bool = False


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table of a manuscript.

    Attributes
    ----------
    id : str
        For file names and references: letters, digits, underscores.
    title : str
        Without a number; the writer counts tables.
    stub : str
        Heading of the first column.
    columns, rows
        What the table shows.
    notes : tuple of str
        Data label, summaries, abbreviations; each a sentence below the table.
    footnotes : tuple of (letter, text)
        In the order of their letters.
    landscape : bool
        Whether the table needs the long side of the page.
    """

    id: str
    title: str
    stub: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[PaperRow, ...]
    notes: tuple[str, ...] = ()
    footnotes: tuple[tuple[str, str], ...] = ()
    landscape: bool = False

    def __post_init__(self) -> None:
        for row in self.rows:
            if not row.is_section and len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.id}, line {row.heading.text!r}: {len(row.cells)} cells "
                    f"for {len(self.columns)} columns"
                )


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A heading with its paragraphs, for example Methods; a paragraph is a row of sentences."""

    title: str
    paragraphs: tuple[tuple[Prose, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is written for a manuscript.

    Attributes
    ----------
    title, data_note : str
        Title of the study, and the sentence that says where the data come from; it stands
        under the title and below every table.
    sections : tuple of PaperSection
    tables : tuple of PaperTable
    references : tuple of str
        In the order of their numbers, when the sections cite.
    decimal_sign : str
        Of the numbers in the tables: what they are aligned by.
    """

    title: str
    data_note: str
    sections: tuple[PaperSection, ...]
    tables: tuple[PaperTable, ...]
    references: tuple[str, ...] = ()
    decimal_sign: str = "."
