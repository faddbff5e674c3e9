"""What moved between two runs, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from procohort.moved import Moved
from procohort.publish.tables.model import Column, Line, Table

COLUMNS = ("kind", "what", "field", "before", "after", "headline", "conclusion_changes")
_SECTIONS = {
    "setting": "Settings",
    "verdict": "Verdicts on printed claims",
    "result": "Results",
}


def make(moved: Sequence[Moved], study: Mapping[str, Any], *, settings_known: bool) -> Table:
    """Show settings, verdicts and results that moved, changed conclusions first."""
    lines: list[Line] = []
    for kind, title in _SECTIONS.items():
        found = [item for item in moved if item.kind == kind]
        lines.append(Line(f"{title}: {len(found) or 'none'} moved", is_section=True))
        lines += [_line(item) for item in found]
    note = "p that crossed 5 % and verdicts that became others are marked and come first."
    unknown = "The settings of the earlier run were not kept; they are not compared."
    return Table(
        title="What moved since the earlier run",
        settings=(str(study["title"]),),
        heading="What",
        columns=(
            Column("field", "Field", numeric=False),
            Column("before", "Before", numeric=False),
            Column("after", "Now", numeric=False),
            Column("weight", "Conclusion", numeric=False),
        ),
        lines=tuple(lines),
        notes=(note,) if settings_known else (note, unknown),
        csv_columns=COLUMNS,
        records=tuple(asdict(item) for item in moved),
    )


def _line(item: Moved) -> Line:
    cells = {
        "field": item.field.replace("_", " "),
        "before": item.before,
        "after": item.after,
        "weight": "changes" if item.conclusion_changes else "",
    }
    return Line(item.what, cells, indent=True)
