"""Find the intraclass correlation at which each claimed conclusion would turn."""

import pandas as pd

from procohort.analyses.tipping import find_tipping
from procohort.claims.claim import read_claims
from procohort.claims.starting_p import starting_points
from procohort.jobs import job
from procohort.results import read_rows, write_rows
from procohort.tipping_start import write_starts

with job(snakemake):
    asked = snakemake.params.tipping
    # A study without printed claims has curves from what its tables give.
    claims = read_claims(snakemake.input.claims) if snakemake.input.claims else []
    estimates = read_rows(snakemake.input.estimates)
    starts = starting_points(
        claims, estimates, analyses=asked["analyses"], reading=asked["reading"]
    )
    table = pd.read_parquet(snakemake.input.analysis)
    rows = find_tipping(starts, asked["analyses"], table, estimates)
    write_rows(snakemake.output.rows, rows)
    write_starts(snakemake.output.starts, starts)
