"""Where the next series may lie, given those that were pooled."""

from __future__ import annotations

import math

from scipy.special import stdtrit

# With two series there is no degree of freedom left for the spread between them.
FEWEST_SERIES = 3


def prediction_interval(
    centre: float, se: float, tau: float, n_series: int, *, ci_level: float = 0.95
) -> tuple[float, float]:
    """Return the limits between which the true value of a new series is expected.

    Parameters
    ----------
    centre, se : float
        Pooled mean of the series and its standard error (on the scale on which
        the series are normal, such as log odds).
    tau : float
        Standard deviation between series.
    n_series : int
        Number of series pooled, K.
    ci_level : float
        Probability that the limits are meant to hold.

    Returns
    -------
    tuple of float
        centre -+ t_{K-2} sqrt(tau^2 + se^2); NaN with fewer than three series
        or where the spread between series is not known.

    Notes
    -----
    Higgins, Thompson & Spiegelhalter 2009, equation 12.

    Examples
    --------
    >>> low, high = prediction_interval(0.0, 0.1, 0.2, 10)
    >>> round(high, 3)
    0.516
    """
    if n_series < FEWEST_SERIES or math.isnan(tau) or math.isnan(se):
        return math.nan, math.nan
    quantile = float(stdtrit(n_series - 2.0, (1.0 + ci_level) / 2.0))
    half = quantile * math.sqrt(tau**2 + se**2)
    return centre - half, centre + half
