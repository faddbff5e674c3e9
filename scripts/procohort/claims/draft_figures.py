"""Figures in a sentence, found by the way papers print them."""

from __future__ import annotations

import re

from procohort.claims.draft_found import Found, Reading, whole
from procohort.claims.draft_patterns import (
    COUNT,
    DATE,
    NUMBER,
    PAIR,
    PERCENT,
    PERCENT_SIGN,
    SEPARATOR,
    TIME,
    TOTAL,
    UNIT,
    WHOLE,
    YEARS,
    direct_unit,
    unit_after,
    without_bibliography,
    without_other_digits,
)
from procohort.claims.draft_words import counted
from procohort.claims.printed import find_printed

_DATE = re.compile(DATE)
_YEARS = re.compile(YEARS)
_STATISTIC = re.compile(
    r"(?<![\w-])(?P<all>(?:[tFzZrUWH]|[χΧ][2²]?|[Xx][2²]|[Cc]hi(?:2|-?\s?squared?))"
    rf"\s*(?P<df>[(\[][^()\[\]]{{0,25}}[)\]])?\s*=\s*(?P<value>{NUMBER})"
    r"(?:\s*[,;]\s*df\s*=?\s*[0-9]+(?:\.[0-9]+)?|\s*[(\[]df\s*=?\s*[0-9]+(?:\.[0-9]+)?[)\]])?)"
)
_P = re.compile(
    r"(?<![A-Za-z])(?P<all>[Pp](?:[\s-]?values?)?(?P<of>[\s_-]*(?:for\s+)?"
    r"(?:trend|interaction|heterogeneity)|\s*\([a-z -]+\))?"
    rf"\s*(?P<bare>(?:<=|>=|[=<>≤≥⩽⩾])\s*{NUMBER}))(?P<power>\s*[\u00d7x·*]\s*10[^\s;,)\]]*|[eE][-\u2212\u2013]?[0-9]+)?"
)
_P_WORDS = re.compile(
    r"(?<![A-Za-z])[Pp](?:[\s-]values?)?\s+(?:(?:was|were|is|of)\s+)*"
    rf"(?P<all>(?:(?:less|greater|more)\s+than\s+|below\s+)?{NUMBER})"
)
_BARE_BOUND = re.compile(
    rf"[(\[]\s*(?:all|both|each)?\s*(?P<all>[<>=≤≥]\s*0?[.·][0-9]+)(?!{PERCENT_SIGN})(?=\s*[)\];,])"
)
_THRESHOLD = re.compile(
    r"\b(?:consider|regard|deem|defin|threshold|accepted|taken as|set (?:at|to))\w*", re.IGNORECASE
)
_OF = r"(?:\s*/\s*|\s+(?:out\s+of|of)\s+(?:the\s+|all\s+|these\s+|our\s+)?)"
_WORDS_BETWEEN = r"\s+[^().;,0-9\x00]{1,60}?"
_PERCENT_FRACTION = re.compile(
    rf"(?P<percent>{PERCENT})(?:{_WORDS_BETWEEN})?\s*[(\[,:]\s*(?:n\s*=\s*)?"
    rf"(?P<k>{WHOLE}){_OF}(?P<n>{TOTAL})"
)
_FRACTION_PERCENT = re.compile(
    rf"(?P<k>{COUNT}){_OF}(?P<n>{TOTAL})(?P<noun>{_WORDS_BETWEEN})?\s*[(\[,:;]\s*"
    rf"(?P<percent>{PERCENT})(?!\s*C[rI])",
    re.IGNORECASE,
)
_COUNT_PERCENT = re.compile(
    rf"(?P<k>{COUNT})(?P<noun>{_WORDS_BETWEEN})?\s*[(\[]\s*(?P<percent>{PERCENT})(?=\s*[)\];,])",
    re.IGNORECASE,
)
_PERCENT_COUNT = re.compile(
    rf"(?P<percent>{PERCENT})(?:{_WORDS_BETWEEN})?\s*[(\[]\s*(?:n\s*=\s*)?(?P<k>{WHOLE})"
    r"(?P<noun>\s+[^()0-9\x00]{1,40}?)?\s*(?=[)\]])"
)
_FRACTION = re.compile(rf"(?P<k>{COUNT}){_OF}(?P<n>{TOTAL})", re.IGNORECASE)
_GROUP_SIZE = re.compile(rf"\b[nN]\s*=\s*(?P<n>{WHOLE})")
_LABELS = (
    r"(?:\ba?(?:OR|HR|RR)\b|\bIRR\b|\bSMD\b|\bWMD\b|\bMD\b|\bAUC\b|\bICC\b|\bNNT\b|\bRD\b"
    r"|\b(?:odds|hazard|risk|rate|prevalence)\s+ratio\b|\brelative\s+risk\b"
    r"|\barea\s+under\s+the\s+curve\b|\b(?:correlation|regression)?\s*coefficient\b"
    r"|\b(?:(?:mean|median|risk)\s+)?difference\b|\bkappa\b|\brho\b|\bbeta\b|[βκρ]|\bR[2²])"
)
_EFFECT = re.compile(
    rf"{_LABELS}(?:\s*[(\[][A-Za-z]+[)\]])?\s*(?:(?:was|were|is|of|only)\s+|[=:,]\s*)*"
    rf"(?P<value>{NUMBER})(?:{PERCENT_SIGN})?",
)
_NAMED_BEFORE = re.compile(rf"{_LABELS}[^0-9]*$")
_INTERVAL = re.compile(
    rf"(?:(?P<effect>{NUMBER}(?:{PERCENT_SIGN})?)(?:\s?{UNIT})?\s*[(\[,;]\s*)?"
    r"(?P<all>(?P<level>[0-9]{2}(?:\.[0-9])?)\s?%?[\s-]*"
    r"(?:CI|CrI|(?:confidence|credible)\s+intervals?(?:\s*[(\[]CI[)\]])?)"
    rf"[\s,:=(\[]*(?:of\s+|from\s+|was\s+)?(?P<pair>{PAIR}|{NUMBER}\s*[,;]\s*{NUMBER}))"
)
_EVERY_100 = r"[0-9]+\s+in\s+[0-9][0-9,]*"
_CLASS = re.compile(
    rf"(?P<class>(?:(?:(?:more|less|fewer)\s+than|at\s+(?:least|most)|up\s+to|over|[<>≤≥])\s*)?"
    rf"{_EVERY_100}(?:\s*(?:to|-|–)\s*(?:[<>≤≥]\s*)?{_EVERY_100})?"  # noqa: RUF001
    rf"|(?:[<>≤≥]|<=|>=)\s*{NUMBER}{PERCENT_SIGN})",
    re.IGNORECASE,
)
PERCENT_RANGE = re.compile(rf"(?P<class>{NUMBER}(?:{PERCENT_SIGN})?{SEPARATOR}{PERCENT})")
_OFTEN = re.compile(r"\b(?:common|uncommon|rare|frequen\w+|side\s+effects?)\b", re.IGNORECASE)
_PERCENT = re.compile(rf"(?P<percent>{PERCENT})(?!\s*-?(?:CI|CrI|confidence|credible)\b)")
_OF_TIME = re.compile(rf"{TIME}\b")

