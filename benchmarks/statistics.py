"""Time the statistics beside their floor and their peers, and print ratios.

    python -m benchmarks.statistics            five runs of each, medians
    python -m benchmarks.statistics --runs 9

What is compared runs by turns in one process, on one thread, as Snakemake gives
it to a job. The resampling of the default study is timed on its analysis table:
run the study first.
"""

from __future__ import annotations

import os

# Before NumPy is loaded: it reads them once.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from unittest.mock import patch  # noqa: E402

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

HOUSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE / "scripts"))

from procohort import plan  # noqa: E402  (the package lies in scripts/)
from procohort.analyses.run import run_analysis  # noqa: E402
from procohort.settings import load  # noqa: E402
from procohort.stats import bootstrap, permutation, ranks  # noqa: E402
from procohort.stats.random_intercept import fit_random_intercept  # noqa: E402
from procohort.study import Variable  # noqa: E402

N_RESAMPLES = 10_000
N_LOOPED = 100  # replicates of the pandas loop that are timed; the rest is extrapolated
N_LARGE_RESAMPLES = 100
SMALL = (458, 44)
LARGE = ((100_000, 10_000), (1_000_000, 100_000))
ANALYSIS_TABLE = HOUSE / "results/clean/analysis.parquet"

Task = Callable[[], Any]


@dataclass(frozen=True)
class Cohort:
    """A simulated cohort: outcome, group of the patient, patient number."""

    y: np.ndarray
    group: np.ndarray
    cluster: np.ndarray

    @property
    def design(self) -> np.ndarray:
        """Intercept and group."""
        return np.column_stack([np.ones(len(self.y)), self.group])


def simulate(n_rows: int, n_patients: int, *, resolution: float = 0.0) -> Cohort:
    """Draw a log-normal outcome with ICC 0.4, patients of unequal size, 19 of 44 in group 1."""
    rng = np.random.default_rng(n_rows)
    share = rng.gamma(2.0, size=n_patients)
    sizes = 1 + rng.multinomial(n_rows - n_patients, share / share.sum())
    cluster = np.repeat(np.arange(n_patients), sizes)
    group = (rng.permutation(n_patients) < n_patients * 19 / 44)[cluster]
    spread = rng.normal(0.0, 0.4, n_patients)[cluster] + rng.normal(0.0, 0.49, n_rows)
    y = np.exp(2.2 + 0.3 * group + spread)
    if resolution:
        y = np.maximum(np.round(y / resolution), 1.0) * resolution
    return Cohort(y, group, cluster)


def floor_median_difference(cohort: Cohort, n_resamples: int, seed: int) -> np.ndarray:
    """Return percentile limits by nothing but draws, matrix products and counting.

    Of two layouts, all replicates at once or a few thousand at a time, this is the faster.
    """
    n_patients = int(cohort.cluster.max()) + 1
    arms = []
    for arm in (cohort.group, ~cohort.group):
        values, number = np.unique(cohort.y[arm], return_inverse=True)
        flat = np.bincount(
            number * n_patients + cohort.cluster[arm], minlength=len(values) * n_patients
        )
        up_to = np.cumsum(flat.reshape(-1, n_patients), axis=0).astype(np.float32)
        arms.append((values, up_to))
    rng = np.random.default_rng(seed)
    differences = []
    for start in range(0, n_resamples, 2_000):
        n_at_once = min(2_000, n_resamples - start)
        index = rng.integers(0, n_patients, size=(n_at_once, n_patients))
        index += (np.arange(n_at_once) * n_patients)[:, None]
        weights = np.bincount(index.ravel(), minlength=index.size).reshape(index.shape)
        columns = weights.T.astype(np.float32)
        medians = []
        for values, up_to in arms:
            counts = up_to @ columns
            lower = np.count_nonzero(counts < np.floor((counts[-1] + 1) / 2), axis=0)
            upper = np.count_nonzero(counts < np.floor(counts[-1] / 2) + 1, axis=0)
            medians.append((values[lower] + values[upper]) / 2)
        differences.append(medians[0] - medians[1])
    return np.quantile(np.concatenate(differences), [0.025, 0.975])


def loop_median_difference(cohort: Cohort, n_resamples: int, seed: int) -> np.ndarray:
    """Return percentile limits as usually written: filter and concatenate patients' rows."""
    table = pd.DataFrame({"y": cohort.y, "group": cohort.group, "patient": cohort.cluster})
    patients = table["patient"].unique()
    rng = np.random.default_rng(seed)
    differences = []
    for _ in range(n_resamples):
        chosen = rng.choice(patients, size=len(patients))
        sample = pd.concat([table[table["patient"] == patient] for patient in chosen])
        medians = sample.groupby("group")["y"].median()
        differences.append(medians[True] - medians[False])
    return np.quantile(differences, [0.025, 0.975])


