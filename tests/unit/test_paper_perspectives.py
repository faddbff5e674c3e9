"""Both answers side by side: the same adjustment, every change of conclusion, the unit's own n."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import paper_samples as samples
from procohort.publish.paper.model import Paper, PaperTable
from procohort.publish.prose import Cited, plain_text
from procohort.results import ResultRow


def table_of(paper: Paper, name: str) -> PaperTable:
    """The table of a name."""
    return next(table for table in paper.tables if table.id == name)


def headings(table: PaperTable) -> list[str]:
    """The headings of the columns in one line each."""
    return [column.heading.text.replace("\n", " / ") for column in table.columns]


def changed(rows: tuple[ResultRow, ...]) -> list[str]:
    """The sentences on what depends on the perspective."""
    last = samples.paper(rows=rows).sections[1].paragraphs[-1]
    return [text for prose in last if "perspective" in (text := plain_text(prose))]


def altered(wanted: dict[str, Any], **values: Any) -> tuple[ResultRow, ...]:
    """The rows of the study with other values in those whose fields are as wanted."""
    return tuple(
        replace(row, **values)
        if all(getattr(row, name) == value for name, value in wanted.items())
        else row
        for row in samples.rows()
    )


def settings(analysis: str, **values: Any) -> dict[str, Any]:
    """The settings of the study with one analysis declared in another way."""
    specs = samples.SETTINGS["analyses"]
    other = [{**spec, **values} if spec["id"] == analysis else spec for spec in specs]
    return {**samples.SETTINGS, "analyses": other}


def test_visits_are_adjusted_alike_in_both_perspectives() -> None:
    """Holm over visits on one side only would look like an effect of clustering."""
    holm = {"as_published": float("nan"), "cluster_aware": 0.21}
    rows = tuple(
        replace(row, p_bh=0.051, p_holm=holm[row.perspective])
        if row.kind == "trajectory" and row.reference == "before"
        else row
        for row in samples.rows()
    )
    table = table_of(samples.paper(rows=rows), "trajectory_over_time")
    names = headings(table)
    line = next(row for row in table.rows if row.heading.text == "After half a year")
    adjusted = [line.cells[i] for i, name in enumerate(names) if name == "Adjusted p"]
    assert [cell.text for cell in adjusted] == ["0.051", "0.051"]
    assert adjusted[0].notes == adjusted[1].notes
    (over_visits,) = (i for i, name in enumerate(names) if name == "p, Holm over visits")
    assert line.cells[over_visits].text == "0.21"
    assert table.columns[over_visits].spanner.startswith("Cluster-aware")
    (mark,) = table.columns[over_visits].heading.notes
    assert dict(table.footnotes)[mark] == "Adjusted by Holm's method over the visits of one model."


def test_an_interval_that_includes_zero_changes_the_conclusion_of_a_correlation() -> None:
    """Without it the list of what depends on the perspective reads as complete and is not."""
    of_trend = {"kind": "trend", "outcome": "time_min", "estimand": "spearman_rho"}
    rows = altered({**of_trend, "perspective": "cluster_aware"}, ci_low=-0.0039)
    comparisons, correlations, _ = changed(rows)
    assert comparisons.startswith("Of the comparisons, the conclusion at the 5% level depended")
    assert correlations == (
        "For correlations and trends, judged by the interval where an answer has no p, the "
        "conclusion at the 5% level depended on the perspective for: Over visits, puncture time "
        "(as published p < 0.001, cluster-aware 95% CI \N{MINUS SIGN}0.004, 0.570: interval "
        "includes zero)."
    )
    # And the other way round: the interval excludes zero, p as published is not below 0.05.
    (_, reverse, _) = changed(altered({**of_trend, "perspective": "as_published"}, p=0.2))
    assert "(as published p = 0.20, cluster-aware 95% CI 0.22, 0.57: interval excludes" in reverse


def test_correlations_that_agree_are_said_to_agree() -> None:
    """Silence could mean that nobody looked."""
    assert changed(samples.rows())[1] == (
        "For correlations and trends, judged by the interval where an answer has no p, no "
        "conclusion at the 5% level depended on the perspective."
    )


def test_a_visit_whose_conclusion_changes_is_named() -> None:
    """A change over time is a conclusion as well."""
    at = {"kind": "trajectory", "level": "true", "reference": "before"}
    told = changed(altered({**at, "perspective": "cluster_aware"}, p=0.07))[2]
    assert told == (
        "Of the changes over time and their comparisons between groups, the conclusion at the 5% "
        "level depended on the perspective for: Pain, Implant, After half a year (as published "
        "p = 0.0496, cluster-aware p = 0.070)."
    )


def test_with_patients_as_the_unit_headers_count_patients() -> None:
    """83 intervals are not what was compared where each patient counts once."""
    rows = tuple(
        replace(row, unit_of_analysis="patient") if row.analysis in ("implant", "visits") else row
        for row in samples.rows()
    )
    specs = [
        {**spec, "unit": "patient"} if spec["id"] in ("implant", "visits") else spec
        for spec in samples.SETTINGS["analyses"]
    ]
    paper = samples.paper(rows=rows, settings={**samples.SETTINGS, "analyses": specs})
    shown = [
        *headings(table_of(paper, "comparison_implant"))[:2],
        *headings(table_of(paper, "table_one_visits")),
    ]
    assert all("people" in text and "visits in" not in text for text in shown), shown
    sizes = [
        part.text
        for paragraph in paper.sections[1].paragraphs
        for prose in paragraph
        for part in prose
        if isinstance(part, Cited) and part.row.estimand == "n_rows" and part.row.level != "all"
    ]
    assert sizes
    assert all("visits" not in text for text in sizes), sizes


def test_several_groups_stand_in_their_own_order_with_the_reference_marked() -> None:
    """L3/4 behind L5/S1, because it is the reference, looks like a slip."""
    # Declared with the middle one as the reference.
    other = settings("position", levels=["lateral", "prone", "oblique"])
    names = headings(table_of(samples.paper(settings=other), "comparison_position"))[:3]
    order = [*samples.VARIABLES["position"]["labels"]]
    shown = [samples.VARIABLES["position"]["labels"][level] for level in order]
    assert [name.split(" / ")[0].replace(" (reference)", "") for name in names] == shown
    assert [" (reference) /" in name for name in names] == [x == "oblique" for x in order]


def test_of_a_test_without_an_effect_the_footnote_names_the_test() -> None:
    """A dash is no difference of mean ranks."""
    head = {"analysis": "implant", "outcome": "time_min", "perspective": "cluster_aware"}
    rows = altered(
        {**head, "headline": True}, estimand="midrank_difference", method="permute_patient_labels",
        estimate=float("nan"), ci_low=float("nan"), ci_high=float("nan"),
    )  # fmt: skip
    table = table_of(samples.paper(rows=rows), "comparison_implant")
    line = next(row for row in table.rows if row.heading.text.startswith("Puncture time"))
    dash = line.cells[headings(table).index("Effect [95% CI]", 3)]
    assert dash.text == "\N{EN DASH}"
    said = dict(table.footnotes)[dash.notes[0]]
    assert said.startswith("No effect is estimated by this test; p: ")
    assert "ranks" not in said
