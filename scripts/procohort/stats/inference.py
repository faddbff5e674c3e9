"""The one object that every statistic returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]

Status = Literal["ok", "refused", "not_estimable"]

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Inference:
    """What one method says about one estimand.

    A number that does not exist is NaN, never a guess: a method that cannot
    answer says so in `status` and `note` and leaves every number NaN.

    Attributes
    ----------
    method : str
        Machine name of the method, for example ``"mann_whitney_asymptotic"``.
    estimate, ci_low, ci_high, ci_level : float
        Effect and its confidence limits; the unit is that of the function called.
    statistic, df, p : float
        Test statistic, its (denominator) degrees of freedom, two-sided p.
    n, n_clusters : int
        Rows and clusters (patients) that entered.
    n_resamples : int
        Permutations or bootstrap replicates that counted; 0 for closed forms.
    mc_error : float
        Monte Carlo standard error of `p` (or NaN when nothing was drawn).
    design_effect, n_effective : float
        Variance inflation by clustering, and rows divided by it, where estimated.
    status : {"ok", "refused", "not_estimable"}
        ``refused``: the method would answer wrongly here (too few events, say);
        ``not_estimable``: the data do not determine the quantity.
    note : str
        Reason for a status other than ``ok``, or a caveat; one plain sentence.
    extra : Mapping[str, float]
        Further numbers by name (expected value, variance, degrees of freedom 1 ...).
    """

    method: str
    estimate: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    ci_level: float = NAN
    statistic: float = NAN
    df: float = NAN
    p: float = NAN
    n: int = 0
    n_clusters: int = 0
    n_resamples: int = 0
    mc_error: float = NAN
    design_effect: float = NAN
    n_effective: float = NAN
    status: Status = "ok"
    note: str = ""
    extra: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def with_(self, **changes: Any) -> Inference:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)


def refused(method: str, reason: str, *, n: int = 0, n_clusters: int = 0) -> Inference:
    """Return a result that refuses to answer, with its reason."""
    return Inference(method=method, status="refused", note=reason, n=n, n_clusters=n_clusters)


def not_estimable(method: str, reason: str, *, n: int = 0, n_clusters: int = 0) -> Inference:
    """Return a result for a quantity that the data do not determine, with the reason."""
    return Inference(method=method, status="not_estimable", note=reason, n=n, n_clusters=n_clusters)
