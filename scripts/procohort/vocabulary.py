"""Names for people of the methods and estimands that result rows name for machines.

Where a name speaks of the study's patients it holds ``{cluster}`` or ``{clusters}``;
`fill` puts the study's own words there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

# A name stands for every method that begins with it; the longest one counts.
METHOD_NAMES = {
    "agresti_caffo": "Agresti-Caffo",
    "ancova": "analysis of covariance with the baseline",
    "ancova_cr2": "analysis of covariance with the baseline (CR2 errors)",
    "ancova_hc3": "analysis of covariance with the baseline (HC3 errors)",
    "between_patient": "correlation of {cluster} means",
    "blocked_kruskal_wallis": "Kruskal-Wallis, labels permuted within {cluster}",
    "bootstrap": "bootstrap of {clusters}",
    "change_score": "t test of changes from baseline",
    "chi_square": "chi-square test",
    "cliffs_delta": "Cliff's delta",
    "clopper_pearson": "Clopper-Pearson",
    "cluster_bootstrap": "bootstrap of {clusters}",
    "datta_satten": "Datta-Satten clustered rank test",
    "datta_satten_many": "Datta-Satten test of several groups",
    "design_effect": "p corrected for clustering (Hedges)",
    "design_effect_equal_sizes": "p corrected for clustering (Hedges), {clusters} of equal size",
    "design_effect_tables": "p corrected for clustering (Hedges), {clusters} as in the tables",
    "dunn": "Dunn's test",
    "exact_stratified": "exact odds ratio stratified by {cluster}",
    "firth": "Firth logistic (not cluster-adjusted)",
    "fisher_exact": "Fisher's exact test",
    "follow_up_only": "t test of follow-up values",
    "gee": "GEE (Mancl-DeRouen)",
    "geometric_mean_ratio_welch": "Welch t on logs",
    "glmm_random_intercept": "random-intercept logit (adaptive quadrature)",
    "hodges_lehmann": "Hodges-Lehmann",
    "icc_anova": "ANOVA intraclass correlation (Searle)",
    "icc_reml": "REML intraclass correlation",
    "interval_rule": "overlap of prediction intervals",
    "korn_graubard": "Korn-Graubard",
    "kruskal_wallis": "Kruskal-Wallis test",
    "label_permutation": "permutation of {cluster} labels",
    "leave_one_patient_out": "leaving out one {cluster} at a time",
    "leave_one_series_out": "leaving out one series at a time",
    "lmm": "{cluster} random-intercept model (REML, Kenward-Roger)",
    "lmm_adjusted": "{cluster} random-intercept model with covariates",
    "lmm_between_slope": "between-{cluster} slope of the random-intercept model on logs",
    "lmm_geometric": "{cluster} random-intercept model on logs (REML, Kenward-Roger)",
    "lmm_joint_f": "joint F test of the {cluster} random-intercept model",
    "lmm_pairwise_ratio": "{cluster} random-intercept model on logs (REML, Kenward-Roger)",
    "lmm_satterthwaite": "{cluster} random-intercept model (Satterthwaite)",
    "lmm_slope_group_within": "within-{cluster} contrast of the random-intercept model",
    "lmm_within_slope": "within-{cluster} slope of the random-intercept model on logs",
    "mann_whitney": "Mann-Whitney test",
    "mean_change_clustered": "t limits between {clusters}",
    "mean_change_clustered_carried_forward": "mean change by {cluster}, last value carried forward",
    "mean_change_clustered_complete_cases": "mean change by {cluster}, complete cases",
    "mean_change_clustered_worst_case": "mean change by {cluster}, worst value for missing ones",
    "mean_difference_welch": "Welch t",
    "median_difference": "difference of medians",
    "miettinen_nurminen": "Miettinen-Nurminen",
    "mmrm_random_intercept": "{cluster} random-intercept model of all visits (REML)",
    "mmrm_random_intercept_group": "{cluster} random-intercept model of all visits, groups",
    "mmrm_random_intercept_satterthwaite": "{cluster} model of all visits (Satterthwaite)",
    "mmrm_unstructured": "unstructured model of all visits (REML)",
    "mmrm_unstructured_group": "unstructured model of all visits, groups",
    "mmrm_unstructured_satterthwaite": "unstructured model of all visits (Satterthwaite)",
    "moderator_test": "random-effects logistic, likelihood ratio between kinds of series",
    "mover_korn_graubard": "MOVER on Korn-Graubard limits",
    "newcombe": "Newcombe",
    "obuchowski_auc": "Obuchowski's clustered AUC",
    "ols_cr2": "least squares with CR2 errors",
    "paired_t": "paired t test",
    "paired_t_carried_forward": "paired t test, last value carried forward",
    "paired_t_complete_cases": "paired t test, complete cases",
    "paired_t_worst_case": "paired t test, worst value for missing ones",
    "patient_mean_t": "Welch t on {cluster} means",
    "patient_proportion_t": "t limits over {cluster} proportions",
    "permute_patient_events": "exact permutation of {cluster} labels, number of events",
    "permute_patient_labels": "permutation of {cluster} labels",
    "permute_within_patient": "permutation within {cluster}",
    "peters_regression": "Peters' regression",
    "prediction_interval": "prediction interval (t, K - 2)",
    "pseudo_median": "pseudo-median (Hodges-Lehmann)",
    "random_effects_logit": "random-effects logistic of series (profile likelihood)",
    "random_effects_logit_t": "random-effects logistic of series (Wald, t)",
    "random_effects_mean": "random-effects mean of series (Hartung-Knapp)",
    "rao_scott": "Rao-Scott test",
    "rmcorr": "repeated-measures correlation",
    "rosner_glynn_lee": "Rosner-Glynn-Lee clustered rank test",
    "sign_flip": "sign flips of whole {clusters}",
    "signed_rank": "Wilcoxon signed-rank test",
    "signed_rank_pratt": "Wilcoxon signed-rank test with zeros ranked (Pratt)",
    "spearman": "Spearman",
    "summed_counts_exact": "exact limits of the summed counts",
    "wilson": "Wilson",
    "within_rank_correlation": "rank correlation within {cluster}",
}

ESTIMAND_NAMES = {
    "auc": "probability of a larger value",
    "between_patient_correlation": "correlation between {cluster} means",
    "between_patient_correlation_weighted": "correlation between {cluster} means, weighted",
    "between_series_sd": "standard deviation between series",
    "cliffs_delta": "Cliff's delta",
    "cumulative_dose_planned": "cumulative dose over the schedule",
    "cumulative_dose_so_far_max": "largest cumulative dose of a {cluster} so far",
    "cumulative_dose_so_far_median": "median cumulative dose of a {cluster} so far",
    "cumulative_dose_so_far_min": "smallest cumulative dose of a {cluster} so far",
    "cumulative_dose_so_far_q1": "first quartile of the cumulative dose so far",
    "cumulative_dose_so_far_q3": "third quartile of the cumulative dose so far",
    "difference_between_modalities": "any difference between modalities",
    "dose_per_procedure": "dose of one procedure",
    "frequency_class": "frequency class",
    "full_design_effect": "design effect at an intraclass correlation of 1",
    "geometric_mean_ratio": "ratio of geometric means",
    "geometric_mean_ratio_adjusted": "ratio of geometric means, adjusted",
    "geometric_mean_ratio_by_patient": "ratio of geometric means, each {cluster} once",
    "geometric_mean_ratio_within": "ratio of geometric means within {clusters}",
    "hodges_lehmann_change": "Hodges-Lehmann change",
    "hodges_lehmann_shift": "Hodges-Lehmann shift",
    "icc": "intraclass correlation",
    "mean_change": "mean change",
    "mean_change_carried_forward": "mean change, last value carried forward",
    "mean_change_complete_cases": "mean change, complete cases",
    "mean_change_worst_case": "mean change, worst value for missing ones",
    "mean_difference": "difference of means",
    "mean_difference_adjusted": "difference of means, adjusted",
    "mean_difference_by_patient": "difference of means, each {cluster} once",
    "mean_difference_of_changes": "difference of mean changes",
    "mean_difference_within": "difference of means within {clusters}",
    "mean_of_new_series": "mean of a new series",
    "mean_rank_difference": "difference of mean ranks (Dunn)",
    "median_difference": "difference of medians",
    "median_of_changes": "median of the changes",
    "midrank_difference": "difference of mean ranks",
    "n_complete": "seen at every visit",
    "n_dropped_out": "not seen again after a visit",
    "n_intermittent": "seen again after a missed visit",
    "odds_ratio": "odds ratio",
    "omnibus": "any difference between levels",
    "p_at_estimated_icc": "printed p at the intraclass correlation of the tables",
    "p_at_estimated_icc_found": "pooled p at the intraclass correlation of the tables",
    "p_at_icc": "printed p at an intraclass correlation",
    "p_at_icc_found": "pooled p at an intraclass correlation",
    "pooled_mean": "pooled mean",
    "pooled_proportion": "pooled proportion",
    "pooled_proportion_without": "pooled proportion without one series",
    "proportion": "proportion",
    "proportion_by_patient": "proportion, each {cluster} once",
    "proportion_of_all": "proportion, missing ones as no event",
    "proportion_of_known": "proportion of known values",
    "proportion_of_new_series": "proportion of a new series",
    "proportion_of_patients": "proportion of {clusters}",
    "rank_sum": "rank sum",
    "ranking": "whether a ranking is supportable",
    "repeated_measures_correlation": "correlation within {cluster}",
    "reported_mean": "mean as reported",
    "reported_median": "median as reported",
    "reported_sd": "standard deviation as reported",
    "reported_value": "value as reported",
    "risk_difference": "risk difference",
    "sd_of_changes": "standard deviation of the changes",
    "signed_rank_sum": "sum of positive ranks",
    "slope_ratio": "ratio per unit",
    "slope_ratio_between": "ratio per unit between {clusters}",
    "slope_ratio_within": "ratio per unit within {cluster}",
    "small_study_slope": "slope of the log odds on 1 / trials",
    "spearman_rho": "Spearman's rho",
    "tipping_icc": "intraclass correlation at which the printed conclusion turns",
    "tipping_icc_found": "intraclass correlation at which the pooled conclusion turns",
    "within_patient_rank_correlation": "rank correlation within {cluster}",
}


def method_name(name: str) -> str:
    """Return the name of a method; ``{cluster}`` and ``{clusters}`` are left to fill in.

    Examples
    --------
    >>> method_name("permute_within_patient_exact"), method_name("wilson")
    ('exact permutation within {cluster}', 'Wilson')
    >>> method_name("something_new")
    'something new'
    """
    known = [key for key in METHOD_NAMES if name == key or name.startswith(f"{key}_")]
    if not known:
        return name.replace("_", " ")
    text = METHOD_NAMES[max(known, key=len)]
    says_exact = name.endswith("_exact") and "exact" not in text
    return f"exact {text}" if says_exact else text


def methods_name(names: str) -> str:
    """Return the name of one method, or of several that share a row (``a+b``)."""
    return " and ".join(method_name(part) for part in names.split("+"))


def estimand_name(name: str) -> str:
    """Return the name of an estimand.

    Examples
    --------
    >>> estimand_name("geometric_mean_ratio")
    'ratio of geometric means'
    """
    return ESTIMAND_NAMES.get(name, name.replace("_", " "))


def fill(text: str, cluster: str, clusters: str) -> str:
    """Put the study's words for a patient and for patients into a text."""
    return text.replace("{clusters}", clusters).replace("{cluster}", cluster)


