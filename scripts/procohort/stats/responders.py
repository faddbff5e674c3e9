"""Proportion of responders, with missing patients counted by a declared rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from procohort.stats.arrays import encode, same_length
from procohort.stats.inference import BoolArray, Inference
from procohort.stats.proportions import clopper_pearson, korn_graubard

MissingRule = Literal["non_responder", "left_out", "worst", "best"]


@dataclass(frozen=True, slots=True)
class ResponderRate:
    """Responders among those counted.

    Attributes
    ----------
    rate : Inference
        Clopper-Pearson limits; they take rows as independent.
    clustered : Inference
        Korn-Graubard limits, for several rows per patient.
    n_responders, n_counted : int
        Numerator and denominator.
    n_missing, n_set : int
        Rows without an answer, and those of them that the rule counted.
    """

    rate: Inference
    clustered: Inference
    n_responders: int
    n_counted: int
    n_missing: int
    n_set: int


def responder_rate(
    responded: npt.ArrayLike,
    cluster: npt.ArrayLike,
    *,
    missing: MissingRule,
    favourable: bool = True,
    ci_level: float = 0.95,
) -> ResponderRate:
    """Return the proportion of responders (Clopper & Pearson 1934; Korn & Graubard 1998).

    Parameters
    ----------
    responded : array_like of 0/1 or NaN, shape (n,)
        NaN where it is not known.
    cluster : array_like, shape (n,)
        Patient of each row.
    missing : {"non_responder", "left_out", "worst", "best"}
        Missing counts as no response, not at all, as the bad or as the good answer.
    favourable : bool
        Whether a response is the good answer (relief) or the bad one (recurrence).
    ci_level : float

    Returns
    -------
    ResponderRate

    Examples
    --------
    >>> answers = [1, 1, 0, float("nan")]
    >>> responder_rate(answers, [1, 2, 3, 4], missing="non_responder").rate.estimate
    0.5
    """
    answers, missing_rows = _answers(responded)
    codes, _ = encode(cluster)
    same_length(responded=answers, cluster=codes)
    events, counted = count_responses(responded, missing=missing, favourable=favourable)
    n_counted, n_responders = int(counted.sum()), int(events[counted].sum())
    return ResponderRate(
        rate=clopper_pearson(n_responders, n_counted, ci_level=ci_level),
        clustered=korn_graubard(events[counted], codes[counted], ci_level=ci_level),
        n_responders=n_responders,
        n_counted=n_counted,
        n_missing=int(missing_rows.sum()),
        n_set=int((missing_rows & counted).sum()),
    )


def count_responses(
    responded: npt.ArrayLike, *, missing: MissingRule, favourable: bool = True
) -> tuple[BoolArray, BoolArray]:
    """Return who counts as a responder and who counts at all, both of shape (n,).

    Arguments as in `responder_rate`; for comparisons of two groups, call it once for each group:
    the worst case of one group stands against the best case of the other.
    """
    answers, missing_rows = _answers(responded)
    events: BoolArray = answers == 1.0
    if missing == "left_out":
        return events, ~missing_rows
    if missing not in ("non_responder", "worst", "best"):
        raise ValueError(f"missing: {missing!r} is not a rule for missing answers")
    as_response = missing != "non_responder" and (missing == "best") == favourable
    return np.where(missing_rows, as_response, events), np.ones(answers.size, dtype=bool)


def _answers(responded: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], BoolArray]:
    answers = np.asarray(responded, dtype=np.float64)
    if answers.ndim != 1:
        raise ValueError(f"responded: expected one dimension, got {answers.ndim}")
    missing_rows: BoolArray = np.isnan(answers)
    if not np.isin(answers[~missing_rows], (0.0, 1.0)).all():
        raise ValueError("responded: expected 0, 1 or NaN")
    return answers, missing_rows
