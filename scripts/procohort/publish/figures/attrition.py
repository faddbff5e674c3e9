"""The flow of rows and clusters from the raw tables to the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, block_height, shorten, wrap
from procohort.publish.figures.common import footer, join_words
from procohort.publish.view import View
from procohort.publish.wording import StudyWords

COLUMNS = ("step", "label", "n_rows", "n_patients", "n_rows_removed", "n_patients_removed")

_BOX_WIDTH = 2.7
_SIDE_WIDTH = 2.9
_GAP = 0.16
_PAD = 0.09
_SPINE = 0.2 + _BOX_WIDTH / 2
_SIDE = style.PAGE_WIDTH - style.MARGIN - _SIDE_WIDTH


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
    heights = [_side_height(step, words) for step in removals]
    box = _PAD * 2 + block_height(2, style.TITLE_SIZE)
    content = 2 * box + sum(heights) + _GAP * (len(heights) + 1) + 0.1
    title = f"From the raw tables to the {words.rows} analysed"
    none = f"No {words.row} left at: {join_words(empty)}" if empty else ""
    n_text = f"Analysed: {words.counts(last.n_rows, last.n_patients)}"
    sheet = Sheet(title, footer(words, n_text, none), content)
    axes = sheet.blank_axes()
    y = sheet.top
    _main_box(axes, y, box, first, words)
    spine_from = y + box
    y += box + _GAP
    for step, height in zip(removals, heights, strict=True):
        _side_box(axes, y, height, step, words)
        y += height + _GAP
    _arrow(axes, (_SPINE, spine_from), (_SPINE, y + 0.02))
    _main_box(axes, y + 0.02, box, last, words, final=True)
    return Drawing(
        sheet.figure,
        title,
        _alt(title, first, last, removals, words),
        COLUMNS,
        [_record(step) for step in steps],
    )


def _side_lines(step: Step, words: StudyWords) -> tuple[list[str], str]:
    label = wrap(step.label, _SIDE_WIDTH - 2 * _PAD, style.TEXT_SIZE, bold=True)
    return label, _removed_text(step, words)


def _removed_text(step: Step, words: StudyWords) -> str:
    if words.row_is_cluster:
        return f"{words.count_rows(step.n_rows_removed)} removed"
    clusters = step.n_patients_removed
    removed = words.count_rows(step.n_rows_removed)
    if not clusters:
        return f"{removed} removed, no {words.cluster} lost"
    them = "it" if step.n_rows_removed == 1 else "them"
    return f"{removed} removed, and {words.count_clusters(clusters)} with {them}"


def _side_height(step: Step, words: StudyWords) -> float:
    label, _ = _side_lines(step, words)
    return 2 * _PAD + block_height(len(label) + 1, style.TEXT_SIZE)


def _main_box(
    axes: Axes, y: float, height: float, step: Step, words: StudyWords, *, final: bool = False
) -> None:
    left = _SPINE - _BOX_WIDTH / 2
    axes.add_patch(
        Rectangle(
            (left, y), _BOX_WIDTH, height, facecolor=style.BAND if final else "white",
            edgecolor=style.INK, linewidth=1.2 if final else 0.8,
        )
    )  # fmt: skip
    label = shorten(step.label, _BOX_WIDTH - 2 * _PAD, style.TITLE_SIZE, bold=True)
    middle = y + height / 2
    options: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": style.TITLE_SIZE}
    axes.text(_SPINE, middle - 0.08, label, weight="bold", **options)
    axes.text(_SPINE, middle + 0.08, words.counts(step.n_rows, step.n_patients), **options)


def _side_box(axes: Axes, y: float, height: float, step: Step, words: StudyWords) -> None:
    axes.add_patch(
        Rectangle(
            (_SIDE, y), _SIDE_WIDTH, height, facecolor="white", edgecolor=style.MUTED, linewidth=0.7
        )
    )
    label, counts = _side_lines(step, words)
    line = block_height(1, style.TEXT_SIZE)
    for position, text in enumerate([*label, counts]):
        axes.text(
            _SIDE + _PAD,
            y + _PAD + (position + 0.5) * line,
            text,
            va="center",
            fontsize=style.TEXT_SIZE,
            weight="bold" if position < len(label) else "normal",
        )
    middle = y + height / 2
    _arrow(axes, (_SPINE, middle), (_SIDE, middle))
    # The left is free for what remains after this step.
    axes.text(
        _SPINE - 0.07,
        middle,
        f"{words.counts(step.n_rows, step.n_patients)}",
        ha="right",
        va="center",
        fontsize=style.SMALL_SIZE,
        color=style.MUTED,
    )


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
