"""What several figures share: footers, jitter, axes, legends of perspectives."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from procohort.publish import style
from procohort.publish.figures.canvas import Sheet, is_narrow, shorten, text_width
from procohort.publish.numbers import format_interval, format_number, format_p_equation
from procohort.publish.selection import refusal
from procohort.publish.wording import PERSPECTIVE_NAMES, StudyWords, VariableBook, capitalise
from procohort.results import ResultRow
from procohort.vocabulary import listed

FloatArray = npt.NDArray[np.float64]

# Above this many points a vector file holds them as one picture.
RASTER_ABOVE = 5_000

# Inches that a label of an axis needs to the next one.
_TICK_ROOM = 0.12

_SYMBOLS = ("n", "p", "rho")


def footer(words: StudyWords, *sentences: str) -> str:
    """Return the closing lines of a figure: the data label first, then the sentences."""
    parts = [words.data_note, *(s for s in sentences if s)]
    return " ".join(f"{_sentence(part)}." for part in parts)


def _sentence(text: str) -> str:
    """Begin with a capital letter, unless a symbol begins: n, p and rho stay small."""
    text = text.strip().rstrip(".")
    return text if text.split(" ", 1)[0].rstrip(":") in _SYMBOLS else capitalise(text)


def level_texts(values: pd.Series) -> pd.Series:
    """Return a column as the texts result rows use for levels (true, false, category)."""
    texts = values.astype("object").map(
        lambda value: str(value).lower() if isinstance(value, (bool, np.bool_)) else str(value)
    )
    return texts.where(values.notna(), other="")


def jitter(n: int, name: str) -> FloatArray:
    """Return `n` fixed offsets between -1 and 1 that depend on the name only."""
    rng = np.random.default_rng(zlib.crc32(name.encode("utf-8")))
    return rng.uniform(-1.0, 1.0, n)


def as_numbers(values: pd.Series) -> FloatArray:
    """Return a column as floats, NaN where missing."""
    return np.asarray(values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))


def use_log_scale(axes: Axes, values: FloatArray, which: str = "y") -> None:
    """Make an axis logarithmic with ticks at 1, 2 and 5, written as plain numbers."""
    low, high = float(np.min(values)), float(np.max(values))
    axis = axes.yaxis if which == "y" else axes.xaxis
    (axes.set_yscale if which == "y" else axes.set_xscale)("log")
    axis.set_major_locator(
        LogLocator(base=10, subs=_log_steps(axes, low, high, which), numticks=20)
    )
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _log_steps(axes: Axes, low: float, high: float, which: str) -> tuple[float, ...]:
    """Return where a decade has ticks: few where it is short on paper or there are many."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    box, (width, height) = axes.get_position(), figure.get_size_inches()
    inches = box.height * height if which == "y" else box.width * width
    decades = max(math.log10(high / low), 1e-9)
    # An axis of little more than a decade needs more ticks than 1, 2, 5.
    ways = [(1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)]
    if high / low < 20:
        ways.insert(0, (1.0, 2.0, 3.0, 5.0, 7.0))
    for steps in ways:
        gaps = np.diff(np.log10([*steps, 10.0]))
        if float(gaps.min()) * inches / decades >= _TICK_ROOM:
            return steps
    return ways[-1]


def result_text(row: ResultRow | None, symbol: str, decimals: int = 2) -> str:
    """Return ``rho 0.41 [0.30, 0.51], p < 0.001``, or in words why there is none."""
    reason = refusal(row)
    if row is None or reason:
        return reason
    parts = [
        f"{symbol} {format_number(row.estimate, decimals)} "
        f"{format_interval(row.ci_low, row.ci_high, decimals)}".strip()
    ]
    if not np.isnan(row.p):
        parts.append(format_p_equation(row.p))
    return ", ".join(parts)


def perspective_handles(words: StudyWords) -> list[Line2D]:
    """Return legend entries for the two perspectives."""
    return [
        Line2D(
            [],
            [],
            color=mark.color,
            marker=mark.marker,
            linestyle=mark.line,
            markerfacecolor=mark.color if mark.filled else "white",
            markersize=4.5,
            label=words.perspective(name),
        )
        for name, mark in style.PERSPECTIVE_MARKS.items()
    ]


