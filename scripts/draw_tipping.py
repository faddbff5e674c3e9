"""Draw p against the intraclass correlation for one analysis, in all formats."""

from dataclasses import replace

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
    view = replace(view, width_mm=snakemake.params.view.get("width_mm", 170))
    outputs = dict(snakemake.output.items())
    draw_files("tipping", view, outputs)
