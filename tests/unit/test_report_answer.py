"""The answer in five sentences: every number comes from the row that it cites."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

import publish_samples as samples
from house import House
from minimal_study import SCHEMA, config
from procohort import plan_report
from procohort.claims.scorecard import write_json
from procohort.claims.sources import read_sources
from procohort.publish.prose import Cited, Linked, Prose, cited_rows, plain_text
from procohort.publish.report.answer import answer
from procohort.publish.report.answer_phrases import effect_text
from procohort.results import ResultRow, read_rows
from procohort.settings import complete, load
from procohort.study import Variable
from scorecard_samples import AWARE, BASE, judged, rate
from scorecard_samples import STUDY as SCORED_STUDY

TABLE = samples.analysis_table()
DECLARED: dict[str, dict[str, Any]] = {
    "visits": {**samples.DESCRIPTION, "kind": "descriptions"},
    "success_rate": {**samples.RATES, "kind": "rates"},
    "implant": {**samples.COMPARISON, "kind": "comparisons"},
    "position": {**samples.POSITIONS, "kind": "comparisons"},
    "attempts": {**samples.CORRELATION, "kind": "correlations"},
    "over_visits": {**samples.TREND, "kind": "trends"},
}
NUMBER = re.compile(r"(?<![A-Za-z])\d+(?:\.\d+)?")


def cohort_rows() -> list[ResultRow]:
    """Return the sizes of the made-up study."""
    base = ResultRow(
        analysis="cohort", kind="describe", estimand="n_rows", outcome="", level="all",
        n_procedures=130, n_patients=20, estimate=130.0,
    )  # fmt: skip
    size = replace(base, outcome="rows_per_patient")
    return [
        base,
        replace(base, estimand="n_patients", estimate=20.0),
        *(
            replace(size, estimand=name, estimate=value)
            for name, value in (("median", 6.5), ("min", 2.0), ("max", 11.0))
        ),
    ]


def asked(*names: str, confirmatory: Sequence[str] = (), **study: Any) -> dict[str, Any]:
    """Return what the page is told of some of the declared analyses."""
    return {
        "study": {**samples.STUDY, **study},
        "variables": samples.VARIABLES,
        "analyses": {name: DECLARED[name] for name in names},
        "confirmatory": {"analyses": ["implant"], "outcomes": list(confirmatory)}
        if confirmatory
        else {},
        "settings": {"multiplicity": {"same_test": {}}},
    }


def every_row() -> list[ResultRow]:
    """Return the rows of the made-up study."""
    return [*cohort_rows(), *samples.all_rows(TABLE)]


def values_of(row: ResultRow) -> list[float]:
    """Return every number that may be said of a row: fields, and fractions in percent."""
    numbers = [
        float(value)
        for value in (getattr(row, name) for name in row.__dataclass_fields__)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    if row.n_procedures is not None:
        numbers.append(float(row.n_procedures))
    shares = [row.estimate, row.ci_low, row.ci_high, row.ci_level]
    return [value for value in (*numbers, *(100 * x for x in shares)) if math.isfinite(value)]


def is_of(number: str, row: ResultRow) -> bool:
    """Whether a written number is a value of the row, rounded to the digits shown."""
    decimals = len(number.partition(".")[2])
    return any(
        math.isclose(float(number), abs(value), abs_tol=0.5000001 * 10**-decimals)
        for value in values_of(row)
    )


def check(prose: Prose, labels: Sequence[str]) -> None:
    """Check that every number of a sentence is cited, and is a value of its row."""
    for part in prose:
        if isinstance(part, str):
            plain = part
            for label in sorted(labels, key=len, reverse=True):
                plain = re.sub(re.escape(label), "", plain, flags=re.IGNORECASE)
            assert not re.search(r"\d", plain), f"{part!r} states a number without its row"
        elif isinstance(part, Cited):
            if part.row.status != "ok" and math.isnan(part.row.p):
                assert part.text.partition(": ")[2] in part.row.note
                continue
            for number in NUMBER.findall(part.text.replace("p < 0.001", "")):
                assert is_of(number, part.row), f"{number} of {part.text!r} is not in its row"
            if "p < 0.001" in part.text:
                assert part.row.p < 0.001
        else:
            assert isinstance(part, Linked)
            assert part.href.startswith("#")


def labels_of(told: Mapping[str, Any]) -> list[str]:
    """Return every label that a sentence may use as it stands."""
    found = [str(spec["label"]) for spec in told["variables"].values()]
    for spec in told["variables"].values():
        found += [str(text) for text in (spec.get("labels") or {}).values()]
    for spec in told["analyses"].values():
        found += [str(visit["label"]) for visit in spec.get("visits") or ()]
    return found


SUBSETS = [
    (),
    ("visits",),
    ("success_rate",),
    ("success_rate", "visits"),
    ("attempts",),
    ("implant",),
    ("position", "visits"),
    ("position", "implant"),
    ("implant", "over_visits"),
    tuple(DECLARED),
]


@pytest.mark.parametrize("names", SUBSETS, ids=" ".join)
def test_there_are_five_sentences_and_every_number_is_that_of_its_row(
    names: tuple[str, ...],
) -> None:
    """Also a study that asks little gets an answer, and no sentence invents a number."""
    told = asked(*names)
    said = answer(told, every_row())
    assert len(said) == 5
    assert len({plain_text(prose) for prose in said}) == 5
    for prose in said:
        check(prose, labels_of(told))
        assert plain_text(prose).endswith(".")
        assert "nan" not in plain_text(prose)


def test_a_study_without_any_row_still_gets_five_sentences() -> None:
    """A page is written before anything could be analysed, and must not fail."""
    assert len(answer(asked(), [])) == 5


def test_the_first_sentence_says_whom_and_how_often_with_k_and_n() -> None:
    """A percentage without its counts and its interval cannot be judged."""
    first = plain_text(answer(asked("success_rate", "implant"), every_row())[0])
    success = next(
        row for row in every_row() if row.analysis == "success_rate" and row.level == "all"
    )
    assert "130 visits in 20 people (reconstructed data)" in first
    share = 100 * success.n_events / success.n_procedures  # type: ignore[operator]
    assert f"technical success in {share:.1f}% ({success.n_events}/130 visits;" in first
    assert "clustered 95% CI" in first


def test_both_perspectives_are_told_of_the_confirmatory_outcomes_only() -> None:
    """The main question was fixed before; other outcomes are not slipped in beside it."""
    said = answer(asked("implant", "position", confirmatory=["dose_msv"]), every_row())
    published, aware = (plain_text(prose) for prose in said[1:3])
    assert "Mann-Whitney test of 1.40 mSv (95% CI 0.56 to 2.38, p < 0.001)" in published
    assert "unit of analysis: visit, pooled" in published
    assert "1.13 (95% CI 0.95 to 1.34, p = 0.17) for effective dose" in aware
    assert aware.endswith("p is no longer below 0.05.")
    assert "puncture time" not in published + aware


@pytest.mark.parametrize(
    ("p", "said"),
    [
        ((0.01, 0.02), "p stays below 0.05."),
        ((0.01, 0.2), "p is no longer below 0.05."),
        ((0.3, 0.02), "p falls below 0.05."),
        ((0.3, 0.2), "p is not below 0.05 either way."),
    ],
)
def test_the_third_sentence_says_what_becomes_of_the_conclusion(
    p: tuple[float, float], said: str
) -> None:
    """Whether clustering turns a conclusion is what the reader came for."""
    known = dict(zip(("as_published", "cluster_aware"), p, strict=True))
    rows = [
        replace(row, p=known[row.perspective])
        if row.analysis == "implant" and row.headline and row.perspective in known
        else row
        for row in every_row()
    ]
    third = answer(asked("implant", confirmatory=["time_min"]), rows)[2]
    assert plain_text(third).endswith(said)


def test_a_refused_answer_is_said_with_its_reason() -> None:
    """What a method would not answer must not look as if nobody had asked."""
    aware = plain_text(answer(asked("implant"), every_row())[2])
    assert "p = 0.21 for attempts, no estimate (refused: Values of zero have no logarithm" in aware
    rows = [
        replace(row, p=math.nan, estimate=math.nan, status="refused", note="Too few. See there.")
        if row.analysis == "implant" and row.perspective == "cluster_aware"
        else row
        for row in every_row()
    ]
    refused = plain_text(answer(asked("implant", confirmatory=["time_min"]), rows)[2])
    assert "no estimate for puncture time (refused: Too few)" in refused
    assert "0.05" not in refused


def test_several_groups_are_told_by_the_test_of_any_difference() -> None:
    """With three groups one contrast picked from many would mislead."""
    published = plain_text(answer(asked("position"), every_row())[1])
    assert "Lateral (" in published
    assert "by Kruskal-Wallis test p = 0.030 for puncture time" in published


def test_a_correlation_is_told_in_both_perspectives_with_its_unit_and_n() -> None:
    """The second question must not fall back to one answer."""
    told = asked("implant", "attempts")
    fourth = answer(told, every_row())[3]
    text = plain_text(fourth)
    assert "the association with attempts (unit of analysis: visit)" in text
    assert "Spearman's rho is 0.41 (130 visits in 20 people; 95% CI 0.30 to 0.51" in text
    assert "by bootstrap of people 0.41 (0.22 to 0.57) cluster-aware" in text
    assert {row.perspective for row in cited_rows(fourth)} == {"as_published", "cluster_aware"}


def claim(
    name: str, analysis: str, verdict: str = "by_construction", **more: Any
) -> dict[str, Any]:
    """Return what the answer reads of one judged claim."""
    return {
        "id": name, "printed": name, "verdict": verdict, "source_file": "paper.txt",
        "row_analysis": analysis, "cluster_aware_changes": None, "checks": [], **more,
    }  # fmt: skip


def test_without_a_confirmatory_family_the_question_is_what_most_claims_rest_on() -> None:
    """The first comparison declared may be a side issue of the paper; its figures tell."""
    told = asked("implant", "position", "attempts")
    verdicts = [
        claim("a", "implant"),
        *(claim(f"b{place}", "position", "not_testable") for place in range(9)),
        *(claim(f"c{place}", "attempts", "differs") for place in range(4)),
        *(claim(f"d{place}", "success_rate") for place in range(9)),
        *(claim(f"e{place}", "implant", source_file="leaflet.txt") for place in range(9)),
    ]
    first, second = answer(told, every_row(), {"verdicts": verdicts}, sources=["paper.txt"])[:2]
    assert "the main question is the association with attempts." in plain_text(first)
    assert "130 visits in 20 people; 95% CI 0.30 to 0.51" in plain_text(second)
    tie = {"verdicts": [claim("p", "position"), claim("i", "implant")]}
    assert "the main question is the comparison of implant with" in plain_text(
        answer(told, every_row(), tie)[0]
    )
    fixed = asked("implant", "position", confirmatory=["dose_msv"])
    assert "the main question is the comparison of implant with no implant" in plain_text(
        answer(fixed, every_row(), {"verdicts": verdicts})[0]
    )


@pytest.mark.parametrize("estimand", ["mean_difference_adjusted", "hodges_lehmann_change"])
def test_a_difference_of_percentages_is_told_in_percentage_points(estimand: str) -> None:
    """A fall by 23 percentage points is no fall by 23%."""
    share = Variable(name="y", type="number", unit="%", labels={}, decimals=1)
    row = ResultRow(
        analysis="a", kind="over_time", estimand=estimand, outcome="y", estimate=23.366,
        ci_low=20.878, ci_high=25.853, ci_level=0.95,
    )  # fmt: skip
    assert effect_text(row, share) == "23.4 pp (95% CI 20.9 to 25.9)"
    assert effect_text(replace(row, estimand="mean"), share).startswith("23.4 % ")


def test_a_question_that_nothing_makes_the_main_one_is_not_called_so() -> None:
    """The order of a configuration says nothing of what a study was for."""
    first = plain_text(answer(asked("implant"), every_row())[0])
    assert "the first comparison declared is that of implant with no implant." in first
    assert "main question" not in first


def test_the_last_sentence_counts_the_claims_of_the_own_paper(tmp_path: Any) -> None:
    """A leaflet that also was checked must not swell the paper's account."""
    verdicts = judged([rate(), BASE, AWARE])
    write_json(tmp_path / "card.json", verdicts, study=SCORED_STUDY)
    card = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    own = [verdict for verdict in verdicts if verdict.claim.source_file == "paper.txt"]
    last = answer(asked("implant"), every_row(), card, sources=["paper.txt", "leaflet.txt"])[-1]
    text = plain_text(last)
    assert f"Of the study's own {len(own)} printed claims, " in text
    assert (
        Linked("\N{LEFT DOUBLE QUOTATION MARK}98.3%\N{RIGHT DOUBLE QUOTATION MARK}", "#claim-pct")
        in last
    )
    assert "a match is by construction and confirms nothing" in text
    real = answer(asked("implant", data_origin="real"), every_row(), card)[-1]
    assert "confirms nothing" not in plain_text(real)


