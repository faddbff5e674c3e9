"""The ultrasound series: what is printed holds where it can, and what cannot is not forced."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from procohort.claims.printed import read_printed
from procohort.data.reconstruct import reconstruct

DATA = Path(__file__).parents[2] / "studies/ultrasound/data"


def records():
    text = (DATA / "raw/procedures.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def by_patient(column):
    found = defaultdict(list)
    for record in records():
        found[record["Paziente"]].append(Fraction(record[column].replace(",", ".")))
    return found


def test_the_committed_table_is_what_the_specification_makes():
    """A table changed by hand would no longer be what its assumptions say."""
    specification = yaml.safe_load((DATA / "published/reconstruction.yaml").read_text("utf-8"))
    made = reconstruct(specification, "only")
    assert made == {"procedures.csv": (DATA / "raw/procedures.csv").read_bytes()}


def test_the_printed_figures_hold_in_the_table():
    """Counted from the raw file alone: 57 in 18, 50 %, 83.3 %, 11.8 minutes, 1.7 to 28.9."""
    attempts, times = by_patient("Tentativi"), by_patient("Durata_min")
    first = [tries[0] for tries in attempts.values()]
    every = [time for patient in times.values() for time in patient]
    assert (len(every), len(first)) == (57, 18)
    assert [sum(tries <= most for tries in first) for most in (2, 4)] == [9, 15]
    assert read_printed("11.8").rules_that_give(sum(every) / 57)
    assert (min(every), max(every)) == (Fraction("1.7"), Fraction("28.9"))
    assert {record["Riuscita"] for record in records()} == {"sì"}
    assert {
        record[name] for record in records() for name in ("Sedazione", "Anestesia_generale")
    } == {"no"}
    assert sum(record["Cefalea"] == "sì" for record in records()) == 2


@pytest.mark.parametrize("column", ["Soddisfazione_5min", "Soddisfazione_72h"])
def test_the_printed_satisfaction_is_that_of_the_patients_means(column):
    """4.97 fits the mean of patients' means; over all 57 scores the table shows 4.98."""
    scores = by_patient(column)
    means = [sum(mine) / len(mine) for mine in scores.values()]
    assert read_printed("4.97").rules_that_give(sum(means) / 18)
    assert not read_printed("4.97").rules_that_give(sum(map(sum, scores.values())) / Fraction(57))


@pytest.mark.parametrize("n", [18, 57])
def test_no_whole_scores_of_that_number_have_the_printed_satisfaction(n):
    """Had it been forced, the tables would hold a score that nobody can give."""
    totals = range(n, 5 * n + 1)
    assert not [t for t in totals if read_printed("4.97").rules_that_give(Fraction(t, n))]


def test_the_printed_shares_count_patients_not_administrations():
    """83.3 % is 15 of 18 and no number of 57 under any rounding rule."""
    shares = {
        n: [k for k in range(n + 1) if read_printed("83.3%").rules_that_give(Fraction(100 * k, n))]
        for n in (18, 57)
    }
    assert shares == {18: [15], 57: []}
