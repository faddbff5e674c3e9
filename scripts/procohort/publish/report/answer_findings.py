"""What a study asks, and the two answers to each question: as published and cluster-aware."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from procohort.publish.report.answer_phrases import in_sentence
from procohort.publish.selection import contrasts, pick
from procohort.publish.specified import ALPHA, excludes_no_difference
from procohort.publish.trajectory_rows import Trajectory, headline
from procohort.publish.wording import PERSPECTIVES, StudyWords, VariableBook
from procohort.results import ResultRow
from procohort.study import Variable
from procohort.vocabulary import neutral_value

# Kinds of analyses that answer a question twice: for the first question, and for the second.
FIRST = ("comparisons", "trajectories", "correlations", "trends")
SECOND = ("correlations", "trends", "trajectories", "comparisons")


@dataclass(frozen=True, slots=True)
class Answered:
    """One perspective's answer: the row of its estimate, and the row of its p value."""

    row: ResultRow
    p_row: ResultRow

    @property
    def has_estimate(self) -> bool:
        """Whether there is an estimate to show."""
        return self.row.status == "ok" and not math.isnan(self.row.estimate)

    @property
    def has_p(self) -> bool:
        """Whether there is a p value to show."""
        return self.p_row.status == "ok" and not math.isnan(self.p_row.p)

    @property
    def finds(self) -> bool | None:
        """Whether it tells from no difference: by p, else by its interval; None if unknown."""
        if self.has_p:
            return self.p_row.p < ALPHA
        limits = (neutral_value(self.row.estimand), self.row.ci_low, self.row.ci_level)
        if not self.has_estimate or any(math.isnan(value) for value in limits):
            return None
        return excludes_no_difference(self.row)


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome with both answers.

    Attributes
    ----------
    label : str
        The outcome in the middle of a sentence.
    variable : Variable
        How its values are written.
    answers : mapping of str to Answered
        By perspective; one may be absent.
    """

    label: str
    variable: Variable
    answers: Mapping[str, Answered]

    def finds(self, perspective: str) -> bool | None:
        """Return the conclusion of a perspective; None where it has none."""
        return self.answers[perspective].finds if perspective in self.answers else None

    @property
    def agree(self) -> bool | None:
        """Whether both answers come to the same conclusion; None where one has none."""
        found = [self.finds(perspective) for perspective in PERSPECTIVES]
        return None if None in found else found[0] == found[1]


@dataclass(frozen=True, slots=True)
class Group:
    """A group in the middle of a sentence, and the row that counts it where there is one."""

    label: str
    row: ResultRow | None


@dataclass(frozen=True, slots=True)
class Question:
    """An analysis that answers twice.

    Attributes
    ----------
    id, kind : str
        As declared.
    unit : str
        ``row`` or ``patient``.
    words : StudyWords
        Of its unit: where clusters are the unit, each is a row.
    about : str
        The grouping variable, what outcomes are related to, or the visits; in the middle
        of a sentence.
    groups : tuple of Group
        The groups compared; empty where there are none.
    findings : tuple of Finding
        Those to be told, the main ones first.
    is_main : bool
        Whether the study says so: by its confirmatory family, or by what its claims rest on.
    """

    id: str
    kind: str
    unit: str
    words: StudyWords
    about: str
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    is_main: bool = False

    @property
    def is_clustered(self) -> bool:
        """Whether a cluster can enter with several rows."""
        return self.unit != "patient" and not self.words.row_is_cluster

    def in_short(self, n_findings: int) -> Question:
        """Return the question with its first findings only."""
        return replace(self, findings=self.findings[:n_findings])

    def spread(self) -> Question:
        """Return the question with findings in another unit than the first one before others."""
        first, rest = self.findings[:1], self.findings[1:]
        units = {finding.variable.unit for finding in first}
        others = sorted(rest, key=lambda finding: finding.variable.unit in units)
        return replace(self, findings=(*first, *others))


@dataclass(frozen=True)
class Study:
    """What was asked, and every result row."""

    asked: Mapping[str, Any]
    rows: Sequence[ResultRow]

    @cached_property
    def words(self) -> StudyWords:
        """The study's words."""
        return StudyWords.from_settings(self.asked["study"])

    @cached_property
    def book(self) -> VariableBook:
        """The study's variables."""
        return VariableBook(self.asked["variables"])

    @cached_property
    def by_analysis(self) -> dict[str, list[ResultRow]]:
        """Result rows by the analysis that gave them."""
        found: dict[str, list[ResultRow]] = {}
        for row in self.rows:
            found.setdefault(row.analysis, []).append(row)
        return found

    @cached_property
    def confirmatory(self) -> list[str]:
        """The outcomes of the confirmatory family."""
        return [str(name) for name in self.asked["confirmatory"].get("outcomes") or ()]

    def of_kind(self, *kinds: str) -> list[Mapping[str, Any]]:
        """Return the declared analyses of some kinds, kind by kind in declared order."""
        every = self.asked["analyses"].values()
        return [spec for kind in kinds for spec in every if spec["kind"] == kind]

    def label(self, variable: str) -> str:
        """Return the label of a variable for the middle of a sentence."""
        return in_sentence(self.book.label(variable))

    def level(self, variable: str, level: str) -> str:
        """Return the label of a level; a category keeps its capitals, it may be a name."""
        label = self.book.level(variable, level)
        return in_sentence(label) if self.book[variable].type == "boolean" else label

    def main_question(self, claims: Sequence[Mapping[str, Any]] = ()) -> Question | None:
        """Return the confirmatory comparison, else what most claims rest on, else the first.

        Parameters
        ----------
        claims : sequence of mapping
            Records of the study's own claims; those that can be tested count.

        Returns
        -------
        Question or None
            `Question.is_main` tells whether the family or the claims chose it, or only its place
            in the configuration. None where no analysis answers twice.
        """
        family = [str(name) for name in self.asked["confirmatory"].get("analyses") or ()]
        weights = Counter(
            str(claim["row_analysis"]) for claim in claims if claim["verdict"] != "not_testable"
        )
        chosen = Counter(dict.fromkeys(family, 1)) if family else weights
        # Sorting is stable: of equal weights the first declared comes first.
        for spec in sorted(self.of_kind(*FIRST), key=lambda spec: -chosen[str(spec["id"])]):
            outcomes = self.confirmatory if spec["id"] in family else []
            question = self._question(spec, outcomes) or self._question(spec, [])
            if question is not None:
                return replace(question, is_main=chosen[question.id] > 0)
        return None

    def second_question(self, main: Question) -> Question | None:
        """Return the next question, of another kind where there is one."""
        declared = [spec for spec in self.of_kind(*SECOND) if spec["id"] != main.id]
        for spec in sorted(declared, key=lambda spec: spec["kind"] == main.kind):
            question = self._question(spec, [])
            if question is not None:
                return question
        return None

    def _question(self, spec: Mapping[str, Any], only: Sequence[str]) -> Question | None:
        """Return an analysis with its findings, None where no row answers it."""
        rows = self.by_analysis.get(str(spec["id"]), [])
        makers = {"comparisons": self._compared, "trajectories": self._followed}
        about, groups, found = makers.get(spec["kind"], self._related)(spec, rows)
        same = self.asked["settings"]["multiplicity"]["same_test"]
        wanted = only or [name for name in found if same.get(name) not in found]
        first = {name: place for place, name in enumerate(self.confirmatory)}
        names = sorted(wanted, key=lambda name: first.get(name, len(first)))
        findings = tuple(found[name] for name in names if name in found)
        if not findings:
            return None
        unit = str(spec.get("unit") or "row")
        return Question(
            id=str(spec["id"]),
            kind=str(spec["kind"]),
            unit=unit,
            words=self.words.for_unit(unit),
            about=about,
            groups=groups,
            findings=findings,
        )

    def _compared(
        self, spec: Mapping[str, Any], rows: Sequence[ResultRow]
    ) -> tuple[str, tuple[Group, ...], dict[str, Finding]]:
        group, levels = str(spec["group"]), [str(level) for level in spec["levels"]]
        counted = "n_patients" if spec.get("unit") == "patient" else "n_rows"
        groups = tuple(
            Group(self.level(group, level), pick(rows, level=level, estimand=counted))
            for level in levels
        )
        found: dict[str, Finding] = {}
        for contrast in contrasts(rows):
            if contrast.is_omnibus == (len(levels) > 2):
                pairs = (
                    (name, contrast.headline(name), contrast.p_row(name)) for name in PERSPECTIVES
                )
                label = self.label(contrast.outcome)
                found.setdefault(contrast.outcome, self._finding(label, contrast.outcome, pairs))
        return self.label(group), groups, _answered(found)

    def _related(
        self, spec: Mapping[str, Any], rows: Sequence[ResultRow]
    ) -> tuple[str, tuple[Group, ...], dict[str, Finding]]:
        found = {}
        for name in (str(outcome) for outcome in spec["outcomes"]):
            heads = [row for row in rows if row.outcome == name and row.headline]
            chosen = ((x, pick(heads, perspective=x, level="all")) for x in PERSPECTIVES)
            pairs = ((x, row, row) for x, row in chosen)
            found[name] = self._finding(self.label(name), name, pairs)
        return self.label(str(spec["x"])), (), _answered(found)

    def _followed(
        self, spec: Mapping[str, Any], rows: Sequence[ResultRow]
    ) -> tuple[str, tuple[Group, ...], dict[str, Finding]]:
        course = Trajectory(spec, rows)
        first, last = course.visits[0], course.visits[-1]
        groups = tuple(Group(self.level(course.by, level), None) for level in course.levels)
        found = {}
        for name in course.outcomes:
            mine = (
                course.between(name, last, course.pairs[0])
                if len(groups) > 1
                else course.at(name, last)
            )
            chosen = ((x, headline(mine, x)) for x in PERSPECTIVES)
            pairs = ((x, row, row) for x, row in chosen)
            found[name] = self._finding(self.label(name), name, pairs)
        visits = (in_sentence(course.label(visit)) for visit in (first, last))
        return "from {} to {}".format(*visits), groups[:1] + groups[-1:], _answered(found)

    def _finding(
        self,
        label: str,
        variable: str,
        pairs: Iterator[tuple[str, ResultRow | None, ResultRow | None]],
    ) -> Finding:
        answers = {name: Answered(row, p_row or row) for name, row, p_row in pairs if row}
        return Finding(label, self.book[variable], answers)


def _answered(found: Mapping[str, Finding]) -> dict[str, Finding]:
    return {name: finding for name, finding in found.items() if finding.answers}
