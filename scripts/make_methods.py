"""Write the methods page: which test was used where and why, as HTML and as Markdown."""

import csv
from pathlib import Path

from procohort import __version__
from procohort.claims.claim import read_claims
from procohort.claims.scorecard import examine_claims
from procohort.claims.sources import read_sources
from procohort.jobs import job
from procohort.provenance import software_versions
from procohort.publish.methods_document import write_document
from procohort.publish.methods_facts import Beside
from procohort.publish.methods_page import render_methods
from procohort.results import read_rows
from procohort.specifications import read_specifications


def read_records(path):
    """Return the records of a CSV file, none without a file."""
    if not path:
        return []
    with Path(path).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_optional(path):
    """Return the result rows of a file, none without a file."""
    return tuple(read_rows(path)) if path else ()


with job(snakemake):
    given, asked = snakemake.input, snakemake.params.methods
    checks = ()
    if given.claims:
        sources = read_sources(given.sources) if given.sources else {}
        claims = read_claims(given.claims, readings=list(asked["readings"]), sources=sources)
        checks = tuple(examine_claims(claims, asked["study"]["reading"]))
    page, text, sections = render_methods(
        asked,
        rows=read_rows(given.estimates),
        attrition=read_records(given.attrition),
        findings=read_records(given.findings),
        missing=read_records(given.missing),
        versions={"procohort": __version__, **software_versions()},
        beside=Beside(
            checks=checks,
            tipping=tuple(read_rows(given.tipping)),
            synthesis=read_optional(given.synthesis),
            doses=read_optional(given.doses),
            specifications=tuple(read_specifications(list(given.specifications))),
            series=tuple(read_records(given.series)),
        ),
    )
    Path(snakemake.output.html).write_text(page, encoding="utf-8", newline="\n")
    Path(snakemake.output.md).write_text(text, encoding="utf-8", newline="\n")
    write_document(snakemake.output.json, sections)
