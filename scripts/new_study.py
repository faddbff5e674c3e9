"""Make the folder of a new study from one export: a copy of it and a drafted configuration.

    python scripts/new_study.py path/to/export.csv --folder studies/my-study

Ends with 3 when the folder is there already, with 4 when the export cannot be read.
"""

import argparse
import sys
from pathlib import Path

from procohort.drafting.folder import make_study, study_name, summary
from procohort.jobs import UserError

parser = argparse.ArgumentParser(
    description="Make the folder of a new study from one export, with a drafted config.yaml.",
    epilog="Ends with 3 when the folder is there already, with 4 when the export cannot be read.",
)
parser.add_argument("export", type=Path, help="CSV, TSV, XLSX, XLS, ODS or Parquet")
parser.add_argument(
    "--folder", type=Path, help="folder to make (default: studies/ and the name of the file)"
)
given = parser.parse_args()

root = Path(__file__).resolve().parents[1]
folder = given.folder or Path("studies") / study_name(given.export)
try:
    print("\n".join(summary(make_study(given.export, folder, root))))
except UserError as error:
    print("\n".join(error.lines), file=sys.stderr)
    sys.exit(error.exit_code)
