"""The tutorial, followed word by word in a copy of the project.

What is executed: ``sh`` blocks are run; a comment ``<!-- ends with N -->`` below one names its exit
code; ``text`` blocks must appear in what the last command said; ``<!-- edit FILE -->`` before a
``diff`` block changes lines that must stand there once; ``<!-- file FILE -->`` before a block makes
a file; ``<!-- makes FILE -->`` names what must be there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from house import ROOT, House

pytestmark = pytest.mark.workflow
TUTORIAL = ROOT / "docs" / "tutorial.md"
PARTS = re.compile(
    r"<!-- (?P<word>[a-z]+) (?P<rest>.*?) -->|^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
# In the activated environment, on one core; make must not set the environment up anew.
PRELUDE = """set -e
make() { command make --no-print-directory -o .venv/.installed "BIN=$BIN" "$@"; }
snakemake() { command snakemake "$@" --cores 1; }
"""


@dataclass
class Reader:
    """A person who does what the tutorial says, in a folder of their own."""

    folder: Path
    said: str = ""
    code: int = 0
    done: list[str] = field(default_factory=list)

    def run(self, commands: str) -> None:
        """Run the commands of a block in a shell."""
        bin_folder = Path(sys.executable).parent
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("SNAKEMAKE", "MAKE"))
        }
        environment |= {"PATH": f"{bin_folder}:{os.environ['PATH']}", "BIN": str(bin_folder)}
        finished = subprocess.run(
            ["bash", "-c", PRELUDE + commands],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=900,
        )
        self.said, self.code = finished.stdout + finished.stderr, finished.returncode

    def edit(self, name: str, diff: str) -> None:
        """Change lines of a file that must stand there once."""
        lines = diff.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name} does not hold once: {before}"
        path.write_text(text.replace(before, after), encoding="utf-8")

    def make(self, name: str, text: str) -> None:
        """Make a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def steps(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what is to be done: a word, what it is done to, and a block."""
    target = ("", "")
    found = list(PARTS.finditer(text))
    for place, part in enumerate(found):
        if part["word"]:
            if part["word"] in ("edit", "file"):
                target = (part["word"], part["rest"])
            elif part["word"] == "makes":
                yield "makes", part["rest"], ""
        elif part["kind"] == "sh":
            after = found[place + 1] if place + 1 < len(found) else None
            ends = after is not None and after["word"] == "ends"
            yield (
                "run",
                after["rest"].removeprefix("with ") if after and ends else "0",
                part["body"],
            )
        elif target[0]:
            yield target[0], target[1], part["body"]
            target = ("", "")
        else:
            yield "said", "", part["body"]


def test_the_tutorial_is_true_word_by_word(fresh_house: House) -> None:
    """A newcomer meets the first command that fails alone."""
    reader = Reader(fresh_house.folder)
    for word, what, block in steps(TUTORIAL.read_text(encoding="utf-8")):
        reader.done.append(word)
        if word == "run":
            reader.run(block)
            assert reader.code == int(what), f"{block}{reader.said}"
        elif word == "said":
            assert block in reader.said, reader.said
        elif word == "edit":
            reader.edit(what, block)
        elif word == "file":
            reader.make(what, block)
        else:
            assert (reader.folder / what).is_file(), reader.said
    verdicts = {"bleeding": "reproduced", "bleeding_ranibizumab": "differs"}
    assert fresh_house.verdicts("studies/eye-injections") == verdicts
    counts = {word: reader.done.count(word) for word in set(reader.done)}
    assert counts["run"] >= 5
    assert counts["said"] >= 3
    assert counts["edit"] >= 8


def test_the_sample_export_is_invented() -> None:
    """A sample with names must be seen to be no patient's: all of them are trees."""
    trees = (
        "Ahorn Birke Buche Eiche Erle Esche Fichte Hasel Kiefer Linde Pappel Tanne Ulme Weide Zeder"
    )
    lines = (ROOT / "docs/tutorial/eye_injections.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(";")[1].split(",")[0] for line in lines[1:]} == set(trees.split())
