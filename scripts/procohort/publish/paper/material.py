"""What tables and text of a manuscript are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procohort.publish.methods_facts import Facts
from procohort.publish.paper.number_style import NumberStyle
from procohort.publish.wording import PERSPECTIVE_NAMES, StudyWords, VariableBook, capitalise
from procohort.results import ResultRow


@dataclass(frozen=True, kw_only=True)
class Material:
    """Result rows of a run with the words and the number style of the manuscript.

    Attributes
    ----------
    facts : Facts
        Rows, accounts of the cleaning, and the settings that ran.
    style : NumberStyle
    table_one : tuple of str
        Ids of the descriptions that become tables.
    abbreviations : mapping
        The study's own, with what they stand for.
    verdicts : tuple of mapping
        Records of the scorecard that belong to the study's own paper.
    numbers : mapping
        Number of each table by its id, for the text.
    """

    facts: Facts
    style: NumberStyle
    table_one: tuple[str, ...] = ()
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    verdicts: tuple[Mapping[str, Any], ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def book(self) -> VariableBook:
        """The study's variables."""
        return self.facts.book

    def words(self, analysis: str = "") -> StudyWords:
        """Return the study's words for an analysis: where clusters are the unit, each is a row."""
        spec = self.facts.analyses.get(analysis) or {}
        return self.facts.words.for_unit(str(spec.get("unit") or "row"))

    def rows_of(self, analysis: str) -> list[ResultRow]:
        """Return the result rows of an analysis."""
        return [row for row in self.facts.rows if row.analysis == analysis]

    def specs(self, *kinds: str) -> list[Mapping[str, Any]]:
        """Return the declared analyses of some kinds that gave rows, in declared order."""
        answered = {row.analysis for row in self.facts.rows}
        return [
            spec
            for name, spec in self.facts.analyses.items()
            if spec["kind"] in kinds and name in answered
        ]

    def with_unit(self, name: str) -> str:
        """Return the label of a variable with its unit; that a count counts needs no saying."""
        variable = self.book[name]
        return variable.label if variable.unit == "count" else self.book.label_with_unit(name)

    def counts(self, row: ResultRow) -> str:
        """Return for example ``458 procedures in 44 patients``, by the unit of its analysis."""
        return self.known(row, row.analysis)

    def known(self, row: ResultRow, analysis: str) -> str:
        """Return what a row rests on, in the words of its analysis."""
        return self.style.text(self.words(analysis).counts_of(row))

    def size(self, row: ResultRow | None) -> str:
        """Return the last line of a heading, ``n = 458 procedures in 44 patients``."""
        return "" if row is None else f"n = {self.counts(row)}"

    def units(self, analysis: str) -> str:
        """Return the units for a title: of analysis, and of sampling where they differ."""
        words = self.words(analysis)
        if words.row_is_cluster:
            return f"unit of analysis: {words.cluster}"
        return f"unit of analysis: {words.row}; unit of sampling: {words.cluster}"

    def perspective(
        self, name: str, rows: Sequence[ResultRow], analysis: str, *, varies: bool = False
    ) -> str:
        """Return the heading over the columns of a perspective, with n or the largest n."""
        words = self.words(analysis)
        mine = [row for row in rows if row.perspective == name]
        if not mine:
            return capitalise(words.perspective(name))
        largest = max(mine, key=lambda row: (row.n_patients or 0, row.n_procedures or 0))
        n = "n up to" if varies else "n ="
        label = capitalise(PERSPECTIVE_NAMES[name])
        if name == "as_published" and not words.row_is_cluster:
            pooled = self.style.text(words.count_rows(largest.n_procedures))
            return f"{label} ({n} {pooled}, pooled)"
        return f"{label} ({n} {self.known(largest, analysis)})"


def level_of(rows: Sequence[ResultRow]) -> float:
    """Return the level of the confidence intervals of some rows, 0.95 where none has one."""
    levels = [row.ci_level for row in rows if row.ci_level == row.ci_level]
    return max(levels, default=0.95)
