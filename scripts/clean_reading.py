"""Clean the raw tables of another reading as those of this run were cleaned."""

from pathlib import Path

from procohort.data.checksums import require_checksums
from procohort.data.clean import build_cohort
from procohort.jobs import job
from procohort.study import CohortPlan

with job(snakemake):
    plan = CohortPlan.from_settings(snakemake.params.settings)
    require_checksums(snakemake.params.settings["checksums"], Path())
    cohort = build_cohort(plan, Path())
    cohort.analysis.to_parquet(snakemake.output.analysis, index=False, engine="pyarrow")
