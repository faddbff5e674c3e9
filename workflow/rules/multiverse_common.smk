# What the rules of the readings and of the multiverse share: lookups in the settings.

from functools import lru_cache

from procohort import plan_multiverse

READINGS = plan_multiverse.other_readings(SETTINGS)


@lru_cache(maxsize=None)
def settings_of(reading):
    """Settings as a run of another reading would have them."""
    return plan_multiverse.settings_of_reading(
        config, reading, HOUSE / "workflow/schemas/config.schema.yaml"
    )


def reading_raw_files(wildcards):
    """Every raw file of another reading."""
    tables = settings_of(wildcards.reading)["tables"].values()
    return [file for table in tables for file in table["files"]]


def reading_checksum_file(wildcards):
    """The list of checksums of another reading, if the study has one."""
    return settings_of(wildcards.reading)["checksums"] or []


def reading_cleaning(wildcards):
    """What cleaning another reading uses."""
    return plan.cleaning_parameters(settings_of(wildcards.reading))


def reading_estimating(wildcards):
    """What answering all analyses of another reading uses."""
    return plan_multiverse.estimating_parameters(settings_of(wildcards.reading))


def every_analysis_code(script):
    """Digest of a script and of the code of every kind of analysis."""
    return code(script, *sorted({kind["module"] for kind in plan.ANSWERS.values()}))


def repeated_analysis_table(wildcards):
    """The analysis table of a reading."""
    return plan_multiverse.analysis_table(SETTINGS, wildcards.reading)


def multiverse_params(wildcards):
    """What the multiverse of a reading uses."""
    return plan_multiverse.multiverse_parameters(SETTINGS, wildcards.reading)


def specification_params(wildcards):
    """What the specification curve of an analysis uses."""
    return plan_multiverse.view_parameters(
        SETTINGS, "specification", wildcards.repeated
    )


def multiverse_table_params(wildcards):
    """What the table of the multiverse of an analysis uses."""
    return plan_multiverse.view_parameters(SETTINGS, "multiverse", wildcards.repeated)
