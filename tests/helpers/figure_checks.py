"""What a reader would see at once in a bad figure, measured from what was drawn.

A text that leaves the sheet, two texts on top of each other, letters too small to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text

SMALLEST_POINTS = 6.0
_DPI = 200
# Boxes of letters hold a little air: so much of it, in inches, may be shared.
_AIR_ACROSS = 0.008
_AIR_DOWN = 0.025


@dataclass(frozen=True)
class Box:
    """One line of text on the sheet, in inches from the lower left corner."""

    text: str
    owner: int
    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Whether letters of the two lie on top of each other."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > _AIR_ACROSS and down > _AIR_DOWN


def layout_faults(figure: Figure) -> list[str]:
    """Return what is wrong with the texts of a figure, in words; nothing if all is well."""
    figure.set_dpi(_DPI)
    figure.draw_without_rendering()
    texts = list(drawn_texts(figure))
    boxes = [box for text in texts for box in _boxes(figure, text)]
    width, height = figure.get_size_inches()
    faults = [
        f"leaves the sheet: {box.text!r}"
        for box in boxes
        if min(box.left, box.bottom) < -0.005 or box.right > width + 0.005 or box.top > height
    ]
    faults += [
        f"smaller than {SMALLEST_POINTS:g} pt: {text.get_text()!r}"
        for text in texts
        if text.get_fontsize() < SMALLEST_POINTS
    ]
    return faults + _overlaps(boxes)


def drawn_texts(figure: Figure) -> Iterator[Text]:
    """Yield every text that shows; numbers of ticks outside an axis exist and do not."""
    hidden: set[int] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            hidden |= {id(text) for text in _ticks_not_shown(axis, shown=axes.axison)}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            yield text


def _ticks_not_shown(axis: Axis, *, shown: bool) -> Iterator[Text]:
    low, high = sorted(axis.get_view_interval())
    room = 1e-9 * max(abs(low), abs(high))
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        if not (shown and low - room <= tick.get_loc() <= high + room):
            yield from (tick.label1, tick.label2)
        # The second label stands on the other side, where no figure of the house has one.
        elif not tick.label2.get_visible():
            yield tick.label2
    if not shown:
        yield axis.label
    # Written by scientific notation, which the house does not use; empty else.
    yield axis.offsetText


def _boxes(figure: Figure, text: Text) -> Iterator[Box]:
    """Yield a box for each line: the whole of a ragged block would hold empty corners."""
    renderer = figure.canvas.get_renderer()
    whole = text.get_window_extent(renderer)
    lines = text.get_text().split("\n")
    if text.get_rotation() % 180 or len(lines) == 1:
        bounds = [(text.get_text(), whole.x0, whole.y0, whole.x1, whole.y1)]
    else:
        font, step = text.get_fontproperties(), whole.height / len(lines)
        align = text.get_horizontalalignment()
        bounds = []
        for number, line in enumerate(lines):
            width = renderer.get_text_width_height_descent(line, font, ismath=False)[0]
            free = whole.width - width
            left = whole.x0 + {"left": 0.0, "center": free / 2, "right": free}[align]
            top = whole.y1 - number * step
            bounds.append((line, left, top - step, left + width, top))
    for line, left, bottom, right, top in bounds:
        if line.strip():
            yield Box(line, id(text), *(edge / _DPI for edge in (left, bottom, right, top)))


def _overlaps(boxes: list[Box]) -> list[str]:
    ordered = sorted(boxes, key=lambda box: (box.left, box.bottom, box.text))
    found = []
    for position, box in enumerate(ordered):
        for other in ordered[position + 1 :]:
            if other.left >= box.right:
                break
            if other.owner != box.owner and box.overlaps(other):
                first, second = sorted((box.text, other.text))
                found.append(f"on top of each other: {first!r} and {second!r}")
    return found
