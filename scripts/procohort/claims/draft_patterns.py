"""How papers print figures, as patterns; and which digits are no figures at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    "|fifteen|sixteen|seventeen|eighteen|nineteen|twenty"
)
_NOT_BEFORE = r"(?<![0-9A-Za-z_.,·/])"
_NOT_AFTER = r"(?![0-9]|[.,·][0-9])"
DASH = "[-\u2010\u2011\u2012\u2013\u2014\u2212]"
_SIGN = rf"(?:(?<![\w)\]%]){DASH}|\+)?"
NUMBER = (
    rf"{_NOT_BEFORE}{_SIGN}(?:[0-9]{{1,3}}(?:[,'’][0-9]{{3}})+(?:[.·][0-9]+)?"  # noqa: RUF001
    rf"|[0-9]+(?:[.,·][0-9]+)?|[.·][0-9]+){_NOT_AFTER}"
)
WHOLE = rf"{_NOT_BEFORE}(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+){_NOT_AFTER}"
# A total may stand right behind a slash.
TOTAL = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+){_NOT_AFTER}"
COUNT = rf"(?:{WHOLE}(?![A-Za-z%])(?!\s?%)|(?<![\w-])(?:{WORDS})\b(?!-))"
PERCENT_SIGN = r"\s?(?:%|per\s?cent\b)"
PERCENT = rf"{NUMBER}{PERCENT_SIGN}"
TIME = r"(?:sec(?:onds?)?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?|years?|yrs?)"
UNIT = (
    r"(?:mg/m2|mg/m²|mg/kg|kg/m2|kg/m²|[mµμnp]?g/d?[mM]?[lL]|mmol/[lL]|[µμ]mol/[lL]|IU/[lL]"
    r"|[mcd\u00b5\u03bc]?Gy\s?[·*\u00d7.]?\s?c?m[2²]?|[m\u00b5\u03bc]?Sv|[mc\u00b5\u03bc]?Gy"
    r"|kg|mg|[µμ]g|ng|g|m[lL]|[µμ][lL]|dL|L|cm|mm|[µμ]m|km|cm2|cm²|mm2|mm²|cm3|cm³|m|kVp?|mAs?"
    r"|mm\s?Hg|cm\s?H2O|°C|bpm|dB|k?Hz|kPa|IU|points?|gauge"
    rf"|{TIME}|ms|s)(?![\w/])(?!-[a-z])"
)
_UNIT = re.compile(rf"{PERCENT_SIGN}|\s?{UNIT}")
COMPARED = r"\s*,?\s*(?:vs\.?|versus|v\.|compared\s+(?:with|to)|against)\s+"
SEPARATOR = rf"\s*(?:{DASH}|\bto\b|\bthrough\b)\s*"
PAIR = rf"{NUMBER}(?:{PERCENT_SIGN}|\s?{UNIT})?{SEPARATOR}{NUMBER}(?:{PERCENT_SIGN})?"
_NEXT_FIGURE = re.compile(
    rf"\s*(?:[(\[][^()\[\]]*[)\]])?\s*(?:{COMPARED}|±\s*|\+/-\s*|{SEPARATOR})"
    rf"{NUMBER}"
)
_INSIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
YEAR = r"\b(?:19|20)[0-9]{2}\b"
DATE = (
    rf"(?:\b(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]\b"
    rf"|\b[0-3]?[0-9](?:st|nd|rd|th)?\.?\s+(?:of\s+)?{_MONTH},?\s+{YEAR}"
    rf"|\b{_MONTH}\s+[0-3]?[0-9](?:st|nd|rd|th)?,?\s+{YEAR}|\b{_MONTH},?\s+{YEAR}"
    r"|(?<![0-9.%(/])(?<!%\s\()(?:0?[1-9]|1[0-2])/(?:19|20)[0-9]{2}\b(?!\s*\())"
)
YEARS = (
    rf"(?:(?<=\()|\b(?:from|between|years?|in|period)\s+)(?P<first>{YEAR})"
    rf"\s*(?:{DASH}|to|and|through|until)\s*(?P<last>{YEAR})"
)

_POINT = rf"(?:(?:days?|weeks?|months?|years?|hours?)\s+{WHOLE}|{NUMBER}\s*{TIME}\b)"
_BIBLIOGRAPHY = [
    r"\bdoi\b:?\s*\S+|\b10\.[0-9]{4,}/\S+|https?://\S+|\bwww\.\S+|\S+@\S+\.\S+|\bPMID:?\s*[0-9]+",
    rf"{YEAR}(?:\s+[A-Z][a-z]{{2,8}}\b)?(?:\s+[0-9]+)?;\s*[0-9]+\S*",
    rf"\b(?:Epub|Published|Received|Accepted|Revised|Accessed|Available|[Ll]ast updated)\b"
    rf"[^.;)]{{0,30}}{YEAR}(?:\s+{_MONTH}\s+[0-9]+)?",
]
_NO_FIGURES = [
    r"(?:\(|\b)[A-Z][\w'’-]+(?:\s+(?:and|&)\s+[A-Z][\w'’-]+|\s+et\s+al\.?)?,?\s*"  # noqa: RUF001
    rf"\(?{YEAR}[a-z]?\)",
    r"(?<![0-9%])(?<![0-9%]\s)\[[0-9]{1,3}(?:\s*[,–-]\s*[0-9]{1,3})*\]",  # noqa: RUF001
    r"\b(?:(?:[Ss]upplement(?:ary|al)|[Ss]uppl?\.?|[Oo]nline)\s+)?(?:[Ff]ig(?:ure)?s?|[Tt]ables?"
    r"|Tab|Eqs?|[Ee]quations?|[Rr]efs?|References?|[Ss]ections?|Appendix|[Cc]hapters?|Panels?)\b"
    r"\.?\s*S?[0-9]+[A-Za-z]?\b(?:\s*(?:[–-]|and)\s*S?[0-9]+[A-Za-z]?\b)?",  # noqa: RUF001
    r"\b(?:p\.|pp\.?|[Pp]ages?)\s*[0-9]+(?:\s*[–-]\s*[0-9]+)?(?=\D|$)",  # noqa: RUF001
    r"\b(?:[Vv]ersion|[Rr]elease|[Vv]er\.|v\.?)\s*[0-9]+(?:\.[0-9]+)*\b",
    r"\b(?:R|SPSS|SAS|Stata|STATA|Python|MATLAB|Matlab|Prism|GraphPad|Excel|JMP|MedCalc|JASP"
    r"|Statistics|SciPy|NumPy|Windows)\s+\(?[0-9]+(?:\.[0-9]+)*\b",
    r"(?<![\w.,])[0-9]+\.[0-9]+\.[0-9][\w.]*",
    r"\b(?:number|no\.|nr\.|ID|identifier)\s*:?\s*#?[A-Z]*[0-9][\w/.-]*|#[0-9]+",
    r"\b(?:[Gg]rades?|[Tt]ypes?|[Cc]lass(?:es)?|[Ss]tages?|[Ll]evels?|[Pp]hases?|[Ss]teps?|[Pp]arts?"
    r"|[Qq]uestions?|Q|[Ii]tems?|[Qq]uartiles?|[Mm]odels?|[Cc]ategor(?:y|ies)|[Gg]roups?|[Aa]rms?"
    r"|[Cc]ohorts?|[Cc]ases?|[Pp]atients?)\s+(?:no\.\s*)?[0-9](?![0-9.,·]*[0-9%/])[a-z]?\b"
    r"(?:\s*(?:[–/-]|to|and|or)\s*[0-9][a-z]?\b(?!\s*[%/]))*",  # noqa: RUF001
    # A name with a digit, but not the exponent of a unit.
    r"(?<![\w.·/*])(?![cmdk]?m[23]\b)[A-Za-zα-ω][A-Za-zα-ω\u2011-]*[0-9]+(?:[\w/+-]*\w)?",  # noqa: RUF001
    r"\b[0-9]+[qp][0-9.]*\b|\b[0-9]+(?:st|nd|rd|th)\b|\b[0-9]+:[0-9]+\b",
    r"(?<![\w.])[0-9]+(?:\.[0-9]+)?[-\u2011](?:[a-z]+\b)(?:-[a-z]+)*",
    rf"(?:{NUMBER}|\b(?:{WORDS}))\s+or\s+(?:fewer|more|less|higher|greater|older|younger|lower)\b",
    rf"(?:\balpha\b|\bα\b|\bsignificance(?:\s+level)?\b|\blevel\s+of\s+significance\b)"  # noqa: RUF001
    rf"[^.;\x00]{{0,25}}?(?:[Pp]\s*)?[=<≤]?\s*{NUMBER}(?:{PERCENT_SIGN})?",
    rf"\b(?:at|by|within|during|until|after|following|on)\s+(?:both\s+)?"
    rf"(?:(?:{_POINT}|{NUMBER})(?:,\s*(?:and\s+)?|\s+(?:and|or|to)\s+))*{_POINT}",
    rf"\b(?:in|since|until|before|after|by|year|of|from|early|late|©)\s+(?:the\s+)?{YEAR}s?"
    rf"(?!\s+[a-z]+s\b)",
]
_NO_DATE = [re.compile(pattern) for pattern in _BIBLIOGRAPHY]
_NO_FIGURE = [re.compile(pattern) for pattern in _NO_FIGURES]
# A journal's line of a list of references: two names with initials, one after the other.
_REFERENCE = re.compile(r"\b[A-Z][\w'’-]+\s[A-Z]{1,3},\s[A-Z][\w'’-]+\s[A-Z]{1,3}\b")  # noqa: RUF001
TAKEN = "\x00"


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list written as one text."""
    return frozenset(text.split())