def fill_all(text: str, words: Mapping[str, str]) -> str:
    """Put the study's words for ``row``, ``rows``, ``cluster`` and ``clusters`` into a text.

    Examples
    --------
    >>> fill_all("{Rows} of one {cluster}", {"rows": "scans", "cluster": "knee"})
    'Scans of one knee'
    """
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
        text = text.replace(f"{{{name.capitalize()}}}", word[:1].upper() + word[1:])
    return text


def listed(texts: Iterable[object], last: str = "and") -> str:
    """Join texts for a sentence, the last after `last`.

    Examples
    --------
    >>> listed(["a"]), listed([26, 27, 31], "or"), listed([])
    ('a', '26, 27 or 31', '')
    """
    *first, end = [str(text) for text in texts] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def is_ratio(estimand: str) -> bool:
    """Return whether an estimand compares by division, so that 1 means no difference."""
    return "ratio" in estimand.split("_")


def neutral_value(estimand: str) -> float:
    """Return the value that means no difference; NaN where an estimand has no direction.

    Examples
    --------
    >>> neutral_value("odds_ratio"), neutral_value("auc"), neutral_value("hodges_lehmann_shift")
    (1.0, 0.5, 0.0)
    """
    if estimand in ("rank_sum", "omnibus"):
        return math.nan
    if estimand == "auc":
        return 0.5
    return 1.0 if is_ratio(estimand) else 0.0
