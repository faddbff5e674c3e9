"""What the checks of the raw tables found, counted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View

COLUMNS = ("kind", "rule", "action", "table", "file", "column", "n_findings", "remedy")

_SEVERITY = ("stop", "quarantine", "blank", "report")


def make(view: View) -> Table:
    """Count findings by rule, column and action, and quarantined rows by reason.

    Parameters
    ----------
    view : View
        frames: the findings (file, table, column, rule, action, remedy), then any
        tables of quarantined rows (file, reasons).

    Notes
    -----
    No value of a raw table is shown: the findings file itself holds them.
    """
    words, quarantine = view.words, view.frames[1:]
    keys = ["rule", "action", "table", "file", "column"]
    findings = with_columns(view.frame, [*keys, "remedy"], "findings")
    records: list[dict[str, object]] = []
    texts = findings[[*keys, "remedy"]].fillna("").astype(str)
    for values, part in texts.groupby(keys, sort=True):
        record: dict[str, object] = {"kind": "finding", **dict(zip(keys, values, strict=True))}
        records.append(record | {"n_findings": len(part), "remedy": part["remedy"].iloc[0]})
    records.sort(key=_severity)
    held = _quarantined(quarantine)
    lines = [Line("Findings", is_section=True)] if records else []
    lines += [_finding_line(record) for record in records]
    lines += [Line("Rows in quarantine", is_section=True)] if held else []
    lines += [_finding_line(record) for record in held]
    n_held = sum(len(frame) for frame in quarantine)
    return Table(
        title="Findings in the raw tables",
        settings=(
            f"{len(findings)} findings; {words.count_rows(n_held)} or other rows in quarantine"
            if quarantine
            else f"{len(findings)} findings",
            "unit counted: finding",
        ),
        heading="Rule",
        columns=(
            Column("action", "Action", numeric=False),
            Column("file", "File", numeric=False),
            Column("column", "Column", numeric=False),
            Column("n_findings", "Number"),
            Column("remedy", "What to do", numeric=False),
        ),
        lines=tuple(lines),
        notes=()
        if lines
        else ("Nothing was found: every value could be read and passed every check.",),
        csv_columns=COLUMNS,
        records=(*records, *held),
    )


def _severity(record: dict[str, object]) -> tuple[int, str, str, str]:
    action = str(record["action"])
    place = _SEVERITY.index(action) if action in _SEVERITY else len(_SEVERITY)
    return place, str(record["rule"]), str(record["file"]), str(record["column"])


def _quarantined(frames: Sequence[pd.DataFrame]) -> list[dict[str, object]]:
    """Return the number of quarantined rows by file and reasons."""
    records: list[dict[str, object]] = []
    for frame in frames:
        with_columns(frame, ["file", "reasons"], "quarantine")
        texts = frame[["file", "reasons"]].fillna("").astype(str)
        for (file, reasons), part in texts.groupby(["file", "reasons"], sort=True):
            records.append(
                {
                    "kind": "quarantine", "rule": reasons, "action": "quarantine", "file": file,
                    "n_findings": len(part),
                }
            )  # fmt: skip
    return records


def _finding_line(record: dict[str, object]) -> Line:
    return Line(
        str(record["rule"]).replace("_", " "),
        {
            "action": str(record["action"]),
            "file": str(record["file"]),
            "column": str(record.get("column") or ""),
            "n_findings": str(record["n_findings"]),
            "remedy": str(record.get("remedy") or ""),
        },
        indent=True,
    )  # fmt: skip
