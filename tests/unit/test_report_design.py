"""What the design of a study, and rows that are clusters, change in the words of the report."""

from __future__ import annotations

import pytest

import publish_samples as samples
from minimal_study import SCHEMA, config
from procohort import plan_report
from procohort.publish.methods_document import Paragraph
from procohort.publish.methods_facts import Facts
from procohort.publish.methods_reporting import reporting
from procohort.publish.report import assemble
from procohort.publish.wording import StudyWords
from procohort.settings import SettingsError, complete


def test_the_methods_of_a_trial_name_consort_too() -> None:
    """The methods are read without the page."""
    study = {**samples.STUDY, "id": "naps"}
    settings = {"study": study, "analyses": [], "readings": {}, "has_claims": False}

    def said(**more: str) -> str:
        facts = Facts({**settings, "study": {**study, **more}}, (), (), (), (), {})
        paragraph = reporting(facts).blocks[0]
        assert isinstance(paragraph, Paragraph)
        return ". ".join(sentence.text for sentence in paragraph.sentences)

    assert "CONSORT" in said(design="randomised_trial")
    assert "CONSORT" not in said(design="cohort") + said()


def test_the_design_of_a_study_is_declared_and_a_cohort_without_a_word() -> None:
    """A study that declares nothing keeps its page; a slip of the pen is an error."""
    raw = config()
    assert complete(raw, SCHEMA)["study"]["design"] == "cohort"
    raw["study"]["design"] = "randomised_trial"
    assert complete(raw, SCHEMA)["study"]["design"] == "randomised_trial"
    raw["study"]["design"] = "randomized"
    with pytest.raises(SettingsError, match="design"):
        complete(raw, SCHEMA)


def test_rows_that_are_clusters_are_named_once_in_titles() -> None:
    """Patients and patients is no title."""
    patients = {"singular": "patient", "plural": "patients"}
    alone = StudyWords.from_settings({**samples.STUDY, "row": patients, "cluster": patients})
    titles = ("{Clusters} and {rows}", "Flow of {clusters} and {rows}")
    assert [assemble._said(title, alone) for title in titles] == ["Patients", "Flow of patients"]
    study = {"row": patients, "cluster": patients}
    assert [plan_report._said(title, study) for title in titles] == [
        "Patients",
        "Flow of patients",
    ]
    words = StudyWords.from_settings(samples.STUDY)
    assert assemble._said(titles[0], words) == "People and visits"
