"""Draw a figure of the synthesis: result rows and the account beside them, in all formats."""

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
    outputs = {name: snakemake.output[name] for name in ("png", "svg", "pdf", "csv", "alt")}
    draw_files(snakemake.params.view["kind"], view, outputs)
