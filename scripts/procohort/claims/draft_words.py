"""Statements made in words: what is counted, which is higher, what does not differ."""

from __future__ import annotations

import re

from procohort.claims.draft_found import Found, Reading
from procohort.claims.draft_patterns import COUNT, TIME, words_of

_COUNT = re.compile(COUNT, re.IGNORECASE)
_LARGE = re.compile(
    r"\b(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\s-]?"
    r"(?:one|two|three|four|five|six|seven|eight|nine)?|(?:one|two|three|a)\s+hundred)\b(?!-)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\s+(?P<word>[^\W\d_][\w'’/–‑-]*)")  # noqa: RUF001
_TIME = re.compile(rf"{TIME}$")
_STOP = words_of(
    "a an the and or but nor of in on at to for from with without by per as than that which"
    " who whose when while where is are was were be been being had has have did do does may"
    " can could should must will would not no this these those its their his her our your"
    " it they we he she if then also plus versus vs both each other times percent minus"
    " between"
)
_EVENTS = words_of(
    "underwent had were was received died showed required developed completed experienced"
    " withdrew failed needed presented reported responded succeeded suffered refused"
)
_IRREGULAR = words_of(
    "children people men women persons vertebrae feet teeth criteria diagnoses metastases"
    " haematomata stomata foramina hernia data individuals staff"
)
_ONE = words_of(
    "patient case procedure subject participant child person woman man death event"
    " complication injection attempt failure infection fracture bleeding haematoma hematoma"
    " leak injury study trial center centre hospital session lesion puncture"
)
_NOT_PLURAL = re.compile(r"(?:ss|us|is|ous|always|series|perhaps|whereas|towards)$")
_MOST_WORDS = 5

