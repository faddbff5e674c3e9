"""What is estimated, in plain words, by the names that result rows give it.

``{row}``, ``{rows}``, ``{cluster}`` and ``{clusters}`` stand for the study's words.
"""

from __future__ import annotations

from procohort.publish.report.glossary_terms import Explained

_SHIFT = (
    "By how much the values of one group typically lie above those of the other: the middle one of "
    "all differences between a value of one group and one of the other. 0 means no difference."
)
_RATIO = (
    "How many times the typical value of one group is that of the other. 1 means no difference, "
    "1.10 means 10 % more, 0.90 means 10 % less."
)
_MEANS = "By how much the average of one group lies above that of the other. 0 means no difference."
_CHANGE = (
    "By how much values changed on average since the first visit. Below 0 they fell, above 0 they "
    "rose."
)
_PROPORTION = "How often it happened: the number of events of the number counted."
_SERIES = "A number as another published series reports it, for comparison."
_DOSE_SO_FAR = "All doses of a {cluster} in these tables added up."
_TIPPING = (
    "How alike the {rows} of one {cluster} would have to be for the conclusion at the 5 % level to "
    "turn. Compare it with the intraclass correlation that the tables show."
)
_P_AT = (
    "What p becomes when the {rows} of one {cluster} are alike to the stated degree instead of "
    "independent."
)
_VISITS = "How many {clusters} were seen in this way over the visits."

