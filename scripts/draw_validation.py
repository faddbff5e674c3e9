"""Draw how the methods did, and write it as tables."""

from pathlib import Path

from procohort.jobs import job
from procohort.validation.figure import draw_file
from procohort.validation.page import tables
from procohort.validation.summary import read_findings

with job(snakemake):
    findings = read_findings(snakemake.input.findings)
    draw_file(findings, snakemake.output.svg)
    Path(snakemake.output.tables).write_text(tables(findings) + "\n", encoding="utf-8")
