"""The Rao-Scott test of association: Pearson's chi-square corrected for clustering."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from procohort.stats.arrays import encode, same_length
from procohort.stats.few_events import FEWEST_EVENTS
from procohort.stats.inference import FloatArray, Inference, IntArray, not_estimable, refused


def rao_scott(outcome: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike) -> Inference:
    """Return the second-order corrected chi-square test of a clustered r x c table.

    Parameters
    ----------
    outcome, group : array_like, shape (n,)
        Labels of two or more levels each.
    cluster : array_like, shape (n,)
        Patient of each row.

    Returns
    -------
    Inference
        F statistic with `df` denominator degrees of freedom; ``df1`` and
        Pearson's ``chi_square`` in `extra`. `design_effect` is the mean
        generalised design effect. Refused when a cell holds fewer than 10 rows.

    Notes
    -----
    Rao & Scott 1984; F reference with Satterthwaite degrees of freedom after
    Thomas & Rao 1987, as R's svychisq(statistic="F"), which the reference
    values check.
    """
    rows, row_levels = encode(group, "group")
    columns, column_levels = encode(outcome, "outcome")
    codes, levels = encode(cluster)
    n = same_length(outcome=columns, group=rows, cluster=codes)
    n_rows, n_columns, n_clusters = len(row_levels), len(column_levels), len(levels)
    if n_rows < 2 or n_columns < 2:
        reason = "The table has fewer than two rows or columns that are not empty."
        return not_estimable("rao_scott", reason, n=n, n_clusters=n_clusters)
    if n_clusters < 2:
        reason = "All rows come from one patient."
        return not_estimable("rao_scott", reason, n=n, n_clusters=n_clusters)

    cell = rows * n_columns + columns
    counts = np.bincount(cell, minlength=n_rows * n_columns)
    if counts.min() < FEWEST_EVENTS:
        reason = (
            f"The smallest cell holds {counts.min()} rows; the test needs at least {FEWEST_EVENTS}."
        )
        return refused("rao_scott", reason, n=n, n_clusters=n_clusters)

    effects = _design_effects(cell, codes, n_clusters, counts, (n_rows, n_columns))
    trace = float(np.trace(effects))
    if trace <= 0:
        reason = "Every patient has the same table, so no variance between patients is left."
        return not_estimable("rao_scott", reason, n=n, n_clusters=n_clusters)
    df1 = trace**2 / float(np.trace(effects @ effects))
    df2 = df1 * (n_clusters - 1)
    chi_square = _pearson(counts.reshape(n_rows, n_columns))
    statistic = chi_square / trace
    mean_effect = trace / len(effects)
    return Inference(
        method="rao_scott",
        statistic=statistic,
        df=df2,
        p=float(fdtrc(df1, df2, statistic)),
        n=n,
        n_clusters=n_clusters,
        design_effect=mean_effect,
        n_effective=n / mean_effect,
        extra={"df1": df1, "chi_square": chi_square},
    )


def _pearson(counts: IntArray) -> float:
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return float(((counts - expected) ** 2 / expected).sum())


def _design_effects(
    cell: IntArray, codes: IntArray, n_clusters: int, counts: IntArray, shape: tuple[int, int]
) -> FloatArray:
    """Return the generalised design effect matrix of the interaction contrasts.

    Rao & Scott 1984: the covariance of the cell shares under
    clustering, against that of a multinomial sample, on log-linear contrasts.
    """
    n, n_cells = len(cell), len(counts)
    share = counts / n
    per_cluster = np.bincount(codes * n_cells + cell, minlength=n_clusters * n_cells)
    sizes = np.bincount(codes, minlength=n_clusters)
    residuals = (per_cluster.reshape(n_clusters, n_cells) - np.outer(sizes, share)) / n
    clustered = n_clusters / (n_clusters - 1) * residuals.T @ residuals

    contrasts = _interaction_contrasts(*shape)
    scaled = contrasts / share[:, None]
    simple = contrasts.T @ scaled / n
    return np.asarray(np.linalg.solve(simple, scaled.T @ clustered @ scaled), dtype=np.float64)


def _interaction_contrasts(n_rows: int, n_columns: int) -> FloatArray:
    """Return contrasts orthogonal to both margins, shape (r c, (r-1)(c-1))."""
    rows = np.eye(n_rows)[:, 1:] - 1.0 / n_rows
    columns = np.eye(n_columns)[:, 1:] - 1.0 / n_columns
    return np.asarray(np.kron(rows, columns), dtype=np.float64)