ESTIMANDS: tuple[Explained, ...] = (
    (("hodges_lehmann_shift",), _SHIFT),
    (
        ("hodges_lehmann_change",),
        "By how much values typically changed since the first visit: a middle value of the changes "
        "and of their averages in pairs. 0 means no change.",
    ),
    (("geometric_mean_ratio",), _RATIO),
    (
        ("geometric_mean_ratio_adjusted",),
        f"{_RATIO} Differences in the named covariates are taken into account.",
    ),
    (("geometric_mean_ratio_by_patient",), f"{_RATIO} Each {{cluster}} counts once."),
    (
        ("geometric_mean_ratio_within",),
        f"{_RATIO} Only {{rows}} of the same {{cluster}} are compared with each other.",
    ),
    (("mean_difference",), _MEANS),
    (
        ("mean_difference_adjusted",),
        f"{_MEANS} Differences in the named covariates, such as the value before, are taken into "
        "account.",
    ),
    (("mean_difference_by_patient",), f"{_MEANS} Each {{cluster}} counts once."),
    (
        ("mean_difference_within",),
        f"{_MEANS} Only {{rows}} of the same {{cluster}} are compared with each other.",
    ),
    (
        ("mean_difference_of_changes",),
        "By how much one group changed more than the other on average. 0 means that both changed "
        "alike.",
    ),
    (
        ("median_difference",),
        "The median of one group less the median of the other. 0 means no difference.",
    ),
    (
        ("midrank_difference", "mean_rank_difference"),
        "All values are put in order and numbered; this is by how many places one group stands "
        "higher on average. 0 means no difference.",
    ),
    (
        ("rank_sum",),
        "All values are put in order and numbered; this is the sum of the numbers of one group, "
        "from which the test works out p.",
    ),
    (
        ("signed_rank_sum",),
        "All changes are put in order by size and numbered; this is the sum of the numbers of "
        "those that rose, from which the test works out p.",
    ),
    (
        ("omnibus",),
        "Whether the groups differ at all. It does not say which ones; the pairs below do.",
    ),
    (
        ("odds_ratio",),
        "How the odds of an event (those with it for each one without it) in one group compare "
        "with those in the other. 1 means no difference. For a frequent event it lies farther from "
        "1 than the ratio of frequencies.",
    ),
    (
        ("risk_difference",),
        "By how many percentage points an event is more frequent in one group than in the other. 0 "
        "means no difference.",
    ),
    (
        ("cliffs_delta",),
        "How often a value of one group is larger than one of the other, less how often it is "
        "smaller. It runs from \N{MINUS SIGN}1 to 1; 0 means no difference.",
    ),
    (
        ("auc",),
        "How often a value taken at random from one group is larger than one from the other. 0.5 "
        "means no difference, 1 that all are larger.",
    ),
    (("proportion",), _PROPORTION),
    (
        ("proportion_by_patient",),
        "How often it happened, averaged over {clusters}: each {cluster} counts once, however many "
        "{rows} it has.",
    ),
    (("proportion_of_all",), f"{_PROPORTION} Where the value is missing, no event is counted."),
    (("proportion_of_known",), f"{_PROPORTION} Where the value is missing, nothing is counted."),
    (("proportion_of_patients",), "How many of the {clusters} had it at least once."),
    (
        ("spearman_rho",),
        "Whether two quantities rise together, whatever the shape. It runs from \N{MINUS SIGN}1 "
        "(one falls as the other rises) over 0 (no such order) to 1 (always together). It says "
        "nothing about what brings about what.",
    ),
    (
        ("repeated_measures_correlation",),
        "Whether two quantities rise together from {row} to {row} of the same {cluster}, apart "
        "from differences between {clusters}. It runs from \N{MINUS SIGN}1 to 1.",
    ),
    (
        ("within_patient_rank_correlation",),
        "Whether two quantities rise together from {row} to {row} of the same {cluster}, by their "
        "order only. It runs from \N{MINUS SIGN}1 to 1.",
    ),
    (
        ("between_patient_correlation", "between_patient_correlation_weighted"),
        "Whether {clusters} with a high average of one quantity have a high average of the other. "
        "It runs from \N{MINUS SIGN}1 to 1. Weighted, {clusters} with more {rows} count more.",
    ),
    (
        ("slope_ratio",),
        "By what factor the outcome changes with each further unit of the other quantity. 1 means "
        "that it stays the same.",
    ),
    (
        ("slope_ratio_between",),
        "By what factor the outcome differs between {clusters} whose averages of the other "
        "quantity differ by one unit. 1 means no difference.",
    ),
    (
        ("slope_ratio_within",),
        "By what factor the outcome changes with each further unit of the other quantity in one "
        "and the same {cluster}. 1 means that it stays the same.",
    ),
    (
        ("icc",),
        "How alike the {rows} of one {cluster} are. At 0 they are no more alike than those of "
        "different {clusters}; at 1 they are all the same, and each {cluster} tells only one "
        "thing.",
    ),
    (("mean_change",), _CHANGE),
    (
        ("mean_change_complete_cases",),
        f"{_CHANGE} Only {{clusters}} that were seen at every visit are counted.",
    ),
    (
        ("mean_change_carried_forward",),
        f"{_CHANGE} Where a visit was missed, the last known value stands in.",
    ),
    (
        ("mean_change_worst_case",),
        f"{_CHANGE} Where a visit was missed, the worst value stands in: a hard test.",
    ),
    (("median_of_changes",), "The middle one of the changes: half changed less, half more."),
    (
        ("sd_of_changes",),
        "How far the changes of single {clusters} typically lie from their average.",
    ),
    (("n_complete", "n_dropped_out", "n_intermittent"), _VISITS),
    (("tipping_icc", "tipping_icc_found"), _TIPPING),
    (
        ("p_at_icc", "p_at_icc_found", "p_at_estimated_icc", "p_at_estimated_icc_found"),
        _P_AT,
    ),
    (
        ("full_design_effect",),
        "By how much the variance would be multiplied if all {rows} of one {cluster} were the "
        "same: the worst that clustering can do here.",
    ),
    (
        ("pooled_proportion", "pooled_mean"),
        "The result of several published series put together. It allows that series differ from "
        "each other.",
    ),
    (
        ("pooled_proportion_without",),
        "The pooled result when one series is left out: how much hangs on that series.",
    ),
    (
        ("proportion_of_new_series", "mean_of_new_series"),
        "Where the result of a further series like these would be expected to lie.",
    ),
    (
        ("between_series_sd",),
        "How far the results of series typically lie from their average, beyond chance. 0 means "
        "that all series show the same.",
    ),
    (
        ("difference_between_modalities",),
        "Whether kinds of series differ from each other at all.",
    ),
    (("ranking",), "Whether the series allow to put the modalities in an order at all."),
    (
        ("small_study_slope",),
        "Whether small series report other results than large ones, which may hint at series that "
        "were never published.",
    ),
    (("reported_mean", "reported_median", "reported_sd", "reported_value"), _SERIES),
    (
        ("frequency_class",),
        "The conventional word for how often it happens, from very common to very rare.",
    ),
    (("dose_per_procedure",), "The dose of one {row}."),
    (
        ("cumulative_dose_planned",),
        "The dose that adds up when every {row} of the schedule is given.",
    ),
    (
        tuple(f"cumulative_dose_so_far_{name}" for name in ("min", "q1", "median", "q3", "max")),
        f"{_DOSE_SO_FAR} The smallest, the quartiles with the median, and the largest are given.",
    ),
)
