"""What a run was made of: its raw files by checksum."""

from __future__ import annotations

import json
from pathlib import Path

from procohort.data.checksums import checksum
from procohort.study import CohortPlan


def write_manifest(plan: CohortPlan, base: Path, path: Path) -> None:
    """Write each raw file with its SHA-256 as JSON, in order of names."""
    files = sorted(file for table in plan.tables.values() for file in table.files)
    manifest = {file: checksum(base / file) for file in files}
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
