"""Methods in plain words, by the names that result rows give them.

A text says what question the method answers and how far it can be trusted. ``{row}``,
``{rows}``, ``{cluster}`` and ``{clusters}`` stand for the study's words.
"""

from __future__ import annotations

from procohort.publish.report.glossary_terms import Explained

_ALONE = "It takes every {row} as independent of the others."
_SHUFFLED = "p is how often shuffling alone gives a difference as large as the one seen."
_CLUSTERED_RANKS = (
    "Compares groups by the order of their values, as the Mann-Whitney test does, but knows that "
    "{rows} of one {cluster} belong together."
)
_OWN_LEVEL = "Each {cluster} has its own level in the model"
_BY_VISITS = (
    "A model of all visits together: it uses every recorded value, also of {clusters} that missed "
    "a visit, and knows that values of one {cluster} belong together."
)
_BASELINE = (
    "Compares the values of groups at a visit between {clusters} that began at the same value."
)
_T_OF_CHANGES = "Asks whether the average change is zero."
_CARRIED = "Where a visit was missed, the last known value stands in."
_WORST = "Where a visit was missed, the worst value stands in."
_COMPLETE = "Only {clusters} that were seen at every visit are counted."
_LOGIT = "A model for yes or no outcomes."
_SERIES_MODEL = "Puts several series together and allows that they differ from each other."
_P_CORRECTED = (
    "Corrects a test that took all {rows} as independent for how alike those of one {cluster} are."
)
_DRAWN = (
    "Whole {clusters} are drawn again and again; how much the result moves gives the interval. It "
    "assumes no particular shape of the values."
)

