"""Who was seen at which visit, and who responded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from procohort.analyses.sample import numbers
from procohort.analyses.trajectory_sample import Course
from procohort.expressions import evaluate
from procohort.results import ResultRow
from procohort.stats.inference import BoolArray, FloatArray
from procohort.stats.responders import responder_rate
from procohort.trajectory_names import PATTERN_GROUP

MissingRule = Literal["non_responder", "left_out"]

RULES: tuple[MissingRule, ...] = ("non_responder", "left_out")
SEEN, NOT_SEEN = "x", "."


def patterns(course: Course) -> Iterator[ResultRow]:
    """Yield how many were seen at which visits, the most frequent pattern first.

    The level of a row spells the pattern, a letter per visit: ``x`` seen, ``.`` not. Dropping out
    is monotone where nobody comes back after a missed visit.
    """
    seen = ~np.isnan(course.y)
    spelled = ["".join(np.where(line, SEEN, NOT_SEEN)) for line in seen]
    counted = sorted(Counter(spelled).items(), key=lambda item: (-item[1], item[0]))
    of_pattern = np.array(spelled, dtype=object)
    for pattern, _ in counted:
        yield _counted(course, pattern, np.asarray(of_pattern == pattern, dtype=bool))
    comes_back: BoolArray = np.asarray((seen[:, 1:] & ~seen[:, :-1]).any(axis=1))
    complete: BoolArray = np.asarray(seen.all(axis=1))
    yield _counted(course, "all", complete, "n_complete")
    yield _counted(course, "all", ~complete & ~comes_back, "n_dropped_out")
    yield _counted(course, "all", comes_back, "n_intermittent")


def _counted(course: Course, level: str, which: BoolArray, estimand: str = "") -> ResultRow:
    """Return the row that counts some of the patients (or rows)."""
    of_unit = "n_patients" if course.question.unit == "patient" else "n_rows"
    counts = course.counts(which) | {"n_missing": 0}
    return course.question.row(
        estimand or of_unit,
        course.outcome,
        group=PATTERN_GROUP,
        level=level,
        unit="count",
        method="count",
        estimate=float(which.sum()),
        **counts,
    )


def responders(course: Course) -> Iterator[ResultRow]:
    """Yield the share of responders at every later visit, missing ones counted as declared.

    Only those with a baseline count. The answer under the other rule for missing values stands
    beside it.
    """
    rule = course.question.spec["responder"]
    if not rule["rule"] or (rule["outcomes"] and course.outcome not in rule["outcomes"]):
        return
    started = ~np.isnan(course.y[:, 0])
    for visit in range(1, len(course.visits)):
        responded = _responded(course, rule["rule"], visit)[started]
        for missing in RULES:
            yield from _share(course, visit, responded, started, missing)


def _responded(course: Course, rule: str, visit: int) -> FloatArray:
    """Return 1, 0 or NaN for each line: whether the rule holds at a visit."""
    values = pd.DataFrame(
        {
            "baseline": course.y[:, 0],
            "value": course.y[:, visit],
            "change": course.rounded(course.y[:, visit] - course.y[:, 0]),
        }
    ).astype("Float64")
    answer = numbers(evaluate(rule, values))
    answer[np.isnan(course.y[:, visit])] = np.nan
    return answer


def _share(
    course: Course, visit: int, responded: FloatArray, started: BoolArray, missing: MissingRule
) -> Iterator[ResultRow]:
    declared = missing == course.question.spec["responder"]["missing"]
    estimand = "proportion"
    if not declared:
        estimand = "proportion_of_known" if missing == "left_out" else "proportion_of_all"
    found = responder_rate(
        responded, course.sampling[started], missing=missing, ci_level=course.question.ci_level
    )
    used = started.copy()
    used[started] = ~np.isnan(responded) if missing == "left_out" else True
    fields: dict[str, Any] = {"unit": "1", "n_events": found.n_responders}
    # Missing are those without an answer, whether or not the rule counts them.
    base = course.row(estimand, visit, used, **fields | {"n_missing": found.n_missing})
    yield base.answered(found.rate, "as_published", headline=declared)
    yield base.answered(found.clustered, "cluster_aware", headline=declared)
