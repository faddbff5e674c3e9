"""Linear model for repeated visits with an unstructured covariance, by REML.

The model of trials known as MMRM: visits of a patient may have any variances and correlations, and
patients with missing visits take part with those they have, which is valid if values are missing at
random given what was seen (Mallinckrodt et al. 2001, J Biopharm Stat 11: 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from procohort.stats.inference import FloatArray, IntArray, Status
from procohort.stats.visit_sums import VisitSums, sum_visits

MAX_VISITS = 10
_MAX_ITERATIONS = 300
# Squared distance to the optimum in standard errors of the covariances.
_CONVERGED = 1e-20
_ROUNDING = 1e-10
# Smallest eigenvalue of the correlation matrix of a covariance that was estimated.
_SINGULAR = 1e-7


@dataclass(frozen=True)
class Evaluation:
    """The restricted likelihood at one covariance of the visits, and its derivatives.

    Covariances are numbered along the upper triangle: (0, 0), (0, 1) .. (T - 1, T - 1).
    """

    sums: VisitSums
    covariance: FloatArray

    @cached_property
    def inverses(self) -> FloatArray:
        """Inverse covariance of the seen visits of each pattern, zero elsewhere: (M, T, T)."""
        both = self._both
        eye = np.eye(self.sums.n_visits)
        inverse: FloatArray = np.linalg.inv(np.where(both, self.covariance, eye))
        return np.where(both, inverse, 0.0)

    @cached_property
    def _both(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return self.sums.seen[:, :, None] & self.sums.seen[:, None, :]

    @cached_property
    def _gram(self) -> FloatArray:
        """[Q, e]' V^-1 [Q, e], shape (p + 1, p + 1)."""
        width = self.sums.cross.shape[-1]
        flat = self.inverses.reshape(-1) @ self.sums.cross.reshape(-1, width * width)
        return np.asarray(flat.reshape(width, width), dtype=np.float64)

    @cached_property
    def phi(self) -> FloatArray:
        """Covariance of the coefficients of Q, (Q' V^-1 Q)^-1."""
        return np.asarray(np.linalg.inv(self._gram[:-1, :-1]), dtype=np.float64)

    @cached_property
    def residual(self) -> FloatArray:
        """Weights of [Q, e] that give the generalised least squares residual, shape (p + 1,)."""
        return np.append(-self.phi @ self._gram[:-1, -1], 1.0)

    @cached_property
    def loglik(self) -> float:
        """Restricted log-likelihood with the constants of lme4."""
        sums = self.sums
        eye = np.eye(sums.n_visits)
        log_dets = np.linalg.slogdet(np.where(self._both, self.covariance, eye))[1]
        deviance = float(sums.counts @ log_dets)
        deviance += float(np.linalg.slogdet(self._gram[:-1, :-1])[1]) + 2.0 * sums.log_det_triangle
        deviance += float(self.residual @ self._gram @ self.residual)
        n_free = sums.n_rows - len(sums.ols)
        return -0.5 * (deviance + n_free * float(np.log(2.0 * np.pi)))

    @cached_property
    def levers(self) -> FloatArray:
        """Sum of (V^-1 Z)_a (V^-1 Z)_b' over patients, Z = [Q, e]: (M, T, T, p + 1, p + 1)."""
        cross = self.sums.cross
        left = (self.inverses @ cross.reshape(*cross.shape[:2], -1)).reshape(cross.shape)
        right: FloatArray = np.einsum("mafpq,mfb->mabpq", left, self.inverses, optimize=True)
        return right

    @cached_property
    def _residual_squares(self) -> FloatArray:
        """Sum of V^-1 r r' V^-1 over the patients of each pattern, shape (M, T, T)."""
        squares: FloatArray = (self.levers @ self.residual) @ self.residual
        return squares

    @cached_property
    def _fitted_squares(self) -> FloatArray:
        """Sum of V^-1 Q Phi Q' V^-1 over the patients of each pattern, shape (M, T, T)."""
        return np.asarray(np.einsum("mabpq,qp->mab", self.levers[..., :-1, :-1], self.phi))

    @cached_property
    def _slack(self) -> FloatArray:
        expected = np.einsum("m,mab->ab", self.sums.counts, self.inverses)
        found = (self._residual_squares + self._fitted_squares).sum(axis=0)
        return np.asarray(found - expected)

    @cached_property
    def score(self) -> FloatArray:
        """Derivative of the log-likelihood in each covariance, shape (d,)."""
        return 0.5 * (self._slack.reshape(-1) @ _duplication(self.sums.n_visits))

    @cached_property
    def slopes(self) -> FloatArray:
        """[Q, e]' V^-1 G_i V^-1 [Q, e] with G_i the derivative of V: (d, p + 1, p + 1)."""
        total = self.levers.sum(axis=0)
        width = total.shape[-1]
        flat = _duplication(self.sums.n_visits).T @ total.reshape(-1, width * width)
        return np.asarray(flat.reshape(-1, width, width))

    @cached_property
    def expected_information(self) -> FloatArray:
        """tr(P G_i P G_j) / 2, shape (d, d), with P the residual projection of REML."""
        weights = self.sums.counts[:, None, None] * self.inverses - 2.0 * self._fitted_squares
        first = self._paired(weights)
        slopes = self.phi @ self.slopes[:, :-1, :-1]
        second = np.einsum("ipq,jqp->ij", slopes, slopes, optimize=True)
        return 0.5 * np.asarray(first + second)

    @cached_property
    def observed_information(self) -> FloatArray:
        """Curvature of the REML likelihood: y'P G_i P G_j P y - tr(P G_i P G_j) / 2."""
        sides = self.slopes[:, :-1, :] @ self.residual
        found = self._paired(self._residual_squares) - sides @ self.phi @ sides.T
        return np.asarray(found - self.expected_information)

    def _paired(self, weights: FloatArray) -> FloatArray:
        """Return sum over patterns of tr(G_i V^-1 G_j F), F given as (M, T, T)."""
        full = np.einsum("mbc,mda->abcd", self.inverses, weights, optimize=True)
        duplication = _duplication(self.sums.n_visits)
        square = full.reshape(len(duplication), len(duplication))
        return np.asarray(duplication.T @ square @ duplication)

    def em_step(self) -> FloatArray:
        """Return the covariance after one step of the EM algorithm, which never goes down."""
        moved = self.covariance @ self._slack @ self.covariance
        return self.covariance + moved / self.sums.n_patients


