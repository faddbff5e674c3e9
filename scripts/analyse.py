"""Answer one declared analysis and write its result rows."""

import pandas as pd

from procohort.analyses.run import run_analysis
from procohort.jobs import job
from procohort.progress import Progress
from procohort.results import write_rows
from procohort.study import Variable

with job(snakemake):
    asked = snakemake.params.analysis
    rows = run_analysis(
        asked["kind"],
        asked["spec"],
        pd.read_parquet(snakemake.input.analysis),
        {
            name: Variable.from_analysis(name, variable)
            for name, variable in asked["variables"].items()
        },
        parameters=asked["parameters"],
        methods=asked["methods"],
        report=Progress(f"Analysing {snakemake.wildcards.analysis}", "outcomes"),
    )
    write_rows(snakemake.output.estimates, rows)
