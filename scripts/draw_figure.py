"""Draw one figure: PNG, SVG, PDF, its data as CSV, its description as text."""

import pandas as pd

from procohort.jobs import job
from procohort.publish.figures.kinds import draw_files
from procohort.publish.view import View
from procohort.results import read_rows

with job(snakemake):
    given = snakemake.input
    estimates = given.get("estimates", [])
    frames = []
    if given.get("analysis"):
        frames.append(pd.read_parquet(given.analysis))
    if given.get("attrition"):
        frames.append(pd.read_csv(given.attrition))
    view = View.from_settings(
        snakemake.params.view,
        rows=read_rows([estimates] if isinstance(estimates, str) else list(estimates)),
        frames=frames,
    )
    outputs = {name: snakemake.output[name] for name in ("png", "svg", "pdf", "csv", "alt")}
    draw_files(snakemake.params.view["kind"], view, outputs)