@dataclass(frozen=True, slots=True)
class UnstructuredFit:
    """A fitted model; unless status is ``ok`` there is no evaluation.

    Attributes
    ----------
    evaluation : Evaluation or None
        The likelihood at the estimate.
    coef : ndarray, shape (p,)
    n, n_clusters : int
    status, note
        As in `Inference`.
    """

    evaluation: Evaluation | None
    coef: FloatArray
    n: int
    n_clusters: int
    status: Status = "ok"
    note: str = ""


def fit_unstructured(
    y: FloatArray, design: FloatArray, visit: IntArray, patient: IntArray
) -> UnstructuredFit:
    """Fit y = X b + e, e of a patient normal with any covariance over the visits, by REML.

    Newton steps and Fisher scoring on the covariances (Jennrich and Schluchter 1986, Biometrics 42:
    805), shortened where they would leave the positive definite matrices or lower the likelihood;
    where nothing is gained so, a step of the EM algorithm (Laird and Ware 1982), which never does.

    Parameters
    ----------
    y : ndarray, shape (N,)
    design : ndarray, shape (N, p)
        With the intercept or a full set of visit columns.
    visit, patient : ndarray of int, shape (N,)
        Codes from 0 without gaps, as `encode` gives them.

    Returns
    -------
    UnstructuredFit
        ``not_estimable`` with a reason where the data do not determine the covariance.
    """
    n, k = len(y), int(patient.max(initial=-1)) + 1
    reason = _shape_problem(design, visit, patient)
    sums = reason or sum_visits(y, design, visit, patient)
    if not isinstance(sums, str):
        sums = _covariance_problem(sums, float(y @ y)) or sums
    if isinstance(sums, str):
        return UnstructuredFit(None, np.empty(0), n, k, "not_estimable", sums)
    found = _maximise(Evaluation(sums, np.diag(sums.residual_variances)))
    if found is None or not _determined(found):
        reason = (
            "The covariance of the visits is not determined by the data: too few patients for so"
            " many visits, or visits that follow from one another."
        )
        return UnstructuredFit(None, np.empty(0), n, k, "not_estimable", reason)
    return UnstructuredFit(found, sums.basis @ (sums.ols - found.residual[:-1]), n, k)


