"""The reference pages say what the program reads."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from house import OWN_STUDIES
from minimal_study import ROOT
from procohort.expression_syntax import FUNCTIONS
from procohort.publish.reference_pages import reference_pages
from procohort.results import COLUMNS

SCHEMAS = ROOT / "workflow" / "schemas"
SCHEMA = yaml.safe_load((SCHEMAS / "config.schema.yaml").read_text(encoding="utf-8"))


def test_the_pages_are_what_the_program_says() -> None:
    """A reference that lags behind is worse than none; the message names the remedy."""
    command = [sys.executable, str(ROOT / "scripts/write_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def keys_in(given: Mapping[str, Any]) -> Iterator[str]:
    """Every key that a schema names, at any depth."""
    for name, inner in (given.get("properties") or {}).items():
        yield name
        yield from keys_in(inner)
    for part in ("items", "additionalProperties"):
        if isinstance(given.get(part), Mapping):
            yield from keys_in(given[part])


def test_every_key_of_the_schema_stands_on_the_page() -> None:
    """Also those inside definitions that several keys share."""
    page = reference_pages(SCHEMAS)["configuration"]
    paths = re.findall(r"^\| `([^`]+)`", page, re.MULTILINE)
    shown = {part for path in paths for part in re.split(r"[.\[\]]+", path)}
    shown |= set(re.findall(r"^## (\w+)", page, re.MULTILINE))
    named = set(keys_in(SCHEMA))
    for definition in SCHEMA["$defs"].values():
        named |= set(keys_in(definition))
    assert len(named) > 100
    assert named <= shown


def test_every_line_has_a_meaning() -> None:
    """A key without words sends a person to the source code."""
    page = reference_pages(SCHEMAS)["configuration"]
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    nameless = [line for line in lines if not line.split(" | ")[-1].strip(" |")]
    # Entries named by the person are explained by the list that holds them.
    assert nameless == []


def test_the_other_pages_are_complete() -> None:
    """Fields of result rows, functions, kinds of claims."""
    pages = reference_pages(SCHEMAS)
    assert all(f"| `{name}` |" in pages["result-rows"] for name in COLUMNS)
    assert all(f"| `{name}(" in pages["expressions"] for name in FUNCTIONS)
    assert "| `p_bound` |" in pages["claims"]


@pytest.mark.parametrize(
    "path",
    [ROOT / "config.yaml", *(ROOT / "studies" / name / "config.yaml" for name in OWN_STUDIES)],
)
def test_an_editor_finds_the_schema_from_the_first_line(path: Any) -> None:
    """Completion while typing depends on one relative path."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named, first
    assert (path.parent / named[1]).resolve() == (SCHEMAS / "config.schema.yaml").resolve()
