"""Where the parts of a forest stand, in inches: wide in columns, narrow one above the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from procohort.publish import style
from procohort.publish.figures.canvas import (
    block_height,
    inner_width,
    is_narrow,
    share_height,
    shorten,
    text_width,
    wrap,
)

# A column of p values.
P_WIDTH = 0.72
AXIS_FOOT = 0.4

# A line of two marks: what it needs, and what it has where a page has room.
_LINES = (0.14, 0.2)
# A line with two rows of words: a wrapped name, or words in the place of both marks.
_TWO_ROWS = 0.23
_ROW_ABOVE = 0.13
_AIR = 0.04
_LABEL_WIDTHS = (1.1, 2.5)


@dataclass(frozen=True, slots=True)
class Layout:
    """Places and heights of a forest.

    Attributes
    ----------
    axes_left, axes_width : float
        The part with the marks.
    label_room : float
        Width for the name of an outcome.
    line : float
        Height of a line of marks.
    head : float
        Height of the title of a section with the heads of the columns.
    narrow : bool
    inner : float
        Width between the margins.
    """

    axes_left: float
    axes_width: float
    label_room: float
    line: float
    head: float
    narrow: bool
    inner: float

    def label_lines(self, label: str) -> list[str]:
        """Return the name of an outcome in two lines, three if narrow; cut only beyond."""
        lines, most = wrap(label, self.label_room, style.TEXT_SIZE), 3 if self.narrow else 2
        lines[most - 1 :] = [" ".join(lines[most - 1 :])] if lines[most - 1 :] else []
        return [shorten(line, self.label_room, style.TEXT_SIZE) for line in lines]

    def heights(self, label: str, n_texts: int) -> tuple[float, float]:
        """Return the height of the words above the marks of a line, and that of the marks.

        Where the words stand beside the marks, nothing stands above.

        Parameters
        ----------
        label : str
            The outcome of the line.
        n_texts : int
            How many of its marks are replaced by words.
        """
        n_rows = len(self.label_lines(label))
        if self.narrow:
            return _AIR + _ROW_ABOVE * n_rows, _TWO_ROWS if n_texts > 1 else self.line
        return 0.0, max(self.line, _TWO_ROWS) if max(n_rows, n_texts) > 1 else self.line

    def header_lines(self, name: str, counts: str) -> list[tuple[str, float, bool]]:
        """Return the lines of a comparison's header: text, size and whether it is bold.

        Name and counts share a line where they fit left of the p values.
        """
        room = self.inner if self.narrow else self.inner - 2 * P_WIDTH
        size, small = style.TEXT_SIZE, style.SMALL_SIZE
        both = text_width(name, size, bold=True) + 0.1 + text_width(counts, small)
        found = [(line, size, True) for line in wrap(name, room, size, bold=True)]
        if both <= room:
            return found
        return [*found, *((line, small, False) for line in wrap(counts, room, small))]

    def header_height(self, name: str, counts: str) -> float:
        """Return the height of a comparison's header."""
        n_lines = len(self.header_lines(name, counts))
        return 0.075 + block_height(1, style.TEXT_SIZE) * n_lines


def layout_of(width: float, labels: Iterable[str]) -> Layout:
    """Return the layout of a sheet of a width, with lines as high as there is room.

    Parameters
    ----------
    width : float
        Inches of the whole sheet.
    labels : iterable of str
        Names of the outcomes shown.
    """
    inner = inner_width(width)
    if is_narrow(width):
        room = inner - 2 * P_WIDTH - 0.2
        return Layout(
            style.MARGIN + 0.05, inner - 0.1, room, _LINES[1], 0.36, narrow=True, inner=inner
        )
    label = max((text_width(text, style.TEXT_SIZE) for text in labels), default=0.0) + 0.2
    label = min(max(label, _LABEL_WIDTHS[0]), _LABEL_WIDTHS[1])
    left = style.MARGIN + label + 0.1
    axes_width = width - style.MARGIN - 2 * P_WIDTH - 0.15 - left
    return Layout(left, axes_width, label - 0.1, _LINES[1], 0.22, narrow=False, inner=inner)


def line_for_a_page(n_lines: int, fixed: float) -> float:
    """Return the height of a line with which a page holds the figure, if any does.

    Parameters
    ----------
    n_lines : int
        Lines of marks.
    fixed : float
        Inches that everything else takes.
    """
    return share_height(n_lines, fixed, *_LINES)
