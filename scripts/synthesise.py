"""Put the published series together with this study's own result."""

from procohort.analyses.synthesis import ACCOUNT_COLUMNS, synthesise
from procohort.data.evidence import read_evidence
from procohort.jobs import job
from procohort.publish.plain_csv import write_records
from procohort.results import read_rows, write_rows

with job(snakemake):
    asked = snakemake.params.asked
    found = synthesise(
        read_evidence(snakemake.input.evidence),
        asked["spec"],
        read_rows(snakemake.input.estimates),
        ci_level=asked["ci_level"],
    )
    write_rows(snakemake.output.rows, found.rows)
    write_records(snakemake.output.account, ACCOUNT_COLUMNS, found.account)
