"""Figures put inside the page: as small as the page needs them, never too small to read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

# Pictures come with this resolution; the letters of a figure (6 to 9 points) need the other.
SOURCE_DPI = 150
LEGIBLE_DPI = 100
_COARSER_DPI = (140, 130, 120, 110, LEGIBLE_DPI)
# Softened edges need more bytes; fewer colours than the files have (64) make up for them.
_COLORS = 32
_PREFIX = "data:image/webp;base64,"

Embedded = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Encoded:
    data: bytes
    width: int
    height: int

    @property
    def n_bytes(self) -> int:
        """Length of the address that holds the picture."""
        return len(_PREFIX) + 4 * ((len(self.data) + 2) // 3)


def embed_pictures(
    paths: Mapping[str, str | Path], folded: Collection[str], budget_bytes: int
) -> dict[str, Embedded]:
    """Return pictures as ``data:`` addresses that together keep within a budget.

    Pictures within the budget stay as they are. Otherwise those that are folded are
    drawn coarser first, then all in proportion; both stop at `LEGIBLE_DPI`. What is
    still too much is left out, the largest folded picture first.

    Parameters
    ----------
    paths : mapping of str to path
        WebP files of `SOURCE_DPI` dots per inch, by the name of the figure.
    folded : collection of str
        Names of the figures that a person has to open.
    budget_bytes : int
        Largest sum of the lengths of all addresses.

    Returns
    -------
    dict of str to (str, int, int)
        Address, width and height in dots, in the order of `paths`. The address of a
        picture that was left out is empty; its size is that of the file.

    Raises
    ------
    ValueError
        If a file is no WebP picture; the message names it.

    Notes
    -----
    Pictures are lossless with few colours, so that letters stay crisp. Which are left out
    depends on their size only, so the same files give the same page.
    """
    sources = {name: _read(Path(path)) for name, path in paths.items()}
    coarser = _memory(sources)
    chosen = dict(sources)
    for dpi in _COARSER_DPI:
        if _fits(chosen, budget_bytes):
            break
        chosen = {n: coarser(n, dpi) if n in folded else sources[n] for n in sources}
    for dpi in _COARSER_DPI:
        if _fits(chosen, budget_bytes):
            break
        chosen = {n: coarser(n, LEGIBLE_DPI if n in folded else dpi) for n in sources}
    shown = _within(chosen, folded, budget_bytes)
    return {
        name: (_address(chosen[name]) if name in shown else "", *_size(chosen[name]))
        for name in paths
    }


def _fits(pictures: Mapping[str, _Encoded], budget_bytes: int) -> bool:
    return sum(picture.n_bytes for picture in pictures.values()) <= budget_bytes


def _within(
    pictures: Mapping[str, _Encoded], folded: Collection[str], budget_bytes: int
) -> set[str]:
    """Return the names that fit: the largest folded are dropped first, then the largest."""
    kept = set(pictures)
    order = sorted(pictures, key=lambda name: (name not in folded, -pictures[name].n_bytes, name))
    for name in order:
        if _fits({one: pictures[one] for one in kept}, budget_bytes):
            break
        kept.discard(name)
    return kept


def _read(path: Path) -> _Encoded:
    data = path.read_bytes()
    try:
        with Image.open(BytesIO(data)) as image:
            if image.format != "WEBP":
                raise ValueError(f"{path}: {image.format} instead of WebP; draw the figure anew")
            width, height = image.size
    except OSError as error:
        raise ValueError(f"{path}: cannot be read as a picture ({error})") from error
    return _Encoded(data, width, height)


def _memory(sources: Mapping[str, _Encoded]) -> Callable[[str, int], _Encoded]:
    """Return a function that draws a picture coarser, each resolution once."""
    done: dict[tuple[str, int], _Encoded] = {}

    def coarser(name: str, dpi: int) -> _Encoded:
        if (name, dpi) not in done:
            smaller = _scaled(sources[name], dpi / SOURCE_DPI)
            # Softened edges can cost more than the dots that were saved.
            done[name, dpi] = min((smaller, sources[name]), key=lambda one: one.n_bytes)
        return done[name, dpi]

    return coarser


def _scaled(picture: _Encoded, factor: float) -> _Encoded:
    with Image.open(BytesIO(picture.data)) as image:
        size = (round(picture.width * factor), round(picture.height * factor))
        small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    few = small.quantize(_COLORS, dither=Image.Dither.NONE).convert("RGB")
    file = BytesIO()
    few.save(file, "WEBP", lossless=True, quality=80, method=4)
    return _Encoded(file.getvalue(), *size)


def _address(picture: _Encoded) -> str:
    return _PREFIX + base64.b64encode(picture.data).decode("ascii")


def _size(picture: _Encoded) -> tuple[int, int]:
    return picture.width, picture.height
