"""Further methods for clustered rows, and a few pooled associations, against R 4.2.2."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

from procohort.stats.clustered_correlation import (
    clustered_kendall,
    clustered_pearson,
    clustered_spearman,
)
from procohort.stats.clustered_ranks import datta_satten, rosner_glynn_lee
from procohort.stats.clustered_ranks_subunit import rosner_glynn_lee_subunit
from procohort.stats.gee import gee
from procohort.stats.glmm_poisson import glmm_rate_ratio, random_intercept_poisson
from procohort.stats.icc import icc_anova
from procohort.stats.mixed_profile import geometric_mean_ratio_profile, slope_profile
from procohort.stats.rank_association import kendall, spearman_permutation
from procohort.stats.rank_correlation_levels import rank_icc, total_rank_correlation
from reference_cases import load_case

CLOSED_FORM = 1e-9


def close(value, expected, rel=CLOSED_FORM):
    assert value == pytest.approx(expected, rel=rel)


def spiders():
    frame, entries = load_case("pbcseq44_within_spiders")
    return frame.dropna(subset=["spiders"]).reset_index(drop=True), entries


@pytest.mark.parametrize(
    ("method", "entry"), [(kendall, "kendall"), (spearman_permutation, "coin_spearman")]
)
def test_rank_association_equals_r(method, entry):
    """R: cor.test(method = "kendall", exact = FALSE) and coin::spearman_test, with heavy ties."""
    frame, entries = load_case("colon_spearman")
    result, expected = method(frame["nodes"], frame["time"]), entries[entry]["result"]
    close(result.statistic, expected["statistic"])
    # p of about 1e-22: the last digits of z show in it.
    close(np.log(result.p), np.log(expected["p_value"]))
    if "estimate" in expected:
        close(result.estimate, expected["estimate"])


@pytest.mark.parametrize(
    ("method", "key"),
    [(clustered_spearman, "s"), (clustered_kendall, "k"), (clustered_pearson, "p")],
)
def test_cluster_weighted_correlations_equal_htestclust(method, key):
    """R: cortestClust(); every patient counts once."""
    frame, entries = load_case("pbcseq44_correlation")
    result = method(frame["stage"], frame["bili"], frame["id"])
    expected = entries["stage_bili/cortest_clust"]["result"][key]
    close([result.estimate, result.statistic], [expected["estimate"], expected["statistic"]])
    close(result.p, expected["p_value"])
    close([result.ci_low, result.ci_high], expected["conf_int"])


def test_kendall_with_ties_at_one_half_does_not_know_the_direction_of_a_scale():
    """The published error does: 0.076 for stage, 0.088 for stage reversed, 0.056 symmetric."""
    frame, _ = load_case("pbcseq44_correlation")
    y, cluster = frame["bili"], frame["id"]
    one = clustered_kendall(frame["stage"], y, cluster, ties="half")
    other = clustered_kendall(-frame["stage"], y, cluster, ties="half")
    close(one.extra["se"], other.extra["se"])
    close(one.estimate, -other.estimate)
    published = clustered_kendall(frame["stage"], y, cluster)
    reversed_ = clustered_kendall(-frame["stage"], y, cluster)
    assert reversed_.extra["se"] > 1.1 * published.extra["se"] > 1.3 * one.extra["se"]


def test_total_rank_correlation_and_rank_icc_equal_rankcorr():
    """R: rankCorrCluster(weights = "clusters"): the total part, and both rank ICC."""
    frame, entries = load_case("pbcseq44_correlation")
    expected = entries["stage_bili/rankcorr_clusters"]["result"]
    result = total_rank_correlation(frame["stage"], frame["bili"], frame["id"])
    total = expected["Total"]
    close([result.estimate, result.extra["se"]], [total["Estimate"], total["SE"]])
    close([result.ci_low, result.ci_high], [total["Lower"], total["Upper"]])
    close(rank_icc(frame["stage"], frame["id"]).estimate, expected["Rank ICC"]["x"])
    close(rank_icc(frame["bili"], frame["id"]).estimate, expected["Rank ICC"]["y"])


def test_total_rank_correlation_of_row_weights_needs_no_choice_of_projection():
    """With one weighting throughout, the two standard errors are one."""
    frame, _ = load_case("pbcseq44_correlation")
    rows = (frame["stage"], frame["bili"], frame["id"])
    first, second = (
        total_rank_correlation(*rows, weights="rows", projection=how)
        for how in ("rows", "patients")
    )
    assert first == second


def test_the_subunit_test_equals_clusrank_given_its_correlation_of_scores():
    """R: clusWilcox.test(method = "rgl"), group inside patients.

    clusrank lists the normal scores by cluster size but the patients in file order, so its
    correlation of scores is that of mismatched rows; with it the statistic agrees to the last
    digit, with the right one Z is 1.67 (p 0.094) instead of 1.98 (p 0.048).
    """
    frame, entries = spiders()
    expected = entries["rgl_sub"]["result"]
    y, group, cluster = (frame[name].to_numpy() for name in ("protime", "spiders", "id"))
    sizes = frame.groupby("id")["id"].transform("size").to_numpy()
    scores = np.concatenate(
        [
            ndtri(rankdata(y[sizes == size]) / ((sizes == size).sum() + 1))
            for size in np.unique(sizes)
        ]
    )
    mismatched = icc_anova(scores, cluster).estimate
    result = rosner_glynn_lee_subunit(y, group, cluster, score_icc=mismatched)
    close([result.statistic, result.p], [expected["Z"], expected["p_value"]])
    right = rosner_glynn_lee_subunit(y, group, cluster)
    assert right.extra["score_icc"] > 1.5 * mismatched
    assert right.p > 0.09


def test_the_subunit_test_does_not_depend_on_the_order_of_rows():
    """What the mismatched correlation breaks."""
    frame, _ = spiders()
    shuffled = frame.sample(frac=1.0, random_state=2)
    one, other = (
        rosner_glynn_lee_subunit(rows["protime"], rows["spiders"], rows["id"])
        for rows in (frame, shuffled)
    )
    close(one.statistic, other.statistic)


def test_rosner_glynn_lee_equals_the_formula_and_the_other_interface_of_clusrank():
    """R: clusWilcox.test(x =, cluster =, group =), and the sums written out in R."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    result = rosner_glynn_lee(frame["bili"], frame["trt"], frame["id"])
    own, second = entries["rgl_own"]["result"], entries["rgl2"]["result"]
    shown = [result.extra[key] for key in ("w", "expected", "variance")]
    close(shown, [own[key] for key in ("W", "EW", "VarW")])
    close(shown, [second[key] for key in ("Rstat", "ERstat", "VRstat")])
    for expected in ((own["Z"], own["p"]), (second["Z"], second["p_value"])):
        close([result.statistic, result.p], list(expected))