METHODS: tuple[Explained, ...] = (
    (
        ("mann_whitney",),
        f"Compares two groups by the order of their values; extreme values weigh no more than "
        f"others. {_ALONE}",
    ),
    (
        ("kruskal_wallis",),
        f"Compares three or more groups by the order of their values, all at once. {_ALONE}",
    ),
    (
        ("blocked_kruskal_wallis",),
        f"Compares groups by the order of their values, where one {{cluster}} has {{rows}} of "
        f"several groups: labels are shuffled only within each {{cluster}}. {_SHUFFLED}",
    ),
    (
        ("dunn",),
        "Says which pairs of groups differ, from the same order of values as the Kruskal-Wallis "
        "test.",
    ),
    (("median_difference",), "Compares two groups by their middle values."),
    (
        ("hodges_lehmann",),
        "Estimates by how much one group typically lies above the other, to go with a test of the "
        "order of values.",
    ),
    (
        ("pseudo_median",),
        "Estimates the typical change, to go with the signed-rank test. Extreme changes hardly "
        "move it.",
    ),
    (
        ("cliffs_delta",),
        "Weighs how often a value of one group is larger than one of the other against how often "
        "it is smaller.",
    ),
    (
        ("mean_difference_welch",),
        f"Compares the averages of two groups whose spread may differ. {_ALONE}",
    ),
    (
        ("geometric_mean_ratio_welch",),
        f"Compares typical values of two groups as a ratio, which suits values that are always "
        f"above zero and have a long tail. {_ALONE}",
    ),
    (
        ("patient_mean_t",),
        "Each {cluster} is boiled down to its average, and the averages are compared: simple and "
        "safe, though {clusters} with many {rows} count no more than others.",
    ),
    (
        ("patient_proportion_t",),
        "Each {cluster} is boiled down to its own share of events; the interval comes from how "
        "these shares differ.",
    ),
    (
        ("fisher_exact",),
        f"Compares how often something happened in groups; it stays right when events are few. "
        f"{_ALONE}",
    ),
    (
        ("chi_square",),
        f"Compares how often something happened in groups; it needs enough events. {_ALONE}",
    ),
    (
        ("rao_scott",),
        "A chi-square test corrected for how alike the {rows} of one {cluster} are.",
    ),
    (
        ("exact_stratified",),
        "Compares how often something happened within each {cluster} only, and puts these "
        "comparisons together; it stays right when events are few.",
    ),
    (
        ("gee",),
        f"{_LOGIT} It answers for the average of all {{rows}} and corrects its errors for likeness "
        "within {clusters} and for few {clusters}.",
    ),
    (
        ("glmm_random_intercept",),
        f"{_LOGIT} {_OWN_LEVEL}, so that the answer is for one and the same {{cluster}}.",
    ),
    (
        ("firth",),
        f"{_LOGIT} It stays finite when events are few or all lie in one group, but does not "
        "know of likeness within {clusters}.",
    ),
    (
        ("ols_cr2",),
        "A straight-line model whose errors allow for likeness within {clusters} and for few "
        "{clusters}.",
    ),
    (
        ("clopper_pearson",),
        f"The interval of a percentage from its counts alone; rather too wide than too narrow. "
        f"{_ALONE}",
    ),
    (("wilson",), f"The interval of a percentage from its counts alone. {_ALONE}"),
    (
        ("korn_graubard",),
        "The interval of a percentage when {rows} of one {cluster} are alike: that of Clopper and "
        "Pearson for the effective number instead of the counted one.",
    ),
    (
        ("newcombe", "agresti_caffo", "miettinen_nurminen"),
        f"The interval of a difference of two percentages; it works with few events. {_ALONE}",
    ),
    (
        ("mover_korn_graubard",),
        "The interval of a difference of two percentages, put together from the Korn-Graubard "
        "intervals of both, which allow for likeness within {clusters}.",
    ),
    (
        ("label_permutation", "permute_patient_labels", "permute_patient_events"),
        f"Whole {{clusters}} are shuffled between the groups. {_SHUFFLED}",
    ),
    (
        ("permute_within_patient",),
        f"Labels are shuffled only among the {{rows}} of the same {{cluster}}, so that each "
        f"{{cluster}} is compared with itself. {_SHUFFLED}",
    ),
    (
        ("sign_flip",),
        f"The signs of all changes of a {{cluster}} are turned round at random. {_SHUFFLED}",
    ),
    (
        ("datta_satten", "rosner_glynn_lee"),
        _CLUSTERED_RANKS,
    ),
    (("datta_satten_many",), f"{_CLUSTERED_RANKS} It takes several groups at once."),
    (
        ("obuchowski_auc",),
        "How often a value of one group is larger than one of the other, with an interval that "
        "allows for likeness within {clusters}.",
    ),
    (
        ("lmm",),
        f"{_OWN_LEVEL}, so that ten {{rows}} of one {{cluster}} do not count like ten independent "
        "ones. The Kenward-Roger correction keeps it honest with few {clusters}.",
    ),
    (
        ("lmm_geometric", "lmm_pairwise_ratio"),
        f"Compares typical values as a ratio. {_OWN_LEVEL}, so that ten {{rows}} of one "
        "{cluster} do not count like ten independent ones. The Kenward-Roger correction keeps it "
        "honest with few {clusters}.",
    ),
    (
        ("lmm_adjusted",),
        f"{_OWN_LEVEL}, and differences in the named covariates are taken into account.",
    ),
    (
        ("lmm_satterthwaite",),
        f"{_OWN_LEVEL}. A simpler correction for few {{clusters}} stands in for Kenward-Roger.",
    ),
    (
        ("lmm_joint_f",),
        f"Asks whether several groups differ at all. {_OWN_LEVEL}.",
    ),
    (
        ("lmm_slope_group_within",),
        f"{_OWN_LEVEL}; {{rows}} of the two groups are compared within the same {{cluster}}.",
    ),
    (
        ("lmm_between_slope",),
        "Whether {clusters} with higher averages of one quantity have higher averages of the "
        "other.",
    ),
    (
        ("lmm_within_slope",),
        "Whether the outcome moves with the other quantity from {row} to {row} of one {cluster}.",
    ),
    (
        ("icc_reml", "icc_anova"),
        "Estimates how alike the {rows} of one {cluster} are, from how much {clusters} differ and "
        "how much {rows} of one {cluster} differ.",
    ),
    (
        ("bootstrap", "cluster_bootstrap"),
        _DRAWN,
    ),
    (
        ("spearman",),
        f"Correlates two quantities by the order of their values, whatever the shape. {_ALONE}",
    ),
    (
        ("rmcorr",),
        "Correlates two quantities within each {cluster}: differences between {clusters} are taken "
        "out.",
    ),
    (
        ("within_rank_correlation",),
        "Correlates the order of values after differences between {clusters} are taken out.",
    ),
    (
        ("between_patient",),
        "Correlates the averages of {clusters}; each {cluster} is one point.",
    ),
    (
        ("leave_one_patient_out",),
        "Everything is worked out again without one {cluster}, for each in turn. A wide range "
        "means that a single {cluster} carries the result.",
    ),
    (
        ("leave_one_series_out",),
        "Everything is worked out again without one series, for each in turn.",
    ),
    (
        ("design_effect", "design_effect_equal_sizes", "design_effect_tables"),
        _P_CORRECTED,
    ),
    (
        ("signed_rank", "signed_rank_pratt"),
        "Asks whether values rose or fell since the first visit, by the order of the changes. The "
        "form of Pratt also counts those that did not change.",
    ),
    (("paired_t",), f"{_T_OF_CHANGES} Each {{cluster}} is compared with itself."),
    (("paired_t_carried_forward",), f"{_T_OF_CHANGES} {_CARRIED}"),
    (("paired_t_complete_cases",), f"{_T_OF_CHANGES} {_COMPLETE}"),
    (("paired_t_worst_case",), f"{_T_OF_CHANGES} {_WORST}"),
    (
        ("mean_change_clustered",),
        f"{_T_OF_CHANGES} Its interval comes from how {{clusters}} differ.",
    ),
    (("mean_change_clustered_carried_forward",), f"{_T_OF_CHANGES} {_CARRIED}"),
    (("mean_change_clustered_complete_cases",), f"{_T_OF_CHANGES} {_COMPLETE}"),
    (("mean_change_clustered_worst_case",), f"{_T_OF_CHANGES} {_WORST}"),
    (
        ("change_score",),
        "Compares how much two groups changed since the first visit.",
    ),
    (
        ("follow_up_only",),
        "Compares two groups at a visit and leaves out where they began.",
    ),
    (("ancova",), _BASELINE),
    (
        ("ancova_cr2", "ancova_hc3"),
        f"{_BASELINE} Its errors allow for likeness or for unequal spread.",
    ),
    (
        ("mmrm_unstructured", "mmrm_random_intercept"),
        _BY_VISITS,
    ),
    (
        ("mmrm_unstructured_group", "mmrm_random_intercept_group"),
        f"{_BY_VISITS} Groups are compared at each visit from the same beginning.",
    ),
    (
        ("mmrm_unstructured_satterthwaite", "mmrm_random_intercept_satterthwaite"),
        f"{_BY_VISITS} A simpler correction for few {{clusters}} is used.",
    ),
    (
        ("random_effects_logit", "random_effects_logit_t", "random_effects_mean"),
        _SERIES_MODEL,
    ),
    (
        ("summed_counts_exact",),
        "The counts of the series are added up, because too few events or series leave nothing to "
        "say about how series differ.",
    ),
    (
        ("prediction_interval",),
        "Where the result of a further series like these would be expected to lie.",
    ),
    (
        ("moderator_test",),
        "Asks whether kinds of series differ from each other at all.",
    ),
    (
        ("interval_rule",),
        "Two kinds of series are put in an order only if the results to be expected of each do not "
        "overlap.",
    ),
    (
        ("peters_regression",),
        "Asks whether small series report other results than large ones.",
    ),
)
