"""What the manuscript gets of the settings."""

from __future__ import annotations

from procohort import plan
from procohort.plan import Parameters, Settings
from procohort.settings_paper import number_settings

# What the tables and the text say of the methods that ran; the rest of the methods page
# (schedules, series, alternatives) has no place in them.
_OF_METHODS = (
    *("study", "analyses", "variables", "methods", "multiplicity", "highest"),
    *("readings", "has_claims", "filled"),
)


def paper_parameters(settings: Settings) -> Parameters:
    """Return what is written for a manuscript, and how.

    Returns
    -------
    dict
        `settings` (words, analyses, variables, methods), `numbers` (the number style),
        `table_one` (ids of descriptions), `abbreviations` (the study's own).
    """
    paper = settings["paper"]
    described = [spec["id"] for spec in settings["descriptions"]]
    known = plan.methods_parameters(settings)
    return {
        "settings": {key: known[key] for key in _OF_METHODS},
        "numbers": number_settings(paper),
        "table_one": list(paper["table_one"]) or described,
        "abbreviations": dict(paper["abbreviations"]),
    }
