"""Notes of statistics in the words of the study."""

from __future__ import annotations

import pytest

from procohort.publish.wording import StudyWords
from procohort.results import ResultRow

WORDS = StudyWords("Scans", "made up", "scan", "scans", "knee", "knees")


@pytest.mark.parametrize(
    ("unit", "said"),
    [("row", "limits on 40 scans of 9 knees"), ("patient", "limits on 40 knees of 9 knees")],
)
def test_a_note_counts_in_the_unit_of_its_row(unit: str, said: str) -> None:
    """Forty knees are not forty scans."""
    row = ResultRow(
        analysis="a",
        kind="rate",
        estimand="proportion",
        outcome="x",
        unit_of_analysis=unit,
        note="limits on 40 rows of 9 patients",
    )
    assert WORDS.retell([row])[0].note == said


def test_other_words_stay_as_they_are() -> None:
    """Whole words only: nothing is narrowed, nobody is impatient."""
    assert WORDS.retold("narrow rows; impatient patients") == "narrow scans; impatient knees"
