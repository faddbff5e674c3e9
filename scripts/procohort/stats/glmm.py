"""Logistic regression with a random intercept per patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logsumexp, stdtr, stdtrit

from procohort.stats.arrays import as_group, encode, same_length
from procohort.stats.few_events import too_few_events
from procohort.stats.inference import NAN, FloatArray, Inference, IntArray, Status, refused

_MODE_STEPS = 100
# Below this standard deviation the random intercept has vanished.
_NO_SPREAD = 1e-3


@dataclass(frozen=True)
class RandomInterceptLogit:
    """Fit of a logistic regression with normal random intercepts.

    Attributes
    ----------
    coef, se : ndarray, shape (p,)
        Log odds, conditional on the patient, and their standard errors.
    sd_intercept : float
        Standard deviation of the patients' intercepts.
    minus_two_loglik : float
        Minus twice the maximised log-likelihood.
    icc_latent : float
        sd^2 / (sd^2 + pi^2 / 3), on the latent scale.
    n, n_clusters : int
        Rows and patients.
    status, note : str
        As in `Inference`.
    """

    coef: FloatArray
    se: FloatArray
    sd_intercept: float
    minus_two_loglik: float
    icc_latent: float
    n: int
    n_clusters: int
    status: Status = "ok"
    note: str = ""


class BinomialLikelihood:
    """Marginal likelihood by adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995).

    Parameters
    ----------
    successes, trials : ndarray, shape (m,)
        Binomial observations, in the order of their clusters.
    x : ndarray, shape (m, p)
        Design matrix.
    cluster : ndarray of int, shape (m,)
        Cluster of each observation, ascending.
    n_points : int
        Quadrature points per cluster.
    """

    def __init__(
        self,
        successes: FloatArray,
        trials: FloatArray,
        x: FloatArray,
        cluster: IntArray,
        n_points: int,
    ) -> None:
        self.x = x
        self.trials = trials
        self.successes = successes
        # Clusters ascend, so sums over clusters are sums over slices.
        self.cluster = cluster
        self.starts = np.flatnonzero(np.diff(cluster, prepend=-1))
        self.points, weights = np.polynomial.hermite.hermgauss(n_points)
        self.log_weights = np.log(weights) + self.points**2
        self.mode = np.zeros(len(self.starts))

    @classmethod
    def from_rows(
        cls, y: FloatArray, x: FloatArray, codes: IntArray, n_points: int
    ) -> BinomialLikelihood:
        """Count the rows of each patient with equal covariates as one observation."""
        keyed, inverse = np.unique(np.column_stack([codes, x]), axis=0, return_inverse=True)
        inverse = inverse.reshape(-1)
        return cls(
            np.bincount(inverse, weights=y).astype(np.float64),
            np.bincount(inverse).astype(np.float64),
            keyed[:, 1:],
            keyed[:, 0].astype(np.int64),
            n_points,
        )

    def value_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log-likelihood and its gradient in (coefficients, sd)."""
        coef, sd = parameters[:-1], float(parameters[-1])
        fixed = self.x @ coef
        mode, spread = self._modes(fixed, sd)
        # Quadrature nodes of each patient's standardised intercept, shape (K, Q).
        nodes = mode[:, None] + np.sqrt(2.0) * spread[:, None] * self.points
        eta = fixed[:, None] + sd * nodes[self.cluster]
        failures = self.trials - self.successes
        per_row = self.successes[:, None] * log_expit(eta) + failures[:, None] * log_expit(-eta)
        log_terms = (
            np.add.reduceat(per_row, self.starts, axis=0)
            - nodes**2 / 2.0
            + self.log_weights
            + np.log(spread / np.sqrt(np.pi))[:, None]
        )
        per_cluster = logsumexp(log_terms, axis=1)
        # Fisher's identity: the score is the posterior mean of the complete-data score.
        posterior = np.exp(log_terms - per_cluster[:, None])
        residual = self.successes[:, None] - self.trials[:, None] * expit(eta)
        weighted = residual * posterior[self.cluster]
        gradient_coef = self.x.T @ weighted.sum(axis=1)
        gradient_sd = float((weighted * nodes[self.cluster]).sum())
        return -float(per_cluster.sum()), -np.append(gradient_coef, gradient_sd)

    def _modes(self, fixed: FloatArray, sd: float) -> tuple[FloatArray, FloatArray]:
        """Return the posterior mode and spread of each standardised intercept."""
        mode = self.mode
        for _ in range(_MODE_STEPS):
            probability = expit(fixed + sd * mode[self.cluster])
            residual = self.successes - self.trials * probability
            weight = self.trials * probability * (1.0 - probability)
            score = sd * np.add.reduceat(residual, self.starts) - mode
            curvature = 1.0 + sd**2 * np.add.reduceat(weight, self.starts)
            step = score / curvature
            # The log posterior is concave; short steps keep Newton from overshooting.
            mode = mode + np.clip(step, -1.0, 1.0)
            if float(np.abs(step).max()) < 1e-11:
                break
        self.mode = mode
        return mode, 1.0 / np.sqrt(curvature)


