"""Write the generated parts of README and docs, or check them (--check)."""

import sys

from procohort.publish.readme import generated

texts = generated(".")

if "--check" in sys.argv:
    stale = [str(path) for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    sys.exit(f"{' and '.join(stale)}: not what the results say. Run: make readme" if stale else 0)
for path, text in texts.items():
    path.write_text(text, encoding="utf-8")
