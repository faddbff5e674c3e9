"""Proportions and their limits, and tests of association in tables of counts."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from procohort.stats import conditional_odds
from procohort.stats.arrays import as_group, encode, same_length
from procohort.stats.inference import NAN, FloatArray, Inference, IntArray, not_estimable
from procohort.stats.limits import beta_limits, t_ratio_squared, wilson_limits
from procohort.stats.table_enumeration import same_margin_p

# Cochran's rule: the chi-square approximation is trusted from here on.
SMALLEST_EXPECTED_FOR_CHI_SQUARE = 5.0


def count_2x2(events: npt.ArrayLike, group: npt.ArrayLike) -> tuple[int, int, int, int]:
    """Return (events1, n1, events0, n0): events and rows of group 1 and of group 0.

    Examples
    --------
    >>> count_2x2([1, 0, 0, 1, 1], [1, 1, 1, 0, 0])
    (1, 3, 2, 2)
    """
    event, in_group = as_group(events, "events"), as_group(group, "group")
    same_length(events=event, group=in_group)
    n1 = int(in_group.sum())
    events1 = int((event & in_group).sum())
    return events1, n1, int(event.sum()) - events1, len(event) - n1


def clopper_pearson(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with exact binomial limits (Clopper & Pearson 1934).

    Parameters
    ----------
    events, trials : int
        Number of events among independent trials.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Proportion (0 to 1) and limits; not estimable without trials.

    Raises
    ------
    ValueError
        If the counts are not whole numbers with 0 <= events <= trials.

    Examples
    --------
    >>> round(clopper_pearson(9, 458).ci_high, 4)
    0.037
    """
    events, trials = _checked_counts(events, trials)
    if trials == 0:
        return not_estimable("clopper_pearson", "There are no trials.")
    low, high = beta_limits(events, trials, ci_level)
    return _rate("clopper_pearson", events, trials, (low, high), ci_level)


def wilson(events: int, trials: int, *, ci_level: float = 0.95) -> Inference:
    """Return a proportion with Wilson score limits (Wilson 1927); see `clopper_pearson`."""
    events, trials = _checked_counts(events, trials)
    if trials == 0:
        return not_estimable("wilson", "There are no trials.")
    return _rate("wilson", events, trials, wilson_limits(events, trials, ci_level), ci_level)


