"""Sentences on a question: as published, cluster-aware, and both side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from procohort.publish.numbers import format_p_equation
from procohort.publish.prose import Cited, Part, Prose
from procohort.publish.report.answer_findings import Answered, Finding, Group, Question
from procohort.publish.report.answer_phrases import (
    LEVEL_OF_TESTS,
    effect_text,
    join,
    name_of_test,
    refused_text,
    with_article,
    with_the,
)
from procohort.publish.wording import PERSPECTIVES
from procohort.results import ResultRow
from procohort.vocabulary import listed

# What becomes of a conclusion, by (as published, cluster-aware): said of p, and of an interval.
_TURNS: dict[tuple[bool, bool], tuple[str, str]] = {
    (True, True): ("p stays below ", "the interval still leaves out no difference"),
    (True, False): ("p is no longer below ", "the interval no longer leaves out no difference"),
    (False, True): ("p falls below ", "the interval leaves out no difference"),
    (False, False): ("p is not below ", "the interval does not leave out no difference"),
}


def subject(question: Question, *, counted: bool = True) -> Prose:
    """Return what a question is about, with the sizes of its groups if wanted."""
    if question.kind in ("correlations", "trends"):
        return (f"the association with {question.about}",)
    groups = [_group(group, question, counted=counted) for group in question.groups]
    if question.kind == "trajectories":
        between: Prose = (", ", *join(groups, last=" compared with ")) if groups else ()
        outcomes = listed([finding.label for finding in question.findings])
        return (f"the change in {outcomes} {question.about}", *between)
    names = [group.label.lower() for group in question.groups]
    by = "" if any(question.about.lower() in name for name in names) else f"by {question.about} "
    last = " with " if len(groups) == 2 else " and "
    return (f"the comparison {by}of ", *join(groups, last=last))


def _group(group: Group, question: Question, *, counted: bool) -> Prose:
    if not counted or group.row is None:
        return (group.label,)
    of_cluster = question.unit == "patient"
    n = group.row.n_patients if of_cluster else group.row.n_procedures
    return (group.label, " (", Cited(question.words.count_rows(n), group.row), ")")


def published_sentence(question: Question) -> Prose:
    """Return what the usual methods find: groups, effects, p."""
    pooled = ", pooled" if question.is_clustered else ""
    return (
        f"As published (unit of analysis: {question.words.row}{pooled}), ",
        *subject(question),
        " gives ",
        *_effects(question, "as_published"),
        ".",
    )


def aware_sentence(question: Question) -> Prose:
    """Return what cluster-aware methods find, and which conclusions stand."""
    words = question.words
    once = f"each {words.cluster} once, as before"
    if question.kind == "trajectories":
        once = f"all recorded visits of each {words.cluster}"
    lead = (
        f"Cluster-aware (unit of sampling: {words.cluster}), it gives "
        if question.is_clustered
        else f"By the cluster-aware method ({once}), it gives "
    )
    turns = _turns(question.findings)
    return (
        lead,
        *_effects(question, "cluster_aware"),
        *((": ", *turns) if turns else ()),
        ".",
    )


def _effects(question: Question, perspective: str) -> Prose:
    """Return the answers of a perspective, those of one estimand and method together."""
    gathered: dict[tuple[str, str], list[Finding]] = {}
    for finding in question.findings:
        answered = finding.answers.get(perspective)
        key = _same(answered, question) if answered else ("", "")
        gathered.setdefault(key, []).append(finding)
    clauses = []
    named = True
    said_n = ""
    for (estimand, method), findings in gathered.items():
        items = []
        for finding in findings:
            answered = finding.answers.get(perspective)
            n = _n_beside(answered, question, whole=not said_n)
            shown_n = "" if n == said_n else n
            items.append(_item(finding, answered, named, bool(estimand), n=shown_n))
            named = named and not estimand
            said_n = n or said_n
        lead = f"{with_article(estimand)}{_by(estimand, method)} " if estimand else f"by {method} "
        clauses.append(((lead if method else ""), *join(items)))
    return join(clauses, between="; ", last="; ")


def _same(answered: Answered, question: Question) -> tuple[str, str]:
    """Return what answers of one clause share: the estimand, if any, and the method."""
    if not answered.has_estimate and not answered.has_p:
        return "", ""
    estimand = question.words.estimand(answered.row.estimand) if answered.has_estimate else ""
    return estimand, name_of_test(answered.p_row, question.words)


def _by(estimand: str, method: str) -> str:
    """Return how an estimand was found, nothing where its own name says it."""
    if estimand.startswith(method):
        return ""
    return f"{',' if ',' in estimand else ''} by {method}"


def _n_beside(answered: Answered | None, question: Question, *, whole: bool) -> str:
    """Return what an answer rests on, nothing where the groups already say it."""
    if answered is None or any(group.row for group in question.groups):
        return ""
    return _n(answered.row, question, whole=whole)


def _item(
    finding: Finding, answered: Answered | None, named: bool, of: bool, *, n: str = ""
) -> Prose:
    """Return ``of 1.1 min (...) for puncture time``, or why there is no estimate."""
    where = f" for {finding.label}"
    if answered is None:
        return (f"no answer{where}",)
    if answered.has_estimate:
        return ("of " if of else "", *_estimate(answered, finding, named=named, n=n), where)
    missing = _missing(answered.row)
    if answered.has_p:
        p = Cited(format_p_equation(answered.p_row.p), answered.p_row)
        return (p, where, *((", no estimate", *missing) if missing else ()))
    return (f"no estimate{where}", *missing)


def _estimate(answered: Answered, finding: Finding, *, named: bool, n: str = "") -> Prose:
    own_p = answered.has_p and answered.p_row is answered.row
    text = effect_text(answered.row, finding.variable, named=named, p=own_p, n=n)
    effect = Cited(text, answered.row)
    if own_p or not answered.has_p:
        return (effect,)
    return (effect, " with ", Cited(format_p_equation(answered.p_row.p), answered.p_row))


def _missing(row: ResultRow) -> tuple[Part, ...]:
    """Return why a row has no estimate, nothing where it was not to have one."""
    return () if row.status == "ok" else (" (", Cited(refused_text(row), row), ")")


def _turns(findings: Sequence[Finding]) -> Prose:
    """Return which conclusions stand cluster-aware and which do not."""
    gathered: dict[tuple[bool, bool], list[Finding]] = {}
    for finding in findings:
        published, aware = (finding.finds(name) for name in PERSPECTIVES)
        if published is not None and aware is not None:
            gathered.setdefault((published, aware), []).append(finding)
    return join(
        (_turn(turn, gathered[turn], of=len(findings)) for turn in _TURNS if turn in gathered),
        last=", ",
    )


def _turn(turn: tuple[bool, bool], findings: Sequence[Finding], of: int) -> Prose:
    by_p = all(finding.answers["cluster_aware"].has_p for finding in findings)
    said, interval = _TURNS[turn]
    text: Prose = (said, LEVEL_OF_TESTS) if by_p else (interval,)
    if turn == (False, False):
        text = (*text, " either way")
    if len(findings) < of:
        return (*text, f" for {listed([finding.label for finding in findings])}")
    some = ("both", "all of these") if turn[1] else ("either", "any of these")
    return text if of == 1 else (*text, f" for {some[of > 2]}")


def second_sentence(question: Question) -> Prose:
    """Return a question with both answers side by side, and whether they agree."""
    parts: list[Prose] = []
    before: list[tuple[str, str]] | None = None
    for finding in question.findings:
        keys = [
            _same(finding.answers[name], question) if name in finding.answers else ("", "")
            for name in PERSPECTIVES
        ]
        named = keys != before
        parts.append(tuple(_side_by_side(finding, question, keys, named=named)))
        before = keys
    return (
        "The second question is ",
        *subject(question, counted=False),
        f" (unit of analysis: {question.words.row}): ",
        *join(parts, between="; ", last="; "),
        *_agreement(question.findings),
        ".",
    )


def _side_by_side(
    finding: Finding, question: Question, keys: Sequence[tuple[str, str]], *, named: bool
) -> Iterator[Part]:
    """Yield both answers; estimands and methods are named unless they just were."""
    yield f"for {finding.label} "
    said_n = ""
    for position, (perspective, key) in enumerate(zip(PERSPECTIVES, keys, strict=True)):
        if position:
            yield " and "
        answered = finding.answers.get(perspective)
        if answered is None:
            yield "no answer"
        elif answered.has_estimate:
            if named:
                yield _name(key, is_repeated=bool(position) and key[0] == keys[0][0])
            n = _n(answered.row, question, whole=named)
            shown_n = "" if n == said_n else n
            said_n = n
            yield from _estimate(answered, finding, named=named and not position, n=shown_n)
        elif answered.has_p:
            yield from _only_p(answered, question, key, named=named)
        else:
            yield "no estimate"
            yield from _missing(answered.row)
        if named:
            yield " cluster-aware" if position else " as published"


def _n(row: ResultRow, question: Question, *, whole: bool) -> str:
    """Return what an answer rests on; in full where it is said first."""
    if whole or row.unit_of_analysis == "patient":
        return question.words.counts_of(row)
    return question.words.count_rows(row.n_procedures)


def _only_p(
    answered: Answered, question: Question, key: tuple[str, str], *, named: bool
) -> Iterator[Part]:
    text = format_p_equation(answered.p_row.p)
    yield f"by {key[1]} " if named else ""
    yield Cited(f"{text} ({question.words.counts_of(answered.p_row)})", answered.p_row)
    yield from _missing(answered.row)


def _name(key: tuple[str, str], *, is_repeated: bool) -> str:
    """Return ``the odds ratio by Fisher's exact test is``, in short for the same estimand."""
    estimand, method = key
    if is_repeated:
        return f"by {method} "
    return f"{with_the(estimand)}{_by(estimand, method)} is "


def _agreement(findings: Sequence[Finding]) -> Prose:
    known = [finding for finding in findings if finding.agree is not None]
    differing = [finding.label for finding in known if not finding.agree]
    if not known:
        return ()
    if not differing:
        return ("; the conclusion is the same in both answers",)
    where = f" for {listed(differing)}" if len(differing) < len(findings) else ""
    return (f"; the conclusion differs between the answers{where}",)
