"""What python-docx has no words for: rules, fields, languages, repeated header rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.table import Table, _Cell, _Row
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
LANGUAGE = "en-US"
THICK, THIN = 8, 4  # eighths of a point
_TWIPS_PER_PT = 20
# The schema fixes the order of what stands in these elements.
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
_AFTER_ROW_FLAG = ("w:tblHeader", "w:jc", "w:hidden")


def element(name: str, **attributes: str) -> BaseOxmlElement:
    """Return an element of the word-processing namespace with attributes of the same."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def rule_below(cell: _Cell, eighths: int) -> None:
    """Draw a line below a cell."""
    _cell_rule(cell, "bottom", eighths)


def rule_above(cell: _Cell, eighths: int) -> None:
    """Draw a line above a cell."""
    _cell_rule(cell, "top", eighths)


def _cell_rule(cell: _Cell, side: str, eighths: int) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = element("tcBorders")
        properties.insert_element_before(
            borders, "w:shd", "w:noWrap", "w:tcMar", "w:textDirection", "w:vAlign", "w:hideMark"
        )
    line = element(side, val="single", sz=str(eighths), space="0", color="000000")
    # Top stands before bottom in the schema.
    borders.insert(0 if side == "top" else len(borders), line)


def paragraph_rules(
    paragraph: Paragraph, sides: tuple[str, ...], eighths: int, space_pt: int = 1
) -> None:
    """Draw lines beside a paragraph: they end where its text may end."""
    borders = element("pBdr")
    for side in sides:
        line = element(side, val="single", sz=str(eighths), space=str(space_pt), color="000000")
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Append a field, for example a page number, with the text it shows at first."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind in ("begin", "separate", "end"):
            run._r.append(element("fldChar", fldCharType=kind))
        elif not kind:
            instruction = element("instrText")
            instruction.text = f" {text} "
            instruction.set(qn("xml:space"), "preserve")
            run._r.append(instruction)


def keep_row_whole(row: _Row) -> None:
    """Let a row not break across pages."""
    row._tr.get_or_add_trPr().insert_element_before(element("cantSplit"), *_AFTER_ROW_FLAG)


def repeat_as_header(row: _Row) -> None:
    """Repeat a row at the top of every page, and mark it as header for screen readers."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def describe_table(table: Table, title: str, text: str) -> None:
    """Give a table its title and description for people who do not see it."""
    properties = table._tbl.tblPr
    properties.append(element("tblCaption", val=title))
    properties.append(element("tblDescription", val=text))


def set_widths(table: Table, widths_pt: list[float], margin_pt: float) -> None:
    """Fix the widths of the columns and the margins of the cells."""
    table.autofit = False
    properties = table._tbl.tblPr
    total = element("tblW", w=str(round(sum(widths_pt) * _TWIPS_PER_PT)), type="dxa")
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(round(margin_pt * _TWIPS_PER_PT)), type="dxa"))
    after = ("w:jc", "w:tblCellSpacing", "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout")
    properties.insert_element_before(total, *after, "w:tblCellMar", "w:tblLook")
    properties.insert_element_before(margins, "w:tblLook")
    for column, width in zip(table.columns, widths_pt, strict=True):
        column.width = Pt(width)
    # Cells carry the width again: some programs look there only.
    for row in table.rows:
        for cell, width in zip(row.cells, widths_pt, strict=True):
            cell.width = Pt(width)


def set_font(style: ParagraphStyle, size_pt: float, *, bold: bool = False) -> None:
    """Set a style in the document's typeface, black, whatever its theme says."""
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size_pt), bold
    style.font.italic = False
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for key in list(fonts.attrib):
        if key.lower().endswith("theme"):
            del fonts.attrib[key]
    for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(key), FONT)
    for colour in properties.findall(qn("w:color")):
        properties.remove(colour)


def set_language(document: Document) -> None:
    """Say in which language the document is written."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)


def drop_thumbnail(document: Document) -> None:
    """Leave out the picture of another document that the template brings."""
    relations = document.part.package.rels
    for key in [key for key, rel in relations.items() if rel.reltype.endswith("/thumbnail")]:
        relations.pop(key)
