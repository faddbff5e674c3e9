"""Add up the parts of all cells and judge every method."""

from procohort.jobs import job
from procohort.validation.summary import gather, read_parts, write_findings

with job(snakemake):
    records = read_parts(snakemake.input.parts)
    write_findings(snakemake.output.findings, gather(snakemake.params.cells, records))
