"""Panels of one size on a sheet: side by side where there is room, as high as a page allows."""

from __future__ import annotations

from dataclasses import dataclass

from procohort.publish.figures.canvas import Sheet, inner_width, share_height
from procohort.publish.figures.common import panel_columns, panel_grid

# Inches between panels side by side.
_BETWEEN = 0.25


@dataclass(frozen=True, slots=True)
class PanelSize:
    """What a panel of a figure takes, in inches.

    Attributes
    ----------
    least, most : float
        Height of the axes: what they need to be read, and have where there is room.
    head, foot : float
        Room above the axes for title and results, below them for labels.
    gap : float
        Room below a panel.
    """

    least: float
    most: float
    head: float
    foot: float
    gap: float = 0.1


@dataclass(frozen=True, slots=True)
class PanelGrid:
    """Places of panels: `n_columns` in a line, filled line by line."""

    n_panels: int
    n_columns: int
    panel_width: float
    axes_height: float
    size: PanelSize

    @property
    def height(self) -> float:
        """Inches of all lines of panels."""
        return self._n_lines * self._line_height - self.size.gap * (self._n_lines > 0)

    @property
    def _n_lines(self) -> int:
        return -(-self.n_panels // self.n_columns)

    @property
    def _line_height(self) -> float:
        return self.size.head + self.axes_height + self.size.foot + self.size.gap

    def places(self, sheet: Sheet) -> list[tuple[float, float]]:
        """Return left and top of each panel in inches."""
        return [
            (
                sheet.left + column * (self.panel_width + _BETWEEN),
                sheet.top + line * self._line_height,
            )
            for line, column in panel_grid(self.n_panels, self.n_columns)
        ]


def panel_width(width: float) -> float:
    """Return the inches of each panel of a sheet of a width."""
    n_columns = panel_columns(width)
    return (inner_width(width) - _BETWEEN * (n_columns - 1)) / n_columns


def lay_out(n_panels: int, width: float, size: PanelSize, frame: float) -> PanelGrid:
    """Return the grid of panels of a sheet.

    Parameters
    ----------
    n_panels : int
    width : float
        Inches of the whole sheet.
    size : PanelSize
    frame : float
        Inches that heading, footer and margins take (`canvas.frame_height`).

    Examples
    --------
    >>> size = PanelSize(least=1.0, most=1.5, head=0.4, foot=0.4)
    >>> grid = lay_out(3, 6.7, size, frame=1.0)
    >>> grid.n_columns, grid.axes_height
    (2, 1.5)
    """
    n_columns = panel_columns(width)
    n_lines = -(-n_panels // n_columns)
    fixed = frame + n_lines * (size.head + size.foot + size.gap)
    return PanelGrid(
        n_panels, n_columns, panel_width(width),
        share_height(n_lines, fixed, size.least, size.most), size,
    )  # fmt: skip
