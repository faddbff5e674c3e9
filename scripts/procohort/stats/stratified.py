"""Odds ratios within strata: patients as their own controls."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, gammaln, ndtri

from procohort.stats.arrays import as_group, encode, same_length
from procohort.stats.conditional_odds import ConditionalCount, many_tables
from procohort.stats.inference import FloatArray, Inference, not_estimable

_UNINFORMATIVE = "No patient has rows in both groups and both outcomes."


def exact_stratified_odds_ratio(
    events: npt.ArrayLike, group: npt.ArrayLike, stratum: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Return the exact conditional odds ratio common to all strata.

    Parameters
    ----------
    events, group : array_like of 0/1, shape (n,)
        Whether the row is an event; 1 = group of interest, 0 = reference.
    stratum : array_like, shape (n,)
        Stratum of each row, usually the patient.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    Inference
        Conditional maximum likelihood odds ratio (0 or inf at the ends of the
        support), central exact limits, two-sided p over sums at most as
        probable as the observed one. `statistic`: events of group 1 in the
        informative strata; their number in `extra` (``n_informative``), with
        ``p_midp`` and mid-p limits. Only strata with both groups and both
        outcomes inform.

    Notes
    -----
    Product of noncentral hypergeometric distributions (Gart 1970; Mehta,
    Patel & Gray 1985); as R's mantelhaen.test(exact = TRUE).

    Examples
    --------
    >>> result = exact_stratified_odds_ratio([1, 0, 1, 0], [1, 0, 1, 0], ["a", "a", "b", "b"])
    >>> round(result.p, 12), result.estimate
    (0.5, inf)
    """
    tables, n, n_strata = _tables(events, group, stratum)
    method = "exact_stratified"
    if len(tables) == 0:
        return not_estimable(method, _UNINFORMATIVE, n=n, n_clusters=n_strata)
    count = _distribution(tables)
    low, high = count.limits(ci_level)
    low_midp, high_midp = count.limits(ci_level, mid=True)
    return Inference(
        method=method,
        estimate=count.odds_ratio(),
        ci_low=low,
        ci_high=high,
        ci_level=ci_level,
        statistic=float(count.observed),
        p=count.p_minlike(),
        n=n,
        n_clusters=n_strata,
        extra={
            "n_informative": float(len(tables)),
            "p_central": count.p_central(),
            "p_midp": count.p_central(mid=True),
            "ci_low_midp": low_midp,
            "ci_high_midp": high_midp,
        },
    )


