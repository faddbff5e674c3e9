"""Simulated cohorts: patients with unequal numbers of rows, a skewed outcome, rare events."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from procohort.stats.inference import BoolArray, FloatArray, IntArray
from procohort.validation.plan import Cell


@dataclass(frozen=True, slots=True)
class Shape:
    """Size and make of the cohorts.

    Attributes
    ----------
    n_rows, n_patients, n_patients_in_group : int
    smallest, largest : int
        Fewest and most rows of a patient.
    size_dispersion : float
        Shape of the negative binomial of the numbers of rows; smaller is more unequal.
    median, sd_log, resolution : float
        Median in the reference and standard deviation of logs of the outcome, and the
        step to which it is recorded.
    event_spread : mapping
        By name: shape of the gamma distribution of the patients' propensities to
        events; None where all patients are alike.
    """

    n_rows: int
    n_patients: int
    n_patients_in_group: int
    smallest: int
    largest: int
    size_dispersion: float
    median: float
    sd_log: float
    resolution: float
    event_spread: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Cohort:
    """One cohort: patient, group of the patient and outcome of each row, its events, a seed."""

    patient: IntArray
    group: BoolArray
    y: FloatArray
    events: BoolArray
    seed: int


def cohort_rng(cell: Cell, number: int) -> np.random.Generator:
    """Return the random numbers of one cohort.

    They hang on the cell's name and the cohort's number alone, so neither the split
    into parts nor the number of processes changes a result.
    """
    digest = hashlib.sha256(cell.id.encode()).digest()[:16]
    return np.random.default_rng(np.random.SeedSequence([int.from_bytes(digest, "big"), number]))


def simulate(cell: Cell, shape: Shape, number: int) -> Cohort:
    """Return cohort `number` of a cell."""
    rng = cohort_rng(cell, number)
    patient = np.repeat(np.arange(shape.n_patients), cluster_sizes(shape, rng))
    in_group = rng.permutation(shape.n_patients) < shape.n_patients_in_group
    group = in_group[patient]
    return Cohort(
        patient=patient,
        group=group,
        y=outcome(cell, shape, patient, group, rng),
        events=_events(cell, shape, patient, group, rng),
        seed=int(rng.integers(2**31)),
    )


def cluster_sizes(shape: Shape, rng: np.random.Generator) -> IntArray:
    """Return the number of rows of each patient: negative binomial, within limits, fixed total.

    Single rows are given to, or taken from, patients at random until the total is right.
    """
    extra = shape.n_rows / shape.n_patients - shape.smallest
    chance = shape.size_dispersion / (shape.size_dispersion + extra)
    drawn = rng.negative_binomial(shape.size_dispersion, chance, shape.n_patients)
    sizes: IntArray = np.minimum(shape.smallest + drawn, shape.largest).astype(np.int64)
    while (missing := shape.n_rows - int(sizes.sum())) != 0:
        can = sizes < shape.largest if missing > 0 else sizes > shape.smallest
        able = np.flatnonzero(can)
        if not able.size:
            raise ValueError(
                f"{shape.n_rows} rows do not fit {shape.n_patients} patients with "
                f"{shape.smallest} to {shape.largest} rows each"
            )
        chosen = rng.permutation(able)[: abs(missing)]
        sizes[chosen] += 1 if missing > 0 else -1
    return sizes


def outcome(
    cell: Cell, shape: Shape, patient: IntArray, group: BoolArray, rng: np.random.Generator
) -> FloatArray:
    """Return a log-normal outcome with a random intercept per patient, as it is recorded."""
    between = np.sqrt(cell.icc) * rng.standard_normal(shape.n_patients)
    within = np.sqrt(1.0 - cell.icc) * rng.standard_normal(patient.size)
    logs = np.log(shape.median) + cell.effect * group + shape.sd_log * (between[patient] + within)
    steps = np.maximum(np.rint(np.exp(logs) / shape.resolution), 1.0)
    recorded: FloatArray = steps * shape.resolution
    return recorded


def _events(
    cell: Cell, shape: Shape, patient: IntArray, group: BoolArray, rng: np.random.Generator
) -> BoolArray:
    if cell.n_events:
        return fixed_events(cell.n_events, shape.event_spread[cell.spread], patient, rng)
    if cell.rate:
        rates = np.where(group, cell.rate_in_group, cell.rate)
        return random_events(rates, shape.event_spread[cell.spread], patient, rng)
    return np.zeros(patient.size, dtype=np.bool_)


def fixed_events(
    n_events: int, spread: float | None, patient: IntArray, rng: np.random.Generator
) -> BoolArray:
    """Return a fixed number of events, each row as likely as its patient's propensity.

    Drawn without replacement as the largest of log propensity plus Gumbel noise
    (Efraimidis and Spirakis 2006, in logarithms).
    """
    keys = rng.gumbel(size=patient.size)
    if spread is not None:
        n_patients = int(patient.max()) + 1
        # log G(a) = log G(a + 1) + log(U) / a: propensities near zero keep their order.
        shifted = np.log(rng.gamma(spread + 1.0, size=n_patients))
        keys += (shifted - rng.exponential(size=n_patients) / spread)[patient]
    events = np.zeros(patient.size, dtype=np.bool_)
    events[np.argpartition(-keys, n_events - 1)[:n_events]] = True
    return events


def random_events(
    rates: FloatArray, spread: float | None, patient: IntArray, rng: np.random.Generator
) -> BoolArray:
    """Return events with a given probability in each row, alike within patients.

    A patient's probability is beta with the rate as its mean and `spread` as its first
    parameter, close to rate times a gamma of mean 1. The rate must not vary in a patient.
    """
    chance = rates
    if spread is not None:
        _, first = np.unique(patient, return_index=True)
        rate = rates[first]
        chance = rng.beta(spread, spread * (1.0 - rate) / rate)[patient]
    occurred: BoolArray = rng.random(patient.size) < chance
    return occurred


def shape_from_settings(settings: Mapping[str, Any]) -> Shape:
    """Return the shape from the settings' plain values."""
    return Shape(**settings)
