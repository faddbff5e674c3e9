"""Draw one figure: for print and for pages, its data as CSV, its description as text."""

from dataclasses import replace

import pandas as pd

from procohort.jobs import job
from procohort.publish.figures.kinds import draw_files
from procohort.publish.view import View
from procohort.results import read_rows

with job(snakemake):
    given, asked = snakemake.input, snakemake.params.view
    estimates = given.get("estimates", [])
    frames = []
    if given.get("analysis"):
        frames.append(pd.read_parquet(given.analysis))
    if given.get("attrition"):
        frames.append(pd.read_csv(given.attrition))
    view = View.from_settings(
        asked,
        rows=read_rows([estimates] if isinstance(estimates, str) else list(estimates)),
        frames=frames,
    )
    view = replace(view, width_mm=asked.get("width_mm", 170))
    outputs = dict(snakemake.output.items())
    draw_files(asked["kind"], view, outputs)