_SAME_FOR_ALL = "Printed once for several comparisons: repeat the claim for each."
SIZE_OF_A_GROUP = "The size of a group."
_NO_P = "The text does not call it a p value."
_NO_NAME = "The text does not name the effect before it."
_NO_TOTAL = "The total is not printed beside it."
_WHICH_N = "The text does not say whether {k} is the count or the total."


def find_figures(text: str, section: str) -> Reading:
    """Find dates, p values, statistics, shares with their counts, intervals, effects, sizes.

    Digits that are no figures (versions, names, time points) are left out from here on.
    """
    reading = Reading(text, section, rest=without_bibliography(text))
    for step in (_dates, _p_values, _statistics):
        step(reading)
    reading.rest = without_other_digits(reading.rest)
    for step in (_percents_with_counts, _intervals, _effects, _classes, _group_sizes):
        step(reading)
    return reading


def find_shares(reading: Reading) -> None:
    """Find what is left of shares: "5 of 458" without a percentage, "94.8%" without counts."""
    for found in reading.each(_FRACTION):
        if whole(found["k"]) <= whole(found["n"]):
            reading.add(found, "k", "count", unit="", denominator=whole(found["n"]) or None)
            reading.take(found)
    for found in reading.each(_PERCENT):
        hint = "Fill in numerator and denominator where they are known."
        reading.add(found, "percent", "percent", unit="%", hint=hint)
        reading.take(found)


def _dates(reading: Reading) -> None:
    for found in reading.each(_YEARS):
        reading.add(found, "first", "date", unit="")
        reading.add(found, "last", "date", unit="")
        reading.take(found)
    for found in reading.each(_DATE):
        reading.found.append(Found(start=found.start(), end=found.end(), kind="date"))
        reading.take(found)


def _p_values(reading: Reading) -> None:
    rule = _THRESHOLD.search(reading.text) and "significan" in reading.text.lower()
    for found in reading.each(_P):
        before = reading.text[: found.start()].rstrip()
        hint = _SAME_FOR_ALL if re.search(r"\b(?:all|both|each)$", before, re.IGNORECASE) else ""
        kind = "p_value" if found["bare"].startswith("=") else "p_bound"
        if found["power"]:
            hint = "A power of ten cannot be read: claim it as a bound, in digits."
            reading.found.append(
                Found(start=found.start(), end=found.end(), kind="text", hint=hint)
            )
        elif not rule:
            printed = "bare" if found["of"] else "all"
            if found["of"] and kind == "p_value":
                hint = f"Printed as p {found['of'].strip(' _-')}."
            reading.add(found, printed, kind, unit="", hint=hint)
        reading.take(found)
    for found in reading.each(_P_WORDS):
        kind = "p_bound" if re.match(r"[a-z]", found["all"]) else "p_value"
        if not rule:
            reading.add(found, "all", kind, unit="")
        reading.take(found)
    for found in reading.each(_BARE_BOUND):
        kind = "p_value" if found["all"].startswith("=") else "p_bound"
        several = re.search(r"\b(?:all|both|each)\b", found[0])
        hint = f"{_NO_P} {_SAME_FOR_ALL}" if several else _NO_P
        reading.add(found, "all", kind, unit="", hint=hint)
        reading.take(found)