_ADVERB = (
    r"(?:(?:slightly|significantly|statistically|markedly|substantially|considerably|much|somewhat"
    r"|numerically|clearly|marginally|moderately|strongly|weakly|notably)\s+){0,2}"
)
_DIRECTIONS: list[tuple[str, str]] = [
    (
        "negative",
        r"(?:(?:negatively|inversely)\s+(?:correlated|associated|related)"
        r"|(?:negative|inverse)\s+(?:correlation|association))",
    ),
    (
        "positive",
        r"(?:(?:positively\s+)?correlated(?:\s+positively)?(?=\s+with)|correlates(?=\s+with)"
        r"|positively\s+(?:associated|related)|positive\s+(?:correlation|association))",
    ),
    (
        "higher",
        r"(?:longer|higher|greater|larger|prolonged|elevated|increased"
        r"|(?:(?<=were )|(?<=was ))(?:older|heavier|faster)|(?:older|heavier|faster)(?=\s+than\b)"
        r"|increases|increase(?=\s+in\b)|rose|more\s+(?:frequent(?:ly)?|common(?:ly)?|often|likely))",
    ),
    (
        "lower",
        r"(?:shorter|lower|smaller|fewer|decreased|decreases|reduced"
        r"|(?:(?<=were )|(?<=was ))(?:younger|lighter|slower)"
        r"|(?:younger|lighter|slower)(?=\s+than\b)"
        r"|declined|(?:decrease|reduction|decline)(?=\s+in\b)|fell"
        r"|less\s+(?:frequent(?:ly)?|common(?:ly)?|often|likely))",
    ),
    ("differs", r"(?:differed|(?:significantly|markedly)\s+different|significant\s+differences?)"),
]
_DIRECTION = re.compile(
    rf"\b{_ADVERB}(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _DIRECTIONS)
    + r")\b(?!-)(?!\s+(?:respiratory|extremit|limb|legs?\b|back\b|quartile))",
    re.IGNORECASE,
)
_NONE = re.compile(
    rf"\b(?:no\s+(?:statistically\s+)?(?:significant\s+|relevant\s+|clear\s+)?"
    r"(?:differences?|correlations?|associations?|change|effect)"
    rf"|(?:not|did\s+not|n['’]t)\s+{_ADVERB}(?:differ(?:ent)?|correlated?|associated|change"  # noqa: RUF001
    r"|higher|lower|longer|shorter|increased?|decreased?))\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"\b(?:all|none\s+of\s+the|no)\s+(?:[a-z]+\s+)?(?:patients?|procedures?|cases|participants?"
    r"|subjects|children|injections?|punctures?|interventions?|complications?|deaths?|events?)\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:may|might|could|can|should|would|will|to|whether|if|cannot)\b", re.IGNORECASE
)
_COMPARATIVE_OF_ALL = re.compile(r"\b(?:no|any|the|or)\s+$", re.IGNORECASE)
_WHOLE_SENTENCE = re.compile(r"[.!?\u3002]['\"\u201d\u2019)\]]*$")
_GUESSED = "The direction is guessed from the word: name which level is compared with which."
_NO_RESULTS = re.compile(
    r"purpose|background|objective|aim|introduction|methods?|materials|design|setting"
)


def find_counts(reading: Reading) -> None:
    """Find numbers followed by what they count: "458 procedures", "two haematomas"."""
    for found in reading.each(_LARGE):
        if found[0].lower() != "twenty" and counted("2", reading.rest[found.end() :]):
            hint = "A number above twenty in words: to have it tested, look for its digits."
            start, end = found.start(), found.start() + len(found[0].rstrip())
            reading.found.append(Found(start=start, end=end, kind="text", hint=hint))
            reading.take(found)
    for found in reading.each(_COUNT):
        unit = counted(found[0], reading.rest[found.end() :])
        if unit is not None:
            reading.found.append(
                Found(start=found.start(), end=found.end(), kind="count", unit=unit)
            )
            reading.take(found)


def counted(number: str, behind: str) -> str | None:
    """Return what a number counts, the first plural behind it; None if it counts nothing.

    What stands before a verb ("12 underwent surgery") is counted, but not named.

    Examples
    --------
    >>> counted("44", " young patients came")
    'patients'
    """
    position = 0
    for place in range(_MOST_WORDS):
        token = _TOKEN.match(behind, position)
        if token is None:
            return None
        word, position = token["word"], token.end()
        plain = word.lower()
        if place == 0 and plain in _EVENTS:
            return ""
        if plain in _STOP or _TIME.match(plain.rpartition("-")[2]):
            return None
        one = number.lower() in ("1", "one")
        if (one and plain in _ONE) or (not one and _is_plural(plain)):
            return word
    return None


def _is_plural(word: str) -> bool:
    if word in _IRREGULAR:
        return True
    return len(word) > 3 and word.endswith("s") and not _NOT_PLURAL.search(word)


def find_statements(reading: Reading) -> None:
    """Find directions ("slightly lower"), and statements of no difference, of all and none."""
    text = reading.text
    hint = "Stated as no difference: no direction can be tested; a printed p value can."
    spans = []
    for found in _NONE.finditer(text):
        spans.append(found.span())
        _note(reading, found, "text", hint=hint)
    for found in _EVERY.finditer(text):
        if _NO_RESULTS.search(reading.section):
            break
        hint = "All or none, in words: to have it tested, claim the count or the percentage."
        _note(reading, found, "text", hint=hint)
    if _NO_RESULTS.search(reading.section) or not _WHOLE_SENTENCE.search(text):
        return
    for found in _DIRECTION.finditer(text):
        within = any(start < found.end() and found.start() < end for start, end in spans)
        if not within and _is_finding(text, found):
            name = str(found.lastgroup)
            _note(reading, found, "direction", direction=name, hint=_GUESSED)


def _is_finding(text: str, found: re.Match[str]) -> bool:
    """Return whether a comparative states what was found, not what may be or should be."""
    before = re.split(r"[.,;:()]", text[: found.start()])[-1]
    after = re.split(r"[.,;:()]", text[found.end() :])[0]
    alone = found[0].lower() in ("increases", "decreases")
    return not (
        _COMPARATIVE_OF_ALL.search(before)
        or _OPINION.search(before)
        or (not alone and re.search(r"\b(?:may|might|could|should|would)\b", after))
    )


def _note(
    reading: Reading, found: re.Match[str], kind: str, *, direction: str = "", hint: str
) -> None:
    reading.found.append(
        Found(start=found.start(), end=found.end(), kind=kind, direction=direction, hint=hint)
    )
