"""Cluster bootstrap, replicate by replicate, against whole-patient resampling in R 4.2.2."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from procohort.stats import bootstrap
from procohort.stats.bootstrap_interval import bca_limits, leave_one_out
from procohort.stats.bootstrap_statistics import CliffsDelta, MedianDifference, Spearman
from reference_cases import DATA, load_case

NAMES = {
    "median_diff": "median_difference",
    "cliff": "cliffs_delta",
    "spearman_stage_bili": "spearman",
}


def index():
    """500 draws of 44 patients; R counts from one."""
    return pd.read_csv(DATA / "pbcseq44_bootstrap_index.csv").to_numpy() - 1


def arguments(name):
    frame, _ = load_case("pbcseq44_cluster_bootstrap")
    if name == "spearman_stage_bili":
        return frame.stage, frame.bili, frame.id
    return frame.bili, frame.trt, frame.id


def statistic(name):
    first, second, patient = (np.asarray(part, dtype=float) for part in arguments(name))
    codes = np.unique(patient, return_inverse=True)[1]
    if name == "spearman_stage_bili":
        return Spearman(first, second, codes, 44)
    kind = MedianDifference if name == "median_diff" else CliffsDelta
    return kind(first, second == 1, codes, 44)


@pytest.mark.parametrize("name", NAMES)
def test_every_replicate_equals_row_duplication_in_r(name):
    """The weighted matrix products are the bootstrap itself, not an approximation of it."""
    _, entries = load_case("pbcseq44_cluster_bootstrap")
    replicates = getattr(bootstrap, f"replicates_{NAMES[name]}")(*arguments(name), index=index())
    expected = entries["replicates"]["result"]["replicates"][name]
    np.testing.assert_allclose(replicates, expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_percentile_interval_and_standard_error_equal_r(name):
    """Quantile type 7 and the standard deviation of the replicates."""
    _, entries = load_case("pbcseq44_cluster_bootstrap")
    result = getattr(bootstrap, f"bootstrap_{NAMES[name]}")(*arguments(name), index=index())
    expected = entries["ci"]["result"][name]
    observed = entries["replicates"]["result"]["observed"][name]
    np.testing.assert_allclose(result.estimate, observed, rtol=1e-10)
    np.testing.assert_allclose([result.ci_low, result.ci_high], expected["perc7"], rtol=1e-10)
    np.testing.assert_allclose(result.extra["se"], expected["se"], rtol=1e-10)
    assert (result.n_resamples, result.n_clusters, result.extra["n_dropped"]) == (500, 44, 0)


@pytest.mark.parametrize("name", NAMES)
def test_leave_one_patient_out_equals_r(name):
    """The acceleration of BCa rests on these values."""
    _, entries = load_case("pbcseq44_cluster_bootstrap")
    expected = entries["replicates"]["result"]["jackknife"][name]
    np.testing.assert_allclose(leave_one_out(statistic(name)), expected, rtol=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_bca_limits_equal_r_when_ties_are_compared_bit_by_bit(name):
    """R compares floats as they are, so this does too: same bias correction, same limits."""
    _, entries = load_case("pbcseq44_cluster_bootstrap")
    replicates = getattr(bootstrap, f"replicates_{NAMES[name]}")(*arguments(name), index=index())
    limits = bca_limits(
        float(statistic(name)(np.ones((1, 44), dtype=np.int64))[0]),
        replicates,
        leave_one_out(statistic(name)),
        0.95,
        tie_tolerance=0.0,
    )
    np.testing.assert_allclose(limits, entries["ci"]["result"][name]["bca"]["ci"], rtol=1e-8)


@pytest.mark.parametrize("name", ["cliff", "spearman_stage_bili"])
def test_reported_bca_limits_equal_r(name):
    """Without near-ties the tolerance changes nothing."""
    _, entries = load_case("pbcseq44_cluster_bootstrap")
    result = getattr(bootstrap, f"bootstrap_{NAMES[name]}")(*arguments(name), index=index())
    expected = entries["ci"]["result"][name]["bca"]["ci"]
    np.testing.assert_allclose(
        [result.extra["bca_low"], result.extra["bca_high"]], expected, rtol=1e-8
    )


def test_bca_of_a_median_does_not_depend_on_the_unit_of_the_outcome():
    """1.1 - 0.8 and 0.9 - 0.6 differ as floats: bitwise ties would move with minutes or seconds."""
    y, group, patient = arguments("median_diff")
    one = bootstrap.bootstrap_median_difference(y, group, patient, index=index())
    tenfold = bootstrap.bootstrap_median_difference(np.round(y * 10), group, patient, index=index())
    for key in ("bca_low", "bca_high"):
        assert tenfold.extra[key] == pytest.approx(10 * one.extra[key], rel=1e-9)
