"""Keys of marks and lines above a figure, in as many rows as its width needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, shorten, text_width

ROW_HEIGHT = 0.15
_GLYPH = 0.27
_BEHIND = 0.05
_BETWEEN = 0.16


@dataclass(frozen=True, slots=True)
class Key:
    """A mark with what it means.

    Attributes
    ----------
    text : str
    look : mapping
        Options of a line: color, marker, linestyle ...; a marker without a line takes
        less room.
    """

    text: str
    look: Mapping[str, Any]

    @property
    def glyph_width(self) -> float:
        """Inches before the text."""
        return 0.12 if self.look.get("linestyle") == "none" else _GLYPH


def _places(keys: Sequence[Key], width: float) -> list[tuple[int, float]]:
    """Return row and inches from the left of each key, filled row by row."""
    found: list[tuple[int, float]] = []
    row, x = 0, 0.0
    for key in keys:
        room = key.glyph_width + _BEHIND + text_width(key.text, style.TEXT_SIZE)
        if x > 0 and x + room > width:
            row, x = row + 1, 0.0
        found.append((row, x))
        x += room + _BETWEEN
    return found


def keys_height(keys: Sequence[Key], width: float) -> float:
    """Return the inches that the keys take on so wide a row."""
    return ROW_HEIGHT * (_places(keys, width)[-1][0] + 1) if keys else 0.0


def draw_keys(sheet: Sheet, place: tuple[float, float, float], keys: Sequence[Key]) -> None:
    """Draw the keys from a place (left, top, width) on."""
    left, top, width = place
    axes = sheet.blank_axes()
    for key, (row, x) in zip(keys, _places(keys, width), strict=True):
        y = top + (row + 0.5) * ROW_HEIGHT
        start = left + x
        # The mark of a line stands in its middle, once.
        xs = (start, start + key.glyph_width / 2, start + key.glyph_width)
        axes.plot(xs, (y, y, y), markevery=[1], **key.look)
        text_left = start + key.glyph_width + _BEHIND
        text = shorten(key.text, left + width - text_left, style.TEXT_SIZE)
        sheet.text(text_left, y, text, va="center_baseline")
