"""Names for people of the methods that result rows name for machines."""

from __future__ import annotations

# A name stands for every method that begins with it; the longest one counts.
METHOD_NAMES = {
    "between_patient": "correlation of {cluster} means",
    "blocked_kruskal_wallis": "Kruskal-Wallis, labels permuted within {cluster}",
    "bootstrap": "bootstrap of {clusters}",
    "chi_square": "chi-square test",
    "cliffs_delta": "Cliff's delta",
    "clopper_pearson": "Clopper-Pearson",
    "cluster_bootstrap": "bootstrap of {clusters}",
    "dunn": "Dunn's test",
    "fisher_exact": "Fisher's exact test",
    "geometric_mean_ratio_welch": "Welch t on logs",
    "hodges_lehmann": "Hodges-Lehmann",
    "korn_graubard": "Korn-Graubard",
    "kruskal_wallis": "Kruskal-Wallis test",
    "label_permutation": "permutation of {cluster} labels",
    "lmm": "{cluster} random-intercept model (REML, Kenward-Roger)",
    "lmm_between_slope": "between-{cluster} slope of the random-intercept model on logs",
    "lmm_geometric": "{cluster} random-intercept model on logs (REML, Kenward-Roger)",
    "lmm_joint_f": "joint F test of the {cluster} random-intercept model",
    "lmm_pairwise_ratio": "{cluster} random-intercept model on logs (REML, Kenward-Roger)",
    "lmm_within_slope": "within-{cluster} slope of the random-intercept model on logs",
    "mann_whitney": "Mann-Whitney test",
    "mean_difference_welch": "Welch t",
    "median_difference": "difference of medians",
    "mover_korn_graubard": "MOVER on Korn-Graubard limits",
    "newcombe": "Newcombe",
    "permute_patient_events": "permutation of {cluster} labels",
    "permute_patient_labels": "permutation of {cluster} labels",
    "permute_within_patient": "permutation within {cluster}",
    "reml_joint_f": "joint F test of the {cluster} random-intercept model",
    "reml_kenward_roger": "{cluster} random-intercept model on logs (REML, Kenward-Roger)",
    "rmcorr": "repeated-measures correlation",
    "spearman": "Spearman",
    "welch_log": "Welch t on logs",
    "wilson": "Wilson",
    "within_patient_permutation": "permutation within {cluster}",
    "within_rank_correlation": "rank correlation within {cluster}",
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
