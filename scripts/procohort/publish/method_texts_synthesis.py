"""Words for methods that put published series together; see `method_text`."""

from __future__ import annotations

from procohort.publish.method_text import MethodText

SYNTHESIS: dict[str, MethodText] = {
    "interval_rule": MethodText(
        "An order of two modalities was called supportable only if the prediction intervals of "
        "their proportions did not overlap and most series were away from 0 and 100 %",
        "Series differ in whom they treated, so that confidence intervals of means say too little",
        ("higgins_2009",),
    ),
    "leave_one_series_out": MethodText(
        "The pooling was repeated without each series in turn",
        "It shows whether the answer hangs on one series",
        ("belsley_1980",),
    ),
    "moderator_test": MethodText(
        "The modality was added to the random-effects logistic model and tested by the likelihood "
        "ratio where each modality had at least two series and ten of the rarer outcome",
        "With fewer, odds ratios are unstable or infinite",
        ("stijnen_2010",),
    ),
    "peters_regression": MethodText(
        "Small-study effects were sought by regressing the log odds of the series on the inverse "
        "of their size (Peters), where there were at least ten series",
        "The precision of a log odds depends on the odds itself, the size of a series does not",
        ("peters_2006", "sterne_2011"),
    ),
    "prediction_interval": MethodText(
        "A prediction interval (t on K - 2 degrees of freedom) says where the next series is "
        "expected",
        "The mean of the series says little about one of them if they differ",
        ("higgins_2009",),
    ),
    "random_effects_logit": MethodText(
        "Counts of published series were pooled within each modality by a logistic model with a "
        "normal random effect of the series (binomial likelihood, adaptive Gauss-Hermite "
        "quadrature, maximum likelihood), with profile likelihood limits",
        "Series without an event count as they are, without a correction or a transformation "
        "whose inverse is arbitrary",
        ("hamza_2008", "stijnen_2010", "schwarzer_2019"),
    ),
    "random_effects_logit_t": MethodText(
        "The pooled log odds also had Wald limits with t on K - 1 degrees of freedom",
        "They allow for few series",
        ("stijnen_2010",),
    ),
    "random_effects_mean": MethodText(
        "Means of at least the declared number of like series were pooled with a random effect "
        "(Paule-Mandel) and Hartung-Knapp limits",
        "The limits allow for few series",
        ("paule_mandel_1982", "hartung_knapp_2001"),
    ),
    "summed_counts_exact": MethodText(
        "Where a modality had one series, or no series with an event (or none without), the "
        "counts were summed and had Clopper-Pearson limits",
        "The spread between such series cannot be estimated",
        ("clopper_pearson_1934",),
    ),
}
