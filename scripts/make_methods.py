"""Write the methods page: which test was used where and why, as HTML and as Markdown."""

import csv
from pathlib import Path

from procohort import __version__
from procohort.jobs import job
from procohort.provenance import software_versions
from procohort.publish.methods_page import render_methods
from procohort.results import read_rows


def read_records(path):
    """Return the records of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


with job(snakemake):
    given = snakemake.input
    page, text = render_methods(
        snakemake.params.methods,
        rows=read_rows(given.estimates),
        attrition=read_records(given.attrition),
        findings=read_records(given.findings),
        missing=read_records(given.missing),
        versions={"procohort": __version__, **software_versions()},
    )
    Path(snakemake.output.html).write_text(page, encoding="utf-8", newline="\n")
    Path(snakemake.output.md).write_text(text, encoding="utf-8", newline="\n")
