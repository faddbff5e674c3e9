"""Reading: every common way to write a table gives the same cells, rows and numbers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from data_plans import column
from procohort.data.checks import convert_table
from procohort.data.findings import DataError, FindingLog
from procohort.data.formats import find_delimiter, find_encoding
from procohort.data.ingest import RawTable, read_table
from procohort.study import Table

COLUMNS = {
    "pony": column("Pony"),
    "size": column("Größe", "number"),
    "day": column("Tag", "date"),
    "note": column("Notiz", "text"),
}
RECORDS = [["007", "1,5", "31.12.2019", 'sagt "hü"; läuft'], ["008", "12,25", "01.02.2020", ""]]


def table(file: str, **changes: Any) -> Table:
    spec = {
        "level": "row",
        "files": [file],
        "columns": COLUMNS,
        "format": {"decimal": ",", "date": "%d.%m.%Y"},
        **changes,
    }
    return Table.from_settings("rides", spec)


def read(base: Path, spec: Table) -> tuple[RawTable, FindingLog]:
    log = FindingLog({"unknown_column": "report", "missing_column": "stop"}, spec.files)
    return read_table(spec, base, log), log


def lines_of(log: FindingLog) -> list[str]:
    with pytest.raises(DataError) as error:
        log.raise_if_stopped()
    return error.value.lines


def written(delimiter: str) -> str:
    quoted = [[f'"{c.replace(chr(34), 2 * chr(34))}"' for c in record] for record in RECORDS]
    rows = [["Pony", "Größe", "Tag", "Notiz"], *quoted]
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_cells(
    tmp_path: Path, delimiter: str, encoding: str, line_end: str
) -> None:
    """A hospital's export comes as its program likes; nobody should have to convert it."""
    text = written(delimiter).replace("\n", line_end)
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    raw, log = read(tmp_path, table("a.csv"))
    assert raw.cells.to_numpy().tolist() == RECORDS
    assert raw.origin["row"].tolist() == [2, 3]
    assert log.table().empty


def excel(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Pony", "Größe", "Tag", "Notiz"])
    book.active.append(["007", 1.5, dt.datetime(2019, 12, 31), RECORDS[0][3]])
    book.active.append(["008", 12.25, dt.datetime(2020, 2, 1), None])
    book.save(path)


def old_excel(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Rides")
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for place, header in enumerate(COLUMNS.values()):
        sheet.write(0, place, header["source"][0])
    rows = [("007", 1.5, dt.date(2019, 12, 31), RECORDS[0][3]), ("008", 12.25, dt.date(2020, 2, 1))]
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells):
            sheet.write(number, place, cell, *([day] if isinstance(cell, dt.date) else []))
    book.save(str(path))


def open_document(path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    sheet = OdfTable(name="Rides")
    records: list[list[Any]] = [["Pony", "Größe", "Tag", "Notiz"], ["007", 1.5, dt.date(2019, 12, 31), RECORDS[0][3]], ["008", 12.25, dt.date(2020, 2, 1), ""]]  # fmt: skip  # noqa: E501
    for record in records:
        row = TableRow()
        for value in record:
            kind = {float: "float", dt.date: "date"}.get(type(value), "string")
            stored = {"float": {"value": value}, "date": {"datevalue": str(value)}, "string": {}}
            cell = TableCell(valuetype=kind, **stored[kind])
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))


def parquet(path: Path) -> None:
    days = pd.to_datetime(["2019-12-31", "2020-02-01"])
    frame = pd.DataFrame({"Pony": ["007", "008"], "Größe": [1.5, 12.25], "Tag": days})
    frame.assign(Notiz=[RECORDS[0][3], None]).to_parquet(path, index=False)


@pytest.mark.parametrize(
    ("name", "write", "rows"),
    [
        ("a.xlsx", excel, [2, 3]),
        ("a.xls", old_excel, [2, 3]),
        ("a.ods", open_document, [2, 3]),
        ("a.parquet", parquet, [1, 2]),
    ],
)
def test_spreadsheets_and_parquet_give_what_a_person_reads(
    tmp_path: Path, name: str, write: Any, rows: list[int]
) -> None:
    """A number cell shows 1,5 in a table with decimal comma, so a message says 1,5."""
    write(tmp_path / name)
    raw, log = read(tmp_path, table(name))
    assert raw.cells.to_numpy().tolist() == RECORDS
    assert raw.origin["row"].tolist() == rows
    assert log.table().empty


