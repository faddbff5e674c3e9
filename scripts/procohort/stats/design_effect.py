"""How much clustering inflates a variance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import as_float


def design_effect(cluster_sizes: npt.ArrayLike, icc: float) -> float:
    """Return 1 + (sum n_i^2 / N - 1) icc, the variance inflation of a mean over clusters.

    Unequal sizes enter through the size-weighted mean size (Kish 1965; Donner and Klar 2000), not
    through the plain mean size, which is too small. The factor holds for means and for contrasts
    between patients; a contrast inside patients has one below 1.

    Parameters
    ----------
    cluster_sizes : array_like, shape (K,)
        Rows of each patient.
    icc : float
        Intraclass correlation; a negative estimate counts as zero.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is no cluster or a size is not positive.

    Examples
    --------
    >>> design_effect([10, 10, 10], 0.5)
    5.5
    """
    sizes = as_float(cluster_sizes, "cluster_sizes")
    if len(sizes) == 0 or (sizes <= 0).any():
        raise ValueError("cluster_sizes: every patient needs at least one row")
    return 1.0 + (float(np.sum(sizes**2) / np.sum(sizes)) - 1.0) * max(icc, 0.0)


def effective_n(cluster_sizes: npt.ArrayLike, icc: float) -> float:
    """Return the number of independent rows that carry as much as the clustered ones."""
    return float(np.sum(as_float(cluster_sizes, "cluster_sizes"))) / design_effect(
        cluster_sizes, icc
    )
