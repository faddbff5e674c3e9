# ruff: noqa: RUF001 - the signs that papers print are what is tested
"""A manuscript in Word and LaTeX: what a co-author opens must be ready to edit."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from procohort.publish.paper.docx_writer import write_docx
from procohort.publish.paper.latex_table import table_text
from procohort.publish.paper.latex_text import escape
from procohort.publish.paper.latex_writer import write_latex
from procohort.publish.paper.layout import (
    CELL_MARGIN_PT,
    LANDSCAPE_PT,
    PORTRAIT_PT,
    fits_on_a_page,
    plan_table,
    split_at_decimal,
    text_width,
)
from procohort.publish.paper.model import PaperColumn, PaperTable, Text
from sample_paper import (
    DATA_NOTE,
    characteristics,
    claims,
    comparisons,
    line,
    sample_paper,
)


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> docx.document.Document:
    path = tmp_path_factory.mktemp("word") / "paper.docx"
    write_docx(sample_paper(), path)
    return docx.Document(str(path))


# ------------------------------------------------------------------ layout


@pytest.mark.parametrize(
    ("text", "sign", "parts"),
    [
        ("12.3 (10.1, 14.5)", ".", ("12", ".3 (10.1, 14.5)")),
        ("12,3 (10,1; 14,5)", ",", ("12", ",3 (10,1; 14,5)")),
        ("12·3 (10·1)", "·", ("12", "·3 (10·1)")),
        ("216/458 (47.2%)", ".", ("216", "/458 (47.2%)")),
        ("−0.4 [−12.5, 3]", ".", ("−0", ".4 [−12.5, 3]")),
        ("<.001", ".", ("<", ".001")),
        ("1,234.5", ".", ("1,234", ".5")),
        ("1.234,5", ",", ("1.234", ",5")),
        ("44", ".", ("44", "")),
        ("not estimable", ".", None),
        ("", ".", None),
    ],
)
def test_a_cell_is_split_at_the_decimal_sign_of_its_first_number(
    text: str, sign: str, parts: tuple[str, str] | None
) -> None:
    """A bracket behind the number, a bound before it, thousands: the column must still align."""
    assert split_at_decimal(text, sign) == parts


@pytest.mark.parametrize("table", [characteristics(), comparisons(), claims()], ids=lambda t: t.id)
def test_a_table_fits_its_page(table: PaperTable) -> None:
    """A table that runs off the page cannot be printed."""
    room = LANDSCAPE_PT if table.landscape else PORTRAIT_PT
    assert plan_table(table).width_pt <= room + 0.01


def test_a_table_too_wide_is_set_smaller() -> None:
    """Ten columns of intervals must not overlap."""
    columns = tuple(PaperColumn(Text(f"Group {i}")) for i in range(8))
    wide = PaperTable("t", "T", "S", columns, (line("x", *["12.3 [4.5, 6.7]"] * 8),))
    assert plan_table(wide).size_pt < plan_table(characteristics()).size_pt
    assert plan_table(wide).width_pt <= PORTRAIT_PT + 0.01


def test_only_a_table_that_fits_is_kept_on_one_page() -> None:
    """Forbidding a long table to break would push it off the page in LaTeX."""
    short, long = characteristics(), claims(60)
    assert fits_on_a_page(short, plan_table(short), ["A note."])
    assert not fits_on_a_page(long, plan_table(long))
    assert not fits_on_a_page(short, plan_table(short), ["A note."] * 100)
    starred = [r"\\*" in table_text(table, data_note="") for table in (short, long)]
    assert starred == [True, False]


# ------------------------------------------------------------------ Word


def test_the_same_paper_is_the_same_word_file(tmp_path: Path) -> None:
    """A file that changes without a change of content cannot be compared or checksummed."""
    for name in ("a.docx", "b.docx"):
        write_docx(sample_paper(), tmp_path / name)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_word_file_holds_no_leftover_of_its_template(word: docx.document.Document) -> None:
    """An author 'python-docx' or a thumbnail of another document would be sent along."""
    known = word.core_properties
    assert (known.title, known.author) == (sample_paper().title, "")
    assert known.created.year == known.modified.year == 1980
    assert not any(rel.reltype.endswith("thumbnail") for rel in word.part.package.rels.values())


def test_word_styles_are_the_ones_that_people_know(word: docx.document.Document) -> None:
    """Contents, cross-references and screen readers go by the styles."""
    by_style = {p.text: p.style.name for p in word.paragraphs}
    assert by_style["Methods"] == by_style["Results"] == by_style["References"] == "Heading 1"
    assert by_style["Success was 449/458 (98.0%). Of 39 claims, all hold."] == "Normal"
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption"]
    assert [text.split(".")[0] for text in captions] == ["Table 1", "Table 2", "Table 3"]
    fonts = {word.styles[name].font.name for name in ("Normal", "Title", "Heading 1", "Caption")}
    assert fonts == {"Times New Roman"}


def test_every_word_in_the_model_is_in_the_word_file(word: docx.document.Document) -> None:
    """A cell that is lost is a wrong table."""
    for table, made in zip(sample_paper().tables, word.tables, strict=True):
        texts = {
            "".join(t.text or "" for t in cell._tc.iter(qn("w:t")))
            for row in made.rows
            for cell in row.cells
        }
        for row in table.rows:
            for text in (row.heading, *row.cells):
                assert text.text + ",".join(text.notes) in texts


def test_a_word_table_has_three_rules_and_no_others(word: docx.document.Document) -> None:
    """Journals ask for it: above, below the header, below the table; nothing upright."""
    table = word.tables[1]._tbl
    rows = table.findall(qn("w:tr"))
    ruled = {
        (i, side.tag.split("}")[1])
        for i, row in enumerate(rows)
        for borders in row.iter(qn("w:tcBorders"))
        for side in borders
    }
    assert ruled == {(0, "top"), (1, "bottom"), (len(rows) - 1, "bottom")}
    spanned = {i for i, row in enumerate(rows) if list(row.iter(qn("w:pBdr")))}
    assert spanned == {0}


def test_header_rows_repeat_and_rows_stay_whole(word: docx.document.Document) -> None:
    """On the second page of a table nobody knows its columns otherwise."""
    for table, n_header in zip(word.tables, (2, 2, 1), strict=True):
        rows = table._tbl.findall(qn("w:tr"))
        assert [bool(list(row.iter(qn("w:tblHeader")))) for row in rows] == [
            i < n_header for i in range(len(rows))
        ]
        assert all(list(row.iter(qn("w:cantSplit"))) for row in rows)


def test_tables_have_a_description_and_the_document_a_language(
    word: docx.document.Document,
) -> None:
    """A screen reader says them; without a language it guesses the pronunciation."""
    for number, table in enumerate(word.tables, start=1):
        title = table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        text = table._tbl.tblPr.find(qn("w:tblDescription")).get(qn("w:val"))
        assert title.startswith(f"Table {number}. ") and DATA_NOTE in text
    languages = {x.get(qn("w:val")) for x in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-US"}


def test_a_wide_table_stands_on_a_turned_page_alone(word: docx.document.Document) -> None:
    """The pages before and after it must not be turned."""
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in word.sections]
    assert turned == [False, False, True, False]


def test_reconstructed_data_say_so_below_every_word_table_once(
    word: docx.document.Document,
) -> None:
    """A table is copied out of the document; its origin must travel with it."""
    said = [p for p in word.paragraphs if p.text == f"{DATA_NOTE}."]
    assert len(said) == 1 + 3
    assert all(run.bold for p in said for run in p.runs)


def test_real_data_are_not_shouted(tmp_path: Path) -> None:
    """What is always loud is soon overlooked."""
    paper = replace(sample_paper(claims(2)), data_note="Real data: Doe 2020")
    write_docx(paper, tmp_path / "paper.docx")
    said = [
        p for p in docx.Document(str(tmp_path / "paper.docx")).paragraphs if "Doe 2020" in p.text
    ]
    assert len(said) == 2
    assert not any(run.bold for p in said for run in p.runs)


@pytest.mark.parametrize("table", [0, 1])
def test_numbers_of_a_word_column_meet_at_their_decimal_sign(
    word: docx.document.Document, table: int
) -> None:
    """Aligned by eye is not aligned: indentation and width before the sign add up to one place."""
    given, made = sample_paper().tables[table], word.tables[table]
    size = plan_table(given).size_pt
    for column in range(1, 1 + len(given.columns)):
        places = []
        for row, cells in zip(given.rows, [r.cells for r in made.rows][2:], strict=True):
            parts = split_at_decimal(row.cells[column - 1].text) if row.cells else None
            if parts:
                indent = cells[column].paragraphs[0].paragraph_format.left_indent.pt
                places.append(indent + text_width(parts[0], size))
        assert max(places) - min(places) < 0.1, column


def test_letters_of_notes_are_raised(word: docx.document.Document) -> None:
    """'52b' is a number with a letter; raised, it is a note."""
    cell = word.tables[0].rows[2].cells[3].paragraphs[0]
    assert [(run.text, bool(run.font.superscript)) for run in cell.runs] == [
        ("41 [30, 52]", False),
        ("b", True),
    ]


# ------------------------------------------------------------------ LaTeX


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("50% & a_b $1 #2", r"50\% \& a\_b \$1 \#2"),
        (r"{x} \y ~ ^", r"\{x\} \textbackslash{}y \textasciitilde{} \textasciicircum{}"),
        ("a<b>c|d", r"a\textless{}b\textgreater{}c\textbar{}d"),
        ("−1 – 2", "$-$1 -- 2"),
        (
            "≥ ≤ ± · × ² ° µ",
            r"$\ge$ $\le$ \textpm{} \textperiodcentered{} \texttimes{} "
            r"\texttwosuperior{} \textdegree{} \textmu{}",
        ),
        ("a--b ,,c'' é ř ρ", r"a-{}-b ,{},c'{}' é ř $\rho$"),
        ("ﬁ \u4e2d", r"fi [\dots{}]"),
    ],
)
def test_text_means_nothing_to_latex(text: str, written: str) -> None:
    """One unescaped % makes the rest of a line vanish without a word."""
    assert escape(text) == written


def test_each_latex_table_is_a_file_that_the_document_reads(tmp_path: Path) -> None:
    """A co-author takes one table into another manuscript."""
    paper = sample_paper()
    write_latex(paper, tmp_path / "paper.tex")
    text = (tmp_path / "paper.tex").read_text(encoding="utf-8")
    assert re.findall(r"\\input\{tables/(\w+)\}", text) == [table.id for table in paper.tables]
    for table in paper.tables:
        alone = (tmp_path / "tables" / f"{table.id}.tex").read_text(encoding="utf-8")
        assert alone.count(escape(f"{DATA_NOTE}.")) == 1
        assert alone.count(r"\begin{landscape}") == alone.count(r"\end{landscape}")
        assert (r"\begin{landscape}" in alone) == table.landscape
        assert "|" not in alone


def test_a_latex_row_has_a_cell_for_every_column() -> None:
    """A missing ampersand shifts every number behind it."""
    for table in sample_paper().tables:
        text = table_text(table, data_note=DATA_NOTE)
        body = text.split("\\endlastfoot\n")[1].split("\\end{longtable}")[0]
        rows = [row for row in body.splitlines() if r"\multicolumn" not in row]
        assert len(rows) == sum(not row.is_section for row in table.rows)
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {len(table.columns)}


def test_latex_compiles_and_nothing_sticks_out(tmp_path: Path) -> None:
    """A source that does not compile is of no use; a table wider than the page neither."""
    if not shutil.which("pdflatex"):
        pytest.skip("pdflatex is not installed (Debian: texlive-latex-extra)")
    write_latex(sample_paper(), tmp_path / "paper.tex")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    overfull = [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt", done.stdout)]
    assert [width for width in overfull if width > 5] == []


def test_a_column_without_numbers_is_planned() -> None:
    """A comparison that was refused throughout has a column of words."""
    table = PaperTable("t", "T", "S", (PaperColumn(Text("P")),), (line("a", "refused"),))
    plan = plan_table(table).columns[0]
    assert not plan.is_aligned
    assert plan.width_pt >= text_width("refused", 9) + 2 * CELL_MARGIN_PT
