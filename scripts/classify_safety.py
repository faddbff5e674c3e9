"""Say how often complications happen, and in which frequency classes they can be."""

import pandas as pd

from procohort.analyses.safety import answer_safety
from procohort.jobs import job
from procohort.results import write_rows

with job(snakemake):
    table = pd.read_parquet(snakemake.input.analysis)
    write_rows(snakemake.output.estimates, answer_safety(snakemake.params.asked, table))
