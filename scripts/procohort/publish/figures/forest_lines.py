"""The lines of a forest: two marks each, words where a mark is absent, two p values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, shorten, text_width
from procohort.publish.figures.common import mark_interval, use_log_scale
from procohort.publish.figures.omnibus import p_text
from procohort.publish.numbers import format_effect
from procohort.publish.selection import Contrast, refusal
from procohort.publish.view import View
from procohort.publish.wording import PERSPECTIVE_NAMES, PERSPECTIVES
from procohort.results import ResultRow

_LINE = 0.2
_HEADER = 0.235
_AXIS_FOOT = 0.46
_SECTION_HEAD = 0.24
_LABEL_WIDTH = 2.15
P_WIDTH = 0.72
_AXES_LEFT = style.MARGIN + _LABEL_WIDTH + 0.1
_AXES_WIDTH = style.PAGE_WIDTH - style.MARGIN - 2 * P_WIDTH - 0.15 - _AXES_LEFT
SECTION_MARGINS = _SECTION_HEAD + _AXIS_FOOT

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

    @property
    def height(self) -> float:
        """Inches of the section's lines and headers."""
        return sum(_HEADER + _LINE * len(lines) for _, lines in self.blocks)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: top of its section, inches below it, and whether it is shaded."""

    top: float
    y: float
    shaded: bool


def draw_section(sheet: Sheet, top: float, section: Section, view: View) -> None:
    """Draw a section: headings, lines with two marks each, an axis, and the p values."""
    sheet.text(sheet.left, top, section.title, size=style.TITLE_SIZE, weight="bold")
    for perspective, column in zip(PERSPECTIVES, (1.5, 0.5), strict=True):
        sheet.text(
            sheet.right - column * P_WIDTH, top, f"p {PERSPECTIVE_NAMES[perspective]}",
            size=style.SMALL_SIZE, ha="center", color=style.MUTED,
        )  # fmt: skip
    top += _SECTION_HEAD
    axes = sheet.axes(_AXES_LEFT, top, _AXES_WIDTH, section.height)
    limits = _limits(section)
    axes.set_ylim(section.height, 0)
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
        _block_header(sheet, top + y, name, _counts(lines, view))
        y += _HEADER
        for position, line in enumerate(lines):
            place = Place(top=top, y=y, shaded=position % 2 == 0)
            _draw_line(sheet, axes, line, section, place=place, view=view)
            y += _LINE


def _counts(lines: tuple[Contrast, ...], view: View) -> str:
    """Return what the lines of a block rest on; the largest where they differ."""
    rows = [row for line in lines for row in line.rows]
    largest = max(rows, key=lambda row: (row.n_procedures or 0, row.n_patients or 0))
    return view.words.counts_of(largest)


def _block_header(sheet: Sheet, y: float, name: str, counts: str) -> None:
    options: dict[str, Any] = {
        "va": "center_baseline",
        "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    }
    room = sheet.right - sheet.left - 2 * P_WIDTH - 1.8
    text = shorten(name, room, style.TEXT_SIZE, bold=True)
    middle = y + _HEADER * 0.62
    sheet.text(sheet.left, middle, text, weight="bold", **options)
    left = sheet.left + text_width(text, style.TEXT_SIZE, bold=True) + 0.1
    sheet.text(left, middle, counts, size=style.SMALL_SIZE, color=style.MUTED, **options)


def _draw_line(
    sheet: Sheet, axes: Axes, line: Contrast, section: Section, *, place: Place, view: View
) -> None:
    limits = axes.get_xlim()
    label, y = view.book.label(line.outcome), place.y
    middle = place.top + y + _LINE / 2
    sheet.text(
        sheet.left + 0.1, middle, shorten(label, _LABEL_WIDTH - 0.1, style.TEXT_SIZE),
        va="center_baseline",
    )  # fmt: skip
    if place.shaded:
        axes.axhspan(y, y + _LINE, facecolor=style.BAND, zorder=0)
    said: list[tuple[str, str]] = []
    for perspective, offset, column in zip(PERSPECTIVES, (-0.05, 0.05), (1.5, 0.5), strict=True):
        row = line.effect(perspective, section.estimand)
        if row is not None and row.status == "ok" and not math.isnan(row.estimate):
            height = y + _LINE / 2 + offset
            mark_interval(axes, height, row, perspective, limits, factor=section.factor)
        else:
            said.append((perspective, _instead(line, row, perspective, view)))
        p_row = line.p_row(perspective)
        sheet.text(
            sheet.right - column * P_WIDTH, middle, p_text(p_row), ha="center",
            va="center_baseline",
        )  # fmt: skip
    _say(axes, y, said, shaded=place.shaded)


def _instead(line: Contrast, row: ResultRow | None, perspective: str, view: View) -> str:
    """Return the effect on the scale it was estimated on, else why there is none."""
    for estimand in _OTHER_SCALES:
        other = line.effect(perspective, estimand)
        if other is not None and other.status == "ok" and math.isfinite(other.estimate):
            effect = format_effect(other, view.book[line.outcome])
            return f"{view.words.estimand(estimand)} {effect}"
    return "no interval on this scale" if row is None else refusal(row)


def _say(axes: Axes, y: float, said: list[tuple[str, str]], *, shaded: bool) -> None:
    """Write on the line what stands in for absent marks, for each perspective or for both."""
    texts = [f"{PERSPECTIVE_NAMES[perspective]}: {text}" for perspective, text in said]
    if len({text for _, text in said}) == 1 and len(said) == 2:
        texts = [said[0][1]]
    size = style.SMALL_SIZE - 0.8 * (len(texts) > 1)
    offsets = (0.0,) if len(texts) == 1 else (-0.05, 0.05)
    for text, offset in zip(texts, offsets, strict=True) if texts else ():
        axes.text(
            0.01,
            y + _LINE / 2 + offset,
            shorten(text, _AXES_WIDTH - 0.1, size),
            transform=axes.get_yaxis_transform(),
            fontsize=size,
            style="italic",
            color=style.MUTED,
            va="center_baseline",
            zorder=4,
            bbox={"facecolor": style.BAND if shaded else "white", "edgecolor": "none", "pad": 0.2},
        )


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
