"""The lines of a forest: two marks each, words where a mark is absent, two p values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, block_height, shorten, text_width
from procohort.publish.figures.common import mark_interval, use_log_scale
from procohort.publish.figures.forest_layout import P_WIDTH, Layout
from procohort.publish.figures.omnibus import p_text
from procohort.publish.numbers import format_effect
from procohort.publish.selection import Contrast, refusal
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES
from procohort.results import ResultRow

# Middles of the columns of p values, in columns from the right.
_P_COLUMNS = (1.5, 0.5)

# Inches between the lines of a name.
_BASELINES = 0.11

# Where there is no ratio, the effect that is written in its place.
_OTHER_SCALES = ("mean_difference", "hodges_lehmann_shift", "median_difference")


@dataclass(frozen=True, slots=True)
class Section:
    """A panel of the forest: the lines that share a scale.

    Attributes
    ----------
    estimand : str
        The estimand whose estimates and intervals are drawn.
    factor, null : float
        Factor to the axis unit, and the value of no effect.
    widest, empty : tuple of float
        How far the axis may reach, and its limits when there is nothing to draw.
    """

    title: str
    axis_label: str
    estimand: str
    factor: float
    null: float
    widest: tuple[float, float]
    empty: tuple[float, float]
    blocks: tuple[tuple[str, tuple[Contrast, ...]], ...]

    def height(self, layout: Layout, view: View) -> float:
        """Return the inches of the section's lines and headers."""
        return sum(
            layout.header_height(name, counts_of(lines, view))
            + sum(sum(_heights(line, self, view, layout)) for line in lines)
            for name, lines in self.blocks
        )

    def n_lines(self, layout: Layout, view: View) -> int:
        """Return how many lines are as high as two marks; the others hold two rows of words."""
        return sum(
            _heights(line, self, view, layout)[1] == layout.line
            for _, lines in self.blocks
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: top of its section, inches below it, its heights, its shade."""

    top: float
    y: float
    above: float
    marks: float
    shaded: bool


def draw_section(sheet: Sheet, top: float, section: Section, view: View, layout: Layout) -> None:
    """Draw a section: headings, lines with two marks each, an axis, and the p values."""
    sheet.text(sheet.left, top, section.title, size=style.TITLE_SIZE, weight="bold")
    heads = top + 0.2 if layout.narrow else top
    for perspective, column in zip(PERSPECTIVES, _P_COLUMNS, strict=True):
        head = sheet.text(
            sheet.right - column * P_WIDTH, heads, f"p {PERSPECTIVE_NAMES[perspective]}",
            size=style.SMALL_SIZE, ha="center", color=style.MUTED,
        )  # fmt: skip
        sheet.tag(head, perspective)
    top += layout.head
    height = section.height(layout, view)
    axes = sheet.axes(layout.axes_left, top, layout.axes_width, height)
    limits = _limits(section)
    axes.set_ylim(height, 0)
    if section.estimand == "geometric_mean_ratio":
        _ratio_axis(axes, limits)
    axes.set_xlim(*limits)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    axes.axvline(section.null, color=style.MUTED, linewidth=0.8)
    axes.set_xlabel(section.axis_label)
    y = 0.0
    for name, lines in section.blocks:
        counts = counts_of(lines, view)
        _block_header(sheet, top + y, name, counts, layout)
        y += layout.header_height(name, counts)
        for position, line in enumerate(lines):
            above, marks = _heights(line, section, view, layout)
            place = Place(top=top, y=y, above=above, marks=marks, shaded=position % 2 == 0)
            _draw_words(sheet, line, place=place, view=view, layout=layout)
            _draw_marks(sheet, axes, line, section, place=place, view=view)
            y += above + marks


def _heights(line: Contrast, section: Section, view: View, layout: Layout) -> tuple[float, float]:
    """Return the height of the words above a line's marks, and that of its marks."""
    return layout.heights(view.book.label(line.outcome), len(_said(line, section, view)))


def counts_of(lines: tuple[Contrast, ...], view: View) -> str:
    """Return what the lines of a block rest on; the largest where they differ."""
    rows = [row for line in lines for row in line.rows]
    largest = max(rows, key=lambda row: (row.n_procedures or 0, row.n_patients or 0))
    return view.words.counts_of(largest)


def _block_header(sheet: Sheet, y: float, name: str, counts: str, layout: Layout) -> None:
    options: dict[str, Any] = {"va": "center_baseline", "bbox": _patch("white")}
    lines = layout.header_lines(name, counts)
    for position, (text, size, bold) in enumerate(lines):
        middle = y + 0.05 + (position + 0.5) * block_height(1, style.TEXT_SIZE)
        color, weight = (style.INK, "bold") if bold else (style.MUTED, "normal")
        sheet.text(sheet.left, middle, text, size=size, weight=weight, color=color, **options)
    if all(bold for _, _, bold in lines):
        left = sheet.left + text_width(name, style.TEXT_SIZE, bold=True) + 0.1
        sheet.text(left, middle, counts, size=style.SMALL_SIZE, color=style.MUTED, **options)


def _patch(color: str) -> dict[str, object]:
    """Return what lets words be read where lines of the axis cross them."""
    return {"facecolor": color, "edgecolor": "none", "pad": 0.8}


def _draw_words(sheet: Sheet, line: Contrast, *, place: Place, view: View, layout: Layout) -> None:
    """Write the outcome and the two p values."""
    middle = place.top + place.y + ((place.above - 0.02) if place.above else place.marks) / 2
    options: dict[str, Any] = {"va": "center_baseline"}
    if layout.narrow:
        options["bbox"] = _patch(style.BAND if place.shaded else "white")
    lines = layout.label_lines(view.book.label(line.outcome))
    for number, text in enumerate(lines):
        y = middle + (number - (len(lines) - 1) / 2) * _BASELINES
        sheet.text(sheet.left + 0.1, y, text, **options)
    for perspective, column in zip(PERSPECTIVES, _P_COLUMNS, strict=True):
        x = sheet.right - column * P_WIDTH
        text = p_text(line.p_row(perspective))
        sheet.tag(sheet.text(x, middle, text, ha="center", **options), perspective)


def _draw_marks(
    sheet: Sheet, axes: Axes, line: Contrast, section: Section, *,
    place: Place, view: View,
) -> None:  # fmt: skip
    """Draw the estimates with their intervals, and the words that stand in for one."""
    height = place.marks
    middle = place.y + place.above + height / 2
    if place.shaded:
        bottom = place.y + place.above + height
        axes.axhspan(place.y, bottom, facecolor=style.BAND, zorder=0)
    offsets = dict(zip(PERSPECTIVES, (-0.25 * height, 0.25 * height), strict=True))
    for perspective, offset in offsets.items():
        row = line.effect(perspective, section.estimand)
        if row is not None and _is_drawn(row):
            limits = axes.get_xlim()
            drawn = mark_interval(
                axes, middle + offset, row, perspective, limits, factor=section.factor
            )
            sheet.tag(drawn, perspective)
    said = _said(line, section, view)
    room = axes.get_position().width * sheet.width - 0.1
    for perspective, text in said:
        words = axes.text(
            0.01,
            middle + offsets.get(perspective, 0.0) * (len(said) > 1),
            shorten(text, room, style.SMALLEST_SIZE),
            transform=axes.get_yaxis_transform(),
            fontsize=style.SMALLEST_SIZE,
            style="italic",
            color=style.MUTED,
            va="center_baseline",
            zorder=4,
            bbox=_patch(style.BAND if place.shaded else "white") | {"pad": 0.5},
        )
        if perspective:
            sheet.tag(words, perspective)


def _is_drawn(row: ResultRow | None) -> bool:
    return row is not None and row.status == "ok" and not math.isnan(row.estimate)


def _said(line: Contrast, section: Section, view: View) -> list[tuple[str, str]]:
    """Return what stands in for absent marks: perspective and words.

    Where both perspectives say the same it stands once, under no perspective.
    """
    said = []
    for perspective in PERSPECTIVES:
        row = line.effect(perspective, section.estimand)
        if not _is_drawn(row):
            said.append((perspective, _instead(line, row, perspective, view)))
    if len(said) == len(PERSPECTIVES) and len({text for _, text in said}) == 1:
        return [("", said[0][1])]
    return [(name, f"{PERSPECTIVE_NAMES[name]}: {text}") for name, text in said]


def _instead(line: Contrast, row: ResultRow | None, perspective: str, view: View) -> str:
    """Return the effect on the scale it was estimated on, else why there is none."""
    for estimand in _OTHER_SCALES:
        other = line.effect(perspective, estimand)
        if other is not None and other.status == "ok" and math.isfinite(other.estimate):
            effect = format_effect(other, view.book[line.outcome])
            return f"{view.words.estimand(estimand)} {effect}"
    return "no interval on this scale" if row is None else refusal(row)


def _limits(section: Section) -> tuple[float, float]:
    """Return axis limits: all finite intervals, the null value, at most the widest."""
    low, high = section.null, section.null
    for _, lines in section.blocks:
        for line in lines:
            for perspective in PERSPECTIVES:
                row = line.effect(perspective, section.estimand)
                if row is None or row.status != "ok":
                    continue
                for value in (row.ci_low, row.ci_high, row.estimate):
                    if math.isfinite(value):
                        low = min(low, section.factor * value)
                        high = max(high, section.factor * value)
    low, high = max(low, section.widest[0]), min(high, section.widest[1])
    if low == high:
        # Nothing to draw: an axis that shows the null value in its middle.
        low, high = section.empty
    if section.null == 1.0:
        return low / 1.06, high * 1.06
    room = 0.05 * ((high - low) or 1.0)
    return low - room, high + room


def _ratio_axis(axes: Axes, limits: tuple[float, float]) -> None:
    use_log_scale(axes, np.array(limits), "x")
    low, high = limits
    # A narrow axis needs finer ticks than 1, 2, 5.
    steps = (0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0)
    ticks = [step for step in steps if low <= step <= high]
    if high / low > 3:
        ticks = [step for step in ticks if step not in (0.9, 1.1, 0.8, 1.25)]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
