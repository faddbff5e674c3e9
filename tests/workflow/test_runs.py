"""What a run of the whole pipeline promises."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from house import House
from procohort import vocabulary

LABEL = "reconstructed from published summary figures; not patient data"
pytestmark = pytest.mark.workflow


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_default_study_has_the_printed_size(house: House) -> None:
    """458 procedures in 44 patients, after cleaning, and nobody lost on the way unaccounted."""
    analysed = rows(house.folder / "results/clean/analysis.csv")
    assert len(analysed) == 458
    assert len({row["cluster"] for row in analysed}) == 44
    steps = rows(house.folder / "results/clean/attrition.csv")
    removed = sum(int(step["n_rows_removed"] or 0) for step in steps)
    assert int(steps[0]["n_rows"]) - removed == 458


def test_built_in_claims_hold_by_construction_and_the_contradiction_is_found(house: House) -> None:
    """98.3 % is not 449 of 458, and no reconstruction may hide it."""
    card = json.loads((house.folder / "results/scorecard.json").read_text())
    assert card["counts"]["reproduced"] == 0
    paper = [claim for claim in card["verdicts"] if claim["source_file"].startswith("000")]
    assert {claim["verdict"] for claim in paper} == {
        "by_construction",
        "impossible_as_printed",
        "not_testable",
    }
    found = [claim for claim in card["verdicts"] if claim["verdict"] == "impossible_as_printed"]
    assert [claim["printed"] for claim in found] == ["98.3%"]


def test_every_effect_stands_as_published_and_cluster_aware(house: House) -> None:
    """The first truth of the house: both, side by side, for every comparison and correlation."""
    estimates = rows(house.folder / "results/estimates.csv")
    questions: dict[tuple[str, str], set[str]] = {}
    for row in estimates:
        if row["kind"] in ("compare", "correlate", "trend", "rate") and row["headline"] == "true":
            questions.setdefault((row["analysis"], row["outcome"]), set()).add(row["perspective"])
            assert row["n_procedures"] and row["n_patients"]
            assert row["status"] == "ok" or row["note"]
    assert len(questions) > 50
    assert all(seen == {"as_published", "cluster_aware"} for seen in questions.values())


def test_every_method_and_estimand_has_a_name_for_people(house: House) -> None:
    """A machine's word on a page is a riddle to a clinician."""
    tables = house.folder.glob("**/results/estimates.csv")
    every = [row for path in tables for row in rows(path)]
    found = [row for row in every if row["perspective"] != "descriptive"]
    assert len(found) > 300
    methods = {part for row in found for part in row["method"].split("+") if part}
    named = tuple(vocabulary.METHOD_NAMES)
    assert {name for name in methods if not name.startswith(named)} == set()
    assert {row["estimand"] for row in found} <= set(vocabulary.ESTIMAND_NAMES)


def test_nobody_can_mistake_the_default_tables_for_patient_data(house: House) -> None:
    """The label stands on every page, every figure, and in the folder of the data."""
    results = house.folder / "results"
    pages = [
        *results.rglob("*.html"),
        *results.glob("figures/*.svg"),
        *results.glob("figures/*.txt"),
    ]
    assert len(pages) > 30
    for page in pages:
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))
        # The label may open a sentence.
        assert LABEL in text.replace("Reconstructed", "reconstructed"), page.name
    about = (house.folder / "data/README.md").read_text(encoding="utf-8")
    assert LABEL in about.replace("Reconstructed", "reconstructed")


def test_figures_come_in_three_formats_with_their_data_and_words(house: House) -> None:
    """A figure that cannot be checked, reused or heard is half a figure."""
    folder = house.folder / "results/figures"
    names = {path.stem for path in folder.glob("*.png")}
    assert {"attrition", "forest"} < names
    for name in names:
        for suffix in ("png", "svg", "pdf", "csv", "txt"):
            assert (folder / f"{name}.{suffix}").stat().st_size > 0


def test_real_studies_run_from_configuration_alone(house: House) -> None:
    """What the data show is reproduced, what they do not show is said."""
    for study in ("laryngoscope", "cgd", "periodontal"):
        verdicts = house.verdicts(f"studies/{study}")
        assert list(verdicts.values()).count("reproduced") >= 8
        assert "differs" in verdicts.values()
        assert "by_construction" not in verdicts.values()


