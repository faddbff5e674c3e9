"""True values of what intervals are tried on, by summation over the recorded outcome's steps."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from procohort.stats.inference import FloatArray
from procohort.validation.cohorts import Shape
from procohort.validation.plan import Cell

# Beyond eight standard deviations no step holds more than 1e-15 of the rows.
_REACH_SD = 8.0


def true_value(estimand: str, cell: Cell, shape: Shape) -> float:
    """Return the value that an interval should cover.

    Parameters
    ----------
    estimand : {"geometric_mean_ratio", "median_difference", "cliffs_delta",
        "hodges_lehmann_shift", "proportion", "risk_difference"}
    cell, shape : Cell, Shape

    Notes
    -----
    A row's log outcome is normal whatever the intraclass correlation, and rows of
    different groups belong to different patients, so the distribution of the recorded
    outcome in each group gives every estimand exactly, rounding included.
    """
    if estimand == "proportion":
        return cell.rate
    if estimand == "risk_difference":
        return cell.rate_in_group - cell.rate
    values, reference = recorded_distribution(shape, 0.0, cell.effect)
    _, of_interest = recorded_distribution(shape, cell.effect, cell.effect)
    if estimand == "geometric_mean_ratio":
        return float(np.exp((of_interest - reference) @ np.log(values)))
    if estimand == "median_difference":
        return _median(values, of_interest) - _median(values, reference)
    if estimand == "cliffs_delta":
        below = np.cumsum(reference) - reference
        above = 1.0 - np.cumsum(reference)
        return float(of_interest @ (below - above))
    if estimand == "hodges_lehmann_shift":
        return _median_pair_difference(shape.resolution, of_interest, reference)
    raise ValueError(f"no true value is known for {estimand}")


def recorded_distribution(
    shape: Shape, effect: float, largest_effect: float
) -> tuple[FloatArray, FloatArray]:
    """Return the steps of the recorded outcome and their probabilities under an effect."""
    top = shape.median * np.exp(max(largest_effect, 0.0) + _REACH_SD * shape.sd_log)
    values = shape.resolution * np.arange(1.0, np.ceil(top / shape.resolution) + 1.0)
    upper = (np.log((values + shape.resolution / 2.0) / shape.median) - effect) / shape.sd_log
    cumulative = ndtr(upper)
    cumulative[-1] = 1.0
    return values, np.diff(cumulative, prepend=0.0)


def _median(values: FloatArray, probability: FloatArray) -> float:
    return float(values[np.searchsorted(np.cumsum(probability), 0.5)])


def _median_pair_difference(
    resolution: float, of_interest: FloatArray, reference: FloatArray
) -> float:
    """Return the median of the difference of one row of each group."""
    probability: FloatArray = np.convolve(of_interest, reference[::-1])
    steps = np.arange(1 - reference.size, of_interest.size, dtype=np.float64)
    return _median(steps * resolution, probability)
