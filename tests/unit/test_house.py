"""Rules of the house that no other test would notice being broken."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from house import OWN_STUDIES
from minimal_study import ROOT

LIBRARY = sorted((ROOT / "scripts" / "procohort").rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
STUDIES = [ROOT / "config.yaml", *(ROOT / "studies" / name / "config.yaml" for name in OWN_STUDIES)]


SUBJECTS = {
    "nusinersen",
    "spondylodesis",
    "lumbar",
    "spine",
    "spinal",
    "laryngoscope",
    "interferon",
}


def words_of_the_studies() -> set[str]:
    """Subjects of the studies and the compound names of their variables."""
    found = set()
    for path in STUDIES:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
        for table in config["tables"].values():
            found |= set(table["columns"])
        found |= set(config.get("derived", {}))
    # Single words (position, approach, status ...) and a patient's id are everybody's.
    return SUBJECTS | {word for word in found if "_" in word} - {"patient_id"}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_library_knows_no_study(path: Path) -> None:
    """Study knowledge in the library would make the next study a special case."""
    # Examples in docstrings may use a plausible name; code and messages may not.
    code = {
        node.id if isinstance(node, ast.Name) else str(getattr(node, "value", ""))
        for node in ast.walk(without_docstrings(path))
        if isinstance(node, (ast.Name, ast.Constant))
    }
    used = set(re.split(r"[^a-z0-9_]+", " ".join(code).lower()))
    assert used & words_of_the_studies() == set()


def without_docstrings(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("stats", {"pandas", "yaml", "procohort.data", "procohort.analyses", "procohort.results"}),
        ("data", {"procohort.stats", "procohort.analyses", "procohort.publish", "matplotlib"}),
        ("analyses", {"procohort.publish", "procohort.claims", "procohort.data", "matplotlib"}),
        ("claims", {"procohort.stats", "procohort.analyses", "procohort.publish", "matplotlib"}),
        ("publish", {"procohort.stats", "procohort.analyses", "procohort.data", "scipy"}),
        (".", {"snakemake"}),
    ],
)
def test_a_room_knows_only_the_rooms_before_it(room: str, forbidden: set[str]) -> None:
    """Data flow one way; an import the other way is the first crack."""
    broken = []
    for path in sorted((ROOT / "scripts" / "procohort" / room).rglob("*.py")):
        if room == "data" and "reconstruct" in path.parts:
            continue  # makes tables from figures: it checks its own work with a test
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            broken += [
                f"{path.relative_to(ROOT)}: {name}"
                for name in names
                if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
            ]
    assert broken == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_script_is_thin(path: Path) -> None:
    """Logic belongs where it can be tested without a workflow."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("procohort.opening", {"numpy", "pandas", "matplotlib", "scipy", "statsmodels"}),
        ("procohort.plan", {"numpy", "pandas", "matplotlib", "scipy", "statsmodels"}),
        ("procohort.data.clean", {"matplotlib", "scipy", "statsmodels"}),
        ("procohort.analyses.compare", {"matplotlib", "statsmodels", "scipy.stats"}),
        ("procohort.analyses.correlate", {"matplotlib", "statsmodels", "scipy.stats"}),
        ("procohort.claims.scorecard", {"matplotlib", "scipy", "statsmodels", "pandas"}),
    ],
)
def test_a_job_imports_only_what_it_uses(module: str, heavy: set[str]) -> None:
    """Every job pays for its imports."""
    code = f"import sys, {module}; print(*sorted(set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "scripts",
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(done.stdout.split()) & heavy == set()


def test_no_tracked_text_names_a_machine() -> None:
    """The project speaks of itself alone."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pattern = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users|work|mnt)/[A-Za-z.]")
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in {".parquet", ".png"} or path == Path(__file__) or not path.is_file():
            continue
        if pattern.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert found == []
