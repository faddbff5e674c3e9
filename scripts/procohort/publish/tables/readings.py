"""The printed claims under each reading of the raw tables: what was found, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from procohort.claims.verdict import Verdict
from procohort.publish.tables.model import Column, Line, Table, with_columns
from procohort.publish.view import View
from procohort.publish.wording import capitalise

# What differs between readings, in the order of the table.
DIFFERENCES = {
    "verdict": "Another verdict",
    "found": "Another figure, the same verdict",
    "": "The same under each reading",
}
COLUMNS = ("id", "source", "sentence", "printed", "reading", "verdict", "found", "why")


def frame_of(verdicts: Mapping[str, Sequence[Verdict]]) -> pd.DataFrame:
    """Return verdicts by reading as a table: a row for each claim and reading."""
    records = [
        {
            "id": verdict.claim.id,
            "source": verdict.claim.source,
            "sentence": verdict.claim.sentence,
            "printed": verdict.claim.printed,
            "reading": reading,
            "verdict": verdict.verdict,
            "found": verdict.found,
            "why": verdict.why,
        }
        for reading, mine in verdicts.items()
        for verdict in mine
    ]
    return pd.DataFrame(records, columns=list(COLUMNS), dtype=object)


def make(view: View) -> Table:
    """Show each claim once, with found and verdict under each reading.

    Claims whose verdict differs between the readings come first, then those whose
    figure does.

    Parameters
    ----------
    view : View
        frame: a row for each claim and reading (`COLUMNS`); ``spec``: readings with
        their meaning.
    """
    frame = with_columns(view.frame, COLUMNS, "readings").fillna("")
    readings = {str(name): str(text) for name, text in view.spec["readings"].items()}
    claims = [
        (str(name), part.set_index("reading")) for name, part in frame.groupby("id", sort=False)
    ]
    ordered: dict[str, list[tuple[str, pd.DataFrame]]] = {name: [] for name in DIFFERENCES}
    for name, part in claims:
        ordered[_difference(part)].append((name, part))
    lines: list[Line] = []
    for difference, members in ordered.items():
        if members:
            lines.append(Line(f"{DIFFERENCES[difference]} ({len(members)})", is_section=True))
            lines += [_line(part, readings) for _, part in members]
    return Table(
        title="Printed claims under each reading",
        settings=(f"{len(claims)} claims", f"{len(ordered['verdict'])} with another verdict"),
        heading="Printed",
        columns=(
            Column("sentence", "Sentence", numeric=False),
            *(
                Column(
                    f"{reading}:{key}",
                    label,
                    spanner=_name(reading),
                    numeric=False,
                )
                for reading in readings
                for key, label in (("found", "Found"), ("verdict", "Verdict"))
            ),
        ),
        lines=tuple(lines),
        notes=tuple(f"{_name(name)}: {text}." for name, text in readings.items()),
        csv_columns=(
            *("id", "source", "sentence", "printed", "differs"),
            *(f"{key}_{name}" for name in readings for key in ("found", "verdict", "why")),
        ),
        records=tuple(
            _record(part, readings, name) for members in ordered.values() for name, part in members
        ),
    )


def _name(reading: str) -> str:
    return capitalise(reading.replace("_", " "))


def _difference(part: pd.DataFrame) -> str:
    """Return what differs between the readings of one claim: a key of `DIFFERENCES`."""
    return next((name for name in ("verdict", "found") if part[name].nunique() > 1), "")


def _line(part: pd.DataFrame, readings: Mapping[str, str]) -> Line:
    cells = {"sentence": str(part["sentence"].iloc[0])}
    for reading in readings:
        cells[f"{reading}:found"] = str(part.at[reading, "found"])
        cells[f"{reading}:verdict"] = str(part.at[reading, "verdict"]).replace("_", " ")
    return Line(str(part["printed"].iloc[0]), cells, indent=True)


def _record(part: pd.DataFrame, readings: Mapping[str, str], name: str) -> dict[str, object]:
    first = part.iloc[0]
    record: dict[str, object] = {key: first[key] for key in ("source", "sentence", "printed")}
    record |= {"id": name, "differs": _difference(part)}
    for reading in readings:
        for key in ("found", "verdict", "why"):
            record[f"{key}_{reading}"] = part.at[reading, key]
    return record
