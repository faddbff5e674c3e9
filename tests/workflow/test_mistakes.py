"""A user's mistake ends a run with plain lines, all at once, and the exit code of its family."""

from __future__ import annotations

import pytest

from house import House
from procohort.jobs import EXIT_CLAIMS, EXIT_DATA, EXIT_SETTINGS

pytestmark = pytest.mark.workflow
STUDY = "studies/laryngoscope"


def edit(house: House, path: str, *pairs: tuple[str, str]) -> None:
    file = house.folder / path
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def test_a_mistake_in_the_configuration_ends_with_3_before_anything_runs(
    fresh_house: House,
) -> None:
    """Both mistakes are told, each with a near miss."""
    edit(
        fresh_house,
        "config.yaml",
        ("comparisons:", "comparisions:"),
        ("out_of_range: blank", "out_of_range: blanc"),
    )
    done = fresh_house.run()
    assert done.returncode == EXIT_SETTINGS
    assert (
        "config.yaml: 'comparisions' is not a known key. Did you mean 'comparisons'?" in done.stderr
    )
    assert "config.yaml: policy.out_of_range: 'blanc' is not allowed." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (fresh_house.folder / "results").exists()


def test_a_second_configuration_is_refused_with_the_way_to_do_it(fresh_house: House) -> None:
    """Snakemake would merge the two, and the study inherit what it does not say."""
    done = fresh_house.run("--configfile", f"{STUDY}/config.yaml")
    assert done.returncode == EXIT_SETTINGS
    assert f"Run the other study with --directory {STUDY}" in done.stderr


def test_a_mistake_in_the_data_ends_with_4_naming_file_and_row(fresh_house: House) -> None:
    """Two damaged cells, two lines, and no result left behind."""
    edit(fresh_house, f"{STUDY}/config.yaml", ("checksums: data/raw/checksums.sha256", ""))
    table = fresh_house.folder / STUDY / "data/raw/laryngoscope.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    for row in (4, 7):
        cells = lines[row].split(",")
        lines[row] = ",".join(["old", *cells[1:]])
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = fresh_house.run(study=STUDY)
    assert done.returncode == EXIT_DATA
    assert "data/raw/laryngoscope.csv: row 5, column age: 'old'" in done.stderr.replace("“", "'")
    assert "data/raw/laryngoscope.csv: row 8, column age: 'old'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (fresh_house.folder / STUDY / "results/clean/analysis.parquet").exists()


def test_a_changed_raw_file_ends_with_4(fresh_house: House) -> None:
    """Raw data that are not the listed ones are not the study."""
    table = fresh_house.folder / STUDY / "data/raw/laryngoscope.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    done = fresh_house.run(study=STUDY)
    assert done.returncode == EXIT_DATA
    assert "checksums.sha256" in done.stderr


def test_a_mistake_in_the_claims_ends_with_5(fresh_house: House) -> None:
    """A claims table is written by hand; its mistakes are told like all others."""
    claims = fresh_house.folder / STUDY / "data/published/claims.csv"
    header, first, *rest = claims.read_text(encoding="utf-8").splitlines()
    claims.write_text("\n".join([header, first, first, *rest]) + "\n", encoding="utf-8")
    done = fresh_house.run(study=STUDY)
    assert done.returncode == EXIT_CLAIMS
    assert "claims.csv" in done.stderr
    assert "Traceback" not in done.stderr
