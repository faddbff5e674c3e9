"""Time the whole pipeline and print ratios.

    python -m benchmarks.pipeline            three runs of each, medians
    python -m benchmarks.pipeline --runs 5

Everything runs in a copy of the project in a temporary folder. The floor is the
same computation in one process (benchmarks/one_process.py), planning left out; what
its dearest rules take says where speed is to be gained.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.one_process import Times, ask_for_jobs, dearest_rules

HOUSE = Path(__file__).resolve().parents[1]
SNAKEMAKE = [str(Path(sys.executable).parent / "snakemake"), "--quiet", "all"]


def seconds(command: list[str], folder: Path) -> float:
    """Run a command and return its wall time in seconds."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return time.perf_counter() - start


def median(runs: int, measure: Callable[[], float]) -> float:
    """Return the median of several measurements."""
    return statistics.median(measure() for _ in range(runs))


def cold(folder: Path, command: list[str]) -> float:
    """Time a command with no results and no Snakemake state."""
    for name in ("results", ".snakemake"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return seconds(command, folder)


def after_edit(folder: Path, old: str, new: str) -> float:
    """Time the run after one line of config.yaml changed, then put the line back."""
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    if old not in text:
        sys.exit(f"config.yaml has no line {old!r}")
    config.write_text(text.replace(old, new, 1), encoding="utf-8")
    taken = seconds([*SNAKEMAKE, "--cores", "2"], folder)
    config.write_text(text, encoding="utf-8")
    seconds([*SNAKEMAKE, "--cores", "2"], folder)
    return taken


def floor_of(folder: Path, runs: int) -> tuple[float, Times]:
    """Return the seconds of the whole floor and what its rules take, as medians."""
    jobs, times_file = folder.parent / "jobs", folder.parent / "times.json"
    ask_for_jobs(folder, jobs)
    command = [sys.executable, "-m", "benchmarks.one_process", str(folder)]
    command += ["--jobs", str(jobs), "--times", str(times_file)]
    taken, times = [], []
    for _ in range(runs):
        taken.append(cold(folder, command))
        times.append(Times(**json.loads(times_file.read_text(encoding="utf-8"))))
    rules = {rule: statistics.median(one.rules[rule] for one in times) for rule in times[0].rules}
    imports = statistics.median(one.imports for one in times)
    return statistics.median(taken), Times(rules, times[0].n_jobs, imports)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        hidden = shutil.ignore_patterns("results", ".snakemake", ".venv", ".git", ".*_cache")
        shutil.copytree(HOUSE, folder, ignore=hidden)
        floor, times = floor_of(folder, runs)
        rows = [("one process (floor)", floor, floor)]
        for cores in ("1", "2", "4"):
            command = [*SNAKEMAKE, "--cores", cores]
            taken = median(runs, partial(cold, folder, command))
            rows.append((f"cold run, --cores {cores}", taken, floor))
        version = median(runs, lambda: seconds([SNAKEMAKE[0], "--version"], folder))
        idle = median(runs, lambda: seconds([*SNAKEMAKE, "--cores", "2"], folder))
        label = median(
            runs, lambda: after_edit(folder, "label: Puncture time", "label: Time of puncture")
        )
        n = median(runs, lambda: after_edit(folder, "n_resamples: 10000", "n_resamples: 9999"))
        rows += [
            ("snakemake --version", version, floor),
            ("nothing to do", idle, floor),
            ("after editing one label", label, floor),
            ("after editing n_resamples (every analysis)", n, floor),
        ]
        print(f"{os.cpu_count()} processors, medians of {runs} runs")
        print(f"{'':<44}{'seconds':>9}{'x floor':>9}")
        for name, taken, base in rows:
            print(f"{name:<44}{taken:>9.1f}{taken / base:>9.2f}")
        print(f"nothing to do, above snakemake --version: {idle - version:.1f} s")
        print("\n".join(["", *dearest_rules(times)]))


if __name__ == "__main__":
    main()