def fit_mixedlm(cohort: Cohort, optimiser: str | None) -> float:
    """Fit the same model with statsmodels."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its optimiser warns near a variance of zero
        model = MixedLM(np.log(cohort.y), cohort.design, groups=cohort.cluster)
        return float(model.fit(reml=True, method=optimiser).params[1])


def medians(tasks: dict[str, tuple[Task, int]], runs: int) -> dict[str, float]:
    """Return median seconds per call of tasks that take turns; each with its calls per run."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for task, _ in tasks.values():
        task()  # imports, tables and memory of a first call are not what is compared
    for _ in range(runs):
        for name, (task, n_calls) in tasks.items():
            start = time.perf_counter()
            for _ in range(n_calls):
                task()
            times[name].append((time.perf_counter() - start) / n_calls)
    return {name: statistics.median(taken) for name, taken in times.items()}


def peak_bytes(task: Task) -> int:
    """Return the most memory that a call holds beside its input."""
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def answer_study(settings: dict[str, Any], table: pd.DataFrame) -> None:
    """Answer every analysis of a study, as its jobs do."""
    for name in plan.analyses(settings):
        asked = plan.analysis_parameters(settings, name)
        variables = {
            key: Variable.from_analysis(key, variable)
            for key, variable in asked["variables"].items()
        }
        run_analysis(
            asked["kind"],
            asked["spec"],
            table,
            variables,
            parameters=asked["parameters"],
            methods=asked["methods"],
        )


def study_resampling(runs: int) -> dict[str, tuple[int, float]]:
    """Return the number of calls and the CPU seconds of each resampling function in the study."""
    settings = load("config.yaml", HOUSE / "workflow/schemas/config.schema.yaml")
    table = pd.read_parquet(ANALYSIS_TABLE)
    spent: dict[str, list[float]] = {}

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            start = time.process_time()
            found = function(*arguments, **options)
            spent.setdefault(function.__name__, []).append(time.process_time() - start)
            return found

        return call

    answer_study(settings, table)
    found = [
        patch.object(home, name, timed(getattr(home, name)))
        for home in (bootstrap, permutation)
        for name in home.__all__
        if name.startswith(("bootstrap_", "permute_", "blocked_"))
    ]
    for one in found:
        one.start()
    rounds = []
    for _ in range(runs):
        spent.clear()
        answer_study(settings, table)
        rounds.append({name: (len(taken), sum(taken)) for name, taken in spent.items()})
    for one in found:
        one.stop()
    return {
        name: (rounds[0][name][0], statistics.median(r[name][1] for r in rounds))
        for name in sorted(rounds[0])
    }


def line(name: str, taken: str, ratio: str = "", aim: str = "", met: bool | None = None) -> None:
    """Print one line of the table."""
    verdict = "" if met is None else ("met" if met else "MISSED")
    print(f"{name:<46}{taken:>10}{ratio:>16}  {aim:<24}{verdict}".rstrip(), flush=True)


def shown(seconds: float) -> str:
    """Return a time with three digits."""
    return f"{seconds:.3g} s" if seconds >= 1.0 else f"{1e3 * seconds:.3g} ms"


def print_small(runs: int) -> None:
    """Print what holds at the size of the default study."""
    cohort = simulate(*SMALL, resolution=0.5)
    untied = simulate(*SMALL)
    log_y, design = np.log(cohort.y), cohort.design
    options: dict[str, Any] = {"seed": 1, "n_resamples": N_RESAMPLES}

    def bootstrapped(function: Callable[..., Any], of: Cohort) -> tuple[Task, int]:
        return lambda: function(of.y, of.group, of.cluster, **options), 3

    times = medians(
        {
            "floor": (lambda: floor_median_difference(cohort, N_RESAMPLES, 1), 3),
            "median": bootstrapped(bootstrap.bootstrap_median_difference, cohort),
            "floor untied": (lambda: floor_median_difference(untied, N_RESAMPLES, 1), 3),
            "median untied": bootstrapped(bootstrap.bootstrap_median_difference, untied),
            "delta": bootstrapped(bootstrap.bootstrap_cliffs_delta, cohort),
            "shift": bootstrapped(bootstrap.bootstrap_hodges_lehmann, cohort),
            "shift untied": bootstrapped(bootstrap.bootstrap_hodges_lehmann, untied),
            "loop": (lambda: loop_median_difference(cohort, N_LOOPED, 1), 1),
            "reml": (lambda: fit_random_intercept(log_y, design, cohort.cluster), 50),
            "default": (lambda: fit_mixedlm(cohort, None), 3),
            "powell": (lambda: fit_mixedlm(cohort, "powell"), 3),
        },
        runs,
    )
    print(f"\n{SMALL[0]} rows in {SMALL[1]} patients, {N_RESAMPLES:,} replicates")
    line("vectorised floor, rounded outcome", shown(times["floor"]))
    ratio = times["median"] / times["floor"]
    name = "bootstrap of a median difference"
    line(name, shown(times["median"]), f"{ratio:.2f} x floor", "at most 3", ratio <= 3)
    line("vectorised floor, no two values tied", shown(times["floor untied"]))
    ratio = times["median untied"] / times["floor untied"]
    line(name, shown(times["median untied"]), f"{ratio:.2f} x floor", "at most 3", ratio <= 3)
    for name, key in (
        ("bootstrap of Cliff's delta", "delta"),
        ("bootstrap of the Hodges-Lehmann shift", "shift"),
        ("the same, no two values tied", "shift untied"),
    ):
        line(name, shown(times[key]), f"{times[key] / times['floor']:.2f} x floor")
    looped = times["loop"] * N_RESAMPLES / N_LOOPED
    ratio = looped / times["median"]
    name = f"pandas filter and concat ({N_LOOPED} timed)"
    line(name, shown(looped), f"{ratio:,.0f} x ours", "at least 50", ratio >= 50)
    line("random-intercept REML", shown(times["reml"]))
    for key in ("default", "powell"):
        ratio = times[key] / times["reml"]
        name = f"statsmodels MixedLM, {key} optimiser"
        line(name, shown(times[key]), f"{ratio:.0f} x ours", "at least 10", ratio >= 10)


