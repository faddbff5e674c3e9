"""A first draft of a table of claims, from the text of a paper."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from procohort.claims.claim import COLUMNS, Claim, ClaimsError, shown_path
from procohort.claims.claim_mistakes import record_mistakes
from procohort.claims.draft_figures import SIZE_OF_A_GROUP, find_figures, find_shares
from procohort.claims.draft_found import Found, Reading
from procohort.claims.draft_patterns import is_reference, words_of
from procohort.claims.draft_sentences import Passage, read_passages
from procohort.claims.draft_values import find_fixed, find_values
from procohort.claims.draft_words import find_counts, find_statements

_TO_FILL_IN: dict[str, str] = {
    "count": "Fill in what is counted (analysis, outcome, estimand) and the unit of analysis.",
    "percent": "Fill in analysis, outcome, group and level, and the unit of analysis.",
    "p_value": "Fill in analysis, outcome, group, level and reference, and the unit of analysis.",
    "direction": "Fill in analysis, outcome, group, level and reference.",
    "date": "Fill in analysis, outcome and estimand (earliest or latest).",
    "fixed": "Fill in outcome and level; analysis only where the tables hold it.",
    "frequency_class": "Fill in analysis, outcome and level, and the unit of analysis.",
    "text": "No analysis can test it as it stands.",
}
_OTHERWISE = "Fill in analysis, outcome, group and level, and the unit of analysis."
_SAME = {"p_bound": "p_value", "interval": "p_value", "effect": "p_value"}
_SAME |= {"test_statistic": "p_value"}
_SUFFIX = {
    "p_value": "p",
    "p_bound": "p",
    "quartiles": "iqr",
    "interval": "ci",
    "test_statistic": "test",
    "frequency_class": "class",
    "direction": "",
    "text": "",
    "fixed": "",
}
_DULL = words_of(
    "mgy msv day days week weeks month months year years minute minutes hour hours least most"
    " a an the and or but of in on at to for from with without by per as than that which who"
    " was were is are be been had has have did do not no this these those its their our all"
    " both each between vs versus respectively mean median average range sd iqr ci min mg p"
    " n than among occurred observed achieved compared only also overall total out we there"
    " it after"
)
# Between a figure and the brackets with its n: its deviation, its unit, no further words.
_ONLY_A_UNIT = re.compile(r"[^()\[\]A-Za-z]*[A-Za-z]{0,8}\s*")
_WITH_N = frozenset(["mean", "median", "centre", "sd", "range", "quartiles"])


def draft(text: str, source_file: str = "") -> list[Claim]:
    """Draft the claims of a paper from its text, for a person to complete.

    Found are percentages and their counts, means, medians, spreads, ranges, intervals,
    effects, test statistics, p values, counts of things, dates, frequency classes, fixed
    figures and directions. What each one is about is left to the person: no analysis,
    outcome, group or unit of analysis is guessed, the note says what to fill in.

    Parameters
    ----------
    text : str
        As copied from a page or a PDF, headings included.
    source_file : str
        Name of the text, written into every claim.

    Returns
    -------
    list of Claim
        In the order of the text; `read_claims` accepts them as they are.

    Examples
    --------
    >>> [(claim.id, claim.printed, claim.kind) for claim in draft("Success was 98.3% (449/458).")]
    [('success_percent', '98.3%', 'percent'), ('success_count', '449', 'count')]
    """
    claims: list[Claim] = []
    used: set[str] = set()
    for passage in read_passages(text):
        if is_reference(passage.sentence):
            continue
        reading = find_figures(passage.sentence, passage.section)
        for step in (find_values, find_shares, find_counts, find_fixed, find_statements):
            step(reading)
        for found in sorted(reading.found, key=lambda item: (item.start, item.end, item.kind)):
            claim = _claim(passage, reading, found, source_file.strip(), used)
            if claim is not None:
                used.add(claim.id)
                claims.append(claim)
    return claims


def read_text(name: str) -> str:
    """Return the text of a file, or of the standard input for ``-``.

    Raises
    ------
    ClaimsError
        If there is no such file or it is not UTF-8.
    """
    shown = "standard input" if name == "-" else shown_path(Path(name))
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClaimsError([f"{shown}: not UTF-8. Save the text as UTF-8."]) from None
    except OSError as error:
        raise ClaimsError(
            [f"{shown}: cannot be read ({error.strerror}). Check the name."]
        ) from None


def write_claims(target: str | Path | TextIO, claims: Iterable[Claim]) -> None:
    """Write a table of claims that `read_claims` reads back the same.

    Parameters
    ----------
    target : path or text file
        Where to; a path is written as UTF-8.
    claims : iterable of Claim
        All columns are written; the line of each claim is that of the new file.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(claim, name)) for name in COLUMNS] for claim in claims)
    if isinstance(target, (str, Path)):
        Path(target).write_text(buffer.getvalue(), encoding="utf-8", newline="")
    else:
        target.write(buffer.getvalue())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _claim(
    passage: Passage, reading: Reading, found: Found, source_file: str, used: set[str]
) -> Claim | None:
    """Return the claim; as a text if its figure cannot be read, None if it stands nowhere."""
    kind = found.kind
    claim = Claim(
        id=_unused(_name(reading.text, found), used),
        source=passage.source,
        sentence=passage.sentence,
        printed=passage.sentence[found.start : found.end].strip(),
        kind=kind,
        source_file=source_file,
        direction=found.direction,
        unit=found.unit,
        numerator=found.numerator,
        denominator=found.denominator,
        n=_size_of_group(reading, found) if kind in _WITH_N else None,
        note=" ".join(
            filter(None, (found.hint, _TO_FILL_IN.get(_SAME.get(kind, kind), _OTHERWISE)))
        ),
    )
    mistakes = _mistakes(claim)
    if mistakes and kind != "text":
        note = f"Not readable as {kind}: {mistakes[0]}"
        claim = replace(claim, kind="text", direction="", unit="", n=None, note=note)
        claim = replace(claim, numerator=None, denominator=None)
        mistakes = _mistakes(claim)
    return None if mistakes else claim


