"""A study that the library has never seen runs from its configuration alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from house import House
from minimal_study import config

pytestmark = pytest.mark.workflow


def write_study(folder: Path) -> None:
    """Write tables and configuration of rats in litters that swim to a platform."""
    rng = np.random.default_rng(5)
    rats = ["litter\trat\tdiet"]
    trials = ["trial,litter,rat,seconds,errors,reached"]
    number = 0
    for litter in range(6):
        for rat in range(3):  # the id of a rat repeats in every litter
            rats.append(f"L{litter}\t{rat}\t{'rich' if litter % 2 else 'plain'}")
            for _ in range(4):
                number += 1
                seconds, errors = round(rng.gamma(4, 12), 1), rng.poisson(2)
                reached = "yes" if rng.random() < 0.8 else "no"
                trials.append(f"{number},L{litter},{rat},{seconds},{errors},{reached}")
    folder.mkdir(parents=True)
    (folder / "rats.csv").write_text("\n".join(rats) + "\n", encoding="utf-8")
    (folder / "trials.csv").write_text("\n".join(trials) + "\n", encoding="utf-8")
    text = yaml.safe_dump(config(), sort_keys=False)
    (folder / "config.yaml").write_text(text, encoding="utf-8")


def test_a_study_of_rats_runs_and_speaks_of_rats(fresh_house: House) -> None:
    """Composite keys, its own nouns, no claims: none of it known to the library."""
    write_study(fresh_house.folder / "studies/rats")
    done = fresh_house.run(study="studies/rats")
    assert done.returncode == 0, done.stdout + done.stderr
    results = fresh_house.folder / "studies/rats/results"
    with (results / "estimates.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {row["n_patients"] for row in rows if row["analysis"] == "cohort"} == {"18"}
    page = (results / "index.html").read_text(encoding="utf-8")
    assert "72 trials in 18 rats" in page
    assert "procedure" not in page.lower()
    assert "patient" not in page.lower()
    assert json.loads((results / "scorecard.json").read_text())["verdicts"] == []
