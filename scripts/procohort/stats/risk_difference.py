"""Differences of two proportions: score, adjusted and cluster-aware limits."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import chdtrc, ndtri

from procohort.stats.arrays import as_group, encode, same_length
from procohort.stats.design_effect import effective_n
from procohort.stats.inference import Array, Inference, not_estimable
from procohort.stats.limits import beta_limits, t_ratio_squared, wilson_limits
from procohort.stats.proportions import korn_graubard
from procohort.stats.restricted_difference import restricted_p0

# Assumed intracluster correlations of an arm whose own cannot be estimated.
SENSITIVITY_ICCS = (0.05, 0.1)

# Stands for an infinite score: the root finder needs finite numbers.
_BEYOND_ANY_Z = 1e9


def newcombe(events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95) -> Inference:
    """Return a risk difference with hybrid score limits (Newcombe 1998, method 10).

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Difference of proportions, group 1 minus group 0, and its limits.

    Examples
    --------
    >>> round(newcombe(5, 180, 0, 278).ci_low, 4)
    0.0069
    """
    problem = _problem("newcombe", events1, n1, events0, n0)
    if problem is not None:
        return problem
    limits = _mover(
        events1 / n1,
        wilson_limits(events1, n1, ci_level),
        events0 / n0,
        wilson_limits(events0, n0, ci_level),
    )
    return _difference("newcombe", events1 / n1 - events0 / n0, limits, ci_level, n1 + n0)


def agresti_caffo(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return a risk difference with adjusted Wald limits (Agresti & Caffo 2000).

    One event and one non-event are added per group for the limits; the
    estimate is the observed difference. Arguments as in `newcombe`.
    """
    problem = _problem("agresti_caffo", events1, n1, events0, n0)
    if problem is not None:
        return problem
    p1, p0 = (events1 + 1) / (n1 + 2), (events0 + 1) / (n0 + 2)
    half_width = float(ndtri((1.0 + ci_level) / 2.0)) * math.sqrt(
        p1 * (1 - p1) / (n1 + 2) + p0 * (1 - p0) / (n0 + 2)
    )
    limits = max(-1.0, p1 - p0 - half_width), min(1.0, p1 - p0 + half_width)
    return _difference("agresti_caffo", events1 / n1 - events0 / n0, limits, ci_level, n1 + n0)


