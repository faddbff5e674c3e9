"""Answer every declared analysis on another reading of the raw tables, adjusted."""

import pandas as pd

from procohort.jobs import job
from procohort.readings import estimate_all
from procohort.results import write_rows

with job(snakemake):
    asked = snakemake.params.asked
    table = pd.read_parquet(snakemake.input.analysis)
    rows = estimate_all(
        asked["analyses"],
        table,
        asked["multiplicity"],
        schedule=asked["schedule"],
        safety=asked["safety"],
    )
    write_rows(snakemake.output.estimates, rows)
