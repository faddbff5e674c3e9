"""Write the generated parts of the README and its figure, or check them (--check)."""

import sys
from pathlib import Path

from procohort.publish.readme import fill, read_cards, scorecards

readme, figure, drawn = Path("README.md"), Path("docs/forest.svg"), "results/figures/forest.svg"
old = readme.read_text(encoding="utf-8")
new = fill(old, {"scorecards": scorecards(read_cards("."))})
svg = Path(drawn).read_bytes()

if "--check" in sys.argv:
    stale = [str(readme)] * (new != old)
    stale += [str(figure)] * (not figure.exists() or figure.read_bytes() != svg)
    sys.exit(f"{' and '.join(stale)}: not what the results say. Run: make readme" if stale else 0)
readme.write_text(new, encoding="utf-8")
figure.parent.mkdir(exist_ok=True)
figure.write_bytes(svg)
