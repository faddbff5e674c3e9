"""A table kept for later views: everything that people see of it, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the model writes tables with this module
    from procohort.publish.tables.model import Table


def write_stored(path: str | Path, table: Table) -> None:
    """Write what people see of a table; the raw numbers stand in its CSV."""
    text = json.dumps(_stored(table), ensure_ascii=False, separators=(",", ":"))
    Path(path).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_stored(path: str | Path) -> Table:
    """Return a table as it was kept; it has no records."""
    from procohort.publish.tables.model import Column, Line, Table

    kept: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return Table(
        title=kept["title"],
        settings=tuple(kept["settings"]),
        heading=kept["heading"],
        columns=tuple(Column(**column) for column in kept["columns"]),
        lines=tuple(Line(**line) for line in kept["lines"]),
        notes=tuple(kept["notes"]),
        csv_columns=(),
        records=(),
    )


def _stored(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "settings": list(table.settings),
        "heading": table.heading,
        "columns": [
            {
                "key": column.key,
                "label": column.label,
                "detail": column.detail,
                "spanner": column.spanner,
                "numeric": column.numeric,
                "wrap": column.wrap,
            }
            for column in table.columns
        ],
        "lines": [
            {
                "heading": line.heading,
                "cells": dict(line.cells),
                "indent": line.indent,
                "is_section": line.is_section,
            }
            for line in table.lines
        ],
        "notes": list(table.notes),
    }
