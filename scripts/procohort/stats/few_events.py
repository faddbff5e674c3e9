"""The rule by which regression models of a binary outcome refuse too few events."""

from __future__ import annotations

import numpy as np

from procohort.stats.inference import Array, BoolArray

# Below this, sandwich and likelihood standard errors of a logit are wrong in
# either direction (Peduzzi et al. 1996; van Smeden et al. 2016 for separation).
FEWEST_EVENTS = 10


def too_few_events(events: BoolArray, group: Array) -> str:
    """Return why a logit model of these groups is refused, or an empty string.

    The rarer outcome counts, so that recoding success as failure changes nothing.

    Parameters
    ----------
    events : ndarray of bool, shape (n,)
        Whether the row is an event.
    group : ndarray, shape (n,)
        Group label of each row.

    Returns
    -------
    str
        One sentence naming the smallest cell, or ``""`` when every group has
        at least 10 events and 10 rows without event.

    Examples
    --------
    >>> import numpy as np
    >>> too_few_events(np.repeat([True, False], 20), np.tile([0, 1], 20))
    ''
    """
    _, codes = np.unique(group, return_inverse=True)
    n_rows = np.bincount(codes)
    n_events = np.bincount(codes, weights=events).astype(np.int64)
    if len(n_rows) < 2:
        return "There is only one group."
    rarest = int(np.minimum(n_events, n_rows - n_events).min())
    if rarest == 0:
        return (
            "One group has no events or only events (separation): a logit model has no finite "
            "estimate, although software may print one."
        )
    if rarest < FEWEST_EVENTS:
        return (
            f"The rarer outcome occurs only {rarest} times in one group; a logit model needs at "
            f"least {FEWEST_EVENTS}."
        )
    return ""
