"""The findings as one figure: a panel for each question, the accepted band shaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    house_style,
    save_drawing,
    shorten,
    text_width,
)
from procohort.validation.panels import Panel, panels
from procohort.validation.summary import BANDS, Finding

TITLE = "How often tests reject and intervals cover, in simulated cohorts"

_HEAD = 0.38
_LINE = 0.23
_FOOT = 0.3
_LABEL_WIDTH = 2.95
_AXES_LEFT = style.MARGIN + _LABEL_WIDTH + 0.1
_AXES_WIDTH = style.PAGE_WIDTH - style.MARGIN - _AXES_LEFT - 0.1

# Limits and ticks in per cent; errors on a log scale, for naive ones are tenfold.
_AXES = {
    "type_1_error": ((0.5, 80.0), (0.5, 1, 2, 5, 10, 20, 50)),
    "coverage": ((40.0, 101.0), (40, 50, 60, 70, 80, 90, 95, 100)),
    "power": ((40.0, 101.0), (40, 50, 60, 70, 80, 90, 100)),
}


def draw(findings: Sequence[Finding]) -> Drawing:
    """Draw the findings: methods down, per cent across, a mark for each cell."""
    shown = panels(findings)
    heights = [_HEAD + _LINE * len(panel.lines) + _FOOT for panel in shown]
    sheet = Sheet(TITLE, _footer(findings), sum(heights))
    y = sheet.top
    for panel, height in zip(shown, heights, strict=True):
        _panel(sheet, y, panel)
        y += height
    return Drawing(sheet.figure, TITLE, " ".join(_words(panel) for panel in shown), ())


def draw_file(findings: Sequence[Finding], path: str | Path) -> None:
    """Draw the findings into an SVG; equal findings give equal bytes."""
    with house_style():
        save_drawing(draw(findings), {"svg": path})


def _footer(findings: Sequence[Finding]) -> str:
    counts = sorted({finding.n_cohorts for finding in findings})
    (low, high), (least, most) = BANDS["type_1_error"], BANDS["coverage"]
    return (
        f"{counts[0]:,} simulated cohorts a mark; lines are two Monte Carlo errors to either side. "
        f"Shaded: {low:g} to {high:g} % rejections, {least:g} to {most:g} % coverage. "
        "Bold: recommended. Grey: rows taken as independent, or a method that is not used. "
        "ICC: intraclass correlation of log outcomes of a patient."
    )


def _panel(sheet: Sheet, top: float, panel: Panel) -> None:
    sheet.text(sheet.left, top + 0.03, panel.title, size=style.TITLE_SIZE, weight="bold")
    _legend(sheet, top + 0.27, panel.conditions)
    height = _LINE * len(panel.lines)
    axes = sheet.axes(_AXES_LEFT, top + _HEAD, _AXES_WIDTH, height)
    axes.set_ylim(height, 0)
    limits, ticks = _AXES[panel.measure]
    if panel.measure == "type_1_error":
        axes.set_xscale("log")
        axes.minorticks_off()
    axes.set_xlim(*limits)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    if panel.measure in BANDS:
        axes.axvspan(*BANDS[panel.measure], facecolor="#009E73", alpha=0.18, zorder=0)
    for position, line in enumerate(panel.lines):
        _label(sheet, top + _HEAD + (position + 0.5) * _LINE, line[0])
        _marks(axes, (position + 0.5) * _LINE, line)


def _label(sheet: Sheet, middle: float, finding: Finding) -> None:
    bold = finding.role == "recommended"
    color = style.INK if finding.role in ("recommended", "sensitivity") else style.MUTED
    text = shorten(finding.method, _LABEL_WIDTH, style.TEXT_SIZE, bold=bold)
    weight = "bold" if bold else "normal"
    sheet.text(sheet.left, middle, text, va="center_baseline", weight=weight, color=color)


def _marks(axes: Axes, middle: float, line: Sequence[Finding]) -> None:
    low, high = axes.get_xlim()
    step = min(0.045, 0.16 / len(line))
    for position, finding in enumerate(line):
        if not finding.n_answered:
            continue
        mark = style.group_mark(position)
        y = middle + (position - (len(line) - 1) / 2) * step
        reach = 2.0 * finding.mc_error
        ends = (max(finding.percent - reach, low), min(finding.percent + reach, high))
        axes.plot(ends, (y, y), color=mark.color, linewidth=0.8, solid_capstyle="butt")
        axes.plot(
            max(finding.percent, low), y, color=mark.color, marker=mark.marker, markersize=3.2,
            markeredgewidth=0, linestyle="none", clip_on=False, zorder=3,
        )  # fmt: skip


def _legend(sheet: Sheet, middle: float, conditions: Sequence[str]) -> None:
    axes = sheet.blank_axes()
    widths = [0.24 + text_width(text, style.SMALL_SIZE) for text in conditions]
    # Long words begin further left, so that the last one ends on the sheet.
    x = min(_AXES_LEFT, sheet.right - sum(widths))
    for position, text in enumerate(conditions):
        mark = style.group_mark(position)
        axes.plot(
            x + 0.03, middle, color=mark.color, marker=mark.marker, markersize=3.6,
            markeredgewidth=0, linestyle="none",
        )  # fmt: skip
        sheet.text(x + 0.1, middle, text, size=style.SMALL_SIZE, va="center_baseline")
        x += widths[position]


def _words(panel: Panel) -> str:
    said = "; ".join(
        f"{line[0].method} " + ", ".join(f"{finding.percent:.1f}" for finding in line)
        for line in panel.lines
    )
    return f"{panel.title} ({'; '.join(panel.conditions)}). {said}."
