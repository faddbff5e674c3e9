"""How wide the columns of a manuscript table are, and where their numbers align.

Both writers set tables in a typeface with the widths of Times, so that one plan of the
columns, in points, serves them both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from procohort.publish.paper.model import PaperColumn, PaperTable, Text

PORTRAIT_PT, LANDSCAPE_PT = 453.5, 700.0  # A4 without margins of 25 mm
NOTE_PT = 8.0
CELL_MARGIN_PT = 4.0  # on either side
INDENT_PT = 9.0  # of one step
_SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0)
_SPARE_PT = 24.0  # room that a column is given at most beyond what it needs
_NARROWEST_TEXT_PT = 56.0
_LINE, _ROW_PT = 1.2, 2.0  # height of a line as part of its size; between two rows
_FILLED = 0.92  # of a page: lines are counted, not set
_SAFETY_PT = 2.0  # against rounding by the program that sets the page
_RAISED = 0.65  # size of raised letters
_IN_TWO_LINES = 0.6  # of its width; words are not of equal length

# Widths of Times in thousandths of its size: Adobe Core 14 font metrics, Times-Roman.
_WIDTHS = {
    200: "|\u202f",
    250: " ,.\u00a0\u00b7",
    278: "/:;\\ijlt",
    300: "\u00b2\u00b3",
    333: "!()-I[]`fr\u2019\u2018",
    389: "Js",
    400: "\u00b0",
    444: "?acez\u201c\u201d",
    469: "^",
    480: "{}",
    549: "\u00b1\u2265\u2264\u2248\u2260",
    556: "FPS",
    564: "+<=>\u2212\u00d7",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYw",
    778: "&m",
    833: "%",
    889: "M",
    921: "@",
    944: "W",
    1000: "\u2014\u2026",
}
_WIDTH_OF = {character: width for width, many in _WIDTHS.items() for character in many}
_OTHER_WIDTH = 500


def text_width(text: str, size_pt: float) -> float:
    """Return the width of one line of text in points, set in Times.

    Examples
    --------
    >>> text_width("10.5", 10.0)
    17.5
    """
    return sum(_WIDTH_OF.get(character, _OTHER_WIDTH) for character in text) * size_pt / 1000


def split_at_decimal(text: str, sign: str = ".") -> tuple[str, str] | None:
    """Split a cell where its first number has, or would have, its decimal sign.

    Parameters
    ----------
    text : str
    sign : str
        The decimal sign. Other signs before three digits separate thousands.

    Returns
    -------
    tuple of str, or None
        What stands before the sign, and the sign with the rest; None without a number.

    Examples
    --------
    >>> split_at_decimal("12.3 (10.1, 14.5)"), split_at_decimal("216/458 (47.2%)")
    (('12', '.3 (10.1, 14.5)'), ('216', '/458 (47.2%)'))
    >>> split_at_decimal("<.001"), split_at_decimal("1,234.5"), split_at_decimal("none")
    (('<', '.001'), ('1,234', '.5'), None)
    """
    groups = "".join(mark for mark in ",.'\u2019\u00a0\u2009\u202f" if mark != sign)
    whole = rf"\d+(?:[{groups}]\d{{3}}(?!\d))*"
    found = re.search(rf"(?:{whole})?(?={re.escape(sign)}\d)|{whole}", text)
    return (text[: found.end()], text[found.end() :]) if found else None


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """A column: its width with margins, and the widest parts of its numbers.

    Attributes
    ----------
    width_pt : float
    head, tail : str
        The widest text before the decimal sign, and from it on; empty where nothing aligns.
    head_pt, tail_pt : float
        Their widths.
    is_aligned : bool
        Whether numbers are set by their decimal sign.
    """

    width_pt: float
    head: str = ""
    tail: str = ""
    head_pt: float = 0.0
    tail_pt: float = 0.0
    is_aligned: bool = False

    @property
    def left_pt(self) -> float:
        """Room before the widest number, which stands in the middle of the column."""
        inner = self.width_pt - 2 * CELL_MARGIN_PT
        return max(0.0, (inner - self.head_pt - self.tail_pt) / 2)


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How a table is set: size of type, the first column, the others."""

    size_pt: float
    stub: ColumnPlan
    columns: tuple[ColumnPlan, ...]

    @property
    def width_pt(self) -> float:
        """Width of the table."""
        return self.stub.width_pt + sum(column.width_pt for column in self.columns)


@dataclass(slots=True)
class _Need:
    """What a column needs at least and what it would like, with the parts of its numbers.

    A heading of numbers may take two lines before the text of other columns is squeezed:
    `modest` is the width with such a heading.
    """

    least: float
    modest: float
    wanted: float
    head: str = ""
    tail: str = ""
    head_pt: float = 0.0
    tail_pt: float = 0.0


def plan_table(table: PaperTable, decimal_sign: str = ".") -> TablePlan:
    """Return how wide the columns of a table are set, in the largest type that fits."""
    room = LANDSCAPE_PT if table.landscape else PORTRAIT_PT
    for size in _SIZES_PT:
        needs = [
            _stub_need(table, size),
            *(
                _need(column, [row.cells[i] for row in table.rows if row.cells], size, decimal_sign)
                for i, column in enumerate(table.columns)
            ),
        ]
        _widen_for_spanners(table, needs, size)
        if sum(need.least for need in needs) <= room:
            break
    columns = tuple(
        _column_plan(need, width) for need, width in zip(needs, _share(needs, room), strict=True)
    )
    return TablePlan(size, columns[0], columns[1:])