def miettinen_nurminen(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return a risk difference with score limits and p (Miettinen & Nurminen 1985).

    The limits are the differences at which the score statistic, with variance
    at the restricted maximum likelihood estimates and the factor N/(N-1),
    equals the normal quantile. `statistic` is the score z of no difference.
    Arguments as in `newcombe`.
    """
    problem = _problem("miettinen_nurminen", events1, n1, events0, n0)
    if problem is not None:
        return problem
    estimate = events1 / n1 - events0 / n0
    z = float(ndtri((1.0 + ci_level) / 2.0))

    def score(difference: float) -> float:
        return _score_z(difference, events1, n1, events0, n0)

    # The score falls with the difference tested; at +-1 it may stay inside z.
    low, high = -1.0, 1.0
    if estimate > -1.0 and score(-1.0) > z:
        low = float(brentq(lambda d: score(d) - z, -1.0, estimate, xtol=1e-15, rtol=1e-14))
    if estimate < 1.0 and score(1.0) < -z:
        high = float(brentq(lambda d: score(d) + z, estimate, 1.0, xtol=1e-15, rtol=1e-14))
    result = _difference("miettinen_nurminen", estimate, (low, high), ci_level, n1 + n0)
    if events1 + events0 in (0, n1 + n0):
        return result.with_(note="Both groups show the same constant outcome; p does not exist.")
    statistic = score(0.0)
    return result.with_(statistic=statistic, p=float(chdtrc(1, statistic**2)))


def mover_korn_graubard(
    events: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    ci_level: float = 0.95,
) -> Inference:
    """Return a risk difference with limits from Korn-Graubard limits of each group.

    Parameters
    ----------
    events : array_like of 0/1, shape (n,)
        Whether the row is an event.
    group : array_like of 0/1, shape (n,)
        1 = group of interest, 0 = reference.
    cluster : array_like, shape (n,)
        Patient of each row.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Difference of proportions, group 1 minus group 0. In `extra` per group
        the rate, its limits and the design effect. If a group's design effect
        is not estimable, the limits take it as 1, and ``ci_low_icc_0.05``,
        ``ci_high_icc_0.05`` (and 0.1) hold the limits under assumed
        intracluster correlations.

    Notes
    -----
    Method of variance estimates recovery (Zou & Donner 2008):
    L = d - sqrt((p1 - l1)^2 + (u0 - p0)^2), U = d + sqrt((u1 - p1)^2 + (p0 - l0)^2).
    It takes the groups as independent; patients with rows in both make the
    limits too wide when rows of a patient resemble each other; the note counts them.
    """
    method = "mover_korn_graubard"
    event, in_group = as_group(events, "events"), as_group(group, "group")
    codes, levels = encode(cluster)
    n = same_length(events=event, group=in_group, cluster=codes)
    if in_group.all() or not in_group.any():
        return not_estimable(method, "One group has no rows.", n=n, n_clusters=len(levels))

    arms = [
        korn_graubard(event[rows], codes[rows], ci_level=ci_level) for rows in (in_group, ~in_group)
    ]
    limits = _mover(*_rate_and_limits(arms[0]), *_rate_and_limits(arms[1]))
    extra: dict[str, float] = {}
    for suffix, arm in zip("10", arms, strict=True):
        extra[f"rate_{suffix}"] = arm.estimate
        extra[f"ci_low_{suffix}"] = arm.ci_low
        extra[f"ci_high_{suffix}"] = arm.ci_high
        extra[f"design_effect_{suffix}"] = arm.design_effect

    notes = []
    if any(math.isnan(arm.design_effect) for arm in arms):
        notes.append("a group's design effect is not estimable and is taken as 1")
        for icc in SENSITIVITY_ICCS:
            low, high = _mover(
                *_assumed(arms[0], codes[in_group], icc), *_assumed(arms[1], codes[~in_group], icc)
            )
            extra |= {f"ci_low_icc_{icc}": low, f"ci_high_icc_{icc}": high}
            notes.append(
                f"an intracluster correlation of {icc} gives {100 * low:.1f} to {100 * high:.1f} "
                "percentage points"
            )
    shared = len(np.intersect1d(codes[in_group], codes[~in_group]))
    if shared:
        notes.append(
            f"for the interval, {shared} patients with rows in both groups are taken as independent"
        )
    note = "; ".join(notes)
    return _difference(method, arms[0].estimate - arms[1].estimate, limits, ci_level, n).with_(
        n_clusters=len(levels), extra=extra, note=f"{note[:1].upper()}{note[1:]}." * bool(note)
    )


def _problem(method: str, events1: int, n1: int, events0: int, n0: int) -> Inference | None:
    """Return the result for an empty group, or None; raise for impossible counts."""
    for events, trials in ((events1, n1), (events0, n0)):
        if int(events) != events or int(trials) != trials or not 0 <= events <= trials:
            raise ValueError(f"events {events}, trials {trials}: expected counts, events <= trials")
    if n1 == 0 or n0 == 0:
        return not_estimable(method, "One group has no rows.", n=n1 + n0)
    return None


def _difference(
    method: str, estimate: float, limits: tuple[float, float], ci_level: float, n: int
) -> Inference:
    return Inference(method, estimate, limits[0], limits[1], ci_level, n=n)


def _mover(
    p1: float, limits1: tuple[float, float], p0: float, limits0: tuple[float, float]
) -> tuple[float, float]:
    """Return limits of p1 - p0 from the limits of each (Zou & Donner 2008)."""
    low = p1 - p0 - math.hypot(p1 - limits1[0], limits0[1] - p0)
    high = p1 - p0 + math.hypot(limits1[1] - p1, p0 - limits0[0])
    return max(-1.0, low), min(1.0, high)


def _rate_and_limits(arm: Inference) -> tuple[float, tuple[float, float]]:
    return arm.estimate, (arm.ci_low, arm.ci_high)


def _assumed(arm: Inference, codes: Array, icc: float) -> tuple[float, tuple[float, float]]:
    """Return rate and limits of an arm, under an assumed ICC if its own cannot be estimated."""
    if not math.isnan(arm.design_effect):
        return _rate_and_limits(arm)
    _, sizes = np.unique(codes, return_counts=True)
    n_beta = effective_n(sizes, icc)
    if len(sizes) > 1:
        n_beta *= t_ratio_squared(arm.n, len(sizes), arm.ci_level)
    return arm.estimate, beta_limits(n_beta * arm.estimate, n_beta, arm.ci_level)


def _score_z(difference: float, events1: int, n1: int, events0: int, n0: int) -> float:
    """Return the score statistic of a tested difference (Miettinen & Nurminen 1985).

    (p1 - p0 - d) / sqrt((P1 (1 - P1) / n1 + P0 (1 - P0) / n0) N / (N - 1)), where
    P1 = P0 + d are the maximum likelihood estimates under the difference d.
    """
    n = n1 + n0
    p0 = restricted_p0(difference, events1, n1, events0, n0)
    p1 = p0 + difference
    distance = events1 / n1 - events0 / n0 - difference
    variance = (p1 * (1.0 - p1) / n1 + p0 * (1.0 - p0) / n0) * n / (n - 1)
    if distance == 0.0:
        return 0.0
    if variance <= 0.0:
        return math.copysign(_BEYOND_ANY_Z, distance)
    return distance / math.sqrt(variance)
