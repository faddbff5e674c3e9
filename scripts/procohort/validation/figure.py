"""The findings as one figure: a panel for each question, the accepted band shaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes

from procohort.publish import style
from procohort.publish.figures.canvas import (
    Drawing,
    Sheet,
    house_style,
    is_narrow,
    save_drawing,
    shorten,
    text_width,
    wrap,
)
from procohort.validation.panels import Panel, panels
from procohort.validation.summary import BANDS, Finding

TITLE = "How often tests reject and intervals cover, in simulated cohorts"

_TITLE = 0.16
_KEYS = 0.15
_LINE = 0.23
# On a single column the name of a method stands above its marks.
_NAME_ABOVE = 0.11
_FOOT = 0.3
_LABEL_WIDTH = 2.95
_KEY_GLYPH, _KEY_GAP = 0.1, 0.14

# Limits and ticks in per cent; errors on a log scale, for naive ones are tenfold.
_AXES = {
    "type_1_error": ((0.5, 80.0), (0.5, 1, 2, 5, 10, 20, 50)),
    "coverage": ((40.0, 101.0), (40, 50, 60, 70, 80, 90, 95, 100)),
    "power": ((40.0, 101.0), (40, 50, 60, 70, 80, 90, 100)),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where things lie, in inches.

    Attributes
    ----------
    left, width : float
        Ends of the axes.
    above : float
        Room above the marks of a method for its name; none where it stands beside them.
    inner : float
        Between the margins.
    """

    left: float
    width: float
    above: float
    inner: float

    @classmethod
    def of(cls, width: float) -> _Place:
        """Lay a sheet of a width out."""
        inner = width - 2 * style.MARGIN
        if is_narrow(width):
            return cls(style.MARGIN + 0.1, inner - 0.2, _NAME_ABOVE, inner)
        left = style.MARGIN + _LABEL_WIDTH + 0.1
        return cls(left, width - style.MARGIN - left - 0.1, 0.0, inner)

    @property
    def line(self) -> float:
        """Inches that a method takes."""
        return _LINE + self.above

    def title(self, panel: Panel) -> list[str]:
        """Return the title of a panel, wrapped."""
        return wrap(panel.title, self.inner, style.TITLE_SIZE, bold=True)

    def keys(self, panel: Panel) -> list[tuple[int, float]]:
        """Return row and inches from the left margin of the key of each condition."""
        widths = [_KEY_GLYPH + text_width(text, style.SMALL_SIZE) for text in panel.conditions]
        # Long words begin further left, so that the last one ends on the sheet.
        whole = sum(widths) + _KEY_GAP * (len(widths) - 1)
        start = max(0.0, min(self.left - style.MARGIN, self.inner - whole))
        found: list[tuple[int, float]] = []
        row, x = 0, start
        for width in widths:
            if x > start and x + width > self.inner + 1e-6:
                row, x = row + 1, start
            found.append((row, x))
            x += width + _KEY_GAP
        return found

    def head(self, panel: Panel) -> float:
        """Inches above the axes of a panel."""
        rows = 1 + max(row for row, _ in self.keys(panel))
        return 0.06 + _TITLE * len(self.title(panel)) + _KEYS * rows + 0.02

    def height(self, panel: Panel) -> float:
        """Inches of a panel with everything that belongs to it."""
        return self.head(panel) + self.line * len(panel.lines) + _FOOT


def draw(findings: Sequence[Finding], width_mm: int = style.PAGE_WIDTH_MM) -> Drawing:
    """Draw the findings: methods down, per cent across, a mark for each cell.

    Parameters
    ----------
    findings : sequence of Finding
    width_mm : int
        One of `style.WIDTHS_MM`.
    """
    shown = panels(findings)
    width = width_mm / style.MM_PER_INCH
    place = _Place.of(width)
    sheet = Sheet(TITLE, _footer(findings), sum(place.height(panel) for panel in shown), width)
    y = sheet.top
    for panel in shown:
        _panel(sheet, y, panel, place)
        y += place.height(panel)
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


def _panel(sheet: Sheet, top: float, panel: Panel, place: _Place) -> None:
    title = place.title(panel)
    sheet.text(sheet.left, top + 0.03, "\n".join(title), size=style.TITLE_SIZE, weight="bold")
    _legend(sheet, top + 0.06 + _TITLE * len(title), panel, place)
    upper, height = top + place.head(panel), place.line * len(panel.lines)
    axes = sheet.axes(place.left, upper, place.width, height)
    axes.set_ylim(height, 0)
    limits, ticks = _AXES[panel.measure]
    if panel.measure == "type_1_error":
        axes.set_xscale("log")
        axes.minorticks_off()
    axes.set_xlim(*limits)
    axes.set_xticks(ticks, [f"{tick:g}" if tick != ticks[-1] else f"{tick:g} %" for tick in ticks])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    if panel.measure in BANDS:
        axes.axvspan(*BANDS[panel.measure], facecolor="#009E73", alpha=0.18, zorder=0)
    for position, line in enumerate(panel.lines):
        y = position * place.line
        marks = y + place.above + _LINE / 2
        # No line of the grid runs through letters.
        reach = _LINE / 2 if not place.above else _LINE / 2 - 0.04
        ends = (marks - reach, marks + reach)
        axes.vlines(ticks, *ends, color=style.RULE, linewidth=0.4, zorder=0.5)
        _label(sheet, upper + (y + 0.075 if place.above else marks), line[0], place)
        _marks(axes, marks, line)


def _label(sheet: Sheet, middle: float, finding: Finding, place: _Place) -> None:
    bold = finding.role == "recommended"
    color = style.INK if finding.role in ("recommended", "sensitivity") else style.MUTED
    width = place.inner if place.above else _LABEL_WIDTH
    text = shorten(finding.method, width, style.TEXT_SIZE, bold=bold)
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


def _legend(sheet: Sheet, top: float, panel: Panel, place: _Place) -> None:
    axes = sheet.blank_axes()
    for position, (text, (row, x)) in enumerate(
        zip(panel.conditions, place.keys(panel), strict=True)
    ):
        mark = style.group_mark(position)
        middle = top + _KEYS * (row + 0.5)
        axes.plot(
            sheet.left + x + 0.03, middle, color=mark.color, marker=mark.marker, markersize=3.6,
            markeredgewidth=0, linestyle="none",
        )  # fmt: skip
        sheet.text(
            sheet.left + x + _KEY_GLYPH, middle, text, size=style.SMALL_SIZE, va="center_baseline"
        )


def _words(panel: Panel) -> str:
    said = "; ".join(
        f"{line[0].method} " + ", ".join(f"{finding.percent:.1f}" for finding in line)
        for line in panel.lines
    )
    return f"{panel.title} ({'; '.join(panel.conditions)}). {said}."
