"""Explanations: every method and estimand that people meet has one, in plain words."""

from __future__ import annotations

import pytest

import publish_samples as samples
from house import House
from procohort.publish.report.glossary import Term, explain, mark
from procohort.publish.wording import StudyWords
from procohort.results import read_rows
from procohort.vocabulary import ESTIMAND_NAMES, METHOD_NAMES

WORDS = StudyWords.from_settings(samples.STUDY)
# What headings of tables say, and what a reader of a paper meets.
HEADINGS = (
    *("p", "p Holm", "p BH", "CI", "IQR", "SD", "ICC", "Design effect", "Effective n"),
    *("unit of analysis", "as published", "Cluster-aware", "tipping ICC", "Specification"),
    *("Kenward-Roger", "permutation", "bootstrap", "Firth", "GEE", "Korn-Graubard", "Newcombe"),
    *("odds ratio", "risk difference", "Cliff's delta", "AUC", "Spearman", "median"),
)


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_heading_of_statistics_is_explained(heading: str) -> None:
    """A nurse who opens the page meets these words first."""
    assert len(explain(heading)) > 20


@pytest.mark.parametrize("name", [*METHOD_NAMES, *ESTIMAND_NAMES])
def test_every_method_and_estimand_is_explained_by_both_its_names(name: str) -> None:
    """A new method without an explanation is noticed here."""
    shown = WORDS.estimand(name) if name in ESTIMAND_NAMES else WORDS.method(name)
    said = explain(shown, WORDS)
    assert said
    assert said.endswith(".")
    assert "{" not in said
    assert explain(shown.upper(), WORDS) == said
    assert explain(name, WORDS)


def test_explanations_use_the_words_of_the_study() -> None:
    """People read of their own visits, not of rows."""
    assert "visits of one person" in explain("ICC", WORDS)
    assert "rows of one patient" in explain("ICC")


def test_variants_and_methods_that_share_a_row_are_explained() -> None:
    """Result rows name exact variants, and a limit and a test in one."""
    assert explain("mann_whitney_exact") == explain("Mann-Whitney test")
    both = explain("mover_korn_graubard+permute_patient_labels_mean", WORDS)
    assert explain("mover_korn_graubard", WORDS) in both
    assert explain("permute_patient_labels", WORDS) in both
    assert explain("exact Mann-Whitney test") == explain("Mann-Whitney test")


def test_an_unknown_term_has_no_explanation() -> None:
    """A tooltip must not guess."""
    assert explain("puncture time") == ""


def test_terms_are_marked_as_whole_words_the_longest_first_and_nothing_is_lost() -> None:
    """A mark inside a word, or on half a term, would explain something else."""
    text = "Effective n, exact permutation within person (p < 0.05); a special case"
    parts = mark(text, WORDS)
    assert "".join(part if isinstance(part, str) else part.text for part in parts) == text
    terms = [part for part in parts if isinstance(part, Term)]
    assert [term.text for term in terms] == ["Effective n", "exact permutation within person", "p"]
    assert all(term.explanation == explain(term.text, WORDS) for term in terms)


def test_every_headline_of_every_study_is_explained(house: House) -> None:
    """What stands in tables and forest plots must be understood in each study."""
    files = [
        house.folder / "results/estimates.csv",
        *house.folder.glob("studies/*/results/estimates.csv"),
    ]
    for row in read_rows(sorted(files)):
        if row.headline:
            assert explain(row.estimand), row.estimand
            assert explain(row.method), row.method


def test_explanations_claim_no_more_than_is_true() -> None:
    """A wrong half sentence is learned by heart."""
    assert "always above zero" in explain("geometric_mean_ratio_welch")
    assert "farther from 1 than the ratio of frequencies" in explain("odds ratio")
    assert "does not depend on that value" in explain("missing at random")
    assert "(persons, where each counts once)" in explain("as published", WORDS).replace(
        WORDS.clusters, "persons"
    )
