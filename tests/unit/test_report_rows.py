"""The appendix of result rows: each cited row once, readable, every field explained."""

from __future__ import annotations

import re
from dataclasses import replace

import publish_samples as samples
from procohort.publish.report.provenance import (
    checksum_facts,
    configuration_text,
    provenance_facts,
)
from procohort.publish.report.rows_appendix import row_entries
from procohort.publish.rows_page import FIELDS
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import COLUMNS, ResultRow

WORDS = StudyWords.from_settings(samples.STUDY)
BOOK = VariableBook(samples.VARIABLES)
ROWS = samples.all_rows(samples.analysis_table())


def test_each_row_has_one_entry_and_an_anchor_of_its_own() -> None:
    """A link must lead to exactly one place."""
    entries, anchors = row_entries([*ROWS, *ROWS], WORDS, BOOK)
    assert len(entries) == len(set(ROWS)) == len(anchors)
    assert len({entry.anchor for entry in entries}) == len(entries)
    assert {entry.anchor for entry in entries} == set(anchors.values())


def test_anchors_are_readable_and_name_the_analysis_and_the_outcome() -> None:
    """An address that says where it leads can be written down."""
    row = next(row for row in ROWS if row.analysis == "implant" and row.headline)
    _, anchors = row_entries([row], WORDS, BOOK)
    assert anchors[row] == "row-implant-time-min-true-false-hodges-lehmann-shift-as-published"
    assert all(re.fullmatch(r"row-[a-z0-9-]+", name) for name in anchors.values())


def test_fields_stand_in_the_order_of_the_row_each_with_its_meaning() -> None:
    """A reader compares rows field by field."""
    row = next(row for row in ROWS if row.analysis == "implant" and row.headline)
    entry = row_entries([row], WORDS, BOOK)[0][0]
    names = [name for name, _, _ in entry.fields]
    shown = [name.replace("_", " ").replace("n procedures", "n visits") for name in COLUMNS]
    shown = [name.replace("n patients", "n people").replace("p bh", "p (BH)") for name in shown]
    assert names == [name for name in shown if name in names]
    assert all(meaning and "{" not in meaning for _, _, meaning in entry.fields)
    assert len(FIELDS) == len(COLUMNS)


def test_numbers_keep_six_digits_and_titles_are_in_the_words_of_the_study() -> None:
    """Rounded to what a table shows, a row could not be checked."""
    row = replace(
        next(row for row in ROWS if row.analysis == "implant" and row.headline),
        estimate=1.23456789,
        p=0.0000123456789,
    )
    entry = row_entries([row], WORDS, BOOK)[0][0]
    values = {name: value for name, value, _ in entry.fields}
    assert values["estimate"] == "1.23457"
    assert values["p"] == "1.23e-05"
    assert entry.title == (
        "Puncture time, Implant vs No implant: Hodges-Lehmann shift, as published"
    )
    assert entry.counts == "130 visits in 20 people"


def test_provenance_counts_the_rows_that_drew_at_random() -> None:
    """Whoever repeats a run must know what a seed can move."""
    asked = {
        "study": {**samples.STUDY, "reading": "one", "reading_meaning": "as it stands"},
        "settings": {
            "readings": {"one": "as it stands", "two": "otherwise"},
            "methods": {"ci_level": 0.95},
        },
    }
    base = ResultRow(analysis="a", kind="rate", estimand="mean", outcome="y")
    rows = [base, replace(base, n_resamples=999), replace(base, n_resamples=1999)]
    facts = {x.term: x.text for x in provenance_facts({"python": "3.11"}, rows, asked, code="ab")}
    assert facts["Random numbers"].startswith(
        "2 of 3 result rows rest on random draws (999 to 1999 times)."
    )
    assert facts["Command"] == "snakemake --cores 4 --config reading=one"
    assert facts["Other readings"] == "two: otherwise"
    assert facts["Software"] == "python 3.11"
    assert facts["Digest of the code"] == "ab"


def test_checksums_and_configuration_are_told_as_they_are() -> None:
    """They are what a run can be compared by, so that nothing is left out or reordered."""
    manifest = {"data/raw/b.csv": "12ab", "parts": [{"n": 3}]}
    assert [(x.term, x.text) for x in checksum_facts(manifest)] == [
        ("data/raw/b.csv", "12ab"),
        ("parts \N{MIDDLE DOT} 1 \N{MIDDLE DOT} n", "3"),
    ]
    shared = ["x"]
    text = configuration_text({"b": shared, "a": shared, "label": "größer"})
    assert text == "b:\n- x\na:\n- x\nlabel: größer\n"
