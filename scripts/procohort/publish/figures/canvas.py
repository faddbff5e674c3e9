"""The sheet a figure is drawn on, measured in inches from its top left corner.

Everything is placed by hand from measured text widths: no layout engine runs, so a
figure costs one rendering, and its bytes depend on its data alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from procohort.publish import style
from procohort.publish.plain_csv import write_records

LINE_SPACING = 1.32

_MEASURE_SIZE = 200.0
# Dots of the PNG widen small letters a little.
_SAFETY = 1.02


@contextmanager
def house_style() -> Iterator[None]:
    """Draw with the house's settings only, whatever the user's matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(style.RC)
        yield


@cache
def _font(bold: bool) -> Any:
    properties = font_manager.FontProperties(family=style.FONT, weight="bold" if bold else "normal")
    return font_manager.get_font(font_manager.findfont(properties))


@cache
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in inches of one line of text at a size in points."""
    font = _font(bold)
    # Measured large: at reading size the letters would be rounded to whole dots.
    font.set_size(_MEASURE_SIZE, 72)
    font.set_text(text, 0.0)
    inches = float(font.get_width_height()[0]) / 64 / 72
    return _SAFETY * inches * size / _MEASURE_SIZE


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text at spaces so that no line is wider than `width` inches.

    A word wider than the line stands on a line of its own.
    """
    lines: list[str] = []
    n_words = 1
    for paragraph in text.split("\n"):
        words = paragraph.split()
        while words:
            # Lines hold about as many words as the one before: few need to be measured.
            n_words = min(n_words, len(words))
            while n_words < len(words) and _fits(words[: n_words + 1], width, size, bold=bold):
                n_words += 1
            while n_words > 1 and not _fits(words[:n_words], width, size, bold=bold):
                n_words -= 1
            lines.append(" ".join(words[:n_words]))
            words = words[n_words:]
        if not paragraph.split():
            lines.append("")
    return lines


def _fits(words: Sequence[str], width: float, size: float, *, bold: bool) -> bool:
    return text_width(" ".join(words), size, bold=bold) <= width


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Cut text to a width in inches, with an ellipsis where something was cut."""
    if text_width(text, size, bold=bold) <= width:
        return text
    n_letters = bisect_right(
        range(len(text)),
        width,
        key=lambda n: text_width(text[:n].rstrip() + "…", size, bold=bold),
    )
    return text[: max(0, n_letters - 1)].rstrip() + "…"


def block_height(n_lines: int, size: float) -> float:
    """Return the height in inches of so many lines of text."""
    return n_lines * size * LINE_SPACING / 72


@dataclass
class Drawing:
    """A finished figure with what goes beside it.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    title : str
        One line; the title of the SVG.
    alt : str
        What the figure shows, for somebody who cannot see it.
    columns, records
        The plotted data, for the CSV file.
    """

    figure: Figure
    title: str
    alt: str
    columns: tuple[str, ...]
    records: list[dict[str, object]] = field(default_factory=list)


class Sheet:
    """A figure with a heading above, a footer below and room between.

    Parameters
    ----------
    title, footer : str
        Heading and closing lines; both are wrapped to the width.
    content_height : float
        Room in inches for what the figure shows.
    width : float
        Whole width in inches.
    """

    def __init__(
        self, title: str, footer: str, content_height: float, width: float = style.PAGE_WIDTH
    ) -> None:
        inner = width - 2 * style.MARGIN
        heading = wrap(title, inner, style.HEADING_SIZE, bold=True)
        closing = wrap(footer, inner, style.SMALL_SIZE)
        heading_height = block_height(len(heading), style.HEADING_SIZE)
        closing_height = block_height(len(closing), style.SMALL_SIZE)
        self.width = width
        self.left = style.MARGIN
        self.right = width - style.MARGIN
        self.top = style.MARGIN + heading_height + 0.08
        self.bottom = self.top + content_height
        self.height = self.bottom + 0.12 + closing_height + style.MARGIN
        self.figure = Figure(figsize=(width, self.height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.text(
            self.left, style.MARGIN, "\n".join(heading), size=style.HEADING_SIZE, weight="bold"
        )
        self.text(
            self.left,
            self.bottom + 0.12,
            "\n".join(closing),
            size=style.SMALL_SIZE,
            color=style.MUTED,
        )

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes; the place is given in inches from the top left corner."""
        return self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )

    def fraction(self, x: float, y: float) -> tuple[float, float]:
        """Return a place in inches as the figure fractions that legends want."""
        return x / self.width, 1 - y / self.height

    def blank_axes(self) -> Axes:
        """Add axes over the whole sheet whose units are inches from the top left corner."""
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, self.width)
        axes.set_ylim(self.height, 0)
        axes.axis("off")
        return axes

    def text(self, x: float, y: float, text: str, **options: Any) -> Text:
        """Write text; `y` is the top of the first line unless `va` says otherwise."""
        size = options.pop("size", style.TEXT_SIZE)
        options.setdefault("va", "top")
        options.setdefault("linespacing", LINE_SPACING - 0.12)
        return self.figure.text(x / self.width, 1 - y / self.height, text, fontsize=size, **options)


def save_drawing(drawing: Drawing, outputs: Mapping[str, str | Path]) -> None:
    """Write a figure as PNG, SVG and PDF, its data as CSV, its description as text.

    Parameters
    ----------
    drawing : Drawing
    outputs : mapping
        Paths by name: ``png``, ``svg``, ``pdf``, ``csv``, ``alt``; those absent are
        not written.

    Notes
    -----
    No file holds a date, and the SVG's ids hang on a fixed salt, so equal data give
    equal bytes.
    """
    if "png" in outputs:
        drawing.figure.savefig(
            outputs["png"],
            dpi=style.PNG_DPI,
            metadata={"Title": drawing.title, "Description": drawing.alt},
        )
    if "svg" in outputs:
        Path(outputs["svg"]).write_text(_svg(drawing), encoding="utf-8", newline="\n")
    if "pdf" in outputs:
        drawing.figure.savefig(
            outputs["pdf"],
            format="pdf",
            metadata={"Title": drawing.title, "Subject": drawing.alt, "CreationDate": None},
        )
    if "csv" in outputs:
        write_records(outputs["csv"], drawing.columns, drawing.records)
    if "alt" in outputs:
        Path(outputs["alt"]).write_text(drawing.alt + "\n", encoding="utf-8", newline="\n")


def _svg(drawing: Drawing) -> str:
    """Return the SVG with a title and a description that screen readers speak."""
    buffer = BytesIO()
    drawing.figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue().decode("utf-8")
    opening = re.search(r"<svg\b[^>]*>", text)
    if opening is None:  # pragma: no cover - the writer always opens with <svg>
        raise ValueError("the SVG writer gave no <svg> element")
    tag = opening.group(0)[:-1] + ' role="img" aria-labelledby="figure-title figure-desc">'
    described = (
        f'{tag}\n <title id="figure-title">{escape(drawing.title)}</title>'
        f'\n <desc id="figure-desc">{escape(drawing.alt)}</desc>'
    )
    return text[: opening.start()] + described + text[opening.end() :]
