"""Figures as pictures of dots: a PNG fit to print, a small WebP for pages.

One rendering serves both. A figure has few colours, so a palette of 256 loses nothing
that anybody sees and leaves a tenth of the bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from procohort.publish import style

_PRINT_COLOURS = 256
_SCREEN_COLOURS = 64
# A palette entry that averages a flat colour with its soft edges is this near to it.
_NEAR = 12
_N_FLAT = 64


def save_pictures(figure: Figure, outputs: Mapping[str, str | Path], words: dict[str, str]) -> None:
    """Write the ``png`` and ``webp`` of a figure, those of the two that have a path.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    outputs : mapping
        Paths by name; other names are left alone.
    words : dict
        What the PNG says of itself: ``Title`` and ``Description``.

    Notes
    -----
    The picture for pages is the printed one made smaller: its letters keep the shapes
    and the places of the printed ones.
    """
    if not {"png", "webp"} & set(outputs):
        return
    printed = render(figure, style.PNG_DPI)
    screen = printed.reduce(style.PNG_DPI // style.SCREEN_DPI)
    flat = _flat_colours(screen)
    if "png" in outputs:
        texts = PngInfo()
        for name, text in words.items():
            texts.add_text(name, text)
        dpi = (style.PNG_DPI, style.PNG_DPI)
        picture = _with_palette(printed, _PRINT_COLOURS, flat)
        picture.save(outputs["png"], format="PNG", dpi=dpi, pnginfo=texts)
    if "webp" in outputs:
        picture = _with_palette(screen, _SCREEN_COLOURS, flat)
        picture.save(outputs["webp"], format="WEBP", lossless=True)


def render(figure: Figure, dpi: float) -> Image.Image:
    """Return a figure as a picture without transparency; the figure's own dpi stay."""
    before, before_canvas = figure.dpi, figure.canvas
    try:
        figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        dots = np.asarray(canvas.buffer_rgba())
    finally:
        figure.set_canvas(before_canvas)
        figure.set_dpi(before)
    return Image.fromarray(dots).convert("RGB")


def _flat_colours(picture: Image.Image) -> npt.NDArray[np.int64]:
    """Return the commonest colours, shape (n, 3): of the paper, the marks and the letters."""
    # Four bytes of a dot read as one number sort quickly; every other line tells enough.
    dots = np.asarray(picture.convert("RGBA"))[::2]
    found, counts = np.unique(dots.view(np.uint32), return_counts=True)
    common = found[np.argsort(-counts, kind="stable")][:_N_FLAT]
    return common.view(np.uint8).reshape(-1, 4)[:, :3].astype(np.int64)


def _with_palette(picture: Image.Image, n_colours: int, flat: npt.NDArray[np.int64]) -> Image.Image:
    """Return a picture with a palette whose entries next to flat colours are exactly those.

    Otherwise white paper would print as a very light grey.
    """
    reduced = picture.quantize(
        n_colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    palette = np.array(reduced.getpalette(), dtype=np.int64).reshape(-1, 3)
    free = np.ones(len(palette), dtype=bool)
    for colour in flat:
        distance = np.abs(palette - colour).max(axis=1)
        nearest = int(np.argmin(np.where(free, distance, 256)))
        if free[nearest] and distance[nearest] <= _NEAR:
            palette[nearest] = colour
            free[nearest] = False
    reduced.putpalette(palette.astype(np.uint8).tobytes())
    return reduced
