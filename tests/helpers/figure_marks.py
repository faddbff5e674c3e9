"""Which marks a figure uses for its groups, and whether eyes and printers tell them apart.

Everything is taken from the artists of a drawn figure, nothing from the house's lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch
from PIL import ImageChops

from procohort.publish.figures.raster import render

FloatArray = npt.NDArray[np.float64]

# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of
# color vision deficiency", severity 1.0; for linear RGB.
EYES: dict[str, FloatArray] = {
    "in grey": np.eye(3),
    "with protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "with deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# Two greys side by side are told apart at about this contrast (WCAG 2.2: relative luminance).
LEAST_CONTRAST = 1.5
# Mean difference of the dots of two marks in grey, of 1 for black on white.
LEAST_DIFFERENCE = 0.05
_DPI = 200


def luminance(color: object, eyes: str = "in grey") -> float:
    """Return the relative luminance of a colour on white paper, as somebody sees it."""
    rgba = np.array(to_rgba(color))  # type: ignore[arg-type]
    rgb = rgba[3] * rgba[:3] + (1 - rgba[3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(EYES[eyes] @ linear, 0, 1)
    return float(seen @ [0.2126, 0.7152, 0.0722])


def contrast(one: object, other: object, eyes: str = "in grey") -> float:
    """Return the contrast of two colours, 1 to 21, as in WCAG 2.2."""
    low, high = sorted((luminance(one, eyes), luminance(other, eyes)))
    return (high + 0.05) / (low + 0.05)


@dataclass
class Group:
    """What is drawn in one colour inside one axes: forms of marks, and the artists."""

    color: tuple[float, ...]
    forms: set[str] = field(default_factory=set)
    artists: list[Artist] = field(default_factory=list)


def groups_of(axes: Axes) -> list[Group]:
    """Return the coloured groups of an axes; greys are its furniture."""
    found: dict[tuple[float, ...], Group] = {}
    for artist in axes.get_children():
        if not artist.get_visible():
            continue
        for color, form in _looks(artist):
            if color[3] == 0 or max(color[:3]) - min(color[:3]) < 0.02:
                continue
            # A colour and its paler self are one group; the stronger counts.
            group = found.setdefault(color[:3], Group(color))
            group.color = max(group.color, color, key=lambda item: item[3])
            group.forms.add(form)
            group.artists.append(artist)
    return list(found.values())


def _looks(artist: Artist) -> Iterator[tuple[tuple[float, ...], str]]:
    if isinstance(artist, PathCollection):
        faces, edges = (_distinct(c) for c in (artist.get_facecolors(), artist.get_edgecolors()))
        full = len(faces) > 0 and faces[0][:3] != (1.0, 1.0, 1.0)
        colors = faces if full else edges
        if len(colors) == 1:  # Else shades of one order, see `shades_of`.
            shape = np.round(artist.get_paths()[0].vertices, 2)
            yield colors[0], f"mark {shape.tolist()} {'full' if full else 'open'}"
    elif isinstance(artist, Line2D):
        color = _distinct([to_rgba(artist.get_color(), artist.get_alpha())])[0]
        if artist.get_linestyle() != "None" and len(artist.get_xdata()) > 1:
            yield color, f"line {artist.get_linestyle()}"
        if artist.get_marker() not in (None, "None", "", " "):
            full = to_rgba(artist.get_markerfacecolor())[:3] != (1.0, 1.0, 1.0)
            yield color, f"mark {_vertices(artist.get_marker())} {'full' if full else 'open'}"
    elif isinstance(artist, LineCollection):
        colors = _distinct(artist.get_colors())
        if len(colors) == 1:
            yield colors[0], f"line {artist.get_linestyles()[0]}"
    elif isinstance(artist, Patch):
        yield _distinct([artist.get_facecolor()])[0], f"area {artist.get_hatch()}"
    elif isinstance(artist, PolyCollection):
        for color in _distinct(artist.get_facecolors()):
            yield color, f"area {artist.get_hatch()}"


def _distinct(colors: npt.ArrayLike) -> list[tuple[float, ...]]:
    found = np.asarray(colors, dtype=np.float64).reshape(-1, 4)
    return [tuple(color) for color in np.unique(np.round(found, 4), axis=0).tolist()]


def alike(figure: Figure) -> list[str]:
    """Return the pairs of groups of one axes that some eyes cannot tell apart, in words.

    Two groups differ if each has a mark, line or hatch that the other lacks, or if their
    luminances differ in grey and for both kinds of eyes. Tallies, strokes below the marks
    that they belong to, may also differ by their place alone.
    """
    return [
        f"{one.color[:3]} and {other.color[:3]} {eyes}"
        for axes in figure.axes
        for one, other in combinations(groups_of(axes), 2)
        if not (one.forms - other.forms and other.forms - one.forms)
        and not _are_tallies_apart(one, other)
        for eyes in EYES
        if contrast(one.color, other.color, eyes) < LEAST_CONTRAST
    ]


def _are_tallies_apart(one: Group, other: Group) -> bool:
    stroke = f"mark {_vertices('|')} full"
    if one.forms | other.forms != {stroke}:
        return False
    (low, high), (least, most) = (
        (min(places), max(places))
        for places in (
            [float(x) for artist in group.artists for x in np.atleast_1d(artist.get_xdata())]
            for group in (one, other)
        )
    )
    return high < least or most < low


def _vertices(marker: object) -> list[object]:
    shape = MarkerStyle(marker)  # type: ignore[arg-type]
    path = shape.get_path().transformed(shape.get_transform())
    return np.round(path.vertices, 2).tolist()


def shades_of(figure: Figure) -> FloatArray:
    """Return the colours of points that share one order of shades, shape (n, 4)."""
    found = [
        np.unique(np.round(artist.get_facecolors(), 4), axis=0)
        for axes in figure.axes
        for artist in axes.collections
        if isinstance(artist, PathCollection)
    ]
    many = [colors for colors in found if len(colors) > 1]
    return np.unique(np.concatenate(many), axis=0) if many else np.empty((0, 4))


def shades_keep_their_order(colors: FloatArray) -> bool:
    """Tell whether darker is darker for all eyes, from nearly black to nearly white."""
    in_grey = np.array([luminance(color) for color in colors])
    order = np.argsort(in_grey)
    for eyes in EYES:
        seen = np.array([luminance(color, eyes) for color in colors])[order]
        if (np.diff(seen) < -0.005).any() or (seen[-1] + 0.05) / (seen[0] + 0.05) < 3:
            return False
    return True


def alike_as_dots(figure: Figure) -> list[str]:
    """Return the pairs of groups whose marks look the same when printed in grey.

    Of each group one mark is rendered alone, in grey, and the dots are compared.
    """
    faults = []
    tried = set()
    for axes in figure.axes:
        groups = groups_of(axes)
        # Panels repeat the same groups.
        looks = {(group.color, *sorted(group.forms)) for group in groups}
        if looks <= tried:
            continue
        tried |= looks
        pictures = [(group, _one_mark(figure, axes, group)) for group in groups]
        for (one, first), (other, second) in combinations(pictures, 2):
            if first is None or second is None:
                continue
            difference = _difference(first, second)
            if difference < LEAST_DIFFERENCE:
                faults.append(f"{one.color[:3]} and {other.color[:3]}: {difference:.3f}")
    return faults


def _one_mark(figure: Figure, axes: Axes, group: Group) -> FloatArray | None:
    """Return the ink of one mark of a group, 0 to 1, cut to its size; None if it has none."""
    marked = [
        artist
        for artist in group.artists
        if isinstance(artist, PathCollection)
        or (isinstance(artist, Line2D) and artist.get_marker() in ("o", "s", "^", "D", "v", "P"))
    ]
    if not marked:
        return None
    artist = marked[0]
    shown = [other for other in figure.findobj(Artist) if other.get_visible()]
    parents = (figure, axes, figure.patch, artist)
    try:
        for other in shown:
            other.set_visible(any(other is parent for parent in parents))
        axes.axison, before = False, axes.axison
        picture = _alone(figure, artist)
    finally:
        axes.axison = before
        for other in shown:
            other.set_visible(True)
    return picture


def _alone(figure: Figure, artist: Artist) -> FloatArray:
    if isinstance(artist, PathCollection):
        offsets = artist.get_offsets()
        artist.set_offsets(offsets[:1])
        grey = render(figure, _DPI).convert("L")
        artist.set_offsets(offsets)
    else:
        assert isinstance(artist, Line2D)
        x, y, line = artist.get_xdata(), artist.get_ydata(), artist.get_linestyle()
        every = artist.get_markevery()
        artist.set(xdata=x[-1:], ydata=y[-1:], linestyle="None", markevery=None)
        grey = render(figure, _DPI).convert("L")
        artist.set(xdata=x, ydata=y, linestyle=line, markevery=every)
    ink = ImageChops.invert(grey)
    return np.asarray(ink.crop(ink.getbbox()), dtype=np.float64) / 255


def _difference(one: FloatArray, other: FloatArray) -> float:
    """Return the mean difference of two pictures laid on top of each other at their middles."""
    shape = np.maximum(one.shape, other.shape)
    laid = []
    for picture in (one, other):
        free = shape - picture.shape
        before = free // 2
        laid.append(np.pad(picture, [(b, f - b) for b, f in zip(before, free, strict=True)]))
    return float(np.abs(laid[0] - laid[1]).mean())