def _statistics(reading: Reading) -> None:
    for found in reading.each(_STATISTIC):
        if found["all"].startswith("r") and not found["df"]:
            reading.add(found, "value", "effect", unit="", hint="A correlation coefficient.")
        else:
            reading.add(found, "all", "test_statistic", unit="")
        reading.take(found)


def _percents_with_counts(reading: Reading) -> None:
    for pattern in (_PERCENT_FRACTION, _FRACTION_PERCENT):
        for found in reading.each(pattern):
            k, n = whole(found["k"]), whole(found["n"])
            sizes = {"numerator": k, "denominator": n} if n > 0 and k <= n else {}
            hint = "" if sizes else f"{k} of {n} is no share: look at the text again."
            reading.add(found, "percent", "percent", unit="%", hint=hint, **sizes)
            unit = _noun(reading, found)
            reading.add(found, "k", "count", unit=unit, denominator=sizes.get("denominator"))
            reading.take(found)
    for found in reading.each(_COUNT_PERCENT):
        if _OF_TIME.match(found["noun"].strip() if found["noun"] else ""):
            continue
        reading.add(found, "k", "count", unit=_noun(reading, found), hint=_NO_TOTAL)
        hint = f"Printed beside {found['k']}: the total is missing."
        reading.add(found, "percent", "percent", unit="%", hint=hint)
        reading.take(found)
    for found in reading.each(_PERCENT_COUNT):
        hint = _WHICH_N.format(k=found["k"])
        reading.add(found, "percent", "percent", unit="%", hint=hint)
        reading.add(found, "k", "count", unit=_noun(reading, found), hint=hint)
        reading.take(found)


def _noun(reading: Reading, found: re.Match[str]) -> str:
    """Return what is counted: the last word before the bracket, else a plural behind it."""
    noun = found.groupdict().get("noun")
    words = re.findall(r"[^\W\d_][\w'\u2019-]*", noun or "")
    if noun:
        return words[-1] if words and len(words) <= 4 else ""
    behind = re.sub(r"^\s*[)\]]", "", reading.text[found.end() :])
    return counted(found["k"], behind) or ""


def _intervals(reading: Reading) -> None:
    for found in reading.each(_INTERVAL):
        unit = unit_after(reading.text, found.end("pair"))
        if found["effect"]:
            start, end = found.span("effect")
            own = "%" if found["effect"].endswith("%") else direct_unit(reading.text, end)
            unit = unit or own
            kind = _kind_of_estimate(reading, start)
            unnamed = kind == "effect" and not _NAMED_BEFORE.search(reading.text[:start])
            reading.add(found, "effect", kind, unit=unit, hint=_NO_NAME if unnamed else "")
        plain = find_printed(reading.text, found["all"]) is not None
        group = "all" if plain or found["level"] != "95" else "pair"
        reading.add(found, group, "interval", unit=unit)
        reading.take(found)


def _kind_of_estimate(reading: Reading, start: int) -> str:
    before = reading.text[:start]
    if _NAMED_BEFORE.search(before):
        return "effect"
    kind = reading.centre(start)
    return "effect" if kind == "centre" else kind


def _effects(reading: Reading) -> None:
    for found in reading.each(_EFFECT):
        unit = direct_unit(reading.text, found.end("value"))
        reading.add(found, "value", "effect", unit=unit)
        reading.take(found)


def _classes(reading: Reading) -> None:
    for found in reading.each(_CLASS):
        if re.search(r"[<>≤≥%]|[a-z]{4}| to ", found["class"], re.IGNORECASE):
            reading.add(found, "class", "frequency_class", unit="")
        else:
            hint = "One figure is no class: give the percentage it stands for, if any."
            reading.add(found, "class", "text", unit="", hint=hint)
        reading.take(found)
    for found in reading.each(PERCENT_RANGE):
        if _OFTEN.search(reading.text[max(0, found.start() - 60) : found.start()]):
            reading.add(found, "class", "frequency_class", unit="")
            reading.take(found)


def _group_sizes(reading: Reading) -> None:
    for found in reading.each(_GROUP_SIZE):
        reading.add(found, "n", "count", unit="", hint=SIZE_OF_A_GROUP)
        reading.take(found)
