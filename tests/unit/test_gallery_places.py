"""Where Snakemake's own report shows a view, in the words of the study."""

from __future__ import annotations

import yaml

from minimal_study import ROOT, SCHEMA
from procohort import plan_report
from procohort.settings import complete


def test_labels_speak_of_one_cluster_where_the_page_does() -> None:
    """One text in two places must not read "leaving out one patients at a time"."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    settings = complete(config, SCHEMA)
    place = plan_report.gallery_place(settings, table="sensitivity_failed")
    assert place["labels"]["analysis"].endswith("leaving out one patient at a time")
    page = plan_report.gallery_place(settings, table="describe_patients")
    assert page["category"] == "Patients and procedures"
