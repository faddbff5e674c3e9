"""Rank association over independent rows: Kendall's tau and Spearman's permutation test."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from procohort.stats.arrays import as_float, midranks, same_length
from procohort.stats.inference import FloatArray, Inference, not_estimable

_CONSTANT = "One of the two variables is constant: it has no correlation."


def kendall(x: npt.ArrayLike, y: npt.ArrayLike) -> Inference:
    """Kendall's tau-b with the normal approximation, corrected for ties.

    Parameters
    ----------
    x, y : array_like, shape (n,)

    Returns
    -------
    Inference
        `estimate` is tau-b, `statistic` the normal z; ``s``, the number of concordant minus
        discordant pairs, and its ``variance`` in `extra`. Rows count as independent.

    Notes
    -----
    Kendall (1970), Rank Correlation Methods, chapters 3 (tau-b) and 4 (variance with ties).

    Examples
    --------
    >>> round(kendall([1, 2, 3, 4], [1, 3, 2, 4]).estimate, 6)
    0.666667
    """
    first, second = as_float(x, "x"), as_float(y, "y")
    n = same_length(x=first, y=second)
    if n < 3:
        return not_estimable("kendall", "Too few rows for a rank correlation.", n=n)
    ties_x, ties_y = _tie_counts(first), _tie_counts(second)
    if len(ties_x) == 1 or len(ties_y) == 1:
        return not_estimable("kendall", _CONSTANT, n=n)
    from scipy.stats import kendalltau

    n_pairs = n * (n - 1) / 2.0
    untied = [n_pairs - float((t * (t - 1)).sum()) / 2.0 for t in (ties_x, ties_y)]
    scale = math.sqrt(untied[0] * untied[1])
    # SciPy counts the pairs by merge sort; tau times its scale is that whole number again.
    s = round(float(kendalltau(first, second, method="asymptotic").statistic) * scale)
    variance = _variance_of_s(n, ties_x, ties_y)
    z = s / math.sqrt(variance)
    return Inference(
        method="kendall",
        estimate=s / scale,
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=n,
        extra={"s": float(s), "variance": variance},
    )


def spearman_permutation(x: npt.ArrayLike, y: npt.ArrayLike) -> Inference:
    """Spearman's rho with the normal approximation to its permutation distribution.

    Given the ties, a random pairing of the midranks has mean correlation 0 and variance
    1 / (n - 1), so z = rho sqrt(n - 1) (Hoeffding 1951; Strasser and Weber 1999).

    Parameters
    ----------
    x, y : array_like, shape (n,)

    Returns
    -------
    Inference
        rho, z in `statistic`, p. Rows count as independent.
    """
    method = "spearman_permutation"
    first, second = as_float(x, "x"), as_float(y, "y")
    n = same_length(x=first, y=second)
    if n < 3:
        return not_estimable(method, "Too few rows for a rank correlation.", n=n)
    centred = [midranks(values) - (n + 1) / 2.0 for values in (first, second)]
    squares = [float(part @ part) for part in centred]
    if min(squares) == 0.0:
        return not_estimable(method, _CONSTANT, n=n)
    rho = float(centred[0] @ centred[1]) / math.sqrt(squares[0] * squares[1])
    z = rho * math.sqrt(n - 1.0)
    return Inference(
        method=method,
        estimate=max(-1.0, min(1.0, rho)),
        statistic=z,
        p=2.0 * float(ndtr(-abs(z))),
        n=n,
    )


def _tie_counts(values: FloatArray) -> FloatArray:
    return np.unique(values, return_counts=True)[1].astype(np.float64)


def _variance_of_s(n: int, ties_x: FloatArray, ties_y: FloatArray) -> float:
    def sums(t: FloatArray) -> tuple[float, float, float]:
        pairs = t * (t - 1.0)
        return (
            float((pairs * (2.0 * t + 5.0)).sum()),
            float((pairs * (t - 2.0)).sum()),
            float(pairs.sum()),
        )

    (x5, x3, x2), (y5, y3, y2) = sums(ties_x), sums(ties_y)
    return (
        (n * (n - 1.0) * (2.0 * n + 5.0) - x5 - y5) / 18.0
        + x3 * y3 / (9.0 * n * (n - 1.0) * (n - 2.0))
        + x2 * y2 / (2.0 * n * (n - 1.0))
    )
