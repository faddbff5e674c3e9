"""Write docs/validation.* from the full run of `snakemake validate_methods`, or check (--check)."""

import sys
import tempfile
from pathlib import Path

from procohort.publish.readme import fill
from procohort.validation.figure import draw_file
from procohort.validation.page import parts
from procohort.validation.summary import read_findings

ran = Path("results/validation/full/validation.csv")
table, figure, page = (Path(f"docs/validation.{suffix}") for suffix in ("csv", "svg", "md"))

if "--check" not in sys.argv:
    if not ran.exists():
        sys.exit(f"{ran} is missing. Run: snakemake --cores 2 validate_methods")
    table.write_bytes(ran.read_bytes())
findings = read_findings(table)
with tempfile.TemporaryDirectory() as folder:
    drawn = Path(folder) / figure.name
    draw_file(findings, drawn)
    picture = drawn.read_text(encoding="utf-8")
text = page.read_text(encoding="utf-8")
if "--check" in sys.argv:
    same = fill(text, parts(findings)) == text and figure.read_text(encoding="utf-8") == picture
    sys.exit(0 if same else f"{page} or {figure} does not say what {table} says")
page.write_text(fill(text, parts(findings)), encoding="utf-8")
figure.write_text(picture, encoding="utf-8")