def korn_graubard(
    events: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Return a proportion with limits that allow for patients contributing several rows.

    Clopper-Pearson limits on an effective number of rows: the rows divided by
    the design effect (never below 1), times the squared ratio of t quantiles
    with N - 1 and K - 1 degrees of freedom.

    Parameters
    ----------
    events : array_like of 0/1, shape (n,)
        Whether the row is an event.
    cluster : array_like, shape (n,)
        Patient of each row.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Proportion, limits, `design_effect`, `n_effective`. In `extra`: the
        limits with the design effect left free (``ci_low_untruncated``,
        ``ci_high_untruncated``; these equal R's svyciprop(method="beta")),
        the rows behind the limits (``n_beta``) and counts. When the design
        effect is not estimable (no events, only events, one patient), the
        limits are Clopper-Pearson's on rows, and ``ci_low_patients``,
        ``ci_high_patients`` give them on as many trials as there are patients.

    Notes
    -----
    Korn & Graubard 1998; design effect from the between-patient
    variance v = K/(K-1) sum_i (sum_k (y_ik - p))^2 / N^2.

    Examples
    --------
    >>> result = korn_graubard([1, 1, 0, 0, 0, 0, 1, 0], [1, 1, 2, 2, 3, 3, 4, 4])
    >>> result.design_effect > 1
    True
    """
    event = as_group(events, "events")
    codes, levels = encode(cluster)
    n, n_clusters = same_length(events=event, cluster=codes), len(levels)
    if n == 0:
        return not_estimable("korn_graubard", "There are no rows.")
    events_per_cluster = np.bincount(codes[event], minlength=n_clusters)
    total = int(event.sum())
    extra = {
        "n_events": float(total),
        "n_clusters_with_event": float((events_per_cluster > 0).sum()),
    }
    base = Inference("korn_graubard", total / n, ci_level=ci_level, n=n, n_clusters=n_clusters)
    if total in (0, n) or n_clusters == 1:
        low, high = beta_limits(total, n, ci_level)
        on_patients = beta_limits(n_clusters * total / n, n_clusters, ci_level)
        extra |= {"ci_low_patients": on_patients[0], "ci_high_patients": on_patients[1]}
        return base.with_(
            ci_low=low, ci_high=high, note=_fallback_note(total, n, n_clusters), extra=extra
        )

    free_design_effect = _design_effect(codes, events_per_cluster, n, total)
    design_effect = max(1.0, free_design_effect)
    n_beta = n / design_effect * t_ratio_squared(n, n_clusters, ci_level)
    low, high = beta_limits(n_beta * total / n, n_beta, ci_level)
    free_low, free_high = NAN, NAN
    if free_design_effect > 0:
        free_n = n / free_design_effect * t_ratio_squared(n, n_clusters, ci_level)
        free_low, free_high = beta_limits(free_n * total / n, free_n, ci_level)
    extra |= {
        "n_beta": n_beta,
        "design_effect_untruncated": free_design_effect,
        "ci_low_untruncated": free_low,
        "ci_high_untruncated": free_high,
    }
    return base.with_(
        ci_low=low,
        ci_high=high,
        df=float(n_clusters - 1),
        design_effect=design_effect,
        n_effective=n / design_effect,
        extra=extra,
    )


def fisher_exact_2x2(
    events1: int, n1: int, events0: int, n0: int, *, ci_level: float = 0.95
) -> Inference:
    """Return Fisher's exact test with the conditional odds ratio and its limits.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Events and trials in group 1 and in group 0 (the reference).
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        `p`: all tables at most as probable as the observed one (R's and
        SciPy's two-sided p). `estimate`: conditional maximum likelihood odds
        ratio, 0 or inf when a group has no events or only events.
        `ci_low`, `ci_high`: central exact limits (Cornfield 1956). In `extra`:
        ``p_central``, ``p_midp``, ``ci_low_midp``, ``ci_high_midp`` (Lancaster
        1961), ``odds_ratio_sample``, ``min_expected``.

    Examples
    --------
    >>> round(fisher_exact_2x2(3, 4, 1, 4).p, 4)
    0.4857
    """
    events1, n1 = _checked_counts(events1, n1)
    events0, n0 = _checked_counts(events0, n0)
    n, n_events = n1 + n0, events1 + events0
    if n1 == 0 or n0 == 0:
        return not_estimable("fisher_exact", "One group has no rows.", n=n)
    if n_events in (0, n):
        absent = "events" if n_events == 0 else "rows without event"
        return not_estimable("fisher_exact", f"There are no {absent} in either group.", n=n)

    count = conditional_odds.one_table(events1, n1, events0, n0)
    low, high = count.limits(ci_level)
    low_midp, high_midp = count.limits(ci_level, mid=True)
    cross = events1 * (n0 - events0), events0 * (n1 - events1)
    return Inference(
        method="fisher_exact",
        estimate=count.odds_ratio(),
        ci_low=low,
        ci_high=high,
        ci_level=ci_level,
        p=count.p_minlike(),
        n=n,
        extra={
            "p_central": count.p_central(),
            "p_midp": count.p_central(mid=True),
            "ci_low_midp": low_midp,
            "ci_high_midp": high_midp,
            "odds_ratio_sample": cross[0] / cross[1] if cross[1] else float("inf"),
            "min_expected": min(n1, n0) * min(n_events, n - n_events) / n,
        },
    )


def fisher_exact_table(table: npt.ArrayLike, *, max_tables: int = 2_000_000) -> Inference:
    """Return the exact test of an r x c table by enumeration (Freeman & Halton 1951).

    Parameters
    ----------
    table : array_like of int, shape (r, c)
        Counts; rows are groups. Empty rows and columns are left out.
    max_tables : int
        The test is refused when more tables than this share the margins.

    Returns
    -------
    Inference
        `p` and, in `extra`, ``n_tables`` and ``min_expected``. The same table
        gives the same p every time: nothing is drawn at random.

    Examples
    --------
    >>> round(fisher_exact_table([[3, 1], [1, 3]]).p, 4)
    0.4857
    """
    counts = _checked_table(table)
    n = int(counts.sum())
    if min(counts.shape) < 2:
        return not_estimable("fisher_exact", _ONE_LEVEL, n=n)
    p, n_tables = same_margin_p(counts, max_tables)
    if math.isnan(p):
        reason = f"More than {max_tables} tables share the margins; use the chi-square test."
        return Inference("fisher_exact", n=n, status="refused", note=reason)
    extra = {"n_tables": float(n_tables), "min_expected": float(_expected(counts).min())}
    return Inference("fisher_exact", p=p, n=n, extra=extra)


def chi_square(table: npt.ArrayLike) -> Inference:
    """Return Pearson's chi-square test without continuity correction (Pearson 1900).

    Parameters
    ----------
    table : array_like of int, shape (r, c)
        Counts; rows are groups. Empty rows and columns are left out.

    Returns
    -------
    Inference
        `statistic`, `df`, `p`; in `extra` ``min_expected``, ``cramers_v`` and
        the p of the statistic times (N-1)/N (``p_n_minus_1``, Campbell 2007).

    Examples
    --------
    >>> round(chi_square([[5, 175], [0, 278]]).p, 4)
    0.0052
    """
    counts = _checked_table(table)
    n = int(counts.sum())
    if min(counts.shape) < 2:
        return not_estimable("chi_square", _ONE_LEVEL, n=n)
    expected = _expected(counts)
    statistic = float(((counts - expected) ** 2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return Inference(
        method="chi_square",
        statistic=statistic,
        df=float(df),
        p=float(chdtrc(df, statistic)),
        n=n,
        extra={
            "min_expected": float(expected.min()),
            "cramers_v": math.sqrt(statistic / (n * (min(counts.shape) - 1))),
            "p_n_minus_1": float(chdtrc(df, statistic * (n - 1) / n)),
        },
    )


def chi_square_or_fisher(table: npt.ArrayLike, *, ci_level: float = 0.95) -> Inference:
    """Return the chi-square test if every expected count is at least 5, else the exact test.

    Parameters
    ----------
    table : array_like of int, shape (r, c)
        Counts; in a 2 x 2 table, row 0 is group 1 and column 0 counts events.

    Returns
    -------
    Inference
        Of `chi_square`, `fisher_exact_2x2` (2 x 2) or `fisher_exact_table`;
        `method` says which.
    """
    counts = _checked_table(table)
    if min(counts.shape) < 2:
        return not_estimable("chi_square_or_fisher", _ONE_LEVEL, n=int(counts.sum()))
    if float(_expected(counts).min()) >= SMALLEST_EXPECTED_FOR_CHI_SQUARE:
        return chi_square(counts)
    if counts.shape == (2, 2):
        (a, b), (c, d) = counts.tolist()
        return fisher_exact_2x2(a, a + b, c, c + d, ci_level=ci_level)
    return fisher_exact_table(counts)


_ONE_LEVEL = "The table has fewer than two rows or columns that are not empty."


def _checked_counts(events: int, trials: int) -> tuple[int, int]:
    if int(events) != events or int(trials) != trials:
        raise ValueError(f"events {events}, trials {trials}: expected whole numbers")
    if not 0 <= events <= trials:
        raise ValueError(f"events {events}: expected a number from 0 to the {trials} trials")
    return int(events), int(trials)


def _checked_table(table: npt.ArrayLike) -> IntArray:
    """Return the counts without empty rows and columns."""
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2:
        raise ValueError(f"table: expected two dimensions, got {counts.ndim}")
    if not ((counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("table: holds values that are not counts")
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    return np.asarray(kept, dtype=np.int64)


def _expected(counts: IntArray) -> FloatArray:
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    expected: FloatArray = np.outer(rows, columns) / counts.sum()
    return expected


def _rate(
    method: str, events: int, trials: int, limits: tuple[float, float], ci_level: float
) -> Inference:
    return Inference(
        method=method,
        estimate=events / trials,
        ci_low=limits[0],
        ci_high=limits[1],
        ci_level=ci_level,
        n=trials,
        extra={"n_events": float(events)},
    )


def _design_effect(codes: IntArray, events_per_cluster: IntArray, n: int, total: int) -> float:
    """Return the between-patient variance of a proportion over its binomial variance."""
    sizes = np.bincount(codes, minlength=len(events_per_cluster))
    n_clusters = len(sizes)
    # Whole numbers, so that patients with equal shares give exactly no variance.
    residuals = (events_per_cluster * n - total * sizes) / n
    variance = n_clusters / (n_clusters - 1) * float(residuals @ residuals) / n**2
    p = total / n
    return variance * n / (p * (1.0 - p))


def _fallback_note(total: int, n: int, n_clusters: int) -> str:
    if n_clusters == 1:
        cause = "All rows come from one patient"
    else:
        cause = "No row is an event" if total == 0 else "Every row is an event"
    wider = f", narrower than if each of {n_clusters} patients counted once"
    return (
        f"{cause}, so the design effect is not estimable: limits are Clopper-Pearson's on "
        f"{n} rows{wider if n_clusters < n else ''}."
    )
