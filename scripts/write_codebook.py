"""Write the codebook: what each column of the analysis table means and where it comes from."""

from pathlib import Path

from procohort.data.dictionary import data_dictionary
from procohort.data.write import write_csv
from procohort.jobs import job
from procohort.study import CohortPlan

with job(snakemake):
    plan = CohortPlan.from_settings(snakemake.params.settings)
    write_csv(data_dictionary(plan), Path(snakemake.output.codebook))
