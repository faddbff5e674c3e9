"""What each method did, why it was chosen, and who described it: sentences for a paper.

Past tense, no final full stop. ``{row}``, ``{rows}``, ``{cluster}`` and ``{clusters}`` stand
for the study's own words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MethodText:
    """One method in words.

    Attributes
    ----------
    does : str
        What was done.
    why : str
        Why this method.
    cites : tuple of str
        Keys of `references.REFERENCES`.
    """

    does: str
    why: str
    cites: tuple[str, ...]


# A text stands for every method that begins with its key; the longest key counts.
METHOD_TEXTS: dict[str, MethodText] = {
    "agresti_caffo": MethodText(
        "Risk differences also had Agresti-Caffo limits, with one event and one non-event added "
        "to each group",
        "They keep their coverage in small groups",
        ("agresti_caffo_2000",),
    ),
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
    "chi_square": MethodText(
        "Pearson's chi-square test was used without continuity correction",
        "It is the usual test where every expected count is at least 5; elsewhere it is shown for "
        "comparison only",
        ("pearson_1900",),
    ),
    "cliffs_delta": MethodText(
        "Cliff's delta, the probability of a larger minus that of a smaller value, had Cliff's "
        "asymmetric limits",
        "It measures an effect without a unit and without a distribution",
        ("cliff_1996",),
    ),
    "clopper_pearson": MethodText(
        "Proportions had exact binomial (Clopper-Pearson) limits",
        "Their coverage never falls below the nominal one for independent {rows}",
        ("clopper_pearson_1934",),
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
    "exact_stratified": MethodText(
        "The exact conditional odds ratio common to all {clusters} was computed with each "
        "{cluster} as a stratum",
        "Only {clusters} with both groups and both outcomes inform it, so that differences "
        "between {clusters} cannot confound it",
        ("gart_1970", "mehta_patel_gray_1985"),
    ),
    "firth": MethodText(
        "Odds ratios were also estimated by Firth's penalised likelihood with profile limits, "
        "without regard to clustering",
        "The estimate stays finite where a group has no event",
        ("firth_1993", "heinze_schemper_2002"),
    ),
    "fisher_exact": MethodText(
        "Fisher's exact test was two-sided (tables at most as probable as the observed one); odds "
        "ratios of two groups were conditional maximum likelihood estimates with exact limits",
        "It is exact however few the events are",
        ("cornfield_1956", "freeman_halton_1951"),
    ),
    "gee": MethodText(
        "A logit model was fitted by generalised estimating equations with an exchangeable "
        "correlation, Mancl-DeRouen standard errors and t with two degrees of freedom fewer than "
        "{clusters}",
        "These standard errors are corrected for few {clusters}",
        ("liang_zeger_1986", "mancl_derouen_2001"),
    ),
    "geometric_mean_ratio_welch": MethodText(
        "Ratios of geometric means were estimated by Welch's t test on logarithms",
        "A ratio suits skewed positive outcomes and can be laid beside that of the model",
        ("welch_1947",),
    ),
    "glmm_random_intercept": MethodText(
        "A logit model with a random intercept for each {cluster} was fitted by adaptive "
        "Gauss-Hermite quadrature",
        "It gives the odds ratio within a {cluster}",
        ("pinheiro_bates_1995",),
    ),
    "hodges_lehmann": MethodText(
        "The Hodges-Lehmann shift was the median of all differences between the groups",
        "It is the effect that belongs to the rank test",
        ("hodges_lehmann_1963",),
    ),
    "icc_anova": MethodText(
        "The intraclass correlation was also estimated by one-way analysis of variance with "
        "Searle's limits",
        "It assumes no model beyond equal variances",
        ("searle_1971", "thomas_hultquist_1978"),
    ),
    "icc_reml": MethodText(
        "The intraclass correlation was estimated by restricted maximum likelihood in a "
        "random-intercept model with profile-likelihood limits, on logarithms where the variable "
        "was positive",
        "It says how alike the {rows} of one {cluster} were",
        ("laird_ware_1982", "pawitan_2001"),
    ),
    "korn_graubard": MethodText(
        "Exact limits were computed for the effective sample size (Korn-Graubard), with a design "
        "effect never below 1",
        "Binomial limits are too narrow where events gather in few {clusters}",
        ("korn_graubard_1998",),
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
    "leave_one_patient_out": MethodText(
        "Each primary answer was computed again without one {cluster} at a time; the smallest and "
        "largest estimate and the largest p are given",
        "It shows whether one {cluster} carries the result",
        ("belsley_1980",),
    ),
    "lmm": MethodText(
        "A linear model with a random intercept for each {cluster} was fitted by restricted "
        "maximum likelihood; tests and limits used t with Kenward-Roger degrees of freedom",
        "It allows for unequal numbers of {rows} and for few {clusters}",
        ("laird_ware_1982", "kenward_roger_1997"),
    ),
    "lmm_adjusted": MethodText(
        "The random-intercept model was fitted again with the declared covariates",
        "{Rows} of the groups may have differed in more than the group",
        ("laird_ware_1982", "kenward_roger_1997"),
    ),
    "lmm_between_slope": MethodText(
        "The same model gave the ratio per unit between the means of the {clusters}",
        "The slopes within and between {clusters} need not agree",
        ("mundlak_1978",),
    ),
    "lmm_geometric": MethodText(
        "A linear model of the logarithms with a random intercept for each {cluster} was fitted "
        "by restricted maximum likelihood and gave the ratio of geometric means; tests and limits "
        "used t with Kenward-Roger degrees of freedom",
        "The outcome was skewed, numbers of {rows} were unequal, and {clusters} were few",
        ("laird_ware_1982", "kenward_roger_1997"),
    ),
    "lmm_joint_f": MethodText(
        "All groups were tested together by the scaled F of Kenward and Roger in a model with a "
        "random intercept for each {cluster}, on logarithms where the outcome was positive",
        "The model serves groups that are a fact of the {cluster} and groups that vary within it",
        ("laird_ware_1982", "kenward_roger_1997"),
    ),
    "lmm_mean_difference": MethodText(
        "Outcomes that could be zero were analysed without logarithms by a linear model with a "
        "random intercept for each {cluster}, which gave the difference of means",
        "A ratio is not defined at zero",
        ("laird_ware_1982", "kenward_roger_1997"),
    ),
    "lmm_pairwise_difference": MethodText(
        "The model gave the difference of means for each pair of groups, adjusted by Holm's method",
        "It tells which groups differ where the outcome could be zero",
        ("kenward_roger_1997", "holm_1979"),
    ),
    "lmm_pairwise_ratio": MethodText(
        "The model gave the ratio of geometric means for each pair of groups, adjusted by Holm's "
        "method",
        "It tells which groups differ, and by how much",
        ("kenward_roger_1997", "holm_1979"),
    ),
    "lmm_satterthwaite": MethodText(
        "The random-intercept model was also tested with Satterthwaite degrees of freedom",
        "It shows whether the answer depends on the small-sample correction",
        ("kuznetsova_2017",),
    ),
    "lmm_slope_group_within": MethodText(
        "The model with a within and a between part gave the contrast within {clusters}",
        "This part is free of everything that distinguishes one {cluster} from another",
        ("mundlak_1978", "kenward_roger_1997"),
    ),
    "lmm_within_slope": MethodText(
        "A random-intercept model of the logarithms gave the ratio per unit within {clusters}, "
        "separate from that between them",
        "The slope within {clusters} is free of everything that distinguishes one {cluster} from "
        "another",
        ("mundlak_1978", "kenward_roger_1997"),
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
    "miettinen_nurminen": MethodText(
        "Risk differences also had Miettinen-Nurminen score limits",
        "They agree with a score test",
        ("miettinen_nurminen_1985",),
    ),
    "mover_korn_graubard": MethodText(
        "Limits of the risk difference were recovered from the Korn-Graubard limits of each group "
        "(MOVER)",
        "They respect clustering and stay within bounds with few events",
        ("zou_donner_2008", "korn_graubard_1998"),
    ),
    "newcombe": MethodText(
        "Risk differences had Newcombe's hybrid score limits",
        "They stay within bounds with few events",
        ("newcombe_1998",),
    ),
    "obuchowski_auc": MethodText(
        "The probability of a larger value in one group (area under the curve) had Obuchowski's "
        "limits for clustered data",
        "It weights each {row} equally, unlike the Datta-Satten test",
        ("obuchowski_1997",),
    ),
    "ols_cr2": MethodText(
        "Least squares were used with cluster-robust CR2 standard errors and Satterthwaite "
        "degrees of freedom",
        "It assumes no correlation structure within {clusters}",
        ("bell_mccaffrey_2002", "pustejovsky_tipton_2018"),
    ),
    "patient_mean_t": MethodText(
        "The means of the {clusters} were compared by Welch's t test, on logarithms where the "
        "outcome was positive",
        "It counts each {cluster} once: the answer differs where the number of {rows} is related "
        "to the outcome",
        ("welch_1947", "williamson_2003"),
    ),
    "patient_proportion_t": MethodText(
        "The mean of the {clusters}' own proportions had t limits",
        "It counts each {cluster} once: it differs from the pooled proportion where the number of "
        "{rows} is related to the outcome",
        ("williamson_2003",),
    ),
    "permute_patient_events": MethodText(
        "The number of the rarer outcome was referred to all arrangements in which whole "
        "{clusters} change group",
        "It is exact by enumeration, but cautious with few events",
        ("davison_hinkley_1997",),
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
    "rao_scott": MethodText(
        "The chi-square statistic was corrected for clustering (Rao-Scott, second order) and "
        "referred to F",
        "It keeps the familiar test and adjusts its distribution",
        ("rao_scott_1984", "thomas_rao_1987"),
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
    "wilson": MethodText(
        "Wilson score limits are given beside them",
        "Their coverage is closer to the nominal one on average",
        ("wilson_1927",),
    ),
    "within_rank_correlation": MethodText(
        "Pooled midranks were correlated after the mean rank of each {cluster} had been subtracted",
        "It needs no logarithm and resists outliers",
        ("bland_altman_1995a",),
    ),
}


def text_of(method: str) -> MethodText | None:
    """Return the words for a method as result rows name it, None for an unknown one.

    Examples
    --------
    >>> text_of("wilson").cites
    ('wilson_1927',)
    >>> text_of("permute_within_patient_exact").does[:21]
    'The p value was exact'
    >>> text_of("something_new") is None
    True
    """
    key = key_of(method)
    return METHOD_TEXTS[key] if key else None


def key_of(method: str) -> str:
    """Return the longest key that a method begins with, nothing for an unknown method."""
    known = [key for key in METHOD_TEXTS if method == key or method.startswith(f"{key}_")]
    return max(known, key=len, default="")