def random_intercept_logit(
    y: npt.ArrayLike, x: npt.ArrayLike, cluster: npt.ArrayLike, *, n_points: int = 25
) -> RandomInterceptLogit:
    """Fit a logistic regression with a random intercept by maximum likelihood.

    Parameters
    ----------
    y : array_like of 0/1, shape (n,)
        Outcome.
    x : array_like, shape (n, p)
        Design matrix, with its intercept column.
    cluster : array_like, shape (n,)
        Patient of each row.
    n_points : int
        Quadrature points per patient.

    Returns
    -------
    RandomInterceptLogit
        Status ``not_estimable`` for a constant outcome, a rank deficient
        design, too few patients, or estimates that run away (separation).

    Notes
    -----
    Adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995), as
    R's glmer(nAGQ = 25). Standard errors from the inverse Hessian in
    coefficients and standard deviation together.
    """
    outcome = as_group(y, "y")
    design = np.asarray(x, dtype=np.float64)
    codes, levels = encode(cluster)
    if design.ndim != 2 or not np.isfinite(design).all():
        raise ValueError("x: expected a matrix without NaN or infinite values")
    n = same_length(y=outcome, x=design, cluster=codes)
    n_clusters, n_coef = len(levels), design.shape[1]
    if outcome.all() or not outcome.any():
        return _no_fit("The outcome is constant.", n, n_clusters)
    if np.linalg.matrix_rank(design) < n_coef:
        return _no_fit("The columns of the design matrix are linearly dependent.", n, n_clusters)
    if n_clusters <= n_coef + 1 or n == n_clusters:
        return _no_fit("Too few patients, or one row per patient.", n, n_clusters)

    likelihood = BinomialLikelihood.from_rows(outcome.astype(np.float64), design, codes, n_points)
    best = minimize(
        likelihood.value_and_gradient,
        np.append(np.zeros(n_coef), 1.0),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None)] * n_coef + [(0.0, None)],
        options={"ftol": 1e-15, "gtol": 1e-8, "maxiter": 1000},
    )
    coef, sd = best.x[:-1], float(best.x[-1])
    kept = n_coef + (sd > _NO_SPREAD)
    hessian = observed_information(likelihood, best.x)[:kept, :kept]
    if float(np.abs(design @ coef).max()) > 20.0 or np.linalg.eigvalsh(hessian)[0] < 1e-8:
        return _no_fit("Separation: the estimates run away.", n, n_clusters)
    note = "" if kept > n_coef else "No variance between patients: the fit is a plain logit."
    return RandomInterceptLogit(
        coef=coef,
        se=np.sqrt(np.diag(np.linalg.inv(hessian)))[:n_coef],
        sd_intercept=sd,
        minus_two_loglik=2.0 * float(best.fun),
        icc_latent=sd**2 / (sd**2 + np.pi**2 / 3.0),
        n=n,
        n_clusters=n_clusters,
        note=note,
    )


def glmm_odds_ratio(
    events: npt.ArrayLike,
    group: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    ci_level: float = 0.95,
) -> Inference:
    """Return the patient-specific odds ratio of group 1 against group 0, or refuse.

    Parameters
    ----------
    events, group : array_like of 0/1, shape (n,)
        Whether the row is an event; 1 = group of interest, 0 = reference.
    cluster : array_like, shape (n,)
        Patient of each row.
    ci_level : float
        Confidence level of the Wald limits.

    Returns
    -------
    Inference
        Odds ratio conditional on the patient (further from 1 than the marginal
        one of `gee_odds_ratio`), Wald limits and p on t with K - 2 degrees of
        freedom. Refused with fewer than 10 events (or non-events) in a group.
    """
    event, in_group = as_group(events, "events"), as_group(group, "group")
    codes, levels = encode(cluster)
    n = same_length(events=event, group=in_group, cluster=codes)
    method = "glmm_random_intercept"
    reason = too_few_events(event, in_group)
    if reason:
        return refused(method, reason, n=n, n_clusters=len(levels))
    fit = random_intercept_logit(event, np.column_stack([np.ones(n), in_group]), codes)
    base = Inference(method, n=n, n_clusters=fit.n_clusters, status=fit.status, note=fit.note)
    if fit.status != "ok":
        return base
    log_odds_ratio, se = float(fit.coef[1]), float(fit.se[1])
    df = float(fit.n_clusters - 2)
    half_width = float(stdtrit(df, (1.0 + ci_level) / 2.0)) * se
    return base.with_(
        estimate=float(np.exp(log_odds_ratio)),
        ci_low=float(np.exp(log_odds_ratio - half_width)),
        ci_high=float(np.exp(log_odds_ratio + half_width)),
        ci_level=ci_level,
        statistic=log_odds_ratio / se,
        df=df,
        p=float(2.0 * stdtr(df, -abs(log_odds_ratio / se))),
        extra={
            "log_odds_ratio": log_odds_ratio,
            "se": se,
            "sd_intercept": fit.sd_intercept,
            "icc_latent": fit.icc_latent,
        },
    )


def _no_fit(reason: str, n: int, n_clusters: int) -> RandomInterceptLogit:
    nothing = np.empty(0)
    return RandomInterceptLogit(
        nothing, nothing, NAN, NAN, NAN, n, n_clusters, "not_estimable", reason
    )


def observed_information(likelihood: BinomialLikelihood, parameters: FloatArray) -> FloatArray:
    """Return the Hessian of minus the log-likelihood, from central differences of the gradient."""
    step = 1e-4
    columns = []
    for direction in np.eye(len(parameters)) * step:
        _, above = likelihood.value_and_gradient(parameters + direction)
        _, below = likelihood.value_and_gradient(parameters - direction)
        columns.append((above - below) / (2.0 * step))
    hessian: FloatArray = np.array(columns)
    return (hessian + hessian.T) / 2.0
