"""The catalogue of the statistics says what the code does."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys

import pytest

from minimal_study import ROOT
from stats_catalogue import methods

METHODS = methods()
README = ROOT / "scripts" / "procohort" / "stats" / "README.md"


def row_of(name: str) -> list[str]:
    """Return the cells of a method's row, from its own module's table."""
    module, function = name.split(".")
    section = README.read_text(encoding="utf-8").split(f"\n## {module}\n", 1)[1]
    section = section.split("\n## ", 1)[0]
    row = next(line for line in section.splitlines() if line.startswith(f"| **`{function}`**"))
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def test_the_catalogue_is_what_signatures_and_docstrings_say() -> None:
    """A list kept by hand would soon be wrong."""
    run = subprocess.run(
        [sys.executable, "scripts/write_stats_catalogue.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_listed_with_its_arguments_and_a_source(name: str) -> None:
    """Whoever tries a function on other data must know what to pass and what comes back."""
    summary, arguments, returns, source = row_of(name)
    assert summary.endswith(".")
    assert returns.startswith("`")
    assert source == "definition" or re.search(r"\b(1[89]|20)\d\d", source), source
    for parameter in inspect.signature(METHODS[name]).parameters.values():
        if parameter.kind is not parameter.VAR_KEYWORD:
            assert f"`{parameter.name}" in arguments
