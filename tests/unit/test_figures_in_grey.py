"""Groups can be told apart without colour: on a grey printer, with red-green blindness."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

import publish_samples as samples
from figure_marks import (
    EYES,
    alike,
    alike_as_dots,
    contrast,
    groups_of,
    luminance,
    shades_keep_their_order,
    shades_of,
)
from figure_samples import sample_view
from procohort.publish import style
from procohort.publish.figures.canvas import house_style
from procohort.publish.figures.kinds import KINDS, draw

# A palette of similar luminance whose groups share mark, line and hatch.
BAD_MARKS = (
    style.Mark("#009E73", "o", "-", ""),
    style.Mark("#CC79A7", "o", "-", ""),
    style.Mark("#D55E00", "o", "-", ""),
)


def _figure(kind: str, **changes: object) -> Figure:
    with house_style():
        return draw(kind, replace(sample_view(kind, style.PAGE_WIDTH_MM), **changes)).figure


def _positions() -> dict[str, object]:
    """Change the comparison to one of three groups."""
    return {"spec": samples.POSITIONS}


def test_the_eyes_are_those_of_the_publication():
    """White stays white (rows sum to one); red is dark with protanopia, for it is not seen."""
    for matrix in EYES.values():
        assert matrix.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert luminance("#ff0000", "with protanopia") < 0.6 * luminance("#ff0000")
    assert contrast("white", "black") == pytest.approx(21)


@pytest.mark.parametrize("kind", KINDS)
def test_groups_of_a_figure_differ_without_colour(kind):
    """A legend of colours is worth nothing on a grey copy, or to one reader in twelve.

    Shapes that differ in name can look the same at the size of a mark: so one mark of
    each group is printed in grey, and the dots are compared.
    """
    figure = _figure(kind)
    assert alike(figure) == []
    assert alike_as_dots(figure) == []


@pytest.mark.parametrize("kind", ["distribution", "forest", "rates"])
def test_the_marks_of_groups_are_found(kind):
    """A check that sees no groups finds no fault."""
    figure = _figure(kind)
    assert max(len(groups_of(axes)) for axes in figure.axes) == 2
    three = _figure("distribution", **_positions())
    assert max(len(groups_of(axes)) for axes in three.axes) == 3


def test_a_palette_that_lives_by_colour_alone_is_told(monkeypatch):
    """Okabe and Ito's green and pink are one grey: the check must say so."""
    monkeypatch.setattr(style, "GROUP_MARKS", BAD_MARKS)
    figure = _figure("distribution", **_positions())
    assert any("in grey" in fault for fault in alike(figure))
    assert alike_as_dots(figure) != []


def test_all_marks_of_the_house_differ_as_drawn(monkeypatch):
    """A seventh level repeats the first; up to six must differ, not only two or three."""
    for position in range(len(style.GROUP_MARKS) - 1):
        pair = style.GROUP_MARKS[position : position + 2]
        monkeypatch.setattr(style, "GROUP_MARKS", pair)
        figure = _figure("distribution")
        assert alike(figure) == []
        assert alike_as_dots(figure) == []
        monkeypatch.undo()


@pytest.mark.parametrize("kind", ["scatter", "trend"])
def test_shades_of_clusters_keep_their_order_for_all_eyes(kind):
    """Shades mean an order, from dark to light; a rainbow would have none in grey."""
    colors = shades_of(_figure(kind))
    assert len(colors) > 5
    assert shades_keep_their_order(colors)
    rainbow = mpl.colormaps["hsv"](np.linspace(0, 1, len(colors)))
    assert not shades_keep_their_order(rainbow)
