"""What people read while the pipeline runs, before, and after it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from house import ROOT, House
from procohort.after_run import MOST_LINES

pytestmark = pytest.mark.workflow
PARTS = [f"results/validation/quick/parts/between_icc0.3_part{part}.csv" for part in (0, 1)]


def rules() -> dict[str, str]:
    """The text of every rule that is written out, by name."""
    found = {}
    for path in (ROOT / "Snakefile", *sorted((ROOT / "workflow/rules").glob("*.smk"))):
        text = path.read_text(encoding="utf-8")
        found.update(re.findall(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", text, re.DOTALL | re.MULTILINE))
    return found


@pytest.mark.parametrize("name", sorted(rules()))
def test_every_rule_says_what_it_makes(name: str) -> None:
    """`--list` shows the docstring; a run and a dry run show the message."""
    text = rules()[name]
    assert re.match(r'    """[^\n]{10,100}"""\n', text), f"rule {name} has no docstring of one line"
    assert re.search(r'^    message:\n        "[^"\n]{5,90}"$', text, re.MULTILINE), (
        f"rule {name} has no message"
    )


def test_the_list_shows_and_explains_every_rule(fresh_house: House) -> None:
    """`snakemake --list` is what a newcomer tries first."""
    done = fresh_house.run("--list")
    assert done.returncode == 0, done.stderr
    listed = dict(line.split(" (", 1) for line in done.stdout.splitlines() if " (" in line)
    assert set(rules()) <= set(listed)


def test_a_dry_run_names_what_would_be_done_and_no_long_lists(fresh_house: House) -> None:
    """A line for each job, in words; a page that is made of a hundred files must not list them."""
    done = fresh_house.run("--dry-run")
    assert done.returncode == 0, done.stderr
    lines = (done.stdout + done.stderr).splitlines()
    assert any(line.endswith(": Reading and checking the raw tables") for line in lines)
    assert max(line.count("results/") for line in lines) <= 1


def test_a_long_job_tells_a_terminal_how_far_it_is_and_a_pipe_nothing(fresh_house: House) -> None:
    """Who waits sees it move; a log file is not filled with it."""
    for name in ("progress", "run_watch"):
        module = fresh_house.folder / f"scripts/procohort/{name}.py"
        text = module.read_text(encoding="utf-8")
        assert "\nFIRST_AFTER_S, EVERY_S = " in text
        # From the first moment, and all the time: else the test would have to wait.
        text = re.sub(r"\nFIRST_AFTER_S, EVERY_S = .*", "\nFIRST_AFTER_S = EVERY_S = 0.0", text)
        module.write_text(text, encoding="utf-8")
    said = on_a_terminal(fresh_house, *PARTS)
    assert re.search(r"between_icc0\.3, part 0: \d+ of 20 cohorts, .+ left\r?\n", said)
    assert re.search(r"The whole run: 1 of 2 steps, .+ left\r?\n", said)
    for arguments in (("--quiet", "progress"), ("--quiet", "all")):
        assert " left" not in on_a_terminal(fresh_house, *arguments, "--force", "--", *PARTS)
    done = fresh_house.run("--force", *PARTS)
    assert done.returncode == 0, done.stderr
    assert " left" not in done.stdout + done.stderr


def on_a_terminal(house: House, *arguments: str) -> str:
    """Run snakemake as in a terminal and return all that it shows."""
    command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "1", *arguments]
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=house.folder, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += (more := os.read(ours, 65536))
            except OSError:  # how Linux says that the other side is closed
                break
            if not more:
                break
    os.close(ours)
    text = shown.decode("utf-8")
    assert process.returncode == 0, text
    return text


def test_a_run_ends_with_one_screen_and_a_second_one_with_where_to_look(house: House) -> None:
    """What was made, where to look, what to look at twice."""
    (house.folder / "results/report.html").unlink()
    done = house.run()
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    begin = next(place for place, line in enumerate(lines) if line.startswith("Made "))
    end = next(place for place, line in enumerate(lines) if line.startswith("Complete log"))
    screen = lines[begin - 4 : end]
    assert len(screen) <= MOST_LINES
    text = "\n".join(screen)
    for said in (
        "458 procedures in 44 patients",
        "reconstructed from published summary figures; not patient data",
        "results/report.html",
        "results/scorecard.html",
        "impossible as printed",
        "printed conclusions change when the clustering of procedures in patients counts",
        "gated claims hold",
        "results/clean/quarantine_procedures.csv",
        "result rows have no estimate",
    ):
        assert said in " ".join(text.split()), said
    again = house.run().stderr
    assert "Made " not in again
    assert "Look at results/report.html\n    and results/scorecard.html\n" in again
