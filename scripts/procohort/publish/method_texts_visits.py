"""Words for methods of change over time; see `method_text`."""

from __future__ import annotations

from procohort.publish.method_text import MethodText

VISITS: dict[str, MethodText] = {
    "ancova": MethodText(
        "Follow-up values of two groups were compared by analysis of covariance with the baseline "
        "value as covariate (least squares)",
        "It allows for a difference at baseline and is more precise than the change score",
        ("fisher_1932", "vickers_altman_2001"),
    ),
    "ancova_cr2": MethodText(
        "Analysis of covariance with the baseline value used cluster-robust CR2 standard errors "
        "and Satterthwaite degrees of freedom",
        "It allows for a difference at baseline where a {cluster} has several {rows}",
        ("vickers_altman_2001", "bell_mccaffrey_2002", "pustejovsky_tipton_2018"),
    ),
    "ancova_hc3": MethodText(
        "Analysis of covariance with the baseline value was repeated with HC3 standard errors",
        "They hold where the groups differ in spread",
        ("vickers_altman_2001", "mackinnon_white_1985"),
    ),
    "change_score": MethodText(
        "Changes from baseline of two groups were compared by Student's t test",
        "It shows what the adjustment for the baseline does",
        ("student_1908", "vickers_altman_2001"),
    ),
    "follow_up_only": MethodText(
        "Follow-up values of two groups were compared by Student's t test without regard to the "
        "baseline",
        "It shows what the adjustment for the baseline does",
        ("student_1908", "vickers_altman_2001"),
    ),
    "mean_change_clustered": MethodText(
        "Mean changes had limits from the variance between {clusters} and t with one degree of "
        "freedom fewer than {clusters}",
        "{Rows} of one {cluster} change alike, and nothing is assumed about how much so",
        ("cochran_1977",),
    ),
    "mean_change_clustered_carried_forward": MethodText(
        "The mean change at the last visit was repeated with missing values replaced by the last "
        "value seen before, limits from the variance between {clusters}",
        "It shows how far the answer depends on who was not seen again",
        ("cochran_1977", "molenberghs_2004"),
    ),
    "mean_change_clustered_complete_cases": MethodText(
        "The mean change at the last visit was repeated in those with a value at every visit, "
        "limits from the variance between {clusters}",
        "It shows how far the answer depends on who was not seen at every visit",
        ("cochran_1977",),
    ),
    "mean_change_clustered_worst_case": MethodText(
        "The mean change at the last visit was repeated with missing values replaced by the worst "
        "value that anybody had there, limits from the variance between {clusters}",
        "It bounds what those who were not seen could do to the answer",
        ("cochran_1977",),
    ),
    "mmrm_random_intercept": MethodText(
        "All visits were analysed in one linear model with visit as a factor and a random "
        "intercept for each {cluster} (restricted maximum likelihood, Kenward-Roger degrees of "
        "freedom); changes from baseline were adjusted by Holm's method over the visits",
        "It assumes one variance and one correlation for all visits, needs few {clusters}, and no "
        "course over time is assumed",
        ("laird_ware_1982", "kenward_roger_1997", "holm_1979"),
    ),
    "mmrm_random_intercept_group": MethodText(
        "Groups were compared at every visit in one linear model with visit, group, their "
        "interaction and the baseline value, and a random intercept for each {cluster}; p values "
        "were adjusted by Holm's method over the visits",
        "It assumes one variance and one correlation for all visits and needs few {clusters}",
        ("laird_ware_1982", "kenward_roger_1997", "holm_1979"),
    ),
    "mmrm_random_intercept_satterthwaite": MethodText(
        "The model of all visits with a random intercept was also tested with Satterthwaite "
        "degrees of freedom",
        "It shows whether the answer depends on the small-sample correction",
        ("kuznetsova_2017",),
    ),
    "mmrm_unstructured": MethodText(
        "All visits were analysed in one linear model with visit as a factor and an unstructured "
        "covariance of the visits (restricted maximum likelihood, Kenward-Roger degrees of "
        "freedom); changes from baseline were adjusted by Holm's method over the visits",
        "It assumes nothing about spread and correlation of the visits, and values may be missing "
        "at random",
        ("jennrich_schluchter_1986", "mallinckrodt_2001", "kenward_roger_1997", "holm_1979"),
    ),
    "mmrm_unstructured_group": MethodText(
        "Groups were compared at every visit in one linear model with visit, group, their "
        "interaction and the baseline value, and an unstructured covariance of the visits; p "
        "values were adjusted by Holm's method over the visits",
        "It is the usual model of trials with repeated visits, and values may be missing at random",
        ("jennrich_schluchter_1986", "mallinckrodt_2001", "kenward_roger_1997", "holm_1979"),
    ),
    "mmrm_unstructured_satterthwaite": MethodText(
        "The model of all visits with an unstructured covariance was also tested with "
        "Satterthwaite degrees of freedom",
        "It shows whether the answer depends on the small-sample correction",
        ("mallinckrodt_2001", "kuznetsova_2017"),
    ),
    "paired_t": MethodText(
        "Mean changes from baseline were tested by the paired t test",
        "It is the usual test of a mean change",
        ("student_1908",),
    ),
    "paired_t_carried_forward": MethodText(
        "The paired t test at the last visit was repeated with missing values replaced by the "
        "last value seen before",
        "It shows how far the answer depends on who was not seen again",
        ("student_1908", "molenberghs_2004"),
    ),
    "paired_t_complete_cases": MethodText(
        "The paired t test at the last visit was repeated in those with a value at every visit",
        "It shows how far the answer depends on who was not seen at every visit",
        ("student_1908",),
    ),
    "paired_t_worst_case": MethodText(
        "The paired t test at the last visit was repeated with missing values replaced by the "
        "worst value that anybody had there",
        "It bounds what those who were not seen could do to the answer",
        ("student_1908",),
    ),
    "pseudo_median": MethodText(
        "The pseudo-median of the changes, the median of all averages of two of them, had limits "
        "from the signed-rank test",
        "It is the effect that belongs to the signed-rank test",
        ("hodges_lehmann_1963", "hollander_wolfe_1973"),
    ),
    "sign_flip": MethodText(
        "The p value came from reversing the signs of all changes of a {cluster} together",
        "If nothing changed, a {cluster} is as likely with all signs reversed, however alike its "
        "{rows} are",
        ("davison_hinkley_1997",),
    ),
    "signed_rank": MethodText(
        "Changes from baseline were tested by Wilcoxon's signed-rank test (normal approximation, "
        "variance corrected for ties, zeros dropped)",
        "It is the usual test of a change on a skewed or ordinal scale",
        ("wilcoxon_1945", "hollander_wolfe_1973"),
    ),
    "signed_rank_exact": MethodText(
        "Changes from baseline were tested by Wilcoxon's signed-rank test, exact given ties, with "
        "zeros dropped",
        "The normal approximation is poor with few changes",
        ("wilcoxon_1945", "streitberg_roehmel_1986"),
    ),
    "signed_rank_pratt": MethodText(
        "The signed-rank test was repeated with unchanged values ranked before they were dropped "
        "(Pratt)",
        "It shows what the treatment of unchanged values does",
        ("pratt_1959",),
    ),
}