def is_reference(sentence: str) -> bool:
    """Return whether a sentence is an entry of a list of references."""
    return _REFERENCE.search(sentence) is not None


def without_bibliography(rest: str) -> str:
    """Return a sentence with addresses and dates of publication blanked, its length unchanged."""
    return _blanked(rest, _NO_DATE)


def without_other_digits(rest: str) -> str:
    """Return a sentence with digits that are no figures blanked, its length unchanged.

    Blanked are references, numbers of tables and figures, versions, names with digits
    ("CT1"), time points, years and levels of significance.
    """
    return _blanked(rest, _NO_FIGURE)


def _blanked(rest: str, patterns: Iterable[re.Pattern[str]]) -> str:
    for pattern in patterns:
        rest = blank(rest, [found.span() for found in pattern.finditer(rest)])
    return rest


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with some spans overwritten, its length unchanged."""
    for start, end in spans:
        text = text[:start] + TAKEN * (end - start) + text[end:]
    return text


def direct_unit(text: str, end: int) -> str:
    """Return the unit printed right behind the figure that ends at `end`."""
    found = _UNIT.match(text, end)
    return found[0].strip() if found else ""


def unit_after(text: str, end: int) -> str:
    """Return the unit of the figure that ends at `end`.

    A unit that is printed once for several figures stands behind the last:
    "11.9 vs. 10.3 min", "77.8 (SD, 31.5) mg".

    Examples
    --------
    >>> unit_after("took 11.9 vs. 10.3 min", 9)
    'min'
    """
    if text[:end].endswith("%"):
        return "%"
    if unit := direct_unit(text, end):
        return unit
    behind = _INSIDE.match(text, end)
    if behind and (unit := direct_unit(text, behind.end())):
        return unit
    following = _NEXT_FIGURE.match(text, end)
    return unit_after(text, following.end()) if following else ""
