"""Fisher's exact test with the limits that agree with its p, and Blaker's test."""

from __future__ import annotations

from procohort.stats import conditional_odds
from procohort.stats.conditional_odds import ConditionalCount
from procohort.stats.counts import constant_table
from procohort.stats.exact_two_sided import blaker_limits, blaker_p, minlike_limits
from procohort.stats.inference import Inference


def fisher_exact_minlike(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return Fisher's exact test with limits that invert its own two-sided p (Fay 2010).

    `fisher_exact_2x2` prints the same p beside central limits, as R does, and the two can
    disagree about an odds ratio of 1; these cannot.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Conditional odds ratio (0 or inf when a group has no events or only events), limits,
        p; the one-sided ``p_less`` and ``p_greater`` in `extra`.

    Examples
    --------
    >>> round(fisher_exact_minlike(15, 25, 7, 29).ci_low, 4)
    1.2822
    """
    method = "fisher_exact_minlike"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem
    count = conditional_odds.one_table(events1, n1, events0, n0)
    return _result(
        method,
        count,
        count.p_minlike(),
        limits=minlike_limits(count, ci_level),
        ci_level=ci_level,
        n=n1 + n0,
    )


def fisher_exact_blaker(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return Blaker's exact test of a 2 x 2 table with its limits (Blaker 2000).

    Its limits always lie inside the central ones. Arguments and result as
    `fisher_exact_minlike`.
    """
    method = "fisher_exact_blaker"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem
    count = conditional_odds.one_table(events1, n1, events0, n0)
    limits = blaker_limits(count, ci_level)
    return _result(method, count, blaker_p(count, 0.0), limits=limits, ci_level=ci_level, n=n1 + n0)


def _result(
    method: str,
    count: ConditionalCount,
    p: float,
    *,
    limits: tuple[float, float],
    ci_level: float,
    n: int,
) -> Inference:
    return Inference(
        method=method,
        estimate=count.odds_ratio(),
        ci_low=limits[0],
        ci_high=limits[1],
        ci_level=ci_level,
        p=p,
        n=n,
        extra={
            "p_less": min(1.0, count.tail(0.0, upper=False, mid=False)),
            "p_greater": min(1.0, count.tail(0.0, upper=True, mid=False)),
        },
    )
