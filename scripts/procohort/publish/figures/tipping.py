"""p against the intraclass correlation: where a conclusion at 5 % would turn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, block_height, is_narrow, wrap
from procohort.publish.figures.common import footer, panel_grid, panel_title
from procohort.publish.figures.keys import Key, draw_keys, keys_height
from procohort.publish.numbers import format_p_equation
from procohort.publish.selection import ordered, refusal
from procohort.publish.view import View
from procohort.publish.wording import StudyWords, VariableBook
from procohort.results import ResultRow
from procohort.vocabulary import listed

COLUMNS = (
    "outcome", "level", "reference", "estimand", "method", "icc", "p", "statistic", "df",
    "design_effect", "n_procedures", "n_patients", "headline",
)  # fmt: skip

_TABLES, _EQUAL = "design_effect_tables", "design_effect_equal_sizes"
_MARKS = {_TABLES: style.GROUP_MARKS[0], _EQUAL: style.GROUP_MARKS[1]}
_FOUND_COLOR = style.MUTED
_LIMIT = 0.05

_PANEL_HEIGHT = 1.12
_TITLE = 0.16
# Below the numbers of an axis: its name is written below the last panel of a column only.
_NUMBERS = 0.19
_AXIS_NAME = 0.14
_GAP = 0.1
_AXIS_ROOM = 0.5
_COLUMN_GAP = 0.28


@dataclass(frozen=True, slots=True)
class Panel:
    """The result rows of one outcome, and its p as printed.

    Attributes
    ----------
    outcome, printed : str
        `printed` is empty where no p is printed.
    rows : tuple of ResultRow
    """

    outcome: str
    printed: str
    rows: tuple[ResultRow, ...]

    @property
    def ending(self) -> str:
        """The ending of the estimands that the main curves show."""
        return "" if self.printed else "_found"

    def get(self, estimand: str, method: str) -> list[ResultRow]:
        """Return the rows of an estimand in a layout."""
        return [r for r in self.rows if (r.estimand, r.method) == (estimand, method)]

    def one(self, estimand: str, method: str) -> ResultRow | None:
        """Return the only row of an estimand in a layout, None if there is none."""
        found = self.get(estimand, method)
        return found[0] if found else None

    def main(self, name: str, method: str = _TABLES) -> ResultRow | None:
        """Return the only row about the p that the main curves begin at."""
        return self.one(f"{name}{self.ending}", method)

    def curve(self, method: str) -> list[ResultRow]:
        """Return the main curve of a layout, in the order of the ICC."""
        found = self.get(f"p_at_icc{self.ending}", method)
        return sorted(found, key=lambda row: row.icc)

    def shown(self) -> Iterator[ResultRow]:
        """Yield every row that the panel draws."""
        for method in (_TABLES, _EQUAL):
            yield from self.curve(method)
        if self.printed:
            yield from self.get("p_at_icc_found", _TABLES)
        for name in ("tipping_icc", "p_at_estimated_icc"):
            row = self.main(name)
            if row is not None:
                yield row


def draw(view: View) -> Drawing:
    """Draw a panel for each outcome: p for every ICC, the tipping point and the ICC found.

    Parameters
    ----------
    view : View
        spec: a comparison of two levels or a correlation; rows: those of kind ``tipping``;
        frame: where the curves begin (columns of `procohort.tipping_start`).
    """
    spec, book, words = view.spec, view.book, view.words
    every = _panels(view)
    panels = [panel for panel in every if panel.curve(_TABLES)]
    what = "the values" if words.row_is_cluster else f"the {words.rows}"
    title = f"{spec.get('label') or spec['id']}: p if {what} of one {words.cluster} are alike"
    n_columns = 1 if is_narrow(view.width) else 2
    places = panel_grid(len(panels), n_columns)
    inner = view.width - 2 * style.MARGIN
    width = (inner - _COLUMN_GAP * (n_columns - 1)) / n_columns
    heads = [_head_lines(panel, width) for panel in panels]
    head = _TITLE + block_height(max(map(len, heads), default=0), style.TEXT_SIZE) + 0.07
    step = head + _PANEL_HEIGHT + _NUMBERS + _GAP
    n_lines = places[-1][0] + 1 if places else 0
    subtitle, keys = wrap(_subtitle(panels), inner, style.TEXT_SIZE), _keys(panels, words)
    top = block_height(len(subtitle), style.TEXT_SIZE) + keys_height(keys, inner) + 0.12
    # The last line is followed by the name of the axis instead of a gap.
    content = top + n_lines * step + (_AXIS_NAME - _GAP if panels else 0.0)
    sheet = Sheet(title, _footer(every, panels, book, words), content, view.width)
    sheet.text(sheet.left, sheet.top, "\n".join(subtitle), color=style.MUTED)
    draw_keys(sheet, (sheet.left, sheet.top + top - keys_height(keys, inner) - 0.08, inner), keys)
    common = _common_limit(panels)
    for position, (panel, (line, column)) in enumerate(zip(panels, places, strict=True)):
        left = sheet.left + column * (width + _COLUMN_GAP)
        upper = sheet.top + top + line * step
        title_of_panel = panel_title(book, panel.outcome, width)
        sheet.text(left, upper, title_of_panel, size=style.TITLE_SIZE, weight="bold")
        sheet.text(left, upper + _TITLE, "\n".join(heads[position]), color=style.MUTED)
        axes = sheet.axes(left + _AXIS_ROOM, upper + head, width - _AXIS_ROOM, _PANEL_HEIGHT)
        _draw_panel(axes, panel, common or _lowest(panel))
        if position + n_columns >= len(panels):
            axes.set_xlabel("Intraclass correlation (ICC)")
        if column == 0:
            axes.set_ylabel("p (two-sided)")
    records = [
        {name: getattr(row, name) for name in COLUMNS} for panel in panels for row in panel.shown()
    ]
    return Drawing(sheet.figure, title, _alt(title, every, book, words), COLUMNS, records)


def _panels(view: View) -> list[Panel]:
    starts = view.frame
    mine = starts[(starts["analysis"] == view.spec["id"]) & (starts["origin"] == "printed")]
    printed = dict(zip(mine["outcome"], mine["printed"], strict=True))
    rows = [row for row in view.own_rows if row.kind == "tipping"]
    outcomes = ordered((row.outcome for row in rows), view.spec.get("outcomes") or ())
    return [
        Panel(name, str(printed.get(name, "")), tuple(r for r in rows if r.outcome == name))
        for name in outcomes
    ]


def _subtitle(panels: Sequence[Panel]) -> str:
    if not panels:
        return "There is no p to follow."
    if all(panel.printed for panel in panels):
        return "Curves begin at the printed p."
    if any(panel.printed for panel in panels):
        return "Curves begin at the printed p where there is one, else at the p found as published."
    return "No p is printed for these outcomes: curves begin at the p found as published."


def _keys(panels: Sequence[Panel], words: StudyWords) -> list[Key]:
    texts = {
        _TABLES: f"{words.clusters} as in the tables",
        _EQUAL: f"{words.clusters} of equal size",
    }
    keys = [
        Key(text, {"color": _MARKS[name].color, "linestyle": _MARKS[name].line})
        for name, text in texts.items()
        if any(panel.curve(name) for panel in panels)
    ]
    if any(panel.printed for panel in panels):
        label = "from the p found as published"
        keys.append(Key(label, {"color": _FOUND_COLOR, "linestyle": ":"}))
    for name, label in (("tipping_icc", "p is 0.05"), ("p_at_estimated_icc", "ICC in the tables")):
        marked = [panel.main(name) for panel in panels]
        if any(row is not None and not math.isnan(row.estimate) for row in marked):
            keys.append(Key(label, _point(filled=name != "tipping_icc")))
    return keys


def _point(*, filled: bool) -> dict[str, Any]:
    """Return the look of a marked point: filled for the tables, open for the tipping point."""
    color = _MARKS[_TABLES].color
    return {
        "marker": "s" if filled else "o",
        "color": color,
        "markerfacecolor": color if filled else "white",
        "markeredgewidth": 1.0,
        "markersize": 4.6,
        "linestyle": "none",
    }


def _head_lines(panel: Panel, width: float) -> list[str]:
    """Return where the curve begins and where the conclusion turns, wrapped."""
    said = (_start_text(panel), _turn_text(panel))
    return [line for text in said if text for line in wrap(text, width, style.TEXT_SIZE)]


def _start_text(panel: Panel) -> str:
    found = panel.one("tipping_icc_found", _TABLES)
    parts = [f"printed {' '.join(panel.printed.split())}"] if panel.printed else []
    if found is not None:
        parts.append(f"found {format_p_equation(found.p)}")
    return ", ".join(parts)


def _turn_text(panel: Panel) -> str:
    """Return where the conclusion turns, in both layouts, and the ICC of the tables."""
    row = panel.main("tipping_icc")
    if row is None:
        return ""
    shown = f"ICC {write_icc(row.icc)}" if not math.isnan(row.icc) else "ICC not known"
    if math.isnan(row.estimate):
        return f"does not turn; tables: {shown}"
    equal = panel.main("tipping_icc", _EQUAL)
    other = ""
    if equal is not None and not math.isnan(equal.estimate):
        other = f" (equal sizes: {write_icc(equal.estimate)})"
    return f"turns at ICC {write_icc(row.estimate)}{other}; tables: {shown}"


def write_icc(icc: float) -> str:
    """Write an ICC with two decimals, three where it is below 0.1.

    Examples
    --------
    >>> write_icc(0.3058), write_icc(0.0651)
    ('0.31', '0.065')
    """
    return f"{icc:.2f}" if icc >= 0.0995 or icc == 0.0 else f"{icc:.3f}"


def _lowest(panel: Panel) -> float:
    return min([_LIMIT / 5, *(row.p for row in panel.shown() if row.p > 0)])


def _common_limit(panels: Sequence[Panel]) -> float | None:
    """Return one lower end of all axes, None where the panels are too far apart for it."""
    lows = [_lowest(panel) for panel in panels]
    if not lows or max(lows) > 1e4 * min(lows):
        return None
    return min(lows)


def _draw_panel(axes: Axes, panel: Panel, lowest: float) -> None:
    axes.set_xlim(0.0, 1.0)
    axes.set_yscale("log")
    decades = -math.log10(lowest)
    # Room below the lowest point for its label.
    axes.set_ylim(lowest * 10 ** (-0.16 * decades), 1.6)
    axes.yaxis.set_major_locator(LogLocator(base=10, numticks=6 if decades > 5 else 8))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write_power(value)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.axhspan(_LIMIT, 1.6, facecolor=style.BAND, zorder=0)
    axes.axhline(_LIMIT, color=style.INK, linewidth=0.6, zorder=1)
    axes.text(
        0.995, _LIMIT, "5 %", transform=axes.get_yaxis_transform(), ha="right", va="bottom",
        fontsize=style.SMALL_SIZE, color=style.MUTED,
    )  # fmt: skip
    if panel.printed:
        _line(axes, panel.get("p_at_icc_found", _TABLES), color=_FOUND_COLOR, linestyle=":")
    for method in (_EQUAL, _TABLES):
        mark = _MARKS[method]
        _line(axes, panel.curve(method), color=mark.color, linestyle=mark.line)
    _mark_points(axes, panel)


def _line(axes: Axes, rows: Sequence[ResultRow], **options: Any) -> None:
    ordered_rows = sorted(rows, key=lambda row: row.icc)
    icc = np.array([row.icc for row in ordered_rows])
    p = np.array([row.p for row in ordered_rows])
    # A p that underflows has no place on a logarithmic axis.
    axes.plot(icc[p > 0], p[p > 0], linewidth=1.1, zorder=2, **options)


def _mark_points(axes: Axes, panel: Panel) -> None:
    """Mark the tipping point and the ICC of the tables, each with its number."""
    tipping, estimated = panel.main("tipping_icc"), panel.main("p_at_estimated_icc")
    if tipping is not None and not math.isnan(tipping.estimate):
        axes.plot(tipping.estimate, _LIMIT, **_point(filled=False), zorder=4, clip_on=False)
        text = f"ICC {write_icc(tipping.estimate)}"
        _label(axes, (tipping.estimate, _LIMIT), text, left=tipping.estimate > 0.7)
    if estimated is not None and estimated.p > 0:
        axes.plot(estimated.icc, estimated.p, **_point(filled=True), zorder=4, clip_on=False)
        text = f"{write_icc(estimated.icc)}: {format_p_equation(estimated.p)}"
        # A rising curve leaves room above and to the left of a point on it.
        above = estimated.icc > 0.25 and _LIMIT <= estimated.p < 0.5
        _label(
            axes, (estimated.icc, estimated.p), text, left=above or estimated.icc > 0.7, above=above
        )


def _label(
    axes: Axes, place: tuple[float, float], text: str, *, left: bool, above: bool = False
) -> None:
    axes.annotate(
        text, place, xytext=(-4 if left else 6, 4 if above else -4),
        textcoords="offset points", ha="right" if left else "left",
        va="bottom" if above else "top", fontsize=style.SMALL_SIZE, color=style.INK, zorder=5,
        bbox={
            "facecolor": style.BAND if place[1] > _LIMIT else "white", "edgecolor": "none",
            "alpha": 0.8, "pad": 0.6,
        },
    )  # fmt: skip


def write_power(value: float) -> str:
    """Write a tick of a logarithmic axis: plain down to 0.001, then as a power of ten.

    Examples
    --------
    >>> write_power(0.01), write_power(1e-6)
    ('0.01', '10⁻⁶')
    """
    if value >= 0.0009:
        return f"{value:g}"
    digits = str(round(math.log10(value))).replace("-", "\N{SUPERSCRIPT MINUS}")
    return "10" + digits.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _footer(
    every: Sequence[Panel], panels: Sequence[Panel], book: VariableBook, words: StudyWords
) -> str:
    if not panels:
        return footer(words, "; ".join(_silences(every, book)))
    sizes = [(r.n_procedures or 0, r.n_patients or 0) for p in panels for r in p.curve(_TABLES)]
    equal = any(panel.curve(_EQUAL) for panel in panels)
    bound = any(panel.printed and "<" in panel.printed for panel in panels)
    own_axes = len(panels) > 1 and _common_limit(panels) is None
    return footer(
        words,
        f"n = {words.counts(*max(sizes))}; unit of analysis: {words.row}",
        f"ICC 0: the {words.rows} of one {words.cluster} are as different as any others; ICC 1: "
        "they are the same",
        "Each curve is what the p of the pooled test would be at that ICC (Hedges 2007), from "
        f"how the compared {words.rows} lie in the {words.clusters}; above the line the "
        "difference is not significant at 5 %",
        f"Equal sizes: each whole {words.cluster} in one group, with as many {words.rows} as "
        "every other" if equal else "",
        "A printed bound begins at the largest p that it allows" if bound else "",
        "Each panel has a p axis of its own" if own_axes else "",
        "; ".join(_silences(every, book)),
    )  # fmt: skip


def _silences(every: Sequence[Panel], book: VariableBook) -> list[str]:
    """Return why outcomes have no curve, those with one reason together."""
    reasons: dict[str, list[str]] = {}
    for panel in every:
        if not panel.curve(_TABLES):
            reasons.setdefault(refusal(panel.main("tipping_icc")), []).append(
                book.label(panel.outcome)
            )
    return [f"No curve for {listed(names)} ({reason})" for reason, names in reasons.items()]


def _alt(title: str, every: Sequence[Panel], book: VariableBook, words: StudyWords) -> str:
    parts = [f"Curves of p against the intraclass correlation (ICC), from 0 to 1. {title}."]
    for panel in every:
        if not panel.curve(_TABLES):
            continue
        said = [_start_text(panel), _turn_text(panel)]
        estimated = panel.main("p_at_estimated_icc")
        if estimated is not None:
            said.append(f"{format_p_equation(estimated.p)} at the ICC of the tables")
        parts.append(f"{book.label_with_unit(panel.outcome)}: {listed(said)}.")
    parts += [f"{silence}." for silence in _silences(every, book)]
    parts.append(f"{words.data_note}.")
    return " ".join(parts)
