"""A forest plot of published series, with a block for each modality."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.ticker import FuncFormatter, MaxNLocator

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, is_narrow, shorten, text_width
from procohort.publish.figures.common import footer, mark_interval
from procohort.publish.figures.keys import Key, draw_keys, keys_height
from procohort.publish.numbers import format_count_percent, format_percent
from procohort.publish.selection import pick
from procohort.publish.tables.model import with_columns
from procohort.publish.view import View
from procohort.results import ResultRow

COLUMNS = (
    "modality", "what", "series_id", "label", "perspective", "method", "n_events", "n_procedures",
    "n_patients", "estimate", "ci_low", "ci_high", "status", "note",
)  # fmt: skip
LINE, GAP, AXIS = 0.165, 0.10, 0.34
# On a single column the text stands above its mark, nearer to it than the next text.
TEXT_ABOVE, TEXT_MIDDLE = 0.13, 0.075
NAME_WIDTH, COUNT_WIDTH, TEXT_WIDTH = 1.85, 0.75, 1.35
MARKS = {"series": "#1a1a1a", "pool": "#009E73", "new": "#555555"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a block."""

    what: str
    name: str
    rows: tuple[ResultRow, ...]
    count: str
    said: str


Block = tuple[str, list[Shown]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where things lie, in inches.

    Attributes
    ----------
    above : float
        Room above a mark for its text; none where the text stands beside it.
    head : float
        From the top of the sheet's content to the first block.
    marks : float
        Height of the axes.
    left, right : float
        Ends of the axes, from the left and from the right margin.
    """

    above: float
    head: float
    marks: float
    left: float
    right: float

    @classmethod
    def of(cls, width: float, blocks: Sequence[Block], keys: Sequence[Key]) -> _Place:
        """Lay the blocks out on so wide a sheet."""
        narrow = is_narrow(width)
        above = TEXT_ABOVE if narrow else 0.0
        marks = sum(LINE + (LINE + above) * len(lines) + GAP for _, lines in blocks)
        head = keys_height(keys, width - 2 * style.MARGIN) + (0.08 if narrow else 0.28)
        left, right = (0.1, 0.1) if narrow else (NAME_WIDTH + COUNT_WIDTH, TEXT_WIDTH)
        return cls(above, head, marks, left, right)

    @property
    def height(self) -> float:
        """Inches of everything between heading and footer."""
        return self.head + self.marks + AXIS


def draw(view: View) -> Drawing:
    """Draw every series that is put together, what they say together, and the next one.

    Parameters
    ----------
    view : View
        spec: outcome, label, modalities; rows: those of kind ``synthesis``; frame: the
        account of the series.
    """
    account = with_columns(view.frame, ("series_id", "label", "outcome", "used", "live"), "account")
    mine = account[(account["outcome"] == view.spec["outcome"]) & (account["used"] == "yes")]
    names = dict(zip(mine["series_id"], mine["label"], strict=True))
    live = set(mine.loc[mine["live"] == "yes", "series_id"])
    blocks = [
        (label, lines)
        for name, label in view.spec["modalities"].items()
        if (lines := _lines(view.own_rows, name, names, live))
    ]
    ranking = pick(view.own_rows, estimand="ranking")
    title = f"{view.spec['label']} in published series, by modality"
    keys = _keys(bool(live))
    place = _Place.of(view.width, blocks, keys)
    sheet = Sheet(title, _footer(view, ranking, bool(live)), place.height, view.width)
    draw_keys(sheet, (sheet.left, sheet.top, view.width - 2 * style.MARGIN), keys)
    if not blocks:
        sheet.text(sheet.left, sheet.top + place.head, "There is no series to show.")
    else:
        _draw_blocks(sheet, place, blocks, view)
    return Drawing(
        sheet.figure, title, _alt(title, blocks, ranking, view), COLUMNS, _records(blocks)
    )


def _lines(
    rows: Sequence[ResultRow], modality: str, names: dict[str, str], live: set[str]
) -> list[Shown]:
    mine = [row for row in rows if row.level == modality]
    found = []
    for series_id, name in names.items():
        of_series = [
            row for row in mine if row.estimand == "proportion" and row.subset == series_id
        ]
        if not of_series:
            continue
        printed = of_series[0]
        count = f"{printed.n_events}/{printed.n_procedures}"
        what, shown = ("live", f"{name} *") if series_id in live else ("series", name)
        found.append(Shown(what, shown, tuple(of_series), count, _interval_text(of_series[-1])))
    pool = pick(mine, estimand="pooled_proportion")
    if pool is None or len(found) < 2:
        return found
    count = f"{pool.n_events}/{pool.n_procedures}"
    kind = "Pooled" if pool.method != "summed_counts_exact" else "Sum of all"
    found.append(Shown("pool", kind, (pool,), count, _interval_text(pool)))
    new = pick(mine, estimand="proportion_of_new_series")
    if new is not None and new.status == "ok":
        said = f"{format_percent(new.ci_low, 1, '')} to {format_percent(new.ci_high)}"
        found.append(Shown("new", "Next series (prediction)", (new,), "", said))
    return found


def _interval_text(row: ResultRow) -> str:
    interval = f"[{_short(row.ci_low)}, {_short(row.ci_high)}]"
    return f"{format_percent(row.estimate)} {interval}"


def _short(fraction: float) -> str:
    return (
        format_percent(fraction, 1, "").replace(".0", "")
        if fraction in (0, 1)
        else (format_percent(fraction, 1, ""))
    )


def _limits(lines: Sequence[Shown]) -> tuple[float, float]:
    """Return the percentages at the ends of the axis: three times as far as the estimates lie."""
    if not lines:
        return 0.0, 100.0
    estimates = [row.estimate for line in lines for row in line.rows if line.what != "new"]
    estimates += [
        x
        for line in lines
        if line.what == "pool"
        for x in (line.rows[0].ci_low, line.rows[0].ci_high)
    ]
    at_top = sum(estimates) / len(estimates) > 0.5
    farthest = max(1.0 - x if at_top else x for x in estimates)
    span = min(100.0, max(10.0, 10.0 * math.ceil(30.0 * farthest)))
    return (100.0 - span, 100.0) if at_top else (0.0, span)


def _draw_blocks(sheet: Sheet, place: _Place, blocks: Sequence[Block], view: View) -> None:
    top = sheet.top + place.head
    left = sheet.left + place.left
    axes = sheet.axes(left, top, sheet.right - place.right - left, place.marks)
    limits = _limits([line for _, lines in blocks for line in lines])
    low, high = limits
    pad = 0.02 * (high - low)
    axes.set_xlim(low - pad, high + pad)
    axes.set_ylim(place.marks, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel(f"{view.spec['label']} (% of {view.words.rows})")
    if not place.above:
        axes.grid(axis="x", color=style.RULE, linewidth=0.4)
        _head_columns(sheet, top - 0.07, left - 0.12, view)
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    y = 0.0
    for name, lines in blocks:
        sheet.text(sheet.left, top + y + LINE / 2, name, weight="bold", va="center_baseline")
        y += LINE
        for line in lines:
            if place.above:
                _write_above(sheet, top + y + TEXT_MIDDLE, line)
            else:
                _write_beside(sheet, top + y + LINE / 2, left - 0.12, line)
            middle = TEXT_MIDDLE + _below(line) if place.above else LINE / 2
            if place.above:
                # No line of the grid runs through letters.
                marked = (y + middle - 0.06, y + middle + 0.06)
                axes.vlines(ticks, *marked, color=style.RULE, linewidth=0.4, zorder=0)
            _draw_line(axes, y + middle, line, limits)
            y += LINE + place.above
        y += GAP


def _below(line: Shown) -> float:
    """Return how far below its text a mark lies, in inches; two marks need more room."""
    return 0.14 if line.what == "live" else 0.12


def _head_columns(sheet: Sheet, baseline: float, counts: float, view: View) -> None:
    """Say what the numbers beside the marks are."""
    options = {"size": style.SMALL_SIZE, "color": style.MUTED, "va": "baseline", "ha": "right"}
    sheet.text(counts, baseline, f"Events / {view.words.rows}", **options)
    sheet.text(sheet.right, baseline, "Percentage [95 % limits]", **options)


def _write_beside(sheet: Sheet, y: float, counts: float, line: Shown) -> None:
    weight = "bold" if line.what == "pool" else "normal"
    width = NAME_WIDTH - 0.16
    text = shorten(line.name, width, style.TEXT_SIZE, bold=weight == "bold")
    options = {"va": "center_baseline", "weight": weight}
    sheet.text(sheet.left + 0.1, y, text, **options)
    sheet.text(counts, y, line.count, ha="right", **options)
    sheet.text(sheet.right, y, line.said, ha="right", **options)


def _write_above(sheet: Sheet, y: float, line: Shown) -> None:
    """Write name, counts and percentage in one line, the name as long as there is room."""
    is_bold = line.what == "pool"
    options = {"va": "center_baseline", "weight": "bold" if is_bold else "normal"}
    said = f"{line.count}, {line.said}" if line.count else line.said
    sheet.text(sheet.right, y, said, ha="right", **options)
    taken = text_width(said, style.TEXT_SIZE, bold=is_bold) + 0.18
    room = sheet.right - sheet.left - taken
    text = shorten(line.name, room, style.TEXT_SIZE, bold=is_bold)
    sheet.text(sheet.left + 0.1, y, text, **options)


def _draw_line(axes: Axes, y: float, line: Shown, limits: tuple[float, float]) -> None:
    if line.what == "live":
        # Pooled rows above, respecting patients below: both belong to one series.
        for row, shift in zip(line.rows[:2], (-0.042, 0.042), strict=False):
            mark_interval(axes, y + shift, row, row.perspective, limits, factor=100.0)
        return
    row = line.rows[0]
    low, high = 100.0 * row.ci_low, 100.0 * row.ci_high
    start, end = max(low, limits[0]), min(high, limits[1])
    if line.what == "pool":
        middle, half = 100.0 * row.estimate, 0.055
        corners = [(start, y), (middle, y - half), (end, y), (middle, y + half)]
        axes.add_patch(
            Polygon(corners, facecolor=MARKS["pool"], edgecolor=style.INK, linewidth=0.6)
        )
    else:
        dashed = line.what == "new"
        axes.plot(
            (start, end), (y, y), color=MARKS[line.what], linewidth=1.4 if dashed else 0.9,
            linestyle=(0, (3, 1.5)) if dashed else "-",
        )  # fmt: skip
        if not dashed:
            axes.plot(
                100.0 * row.estimate, y, marker="s", color=MARKS["series"], markersize=3.6,
                clip_on=False, zorder=3,
            )  # fmt: skip
    for outside, at, head in (
        (low < limits[0], limits[0], "<"),
        (high > limits[1], limits[1], ">"),
    ):
        if outside:
            axes.plot(at, y, marker=head, color=MARKS[line.what], markersize=3.6, clip_on=False)


def _keys(live: bool) -> list[Key]:
    keys = [
        Key("series, exact limits", {"color": MARKS["series"], "marker": "s", "markersize": 3.6}),
        Key(
            "pooled",
            {
                "color": MARKS["pool"], "marker": "D", "markersize": 5, "linestyle": "none",
                "markeredgecolor": style.INK, "markeredgewidth": 0.6,
            },
        ),
        Key("prediction interval", {"color": MARKS["new"], "linestyle": (0, (3, 1.5))}),
    ]  # fmt: skip
    if live:
        for name, text in (("as_published", "* exact"), ("cluster_aware", "* cluster-aware")):
            mark = style.PERSPECTIVE_MARKS[name]
            fill = mark.color if mark.filled else "white"
            keys.append(
                Key(
                    text,
                    {
                        "color": mark.color, "marker": mark.marker, "markersize": 4,
                        "markerfacecolor": fill,
                    },
                )
            )  # fmt: skip
    return keys


def _footer(view: View, ranking: ResultRow | None, live: bool) -> str:
    return footer(
        view.words,
        ranking.note if ranking is not None else "",
        f"* this study, from the tables of this run ({view.words.data_label}), its written limits "
        "cluster-aware; all other rows as published"
        if live
        else "",
        f"Counts: events among {view.words.rows}; unit of analysis: {view.words.row}; "
        "bars: 95 % limits, exact for series, profile likelihood of a random-effects logistic "
        "model for pooled ones; an arrow head marks an interval that leaves the axis",
        f"Published counts say nothing of how {view.words.rows} spread over {view.words.clusters}, "
        "so that limits of series are rather too narrow",
        str(view.spec.get("note") or ""),
    )


def _records(blocks: Sequence[Block]) -> list[dict[str, object]]:
    fields = (
        "perspective", "method", "n_events", "n_procedures", "n_patients", "estimate", "ci_low",
        "ci_high", "status", "note",
    )  # fmt: skip
    return [
        {
            "modality": row.level,
            "what": line.what,
            "series_id": row.subset if line.what in ("series", "live") else "",
            "label": line.name,
            **{name: getattr(row, name) for name in fields},
        }
        for _, lines in blocks
        for line in lines
        for row in line.rows
    ]


def _alt(
    title: str,
    blocks: Sequence[Block],
    ranking: ResultRow | None,
    view: View,
) -> str:
    parts = [f"Forest plot. {title}."]
    for name, lines in blocks:
        said = []
        for line in lines:
            row = line.rows[0]
            if line.what == "new":
                said.append(f"next series {line.said}")
            else:
                counts = format_count_percent(row.n_events, row.n_procedures)
                limits = f"{format_percent(row.ci_low)} to {format_percent(row.ci_high)}"
                said.append(f"{line.name}: {counts}, {limits}")
        parts.append(f"{name}: {'; '.join(said)}.")
    if ranking is not None:
        parts.append(ranking.note)
    parts.append(f"{view.words.data_note}.")
    return " ".join(parts)
