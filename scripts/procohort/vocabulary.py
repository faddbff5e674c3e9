"""Names for people of the methods and estimands that result rows name for machines.

Where a name speaks of the study's patients it holds ``{cluster}`` or ``{clusters}``;
`fill` puts the study's own words there.
"""

from __future__ import annotations

# A name stands for every method that begins with it; the longest one counts.
METHOD_NAMES = {
    "agresti_caffo": "Agresti-Caffo",
    "between_patient": "correlation of {cluster} means",
    "blocked_kruskal_wallis": "Kruskal-Wallis, labels permuted within {cluster}",
    "bootstrap": "bootstrap of {clusters}",
    "chi_square": "chi-square test",
    "cliffs_delta": "Cliff's delta",
    "clopper_pearson": "Clopper-Pearson",
    "cluster_bootstrap": "bootstrap of {clusters}",
    "datta_satten": "Datta-Satten clustered rank test",
    "datta_satten_many": "Datta-Satten test of several groups",
    "dunn": "Dunn's test",
    "exact_stratified": "exact odds ratio stratified by {cluster}",
    "firth": "Firth logistic (not cluster-adjusted)",
    "fisher_exact": "Fisher's exact test",
    "gee": "GEE (Mancl-DeRouen)",
    "geometric_mean_ratio_welch": "Welch t on logs",
    "glmm_random_intercept": "random-intercept logit (adaptive quadrature)",
    "hodges_lehmann": "Hodges-Lehmann",
    "icc_anova": "ANOVA intraclass correlation (Searle)",
    "icc_reml": "REML intraclass correlation",
    "korn_graubard": "Korn-Graubard",
    "kruskal_wallis": "Kruskal-Wallis test",
    "label_permutation": "permutation of {cluster} labels",
    "leave_one_patient_out": "leaving out one {cluster} at a time",
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
    "mean_difference_welch": "Welch t",
    "median_difference": "difference of medians",
    "miettinen_nurminen": "Miettinen-Nurminen",
    "mover_korn_graubard": "MOVER on Korn-Graubard limits",
    "newcombe": "Newcombe",
    "obuchowski_auc": "Obuchowski's clustered AUC",
    "ols_cr2": "least squares with CR2 errors",
    "patient_proportion_t": "t limits over {cluster} proportions",
    "patient_mean_t": "Welch t on {cluster} means",
    "permute_patient_events": "exact permutation of {cluster} labels, number of events",
    "permute_patient_labels": "permutation of {cluster} labels",
    "permute_within_patient": "permutation within {cluster}",
    "rao_scott": "Rao-Scott test",
    "rmcorr": "repeated-measures correlation",
    "rosner_glynn_lee": "Rosner-Glynn-Lee clustered rank test",
    "spearman": "Spearman",
    "wilson": "Wilson",
    "within_rank_correlation": "rank correlation within {cluster}",
}

ESTIMAND_NAMES = {
    "auc": "probability of a larger value",
    "between_patient_correlation": "correlation between {cluster} means",
    "between_patient_correlation_weighted": "correlation between {cluster} means, weighted",
    "cliffs_delta": "Cliff's delta",
    "geometric_mean_ratio": "ratio of geometric means",
    "geometric_mean_ratio_adjusted": "ratio of geometric means, adjusted",
    "geometric_mean_ratio_by_patient": "ratio of geometric means, each {cluster} once",
    "geometric_mean_ratio_within": "ratio of geometric means within {clusters}",
    "hodges_lehmann_shift": "Hodges-Lehmann shift",
    "icc": "intraclass correlation",
    "mean_difference": "difference of means",
    "mean_difference_adjusted": "difference of means, adjusted",
    "mean_difference_by_patient": "difference of means, each {cluster} once",
    "mean_difference_within": "difference of means within {clusters}",
    "mean_rank_difference": "difference of mean ranks (Dunn)",
    "median_difference": "difference of medians",
    "midrank_difference": "difference of mean ranks",
    "odds_ratio": "odds ratio",
    "omnibus": "any difference between levels",
    "proportion": "proportion",
    "proportion_by_patient": "proportion, each {cluster} once",
    "rank_sum": "rank sum",
    "repeated_measures_correlation": "correlation within {cluster}",
    "risk_difference": "risk difference",
    "slope_ratio": "ratio per unit",
    "slope_ratio_between": "ratio per unit between {clusters}",
    "slope_ratio_within": "ratio per unit within {cluster}",
    "spearman_rho": "Spearman's rho",
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
