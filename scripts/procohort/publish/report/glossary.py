"""Explanations of statistics in plain words, for a person who is no statistician."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from procohort.publish.report.glossary_estimands import ESTIMANDS
from procohort.publish.report.glossary_methods import METHODS
from procohort.publish.report.glossary_terms import TERMS
from procohort.publish.wording import StudyWords
from procohort.vocabulary import (
    ESTIMAND_NAMES,
    METHOD_NAMES,
    estimand_name,
    method_name,
)

# Where no study is named.
_ANY = StudyWords("", "", row="row", rows="rows", cluster="patient", clusters="patients")


@dataclass(frozen=True, slots=True)
class Term:
    """A term as a text shows it, and what it means."""

    text: str
    explanation: str


def explain(term: str, words: StudyWords | None = None) -> str:
    """Return one or a few plain sentences on a heading, an estimand or a method.

    Parameters
    ----------
    term : str
        As shown, or as result rows name it; capitals do not matter.
    words : StudyWords, optional
        The study's words for a row and a cluster.

    Returns
    -------
    str
        Empty for a term that is not known.

    Examples
    --------
    >>> explain("ODDS RATIO") == explain("odds_ratio") != ""
    True
    >>> explain("weather")
    ''
    """
    known = _known(words or _ANY)
    asked = " ".join(term.split()).lower()
    if asked in known:
        return known[asked]
    if "+" in asked:
        return " ".join(dict.fromkeys(filter(None, (explain(x, words) for x in asked.split("+")))))
    # A method's variants begin with its name: mann_whitney_exact is read like mann_whitney.
    variants = [name for name in METHOD_NAMES if asked.startswith(f"{name}_")]
    said = known.get(max(variants, key=len), "") if variants else ""
    return said or known.get(asked.removeprefix("exact "), "")


def mark(text: str, words: StudyWords | None = None) -> tuple[str | Term, ...]:
    """Cut a text into plain parts and terms with their explanation.

    Of terms that overlap the longest counts; a term is marked only as whole words.

    Examples
    --------
    >>> [part if isinstance(part, str) else part.text for part in mark("The odds ratio rose.")]
    ['The ', 'odds ratio', ' rose.']
    """
    study = words or _ANY
    known = _known(study)
    parts: list[str | Term] = []
    end = 0
    for found in _pattern(study).finditer(text):
        if found.start() > end:
            parts.append(text[end : found.start()])
        parts.append(Term(found[0], known[found[0].lower()]))
        end = found.end()
    if end < len(text):
        parts.append(text[end:])
    return tuple(parts)


@lru_cache(maxsize=8)
def _known(words: StudyWords) -> dict[str, str]:
    """Return explanations by term in small letters; machine names are among the terms."""
    known: dict[str, str] = {}
    for term, explanation in _terms():
        known.setdefault(words.fill(term).lower(), words.fill(explanation))
    return known


def _terms() -> Iterator[tuple[str, str]]:
    """Yield every term with its explanation; general terms count before names of methods."""
    for terms, explanation in TERMS:
        for term in terms:
            yield term, explanation
    for names, explanation in ESTIMANDS:
        for name in names:
            yield estimand_name(name), explanation
            yield name, explanation
    for names, explanation in METHODS:
        for name in names:
            shown = method_name(name)
            yield shown, explanation
            yield f"exact {shown}", explanation
            yield name, explanation


@lru_cache(maxsize=8)
def _pattern(words: StudyWords) -> re.Pattern[str]:
    machine = {*ESTIMAND_NAMES, *METHOD_NAMES}
    shown = (term for term in _known(words) if term not in machine or "_" not in term)
    longest_first = sorted(shown, key=lambda term: (-len(term), term))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
