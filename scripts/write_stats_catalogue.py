"""Write the catalogue of the statistics (stats/README.md), or check it (--check)."""

import sys
from pathlib import Path

from procohort.catalogue import catalogue

target = Path(__file__).parent / "procohort" / "stats" / "README.md"
wanted = catalogue()

if "--check" in sys.argv:
    stale = not target.exists() or target.read_text(encoding="utf-8") != wanted
    command = "python scripts/write_stats_catalogue.py"
    sys.exit(f"{target.name} is not what the code says. Run: {command}" if stale else 0)
target.write_text(wanted, encoding="utf-8")
