"""The job of the scorecard: its files, and how it ends when something is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from procohort.results import write_rows
from scorecard_samples import AWARE, BASE, STUDY, VIEWS, rate, tipping_rows

ROOT = Path(__file__).parents[2]
ROWS = [rate(), BASE, AWARE]
RUN = """
import os, runpy, sys, types
class Named(dict):
    __getattr__ = dict.__getitem__
sys.path.insert(0, {scripts!r})
os.chdir({folder!r})
snakemake = types.SimpleNamespace(
    rule="scorecard",
    log=[],
    input=Named(
        estimates="rows.csv", claims={claims!r}, sources={sources!r}, manifest="manifest.json",
        tipping="tipping.csv", readings=["percent.csv"], specifications=[],
    ),
    output=Named({{end: "card." + end for end in ("html", "csv", "json")}}, rows="rows.html"),
    params=Named(study={study!r}, readings=["count", "percent"], scorecard={views!r}, code="abc"),
)
runpy.run_path({scripts!r} + "/scorecard.py", init_globals={{"snakemake": snakemake}})
"""


def run_script(
    folder: Path, claims: str = "claims.csv", sources: str = ""
) -> subprocess.CompletedProcess[str]:
    (folder / "manifest.json").write_text('{"versions": {"python": "3.11"}}', encoding="utf-8")
    for name in ("rows", "percent"):
        write_rows(folder / f"{name}.csv", ROWS)
    write_rows(folder / "tipping.csv", tipping_rows())
    code = RUN.format(
        scripts=str(ROOT / "scripts"),
        folder=str(folder),
        study=STUDY,
        claims=claims,
        sources=sources,
        views=VIEWS,
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_the_script_writes_all_three_and_tells_mistakes_without_a_traceback(tmp_path: Path) -> None:
    """A slip in claims.csv ends with 5 and one line, not with a stack."""
    header = "id,source,sentence,printed,kind,analysis\n"
    table = tmp_path / "claims.csv"
    table.write_text(header + "k,abstract,It was 449.,449,count,r\n", encoding="utf-8")
    done = run_script(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert all((tmp_path / f"card.{end}").stat().st_size for end in ("html", "csv", "json"))
    assert "Result rows" in (tmp_path / "rows.html").read_text(encoding="utf-8")
    table.write_text(header + "k,abstract,It was 449.,450,cuont,r\n", encoding="utf-8")
    done = run_script(tmp_path)
    assert done.returncode == 5
    assert done.stderr.splitlines() == [
        "claims.csv:2:kind: 'cuont' is not allowed. Did you mean 'count'?",
        "claims.csv:2:printed: '450' does not stand in the sentence. "
        "Copy it from there, letter by letter.",
    ]


def test_the_script_knows_the_readings_and_the_texts_of_the_study(tmp_path: Path) -> None:
    """A slip in a reading or a source file is told before anything is judged."""
    (tmp_path / "sources.csv").write_text("source_file,title\npaper.txt,A\n", encoding="utf-8")
    header = "id,source,sentence,printed,kind,source_file,reading\n"
    line = "k,abstract,It was 449.,449,count,papr.txt,cuont\n"
    (tmp_path / "claims.csv").write_text(header + line, encoding="utf-8")
    done = run_script(tmp_path, sources="sources.csv")
    assert done.returncode == 5
    assert "'papr.txt'" in done.stderr
    assert "Did you mean 'count'?" in done.stderr


def test_a_study_without_claims_has_an_empty_scorecard(tmp_path: Path) -> None:
    """The index page links the scorecard of every study."""
    done = run_script(tmp_path, claims="")
    assert (done.returncode, done.stderr) == (0, "")
    assert "names no table of claims" in (tmp_path / "card.html").read_text(encoding="utf-8")
