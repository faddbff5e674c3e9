"""What a figure or a table is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from procohort.publish import style
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import ResultRow


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that a figure or a table may show.

    Attributes
    ----------
    spec : mapping
        The analysis as declared: id, label, group, by, levels, outcomes, x, note ...
    words : StudyWords
    book : VariableBook
    rows : tuple of ResultRow
        Result rows, perhaps of other analyses too.
    frames : tuple of pandas.DataFrame
        The analysis table, or an account of the cleaning.
    parameters : mapping
        Named numbers that the expression `spec["subset"]` may use.
    width_mm : int
        Width of a figure: one of `style.WIDTHS_MM`.
    """

    spec: Mapping[str, Any]
    words: StudyWords
    book: VariableBook
    rows: tuple[ResultRow, ...] = ()
    frames: tuple[pd.DataFrame, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)
    width_mm: int = style.PAGE_WIDTH_MM

    @classmethod
    def from_settings(
        cls,
        settings: Mapping[str, Any],
        *,
        rows: Sequence[ResultRow] = (),
        frames: Sequence[pd.DataFrame] = (),
    ) -> View:
        """Build a view from plain settings: spec, study, variables, perhaps parameters."""
        words = StudyWords.from_settings(settings["study"])
        return cls(
            spec=settings["spec"],
            words=words.for_unit(str(settings["spec"].get("unit") or "row")),
            book=VariableBook(settings["variables"]),
            rows=tuple(words.retell(rows)),
            frames=tuple(frames),
            parameters=dict(settings.get("parameters") or {}),
        )

    @property
    def width(self) -> float:
        """Width of a figure in inches."""
        return self.width_mm / style.MM_PER_INCH

    @property
    def own_rows(self) -> list[ResultRow]:
        """The rows of the analysis that the view is of."""
        return [row for row in self.rows if row.analysis == self.spec["id"]]

    @property
    def frame(self) -> pd.DataFrame:
        """The first table.

        Raises
        ------
        ValueError
            If there is none.
        """
        if not self.frames:
            raise ValueError("this view needs a table, and none was given")
        return self.frames[0]

    def points(self) -> pd.DataFrame:
        """Return the rows of the analysis table that the analysis used.

        The declared subset; where the cluster is the unit, one row for each.
        """
        table = self.frame
        if self.spec.get("subset"):
            from procohort.expressions import is_true

            keep = is_true(
                self.spec["subset"], table, cluster=table["cluster"], parameters=self.parameters
            )
            table = table.loc[keep]
        if self.spec.get("unit") == "patient":
            table = table.drop_duplicates("cluster")
        return table
