"""Boschloo's unconditional exact test of a 2 x 2 table."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, xlog1py, xlogy

from procohort.stats.conditional_odds import TIE_FACTOR, one_table
from procohort.stats.counts import constant_table
from procohort.stats.inference import FloatArray, Inference

_GRID = 2001


def boschloo(events1: int, n1: int, events0: int, n0: int) -> Inference:
    """Return Boschloo's test: Fisher's two-sided p as the statistic of an unconditional test.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).

    Returns
    -------
    Inference
        `statistic` is Fisher's two-sided p; `p` the largest probability, over the common risk,
        of a table whose Fisher p is at most that, hence never above it; ``risk`` in `extra`
        is the common risk that gives it.

    Notes
    -----
    Boschloo (1970), two-sided ordering of tables by Fisher's p as in R's Exact. SciPy's
    `boschloo_exact` doubles a one-sided p instead and takes groups as columns.

    Examples
    --------
    >>> result = boschloo(3, 4, 1, 4)
    >>> result.p < result.statistic
    True
    """
    method = "boschloo"
    if (problem := constant_table(method, events1, n1, events0, n0)) is not None:
        return problem
    n, totals = n1 + n0, np.arange(n1 + n0 + 1)
    observed = one_table(events1, n1, events0, n0).p_minlike()
    rejection = _rejection_by_total(n1, n0, observed)
    log_binomial = (
        gammaln(n + 1) - gammaln(np.arange(n + 1) + 1) - gammaln(n - np.arange(n + 1) + 1)
    )
    totals = np.arange(n + 1)

    def probability(risk: float) -> float:
        log_share = log_binomial + xlogy(totals, risk) + xlog1py(n - totals, -risk)
        return float(np.exp(log_share) @ rejection)

    grid = np.linspace(0.0, 1.0, _GRID)
    on_grid = np.array([probability(risk) for risk in grid])
    best = int(on_grid.argmax())
    around = grid[max(0, best - 1)], grid[min(_GRID - 1, best + 1)]
    refined = minimize_scalar(
        lambda risk: -probability(risk), bounds=around, method="bounded", options={"xatol": 1e-12}
    )
    risk = float(refined.x) if -refined.fun >= on_grid[best] else float(grid[best])
    return Inference(
        method=method,
        statistic=observed,
        p=min(1.0, probability(risk)),
        n=n,
        extra={"risk": risk},
    )


def _rejection_by_total(n1: int, n0: int, observed: float) -> FloatArray:
    """Return, per total number of events, the conditional probability of a table as extreme.

    Given the total, tables are ordered by probability, so a Fisher p is a running sum of sorted
    probabilities, equally probable tables together.
    """
    n = n1 + n0
    rejection = np.zeros(n + 1)
    for total in range(n + 1):
        first = min(total, n1)
        probability = np.sort(one_table(first, n1, total - first, n0).probabilities())
        tied = np.searchsorted(probability, probability * TIE_FACTOR, side="right")
        fisher_p = np.cumsum(probability)[tied - 1]
        rejection[total] = probability[fisher_p <= observed * TIE_FACTOR].sum()
    return rejection
