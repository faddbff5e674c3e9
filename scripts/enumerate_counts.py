"""List every pair of group sizes and event counts that printed percentages allow."""

from pathlib import Path

from procohort.claims.feasibility import solutions_by_reading, write_solutions
from procohort.jobs import job

with job(snakemake):
    item = snakemake.params.item
    found = solutions_by_reading(item["total"], item["groups"], item["readings"])
    write_solutions(Path(snakemake.output.solutions), found)
