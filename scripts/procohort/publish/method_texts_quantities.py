"""Words for ranks, means, correlations, permutations and resampling; see `method_text`."""

from __future__ import annotations

from procohort.publish.method_text import MethodText

QUANTITIES: dict[str, MethodText] = {
    "between_patient": MethodText(
        "The means of the {clusters} were correlated (Pearson), each {cluster} counted once, and "
        "again weighted by its number of {rows}",
        "It shows whether {clusters} with larger values of one variable had larger values of the "
        "other",
        ("bland_altman_1995b",),
    ),
    "blocked_kruskal_wallis": MethodText(
        "The Kruskal-Wallis statistic of pooled midranks was referred to the permutations of "
        "group labels within each {cluster}",
        "The group varied within {clusters}, so that each {cluster} served as its own control",
        ("strasser_weber_1999",),
    ),
    "bootstrap": MethodText(
        "Whole {clusters} were drawn with replacement, and limits were the percentiles of the "
        "replicates",
        "It assumes no distribution and keeps together what belongs to one {cluster}",
        ("efron_tibshirani_1993", "davison_hinkley_1997"),
    ),
    "bootstrap_spearman": MethodText(
        "Spearman's rank correlation had limits from samples of whole {clusters}, drawn with "
        "replacement: the percentiles of the replicates",
        "The limits widen where {clusters} differ, and no distribution is assumed",
        ("spearman_1904", "efron_tibshirani_1993", "davison_hinkley_1997"),
    ),
    "cliffs_delta": MethodText(
        "Cliff's delta, the probability of a larger minus that of a smaller value, had Cliff's "
        "asymmetric limits",
        "It measures an effect without a unit and without a distribution",
        ("cliff_1996",),
    ),
    "cluster_bootstrap": MethodText(
        "Whole {clusters} were drawn with replacement, and limits were the percentiles of the "
        "replicates",
        "It assumes no distribution and keeps together what belongs to one {cluster}",
        ("efron_tibshirani_1993", "davison_hinkley_1997"),
    ),
    "datta_satten": MethodText(
        "The Datta-Satten rank sum test was referred to t with two degrees of freedom fewer than "
        "{clusters}",
        "It counts each {cluster} once, whatever its size, and holds where one {cluster} has both "
        "groups",
        ("datta_satten_2005",),
    ),
    "datta_satten_many": MethodText(
        "The Datta-Satten test of several groups was referred to chi-square",
        "It counts each {cluster} once and does not depend on the order of the groups",
        ("datta_satten_2005",),
    ),
    "dunn": MethodText(
        "Pairs of groups were compared by Dunn's test, adjusted by Holm's method over the pairs",
        "It uses the ranks of the Kruskal-Wallis test",
        ("dunn_1964", "holm_1979"),
    ),
    "geometric_mean_ratio_welch": MethodText(
        "Ratios of geometric means were estimated by Welch's t test on logarithms",
        "A ratio suits skewed positive outcomes and can be laid beside that of the model",
        ("welch_1947",),
    ),
    "hodges_lehmann": MethodText(
        "The Hodges-Lehmann shift was the median of all differences between the groups",
        "It is the effect that belongs to the rank test",
        ("hodges_lehmann_1963",),
    ),
    "kruskal_wallis": MethodText(
        "Three or more groups were compared by the Kruskal-Wallis test with correction for ties",
        "It is the usual test of a skewed outcome in several groups",
        ("kruskal_wallis_1952",),
    ),
    "label_permutation": MethodText(
        "Whole {clusters} changed group at random",
        "{Clusters} are exchangeable if the groups do not differ",
        ("davison_hinkley_1997",),
    ),
    "mann_whitney": MethodText(
        "Two groups were compared by the two-sided Mann-Whitney test (normal approximation, "
        "variance corrected for ties, no continuity correction); the effect was the "
        "Hodges-Lehmann shift, the median of all differences between the groups",
        "It is the usual test of a skewed outcome in two groups",
        ("mann_whitney_1947", "hodges_lehmann_1963", "lehmann_1975"),
    ),
    "mann_whitney_exact": MethodText(
        "Where one group was small, the Mann-Whitney test was also computed exactly, ties included",
        "The normal approximation is poor in a small group",
        ("streitberg_roehmel_1986",),
    ),
    "mean_difference_welch": MethodText(
        "Differences of means were estimated by Welch's t test",
        "A ratio is not defined where the outcome could be zero",
        ("welch_1947",),
    ),
    "median_difference": MethodText(
        "The difference of medians is given as a point estimate",
        "It is the effect that readers of medians compute themselves",
        (),
    ),
    "obuchowski_auc": MethodText(
        "The probability of a larger value in one group (area under the curve) had Obuchowski's "
        "limits for clustered data",
        "It weights each {row} equally, unlike the Datta-Satten test",
        ("obuchowski_1997",),
    ),
    "permute_patient_labels": MethodText(
        "The p value came from permutations in which whole {clusters} changed group",
        "{Clusters} are exchangeable if the groups do not differ, and no distribution is assumed",
        ("davison_hinkley_1997",),
    ),
    "permute_patient_labels_mean": MethodText(
        "The p value of the risk difference came from permutations in which whole {clusters} "
        "changed group",
        "{Clusters} are exchangeable if the groups do not differ, and this holds with few events",
        ("davison_hinkley_1997",),
    ),
    "permute_within_patient": MethodText(
        "Group labels were permuted within each {cluster}, with the rank sum of pooled midranks "
        "as statistic",
        "The group varied within {clusters}, so that each {cluster} served as its own control",
        ("van_elteren_1960", "davison_hinkley_1997"),
    ),
    "permute_within_patient_exact": MethodText(
        "The p value was exact over all permutations of group labels within each {cluster}, with "
        "the rank sum of pooled midranks as statistic",
        "The group varied within {clusters}, so that each {cluster} served as its own control, "
        "and the exact distribution holds with few {rows} in a group",
        ("van_elteren_1960", "streitberg_roehmel_1986"),
    ),
    "rmcorr": MethodText(
        "The repeated-measures correlation with the logarithm of the outcome was computed after "
        "the mean of each {cluster} had been subtracted",
        "It shows how both variables moved together within {clusters}",
        ("bland_altman_1995a", "bakdash_marusich_2017"),
    ),
    "rosner_glynn_lee": MethodText(
        "The Rosner-Glynn-Lee rank sum test compared {clusters} of equal size",
        "It is widely used for groups of whole {clusters}, but loses power with unequal sizes",
        ("rosner_glynn_lee_2003",),
    ),
    "spearman": MethodText(
        "Spearman's rank correlation was computed with Bonett-Wright limits and a p value from t",
        "It asks for no straight line and no distribution",
        ("spearman_1904", "bonett_wright_2000"),
    ),
    "within_rank_correlation": MethodText(
        "Pooled midranks were correlated after the mean rank of each {cluster} had been subtracted",
        "It needs no logarithm and resists outliers",
        ("bland_altman_1995a",),
    ),
}
