"""The flow of rows and clusters from the raw tables to the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    block_height,
    inner_width,
    is_narrow,
    shorten,
    wrap,
)
from procohort.publish.figures.common import footer
from procohort.publish.view import View
from procohort.publish.wording import StudyWords
from procohort.vocabulary import listed

COLUMNS = ("step", "label", "n_rows", "n_patients", "n_rows_removed", "n_patients_removed")

_GAP = 0.16
_PAD = 0.09


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of the flow stand, in inches from the left.

    Attributes
    ----------
    box_left, box_width : float
        The first and the last box.
    stem : float
        The line from the first box to the last.
    side_left, side_width : float
        The boxes of what was removed.
    inside : bool
        Whether side boxes also say what remains; else it stands left of the stem.
    gap : float
        Room between boxes.
    """

    box_left: float
    box_width: float
    stem: float
    side_left: float
    side_width: float
    inside: bool
    gap: float


def layout_of(width: float, *, removed: bool) -> Layout:
    """Return the places for a sheet of a width: side boxes stacked where it is narrow."""
    if is_narrow(width) and removed:
        left = style.MARGIN + 0.34
        side = width - style.MARGIN - left
        return Layout(
            style.MARGIN, inner_width(width), style.MARGIN + 0.14, left, side, inside=True, gap=0.1
        )
    box, side = min(2.7, width - 0.4), 2.9
    return Layout(
        0.2, box, 0.2 + box / 2, width - style.MARGIN - side, side, inside=False, gap=_GAP
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the flow, counts in rows and clusters."""

    step: str
    label: str
    n_rows: int
    n_patients: int
    n_rows_removed: int
    n_patients_removed: int

    @property
    def removed(self) -> bool:
        """Whether anything left at this step."""
        return self.n_rows_removed > 0 or self.n_patients_removed > 0


def read_steps(frame: pd.DataFrame) -> list[Step]:
    """Return the steps of an attrition table.

    Raises
    ------
    ValueError
        If a column is missing or there are fewer than two steps.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise ValueError(f"attrition table: missing columns {', '.join(missing)}")
    if len(frame) < 2:
        raise ValueError("attrition table: needs a first and a last step")
    counts = frame[list(COLUMNS[2:])].fillna(0).astype(int)
    return [
        Step(str(step), str(label), *(int(n) for n in numbers))
        for step, label, numbers in zip(
            frame["step"], frame["label"], counts.itertuples(index=False), strict=True
        )
    ]


def draw(view: View) -> Drawing:
    """Draw boxes for the first and last step, exclusions at the side with their counts.

    Parameters
    ----------
    view : View
        frame: one row per step, with step, label, n_rows, n_patients (remaining),
        n_rows_removed, n_patients_removed.
    """
    words = view.words
    steps = read_steps(view.frame)
    first, last = steps[0], steps[-1]
    removals = [step for step in steps[1:] if step.removed]
    empty = [step.label for step in steps[1:-1] if not step.removed]
    layout = layout_of(view.width, removed=bool(removals))
    heights = [_side_height(step, words, layout) for step in removals]
    box = _PAD * 2 + block_height(2, style.TITLE_SIZE)
    content = 2 * box + sum(heights) + layout.gap * (len(heights) + 1) + 0.06
    title = f"From the raw tables to the {words.rows} analysed"
    none = f"No {words.row} left at: {listed(empty)}" if empty else ""
    n_text = f"Analysed: {words.counts(last.n_rows, last.n_patients)}"
    sheet = Sheet(title, footer(words, n_text, none), content, view.width)
    axes = sheet.blank_axes()
    y = sheet.top
    _main_box(axes, (y, box), first, words, layout)
    stem_from = y + box
    y += box + layout.gap
    for step, height in zip(removals, heights, strict=True):
        _side_box(axes, (y, height), step, words, layout)
        y += height + layout.gap
    _arrow(axes, (layout.stem, stem_from), (layout.stem, y + 0.02))
    _main_box(axes, (y + 0.02, box), last, words, layout, final=True)
    return Drawing(
        sheet.figure,
        title,
        _alt(title, first, last, removals, words),
        COLUMNS,
        [_record(step) for step in steps],
    )


def _side_lines(step: Step, words: StudyWords, layout: Layout) -> list[tuple[str, str, str]]:
    """Return text, weight and colour of each line of a side box."""
    room = layout.side_width - 2 * _PAD
    found = [
        (line, "bold", style.INK) for line in wrap(step.label, room, style.TEXT_SIZE, bold=True)
    ]
    removed = wrap(_removed_text(step, words), room, style.TEXT_SIZE)
    found += [(line, "normal", style.INK) for line in removed]
    if layout.inside:
        left = f"remaining: {words.counts(step.n_rows, step.n_patients)}"
        found += [(line, "normal", style.MUTED) for line in wrap(left, room, style.TEXT_SIZE)]
    return found


def _removed_text(step: Step, words: StudyWords) -> str:
    if words.row_is_cluster:
        return f"{words.count_rows(step.n_rows_removed)} removed"
    clusters = step.n_patients_removed
    removed = words.count_rows(step.n_rows_removed)
    if not clusters:
        return f"{removed} removed, no {words.cluster} lost"
    them = "it" if step.n_rows_removed == 1 else "them"
    return f"{removed} removed, and {words.count_clusters(clusters)} with {them}"


def _side_height(step: Step, words: StudyWords, layout: Layout) -> float:
    return 2 * _PAD + block_height(len(_side_lines(step, words, layout)), style.TEXT_SIZE)


def _main_box(
    axes: Axes, place: tuple[float, float], step: Step, words: StudyWords, layout: Layout, *,
    final: bool = False,
) -> None:  # fmt: skip
    y, height = place
    axes.add_patch(
        Rectangle(
            (layout.box_left, y), layout.box_width, height,
            facecolor=style.BAND if final else "white", edgecolor=style.INK,
            linewidth=1.2 if final else 0.8,
        )
    )  # fmt: skip
    label = shorten(step.label, layout.box_width - 2 * _PAD, style.TITLE_SIZE, bold=True)
    x, middle = layout.box_left + layout.box_width / 2, y + height / 2
    options: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": style.TITLE_SIZE}
    axes.text(x, middle - 0.08, label, weight="bold", **options)
    axes.text(x, middle + 0.08, words.counts(step.n_rows, step.n_patients), **options)


def _side_box(
    axes: Axes, place: tuple[float, float], step: Step, words: StudyWords, layout: Layout
) -> None:
    y, height = place
    axes.add_patch(
        Rectangle(
            (layout.side_left, y), layout.side_width, height, facecolor="white",
            edgecolor=style.MUTED, linewidth=0.7,
        )
    )  # fmt: skip
    line = block_height(1, style.TEXT_SIZE)
    for position, (text, weight, color) in enumerate(_side_lines(step, words, layout)):
        axes.text(
            layout.side_left + _PAD, y + _PAD + (position + 0.5) * line, text, va="center",
            fontsize=style.TEXT_SIZE, weight=weight, color=color,
        )  # fmt: skip
    middle = y + height / 2
    _arrow(axes, (layout.stem, middle), (layout.side_left, middle))
    if not layout.inside:
        axes.text(
            layout.stem - 0.07, middle, words.counts(step.n_rows, step.n_patients), ha="right",
            va="center", fontsize=style.SMALL_SIZE, color=style.MUTED,
        )  # fmt: skip


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>,head_length=3,head_width=1.6", color=style.INK,
            linewidth=0.8, shrinkA=0, shrinkB=0,
        )
    )  # fmt: skip


def _record(step: Step) -> dict[str, object]:
    return {column: getattr(step, column) for column in COLUMNS}


def _alt(
    title: str, first: Step, last: Step, removals: list[Step], words: StudyWords
) -> str:  # fmt: skip
    parts = [
        f"Flow diagram: {title}.",
        f"{first.label}: {words.counts(first.n_rows, first.n_patients)}.",
        *(f"{step.label}: {_removed_text(step, words)}." for step in removals),
        f"{last.label}: {words.counts(last.n_rows, last.n_patients)}.",
        f"{words.data_note}.",
    ]
    return " ".join(parts)
