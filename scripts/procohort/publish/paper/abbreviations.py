"""Abbreviations that tables use, explained below each table that has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

ABBREVIATIONS: dict[str, str] = {
    "ANOVA": "analysis of variance",
    "AUC": "area under the curve",
    "BH": "Benjamini-Hochberg",
    "CI": "confidence interval",
    "CR2": "bias-reduced cluster-robust",
    "GEE": "generalised estimating equations",
    "HC3": "heteroscedasticity-consistent",
    "ICC": "intraclass correlation coefficient",
    "IQR": "interquartile range (first and third quartile)",
    "MOVER": "method of variance estimates recovery",
    "REML": "restricted maximum likelihood",
    "SD": "standard deviation",
    "k": "number with the event",
    "n": "number",
    "pp": "percentage points",
    "r": "correlation coefficient",
    "\N{GREEK SMALL LETTER RHO}": "Spearman's rank correlation coefficient",
}
# Single letters are words elsewhere: they count only where they stand for a number.
_LETTERS = {
    "k": re.compile(r"\(k(?:/| of )n\)"),
    "n": re.compile(r"(?:\bn =|\(k(?:/| of )n\))"),
    "r": re.compile(r"\br (?:within\b|[\[(])"),
}


def abbreviations_in(texts: Iterable[str], own: Mapping[str, str]) -> str:
    """Return the abbreviations that appear in some texts, in alphabetical order.

    Parameters
    ----------
    texts : iterable of str
    own : mapping
        Further abbreviations of the study, with what they stand for.

    Examples
    --------
    >>> abbreviations_in(["median [IQR]", "95% CI"], {})
    'CI: confidence interval; IQR: interquartile range (first and third quartile)'
    """
    text = "\n".join(texts)
    known = {**ABBREVIATIONS, **own}
    found = [name for name in known if _pattern(name).search(text)]
    return "; ".join(f"{name}: {known[name]}" for name in sorted(found, key=_sort_key))


def _pattern(name: str) -> re.Pattern[str]:
    return _LETTERS.get(name) or re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _sort_key(name: str) -> tuple[str, str]:
    return name.lower(), name
