"""Writing: the same bytes for the same cohort, safe to open, exact to read back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data_plans import PONIES, RIDE_HEADER, RIDES, build, column, folder, ponies, rides, with_policy
from procohort.data.write import (
    CohortPaths,
    escape_formulas,
    read_analysis,
    write_cohort,
    write_csv,
)


def paths(base: Path) -> CohortPaths:
    return CohortPaths(
        analysis_csv=base / "analysis.csv",
        analysis_parquet=base / "analysis.parquet",
        findings=base / "findings.csv",
        quarantine={"ponies": base / "q_ponies.csv", "rides": base / "q_rides.csv"},
        attrition=base / "attrition.csv",
        missing=base / "missing.csv",
    )


def test_the_analysis_table_is_plain_csv(tmp_path: Path) -> None:
    """ISO dates, true and false, short numbers, nothing where nothing is known."""
    text = f"{RIDE_HEADER}\n1,A,2020-01-02,4,602,y\n2,B,2020-01-09,,,\n"
    write_cohort(build(folder(tmp_path, rides=text)), paths(tmp_path / "out"))
    assert (tmp_path / "out" / "analysis.csv").read_bytes().decode() == (
        "cluster,pony,coat,born,ride,day,jumps,minutes,clear\n"
        "A,A,bay,2010-05-01,1,2020-01-02,4,10.0,true\n"
        "B,B,grey,2012-04-09,2,2020-01-09,,,\n"
    )


def test_every_file_is_the_same_on_every_run(tmp_path: Path) -> None:
    """Snakemake and reviewers compare bytes."""
    base = folder(tmp_path, rides=RIDES + "9,A,2020-01-02,x,600,y\n")
    for name in ("one", "two"):
        cohort = build(base, policy=with_policy(unreadable_value="quarantine"))
        write_cohort(cohort, paths(tmp_path / name))
    written = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(written) == 7
    for name in written:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_parquet_keeps_the_types(tmp_path: Path) -> None:
    """A boolean with a missing value must come back as such, not as 0.0 and 1.0."""
    cohort = build(folder(tmp_path, rides=RIDES.replace("600,y", "600,")))
    write_cohort(cohort, paths(tmp_path))
    back = read_analysis(tmp_path / "analysis.parquet")
    pd.testing.assert_frame_equal(back, cohort.analysis)
    assert str(back["clear"].dtype) == "boolean"


def test_formulas_of_the_export_stay_text(tmp_path: Path) -> None:
    """A cell `=HYPERLINK(...)` would run when somebody opens the quarantine in a spreadsheet."""
    table = rides()
    table["columns"]["note"] = column("=Note", "text")
    header, row = f"{RIDE_HEADER},=Note", "9,A,2020-01-02,-5,600,y,=1+1"
    base = folder(tmp_path, rides=f"{header}\n1,A,2020-01-02,5,600,y,@x\n{row}\n")
    cohort = build(
        base,
        tables={"ponies": ponies(), "rides": table},
        policy=with_policy(out_of_range="quarantine"),
    )
    write_cohort(cohort, paths(tmp_path))
    assert (tmp_path / "q_rides.csv").read_text().splitlines() == [
        f"{RIDE_HEADER},'=Note,file,row,reasons",
        "9,A,2020-01-02,-5,600,y,'=1+1,rides.csv,3,"
        '"out_of_range, column Jumps: -5 is below the smallest allowed value 1"',
    ]
    assert "'@x" in (tmp_path / "analysis.csv").read_text()
    assert cohort.analysis["note"].tolist() == ["@x"]


def test_only_texts_are_escaped_never_numbers() -> None:
    """An apostrophe before -5,3 would make a text of a number."""
    cells = ["=1", "+49 30", "-", "-x", "@a", "\tx", "\rx", "-5", "+5", "-5,3", "-1.234,5", "-1e-3"]
    safe = escape_formulas(pd.Series([*cells, "-5 %", "a=1", ""])).tolist()
    assert safe[:7] == [f"'{cell}" for cell in cells[:7]]
    assert safe[7:] == [*cells[7:], "-5 %", "a=1", ""]


def test_an_empty_cohort_can_be_written(tmp_path: Path) -> None:
    """Filters may leave nobody; the files then say so instead of a traceback."""
    cohort = build(folder(tmp_path), filters=[{"id": "f", "keep": "jumps > 99", "label": "Few"}])
    write_cohort(cohort, paths(tmp_path))
    assert len(read_analysis(tmp_path / "analysis.parquet")) == 0
    assert (tmp_path / "analysis.csv").read_text().count("\n") == 1
    header = "Pony_ID,Coat,Foaled,file,row,reasons\n"
    assert (tmp_path / "q_ponies.csv").read_text() == header


def test_headers_called_like_our_own_columns_do_not_clash(tmp_path: Path) -> None:
    """An export may well have a column `file`."""
    table = rides()
    table["columns"]["ride"]["source"] = ["file"]
    text = f"{RIDES}4,A,2020-01-02,0,600,y\n".replace("Ride,", "file,")
    tables = {"ponies": ponies(), "rides": table}
    policy = with_policy(out_of_range="quarantine")
    left = build(folder(tmp_path, ponies=PONIES, rides=text), tables=tables, policy=policy)
    assert left.quarantine["rides"][["file (cell)", "file"]].to_numpy().tolist() == [
        ["4", "rides.csv"]
    ]


def test_text_with_commas_and_quotes_reads_back(tmp_path: Path) -> None:
    """Remarks hold anything."""
    frame = pd.DataFrame({"x": ['a "b", c\nd', None]}, dtype="string")
    write_csv(frame, tmp_path / "a.csv")
    assert pd.read_csv(tmp_path / "a.csv", keep_default_na=False)["x"].tolist() == [
        'a "b", c\nd',
        "",
    ]
