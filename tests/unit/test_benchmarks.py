"""The floor of the benchmark: the jobs of the workflow itself, run in one process."""

from __future__ import annotations

import builtins
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from house import House, copy_of_the_project
from minimal_study import ROOT, config

SMALL_WORKFLOW = """
    def sources(wildcards):
        return {"many": ["a.txt", f"{wildcards.name}.txt"], "one": "a.txt"}

    rule all:
        input: "out/b.done"

    rule last:
        input: "out/{name}.txt", unpack(sources)
        output: done="out/{name}.done"
        params: shown="{name}", settings={"n": 1}
        script: "scripts/last.py"

    rule first:
        output: "out/{name}.txt", extra="out/{name}.extra"
        script: "scripts/first.py"
"""


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_on_the_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        yield


def planned(folder: Path, workflow: str) -> subprocess.CompletedProcess[str]:
    """Plan a workflow in a process of its own: Snakemake sets up logging as it likes."""
    (folder / "Snakefile").write_text(dedent(workflow), encoding="utf-8")
    (folder / "scripts").mkdir()
    for name in ("a.txt", "b.txt", "scripts/first.py", "scripts/last.py"):
        (folder / name).touch()
    code = (
        "import sys; from pathlib import Path; folder = Path(sys.argv[1]);"
        "from benchmarks.ask_snakemake import jobs_of_the_study;"
        "from benchmarks.planned import write_jobs;"
        "write_jobs(jobs_of_the_study(folder, folder / 'Snakefile'), folder / 'jobs')"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_jobs_come_from_the_workflow_in_an_order_in_which_they_can_run(tmp_path: Path) -> None:
    """Copied by hand, the jobs fell behind the rules: input functions and all come from there."""
    from benchmarks.planned import read_jobs

    done = planned(tmp_path, SMALL_WORKFLOW)
    assert done.returncode == 0, done.stderr
    first, last = read_jobs(tmp_path / "jobs")
    assert (first.rule, last.rule) == ("first", "last")
    assert first.script == str(tmp_path / "scripts/first.py")
    assert first.output == ["out/b.txt", "out/b.extra"]
    assert first.output.extra == "out/b.extra"
    assert last.input == ["out/b.txt", "a.txt", "b.txt", "a.txt"]
    assert last.input["many"] == ["a.txt", "b.txt"]
    assert last.input.one == "a.txt"
    assert dict(last.params.items()) == {"shown": "b", "settings": {"n": 1}}
    assert last.wildcards.name == "b"
    assert {type(path) for path in (*last.input, last.input.one, *last.wildcards)} == {str}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('script: "scripts/first.py"', 'shell: "touch {output}"', "rule first: has no Python"),
        ('"out/b.done"', '"out/b.nothing"', "out/b.nothing"),
    ],
    ids=["no script", "no rule for a file"],
)
def test_what_the_floor_cannot_run_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A job left out in silence would make the floor too low."""
    assert old in SMALL_WORKFLOW
    done = planned(tmp_path, SMALL_WORKFLOW.replace(old, new))
    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / "jobs").exists()


def test_a_list_with_names_answers_as_snakemakes_own() -> None:
    """Scripts ask for items in every way that Snakemake allows."""
    from benchmarks.planned import Named
    from snakemake.iocontainers import Namedlist

    names = {"index": "a", "plots": ["b", "c"]}
    ours = Named(names.values(), names)
    theirs = Namedlist(fromdict=names)
    for one in (ours, theirs):
        assert list(one) == ["a", ["b", "c"]]
        assert (one[1], one["plots"], one.index) == (["b", "c"], ["b", "c"], "a")
        assert (one.get("plots"), one.get("none"), one.get("none", 1)) == (["b", "c"], None, 1)
        assert dict(one.items()) == names
        assert list(one.keys()) == list(names)


def test_no_script_can_change_what_another_is_handed(tmp_path: Path) -> None:
    """Rules share the settings; in processes of their own they cannot disturb each other."""
    from benchmarks.planned import Job, Named, read_jobs, write_jobs

    nothing, shared = Named([], {}), {"n": 1}
    jobs = [
        Job(rule, "x.py", nothing, nothing, Named([shared], {"settings": shared}), nothing)
        for rule in ("first", "second")
    ]
    write_jobs(jobs, tmp_path / "jobs")
    first, second = read_jobs(tmp_path / "jobs")
    first.params.settings["n"] = 2
    assert second.params.settings == {"n": 1}


def test_imports_are_counted_apart_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first job that needs a package would look dear otherwise."""
    from benchmarks import one_process
    from benchmarks.planned import Job, Named

    clock = types.ModuleType("clock_of_the_test")
    clock.now = 0.0
    monkeypatch.setitem(sys.modules, "clock_of_the_test", clock)
    tick = "import clock_of_the_test; clock_of_the_test.now +="
    (tmp_path / "outer_of_the_test.py").write_text(f"import inner_of_the_test\n{tick} 3\n")
    (tmp_path / "inner_of_the_test.py").write_text(f"{tick} 4\n")
    (tmp_path / "script.py").write_text(f"{tick} 1\nimport outer_of_the_test\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(one_process, "time", types.SimpleNamespace(perf_counter=lambda: clock.now))
    usual, nothing = builtins.__import__, Named([], {})
    rules = ("importing", "plain", "plain")
    script = str(tmp_path / "script.py")
    times = one_process.run_all(Job(rule, script, *[nothing] * 4) for rule in rules)
    assert times.rules == {"importing": 1.0, "plain": 2.0}
    assert times.n_jobs == {"importing": 1, "plain": 2}
    assert times.imports == 3.0 + 4.0
    assert builtins.__import__ is usual


def test_the_dearest_rules_come_first_and_shares_are_of_everything() -> None:
    """It tells where speed is to be gained; the rest must not vanish from the sum."""
    from benchmarks.one_process import Times, dearest_rules

    seconds = {"a": 1.0, "b": 4.0, "c": 2.0, "d": 1.0, "e": 5.0, "f": 3.0, "g": 2.0}
    lines = dearest_rules(Times(seconds, dict.fromkeys(seconds, 2), imports=2.0))
    assert [line.split() for line in lines[1:]] == [
        ["e", "5.00", "25", "%", "2"],
        ["b", "4.00", "20", "%", "2"],
        ["f", "3.00", "15", "%", "2"],
        ["c", "2.00", "10", "%", "2"],
        ["g", "2.00", "10", "%", "2"],
        ["the", "other", "2", "2.00", "10", "%", "4"],
        ["imports,", "each", "package", "once", "2.00", "10", "%"],
    ]


@pytest.mark.workflow
def test_the_floor_makes_what_a_run_makes_byte_for_byte(tmp_path: Path) -> None:
    """A floor that computed something else would be no floor."""
    house = copy_of_the_project(tmp_path / "project")
    study = house.folder / "studies/rats"
    write_rats(study)
    done = house.run(study="studies/rats")
    assert done.returncode == 0, done.stdout + done.stderr
    made = house.digests("studies/rats")
    assert "scorecard.html" in made
    (study / "results").rename(tmp_path / "run")
    done = floor(house, "studies/rats")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dearest rules of the floor" in done.stdout
    assert house.digests("studies/rats") == made


def floor(house: House, study: str) -> subprocess.CompletedProcess[str]:
    """Run the floor of a study in a copy of the project."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.one_process", study],
        cwd=house.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def write_rats(folder: Path) -> None:
    """Write a small study of eight rats in two litters, six trials each."""
    rats = ["litter,rat,diet"]
    trials = ["trial,litter,rat,seconds,errors,reached"]
    for number in range(48):
        rat = number % 8
        litter = f"L{rat // 4}"
        if number < 8:
            rats.append(f"{litter},{rat},{'rich' if rat % 2 else 'plain'}")
        seconds = 20 + 7 * rat + number * 13 % 17
        reached = "no" if number % 5 == 0 else "yes"
        trials.append(f"{number},{litter},{rat},{seconds},{number * 7 % 4},{reached}")
    folder.mkdir(parents=True)
    (folder / "rats.csv").write_text("\n".join(rats) + "\n", encoding="utf-8")
    (folder / "trials.csv").write_text("\n".join(trials) + "\n", encoding="utf-8")
    # Few analyses: each is a job of the run, and each job a start of Python.
    settings = config(derived={}, comparisons=[], correlations=[])
    text = yaml.safe_dump(settings, sort_keys=False)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
