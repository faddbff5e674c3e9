# What the rules of tipping.smk share: the part of the settings that each job uses.

from procohort import plan_tipping


def tipping_figure_params(wildcards):
    """The part of the settings that the figure of one analysis uses."""
    return plan_tipping.figure_parameters(SETTINGS, wildcards.tipped)
