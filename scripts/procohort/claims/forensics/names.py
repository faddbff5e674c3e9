"""The checks by name, with the question each one asks."""

from __future__ import annotations

CHECKS: dict[str, str] = {
    "percent_of_count": "Is the printed percentage that of the printed count?",
    "possible_counts": "Which counts can stand behind a percentage printed without them?",
    "sum_of_parts": "Do the printed parts add up to their total?",
    "weighted_mean": "Can the overall figure be the weighted mean of the groups?",
    "contradiction": "Do two statements about the same thing exclude each other?",
    "direction": "Do the printed figures differ in the stated direction?",
    "grim": "Can a mean of so many whole numbers have these digits?",
    "grimmer": "Can a standard deviation of so many whole numbers have these digits?",
    "sd_within_range": "Is the standard deviation possible within the printed range?",
    "centre_within_range": "Does the mean or median lie within the printed range?",
    "p_from_statistic": "Is the p value that of the printed test statistic?",
    "p_from_summary": "Is the p value that of the printed means, deviations and sizes?",
    "interval_and_p": "Do the confidence interval and the p value agree?",
    "estimate_in_interval": "Does the estimate lie where its interval puts it?",
    "largest_sd": "How large may the spread be for the printed p value?",
}
