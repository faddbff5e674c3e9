"""Write the manuscript: Word, and LaTeX with one file for each table."""

import csv
import json
from pathlib import Path

from procohort import __version__
from procohort.claims.sources import read_sources
from procohort.jobs import job
from procohort.provenance import software_versions
from procohort.publish.methods_facts import Facts
from procohort.publish.paper.compose import compose, material_from
from procohort.publish.paper.docx_writer import write_docx
from procohort.publish.paper.latex_writer import write_latex
from procohort.results import read_rows


def read_records(path):
    """Return the records of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


with job(snakemake):
    given, asked = snakemake.input, snakemake.params.paper
    facts = Facts(
        asked["settings"],
        rows=tuple(read_rows(given.estimates)),
        attrition=read_records(given.attrition),
        findings=read_records(given.findings),
        missing=read_records(given.missing),
        versions={"procohort": __version__, **software_versions()},
    )
    scorecard = json.loads(Path(given.scorecard).read_text(encoding="utf-8"))
    material = material_from(
        asked,
        facts,
        verdicts=scorecard["verdicts"],
        sources=list(read_sources(given.sources)) if given.sources else [],
    )
    paper = compose(material)
    write_docx(paper, snakemake.output.docx)
    write_latex(paper, snakemake.output.tex)
