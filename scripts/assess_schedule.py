"""Judge the dates of all doses by the study's schedule: result rows, and a row per dose."""

import pandas as pd

from procohort.analyses.adherence import adherence, judge_doses
from procohort.analyses.sample import ask
from procohort.jobs import job
from procohort.results import write_rows
from procohort.schedule.regimen import Schedule
from procohort.settings_schedule import RESERVED_ANALYSIS

with job(snakemake):
    asked = snakemake.params.asked
    schedule = Schedule.from_settings(asked["schedule"])
    table = pd.read_parquet(snakemake.input.analysis)
    question = ask(
        "adhere",
        {"id": RESERVED_ANALYSIS, "subset": schedule.given},
        table,
        {},
        parameters=asked["parameters"],
        methods=asked["methods"],
    )
    write_rows(snakemake.output.estimates, adherence(question, schedule, len(table)))
    doses = judge_doses(question.table, schedule.date, schedule.applies, schedule)
    doses.reset_index(drop=True).to_parquet(snakemake.output.doses)
