"""The command that checks a table of claims before anybody runs a study."""

import subprocess
import sys
from pathlib import Path

import pytest

from procohort.claims.check_file import check_claims_file
from procohort.claims.claim import ClaimsError
from procohort.jobs import EXIT_CLAIMS

SCRIPTS = Path(__file__).parents[2] / "scripts"
HEADER = "id,source,sentence,printed,kind,numerator,denominator,source_file,reading\n"
SOUND = "rate,results,It was 98.0% (449/458).,98.0%,percent,449,458,paper.txt,\n"
ODD = "odd,results,It was 98.3% (449/458).,98.3%,percent,449,458,paper.txt,\n"
WRONG = "rate,results,It was 98%.,98.0%,percnt,,,papr.txt,\n"


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPTS / "check_claims.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def test_a_sound_table_is_counted_with_its_checks(tmp_path):
    """Silence would leave open whether anything was looked at."""
    lines = check_claims_file(write(tmp_path / "claims.csv", HEADER + SOUND))
    assert lines == [
        "claims.csv: 1 claim, no mistake.",
        "Checks of the printed figures against each other: "
        "1 (0 impossible, 0 doubtful, 0 implies, 1 holds).",
    ]


def test_figures_that_contradict_each_other_are_shown_with_their_line(tmp_path):
    """The table is right, what it quotes is not: a finding, not a mistake."""
    lines = check_claims_file(write(tmp_path / "claims.csv", HEADER + SOUND + ODD))
    assert lines[:2] == [
        "claims.csv: 2 claims, no mistake.",
        "claims.csv:3: impossible, percent of count: odd",
    ]
    assert lines[2].startswith("    449/458 is 98.0%, not 98.3%, under any rounding rule;")
    assert lines[-1].endswith("2 (1 impossible, 0 doubtful, 0 implies, 1 holds).")
    assert max(map(len, lines)) <= 100


def test_a_table_without_figures_says_that_nothing_can_be_checked(tmp_path):
    """No check is not a passed check."""
    text = HEADER + "aim,abstract,We looked.,looked,text,,,,\n"
    assert check_claims_file(write(tmp_path / "claims.csv", text))[-1] == (
        "No check of the printed figures against each other can be made."
    )


def test_figures_of_two_readings_never_meet(tmp_path):
    """Each reading of a contradictory paper has its own figures, told once."""
    both = [ODD.replace("odd", name).replace(",\n", f",{name}\n") for name in ("first", "second")]
    lines = check_claims_file(write(tmp_path / "claims.csv", HEADER + SOUND + "".join(both)))
    assert [line for line in lines if "percent of count" in line] == [
        "claims.csv:3: impossible, percent of count: first",
        "claims.csv:4: impossible, percent of count: second",
    ]
    assert lines[-1].endswith("3 (2 impossible, 0 doubtful, 0 implies, 1 holds).")


def test_mistakes_of_claims_and_sources_are_told_together(tmp_path):
    """A person corrects both tables in one go."""
    claims = write(tmp_path / "claims.csv", HEADER + WRONG)
    sources = write(tmp_path / "sources.csv", "source_file,title\npaper.txt,\n")
    with pytest.raises(ClaimsError) as caught:
        check_claims_file(claims, sources)
    assert caught.value.lines == [
        "sources.csv:2:title: empty. Fill it in.",
        "claims.csv:2:kind: 'percnt' is not allowed. Did you mean 'percent'?",
        "claims.csv:2:printed: '98.0%' does not stand in the sentence. "
        "Copy it from there, letter by letter.",
    ]


def test_the_command_ends_with_5_and_plain_lines_when_the_table_has_mistakes(tmp_path):
    """A continuous check of a folder needs the exit code, a person the lines."""
    claims = write(tmp_path / "claims.csv", HEADER + WRONG)
    sources = write(tmp_path / "sources.csv", "source_file,title\npaper.txt,A paper\n")
    done = run(claims, "--sources", sources)
    assert (done.returncode, done.stdout) == (EXIT_CLAIMS, "")
    assert "Did you mean 'paper.txt'?" in done.stderr
    assert "Traceback" not in done.stderr
    fine = run(write(claims, HEADER + SOUND + ODD), "--sources", sources)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert fine.stdout.startswith("claims.csv: 2 claims, no mistake.\n")
