"""Poisson regression of counts with a random intercept per patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import gammaln, logsumexp, stdtr, stdtrit

from procohort.stats.arrays import as_float, as_group, encode, same_length
from procohort.stats.inference import (
    NAN,
    FloatArray,
    Inference,
    IntArray,
    Status,
    not_estimable,
)

_MODE_STEPS = 100
_NO_SPREAD = 1e-3
_LARGEST_LOG_MEAN = 30.0


@dataclass(frozen=True)
class RandomInterceptPoisson:
    """Fit of a Poisson regression with normal random intercepts.

    Attributes
    ----------
    coef, se : ndarray, shape (p,)
        Log rates, conditional on the patient, and their standard errors.
    sd_intercept : float
        Standard deviation of the patients' intercepts.
    minus_two_loglik : float
        Minus twice the maximised log-likelihood, with all constants.
    n, n_clusters : int
        Rows and patients.
    status, note : str
        As in `Inference`; arrays are empty unless ``ok``.
    """

    coef: FloatArray
    se: FloatArray
    sd_intercept: float
    minus_two_loglik: float
    n: int
    n_clusters: int
    status: Status = "ok"
    note: str = ""


@dataclass
class _Likelihood:
    """Marginal likelihood by adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995).

    Given the intercept sd u, a patient's rows enter only through the sum of the counts and
    the sum of the fixed means.
    """

    y: FloatArray
    x: FloatArray
    codes: IntArray
    n_points: int

    def __post_init__(self) -> None:
        self.n_clusters = int(self.codes.max()) + 1
        self.totals = np.bincount(self.codes, weights=self.y)
        self.constant = float(gammaln(self.y + 1.0).sum())
        self.points, weights = np.polynomial.hermite.hermgauss(self.n_points)
        self.log_weights = np.log(weights) + self.points**2
        self.mode = np.zeros(self.n_clusters)

    def value_and_gradient(self, parameters: FloatArray) -> tuple[float, FloatArray]:
        """Return minus the log-likelihood and its gradient in (coefficients, sd)."""
        coef, sd = parameters[:-1], float(parameters[-1])
        fixed = np.clip(self.x @ coef, -100.0, 100.0)
        row_means = np.exp(fixed)
        means: FloatArray = np.bincount(self.codes, row_means, self.n_clusters).astype(np.float64)
        mode, spread = self._modes(means, sd)
        nodes = mode[:, None] + np.sqrt(2.0) * spread[:, None] * self.points
        factor = np.exp(np.minimum(sd * nodes, 200.0))
        log_terms = (
            self.totals[:, None] * sd * nodes
            - means[:, None] * factor
            - nodes**2 / 2.0
            + self.log_weights
            + np.log(spread / np.sqrt(np.pi))[:, None]
        )
        per_cluster = logsumexp(log_terms, axis=1)
        # Fisher's identity: the score is the posterior mean of the complete-data score.
        posterior = np.exp(log_terms - per_cluster[:, None])
        expected_factor = (posterior * factor).sum(axis=1)
        gradient_coef = self.x.T @ (self.y - row_means * expected_factor[self.codes])
        residual = self.totals[:, None] - means[:, None] * factor
        gradient_sd = float((posterior * residual * nodes).sum())
        value = float(self.y @ fixed) + float(per_cluster.sum()) - self.constant
        return -value, -np.append(gradient_coef, gradient_sd)

    def _modes(self, means: FloatArray, sd: float) -> tuple[FloatArray, FloatArray]:
        """Return the posterior mode and spread of each standardised intercept."""
        mode = self.mode
        for _ in range(_MODE_STEPS):
            factor = means * np.exp(sd * mode)
            curvature = 1.0 + sd**2 * factor
            step = (sd * (self.totals - factor) - mode) / curvature
            # The log posterior is concave; short steps keep Newton from overshooting.
            mode = mode + np.clip(step, -1.0, 1.0)
            if float(np.abs(step).max()) < 1e-11:
                break
        self.mode = mode
        return mode, 1.0 / np.sqrt(curvature)


def random_intercept_poisson(
    counts: npt.ArrayLike, x: npt.ArrayLike, cluster: npt.ArrayLike, *, n_points: int = 25
) -> RandomInterceptPoisson:
    """Fit a Poisson regression with a random intercept by maximum likelihood.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        Outcome.
    x : array_like, shape (n, p)
        Design matrix, with its intercept column.
    cluster : array_like, shape (n,)
        Patient of each row.
    n_points : int
        Quadrature points per patient.

    Returns
    -------
    RandomInterceptPoisson
        Status ``not_estimable`` for a constant outcome, a rank deficient design, too few
        patients, or estimates that run away (a group without counts).

    Notes
    -----
    Adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995), as R's glmer(nAGQ = 25).
    """
    y = as_float(counts, "counts")
    design = np.asarray(x, dtype=np.float64)
    codes, levels = encode(cluster)
    if ((y < 0) | (y != np.floor(y))).any():
        raise ValueError("counts: expected whole numbers from 0")
    if design.ndim != 2 or not np.isfinite(design).all():
        raise ValueError("x: expected a matrix without NaN or infinite values")
    n = same_length(counts=y, x=design, cluster=codes)
    n_clusters, n_coef = len(levels), design.shape[1]
    if n == 0 or (y == y[0]).all():
        return _no_fit("The outcome is constant.", n, n_clusters)
    if np.linalg.matrix_rank(design) < n_coef:
        return _no_fit("The columns of the design matrix are linearly dependent.", n, n_clusters)
    if n_clusters <= n_coef + 1 or n == n_clusters:
        return _no_fit("Too few patients, or one row per patient.", n, n_clusters)

    likelihood = _Likelihood(y, design, codes, n_points)
    start = np.append(np.linalg.lstsq(design, np.log(y + 0.5), rcond=None)[0], 1.0)
    best = minimize(
        likelihood.value_and_gradient,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None)] * n_coef + [(0.0, None)],
        options={"ftol": 1e-15, "gtol": 1e-8, "maxiter": 1000},
    )
    coef, sd = best.x[:-1], float(best.x[-1])
    kept = n_coef + (sd > _NO_SPREAD)
    hessian = _hessian(likelihood, best.x)[:kept, :kept]
    if float(np.abs(design @ coef).max()) > _LARGEST_LOG_MEAN or (
        np.linalg.eigvalsh(hessian)[0] < 1e-8
    ):
        return _no_fit("A group without counts: the estimates run away.", n, n_clusters)
    note = "" if kept > n_coef else "No variance between patients: the fit is a plain Poisson one."
    return RandomInterceptPoisson(
        coef=coef,
        se=np.sqrt(np.diag(np.linalg.inv(hessian)))[:n_coef],
        sd_intercept=sd,
        minus_two_loglik=2.0 * float(best.fun),
        n=n,
        n_clusters=n_clusters,
        note=note,
    )


def glmm_rate_ratio(
    counts: npt.ArrayLike, group: npt.ArrayLike, cluster: npt.ArrayLike, *, ci_level: float = 0.95
) -> Inference:
    """Ratio of mean counts of group 1 to group 0, by Poisson regression with random intercepts.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        Outcome.
    group : array_like of 0/1, shape (n,)
        1 = group of interest, 0 = reference.
    cluster : array_like, shape (n,)
        Patient of each row.
    ci_level : float
        Confidence level of the Wald limits.

    Returns
    -------
    Inference
        Rate ratio conditional on the patient, Wald limits and p on t with K - 2 degrees of
        freedom (Pinheiro & Bates 1995 for the likelihood); ``log_rate_ratio``, ``se`` and
        ``sd_intercept`` in `extra`.
    """
    method = "glmm_poisson_random_intercept"
    y, in_group = as_float(counts, "counts"), as_group(group)
    codes, levels = encode(cluster)
    n = same_length(counts=y, group=in_group, cluster=codes)
    if in_group.all() or not in_group.any():
        reason = "One of the two groups has no rows."
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    if not (y[in_group].any() and y[~in_group].any()):
        reason = "One of the two groups has no counts above zero."
        return not_estimable(method, reason, n=n, n_clusters=len(levels))
    fit = random_intercept_poisson(y, np.column_stack([np.ones(n), in_group]), codes)
    if fit.status != "ok":
        return not_estimable(method, fit.note, n=n, n_clusters=len(levels))
    log_ratio, se = float(fit.coef[1]), float(fit.se[1])
    df = float(fit.n_clusters - 2)
    half_width = float(stdtrit(df, (1.0 + ci_level) / 2.0)) * se
    return Inference(
        method=method,
        estimate=float(np.exp(log_ratio)),
        ci_low=float(np.exp(log_ratio - half_width)),
        ci_high=float(np.exp(log_ratio + half_width)),
        ci_level=ci_level,
        statistic=log_ratio / se,
        df=df,
        p=float(2.0 * stdtr(df, -abs(log_ratio / se))),
        n=n,
        n_clusters=fit.n_clusters,
        note=fit.note,
        extra={"log_rate_ratio": log_ratio, "se": se, "sd_intercept": fit.sd_intercept},
    )


def _no_fit(reason: str, n: int, n_clusters: int) -> RandomInterceptPoisson:
    nothing = np.empty(0)
    return RandomInterceptPoisson(
        nothing, nothing, NAN, NAN, n, n_clusters, "not_estimable", reason
    )


def _hessian(likelihood: _Likelihood, parameters: FloatArray) -> FloatArray:
    """Return the Hessian of minus the log-likelihood, from central differences of the gradient."""
    step = 1e-4
    columns = []
    for direction in np.eye(len(parameters)) * step:
        _, above = likelihood.value_and_gradient(parameters + direction)
        _, below = likelihood.value_and_gradient(parameters - direction)
        columns.append((above - below) / (2.0 * step))
    hessian: FloatArray = np.array(columns)
    return (hessian + hessian.T) / 2.0