def test_datta_satten_inside_patients_equals_its_formula():
    """The sums of the definition, evaluated in R, and the counts of the rows used."""
    frame, entries = spiders()
    result = datta_satten(frame["protime"], frame["spiders"], frame["id"])
    own, counted = entries["ds_own"]["result"], entries["n"]["result"]
    close(
        [result.extra[key] for key in ("s", "expected", "variance", "p_z")],
        [own[key] for key in ("S", "ES", "varS", "p")],
    )
    close(result.statistic, own["Z"])
    assert (result.n, result.n_clusters) == (counted["n"], counted["clusters"])
    per_patient = frame.groupby("id")["spiders"].nunique()
    assert int((per_patient == 2).sum()) == counted["clusters_with_both"]
    assert int(frame["spiders"].sum()) == counted["n1"]


def test_profile_limits_and_likelihood_ratio_equal_lme4():
    """R: confint(lmer(REML = FALSE), method = "profile") and anova(model, null)."""
    frame, entries = load_case("pbcseq44_ranksum_between")
    result = geometric_mean_ratio_profile(frame["bili"], frame["trt"], frame["id"])
    ratio = entries["lmm_lrt"]["result"]
    close([result.statistic, result.p], [ratio["chisq"], ratio["p"]])
    limits = np.log([result.ci_low, result.ci_high])
    close(limits, entries["lmm_profile"]["result"]["trt"], rel=2e-5)


