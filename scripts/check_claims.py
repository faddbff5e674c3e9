"""Explain every mistake of a table of claims, or check the figures printed in it.

    python scripts/check_claims.py data/published/claims.csv --sources data/published/sources.csv

Ends with 5 when the table has mistakes, with 0 otherwise: figures that contradict each
other are a finding, not a mistake of the table.
"""

import argparse
import sys

from procohort.claims.check_file import check_claims_file
from procohort.jobs import UserError

parser = argparse.ArgumentParser(
    description="Explain every mistake of a table of claims, or check the figures in it.",
    epilog="Ends with 5 when the table has mistakes.",
)
parser.add_argument("claims", metavar="FILE", help="table of claims, CSV")
parser.add_argument("--sources", metavar="FILE", help="table of the texts they were taken from")
arguments = parser.parse_args()

try:
    print("\n".join(check_claims_file(arguments.claims, arguments.sources)))
except UserError as error:
    print("\n".join(error.lines), file=sys.stderr)
    sys.exit(error.exit_code)
