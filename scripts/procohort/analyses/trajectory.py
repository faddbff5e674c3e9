"""Outcomes over time: what they were at each visit, and how they changed from baseline."""

from __future__ import annotations

from collections.abc import Iterator

from procohort.analyses.sample import Question
from procohort.analyses.trajectory_attendance import patterns, responders
from procohort.analyses.trajectory_changes import at_visits, from_baseline, if_missing
from procohort.analyses.trajectory_groups import differences
from procohort.analyses.trajectory_models import group_models, holm_over_visits, visit_models
from procohort.analyses.trajectory_sample import Course, course
from procohort.results import ResultRow


def trajectory(question: Question) -> list[ResultRow]:
    """Follow every declared outcome over the visits, for everybody and in each group."""
    rows: list[ResultRow] = []
    for outcome in question.each_outcome():
        everyone = course(question, outcome)
        rows += _followed(everyone)
        rows += patterns(everyone)
        if question.spec["by"]:
            for level in question.spec["levels"]:
                rows += _followed(course(question, outcome, level))
            rows += differences(everyone)
            rows += group_models(everyone)
    return rows


def _followed(of: Course) -> Iterator[ResultRow]:
    yield from at_visits(of)
    yield from holm_over_visits(list(from_baseline(of)))
    yield from visit_models(of)
    yield from responders(of)
    yield from if_missing(of)
