"""Who was seen at which visit: a line of squares for each pattern, with how many show it."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, shorten, text_width
from procohort.publish.trajectory_rows import Trajectory
from procohort.publish.wording import VariableBook
from procohort.results import ResultRow
from procohort.vocabulary import listed

_ROW = 0.135
_HEAD = 0.2
_LABELS = 0.17
_SQUARE = 0.085
ABOVE = 0.2
# Inches at the right for how many show a pattern.
_COUNT_ROOM = 0.35
# Rarer patterns than these share one line.
MOST_PATTERNS = 7


@dataclass(frozen=True, slots=True)
class Block:
    """Outcomes with the same patterns, and how many show each (pattern, count)."""

    outcomes: tuple[str, ...]
    counted: tuple[tuple[str, int], ...]
    n_others: int

    @property
    def n_rows(self) -> int:
        """Lines that the block takes."""
        return len(self.counted) + bool(self.n_others)


def blocks(shown: Trajectory) -> list[Block]:
    """Return the patterns of each outcome; outcomes that share them share a block.

    An outcome without any missing value has none.
    """
    found: dict[tuple[tuple[str, int], ...], list[str]] = {}
    for outcome in shown.outcomes:
        rows = [row for row in shown.patterns(outcome) if row.level != "all"]
        if len(rows) > 1:
            found.setdefault(_counted(rows), []).append(outcome)
    return [
        Block(
            tuple(outcomes),
            counted[:MOST_PATTERNS],
            sum(n for _, n in counted[MOST_PATTERNS:]),
        )
        for counted, outcomes in found.items()
    ]


def _counted(rows: list[ResultRow]) -> tuple[tuple[str, int], ...]:
    return tuple((row.level, round(row.estimate)) for row in rows)


def attendance_height(shown: Trajectory, n_columns: int = 2) -> float:
    """Return the room in inches that the patterns take; hardly any without missing values."""
    lines = _lines(blocks(shown), n_columns)
    return sum(ABOVE + _height(line) for line in lines) or 0.05


def _lines(found: list[Block], n_columns: int) -> list[list[Block]]:
    return [found[start : start + n_columns] for start in range(0, len(found), n_columns)]


def _height(line: list[Block]) -> float:
    return _HEAD + _LABELS + _ROW * max(block.n_rows for block in line)


def draw_attendance(
    sheet: Sheet,
    place: tuple[float, float, float],
    shown: Trajectory,
    book: VariableBook,
    *,
    n_columns: int,
) -> None:
    """Draw the patterns, so many blocks beside each other.

    Parameters
    ----------
    sheet : Sheet
    place : tuple of float
        Left end, top of the first heading, and width of one block, in inches.
    shown : Trajectory
    book : VariableBook
    n_columns : int
    """
    left, top, width = place
    axes = sheet.blank_axes()
    for line in _lines(blocks(shown), n_columns):
        for column, block in enumerate(line):
            x = left + column * (width + 0.3)
            names = listed([book.label(outcome) for outcome in block.outcomes])
            names = "all outcomes" if len(block.outcomes) == len(shown.outcomes) > 1 else names
            title = shorten(f"Who has values: {names}", width, style.TITLE_SIZE, bold=True)
            sheet.text(x, top, title, weight="bold", size=style.TITLE_SIZE)
            _squares(sheet, axes, block, shown, (x, top + _HEAD, width))
        top += _height(line) + ABOVE


def _squares(
    sheet: Sheet, axes: Axes, block: Block, shown: Trajectory, place: tuple[float, float, float]
) -> None:
    left, top, width = place
    step = (width - _COUNT_ROOM) / len(shown.visits)
    for position, visit in enumerate(shown.visits):
        label = shorten(shown.label(visit), step - 0.03, style.SMALL_SIZE)
        sheet.text(
            left + step * (position + 0.5), top + 0.1, label, size=style.SMALL_SIZE, ha="center",
            va="baseline", color=style.MUTED,
        )  # fmt: skip
    y = top + _LABELS
    for pattern, count in block.counted:
        for position, letter in enumerate(pattern):
            known = letter == "x"
            axes.add_patch(
                Rectangle(
                    (left + step * (position + 0.5) - _SQUARE / 2, y), _SQUARE, _SQUARE,
                    facecolor=style.group_mark(0).color if known else "white",
                    edgecolor=style.group_mark(0).color if known else style.RULE, linewidth=0.6,
                )
            )  # fmt: skip
        sheet.text(left + width - _COUNT_ROOM + 0.08, y - 0.012, str(count))
        y += _ROW
    if block.n_others:
        text = "other patterns"
        room = step * len(shown.visits)
        sheet.text(
            left + (room - text_width(text, style.TEXT_SIZE)) / 2, y - 0.012, text,
            color=style.MUTED,
        )  # fmt: skip
        sheet.text(left + width - _COUNT_ROOM + 0.08, y - 0.012, str(block.n_others))


def attendance_records(shown: Trajectory) -> list[dict[str, object]]:
    """Return every pattern with its count, for the figure's data."""
    return [
        {"what": "pattern", "outcome": outcome, "level": row.level, "n": round(row.estimate)}
        for outcome in shown.outcomes
        for row in shown.patterns(outcome)
        if row.level != "all"
    ]
