"""Small studies for the tests of ingest and clean: ponies and their rides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from procohort.data.clean import Cohort, build_cohort
from procohort.study import CohortPlan

POLICY = {
    "unreadable_value": "stop",
    "out_of_range": "stop",
    "unknown_code": "stop",
    "missing_required": "stop",
    "duplicate_row": "stop",
    "duplicate_key": "stop",
    "orphan_key": "stop",
    "patient_fact_differs": "stop",
    "unknown_column": "stop",
    "missing_column": "stop",
}


def column(source: str | list[str], kind: str = "id", **spec: Any) -> dict[str, Any]:
    """Return the normalised settings of a column."""
    return {"source": [source] if isinstance(source, str) else source, "type": kind, **spec}


def ponies(**changes: Any) -> dict[str, Any]:
    """Return the patient table."""
    return {
        "level": "patient",
        "files": ["ponies.csv"],
        "columns": {
            "pony": column("Pony_ID"),
            "coat": column("Coat", "category", labels={"bay": "Bay", "grey": "Grey"}),
            "born": column("Foaled", "date"),
        },
        **changes,
    }


def rides(**changes: Any) -> dict[str, Any]:
    """Return the row table."""
    return {
        "level": "row",
        "files": ["rides.csv"],
        "columns": {
            "ride": column("Ride"),
            "pony": column("Pony_ID"),
            "day": column("Day", "date", required=True),
            "jumps": column("Jumps", "integer", range=[1, 60]),
            "minutes": column(
                "Seconds", "number", unit="min", source_unit="s", decimals=1, range=[1, 90]
            ),
            "clear": column("Clear", "boolean", codes={"y": "true", "n": "false"}),
        },
        **changes,
    }


def settings(**changes: Any) -> dict[str, Any]:
    """Return complete normalised settings; keyword arguments replace whole keys."""
    return {
        "tables": {"ponies": ponies(), "rides": rides()},
        "row_table": "rides",
        "keys": {"cluster": ["pony"], "row": ["ride"]},
        "policy": POLICY,
        "checks": [],
        "filters": [],
        "derived": {},
        "parameters": {},
        **changes,
    }


PONIES = "Pony_ID,Coat,Foaled\nA,bay,2010-05-01\nB,grey,2012-04-09\n"
RIDE_HEADER = "Ride,Pony_ID,Day,Jumps,Seconds,Clear"
RIDES = f"""{RIDE_HEADER}
1,A,2020-01-02,4,600,y
2,A,2020-01-09,5,630,n
3,B,2020-01-03,6,90,y
"""


def folder(base: Path, **files: str | bytes) -> Path:
    """Write `ponies.csv` and `rides.csv` (or what is given for them) into a folder."""
    for name, content in {"ponies": PONIES, "rides": RIDES, **files}.items():
        path = base / (name if "." in name else f"{name}.csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return base


def build(base: Path, **changes: Any) -> Cohort:
    """Clean the study in a folder."""
    return build_cohort(CohortPlan.from_settings(settings(**changes)), base)


def with_policy(**actions: str) -> dict[str, str]:
    """Return the strict policy with some actions changed."""
    return {**POLICY, **actions}
