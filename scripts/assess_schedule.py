"""Judge the dates of all doses by the study's schedule: result rows, and a row per dose."""

import pandas as pd

from procohort.analyses.adherence import adherence, ask_about_doses, judge_doses
from procohort.jobs import job
from procohort.results import write_rows

with job(snakemake):
    table = pd.read_parquet(snakemake.input.analysis)
    question, schedule = ask_about_doses(snakemake.params.asked, table)
    write_rows(snakemake.output.estimates, adherence(question, schedule, len(table)))
    doses = judge_doses(question.table, schedule.date, schedule.applies, schedule)
    doses.reset_index(drop=True).to_parquet(snakemake.output.doses)
