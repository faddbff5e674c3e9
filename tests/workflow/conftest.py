"""Whole runs of the pipeline, each in a copy of the project in a folder of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_BEHIND = (".git", ".venv", ".snakemake", "results", ".*_cache", ".hypothesis", "__pycache__")


@dataclass(frozen=True)
class House:
    """A copy of the project in which the pipeline can be run."""

    folder: Path

    def run(
        self, *arguments: str, study: str = "", cores: int = 2
    ) -> subprocess.CompletedProcess[str]:
        """Run snakemake as a person would, on the study of the folder or another."""
        command = [str(Path(sys.executable).parent / "snakemake"), "--cores", str(cores)]
        if study:
            command += ["--directory", study, "--snakefile", "Snakefile"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SNAKEMAKE")}
        return subprocess.run(
            [*command, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            timeout=900,
        )

    def planned(self, *arguments: str, study: str = "") -> set[str]:
        """Return the outputs that a run would make again (a dry run), logs left out."""
        done = self.run("--dry-run", "--quiet", "host", *arguments, study=study)
        assert done.returncode == 0, done.stdout + done.stderr
        text = done.stdout + done.stderr
        return {
            part.strip()
            for line in text.splitlines()
            if line.strip().startswith("output: ")
            for part in line.split("output: ")[1].split(", ")
        }

    def digests(self, study: str = "") -> dict[str, str]:
        """Return a digest of every result, by path; logs are no results."""
        base = self.folder / study / "results"
        return {
            path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(base.rglob("*"))
            if path.is_file() and "logs" not in path.parts
        }

    def verdicts(self, study: str = "") -> dict[str, str]:
        """Return the verdict of each claim by its id."""
        card = json.loads((self.folder / study / "results/scorecard.json").read_text())
        return {claim["id"]: claim["verdict"] for claim in card["verdicts"]}


def copy_of_the_project(folder: Path) -> House:
    """Copy what a clone would hold; nothing that a run has made."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return House(folder)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy in which the default study and the studies of studies/ have been run once."""
    made = copy_of_the_project(tmp_path_factory.mktemp("house") / "project")
    done = made.run()
    assert done.returncode == 0, done.stdout + done.stderr
    for study in sorted(path.name for path in (made.folder / "studies").iterdir()):
        done = made.run(study=f"studies/{study}")
        assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture
def fresh_house(tmp_path: Path) -> Iterator[House]:
    """A copy in which nothing has been run."""
    yield copy_of_the_project(tmp_path / "project")
    shutil.rmtree(tmp_path / "project", ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep whole runs that share a house in one worker."""
    for item in items:
        if "house" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("house"))
