"""Judge the printed claims of a study by its result rows and write the scorecard."""

from pathlib import Path

from procohort import __version__
from procohort.claims.claim import read_claims, shown_path
from procohort.claims.robustness_examine import Material, examine_robustness
from procohort.claims.scorecard import (
    examine_claims,
    judge_all,
    study_context,
    write_csv,
    write_json,
)
from procohort.claims.sources import read_sources
from procohort.data.checksums import checksum
from procohort.jobs import job
from procohort.publish.rows_page import render_rows
from procohort.publish.scorecard_page import read_manifest, render_scorecard
from procohort.results import read_rows
from procohort.specifications import read_specifications

with job(snakemake):
    asked, study = snakemake.params.scorecard, snakemake.params.study
    given, output, reading = snakemake.input, snakemake.output, study.get("reading", "")
    code = {"procohort": __version__, "code": snakemake.params.code}
    provenance = {**code, **read_manifest(given.manifest)}
    sources = read_sources(given.sources) if given.sources else {}
    claims, file = [], "claims.csv"
    # A study without printed claims has an empty scorecard.
    if given.claims:
        file = shown_path(Path(given.claims))
        claims = read_claims(given.claims, readings=snakemake.params.readings, sources=sources)
        provenance["claims_sha256"] = {file: checksum(Path(given.claims))}
    rows, checks = read_rows(given.estimates), examine_claims(claims, reading)
    context = study_context(study, reading)
    verdicts = judge_all(claims, rows, context, file=file, checks=checks)
    material = Material(
        rows=rows,
        tipping=read_rows(given.tipping),
        readings={
            name: judge_all(claims, read_rows(path), study_context(study, name), file=file)
            for name, path in zip(asked["readings"], given.readings, strict=True)
        },
        specifications=read_specifications(list(given.specifications)),
        decisions=asked["decisions"],
    )
    left = examine_robustness(verdicts, material, context)
    write_csv(output.csv, verdicts, left)
    known = {"study": study, "reading": reading, "provenance": provenance, "robustness": left}
    write_json(output.json, verdicts, **known)
    text = study.get("reading_meaning", "")
    page = render_scorecard(
        verdicts, **known, reading_text=text, checks=checks, sources=sources, views=asked
    )
    Path(output.html).write_text(page, encoding="utf-8")
    rows_page = render_rows(verdicts, rows, study=study, views=asked)
    Path(output.rows).write_text(rows_page, encoding="utf-8")
