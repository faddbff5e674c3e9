"""Tables and the index page: complete, escaped, accessible, raw in the CSV."""

from __future__ import annotations

import csv
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

import publish_samples as samples
from procohort.publish.tables.kinds import make
from procohort.publish.tables.model import render_table, write_table
from procohort.publish.view import View

TABLE = samples.analysis_table()
ROWS = samples.all_rows(TABLE)
MISSING = pd.DataFrame(
    [("time_min", 130, 1, 1), ("dose_msv", 130, 0, 0)],
    columns=["variable", "n_rows", "n_missing", "n_patients_missing"],
)
FINDINGS = pd.DataFrame(
    [
        ("a.csv", 3, "visits", "=Time", "=1+1", "unreadable_value", "quarantine", "m", "Fix it."),
        ("a.csv", 9, "visits", "=Time", "ca. 12", "unreadable_value", "quarantine", "m", "Fix it."),
        ("a.csv", None, "visits", "<b>", "", "unknown_column", "report", "m", "Declare it."),
    ],
    columns=["file", "row", "table", "column", "value", "rule", "action", "message", "remedy"],
)
QUARANTINE = pd.DataFrame([("a.csv", 3, "unreadable_value")], columns=["file", "row", "reasons"])
GIVEN = {
    "describe": (samples.DESCRIPTION, []),
    "rates": (samples.RATES, []),
    "comparison": (samples.COMPARISON, []),
    "correlation": (samples.CORRELATION, []),
    "attrition": ({}, [samples.ATTRITION]),
    "missing": ({}, [MISSING]),
    "findings": ({}, [FINDINGS, QUARANTINE]),
}


def _view(kind, spec=None, rows=ROWS, study=samples.STUDY):
    declared, frames = GIVEN[kind]
    settings = {"spec": spec or declared, "study": study, "variables": samples.VARIABLES}
    return View.from_settings(settings, rows=rows, frames=frames)


def _cells(kind, **options):
    table = make(kind, _view(kind, **options))
    return {line.heading: dict(line.cells) for line in table.lines}


