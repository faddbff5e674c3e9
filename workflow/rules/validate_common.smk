# What the rules of validate.smk share: the plan of the simulations, looked up by wildcards.

import re

import yaml

from procohort.validation import plan as validation

VALIDATION = yaml.safe_load((HOUSE / "workflow/validation.yaml").read_text("utf-8"))


def validation_part(wildcards):
    """Cell, shape, cohorts and resamples of one part."""
    return validation.part_parameters(
        VALIDATION, wildcards.setting, wildcards.cell, int(wildcards.part)
    )


def validation_parts(wildcards):
    """The counts of every part of every cell of a setting."""
    setting = wildcards.setting
    return [
        f"results/validation/{setting}/parts/{name}_part{part}.csv"
        for name, cell in validation.cells(VALIDATION, setting).items()
        for part in range(validation.n_parts(VALIDATION, setting, cell.kind))
    ]


def validation_cells(wildcards):
    """The cells of a setting, in order."""
    found = validation.cells(VALIDATION, wildcards.setting)
    return [cell.settings() for cell in found.values()]
