"""Turn the text of a paper into a draft table of claims, for a person to complete."""

import argparse
import sys
from pathlib import Path

from procohort.claims.claim import ClaimsError
from procohort.claims.draft import draft, read_text, write_claims

parser = argparse.ArgumentParser(
    description=__doc__,
    epilog="Example: python scripts/draft_claims.py paper.txt > claims.csv",
)
parser.add_argument("text", help="plain text (UTF-8) copied from a paper; - for standard input")
parser.add_argument(
    "--source-file",
    metavar="NAME",
    help="name of the text in the column source_file (default: the name of the file)",
)
given = parser.parse_args()

try:
    text = read_text(given.text)
except ClaimsError as error:
    print(*error.lines, sep="\n", file=sys.stderr)
    sys.exit(error.exit_code)
named = "" if given.text == "-" else Path(given.text).name
claims = draft(text, named if given.source_file is None else given.source_file)
# The table is UTF-8 wherever it is made.
sys.stdout.reconfigure(encoding="utf-8", newline="\n")
write_claims(sys.stdout, claims)
print(
    f"{len(claims)} claims drafted from {len({claim.sentence for claim in claims})} sentences. "
    "The column note says what to fill in; delete what is no claim of the paper.",
    file=sys.stderr,
)
