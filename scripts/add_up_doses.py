"""Add up effective doses: of each patient so far, and over the years of a schedule."""

import pandas as pd

from procohort.analyses.cumulative_dose import cumulative_dose, patient_sums
from procohort.data.evidence import read_evidence
from procohort.jobs import job
from procohort.plan_synthesis import DAYS_PER_YEAR
from procohort.results import write_rows
from procohort.schedule.regimen import Regimen, doses_until

with job(snakemake):
    asked = snakemake.params.asked
    spec = asked["spec"]
    regimen = Regimen.from_settings(asked["regimen"]["name"], asked["regimen"]["spec"])
    planned = {years: doses_until(regimen, years * DAYS_PER_YEAR) for years in spec["years"]}
    table = pd.read_parquet(snakemake.input.analysis)
    series = read_evidence(snakemake.input.evidence)
    rows = cumulative_dose(table, series, spec, planned, schedule=regimen.label)
    write_rows(snakemake.output.rows, rows)
    sums = patient_sums(table, spec)
    sums.to_csv(snakemake.output.sums, index=False, float_format="%.4f", lineterminator="\n")
