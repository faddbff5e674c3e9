"""The made-up study of the publishing tests with printed p values and their tipping points."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

import publish_samples as samples
from procohort.analyses.tipping import find_tipping
from procohort.claims.claim import Claim
from procohort.claims.starting_p import starting_points
from procohort.results import ResultRow
from procohort.tipping_start import TippingStart, write_starts

METHODS = {"ci_level": 0.95, "n_resamples": 200}


def asked(spec: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return what the job gets of one analysis of the made-up study."""
    variables = {
        name: {key: value for key, value in variable.items() if key != "label"} | {"level": "row"}
        for name, variable in samples.VARIABLES.items()
    }
    return {
        "kind": {"name": kind},
        "spec": spec,
        "variables": variables,
        "parameters": {},
        "methods": METHODS,
    }


ANALYSES = {
    "implant": asked(samples.COMPARISON, "compare"),
    "attempts": asked(samples.CORRELATION, "correlate"),
}


def claim(name: str, printed: str, kind: str = "p_bound", **fields: Any) -> Claim:
    """Return a claim about the comparison of the made-up study."""
    given = {"analysis": "implant", "outcome": "time_min", **fields}
    return Claim(id=name, source="abstract", sentence=printed, printed=printed, kind=kind, **given)


CLAIMS = [
    claim("time_p", "p < 0.01"),
    claim("dose_p", "p = 0.03", "p_value", outcome="dose_msv"),
    claim("more_attempts", "more", "direction", outcome="attempts", direction="higher"),
]


def starts(claims: list[Claim], rows: list[ResultRow], **options: Any) -> list[TippingStart]:
    """Return where the curves of the made-up study begin."""
    return starting_points(claims, rows, analyses=ANALYSES, **options)


def answers(
    table: pd.DataFrame, rows: list[ResultRow], claims: list[Claim]
) -> tuple[list[ResultRow], list[TippingStart]]:
    """Return the tipping points of the made-up study and where their curves begin."""
    begun = starts(claims, rows)
    return find_tipping(begun, ANALYSES, table, rows), begun


def frame(begun: list[TippingStart]) -> pd.DataFrame:
    """Return the starts as a table job reads them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "starts.csv"
        write_starts(path, begun)
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
