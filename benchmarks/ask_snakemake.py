"""Ask Snakemake which jobs a study takes, and write them to a file.

    python -m benchmarks.ask_snakemake FOLDER_OF_THE_STUDY FILE

What a rule hands to its script is decided in the workflow alone; nothing of it is
repeated here.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.settings.types import (
    DAGSettings,
    OutputSettings,
    Quietness,
    ResourceSettings,
)

from benchmarks.planned import Job, Named, write_jobs

SNAKEFILE = Path(__file__).resolve().parents[1] / "Snakefile"


def jobs_of_the_study(folder: Path, snakefile: Path = SNAKEFILE) -> list[Job]:
    """Return every job of the default target, each after those that it needs.

    Parameters
    ----------
    folder : path
        Folder of the study. Snakemake leaves its state there, and no results.
    snakefile : path
        The workflow. It has no checkpoints: all jobs are known beforehand.

    Raises
    ------
    SystemExit
        When the workflow cannot be planned (Snakemake has said why), or when a rule
        does its work otherwise than by a Python script.
    """
    # Quiet but for mistakes: Quietness.ALL would hide them too.
    quiet = {Quietness.HOST, Quietness.PROGRESS, Quietness.REASON, Quietness.RULES}
    with SnakemakeApi(OutputSettings(quiet=quiet)) as api:
        try:
            workflow = api.workflow(
                ResourceSettings(cores=1), snakefile=snakefile.resolve(), workdir=folder
            )
            # All jobs, whatever of the results is there already.
            workflow.dag(DAGSettings(forceall=True)).execute_workflow(executor="dryrun")
            return _planned_jobs(workflow)
        except Exception as error:
            api.print_exception(error)
            sys.exit(1)


def _planned_jobs(workflow: Any) -> list[Job]:
    """Return the jobs of a workflow that has been planned.

    The API of Snakemake 9 plans and runs jobs and returns none: they are reached by
    its private ``_workflow``. This function alone knows Snakemake's inside.
    """
    jobs = []
    for level in workflow._workflow.dag.toposorted():
        # Jobs of a level wait for none of the same level; a set holds them.
        for job in sorted(level, key=lambda job: (job.rule.name, list(job.output))):
            rule = job.rule
            if rule.norun:
                continue
            if not (rule.script or "").endswith(".py"):
                sys.exit(f"rule {rule.name}: has no Python script, so the floor cannot run it")
            script = Path(rule.basedir.get_path_or_uri(secret_free=True), rule.script)
            jobs.append(
                Job(
                    rule=rule.name,
                    script=os.path.normpath(script),
                    input=_files(job.input),
                    output=_files(job.output),
                    params=Named(job.params, dict(job.params.items())),
                    wildcards=_files(job.wildcards),
                )
            )
    return jobs


def _files(items: Any) -> Named:
    """Return a list of Snakemake's as plain text, names and lists of several files kept."""
    names = {
        name: str(item) if isinstance(item, str) else [str(file) for file in item]
        for name, item in items.items()
    }
    return Named(map(str, items), names)


def main() -> None:
    """Write the jobs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the study")
    parser.add_argument("file", type=Path, help="where the jobs are written")
    given = parser.parse_args()
    file = given.file.resolve()
    write_jobs(jobs_of_the_study(given.folder.resolve()), file)


if __name__ == "__main__":
    main()
