"""Make the folder of a new study from one export: a copy of it and a drafted configuration.

    python scripts/new_study.py path/to/export.csv --name my-study

Ends with 3 when the folder is there already or cannot be made, with 4 when the export cannot
be read.
"""

import argparse
import sys
from pathlib import Path

from procohort.drafting.folder import folder_of, make_study, summary
from procohort.jobs import UserError

parser = argparse.ArgumentParser(
    description="Make the folder of a new study from one export, with a drafted config.yaml.",
    epilog="Ends with 3 when the folder is there already or cannot be made, with 4 when the "
    "export cannot be read.",
)
parser.add_argument("export", type=Path, help="CSV, TSV, XLSX, XLS, ODS or Parquet")
place = parser.add_mutually_exclusive_group()
place.add_argument("--name", help="name of the study in studies/ (default: that of the file)")
place.add_argument("--folder", type=Path, help="folder to make at another place")
given = parser.parse_args()

root = Path(__file__).resolve().parents[1]
try:
    folder = given.folder or folder_of(given.export, given.name, root)
    print("\n".join(summary(make_study(given.export, folder, root), root)))
except UserError as error:
    print("\n".join(error.lines), file=sys.stderr)
    sys.exit(error.exit_code)
