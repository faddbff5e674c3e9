"""A manuscript's methods, results, references and tables as a Word document."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from procohort.publish.packages import FIXED_TIME, write_package
from procohort.publish.paper.docx_parts import (
    LANGUAGE,
    THIN,
    add_field,
    drop_thumbnail,
    paragraph_rules,
    set_font,
    set_language,
)
from procohort.publish.paper.docx_table import NOTE_STYLE, TABLE_STYLE, add_table
from procohort.publish.paper.layout import NOTE_PT
from procohort.publish.paper.model import Paper
from procohort.publish.paper.notes import as_sentence, is_loud
from procohort.publish.prose import plain_text

if TYPE_CHECKING:
    from docx.document import Document

_WIDTH, _HEIGHT, _MARGIN = Mm(210), Mm(297), Mm(25)
_TEXT_PT, _TABLE_PT = 11, 9


def write_docx(paper: Paper, path: str | Path) -> None:
    """Write a manuscript as a Word document; the same manuscript gives the same bytes.

    Parameters
    ----------
    paper : Paper
        Sections, references and tables come in this order; wide tables on pages of
        their own, turned.
    path : path
        Ends in ``.docx``.
    """
    document = docx.Document()
    _set_styles(document)
    _set_properties(document, paper)
    _set_page(document)
    _add_opening(document, paper)
    for section in paper.sections:
        document.add_heading(section.title, level=1)
        for sentences in section.paragraphs:
            document.add_paragraph(" ".join(plain_text(sentence) for sentence in sentences))
    if paper.references:
        document.add_heading("References", level=1)
        for number, reference in enumerate(paper.references, start=1):
            listed = document.add_paragraph(f"{number}.\t{reference}")
            listed.paragraph_format.left_indent = Mm(7)
            listed.paragraph_format.first_line_indent = Mm(-7)
    _add_tables(document, paper)
    data = BytesIO()
    document.save(data)
    write_package(data.getvalue(), path)


def _set_styles(document: Document) -> None:
    styles = document.styles
    normal = styles["Normal"]
    set_font(normal, _TEXT_PT)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    for name, size, before, after in (("Title", 16, 0, 6), ("Heading 1", 13, 14, 4)):
        style = styles[name]
        set_font(style, size, bold=True)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.keep_with_next = True
    # The template draws a coloured line below the title.
    for rules in styles["Title"].element.xpath(".//w:pBdr"):
        rules.getparent().remove(rules)
    caption = styles["Caption"]
    set_font(caption, _TABLE_PT + 1)
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.space_after = Pt(4)
    caption.paragraph_format.line_spacing = 1.0
    caption.paragraph_format.keep_with_next = True
    for name, points in ((TABLE_STYLE, _TABLE_PT), (NOTE_STYLE, NOTE_PT)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        set_font(style, points)
        style.paragraph_format.space_before = Pt(1)
        style.paragraph_format.space_after = Pt(1)
        style.paragraph_format.line_spacing = 1.0
    set_language(document)


def _set_properties(document: Document, paper: Paper) -> None:
    known = document.core_properties
    known.title, known.subject, known.language = paper.title, paper.data_note, LANGUAGE
    known.author = known.last_modified_by = known.comments = known.keywords = ""
    known.created = known.modified = FIXED_TIME
    known.revision = 1
    drop_thumbnail(document)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = _WIDTH, _HEIGHT
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_field(footer, "PAGE", "1")


def _add_opening(document: Document, paper: Paper) -> None:
    document.add_paragraph(paper.title, style="Title")
    loud = is_loud(paper.data_note)
    note = document.add_paragraph()
    note.add_run(as_sentence(paper.data_note)).bold = loud
    if loud:
        paragraph_rules(note, ("top", "left", "bottom", "right"), 2 * THIN, space_pt=4)


def _add_tables(document: Document, paper: Paper) -> None:
    """Append the tables on new pages; a section for each run of upright or turned ones."""
    upright: bool | None = None
    for number, table in enumerate(paper.tables, start=1):
        if upright is None or upright == table.landscape:
            upright = not table.landscape
            section = document.add_section(WD_SECTION.NEW_PAGE)
            sides = (_WIDTH, _HEIGHT) if upright else (_HEIGHT, _WIDTH)
            section.page_width, section.page_height = sides
            section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
        add_table(
            document,
            table,
            number,
            data_note=paper.data_note,
            decimal_sign=paper.decimal_sign,
        )
