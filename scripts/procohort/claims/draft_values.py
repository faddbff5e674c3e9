"""Means, spreads, ranges and figures compared with each other in a sentence."""

from __future__ import annotations

import re

from procohort.claims.draft_figures import PERCENT_RANGE
from procohort.claims.draft_found import Found, Reading, is_taken
from procohort.claims.draft_patterns import (
    COMPARED,
    COUNT,
    NUMBER,
    PAIR,
    PERCENT_SIGN,
    SEPARATOR,
    UNIT,
    WHOLE,
    WORDS,
    unit_after,
)

_SPREAD_NAME = r"(?:SD|s\.\s?d\.|standard\s+deviation)"
_MEAN_SD = re.compile(
    rf"(?P<mean>{NUMBER})(?:{PERCENT_SIGN}|\s?{UNIT})?\s*"
    rf"(?:[(\[]?\s*(?:±|\+/-|\+-)|[(\[,;]\s*{_SPREAD_NAME}\s*[,:=]?\s*(?:of\s+)?±?)"
    rf"\s*(?P<sd>{NUMBER})(?:{PERCENT_SIGN}|\s?{UNIT})?(?:[)\]](?:\s?{UNIT})?)?",
)
_HEADED_SD = re.compile(rf"(?:mean|average)\s*,?\s*[(\[]\s*±?\s*{_SPREAD_NAME}\s*[)\]]", re.I)
_VALUE_SD = re.compile(
    rf"(?P<mean>{NUMBER})(?:\s?{UNIT})?\s*[(\[]\s*(?P<sd>{NUMBER})(?:\s?{UNIT})?\s*[)\]]"
)
_SD = re.compile(rf"\b{_SPREAD_NAME}s?\b[^.;:()0-9\x00]{{0,20}}?(?P<sd>{NUMBER})")
_SPAN_NAME = r"(?:(?:inter-?\s?quartile\s+)?range|IQR|Q1\s*[-\u2013]\s*Q3|quartiles?)"
_VALUE_RANGE = re.compile(
    rf"(?P<value>{NUMBER}(?:{PERCENT_SIGN})?)(?:\s?{UNIT})?\s*"
    rf"(?:[(\[]\s*(?P<name>{_SPAN_NAME})?\s*|[,;]\s*(?P<named>{_SPAN_NAME})\s*)"
    rf"[,:;=]?\s*(?:of\s+|from\s+)?(?P<pair>{PAIR})(?:\s?{UNIT})?(?=\s*[)\];,])",
    re.IGNORECASE,
)
_NAMED_RANGE = re.compile(
    rf"\b(?P<name>{_SPAN_NAME}|rang(?:ed|ing|es)|varied)\b\s*"
    r"(?:(?:was|were|of|from|between)\s+|[,:=(\[]\s*)*"
    rf"(?P<pair>{PAIR}|{NUMBER}(?:\s?{UNIT})?\s+and\s+{NUMBER}|{NUMBER}\s*,\s*{NUMBER})",
    re.IGNORECASE,
)
_OPEN_RANGE = re.compile(
    rf"(?:\bbetween\s+(?P<between>{NUMBER}\s+and\s+{NUMBER})"
    rf"|(?P<pair>(?:{NUMBER}|\b(?:{WORDS})\b){SEPARATOR}(?:{NUMBER}|\b(?:{WORDS})\b)))(?=\s?{UNIT})",
    re.IGNORECASE,
)
_HEADED_SPAN = re.compile(rf"(?:median|mean)\s*,?\s*[(\[]\s*(?P<name>{_SPAN_NAME})\s*[)\]]", re.I)
_VALUE = rf"{NUMBER}(?:{PERCENT_SIGN}|\s?{UNIT})?"
_COMPARED_VALUES = re.compile(rf"{_VALUE}(?:{COMPARED}{_VALUE})+")
_CHANGE = re.compile(
    r"\b(?:increas|decreas|rose|fell|declin|improv|dropp|reduc|chang|went|lower|rais)\w*\b"
    rf"[^.;()0-9\x00]{{0,60}}?\bfrom\s+(?P<all>{_VALUE}\s+to\s+{_VALUE})",
    re.IGNORECASE,
)
_LIST = re.compile(rf"{_VALUE}(?:,\s*{_VALUE})*,?\s+and\s+{_VALUE}")
_ONE_VALUE = re.compile(NUMBER + rf"(?:{PERCENT_SIGN})?")
_LABELLED = re.compile(
    rf"\b(?:mean|median|average)\b(?P<between>[^.;:()\x000-9]{{0,90}}?)\s(?P<value>{NUMBER})"
    rf"(?:{PERCENT_SIGN}|\s?{UNIT})?(?P<top>\s+out\s+of\s+{NUMBER})?",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?P<low>at\s+least|(?:a\s+)?minimum(?:\s+of)?|no\s+(?:less|fewer)\s+than)\s+"
    rf"(?P<least>{COUNT}|{NUMBER})"
    r"|\b(?:at\s+most|up\s+to|(?:a\s+)?maximum(?:\s+(?:of|was))?|(?:no|not)\s+more\s+than)\s+"
    rf"(?P<most>{COUNT}|{NUMBER})",
    re.IGNORECASE,
)
_DAYS = re.compile(rf"\b(?:days?|weeks?)\s+(?P<value>{WHOLE})(?!\s*%)", re.IGNORECASE)
_MEASURE = re.compile(rf"(?P<value>{NUMBER})\s?{UNIT}")
_NOT_NAMED = "The text does not say whether this is a mean or a median."
_NOT_A_RANGE = "The text does not say whether these are the ends or the quartiles."


