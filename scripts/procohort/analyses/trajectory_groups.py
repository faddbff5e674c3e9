"""Groups compared at every visit, with regard to what they had at baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from procohort.analyses.sample import in_level
from procohort.analyses.trajectory_sample import Course
from procohort.results import ResultRow
from procohort.stats.ancova import ancova, ancova_clustered, change_score, follow_up_only
from procohort.stats.inference import BoolArray
from procohort.trajectory_names import visit_variable


def pairs(course: Course) -> list[tuple[str, str]]:
    """Return each level with the reference, which is the last one."""
    levels = [str(level) for level in course.question.spec["levels"]]
    return [(level, levels[-1]) for level in levels[:-1]]


def membership(course: Course, level: str) -> BoolArray:
    """Return which lines of everybody's course have a level, shape (n,)."""
    found = in_level(course.question, str(course.question.spec["by"]), level)
    return np.asarray(found[course.keep].to_numpy(), dtype=bool)


def contrast_row(course: Course, visit: int, pair: tuple[str, str], known: BoolArray) -> ResultRow:
    """Return the row of two levels at a visit, named as in every comparison of groups."""
    level, reference = pair
    return course.row(
        "mean_difference_adjusted",
        visit,
        known,
        outcome=visit_variable(course.outcome, course.visits[visit]),
        group=str(course.question.spec["by"]),
        level=level,
        reference=reference,
        unit=course.unit,
    )


def differences(course: Course) -> Iterator[ResultRow]:
    """Yield the difference of each level from the reference at every later visit.

    Parameters
    ----------
    course : Course
        Of everybody.
    """
    for pair in pairs(course):
        first, second = (membership(course, level) for level in pair)
        for visit in range(1, len(course.visits)):
            known = ~np.isnan(course.y[:, [0, visit]]).any(axis=1)
            known &= first | second
            base = contrast_row(course, visit, pair, known)
            base = _only_these(base, first | second, known)
            yield from _at_visit(course, visit, known, first, base)


def _only_these(base: ResultRow, either: BoolArray, known: BoolArray) -> ResultRow:
    """Count as missing only those of the two levels."""
    return replace(base, n_missing=int((either & ~known).sum()))


def _at_visit(
    course: Course, visit: int, known: BoolArray, first: BoolArray, base: ResultRow
) -> Iterator[ResultRow]:
    before, after = course.y[known, 0], course.y[known, visit]
    group, level = first[known].astype(np.float64), course.question.ci_level
    yield base.answered(ancova(after, before, group, ci_level=level), "as_published", headline=True)
    yield base.answered(
        change_score(after, before, group, ci_level=level),
        "as_published",
        estimand="mean_difference_of_changes",
    )
    yield base.answered(
        follow_up_only(after, group, ci_level=level), "as_published", estimand="mean_difference"
    )
    if course.one_row_each:
        yield base.answered(
            ancova(after, before, group, robust=True, ci_level=level), "cluster_aware"
        )
    else:
        cluster = course.cluster[known]
        yield base.answered(
            ancova_clustered(after, before, group, cluster, ci_level=level), "cluster_aware"
        )
