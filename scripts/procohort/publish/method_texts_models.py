"""Words for models of clustered rows, their variances and their influence; see `method_text`."""

from __future__ import annotations

from procohort.publish.method_text import MethodText

MODELS: dict[str, MethodText] = {
    "design_effect": MethodText(
        "The p of the pooled test was corrected for every intraclass correlation from 0 to 1",
        "It shows how alike the {rows} of one {cluster} must be for the conclusion to turn",
        ("hedges_2007", "moulton_1986", "scott_holt_1982"),
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
}
