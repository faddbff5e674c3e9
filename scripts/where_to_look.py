"""Print where a person finds the results of a run."""

import csv
import json
import sys
from collections import Counter
from pathlib import Path

folder = Path(sys.argv[1])
with (folder / "scorecard.csv").open(encoding="utf-8", newline="") as handle:
    verdicts = Counter(row["verdict"].replace("_", " ") for row in csv.DictReader(handle))
study = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))["study"]

print(f"\n{study['title']}\n{study['data_label']}\n")
print("Printed claims: " + ", ".join(f"{count} {name}" for name, count in verdicts.most_common()))
print(f"\n  {folder}/index.html      everything, to open in a browser")
print(f"  {folder}/scorecard.html  each printed claim and its verdict")
print(f"  {folder}/tables/, {folder}/figures/, {folder}/estimates.csv\n")