def _shape_problem(design: FloatArray, visit: IntArray, patient: IntArray) -> str:
    n_patients = int(patient.max(initial=-1)) + 1
    n_visits = int(visit.max(initial=-1)) + 1
    if n_patients < 2:
        return "Fewer than two patients: variation between patients cannot be estimated."
    if n_visits > MAX_VISITS:
        return f"More than {MAX_VISITS} visits: an unstructured covariance asks too much."
    # A complete table of K patients with q coefficients per visit leaves K - q degrees of freedom.
    if n_patients - design.shape[1] / n_visits < n_visits:
        return "Too few patients for an unstructured covariance of so many visits."
    return ""


def _covariance_problem(sums: VisitSums, scale: float) -> str:
    """Say which covariance no patient shows, or which visit does not vary."""
    together = np.einsum("m,ma,mb->ab", sums.counts, sums.seen, sums.seen, optimize=True)
    if together.min() < 2:
        return "Two of the visits were seen together in fewer than two patients."
    if sums.residual_variances.min() <= 1e-20 * max(scale / sums.n_rows, 1e-300):
        return "The outcome does not vary at one of the visits."
    return ""


def _maximise(start: Evaluation) -> Evaluation | None:
    now = start
    for _ in range(_MAX_ITERATIONS):
        steps = _steps(now)
        if not steps:
            return None
        # The first step is Newton's wherever the likelihood is curved downwards.
        distance = float(steps[0] @ now.score)
        if distance <= _CONVERGED:
            return now
        better = _improved(now, [_symmetric(step, now.sums.n_visits) for step in steps])
        if better is None:
            return now if distance <= _ROUNDING else None
        now = better
    return None


def _steps(now: Evaluation) -> list[FloatArray]:
    """Return the steps of Newton and of Fisher scoring, as far as they exist."""
    inverses = (
        invert_information(information)
        for information in (now.observed_information, now.expected_information)
    )
    return [inverse @ now.score for inverse in inverses if inverse is not None]


def _improved(now: Evaluation, steps: list[FloatArray]) -> Evaluation | None:
    """Return the best point that a step reaches, None at the top.

    Whole steps are compared with each other; only where neither gains are they shortened.
    """
    for halvings in range(8):
        reached = [now.covariance + step * 0.5**halvings for step in steps]
        if (best := _best(now, reached)) is not None:
            return best
    return _best(now, [now.em_step()])


def _best(now: Evaluation, covariances: list[FloatArray]) -> Evaluation | None:
    noise = 1e-13 * max(1.0, abs(now.loglik))
    points = [Evaluation(now.sums, c) for c in covariances if _positive_definite(c)]
    better = [point for point in points if point.loglik >= now.loglik - noise]
    return max(better, key=lambda point: point.loglik, default=None)


def _positive_definite(covariance: FloatArray) -> bool:
    variances = np.diag(covariance)
    if not (np.isfinite(covariance).all() and (variances > 0).all()):
        return False
    scale = np.sqrt(variances)
    return bool(np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] > 1e-12)


def _determined(fit: Evaluation) -> bool:
    scale = np.sqrt(np.diag(fit.covariance))
    return bool(np.linalg.eigvalsh(fit.covariance / np.outer(scale, scale))[0] > _SINGULAR)


def invert_information(information: FloatArray) -> FloatArray | None:
    """Invert an information matrix; None unless it is safely positive definite."""
    diagonal = np.diag(information)
    if not (np.isfinite(information).all() and (diagonal > 0).all()):
        return None
    scale = np.sqrt(diagonal)
    correlation = information / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] <= 1e-12:
        return None
    return np.asarray(np.linalg.inv(correlation) / np.outer(scale, scale), dtype=np.float64)


def _duplication(n_visits: int) -> FloatArray:
    """Return the map (T^2, d) from the upper triangle to all entries of a symmetric matrix."""
    first, second = np.triu_indices(n_visits)
    number = np.arange(first.size)
    matrix = np.zeros((n_visits, n_visits, first.size))
    matrix[first, second, number] = 1.0
    matrix[second, first, number] = 1.0
    return matrix.reshape(-1, first.size)


def _symmetric(upper: FloatArray, n_visits: int) -> FloatArray:
    return (_duplication(n_visits) @ upper).reshape(n_visits, n_visits)


def spread_over_entries(upper: FloatArray, n_visits: int) -> FloatArray:
    """Return a (d, d) matrix over covariances as (T, T, T, T) over pairs of matrix entries."""
    duplication = _duplication(n_visits)
    return (duplication @ upper @ duplication.T).reshape((n_visits,) * 4)
