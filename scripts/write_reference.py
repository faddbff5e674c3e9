"""Write the generated pages of docs/reference, or check them (--check)."""

import sys
from pathlib import Path

from procohort.publish.reference_pages import reference_pages

house = Path(__file__).resolve().parents[1]
folder = house / "docs" / "reference"
pages = reference_pages(house / "workflow" / "schemas")

stale = []
for name, text in pages.items():
    path = folder / f"{name}.md"
    if "--check" not in sys.argv:
        path.write_text(text, encoding="utf-8", newline="\n")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        stale.append(path.relative_to(house).as_posix())
if stale:
    sys.exit(
        f"{', '.join(stale)}: not what the program says. Run: python scripts/write_reference.py"
    )
