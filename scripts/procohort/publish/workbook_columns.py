"""What every column of the workbook means, in the study's words.

In the texts ``{row}`` and ``{rows}`` stand for what the study calls a row of its tables,
``{cluster}`` and ``{clusters}`` for its unit of sampling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from procohort.publish.rows_page import FIELDS
from procohort.publish.wording import StudyWords
from procohort.vocabulary import fill

DATA_LABEL = "data_label"

# Whatever the table; fields of a result row are explained once, for its page.
_SHARED: dict[str, str] = {
    **FIELDS,
    "claims": "Names of the printed claims that rest on it.",
    "contrast": "The comparison in words.",
    DATA_LABEL: "Where the data come from.",
    "label": "Name for people of what the line is about.",
    "level_label": "Name for people of the group.",
    "n": "Number of values that are not missing.",
    "printed": "What the paper prints, letter by letter.",
    "reading": "The reading of the raw tables, where the paper allows several.",
    "remedy": "What to do about it.",
    "source": "Where it is printed.",
    "sentence": "The sentence, word for word.",
    "value": "The value that is counted; empty for measured variables.",
    "variable": "Name of the variable.",
    "verdict": "Judgement on the printed figure.",
    "x_label": "Name for people of the variable it is correlated with.",
    "x_variable": "The variable that the outcome is correlated with.",
}

_SCORECARD = {
    "id": "Name of the claim.",
    "printed": "The part of the sentence that is judged, letter by letter.",
    "kind": "What is stated: a count, a percentage, a mean, a p value and so on.",
    "source_file": "The text that the claim was taken from.",
    "direction": "The direction that is claimed.",
    "unit": "Unit of the printed figure.",
    "numerator": "Count printed beside a percentage.",
    "denominator": "Total printed beside a percentage or a count.",
    "n": "Number of values printed behind a mean, a spread or a test.",
    "scale": "What single values can be.",
    "value": "Arithmetic on printed figures, where the statement stands for another figure.",
    "unit_of_analysis": "What the sentence counts.",
    "analysis": "Which result row is meant: its analysis.",
    "outcome": "Which result row is meant: its outcome.",
    "group": "Which result row is meant: its grouping variable.",
    "level": "Which result row is meant: its group.",
    "reference": "Which result row is meant: the group compared with, or the value counted.",
    "estimand": "Which result row is meant: what is estimated.",
    "perspective": "Which result row is meant: its perspective.",
    "method": "Which result row is meant: its method.",
    "reading": "The reading that the claim belongs to; empty for every reading.",
    "built_in": "Whether the tables were reconstructed to show it; such a match proves nothing.",
    "part_of": "The claim whose figure this one is a part of.",
    "note": "For people; why a statement cannot be tested.",
    "why": "Reason of the verdict.",
    "found": "What the data show, written as the claim is.",
    "found_exact": "What the data show, unrounded.",
    "conclusion_changes": "Whether another conclusion follows from what the data show.",
    "rounding": "Rules of rounding under which the printed figure is right.",
    "n_procedures": "Number of {rows} behind the result row.",
    "n_patients": "Number of {clusters} behind the result row.",
    "cluster_aware_found": "The answer that takes {clusters} as the unit of sampling.",
    "cluster_aware_estimand": "What that answer estimates.",
    "cluster_aware_method": "How that answer was computed.",
    "cluster_aware_estimate": "The estimate of that answer.",
    "cluster_aware_p": "The two-sided p of that answer.",
    "cluster_aware_changes": "Whether that answer leads to another conclusion.",
    "checks": "Arithmetic of the printed figures alone, without data.",
    "robustness": "What is left of the conclusion, in a word.",
    "robustness_why": "Reason of that word.",
    "tipping_icc": "Intraclass correlation from which the conclusion at 5 % would turn, "
    "{clusters} as in the tables.",
    "tipping_icc_equal_sizes": "The same for {clusters} of equal size.",
    "icc_estimated": "Intraclass correlation in the tables.",
    "leave_one_out_estimand": "What is estimated when one {cluster} at a time is left out.",
    "leave_one_out_low": "Smallest estimate when one {cluster} at a time is left out.",
    "leave_one_out_high": "Largest estimate when one {cluster} at a time is left out.",
    "readings_differ": "Whether the readings of the raw tables lead to different conclusions.",
    "n_specifications": "Number of combinations of declared choices.",
    "n_specifications_with_direction": "How many of them have a direction.",
    "n_specifications_agree": "How many of them agree with the printed direction.",
    "n_specifications_with_p": "How many of them have a p value.",
    "n_specifications_p_below_5": "How many of them have a p value below 0.05.",
}

_CODEBOOK = {
    "label": "Name of the variable for people.",
    "type": "Type: number, whole number, category, yes or no, date, text, identifier.",
    "unit": "Unit of the values.",
    "level": "Whether it describes a {row} or a {cluster}.",
    "allowed": "Allowed values with their labels.",
    "range": "Smallest and largest allowed value.",
    "decimals": "Decimals that are shown.",
    "required": "Whether a value must be there.",
    "missing_codes": "What stands for a missing value in the raw files.",
    "source": "Table and column it comes from, or the expression that derives it.",
}

# By kind of table: what its name begins with.
_OF_KIND: dict[str, dict[str, str]] = {
    "scorecard": _SCORECARD,
    "codebook": _CODEBOOK,
    "attrition": {
        "step": "Name of the step.",
        "label": "What the step does.",
        "n_rows": "Number of {rows} after the step.",
        "n_patients": "Number of {clusters} after the step.",
        "n_rows_removed": "Number of {rows} that the step removed.",
        "n_patients_removed": "Number of {clusters} that the step removed.",
    },
    "missing": {
        "n_rows": "Number of {rows}.",
        "n_patients_missing": "Number of {clusters} with at least one missing value.",
        "n_missing": "Number of {rows} without a value.",
    },
    "findings": {
        "kind": "A finding of a check, or a reason of quarantine.",
        "rule": "The check that found it.",
        "action": "What was done: stop, quarantine, blank or report.",
        "table": "The raw table.",
        "file": "The raw file.",
        "column": "The columns of the raw file.",
        "n_findings": "How many were found.",
    },
    "describe": {
        "level": "The group, or all.",
        "statistic": "What is described: a proportion, a mean, a quartile and so on.",
        "n_procedures": "Number of {rows} in the group.",
        "n_patients": "Number of {clusters} in the group.",
    },
    "safety": {
        "observed_class": "Frequency class of the observed proportion.",
        "possible_classes": "Frequency classes that the confidence interval reaches.",
    },
    "cumulative_dose": {
        "subset": "Part of the table, or years of the schedule.",
        "ci_low": "Lower end of the range of conversion factors; no confidence limit.",
        "ci_high": "Upper end of the range of conversion factors; no confidence limit.",
    },
    "synthesis": {
        "analysis": "The quantity that is put together.",
        "modality": "Kind of series.",
        "series_id": "Name of the series.",
    },
    "not_comparable": {
        "topic": "Kind of reason.",
        "modality": "Kind of series.",
        "series_id": "Name of the series.",
        "reason": "Why the series cannot be compared.",
    },
    "tipping": {
        "origin": "Where the curve begins: at the printed p, or at the one found.",
        "p_start": "The p value that is followed, as if the {rows} were independent.",
        "p_found": "The p value that the data show, as if the {rows} were independent.",
        "full_design_effect": "Design effect if all {rows} of one {cluster} were the same.",
        "icc": "Intraclass correlation in the tables.",
        "p_at_icc": "The p value at this intraclass correlation.",
        "tipping_icc_tables": "Intraclass correlation from which the conclusion at 5 % would "
        "turn, {clusters} as in the tables.",
        "tipping_icc_equal_sizes": "The same for {clusters} of equal size.",
        "verdict": "Whether the conclusion at 5 % turns.",
    },
    "feasible": {
        "n1": "Size of the first group.",
        "events1": "Events in the first group.",
        "n0": "Size of the second group.",
        "events0": "Events in the second group.",
        "rules": "Rules of rounding under which these counts give the printed percentages.",
        "fisher_p": "Two-sided p of Fisher's exact test, as if the {rows} were independent.",
    },
    "readings": {
        "id": "Name of the claim.",
        "differs": "What differs between the readings.",
    },
    "multiverse": {
        "specification": "Running number of the combination of choices.",
        "n_set": "Number of missing outcomes that were set to an extreme value.",
    },
}

# Columns whose names hold a name of the study.
_PATTERNS: dict[str, tuple[tuple[str, str], ...]] = {
    "scorecard": ((r"row_(\w+)", "The result row it was judged by: {0}."),),
    "feasible": (
        (r"(\w+)_rounded_low", "Smallest overall mean of {0} if printed means are rounded."),
        (r"(\w+)_rounded_high", "Largest overall mean of {0} if printed means are rounded."),
        (r"(\w+)_cut_low", "Smallest overall mean of {0} if printed means are cut off."),
        (r"(\w+)_cut_high", "Largest overall mean of {0} if printed means are cut off."),
    ),
    "readings": (
        (r"found_(\w+)", "What the data show under the reading {0}."),
        (r"verdict_(\w+)", "Verdict under the reading {0}."),
        (r"why_(\w+)", "Reason of the verdict under the reading {0}."),
    ),
    "multiverse": ((r"(\w+)", "The choice taken in the decision {0}."),),
}

# Columns of numbers; text that looks like a number (a level 1, a printed 98.30) stays text.
_NUMBERS = frozenset(
    [
        *("statistic", "df", "estimate", "ci_low", "ci_high", "ci_level", "p", "p_holm", "p_bh"),
        *("icc", "design_effect", "n_effective", "seed", "mc_error", "found_exact"),
        *("p_start", "p_found", "p_at_icc", "full_design_effect", "tipping_icc_tables"),
        *("tipping_icc_equal_sizes", "tipping_icc", "icc_estimated", "cluster_aware_estimate"),
        *("cluster_aware_p", "leave_one_out_low", "leave_one_out_high", "numerator"),
        *("denominator", "events1", "events0", "n1", "n0", "fisher_p", "n", "decimals"),
    ]
)
_NUMBER_PATTERN = re.compile(r"n_\w+|\w+_(?:rounded|cut)_(?:low|high)")


def is_number_column(column: str) -> bool:
    """Tell whether the values of a column are numbers.

    Examples
    --------
    >>> is_number_column("n_patients"), is_number_column("p"), is_number_column("printed")
    (True, True, False)
    """
    return column in _NUMBERS or _NUMBER_PATTERN.fullmatch(column) is not None


def kind_of(name: str) -> str:
    """Return the kind of a table by its name: the longest kind that it begins with.

    Examples
    --------
    >>> kind_of("multiverse_bleeding"), kind_of("rates_by_ward")
    ('multiverse', '')
    """
    fitting = [kind for kind in _OF_KIND if name == kind or name.startswith(f"{kind}_")]
    return max(fitting, key=len, default="")


def meaning(table: str, column: str, words: StudyWords) -> str:
    """Return what a column of a table means.

    Raises
    ------
    ValueError
        If nobody has explained the column.
    """
    kind = kind_of(table)
    known: Mapping[str, str] = {**_SHARED, **_OF_KIND.get(kind, {})}
    text = known.get(column) or _matched(kind, column)
    if text is None:
        raise ValueError(
            f"table {table}: column {column} is not explained; "
            "add what it means to publish/workbook_columns.py"
        )
    filled = fill(text, words.cluster, words.clusters)
    return filled.replace("{rows}", words.rows).replace("{row}", words.row)


def _matched(kind: str, column: str) -> str | None:
    for pattern, text in _PATTERNS.get(kind, ()):
        found = re.fullmatch(pattern, column)
        if found:
            return text.replace("{0}", found[1].replace("_", " "))
    return None
