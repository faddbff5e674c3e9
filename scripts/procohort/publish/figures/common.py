"""What several figures share: footers, jitter, axes, legends of perspectives."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from procohort.publish import style
from procohort.publish.figures.canvas import shorten, text_width
from procohort.publish.numbers import format_interval, format_number, format_p_equation
from procohort.publish.selection import refusal
from procohort.publish.wording import PERSPECTIVE_NAMES, StudyWords, VariableBook, capitalise
from procohort.results import ResultRow

FloatArray = npt.NDArray[np.float64]

# Above this many points a vector file holds them as one picture.
RASTER_ABOVE = 5_000

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
    # A short axis needs more ticks than 1, 2, 5; many decades leave no room for them.
    steps: tuple[float, ...] = (1.0, 2.0, 5.0) if high / low < 2_000 else (1.0,)
    if high / low < 20:
        steps = (1.0, 2.0, 3.0, 5.0, 7.0)
    axis.set_major_locator(LogLocator(base=10, subs=steps, numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


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


def mark_interval(
    axes: Axes, y: float, row: ResultRow, perspective: str, limits: tuple[float, float], *,
    factor: float = 1.0,
) -> None:  # fmt: skip
    """Draw an estimate with its interval; an arrow head where the interval leaves the axis."""
    mark = style.PERSPECTIVE_MARKS[perspective]
    low, high = limits
    start, end = factor * row.ci_low, factor * row.ci_high
    if not (np.isnan(start) or np.isnan(end)):
        shown = (max(start, low), min(end, high))
        axes.plot(shown, (y, y), color=mark.color, linewidth=1.1, solid_capstyle="butt")
        for outside, at, head in ((start < low, low, "<"), (end > high, high, ">")):
            if outside:
                axes.plot(at, y, marker=head, color=mark.color, markersize=4, clip_on=False)
    estimate = factor * row.estimate
    if low <= estimate <= high:
        axes.plot(
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


def refusals_sentence(rows: Iterable[ResultRow | None]) -> str:
    """Return the reasons of rows without an estimate, each once with its perspectives."""
    sides: dict[str, list[str]] = {}
    for row in rows:
        if row is not None and row.status != "ok":
            names = sides.setdefault(refusal(row), [])
            name = PERSPECTIVE_NAMES.get(row.perspective, row.perspective)
            if name not in names:
                names.append(name)
    return "; ".join(f"{join_words(names)} {reason}" for reason, names in sides.items())


def panel_title(book: VariableBook, name: str, width: float) -> str:
    """Return the label with its unit, without it where that is too wide, then shortened."""
    for text in (book.label_with_unit(name), book.label(name)):
        if text_width(text, style.TITLE_SIZE, bold=True) <= width:
            return text
    return shorten(book.label(name), width, style.TITLE_SIZE, bold=True)


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


def join_words(parts: Sequence[str]) -> str:
    """Join with commas and a final "and".

    Examples
    --------
    >>> join_words(["a", "b", "c"]), join_words(["a"])
    ('a, b and c', 'a')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
