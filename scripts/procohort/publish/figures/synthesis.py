"""A forest plot of published series, with a block for each modality."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.ticker import FuncFormatter

from procohort.publish import style
from procohort.publish.figures.canvas import Drawing, Sheet, shorten
from procohort.publish.figures.common import footer, mark_interval
from procohort.publish.numbers import format_count_percent, format_percent
from procohort.publish.selection import pick
from procohort.publish.tables.model import with_columns
from procohort.publish.view import View
from procohort.results import ResultRow

COLUMNS = (
    "modality", "what", "series_id", "label", "perspective", "method", "n_events", "n_procedures",
    "n_patients", "estimate", "ci_low", "ci_high", "status", "note",
)  # fmt: skip
LINE, GAP, HEAD, AXIS = 0.165, 0.10, 0.30, 0.42
NAME_WIDTH, COUNT_WIDTH, TEXT_WIDTH = 1.95, 1.0, 1.3
MARKS = {"series": "#1a1a1a", "pool": "#009E73", "new": "#555555"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a block."""

    what: str
    name: str
    rows: tuple[ResultRow, ...]
    count: str
    said: str


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
    content = HEAD + sum(LINE * (len(lines) + 1) + GAP for _, lines in blocks) + AXIS
    sheet = Sheet(title, _footer(view, ranking, bool(live)), content)
    limits = _limits([line for _, lines in blocks for line in lines])
    _legend(sheet, bool(live))
    if not blocks:
        sheet.text(sheet.left, sheet.top + HEAD, "There is no series to show.")
    else:
        _draw_blocks(sheet, blocks, limits, str(view.spec["label"]))
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


def _draw_blocks(
    sheet: Sheet,
    blocks: Sequence[tuple[str, list[Shown]]],
    limits: tuple[float, float],
    label: str,
) -> None:
    top = sheet.top + HEAD
    height = sheet.bottom - AXIS - top
    left = sheet.left + NAME_WIDTH + COUNT_WIDTH
    axes = sheet.axes(left, top, sheet.right - TEXT_WIDTH - left, height)
    low, high = limits
    pad = 0.02 * (high - low)
    axes.set_xlim(low - pad, high + pad)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel(f"{label} (% of procedures)")
    axes.grid(axis="x", color=style.RULE, linewidth=0.4)
    y = 0.0
    for name, lines in blocks:
        sheet.text(sheet.left, top + y + LINE / 2, name, weight="bold", va="center")
        y += LINE
        for line in lines:
            at = y + LINE / 2
            weight = "bold" if line.what == "pool" else "normal"
            text = shorten(line.name, NAME_WIDTH - 0.16, style.TEXT_SIZE, bold=weight == "bold")
            sheet.text(sheet.left + 0.1, top + at, text, va="center", weight=weight)
            sheet.text(left - 0.12, top + at, line.count, va="center", ha="right", weight=weight)
            sheet.text(sheet.right, top + at, line.said, va="center", ha="right", weight=weight)
            _draw_line(axes, at, line, limits)
            y += LINE
        y += GAP


def _draw_line(axes: Axes, y: float, line: Shown, limits: tuple[float, float]) -> None:
    if line.what == "live":
        # Pooled rows above, respecting patients below: both belong to one series.
        for row, shift in zip(line.rows[:2], (-0.035, 0.035), strict=False):
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


def _legend(sheet: Sheet, live: bool) -> None:
    handles = [
        Line2D(
            [], [], color=MARKS["series"], marker="s", markersize=3.6, label="series, exact limits",
        ),
        Line2D(
            [], [], color=MARKS["pool"], marker="D", markersize=5, linestyle="none",
            markeredgecolor=style.INK, markeredgewidth=0.6, label="pooled",
        ),
        Line2D([], [], color=MARKS["new"], linestyle=(0, (3, 1.5)), label="prediction interval"),
    ]  # fmt: skip
    if live:
        for name, text in (("as_published", "* exact"), ("cluster_aware", "* cluster-aware")):
            mark = style.PERSPECTIVE_MARKS[name]
            handles.append(
                Line2D(
                    [], [], color=mark.color, marker=mark.marker, markersize=4,
                    markerfacecolor=mark.color if mark.filled else "white", label=text,
                )
            )  # fmt: skip
    sheet.figure.legend(
        handles=handles, loc="upper left", ncols=len(handles), borderpad=0, borderaxespad=0,
        bbox_to_anchor=sheet.fraction(sheet.left, sheet.top + 0.02), handlelength=2.2,
        columnspacing=1.6,
    )  # fmt: skip


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


def _records(blocks: Sequence[tuple[str, list[Shown]]]) -> list[dict[str, object]]:
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
    blocks: Sequence[tuple[str, list[Shown]]],
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
