# What the rules of the synthesis share: lookups in the settings.

from procohort import plan_synthesis


def synthesis_figure_params(wildcards):
    """What the forest plot of an outcome uses."""
    return plan_synthesis.figure_parameters(SETTINGS, wildcards.pooled)


def synthesis_table_params(wildcards):
    """What a table of the synthesis uses."""
    return plan_synthesis.table_parameters(SETTINGS, wildcards.synthesised)


def synthesis_table_code(wildcards):
    """Digest of the code that makes a table of the synthesis."""
    return code("make_table.py", f"procohort.publish.tables.{wildcards.synthesised}")