def _mistakes(claim: Claim) -> Sequence[str]:
    record = {name: _cell(getattr(claim, name)) for name in COLUMNS}
    return [text for _, text in record_mistakes(record, readings=(), sources=())]


def _size_of_group(reading: Reading, found: Found) -> int | None:
    """Return the n printed in the same brackets, or in those right behind the figure."""
    sizes = [item for item in reading.found if item.hint == SIZE_OF_A_GROUP]
    inside = []
    for size in sizes:
        begin = max(reading.text.rfind("(", 0, size.start), reading.text.rfind("[", 0, size.start))
        end = re.compile(r"[)\]]|$").search(reading.text, size.end)
        stop = end.start() if end else len(reading.text)
        right_before = _ONLY_A_UNIT.fullmatch(reading.text, found.end, max(begin, found.end))
        if begin >= 0 and (begin < found.start < stop or (found.end <= begin and right_before)):
            inside.append(int(re.sub(r"\D", "", reading.text[size.start : size.end])))
    return (inside[0] or None) if len(inside) == 1 else None


def _name(text: str, found: Found) -> str:
    """Return a short name from the words around: before a figure, behind a count."""
    before = re.sub(r"\([^()]*\)", " ", text[: found.start])
    before = re.split(r"[.;:]\s", before)[-1]
    # The words since the last figure that has any before it.
    pieces = (_telling(piece) for piece in reversed(re.split(r"[0-9]", before)))
    words = next(filter(None, pieces), [])[-2:]
    suffix = _SUFFIX.get(found.kind, found.kind)
    figure = re.sub(r"\W+", "_", text[found.start : found.end]).strip("_").lower()
    if found.kind == "date" and figure.isascii():
        return figure if figure[:1].isalpha() else f"date_{figure}"
    if found.kind == "count" and found.unit and not found.denominator:
        words = _telling(found.unit) or words
        suffix = "" if words else suffix
    elif found.kind == "fixed":
        words = [*words[-1:], *([found.unit] if found.unit.isalpha() else []), figure]
        words = [word.lower() for word in dict.fromkeys(words) if word.isascii()]
    elif found.kind in ("direction", "text"):
        words = [*words[-1:], *_telling(text[found.start : found.end])[:2]]
    if not words:
        words = _telling(text[: found.start])[-2:] or _telling(text[found.end :])[:2]
    name = "_".join(filter(None, (*words, suffix)))
    return name if name[:1].isalpha() else f"claim_{name}".rstrip("_")


def _telling(text: str) -> list[str]:
    """Return the telling words of a text in plain small letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z][a-z0-9]{2,}", plain)
    return [word[:20] for word in words if word not in _DULL]


def _unused(name: str, used: set[str]) -> str:
    number, found = 1, name
    while found in used:
        number += 1
        found = f"{name}_{number}"
    return found
