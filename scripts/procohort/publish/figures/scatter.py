"""Outcomes against a counted or measured variable, points shaded by cluster."""

from __future__ import annotations

from procohort.publish.figures.association import draw_panels
from procohort.publish.figures.canvas import Drawing
from procohort.publish.view import View


def draw(view: View) -> Drawing:
    """Draw each outcome of a correlation against x.

    Parameters
    ----------
    view : View
        spec: id, x, outcomes, note; rows: correlations; frame: the analysis table.
    """
    return draw_panels(view, lines=False)
