"""Write the report: the whole study on one page."""

import csv
import json
from pathlib import Path

from procohort.claims.sources import read_sources
from procohort.jobs import job
from procohort.provenance import software_versions
from procohort.publish.methods_document import read_document
from procohort.publish.report.assemble import Material, write_report
from procohort.publish.tables.stored import read_stored
from procohort.results import read_rows


def read_json(path):
    """Return what a JSON file holds."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def by_name(paths):
    """Return paths by the name of the file without its ending."""
    return {Path(path).stem: Path(path) for path in paths}


with job(snakemake):
    given, asked = snakemake.input, snakemake.params
    with Path(given.attrition).open(encoding="utf-8", newline="") as handle:
        attrition = list(csv.DictReader(handle))
    material = Material(
        rows=read_rows(given.estimates),
        synthesis=read_rows(list(given.get("synthesis", []))),
        card=read_json(given.scorecard),
        sources=list(read_sources(given.sources)) if given.sources else [],
        attrition=attrition,
        manifest=read_json(given.manifest),
        methods=read_document(given.methods),
        tables={name: read_stored(path) for name, path in by_name(given.tables).items()},
        pictures=by_name(given.figures),
        alternatives={
            name: path.read_text(encoding="utf-8")
            for name, path in by_name(given.alternatives).items()
        },
        versions=software_versions(),
        code=asked.code,
    )
    write_report(snakemake.output.html, asked.report, material)
