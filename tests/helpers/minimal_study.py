"""A small study that the library has never seen: rats in litters, weighed and watched."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"

CONFIG: dict[str, Any] = {
    "study": {
        "id": "rats",
        "title": "Swimming time of rats",
        "data_origin": "real",
        "data_label": "real data: made up for a test",
        "row": {"singular": "trial", "plural": "trials"},
        "cluster": {"singular": "rat", "plural": "rats"},
    },
    "row_table": "trials",
    "keys": {"cluster": ["litter", "rat"], "row": ["trial"], "highest": ["litter"]},
    "tables": {
        "rats": {
            "level": "patient",
            "files": ["rats.csv"],
            "columns": {
                "litter": {"type": "id"},
                "rat": {"type": "id"},
                "diet": {"type": "category", "levels": {"rich": "Rich", "plain": "Plain"}},
            },
        },
        "trials": {
            "level": "row",
            "files": ["trials.csv"],
            "columns": {
                "trial": {"type": "id"},
                "litter": {"type": "id"},
                "rat": {"type": "id"},
                "seconds": {"type": "number", "unit": "s", "decimals": 1, "range": [0, 600]},
                "errors": {"type": "integer", "unit": "count"},
                "reached": {"type": "boolean"},
            },
        },
    },
    "derived": {"slow": {"expression": "seconds > 60", "type": "boolean"}},
    "comparisons": [
        {
            "id": "by_diet",
            "group": "diet",
            "levels": ["rich", "plain"],
            "outcomes": ["seconds", "reached"],
        }
    ],
    "correlations": [{"id": "errors_and_time", "x": "errors", "outcomes": ["seconds"]}],
    "rates": [{"id": "reaching", "outcomes": ["reached"], "by": "diet"}],
}


def config(**changes: Any) -> dict[str, Any]:
    """Return a copy of the configuration with top-level keys replaced."""
    return {**copy.deepcopy(CONFIG), **changes}


def write_study(folder: Path, **changes: Any) -> None:
    """Write tables and configuration of rats in litters that swim to a platform."""
    import numpy as np
    import yaml

    rng = np.random.default_rng(5)
    rats = ["litter\trat\tdiet"]
    trials = ["trial,litter,rat,seconds,errors,reached"]
    number = 0
    for litter in range(6):
        for rat in range(3):  # the id of a rat repeats in every litter
            rats.append(f"L{litter}\t{rat}\t{'rich' if litter % 2 else 'plain'}")
            for _ in range(4):
                number += 1
                seconds, errors = round(rng.gamma(4, 12), 1), rng.poisson(2)
                reached = "yes" if rng.random() < 0.8 else "no"
                trials.append(f"{number},L{litter},{rat},{seconds},{errors},{reached}")
    folder.mkdir(parents=True)
    (folder / "rats.csv").write_text("\n".join(rats) + "\n", encoding="utf-8")
    (folder / "trials.csv").write_text("\n".join(trials) + "\n", encoding="utf-8")
    text = yaml.safe_dump(config(**changes), sort_keys=False)
    (folder / "config.yaml").write_text(text, encoding="utf-8")
