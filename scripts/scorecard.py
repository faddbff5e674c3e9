"""Judge the printed claims of a study by its result rows and write the scorecard."""

from pathlib import Path

from procohort import __version__
from procohort.claims.claim import read_claims, shown_path
from procohort.claims.scorecard import judge_all, study_context, write_csv, write_json
from procohort.data.checksums import checksum
from procohort.jobs import job
from procohort.publish.scorecard_page import read_manifest, render_scorecard
from procohort.results import read_rows

with job(snakemake):
    study, output = snakemake.params.study, snakemake.output
    reading = study.get("reading", "")
    provenance = {
        "procohort": __version__,
        "code": snakemake.params.code,
        **read_manifest(snakemake.input.manifest),
    }
    claims = []
    file = "claims.csv"
    # A study without printed claims has an empty scorecard.
    if snakemake.input.claims:
        table = Path(snakemake.input.claims)
        file = shown_path(table)
        claims = read_claims(table)
        provenance["claims_sha256"] = {file: checksum(table)}
    rows = read_rows(snakemake.input.estimates)
    verdicts = judge_all(claims, rows, study_context(study, reading), file=file)
    write_csv(output.csv, verdicts)
    write_json(output.json, verdicts, study=study, reading=reading, provenance=provenance)
    page = render_scorecard(
        verdicts,
        study=study,
        reading=reading,
        reading_text=study.get("reading_meaning", ""),
        provenance=provenance,
    )
    Path(output.html).write_text(page, encoding="utf-8")