def test_profile_limits_of_a_slope_equal_lme4():
    """R: confint(lmer(log(Reaction) ~ Days + (1 | Subject), REML = FALSE), method = "profile")."""
    frame, entries = load_case("sleepstudy_lmm")
    result = slope_profile(frame["Reaction"], frame["Days"], frame["Subject"])
    expected = entries["profile"]["result"]["Days"]
    close(np.log([result.ci_low, result.ci_high]), expected, rel=2e-5)
    plain = slope_profile(np.log(frame["Reaction"]), frame["Days"], frame["Subject"], log=False)
    close([plain.ci_low, plain.ci_high], np.log([result.ci_low, result.ci_high]))


def test_random_intercept_poisson_equals_glmer_with_25_points():
    """R: glmer(family = poisson, nAGQ = 25); lme4 counts its deviance from the saturated model."""
    frame, entries = load_case("epil_between")
    group = frame["trt"] == "progabide"
    fit = random_intercept_poisson(
        frame["y"], np.column_stack([np.ones(len(frame)), group]), frame["subject"]
    )
    expected = entries["glmer_poisson_agq"]["result"]
    close(fit.coef, list(expected["coef"].values()), rel=1e-5)
    close(fit.se, list(expected["se"].values()), rel=1e-5)
    close(fit.sd_intercept, expected["sd_intercept"], rel=1e-5)
    result = glmm_rate_ratio(frame["y"], group, frame["subject"])
    close(np.log(result.estimate), expected["coef"]["g"], rel=1e-5)
    assert (result.n, result.n_clusters, result.df) == (236, 59, 57)


def _gee_cases():
    bacteria, bacteria_entries = load_case("bacteria_binary")
    epil, epil_entries = load_case("epil_between")
    protime, protime_entries = load_case("pbcseq44_multigroup_protime")
    week = [bacteria["ap"], bacteria["week"] > 2]
    edema = [protime["edema"] == 0.5, protime["edema"] == 1]
    binary = (bacteria["y"], [bacteria["ap"]], bacteria["id"], "binomial", bacteria_entries)
    counts = (epil["y"], [epil["trt"] == "progabide"], epil["subject"], "poisson", epil_entries)
    gaussian = (np.log(protime["protime"]), edema, protime["id"], "gaussian", protime_entries)
    return {
        "gee/geepack": binary,
        "gee_week/geepack": (bacteria["y"], week, *binary[2:]),
        "gee_poisson/geepack": counts,
        "gaussian gee/geepack": gaussian,
    }


@pytest.mark.parametrize("correlation", ["independence", "exchangeable"])
@pytest.mark.parametrize("name", list(_gee_cases()))
def test_gee_equals_geepack_itself(name, correlation):
    """R: geeglm(); the small-sample corrections are tested beside their formulas elsewhere."""
    y, columns, cluster, family, entries = _gee_cases()[name]
    entry = f"{name.split()[-1]}_{correlation}"
    if entry not in entries:
        assert (name, correlation) == ("gee_week/geepack", "independence")
        return
    design = np.column_stack([np.ones(len(y)), *columns])
    fit = gee(y, design, cluster, family=family, correlation=correlation)
    expected = entries[entry]["result"]
    close(fit.coef, list(expected["coef"].values()))
    close(fit.se["liang_zeger"], list(expected["se_robust"].values()))
    close(fit.se["model"], list(expected["se_naive"].values()))
    assert fit.alpha == pytest.approx(expected["alpha"], rel=CLOSED_FORM, abs=1e-14)
    close(fit.phi, expected["phi"])
