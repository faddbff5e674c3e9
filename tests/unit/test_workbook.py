"""The workbook: what people open first must say what it shows, and run nothing."""

from __future__ import annotations

import importlib
import pkgutil
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from procohort import results
from procohort.claims.robustness_record import FLAT_COLUMNS
from procohort.claims.scorecard import RECORD_COLUMNS
from procohort.data import dictionary
from procohort.publish import tables as table_modules
from procohort.publish.plain_csv import write_records
from procohort.publish.wording import StudyWords
from procohort.publish.workbook import write_workbook
from procohort.publish.workbook_columns import DATA_LABEL, is_number_column, kind_of, meaning
from procohort.publish.workbook_sheets import (
    LONGEST_NAME,
    Sheet,
    cell_value,
    read_sheet,
    sheet_names,
)
from procohort.specifications import FIRST, LAST

WORDS = StudyWords(
    title="A registry",
    data_label="reconstructed from published figures; not patient data",
    row="visit",
    rows="visits",
    cluster="knee",
    clusters="knees",
)
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://a")')


def sheet(table: str = "rates_bleeding", n: int = 3, **changes: object) -> Sheet:
    lines = tuple((f"outcome {i}", 0.1 * i, i, "ok") for i in range(n))
    given = {
        "table": table,
        "title": "Rates of bleeding",
        "settings": "458 visits in 44 knees; unit of analysis: visit",
        "file": f"results/tables/{table}.csv",
        "columns": ("outcome", "estimate", "n_events", "status"),
        "lines": lines,
        "n_lines": n,
    }
    return Sheet(**(given | changes))  # type: ignore[arg-type]


def written(tmp_path: Path, *sheets: Sheet) -> openpyxl.Workbook:
    write_workbook(tmp_path / "book.xlsx", sheets, WORDS)
    return openpyxl.load_workbook(tmp_path / "book.xlsx")


def texts(page: openpyxl.worksheet.worksheet.Worksheet) -> str:
    return "\n".join(
        str(value) for row in page.iter_rows(values_only=True) for value in row if value is not None
    )


# ------------------------------------------------------------------ columns


def columns_of_every_table() -> list[tuple[str, str]]:
    """Columns as the modules that make tables declare them, by the kind of table."""
    found = []
    for each in pkgutil.iter_modules(table_modules.__path__):
        module = importlib.import_module(f"{table_modules.__name__}.{each.name}")
        declared = getattr(module, "CSV_COLUMNS", None) or getattr(module, "COLUMNS", ())
        if each.name in ("moved", "readings"):
            continue  # a comparison of runs is no table of one; readings are below
        found += [(each.name, column) for column in (*declared, DATA_LABEL)]
    codebook = dictionary.COLUMNS
    readings = ("id", "source", "sentence", "printed", "differs")
    by_reading = [f"{what}_{name}" for what in ("found", "verdict", "why") for name in ("a", "b_c")]
    bounds = [f"{mean}_{end}" for mean in ("time_min",) for end in ("rounded_low", "cut_high")]
    found += [("estimates", column) for column in results.COLUMNS]
    found += [("scorecard", column) for column in (*RECORD_COLUMNS, *FLAT_COLUMNS)]
    found += [("codebook", column) for column in codebook]
    found += [("readings", column) for column in (*readings, *by_reading)]
    found += [("multiverse_x", column) for column in (*FIRST, "factor", *LAST, *results.COLUMNS)]
    found += [("feasible_x", column) for column in ("fisher_p", *bounds)]
    return found


def test_every_column_of_every_table_is_explained() -> None:
    """A heading like 'p_bh' means nothing to the person who gets the workbook."""
    columns = columns_of_every_table()
    assert len({table for table, _ in columns}) > 20
    for table, column in columns:
        text = meaning(table, column, WORDS)
        assert text.endswith(".") and "{" not in text, (table, column)
        assert "patient" not in text and "procedure" not in text, (table, column)


def test_an_unexplained_column_stops_the_workbook(tmp_path: Path) -> None:
    """A column added later must be explained, too; the message says where."""
    new = sheet(columns=("outcome", "estimate", "n_events", "brand_new"))
    with pytest.raises(ValueError, match=r"rates_bleeding: column brand_new.*workbook_columns"):
        write_workbook(tmp_path / "book.xlsx", [new], WORDS)


def test_the_sheet_of_columns_names_every_column_of_every_sheet(tmp_path: Path) -> None:
    """Explained somewhere is not explained: the reader looks on one sheet."""
    book = written(tmp_path, sheet(), sheet("safety", columns=("outcome", "p", "n", "note")))
    rows = list(book["Columns"].iter_rows(min_row=6, values_only=True))
    assert [row[:2] for row in rows] == [
        *(("rates_bleeding", name) for name in ("outcome", "estimate", "n_events", "status")),
        *(("safety", name) for name in ("outcome", "p", "n", "note")),
    ]
    assert all(row[2] for row in rows)


