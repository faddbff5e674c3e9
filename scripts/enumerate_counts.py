"""List every pair of group sizes and event counts that printed percentages allow."""

from pathlib import Path

from procohort.claims.feasibility import solutions_by_reading
from procohort.claims.feasibility_implied import write_implied
from procohort.jobs import job

with job(snakemake):
    item = snakemake.params.item
    found = solutions_by_reading(item["total"], item["groups"], item["readings"])
    write_implied(Path(snakemake.output.solutions), found, item["means"])
