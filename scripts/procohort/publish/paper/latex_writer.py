"""A manuscript's methods, results, references and tables in LaTeX.

The document reads each table from a file of its own, which another manuscript can read
as well. Tables are `longtable`s, so that a long one breaks across pages.
"""

from __future__ import annotations

from pathlib import Path

from procohort.publish.paper.latex_table import PACKAGES, table_text
from procohort.publish.paper.latex_text import escape
from procohort.publish.paper.model import Paper
from procohort.publish.paper.notes import as_sentence, is_loud
from procohort.publish.prose import plain_text

TABLES = "tables"
_CAPTIONS = (
    r"\captionsetup{justification=raggedright,singlelinecheck=false,labelfont=bf,labelsep=period}"
)


def write_latex(paper: Paper, path: str | Path) -> None:
    r"""Write a manuscript in LaTeX, and each table beside it as ``tables/<id>.tex``.

    The document compiles with pdfLaTeX, run twice, from its own folder.

    Parameters
    ----------
    paper : Paper
    path : path
        The document; ends in ``.tex``.
    """
    folder = Path(path).parent / TABLES
    folder.mkdir(parents=True, exist_ok=True)
    for table in paper.tables:
        text = table_text(table, data_note=paper.data_note, decimal_sign=paper.decimal_sign)
        _write(folder / f"{table.id}.tex", text)
    _write(Path(path), document_text(paper))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def document_text(paper: Paper) -> str:
    """Return the document, which reads its tables from files."""
    note = escape(as_sentence(paper.data_note))
    if is_loud(paper.data_note):
        width = r"\dimexpr\linewidth-2\fboxsep-2\fboxrule\relax"
        note = rf"\noindent\fbox{{\parbox{{{width}}}{{\raggedright\textbf{{{note}}}}}}}"
    lines = [
        r"\documentclass[11pt,a4paper]{article}",
        *(rf"\usepackage{package}" for package in PACKAGES),
        r"\usepackage[margin=25mm]{geometry}",
        r"\usepackage{mathptmx}",
        _CAPTIONS,
        r"\setlength{\parindent}{0pt}",
        r"\setlength{\parskip}{6pt}",
        r"\setlength{\emergencystretch}{3em}",
        "",
        r"\begin{document}",
        "",
        rf"{{\Large\bfseries\raggedright {escape(paper.title)}\par}}",
        "",
        note,
    ]
    for section in paper.sections:
        lines += ["", rf"\section*{{{escape(section.title)}}}"]
        for sentences in section.paragraphs:
            # One sentence on a line: easier to compare two versions.
            lines += ["", *(escape(plain_text(sentence)) for sentence in sentences)]
    lines += _references(paper)
    for table in paper.tables:
        lines += ["", rf"\input{{{TABLES}/{table.id}}}"]
    return "\n".join([*lines, "", r"\end{document}", ""])


def _references(paper: Paper) -> list[str]:
    if not paper.references:
        return [r"\clearpage"]
    items = [rf"\item {escape(reference)}" for reference in paper.references]
    begin, end = r"\begin{enumerate}", r"\end{enumerate}"
    return ["", r"\section*{References}", "", begin, *items, end, "", r"\clearpage"]
