"""Answer the declared analyses under every combination of choices, on one reading."""

import pandas as pd

from procohort.analyses.multiverse import run_multiverse
from procohort.jobs import job
from procohort.progress import Progress
from procohort.specifications import write_specifications
from procohort.study import Variable

with job(snakemake):
    asked = snakemake.params.asked
    found = run_multiverse(
        asked["analyses"],
        asked["alternatives"],
        pd.read_parquet(snakemake.input.analysis),
        replaced={
            name: Variable.from_analysis(name, variable)
            for name, variable in asked["replaced"].items()
        },
        parameters=asked["parameters"],
        reading=asked["reading"],
        report=Progress(f"Multiverse of {snakemake.wildcards.reading}", "combinations"),
    )
    decisions = [decision["id"] for decision in asked["alternatives"]]
    write_specifications(snakemake.output.specifications, found, decisions)
