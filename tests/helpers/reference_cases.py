"""Reference cases: data and results of R 4.2.2, stored beside the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

DATA = Path(__file__).resolve().parents[1] / "reference" / "data"
_SPECIAL = {"Infinity": float("inf"), "-Infinity": float("-inf"), "NaN": float("nan")}


def load_case(name: str) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Return the data of one case and its entries by id (`result`, `rtol`, `use`, `r_call`)."""
    case = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    frame = pd.read_csv(DATA / case["csv"])
    entries = {
        entry["id"]: {**entry, "result": _numbers(entry["result"])} for entry in case["entries"]
    }
    return frame, entries


def _numbers(value: Any) -> Any:
    """Turn the strings that stand for infinities and NaN into floats, at any depth."""
    if isinstance(value, dict):
        return {key: _numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_numbers(part) for part in value]
    return _SPECIAL.get(value, value) if isinstance(value, str) else value
