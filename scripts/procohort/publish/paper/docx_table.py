"""A manuscript table in a Word document: three rules, numbers set by their decimal sign.

Numbers are set by the indentation of their paragraph. A decimal tab stop would do the
same on one machine only: it obeys the decimal sign of the reader's system, stops at
different places in ``216/458 (47.2%)``, and some programs know none.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from procohort.publish.paper.docx_parts import (
    THICK,
    THIN,
    add_field,
    describe_table,
    keep_row_whole,
    paragraph_rules,
    repeat_as_header,
    rule_above,
    rule_below,
    set_widths,
)
from procohort.publish.paper.layout import (
    CELL_MARGIN_PT,
    INDENT_PT,
    ColumnPlan,
    fits_on_a_page,
    plan_table,
    split_at_decimal,
    text_width,
)
from procohort.publish.paper.model import PaperTable, Text
from procohort.publish.paper.notes import as_sentence, notes_of, texts_below

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

TABLE_STYLE, NOTE_STYLE = "Table text", "Table note"
_HANGING_PT = 6.0  # how far a broken line stands behind its first


def add_table(
    document: Document, table: PaperTable, number: int, *, data_note: str, decimal_sign: str
) -> None:
    """Append a table with its caption above and its notes below.

    Parameters
    ----------
    document : docx.document.Document
        With the styles of `docx_writer`.
    table : PaperTable
    number : int
        Its number in the text.
    data_note : str
        Where the data come from.
    decimal_sign : str
    """
    plan = plan_table(table, decimal_sign)
    caption = document.add_paragraph(style="Caption")
    caption.add_run("Table ").bold = True
    add_field(caption, "SEQ Table \\* ARABIC", str(number))
    for run in caption.runs:
        run.bold = True
    caption.add_run(".").bold = True
    caption.add_run(f" {table.title}")
    n_header = 2 if any(column.spanner for column in table.columns) else 1
    made = document.add_table(n_header + len(table.rows), 1 + len(table.columns))
    made.alignment = WD_TABLE_ALIGNMENT.LEFT
    set_widths(made, [plan.stub.width_pt, *(x.width_pt for x in plan.columns)], CELL_MARGIN_PT)
    headings = [table.stub, *(column.heading.text for column in table.columns)]
    described = f"Columns: {'; '.join(' '.join(x.split()) for x in headings)}. {data_note}"
    describe_table(made, f"Table {number}. {table.title}", described)
    grid = [list(row.cells) for row in made.rows]
    writer = _TableWriter(table, plan.columns, plan.size_pt, decimal_sign)
    if n_header == 2:
        writer.spanners(grid[0])
    writer.header(grid[n_header - 1])
    for row, cells in zip(table.rows, grid[n_header:], strict=True):
        if row.is_section:
            writer.section(cells, row.heading)
        else:
            writer.line(cells, row.heading, row.indent, row.cells)
    _rules(grid, n_header)
    is_whole = fits_on_a_page(table, plan, texts_below(table, data_note))
    _pages(made, n_header, is_whole=is_whole)
    _notes(document, table, data_note, is_whole=is_whole)


class _TableWriter:
    """Fills the cells of one table."""

    def __init__(
        self, table: PaperTable, plans: tuple[ColumnPlan, ...], size_pt: float, sign: str
    ) -> None:
        self._table, self._plans, self._size, self._sign = table, plans, size_pt, sign

    def spanners(self, cells: list[_Cell]) -> None:
        for cell in cells:
            cell.paragraphs[0].style = TABLE_STYLE
        for spanner, run in groupby(
            enumerate(self._table.columns, start=1), key=lambda item: item[1].spanner
        ):
            places = [place for place, _ in run]
            if not spanner:
                continue
            cell = cells[places[0]].merge(cells[places[-1]])
            paragraph = self._paragraph(cell, Text(spanner))
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph_rules(paragraph, ("bottom",), THIN)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM

    def header(self, cells: list[_Cell]) -> None:
        self._paragraph(cells[0], Text(self._table.stub))
        for cell, column in zip(cells[1:], self._table.columns, strict=True):
            paragraph = self._paragraph(cell, column.heading)
            if column.align != "left":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for cell in cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM

    def section(self, cells: list[_Cell], heading: Text) -> None:
        cell = cells[0].merge(cells[-1])
        paragraph = self._paragraph(cell, heading)
        for run in paragraph.runs:
            run.italic = True
        paragraph.paragraph_format.space_before = Pt(3)

    def line(self, cells: list[_Cell], heading: Text, indent: int, texts: tuple[Text, ...]) -> None:
        stub = self._paragraph(cells[0], heading).paragraph_format
        stub.left_indent = Pt(indent * INDENT_PT + _HANGING_PT)
        stub.first_line_indent = Pt(-_HANGING_PT)
        for cell, text, column, plan in zip(
            cells[1:], texts, self._table.columns, self._plans, strict=True
        ):
            if column.align == "decimal" and plan.is_aligned:
                self._numbers(cell, text, plan)
                continue
            paragraph = self._paragraph(cell, text)
            if column.align != "left":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _numbers(self, cell: _Cell, text: Text, plan: ColumnPlan) -> None:
        """Write the lines of a cell, each set by its decimal sign."""
        lines = text.text.split("\n")
        for i, line in enumerate(lines):
            notes = text.notes if i == len(lines) - 1 else ()
            paragraph = self._paragraph(cell, Text(line, notes), first=i == 0)
            parts = split_at_decimal(line, self._sign)
            if parts is None:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                continue
            before = plan.head_pt - text_width(parts[0], self._size)
            paragraph.paragraph_format.left_indent = Pt(plan.left_pt + before)

    def _paragraph(self, cell: _Cell, text: Text, *, first: bool = True) -> Paragraph:
        paragraph: Paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
        paragraph.style = TABLE_STYLE
        add_text(paragraph, text)
        for run in paragraph.runs:
            run.font.size = Pt(self._size)
        return paragraph


def add_text(paragraph: Paragraph, text: Text) -> None:
    """Append a text, its lines below each other, and the letters of its notes raised."""
    for i, line in enumerate(text.text.split("\n")):
        run = paragraph.add_run()
        if i:
            run.add_break()
        run.add_text(line)
    if text.notes:
        paragraph.add_run(",".join(text.notes)).font.superscript = True


def _rules(grid: list[list[_Cell]], n_header: int) -> None:
    """Draw the three lines of the table; neighbours share them, so each is drawn once."""
    for cell in _each(grid[0]):
        rule_above(cell, THICK)
    for cell in _each(grid[n_header - 1]):
        rule_below(cell, THIN)
    for cell in _each(grid[-1]):
        rule_below(cell, THICK)


def _each(cells: list[_Cell]) -> list[_Cell]:
    """Return the cells of a row, merged ones once."""
    return list({id(cell._tc): cell for cell in cells}.values())


def _pages(table: Table, n_header: int, *, is_whole: bool) -> None:
    """Keep rows whole, repeat the header, keep a table on a page if it fits."""
    rows = list(table.rows)
    for i, row in enumerate(rows):
        keep_row_whole(row)
        if i < n_header:
            repeat_as_header(row)
        # The last lines stay with the notes.
        if is_whole or i < n_header or i >= len(rows) - 2:
            for paragraph in row._tr.xpath(".//w:p"):
                paragraph.get_or_add_pPr().get_or_add_keepNext()


def _notes(document: Document, table: PaperTable, data_note: str, *, is_whole: bool) -> None:
    paragraphs = []
    for note, loud in notes_of(table, data_note):
        paragraph = document.add_paragraph(style=NOTE_STYLE)
        paragraph.add_run(note).bold = loud
        paragraphs.append(paragraph)
    if table.footnotes:
        paragraph = document.add_paragraph(style=NOTE_STYLE)
        for letter, meaning in table.footnotes:
            paragraph.add_run(letter).font.superscript = True
            paragraph.add_run(f"\u00a0{as_sentence(meaning)} ")
        paragraphs.append(paragraph)
    for paragraph in paragraphs[:-1]:
        paragraph.paragraph_format.keep_with_next = is_whole
    if paragraphs:
        paragraphs[0].paragraph_format.space_before = Pt(3)
        paragraphs[-1].paragraph_format.space_after = Pt(18)
