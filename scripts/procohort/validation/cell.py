"""One part of a cell: simulate its cohorts, ask every method, count."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from procohort.progress import Report, unheard
from procohort.stats.inference import Inference
from procohort.validation.cohorts import Shape, shape_from_settings, simulate
from procohort.validation.methods import METHODS, Method
from procohort.validation.plan import ALPHA, Cell
from procohort.validation.truth import true_value

COLUMNS = ("cell", "method", "n_cohorts", "n_answered", "n_hits")

# Limits on recorded steps meet the true value exactly; rounding noise must not decide.
_TIE_TOLERANCE = 1e-9


def run_part(parameters: Mapping[str, Any], report: Report = unheard) -> list[dict[str, Any]]:
    """Return the counts of one part of a cell, one record for each method.

    Parameters
    ----------
    parameters : mapping
        From `plan.part_parameters`: ``cell``, ``shape``, ``cohorts`` (first, last + 1),
        ``n_resamples``.
    report : callable
        Told after each cohort how many of the part's are done.

    Returns
    -------
    list of dict
        ``n_hits``: rejections at 5 % where a test is tried, covered true values where an
        interval is; ``n_answered``: cohorts in which the method gave an answer at all.
    """
    cell, shape = Cell(**parameters["cell"]), shape_from_settings(parameters["shape"])
    first, beyond = parameters["cohorts"]
    methods = METHODS[cell.kind]
    truths = [_truth(method, cell, shape) for method in methods]
    answered, hits = [0] * len(methods), [0] * len(methods)
    for number in range(first, beyond):
        cohort = simulate(cell, shape, number)
        for position, method in enumerate(methods):
            found = method.answer(cohort, parameters["n_resamples"])
            if found.status == "ok":
                answered[position] += 1
                hits[position] += _hit(found, truths[position])
        report(number + 1 - first, beyond - first)
    return [
        {
            "cell": cell.id,
            "method": method.name,
            "n_cohorts": beyond - first,
            "n_answered": answered[position],
            "n_hits": hits[position],
        }
        for position, method in enumerate(methods)
    ]


def _truth(method: Method, cell: Cell, shape: Shape) -> float:
    return true_value(method.estimand, cell, shape) if method.estimand else math.nan


def _hit(found: Inference, truth: float) -> bool:
    if math.isnan(truth):
        return found.p <= ALPHA
    return found.ci_low - _TIE_TOLERANCE <= truth <= found.ci_high + _TIE_TOLERANCE
