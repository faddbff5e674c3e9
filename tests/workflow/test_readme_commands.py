"""Every command of the README and of the docs runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from house import ROOT, House

pytestmark = pytest.mark.workflow
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# The tutorial has a test of its own, which does what it says.
PAGES = [ROOT / "README.md", *(ROOT / "docs" / name for name in ("how-to.md", "validation.md"))]
# In their order: some read what an earlier one has written.
COMMANDS = list(
    dict.fromkeys(
        line.split("#")[0].strip()
        for page in PAGES
        for block in BLOCK.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line.split("#")[0].strip()
    )
)
PAPER = "Pain fell in 12 of 40 patients (30.0%). Stays were longer (4.2 vs. 3.1 days, p < 0.01).\n"


def without_doing(command: str) -> list[str]:
    """Return the command in a form that says what it would do, where it can."""
    words = shlex.split(command.split(">", maxsplit=1)[0])
    if words[0] == "make":
        return [*words, "--dry-run"]
    if words[0] == "snakemake":
        dry = [] if "--report" in words else ["--dry-run"]
        return [str(Path(sys.executable).parent / "snakemake"), *words[1:], *dry]
    return [sys.executable, *words[1:]]


def test_the_pages_show_commands() -> None:
    """The two commands, the plain one, and those for a new paper."""
    assert {"make", "make test", "snakemake --cores 4"} <= set(COMMANDS)
    assert len(COMMANDS) > 9


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_pages_is_understood(command: str, house: House) -> None:
    """A command that has gone stale greets every newcomer."""
    (house.folder / "paper.txt").write_text(PAPER, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("SNAKEMAKE", "MAKE"))}
    done = subprocess.run(
        without_doing(command),
        cwd=house.folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if "> " in command:
        (house.folder / command.split("> ")[1]).write_text(done.stdout, encoding="utf-8")