def fits_on_a_page(table: PaperTable, plan: TablePlan, notes: Iterable[str] = ()) -> bool:
    """Tell whether a table need not break across pages, with its heading and notes."""
    room = LANDSCAPE_PT if table.landscape else PORTRAIT_PT
    page = PORTRAIT_PT if table.landscape else LANDSCAPE_PT
    plans = (plan.stub, *plan.columns)
    headings = [(Text(table.stub), *(column.heading for column in table.columns))]
    bodies = [(row.heading, *row.cells) for row in table.rows]
    lines = [
        max(_n_lines(_measured(text), x, plan.size_pt) for text, x in zip(row, plans, strict=False))
        for row in [*headings, *bodies]
    ]
    below = sum(1 + text_width(note, NOTE_PT) // room for note in notes)
    height = sum(n * plan.size_pt * _LINE + _ROW_PT for n in lines)
    # Caption and spanners take about four lines.
    height += 4 * plan.size_pt * _LINE + below * NOTE_PT * _LINE
    return height <= _FILLED * page


def _n_lines(text: str, plan: ColumnPlan, size: float) -> float:
    inner = plan.width_pt - 2 * CELL_MARGIN_PT
    return sum(1 + text_width(line, size) // inner for line in text.split("\n"))


def _column_plan(need: _Need, width: float) -> ColumnPlan:
    block = need.head_pt + need.tail_pt
    if not block or block > width - 2 * CELL_MARGIN_PT:
        return ColumnPlan(width)
    return ColumnPlan(width, need.head, need.tail, need.head_pt, need.tail_pt, True)


def _share(needs: Sequence[_Need], room: float) -> list[float]:
    """Return the widths: the most generous that fit, columns widened alike from step to step."""
    steps = [
        [need.least for need in needs],
        [need.modest for need in needs],
        [need.wanted for need in needs],
        [need.wanted + _SPARE_PT for need in needs],
    ]
    if sum(steps[0]) >= room:
        return [width * room / sum(steps[0]) for width in steps[0]]
    for narrow, wide in pairwise(steps):
        if sum(wide) >= room:
            part = (room - sum(narrow)) / (sum(wide) - sum(narrow))
            return [a + (b - a) * part for a, b in zip(narrow, wide, strict=True)]
    return steps[-1]


def _stub_need(table: PaperTable, size: float) -> _Need:
    lines = [(table.stub, 0.0)]
    lines += [
        (_measured(row.heading), row.indent * INDENT_PT)
        for row in table.rows
        if not row.is_section  # it runs over the whole table
    ]
    least = max(_longest(_words(text), size) + indent for text, indent in lines)
    wanted = max(_longest(text.split("\n"), size) + indent for text, indent in lines)
    return _text_need(least, wanted)


def _need(column: PaperColumn, cells: Sequence[Text], size: float, sign: str) -> _Need:
    heading = _measured(column.heading)
    texts = [_measured(cell) for cell in cells]
    if column.align != "decimal":
        every = [heading, *texts]
        return _text_need(
            max(_longest(_words(text), size) for text in every),
            max(_longest(text.split("\n"), size) for text in every),
        )
    lines = [line for text in texts for line in text.split("\n")]
    parts = [part for part in (split_at_decimal(line, sign) for line in lines) if part]
    others = [line for line in lines if split_at_decimal(line, sign) is None]
    head = _widest((before for before, _ in parts), size)
    tail = _widest((after for _, after in parts), size)
    head_pt, tail_pt = text_width(head, size), text_width(tail, size) + _SAFETY_PT
    block = head_pt + tail_pt if parts else 0.0
    margins = 2 * CELL_MARGIN_PT + _SAFETY_PT
    least = margins + max(block, _longest([*_words(heading), *_all_words(others)], size))
    longest = _longest(heading.split("\n"), size)
    return _Need(
        least=least,
        modest=max(least, margins + max(_IN_TWO_LINES * longest, _longest(others, size))),
        wanted=max(least, margins + max(longest, _longest(others, size))),
        head=head,
        tail=tail,
        head_pt=head_pt if parts else 0.0,
        tail_pt=tail_pt if parts else 0.0,
    )


def _text_need(least: float, wanted: float) -> _Need:
    margins = 2 * CELL_MARGIN_PT + _SAFETY_PT
    wide = margins + wanted
    return _Need(margins + max(least, min(wanted, _NARROWEST_TEXT_PT)), wide, wide)


def _widen_for_spanners(table: PaperTable, needs: list[_Need], size: float) -> None:
    """Let the columns below a spanner be wide enough for its longest word."""
    for spanner, run in groupby(enumerate(table.columns), key=lambda item: item[1].spanner):
        below = [needs[i + 1] for i, _ in run]
        missing = _longest(_words(spanner), size) + 4 * CELL_MARGIN_PT - sum(x.least for x in below)
        if spanner and missing > 0:
            for need in below:
                need.least += missing / len(below)
                need.modest = max(need.modest, need.least)
                need.wanted = max(need.wanted, need.least)


def _measured(text: Text) -> str:
    """Return a text with something as wide as its raised letters behind it."""
    raised = ",".join(text.notes)
    return text.text + "0" * round(len(raised) * _RAISED + 0.49) if raised else text.text


def _words(text: str) -> list[str]:
    """Return what must not be broken; a count with its letter is one word."""
    kept = re.sub(r"\b(\w+) ([=<>]) (?=\S)", "\\1\u00a0\\2\u00a0", text)
    return re.split(r"[ \n]+", kept)


def _all_words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in _words(text)]


def _longest(texts: Iterable[str], size: float) -> float:
    return max((text_width(text, size) for text in texts), default=0.0)


def _widest(texts: Iterable[str], size: float) -> str:
    return max(texts, key=lambda text: text_width(text, size), default="")
