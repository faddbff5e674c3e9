"""List the counts of patients small enough to single somebody out; stop if so declared."""

from procohort.jobs import job
from procohort.results import read_rows
from procohort.small_cells import check_small_cells

with job(snakemake):
    privacy = snakemake.params.privacy
    check_small_cells(
        read_rows(snakemake.input.estimates),
        snakemake.output.cells,
        smallest=privacy["small_cell"],
        action=privacy["action"],
    )
