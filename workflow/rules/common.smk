# What the rules share: the checked settings and functions that look things up
# in them. The logic stands in scripts/procohort/plan.py.

import sys
from pathlib import Path

HOUSE = Path(workflow.basedir)
sys.path.insert(0, str(HOUSE / "scripts"))

from procohort import plan, plan_report
from procohort.after_run import print_after_run, print_where_to_look
from procohort.jobs import end_with_errors, forget_errors
from procohort.opening import open_study, release_stale_locks
from procohort.provenance import code_digest
from procohort.run_watch import watch_run
from procohort.runs import print_messages, remember_run

release_stale_locks()
watch_run(on_nothing=print_where_to_look)
SETTINGS = open_study(
    config,
    schema=HOUSE / "workflow/schemas/config.schema.yaml",
    given=workflow.overwrite_configfiles,
)
ANALYSES = plan.analyses(SETTINGS)
RECONSTRUCTED = plan.reconstructed_files(SETTINGS)
RECONSTRUCTED_NAMES = sorted({Path(file).name for file in RECONSTRUCTED})


wildcard_constraints:
    analysis="|".join(ANALYSES),
    figure="|".join(plan.figures(SETTINGS)),
    table="|".join(plan.tables(SETTINGS)),


def code(script, *modules):
    """Digest of the library code that a script reaches."""
    return code_digest(HOUSE / "scripts" / script, root=HOUSE / "scripts", also=modules)


def raw_files(wildcards):
    """Every raw file of the study."""
    return [file for table in SETTINGS["tables"].values() for file in table["files"]]


def checksum_file(wildcards):
    """The list of checksums, if the study has one."""
    return SETTINGS["checksums"] or []


def claims_file(wildcards):
    """The table of printed claims, if the study has one."""
    return SETTINGS["claims"] or []


def sources_file(wildcards):
    """The table of the texts that claims were taken from, if the study has one."""
    return SETTINGS["sources"] or []


def analysis_params(wildcards):
    """The part of the settings that one analysis uses."""
    return plan.analysis_parameters(SETTINGS, wildcards.analysis)


def analysis_code(wildcards):
    """Digest of the code that answers one analysis."""
    kind = ANALYSES[wildcards.analysis][0]
    return code("analyse.py", plan.ANSWERS[kind]["module"])


def feasibility_params(wildcards):
    """Printed percentages of one pair of groups."""
    return next(dict(x) for x in SETTINGS["feasibility"] if x["id"] == wildcards.item)


def figure_params(wildcards):
    """The part of the settings that one figure uses."""
    return plan.figure_parameters(SETTINGS, wildcards.figure)


def figure_code(wildcards):
    """Digest of the code that draws one figure."""
    kind = plan.figure_parameters(SETTINGS, wildcards.figure)["kind"]
    return code("draw_figure.py", f"procohort.publish.figures.{kind}")


def table_params(wildcards):
    """The part of the settings that one table uses."""
    return plan.table_parameters(SETTINGS, wildcards.table)


def table_code(wildcards):
    """Digest of the code that makes one table."""
    kind = plan.table_parameters(SETTINGS, wildcards.table)["kind"]
    return code("make_table.py", f"procohort.publish.tables.{kind}")


def figure_inputs(wildcards):
    """What a figure shows: the flow of the cohort, or estimates and the points behind them."""
    return plan.figure_inputs(SETTINGS, wildcards.figure)


def table_inputs(wildcards):
    """What a table shows: an account of the cleaning, or all adjusted estimates."""
    return plan.table_inputs(SETTINGS, wildcards.table)


def category_of(**view):
    """Where Snakemake's own report shows a view: a function of the wildcards in its name."""
    return lambda wildcards: _gallery_place(view, wildcards)["category"]


def labels_of(**view):
    """How Snakemake's own report labels a view: a function of the wildcards in its name."""
    return lambda wildcards: _gallery_place(view, wildcards)["labels"]


def _gallery_place(view, wildcards):
    named = {kind: name.format(**wildcards) for kind, name in view.items()}
    return plan_report.gallery_place(SETTINGS, **named)
