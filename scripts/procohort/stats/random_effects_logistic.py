"""Pooling counts of several series: logistic regression with a random effect of the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.special import chdtrc, chdtri, expit, stdtrit

from procohort.stats.arrays import as_float, encode, same_length
from procohort.stats.few_events import too_few_events
from procohort.stats.glmm import BinomialLikelihood, observed_information
from procohort.stats.inference import NAN, FloatArray, IntArray, Status
from procohort.stats.limits import beta_limits

# Beyond these a proportion is 0 or 1 and a spread between series is without bound.
_LARGEST_LOG_ODDS = 15.0
_LARGEST_TAU = 8.0
# Below this the series do not differ more than chance makes them.
_NO_SPREAD = 1e-3
_N_POINTS = 51
# Of a place; the value at a minimum is off by the square of it.
_TOLERANCE = 1e-5


@dataclass(frozen=True, kw_only=True)
class PooledProportion:
    """What several series of counts say together.

    Attributes
    ----------
    method : str
        ``random_effects_logit``, or ``summed_counts_exact`` where no model can be fitted.
    estimate, ci_low, ci_high : float
        Proportion in the median series, with profile likelihood limits (exact
        limits of the summed counts where no model can be fitted).
    t_low, t_high : float
        Wald limits with t on K - 1 degrees of freedom.
    log_odds, se : float
        Mean of the series' log odds and its standard error.
    tau, tau_low, tau_high : float
        Standard deviation of the series' log odds, with profile likelihood
        limits; infinite where the series set no upper one.
    minus_two_loglik : float
        Without the binomial coefficients.
    ci_level : float
    n_series, n, n_events : int
    status, note : str
        ``not_estimable`` without series; the note says what is missing.
    """

    method: str = "random_effects_logit"
    estimate: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    t_low: float = NAN
    t_high: float = NAN
    log_odds: float = NAN
    se: float = NAN
    tau: float = NAN
    tau_low: float = NAN
    tau_high: float = NAN
    minus_two_loglik: float = NAN
    ci_level: float = 0.95
    n_series: int = 0
    n: int = 0
    n_events: int = 0
    status: Status = "ok"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ModeratorTest:
    """Likelihood ratio test of whether the log odds differ between kinds of series.

    Attributes
    ----------
    statistic, df, p : float
        Twice the gain in log-likelihood, chi-square with levels - 1 degrees of freedom.
    n_series, n, n_events : int
    status, note : str
    """

    statistic: float = NAN
    df: float = NAN
    p: float = NAN
    n_series: int = 0
    n: int = 0
    n_events: int = 0
    status: Status = "ok"
    note: str = ""


class _Series:
    """Minus the log-likelihood of some series in the mean of their log odds and its spread."""

    def __init__(self, events: FloatArray, trials: FloatArray) -> None:
        one = np.ones((len(events), 1))
        clusters = np.arange(len(events), dtype=np.int64)
        self.likelihood = BinomialLikelihood(events, trials, one, clusters, _N_POINTS)

    def at(self, log_odds: float, tau: float) -> float:
        return self.likelihood.value_and_gradient(np.array([log_odds, tau]))[0]

    def best_at_log_odds(self, log_odds: float) -> float:
        """Return the smallest value over the spread."""
        inside = minimize_scalar(
            lambda tau: self.at(log_odds, tau), bounds=(0.0, _LARGEST_TAU), method="bounded",
            options={"xatol": _TOLERANCE},
        )  # fmt: skip
        # The search never tries its ends, and no spread is a frequent answer.
        return min(float(inside.fun), self.at(log_odds, 0.0))

    def best_at_tau(self, tau: float) -> float:
        """Return the smallest value over the mean."""
        # Wide enough that a mean far beyond the counts stays inside when the spread is large.
        ends = (-2.0 * _LARGEST_LOG_ODDS, 2.0 * _LARGEST_LOG_ODDS)
        found = minimize_scalar(
            lambda log_odds: self.at(log_odds, tau), bounds=ends, method="bounded",
            options={"xatol": _TOLERANCE},
        )  # fmt: skip
        return float(found.fun)


def pool_proportions(
    events: npt.ArrayLike, trials: npt.ArrayLike, *, ci_level: float = 0.95
) -> PooledProportion:
    """Pool the proportions of several series by maximum likelihood.

    Each count is binomial given its series, and the log odds of the series are
    normal: no continuity correction, no transformation, and series without an
    event (or without a miss) count as they are.

    Parameters
    ----------
    events, trials : array_like of int, shape (K,)
        Events and trials of each series; a series without trials is left out.
    ci_level : float
        Confidence level of all limits.

    Returns
    -------
    PooledProportion
        With one series, or where no series has an event (or none a miss), exact
        limits of the summed counts and no spread between series.

    Raises
    ------
    ValueError
        If counts are not whole numbers with 0 <= events <= trials.

    Notes
    -----
    Binomial-normal model (Hamza, van Houwelingen & Stijnen 2008; Stijnen, Hamza
    & Özdemir 2010, section 3), adaptive Gauss-Hermite quadrature with 51 points.
    The inverse of the Freeman-Tukey transformation depends on one arbitrary
    sample size (Schwarzer et al. 2019) and is not used.

    Examples
    --------
    >>> pooled = pool_proportions([3, 1, 0, 2], [30, 25, 40, 22])
    >>> round(pooled.estimate, 3), pooled.n_series
    (0.049, 4)
    """
    k, n = _checked(events, trials)
    total, n_all = int(k.sum()), int(n.sum())
    known: dict[str, Any] = {"ci_level": ci_level, "n_series": len(k), "n": n_all}
    known["n_events"] = total
    if len(k) == 0:
        return PooledProportion(**known, status="not_estimable", note="There is no series.")
    if len(k) == 1 or total in (0, n_all):
        low, high = beta_limits(total, n_all, ci_level)
        return PooledProportion(
            **known,
            method="summed_counts_exact",
            estimate=total / n_all,
            ci_low=low,
            ci_high=high,
            note=_boundary_note(len(k), total),
        )
    return _fitted(_Series(k, n), known, ci_level)


def _boundary_note(n_series: int, total: int) -> str:
    if n_series == 1:
        return "One series: the spread between series cannot be estimated."
    what = "an event" if total == 0 else "a miss"
    return (
        f"No series has {what}: the estimate is at its boundary, the spread between series "
        "cannot be estimated, and the limit takes all series for one sample."
    )


def _fitted(series: _Series, known: dict[str, Any], ci_level: float) -> PooledProportion:
    log_odds, tau, smallest = _maximum(series)
    free = 2 if tau > _NO_SPREAD else 1
    at = np.array([log_odds, tau])
    information = observed_information(series.likelihood, at)[:free, :free]
    se = float(np.sqrt(np.linalg.inv(information)[0, 0]))
    half = float(stdtrit(known["n_series"] - 1.0, (1.0 + ci_level) / 2.0)) * se
    drop = float(chdtri(1.0, 1.0 - ci_level)) / 2.0

    def above_mean(value: float) -> float:
        return series.best_at_log_odds(value) - smallest - drop

    def above_tau(value: float) -> float:
        return series.best_at_tau(value) - smallest - drop

    edge = _LARGEST_LOG_ODDS
    low = brentq(above_mean, -edge, log_odds, xtol=_TOLERANCE) if above_mean(-edge) > 0 else -np.inf
    high = brentq(above_mean, log_odds, edge, xtol=_TOLERANCE) if above_mean(edge) > 0 else np.inf
    tau_low = brentq(above_tau, 0.0, tau, xtol=_TOLERANCE) if above_tau(0.0) > 0 else 0.0
    tau_high = (
        brentq(above_tau, tau, _LARGEST_TAU, xtol=_TOLERANCE)
        if above_tau(_LARGEST_TAU) > 0
        else np.inf
    )
    notes = []
    if free == 1:
        notes.append("The series differ no more than chance would make them: tau is estimated 0.")
    if np.isinf(tau_high):
        notes.append("The series set no upper limit to tau.")
    return PooledProportion(
        **known,
        estimate=float(expit(log_odds)),
        ci_low=float(expit(low)),
        ci_high=float(expit(high)),
        t_low=float(expit(log_odds - half)),
        t_high=float(expit(log_odds + half)),
        log_odds=log_odds,
        se=se,
        tau=tau if free == 2 else 0.0,
        tau_low=float(tau_low),
        tau_high=float(tau_high),
        minus_two_loglik=2.0 * smallest,
        note=" ".join(notes),
    )


def _maximum(series: _Series) -> tuple[float, float, float]:
    """Return the estimates of mean and spread, and minus the log-likelihood there."""
    likelihood = series.likelihood
    crude = float(likelihood.successes.sum() / likelihood.trials.sum())
    start = float(np.log(crude / (1.0 - crude)))
    # No spread: the pooled logit, which solves the score equation in closed form.
    found = [(start, 0.0, series.at(start, 0.0))]
    # The slope in tau is zero at tau = 0, so that a search must begin away from it.
    for tau in (0.5, 2.0):
        best = minimize(
            likelihood.value_and_gradient,
            np.array([start, tau]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(None, None), (0.0, _LARGEST_TAU)],
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000},
        )
        found.append((float(best.x[0]), float(best.x[1]), float(best.fun)))
    # Rounding must not prefer a spread of next to nothing to none.
    return min(found, key=lambda each: round(each[2], 9))


def compare_proportions(
    events: npt.ArrayLike, trials: npt.ArrayLike, level: npt.ArrayLike
) -> ModeratorTest:
    """Test whether the log odds of the series differ between kinds of series.

    Parameters
    ----------
    events, trials : array_like of int, shape (K,)
        Counts of each series.
    level : array_like, shape (K,)
        Kind of each series; all kinds share one spread between series.

    Returns
    -------
    ModeratorTest
        Refused where a kind has a single series, or fewer than 10 of the rarer
        outcome: odds ratios of so few events are unstable or infinite.

    Notes
    -----
    Likelihood ratio against the model without the moderator (Stijnen, Hamza &
    Özdemir 2010).

    Examples
    --------
    >>> test = compare_proportions([20, 25, 11, 14], [90, 99, 95, 99], ["a", "a", "b", "b"])
    >>> test.df, test.p < 0.05
    (1.0, True)
    """
    kinds = np.asarray(level)
    k_all, n_all = as_float(events, "events"), as_float(trials, "trials")
    same_length(events=k_all, trials=n_all, level=kinds)
    kinds = kinds[n_all > 0]
    k, n = _checked(events, trials)
    codes, levels = encode(kinds)
    known: dict[str, Any] = {"n_series": len(k), "n": int(n.sum()), "n_events": int(k.sum())}
    reason = _no_comparison(k, n, codes, [str(name) for name in levels])
    if reason:
        return ModeratorTest(**known, status="refused", note=reason)
    dummies = (codes[:, None] == np.arange(len(levels))).astype(np.float64)
    statistic = 2.0 * (_smallest(k, n, np.ones((len(k), 1))) - _smallest(k, n, dummies))
    df = float(len(levels) - 1)
    return ModeratorTest(
        **known,
        statistic=max(statistic, 0.0),
        df=df,
        p=float(chdtrc(df, max(statistic, 0.0))),
    )


def _no_comparison(k: FloatArray, n: FloatArray, codes: IntArray, levels: list[str]) -> str:
    """Return why the kinds of series are not compared, nothing where they are."""
    if len(levels) < 2:
        return "There is only one kind of series."
    single = [name for i, name in enumerate(levels) if (codes == i).sum() < 2]
    if single:
        return f"A single series cannot show how series of its kind differ: {', '.join(single)}."
    events = np.concatenate(
        [np.repeat([True, False], [int(a), int(b - a)]) for a, b in zip(k, n, strict=True)]
    )
    return too_few_events(events, np.repeat(codes, n.astype(np.int64))).replace("group", "kind")


def _smallest(k: FloatArray, n: FloatArray, design: FloatArray) -> float:
    """Return the smallest minus log-likelihood over coefficients and spread."""
    clusters = np.arange(len(k), dtype=np.int64)
    likelihood = BinomialLikelihood(k, n, design, clusters, _N_POINTS)
    share = (design.T @ k) / (design.T @ n)
    start = np.log(share / (1.0 - share))
    values = [likelihood.value_and_gradient(np.append(start, 0.0))[0]]
    for tau in (0.5, 2.0):
        best = minimize(
            likelihood.value_and_gradient,
            np.append(start, tau),
            jac=True,
            method="L-BFGS-B",
            bounds=[(None, None)] * design.shape[1] + [(0.0, _LARGEST_TAU)],
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000},
        )
        values.append(float(best.fun))
    return min(values)


def _checked(events: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    k, n = as_float(events, "events"), as_float(trials, "trials")
    same_length(events=k, trials=n)
    if (k != np.round(k)).any() or (n != np.round(n)).any():
        raise ValueError("events, trials: expected whole numbers")
    if (k < 0).any() or (k > n).any():
        raise ValueError("events: expected numbers from 0 to the trials of their series")
    return k[n > 0], n[n > 0]
