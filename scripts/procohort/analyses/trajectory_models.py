"""All visits in one model: every value that is known takes part, with effects of patients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from procohort.analyses.trajectory_groups import contrast_row, membership, pairs
from procohort.analyses.trajectory_sample import Course
from procohort.results import ResultRow
from procohort.stats.inference import BoolArray, Inference, not_estimable
from procohort.stats.multiplicity import holm
from procohort.stats.repeated_measures import (
    Covariance,
    VisitContrast,
    visit_changes,
    visit_group_differences,
)

# The primary answer first: scores of patients seldom spread alike at every visit, and one
# variance for all would make some intervals too narrow. The other takes over where so many
# covariances cannot be estimated.
COVARIANCES: tuple[Covariance, ...] = ("unstructured", "random_intercept")
NO_VALUES = "Nobody has a value at this visit, or at the baseline."


def visit_models(course: Course) -> Iterator[ResultRow]:
    """Yield the mean change of every later visit from baseline, all visits in one model.

    Where every patient has one line, the first model that answers at every visit is the
    cluster-aware headline.
    """
    seen = ~np.isnan(course.y)
    somewhere = np.asarray(seen.any(axis=1))
    line, visit = np.nonzero(seen)
    models = []
    for covariance in COVARIANCES:
        found: dict[int, Inference] = {}
        if seen[:, 0].any():
            contrasts = visit_changes(
                course.y[seen],
                visit,
                course.cluster[line],
                reference=0,
                covariance=covariance,
                ci_level=course.question.ci_level,
            )
            found = _by_visit(contrasts)
        rows = []
        for number in range(1, len(course.visits)):
            base = course.row(
                "mean_change",
                number,
                somewhere,
                unit=course.unit,
                reference=course.visits[0],
                n_missing=int((~seen[:, number]).sum()),
            )
            rows.append(_answered(base, found, number, covariance))
        models.append(holm_over_visits(rows))
    yield from _with_headline(models, course.one_row_each)


def group_models(course: Course) -> Iterator[ResultRow]:
    """Yield the difference of groups at every later visit, adjusted for the baseline.

    Parameters
    ----------
    course : Course
        Of everybody.
    """
    for pair in pairs(course):
        first, second = (membership(course, level) for level in pair)
        started = (first | second) & ~np.isnan(course.y[:, 0])
        models = [
            _group_model(course, pair, first, started, covariance) for covariance in COVARIANCES
        ]
        yield from _with_headline(models, True)


def _group_model(
    course: Course,
    pair: tuple[str, str],
    first: BoolArray,
    started: BoolArray,
    covariance: Covariance,
) -> list[ResultRow]:
    seen = ~np.isnan(course.y) & started[:, None]
    seen[:, 0] = False
    line, visit = np.nonzero(seen)
    found: dict[int, Inference] = {}
    if len(line):
        contrasts = visit_group_differences(
            course.y[seen],
            visit,
            first[line].astype(np.float64),
            course.cluster[line],
            baseline=course.y[line, 0],
            covariance=covariance,
            ci_level=course.question.ci_level,
        )
        found = _by_visit(contrasts)
    used = np.asarray(seen.any(axis=1))
    rows = []
    for number in range(1, len(course.visits)):
        base = contrast_row(course, number, pair, used)
        base = replace(base, n_missing=int((started & ~seen[:, number]).sum()))
        rows.append(_answered(base, found, number, covariance))
    return holm_over_visits(rows)


def _by_visit(contrasts: Sequence[VisitContrast]) -> dict[int, Inference]:
    return {int(contrast.visit): contrast.inference for contrast in contrasts}


def _answered(
    base: ResultRow, found: Mapping[int, Inference], visit: int, covariance: Covariance
) -> ResultRow:
    answer = found.get(visit) or not_estimable(f"mmrm_{covariance}", NO_VALUES)
    return base.answered(answer, "cluster_aware")


def _with_headline(models: Sequence[list[ResultRow]], one_row_each: bool) -> Iterator[ResultRow]:
    """Yield the rows of every model; those of the first that answers throughout are headlines."""
    answering = [rows for rows in models if all(row.status == "ok" for row in rows)]
    primary = answering[0] if answering else models[0]
    for rows in models:
        for row in rows:
            yield replace(row, headline=one_row_each and rows is primary)


def holm_over_visits(rows: Sequence[ResultRow]) -> list[ResultRow]:
    """Return the rows with p adjusted by Holm among those of one method and estimand.

    Cluster-aware rows only: what is shown as published stays as papers print it.
    """
    adjusted = list(rows)
    families: dict[tuple[str, str], list[int]] = {}
    for position, row in enumerate(rows):
        if row.perspective == "cluster_aware":
            families.setdefault((row.estimand, row.method), []).append(position)
    for positions in families.values():
        values = holm([rows[i].p for i in positions])
        for i, value in zip(positions, values, strict=True):
            adjusted[i] = replace(adjusted[i], p_holm=float(value))
    return adjusted
