"""Where the panels of a specification curve lie, and what stands above and beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from procohort.publish import style
from procohort.publish.figures.canvas import block_height, is_narrow, text_width, wrap
from procohort.publish.figures.specification_panel import Panel, Row

CURVE = 1.1
# Room for the numbers of an axis, in inches.
NUMBERS = 0.36
_ROW = 0.112
_MORE = 0.1
_BLOCK_GAP = 0.05
_BETWEEN = 0.14
_LABELS_WIDE, _LABELS_NARROW = 2.2, 1.3
_LABELS_SHARED = 1.9
_GLYPH = 0.13
# A figure higher than this many inches fits no page of a journal with its caption.
_PAGE = 8.6
_PANEL_GAP = 0.22


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the label column: a decision, or a choice with its marks.

    Attributes
    ----------
    texts : list of str
        The label, wrapped.
    row : Row or None
        None for the name of a decision.
    top, height : float
        Inches below the top of the matrix.
    """

    texts: list[str]
    row: Row | None
    top: float
    height: float

    @property
    def middle(self) -> float:
        """Inches from the top of the matrix to the middle of the line."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Strip:
    """Panels side by side: each with a head of its own, all with one column of labels.

    Attributes
    ----------
    panels : list of Panel
    width : float
        Inches of an axis.
    titles : list of list of str
        For each panel its title, wrapped.
    heads : list of list of list of str
        For each panel the wrapped lines of each sentence above it.
    lines : list of Line
    matrix_height : float
    """

    panels: list[Panel]
    width: float
    titles: list[list[str]]
    heads: list[list[list[str]]]
    lines: list[Line]
    matrix_height: float

    def title_height(self, position: int) -> float:
        """Inches of the title of a panel, with what parts it from the sentences."""
        return block_height(len(self.titles[position]), style.TITLE_SIZE) + 0.023

    @property
    def head_height(self) -> float:
        """Inches above the curves."""
        n_lines = (sum(len(texts) for texts in head) for head in self.heads)
        deepest = max(
            self.title_height(position) + block_height(n, style.TEXT_SIZE)
            for position, n in enumerate(n_lines)
        )
        return deepest + 0.2

    @property
    def height(self) -> float:
        """Inches with everything that belongs to the strip."""
        return self.head_height + CURVE + self.matrix_height


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole figure.

    Attributes
    ----------
    strips : list of Strip
    n_columns : int
    labels : float
        Inches from the left edge to the first axis.
    step : float
        Inches from one axis to the next beside it.
    """

    strips: list[Strip]
    n_columns: int
    labels: float
    step: float

    @property
    def height(self) -> float:
        """Inches of all strips."""
        return sum(strip.height for strip in self.strips) + _PANEL_GAP * max(
            0, len(self.strips) - 1
        )

    @property
    def tops(self) -> list[float]:
        """Inches from the top of the first strip to the top of each."""
        found, top = [], 0.0
        for strip in self.strips:
            found.append(top)
            top += strip.height + _PANEL_GAP
        return found


def layout_of(
    panels: Sequence[Panel], said: Sequence[tuple[str, list[str]]], inner: float
) -> Layout:
    """Lay panels out below each other; two by two where that would not fit a page.

    Parameters
    ----------
    panels : sequence of Panel
    said : sequence of (title, sentences)
        What stands above each panel.
    inner : float
        Inches between the margins.
    """
    narrow = is_narrow(inner)
    one = _layout(panels, said, inner, _LABELS_NARROW if narrow else _LABELS_WIDE, 1)
    if narrow or len(panels) < 2 or one.height <= _PAGE:
        return one
    return _layout(panels, said, inner, _LABELS_SHARED, 2)


def _layout(
    panels: Sequence[Panel],
    said: Sequence[tuple[str, list[str]]],
    inner: float,
    labels: float,
    n_columns: int,
) -> Layout:
    between = _BETWEEN + NUMBERS
    narrow = (inner - labels - between * (n_columns - 1)) / n_columns
    strips = []
    for start in range(0, len(panels), n_columns):
        end = start + n_columns
        mine = list(panels[start:end])
        # A panel without a neighbour has the whole line.
        width = narrow if len(mine) == n_columns else inner - labels
        room = inner if n_columns == 1 else width + NUMBERS
        titles = [wrap(title, room, style.TITLE_SIZE, bold=True) for title, _ in said[start:end]]
        heads = [
            [wrap(sentence, room - _GLYPH, style.TEXT_SIZE) for sentence in sentences]
            for _, sentences in said[start:end]
        ]
        lines = _lines(_shared_groups(mine), labels - 0.1)
        height = lines[-1].top + lines[-1].height if lines else 0.0
        strips.append(Strip(mine, width, titles, heads, lines, height))
    return Layout(strips, n_columns, labels, narrow + between)


def _shared_groups(panels: Sequence[Panel]) -> list[tuple[str, list[Row]]]:
    """Return the decisions of panels beside each other, each choice once."""
    found: dict[str, dict[Row, None]] = {}
    for panel in panels:
        for name, rows in panel.groups:
            found.setdefault(name, {}).update(dict.fromkeys(rows))
    return [(name, list(rows)) for name, rows in found.items()]


def _lines(groups: Sequence[tuple[str, list[Row]]], width: float) -> list[Line]:
    found: list[Line] = []
    y = 0.0
    for name, rows in groups:
        y += _BLOCK_GAP
        texts = wrap(name, width, style.SMALL_SIZE, bold=True)
        for row in (None, *rows):
            if row is not None:
                texts = _wrapped(row.label, width - 0.08)
            height = _ROW + _MORE * (len(texts) - 1)
            found.append(Line(texts, row, y, height))
            y += height
    return found


def _wrapped(label: str, width: float) -> list[str]:
    """Wrap a label; what stands in brackets or after a comma is left out before a third line."""
    texts = wrap(label, width, style.SMALL_SIZE)
    if len(texts) > 2 or any(text_width(text, style.SMALL_SIZE) > width for text in texts):
        short = label.split(" (", maxsplit=1)[0].split(", ", maxsplit=1)[0]
        texts = wrap(short, width, style.SMALL_SIZE)
    return texts
