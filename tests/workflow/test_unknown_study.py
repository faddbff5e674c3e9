"""A study that the library has never seen runs from its configuration alone."""

from __future__ import annotations

import csv
import json
import re

import pytest

from house import House
from minimal_study import write_study

pytestmark = pytest.mark.workflow


def test_a_study_of_rats_runs_and_speaks_of_rats(fresh_house: House) -> None:
    """Composite keys, its own nouns, no claims: none of it known to the library."""
    write_study(fresh_house.folder / "studies/rats")
    done = fresh_house.run(study="studies/rats")
    assert done.returncode == 0, done.stdout + done.stderr
    results = fresh_house.folder / "studies/rats/results"
    with (results / "estimates.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["n_patients"] for row in rows if row["analysis"] == "cohort"} == {"18"}
    page = (results / "report.html").read_text(encoding="utf-8")
    # Inside tags, in the configuration and in the rows behind it all, names are the machine's.
    shown = re.sub(r"<[^>]*>", " ", page.split('id="provenance"')[0]).lower()
    assert "72 trials in 18 rats" in page
    assert "procedure" not in shown
    assert "patient" not in shown
    assert json.loads((results / "scorecard.json").read_text())["verdicts"] == []
