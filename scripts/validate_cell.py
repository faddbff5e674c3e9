"""Try every method on one part of a cell of simulated cohorts."""

from procohort.jobs import job
from procohort.progress import Progress
from procohort.publish.plain_csv import write_records
from procohort.validation.cell import COLUMNS, run_part

with job(snakemake):
    names = snakemake.wildcards
    report = Progress(f"Trying methods on {names.cell}, part {names.part}", "cohorts")
    write_records(snakemake.output.counts, COLUMNS, run_part(snakemake.params.part, report))