class _Outline(HTMLParser):
    """Collects what accessibility hangs on, and checks that elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.headers: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "th":
            self.headers.append(dict(attrs))
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in ("meta", "img", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def _outline(page):
    outline = _Outline()
    outline.feed(page)
    assert outline.open == []
    return outline


@pytest.mark.parametrize("kind", GIVEN)
def test_every_table_stands_alone_with_label_n_and_scopes(kind):
    """A table is printed and mailed without its page; a screen reader needs the scopes."""
    view = _view(kind)
    page = render_table(make(kind, view), view.words)
    outline = _outline(page)
    assert outline.tags.count("caption") == 1
    assert all(header.get("scope") for header in outline.headers)
    assert "Data: made up for tests; not patient data" in page
    assert "procedure" not in page.lower()
    assert "src=" not in page and "<link" not in page


@pytest.mark.parametrize("kind", ["describe", "rates", "comparison", "correlation"])
def test_tables_of_results_state_counts_unit_and_perspective(kind):
    """What was counted, in how many patients, from which standpoint."""
    said = "; ".join(make(kind, _view(kind)).settings)
    assert f"{len(TABLE)} visits in 20 people" in said
    assert "unit of analysis: visit" in said
    assert "perspective" in said


def test_the_description_shows_median_mean_counts_and_missing():
    """The usual first table of a paper."""
    cells = _cells("describe")
    times = TABLE["time_min"].dropna()
    assert cells["Puncture time (min), median [IQR]"]["all"].startswith(f"{times.median():.1f} [")
    assert cells["missing"] == {"all": "1", "true": "0", "false": "1"}
    k, n = int(TABLE["success"].sum()), len(TABLE)
    assert cells["Technical success: Successful, n (%)"]["all"] == f"{100 * k / n:.1f}% ({k}/{n})"
    assert set(cells) >= {"Lateral", "Combined (oblique)", "Prone"}


def test_a_comparison_shows_both_answers_beside_each_other():
    """As published and cluster-aware on one line, each with its p and its adjustment."""
    cells = _cells("comparison")["Puncture time (min)"]
    assert cells["as_published:effect"].split("\n") == [
        "1.4 min [0.6, 2.4]", "Hodges-Lehmann shift", "1.15 [1.06, 1.25]",
        "ratio of geometric means",
    ]  # fmt: skip
    assert cells["cluster_aware:effect"].split("\n")[0] == "1.13 [0.95, 1.34]"
    assert cells["as_published:p"].split("\n")[0] == "< 0.001"
    assert cells["cluster_aware:p"] == "0.17\nHolm 0.34"
    assert (cells["icc"], cells["design_effect"], cells["n_effective"]) == ("0.27", "3.40", "38")
    assert "1 missing" in cells["level:false"]


def test_a_refused_effect_is_refused_in_words_and_its_substitute_named():
    """The reader must know that this p belongs to another method."""
    table = make("comparison", _view("comparison"))
    cells = {line.heading: line.cells for line in table.lines}["Attempts (count)"]
    assert cells["cluster_aware:effect"] == "refused"
    assert cells["cluster_aware:p"] == "0.21"
    assert cells["note"] == "1, 2"
    notes = " ".join(table.notes)
    assert "Note 1: cluster-aware: p by permutation of person labels" in notes
    assert "Note 2: cluster-aware: refused: Values of zero have no logarithm" in notes


def test_many_levels_have_one_test_and_their_pairs_below():
    """The test of all levels carries the summaries, a pair of levels only its effect."""
    table = make("comparison", _view("comparison", spec=samples.POSITIONS))
    headings = [(line.heading, line.indent) for line in table.lines]
    assert headings[:2] == [("Puncture time (min)", False), ("Lateral vs Prone", True)]
    assert "level:prone" in table.lines[0].cells
    assert "level:prone" not in table.lines[1].cells
    assert table.lines[1].cells["cluster_aware:p"].endswith("Holm 0.90")


def test_an_adjustment_that_does_not_exist_takes_no_line():
    """The raw p is always shown, an adjusted one where there is one."""
    rows = [replace(row, p_bh=float("nan"), p_holm=float("nan")) for row in ROWS]
    lines = make("comparison", _view("comparison", rows=rows)).lines
    assert all("Holm" not in line.cells["as_published:p"] for line in lines)
    assert all("BH" not in line.cells["as_published:p"] for line in lines)


def test_feasible_counts_show_ranges_by_reading_and_rule():
    """The reader sees at a glance which group sizes a paper leaves open."""
    spec = {
        "id": "f", "label": "What is allowed", "total": 458, "events": "successes", "note": "",
        "groups": {"With": "97.1", "Without": "98.8"},
        "readings": {"count": {"events": 449}, "percent": {"percent": "98.3"}},
    }  # fmt: skip
    frame = pd.DataFrame(
        [
            ("count", 204, 198, 254, 251, "half_up half_even"),
            ("count", 207, 201, 251, 248, "half_up half_even truncate"),
        ],
        columns=["reading", "n1", "events1", "n0", "events0", "rules"],
    )
    view = View.from_settings(
        {"spec": spec, "study": samples.STUDY, "variables": {}}, frames=[frame]
    )
    shown = [
        (line.heading, line.cells.get("events1"), line.cells.get("solutions"))
        for line in make("feasible", view).lines
    ]
    assert shown == [
        ("If 449 successes of 458 is right", None, None),
        ("rounding half up", "198 to 201 of 204 to 207", "2"),
        ("rounding half to even", "198 to 201 of 204 to 207", "2"),
        ("cutting off", "201 of 207", "1"),
        ("If 98.3% of 458 is right", None, None),
        ("rounding half up", None, "none"),
        ("rounding half to even", None, "none"),
        ("cutting off", None, "none"),
    ]


def test_rates_show_k_of_n_and_both_intervals():
    """98.0 % without 449/458 cannot be checked."""
    cells = _cells("rates")["All"]
    k, n = int(TABLE["success"].sum()), len(TABLE)
    assert cells["k"] == f"{100 * k / n:.1f}% ({k}/{n})"
    assert cells["as_published"] != cells["cluster_aware"]
    assert cells["design_effect"] == "1.80"


def test_numbers_in_the_csv_are_raw_and_text_is_safe_to_open(tmp_path):
    """A spreadsheet must get the double, and must not run a cell of a raw table."""
    view = _view("comparison")
    write_table(make("comparison", view), {"csv": tmp_path / "t.csv"}, view.words)
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as handle:
        records = list(csv.DictReader(handle))
    means = [r for r in records if r["estimand"] == "mean" and r["outcome"] == "time_min"]
    wanted = TABLE.loc[TABLE["implant"].astype(bool), "time_min"].dropna().astype(float).mean()
    assert float(means[0]["estimate"]) == pytest.approx(wanted, rel=1e-15)
    assert {r["data_label"] for r in records} == {"made up for tests; not patient data"}
    negative = [r["estimate"] for r in records if r["estimand"] == "risk_difference"]
    assert negative == ["-0.017", "-0.017"]

    view = _view("findings")
    write_table(make("findings", view), {"csv": tmp_path / "f.csv"}, view.words)
    assert "'=Time" in (tmp_path / "f.csv").read_text(encoding="utf-8")


def test_findings_are_counted_and_no_raw_value_is_shown():
    """The summary is published; what was written in a cell stays in the findings file."""
    view = _view("findings")
    table = make("findings", view)
    page = render_table(table, view.words)
    assert "ca. 12" not in page
    assert "&lt;b&gt;" in page and "<b>" not in page
    counts = [(r["kind"], r["rule"], r["n_findings"]) for r in table.records]
    assert counts == [
        ("finding", "unreadable_value", 2),
        ("finding", "unknown_column", 1),
        ("quarantine", "unreadable_value", 1),
    ]


def test_no_finding_is_said_in_words():
    """An empty table could be a fault."""
    view = replace(_view("findings"), frames=(FINDINGS.iloc[:0],))
    assert "Nothing was found" in make("findings", view).notes[0]


def test_missing_values_name_the_complete_variables_too():
    """Silence about a variable is not the same as none missing."""
    table = make("missing", _view("missing"))
    assert table.lines[0].cells["missing"] == "0.8% (1/130)"
    assert table.notes == ("Complete: Effective dose.",)


def test_a_frame_with_other_columns_is_refused_by_name():
    """The message names what is missing."""
    view = replace(_view("attrition"), frames=(MISSING,))
    with pytest.raises(ValueError, match="attrition table: missing columns step, label"):
        make("attrition", view)
    with pytest.raises(ValueError, match="'pie' is unknown"):
        make("pie", view)
