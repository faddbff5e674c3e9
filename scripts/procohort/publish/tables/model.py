"""A table for people (HTML) with the same content for machines (CSV)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from procohort.publish.plain_csv import write_records
from procohort.publish.tables.stored import write_stored
from procohort.publish.wording import (
    PERSPECTIVE_NAMES,
    PERSPECTIVES,
    StudyWords,
    VariableBook,
)
from procohort.results import ResultRow

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the HTML table.

    Attributes
    ----------
    key : str
        Which cell of a line stands in it.
    label, detail : str
        Heading, and a smaller second line (n, unit).
    spanner : str
        Heading over neighbouring columns that share it.
    numeric : bool
        Set right, with figures of equal width.
    wrap : bool
        Whether text may be broken into lines.
    """

    key: str
    label: str
    detail: str = ""
    spanner: str = ""
    numeric: bool = True
    wrap: bool = True

    @property
    def style(self) -> str:
        """Class of the column's cells."""
        if self.numeric:
            return "number"
        return "text" if self.wrap else "whole"

    @property
    def perspective(self) -> str:
        """The perspective whose answer stands in the column; empty for other columns."""
        return next((name for name in PERSPECTIVES if self.key.startswith(name)), "")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the HTML table: its heading cell, and the other cells by column key.

    A cell may hold several lines of text, separated by newlines. A line with
    `is_section` is a heading over the lines that follow.
    """

    heading: str
    cells: Mapping[str, str] = field(default_factory=dict)
    indent: bool = False
    is_section: bool = False

    @property
    def perspective(self) -> str:
        """The perspective whose answer the line gives; empty for other lines."""
        said = self.cells.get("perspective", "")
        return next((name for name, text in PERSPECTIVE_NAMES.items() if text == said), "")


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that is written for one table.

    Attributes
    ----------
    title : str
    settings : tuple of str
        What the caption says after the title: n, unit of analysis, methods.
    heading : str
        Label of the first column.
    columns, lines
        The HTML table.
    notes : tuple of str
        Below the table.
    csv_columns, records
        The CSV table; numbers are raw.
    """

    title: str
    settings: tuple[str, ...]
    heading: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    csv_columns: tuple[str, ...]
    records: tuple[Mapping[str, object], ...]
    notes: tuple[str, ...] = ()

    def spanners(self) -> list[tuple[str, int]]:
        """Return headings over columns with the number of columns each spans."""
        runs: list[tuple[str, int]] = []
        for column in self.columns:
            if runs and runs[-1][0] == column.spanner:
                runs[-1] = (column.spanner, runs[-1][1] + 1)
            else:
                runs.append((column.spanner, 1))
        return runs if any(name for name, _ in runs) else []


def with_columns(frame: pd.DataFrame, columns: Sequence[str], what: str) -> pd.DataFrame:
    """Return the frame if it has the columns.

    Raises
    ------
    ValueError
        If columns are missing; the message names them.
    """
    absent = [column for column in columns if column not in frame.columns]
    if absent:
        raise ValueError(f"{what} table: missing columns {', '.join(absent)}")
    return frame


def labelled(row: ResultRow, book: VariableBook, columns: Sequence[str]) -> dict[str, object]:
    """Return the fields of a row that a CSV table has columns for, and the outcome's label."""
    record: dict[str, object] = {name: getattr(row, name) for name in columns if hasattr(row, name)}
    return record | {"label": book.label(row.outcome)}


@cache
def templates() -> Environment:
    """Return the templates of the house: text is escaped, a missing name is an error."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_table(table: Table, words: StudyWords, csv_name: str = "") -> str:
    """Return a standalone page with the table."""
    return (
        templates()
        .get_template("table.html.j2")
        .render(
            table=table,
            study_title=words.title,
            data_note=words.data_note,
            csv_name=csv_name,
        )
    )


def write_table(table: Table, outputs: Mapping[str, str | Path], words: StudyWords) -> None:
    """Write the table as ``csv``, ``html`` and ``json``, to the paths given by these names."""
    if "csv" in outputs:
        columns = (*table.csv_columns, "data_label")
        rows = ({**record, "data_label": words.data_label} for record in table.records)
        write_records(outputs["csv"], columns, rows)
    if "html" in outputs:
        csv_name = Path(outputs["csv"]).name if "csv" in outputs else ""
        text = render_table(table, words, csv_name)
        Path(outputs["html"]).write_text(text, encoding="utf-8", newline="\n")
    if "json" in outputs:
        write_stored(outputs["json"], table)
