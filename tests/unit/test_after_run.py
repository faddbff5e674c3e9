"""The screen at the end of a run: what was made, where to look, what to look at twice."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import minimal_study
from procohort import after_run
from procohort.after_run import MOST_LINES, print_after_run, summary, where_to_look

SETTINGS = {"study": minimal_study.CONFIG["study"]}


def write(path: Path, records: Sequence[dict[str, Any]], fields: Sequence[str] = ()) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(fields) or list(records[0]))
        writer.writeheader()
        writer.writerows(records)


def row(status: str = "ok", note: str = "", headline: str = "false") -> dict[str, str]:
    return {"status": status, "note": note, "headline": headline}


def card(folder: Path, **verdicts: tuple[str, bool | None]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    records = [
        {"id": name, "verdict": verdict, "found": "", "cluster_aware_changes": changes}
        for name, (verdict, changes) in verdicts.items()
    ]
    (folder / "scorecard.json").write_text(json.dumps({"verdicts": records}), encoding="utf-8")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished run with something of everything to worry about."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    folder = Path("results")
    write(
        folder / "clean/attrition.csv",
        [
            {"step": "raw", "n_rows": 1480, "n_patients": 19},
            {"step": "analysed", "n_rows": 1472, "n_patients": 18},
        ],
    )
    write(folder / "clean/quarantine_rats.csv", [], ["rat", "reasons"])
    write(folder / "clean/quarantine_trials.csv", [{"trial": n, "reasons": "x"} for n in range(8)])
    few = row("refused", "Fewer than 10 rows in the smaller group.")
    write(folder / "estimates.csv", [row()] * 1200 + [few] * 3 + [row("not_estimable", "Alike.")])
    card(
        folder,
        size=("reproduced", None),
        p_time=("reproduced", True),
        p_errors=("differs", False),
        median=("impossible_as_printed", None),
    )
    (folder / "gate.txt").write_text("2 of 2 gated claims hold: size, p_time\n", encoding="utf-8")
    (folder / "paper").mkdir()
    for name in ("report.html", "scorecard.html", "workbook.xlsx"):
        (folder / name).write_text("x", encoding="utf-8")
    return folder


def test_one_screen_says_what_where_and_what_to_look_at_twice(results: Path) -> None:
    """The whole of it, as a person reads it."""
    assert (
        "\n".join(summary(SETTINGS, results))
        == """
Swimming time of rats
Real data: made up for a test.

Made     1472 trials in 18 rats, 1,204 result rows
Look     results/report.html     everything on one page, to open in a browser
         results/paper/          for the manuscript: tables and paragraphs
         results/workbook.xlsx   every table and result row
         results/scorecard.html  each printed claim and its verdict

Claims   4 printed: 2 reproduced, 1 differ, 1 impossible as printed
         1 of 2 printed conclusions change when the clustering of trials in rats counts
         2 of 2 gated claims hold

Mind     8 rows of the raw tables in quarantine, not analysed: results/clean/quarantine_trials.csv
         4 of 1,204 result rows have no estimate (3 refused, 1 not estimable), none of them a main
           answer
           3 x Fewer than 10 rows in the smaller group.
           1 x Alike."""
    )


@pytest.mark.parametrize("width", [80, 100])
def test_it_fits_on_one_screen_whatever_there_is_to_say(results: Path, width: int) -> None:
    """What scrolls away is not read; the weightiest worries come first."""
    card(Path(".snakemake/procohort-runs/last"), size=("differs", None), gone=("differs", None))
    reasons = [f"{number} {'reason ' * 40}" for number in range(5)]
    write(results / "estimates.csv", [row("refused", reason, "true") for reason in reasons])
    study = {**SETTINGS["study"], "title": "Rats " * 60, "data_label": "real data: " + "long " * 90}
    lines = summary({"study": study, "reading": "one"}, results, width=width)
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert "5 verdicts changed since the last run" in text
    assert "5 of them a main answer" in text


def test_changed_verdicts_are_named_with_what_they_were(results: Path) -> None:
    """A verdict that turned is the first thing to look at."""
    last = Path(".snakemake/procohort-runs/last")
    last.mkdir(parents=True)
    shutil.copyfile(results / "scorecard.json", last / "scorecard.json")
    assert not any("changed since" in line for line in summary(SETTINGS, results))
    card(
        last,
        size=("differs", None),
        p_time=("reproduced", False),
        p_errors=("differs", False),
        median=("impossible_as_printed", None),
    )
    text = " ".join(" ".join(summary(SETTINGS, results)).split())
    assert "2 verdicts changed since the last run: size: differs -> reproduced" in text
    assert "p_time: the cluster-aware conclusion" in text


def test_what_is_missing_is_said_to_be_missing() -> None:
    """An absent file must not read as good news."""
    lines = " ".join(summary(SETTINGS, Path("nowhere")))
    assert "nothing stands out" not in lines
    for said in ("scorecard.json is missing", "estimates.csv is missing", "quarantine unknown"):
        assert said in lines


def test_a_clean_run_says_that_nothing_stands_out(results: Path) -> None:
    """Silence could as well mean that nobody looked."""
    write(results / "clean/quarantine_trials.csv", [], ["trial", "reasons"])
    write(results / "estimates.csv", [row()])
    assert summary(SETTINGS, results)[-1] == "Mind     nothing stands out"


def printed(monkeypatch: pytest.MonkeyPatch, *made: str, screen: io.StringIO | None = None) -> str:
    monkeypatch.setattr(after_run, "made_in_this_run", lambda: list(made))
    screen = screen or io.StringIO()
    print_after_run(SETTINGS, screen=screen)
    return screen.getvalue()


def test_each_target_says_its_own(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asked for a figure or for the reconstruction does not want the whole study's screen."""
    (results / "reconstruction").mkdir()
    report = results / "reconstruction/report.txt"
    report.write_text("a.csv: identical\nb.csv: identical\n", encoding="utf-8")
    assert "Claims" in printed(monkeypatch, "results/report.html")
    assert "Claims" in printed(monkeypatch, "results/gate.txt")
    said = printed(monkeypatch, "results/reconstruction/report.txt")
    assert said == "2 of 2 reconstructed files are identical to those committed\n"
    assert printed(monkeypatch, "results/figures/forest.svg") == ""


def test_colour_is_for_terminals_that_want_it(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes in a log file are noise (no-color.org)."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    made = "results/report.html"
    assert "\033[" not in printed(monkeypatch, made, screen=Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    assert "\033[" in printed(monkeypatch, made, screen=Terminal())
    assert "\033[" not in printed(monkeypatch, made)


def test_a_run_with_nothing_to_do_says_where_to_look_in_two_lines(results: Path) -> None:
    """The person came for the results, not for the run."""
    expected = ["Look at results/report.html", "    and results/scorecard.html"]
    assert where_to_look(results) == expected
    assert where_to_look(Path("elsewhere")) == []


def test_paths_are_those_that_the_person_can_type(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --directory the run stands in another folder than the person."""
    here = Path.cwd()
    monkeypatch.setenv("PWD", str(here.parent))
    assert where_to_look(results)[0] == f"Look at {here.name}/results/report.html"
    monkeypatch.setenv("PWD", "/somewhere/else")
    assert where_to_look(results)[0] == "Look at results/report.html"
