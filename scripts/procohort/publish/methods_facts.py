"""What the methods page says, gathered from result rows: which questions, how groups lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from procohort.claims.forensics.check import Check
from procohort.publish.wording import StudyWords, VariableBook, capitalise
from procohort.results import ResultRow
from procohort.specifications import Specification

Lies = Literal["once", "between", "mostly_between", "within"]
# In the order in which the page speaks of them.
LIES: tuple[Lies, ...] = ("between", "mostly_between", "within", "once")
# How a result row says that the group changes in some clusters.
_CHANGING = re.compile(r"(\d+) \S+ (?:is|are) left out: the group changes")
# Parts of the settings that give result rows of their own.
_PARTS = ("schedule", "safety")
_WITHIN = ("permute_within_patient", "blocked_kruskal_wallis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the result rows of a study; empty where it asks for none of it.

    Attributes
    ----------
    checks : tuple of Check
        The printed figures checked against each other.
    tipping, synthesis, doses : tuple of ResultRow
        Tipping points, published series put together, doses added up.
    specifications : tuple of Specification
        The multiverse, every reading.
    series : tuple of mapping
        Which published series were used for what, and why the others were not.
    """

    checks: tuple[Check, ...] = ()
    tipping: tuple[ResultRow, ...] = ()
    synthesis: tuple[ResultRow, ...] = ()
    doses: tuple[ResultRow, ...] = ()
    specifications: tuple[Specification, ...] = ()
    series: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    """Settings that ran, and what came of them.

    Attributes
    ----------
    settings : mapping
        Of `procohort.plan.methods_parameters`.
    rows : tuple of ResultRow
        Every adjusted result row.
    attrition, findings, missing : tuple of mapping
        Records of the cleaning's accounts.
    versions : mapping
        Software by name.
    beside : Beside
        What was computed beside the analyses.
    """

    settings: Mapping[str, Any]
    rows: tuple[ResultRow, ...]
    attrition: tuple[Mapping[str, str], ...]
    findings: tuple[Mapping[str, str], ...]
    missing: tuple[Mapping[str, str], ...]
    versions: Mapping[str, str]
    beside: Beside = field(default_factory=Beside)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.words.retell(self.rows)))

    @cached_property
    def words(self) -> StudyWords:
        """The study's words."""
        return StudyWords.from_settings(self.settings["study"])

    @cached_property
    def book(self) -> VariableBook:
        """The study's variables."""
        return VariableBook(self.settings["variables"])

    @cached_property
    def analyses(self) -> dict[str, Mapping[str, Any]]:
        """Declared analyses by id, in declared order."""
        return {str(spec["id"]): spec for spec in self.settings["analyses"]}

    def label(self, analysis: str) -> str:
        """Return the label of an analysis, also of one that has a part of the settings."""
        found = self.analyses.get(analysis) or self.part(analysis)
        return str(found.get("label") or analysis)

    def labels(self, analyses: Iterable[str]) -> str:
        """Return the labels of some analyses, each once, in declared order."""
        wanted = set(analyses)
        names = [name for name in (*self.analyses, *_PARTS) if name in wanted]
        return "; ".join(self.label(name) for name in names)

    def part(self, name: str) -> Mapping[str, Any]:
        """Return a part of the settings, empty where the study does not declare it."""
        found: Mapping[str, Any] = self.settings.get(name) or {}
        return found

    def said(self, text: str) -> str:
        """Put the study's words into a text of the page."""
        return self.words.fill(text)

    def of_kind(self, *kinds: str) -> list[ResultRow]:
        """Return the effect rows of some kinds, both perspectives."""
        return [row for row in self.rows if row.kind in kinds and row.perspective != "descriptive"]

    def is_event(self, row: ResultRow) -> bool:
        """Whether the outcome of a row happens or does not."""
        return self.book[row.outcome].type == "boolean"

    def n_levels(self, analysis: str) -> int:
        """Return how many groups a comparison has."""
        return len(self.analyses[analysis]["levels"]) if analysis in self.analyses else 0

    @cached_property
    def lies(self) -> dict[tuple[str, str], Lies]:
        """How the group of a comparison lies in the clusters, by analysis and outcome."""
        found: dict[tuple[str, str], list[ResultRow]] = {}
        for row in self.of_kind("compare"):
            found.setdefault((row.analysis, row.outcome), []).append(row)
        return {key: self._lies(rows) for key, rows in found.items()}

    def _lies(self, rows: Sequence[ResultRow]) -> Lies:
        if all(
            row.unit_of_analysis == "patient" or row.n_procedures == row.n_patients for row in rows
        ):
            return "once"
        methods = {part for row in rows for part in row.method.split("+")}
        if any(method.startswith(_WITHIN) for method in methods):
            return "within"
        return "mostly_between" if any(_n_changing(row) for row in rows) else "between"

    def sizes(self, analysis: str) -> dict[str, tuple[int, int]]:
        """Return rows and clusters of each level of a comparison, in the order of the rows."""
        return {
            row.level: (row.n_procedures or 0, row.n_patients or 0)
            for row in self.rows
            if row.analysis == analysis and row.kind == "compare" and row.estimand == "n_rows"
        }

    def n_changing(self, analysis: str) -> int:
        """Return how many clusters were left out because their group changes."""
        rows = (row for row in self.of_kind("compare") if row.analysis == analysis)
        return max((_n_changing(row) for row in rows), default=0)

    def n_with_both(self, analysis: str) -> int:
        """Return how many clusters have rows of both groups; 0 where that cannot be told.

        It can where two groups are compared in an outcome that no row lacks.
        """
        together = {
            row.n_patients or 0
            for row in self.of_kind("compare")
            if row.analysis == analysis and row.headline and row.n_missing == 0
        }
        sizes = self.sizes(analysis)
        if len(sizes) != 2 or not together:
            return 0
        return sum(n for _, n in sizes.values()) - max(together)


def _n_changing(row: ResultRow) -> int:
    found = _CHANGING.search(row.note)
    return int(found[1]) if found else 0


def titled(text: str) -> str:
    """Return the text with a large first letter, unless that letter is a symbol.

    Examples
    --------
    >>> titled("exact test"), titled("t limits")
    ('Exact test', 't limits')
    """
    return text if text[1:2] == " " else capitalise(text)
