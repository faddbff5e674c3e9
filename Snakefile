# The whole way from raw tables to the scorecard.
#
#   snakemake --cores 4                          the study of this folder
#   snakemake --cores 4 --directory studies/cgd  another one

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/schedule.smk"
include: "workflow/rules/safety.smk"
include: "workflow/rules/analyses.smk"
include: "workflow/rules/tipping.smk"
include: "workflow/rules/multiverse.smk"
include: "workflow/rules/synthesis.smk"
include: "workflow/rules/publish.smk"
include: "workflow/rules/extras.smk"
include: "workflow/rules/runs.smk"
include: "workflow/rules/validate.smk"


rule all:
    default_target: True
    input:
        rules.index.output.html,
        rules.gate.output.report if SETTINGS["gate"] else [],


onstart:
    forget_errors()


onsuccess:
    remember_run(SETTINGS)
    print_messages()


onerror:
    end_with_errors()
