"""Lay the scorecards of all studies that have been run side by side."""

from pathlib import Path

from procohort.jobs import job
from procohort.publish.studies_page import read_study, render_studies

with job(snakemake):
    pairs = zip(snakemake.input.cards, snakemake.params.hrefs, strict=True)
    cards = [read_study(Path(card).parent, href) for card, href in pairs]
    Path(snakemake.output.html).write_text(render_studies(cards), encoding="utf-8", newline="\n")