def test_a_claim_that_is_doubtful_as_printed_is_named_in_the_last_sentence() -> None:
    """A count that no rounding explains must not hide behind a match by construction."""
    doubt = [{"name": "possible_counts", "outcome": "doubtful", "statement": "", "harmless": ""}]
    verdicts = [
        claim("94.8%", "implant", checks=doubt),
        claim("98%", "implant"),
        claim("98.3%", "implant", "impossible_as_printed", checks=doubt),
    ]
    last = plain_text(answer(asked("implant"), every_row(), {"verdicts": verdicts})[-1])
    named = "\N{LEFT DOUBLE QUOTATION MARK}94.8%\N{RIGHT DOUBLE QUOTATION MARK}"
    assert f"2 match by construction; 1 is doubtful as printed ({named});" in last
    twice = {"verdicts": [*verdicts, claim("again", "implant", checks=doubt, printed="94.8%")]}
    both = plain_text(answer(asked("implant"), every_row(), twice)[-1])
    assert f"2 are doubtful as printed (both {named});" in both
    sound = answer(asked("implant"), every_row(), {"verdicts": verdicts[1:2]})[-1]
    assert "doubtful" not in plain_text(sound)


def test_without_claims_the_last_sentence_tells_what_is_missing_and_left_out() -> None:
    """Where nothing printed is checked, the reader still learns what the tables lack."""
    attrition = samples.ATTRITION.astype(str).to_dict("records")
    last = answer(asked("implant"), every_row(), attrition=attrition)[-1]
    text = plain_text(last)
    assert "No printed claims are declared" in text
    assert "puncture time (1 visit)" in text
    assert Linked("10 of 140 visits", "#attrition") in last


