"""Logistic regression by Firth's penalised likelihood, for separated or sparse data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, expit, log_expit, ndtri

from procohort.stats.arrays import as_group, same_length
from procohort.stats.inference import NAN, FloatArray, Inference, Status, not_estimable

NOT_CLUSTERED = "Not cluster-adjusted: all rows are taken as independent."

_MAX_ITERATIONS = 500
_LARGEST_STEP = 5.0


@dataclass(frozen=True)
class FirthFit:
    """Coefficients of a Firth logistic regression, on the log odds scale.

    Attributes
    ----------
    coef, se, ci_low, ci_high, p : ndarray, shape (p,)
        Estimates; standard errors from the information of the augmented data
        (as R's logistf prints); profile penalised likelihood limits;
        penalised likelihood ratio p.
    se_information : ndarray, shape (p,)
        Standard errors from the plain Fisher information (as R's brglm2 prints).
    loglik : float
        Penalised log-likelihood at the estimates.
    ci_level : float
        Confidence level of the limits.
    n : int
        Rows.
    status, note : str
        As in `Inference`; arrays are NaN unless ``ok``.
    """

    coef: FloatArray
    se: FloatArray
    se_information: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    p: FloatArray
    loglik: float
    ci_level: float
    n: int
    status: Status = "ok"
    note: str = ""


@dataclass(frozen=True)
class _Patterns:
    """Rows collapsed to distinct covariate patterns: the likelihood needs no more."""

    x: FloatArray
    successes: FloatArray
    trials: FloatArray

    def state(self, beta: FloatArray) -> _State:
        """Evaluate penalised likelihood, score and information at `beta`."""
        eta = self.x @ beta
        probability = expit(eta)
        weight = self.trials * probability * expit(-eta)
        information = self.x.T @ (weight[:, None] * self.x)
        sign, log_determinant = np.linalg.slogdet(information)
        if sign <= 0 or not np.isfinite(log_determinant):
            return _State(-np.inf, np.zeros_like(beta), information, information)
        leverage = weight * np.einsum("ij,ji->i", self.x, np.linalg.solve(information, self.x.T))
        failures = self.trials - self.successes
        loglik = float(self.successes @ log_expit(eta) + failures @ log_expit(-eta))
        residual = self.successes - self.trials * probability + leverage * (0.5 - probability)
        augmented = weight * (1.0 + leverage / self.trials)
        return _State(
            loglik + 0.5 * float(log_determinant),
            self.x.T @ residual,
            information,
            self.x.T @ (augmented[:, None] * self.x),
        )


@dataclass(frozen=True)
class _State:
    penalised: float
    score: FloatArray
    information: FloatArray
    augmented: FloatArray


def firth_logistic(y: npt.ArrayLike, x: npt.ArrayLike, *, ci_level: float = 0.95) -> FirthFit:
    """Fit a logistic regression that stays finite under separation.

    Parameters
    ----------
    y : array_like of 0/1, shape (n,)
        Outcome.
    x : array_like, shape (n, p)
        Design matrix, with its intercept column.
    ci_level : float
        Confidence level of the limits.

    Returns
    -------
    FirthFit
        Status ``not_estimable`` if the outcome is constant or the design
        matrix does not have full rank.

    Notes
    -----
    Score X'(y - p + h (1/2 - p)) with leverages h (Firth 1993; Heinze &
    Schemper 2002); profile limits and the likelihood ratio test
    maximise the penalised likelihood of the full model with one coefficient
    held (Heinze & Schemper 2002).

    Examples
    --------
    >>> fit = firth_logistic([0, 0, 0, 1, 1], [[1, 0], [1, 0], [1, 0], [1, 1], [1, 1]])
    >>> [round(float(b), 4) for b in fit.coef]  # log(0.5 / 3.5) and log(2.5 / 0.5) above it
    [-1.9459, 3.5553]
    """
    outcome = as_group(y, "y")
    design = np.asarray(x, dtype=np.float64)
    if design.ndim != 2 or len(design) != len(outcome):
        raise ValueError(f"x: expected {len(outcome)} rows of columns, got shape {design.shape}")
    if not np.isfinite(design).all():
        raise ValueError("x: holds NaN or infinite values; drop incomplete rows first")
    if outcome.all() or not outcome.any():
        return _no_fit(design, ci_level, "The outcome is constant.")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return _no_fit(design, ci_level, "The columns of the design matrix are linearly dependent.")

    data = _collapse(outcome.astype(np.float64), design)
    n_coef = design.shape[1]
    everything = np.ones(n_coef, dtype=np.bool_)
    coef = _maximise(data, np.zeros(n_coef), everything)
    best = data.state(coef)
    se = np.sqrt(np.diag(np.linalg.inv(best.augmented)))
    limits = [_profile_limits(data, coef, j, se[j], ci_level) for j in range(n_coef)]
    statistics = [2.0 * (best.penalised - _profile(data, coef, j, 0.0)) for j in range(n_coef)]
    return FirthFit(
        coef=coef,
        se=se,
        se_information=np.sqrt(np.diag(np.linalg.inv(best.information))),
        ci_low=np.array([low for low, _ in limits]),
        ci_high=np.array([high for _, high in limits]),
        p=np.array([float(chdtrc(1, max(0.0, statistic))) for statistic in statistics]),
        loglik=best.penalised,
        ci_level=ci_level,
        n=len(outcome),
    )


def firth_odds_ratio(
    events: npt.ArrayLike, group: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Return the Firth odds ratio of group 1 against group 0, flagged as not cluster-adjusted.

    Parameters
    ----------
    events, group : array_like of 0/1, shape (n,)
        Whether the row is an event; 1 = group of interest, 0 = reference.
    ci_level : float
        Confidence level of the profile limits.

    Returns
    -------
    Inference
        Odds ratio (of the table with 1/2 added to each cell), profile
        penalised likelihood limits, penalised likelihood ratio statistic and
        p; ``log_odds_ratio`` and ``se`` in `extra`.
    """
    event, in_group = as_group(events, "events"), as_group(group, "group")
    n = same_length(events=event, group=in_group)
    if in_group.all() or not in_group.any():
        return not_estimable("firth", "One group has no rows.", n=n)
    fit = firth_logistic(event, np.column_stack([np.ones(n), in_group]), ci_level=ci_level)
    if fit.status != "ok":
        return not_estimable("firth", "All rows have the same outcome.", n=n)
    return Inference(
        method="firth",
        estimate=float(np.exp(fit.coef[1])),
        ci_low=float(np.exp(fit.ci_low[1])),
        ci_high=float(np.exp(fit.ci_high[1])),
        ci_level=ci_level,
        statistic=float(chdtri(1, fit.p[1])),
        df=1.0,
        p=float(fit.p[1]),
        n=n,
        note=NOT_CLUSTERED,
        extra={"log_odds_ratio": float(fit.coef[1]), "se": float(fit.se[1])},
    )


def _no_fit(design: FloatArray, ci_level: float, reason: str) -> FirthFit:
    nothing = np.full(design.shape[1], np.nan)
    return FirthFit(
        coef=nothing,
        se=nothing,
        se_information=nothing,
        ci_low=nothing,
        ci_high=nothing,
        p=nothing,
        loglik=NAN,
        ci_level=ci_level,
        n=len(design),
        status="not_estimable",
        note=reason,
    )


def _collapse(y: FloatArray, design: FloatArray) -> _Patterns:
    patterns, codes = np.unique(design, axis=0, return_inverse=True)
    codes = codes.reshape(-1)
    return _Patterns(
        patterns,
        np.bincount(codes, weights=y, minlength=len(patterns)).astype(np.float64),
        np.bincount(codes, minlength=len(patterns)).astype(np.float64),
    )


def _maximise(data: _Patterns, start: FloatArray, free: npt.NDArray[np.bool_]) -> FloatArray:
    """Maximise the penalised likelihood over the free coefficients.

    Scoring steps with the information of the augmented data, which already
    contains most of the penalty's curvature, and halved until they ascend.
    """
    beta = start.copy()
    state = data.state(beta)
    if not free.any() or state.penalised == -np.inf:
        return beta
    previous = np.inf
    for _ in range(_MAX_ITERATIONS):
        step = np.zeros_like(beta)
        step[free] = np.linalg.solve(state.augmented[np.ix_(free, free)], state.score[free])
        # Twice the gain in log-likelihood still to be had. Below 1e-9 it only
        # stops falling when rounding (covariates far from zero) is all that is left.
        decrement = float(step @ state.score)
        if decrement < 1e-22 or (decrement < 1e-9 and decrement >= previous):
            return beta
        previous = decrement
        step *= min(1.0, _LARGEST_STEP / float(np.abs(step).max()))
        new = data.state(beta + step)
        while new.penalised < state.penalised - 1e-12 * abs(state.penalised):
            step /= 2.0
            new = data.state(beta + step)
        beta, state = beta + step, new
    return beta


def _profile(data: _Patterns, coef: FloatArray, held: int, value: float) -> float:
    """Return the largest penalised likelihood with one coefficient held at `value`."""
    free = np.arange(len(coef)) != held
    # Along the tangent of the ridge: the other coefficients follow the held
    # one, or covariates far from zero (a year, say) would saturate every row.
    information = data.state(coef).augmented
    slope = np.linalg.solve(information[np.ix_(free, free)], information[free, held])
    start = coef.copy()
    start[held] = value
    start[free] -= slope * (value - coef[held])
    return data.state(_maximise(data, start, free)).penalised


def _profile_limits(
    data: _Patterns, coef: FloatArray, held: int, se: float, ci_level: float
) -> tuple[float, float]:
    best = data.state(coef).penalised
    allowed_drop = float(chdtri(1, 1.0 - ci_level)) / 2.0
    z = float(ndtri((1.0 + ci_level) / 2.0))
    limits = []
    for side in (-1.0, 1.0):

        def excess(distance: float, side: float = side) -> float:
            value = coef[held] + side * distance
            return best - _profile(data, coef, held, value) - allowed_drop

        # The penalty makes the profile fall without bound, so the limit exists.
        beyond = z * se
        while excess(beyond) < 0:
            beyond *= 1.5
        distance = float(brentq(excess, 0.0, beyond, xtol=1e-11, rtol=1e-11))
        limits.append(float(coef[held]) + side * distance)
    return limits[0], limits[1]
