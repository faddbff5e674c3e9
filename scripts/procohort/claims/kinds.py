"""What a claim can state, and what its columns can hold."""

from __future__ import annotations

KINDS: dict[str, str] = {
    "count": "a number of rows, patients or events",
    "percent": "a proportion in percent",
    "mean": "a mean",
    "median": "a median",
    "centre": "a mean or a median, the paper does not say which",
    "p_value": "a p value with its digits",
    "p_bound": "a p value below or above a bound",
    "direction": "which of two is higher, or the sign of a correlation",
    "date": "the first or last date, to the printed day, month or year",
    "at_least": "no value lies below the printed one",
    "at_most": "no value lies above the printed one",
    "present": "there is at least one",
    "sd": "a standard deviation",
    "range": "the smallest and the largest value",
    "quartiles": "the first and the third quartile",
    "interval": "a confidence interval of an effect",
    "effect": "an estimated effect: a difference, a ratio, a correlation",
    "test_statistic": "a test statistic with its degrees of freedom",
    "fixed": "a fixed figure of a protocol: a dose, a day, an interval",
    "frequency_class": "how often, as a class: more than 1 in 10",
    "text": "a statement that no analysis can test",
}
NUMERIC_KINDS = frozenset(
    [
        *("count", "percent", "mean", "median", "centre", "sd", "effect", "fixed"),
        *("p_value", "p_bound", "at_least", "at_most"),
    ]
)
COMPOUND_KINDS = frozenset(["range", "quartiles", "interval", "test_statistic", "frequency_class"])
DIRECTIONS = ("higher", "lower", "positive", "negative", "differs")
SELECTORS = (
    "analysis",
    "outcome",
    "group",
    "level",
    "reference",
    "estimand",
    "perspective",
    "method",
)
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(KINDS),
    "direction": ("", *DIRECTIONS),
    "unit_of_analysis": ("", "patient", "row"),
    "perspective": ("", "descriptive", "as_published", "cluster_aware"),
    "built_in": ("", "yes", "no"),
}
NEEDED = ("id", "source", "sentence", "printed", "kind")
WHOLE_NUMBERS = ("numerator", "denominator", "n")
