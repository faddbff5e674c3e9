"""A time axis with visits: where they lie, what stands below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, text_width
from procohort.publish.figures.common import FloatArray

# Below this share of the axis between two visits, a linear axis puts one upon the other.
_CROWDED = 0.045
_BETWEEN_LABELS = 0.08
ROW_HEIGHT = 0.125


@dataclass(frozen=True, slots=True)
class VisitAxis:
    """Visits on an axis from 0 to 1.

    Attributes
    ----------
    places : ndarray of shape (T,)
    is_root : bool
        Whether distances are square roots of the time since the first visit.
    labels : tuple of str
    """

    places: FloatArray
    is_root: bool
    labels: tuple[str, ...]

    def rows_of_labels(self, width: float) -> list[int]:
        """Return the row each label stands in, so that none touches another, on so many inches."""
        return self.rows_of(self.labels, width, _BETWEEN_LABELS)

    def rows_of(
        self, texts: Sequence[str], width: float, between: float, size: float = style.TEXT_SIZE
    ) -> list[int]:
        """Return the row each text at a visit stands in, so many inches apart from others.

        Examples
        --------
        >>> visit_axis([0, 1, 2], ["a", "b", "c"]).rows_of(["100", "100", "100"], 0.4, 0.05)
        [0, 1, 0]
        """
        ends: list[float] = []
        rows = []
        for place, text in zip(self.places, texts, strict=True):
            half = text_width(text, size) / 2 + between / 2
            centre = width * float(place)
            row = next((k for k, end in enumerate(ends) if centre - half >= end), len(ends))
            ends[row : row + 1] = [centre + half]
            rows.append(row)
        return rows

    def title(self, unit: str) -> str:
        """Return what stands below the axis."""
        scale = "square-root scale" if self.is_root else ""
        inside = ", ".join(part for part in (unit, scale) if part)
        return f"Time ({inside})" if inside else "Time"


def visit_axis(times: Sequence[float], labels: Sequence[str]) -> VisitAxis:
    """Lay visits out by their time; by its square root where the first ones would coincide.

    Examples
    --------
    >>> visit_axis([0, 1, 2], ["a", "b", "c"]).places.tolist()
    [0.0, 0.5, 1.0]
    >>> visit_axis([0, 1, 100], ["a", "b", "c"]).places.tolist()
    [0.0, 0.1, 1.0]
    """
    since = np.asarray(times, dtype=np.float64) - times[0]
    share = since / since[-1]
    is_root = bool(np.diff(share).min() < _CROWDED)
    return VisitAxis(np.sqrt(share) if is_root else share, is_root, tuple(labels))


def write_labels(sheet: Sheet, axis: VisitAxis, place: tuple[float, float, float]) -> float:
    """Write the labels of the visits below an axis; return the room taken in inches.

    Parameters
    ----------
    sheet : Sheet
    axis : VisitAxis
    place : tuple of float
        Left end, top and width of the axis, in inches.
    """
    left, top, width = place
    rows = axis.rows_of_labels(width)
    for where, label, row in zip(axis.places, axis.labels, rows, strict=True):
        # On the baseline: letters with and without descenders stand level.
        y = top + 0.135 + ROW_HEIGHT * row
        sheet.text(left + width * float(where), y, label, ha="center", va="baseline")
    return 0.045 + ROW_HEIGHT * (max(rows) + 1)
