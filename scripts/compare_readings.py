"""Lay the verdicts on every claim side by side, one column for each reading."""

from pathlib import Path

from procohort.claims.claim import read_claims, shown_path
from procohort.jobs import job
from procohort.publish.tables.kinds import make
from procohort.publish.tables.model import write_table
from procohort.publish.tables.readings import frame_of
from procohort.publish.view import View
from procohort.readings import judge_readings
from procohort.results import read_rows

with job(snakemake):
    settings, given = snakemake.params.view, snakemake.input
    claims, file = [], "claims.csv"
    # A study without printed claims has an empty table.
    if given.claims:
        file = shown_path(Path(given.claims))
        claims = read_claims(given.claims)
    # The estimates come in the order of the readings.
    rows = {
        reading: read_rows(path)
        for reading, path in zip(settings["spec"]["readings"], given.estimates, strict=True)
    }
    verdicts = judge_readings(claims, rows, settings["study"], file=file)
    view = View.from_settings(settings, frames=[frame_of(verdicts)])
    outputs = {name: snakemake.output[name] for name in ("csv", "html", "json")}
    write_table(make("readings", view), outputs, view.words)
