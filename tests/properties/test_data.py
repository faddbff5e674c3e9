"""Reading and cleaning, whatever the values: nothing is lost, shifted or invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procohort.data.clean import build_cohort
from procohort.data.convert import convert
from procohort.data.findings import FindingLog
from procohort.data.ingest import read_table
from procohort.data.write import escape_formulas
from procohort.expressions import evaluate
from procohort.study import CohortPlan, Column, Format, Table

CELLS = st.text(st.sampled_from('abü;,\t|"\n= -.1'), max_size=6)
RECORDS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8)
FEW = settings(max_examples=60, deadline=None)


def column(source: str, kind: str, **spec: Any) -> dict[str, Any]:
    return {"source": [source], "type": kind, **spec}


@FEW
@given(RECORDS, st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_quoted_table_reads_back_with_its_line_numbers(
    records: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    """Any text in any cell, also line breaks and delimiters; the csv module counts the lines."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("A", "B", "C"), *records])
    reader = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter)
    expected, begins = [], 1
    for record in reader:
        if any(cell.strip() for cell in record):
            expected.append((begins, *record))
        begins = reader.line_num + 1
    assume(len(expected) > 1)
    columns = {name: column(name.upper(), "text") for name in "abc"}
    spec = {"level": "row", "files": ["t.csv"], "columns": columns}
    table = Table.from_settings("t", {**spec, "format": {"delimiter": delimiter}})
    with TemporaryDirectory() as folder:
        (Path(folder) / "t.csv").write_bytes(out.getvalue().encode(encoding))
        raw = read_table(table, Path(folder), FindingLog({}))
    found = raw.cells.assign(row=raw.origin["row"])[["row", "A", "B", "C"]]
    assert [tuple(row) for row in found.to_numpy().tolist()] == expected[1:]


@FEW
@given(st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 4)), min_size=1, max_size=20))
def test_numbers_survive_any_way_of_writing_them(numbers: list[float]) -> None:
    """Decimal comma and thousands are a matter of writing, not of value."""
    declared = Column.from_settings("x", column("X", "number"), "row")
    swap = str.maketrans(",.", ".,")
    texts = pd.Series([f"{x:,.4f}".translate(swap) for x in numbers], dtype="str")
    fmt = Format(decimal=",", thousands=".")
    assert convert(declared, fmt, texts, from_sheets=False).values.tolist() == numbers


@FEW
@given(st.lists(st.text(max_size=8), min_size=1, max_size=20))
def test_no_text_passes_as_both_value_and_fault(texts: list[str]) -> None:
    """Each cell is a value, missing, or a fault: never two of them, never an exception."""
    written = pd.Series(texts, dtype="str")
    for kind in ("integer", "number", "date", "boolean"):
        declared = Column.from_settings("x", column("X", kind), "row")
        found = convert(declared, Format(), written, from_sheets=True)
        blank = written.str.strip() == ""
        states = found.values.notna().astype(int) + (found.faults != "").astype(int) + blank
        assert states.eq(1).all()


@FEW
@given(st.lists(st.text(max_size=6), min_size=1, max_size=20))
def test_no_escaped_text_can_be_a_formula(texts: list[str]) -> None:
    """Whatever the cell, a spreadsheet sees text or a plain number."""
    for text in escape_formulas(pd.Series(texts, dtype="str")):
        if text[:1] in ("=", "@", "\t", "\r"):
            raise AssertionError(text)
        if text[:1] in ("+", "-"):
            assert set(text) <= set("+-0123456789.,eE %")


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["p", "q", "r", "z", ""]),
        st.integers(1, 12).map(str),
        st.sampled_from(["1", "5", "99", "x", ""]),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=15, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_every_raw_row_is_analysed_quarantined_or_filtered_once(rows: Any, random: Any) -> None:
    """The flow diagram adds up, and the order of the export does not matter."""
    distinct = list(dict.fromkeys(rows))
    first = _cohort(distinct)
    n_raw = int(first.attrition["n_rows"].iloc[0])
    n_left = len(first.quarantine["rows"])
    n_filtered = int(first.attrition.query("step == 'f'")["n_rows_removed"].sum())
    assert n_raw == len(distinct) == len(first.analysis) + n_left + n_filtered
    assert n_raw - first.attrition["n_rows_removed"].sum() == len(first.analysis)
    random.shuffle(distinct)
    pd.testing.assert_frame_equal(_cohort(distinct).analysis, first.analysis)


def _cohort(rows: list[tuple[str, str, str]]) -> Any:
    rules = (
        "unreadable_value", "out_of_range", "missing_required", "duplicate_row",
        "duplicate_key", "orphan_key",
    )  # fmt: skip
    columns = {
        "who": column("Who", "id"),
        "key": column("Key", "id"),
        "n": column("N", "integer", range=[1, 50]),
    }
    plan = CohortPlan.from_settings(
        {
            "tables": {
                "whos": {
                    "level": "patient",
                    "files": ["w.csv"],
                    "columns": {"who": columns["who"]},
                },
                "rows": {"level": "row", "files": ["r.csv"], "columns": columns},
            },
            "row_table": "rows",
            "keys": {"cluster": ["who"], "row": ["key"]},
            "policy": dict.fromkeys(rules, "quarantine"),
            "checks": [],
            "filters": [{"id": "f", "keep": "n < 5", "label": "Five and more"}],
            "derived": {},
            "parameters": {},
        }
    )
    with TemporaryDirectory() as folder:
        (Path(folder) / "w.csv").write_text("Who\np\nq\nr\n")
        lines = [",".join(row) for row in rows]
        (Path(folder) / "r.csv").write_text("\n".join(["Who,Key,N", *lines]) + "\n")
        return build_cohort(plan, Path(folder))


TRUTHS = st.lists(st.sampled_from([True, False, None]), min_size=3, max_size=3)


@FEW
@given(TRUTHS, TRUTHS)
def test_the_laws_of_de_morgan_hold_with_missing_values(p: list[Any], q: list[Any]) -> None:
    """Kleene's logic keeps them; a rule may be written either way."""
    table = pd.DataFrame({"p": pd.array(p, dtype="boolean"), "q": pd.array(q, dtype="boolean")})
    left = evaluate("not (p and q)", table)
    pd.testing.assert_series_equal(left, evaluate("not p or not q", table))
