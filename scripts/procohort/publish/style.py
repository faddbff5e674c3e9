"""How figures look: sizes, colours, marks. No drawing library is imported here.

Colours are those of Okabe and Ito (2008, "Color universal design"), which readers
with any colour vision tell apart; every colour also has a mark, a line style and a
hatch of its own, so that a figure can be read in grey.
"""

from __future__ import annotations

from dataclasses import dataclass

MM_PER_INCH = 25.4
# One column and two columns of most journals; a figure is drawn at either.
COLUMN_WIDTH_MM = 85
PAGE_WIDTH_MM = 170
WIDTHS_MM = (COLUMN_WIDTH_MM, PAGE_WIDTH_MM)
PAGE_WIDTH = PAGE_WIDTH_MM / MM_PER_INCH
# What a printed page holds beside its caption, in inches; taller where the type needs it.
TALLEST = 234 / MM_PER_INCH
# Below this a figure has one column of panels.
NARROW_BELOW_MM = 120
MARGIN = 0.12
# Dots per inch: for print, for pages (a whole part of it), of pictures inside vector files.
PNG_DPI = 600
SCREEN_DPI = 150
INSET_DPI = 300

# Comes with the drawing library: the same letters on every machine.
FONT = "DejaVu Sans"

TEXT_SIZE = 7.0
SMALL_SIZE = 6.2
TITLE_SIZE = 8.0
HEADING_SIZE = 9.5
# Journals ask for no smaller type, and nothing is smaller.
SMALLEST_SIZE = 6.0

INK = "#1a1a1a"
MUTED = "#555555"
RULE = "#c8c8c8"
BAND = "#f1f1ef"


@dataclass(frozen=True, slots=True)
class Mark:
    """Colour, marker, line style and hatch that belong together."""

    color: str
    marker: str
    line: str
    hatch: str
    filled: bool = True


# Dark and light alternate so that neighbours differ in grey as well.
GROUP_MARKS = (
    Mark("#0072B2", "o", "-", ""),
    Mark("#E69F00", "s", "--", "///"),
    Mark("#009E73", "^", "-.", "..."),
    Mark("#CC79A7", "D", ":", "xxx"),
    Mark("#000000", "v", "-", "\\\\\\"),
    Mark("#56B4E9", "P", "--", "ooo"),
)

PERSPECTIVE_MARKS = {
    "as_published": Mark("#D55E00", "o", "-", "///", filled=False),
    "cluster_aware": Mark("#0072B2", "s", "-", ""),
}


def group_mark(position: int) -> Mark:
    """Return the mark of the level at a position; they repeat after six levels."""
    return GROUP_MARKS[position % len(GROUP_MARKS)]


# Fixed in full, so that no user's matplotlibrc changes a figure.
RC = {
    "font.family": FONT,
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_SIZE,
    "axes.labelpad": 2.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": TEXT_SIZE,
    "ytick.labelsize": TEXT_SIZE,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "legend.fontsize": TEXT_SIZE,
    "legend.frameon": False,
    "lines.linewidth": 0.9,
    "hatch.linewidth": 0.4,
    "svg.fonttype": "path",
    "svg.hashsalt": "procohort",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
}
