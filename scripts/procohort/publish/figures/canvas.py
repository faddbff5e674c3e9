"""The sheet a figure is drawn on, measured in inches from its top left corner.

Everything is placed by hand from measured text widths: no layout engine runs, so a
figure costs one rendering, and its bytes depend on its data alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from procohort.publish import style
from procohort.publish.figures.raster import save_pictures
from procohort.publish.plain_csv import write_records

LINE_SPACING = 1.32

# Inches below the heading and above the footer of a sheet.
_BELOW_HEADING = 0.08
_ABOVE_FOOTER = 0.12

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


def inner_width(width: float) -> float:
    """Return the inches between the margins of a sheet."""
    return width - 2 * style.MARGIN


def _frame(title: str, footer: str, width: float) -> tuple[list[str], list[str]]:
    inner = inner_width(width)
    heading = wrap(title, inner, style.HEADING_SIZE, bold=True)
    return heading, wrap(footer, inner, style.SMALL_SIZE)


def frame_height(title: str, footer: str, width: float) -> float:
    """Return the inches of a sheet that its heading, footer and margins take."""
    heading, closing = _frame(title, footer, width)
    lines = block_height(len(heading), style.HEADING_SIZE)
    lines += block_height(len(closing), style.SMALL_SIZE)
    return lines + _BELOW_HEADING + _ABOVE_FOOTER + 2 * style.MARGIN


def share_height(n_parts: int, fixed: float, least: float, most: float) -> float:
    """Return the height of each of some equal parts, so that a page holds the figure.

    Parameters
    ----------
    n_parts : int
    fixed : float
        Inches that everything else takes.
    least, most : float
        What a part needs to be read, and what it takes where there is room.

    Examples
    --------
    >>> share_height(2, 1.0, 0.5, 2.0)
    2.0
    >>> share_height(100, 1.0, 0.5, 2.0)
    0.5
    """
    each = (style.TALLEST - fixed) / max(n_parts, 1)
    return min(max(each, least), most)


def is_narrow(width: float) -> bool:
    """Return whether a width in inches is that of a single column."""
    return width < style.NARROW_BELOW_MM / style.MM_PER_INCH


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
        Whole width in inches: `View.width`.

    Attributes
    ----------
    narrow : bool
        Whether this is a single column of a journal: one panel beside the other has no
        room, and text stands above marks rather than in columns beside them.
    inner : float
        Width between the margins.
    """

    def __init__(
        self, title: str, footer: str, content_height: float, width: float = style.PAGE_WIDTH
    ) -> None:
        heading, closing = _frame(title, footer, width)
        heading_height = block_height(len(heading), style.HEADING_SIZE)
        self.width = width
        self.inner = inner_width(width)
        self.narrow = is_narrow(width)
        self.left = style.MARGIN
        self.right = width - style.MARGIN
        self.top = style.MARGIN + heading_height + _BELOW_HEADING
        self.bottom = self.top + content_height
        self.height = content_height + frame_height(title, footer, width)
        self._n_of_perspectives = 0
        self.figure = Figure(figsize=(width, self.height), facecolor="white")
        FigureCanvasAgg(self.figure)
        self.text(
            self.left, style.MARGIN, "\n".join(heading), size=style.HEADING_SIZE, weight="bold"
        )
        self.text(
            self.left,
            self.bottom + _ABOVE_FOOTER,
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

    def tag(self, artists: Artist | Iterable[Artist], perspective: str) -> None:
        """Name artists after their perspective, so that a page can hide one in the SVG.

        Ids are ``perspective-<perspective>-<i>``, with an `i` of its own for each.
        """
        for artist in [artists] if isinstance(artists, Artist) else artists:
            artist.set_gid(f"perspective-{perspective}-{self._n_of_perspectives}")
            self._n_of_perspectives += 1

    def text(self, x: float, y: float, text: str, **options: Any) -> Text:
        """Write text; `y` is the top of the first line unless `va` says otherwise."""
        size = options.pop("size", style.TEXT_SIZE)
        options.setdefault("va", "top")
        options.setdefault("linespacing", LINE_SPACING - 0.12)
        return self.figure.text(x / self.width, 1 - y / self.height, text, fontsize=size, **options)


def save_drawing(drawing: Drawing, outputs: Mapping[str, str | Path]) -> None:
    """Write a figure for print and for pages, its data as CSV, its description as text.

    Parameters
    ----------
    drawing : Drawing
    outputs : mapping
        Paths by name; those absent are not written. ``svg`` and ``pdf`` are drawn by
        lines, ``png`` is for print (`style.PNG_DPI`), ``webp`` for pages
        (`style.SCREEN_DPI`), ``csv`` the plotted data, ``alt`` the description.

    Notes
    -----
    No file holds a date, and the SVG's ids hang on a fixed salt, so equal data give
    equal bytes.
    """
    words = {"Title": drawing.title, "Description": drawing.alt}
    save_pictures(drawing.figure, outputs, words)
    if "svg" in outputs:
        Path(outputs["svg"]).write_text(_svg(drawing), encoding="utf-8", newline="\n")
    if "pdf" in outputs:
        drawing.figure.savefig(
            outputs["pdf"],
            format="pdf",
            dpi=style.INSET_DPI,
            metadata={"Title": drawing.title, "Subject": drawing.alt, "CreationDate": None},
        )
    if "csv" in outputs:
        write_records(outputs["csv"], drawing.columns, drawing.records)
    if "alt" in outputs:
        Path(outputs["alt"]).write_text(drawing.alt + "\n", encoding="utf-8", newline="\n")


def _svg(drawing: Drawing) -> str:
    """Return the SVG with a title and a description that screen readers speak."""
    buffer = BytesIO()
    drawing.figure.savefig(buffer, format="svg", dpi=style.INSET_DPI, metadata={"Date": None})
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
