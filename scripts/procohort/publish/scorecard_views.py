"""Where the scorecard leads: figures, tables and result rows of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from procohort.publish.wording import VariableBook
from procohort.results import ResultRow

ROWS_PAGE = "rows.html"
_FIGURES = ("figure", "tipping", "specification")


@dataclass(frozen=True, slots=True)
class Link:
    """A text and the address it leads to, relative to the results."""

    text: str
    href: str


class ScorecardViews:
    """What a run shows of each analysis, as `procohort.plan_scorecard.parameters` names it.

    Examples
    --------
    >>> views = ScorecardViews({"analyses": {"a": {"label": "A", "figure": "forest_a"}}})
    >>> views.of_analysis("a", {"figure": "Figure", "table": "Table"})
    (Link(text='Figure', href='figures/forest_a.svg'),)
    """

    def __init__(self, declared: Mapping[str, Any] | None = None) -> None:
        known = declared or {}
        self._analyses: Mapping[str, Mapping[str, str]] = known.get("analyses") or {}
        self._tables: Mapping[str, Any] = known.get("tables") or {}
        self.book = VariableBook(known.get("variables") or {})

    def label(self, analysis: str) -> str:
        """Return the label of an analysis."""
        known = self._analyses.get(analysis) or {}
        return known.get("label") or analysis.replace("_", " ")

    def of_analysis(self, analysis: str, wanted: Mapping[str, str]) -> tuple[Link, ...]:
        """Return a link to each wanted view that the run has, with its text."""
        known = self._analyses.get(analysis) or {}
        return tuple(
            Link(text, f"figures/{name}.svg" if view in _FIGURES else f"tables/{name}.html")
            for view, text in wanted.items()
            if (name := known.get(view))
        )

    def readings(self) -> tuple[Link, ...]:
        """Return the link to the table of all claims under each reading, if there is one."""
        name = self._tables.get("readings")
        return (Link("All claims under each reading", f"tables/{name}.html"),) if name else ()

    def feasible(self) -> Iterator[Link]:
        """Yield a link to each table of counts that printed percentages allow."""
        for item in self._tables.get("feasible") or ():
            yield Link(str(item["label"]), f"tables/{item['table']}.html")

    def question(self, row: ResultRow) -> str:
        """Return in words what a result row answers: outcome, and what is compared."""
        outcome = self.book.label(row.outcome) if row.outcome else ""
        if row.kind == "describe" and row.reference:
            # A description names the value it counts there.
            outcome = f"{outcome}: {self.book.level(row.outcome, row.reference)}"
        elif row.reference:
            return f"{outcome}, {self.book.contrast(row.group, row.level, row.reference)}"
        if row.group and row.kind in ("correlate", "trend"):
            return f"{outcome} with {self.book.label(row.group)}"
        if row.group and row.level not in ("", "all"):
            return f"{outcome}, {self.book.level(row.group, row.level)}"
        return outcome
