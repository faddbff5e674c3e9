"""Write the page that leads to everything of a run."""

import csv
import json
from collections import Counter
from pathlib import Path

from procohort.jobs import job
from procohort.plan_index import with_conclusions
from procohort.provenance import software_versions
from procohort.publish.page import render_index
from procohort.results import read_rows


def read_records(path):
    """Return the records of a CSV file."""
    with Path(path).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


with job(snakemake):
    given = snakemake.input
    last = read_records(given.attrition)[-1]
    page = render_index(
        with_conclusions(snakemake.params.index, read_rows(list(given.get("synthesis", [])))),
        alternatives={
            Path(path).stem: Path(path).read_text(encoding="utf-8") for path in given.alternatives
        },
        analysed=(int(last["n_rows"]), int(last["n_patients"])),
        verdicts=Counter(record["verdict"] for record in read_records(given.scorecard_csv)),
        versions=software_versions(),
        manifest=json.loads(Path(given.manifest).read_text(encoding="utf-8")),
    )
    Path(snakemake.output.html).write_text(page, encoding="utf-8", newline="\n")
