"""Say how often complications happen, and in which frequency classes they can be."""

import pandas as pd

from procohort.analyses.safety import safety
from procohort.analyses.sample import ask
from procohort.frequency_classes import read_classes
from procohort.jobs import job
from procohort.results import write_rows

with job(snakemake):
    asked = snakemake.params.asked
    question = ask(
        "safety",
        asked["spec"],
        pd.read_parquet(snakemake.input.analysis),
        {},
        parameters=asked["parameters"],
        methods=asked["methods"],
    )
    write_rows(snakemake.output.estimates, safety(question, read_classes(asked["classes"])))