def legend_height(width: float) -> float:
    """Return the inches that `perspective_legend` takes on a sheet of a width."""
    return 0.42 if is_narrow(width) else 0.3


def perspective_legend(sheet: Sheet, words: StudyWords) -> None:
    """Say below the heading what the two marks mean: side by side, or one above the other."""
    legend = sheet.figure.legend(
        handles=perspective_handles(words),
        loc="upper left",
        bbox_to_anchor=sheet.fraction(sheet.left, sheet.top - 0.02),
        ncols=1 if sheet.narrow else 2,
        borderpad=0,
        borderaxespad=0,
        labelspacing=0.35,
        handlelength=2.2 if sheet.narrow else 2.6,
        columnspacing=2.2,
    )
    entries = zip(style.PERSPECTIVE_MARKS, legend.legend_handles, legend.texts, strict=True)
    for name, handle, text in entries:
        sheet.tag([part for part in (handle, text) if part is not None], name)


def mark_interval(
    axes: Axes, y: float, row: ResultRow, perspective: str, limits: tuple[float, float], *,
    factor: float = 1.0,
) -> list[Line2D]:  # fmt: skip
    """Draw an estimate with its interval; an arrow head where the interval leaves the axis.

    Returns
    -------
    list of matplotlib.lines.Line2D
        What was drawn.
    """
    mark = style.PERSPECTIVE_MARKS[perspective]
    low, high = limits
    start, end = factor * row.ci_low, factor * row.ci_high
    drawn: list[Line2D] = []
    if not (np.isnan(start) or np.isnan(end)):
        shown = (max(start, low), min(end, high))
        drawn += axes.plot(shown, (y, y), color=mark.color, linewidth=1.1, solid_capstyle="butt")
        for outside, at, head in ((start < low, low, "<"), (end > high, high, ">")):
            if outside:
                drawn += axes.plot(
                    at, y, marker=head, color=mark.color, markersize=4, clip_on=False
                )
    estimate = factor * row.estimate
    if low <= estimate <= high:
        drawn += axes.plot(
            estimate,
            y,
            marker=mark.marker,
            color=mark.color,
            markerfacecolor=mark.color if mark.filled else "white",
            markeredgewidth=1.0,
            markersize=4.6,
            linestyle="none",
            zorder=3,
        )
    return drawn


def refusals_sentence(rows: Iterable[ResultRow | None]) -> str:
    """Return the reasons of rows without an estimate, each once with its perspectives."""
    sides: dict[str, list[str]] = {}
    for row in rows:
        if row is not None and row.status != "ok":
            names = sides.setdefault(refusal(row), [])
            name = PERSPECTIVE_NAMES.get(row.perspective, row.perspective)
            if name not in names:
                names.append(name)
    return "; ".join(f"{listed(names)} {reason}" for reason, names in sides.items())


def panel_title(book: VariableBook, name: str, width: float) -> str:
    """Return the label with its unit, without it where that is too wide, then shortened."""
    for text in (book.label_with_unit(name), book.label(name)):
        if text_width(text, style.TITLE_SIZE, bold=True) <= width:
            return text
    return shorten(book.label(name), width, style.TITLE_SIZE, bold=True)


def panel_columns(width: float) -> int:
    """Return how many panels stand side by side on a sheet of a width."""
    return 1 if is_narrow(width) else 2


def points(axes: Axes, x: FloatArray, y: FloatArray, **options: Any) -> None:
    """Draw unjoined points, as a picture in vector files when there are very many."""
    options.setdefault("linewidths", 0.3)
    axes.scatter(x, y, rasterized=len(x) > RASTER_ABOVE, **options)


def panel_grid(n_panels: int, n_columns: int = 2) -> list[tuple[int, int]]:
    """Return (line, column) of each panel, filled line by line.

    Examples
    --------
    >>> panel_grid(3)
    [(0, 0), (0, 1), (1, 0)]
    """
    return [divmod(position, n_columns) for position in range(n_panels)]
