"""The reviewer's half in whole runs: gate, comparison of runs, links, readings, multiverse."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from house import House
from minimal_study import write_study
from procohort.jobs import EXIT_GATE

pytestmark = pytest.mark.workflow
CLAIMS = """\
id,source,sentence,printed,kind,analysis,level,estimand
n_rats,abstract,There were 18 rats.,18,count,cohort,all,n_patients
n_trials,abstract,They swam 73 trials.,73,count,cohort,all,n_rows
"""


class Links(HTMLParser):
    """Where a page leads to, and which places on it can be led to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.places: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links, images and ids."""
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.targets.add(value)
            if name == "id" and value:
                self.places.add(value)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_a_run_whose_gate_closes_ends_with_its_own_exit_code_and_all_results(
    fresh_house: House,
) -> None:
    """The person must see what failed, and have everything to look at."""
    folder = fresh_house.folder / "studies/rats"
    write_study(folder, claims="claims.csv", gate=["n_rats", "n_trials"])
    (folder / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    done = fresh_house.run(study="studies/rats")
    assert done.returncode == EXIT_GATE, done.stdout + done.stderr
    assert "gate: claim 'n_trials' (73) must hold" in done.stderr
    assert "n_rats" not in done.stderr.split("gate: claim")[1]
    assert "Traceback" not in done.stderr
    assert (folder / "results/report.html").is_file()
    assert (folder / "results/scorecard.html").is_file()


def test_a_changed_line_of_the_configuration_is_followed_to_what_it_moved(
    fresh_house: House,
) -> None:
    """The statistician's question: what if?"""
    folder = fresh_house.folder / "studies/rats"
    write_study(folder, claims="claims.csv")
    (folder / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    assert fresh_house.run(study="studies/rats").returncode == 0
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    filtered = text + "filters:\n- {id: quick, keep: seconds < 60, label: Slow}\n"
    config.write_text(filtered, encoding="utf-8")
    done = fresh_house.run("compare_runs", study="studies/rats")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "filters[quick].keep: nothing -> seconds < 60" in done.stderr
    moved = rows(folder / "results/what_moved.csv")
    sizes = [row for row in moved if row["field"] == "n_procedures" and "cohort" in row["what"]]
    assert sizes[0]["before"] == "72"
    assert int(sizes[0]["after"]) < 72
    assert {row["kind"] for row in moved} == {"setting", "verdict", "result"}


def test_every_link_of_every_page_leads_somewhere(house: House) -> None:
    """A dead link costs the reader's trust, one to the network costs their privacy."""
    pages = sorted(house.folder.glob("**/results/*.html"))
    assert len(pages) > 8
    found = {page: Links(page) for page in pages}
    for page, links in found.items():
        for target in links.targets:
            if target.startswith(("https://", "http://", "mailto:", "data:")):
                continue
            path, _, place = target.partition("#")
            file = page if not path else (page.parent / unquote(path)).resolve()
            assert file.is_file(), f"{page}: {target}"
            if place and file.suffix == ".html":
                assert place in (found.get(file) or Links(file)).places, f"{page}: {target}"


def test_the_other_reading_beside_this_one_is_what_its_own_run_would_show(house: House) -> None:
    """449 of 458 or 450: both stand in one table."""
    table = rows(house.folder / "results/tables/readings.csv")
    count = next(row for row in table if row["id"] == "success_count")
    shown = " ".join(count.values())
    assert "449" in shown
    assert "450" in shown


def test_the_multiverse_shows_every_declared_combination(house: House) -> None:
    """A specification that is left out could be the one that disagrees."""
    files = sorted((house.folder / "results/multiverse").glob("*.csv"))
    assert [file.stem for file in files] == ["printed_count", "printed_percent"]
    for file in files:
        dose = [
            row
            for row in rows(file)
            if (row["analysis"], row["outcome"], row["method"])
            == ("spondylodesis", "effective_dose_msv", "mann_whitney_asymptotic")
        ]
        choices = {(row["k_factor"], row["missing_values"], row["procedures"]) for row in dose}
        assert len(choices) == len(dose) == 3 * 3 * 3


def test_what_is_left_of_each_printed_p_stands_with_its_claim(house: House) -> None:
    """Tipping point, estimated correlation and the share of specifications, beside the verdict."""
    card = json.loads((house.folder / "results/scorecard.json").read_text(encoding="utf-8"))
    claims = {claim["id"]: claim for claim in card["verdicts"]}
    for name in ("puncture_time_p", "procedure_time_p", "effective_dose_p"):
        left = claims[name]["robustness"]
        assert left["word"] == "changes"
        assert 0 < left["tipping"]["estimate"] < left["tipping"]["icc_estimated"] < 1
