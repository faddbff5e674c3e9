"""The tipping point: how alike the rows of a patient must be for a conclusion to turn.

A test that pools rows gives a p that is right only if the rows of one patient are as
different as any others: if the intraclass correlation (ICC) is 0. From that p, and from
the way the compared groups lie in the patients, follows the p at every other ICC; no
value of the outcome is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from procohort.stats.arrays import as_float, as_group, encode, midranks, same_length
from procohort.stats.inference import FloatArray

# Fine enough to find the first crossing of a curve that is smooth in the ICC.
_GRID = np.linspace(0.0, 1.0, 501)


@dataclass(frozen=True, slots=True)
class ClusterLayout:
    """How a contrast lies in the clusters: all that a correction for clustering needs.

    Attributes
    ----------
    n_rows, n_clusters : int
        Rows N and clusters (patients) K.
    full_design_effect : float
        f = sum_i (sum of c in patient i)^2 / sum c^2: the design effect of the contrast c
        if all rows of a patient were equal. 1 for single rows, the size-weighted mean
        cluster size for groups of whole patients, 0 for a contrast inside patients.
    trace, trace_of_square : float
        tr(A) and tr(A A) of A = Z' M Z, with Z the indicators of patients and M the
        residual maker of mean and contrast: how much of the residual variance, and of its
        square, is between patients.
    """

    n_rows: int
    n_clusters: int
    full_design_effect: float
    trace: float
    trace_of_square: float

    def design_effect(self, icc: npt.ArrayLike) -> FloatArray:
        """Return DE = 1 + (f - 1) icc, the variance of the contrast over that of single rows.

        Compound symmetry gives Var(sum c y) = sigma^2 [(1 - icc) sum c^2 + icc sum_i (sum of c
        in i)^2] (Scott and Holt 1982; Moulton 1986).
        """
        return 1.0 + (self.full_design_effect - 1.0) * np.asarray(icc, dtype=np.float64)

    def residual_share(self, icc: npt.ArrayLike) -> FloatArray:
        """Return E(s^2) / sigma^2 of the pooled residual variance: a little below 1."""
        rho = np.asarray(icc, dtype=np.float64)
        return (1.0 - rho) + rho * self.trace / (self.n_rows - 2)

    def df(self, icc: npt.ArrayLike) -> FloatArray:
        """Return the degrees of freedom of the pooled residual variance (Satterthwaite 1946).

        N - 2 without clustering; K - 2 if all rows of a patient were equal, sizes the same and
        groups of whole patients.
        """
        rho = np.asarray(icc, dtype=np.float64)
        free = self.n_rows - 2
        mean = (1.0 - rho) * free + rho * self.trace
        square = (1.0 - rho) ** 2 * free + 2.0 * rho * (1.0 - rho) * self.trace
        return np.asarray(mean**2 / (square + rho**2 * self.trace_of_square))


def group_contrast(group: npt.ArrayLike) -> FloatArray:
    """Return the contrast of two groups: 1 / n1 in the first, -1 / n0 in the other.

    Parameters
    ----------
    group : array_like of bool, shape (N,)

    Returns
    -------
    ndarray of float, shape (N,)
        Zero throughout if one group has no row.
    """
    first = as_group(group)
    n1, n = int(first.sum()), len(first)
    if n1 in (0, n):
        return np.zeros(n)
    return np.where(first, 1.0 / n1, -1.0 / (n - n1))


def rank_contrast(x: npt.ArrayLike) -> FloatArray:
    """Return the centred midranks of x, shape (N,): the contrast behind a rank correlation."""
    values = as_float(x, "x")
    return midranks(values) - (len(values) + 1.0) / 2.0


def layout_of(contrast: npt.ArrayLike, cluster: npt.ArrayLike) -> ClusterLayout | None:
    """Return how a contrast lies in the clusters of a table.

    Parameters
    ----------
    contrast : array_like of float, shape (N,)
        Weights that sum to zero; their scale does not matter.
    cluster : array_like, shape (N,)
        Patient of each row.

    Returns
    -------
    ClusterLayout or None
        None if the contrast is zero throughout, or there are fewer than 4 rows or 3 patients.

    Notes
    -----
    With sizes n_i, s_i the sum of c in patient i, and C = sum c^2, the residual maker of mean
    and contrast gives tr(A) = N - sum n_i^2 / N - f and tr(A A) = sum n_i^2 - 2 (sum n_i^3 / N
    + sum n_i s_i^2 / C) + (sum n_i^2 / N)^2 + 2 (sum n_i s_i)^2 / (N C) + f^2: no matrix is
    formed.

    Examples
    --------
    >>> layout_of(group_contrast([1, 1, 1, 1, 0, 0, 0, 0]), list("aabbccdd")).full_design_effect
    2.0
    """
    c = as_float(contrast, "contrast")
    codes, levels = encode(cluster)
    n, k = same_length(contrast=c, cluster=codes), len(levels)
    total = float(c @ c)
    if n < 4 or k < 3 or total == 0.0:
        return None
    sizes = np.bincount(codes).astype(np.float64)
    sums = np.bincount(codes, weights=c)
    f = float(sums @ sums) / total
    mean_size = float(sizes @ sizes) / n
    square = (
        float(sizes @ sizes)
        - 2.0 * (float(np.sum(sizes**3)) / n + float(sizes @ sums**2) / total)
        + mean_size**2
        + 2.0 * float(sizes @ sums) ** 2 / (n * total)
        + f**2
    )
    return ClusterLayout(n, k, f, n - mean_size - f, square)


def equal_layout(n_rows: int, n_clusters: int) -> ClusterLayout | None:
    """Return the layout of groups of whole patients who all have N / K rows.

    What a paper prints determines no more: f = N / K whatever the sizes of the groups are.

    Examples
    --------
    >>> equal_layout(40, 10).df([0.0, 1.0]).tolist()
    [38.0, 8.0]
    """
    if n_rows < 4 or n_clusters < 3 or n_rows < n_clusters:
        return None
    size = n_rows / n_clusters
    return ClusterLayout(
        n_rows, n_clusters, size, size * (n_clusters - 2), size**2 * (n_clusters - 2)
    )


def p_at_icc(
    p: float, layout: ClusterLayout, icc: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what a pooled p would be if the rows of a patient had an ICC.

    Parameters
    ----------
    p : float
        Two-sided p of a test that pools rows, above 0.
    layout : ClusterLayout
    icc : array_like of float, shape (M,)
        Between 0 and 1.

    Returns
    -------
    p, statistic, df : ndarray of float, shape (M,)
        `statistic` is the size of t without its sign.

    Raises
    ------
    ValueError
        If p is not above 0 and at most 1.

    Notes
    -----
    Hedges (2007): t = t0 sqrt(E(s^2) / sigma^2 / DE) on the degrees of freedom of the pooled
    variance at that ICC, from its equations for clusters of unequal size, here for any contrast.
    The published p becomes t0 on N - 2 degrees of freedom, those of a test that pools rows, so
    the curve begins at the printed p exactly. Two simpler ways are worse. A fixed t on K - 2
    degrees of freedom with a normal z does not begin at the printed p: few patients alone would
    turn a conclusion at an ICC of 0. K - 2 for both reads the printed p as a larger t than the
    authors had, and turns too late. For tests of ranks or of events it is an approximation: the
    ICC meant is that of the ranks, or of the event.

    Examples
    --------
    >>> found, t, df = p_at_icc(0.01, equal_layout(400, 40), [0.0, 0.1])
    >>> found.round(3).tolist(), df.round(1).tolist()
    ([0.01, 0.062], [398.0, 366.1])
    """
    if not 0.0 < p <= 1.0:
        raise ValueError(f"p: {p} is not above 0 and at most 1")
    rho = np.asarray(icc, dtype=np.float64)
    pooled_t = -float(stdtrit(layout.n_rows - 2, p / 2.0))
    df = layout.df(rho)
    # A contrast inside patients has no variance left at an ICC of 1: t is infinite there.
    with np.errstate(divide="ignore", invalid="ignore"):
        t = pooled_t * np.sqrt(layout.residual_share(rho) / layout.design_effect(rho))
    t = np.where(np.isnan(t), 0.0, t)
    # Without clustering p is the given one to the last digit: 0.05 must not become 0.0499...
    found = np.where(rho == 0.0, p, np.minimum(2.0 * stdtr(df, -t), 1.0))
    return found, t, df


