"""Put all result rows together and adjust p-values for multiplicity."""

from procohort.analyses.adjust import adjust
from procohort.jobs import job
from procohort.results import read_rows, write_rows

with job(snakemake):
    rows = read_rows(list(snakemake.input.estimates))
    write_rows(snakemake.output.estimates, adjust(rows, snakemake.params.multiplicity))