def test_the_same_rows_give_the_same_sentences() -> None:
    """A page must not change unless its results do."""
    told = asked(*DECLARED)
    assert answer(told, every_row()) == answer(told, every_row())


def test_a_study_is_told_in_the_words_of_its_configuration() -> None:
    """The library knows no study: rats in litters are told as trials in rats."""
    told = plan_report.report_parameters(complete(config(), SCHEMA))
    base = ResultRow(
        analysis="cohort", kind="describe", estimand="n_rows", outcome="", n_procedures=72,
        n_patients=18,
    )  # fmt: skip
    said = answer(told, [base, replace(base, estimand="n_patients")])
    assert plain_text(said[0]).startswith("Analysed were 72 trials in 18 rats (real data)")
    assert len(said) == 5


STUDIES = ["", "studies/ablation", "studies/cgd", "studies/laryngoscope", "studies/periodontal",
           "studies/ultrasound"]  # fmt: skip


@pytest.mark.parametrize("study", STUDIES)
def test_the_answer_of_every_study_rests_on_its_rows(house: House, study: str) -> None:
    """What people read first must hold in each study, whatever it asks."""
    folder = house.folder / study
    settings = load(folder / "config.yaml", SCHEMA)
    told = plan_report.report_parameters(settings)
    rows = read_rows(folder / "results/estimates.csv")
    card = json.loads((folder / "results/scorecard.json").read_text(encoding="utf-8"))
    said = answer(told, rows, card, sources=read_sources(folder / settings["sources"]))
    assert len(said) == 5
    for prose in said:
        check(prose, labels_of(told))
        assert set(cited_rows(prose)) <= set(rows)
