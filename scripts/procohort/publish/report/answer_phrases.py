"""Pieces of sentences: numbers with their rows, lists, names of methods in short."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from procohort.publish.numbers import format_count_percent, format_effect, format_p_equation
from procohort.publish.prose import Linked, Part, Prose
from procohort.publish.scorecard_lines import first_sentence
from procohort.publish.selection import n_trials, refusal
from procohort.publish.wording import StudyWords, uncapitalise
from procohort.results import ResultRow
from procohort.study import Variable
from procohort.vocabulary import listed

# The level of all tests; the methods say so under multiplicity.
LEVEL_OF_TESTS = Linked("0.05", "#m-multiplicity")


def join(parts: Iterable[Prose], between: str = ", ", last: str = " and ") -> Prose:
    """Join pieces into a list of a sentence.

    Examples
    --------
    >>> join([("a",), ("b",), ("c",)])
    ('a', ', ', 'b', ' and ', 'c')
    """
    pieces = list(parts)
    found: list[Part] = []
    for position, piece in enumerate(pieces):
        if position:
            found.append(last if position == len(pieces) - 1 else between)
        found.extend(piece)
    return tuple(found)


def tidy(prose: Prose) -> Prose:
    """Return a sentence whose neighbouring plain texts are one, and none is empty.

    Examples
    --------
    >>> tidy(("a", "", "b"))
    ('ab',)
    """
    found: list[Part] = []
    for part in prose:
        last = found[-1] if found else None
        if isinstance(part, str) and isinstance(last, str):
            found[-1] = last + part
        elif part != "":
            found.append(part)
    return tuple(found)


def with_article(noun: str) -> str:
    """Return a noun with a or an; a measure called after a person needs none.

    Examples
    --------
    >>> with_article("odds ratio"), with_article("risk difference"), with_article("Cliff's delta")
    ('an odds ratio', 'a risk difference', "Cliff's delta")
    """
    if "'s " in noun:
        return noun
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def with_the(noun: str) -> str:
    """Return a noun with the; a measure called after a person needs none."""
    return noun if "'s " in noun else f"the {noun}"


def in_short(method: str) -> str:
    """Return the names of methods without what stands in brackets behind them.

    Examples
    --------
    >>> in_short("GEE (Mancl-DeRouen)")
    'GEE'
    """
    return re.sub(r" \([^()]*\)(?=$| and )|, groups$", "", method)


def in_sentence(label: str) -> str:
    """Return a label for the middle of a sentence; names of several words keep their capitals.

    Examples
    --------
    >>> in_sentence("Puncture time"), in_sentence("Oswestry Disability Index")
    ('puncture time', 'Oswestry Disability Index')
    """
    is_name = any(word[:1].isupper() and word[1:2].islower() for word in label.split()[1:])
    return label if is_name else uncapitalise(label)


def name_of_test(row: ResultRow, words: StudyWords) -> str:
    """Return the test or model behind a row in short; of several that share it, the test."""
    parts = [in_short(words.method(part)) for part in row.method.split("+")]
    tests = [name for name in parts if "test" in name or "permutation" in name]
    return listed(tests or parts)


def level_text(row: ResultRow) -> str:
    """Return for example ``95% CI``.

    Examples
    --------
    >>> level_text(ResultRow(analysis="a", kind="rate", estimand="mean", outcome="y", ci_level=0.9))
    '90% CI'
    """
    return f"{100 * row.ci_level:g}% CI"


def effect_text(
    row: ResultRow, variable: Variable, *, named: bool = True, p: bool = False, n: str = ""
) -> str:
    """Return an estimate with its limits: ``1.1 min (95% CI 0.3 to 1.9, p = 0.03)``.

    Parameters
    ----------
    row : ResultRow
        A row with an estimate.
    variable : Variable
        The outcome.
    named : bool
        Whether the limits are called by their name and level.
    p : bool
        Whether p follows.
    n : str
        What the estimate rests on, if that is to be said.
    """
    estimate, _, limits = format_effect(row, variable).partition(" [")
    said = []
    if limits:
        low, _, high = limits.rstrip("]").partition(", ")
        said.append(f"{level_text(row)} {low} to {high}" if named else f"{low} to {high}")
    if p:
        said.append(format_p_equation(row.p))
    inside = "; ".join(part for part in (n, ", ".join(said)) if part)
    return f"{estimate} ({inside})" if inside else estimate


def rate_text(
    row: ResultRow, words: StudyWords, *, limits: str | None = None, counted: bool = True
) -> str:
    """Return a proportion with its counts: ``98.0% (449/458 procedures; 95% CI ... to ...)``.

    Parameters
    ----------
    row : ResultRow
        A row of a rate.
    words : StudyWords
    limits : str, optional
        What stands before the limits, perhaps nothing; without it they are not given.
    counted : bool
        Whether it is said what was counted.
    """
    text = format_count_percent(row.n_events, n_trials(row)).rstrip(")")
    if counted:
        text += f" {words.clusters if row.unit_of_analysis == 'patient' else words.rows}"
    if limits is None or math.isnan(row.ci_low):
        return f"{text})"
    return f"{text}; {limits}{rate_limits(row)})"


def rate_limits(row: ResultRow) -> str:
    """Return the limits of a proportion: ``95.6% to 99.3%``."""
    anything = Variable(name="", type="boolean", labels={})
    limits = format_effect(row, anything, unit=False).partition(" [")[2].rstrip("]")
    return " to ".join(f"{limit}%" for limit in limits.split(", "))


def refused_text(row: ResultRow) -> str:
    """Return why a row has no estimate, in one sentence without its full stop."""
    return first_sentence(refusal(row)).rstrip(".")
