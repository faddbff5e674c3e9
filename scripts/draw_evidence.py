"""Draw a figure of the synthesis: result rows and the account beside them, in all formats."""

from dataclasses import replace

import pandas as pd

from procohort.jobs import job
from procohort.publish.figures.kinds import draw_files
from procohort.publish.view import View
from procohort.results import read_rows

with job(snakemake):
    account = pd.read_csv(snakemake.input.account, keep_default_na=False, na_values=[""])
    view = View.from_settings(
        snakemake.params.view, rows=read_rows(snakemake.input.rows), frames=[account]
    )
    view = replace(view, width_mm=snakemake.params.view.get("width_mm", 170))
    outputs = dict(snakemake.output.items())
    draw_files(snakemake.params.view["kind"], view, outputs)