def print_study(runs: int) -> None:
    """Print the CPU time of all resampling of the default study."""
    print("\nResampling of the default study, CPU time")
    spent = study_resampling(runs)
    for name, (n_calls, seconds) in spent.items():
        line(f"{name}, {n_calls} calls", shown(seconds))
    total = sum(seconds for _, seconds in spent.values())
    line("all", shown(total), "", "at most 3 s", total <= 3)


def print_growth(runs: int) -> None:
    """Print how time and memory grow with the rows."""
    print(f"\nGrowth; bootstrap with {N_LARGE_RESAMPLES} replicates, no two values tied")
    table = pd.read_parquet(ANALYSIS_TABLE)
    bytes_per_row = float(table.memory_usage(deep=True).sum()) / len(table)
    print(f"Memory held, against an analysis table of {bytes_per_row:.0f} bytes a row")
    before: dict[str, float] = {}
    for n_rows, n_patients in LARGE:
        cohort = simulate(n_rows, n_patients)
        log_y, design = np.log(cohort.y), cohort.design
        labels = np.array([f"P{number:06d}" for number in cohort.cluster], dtype=object)
        options: dict[str, Any] = {"seed": 1, "n_resamples": N_LARGE_RESAMPLES}

        def two_arms(function: Callable[..., Any], c: Cohort = cohort, **more: Any) -> Task:
            return lambda: function(c.y, c.group, c.cluster, **more)

        def reml(cluster: np.ndarray, y: np.ndarray = log_y, x: np.ndarray = design) -> Task:
            return lambda: fit_random_intercept(y, x, cluster)

        tasks: dict[str, Task] = {
            "sorting alone": lambda c=cohort: np.argsort(c.y),
            "Mann-Whitney": lambda c=cohort: ranks.mann_whitney(c.y, c.group),
            "REML": reml(cohort.cluster),
            "REML, patients named by texts": reml(labels),
            "bootstrap, median difference": two_arms(
                bootstrap.bootstrap_median_difference, **options
            ),
            "bootstrap, mean difference": two_arms(bootstrap.bootstrap_mean_difference, **options),
            "bootstrap, Cliff's delta": two_arms(bootstrap.bootstrap_cliffs_delta, **options),
        }
        times = medians({name: (task, 1) for name, task in tasks.items()}, runs)
        print(f"{n_rows:,} rows in {n_patients:,} patients")
        for name, task in tasks.items():
            growth = ""
            if name in before:
                rows_ratio = LARGE[1][0] / LARGE[0][0]
                growth = f"{times[name] / before[name] / rows_ratio:.2f} x linear"
            held = peak_bytes(task) / (bytes_per_row * n_rows)
            aim = f"{held:.2f} x table, below 5"
            line(f"  {name}", shown(times[name]), growth, aim, held < 5)
        before = times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement")
    runs = parser.parse_args().runs
    os.chdir(HOUSE)
    if not ANALYSIS_TABLE.exists():
        sys.exit(f"{ANALYSIS_TABLE.relative_to(HOUSE)} is missing: run the study first")
    print(f"{os.cpu_count()} processors, one thread, medians of {runs} runs")
    print_small(runs)
    print_study(runs)
    print_growth(runs)


if __name__ == "__main__":
    main()
