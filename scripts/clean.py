"""Read the raw tables, check them, and write the analysis table with an account of the rest."""

from pathlib import Path

from procohort.data.checksums import require_checksums
from procohort.data.clean import build_cohort
from procohort.data.manifest import write_manifest
from procohort.data.write import CohortPaths, write_cohort
from procohort.jobs import job
from procohort.study import CohortPlan

with job(snakemake):
    plan = CohortPlan.from_settings(snakemake.params.settings)
    require_checksums(snakemake.params.settings["checksums"], Path())
    cohort = build_cohort(plan, Path())
    written = snakemake.output
    paths = CohortPaths(
        analysis_csv=Path(written.analysis_csv),
        analysis_parquet=Path(written.analysis),
        findings=Path(written.findings),
        quarantine=dict(zip(plan.tables, map(Path, written.quarantine), strict=True)),
        attrition=Path(written.attrition),
        missing=Path(written.missing),
    )
    write_cohort(cohort, paths)
    write_manifest(plan, Path(), Path(written.manifest))
