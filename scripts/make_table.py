"""Make one table: HTML for people, CSV for machines."""

import pandas as pd

from procohort.jobs import job
from procohort.publish.tables.kinds import make
from procohort.publish.tables.model import write_table
from procohort.publish.view import View
from procohort.results import read_rows


def as_list(paths):
    """Return one path or several as a list."""
    return [paths] if isinstance(paths, str) else list(paths)


with job(snakemake):
    given, kind = snakemake.input, snakemake.params.view["kind"]
    # An account of the cleaning comes under the name of its table.
    accounts = [*as_list(given.get(kind, [])), *as_list(given.get("quarantine", []))]
    view = View.from_settings(
        snakemake.params.view,
        rows=read_rows(as_list(given.get("estimates", []))),
        frames=[pd.read_csv(path, keep_default_na=False, na_values=[""]) for path in accounts],
    )
    outputs = {name: snakemake.output[name] for name in ("csv", "html", "json")}
    write_table(make(kind, view), outputs, view.words)
