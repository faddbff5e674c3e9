"""Show the multiverse of one analysis: its specification curve, or its table."""

from dataclasses import replace

from procohort.jobs import job
from procohort.publish.specified import SpecifiedView
from procohort.publish.tables.model import write_table
from procohort.specifications import read_specifications

with job(snakemake):
    settings, output = snakemake.params.view, snakemake.output
    kind, analysis = settings["kind"], settings["spec"]["id"]
    found = read_specifications(list(snakemake.input.specifications))
    mine = [item for item in found if item.row.analysis == analysis]
    view = SpecifiedView.of(settings, mine)
    if kind == "specification":
        from procohort.publish.figures.kinds import draw_files

        view = replace(view, width_mm=settings.get("width_mm", 170))
        draw_files(kind, view, dict(output.items()))
    else:
        from procohort.publish.tables.kinds import make

        write_table(make(kind, view), dict(output.items()), view.words)
