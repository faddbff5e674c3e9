"""How numbers are written in a manuscript: presets, and what a study says over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procohort.messages import did_you_mean

# What a key has where the study does not name it. `radiology` follows the AMA Manual of
# Style (11th ed., chapters 18 and 19), to which the instructions of that journal refer.
PRESETS: dict[str, dict[str, Any]] = {
    "plain": {
        "decimal_sign": ".",
        "thousands_sign": "",
        "p": {"symbol": "p", "leading_zero": True, "style": "exact", "smallest": 0.001},
        "summary": "median_iqr",
        "spread": "parentheses",
        "percent_decimals": 1,
        "interval": "brackets",
        "fraction": "slash",
    },
    "radiology": {
        "decimal_sign": ".",
        "thousands_sign": ",",
        "p": {"symbol": "P", "leading_zero": False, "style": "two_decimals", "smallest": 0.001},
        "summary": "mean_sd",
        "spread": "plus_minus",
        "percent_decimals": 1,
        "interval": "comma",
        "fraction": "of",
    },
}


def number_settings(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Return how numbers are written: the preset, and over it each key that is given.

    Examples
    --------
    >>> found = number_settings({"preset": "radiology", "p": {"symbol": "p"}})
    >>> found["p"]["symbol"], found["p"]["leading_zero"], found["summary"]
    ('p', False, 'mean_sd')
    """
    preset = PRESETS[paper["preset"]]
    given = {key: paper[key] for key in preset if key in paper and key != "p"}
    return {**preset, **given, "p": {**preset["p"], **paper.get("p", {})}}


def paper_mistakes(settings: Mapping[str, Any]) -> list[str]:
    """Return a line for everything under ``paper`` that does not fit together.

    Parameters
    ----------
    settings : mapping
        Settings that keep the schema, with defaults filled in.
    """
    paper = settings["paper"]
    known = [spec["id"] for spec in settings["descriptions"]]
    lines = [
        f"paper.table_one[{position}]: {name!r} is not the id of a description."
        f"{did_you_mean(name, known)}"
        for position, name in enumerate(paper["table_one"])
        if name not in known
    ]
    numbers = number_settings(paper)
    if numbers["decimal_sign"] == numbers["thousands_sign"]:
        lines.append(
            f"paper.thousands_sign: {numbers['thousands_sign']!r} is the decimal sign too. "
            "Choose another, or an empty text."
        )
    return lines