def test_the_same_word_means_what_its_table_means() -> None:
    """'n' is a printed number on the scorecard and a count of values elsewhere."""
    assert meaning("scorecard", "n", WORDS) != meaning("rates_x", "n", WORDS)
    assert kind_of("feasible_x") == "feasible" and kind_of("infeasible") == ""


# ------------------------------------------------------------------ values


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path, text: str) -> None:
    """A patient id '=cmd|...' from an export must not run on the reader's machine."""
    path = tmp_path / "labels.csv"
    write_records(path, ("label", "n_events"), [{"label": text, "n_events": 3}])
    assert f"'{text[0]}" in path.read_text(encoding="utf-8")  # quoted in the CSV
    book = written(tmp_path, read_sheet(path, title="Labels"))
    cell = book["labels"].cell(6, 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(tmp_path / "book.xlsx") as package:
        for name in package.namelist():
            if "worksheets" in name:
                assert b"<f>" not in package.read(name) and b"<f " not in package.read(name)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("estimate", "0.9803493449781659", 0.9803493449781659),
        ("p", "1.39e-05", 1.39e-05),
        ("n_patients", "44", 44),
        ("estimate", "-0.5", -0.5),
        ("estimate", "inf", "inf"),
        ("p", "", ""),
        ("printed", "98.30", "98.30"),
        ("level", "1", "1"),
        ("statistic", "median", "median"),
        ("seed", "12345678901234567", "12345678901234567"),
    ],
)
def test_numbers_are_numbers_and_prints_keep_their_digits(
    column: str, text: str, value: str | float
) -> None:
    """'98.30' printed is not 98.3; a seed of 17 digits would be rounded in silence."""
    found = cell_value(text, is_number=is_number_column(column))
    assert (found, type(found)) == (value, type(value))


def test_a_number_is_read_back_as_the_same_number(tmp_path: Path) -> None:
    """The workbook is for further calculation."""
    value = 0.9803493449781659
    book = written(tmp_path, sheet(n=1, lines=(("a", value, 449, "ok"),)))
    assert book["rates_bleeding"].cell(6, 2).value == value
    assert book["rates_bleeding"].cell(6, 2).number_format == "General"


# ------------------------------------------------------------------ sheets


def test_sheet_names_are_allowed_and_unique() -> None:
    """Excel refuses a file with a longer name, two alike, or one of its own signs."""
    tables = ["comparison_" + "x" * 30 + end for end in ("", "y", "Y")] + ["a/b:c", "History"]
    names = sheet_names(tables, taken=("Contents",))
    assert len({name.lower() for name in names}) == len(tables)
    assert all(len(name) <= LONGEST_NAME and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert "History" not in names


def test_every_sheet_says_where_the_data_come_from(tmp_path: Path) -> None:
    """A sheet is copied into another workbook; reconstructed data must say so there."""
    book = written(tmp_path, sheet(), sheet("safety"))
    for page in book:
        assert page["A3"].value == f"Data: {WORDS.data_label}."
        assert page["A3"].font.bold


def test_contents_lead_to_every_sheet_and_say_what_is_missing(tmp_path: Path) -> None:
    """A person finds a table by looking, and knows what was left out."""
    long = sheet("multiverse_bleeding", n=0, title="Every specification", n_lines=5000)
    book = written(tmp_path, sheet(), long)
    page = book["Contents"]
    links = {cell.value: cell.hyperlink.location for row in page for cell in row if cell.hyperlink}
    assert links == {"Columns": "'Columns'!A1", "rates_bleeding": "'rates_bleeding'!A1"}
    said = texts(page)
    assert "5000 lines: Every specification (results/tables/multiverse_bleeding.csv)" in said
    assert "results/clean/analysis.csv" in said and "single knees" in said
    assert "multiverse_bleeding" not in book.sheetnames


def test_a_table_says_its_n_and_stays_readable_while_scrolling(tmp_path: Path) -> None:
    """Numbers without n and unit of analysis mislead; so do columns without headings."""
    page = written(tmp_path, sheet())["rates_bleeding"]
    assert page["A2"].value == "458 visits in 44 knees; unit of analysis: visit"
    assert (page.freeze_panes, page.auto_filter.ref) == ("A6", "A5:D8")
    assert [cell.value for cell in page[5]] == ["outcome", "estimate", "n_events", "status"]


def test_a_table_too_long_is_counted_and_not_read(tmp_path: Path) -> None:
    """Thousands of specifications would make the workbook slow to write and to open."""
    path = tmp_path / "multiverse_x.csv"
    write_records(path, ("outcome",), [{"outcome": str(i)} for i in range(11)])
    given = read_sheet(path, longest=10)
    assert (given.lines, given.n_lines, given.is_whole) == ((), 11, False)
    assert read_sheet(path, longest=11).is_whole


def test_the_same_run_is_the_same_workbook(tmp_path: Path) -> None:
    """Zip containers and properties carry times; a checksum must not change with the hour."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [sheet(), sheet("safety")], WORDS)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in package.read("docProps/core.xml")
