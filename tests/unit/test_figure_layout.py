"""Every kind of figure at both widths: nothing cut, nothing overlaps, nothing too small."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import figure_samples as samples
from figure_checks import drawn_texts, layout_faults
from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, house_style
from procohort.publish.figures.cumulative_dose import LABEL_STEP, _spread
from procohort.publish.figures.keys import Key, draw_keys, keys_height
from procohort.publish.figures.kinds import KINDS, draw
from procohort.validation import figure as validation_figure
from procohort.validation.summary import read_findings

COMMITTED = Path(__file__).parents[2] / "docs/validation.csv"


@cache
def drawn(kind: str, width_mm: int) -> Drawing:
    with house_style():
        return draw(kind, samples.sample_view(kind, width_mm))


def sheet(write: Callable[[Sheet], object]) -> Figure:
    """Return the figure of a sheet on which something was written."""
    with house_style():
        made = Sheet("A heading", "A footer.", 1.0, 3.0)
        write(made)
        return made.figure


@pytest.mark.parametrize("width_mm", style.WIDTHS_MM)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_printed_at_both_widths(kind: str, width_mm: int) -> None:
    """A label that is cut, covered or under 6 pt is noticed at the printer's, which is too late."""
    drawing = drawn(kind, width_mm)
    assert drawing.figure.get_figwidth() == pytest.approx(width_mm / style.MM_PER_INCH)
    with house_style():
        assert layout_faults(drawing.figure) == []
    assert len(list(drawn_texts(drawing.figure))) > 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_column_shows_the_same_data_and_says_the_same(kind: str) -> None:
    """The narrow figure is another layout, not a selection."""
    wide, narrow = (drawn(kind, width_mm) for width_mm in (170, 85))
    # As text: a value that is not known is not equal to itself.
    assert repr(narrow.records) == repr(wide.records)
    assert narrow.alt == wide.alt and narrow.title == wide.title


@pytest.mark.parametrize("width_mm", style.WIDTHS_MM)
def test_the_figure_of_the_validation_can_be_printed_at_both_widths(width_mm: int) -> None:
    """It stands in the documentation and may stand in a paper."""
    with house_style():
        drawing = validation_figure.draw(read_findings(COMMITTED), width_mm)
        assert layout_faults(drawing.figure) == []
    assert drawing.figure.get_figwidth() == pytest.approx(width_mm / style.MM_PER_INCH)


@pytest.mark.parametrize(
    ("write", "fault"),
    [
        (
            lambda made: made.text(2.8, 0.6, "beyond the edge"),
            "leaves the sheet: 'beyond the edge'",
        ),
        (
            lambda made: [made.text(0.5, y, word) for y, word in ((0.6, "one"), (0.63, "two"))],
            "on top of each other: 'one' and 'two'",
        ),
        (lambda made: made.text(0.5, 0.6, "tiny", size=5.5), "smaller than 6 pt: 'tiny'"),
        (
            lambda made: made.axes(0.5, 0.5, 0.4, 0.4).set_xticks([0.3, 0.7], ["first", "second"]),
            "on top of each other: 'first' and 'second'",
        ),
        (
            lambda made: [
                made.text(1.5, 0.6, text, ha=align)
                for text, align in (("a\nlong line", "right"), ("b\nalso long", "center"))
            ],
            "on top of each other: 'also long' and 'long line'",
        ),
    ],
)
def test_a_bad_drawing_is_told(write: Callable[[Sheet], object], fault: str) -> None:
    """A check that passes everything checks nothing."""
    assert fault in layout_faults(sheet(write))


def test_what_does_not_show_is_no_fault() -> None:
    """Numbers of ticks beyond an axis exist in memory; ragged lines leave room beside them."""

    def write(made: Sheet) -> None:
        axes = made.axes(0.5, 0.5, 2.0, 0.4)
        axes.set_xticks([0.5, 40.0], ["within", "far beyond the sheet"])
        axes.set_xlim(0, 1)
        made.text(0.5, 1.15, "a long first line\nb")
        made.text(0.7, 1.27, "beside b")

    assert layout_faults(sheet(write)) == []


def test_keys_take_another_row_where_one_is_full() -> None:
    """A legend wider than the sheet is a legend that is cut."""
    keys = [Key(f"what mark {number} means", {"color": style.INK}) for number in range(4)]
    assert keys_height(keys, 10.0) < keys_height(keys, 3.0) < keys_height(keys, 1.5)
    made = sheet(lambda it: draw_keys(it, (it.left, it.top, it.right - it.left), keys))
    assert layout_faults(made) == []


def test_names_at_the_ends_of_lines_keep_apart_and_inside() -> None:
    """Lines that end at one height would be named on top of each other."""
    found = sorted(_spread([1.9, 1.9, 1.9, 0.0], 2.0))
    steps = [b - a for a, b in pairwise(found)]
    assert min(steps) >= LABEL_STEP - 1e-9
    assert found[0] >= 0.0 and found[-1] <= 2.0


def test_panels_that_fit_no_page_stand_side_by_side() -> None:
    """A specification curve of four outcomes would be half a metre high."""
    height = drawn("specification", style.PAGE_WIDTH_MM).figure.get_figheight()
    assert height < 0.75 * drawn("specification", style.COLUMN_WIDTH_MM).figure.get_figheight()
