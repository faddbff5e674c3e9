"""The methods page says what ran, where and why, and nothing that did not run."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

import publish_samples as samples
from minimal_study import SCHEMA, config
from procohort import plan
from procohort.analyses.groups import Groups, left_out
from procohort.claims.forensics.check import Check
from procohort.publish.method_texts import METHOD_TEXTS, key_of
from procohort.publish.methods_document import (
    Grid,
    Link,
    Paragraph,
    Section,
    Sentence,
    plain,
    to_markdown,
)
from procohort.publish.methods_facts import Beside, Facts
from procohort.publish.methods_page import render_methods
from procohort.publish.references import REFERENCES
from procohort.results import ResultRow
from procohort.settings import complete
from procohort.specifications import Specification
from procohort.stats.inference import Inference
from procohort.vocabulary import METHOD_NAMES, method_name

TABLE = samples.analysis_table()
ATTRITION = [
    {key: str(value) for key, value in record.items()}
    for record in samples.ATTRITION.to_dict("records")
]
FINDINGS = [{"rule": "out_of_range", "action": "blank"}, {"rule": "odd", "action": "report"}]
MISSING = [
    {"variable": "time_min", "n_rows": "130", "n_missing": "3", "n_patients_missing": "2"},
    {"variable": "not_analysed", "n_rows": "130", "n_missing": "9", "n_patients_missing": "9"},
]


def settings(**changes: Any) -> dict[str, Any]:
    """What `plan.methods_parameters` hands over for the made-up study."""
    specs = (
        ("describe", samples.DESCRIPTION),
        ("rate", samples.RATES),
        ("compare", samples.COMPARISON),
        ("compare", samples.POSITIONS),
        ("correlate", samples.CORRELATION),
        ("trend", samples.TREND),
    )
    given = {
        "study": samples.STUDY,
        "analyses": [{"unit": "row", **spec, "kind": kind} for kind, spec in specs],
        "variables": samples.VARIABLES,
        "methods": {"ci_level": 0.95, "n_resamples": 10000},
        "multiplicity": {
            "confirmatory": {"analyses": ["implant"], "outcomes": ["time_min"]},
            "same_test": {},
        },
        "highest": [],
        "readings": {},
        "multiverse": {},
        "feasibility": [],
        "has_claims": False,
        "schedule": {},
        "safety": {},
        "synthesis": {},
        "dose_regimen": "",
        "filled": [],
    }
    return given | changes


def cohort_rows() -> list[ResultRow]:
    base = ResultRow(analysis="cohort", kind="describe", estimand="", outcome="", level="all")
    sizes = TABLE.groupby("cluster").size()
    found = {"median": sizes.median(), "mean": sizes.mean(), "min": sizes.min(), "max": sizes.max()}
    return [
        replace(base, estimand="n_rows", estimate=float(len(TABLE))),
        replace(base, estimand="n_patients", estimate=float(len(sizes))),
        *(
            replace(base, outcome="rows_per_patient", estimand=name, estimate=float(value))
            for name, value in found.items()
        ),
    ]


def written(
    rows: list[ResultRow] | None = None,
    given: dict[str, Any] | None = None,
    beside: Beside | None = None,
) -> tuple[str, str]:
    """The page of the made-up study, as HTML and as Markdown."""
    page, text, _ = render_methods(
        given or settings(),
        rows=[*cohort_rows(), *(samples.all_rows(TABLE) if rows is None else rows)],
        attrition=ATTRITION,
        findings=FINDINGS,
        missing=MISSING,
        versions={"procohort": "0.1.0", "numpy": "2.4.6"},
        beside=beside,
    )
    return page, text


def part(markdown: str, title: str) -> str:
    """What stands under one heading."""
    return markdown.split(f"## {title}\n")[1].split("\n## ", maxsplit=1)[0]


@pytest.mark.parametrize("name", METHOD_NAMES)
def test_every_method_that_can_run_has_words(name: str) -> None:
    """A method without a reason and a source cannot be defended in a paper."""
    text = METHOD_TEXTS[key_of(name)]
    assert text.does and text.why
    # An estimate needs no source of its own; a procedure does.
    assert text.cites or name == "median_difference"


@pytest.mark.parametrize("key", METHOD_TEXTS)
def test_words_of_a_method_fit_any_study(key: str) -> None:
    """Studies name their rows and clusters themselves; sentences end where they are joined."""
    text = METHOD_TEXTS[key]
    assert method_name(key) != key.replace("_", " "), "no method of that name is known"
    for sentence in (text.does, text.why):
        assert not re.search(r"\b(patient|procedure|row|cluster)s?\b(?![}-])", sentence)
        assert sentence[0] in "{ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        assert not sentence.endswith(".")


def test_every_citation_is_in_the_list_and_names_its_year() -> None:
    """A number without a source, or a source with another year, discredits the page."""
    cited = {key for text in METHOD_TEXTS.values() for key in text.cites}
    assert cited <= set(REFERENCES)
    for key, reference in REFERENCES.items():
        year = re.search(r"_(\d{4})[a-z]?$", key)
        assert year and year[1] in reference
        assert key.split("_")[0] in reference.lower().replace("ö", "oe")


def test_the_page_counts_what_was_analysed_and_what_left() -> None:
    """The first questions of a reader: of how many, in how many, and who is not there."""
    _, text = written()
    design = part(text, "Data and unit of analysis")
    assert f"The study comprised {len(TABLE)} visits in 20 people" in design
    assert "The visit was the unit of analysis and the person the unit of sampling" in design
    data = part(text, "Preparation of the data and missing values")
    assert "Left out by declared rules were 10 visits: recorded twice (1), outside October" in data
    assert "set to missing by declared rules: out of range (1)" in data
    assert "changed nothing: odd (1)" in data
    assert "Missing were values of: Puncture time (3 visits)." in data


def test_primary_methods_stand_with_reason_and_source() -> None:
    """Which test, why, by whom: in one paragraph for each perspective."""
    _, text = written()
    section = part(text, "Measured and counted outcomes, two groups")
    published, aware = section.split("**Cluster-aware.**")
    assert "Mann-Whitney test" in published and "usual test of a skewed outcome" in published
    assert "random intercept for each person" in aware and "Kenward-Roger" in aware
    number = re.search(r"(\d+)\. Kenward MG", text)
    assert number and re.search(rf"\[[\d, ]*\b{number[1]}\b[\d, ]*\]", aware)


def test_a_method_that_never_answered_is_not_said_to_have_been_used() -> None:
    """A refused model in the methods section of a paper would be a false statement."""
    base = next(row for row in samples.all_rows(TABLE) if row.method == "newcombe")
    gee = replace(
        base,
        perspective="cluster_aware",
        method="gee_exchangeable_mancl_derouen",
        estimand="odds_ratio",
        status="refused",
        note="Only 2 events; it needs at least 10.",
    )
    _, text = written([*samples.all_rows(TABLE), gee])
    assert "estimating equations" not in part(text, "Events, two groups")
    refused = part(text, "Analyses refused or not estimable")
    line = next(line for line in refused.splitlines() if line.startswith("| GEE"))
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "GEE (Mancl-DeRouen)", "refused", "Only 2 events; it needs at least 10.", "1", "Implant",
    ]  # fmt: skip


def compared(method: str, *, n_patients: int = 20, note: str = "") -> ResultRow:
    return ResultRow(
        analysis="implant", kind="compare", estimand="midrank_difference", outcome="time_min",
        perspective="cluster_aware", method=method, headline=True, n_procedures=130,
        n_patients=n_patients, n_missing=0, note=note,
    )  # fmt: skip


def sizes(first: int, second: int) -> list[ResultRow]:
    base = replace(compared("count"), perspective="descriptive", estimand="n_rows", outcome="")
    return [
        replace(base, level="true", n_patients=first),
        replace(base, level="false", n_patients=second),
    ]


def facts(*rows: ResultRow) -> Facts:
    return Facts(settings(), rows, (), (), (), {})


def changing_note() -> str:
    """What the analysis itself writes when people change their group."""
    level, cluster = np.array(["a", "b", "a", "b"]), np.array([0, 0, 1, 2])
    base = compared("lmm")
    groups = Groups(
        np.arange(4.0), level, cluster, cluster, ("a", "b"), "mostly_between", base, pd.DataFrame()
    )
    return left_out(Inference("rosner_glynn_lee", note="First this."), groups).note


def test_how_a_group_lies_is_read_from_what_was_done() -> None:
    """Between, within, or nearly between decides the test; the page must not contradict it."""
    key = ("implant", "time_min")
    between = facts(*sizes(8, 12), compared("lmm_geometric_mean_ratio"))
    assert between.lies[key] == "between"
    nearly = facts(*sizes(8, 13), compared("lmm_geometric_mean_ratio", note=changing_note()))
    assert nearly.lies[key] == "mostly_between"
    assert nearly.n_changing("implant") == 1
    within = facts(*sizes(8, 20), compared("permute_within_patient_exact"))
    assert within.lies[key] == "within"
    assert within.n_with_both("implant") == 8
    once = facts(compared("geometric_mean_ratio_welch", n_patients=130))
    assert once.lies[key] == "once"


def test_people_in_both_groups_are_not_counted_where_values_are_missing() -> None:
    """A person without the outcome would be counted as being in both groups."""
    row = replace(compared("permute_within_patient_exact"), n_missing=2)
    assert facts(*sizes(8, 20), row).n_with_both("implant") == 0


def test_twins_count_once_in_a_family() -> None:
    """The size of a family is what its adjustment used: k x dose is no further test."""
    rows = [
        replace(compared("lmm"), outcome=name, p=0.01, p_holm=0.02)
        for name in ("time_min", "dose_msv", "attempts")
    ]
    given = settings(
        multiplicity={
            "confirmatory": {"analyses": ["implant"], "outcomes": ["time_min", "dose_msv"]},
            "same_test": {"attempts": "dose_msv"},
        }
    )
    _, text = written(rows, given)
    assert "0 tests as published, 2 cluster-aware" in part(text, "Multiplicity")


def test_where_each_row_is_a_cluster_nothing_is_said_of_clustering() -> None:
    """'Patients, in patients' and resemblance of one with itself would be nonsense."""
    noun = {"singular": "knee", "plural": "knees"}
    _, text = written(given=settings(study=samples.STUDY | {"row": noun, "cluster": noun}))
    assert "knees in" not in text and "Knees of one" not in text
    assert "Each knee has one record" in text


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if found.get("href") else []
        if tag not in ("meta", "img", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_closes_its_elements_and_its_links_lead_somewhere() -> None:
    """A number in brackets must lead to its reference."""
    page, _ = written()
    outline = _Outline()
    outline.feed(page)
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside <= set(outline.ids)
    assert {f"ref-{n}" for n in range(1, page.count('id="ref-') + 1)} <= inside
    assert "tables/comparison_implant.html" in outline.links
    assert "report.html" in outline.links


def test_both_forms_carry_the_label_and_the_same_references() -> None:
    """Whoever pastes the text takes along that the data are made up."""
    page, text = written()
    for form in (page, text):
        assert "made up for tests; not patient data" in form
    listed = re.findall(r"^\d+\. (.+)$", part(text, "References"), flags=re.MULTILINE)
    assert len(listed) == page.count('id="ref-') > 10


def test_markup_in_labels_stays_text() -> None:
    """A label with a star or a bracket must neither format nor break the page."""
    spec = {**samples.COMPARISON, "kind": "compare", "unit": "row", "label": "<b>*A*|B</b>"}
    given = settings(analyses=[spec])
    page, text = written([r for r in samples.all_rows(TABLE) if r.analysis == "implant"], given)
    assert "&lt;b&gt;*A*|B&lt;/b&gt;" in page and "<b>*A*" not in page
    assert r"\<b\>\*A\*\|B\</b\>" in text


def test_references_are_numbered_as_they_are_first_cited() -> None:
    """The order every medical journal asks for."""
    said = Paragraph((Sentence("B was used", ("b",)), Sentence("A and B were", ("a", "b"))))
    grid = Grid("Where", ("What", "Place"), ((plain("x"), (Link("there", "t.html"),)),))
    text = to_markdown("T", "Made up", [Section("s", "S", (said, grid))], {"a": "Aa.", "b": "Bb."})
    assert "B was used [1]. A and B were [2, 1]." in text
    assert "| x | [there](t.html) |" in text
    assert text.endswith("1. Bb.\n2. Aa.\n")


def test_the_settings_hold_labels_of_everything_named() -> None:
    """The page speaks in labels, of declared analyses, and of the levels above the cluster."""
    given = plan.methods_parameters(complete(config(), SCHEMA))
    kinds = {spec["id"]: spec["kind"] for spec in given["analyses"]}
    assert kinds == {"reaching": "rate", "by_diet": "compare", "errors_and_time": "correlate"}
    assert {"diet", "seconds", "errors", "reached"} <= set(given["variables"])
    assert given["highest"] == ["litter"]


def test_what_a_study_does_not_declare_is_not_spoken_of() -> None:
    """A methods section that names analyses nobody made is worse than a short one."""
    _, text = written()
    titles = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    for word in ("schedule", "frequency", "series", "Readings", "multiverse", "Tipping", "printed"):
        assert not any(word in title for title in titles), word
    data = part(text, "Preparation of the data and missing values")
    assert "no primary analysis imputed a missing value." in data
    assert "Sensitivity analyses did" not in data


MULTIVERSE = {
    "analyses": ["implant"],
    "outcomes": ["time_min"],
    "n_resamples": 499,
    "alternatives": [
        {"id": "gaps", "label": "Missing outcomes", "choices": [
            {"id": "left_out", "label": "Left out", "keep": ""},
            {"id": "against", "label": "Worst case", "keep": ""},
        ]},
        {"id": "visits", "label": "Visits", "choices": [
            {"id": "all", "label": "All", "keep": ""},
            {"id": "first", "label": "First of each person", "keep": "number == 1"},
        ]},
    ],
}  # fmt: skip


def specified(gaps: str, visits: str, *, n_rows: int, n_set: int = 0) -> Specification:
    row = replace(compared("lmm"), n_procedures=n_rows, n_resamples=499)
    return Specification("x-1", "", {"gaps": gaps, "visits": visits}, n_set, row)


def alternatives() -> Beside:
    return Beside(
        specifications=(
            specified("left_out", "all", n_rows=127),
            specified("against", "all", n_rows=130, n_set=3),
            specified("left_out", "first", n_rows=20),
        )
    )


def test_alternatives_are_told_with_their_numbers_and_name_what_they_impute() -> None:
    """'Nothing was imputed' is false as soon as an alternative sets missing values."""
    _, text = written(given=settings(multiverse=MULTIVERSE), beside=alternatives())
    said = part(text, "Alternatives of the analysis (multiverse)")
    assert "There were 4 combinations, which gave 3 answers" in said
    assert "at most 3 at a time" in said and "rest on 499 here" in said
    assert "- **Visits.** All (main analysis); first of each person." in said
    data = part(text, "Preparation of the data and missing values")
    assert "Sensitivity analyses did: missing outcomes were set" in data
    assert "(up to 3 at a time)" in data


def test_a_change_in_a_small_part_is_said_to_be_perhaps_lost_power() -> None:
    """Readers take 'changes' for a contradiction; with a sixth of the rows it need not be one."""
    given = settings(multiverse=MULTIVERSE, has_claims=True)
    _, text = written(given=given, beside=alternatives())
    said = part(text, "What is left of each printed statement")
    assert "first of each person (20 of 127 visits)" in said
    assert "lost power and no contradiction" in said
    assert "worst case (" not in said, "that choice keeps every row"
    _, text = written(given=settings(has_claims=True))
    said = part(text, "What is left of each printed statement")
    assert "lost power" not in said and "combinations" not in said and "reading" not in said


def test_values_carried_forward_and_declared_answers_are_named() -> None:
    """A primary share of responders that counts the missing as none must say so."""
    spec = {
        "id": "course", "label": "Pain over time", "kind": "trajectory", "unit": "row",
        "visits": [], "outcomes": {"time_min": {}},
        "responder": {"rule": "change < 0", "label": "Less pain", "missing": "non_responder"},
    }  # fmt: skip
    base = replace(compared("mmrm_unstructured"), analysis="course", kind="trajectory")
    rows = [
        base,
        replace(
            base, method="paired_t_carried_forward", headline=False, note="7 values filled in."
        ),
        replace(base, method="paired_t_worst_case", headline=False, note="1 value filled in."),
    ]
    _, text = written(rows, settings(analyses=[spec], filled=["time_min"]))
    data = part(text, "Preparation of the data and missing values")
    assert "no primary analysis imputed a missing value, except where declared." in data
    assert "counted as no responder there (Less pain; Pain over time)" in data
    assert "where a value is missing: Puncture time." in data
    assert "carried forward to the last visit (up to 7 values of an outcome)" in data
    assert "at the last visit (up to 1 value of an outcome)" in data


def test_a_schedule_is_told_from_its_settings() -> None:
    """Days, tolerances and rules for missed doses are the method; none is written by hand."""
    regimen = {
        "label": "Label", "loading_days": [0, 10, 40], "loading_dose_mg": 5,
        "maintenance_dose_mg": 7, "maintenance_months": 3, "least_gap_days": 9,
        "missed": [{"from_months": 0, "then": "original_date"},
                   {"from_months": 6, "further_doses": 1, "apart_days": 9, "then": "interval"},
                   {"from_months": 20, "then": "restart"}],
    }  # fmt: skip
    schedule = {
        "applies": "here", "given": "reached", "label": "Doses by date",
        "note": "Dates are made up.",
        "tolerance": {"loading_days": 2, "maintenance_days": 1},
        "regimens": {"here": regimen, "there": {**regimen, "label": "Other", "missed": []}},
    }  # fmt: skip
    base = replace(compared("count"), analysis="schedule", kind="adhere", perspective="descriptive")
    counted = [
        replace(base, estimand="n_rows", outcome="doses_given", estimate=120.0),
        replace(base, estimand="n_rows", outcome="attempts_without_dose", estimate=10.0),
    ]
    rows = [*samples.all_rows(TABLE), *counted]
    _, text = written(rows, settings(schedule=schedule))
    said = part(text, "Doses by date")
    assert "Dates of 120 doses in 20 people" in said and "it did not in 10 visits" in said
    assert "3 loading doses on days 0, 10 and 40, then one every 3 months" in said
    assert "5 mg in loading, 7 mg in maintenance" in said
    assert "within 2 days of its expected date in loading and 1 day in maintenance" in said
    assert "before 6 months since the last dose, maintenance went on by the original plan" in said
    assert "from 6 months since the last dose, 1 further dose 9 days after it" in said
    assert "- **Other.**" in said and said.rstrip().endswith("mg in maintenance).")


def test_frequency_classes_cite_their_source_only_if_it_is_theirs() -> None:
    """A study with classes of its own must not have them ascribed to others."""
    classes = [{"id": "often", "from": "1/10"}, {"id": "seldom", "from": 0}]
    safety = {
        "outcomes": ["success"], "label": "How often", "note": "", "subset": "",
        "source": "CIOMS Working Groups III and V, 1999", "classes": classes,
    }  # fmt: skip
    _, text = written(given=settings(safety=safety))
    assert "often (at least 1/10), seldom (below 1/10) (CIOMS" in part(text, "How often")
    assert "core clinical-safety information" in part(text, "References")
    _, text = written(given=settings(safety=safety | {"source": "own classes"}))
    assert "(own classes)." in part(text, "How often")
    assert "core clinical-safety information" not in part(text, "References")


def test_checks_of_printed_figures_are_counted_by_question() -> None:
    """What was looked at and held is as much a method as what did not."""
    checks = (
        Check(name="grim", claims=("a",), outcome="holds", statement="Fits."),
        Check(name="grim", claims=("b",), outcome="impossible", statement="Fits nothing."),
    )
    _, text = written(given=settings(has_claims=True), beside=Beside(checks=checks))
    said = part(text, "Printed figures checked against each other")
    assert "| Can a mean of so many whole numbers have these digits? | 2 | 1 | 0 | 0 | 1 |" in said
    assert "Brown NJL" in text


def test_published_series_are_counted_with_the_reason_why_others_were_not_used() -> None:
    """A reader of a synthesis asks first which series are not in it."""
    synthesis = {
        "modalities": {"a": "Method A", "b": "Method B"}, "populations": ["adult"],
        "one_per_cohort": True, "min_series": 4, "note": "", "live": {"series": ""},
        "outcomes": [{"id": "success", "label": "Success", "scopes": []}],
    }  # fmt: skip
    base = ResultRow(analysis="synthesis_success", kind="synthesis", estimand="", outcome="success")
    rows = (
        replace(base, method="random_effects_logit_profile", estimand="pooled_proportion"),
        replace(base, method="interval_rule", estimand="ranking", status="refused", note="No."),
        replace(base, method="random_effects_mean", estimand="pooled_mean", status="refused"),
    )
    series = (
        {"series_id": "x", "label": "X 2020", "outcome": "success", "kind": ""},
        {"series_id": "y", "label": "Y 2021", "outcome": "success", "kind": "population"},
    )
    beside = Beside(synthesis=rows, series=series)
    _, text = written(given=settings(synthesis=synthesis), beside=beside)
    said = part(text, "Published series beside the study")
    assert "The table held 2 series or parts of series; they were put together" in said
    assert "at least 4 series" in said and "Method A and Method B" in said
    assert "| Used | 1 |" in said and "| Other patients | 1 |" in said
    lines = {line.split(".**")[0]: line for line in said.splitlines() if line.startswith("- **")}
    silent = [name for name, line in lines.items() if "no occasion" in line]
    assert silent == ["- **Random-effects mean of series (Hartung-Knapp)"]


def test_tipping_points_name_how_many_p_values_were_printed() -> None:
    """The curve begins at what is printed or at what was found; a reader must know which."""
    base = replace(compared("design_effect_tables"), kind="tipping", estimate=0.1)
    rows = (
        replace(base, estimand="tipping_icc"),
        replace(base, estimand="tipping_icc_found"),
        replace(base, estimand="tipping_icc_found", outcome="dose_msv"),
    )
    _, text = written(beside=Beside(tipping=rows))
    said = part(text, "Tipping points")
    assert "found in the tables (2) or printed (1)" in said
    assert "sizes alone" not in said, "no row supposes people of equal size"
    assert "Hedges LV" in text


def test_what_the_default_settings_leave_empty_stays_empty() -> None:
    """Parts that a study does not declare reach the page as nothing, not as defaults."""
    given = plan.methods_parameters(complete(config(), SCHEMA))
    for name in ("multiverse", "schedule", "safety", "synthesis", "feasibility", "filled"):
        assert not given[name], name