def test_the_readme_says_what_the_results_say(house: House) -> None:
    """Every number in the README is generated; this repairs nothing, it tells the command."""
    done = subprocess.run(
        [sys.executable, "scripts/write_readme.py", "--check"],
        cwd=house.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_second_run_does_nothing(house: House) -> None:
    """Work that is done is not done again."""
    assert house.planned() == set()


def test_a_new_label_redraws_and_computes_nothing(house: House) -> None:
    """A statistician who rewords a label waits for figures, not for statistics."""
    config = house.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("label: Puncture time", "label: Time of puncture"), "utf-8")
    try:
        planned = house.planned()
    finally:
        config.write_text(text, encoding="utf-8")
    assert "results/clean/codebook.csv" in planned
    assert not any("results/estimates" in path or "analysis.parquet" in path for path in planned)


def test_a_new_outcome_computes_its_own_analysis_only(house: House) -> None:
    """One line of the configuration, one analysis."""
    config = house.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    added = text.replace(
        "    x: repositionings\n    outcomes: [",
        "    x: repositionings\n    outcomes: [acquisitions, ",
    )
    assert added != text
    config.write_text(added, encoding="utf-8")
    try:
        planned = house.planned()
    finally:
        config.write_text(text, encoding="utf-8")
    computed = {path for path in planned if path.startswith("results/estimates/")}
    assert computed == {"results/estimates/repositioning.csv"}


def test_an_edit_of_the_library_reruns_what_reaches_it_and_a_comment_nothing(house: House) -> None:
    """Snakemake does not see imported modules; the digest of code does."""
    module = house.folder / "scripts/procohort/analyses/rates.py"
    text = module.read_text(encoding="utf-8")
    try:
        module.write_text(text + "\n\n# a remark\n", encoding="utf-8")
        assert house.planned() == set()
        module.write_text(text + "\n\nNEW = 1\n", encoding="utf-8")
        planned = house.planned()
    finally:
        module.write_text(text, encoding="utf-8")
    computed = {path for path in planned if path.startswith("results/estimates/")}
    assert computed == {"results/estimates/success_and_complications.csv"}


def test_the_number_of_cores_changes_no_byte(house: House, fresh_house: House) -> None:
    """Same input, same bytes."""
    done = fresh_house.run(study="studies/laryngoscope", cores=1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fresh_house.digests("studies/laryngoscope") == house.digests("studies/laryngoscope")


def test_the_reconstruction_is_what_is_committed(house: House) -> None:
    """The default tables can be made again from published figures and named assumptions."""
    done = house.run("reconstruct")
    assert done.returncode == 0, done.stdout + done.stderr
    report = (house.folder / "results/reconstruction/report.txt").read_text().splitlines()
    shutil.rmtree(house.folder / "results/reconstruction")
    assert len(report) == 6
    assert all(line.endswith(": identical") for line in report)


def test_the_other_reading_runs_and_shows_the_other_contradiction(fresh_house: House) -> None:
    """If 98.3 % is right, then 449 is not: 450 of 458 succeeded."""
    done = fresh_house.run("--config", "reading=printed_percent", "--", "results/scorecard.json")
    assert done.returncode == 0, done.stdout + done.stderr
    analysed = rows(fresh_house.folder / "results/clean/analysis.csv")
    assert sum(row["success"] == "true" for row in analysed) == 450
    assert len(analysed) == 458
    assert "differs" in fresh_house.verdicts().values()


def test_a_run_killed_in_the_middle_ends_with_the_same_bytes(
    house: House, fresh_house: House
) -> None:
    """Power cuts happen; half-written results must not survive them."""
    study = "studies/cgd"
    command = [str(Path(sys.executable).parent / "snakemake"), "--cores", "2"]
    command += ["--directory", study, "--snakefile", "Snakefile"]
    process = subprocess.Popen(
        command,
        cwd=fresh_house.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    estimates = fresh_house.folder / study / "results/estimates"
    deadline = time.monotonic() + 300
    while len(list(estimates.glob("*.csv"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.poll() is None, "the run ended before it could be killed"
    subprocess.run(["pkill", "-KILL", "-s", str(process.pid)], check=False)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = fresh_house.run(study=study)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fresh_house.digests(study) == house.digests(study)
