r"""A manuscript table in LaTeX: booktabs' three rules, numbers set by their decimal sign.

Numbers stand in two boxes, one up to the decimal sign and one from it on, as wide as the
widest of the column (`\decwidths`, `\dec`): a column of numbers with brackets behind them,
counts such as 216/458 and bounds such as <.001 aligns whatever its font.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from procohort.publish.paper.latex_text import escape
from procohort.publish.paper.layout import (
    CELL_MARGIN_PT,
    INDENT_PT,
    NOTE_PT,
    ColumnPlan,
    TablePlan,
    fits_on_a_page,
    plan_table,
    split_at_decimal,
)
from procohort.publish.paper.model import PaperColumn, PaperRow, PaperTable, Text
from procohort.publish.paper.notes import as_sentence, notes_of, texts_below

PACKAGES = (
    "[utf8]{inputenc}",
    "[T1]{fontenc}",
    "{textcomp}",
    "{array}",
    "{booktabs}",
    "{calc}",
    "{caption}",
    "{longtable}",
    "{pdflscape}",
)
_COMMANDS = r"""\providecommand{\decwidths}[3]{%
  \expandafter\gdef\csname dechead#1\endcsname{#2}%
  \expandafter\gdef\csname dectail#1\endcsname{#3}}
\providecommand{\dec}[3]{%
  \makebox[\widthof{\csname dechead#1\endcsname}][r]{#2}%
  \makebox[\widthof{\csname dectail#1\endcsname}][l]{#3}}
\providecommand{\stub}[2]{\hangindent=\dimexpr #1bp + 6bp\relax\hangafter=1\hspace*{#1bp}#2}"""
_LEADING = 1.2
_BREAK = r"\linebreak "  # unlike a new line, leaves a centred line in the middle


def table_text(table: PaperTable, *, data_note: str, decimal_sign: str = ".") -> str:
    r"""Return a table that a document takes in with ``\input``.

    Parameters
    ----------
    table : PaperTable
    data_note : str
        Where the data come from; stands below the table.
    decimal_sign : str
    """
    plan = plan_table(table, decimal_sign)
    header = _header(table, plan)
    n_columns = 1 + len(table.columns)
    continued = r"\textbf{\tablename~\thetable.} (continued)"
    lines = [
        "% Needs: " + "".join(rf"\usepackage{package}" for package in PACKAGES),
        _COMMANDS,
        *([r"\begin{landscape}"] if table.landscape else []),
        r"\begingroup",
        _type_size(plan.size_pt),
        rf"\setlength{{\tabcolsep}}{{{CELL_MARGIN_PT:g}bp}}",
        *_widest_parts(plan),
        rf"\begin{{longtable}}[l]{{{_preamble(table, plan)}}}",
        rf"\caption{{{escape(table.title)}}}\label{{tab:{table.id}}}\\",
        *header,
        r"\endfirsthead",
        rf"\multicolumn{{{n_columns}}}{{l}}{{{continued}}}\\",
        *header,
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        r"\bottomrule",
        *_notes(table, plan, data_note),
        r"\endlastfoot",
        *_body(table, plan, decimal_sign, texts_below(table, data_note)),
        r"\end{longtable}",
        r"\endgroup",
        *([r"\end{landscape}"] if table.landscape else []),
    ]
    return "\n".join([*lines, ""])


def _type_size(size_pt: float) -> str:
    return rf"\fontsize{{{size_pt:g}bp}}{{{size_pt * _LEADING:.4g}bp}}\selectfont"


def _inner(plan: ColumnPlan) -> str:
    """Return the width of a column without its margins."""
    return f"{plan.width_pt - 2 * CELL_MARGIN_PT:.2f}bp"


def _widest_parts(plan: TablePlan) -> list[str]:
    return [
        rf"\decwidths{{{i}}}{{{escape(column.head)}}}{{{escape(column.tail)}}}"
        for i, column in enumerate(plan.columns, start=1)
        if column.is_aligned
    ]


def _preamble(table: PaperTable, plan: TablePlan) -> str:
    parts = [rf">{{\raggedright\arraybackslash}}p{{{_inner(plan.stub)}}}"]
    for column, planned in zip(table.columns, plan.columns, strict=True):
        parts.append(rf">{{{_placing(column)}\arraybackslash}}p{{{_inner(planned)}}}")
    return "".join(parts)


def _placing(column: PaperColumn) -> str:
    return r"\raggedright" if column.align == "left" else r"\centering"


def _header(table: PaperTable, plan: TablePlan) -> list[str]:
    """Return the lines between the upper two rules."""
    lines = [r"\toprule"]
    if any(column.spanner for column in table.columns):
        lines += _spanners(table, plan)
    cells = [_heading(Text(table.stub), r"\raggedright", plan.stub)]
    for column, planned in zip(table.columns, plan.columns, strict=True):
        cells.append(_heading(column.heading, _placing(column), planned))
    return [*lines, _row(cells), r"\midrule"]


def _spanners(table: PaperTable, plan: TablePlan) -> list[str]:
    cells, rules = [""], []
    for spanner, run in groupby(enumerate(table.columns), key=lambda item: item[1].spanner):
        places = [place for place, _ in run]
        width = sum(plan.columns[place].width_pt for place in places) - 2 * CELL_MARGIN_PT
        if not spanner:
            cells += [""] * len(places)
            continue
        style = rf">{{\centering\arraybackslash}}b{{{width:.2f}bp}}"
        cells.append(rf"\multicolumn{{{len(places)}}}{{{style}}}{{{escape(spanner)}}}")
        rules.append(rf"\cmidrule(lr){{{places[0] + 2}-{places[-1] + 2}}}")
    return [_row(cells), "".join(rules)]


def _heading(text: Text, placing: str, plan: ColumnPlan) -> str:
    style = rf">{{{placing}\arraybackslash}}b{{{_inner(plan)}}}"
    return rf"\multicolumn{{1}}{{{style}}}{{{_text(text)}}}"


def _body(table: PaperTable, plan: TablePlan, sign: str, below: Sequence[str]) -> list[str]:
    """Return the lines of the table; one that fits on a page does not break."""
    together = fits_on_a_page(table, plan, below)
    return [
        _line(row, table, plan, sign, star=together and row is not table.rows[-1])
        for row in table.rows
    ]


def _line(row: PaperRow, table: PaperTable, plan: TablePlan, sign: str, *, star: bool) -> str:
    if row.is_section:
        width = f"{plan.width_pt - 2 * CELL_MARGIN_PT:.2f}bp"
        style = rf">{{\raggedright\arraybackslash}}p{{{width}}}"
        heading = rf"\textit{{{_text(row.heading)}}}"
        cell = rf"\multicolumn{{{1 + len(table.columns)}}}{{{style}}}{{{heading}}}"
        return _row([cell], star=True)
    cells = [rf"\stub{{{row.indent * INDENT_PT:g}}}{{{_text(row.heading)}}}"]
    for i, (text, column, planned) in enumerate(
        zip(row.cells, table.columns, plan.columns, strict=True), start=1
    ):
        aligned = column.align == "decimal" and planned.is_aligned
        cells.append(_numbers(text, i, sign) if aligned else _text(text))
    return _row(cells, star=star)


def _numbers(text: Text, column: int, sign: str) -> str:
    """Return the lines of a cell, each in two boxes that meet at the decimal sign."""
    lines = text.text.split("\n")
    found = []
    for i, line in enumerate(lines):
        raised = _raised(text) if i == len(lines) - 1 else ""
        parts = split_at_decimal(line, sign)
        if parts is None:
            found.append(escape(line) + raised)
        else:
            before, after = (escape(part) for part in parts)
            found.append(rf"\dec{{{column}}}{{{before}}}{{{after}{raised}}}")
    return _BREAK.join(found)


def _text(text: Text) -> str:
    return _BREAK.join(escape(line) for line in text.text.split("\n")) + _raised(text)


def _raised(text: Text) -> str:
    return rf"\textsuperscript{{{escape(','.join(text.notes))}}}" if text.notes else ""


def _row(cells: Sequence[str], *, star: bool = False) -> str:
    return " & ".join(cells) + (r" \\*" if star else r" \\")


def _notes(table: PaperTable, plan: TablePlan, data_note: str) -> list[str]:
    """Return the notes as the last foot of the table, from which no page can part them."""
    notes = [
        rf"\textbf{{{escape(note)}}}" if loud else escape(note)
        for note, loud in notes_of(table, data_note)
    ]
    explained = [
        rf"\textsuperscript{{{escape(letter)}}}~{escape(as_sentence(meaning))}"
        for letter, meaning in table.footnotes
    ]
    notes += ["\n".join(explained)] if explained else []
    if not notes:
        return []
    style = f"p{{{plan.width_pt - 2 * CELL_MARGIN_PT:.2f}bp}}"
    opening = rf"{_type_size(NOTE_PT)}\raggedright"
    return [
        rf"\multicolumn{{{1 + len(table.columns)}}}{{{style}}}{{{opening}",
        "\\par\n".join(notes) + r"\par} \\",
    ]
