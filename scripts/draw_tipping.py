"""Draw p against the intraclass correlation for one analysis, in all formats."""

import pandas as pd

from procohort.jobs import job
from procohort.publish.figures.kinds import draw_files
from procohort.publish.view import View
from procohort.results import read_rows

with job(snakemake):
    starts = pd.read_csv(snakemake.input.starts, dtype="str", keep_default_na=False)
    view = View.from_settings(
        snakemake.params.view, rows=read_rows(snakemake.input.rows), frames=[starts]
    )
    outputs = {name: snakemake.output[name] for name in ("png", "svg", "pdf", "csv", "alt")}
    draw_files("tipping", view, outputs)
