"""Correlations against cor.test, rmcorr, rankCorr and formulas in R 4.2.2."""

from __future__ import annotations

import numpy as np
import pytest

from procohort.stats.correlation import (
    between_patient_correlation,
    pearson,
    rmcorr,
    spearman,
    within_rank_correlation,
)
from reference_cases import load_case

CLOSED_FORM = 1e-9


@pytest.mark.parametrize(
    ("case", "entry", "x", "y"),
    [
        ("pbcseq44_correlation", "naive_spearman", "stage", "bili"),
        ("colon_spearman", "spearman", "nodes", "time"),
    ],
)
def test_spearman_equals_cor_test(case, entry, x, y):
    """rho, R's S and the t approximation of p, with heavy ties."""
    frame, entries = load_case(case)
    result = spearman(frame[x], frame[y])
    expected = entries[entry]["result"]
    np.testing.assert_allclose(result.estimate, expected["rho"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.extra["s"], expected["S"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(np.log(result.p), np.log(expected["p_value"]), rtol=CLOSED_FORM)


def test_spearman_limits_are_those_of_bonett_and_wright():
    """Neither Fieller's nor the plain Fisher limits, which R users meet as often."""
    frame, entries = load_case("colon_spearman")
    result = spearman(frame.nodes, frame.time)
    expected = entries["spearman_ci_bw"]["result"]["bonett_wright"]
    np.testing.assert_allclose([result.ci_low, result.ci_high], expected, rtol=CLOSED_FORM)


def test_pearson_equals_cor_test():
    """t, df, p and Fisher limits."""
    frame, entries = load_case("colon_spearman")
    result = pearson(np.log(frame.time), np.log1p(frame.nodes))
    expected = entries["pearson_log"]["result"]
    np.testing.assert_allclose(result.estimate, expected["estimate"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.statistic, expected["statistic"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(
        [result.ci_low, result.ci_high], expected["conf_int"], rtol=CLOSED_FORM
    )
    assert result.df == expected["parameter"]


@pytest.mark.parametrize("case", ["pbcseq44_correlation", "sleepstudy_lmm"])
def test_rmcorr_equals_the_r_package_in_full_precision(case):
    """pingouin rounds these limits to two decimals; a table must not."""
    frame, entries = load_case(case)
    if case == "sleepstudy_lmm":
        result = rmcorr(frame.Days, frame.Reaction, frame.Subject)
        expected = entries["rmcorr"]["result"]
    else:
        result = rmcorr(np.log(frame.stage), np.log(frame.bili), frame.id)
        expected = entries["stage_bili/rmcorr"]["result"]
    np.testing.assert_allclose(result.estimate, expected["r"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(np.log(result.p), np.log(expected["p"]), rtol=CLOSED_FORM)
    np.testing.assert_allclose([result.ci_low, result.ci_high], expected["ci"], rtol=1e-8)
    assert result.df == expected["df"]


def test_within_rank_correlation_equals_the_formula():
    """Patient-centred pooled midranks on N - K - 1 df."""
    frame, entries = load_case("pbcseq44_correlation")
    result = within_rank_correlation(frame.stage, frame.bili, frame.id)
    expected = entries["stage_bili/within_ranks"]["result"]
    np.testing.assert_allclose(result.estimate, expected["r_within"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.statistic, expected["t"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(result.p, expected["p"], rtol=1e-8)
    assert result.df == expected["df"]


@pytest.mark.parametrize(
    ("summary", "key"), [("mean", "spearman_means"), ("median", "spearman_cluster_medians")]
)
def test_between_patient_spearman_equals_the_formula(summary, key):
    """One number per patient: 44 points, not 450."""
    frame, entries = load_case("pbcseq44_correlation")
    result = between_patient_correlation(
        frame.stage, frame.bili, frame.id, ranks=True, summary=summary
    )
    expected = entries["stage_bili/within_ranks"]["result"][key]
    np.testing.assert_allclose(result.estimate, expected, rtol=CLOSED_FORM)
    assert (result.df, result.n, result.n_clusters) == (42, 450, 44)


def test_total_rank_correlation_equals_the_clustered_packages():
    """The total estimate of Tu, Li and Shepherd is the ordinary rho; only its error differs."""
    frame, entries = load_case("pbcseq44_correlation")
    expected = entries["stage_bili/rankcorr_obs"]["result"]["Total"]["Estimate"]
    assert spearman(frame.stage, frame.bili).estimate == pytest.approx(expected, rel=1e-9)


def test_weighted_between_correlation_equals_row_weighted_means():
    """Bland and Altman 1995: patients weighted by rows = correlation of means repeated per row."""
    frame, _ = load_case("pbcseq44_correlation")
    means = frame.groupby("id")[["stage", "bili"]].transform("mean")
    result = between_patient_correlation(frame.stage, frame.bili, frame.id, weighted=True)
    expected = np.corrcoef(means.stage, means.bili)[0, 1]
    assert result.estimate == pytest.approx(expected, rel=1e-10)
