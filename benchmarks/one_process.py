"""The floor: every script of a study run one after another in one process.

The same scripts on the same files with the same parameters, without Snakemake
and without a start of Python for each, on one thread as Snakemake gives it to a
job: what the computation itself costs. The jobs are those of the workflow's default
target (benchmarks/ask_snakemake.py).

    python -m benchmarks.one_process FOLDER_OF_THE_STUDY
"""

from __future__ import annotations

import argparse
import builtins
import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.planned import Job, read_jobs

HOUSE = Path(__file__).resolve().parents[1]
N_DEAREST = 5

# What Snakemake sets for a job of one thread. More threads than processors that are free
# make small matrices several times slower, and the floor with them.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Times:
    """Seconds of each rule without imports, its number of jobs, and seconds of all imports."""

    rules: dict[str, float]
    n_jobs: dict[str, int]
    imports: float


class ImportClock:
    """A stand-in for ``__import__`` that adds up the seconds of import statements.

    The first job that needs a package would pay for all others that need it too.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._import = builtins.__import__
        self._is_inside = False

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Import a module; imports that this one brings about are part of its time."""
        if self._is_inside:
            return self._import(*arguments, **options)
        self._is_inside, start = True, time.perf_counter()
        try:
            return self._import(*arguments, **options)
        finally:
            self._is_inside = False
            self.seconds += time.perf_counter() - start

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Stand in for ``__import__``."""
        builtins.__import__ = self
        try:
            yield
        finally:
            builtins.__import__ = self._import


def run(job: Job) -> None:
    """Run the script of one job as its rule would."""
    for path in job.output:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    handed = SimpleNamespace(
        rule=job.rule,
        input=job.input,
        output=job.output,
        params=job.params,
        wildcards=job.wildcards,
        log=[],  # what a script says is seen at once
    )
    runpy.run_path(job.script, init_globals={"snakemake": handed})


def run_all(jobs: Iterable[Job]) -> Times:
    """Run jobs in their order in the working folder, and return what they took."""
    seconds: defaultdict[str, float] = defaultdict(float)
    n_jobs: Counter[str] = Counter()
    clock = ImportClock()
    with clock.ticking():
        for job in jobs:
            start, before = time.perf_counter(), clock.seconds
            run(job)
            imported = clock.seconds - before
            seconds[job.rule] += time.perf_counter() - start - imported
            n_jobs[job.rule] += 1
    return Times(dict(seconds), dict(n_jobs), clock.seconds)


def dearest_rules(times: Times) -> list[str]:
    """Return lines that name the rules that took longest, with their share of all."""
    total = sum(times.rules.values()) + times.imports
    ranked = sorted(times.rules, key=lambda rule: (-times.rules[rule], rule))
    dearest, others = ranked[:N_DEAREST], ranked[N_DEAREST:]
    rows = [(rule, times.n_jobs[rule], times.rules[rule]) for rule in dearest]
    if others:
        n_jobs = sum(times.n_jobs[rule] for rule in others)
        rows.append((f"the other {len(others)}", n_jobs, sum(times.rules[r] for r in others)))
    lines = [f"{'dearest rules of the floor':<44}{'seconds':>9}{'share':>9}{'jobs':>6}"]
    lines += [
        f"{name:<44}{taken:>9.2f}{100 * taken / total:>7.0f} %{n:>6}" for name, n, taken in rows
    ]
    imports = f"{times.imports:>9.2f}{100 * times.imports / total:>7.0f} %"
    return [*lines, f"{'imports, each package once':<44}{imports}"]


def ask_for_jobs(folder: Path, file: Path) -> None:
    """Write the jobs of a study, asked for in another process: this one stays without Snakemake."""
    command = [sys.executable, "-m", "benchmarks.ask_snakemake", str(folder), str(file)]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"the jobs of {folder} cannot be planned:\n{done.stderr}")


def main() -> None:
    """Run a study and print its dearest rules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the study")
    parser.add_argument("--jobs", type=Path, help="jobs that ask_snakemake has written before")
    parser.add_argument("--times", type=Path, help="write what the rules took to this file too")
    given = parser.parse_args()
    times_file = given.times.resolve() if given.times else None
    with tempfile.TemporaryDirectory() as temporary:
        jobs_file = given.jobs.resolve() if given.jobs else Path(temporary) / "jobs"
        if not given.jobs:
            ask_for_jobs(given.folder.resolve(), jobs_file)
        os.chdir(given.folder)
        os.environ.update(ONE_THREAD)  # read when the first script loads NumPy
        sys.path.append(str(HOUSE / "scripts"))
        times = run_all(read_jobs(jobs_file))
    if times_file:
        times_file.write_text(json.dumps(asdict(times)), encoding="utf-8")
    print("\n".join(dearest_rules(times)))


if __name__ == "__main__":
    main()
