# What the rules of print.smk share: parameters of a figure, one journal column wide.

from procohort.publish.style import COLUMN_WIDTH_MM


def one_column(view):
    """Parameters of a figure as the page-wide rule has them, with another width."""
    if callable(view):
        return lambda wildcards: {**view(wildcards), "width_mm": COLUMN_WIDTH_MM}
    return {**view, "width_mm": COLUMN_WIDTH_MM}
