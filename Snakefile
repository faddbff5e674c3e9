# The whole way from raw tables to the scorecard.
#
#   snakemake --cores 4                          the study of this folder
#   snakemake --cores 4 --directory studies/cgd  another one

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/schedule.smk"
include: "workflow/rules/safety.smk"
include: "workflow/rules/analyses.smk"
include: "workflow/rules/tipping.smk"
include: "workflow/rules/multiverse.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/publish.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/print.smk"
include: "workflow/rules/extras.smk"
include: "workflow/rules/runs.smk"
include: "workflow/rules/validate.smk"


rule all:
    """The whole study: results/report.html and everything it leads to."""
    default_target: True
    input:
        rules.report.output.html,
        rules.paper.output.docx,
        rules.workbook.output.xlsx,
        rules.gate.output.report if SETTINGS["gate"] else [],
    message:
        "Everything is made"


onstart:
    forget_errors()


onsuccess:
    # First, since it compares with the run that was kept last.
    print_after_run(SETTINGS)
    remember_run(SETTINGS)
    print_messages()


onerror:
    end_with_errors()