def find_values(reading: Reading) -> None:
    """Find means, medians, deviations, ranges, quartiles, figures compared, and bounds."""
    for step in (_means, _changes, _ranges, _comparisons, _labelled, _bounds):
        step(reading)


def _means(reading: Reading) -> None:
    headed = _HEADED_SD.search(reading.text)
    for pattern in (_MEAN_SD, *([_VALUE_SD] if headed else [])):
        for found in reading.each(pattern):
            spread = "±" in found[0] or "+" in found[0]
            hint = "A number behind ± can also be a standard error." if spread else ""
            unit = unit_after(reading.text, found.end("sd")) or unit_after(
                reading.text, found.end("mean")
            )
            reading.add(found, "mean", "mean", unit=unit)
            reading.add(found, "sd", "sd", unit=unit, hint=hint)
            reading.take(found)
    for found in reading.each(_SD):
        reading.add(found, "sd", "sd")
        reading.take(found)


def _ranges(reading: Reading) -> None:
    heading = _HEADED_SPAN.search(reading.text)
    for found in reading.each(_VALUE_RANGE):
        name = found["name"] or found["named"] or (heading["name"] if heading else "")
        kind = _span_kind(name)
        unit = unit_after(reading.text, found.end("pair")) or unit_after(
            reading.text, found.end("value")
        )
        centre = "median" if kind == "quartiles" else reading.centre(found.start("value"))
        hint = _NOT_NAMED if centre == "centre" else ""
        reading.add(found, "value", centre, unit=unit, hint=hint)
        reading.add(found, "pair", kind, unit=unit, hint="" if name else _NOT_A_RANGE)
        reading.take(found)
    for found in reading.each(_NAMED_RANGE):
        reading.add(found, "pair", _span_kind(found["name"]))
        reading.take(found)
    for found in reading.each(_OPEN_RANGE):
        group = "pair" if found["pair"] else "between"
        reading.add(found, group, "range", hint=_NOT_A_RANGE)
        reading.take(found)
    for found in reading.each(PERCENT_RANGE):
        reading.add(found, "class", "range", unit="%", hint=_NOT_A_RANGE)
        reading.take(found)


def _span_kind(name: str) -> str:
    return "quartiles" if re.search(r"quartile|IQR|Q1", name, re.IGNORECASE) else "range"


def _changes(reading: Reading) -> None:
    for found in reading.each(_CHANGE):
        start, end = found.span("all")
        _add_each(reading, start, end, "{} of {} figures, before and after.")
        reading.take(found)


def _comparisons(reading: Reading) -> None:
    for found in reading.each(_COMPARED_VALUES):
        _add_each(reading, found.start(), found.end(), "{} of {} figures compared.")
        reading.take(found)
    if "respectively" in reading.text.lower():
        for found in reading.each(_LIST):
            _add_each(reading, found.start(), found.end(), "{} of {} figures listed.")
            reading.take(found)


def _add_each(reading: Reading, start: int, end: int, place: str) -> None:
    """Note every figure between two positions; they share the unit of the last."""
    figures = list(_ONE_VALUE.finditer(reading.text, start, end))
    unit = unit_after(reading.text, figures[-1].end())
    percent = figures[-1][0].endswith("%")
    centre = reading.centre(start)
    for position, figure in enumerate(figures, start=1):
        kind = "percent" if percent else centre
        hint = place.format(("First", "Second", "Third")[min(position, 3) - 1], len(figures))
        hint = f"{hint} {_NOT_NAMED}" if kind == "centre" else hint
        reading.found.append(
            Found(
                start=figure.start(),
                end=figure.end(),
                kind=kind,
                unit="%" if percent else unit,
                hint=hint,
            )
        )


def _labelled(reading: Reading) -> None:
    for found in reading.each(_LABELLED):
        kind = reading.centre(found.start("value"))
        hint = f"Printed {found['top'].strip()!r}: fill in scale." if found["top"] else ""
        if kind != "percent":
            reading.add(found, "value", kind, hint=hint)
            reading.take(found)


def _bounds(reading: Reading) -> None:
    for found in reading.each(_BOUND):
        group = "least" if found["least"] else "most"
        reading.add(found, group, f"at_{group}")
        reading.take(found)


def find_fixed(reading: Reading) -> None:
    """Find measured figures that nothing else explains: doses, days, intervals."""
    for found in reading.each(_DAYS):
        unit = found[0].split()[0]
        reading.add(found, "value", "fixed", unit=unit)
        reading.take(found)
    for found in reading.each(_MEASURE):
        if not is_taken(found[0]):
            hint = "Taken for a fixed figure; where it is a mean or median, change the kind."
            reading.add(found, "value", "fixed", hint=hint)
            reading.take(found)