def tipping_icc(p: float, layout: ClusterLayout, *, alpha: float = 0.05) -> float | None:
    """Return the smallest ICC at which p lies on the other side of alpha.

    Parameters
    ----------
    p : float
        Two-sided p of a test that pools rows; below `alpha` it is significant.
    layout : ClusterLayout
    alpha : float

    Returns
    -------
    float or None
        None if no ICC from 0 to 1 turns the conclusion: a contrast inside patients gains from
        clustering, so a significant one stays; between patients it loses, so one that is not
        significant stays.

    Notes
    -----
    Where the curve of `p_at_icc` (Hedges 2007) first crosses alpha; the degrees of freedom
    depend on the ICC, so the crossing is found by bisection (Brent 1973).

    Examples
    --------
    >>> round(tipping_icc(0.01, equal_layout(400, 40)), 3)
    0.081
    >>> tipping_icc(0.2, equal_layout(400, 40)) is None
    True
    """
    significant = p < alpha

    def is_other(found: FloatArray) -> npt.NDArray[np.bool_]:
        return np.asarray(found >= alpha if significant else found < alpha)

    turned = np.flatnonzero(is_other(p_at_icc(p, layout, _GRID)[0]))
    if not len(turned):
        return None
    first = int(turned[0])
    if first == 0:
        return 0.0

    def excess(icc: float) -> float:
        return float(p_at_icc(p, layout, icc)[0]) - alpha

    low, high = float(_GRID[first - 1]), float(_GRID[first])
    return cast(float, brentq(excess, low, high, xtol=1e-12))
