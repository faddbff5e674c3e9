"""Write the generated parts of the READMEs and the README's figure, or check them (--check)."""

import sys
from pathlib import Path

from procohort.publish.readme import generated

figure, drawn = Path("docs/forest.svg"), Path("results/figures/forest.svg").read_bytes()
texts = generated(".")

if "--check" in sys.argv:
    stale = [str(path) for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    stale += [str(figure)] * (not figure.exists() or figure.read_bytes() != drawn)
    sys.exit(f"{' and '.join(stale)}: not what the results say. Run: make readme" if stale else 0)
for path, text in texts.items():
    path.write_text(text, encoding="utf-8")
figure.parent.mkdir(exist_ok=True)
figure.write_bytes(drawn)
