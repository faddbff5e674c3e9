"""A table prepared for the page: few bytes, sections with their lines, columns by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from procohort.publish.report.terms import Terms
from procohort.publish.tables.model import Column, Line, Table

# Letters of classes that stand for a perspective.
PERSPECTIVE_CLASSES = {"as_published": "a", "cluster_aware": "c"}
# Longer tables scroll in a box of their own, with their headings in sight.
TALL = 30
# Wider tables are printed across the page.
WIDE = 9
# What folded tables may have to be opened for printing.
SHORT = 25
_TERM_COLUMNS = ("method", "estimand", "quantity")
_TERM_HEADINGS = ("estimand", "method", "quantity")


@dataclass(frozen=True, slots=True)
class Head:
    """A heading cell over one column or several."""

    html: Markup
    classes: str
    span: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line: its heading, the other cells, its classes."""

    heading: Markup
    is_indented: bool
    cells: tuple[Markup, ...]
    classes: str


@dataclass(frozen=True, slots=True)
class Body:
    """The lines under one section heading, which may be empty."""

    heading: str
    lines: tuple[GridLine, ...]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as the page shows it."""

    name: str
    title: str
    settings: str
    heading: Markup
    classes: str
    spanners: tuple[Head, ...]
    heads: tuple[Head, ...]
    bodies: tuple[Body, ...]
    notes: tuple[Markup, ...]
    n_lines: int

    @property
    def n_columns(self) -> int:
        """Columns with that of the headings."""
        return len(self.heads) + 1

    @property
    def is_tall(self) -> bool:
        """Whether the table scrolls in a box of its own."""
        return self.n_lines > TALL

    @property
    def is_short(self) -> bool:
        """Whether a folded table is printed."""
        return self.n_lines <= SHORT


def prepare(name: str, table: Table, terms: Terms, data_note: str) -> PageTable:
    """Return a table ready for the page.

    Parameters
    ----------
    name : str
        Name of its files, and of its anchor.
    table : Table
    terms : Terms
        Marks terms in headings and in the columns of methods.
    data_note : str
        Where the data come from; stands in the caption.
    """
    terms.begin()
    letters = _letters(table)
    heads = tuple(
        _head(column, letter, terms) for column, letter in zip(table.columns, letters, strict=True)
    )
    return PageTable(
        name=name,
        title=table.title,
        settings=f"{'; '.join(table.settings)}. {data_note}.",
        heading=terms.mark(table.heading),
        classes=_table_classes(table, letters),
        spanners=_spanners(table, letters, terms),
        heads=heads,
        bodies=_bodies(table, terms),
        notes=tuple(terms.mark(note) for note in table.notes),
        n_lines=len(table.lines),
    )


def _letters(table: Table) -> list[str]:
    """Return the class letter of the perspective of each column; empty for other columns.

    What stands under the heading of one perspective belongs to it, such as a design effect.
    """
    found: list[str] = []
    for name, span in table.spanners() or [("", len(table.columns))]:
        under = table.columns[len(found) : len(found) + span]
        own = [PERSPECTIVE_CLASSES.get(column.perspective, "") for column in under]
        shared = set(own) - {""}
        found += [shared.pop()] * span if name and len(shared) == 1 else own
    return found


def _table_classes(table: Table, letters: Sequence[str]) -> str:
    """Return one class for each thing that a column of body cells is, as in ``n2 x3 a3``."""
    found = ["wide"] if len(table.columns) >= WIDE else []
    for position, (column, letter) in enumerate(zip(table.columns, letters, strict=True), start=2):
        style = {"number": "n", "whole": "w", "text": "x"}[column.style]
        found += [f"{one}{position}" for one in (style, letter) if one]
    return " ".join(found)


def _head(column: Column, letter: str, terms: Terms) -> Head:
    html = terms.mark(column.label)
    if column.detail:
        html += Markup("<small>{}</small>").format(column.detail)
    classes = f"{'n ' if column.numeric else ''}{f'p{letter}' if letter else ''}".strip()
    return Head(html, classes, 1)


def _spanners(table: Table, letters: Sequence[str], terms: Terms) -> tuple[Head, ...]:
    found = []
    place = 0
    for name, span in table.spanners():
        under = set(letters[place : place + span])
        letter = under.pop() if len(under) == 1 else ""
        found.append(Head(terms.mark(name), f"p{letter}" if letter else "", span))
        place += span
    return tuple(found)


def _bodies(table: Table, terms: Terms) -> tuple[Body, ...]:
    bodies: list[tuple[str, list[GridLine]]] = []
    for line in table.lines:
        if line.is_section or not bodies:
            bodies.append((line.heading if line.is_section else "", []))
        if not line.is_section:
            bodies[-1][1].append(_line(line, table, terms))
    return tuple(Body(heading, tuple(lines)) for heading, lines in bodies)


def _line(line: Line, table: Table, terms: Terms) -> GridLine:
    names_terms = table.heading.lower() in _TERM_HEADINGS
    letter = PERSPECTIVE_CLASSES.get(line.perspective, "")
    return GridLine(
        heading=terms.mark(line.heading) if names_terms else Markup.escape(line.heading),
        is_indented=line.indent,
        cells=tuple(_cell(one, line.cells.get(one.key, ""), terms) for one in table.columns),
        classes=f"p{letter}" if letter else "",
    )


def _cell(column: Column, text: str, terms: Terms) -> Markup:
    """Return a cell; what stands below its first line is small."""
    first, *rest = text.split("\n")
    says_terms = column.key in _TERM_COLUMNS
    html = terms.mark(first) if says_terms else Markup.escape(first)
    if rest:
        below = Markup("<br>").join(terms.mark(one) for one in rest)
        html += Markup("\n<small>{}</small>").format(below)
    return html
