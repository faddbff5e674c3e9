"""Influence: how a result moves when one patient at a time is left out."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import encode
from procohort.stats.inference import BoolArray, Inference, not_estimable

ALPHA = 0.05


def leave_one_patient_out(
    answer: Callable[[BoolArray], Inference], cluster: npt.ArrayLike, *, alpha: float = ALPHA
) -> Inference:
    """Answer again without each patient in turn and return the range of the answers.

    Parameters
    ----------
    answer : callable
        Takes a mask of the rows to keep, shape (n,), and returns the result on them.
    cluster : array_like, shape (n,)
        Patient of each row.
    alpha : float
        Level at which a conclusion is drawn.

    Returns
    -------
    Inference
        `estimate` is that of all patients; `ci_low` and `ci_high` are the smallest
        and the largest estimate (a range, no confidence limits: `ci_level` is NaN),
        `p` the largest p. `extra` holds ``n_left_out`` (patients that could be left
        out), ``p_min``, ``p_max``, ``n_turned`` (patients without whom the
        conclusion at `alpha` is another) and ``n_failed`` (no result without them).

    Notes
    -----
    With a patient's rows their whole contribution goes: the jackknife over
    clusters, read as a range (Belsley, Kuh and Welsch 1980, chapter 2).

    Examples
    --------
    >>> mean = lambda keep: Inference("mean", estimate=float(y[keep].mean()), p=0.01)
    >>> y = np.array([1.0, 2.0, 9.0])
    >>> found = leave_one_patient_out(mean, [1, 2, 3])
    >>> (found.ci_low, found.ci_high)
    (1.5, 5.5)
    """
    method = "leave_one_patient_out"
    codes, levels = encode(cluster)
    whole = answer(np.ones(len(codes), dtype=bool))
    if whole.status != "ok":
        return not_estimable(method, "There is no result to begin with.", n=len(codes))
    if len(levels) < 3:
        return not_estimable(method, "Fewer than three patients.", n=len(codes))
    parts = [answer(codes != left_out) for left_out in range(len(levels))]
    found = [part for part in parts if part.status == "ok"]
    if not found:
        return not_estimable(method, "No result without any one of the patients.", n=len(codes))
    estimates = _known([part.estimate for part in found])
    p_values = _known([part.p for part in found])
    turned = sum((p < alpha) != (whole.p < alpha) for p in p_values)
    n_failed = len(parts) - len(found)
    return Inference(
        method=method,
        estimate=whole.estimate,
        ci_low=min(estimates, default=math.nan),
        ci_high=max(estimates, default=math.nan),
        p=max(p_values, default=math.nan),
        n=len(codes),
        n_clusters=len(levels),
        note=_note(p_values, turned, n_failed),
        extra={
            "p_min": min(p_values, default=math.nan),
            "p_max": max(p_values, default=math.nan),
            "n_left_out": float(len(found)),
            "n_turned": float(turned),
            "n_failed": float(n_failed),
        },
    )


def _known(values: list[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


def _note(p_values: list[float], turned: int, n_failed: int) -> str:
    said = []
    if p_values:
        said.append(
            f"p {min(p_values):.2g} to {max(p_values):.2g}; the 5 % conclusion turns for "
            f"{turned} of {len(p_values)} patients left out."
        )
    if n_failed:
        said.append(f"No result without {n_failed} of the patients.")
    return " ".join(said)