def test_a_number_cell_is_not_mangled(tmp_path: Path) -> None:
    """Spreadsheets store 3 as 3.0 and 0.3 as 0.1 + 0.2; neither may show, nor become 30."""
    book = openpyxl.Workbook()
    for row in (["Pony", "Größe"], [7.0, 0.1 + 0.2], [1234567.0, 1234.5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    spec = table(
        "a.xlsx",
        columns={"pony": COLUMNS["pony"], "size": COLUMNS["size"]},
        format={"decimal": ",", "thousands": "."},
    )
    raw, log = read(tmp_path, spec)
    assert raw.cells.to_numpy().tolist() == [["7", "0,3"], ["1234567", "1234,5"]]
    assert convert_table(raw, (), log)["size"].tolist() == [0.3, 1234.5]


def test_serial_days_are_dates_in_a_spreadsheet_only(tmp_path: Path) -> None:
    """43830 in a sheet is a date whose cell lost its format; in a text file it is a mistake."""
    book = openpyxl.Workbook()
    for row in (["Tag"], [43830], [dt.datetime(2020, 2, 1, 10, 30)], ["01.03.2020"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.csv").write_text("Tag\n43830\n")
    columns = {"day": COLUMNS["day"]}
    raw, log = read(tmp_path, table("a.xlsx", columns=columns))
    days = convert_table(raw, (), log)["day"].dt.strftime("%Y-%m-%d")
    assert days.tolist() == ["2019-12-31", "2020-02-01", "2020-03-01"]
    raw, log = read(tmp_path, table("a.csv", columns=columns))
    assert convert_table(raw, (), log)["day"].isna().all()


def test_row_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    """Line breaks inside quotes, empty lines and damaged rows shift nothing."""
    text = 'Pony;Notiz\n1;"two\nlines"\n\n2;x\n3;a;b;\n4\n;\n5;"three\n\nlines"\n6;end\n'
    (tmp_path / "a.csv").write_text(text)
    columns = {"pony": COLUMNS["pony"], "note": COLUMNS["note"]}
    raw, _ = read(tmp_path, table("a.csv", columns=columns))
    rows = dict(zip(raw.cells["Pony"], raw.origin["row"], strict=True))
    assert rows == {"1": 2, "2": 5, "3": 6, "4": 7, "5": 9, "6": 12}


def test_sep_line_skipped_rows_and_leading_blank_lines_keep_the_numbers(tmp_path: Path) -> None:
    """Excel writes `sep=;` first; a title above the header is skipped on request."""
    (tmp_path / "a.csv").write_text("My title\nsep=|\n\nPony|Notiz\n1|a,b,c;d\n")
    columns = {"pony": COLUMNS["pony"], "note": COLUMNS["note"]}
    raw, _ = read(tmp_path, table("a.csv", columns=columns, format={"skip_rows": 1}))
    assert raw.cells.to_numpy().tolist() == [["1", "a,b,c;d"]]
    assert raw.origin["row"].tolist() == [5]


def test_a_space_before_a_quote_does_not_break_the_quote(tmp_path: Path) -> None:
    """`1, "a, b"` is how people write CSV by hand."""
    (tmp_path / "a.csv").write_text('Pony, "Notiz"\n1, "a, b"\n2, "c\nd"\n3, e\n')
    columns = {"pony": COLUMNS["pony"], "note": COLUMNS["note"]}
    raw, _ = read(tmp_path, table("a.csv", columns=columns))
    assert raw.cells["Notiz"].tolist() == ["a, b", "c\nd", "e"]
    assert raw.origin["row"].tolist() == [2, 3, 5]


def test_surplus_empty_cells_are_harmless(tmp_path: Path) -> None:
    """Spreadsheet programs pad rows with delimiters."""
    (tmp_path / "a.csv").write_text("Pony;Notiz;;\n1;a;;\n2;b;;;\n;;;\n")
    columns = {"pony": COLUMNS["pony"], "note": COLUMNS["note"]}
    raw, log = read(tmp_path, table("a.csv", columns=columns))
    assert raw.cells["Pony"].tolist() == ["1", "2"]
    assert log.table().empty


def test_damaged_rows_are_named_with_what_is_wrong(tmp_path: Path) -> None:
    """A row that lost or gained a delimiter has its values in the wrong columns."""
    (tmp_path / "a.csv").write_text('Pony;Notiz\n1;a;b\n2\n3;c\n4;"d\n5;e\n')
    columns = {"pony": COLUMNS["pony"], "note": COLUMNS["note"]}
    _, log = read(tmp_path, table("a.csv", columns=columns))
    repair = "Repair the row: a delimiter may be missing, or stand in an unquoted text."
    assert lines_of(log) == [
        f"a.csv: row 2: the row has 3 cells, the header has 2. {repair}",
        f"a.csv: row 3: the row has 1 cell, the header has 2. {repair}",
        f"a.csv: row 5: a quotation mark is not closed; rows below may be lost in it. {repair}",
    ]


def test_files_are_concatenated_whatever_the_order_of_their_columns(tmp_path: Path) -> None:
    """Each centre exports its own order and its own spelling of the header."""
    (tmp_path / "a.csv").write_text("Pony;Notiz\n1;a\n2;b\n")
    (tmp_path / "b.csv").write_text("Bemerkung; PONY \nc;3\n")
    columns = {"pony": COLUMNS["pony"], "note": column(["Notiz", "Bemerkung"], "text")}
    raw, log = read(tmp_path, table("", files=["a.csv", "b.csv"], columns=columns))
    assert raw.text("pony").tolist() == ["1", "2", "3"]
    assert raw.text("note").tolist() == ["a", "b", "c"]
    assert raw.header("note").tolist() == ["Notiz", "Notiz", "Bemerkung"]
    assert raw.origin.to_numpy().tolist() == [["a.csv", 2], ["a.csv", 3], ["b.csv", 2]]
    assert log.table().empty


def test_row_numbers_serve_as_identifiers_across_files(tmp_path: Path) -> None:
    """A published table without identifiers has one patient in each row."""
    (tmp_path / "a.csv").write_text("Notiz\na\n")
    (tmp_path / "b.csv").write_text("Notiz\nb\n\nc\n")
    columns = {"pony": column("@row"), "note": COLUMNS["note"]}
    raw, _ = read(tmp_path, table("", files=["a.csv", "b.csv"], columns=columns))
    assert raw.text("pony").tolist() == ["1", "2", "3"]


def test_headers_that_do_not_fit_are_named_together(tmp_path: Path) -> None:
    """Missing, unknown and repeated headers show at once, with the likely correction."""
    (tmp_path / "a.csv").write_text("Pony,Groesse,Tag,Notiz,Notiz,Ignored,\n1,1,,,,,\n")
    _, log = read(tmp_path, table("a.csv", ignore=["ignored"]))
    place = "a.csv: row 1, column"
    assert [finding.line() for finding in _findings(log)] == [
        f"{place} Notiz: the header 'Notiz' stands here twice. "
        "Rename or remove one of the columns.",
        f"{place} Größe: no column has the header 'Größe' (for size). "
        "Add the column, or correct its source in config.yaml. Did you mean 'Groesse'?",
        f"{place} Groesse: the column is not in the configuration and is not used. "
        "Declare it in config.yaml, or list it under ignore.",
    ]
    assert log.table()["action"].tolist() == ["stop", "stop", "report"]


def _findings(log: FindingLog) -> Any:
    from procohort.data.findings import as_findings

    return as_findings(log.table())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "the file is empty. Export the table again."),
        ("a.csv", b" \n\n", "the file is empty. Export the table again."),
        ("a.csv", None, "the file does not exist. Put it there, or correct the path in config."),
        ("a.docx", b"x", "files ending in '.docx' cannot be read. Use one of .csv, .tsv"),
        ("a.csv", b"PK\x03\x04...", "is not a text file, whatever its name says. Give the file"),
        ("a.xlsx", b"<html>", "cannot be opened as a spreadsheet ("),
        ("a.xls", b"<html>", "cannot be opened as a spreadsheet ("),
        ("a.parquet", b"<html>", "cannot be read as Parquet ("),
        ("a.csv", b"x;y\n1;2\n", "row 1: none of the declared headers is here; found: x, y."),
        ("a.csv", b"Pony\n", "the table has a header but no rows. Export the table again."),
    ],
)
def test_what_is_not_a_table_always_stops(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    """No policy can wave through a file that was not read."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    log = FindingLog({"unreadable_file": "report"}, [name])
    read_table(table(name, columns={"pony": COLUMNS["pony"]}), tmp_path, log)
    assert len(lines_of(log)) == 1
    assert lines_of(log)[0].startswith(f"{name}: {message}")


def test_a_declared_encoding_that_does_not_fit_names_the_line(tmp_path: Path) -> None:
    """Guessing another one silently would turn ü into Ã¼."""
    (tmp_path / "a.csv").write_bytes("Pony\n1\nMüller\n".encode("latin-1"))
    columns = {"pony": COLUMNS["pony"]}
    _, log = read(tmp_path, table("a.csv", columns=columns, format={"encoding": "utf-8"}))
    assert lines_of(log) == [
        "a.csv: line 3 is not written in the encoding utf-8. "
        "Set format.encoding to auto in config.yaml, or save the file again."
    ]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message lists what the workbook has instead."""
    excel(tmp_path / "a.xlsx")
    _, log = read(tmp_path, table("a.xlsx", format={"sheet": "Shet"}))
    assert lines_of(log) == [
        "a.xlsx: there is no sheet 'Shet'. "
        "Correct format.sheet in config.yaml. Did you mean 'Sheet'?"
    ]


def test_the_header_agrees_with_the_rows_on_the_delimiter() -> None:
    """Decimal commas outnumber the semicolons that part the cells."""
    assert find_delimiter("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n") == ";"
    assert find_delimiter('"x;y",b\n1,2\n') == ","
    assert find_delimiter("only\n1,5\n") == ";"


def test_encodings_are_told_apart() -> None:
    """UTF-16 without a mark comes from some devices; every byte sequence is some Latin-1."""
    assert find_encoding("a;b\n".encode("utf-16-le")) == "utf-16-le"
    assert find_encoding("a;b\n".encode("utf-16-be")) == "utf-16-be"
    assert find_encoding("€".encode("cp1252")) == "cp1252"
    assert find_encoding(b"\x81") == "latin-1"
    assert find_encoding("ü".encode()) == "utf-8"


def test_the_raw_file_is_untouched(tmp_path: Path) -> None:
    """The export is evidence: not a byte of it changes."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"Pony;Gr\xf6\xdfe;Tag;Notiz\r\n1;x;y;z\r\n")
    path.chmod(0o444)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    raw, log = read(tmp_path, table("a.csv"))
    convert_table(raw, (), log)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