def mantel_haenszel(
    events: npt.ArrayLike, group: npt.ArrayLike, stratum: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Return the Mantel-Haenszel odds ratio and test, without continuity correction.

    Arguments as in `exact_stratified_odds_ratio`.

    Returns
    -------
    Inference
        Odds ratio with the limits of Robins, Breslow & Greenland 1986,
        and the chi-square of Mantel & Haenszel 1959. Not estimable when the
        events of all informative strata fall in one group: see the exact version.
    """
    tables, n, n_strata = _tables(events, group, stratum)
    method = "mantel_haenszel"
    if len(tables) == 0:
        return not_estimable(method, _UNINFORMATIVE, n=n, n_clusters=n_strata)
    a, n1, c, n0 = tables.T
    b, d, total = n1 - a, n0 - c, n1 + n0
    concordant, discordant = a * d / total, b * c / total
    if concordant.sum() == 0 or discordant.sum() == 0:
        reason = "In every informative patient the events fall in one group: no finite odds ratio."
        return not_estimable(method, reason, n=n, n_clusters=n_strata)
    estimate = float(concordant.sum() / discordant.sum())
    half_width = float(ndtri((1.0 + ci_level) / 2.0)) * math.sqrt(_robins_variance(tables))
    statistic = _mantel_haenszel_chi_square(tables)
    return Inference(
        method=method,
        estimate=estimate,
        ci_low=estimate * math.exp(-half_width),
        ci_high=estimate * math.exp(half_width),
        ci_level=ci_level,
        statistic=statistic,
        df=1.0,
        p=float(chdtrc(1, statistic)),
        n=n,
        n_clusters=n_strata,
        extra={"n_informative": float(len(tables))},
    )


def conditional_logistic(
    events: npt.ArrayLike, group: npt.ArrayLike, stratum: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Return the exact conditional logistic regression on one binary covariate.

    With one binary covariate the conditional likelihood (Breslow & Day 1980)
    is that of `exact_stratified_odds_ratio`; this gives its maximum
    with Wald limits and likelihood ratio test, as R's clogit(method = "exact").
    Arguments as there.

    Returns
    -------
    Inference
        Odds ratio, Wald limits, likelihood ratio chi-square and p;
        ``log_odds_ratio``, ``se``, ``p_score``, ``loglik``, ``loglik_null`` in `extra`.
    """
    tables, n, n_strata = _tables(events, group, stratum)
    method = "conditional_logistic"
    if len(tables) == 0:
        return not_estimable(method, _UNINFORMATIVE, n=n, n_clusters=n_strata)
    count = _distribution(tables)
    if count.observed in (count.support[0], count.support[-1]):
        reason = "In every informative patient the events fall in one group: no finite odds ratio."
        return not_estimable(method, reason, n=n, n_clusters=n_strata)
    estimate = count.odds_ratio()
    log_odds_ratio = math.log(estimate)
    se = 1.0 / math.sqrt(count.variance(log_odds_ratio))
    half_width = float(ndtri((1.0 + ci_level) / 2.0)) * se
    gain = count.log_likelihood(log_odds_ratio) - count.log_likelihood(0.0)
    loglik_null = _null_log_likelihood(tables)
    statistic = max(0.0, 2.0 * gain)
    return Inference(
        method=method,
        estimate=estimate,
        ci_low=math.exp(log_odds_ratio - half_width),
        ci_high=math.exp(log_odds_ratio + half_width),
        ci_level=ci_level,
        statistic=statistic,
        df=1.0,
        p=float(chdtrc(1, statistic)),
        n=n,
        n_clusters=n_strata,
        extra={
            "n_informative": float(len(tables)),
            "log_odds_ratio": log_odds_ratio,
            "se": se,
            "p_score": float(chdtrc(1, _mantel_haenszel_chi_square(tables))),
            "loglik": loglik_null + gain,
            "loglik_null": loglik_null,
        },
    )


def _tables(
    events: npt.ArrayLike, group: npt.ArrayLike, stratum: npt.ArrayLike
) -> tuple[FloatArray, int, int]:
    """Return (events1, n1, events0, n0) of the informative strata, n rows and n strata."""
    event, in_group = as_group(events, "events"), as_group(group, "group")
    codes, levels = encode(stratum, "stratum")
    n, n_strata = same_length(events=event, group=in_group, stratum=codes), len(levels)

    def counted(rows: npt.NDArray[np.bool_]) -> FloatArray:
        return np.bincount(codes[rows], minlength=n_strata).astype(np.float64)

    events1, n1 = counted(event & in_group), counted(in_group)
    events0, n0 = counted(event & ~in_group), counted(~in_group)
    n_events = events1 + events0
    informative = (n1 > 0) & (n0 > 0) & (n_events > 0) & (n_events < n1 + n0)
    return np.column_stack([events1, n1, events0, n0])[informative], n, n_strata


def _distribution(tables: FloatArray) -> ConditionalCount:
    return many_tables([(int(a), int(n1), int(c), int(n0)) for a, n1, c, n0 in tables])


def _null_log_likelihood(tables: FloatArray) -> float:
    """Return the conditional log-likelihood without effect: every choice of rows is as likely."""
    a, n1, c, n0 = tables.T
    n_events, total = a + c, n1 + n0
    log_choices = gammaln(total + 1) - gammaln(n_events + 1) - gammaln(total - n_events + 1)
    return -float(log_choices.sum())


def _mantel_haenszel_chi_square(tables: FloatArray) -> float:
    """Return the score statistic of no association (Mantel & Haenszel 1959)."""
    a, n1, c, n0 = tables.T
    total, n_events = n1 + n0, a + c
    variance = n1 * n0 * n_events * (total - n_events) / (total**2 * (total - 1.0))
    return float((a - n1 * n_events / total).sum() ** 2 / variance.sum())


def _robins_variance(tables: FloatArray) -> float:
    """Return the variance of the log Mantel-Haenszel odds ratio.

    sum PR / (2 R^2) + sum (PS + QR) / (2 R S) + sum QS / (2 S^2), with sums R
    and S of the strata's r = ad/n, s = bc/n (Robins, Breslow & Greenland 1986).
    """
    a, n1, c, n0 = tables.T
    b, d, total = n1 - a, n0 - c, n1 + n0
    p, q = (a + d) / total, (b + c) / total
    r, s = a * d / total, b * c / total
    sum_r, sum_s = float(r.sum()), float(s.sum())
    return (
        float((p * r).sum()) / (2 * sum_r**2)
        + float((p * s + q * r).sum()) / (2 * sum_r * sum_s)
        + float((q * s).sum()) / (2 * sum_s**2)
    )
