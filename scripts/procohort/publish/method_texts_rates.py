"""Words for methods of counts and proportions; see `method_text`."""

from __future__ import annotations

from procohort.publish.method_text import MethodText

RATES: dict[str, MethodText] = {
    "agresti_caffo": MethodText(
        "Risk differences also had Agresti-Caffo limits, with one event and one non-event added "
        "to each group",
        "They keep their coverage in small groups",
        ("agresti_caffo_2000",),
    ),
    "chi_square": MethodText(
        "Pearson's chi-square test was used without continuity correction",
        "It is the usual test where every expected count is at least 5; elsewhere it is shown for "
        "comparison only",
        ("pearson_1900",),
    ),
    "clopper_pearson": MethodText(
        "Proportions had exact binomial (Clopper-Pearson) limits",
        "Their coverage never falls below the nominal one for independent {rows}",
        ("clopper_pearson_1934",),
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
    "glmm_random_intercept": MethodText(
        "A logit model with a random intercept for each {cluster} was fitted by adaptive "
        "Gauss-Hermite quadrature",
        "It gives the odds ratio within a {cluster}",
        ("pinheiro_bates_1995",),
    ),
    "korn_graubard": MethodText(
        "Exact limits were computed for the effective sample size (Korn-Graubard), with a design "
        "effect never below 1",
        "Binomial limits are too narrow where events gather in few {clusters}",
        ("korn_graubard_1998",),
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
    "rao_scott": MethodText(
        "The chi-square statistic was corrected for clustering (Rao-Scott, second order) and "
        "referred to F",
        "It keeps the familiar test and adjusts its distribution",
        ("rao_scott_1984", "thomas_rao_1987"),
    ),
    "wilson": MethodText(
        "Wilson score limits are given beside them",
        "Their coverage is closer to the nominal one on average",
        ("wilson_1927",),
    ),
}
