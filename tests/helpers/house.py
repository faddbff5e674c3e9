"""A copy of the project in which the pipeline is run as a person would run it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A study of the house has a README; what people draft beside them is theirs.
OWN_STUDIES = sorted(path.parent.name for path in ROOT.glob("studies/*/README.md"))
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
        """Return the outputs that a run would make again, logs left out."""
        done = self.run("--summary", *arguments, study=study)
        assert done.returncode == 0, done.stdout + done.stderr
        table = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
        return {line[0] for line in table if line[-1] == "update pending"}

    def digests(self, study: str = "") -> dict[str, str]:
        """Return a digest of every result, by path; logs are no results."""
        base = self.folder / study / "results"
        return {
            path.relative_to(base).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(base.rglob("*"))
            if path.is_file() and "logs" not in path.parts and path.name != ".snakemake_timestamp"
        }

    def verdicts(self, study: str = "") -> dict[str, str]:
        """Return the verdict of each claim by its id."""
        card = json.loads((self.folder / study / "results/scorecard.json").read_text())
        return {claim["id"]: claim["verdict"] for claim in card["verdicts"]}


def copy_of_the_project(folder: Path) -> House:
    """Copy what a clone would hold; nothing that a run has made."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return House(folder)
